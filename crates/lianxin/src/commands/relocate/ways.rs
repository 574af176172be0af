//! Distances that are given: a table, or ways along streets.

use std::collections::HashMap;
use std::fmt::Display;
use std::fs::File;
use std::path::{Path, PathBuf};

use clap::Args;
use csv::{ReaderBuilder, StringRecord, Trim};
use lianxin_foundation::error::While;
use lianxin_foundation::{Error, Result};
use lianxin_reach::tables::{self, Nodes};
use lianxin_reach::{Decimetres, Finder, PlaceId, Slopes, Streets, Walk, close};
use lianxin_relocation::{Problem, Ways};

use super::input::places;
use super::table::{Wrong, whole_number};
use crate::commands::reach::{parsed, text};

/// How far it is, where not straight ahead.
#[derive(Args)]
pub struct Distances {
    /// Metres instead of straight ones: household,shelter,metres (a pair that is not listed has no way), or household and
    /// a column for each shelter (an empty cell is no way)
    #[arg(long, value_name = "FILE", conflicts_with = "nodes")]
    distances: Option<PathBuf>,
    /// Distances along streets: id,x_dm,y_dm,population in the same plane, and z_dm where heights are known. Households
    /// and shelters stand at the nearest node, the straight way there counts as well
    #[arg(long, value_name = "FILE", requires = "edges")]
    nodes: Option<PathBuf>,
    /// The streets: u,v,length_dm
    #[arg(long, value_name = "FILE", requires = "nodes")]
    edges: Option<PathBuf>,
    /// u,v: streets that cannot be used; with v empty a node that cannot be passed
    #[arg(long, value_name = "FILE", requires = "nodes")]
    barriers: Option<PathBuf>,
}

/// More pairs than this are not held in memory.
const MOST_PAIRS: usize = 1 << 30;

impl Distances {
    /// Has the problem measured so.
    pub fn measure(&self, problem: &mut Problem) -> Result<()> {
        let ways = match (&self.distances, &self.nodes, &self.edges) {
            (Some(file), ..) => table(problem, file)?,
            (None, Some(nodes), Some(edges)) => self.along_streets(problem, nodes, edges)?,
            _ => return Ok(()),
        };
        problem.set_ways(ways).while_doing("taking the distances")
    }

    fn along_streets(&self, problem: &Problem, nodes_file: &Path, edges_file: &Path) -> Result<Ways> {
        let nodes_text = text(nodes_file)?;
        let nodes = parsed(nodes_file, Nodes::read(&nodes_text))?;
        let mut edges = parsed(edges_file, tables::edges(&text(edges_file)?, &nodes))?;
        if let Some(file) = &self.barriers {
            close(&mut edges, &parsed(file, tables::barriers(&text(file)?, &nodes))?);
        }
        let heights = Slopes { up: 0, steep_down: 0, steep_percent: 0 };
        let heights = if nodes.has_heights { Slopes::default() } else { heights };
        let streets = Streets::new(nodes.places.clone(), edges, heights)
            .while_doing(format!("laying out {}", edges_file.display()))?;
        along(problem, &streets)
            .ok_or_else(|| Error::failed(format!("reading {}", nodes_file.display()), "there is no node"))
    }
}

/// Ways along streets in decimetres: to the nearest node, along the streets, from the node nearest to the shelter.
fn along(problem: &Problem, streets: &Streets) -> Option<Ways> {
    let finder = Finder::new(streets.places());
    let at = |x: i32, y: i32| -> Option<(PlaceId, Decimetres)> {
        let (x_dm, y_dm) = (x.checked_mul(10)?, y.checked_mul(10)?);
        let place = finder.nearest(x_dm, y_dm)?;
        let node = streets.places().get(place as usize)?;
        let metres = (f64::from(node.x_dm) - f64::from(x_dm)).hypot(f64::from(node.y_dm) - f64::from(y_dm));
        Some((place, (metres as Decimetres).min(Ways::LONGEST)))
    };
    // A row for every node where anyone starts.
    let mut rows: HashMap<PlaceId, u32> = HashMap::new();
    let mut starts = Vec::with_capacity(problem.households().len());
    for household in problem.households() {
        let (place, before) = at(household.x, household.y)?;
        let next = u32::try_from(rows.len()).ok()?;
        starts.push((*rows.entry(place).or_insert(next), before));
    }
    let count = problem.shelters().len();
    let mut table = vec![Ways::NONE; rows.len() * count];
    let mut walk = Walk::new(streets);
    for (column, shelter) in problem.shelters().iter().enumerate() {
        let (place, after) = at(shelter.x, shelter.y)?;
        for reached in walk.within(place, Ways::LONGEST / 4) {
            if let Some(row) = rows.get(&reached.place) {
                table[*row as usize * count + column] = reached.far + after;
            }
        }
    }
    Ways::new("floor of the way along the streets in metres", starts, table, count, 10).ok()
}

/// Reads a table of metres.
fn table(problem: &Problem, file: &Path) -> Result<Ways> {
    let failed =
        |cause: &dyn Display| Error::failed(format!("reading {}", file.display()), cause.to_string());
    let (households, shelters) = (problem.households(), problem.shelters());
    let pairs = households.len().saturating_mul(shelters.len());
    if pairs > MOST_PAIRS {
        return Err(failed(&format!("{pairs} pairs are more than {MOST_PAIRS}")));
    }
    let rows = places(households.iter().map(|household| &household.id));
    let columns = places(shelters.iter().map(|shelter| &shelter.id));
    let source = File::open(file).map_err(|error| failed(&error))?;
    let mut reader = ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(source);
    let header = reader.headers().map_err(|error| failed(&error))?.clone();
    let header: Vec<&str> = header.iter().map(|name| name.trim_start_matches('\u{feff}')).collect();
    let column = |name: &str| header.iter().position(|found| *found == name);
    let Some(who) = column("household") else {
        return Err(failed(&"line 1: there is no column \"household\""));
    };
    let listed = column("shelter").zip(column("metres"));
    let of_shelter: Vec<(usize, u32)> = match listed {
        Some(_) => Vec::new(),
        None => {
            let others = header.iter().enumerate().filter(|(at, _)| *at != who);
            let known = |(at, id): (usize, &&str)| match columns.get(*id) {
                Some(shelter) => Ok((at, *shelter)),
                None => Err(failed(&format!(
                    "line 1: {id:?} is no shelter, and there are no columns \"shelter\" and \"metres\""
                ))),
            };
            others.map(known).collect::<Result<_>>()?
        }
    };
    let mut wrong = Wrong::default();
    let mut table = vec![Ways::NONE; pairs];
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| failed(&error))? {
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != header.len() {
            wrong.note(file, line, format!("{} cells where the header has {}", record.len(), header.len()));
            continue;
        }
        let id = &record[who];
        let Some(row) = rows.get(id) else {
            wrong.note(file, line, format!("household: there is no household {id:?}"));
            continue;
        };
        let mut put = |shelter: u32, cell: &str| {
            let place = &mut table[*row as usize * shelters.len() + shelter as usize];
            match whole_number(cell, 0, i64::from(Ways::LONGEST)) {
                Ok(_) if *place != Ways::NONE => {
                    let pair = (id, &shelters[shelter as usize].id);
                    wrong.note(
                        file,
                        line,
                        format!("the way from {} to {} stands already further up", pair.0, pair.1),
                    );
                }
                Ok(metres) => *place = u32::try_from(metres).unwrap_or(Ways::NONE),
                Err(reason) => wrong.note(file, line, format!("metres: {reason}")),
            }
        };
        match listed {
            Some((to, metres)) => match columns.get(&record[to]) {
                Some(shelter) => put(*shelter, &record[metres]),
                None => {
                    wrong.note(file, line, format!("shelter: there is no shelter {:?}", &record[to]));
                }
            },
            None => {
                let cells = of_shelter.iter().filter(|(at, _)| !record[*at].is_empty());
                cells.for_each(|(at, shelter)| put(*shelter, &record[*at]));
            }
        }
    }
    wrong.done()?;
    let starts = (0..).take(households.len()).map(|row| (row, 0)).collect();
    Ways::new("metres of the table given", starts, table, shelters.len(), 1)
        .while_doing("taking the distances")
}
