//! Takes a decision back.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use uuid::Uuid;

use super::proposal;
use crate::actions::people::withdraw;
use crate::actions::{ChangeOrganisation, CloseOrganisation};
use crate::coverage::{Decision, store};
use crate::organisation::store as organisations;

/// Takes back that a proposal was accepted or declined. What was accepted goes back as long as no member has come over:
/// units have the superior they had, members stay where they are, and a branch that was founded for it is closed.
#[derive(Debug, Clone)]
pub struct UndoDecision {
    /// The plan's county.
    pub county: String,
    /// The plan.
    pub plan: Uuid,
    /// The proposal.
    pub seat: Uuid,
    /// Why.
    pub reason: String,
}

impl Action for UndoDecision {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (plan, _) = proposal(tx, cx, &self.county, self.plan, self.seat).await?;
        let Some(decision) = store::decision(tx, &plan, self.seat).await? else {
            return Err(Problem::new(Kind::Conflict, "coverage-undecided").into());
        };
        let reason = self.reason.trim();
        if reason.is_empty() {
            return Err(Problem::invalid().field("reason", "registry-reason-missing").into());
        }
        if let (true, Some(organisation)) = (decision.is_accepted(), decision.organisation) {
            self.part(tx, cx, &decision, organisation).await?;
            if decision.founded {
                let close = CloseOrganisation {
                    county: self.county.clone(),
                    id: organisation,
                    reason: reason.to_owned(),
                };
                close.run(tx, cx).await?;
            }
        }
        store::undo(tx, &self.county, decision.id, cx.now, &cx.who.name).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "coverage-undo", "organisation", self.seat).because(reason),
        );
        Ok(())
    }
}

impl UndoDecision {
    /// Gives the units their superiors back and takes back what was asked of members.
    async fn part(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        decision: &Decision,
        organisation: Uuid,
    ) -> Result<()> {
        for (what, id, was) in store::done(tx, &self.county, decision.id).await? {
            if what == "transfer" {
                if !withdraw(tx, cx, &self.county, id, self.reason.trim()).await? {
                    return Err(Problem::new(Kind::Conflict, "coverage-members-moved").into());
                }
                continue;
            }
            let found = organisations::organisation(tx, &self.county, id).await?;
            // Somebody gave it another superior since, or closed it: that stays.
            let Some(unit) = found.filter(|one| one.valid_to.is_none() && one.superior == Some(organisation))
            else {
                continue;
            };
            let change = ChangeOrganisation {
                county: unit.county,
                id,
                name: unit.name,
                area: unit.area,
                superior: was,
                reason: self.reason.trim().to_owned(),
            };
            change.run(tx, cx).await?;
        }
        Ok(())
    }
}
