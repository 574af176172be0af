//! Somebody takes a list away as a file.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use serde_json::json;

/// Puts an export on record: what was asked for and how many rows went out.
pub struct NoteExport {
    /// Which list.
    pub what: &'static str,
    /// The conditions, as the address has them.
    pub query: String,
    /// Rows in the file.
    pub rows: i64,
}

impl Action for NoteExport {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        if cx.scope(Right::Export).is_empty() {
            return Err(Problem::forbidden().into());
        }
        let entry = Entry::new(cx.who, &cx.who.county, "matters-export", "list", self.what);
        tx.audit(entry.detail(json!({ "query": self.query, "rows": self.rows })));
        Ok(())
    }
}
