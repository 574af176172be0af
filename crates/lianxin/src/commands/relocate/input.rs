//! The tables of households, shelters and members.

use std::path::Path;

use lianxin_foundation::{Error, Result};
use lianxin_relocation::{
    FARTHEST_M, Household, InputError, LARGEST_HOUSEHOLD, List, Member, Need, Problem, Reason, Shelter,
    check_members,
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
