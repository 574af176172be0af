//! Whatever bytes the tables hold, they are read, or refused by file and reason, and nothing breaks.

use clap::Parser;
use proptest::prelude::*;

use super::Relocate;
use crate::commands::fuzz::{Desk, Pool, spoilt, table};

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    what: Relocate,
}

fn run(desk: &Desk, line: &str) -> lianxin_foundation::Result<()> {
    let line = format!("relocate {line}");
    let done = Line::try_parse_from(desk.words(&line)).expect("the line is right").what.run();
    desk.holds(&done);
    done
}

const PLACE: Pool = &["0", "3", "-4", "100", "77", "100000000", "-100000000"];

fn households() -> impl Strategy<Value = Vec<u8>> {
    const SIZE: Pool = &["1", "2", "6", "100000"];
    const COLUMNS: &[Pool] =
        &[&["#"], &["V", "W", ""], &["A", "B", ""], PLACE, PLACE, SIZE, &["0", "0", "1", "2"]];
    table("id,village,building,x,y,size,need", COLUMNS)
}

fn shelters() -> impl Strategy<Value = Vec<u8>> {
    const COLUMNS: &[Pool] =
        &[&["#"], PLACE, PLACE, &["0", "2", "7", "4294967295"], &["0", "1"], &["1", "0"]];
    table("id,x,y,capacity,medical,ground", COLUMNS)
}

const IDS: Pool = &["0", "1", "2", "3"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_table_breaks_a_plan(
        homes in households(),
        places in shelters(),
        members in table("id,village,x,y,max_households", &[&["#"], &["V"], PLACE, PLACE, &["0", "1", "9", "4294967295"]]),
        pairs in table("household,shelter", &[IDS, IDS]),
        distances in table("household,shelter,metres", &[IDS, IDS, &["0", "12", "1000000000"]]),
        option in 0_usize..8,
    ) {
        let desk = Desk::new();
        for (name, bytes) in [("h.csv", &homes), ("s.csv", &places), ("m.csv", &members), ("f.csv", &pairs), ("d.csv", &distances)] {
            desk.put(name, bytes);
        }
        let option = [
            "", "--members m.csv", "--forbidden f.csv", "--distances d.csv", "--whole households",
            "--whole buildings --forbidden f.csv", "--whole buildings-by-need", "--whole villages --extra 100",
        ][option];
        let given = "--households h.csv --shelters s.csv";
        let said = run(&desk, &format!("plan {given} {option} --out p.csv --certificate c.json --svg p.svg"));
        if said.is_ok() {
            let measured = if option.starts_with("--d") || option.starts_with("--f") { option } else { "" };
            let cut = if option.ends_with("f.csv") { "--forbidden f.csv" } else { measured };
            let left = if desk.file("p-remaining.csv").exists() { "--remaining p-remaining.csv" } else { "" };
            run(&desk, &format!("check {given} {cut} --plan p.csv --certificate c.json {left}")).expect("what was planned holds");
        }
    }

    #[test]
    fn no_earlier_plan_breaks_a_new_one(
        homes in households(),
        places in shelters(),
        plan in table("household,shelter,persons", &[IDS, IDS, &["0", "1", "5", "4294967295"]]),
        prices in prop::collection::vec(prop_oneof![Just(0), -2_i64..2000, Just(i64::MAX), Just(i64::MIN)], 0..4),
        spoil in any::<bool>(),
        dangers in table("village,level,flood", &[&["V", "W", "X"], &["0", "3", "1000"], &["", "21:30", "1+04:00", "99+23:59"]]),
        left in table("household,persons,need", &[IDS, &["0", "3", "4294967295"], &["0"]]),
        fewest in any::<bool>(),
        certificate in spoilt(Just(br#"{"distance":"d","households":2,"persons":3,"placed":3,"person_metres":9,"cost":9,"bound":9,
            "left_out":[{"need":1,"persons":0,"price":900},{"need":0,"persons":0,"price":300}],
            "shelters":[{"id":"0","price":12,"capacity":5,"persons":3},{"id":"1","price":0,"capacity":5,"persons":0}]}"#.to_vec())),
    ) {
        let desk = Desk::new();
        let priced: Vec<String> = prices.iter().enumerate()
            .map(|(id, price)| format!(r#"{{"id":"{id}","price":{price},"capacity":1,"persons":1}}"#)).collect();
        let whole = format!(r#"{{"distance":"","households":1,"persons":1,"placed":1,"person_metres":{0},"cost":{0},"bound":{0},
            "left_out":[{{"need":0,"persons":1,"price":{0}}}],"shelters":[{1}]}}"#, prices.first().unwrap_or(&0), priced.join(","));
        let certificate = if spoil { certificate } else { whole.into_bytes() };
        for (name, bytes) in [
            ("h.csv", &homes), ("s.csv", &places), ("p.csv", &plan), ("c.json", &certificate), ("g.csv", &dangers), ("r.csv", &left),
        ] {
            desk.put(name, bytes);
        }
        let given = "--households h.csv --shelters s.csv";
        let goal = if fewest { "--fewest-moves --extra 50" } else { "" };
        let again = run(&desk, &format!("replan {given} {goal} --old-plan p.csv --old-certificate c.json --out n.csv --certificate n.json"));
        if again.is_ok() {
            let left = if desk.file("n-remaining.csv").exists() { "--remaining n-remaining.csv" } else { "" };
            run(&desk, &format!("check {given} --plan n.csv --certificate n.json {left}")).expect("what was planned holds");
        }
        // Whether these hold is another matter.
        let _ = run(&desk, &format!("check {given} --plan p.csv --remaining r.csv --certificate c.json"));
        let _ = run(&desk, &format!("stages {given} --plan p.csv --dangers g.csv --out t.csv"));
    }
}
