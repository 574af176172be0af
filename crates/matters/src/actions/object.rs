//! A unit objects to a dispatch (派单异议).

use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use uuid::Uuid;

use super::{With, find, parties, take, words};
use crate::Matters;
use crate::model::{Detail, Matter};
use crate::rules::Step;

/// One step back, with a reason; a dispatcher decides. The unit stays on record as the one objecting.
pub struct Object<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// The reason: the code of an `object` template.
    pub reason: String,
    /// The reason in words, or empty.
    pub note: String,
}

impl Action for Object<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let known =
            self.matters.catalogue.templates("object").iter().any(|template| template.code == self.reason);
        if !known {
            return Err(Problem::invalid().field("reason", "matter-reason-missing").into());
        }
        let note = words::filled_in("note", words::optional("note", &self.note)?)?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        let parties = parties(&matter, cx.who, cx.now);
        let detail = Detail { reason: Some(self.reason.clone()), ..Detail::default() };
        take(tx, cx, self.matters, matter, &parties, Step::Object, With { note, detail, ..With::default() })
            .await
    }
}
