//! Says no to a proposal.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use uuid::Uuid;

use super::undecided;
use crate::coverage::{Decision, store};

/// The longest reason, in characters.
const LONGEST: usize = 200;

/// Leaves a proposal as it is, with the reason.
#[derive(Debug, Clone)]
pub struct DeclineProposal {
    /// The plan's county.
    pub county: String,
    /// The plan.
    pub plan: Uuid,
    /// The proposal.
    pub seat: Uuid,
    /// Why not.
    pub reason: String,
}

impl Action for DeclineProposal {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (plan, _) = undecided(tx, cx, &self.county, self.plan, self.seat).await?;
        let reason = self.reason.trim();
        if reason.is_empty() || reason.chars().count() > LONGEST {
            return Err(Problem::invalid().field("reason", "registry-reason-missing").into());
        }
        let decision = Decision {
            id: cx.app.ids().new_id(cx.now),
            seat: self.seat,
            decision: "declined".to_owned(),
            organisation: None,
            founded: false,
            reason: reason.to_owned(),
            made_at: cx.now,
            made_by: cx.who.name.clone(),
        };
        store::decide(tx, &plan, &decision).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "coverage-decline", "organisation", self.seat).because(reason),
        );
        Ok(())
    }
}
