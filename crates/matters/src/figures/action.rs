//! Taking staff figures away as a file, which the audit trail remembers.

use lianxin_foundation::action::{Action, Context};
use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Result, Tx};
use serde_json::json;

use super::report::Question;

/// Remembers that figures left the house as a file.
pub(super) struct TakeFigures<'q> {
    /// What they are of; its scope was checked when they were computed.
    pub question: &'q Question,
    /// Which table.
    pub table: &'static str,
}

impl Action for TakeFigures<'_> {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let question = self.question;
        let entry =
            Entry::new(cx.who, &cx.who.county, "figures-export", "area", &question.area).detail(json!({
                "table": self.table,
                "from": question.period.first.code(),
                "to": question.period.last.code(),
                "category": question.category,
                "unit": question.unit,
            }));
        tx.audit(entry);
        Ok(())
    }
}
