//! Takes a list out of a campaign again, with everything that was found of it.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::roll_of;
use crate::store::{rolls, runs};

/// A list to take out.
#[derive(Debug, Clone)]
pub struct DropRoll {
    /// The county.
    pub county: String,
    /// The list.
    pub roll: Uuid,
}

impl Action for DropRoll {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let (campaign, roll) = roll_of(tx, cx, &self.county, self.roll).await?;
        let runs = runs::of_campaign(tx, &self.county, campaign.id).await?;
        if runs.iter().any(|run| run.state().is_under_way() && run.roll == roll.id) {
            return Err(Problem::new(Kind::Conflict, "check-work-under-way").into());
        }
        rolls::drop_roll(tx, &self.county, roll.id).await?;
        tx.audit(Entry::new(cx.who, &self.county, "check-drop", "campaign", campaign.id).detail(json!({
            "unit": roll.organisation,
            "name": roll.title,
            "people": roll.people,
        })));
        Ok(campaign.id)
    }
}
