//! The plan for everyone.

use std::ops::ControlFlow;

use crate::Cancelled;
use crate::ascent::Ascent;
use crate::certificate::Certificate;
use crate::draft::{At, Draft, Worth};
use crate::ground::{Reason, distance_m};
use crate::model::OrganisationKind;
use crate::nearest::Nearest;
use crate::problem::{Problem, Seat, Standing};
use crate::solve::solve;

/// How a unit is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It stays where it is.
    Kept,
    /// 单独: it forms its own.
    Own,
    /// 联合: with others, around the unit at this place in the list (itself when it leads).
    Joint {
        /// The unit that leads.
        seat: u32,
    },
    /// 挂靠: somebody takes it on.
    Attached {
        /// Who.
        to: Seat,
    },
    /// 选派党建指导员: it has no members; an instructor comes.
    Instructed {
        /// From here; the superior sends one where nobody is near.
        by: Option<Seat>,
    },
    /// It has members whom nobody within the rules can take on; an instructor comes.
    Left {
        /// From here.
        by: Option<Seat>,
    },
}

/// A joint branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joint {
    /// The unit that leads.
    pub seat: u32,
    /// All its units, in the order of the list.
    pub units: Vec<u32>,
    /// Why they may be together.
    pub reason: Reason,
    /// The sum of the metres to the seat.
    pub metres: u32,
    /// Formal members.
    pub members: u32,
}

/// Who is covered how, and how good that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// By unit.
    pub places: Vec<Place>,
    /// The new joint branches, by the unit that leads.
    pub joints: Vec<Joint>,
    /// What proves how good the plan is.
    pub certificate: Certificate,
}

/// How far a plan has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Small units whose part is done.
    pub units: usize,
    /// Of so many.
    pub of: usize,
    /// Thousandths of the present step of the present part.
    pub step: usize,
}

/// Is told how far the plan has come, and stops it by `Break`.
pub type Watch<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

/// The plan that covers everyone whom the rules allow to cover, then has the fewest new joint branches, then the
/// least metres; small parts at a proven optimum, large ones with a bound.
///
/// # Errors
/// When `watch` stopped it.
pub fn plan(problem: &Problem, watch: &mut Watch<'_>) -> Result<Plan, Cancelled> {
    let ground = &problem.ground;
    let mut draft = Draft::new(ground);
    let mut ascent = Ascent::new(ground);
    let mut proofs = Vec::with_capacity(problem.parts.len());
    let (mut units, of) = (0, problem.small.len());
    for part in &problem.parts {
        let mut step =
            |done: usize, steps: usize| watch(Progress { units, of, step: done * 1000 / steps.max(1) });
        if step(0, 1).is_break() {
            return Err(Cancelled);
        }
        proofs.push(solve(&mut ascent, ground, &mut draft, part, &mut step)?);
        units += part.units.len();
    }
    let joints = joints(problem, &draft);
    let places = places(problem, &draft, &joints);
    let certificate = Certificate::new(problem, &proofs);
    Ok(Plan { places, joints, certificate })
}

fn joints(problem: &Problem, draft: &Draft) -> Vec<Joint> {
    let unit = |small: &u32| problem.small[*small as usize];
    let joint = |units: &Vec<u32>| {
        let star = problem.ground.star(units)?;
        Some(Joint {
            seat: unit(&units[star.seat]),
            units: units.iter().map(unit).collect(),
            reason: star.reason,
            metres: star.metres,
            members: units.iter().map(|small| problem.ground.spots[*small as usize].members).sum(),
        })
    };
    let mut joints: Vec<Joint> = draft.groups.iter().filter_map(joint).collect();
    joints.sort_unstable_by_key(|joint| joint.seat);
    joints
}

fn places(problem: &Problem, draft: &Draft, joints: &[Joint]) -> Vec<Place> {
    let mut places: Vec<Place> = problem
        .standing()
        .iter()
        .map(|standing| match standing {
            Standing::Kept(_) => Place::Kept,
            Standing::Own { .. } => Place::Own,
            Standing::Small => Place::Left { by: None },
            Standing::NoMembers => Place::Instructed { by: None },
        })
        .collect();
    for joint in joints {
        for unit in &joint.units {
            places[*unit as usize] = Place::Joint { seat: joint.seat };
        }
    }
    for (small, at) in problem.small.iter().zip(&draft.at) {
        if let At::Host(host) = at {
            places[*small as usize] = Place::Attached { to: problem.seats[*host as usize] };
        }
    }
    let nearest = Nearest::new(problem, joints.iter().map(|joint| joint.seat));
    for (at, place) in places.iter_mut().enumerate() {
        if let Place::Left { by } | Place::Instructed { by } = place {
            *by = nearest.of(problem, at).first().map(|(_, seat)| *seat);
        }
    }
    places
}

impl Plan {
    /// What the plan is worth.
    pub fn worth(&self) -> Worth {
        self.certificate.found
    }
}

/// Who leads the organisation a unit is placed in, or sends it an instructor.
pub fn seat_of(place: Place, problem: &Problem, unit: usize) -> Option<Seat> {
    match place {
        Place::Kept => match problem.standing()[unit] {
            Standing::Kept(organisation) => Some(Seat::Organisation(organisation)),
            _ => None,
        },
        Place::Own => u32::try_from(unit).ok().map(Seat::Unit),
        Place::Joint { seat } => Some(Seat::Unit(seat)),
        Place::Attached { to } => Some(to),
        Place::Instructed { by } | Place::Left { by } => by,
    }
}

/// Metres from a unit to the seat of the place it has; 0 where there is none.
pub fn metres_of(place: Place, problem: &Problem, unit: usize) -> u32 {
    let own = &problem.units()[unit];
    seat_of(place, problem, unit).map_or(0, |seat| distance_m((own.x, own.y), problem.place_of(seat)))
}

/// What an own organisation of a unit is.
pub fn own_kind(problem: &Problem, unit: usize) -> OrganisationKind {
    OrganisationKind::of(problem.units()[unit].members, problem.rules())
}
