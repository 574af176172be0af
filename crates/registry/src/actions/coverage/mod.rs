//! What somebody does who sees to it that everybody is covered: ask for a plan, accept, decline, take back.

mod accept;
mod decline;
mod note;
mod plan;
mod undo;

use lianxin_foundation::error::Kind;
use lianxin_foundation::{Context, Problem, Result, Right, Tx};
use uuid::Uuid;

pub use accept::{AcceptProposal, Accepted};
pub use decline::DeclineProposal;
pub use note::NoteCoverageExport;
pub use plan::PlanCoverage;
pub use undo::UndoDecision;

use crate::coverage::{Line, Plan, store};

/// A plan that is done and that the asker may decide upon, kept from other decisions meanwhile, with the lines of one
/// of its proposals.
async fn proposal(
    tx: &mut Tx,
    cx: Context<'_>,
    county: &str,
    plan: Uuid,
    seat: Uuid,
) -> Result<(Plan, Vec<Line>)> {
    let found = store::locked(tx, county, plan).await?;
    let found = found
        .filter(|plan| plan.is_done() && plan.within(&cx.scope(Right::Manage), &cx.scope(Right::SeePeople)));
    let Some(plan) = found else { return Err(Problem::not_found().into()) };
    match store::lines_of(tx, &plan, &[seat]).await?.remove(&seat) {
        Some(lines) => Ok((plan, lines)),
        None => Err(Problem::not_found().into()),
    }
}

/// The same, while nothing was decided about it.
async fn undecided(
    tx: &mut Tx,
    cx: Context<'_>,
    county: &str,
    plan: Uuid,
    seat: Uuid,
) -> Result<(Plan, Vec<Line>)> {
    let (plan, lines) = proposal(tx, cx, county, plan, seat).await?;
    if store::decision(tx, &plan, seat).await?.is_some() {
        return Err(Problem::new(Kind::Conflict, "coverage-decided").into());
    }
    Ok((plan, lines))
}
