//! The clock rests, and runs again: never without a reason on record.

use lianxin_foundation::{Action, Context, Result, Tx};
use uuid::Uuid;

use super::{With, find, parties, take, words};
use crate::Matters;
use crate::model::Matter;
use crate::rules::Step;

/// The unit asks the reporter something; the clock rests until the answer.
pub struct Ask<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// What is asked, for the reporter to read.
    pub question: String,
}

/// A supervisor lets the clock rest for another reason.
pub struct Pause<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// Why, for everyone who may see the matter.
    pub reason: String,
}

/// The clock runs again without an answer.
pub struct Resume<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// Why.
    pub reason: String,
}

impl Action for Ask<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let question = words::required("question", &self.question, "matter-note-missing")?;
        let note = words::filled_in("question", Some(question))?;
        step(tx, cx, self.matters, (&self.county, self.id), Step::Ask, note).await
    }
}

impl Action for Pause<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        step(tx, cx, self.matters, (&self.county, self.id), Step::Pause, Some(reason)).await
    }
}

impl Action for Resume<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        step(tx, cx, self.matters, (&self.county, self.id), Step::Resume, Some(reason)).await
    }
}

async fn step(
    tx: &mut Tx,
    cx: Context<'_>,
    matters: &Matters,
    (county, id): (&str, Uuid),
    step: Step,
    note: Option<String>,
) -> Result<Matter> {
    let matter = find(tx, cx, county, id).await?;
    let parties = parties(&matter, cx.who, cx.now);
    take(tx, cx, matters, matter, &parties, step, With { note, ..With::default() }).await
}
