//! The files and lines an answer about reach is told in.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use lianxin_foundation::Result;
use lianxin_foundation::error::While;
use lianxin_reach::tables::{Nodes, Stations};
use lianxin_reach::{Doors, Placement};
use serde::Serialize;
use serde_json::json;

/// Writes `answer` as JSON into `file`, or to the terminal.
pub fn json(file: Option<&Path>, answer: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string(answer).while_doing("writing JSON")?;
    text.push('\n');
    match file {
        Some(file) => std::fs::write(file, text).while_doing(format!("writing {}", file.display())),
        None => std::io::stdout().write_all(text.as_bytes()).while_doing("writing to the terminal"),
    }
}

/// Writes the nearest station of every node and service; where no way leads to any, the station is empty.
pub fn doors(
    file: &Path,
    nodes: &Nodes<'_>,
    stations: &Stations<'_>,
    doors: &Doors,
    speed: u32,
) -> Result<()> {
    let doing = || format!("writing {}", file.display());
    let mut out = BufWriter::new(File::create(file).while_doing(doing())?);
    writeln!(out, "node,service,station,distance_dm,seconds").while_doing(doing())?;
    for (service, near) in stations.services.iter().zip(doors) {
        for (place, near) in (0..).zip(near) {
            let node = nodes.id(place);
            match near {
                Some(near) => {
                    let seconds = u64::from(near.far) * 6 / u64::from(speed);
                    let station = stations.id(near.station);
                    writeln!(out, "{node},{service},{station},{},{seconds}", near.far)
                }
                None => writeln!(out, "{node},{service},,,"),
            }
            .while_doing(doing())?;
        }
    }
    out.flush().while_doing(doing())
}

/// Prints the sites, whom they newly cover and the proof, and writes them as JSON if asked. `site` gives the
/// ids of a candidate and of its node.
pub fn placement<'a>(
    file: Option<&Path>,
    answer: &Placement,
    site: impl Fn(u32) -> (&'a str, &'a str),
) -> Result<()> {
    for chosen in &answer.sites {
        let (id, node) = site(chosen.candidate);
        println!("site {id} at node {node}: {} people newly covered", chosen.newly_covered_population);
    }
    let (people, bound, count) =
        (answer.newly_covered_population, answer.bound_population, answer.sites.len());
    println!(
        "{count} sites newly cover {people} people, {:.2} % with those before",
        100.0 * answer.share_after
    );
    if answer.optimal {
        println!("proven best: no choice of as many candidates covers more than {bound}");
    } else {
        println!(
            "no choice of as many candidates covers more than {bound}: {:.3} % more",
            100.0 * answer.gap
        );
    }
    let Some(file) = file else { return Ok(()) };
    let mut told = serde_json::to_value(answer).while_doing("writing JSON")?;
    let sites = answer.sites.iter().map(|chosen| {
        let (id, node) = site(chosen.candidate);
        json!({ "id": id, "node": node, "newly_covered_population": chosen.newly_covered_population })
    });
    told["sites"] = sites.collect();
    json(Some(file), &told)
}
