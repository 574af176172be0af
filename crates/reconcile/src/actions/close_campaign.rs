//! Closes a campaign before its last day, or opens it again.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use uuid::Uuid;

use super::{open_run_by, run_by};
use crate::store::{campaigns, runs};

/// Closes a campaign; what goes on for it in the background stops. What is personal stays until its last day is over,
/// so that it can be opened again.
#[derive(Debug, Clone)]
pub struct CloseCampaign {
    /// The county.
    pub county: String,
    /// The campaign.
    pub id: Uuid,
}

impl Action for CloseCampaign {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let campaign = open_run_by(tx, cx, &self.county, self.id).await?;
        for run in runs::of_campaign(tx, &self.county, self.id).await? {
            runs::stop(tx, &self.county, run.id, cx.now).await?;
        }
        campaigns::set_closed(tx, &self.county, campaign.id, Some(cx.now)).await?;
        tx.audit(Entry::new(cx.who, &self.county, "check-close", "campaign", self.id));
        Ok(())
    }
}

/// Opens a closed campaign again, as long as its last day is not over.
#[derive(Debug, Clone)]
pub struct ReopenCampaign {
    /// The county.
    pub county: String,
    /// The campaign.
    pub id: Uuid,
}

impl Action for ReopenCampaign {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let campaign = run_by(tx, cx, &self.county, self.id).await?;
        if campaign.erased_at.is_some() || cx.now >= campaign.ends_at {
            return Err(Problem::new(Kind::Conflict, "check-is-over").into());
        }
        campaigns::set_closed(tx, &self.county, campaign.id, None).await?;
        tx.audit(Entry::new(cx.who, &self.county, "check-reopen", "campaign", self.id));
        Ok(())
    }
}
