//! `lianxin form`, from files to files.

use std::fs;
use std::path::Path;

use crate::house::{Folder, House};

const HEAD: &str = "id,name,area,x,y,trade,association,members,staff,organisation";

/// A folder with a generated town, and the flags that name its files.
fn town(house: &House) -> Vec<String> {
    let at = |name: &str| house.data.join(name).display().to_string();
    house.run(&["form", "sample", "--seed", "3", "--enterprises", "60", "--out", &at("town")]);
    ["enterprises", "associations", "organisations"]
        .iter()
        .flat_map(|list| [format!("--{list}"), at(&format!("town/{list}.csv"))])
        .collect()
}

fn asked<'a>(what: &'a str, given: &'a [String], rest: &[&'a str]) -> Vec<&'a str> {
    ["form", what].into_iter().chain(given.iter().map(String::as_str)).chain(rest.iter().copied()).collect()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).expect("it was written")
}

#[test]
fn a_plan_is_written_explained_drawn_and_checked() {
    let folder = Folder::new("form-plan");
    let house = House::on_sqlite(&folder);
    let given = town(&house);
    let file = |name: &str| house.data.join(name);
    let at = |name: &str| file(name).display().to_string();
    let (plan, why, proof, map) = (at("plan.csv"), at("why.csv"), at("proof.json"), at("map.svg"));
    let written = ["--out", &plan, "--explain", &why, "--certificate", &proof, "--svg", &map];
    let said = house.run(&asked("plan", &given, &written));
    assert!(said.contains("form their own") && said.contains("new joint branches"), "{said}");
    assert!(read(&file("plan.csv")).starts_with("unit,way,seat,organisation,kind,metres\nE00000,"));
    assert_eq!(read(&file("why.csv")).lines().count(), read(&file("plan.csv")).lines().count());
    assert!(read(&file("map.svg")).ends_with("</svg>\n"));

    let said = house.run(&asked("check", &given, &["--plan", &plan, "--certificate", &proof]));
    assert!(said.contains("every price holds"), "{said}");

    // By hand: one that must form its own is put elsewhere.
    let changed = read(&file("plan.csv")).replacen(",own,", ",left,", 1);
    fs::write(file("plan.csv"), changed).expect("the folder can be written");
    let said = house.refused(&asked("check", &given, &["--plan", &plan]));
    assert!(said.contains("plan.csv:") && said.contains("应当成立党支部"), "{said}");
    fs::write(file("plan.csv"), "unit,way,seat,organisation\nE00000,joint,,\nE99999,own,,\n")
        .expect("written");
    let said = house.refused(&asked("check", &given, &["--plan", &plan]));
    assert!(
        said.contains("plan.csv:2: seat: nobody leads") && said.contains("there is no unit \"E99999\""),
        "{said}"
    );
}

#[test]
fn what_is_wrong_is_named_and_nothing_is_written() {
    let folder = Folder::new("form-wrong");
    let house = House::on_sqlite(&folder);
    let put = |name: &str, text: &[u8]| {
        fs::write(house.data.join(name), text).expect("the folder can be written");
        house.data.join(name).display().to_string()
    };
    let out = house.data.join("plan.csv").display().to_string();
    let text = format!("{HEAD}\nE1,甲,42/4212/421223,0,0,,,2,9,O9\nE1,乙,42,0,0,,,2,9,\n");
    let list = put("e.csv", text.as_bytes());
    let said = house.refused(&["form", "plan", "--enterprises", &list, "--out", &out]);
    assert!(said.contains("e.csv:2: there is no organisation \"O9\""), "{said}");
    assert!(said.contains("e.csv:3: the id \"E1\" stands already in"), "{said}");
    assert!(said.contains("e.csv:3: the area \"42\" has fewer than 3 parts"), "{said}");
    assert!(!Path::new(&out).exists());
    let rules = put("r.toml", b"[joint_units]\nvalue = 99\n");
    let said = house.refused(&["form", "plan", "--enterprises", &list, "--rules", &rules, "--out", &out]);
    assert!(said.contains("[joint_units] value 99 is not between 1 and 12"), "{said}");
    // 甲 as staff's tables come: in GB 18030.
    let bytes = [HEAD.as_bytes(), b"\nE1,\xbc\xd7,42/4212/421223,0,0,,,3,9,\n"].concat();
    let list = put("gb.csv", &bytes);
    let why = house.data.join("why.csv").display().to_string();
    house.run(&["form", "plan", "--enterprises", &list, "--out", &out, "--explain", &why]);
    assert!(read(&house.data.join("why.csv")).contains("E1,甲,own,own_least"));
}
