//! What is taken away of a plan goes on record.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::coverage::store;

/// Puts on record that a plan was taken away as a file.
pub struct NoteCoverageExport {
    /// The plan's county.
    pub county: String,
    /// The plan.
    pub plan: Uuid,
    /// Rows in the file.
    pub rows: usize,
}

impl Action for NoteCoverageExport {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let found = store::plan(tx, &self.county, self.plan).await?;
        if !found.is_some_and(|plan| plan.within(&cx.scope(Right::Manage), &cx.scope(Right::SeePeople))) {
            return Err(Problem::not_found().into());
        }
        let entry = Entry::new(cx.who, &self.county, "coverage-export", "coverage", self.plan);
        tx.audit(entry.detail(json!({ "rows": self.rows })));
        Ok(())
    }
}
