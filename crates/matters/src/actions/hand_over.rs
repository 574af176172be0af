//! A unit passes a matter on.

use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use uuid::Uuid;

use super::{With, find, parties, take, unit_in_force, words};
use crate::Matters;
use crate::model::Matter;
use crate::rules::Step;

/// The unit hands it to another one; who first took it stays responsible for the answer.
pub struct HandOver<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// The other organisation.
    pub unit: Uuid,
    /// Why, for everyone who may see the matter.
    pub reason: String,
}

impl Action for HandOver<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        let note = words::filled_in("reason", Some(reason))?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        if matter.unit == Some(self.unit) {
            return Err(Problem::invalid().field("unit", "matter-unit-same").into());
        }
        let unit = unit_in_force(tx, "unit", &self.county, self.unit, cx.now).await?;
        let parties = parties(&matter, cx.who, cx.now);
        let with = With { unit: Some(unit), note, ..With::default() };
        take(tx, cx, self.matters, matter, &parties, Step::HandOver, with).await
    }
}
