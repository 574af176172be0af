//! Who answers for whom.
//!
//! The same transportation problem: every household counts as one, a member takes a few of them.

mod choice;

use std::collections::BTreeMap;

use crate::Cancelled;
use crate::certificate::Certificate;
use crate::ground::Sink;
use crate::model::{Household, InputError, List, Member, Need, Shelter};
use crate::plan::{Assignment, Plan, Progress, Remaining};
use crate::problem::Problem;
use choice::Choice;

/// Which member answers for which household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberPlan {
    /// By household: the member's place in the list; `None` where hands are short.
    pub member: Vec<Option<u32>>,
    /// The sum of the metres between households and their members.
    pub metres: i64,
    /// The members' prices, which prove that no other plan is shorter. Its persons are households here, its
    /// shelters members.
    pub certificate: Certificate,
}

/// Gives every household a member, within what each can take, with the least total metres.
///
/// # Errors
/// [`MemberError::Input`] names every record that cannot be used; [`MemberError::Cancelled`] when `progress`
/// stopped it.
pub fn answer_for(
    households: &[Household],
    members: &[Member],
    progress: &mut Progress<'_>,
) -> Result<MemberPlan, MemberError> {
    let problem = as_problem(households, members).map_err(MemberError::Input)?;
    let far = problem.points().ground.far();
    // Those who take nobody are left aside, those at one place are one.
    let mut lumps: BTreeMap<(i32, i32), Vec<u32>> = BTreeMap::new();
    for (index, member) in (0..).zip(members).filter(|(_, member)| member.max_households > 0) {
        lumps.entry((member.x, member.y)).or_default().push(index);
    }
    let hands = |index: &u32| members[*index as usize].max_households as usize;
    let places = lumps.keys().map(|(x, y)| Sink { x: *x, y: *y, has: 0, column: 0 }).collect();
    let capacity = lumps.values().map(|lump| lump.iter().map(hands).sum()).collect();
    let homes = households.iter().map(|household| (household.x, household.y)).collect();
    let mut choice = Choice::new(homes, places, capacity, far);
    choice.settle(progress)?;

    // A member who takes nobody costs as much as having none.
    let mut prices = vec![far; members.len()];
    let mut free: Vec<Vec<(u32, usize)>> = Vec::with_capacity(lumps.len());
    for (lump, price) in lumps.values().zip(choice.prices()) {
        lump.iter().for_each(|index| prices[*index as usize] = *price);
        free.push(lump.iter().rev().map(|index| (*index, hands(index))).collect());
    }
    let member: Vec<Option<u32>> =
        choice.chosen().map(|lump| free.get_mut(lump as usize).and_then(next_free)).collect();
    let (mut assignments, mut remaining) = (Vec::new(), Vec::new());
    for (household, member) in (0..).zip(&member) {
        match member {
            Some(shelter) => assignments.push(Assignment { household, shelter: *shelter, persons: 1 }),
            None => remaining.push(Remaining { household, persons: 1 }),
        }
    }
    let Plan { person_metres, certificate, .. } = Plan::new(&problem, assignments, remaining, prices, far);
    Ok(MemberPlan { member, metres: person_metres, certificate })
}

/// The next free hand of members at one place.
fn next_free(free: &mut Vec<(u32, usize)>) -> Option<u32> {
    let (member, hands) = free.last_mut()?;
    let found = *member;
    *hands -= 1;
    if *hands == 0 {
        free.pop();
    }
    Some(found)
}

/// Why nobody could be given a member.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MemberError {
    /// Records that cannot be used.
    #[error("{} records cannot be used", .0.len())]
    Input(Vec<InputError>),
    /// Stopped from outside.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

/// Households as single persons, members as shelters.
fn as_problem(households: &[Household], members: &[Member]) -> Result<Problem, Vec<InputError>> {
    let one = |household: &Household| Household { size: 1, need: Need::Any, ..household.clone() };
    let shelter = |member: &Member| Shelter {
        id: member.id.clone(),
        x: member.x,
        y: member.y,
        capacity: member.max_households,
        medical: false,
        ground: false,
    };
    let shelters = members.iter().map(shelter).collect();
    Problem::new(households.iter().map(one).collect(), shelters).map_err(|errors| {
        let of_member = |error: InputError| match error.list {
            List::Shelters => InputError { list: List::Members, ..error },
            _ => error,
        };
        errors.into_iter().map(of_member).collect()
    })
}
