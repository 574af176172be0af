//! What is read of people beyond a page goes on record: searches by a personal number, lists taken away.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use serde_json::json;

/// Puts a search by telephone or ID number on record. The trail holds the number masked.
pub struct NotePeopleSearch {
    /// The number, masked.
    pub masked: String,
    /// How many people were found.
    pub found: usize,
}

impl Action for NotePeopleSearch {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        if cx.scope(Right::OpenPeople).is_empty() {
            return Err(Problem::forbidden().into());
        }
        let entry = Entry::new(cx.who, &cx.who.county, "people-find", "list", "people");
        tx.audit(entry.detail(json!({ "query": self.masked, "found": self.found })));
        Ok(())
    }
}

/// Puts an export of people on record: what was asked for and how many rows went out.
pub struct NotePeopleExport {
    /// The conditions, as the address has them.
    pub query: String,
    /// What it is for.
    pub reason: String,
    /// Rows in the file.
    pub rows: usize,
}

impl Action for NotePeopleExport {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        if cx.scope(Right::Export).is_empty() || cx.scope(Right::SeePeople).is_empty() {
            return Err(Problem::forbidden().into());
        }
        let entry = Entry::new(cx.who, &cx.who.county, "people-export", "list", "people");
        tx.audit(entry.because(&self.reason).detail(json!({ "query": self.query, "rows": self.rows })));
        Ok(())
    }
}
