//! The unit takes a matter.

use lianxin_foundation::{Action, Context, Result, Tx};
use uuid::Uuid;

use super::{With, find, parties, take, words};
use crate::Matters;
use crate::model::{Detail, Matter};
use crate::rules::Step;

/// The unit takes it and has spoken to the reporter (先行联系).
pub struct Accept<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// What was said to the reporter, or empty.
    pub note: String,
}

impl Action for Accept<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let note = words::filled_in("note", words::optional("note", &self.note)?)?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        // A level that never answered made it late for good, however quick the next one is.
        let in_time =
            matter.responded_in_time != Some(false) && matter.respond_due.is_some_and(|due| cx.now <= due);
        let detail = Detail { in_time: Some(in_time), ..Detail::default() };
        let parties = parties(&matter, cx.who, cx.now);
        take(tx, cx, self.matters, matter, &parties, Step::Accept, With { note, detail, ..With::default() })
            .await
    }
}
