//! The tables a plan is asked with, read from CSV text: nodes, edges, stations, candidates and barriers.
//! Nothing is read from disk here; a row that is wrong is named by its line and the reason.

mod names;
mod rows;

use std::cell::OnceCell;
use std::collections::HashSet;

use crate::barrier::{Barrier, Wall};
use crate::coverage::Station;
use crate::hours::{Hours, HoursError};
use crate::plane::{Finder, Origin};
use crate::streets::{FURTHEST_DM, LONGEST_STREET_DM, Place, PlaceId, Street};
use names::Names;
pub use rows::{Reason, RowError};
use rows::{Row, Table};

/// The places of `id,x_dm,y_dm,population` with `z_dm` and `area` where they are given, known by their ids.
#[derive(Debug, Default)]
pub struct Nodes<'t> {
    /// In the order of the rows.
    pub places: Vec<Place>,
    /// The areas' names, in the order in which they first stand.
    pub areas: Vec<String>,
    /// The area of each place; empty when the table names none.
    pub area_of: Vec<u32>,
    /// Whether heights are given.
    pub has_heights: bool,
    /// Where the frame of the coordinates lies on earth, if that is known: then other tables may give `lon`
    /// and `lat`.
    pub origin: Option<Origin>,
    names: Names<'t>,
    /// The line of each place's row.
    lines: Vec<u32>,
    finder: OnceCell<Finder>,
}

/// How a table says where something is.
enum Spot {
    /// The column of a node's id.
    Node(usize),
    /// The columns of a point in the nodes' own frame.
    Plane(usize, usize),
    /// The columns of degrees.
    Degrees(Origin, usize, usize),
}

impl<'t> Nodes<'t> {
    /// Reads the table.
    ///
    /// # Errors
    /// The first row that is wrong: a missing column, a field that is no number or beyond its bound, an id
    /// that stands twice.
    pub fn read(text: &'t str) -> Result<Self, RowError> {
        let table = Table::new(text)?;
        let [id, x, y, people] = ["id", "x_dm", "y_dm", "population"].map(|name| table.column(name));
        let (id, x, y, people) = (id?, x?, y?, people?);
        let (height, area) = (table.column("z_dm").ok(), table.column("area").ok());
        let mut nodes = Nodes { has_heights: height.is_some(), ..Nodes::default() };
        let mut areas = Names::default();
        table.each(|row| {
            let far = i64::from(FURTHEST_DM);
            let at = |column| row.number(column, -far..=far).map(|at| at as i32);
            nodes.names.add(row.id(id)?).map_err(|id| row.wrong(Reason::Twice(id.to_owned())))?;
            let people = row.number(people, 0..=i64::from(u32::MAX))? as u32;
            let z_dm = height.map_or(Ok(0), at)?;
            nodes.lines.push(row.line() as u32);
            nodes.places.push(Place { x_dm: at(x)?, y_dm: at(y)?, z_dm, people });
            if let Some(area) = area {
                nodes.area_of.push(areas.number_or_add(row.text(area)));
            }
            Ok(())
        })?;
        nodes.areas = areas.iter().map(str::to_owned).collect();
        Ok(nodes)
    }

    /// The id of a place.
    #[must_use]
    pub fn id(&self, place: PlaceId) -> &'t str {
        self.names.name(place)
    }

    /// The line of a place's row, counted from 1; 0 for none.
    #[must_use]
    pub fn line(&self, place: PlaceId) -> u32 {
        self.lines.get(place as usize).copied().unwrap_or(0)
    }

    /// The columns that say where a row's thing is: `node`, or `x_dm` and `y_dm`, or `lon` and `lat`.
    fn spot(&self, table: &Table<'_>) -> Result<Spot, RowError> {
        let both = |x, y| Some((table.column(x).ok()?, table.column(y).ok()?));
        match (table.column("node"), both("x_dm", "y_dm"), both("lon", "lat"), self.origin) {
            (Ok(node), ..) => Ok(Spot::Node(node)),
            (_, Some((x, y)), ..) => Ok(Spot::Plane(x, y)),
            (_, _, Some((lon, lat)), Some(origin)) => Ok(Spot::Degrees(origin, lon, lat)),
            (missing, ..) => missing.map(Spot::Node),
        }
    }

    /// The node of a row, or the one nearest to its point.
    fn place_of(&self, row: &Row<'_, '_>, spot: &Spot) -> Result<PlaceId, RowError> {
        let (x, y) = match *spot {
            Spot::Node(column) => return self.place(row, column),
            _ => self.point(row, spot)?,
        };
        let finder = self.finder.get_or_init(|| Finder::new(&self.places));
        finder.nearest(x, y).ok_or_else(|| row.wrong(Reason::NotHere))
    }

    /// The point of a row in the nodes' frame.
    fn point(&self, row: &Row<'_, '_>, spot: &Spot) -> Result<(i32, i32), RowError> {
        let far = i64::from(FURTHEST_DM);
        match *spot {
            Spot::Node(column) => {
                let place = self.places[self.place(row, column)? as usize];
                Ok((place.x_dm, place.y_dm))
            }
            Spot::Plane(x, y) => Ok((row.number(x, -far..=far)? as i32, row.number(y, -far..=far)? as i32)),
            Spot::Degrees(origin, lon, lat) => {
                let (lon, lat) = (row.degrees(lon)?, row.degrees(lat)?);
                origin.plane(lon, lat).ok_or_else(|| row.wrong(Reason::NotHere))
            }
        }
    }

    /// Adds the people of `node,population` (or `lon,lat,population`) to the nodes.
    ///
    /// # Errors
    /// The first row that is wrong.
    pub fn add_people(&mut self, text: &str) -> Result<(), RowError> {
        let table = Table::new(text)?;
        let (spot, people) = (self.spot(&table)?, table.column("population")?);
        let mut added = vec![0_u32; self.places.len()];
        table.each(|row| {
            let count = row.number(people, 0..=i64::from(u32::MAX))? as u32;
            let sum = &mut added[self.place_of(row, &spot)? as usize];
            *sum = sum.saturating_add(count);
            Ok(())
        })?;
        let places = self.places.iter_mut().zip(added);
        places.for_each(|(place, count)| place.people = place.people.saturating_add(count));
        Ok(())
    }

    fn place(&self, row: &Row<'_, '_>, column: usize) -> Result<PlaceId, RowError> {
        let id = row.id(column)?;
        self.names.number(id).ok_or_else(|| row.wrong(Reason::NoSuchNode(id.to_owned())))
    }
}

/// Reads `u,v,length_dm`.
///
/// # Errors
/// The first row that is wrong: also one whose end is no node, or whose length is negative or beyond
/// [`LONGEST_STREET_DM`].
pub fn edges(text: &str, nodes: &Nodes<'_>) -> Result<Vec<Street>, RowError> {
    let table = Table::new(text)?;
    let (u, v, length) = (table.column("u")?, table.column("v")?, table.column("length_dm")?);
    let mut streets = Vec::new();
    table.each(|row| {
        let length_dm = row.number(length, 0..=i64::from(LONGEST_STREET_DM))? as u32;
        streets.push(Street { from: nodes.place(row, u)?, to: nodes.place(row, v)?, length_dm });
        Ok(())
    })?;
    Ok(streets)
}

/// The stations of `id,node,service`, with `hours` where they are given. Instead of `node`, here and for
/// candidates, `x_dm,y_dm` or `lon,lat` stand at the nearest node.
#[derive(Debug, Default)]
pub struct Stations<'t> {
    /// In the order of the rows.
    pub stations: Vec<Station>,
    /// The services' names, in the order in which they first stand.
    pub services: Vec<String>,
    /// The id of each row among the names.
    ids: Vec<u32>,
    names: Names<'t>,
}

impl<'t> Stations<'t> {
    /// Reads the table.
    ///
    /// # Errors
    /// The first row that is wrong: also an unknown node, or an id that stands twice with the same service or
    /// at two places. A station of several services has a row for each.
    pub fn read(text: &'t str, nodes: &Nodes<'_>) -> Result<Self, RowError> {
        let table = Table::new(text)?;
        let (id, spot, service) = (table.column("id")?, nodes.spot(&table)?, table.column("service")?);
        let hours = table.column("hours").ok();
        let mut all = Stations::default();
        let mut services = Names::default();
        let (mut place_of, mut offers) = (Vec::new(), HashSet::new());
        table.each(|row| {
            let place = nodes.place_of(row, &spot)?;
            let (name, service) = (row.id(id)?, services.number_or_add(row.id(service)?));
            let number = all.names.number_or_add(name);
            if number as usize == place_of.len() {
                place_of.push(place);
            }
            if place_of[number as usize] != place || !offers.insert((number, service)) {
                return Err(row.wrong(Reason::Twice(name.to_owned())));
            }
            let open = hours.map_or(Ok(Hours::ALWAYS), |column| row.text(column).parse());
            let hours = open.map_err(|error: HoursError| row.wrong(error.into()))?;
            all.ids.push(number);
            all.stations.push(Station { place, service, hours });
            Ok(())
        })?;
        all.services = services.iter().map(str::to_owned).collect();
        Ok(all)
    }

    /// The id of a station by its number.
    #[must_use]
    pub fn id(&self, number: u32) -> &'t str {
        self.ids.get(number as usize).map_or("", |id| self.names.name(*id))
    }
}

/// The candidate sites of `id,node`, or of `node` alone.
#[derive(Debug, Default)]
pub struct Candidates<'t> {
    /// Where each would stand, in the order of the rows.
    pub places: Vec<PlaceId>,
    names: Names<'t>,
}

impl<'t> Candidates<'t> {
    /// Reads the table.
    ///
    /// # Errors
    /// The first row that is wrong: also an id that stands twice, or an unknown node.
    pub fn read(text: &'t str, nodes: &Nodes<'_>) -> Result<Self, RowError> {
        let table = Table::new(text)?;
        // One of both will do where a candidate has no id but its node's.
        let id = table.column("id").or_else(|missing| table.column("node").map_err(|_| missing))?;
        let spot = nodes.spot(&table).unwrap_or(Spot::Node(id));
        let mut all = Candidates::default();
        table.each(|row| {
            all.names.add(row.id(id)?).map_err(|id| row.wrong(Reason::Twice(id.to_owned())))?;
            all.places.push(nodes.place_of(row, &spot)?);
            Ok(())
        })?;
        Ok(all)
    }

    /// The id of a candidate by its number.
    #[must_use]
    pub fn id(&self, number: u32) -> &'t str {
        self.names.name(number)
    }
}

/// Reads `u,v`: the streets between two nodes that cannot be walked, or with an empty `v` a node that cannot
/// be passed.
///
/// # Errors
/// The first row that is wrong, or names an unknown node.
pub fn barriers(text: &str, nodes: &Nodes<'_>) -> Result<Vec<Barrier>, RowError> {
    let table = Table::new(text)?;
    let (u, v) = (table.column("u")?, table.column("v")?);
    let mut barriers = Vec::new();
    table.each(|row| {
        let from = nodes.place(row, u)?;
        let closed = row.text(v).is_empty();
        barriers.push(if closed {
            Barrier::Place(from)
        } else {
            Barrier::Street(from, nodes.place(row, v)?)
        });
        Ok(())
    })?;
    Ok(barriers)
}

/// Reads walls: `x1_dm,y1_dm,x2_dm,y2_dm` in the nodes' own frame, or `lon1,lat1,lon2,lat2` where it lies on earth.
///
/// # Errors
/// The first row that is wrong.
pub fn walls(text: &str, nodes: &Nodes<'_>) -> Result<Vec<Wall>, RowError> {
    let table = Table::new(text)?;
    let both = |x: &'static str, y: &'static str| Some((table.column(x).ok()?, table.column(y).ok()?));
    let on_plane = both("x1_dm", "y1_dm").zip(both("x2_dm", "y2_dm"));
    let on_earth = nodes.origin.zip(both("lon1", "lat1").zip(both("lon2", "lat2")));
    let (from, to) = match (on_plane, on_earth) {
        (Some(((x1, y1), (x2, y2))), _) => (Spot::Plane(x1, y1), Spot::Plane(x2, y2)),
        (None, Some((origin, ((x1, y1), (x2, y2))))) => {
            (Spot::Degrees(origin, x1, y1), Spot::Degrees(origin, x2, y2))
        }
        (None, None) => {
            let missing = ["x1_dm", "y1_dm", "x2_dm", "y2_dm"].map(|name| table.column(name));
            return missing.into_iter().collect::<Result<Vec<usize>, RowError>>().map(|_| Vec::new());
        }
    };
    let mut walls = Vec::new();
    table.each(|row| {
        walls.push(Wall { from: nodes.point(row, &from)?, to: nodes.point(row, &to)? });
        Ok(())
    })?;
    Ok(walls)
}
