//! Somebody calls the reporter back (回访).

use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use uuid::Uuid;

use super::{With, find, parties, take, words, works_for};
use crate::Matters;
use crate::model::{Detail, Matter};
use crate::rules::Step;

/// A dispatcher or supervisor, never one of the unit that settled it, writes down the reporter's word.
pub struct CallBack<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// Is it solved?
    pub solved: bool,
    /// Are they satisfied? `None` when they would not say.
    pub satisfied: Option<bool>,
    /// What else they said, or empty.
    pub comment: String,
}

impl Action for CallBack<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let note = words::optional("comment", &self.comment)?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        if works_for(cx.who, matter.unit, cx.now) {
            return Err(Problem::new(Kind::Forbidden, "matter-call-back-own").into());
        }
        let parties = parties(&matter, cx.who, cx.now);
        let detail = Detail { solved: Some(self.solved), satisfied: self.satisfied, ..Detail::default() };
        let step = if self.solved { Step::ConfirmSolved } else { Step::ConfirmUnsolved };
        take(tx, cx, self.matters, matter, &parties, step, With { note, detail, ..With::default() }).await
    }
}
