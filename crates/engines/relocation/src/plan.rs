//! The plan of least total person-metres.

use std::ops::ControlFlow;

use crate::Cancelled;
use crate::certificate::Certificate;
use crate::few::Few;
use crate::ground::Ground;
use crate::problem::{Piece, Points, Problem};
use crate::transport::{Transport, solve};

/// Persons of one household who go to one shelter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assignment {
    /// The household's place in the list.
    pub household: u32,
    /// The shelter's place in the list.
    pub shelter: u32,
    /// How many of the household's persons.
    pub persons: u32,
}

/// Persons of one household for whom there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Remaining {
    /// The household's place in the list.
    pub household: u32,
    /// How many of its persons.
    pub persons: u32,
}

/// Who goes where, and how good that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// By household, then by shelter. A household may be split.
    pub assignments: Vec<Assignment>,
    /// Who remains because places are short, by household.
    pub remaining: Vec<Remaining>,
    /// The sum of everyone's metres.
    pub person_metres: i64,
    /// Prices that prove how much better any other plan could be.
    pub certificate: Certificate,
}

/// Told how many persons are still too many where they stand; stops the work by `Break`.
pub type Progress<'a> = dyn FnMut(i64) -> ControlFlow<()> + 'a;

/// The plan of least total person-metres over all pairs of households and shelters, proved by its
/// certificate. Where places are short, as many as possible of those in medical need are placed, then of
/// those who need the ground floor, then of the rest, and among all such plans the shortest is taken.
///
/// # Errors
/// When `progress` stopped it.
pub fn plan(problem: &Problem, progress: &mut Progress<'_>) -> Result<Plan, Cancelled> {
    let Points { ground, pieces } = problem.points();
    let transport = solve(ground, &problem.capacities(), progress)?;
    Ok(summed_up(problem, &transport, &pieces))
}

/// The plan that was found, with its proof.
pub(crate) fn summed_up(problem: &Problem, transport: &Transport<Ground>, pieces: &[Few<Piece>]) -> Plan {
    let (assignments, remaining) = hand_out(transport, pieces);
    Plan::new(problem, assignments, remaining, transport.prices().to_vec(), transport.costs().far())
}

impl Plan {
    /// Sums a plan up and proves it by the prices.
    pub(crate) fn new(
        problem: &Problem,
        mut assignments: Vec<Assignment>,
        mut remaining: Vec<Remaining>,
        prices: Vec<i64>,
        far: i64,
    ) -> Plan {
        in_order(&mut assignments, problem.households().len());
        assignments.dedup_by(|next, row| {
            let same = (next.household, next.shelter) == (row.household, row.shelter);
            row.persons += if same { next.persons } else { 0 };
            same
        });
        remaining.sort_unstable();
        remaining.dedup_by(|next, row| {
            let same = next.household == row.household;
            row.persons += if same { next.persons } else { 0 };
            same
        });
        let person_metres = person_metres(problem, &assignments);
        let certificate = Certificate::new(problem, &assignments, &remaining, prices, far);
        Plan { assignments, remaining, person_metres, certificate }
    }

    /// How many persons have a place.
    pub fn placed(&self) -> i64 {
        self.assignments.iter().map(|assignment| i64::from(assignment.persons)).sum()
    }

    /// How many households are split over several shelters.
    pub fn split(&self) -> usize {
        let several = |pair: &[Assignment]| pair[0].household == pair[1].household;
        let mut split: Vec<u32> =
            self.assignments.windows(2).filter(|pair| several(pair)).map(|pair| pair[0].household).collect();
        split.dedup();
        split.len()
    }
}

/// Sorts a plan: rows are counted out by household, so that hardly anything is left to sort.
fn in_order(rows: &mut Vec<Assignment>, households: usize) {
    let mut next = vec![0_u32; households + 1];
    rows.iter().for_each(|row| next[row.household as usize + 1] += 1);
    (1..next.len()).for_each(|household| next[household] += next[household - 1]);
    let nobody = Assignment { household: 0, shelter: 0, persons: 0 };
    let mut sorted = vec![nobody; rows.len()];
    for row in rows.iter() {
        let place = &mut next[row.household as usize];
        sorted[*place as usize] = *row;
        *place += 1;
    }
    sorted.sort();
    *rows = sorted;
}

/// The sum of everyone's metres.
pub(crate) fn person_metres(problem: &Problem, assignments: &[Assignment]) -> i64 {
    let metres = |assignment: &Assignment| {
        let metres = problem.metres(assignment.household as usize, assignment.shelter as usize)?;
        Some(metres * i64::from(assignment.persons))
    };
    assignments.iter().filter_map(metres).sum()
}

/// Hands the persons of every point out to its households; whole households first go where they fit.
pub(crate) fn hand_out(
    transport: &Transport<Ground>,
    pieces: &[Few<Piece>],
) -> (Vec<Assignment>, Vec<Remaining>) {
    let mut assignments = Vec::with_capacity(pieces.len());
    let mut remaining = Vec::new();
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for (point, together) in pieces.iter().enumerate() {
        let room = |persons: i64| u32::try_from(persons).unwrap_or(0);
        parts.clear();
        parts.extend(transport.parts(point).map(|part| (part.sink, room(part.persons))));
        for piece in together.iter() {
            let mut left = piece.persons;
            while left > 0 {
                let fitting = parts.iter().position(|(_, room)| *room >= left);
                let Some(part) = fitting.or_else(|| parts.iter().position(|(_, room)| *room > 0)) else {
                    break;
                };
                let persons = left.min(parts[part].1);
                parts[part].1 -= persons;
                left -= persons;
                let (household, shelter) = (piece.household, parts[part].0);
                if shelter as usize == transport.nowhere() {
                    remaining.push(Remaining { household, persons });
                } else {
                    assignments.push(Assignment { household, shelter, persons });
                }
            }
        }
    }
    (assignments, remaining)
}
