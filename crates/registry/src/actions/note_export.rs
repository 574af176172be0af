//! A list of organisations that was taken away goes on record.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use serde_json::json;

/// Puts an export of organisations on record: what for, and how many rows went out.
pub struct NoteOrganisationsExport {
    /// What it is for.
    pub reason: String,
    /// Rows in the file.
    pub rows: usize,
}

impl Action for NoteOrganisationsExport {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        if cx.scope(Right::Export).is_empty() || cx.scope(Right::SeeRegistry).is_empty() {
            return Err(Problem::forbidden().into());
        }
        let entry = Entry::new(cx.who, &cx.who.county, "organisations-export", "list", "organisations");
        tx.audit(entry.because(&self.reason).detail(json!({ "rows": self.rows })));
        Ok(())
    }
}
