//! A roster is told to go into the register, or thrown away.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{moved_on, own};
use crate::roster::{Roster, store};

/// Tells a roster that was looked at to go in.
pub struct RunRoster {
    /// The roster's county.
    pub county: String,
    /// The roster.
    pub id: Uuid,
}

impl Action for RunRoster {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let roster = own(tx, cx, &self.county, self.id).await?;
        match roster.state.as_str() {
            // The form sent twice tells it nothing new.
            "running" => return Ok(()),
            "checked" => {}
            _ => return Err(moved_on().into()),
        }
        store::begin(tx, &roster, cx.now).await?;
        tx.audit(
            Entry::new(cx.who, &roster.county, "roster-run", "roster", roster.id)
                .detail(json!({ "rows": roster.total, "new": roster.added, "changed": roster.changed })),
        );
        Ok(())
    }
}

/// Throws a roster away that is not going in. What is in stays.
pub struct DropRoster {
    /// The roster's county.
    pub county: String,
    /// The roster.
    pub id: Uuid,
}

impl Action for DropRoster {
    /// The roster, whose files are to be removed.
    type Output = Roster;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Roster> {
        let roster = own(tx, cx, &self.county, self.id).await?;
        if roster.state == "running" {
            return Err(moved_on().into());
        }
        store::forget(tx, &roster).await?;
        store::set_state(tx, &roster, "gone", cx.now).await?;
        tx.audit(Entry::new(cx.who, &roster.county, "roster-drop", "roster", roster.id));
        Ok(roster)
    }
}
