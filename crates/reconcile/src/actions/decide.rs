//! A clerk says whether somebody on a list is a person of the registry, or takes that back.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::open_run_by;
use crate::model::{Campaign, Roll};
use crate::rules::bands::Thresholds;
use crate::store::matches::{self, Decision};
use crate::store::{rolls, visits};

/// What a clerk says about a line and the person it was matched with.
#[derive(Debug, Clone)]
pub struct Decide {
    /// The county.
    pub county: String,
    /// The campaign.
    pub campaign: Uuid,
    /// The list.
    pub roll: Uuid,
    /// The line.
    pub line: i64,
    /// The person they looked at.
    pub person: Uuid,
    /// Whether they are the same.
    pub same: bool,
}

async fn linked(tx: &mut Tx, cx: Context<'_>, of: (&str, Uuid), roll: Uuid) -> Result<(Campaign, Roll)> {
    let campaign = open_run_by(tx, cx, of.0, of.1).await?;
    let roll = rolls::roll(tx, of.0, roll).await?.filter(|roll| roll.campaign == campaign.id);
    roll.map(|roll| (campaign, roll)).ok_or_else(|| Problem::not_found().into())
}

impl Action for Decide {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (campaign, roll) = linked(tx, cx, (&self.county, self.campaign), self.roll).await?;
        let Some(run) = roll.run else { return Err(Problem::not_found().into()) };
        let found = matches::line(tx, &roll, run, &Thresholds::default(), self.line).await?;
        let Some(found) = found else { return Err(Problem::not_found().into()) };
        // The list was linked again while the page stood open: what they looked at is no longer the question.
        if found.person != Some(self.person) {
            return Err(Problem::new(Kind::Conflict, "check-linked-again").into());
        }
        let decision = Decision {
            roll: roll.id,
            line: self.line,
            person: self.person,
            same: self.same,
            probability: found.probability,
            by: cx.who.account,
            at: cx.now,
        };
        matches::decide(tx, &self.county, &decision).await?;
        // What a clerk knows, nobody has to ask at the door.
        visits::rest(tx, &self.county, roll.id, self.line, cx.now).await?;
        tx.audit(Entry::new(cx.who, &self.county, "check-decide", "campaign", campaign.id).detail(json!({
            "unit": roll.organisation,
            "line": self.line,
            "person": self.person,
            "same": self.same,
        })));
        Ok(())
    }
}

/// Takes a decision back: the line is as unclear as it was, and asks again at the door where it asked before.
#[derive(Debug, Clone)]
pub struct Undecide {
    /// The county.
    pub county: String,
    /// The campaign.
    pub campaign: Uuid,
    /// The list.
    pub roll: Uuid,
    /// The line.
    pub line: i64,
}

impl Action for Undecide {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (campaign, roll) = linked(tx, cx, (&self.county, self.campaign), self.roll).await?;
        if !matches::undecide(tx, &self.county, roll.id, self.line).await? {
            return Err(Problem::not_found().into());
        }
        visits::ask_again(tx, &self.county, roll.id, self.line).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "check-undecide", "campaign", campaign.id)
                .detail(json!({ "unit": roll.organisation, "line": self.line })),
        );
        Ok(())
    }
}
