//! Who answers for whom.
//!
//! The same transportation problem: every household counts as one, a member takes a few of them.

use crate::Cancelled;
use crate::certificate::Certificate;
use crate::model::{Household, InputError, List, Member, Need, Shelter};
use crate::plan::{Progress, plan};
use crate::problem::Problem;

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
    let plan = plan(&problem, progress)?;
    let mut member = vec![None; households.len()];
    for row in &plan.assignments {
        member[row.household as usize] = Some(row.shelter);
    }
    Ok(MemberPlan { member, metres: plan.person_metres, certificate: plan.certificate })
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
