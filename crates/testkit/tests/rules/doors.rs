//! Who may open which door: read from the crates' own lists of what they depend on.

use std::fs;
use std::path::Path;

use crate::source::{crates, short};

/// What each kind of room may depend on inside the house, by package name; `ENGINES` stands for all of them.
const DOORS: &[(&str, &[&str])] = &[
    ("lianxin-foundation", &[ENGINES]),
    ("lianxin-channels", &["lianxin-foundation"]),
    ("lianxin-registry", &["lianxin-foundation", ENGINES]),
    ("lianxin-matters", &["lianxin-foundation", "lianxin-registry", ENGINES]),
    ("lianxin-reconcile", &["lianxin-foundation", "lianxin-registry", ENGINES]),
    ("lianxin-services", &["lianxin-foundation", "lianxin-registry", ENGINES]),
    ("lianxin-economy", &["lianxin-foundation", "lianxin-registry", ENGINES]),
    ("lianxin-knowledge", &["lianxin-foundation", "lianxin-registry", ENGINES]),
    ("lianxin-evaluation", &["lianxin-foundation", "lianxin-registry", ROOMS, ENGINES]),
    ("lianxin-emergency", &["lianxin-foundation", "lianxin-registry", ROOMS, ENGINES]),
    ("lianxin-testkit", &["lianxin-foundation"]),
    ("lianxin", &["lianxin-foundation", "lianxin-channels", "lianxin-registry", ROOMS, ENGINES]),
];

const ENGINES: &str = "every engine";
const ROOMS: &str = "every room on the registry";

/// The rooms that stand on the registry and know nothing of each other.
const ON_REGISTRY: &[&str] =
    &["lianxin-matters", "lianxin-reconcile", "lianxin-services", "lianxin-economy", "lianxin-knowledge"];

/// Rooms that only the program itself sees.
const ABOVE: &[&str] = &["lianxin-evaluation", "lianxin-emergency"];

/// A crate's name, whether it is an engine, and what it depends on inside the house.
struct Room {
    name: String,
    engine: bool,
    opens: Vec<String>,
}

fn read(folder: &Path) -> Room {
    let text = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let names = |section: &str| -> Vec<String> {
        manifest
            .get(section)
            .and_then(toml::Value::as_table)
            .map(|table| table.keys().cloned().collect())
            .unwrap_or_default()
    };
    // What only tests use opens no door of the program.
    let opens = [names("dependencies"), names("build-dependencies")].concat();
    Room {
        name: manifest["package"]["name"].as_str().unwrap().to_owned(),
        engine: short(folder).starts_with("crates/engines/"),
        opens: opens.into_iter().filter(|name| name.starts_with("lianxin")).collect(),
    }
}

#[test]
fn every_door_that_is_open_may_be_open() {
    let rooms: Vec<Room> = crates().iter().map(|folder| read(folder)).collect();
    let engine = |name: &str| rooms.iter().any(|room| room.engine && room.name == name);
    let mut wrong = Vec::new();
    for room in &rooms {
        let allowed = match DOORS.iter().find(|(name, _)| *name == room.name) {
            _ if room.engine => &[][..],
            Some((_, allowed)) => allowed,
            None => panic!("{} is a room without doors: name it in DOORS", room.name),
        };
        for opened in &room.opens {
            let may = allowed.iter().any(|door| match *door {
                ENGINES => engine(opened),
                ROOMS => {
                    ON_REGISTRY.contains(&opened.as_str())
                        || (room.name == "lianxin" && ABOVE.contains(&opened.as_str()))
                }
                named => named == opened,
            });
            if !may {
                wrong.push(format!("{} opens {opened}", room.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rooms.len() >= 6, "the crates are found");
}
