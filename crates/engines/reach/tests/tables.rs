//! Tables are read or refused with the line and the reason, and never break the reader.

use lianxin_reach::tables::{Candidates, Nodes, Stations, barriers, edges};
use lianxin_reach::{
    Ask, Barrier, Day, Grain, Ground, Origin, Place, Streets, Unwatched, Wanted, coverage, nearest, picture,
    place,
};
use proptest::prelude::*;

const NODES: &str = "\u{feff}id,x_dm,y_dm,population,area\r\n a ,0,0,3,North\r\n\"b, c\",10,-5,4,South\r\n\r\nd,20,0,5,North\r\n";

#[test]
fn tables_are_read() {
    let nodes = Nodes::read(NODES).unwrap();
    assert_eq!((nodes.id(0), nodes.id(1), nodes.id(2)), ("a", "b, c", "d"));
    assert_eq!((nodes.line(0), nodes.line(2), nodes.line(3)), (2, 5, 0), "blank lines count");
    assert_eq!(nodes.places[1], Place { x_dm: 10, y_dm: -5, z_dm: 0, people: 4 });
    assert_eq!(
        (nodes.areas.as_slice(), nodes.area_of.as_slice()),
        (&["North".into(), "South".into()][..], &[0, 1, 0][..])
    );
    let streets = edges("length_dm,v,u\n12,\"b, c\",a\n", &nodes).unwrap();
    assert_eq!((streets[0].from, streets[0].to, streets[0].length_dm), (0, 1, 12));
    let stations = Stations::read("id,node,service,hours\ns,d,post,Mo-Fr 09:00-12:00\n", &nodes).unwrap();
    assert_eq!((stations.stations[0].place, stations.id(0), &*stations.services[0]), (2, "s", "post"));
    assert_eq!(stations.stations[0].hours.on(Day::MONDAY), 0b111 << 9);
    let two = Stations::read("id,node,service\ns,d,post\ns,d,bank\nt,a,bank\n", &nodes).unwrap();
    assert_eq!(
        (two.id(0), two.id(1), two.id(2), two.services.len()),
        ("s", "s", "t", 2),
        "one with two services"
    );
    let candidates = Candidates::read("id,x_dm,y_dm\nc,12,-4\n", &nodes).unwrap();
    assert_eq!((candidates.places[0], candidates.id(0)), (1, "c"), "the nearest node");
    let plain = Candidates::read("node\nd\na\n", &nodes).unwrap();
    assert_eq!((&*plain.places, plain.id(0)), (&[2, 0][..], "d"), "its node's id is its own");
    assert_eq!(barriers("u,v\na,d\nd,\n", &nodes).unwrap(), [Barrier::Street(0, 2), Barrier::Place(2)]);
}

#[test]
fn degrees_stand_for_the_nearest_node_where_the_frame_is_known() {
    let mut nodes = Nodes::read("id,x_dm,y_dm,population\na,0,0,1\nb,1000,0,1\n").unwrap();
    let stations = "id,lon,lat,service\ns,114.3009,30.6,post\n";
    assert_eq!(
        Stations::read(stations, &nodes).unwrap_err().to_string(),
        "line 1: there is no column «node»"
    );
    nodes.origin = Some(Origin { lon: 114.3, lat: 30.6 });
    assert_eq!(Stations::read(stations, &nodes).unwrap().stations[0].place, 1);
    nodes.add_people("lon,lat,population\n114.3,30.6,7\n114.3,30.6,2\n").unwrap();
    assert_eq!((nodes.places[0].people, nodes.places[1].people), (10, 1));
}

#[test]
fn wrong_rows_are_named() {
    let head = "id,x_dm,y_dm,population\n";
    let nodes = |rows: &str| Nodes::read(&format!("{head}{rows}")).map(drop).unwrap_err().to_string();
    assert_eq!(
        Nodes::read("").unwrap_err().to_string(),
        "line 1: the file is empty: its first line names the columns"
    );
    assert_eq!(
        Nodes::read("id,x_dm,y_dm\n").unwrap_err().to_string(),
        "line 1: there is no column «population»"
    );
    assert_eq!(nodes("1,0,0,1\n2,0,0\n"), "line 3: 3 fields where the head has 4");
    assert_eq!(nodes("1,0,0,1\n\n1,0,0,1\n"), "line 4: the id «1» stands in an earlier row too");
    assert_eq!(nodes("1,0,0,-1\n"), "line 2: population is -1: it must lie between 0 and 4294967295");
    assert_eq!(nodes("1,0,0.5,1\n"), "line 2: y_dm is «0.5», which is no whole number");
    assert_eq!(nodes(",0,0,1\n"), "line 2: «id» is empty");
    assert_eq!(nodes("a\"b,0,0,1\n"), "line 2: a quote stands within a field");
    let known = format!("{head}1,0,0,1\n2,9,9,1\n");
    let known = Nodes::read(&known).unwrap();
    let edge = |row: &str| edges(&format!("u,v,length_dm\n{row}\n"), &known).unwrap_err().to_string();
    assert_eq!(edge("1,3,5"), "line 2: there is no node «3»");
    assert_eq!(edge("1,2,-5"), "line 2: length_dm is -5: it must lie between 0 and 10000000");
    let station =
        |row: &str| Stations::read(&format!("id,node,service,hours\n{row}\n"), &known).map(drop).unwrap_err();
    assert_eq!(
        station("s,1,post,mornings").to_string(),
        "line 2: «mornings» are no opening hours such as «Mo-Fr 08:30-17:30; Sa 09:00-12:00; PH off»"
    );
    assert_eq!(station("s,7,post,").to_string(), "line 2: there is no node «7»");
    assert_eq!(
        station("s,1,post,\ns,1,post,").to_string(),
        "line 3: the id «s» stands in an earlier row too"
    );
    assert_eq!(
        station("s,1,post,\ns,2,bank,").to_string(),
        "line 3: the id «s» stands in an earlier row too"
    );
}

/// Text that is nearly a table: the right heads, then rows of pieces that often fit.
fn nearly(head: &'static str) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[0-5]",
        1 => Just("-500000000".to_owned()),
        1 => Just("500000000".to_owned()),
        1 => Just("4294967295".to_owned()),
        1 => Just("10000000".to_owned()),
        1 => Just("Mo 08:00-02:00".to_owned()),
        1 => Just("PH off".to_owned()),
        1 => Just(String::new()),
        1 => "[\"a,\\-.:; é]{0,5}",
    ];
    let columns = head.split(',').count();
    let row = prop_oneof![9 => prop::collection::vec(piece.clone(), columns), 1 => prop::collection::vec(piece, 0..6)];
    prop::collection::vec(row.prop_map(|row| row.join(",")), 0..12)
        .prop_map(move |rows| format!("{head}\n{}", rows.join("\n")))
}

/// Numbers, so that whole tables are accepted more often.
fn plain(head: &'static str, least: usize) -> impl Strategy<Value = String> {
    let columns = head.split(',').count();
    prop::collection::vec(prop::collection::vec(0_u32..6, columns), least..12).prop_map(move |rows| {
        let rows: Vec<String> = (0..)
            .zip(rows)
            .map(|(number, row)| {
                let cells = row.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
                if head.starts_with("id") { format!("{number}{}", &cells[1..]) } else { cells }
            })
            .collect();
        format!("{head}\n{}\n", rows.join("\n"))
    })
}

fn either(head: &'static str, least: usize) -> impl Strategy<Value = String> {
    prop_oneof![3 => plain(head, least), 1 => nearly(head), 1 => ".{0,60}"]
}

proptest! {
    #[test]
    fn no_tables_break_anything(
        nodes in either("id,x_dm,y_dm,population,z_dm,area", 6),
        streets in either("u,v,length_dm", 0),
        stations in either("id,node,service,hours", 0).prop_map(|text| text.replace(",hours", ",other")),
        candidates in either("id,x_dm,y_dm", 0),
        closed in either("u,v", 0),
        limit in any::<u32>(), k in 0_usize..4,
    ) {
        let Ok(nodes) = Nodes::read(&nodes) else { return Ok(()) };
        let Ok(streets) = edges(&streets, &nodes) else { return Ok(()) };
        let _closed = barriers(&closed, &nodes);
        let stations = Stations::read(&stations, &nodes).unwrap_or_default();
        let candidates = Candidates::read(&candidates, &nodes).unwrap_or_default();
        let laid_out = Streets::new(nodes.places.clone(), streets, Default::default()).unwrap();
        let ask = Ask {
            stations: &stations.stations, services: &stations.services, limit, walkers: &[0, limit],
            day: Day::MONDAY, areas: &nodes.areas, area_of: &nodes.area_of,
        };
        let (answer, _) = coverage(&laid_out, &ask, &mut Unwatched).unwrap();
        prop_assert!(answer.covered_population <= answer.population);
        let wanted = Wanted { candidates: &candidates.places, stations: &[], k, limit, effort: 10_000 };
        let placed = place(&laid_out, &wanted, &mut Unwatched).unwrap();
        prop_assert!(placed.newly_covered_population <= placed.bound_population);
        let mut ground = Ground::new(&laid_out, Grain::default());
        let outlines: Vec<_> = (0..8).map(|station| ground.outline(station, limit)).collect();
        let near = nearest(&laid_out, &[0, 1]);
        let scene = picture::Scene {
            streets: &laid_out, near: &near, limit, stations: &[], outlines: &outlines, caption: "<&>",
        };
        prop_assert!(picture::draw(&scene).ends_with("</svg>\n"));
    }
}
