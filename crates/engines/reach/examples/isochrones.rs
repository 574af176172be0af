//! The outline of every station's reach, timed: `isochrones FOLDER LIMIT_DM`.

use std::error::Error;
use std::fs::read_to_string;
use std::path::Path;
use std::time::Instant;

use lianxin_reach::tables::{Nodes, Stations, edges};
use lianxin_reach::{Grain, Ground, Streets};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("give a folder with nodes.csv, edges.csv and stations.csv")?;
    let limit = std::env::args().nth(2).as_deref().unwrap_or("7500").parse()?;
    let read = |name: &str| read_to_string(Path::new(&folder).join(name));
    let (nodes, streets, stations) = (read("nodes.csv")?, read("edges.csv")?, read("stations.csv")?);
    let mut nodes = Nodes::read(&nodes)?;
    let streets = edges(&streets, &nodes)?;
    let stations = Stations::read(&stations, &nodes)?;
    let streets = Streets::level(std::mem::take(&mut nodes.places), streets)?;
    let clock = Instant::now();
    let mut ground = Ground::new(&streets, Grain::default());
    println!("the ground: {:.1} ms", clock.elapsed().as_secs_f64() * 1e3);
    let (mut slowest, mut corners, mut rings) = (0.0_f64, 0, 0);
    let clock = Instant::now();
    for station in &stations.stations {
        let one = Instant::now();
        let outline = ground.outline(station.place, limit);
        slowest = slowest.max(one.elapsed().as_secs_f64() * 1e3);
        rings += outline.polygons.iter().flatten().count();
        corners += outline.polygons.iter().flatten().flatten().count();
    }
    let mean = clock.elapsed().as_secs_f64() * 1e3 / stations.stations.len() as f64;
    println!("{mean:.3} ms an outline, the slowest {slowest:.3} ms; {rings} rings, {corners} corners");
    Ok(())
}
