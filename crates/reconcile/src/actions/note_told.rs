//! What was found goes back to the office whose list was wrong: on record.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::known;
use crate::store::rolls;

/// Puts on record that somebody took a list's results away.
#[derive(Debug, Clone)]
pub struct NoteTold {
    /// The county.
    pub county: String,
    /// The list.
    pub roll: Uuid,
    /// Rows in the file.
    pub rows: usize,
}

impl Action for NoteTold {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let Some(roll) = rolls::roll(tx, &self.county, self.roll).await? else {
            return Err(Problem::not_found().into());
        };
        let (campaign, standing) = known(tx, cx, &self.county, roll.campaign).await?;
        if !standing.sees(&roll) {
            return Err(Problem::not_found().into());
        }
        cx.scope(Right::Export).require(&campaign.path, &[Some(roll.organisation)])?;
        tx.audit(Entry::new(cx.who, &self.county, "check-tell", "campaign", campaign.id).detail(json!({
            "unit": roll.organisation,
            "name": roll.title,
            "rows": self.rows,
        })));
        Ok(())
    }
}
