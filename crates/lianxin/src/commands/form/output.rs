//! What is written: plans, explanations, samples.

use std::path::Path;

use lianxin_formation::sample::County;
use lianxin_formation::{
    Line, OrganisationKind, Place, Plan, Problem, Seat, Unit, UnitKind, metres_of, own_kind, seat_of,
};
use lianxin_foundation::Result;

use crate::commands::relocate::output::table;

/// The code of a place in the files.
pub fn way(place: Place) -> &'static str {
    match place {
        Place::Kept => "kept",
        Place::Own => "own",
        Place::Joint { .. } => "joint",
        Place::Attached { .. } => "attached",
        Place::Instructed { .. } => "instructed",
        Place::Left { .. } => "left",
    }
}

/// `unit,way,seat,organisation,kind,metres`.
pub fn plan(file: &Path, problem: &Problem, plan: &Plan) -> Result<()> {
    let header = ["unit", "way", "seat", "organisation", "kind", "metres"];
    let rows = problem.units().iter().zip(&plan.places).enumerate().map(|(at, (unit, place))| {
        let (seat, organisation) = match seat_of(*place, problem, at) {
            Some(Seat::Unit(seat)) => (problem.units()[seat as usize].id.clone(), String::new()),
            Some(Seat::Organisation(one)) => {
                (String::new(), problem.organisations()[one as usize].id.clone())
            }
            None => (String::new(), String::new()),
        };
        let kind = match place {
            Place::Own => own_kind(problem, at).code(),
            Place::Joint { .. } => OrganisationKind::JointBranch.code(),
            _ => "",
        };
        let metres = metres_of(*place, problem, at).to_string();
        [unit.id.clone(), way(*place).to_owned(), seat, organisation, kind.to_owned(), metres]
    });
    table(file, header, rows)
}

/// Why, line by line, and what the next best would cost.
pub fn explanation(file: &Path, problem: &Problem, plan: &Plan, lines: &[Line]) -> Result<()> {
    let header = [
        "unit",
        "name",
        "way",
        "rules",
        "zh",
        "en",
        "next_zh",
        "next_en",
        "left_out",
        "organisations",
        "metres",
    ];
    let rows = problem.units().iter().zip(&plan.places).zip(lines).map(|((unit, place), line)| {
        let cost =
            line.cost.map(|cost| [cost.left_out, cost.organisations, cost.metres].map(|one| one.to_string()));
        let [out, organisations, metres] = cost.unwrap_or_default();
        let ([zh, en], [next_zh, next_en]) = (line.why.clone(), line.next.clone());
        let (id, name, way) = (unit.id.clone(), unit.name.clone(), way(*place).to_owned());
        [id, name, way, line.rules.join(" "), zh, en, next_zh, next_en, out, organisations, metres]
    });
    table(file, header, rows)
}

/// The three tables of a generated county.
pub fn county(folder: &Path, county: &County) -> Result<()> {
    let of_kind = |kind: UnitKind| county.units.iter().filter(move |unit| unit.kind == kind);
    let cells = |unit: &Unit| {
        let (x, y) = (unit.x.to_string(), unit.y.to_string());
        let (members, staff) = (unit.members.to_string(), unit.staff.to_string());
        let (name, area, trade) = (unit.name.clone(), unit.area.clone(), unit.trade.clone());
        [unit.id.clone(), name, area, x, y, trade, members, staff, unit.organisation.clone()]
    };
    table(
        &folder.join("enterprises.csv"),
        ["id", "name", "area", "x", "y", "trade", "members", "staff", "organisation", "association"],
        of_kind(UnitKind::Enterprise).map(|unit| {
            let [id, name, area, x, y, trade, members, staff, organisation] = cells(unit);
            [id, name, area, x, y, trade, members, staff, organisation, unit.association.clone()]
        }),
    )?;
    table(
        &folder.join("associations.csv"),
        ["id", "name", "area", "x", "y", "trade", "members", "staff", "organisation"],
        of_kind(UnitKind::Association).map(cells),
    )?;
    table(
        &folder.join("organisations.csv"),
        ["id", "kind", "name", "area", "x", "y", "members", "units", "takes"],
        county.organisations.iter().map(|one| {
            let (x, y, members) = (one.x.to_string(), one.y.to_string(), one.members.to_string());
            let (units, takes) = (one.units.to_string(), one.takes.to_string());
            let (name, area) = (one.name.clone(), one.area.clone());
            [one.id.clone(), one.kind.code().to_owned(), name, area, x, y, members, units, takes]
        }),
    )
}
