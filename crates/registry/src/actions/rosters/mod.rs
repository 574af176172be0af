//! Bringing in rosters: reading one in, saying what its columns hold, telling it to go, and each batch of rows.

mod batch;
mod begin;
mod columns;
mod go;

use lianxin_foundation::{Context, Problem, Result, Right, Tx};
use uuid::Uuid;

pub(crate) use batch::Batch;
pub use begin::BeginRoster;
pub use columns::SetColumns;
pub use go::{DropRoster, RunRoster};

use crate::roster::{Roster, store};

/// A roster of the asker's own: others do not exist for them.
///
/// # Errors
/// [`Problem::not_found`].
pub(crate) async fn own(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<Roster> {
    if cx.scope(Right::KeepPeople).is_empty() {
        return Err(Problem::forbidden().into());
    }
    let roster = store::roster(tx, county, id).await?.filter(|roster| roster.account == cx.who.account);
    roster.ok_or_else(|| Problem::not_found().into())
}

/// It is no longer where the form that was sent says.
fn moved_on() -> Problem {
    Problem::new(lianxin_foundation::error::Kind::Conflict, "roster-moved-on")
}
