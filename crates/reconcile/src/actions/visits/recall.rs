//! Takes back what was sent to the doors and nobody asked yet.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::super::open_run_by;
use crate::store::visits;

/// Takes back every question of a campaign that nobody answered, and the doors where nothing else was found. Sent again, they
/// are asked again.
#[derive(Debug, Clone)]
pub struct RecallVisits {
    /// The county.
    pub county: String,
    /// The campaign.
    pub campaign: Uuid,
}

impl Action for RecallVisits {
    type Output = u64;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<u64> {
        let campaign = open_run_by(tx, cx, &self.county, self.campaign).await?;
        let people = visits::recall(tx, &self.county, campaign.id).await?;
        if people == 0 {
            return Err(Problem::new(Kind::Conflict, "visit-none-to-recall").into());
        }
        tx.audit(
            Entry::new(cx.who, &self.county, "check-recall", "campaign", campaign.id)
                .detail(json!({ "people": people })),
        );
        Ok(people)
    }
}
