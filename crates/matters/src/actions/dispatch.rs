//! A matter goes to a unit by somebody's decision.

use lianxin_foundation::{Action, Context, Result, Tx};
use uuid::Uuid;

use super::{With, find, parties, take, unit_in_force, words};
use crate::Matters;
use crate::model::Matter;
use crate::rules::Step;

/// A dispatcher or supervisor sends it to a unit of the county.
pub struct Dispatch<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// The organisation.
    pub unit: Uuid,
    /// Words with it, or empty.
    pub note: String,
}

impl Action for Dispatch<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let note = words::filled_in("note", words::optional("note", &self.note)?)?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        let unit = unit_in_force(tx, "unit", &self.county, self.unit, cx.now).await?;
        let parties = parties(&matter, cx.who, cx.now);
        let with = With { unit: Some(unit), note, ..With::default() };
        take(tx, cx, self.matters, matter, &parties, Step::Dispatch, with).await
    }
}
