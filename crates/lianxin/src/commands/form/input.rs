//! The tables of enterprises, associations and organisations, the rules, and plans.

use std::collections::BTreeMap;
use std::path::Path;

use lianxin_formation::{
    FARTHEST_M, InputReason, List, MOST_PEOPLE, Organisation, OrganisationKind, Place, Problem, ProblemError,
    Rules, Seat, Unit, UnitKind,
};
use lianxin_foundation::error::While;
use lianxin_foundation::{Error, Result};

use crate::commands::link::text;
use crate::commands::relocate::table::{Cells, Rows, Wrong, read_from};

/// Where the lists come from.
pub struct Files<'a> {
    /// Enterprises.
    pub enterprises: &'a Path,
    /// Associations.
    pub associations: Option<&'a Path>,
    /// Organisations.
    pub organisations: Option<&'a Path>,
}

/// The rules that are built in, but those in a file.
pub fn rules(file: Option<&Path>) -> Result<Rules> {
    let Some(file) = file else { return Ok(Rules::built_in()) };
    let doing = || format!("reading {}", file.display());
    Rules::from_toml(&std::fs::read_to_string(file).while_doing(doing())?).while_doing(doing())
}

/// Reads all lists.
pub fn problem(files: &Files<'_>, rules: Rules) -> Result<Problem> {
    let mut wrong = Wrong::default();
    let mut units = units(&text(files.enterprises)?, files.enterprises, UnitKind::Enterprise, &mut wrong)?;
    let enterprises = units.rows.len();
    if let Some(file) = files.associations {
        let more = self::units(&text(file)?, file, UnitKind::Association, &mut wrong)?;
        units.rows.extend(more.rows);
        units.lines.extend(more.lines);
    }
    let organisations = match files.organisations {
        Some(file) => organisations(&text(file)?, file, &mut wrong)?,
        None => Rows { rows: Vec::new(), lines: Vec::new() },
    };
    // Rows that could not be read would be missed by those that name them.
    wrong.done()?;
    let mut wrong = Wrong::default();
    let (lines, there) = (units.lines, organisations.lines);
    match Problem::new(units.rows, organisations.rows, rules) {
        Ok(problem) => Ok(problem),
        Err(ProblemError::TooMany) => Err(Error::failed("reading the tables", ProblemError::TooMany)),
        Err(ProblemError::Input(errors)) => {
            let row = |list: List, index: usize| match list {
                List::Units if index < enterprises => (files.enterprises, lines[index]),
                List::Units => (files.associations.unwrap_or(files.enterprises), lines[index]),
                List::Organisations => (files.organisations.unwrap_or(files.enterprises), there[index]),
            };
            for error in &errors {
                let (file, line) = row(error.list, error.index);
                match &error.reason {
                    InputReason::Twice { id, first } => {
                        let (other, at) = row(error.list, first - 1);
                        wrong.note(
                            file,
                            line,
                            format!("the id {id:?} stands already in {}:{at}", other.display()),
                        );
                    }
                    reason => wrong.note(file, line, reason),
                }
            }
            wrong.done().and(Err(Error::failed("reading the tables", "a record is wrong")))
        }
    }
}

fn coordinate(cells: &mut Cells<'_>, column: usize) -> i32 {
    let far = i64::from(FARTHEST_M);
    i32::try_from(cells.number(column, -far, far)).unwrap_or(0)
}

fn count(cells: &mut Cells<'_>, column: usize) -> u32 {
    u32::try_from(cells.number(column, 0, i64::from(MOST_PEOPLE))).unwrap_or(0)
}

fn units(text: &str, file: &Path, kind: UnitKind, wrong: &mut Wrong) -> Result<Rows<Unit>> {
    let mut names = vec!["id", "name", "area", "x", "y", "trade", "members", "staff", "organisation"];
    if kind == UnitKind::Enterprise {
        names.push("association");
    }
    read_from(text.as_bytes(), file, &names, wrong, |cells| Unit {
        id: cells.text(0).to_owned(),
        kind,
        name: cells.text(1).to_owned(),
        area: cells.text(2).to_owned(),
        x: coordinate(cells, 3),
        y: coordinate(cells, 4),
        trade: cells.text(5).to_owned(),
        members: count(cells, 6),
        staff: count(cells, 7),
        organisation: cells.text(8).to_owned(),
        association: match kind {
            UnitKind::Enterprise => cells.text(9).to_owned(),
            UnitKind::Association => cells.text(0).to_owned(),
        },
    })
}

fn organisations(text: &str, file: &Path, wrong: &mut Wrong) -> Result<Rows<Organisation>> {
    let names = ["id", "kind", "name", "area", "x", "y", "members", "units", "takes"];
    read_from(text.as_bytes(), file, &names, wrong, |cells| {
        let kind = OrganisationKind::from_code(cells.text(1));
        if kind.is_none() {
            let codes = OrganisationKind::ALL.map(OrganisationKind::code).join(", ");
            let reason = format!("{:?} is none of {codes}", cells.text(1));
            cells.refuse(1, reason);
        }
        Organisation {
            id: cells.text(0).to_owned(),
            kind: kind.unwrap_or(OrganisationKind::Branch),
            name: cells.text(2).to_owned(),
            area: cells.text(3).to_owned(),
            x: coordinate(cells, 4),
            y: coordinate(cells, 5),
            members: count(cells, 6),
            units: count(cells, 7),
            takes: count(cells, 8),
        }
    })
}

/// Reads a plan: by unit its place and the line it stands on.
pub fn places(problem: &Problem, file: &Path) -> Result<(Vec<Place>, Vec<u64>)> {
    let units: BTreeMap<&str, u32> = problem.units().iter().map(|unit| unit.id.as_str()).zip(0..).collect();
    let there: BTreeMap<&str, u32> =
        problem.organisations().iter().map(|one| one.id.as_str()).zip(0..).collect();
    let mut wrong = Wrong::default();
    let text = text(file)?;
    let names = ["unit", "way", "seat", "organisation"];
    let rows = read_from(text.as_bytes(), file, &names, &mut wrong, |cells| {
        let unit = units.get(cells.text(0)).copied();
        if unit.is_none() {
            cells.refuse(0, format!("there is no unit {:?}", cells.text(0)));
        }
        let seat = units.get(cells.text(2)).copied();
        let by = there.get(cells.text(3)).copied().map(Seat::Organisation).or(seat.map(Seat::Unit));
        for (column, known) in [(2, seat.is_some()), (3, there.contains_key(cells.text(3)))] {
            if !known && !cells.text(column).is_empty() {
                cells.refuse(column, format!("there is no {:?}", cells.text(column)));
            }
        }
        let place = match (cells.text(1), seat, by) {
            ("kept", ..) => Place::Kept,
            ("own", ..) => Place::Own,
            ("joint", Some(seat), _) => Place::Joint { seat },
            ("attached", _, Some(to)) => Place::Attached { to },
            ("instructed", _, by) => Place::Instructed { by },
            ("left", _, by) => Place::Left { by },
            ("joint" | "attached", ..) => {
                cells.refuse(2, "nobody leads");
                Place::Own
            }
            (other, ..) => {
                let reason = format!("{other:?} is none of kept, own, joint, attached, instructed, left");
                cells.refuse(1, reason);
                Place::Own
            }
        };
        (unit.unwrap_or(0), place)
    })?;
    let mut found: Vec<Option<(Place, u64)>> = vec![None; problem.units().len()];
    for ((unit, place), line) in rows.rows.into_iter().zip(rows.lines) {
        match &mut found[unit as usize] {
            Some((_, first)) => wrong.note(file, line, format!("the unit stands already on line {first}")),
            none => *none = Some((place, line)),
        }
    }
    for (unit, _) in problem.units().iter().zip(&found).filter(|(_, place)| place.is_none()) {
        wrong.note(file, 1, format!("the unit {:?} is missing", unit.id));
    }
    wrong.done()?;
    Ok(found.into_iter().flatten().unzip())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "id,name,area,x,y,trade,association,members,staff,organisation\n";

    fn told(text: &str) -> String {
        let mut wrong = Wrong::default();
        let read = units(text, Path::new("E.csv"), UnitKind::Enterprise, &mut wrong);
        read.and(wrong.done()).err().map(|error| error.chain()).unwrap_or_default()
    }

    #[test]
    fn what_is_wrong_is_named_by_file_line_and_reason() {
        assert_eq!(told(&format!("{HEAD}E1,甲,42/4212/421223,0,0,,,1,2,\n")), "");
        let wrong = told(&format!("{HEAD}E1,甲,a,0,0,,,-1,2,\nE2,乙,a,0,x,,,1,2,\nE3\n"));
        assert!(wrong.contains("E.csv:2: members: -1 is negative"), "{wrong}");
        assert!(wrong.contains("E.csv:3: y: \"x\" is not a whole number"), "{wrong}");
        assert!(wrong.contains("E.csv:4: 1 cells where the header has 10"), "{wrong}");
        assert!(told("id,name\n").contains("line 1: there is no column \"area\""));
    }

    #[test]
    fn no_bytes_stop_the_reader() {
        let mut state = 7_u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        for round in 0..2_000 {
            let bytes: Vec<u8> = (0..round % 97).map(|_| next()).collect();
            // Half of them behind a header, with what tables are made of.
            let pick = |byte: u8| [b',', b'\n', b'"', b'1', b'-', b'\r', byte, b'/'][usize::from(byte % 8)];
            let tail: Vec<u8> = bytes.iter().map(|byte| pick(*byte)).collect();
            for source in [bytes, [HEAD.as_bytes(), &tail].concat()] {
                let mut wrong = Wrong::default();
                let file = Path::new("E.csv");
                let _ = read_from(&source[..], file, &["id", "x"], &mut wrong, |cells| {
                    (cells.text(0).to_owned(), coordinate(cells, 1))
                });
                let text = String::from_utf8_lossy(&source);
                if let Ok(rows) = units(&text, file, UnitKind::Enterprise, &mut wrong) {
                    let _ = Problem::new(rows.rows, Vec::new(), Rules::built_in());
                }
                let _ = organisations(&text, file, &mut wrong);
                let _ = Rules::from_toml(&text);
            }
        }
    }
}
