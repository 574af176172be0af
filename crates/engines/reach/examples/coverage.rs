//! Coverage from three CSV files, timed step by step: `coverage FOLDER LIMIT_DM`.

use std::error::Error;
use std::fs::read_to_string;
use std::path::Path;
use std::time::Instant;

use lianxin_reach::tables::{Nodes, Stations, edges};
use lianxin_reach::{Ask, Day, Streets, Unwatched, Walk, coverage};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("give a folder with nodes.csv, edges.csv and stations.csv")?;
    let limit = std::env::args().nth(2).as_deref().unwrap_or("7500").parse()?;
    let read = |name: &str| read_to_string(Path::new(&folder).join(name));
    let mut clock = Instant::now();
    let mut lap = |what: &str| {
        eprintln!("{what}: {:.1} ms", clock.elapsed().as_secs_f64() * 1e3);
        clock = Instant::now();
    };
    let (nodes, streets, stations) = (read("nodes.csv")?, read("edges.csv")?, read("stations.csv")?);
    let mut nodes = Nodes::read(&nodes)?;
    let streets = edges(&streets, &nodes)?;
    let stations = Stations::read(&stations, &nodes)?;
    lap("reading");
    let streets = Streets::level(std::mem::take(&mut nodes.places), streets)?;
    lap("laying out");
    let mut walk = Walk::new(&streets);
    let pairs: usize = stations.stations.iter().map(|station| walk.within(station.place, limit).len()).sum();
    lap(&format!("{pairs} pairs walked"));
    let ask = Ask {
        stations: &stations.stations,
        services: &stations.services,
        limit,
        walkers: &[],
        day: Day::MONDAY,
        areas: &nodes.areas,
        area_of: &nodes.area_of,
    };
    let (answer, _) = coverage(&streets, &ask, &mut Unwatched)?;
    lap("coverage");
    println!("{}", serde_json::to_string(&answer)?);
    Ok(())
}
