//! `lianxin relocate`, from files to files.

use std::fs;

use serde_json::Value as Json;

use crate::house::{Folder, House};

const HOUSEHOLDS: &str = "id,village,building,x,y,size,need\n\
    h1,V,B1,0,0,3,0\nh2,V,B1,0,0,2,1\nh3,W,,100,0,4,0\nh4,W,B2,300,400,1,2\n";
const SHELTERS: &str = "id,x,y,capacity,medical,ground\ns1,0,0,5,1,0\ns2,300,400,20,0,1\n";
const MEMBERS: &str = "id,village,x,y,max_households\nm1,V,0,0,1\nm2,W,30,40,5\n";

/// A folder with tables.
struct Desk {
    house: House,
    _folder: Folder,
}

impl Desk {
    fn new(name: &str) -> Self {
        let folder = Folder::new(name);
        let desk = Desk { house: House::on_sqlite(&folder), _folder: folder };
        desk.put("h.csv", HOUSEHOLDS);
        desk.put("s.csv", SHELTERS);
        desk
    }

    fn path(&self, name: &str) -> String {
        self.house.data.join(name).display().to_string()
    }

    fn put(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::create_dir_all(&self.house.data).expect("the temporary folder can be made");
        fs::write(self.house.data.join(name), text).expect("the temporary folder can be written");
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.house.data.join(name)).expect("it was written")
    }

    /// Words that end in .csv, .json or .svg are files of the folder.
    fn words(&self, what: &str) -> Vec<String> {
        let tables = "--households h.csv --shelters s.csv";
        let (verb, rest) = what.split_once(' ').unwrap_or((what, ""));
        let file = |word: &str| [".csv", ".json", ".svg"].iter().any(|end| word.ends_with(end));
        let word = |word: &str| if file(word) { self.path(word) } else { word.to_owned() };
        format!("relocate {verb} {tables} {rest}").split_whitespace().map(word).collect()
    }

    fn run(&self, what: &str) -> String {
        self.house.run(&self.words(what).iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn refused(&self, what: &str) -> String {
        self.house.refused(&self.words(what).iter().map(String::as_str).collect::<Vec<_>>())
    }
}

#[test]
fn a_plan_is_written_checked_and_mended() {
    let desk = Desk::new("relocate-plan");
    desk.put("m.csv", MEMBERS);
    let said = desk.run("plan --members m.csv --out p.csv --certificate c.json --svg p.svg");
    assert!(said.contains("10 of 10 persons in 4 households go to 2 shelters"), "{said}");
    assert_eq!(desk.text("p.csv"), "household,shelter,persons\nh1,s1,3\nh2,s1,2\nh3,s2,4\nh4,s2,1\n");
    assert_eq!(desk.text("p-members.csv"), "household,member\nh1,m2\nh2,m1\nh3,m2\nh4,m2\n");
    let certificate: Json = serde_json::from_str(&desk.text("c.json")).expect("a certificate");
    assert_eq!((&certificate["person_metres"], &certificate["bound"]), (&1788.into(), &1788.into()));
    assert!(desk.text("p.svg").starts_with("<svg"));
    let said = desk.run("check --plan p.csv --certificate c.json");
    assert!(said.contains("the plan and its certificate hold: 1788 person-metres"), "{said}");

    let said = desk.run("replan --closed s1 --old-plan p.csv --old-certificate c.json --out q.csv");
    assert!(said.contains("2 persons remain who need medical care"), "{said}");
    assert_eq!(desk.text("q-remaining.csv"), "household,persons,need\nh2,2,1\n");
    desk.run("replan --old-plan p.csv --old-certificate c.json --out q.csv");
    assert_eq!(desk.text("q.csv"), desk.text("p.csv"), "nothing has changed");
    assert_eq!(desk.text("q-remaining.csv"), "household,persons,need\n", "nobody is named who has a place");
    let said = desk.refused("check --closed s1 --plan p.csv --certificate c.json");
    assert!(said.contains("shelter s1 has 0 places for 5 persons"), "{said}");
}

#[test]
fn what_belongs_together_stays_together() {
    let desk = Desk::new("relocate-whole");
    // Two buildings of two, and no shelter for both.
    desk.put(
        "h.csv",
        "id,village,building,x,y,size,need\na,V,B,0,0,2,0\nb,V,B,0,0,2,2\nc,V,C,9,0,2,0\nd,V,C,9,0,1,0\n",
    );
    desk.put("s.csv", "id,x,y,capacity,medical,ground\ns,0,0,4,0,0\nt,50,0,9,0,1\n");
    let said = desk.run("plan --whole buildings --out p.csv --certificate c.json");
    assert_eq!(desk.text("p.csv"), "household,shelter,persons\na,t,2\nb,t,2\nc,s,2\nd,s,1\n");
    assert!(
        said.contains("every building together\n") && said.contains("1 buildings house people who need"),
        "{said}"
    );
    assert!(desk.run("check --plan p.csv --certificate c.json").contains("hold"), "prices bound every plan");
    desk.run("plan --whole buildings-by-need --out p.csv");
    assert_eq!(desk.text("p.csv"), "household,shelter,persons\na,s,2\nb,t,2\nc,t,2\nd,t,1\n");
    let said = desk.run("plan --whole villages --extra 9000 --out p.csv");
    assert!(said.contains("1 villages use 1 shelters") && said.contains("uses fewer than 1"), "{said}");
    assert!(desk.text("p.csv").lines().skip(1).all(|row| row.contains(",t,")));
    // A building for which no shelter has room for all is divided rather than left out.
    desk.put("s.csv", "id,x,y,capacity,medical,ground\ns,0,0,5,0,0\nt,50,0,3,0,1\n");
    let said = desk.run("plan --whole buildings --out p.csv");
    assert!(said.contains("7 of 7 persons have a place, every building together but 1"), "{said}");
}

#[test]
fn given_distances_count() {
    let desk = Desk::new("relocate-distances");
    let long = "household,shelter,metres\nh1,s2,1\nh2,s1,7\nh3,s1,2\nh3,s2,9\nh4,s2,3\n";
    desk.put("d.csv", long);
    let said = desk.run("plan --distances d.csv --out p.csv --certificate c.json");
    // h1 cannot walk to s1: 3·1 + 2·7 + 3·2 + 1·9 + 1·3.
    assert!(said.contains("35 person-metres, and no plan"), "{said}");
    assert!(desk.run("check --distances d.csv --plan p.csv --certificate c.json").contains("hold"));
    desk.put("d.csv", "\u{feff}household,s1,s2\r\nh1,,1\r\nh2,7,\r\nh3,2,9\r\nh4,,3\r\n");
    assert!(desk.run("plan --distances d.csv --out p.csv").contains("35 person-metres, and no plan"));
    desk.put("d.csv", format!("{long}h9,s1,1\nh1,s9,1\nh1,s2,4\nh1,s1,-4\n"));
    let said = desk.refused("plan --distances d.csv --out q.csv");
    for reason in [
        "d.csv:7: household: there is no household \"h9\"",
        "d.csv:8: shelter: there is no shelter \"s9\"",
        "d.csv:9: the way from h1 to s2 stands already",
        "d.csv:10: metres: -4 is negative",
    ] {
        assert!(said.contains(reason), "{reason}: {said}");
    }
    desk.put("d.csv", "household,s1,what\n");
    assert!(desk.refused("plan --distances d.csv --out q.csv").contains("line 1: \"what\" is no shelter"));

    // A detour: the straight street between the two shelters is closed.
    desk.put("n.csv", "id,x_dm,y_dm,population\na,0,0,0\nb,3000,4000,0\nc,3000,0,0\n");
    desk.put("e.csv", "u,v,length_dm\na,b,5000\na,c,3005\nc,b,4000\n");
    desk.run("plan --nodes n.csv --edges e.csv --out p.csv --certificate c.json");
    let metres = |desk: &Desk| -> Json {
        let certificate: Json = serde_json::from_str(&desk.text("c.json")).expect("a certificate");
        certificate["person_metres"].clone()
    };
    // Four go 100 m to the crossing and 500 m along the street.
    assert_eq!(metres(&desk), 2400);
    desk.put("b.csv", "u,v\na,b\n");
    desk.run("plan --nodes n.csv --edges e.csv --barriers b.csv --out p.csv --certificate c.json");
    assert_eq!(metres(&desk), 4 * 800, "the floor of 800.5 m");
    assert!(!desk.house.data.join("q.csv").exists());
}

#[test]
fn a_timetable_is_written() {
    let desk = Desk::new("relocate-stages");
    desk.run("plan --out p.csv");
    desk.put("g.csv", "village,level,flood\nV,2,21:30\nW,1,1+04:00\n");
    let said = desk.run("stages --plan p.csv --dangers g.csv --buses 1 --out t.csv");
    assert!(
        said.contains("10 persons leave in") && said.contains("every village is clear in time"),
        "{said}"
    );
    assert!(desk.text("t.csv").starts_with("leaves,arrives,village,shelter,persons,bus\n"));
    let said = desk.run("stages --plan p.csv --dangers g.csv --buses 1 --clear-by 08:05 --out t.csv");
    assert!(said.contains("village W: 1 persons leave after 08:05"), "{said}");
    let said = desk.run("stages --plan p.csv --dangers g.csv --buses 0 --out t.csv");
    assert!(said.contains("3 persons cannot be moved: there is no bus"), "{said}");
    desk.put("g.csv", "village,level,flood\nV,-2,21:30\nW,1,25:00\nV,1,\n");
    let said = desk.refused("stages --plan p.csv --dangers g.csv --out t.csv");
    assert!(said.contains("g.csv:2: level: -2 is negative"), "{said}");
    assert!(said.contains("g.csv:3: flood: \"25:00\" is not a time"), "{said}");
}

#[test]
fn everything_wrong_is_named_by_file_line_and_reason() {
    let desk = Desk::new("relocate-wrong");
    let head = "id,village,building,x,y,size,need\n";
    let homes = [
        ("h1,V,B,0,0,1,0\nh1,V,B,0,0,1,0\n", "h.csv:3: the id \"h1\" stands already on line 2"),
        ("h1,V,B,0,0,1,7\n", "h.csv:2: need: \"7\" is not 0 (none), 1 (medical) or 2 (ground floor)"),
        ("h1,V,B,0,0,1,\n", "h.csv:2: need: \"\" is not 0"),
        ("h1,V,B,0,0,0,0\n", "h.csv:2: size: 0 is not between 1 and"),
        ("h1,V,B,0,0,-3,0\n", "h.csv:2: size: -3 is not between 1 and"),
        ("h1,V,B,north,0,1,0\n", "h.csv:2: x: \"north\" is not a whole number"),
        ("h1,V,B,1.5,0,1,0\n", "h.csv:2: x: \"1.5\" is not a whole number"),
        ("h1,V,B,0,99999999999999999999,1,0\n", "h.csv:2: y: 99999999999999999999 is not between"),
        ("h1,V,B,0,0,1\n", "h.csv:2: 6 cells where the header has 7"),
        (",V,B,0,0,1,0\n", "h.csv:2: the id is empty"),
    ];
    for (rows, reason) in homes {
        desk.put("h.csv", format!("{head}{rows}"));
        let said = desk.refused("plan --out p.csv");
        assert!(said.contains(reason), "{reason}: {said}");
    }
    desk.put("h.csv", "id,village,building,x,y,size\n");
    assert!(desk.refused("plan --out p.csv").contains("line 1: there is no column \"need\""));
    desk.put("h.csv", "");
    assert!(desk.refused("plan --out p.csv").contains("line 1: there is no column \"id\""));
    desk.put("h.csv", b"id,village,building,x,y,size,need\nh\xff,V,B,0,0,1,0\n");
    assert!(desk.refused("plan --out p.csv").contains("UTF-8"));
    desk.put("h.csv", HOUSEHOLDS);
    for (rows, reason) in [
        ("s1,0,0,-5,1,0\n", "s.csv:2: capacity: -5 is negative"),
        ("s1,0,0,5,yes,0\n", "s.csv:2: medical: \"yes\" is neither 1 nor 0"),
        ("s1,0,0,5,1,0\ns2,0,0,5,1,0\ns1,0,0,5,1,0\n", "s.csv:4: the id \"s1\" stands already on line 2"),
    ] {
        desk.put("s.csv", format!("id,x,y,capacity,medical,ground\n{rows}"));
        let said = desk.refused("plan --out p.csv");
        assert!(said.contains(reason), "{reason}: {said}");
    }
    desk.put("s.csv", SHELTERS);
    desk.put("m.csv", "id,village,x,y,max_households\nm,V,0,0,-1\n");
    assert!(
        desk.refused("plan --members m.csv --out p.csv").contains("m.csv:2: max_households: -1 is negative")
    );
    assert!(desk.refused("plan --closed s9 --out p.csv").contains("there is no shelter \"s9\""));
    assert!(desk.refused("plan --forbidden none.csv --out p.csv").contains("none.csv"));
    desk.put("f.csv", "household,shelter\nh1,s7\n");
    assert!(
        desk.refused("plan --forbidden f.csv --out p.csv")
            .contains("f.csv:2: shelter: there is no shelter \"s7\"")
    );
    desk.put("c.json", "{\"persons\": 3}");
    desk.put("old.csv", "household,shelter,persons\n");
    assert!(desk.refused("check --plan old.csv --certificate c.json").contains("c.json"));
    assert!(!desk.house.data.join("p.csv").exists(), "nothing is written");
}

#[test]
fn odd_tables_are_read() {
    let desk = Desk::new("relocate-odd");
    desk.put("h.csv", format!("\u{feff}{}", HOUSEHOLDS.replace('\n', "\r\n")));
    assert!(desk.run("plan --out p.csv").contains("10 of 10 persons"));
    // 户 in GB 18030, as a Chinese spreadsheet saves it.
    let rows: Vec<&[u8]> = HOUSEHOLDS.lines().map(str::as_bytes).collect();
    desk.put("h.csv", rows.join(&b"\n\xbb\xa7"[..]));
    assert!(desk.run("plan --out p.csv").contains("10 of 10 persons"));
    assert!(desk.text("p.csv").contains("\n户h1,s1,3\n"));
    desk.put("h.csv", "need,size,y,x,building,village,id,note\n 0 , 3,0,0,,V,\"a,b\",\"two\nlines\"\n");
    desk.run("plan --out p.csv");
    assert_eq!(desk.text("p.csv"), "household,shelter,persons\n\"a,b\",s1,3\n");
    desk.put("h.csv", "id,village,building,x,y,size,need\n");
    assert!(desk.run("plan --out p.csv").contains("0 of 0 persons in 0 households"));
    desk.put("s.csv", "id,x,y,capacity,medical,ground\n");
    desk.put("h.csv", HOUSEHOLDS);
    assert!(desk.run("plan --out p.csv").contains("4 households go to 0 shelters"));
    assert_eq!(desk.text("p-remaining.csv").lines().count(), 5);
    // One household larger than all shelters together: it stays, or is split.
    desk.put("h.csv", "id,village,building,x,y,size,need\nbig,V,,0,0,40,0\n");
    desk.put("s.csv", SHELTERS);
    assert!(desk.run("plan --out p.csv").contains("15 persons remain who need any place"));
    assert!(desk.run("plan --whole households --out p.csv").contains("40 persons remain who need any place"));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_plan_and_leaves_what_was_there() {
    let desk = Desk::new("relocate-stopped");
    desk.house.run(&["relocate", "sample", "--out", &desk.path("city")]);
    desk.put("city/plan.csv", "as it was");
    let words = "plan --times --households city/households.csv --shelters city/shelters.csv --out city/plan.csv \
        --certificate city/proof.json";
    let words = words
        .split_whitespace()
        .map(|word| if word.contains('.') { desk.path(word) } else { word.to_owned() });
    let words: Vec<String> = std::iter::once("relocate".to_owned()).chain(words).collect();
    let (ended, said) =
        desk.house.interrupted(&words.iter().map(String::as_str).collect::<Vec<_>>(), "reading:");
    assert!(!ended.success() && said.contains("stopping…"), "{said}");
    assert!(said.contains("stopped before there was a plan"), "{said}");
    assert_eq!(desk.text("city/plan.csv"), "as it was");
    let mut names: Vec<String> = fs::read_dir(desk.house.data.join("city"))
        .expect("it was made")
        .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(
        names,
        ["households.csv", "members.csv", "plan.csv", "shelters.csv"],
        "nothing lies half written"
    );
}

#[test]
fn what_proves_few_shelters_is_written() {
    let desk = Desk::new("relocate-villages");
    desk.house.run(&["relocate", "sample", "--households", "6000", "--out", &desk.path("city")]);
    let given = ["--households", "--shelters"].into_iter().zip(["city/households.csv", "city/shelters.csv"]);
    let given: Vec<String> = given.flat_map(|(word, file)| [word.to_owned(), desk.path(file)]).collect();
    let written = ["--out", &desk.path("p.csv"), "--certificate", &desk.path("c.json")].map(str::to_owned);
    let words = ["relocate", "plan", "--whole", "villages"].map(str::to_owned);
    let words: Vec<String> = words.into_iter().chain(given).chain(written).collect();
    let said = desk.house.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
    let proof: Json = serde_json::from_str(&desk.text("c-villages.json")).expect("a proof");
    let pairs = format!("no plan as short uses fewer than {}", proof["pairs"]);
    assert!(said.contains(&pairs), "{pairs}: {said}");
    assert_eq!(proof["households"].as_array().map(Vec::len), Some(6000));
}
