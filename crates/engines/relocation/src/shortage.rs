//! Why nobody more could be placed.
//!
//! A set of shelters proves it: whoever is in them needs as much as those who remain or more, none of these
//! may go anywhere else, and the places are full.

use crate::model::Need;
use crate::plan::{Assignment, Remaining};
use crate::problem::{Problem, by_need};

/// Those of one need who remain, and the proof that they must.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// Their need.
    pub need: Need,
    /// How many persons remain: so many places of the kind are missing.
    pub missing: i64,
    /// The open shelters they may go to, and those that would have to make room, by their places in the list.
    pub shelters: Vec<u32>,
    /// Places there.
    pub places: i64,
    /// Persons who need as much or more and may go nowhere else: those there, and all who remain of them.
    pub persons: i64,
}

/// Who remains by need, the most pressing first, each with the shelters that prove it. The proof holds for the
/// plans of [`crate::plan`]; for others `persons - places` may be less than what is missing.
pub fn shortages(problem: &Problem, assignments: &[Assignment], remaining: &[Remaining]) -> Vec<Shortage> {
    let need_of = |household: u32| problem.households()[household as usize].need;
    let mut found = Vec::new();
    for need in Need::ALL {
        let left: Vec<&Remaining> = remaining.iter().filter(|row| need_of(row.household) == need).collect();
        if left.is_empty() {
            continue;
        }
        // Rows of those who need as much or more: nobody else would be sent away for them.
        let pressing: Vec<&Assignment> =
            assignments.iter().filter(|row| by_need(need_of(row.household)) <= by_need(need)).collect();
        let inside = closure(problem, left.iter().map(|row| row.household), &pressing);
        let there = |shelter: u32| inside[shelter as usize];
        let shelters: Vec<u32> =
            (0..).zip(&inside).filter(|(_, inside)| **inside).map(|(at, _)| at).collect();
        let missing = left.iter().map(|row| i64::from(row.persons)).sum();
        let seated: i64 =
            assignments.iter().filter(|row| there(row.shelter)).map(|row| i64::from(row.persons)).sum();
        let places = shelters.iter().map(|at| i64::from(problem.shelters()[*at as usize].capacity)).sum();
        found.push(Shortage { need, missing, shelters, places, persons: seated + missing });
    }
    found
}

/// The shelters that those who remain may go to, and then those where the people in these may go.
fn closure(problem: &Problem, remaining: impl Iterator<Item = u32>, pressing: &[&Assignment]) -> Vec<bool> {
    let count = problem.shelters().len();
    let mut inside = vec![false; count];
    let mut asked = vec![false; problem.households().len()];
    let mut by_shelter: Vec<Vec<u32>> = vec![Vec::new(); count];
    for row in pressing {
        by_shelter[row.shelter as usize].push(row.household);
    }
    let mut waiting: Vec<u32> = remaining.collect();
    while let Some(household) = waiting.pop() {
        if std::mem::replace(&mut asked[household as usize], true) {
            continue;
        }
        for shelter in 0..count {
            if !inside[shelter] && problem.may_go(household as usize, shelter) {
                inside[shelter] = true;
                waiting.extend(&by_shelter[shelter]);
            }
        }
    }
    inside
}
