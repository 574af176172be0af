//! The engine's plan, as lines for the table.

use std::ops::ControlFlow;

use lianxin_formation::{
    Line as Told, OrganisationKind as HostKind, Place, Plan as Found, Problem, Rules, Seat, Standing, Worth,
    explain, metres_of, own_kind, plan,
};
use lianxin_foundation::error::While;
use lianxin_foundation::{Error, Result};
use uuid::Uuid;

use super::facts::{Fact, Ground, Known};
use super::{Line, Way};
use crate::organisation::OrganisationKind;

/// A plan that was made: its lines in the order of the units, what it is worth, and what no plan goes below.
pub(crate) struct Made {
    pub(crate) lines: Vec<Line>,
    pub(crate) worth: Worth,
    pub(crate) least: Worth,
    /// Units that have no place anywhere.
    pub(crate) placeless: usize,
}

/// Plans for these units. Same facts, same plan.
///
/// # Errors
/// When more units lie close together than the engine takes.
pub(crate) fn make(units: &[Fact], hosts: &[Known]) -> Result<Made> {
    let Ground { units: given, hosts } = Ground::of(units, hosts);
    let placed: Vec<&Fact> = units.iter().filter(|fact| fact.point.is_some()).collect();
    let problem =
        Problem::new(given, hosts, Rules::built_in()).while_doing("laying out the units to cover")?;
    let found = plan(&problem, &mut |_| ControlFlow::Continue(())).while_doing("planning branches")?;
    let told = explain(&problem, &found);
    let teller = Teller { problem: &problem, found: &found };
    let lines = placed.iter().zip(told).enumerate().map(|(at, (fact, told))| teller.line(at, fact, &told));
    Ok(Made {
        lines: lines.collect::<Result<_>>()?,
        worth: found.worth(),
        least: found.certificate.bound,
        placeless: units.len() - placed.len(),
    })
}

struct Teller<'a> {
    problem: &'a Problem,
    found: &'a Found,
}

impl Teller<'_> {
    fn line(&self, at: usize, fact: &Fact, told: &Told) -> Result<Line> {
        let place = self.found.places[at];
        let unit = |at: u32| id(&self.problem.units()[at as usize].id);
        let (mut host, mut host_unit, mut seat) = (None, None, fact.row.id);
        let (way, by) = match place {
            Place::Kept => (Way::Kept, lianxin_formation::seat_of(place, self.problem, at)),
            Place::Own => (Way::Own, left(self.problem.standing()[at])),
            Place::Joint { seat: leads } => {
                seat = unit(leads)?;
                (Way::Joint, None)
            }
            Place::Attached { to } => (Way::Attached, Some(to)),
            Place::Instructed { by } => (Way::Instructed, by),
            Place::Left { by } => (Way::Left, by),
        };
        match by {
            Some(Seat::Organisation(at)) => host = Some(id(&self.problem.organisations()[at as usize].id)?),
            Some(Seat::Unit(at)) => host_unit = Some(unit(at)?),
            None => {}
        }
        let founds = match way {
            Way::Own => Some(founded(own_kind(self.problem, at))),
            Way::Joint => Some(OrganisationKind::Branch),
            _ => None,
        };
        Ok(Line {
            unit: fact.row.id,
            seat,
            way,
            founds: founds.map(|kind| kind.code().to_owned()),
            host,
            host_unit,
            members: fact.members,
            staff: fact.staff,
            metres: i64::from(metres_of(place, self.problem, at)),
            rules: told.rules.join(","),
            next_left_out: told.cost.map(|cost| cost.left_out),
            next_joints: told.cost.map(|cost| cost.organisations),
            next_metres: told.cost.map(|cost| cost.metres),
            basis: fact.basis(),
        })
    }
}

fn id(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| Error::failed("reading a plan of branches", format!("no id: {text}")))
}

/// The joint branch that a unit leaves, now that it has members enough for its own.
fn left(standing: Standing) -> Option<Seat> {
    match standing {
        Standing::Own { leaves: Some(at) } => Some(Seat::Organisation(at)),
        _ => None,
    }
}

fn founded(kind: HostKind) -> OrganisationKind {
    match kind {
        HostKind::Branch | HostKind::JointBranch => OrganisationKind::Branch,
        HostKind::GeneralBranch => OrganisationKind::GeneralBranch,
        HostKind::Committee => OrganisationKind::Committee,
    }
}
