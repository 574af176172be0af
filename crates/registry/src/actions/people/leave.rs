//! Somebody stops being something in an organisation.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{ends, seen};
use crate::membership::store;

/// Enters that a membership is over.
#[derive(Debug, Clone)]
pub struct Leave {
    /// The person's county.
    pub county: String,
    /// The person.
    pub person: Uuid,
    /// The membership.
    pub membership: Uuid,
    /// The last day; today when not said.
    pub last: Option<Micros>,
    /// Why.
    pub reason: String,
}

/// The longest reason, in characters.
const LONGEST_REASON: usize = 200;

impl Action for Leave {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (_, standing) = seen(tx, cx, &self.county, self.person).await?;
        let held = standing.memberships.iter().find(|one| one.id == self.membership);
        // What has a last day already can end sooner, as long as that day is still to come.
        let held = held.filter(|one| one.to.is_none_or(|to| one.ended.is_none() && cx.now < to));
        let Some(held) = held else { return Err(Problem::not_found().into()) };
        if !held.covered(&cx.scope(Right::KeepPeople)) {
            return Err(Problem::forbidden().into());
        }
        let reason = self.reason.trim();
        if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
            return Err(Problem::invalid().field("reason", "registry-reason-missing").into());
        }
        let end = ends(cx, self.last, held.from)?;
        store::end(tx, &self.county, held.id, end, reason).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "person-leave", "person", self.person)
                .because(reason)
                .detail(json!({ "unit": held.organisation, "kind": held.code })),
        );
        Ok(())
    }
}
