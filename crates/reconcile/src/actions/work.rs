//! Asks for work in the background, or stops it.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{open_run_by, run_by};
use crate::model::RunState;
use crate::store::{rolls, runs};

/// Links a list with the registry's people of the campaign's area.
#[derive(Debug, Clone)]
pub struct AskWork {
    /// The county.
    pub county: String,
    /// The campaign.
    pub campaign: Uuid,
    /// The list.
    pub roll: Uuid,
}

impl Action for AskWork {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let campaign = open_run_by(tx, cx, &self.county, self.campaign).await?;
        let roll = rolls::roll(tx, &self.county, self.roll).await?;
        let Some(roll) = roll.filter(|roll| roll.campaign == campaign.id) else {
            return Err(Problem::not_found().into());
        };
        if roll.sealed_file.is_some() {
            return Err(Problem::new(Kind::Conflict, "check-roll-not-read").into());
        }
        let under_way = |run: &crate::model::Run| run.state().is_under_way() && run.roll == roll.id;
        if runs::of_campaign(tx, &self.county, campaign.id).await?.iter().any(under_way) {
            return Err(Problem::new(Kind::Conflict, "check-work-under-way").into());
        }
        let id = cx.app.ids().new_id(cx.now);
        let of = (campaign.id, roll.id);
        runs::ask(tx, &self.county, id, of, cx.who.account, cx.now).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "check-link", "campaign", campaign.id)
                .because(&campaign.purpose)
                .detail(json!({ "unit": roll.organisation, "name": roll.title })),
        );
        Ok(id)
    }
}

/// Stops work that goes on. What was done before stays as it was.
#[derive(Debug, Clone)]
pub struct StopWork {
    /// The county.
    pub county: String,
    /// The campaign.
    pub campaign: Uuid,
    /// The run.
    pub run: Uuid,
}

impl Action for StopWork {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let campaign = run_by(tx, cx, &self.county, self.campaign).await?;
        let run = runs::run(tx, &self.county, self.run).await?;
        if run.is_none_or(|run| run.campaign != campaign.id) {
            return Err(Problem::not_found().into());
        }
        if !runs::stop(tx, &self.county, self.run, cx.now).await? {
            return Err(Problem::new(Kind::Conflict, "check-work-ended").into());
        }
        tx.audit(
            Entry::new(cx.who, &self.county, "check-stop", "campaign", campaign.id)
                .detail(json!({ "status": RunState::Stopped.code() })),
        );
        Ok(())
    }
}
