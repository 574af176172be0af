//! A matter is not for this house.

use lianxin_foundation::{Action, Context, Result, Tx};
use uuid::Uuid;

use super::{With, find, parties, take, words};
use crate::Matters;
use crate::model::Matter;
use crate::rules::Step;

/// A dispatcher or supervisor does not take it up, with a reason the reporter reads (不受理).
pub struct Dismiss<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// Why, and who can help instead.
    pub reason: String,
}

impl Action for Dismiss<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        let note = words::filled_in("reason", Some(reason))?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        let parties = parties(&matter, cx.who, cx.now);
        take(tx, cx, self.matters, matter, &parties, Step::Dismiss, With { note, ..With::default() }).await
    }
}
