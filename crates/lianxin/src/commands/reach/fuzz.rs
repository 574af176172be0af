//! Whatever bytes the tables or an extract hold, they are read, or refused by file and reason, and nothing breaks.

use clap::Parser;
use proptest::prelude::*;

use super::Reach;
use crate::commands::fuzz::{Desk, Pool, spoilt, table};

#[path = "../../../tests/program/extract.rs"]
mod extract;

#[derive(Parser)]
struct Line {
    #[command(subcommand)]
    what: Reach,
}

fn run(desk: &Desk, line: &str) -> lianxin_foundation::Result<()> {
    let line = format!("reach {line}");
    let done = Line::try_parse_from(desk.words(&line)).expect("the line is right").what.run();
    desk.holds(&done);
    done
}

const IDS: Pool = &["0", "1", "2", "3"];
const PLACE: Pool = &["0", "30", "-4000", "500000000", "-500000000", "9000"];
const HOURS: Pool = &["", "Mo-Fr 08:30-17:30", "24/7", "PH off", "Sa-Su,PH 22:00-02:00"];
const SPAN: Pool = &["0", "4000", "10000000"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn no_table_breaks_an_answer(
        nodes in table("id,x_dm,y_dm,population,z_dm,area", &[&["#"], PLACE, PLACE, &["0", "7", "4294967295"], PLACE, &["N", "S", ""]]),
        edges in table("u,v,length_dm", &[IDS, IDS, SPAN]),
        stations in table("id,node,service,hours", &[&["#"], IDS, &["post", "bank"], HOURS]),
        people in table("x_dm,y_dm,population", &[PLACE, PLACE, &["3"]]),
        walls in table("x1_dm,y1_dm,x2_dm,y2_dm", &[PLACE, PLACE, PLACE, PLACE]),
        barriers in table("u,v", &[IDS, &["0", "1", ""]]),
        candidates in table("id,node", &[&["#"], IDS]),
        option in 0_usize..4, limit in any::<u32>(),
    ) {
        let desk = Desk::new();
        for (name, bytes) in [
            ("n.csv", &nodes), ("e.csv", &edges), ("s.csv", &stations), ("p.csv", &people), ("w.csv", &walls),
            ("b.csv", &barriers), ("c.csv", &candidates),
        ] {
            desk.put(name, bytes);
        }
        let option = ["", "--people p.csv", "--walls w.csv", "--barriers b.csv"][option];
        let given = format!("--nodes n.csv --edges e.csv --stations s.csv {option} --limit-dm {limit}");
        let _ = run(&desk, &format!(
            "coverage {given} --day 2026-10-01 --walkers 75,30 --out r.json --doors d.csv --pairs q.csv --isochrones i.json --svg m.svg"
        ));
        let _ = run(&desk, &format!("place {given} --candidates c.csv --k 2 --effort 1000 --out k.json"));
    }

    #[test]
    fn no_extract_breaks_an_answer(
        bytes in prop_oneof![
            8 => spoilt(spoilt(Just(extract::extract()))),
            1 => prop::collection::vec(any::<u8>(), 0..200),
        ],
        people in table("node,population", &[&["7", "8", "9"], &["1"]]),
    ) {
        let desk = Desk::new();
        desk.put("x.osm.pbf", &bytes);
        desk.put("s.csv", b"id,lon,lat,service\ns,114.3,30.6001,post\n");
        desk.put("p.csv", &people);
        let _ = run(&desk, "coverage --osm x.osm.pbf --stations s.csv --people p.csv --out r.json");
    }
}
