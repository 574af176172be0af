//! The files and lines an answer about reach is told in.

use std::io::Write;
use std::path::Path;

use lianxin_foundation::Result;
use lianxin_foundation::error::While;
use lianxin_reach::picture::{Scene, draw};
use lianxin_reach::tables::{Nodes, Stations};
use lianxin_reach::{
    Corner, Coverage, Decimetres, Doors, Nearest, Origin, Outline, Place, Placement, Reached, Streets, Walk,
};
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::commands::relocate::output::table;
use crate::commands::whole;

/// Writes `answer` as JSON into `file`, or to the terminal.
pub fn json(file: Option<&Path>, answer: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string(answer).while_doing("writing JSON")?;
    text.push('\n');
    match file {
        Some(file) => whole::write_text(file, &text),
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
    let rows = stations.services.iter().zip(doors).flat_map(|(service, near)| {
        (0..).zip(near).map(move |(place, near)| {
            let (station, far, seconds) = match near {
                Some(Nearest { station, far }) => {
                    let seconds = u64::from(*far) * 6 / u64::from(speed);
                    (stations.id(*station), far.to_string(), seconds.to_string())
                }
                None => Default::default(),
            };
            [nodes.id(place).to_owned(), service.clone(), station.to_owned(), far, seconds]
        })
    });
    table(file, ["node", "service", "station", "distance_dm", "seconds"], rows)
}

/// Writes every node that each station reaches, nearest first.
pub fn pairs(
    file: &Path,
    streets: &Streets,
    nodes: &Nodes<'_>,
    stations: &Stations<'_>,
    limit: Decimetres,
) -> Result<()> {
    let mut walk = Walk::new(streets);
    let rows = (0..).zip(&stations.stations).flat_map(|(number, station)| {
        let (id, service) = (stations.id(number), &stations.services[station.service as usize]);
        let row = |near: &Reached| {
            [id.to_owned(), service.clone(), nodes.id(near.place).to_owned(), near.far.to_string()]
        };
        walk.within(station.place, limit).iter().map(row).collect::<Vec<_>>()
    });
    table(file, ["station", "service", "node", "distance_dm"], rows)
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

/// Writes the ground around each station as GeoJSON: degrees where the streets came with them, else metres of
/// their own plane.
pub fn isochrones(
    file: &Path,
    stations: &Stations<'_>,
    outlines: &[Outline],
    answer: &Coverage,
    origin: Option<Origin>,
) -> Result<()> {
    let at = |corner: &Corner| match origin {
        Some(origin) => origin.degrees(corner.x, corner.y),
        None => [corner.x / 10.0, corner.y / 10.0].map(|metres| (metres * 100.0).round() / 100.0),
    };
    let closed = |ring: &Vec<Corner>| ring.iter().chain(ring.first()).map(at).collect::<Vec<_>>();
    let reached = answer.reach_nodes_per_station.iter().zip(&answer.reach_population_per_station);
    let features = (0..).zip(&stations.stations).zip(outlines).zip(reached);
    let features: Vec<Json> = features
        .map(|(((number, station), outline), (nodes, people))| {
            let rings = outline.polygons.iter().map(|polygon| polygon.iter().map(closed).collect::<Vec<_>>());
            json!({
                "type": "Feature",
                "properties": {
                    "station": stations.id(number),
                    "service": stations.services[station.service as usize],
                    "limit_dm": answer.limit_dm,
                    "nodes": nodes,
                    "population": people,
                    "area_m2": outline.area_m2().round(),
                },
                "geometry": { "type": "MultiPolygon", "coordinates": rings.collect::<Vec<_>>() },
            })
        })
        .collect();
    json(Some(file), &json!({ "type": "FeatureCollection", "features": features }))
}

/// Draws a map of all services together.
pub fn map(
    file: &Path,
    streets: &Streets,
    stations: &Stations<'_>,
    outlines: &[Outline],
    answer: &Coverage,
    doors: &Doors,
) -> Result<()> {
    let nearest = |place: usize| doors.iter().filter_map(|near| near[place]).min_by_key(|near| near.far);
    let near: Vec<Option<Nearest>> = (0..streets.places().len()).map(nearest).collect();
    let spots: Vec<Place> =
        stations.stations.iter().map(|station| streets.places()[station.place as usize]).collect();
    let (part, whole, what) = match answer.population {
        0 => (answer.covered_nodes, answer.nodes, "places"),
        people => (answer.covered_population, people, "people"),
    };
    let share = 100.0 * part as f64 / whole.max(1) as f64;
    let (count, metres) = (spots.len(), answer.limit_dm / 10);
    let caption = format!("{count} stations: {share:.1} % of {whole} {what} within {metres} m");
    let scene =
        Scene { streets, near: &near, limit: answer.limit_dm, stations: &spots, outlines, caption: &caption };
    whole::write_text(file, &draw(&scene))
}
