//! The tables of households, shelters and members.

use std::cell::{Cell, OnceCell};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use lianxin_foundation::error::While;
use lianxin_foundation::{Error, Result};
use lianxin_relocation::{
    Assignment, Certificate, Danger, FARTHEST_M, Household, InputError, LARGEST_HOUSEHOLD, List, Member,
    Need, Problem, Reason, Remaining, Shelter, check_members,
};

use super::table::{Rows, Wrong, read};

/// Reads households and shelters.
pub fn problem(households: &Path, shelters: &Path) -> Result<Problem> {
    let mut wrong = Wrong::default();
    let homes = read_households(households, &mut wrong)?;
    let places = read_shelters(shelters, &mut wrong)?;
    let checked = Problem::new(homes.rows, places.rows);
    for error in checked.as_ref().err().into_iter().flatten() {
        let (file, lines) = match error.list {
            List::Households => (households, &homes.lines),
            _ => (shelters, &places.lines),
        };
        note(&mut wrong, file, lines, error);
    }
    wrong.done()?;
    checked
        .map_err(|errors| Error::failed("reading the tables", format!("{} records are wrong", errors.len())))
}

/// Reads members.
pub fn members(file: &Path) -> Result<Vec<Member>> {
    let mut wrong = Wrong::default();
    let names = ["id", "village", "x", "y", "max_households"];
    let members = read(file, &names, &mut wrong, |cells| Member {
        id: cells.text(0).to_owned(),
        village: cells.text(1).to_owned(),
        x: coordinate(cells.number(2, -i64::from(FARTHEST_M), i64::from(FARTHEST_M))),
        y: coordinate(cells.number(3, -i64::from(FARTHEST_M), i64::from(FARTHEST_M))),
        max_households: count(cells.number(4, 0, i64::from(u32::MAX))),
    })?;
    for error in check_members(&members.rows) {
        note(&mut wrong, file, &members.lines, &error);
    }
    wrong.done()?;
    Ok(members.rows)
}

/// The places of ids in a list.
pub fn places<'a>(ids: impl Iterator<Item = &'a String>) -> HashMap<&'a str, u32> {
    ids.map(String::as_str).zip(0..).collect()
}

/// Households found by their ids. Tables mostly name them in the order of their list: the next is looked at first.
struct Homes<'a> {
    households: &'a [Household],
    next: Cell<usize>,
    by_id: OnceCell<HashMap<&'a str, u32>>,
}

impl<'a> Homes<'a> {
    fn new(problem: &'a Problem) -> Self {
        Homes { households: problem.households(), next: Cell::new(0), by_id: OnceCell::new() }
    }

    fn find(&self, id: &str) -> Option<u32> {
        let next = self.next.get();
        let near = [next, next.wrapping_sub(1)];
        let is_it = |at: &usize| self.households.get(*at).is_some_and(|household| household.id == id);
        let found = near.into_iter().find(is_it).and_then(|at| u32::try_from(at).ok()).or_else(|| {
            let ids = self.households.iter().map(|household| &household.id);
            self.by_id.get_or_init(|| places(ids)).get(id).copied()
        });
        self.next.set(found.map_or(next, |at| at as usize + 1));
        found
    }
}

/// Cuts pairs off from each other.
pub fn forbid(problem: &mut Problem, file: &Path) -> Result<()> {
    for pair in pairs(problem, file, &["household", "shelter"], true)? {
        problem.forbid(pair.household, pair.shelter);
    }
    Ok(())
}

/// Reads a plan. Where it is not `strict`, rows of households or shelters that are gone are passed over.
pub fn plan(problem: &Problem, file: &Path, strict: bool) -> Result<Vec<Assignment>> {
    pairs(problem, file, &["household", "shelter", "persons"], strict)
}

/// Pairs of a household and a shelter, and the persons in the third column; none where there is no such column.
fn pairs(problem: &Problem, file: &Path, names: &[&str], strict: bool) -> Result<Vec<Assignment>> {
    let households = Homes::new(problem);
    let shelters = places(problem.shelters().iter().map(|shelter| &shelter.id));
    let mut wrong = Wrong::default();
    let rows = read(file, names, &mut wrong, |cells| {
        let pair = (households.find(cells.text(0)), shelters.get(cells.text(1)).copied());
        if strict && pair.0.is_none() {
            cells.refuse(0, format!("there is no household {:?}", cells.text(0)));
        }
        if strict && pair.1.is_none() {
            cells.refuse(1, format!("there is no shelter {:?}", cells.text(1)));
        }
        let persons = if names.len() > 2 { count(cells.number(2, 0, i64::from(u32::MAX))) } else { 0 };
        pair.0.zip(pair.1).map(|(household, shelter)| Assignment { household, shelter, persons })
    })?;
    wrong.done()?;
    Ok(rows.rows.into_iter().flatten().collect())
}

/// Reads who remains.
pub fn remaining(problem: &Problem, file: &Path) -> Result<Vec<Remaining>> {
    let households = Homes::new(problem);
    let mut wrong = Wrong::default();
    let rows = read(file, &["household", "persons"], &mut wrong, |cells| {
        let household = households.find(cells.text(0));
        if household.is_none() {
            cells.refuse(0, format!("there is no household {:?}", cells.text(0)));
        }
        let persons = count(cells.number(1, 0, i64::from(u32::MAX)));
        Remaining { household: household.unwrap_or(0), persons }
    })?;
    wrong.done()?;
    Ok(rows.rows)
}

/// Reads a certificate.
pub fn certificate(file: &Path) -> Result<Certificate> {
    let text = std::fs::read_to_string(file).while_doing(format!("reading {}", file.display()))?;
    serde_json::from_str(&text).while_doing(format!("reading {}", file.display()))
}

/// Reads what threatens which village.
pub fn dangers(file: &Path) -> Result<BTreeMap<String, Danger>> {
    let mut wrong = Wrong::default();
    let mut dangers = BTreeMap::new();
    let rows = read(file, &["village", "level", "flood"], &mut wrong, |cells| {
        let flood = match cells.text(2) {
            "" => None,
            text => match time(text) {
                Ok(time) => Some(time),
                Err(reason) => {
                    cells.refuse(2, reason);
                    None
                }
            },
        };
        (cells.text(0).to_owned(), Danger { level: count(cells.number(1, 0, 1000)), flood })
    })?;
    for ((village, danger), line) in rows.rows.into_iter().zip(rows.lines) {
        if dangers.contains_key(&village) {
            wrong.note(file, line, format!("the village {village:?} stands already further up"));
        }
        dangers.insert(village, danger);
    }
    wrong.done()?;
    Ok(dangers)
}

/// `HH:MM` today or `N+HH:MM` after N days, in minutes since today's midnight.
pub fn time(text: &str) -> std::result::Result<i64, String> {
    let wrong = || format!("{text:?} is not a time like 21:30 or 1+04:00");
    let (day, hours) = text.split_once('+').unwrap_or(("0", text));
    let (hour, minute) = hours.split_once(':').ok_or_else(wrong)?;
    let number = |text: &str, below: i64| text.parse().ok().filter(|number| (0..below).contains(number));
    let read = || Some(number(day, 100)? * 1440 + number(hour, 24)? * 60 + number(minute, 60)?);
    read().ok_or_else(wrong)
}

fn note(wrong: &mut Wrong, file: &Path, lines: &[u64], error: &InputError) {
    let line = |index: usize| lines.get(index).copied().unwrap_or(0);
    match &error.reason {
        Reason::Twice { id, first } => {
            let reason = format!("the id {id:?} stands already on line {}", line(first - 1));
            wrong.note(file, line(error.index), reason);
        }
        reason => wrong.note(file, line(error.index), reason),
    }
}

fn read_households(file: &Path, wrong: &mut Wrong) -> Result<Rows<Household>> {
    let names = ["id", "village", "building", "x", "y", "size", "need"];
    read(file, &names, wrong, |cells| {
        let need = Need::from_code(cells.text(6).parse().unwrap_or(u8::MAX));
        if need.is_none() {
            let reason = format!("{:?} is not 0 (none), 1 (medical) or 2 (ground floor)", cells.text(6));
            cells.refuse(6, reason);
        }
        Household {
            id: cells.text(0).to_owned(),
            village: cells.text(1).to_owned(),
            building: cells.text(2).to_owned(),
            x: coordinate(cells.number(3, -i64::from(FARTHEST_M), i64::from(FARTHEST_M))),
            y: coordinate(cells.number(4, -i64::from(FARTHEST_M), i64::from(FARTHEST_M))),
            size: count(cells.number(5, 1, i64::from(LARGEST_HOUSEHOLD))),
            need: need.unwrap_or(Need::Any),
        }
    })
}

fn read_shelters(file: &Path, wrong: &mut Wrong) -> Result<Rows<Shelter>> {
    let names = ["id", "x", "y", "capacity", "medical", "ground"];
    read(file, &names, wrong, |cells| Shelter {
        id: cells.text(0).to_owned(),
        x: coordinate(cells.number(1, -i64::from(FARTHEST_M), i64::from(FARTHEST_M))),
        y: coordinate(cells.number(2, -i64::from(FARTHEST_M), i64::from(FARTHEST_M))),
        capacity: count(cells.number(3, 0, i64::from(u32::MAX))),
        medical: cells.flag(4),
        ground: cells.flag(5),
    })
}

/// The cell was read within the engine's bounds.
fn coordinate(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(0)
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}
