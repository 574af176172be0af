//! `lianxin reach`, from files to files.

use std::fs;
use std::path::PathBuf;

use serde_json::Value as Json;

use crate::extract::extract;
use crate::house::{Folder, House};

/// A row of five crossings, 400 m apart, and one that no street leads to.
const NODES: &str = "id,x_dm,y_dm,population,area\n\
    a,0,0,10,East\nb,4000,0,20,East\nc,8000,0,30,West\nd,12000,0,40,West\ne,16000,0,50,West\nf,0,9000,5,West\n";
const EDGES: &str = "u,v,length_dm\na,b,4000\nb,c,4000\nc,d,4000\nd,e,4000\n";
const STATIONS: &str = "id,node,service,hours\ns,a,post,Mo-Fr 09:00-12:00\nt,e,bank,\n";

struct Desk<'a> {
    house: &'a House,
    files: Vec<(&'static str, PathBuf)>,
}

impl<'a> Desk<'a> {
    fn new(house: &'a House) -> Self {
        let mut desk = Desk { house, files: Vec::new() };
        for (name, text) in [("nodes", NODES), ("edges", EDGES), ("stations", STATIONS)] {
            desk.put(name, text);
        }
        desk
    }

    fn put(&mut self, name: &'static str, text: impl AsRef<[u8]>) -> String {
        let file = self.house.data.join(name);
        fs::write(&file, text).expect("the temporary folder can be written");
        self.files.push((name, file.clone()));
        file.display().to_string()
    }

    fn asked(&self, rest: &[&str]) -> Vec<String> {
        let file = |name: &str| self.house.data.join(name).display().to_string();
        let mut words = vec!["reach".to_owned(), rest[0].to_owned()];
        for (flag, name) in [("--nodes", "nodes"), ("--edges", "edges"), ("--stations", "stations")] {
            words.extend([flag.to_owned(), file(name)]);
        }
        words.extend(rest[1..].iter().map(|word| (*word).to_owned()));
        words
    }

    fn ask(&self, rest: &[&str]) -> String {
        let words = self.asked(rest);
        self.house.run(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn refused(&self, rest: &[&str]) -> String {
        let words = self.asked(rest);
        self.house.refused(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn json(&self, file: &str) -> Json {
        let text = fs::read_to_string(self.house.data.join(file)).expect("the answer was written");
        serde_json::from_str(&text).expect("the answer is JSON")
    }
}

#[test]
fn coverage_is_written() {
    let folder = Folder::new("reach-coverage");
    let house = House::on_sqlite(&folder);
    let desk = Desk::new(&house);
    let out = |name: &str| house.data.join(name).display().to_string();
    desk.ask(&[
        "coverage",
        "--limit-dm",
        "8000",
        "--out",
        &out("r.json"),
        "--doors",
        &out("d.csv"),
        "--isochrones",
        &out("i.json"),
        "--svg",
        &out("m.svg"),
        "--walkers",
        "75,30",
        "--pairs",
        &out("p.csv"),
    ]);
    let answer = desk.json("r.json");
    // The middle is exactly at the limit of both stations.
    assert_eq!((&answer["covered_nodes"], &answer["covered_population"]), (&5.into(), &150.into()));
    assert_eq!((&answer["population"], &answer["sum_nearest_dm"]), (&155.into(), &16_000.into()));
    assert_eq!((&answer["reach_pairs"], &answer["sum_pair_dm"]), (&6.into(), &24_000.into()));
    assert_eq!(answer["reach_nodes_per_station"], serde_json::json!([3, 3]));
    let post = &answer["services"][0];
    assert_eq!((&post["service"], &post["covered_population"]), (&"post".into(), &60.into()));
    let by_hour = post["open_population_by_hour"].as_array().expect("24 hours");
    assert_eq!(by_hour[8..13], [0, 60, 60, 60, 0].map(Json::from));
    assert_eq!(post["walkers"][1]["covered_population"], 10, "the slower walk 320 m in the same time");
    assert_eq!(post["areas"][1]["covered_population"], 30);
    let doors = fs::read_to_string(out("d.csv")).expect("the doors were written");
    assert!(doors.contains("\nc,post,s,8000,640\n") && doors.contains("\nf,bank,,,\n"), "{doors}");
    let pairs = fs::read_to_string(out("p.csv")).expect("the pairs were written");
    assert!(pairs.contains("\ns,post,c,8000\nt,bank,e,0\n"), "{pairs}");
    assert_eq!(desk.json("i.json")["features"][1]["properties"]["population"], 120);
    assert!(fs::read_to_string(out("m.svg")).expect("the map was drawn").starts_with("<svg"));
}

#[test]
fn places_are_proven() {
    let folder = Folder::new("reach-place");
    let house = House::on_sqlite(&folder);
    let mut desk = Desk::new(&house);
    let candidates = desk.put("candidates", "id,node\nx,b\ny,d\nz,e\n");
    let said = desk.ask(&[
        "place",
        "--candidates",
        &candidates,
        "--k",
        "1",
        "--limit-dm",
        "4000",
        "--service",
        "post",
    ]);
    assert!(said.contains("site y at node d: 120 people newly covered"), "{said}");
    assert!(said.contains("no choice of as many candidates covers more than 120"), "{said}");
    let said = desk.ask(&["place", "--k", "9", "--limit-dm", "0"]);
    assert!(said.contains("4 sites newly cover 95 people"), "every node is a candidate: {said}");
}

#[test]
fn what_is_wrong_is_named() {
    let folder = Folder::new("reach-wrong");
    let house = House::on_sqlite(&folder);
    let mut desk = Desk::new(&house);
    desk.put("stations", "id,node,service\ns,a,post\nt,nowhere,post\n");
    let said = desk.refused(&["coverage"]);
    assert!(said.contains("stations: line 3: there is no node «nowhere»"), "{said}");
    desk.put("stations", STATIONS);
    desk.put("nodes", format!("{NODES}a,0,0,0,East\n"));
    let said = desk.refused(&["coverage"]);
    assert!(said.contains("nodes: line 8: the id «a» stands in an earlier row too"), "{said}");
    desk.put("nodes", NODES);
    let walls = desk.put("walls", "x1_dm,y1_dm,x2_dm,y2_dm\n6000,-10,6000,ten\n");
    let said = desk.refused(&["coverage", "--walls", &walls]);
    assert!(said.contains("walls: line 2: y2_dm"), "{said}");
    desk.put("walls", "x1_dm,y1_dm,x2_dm,y2_dm\n6000,-10,6000,10\n");
    let said = desk.ask(&["coverage", "--walls", &walls, "--limit-dm", "8000"]);
    let answer: Json = serde_json::from_str(&said).expect("the answer is JSON");
    assert_eq!(answer["reach_nodes_per_station"], serde_json::json!([2, 3]), "nobody passes the wall");
    desk.put("edges", "u,v,length_dm\na,b,-1\n");
    let said = desk.refused(&["coverage"]);
    assert!(said.contains("edges: line 2: length_dm is -1"), "{said}");
    assert!(!house.data.join("r.json").exists());
}

#[test]
fn an_extract_is_walked() {
    let folder = Folder::new("reach-osm");
    let house = House::on_sqlite(&folder);
    let mut desk = Desk::new(&house);
    let extract = desk.put("extract.osm.pbf", extract());
    let stations = desk.put("stations", "id,lon,lat,service\ns,114.3,30.6001,post\n");
    let people = desk.put("people", "node,population\n7,3\n8,4\n");
    let said =
        house.run(&["reach", "coverage", "--osm", &extract, "--stations", &stations, "--people", &people]);
    let answer: Json = serde_json::from_str(&said).expect("the answer is JSON");
    assert_eq!(
        (&answer["nodes"], &answer["covered_population"]),
        (&2.into(), &7.into()),
        "nobody walks the motorway"
    );
    assert_eq!(answer["sum_nearest_dm"], 1112);
    fs::write(&extract, &fs::read(&extract).expect("just written")[..60]).expect("it can be cut");
    let said = house.refused(&["reach", "coverage", "--osm", &extract, "--stations", &stations]);
    assert!(said.contains("reading") && said.contains("extract.osm.pbf"), "{said}");
}
