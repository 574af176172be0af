//! The best sites from CSV files, timed: `place FOLDER LIMIT_DM K`.

use std::error::Error;
use std::fs::read_to_string;
use std::path::Path;
use std::time::Instant;

use lianxin_reach::tables::{Candidates, Nodes, Stations, edges};
use lianxin_reach::{Streets, Unwatched, Wanted, place};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("give a folder with nodes.csv, edges.csv and stations.csv")?;
    let limit = std::env::args().nth(2).as_deref().unwrap_or("7500").parse()?;
    let k = std::env::args().nth(3).as_deref().unwrap_or("30").parse()?;
    let read = |name: &str| read_to_string(Path::new(&folder).join(name));
    let (nodes, streets, stations) = (read("nodes.csv")?, read("edges.csv")?, read("stations.csv")?);
    let mut nodes = Nodes::read(&nodes)?;
    let streets = edges(&streets, &nodes)?;
    let stations = Stations::read(&stations, &nodes)?;
    let stations: Vec<u32> = stations.stations.iter().map(|station| station.place).collect();
    let every = (0..nodes.places.len() as u32).collect();
    let candidates = match read("candidates.csv") {
        Ok(text) if std::env::args().nth(4).is_none() => Candidates::read(&text, &nodes)?.places,
        _ => every,
    };
    let streets = Streets::level(std::mem::take(&mut nodes.places), streets)?;
    let clock = Instant::now();
    let wanted = Wanted { candidates: &candidates, stations: &stations, k, limit, effort: Wanted::EFFORT };
    let answer = place(&streets, &wanted, &mut Unwatched)?;
    eprintln!("placing: {:.1} ms", clock.elapsed().as_secs_f64() * 1e3);
    println!(
        "{} of at most {} in {} problems",
        answer.newly_covered_population, answer.bound_population, answer.problems
    );
    Ok(())
}
