//! A roster goes into the register: one thread reads and seals rows while the database takes those before.

use std::sync::Arc;

use lianxin_foundation::{App, Context, Error, Result, Who};
use tokio::sync::mpsc;

use super::judge::Ground;
use super::line::{Line, LineReader};
use super::{Counts, Roster, Sheet};
use crate::actions::rosters::Batch;

/// How many rows go in together. A table's rows of one batch must fit into what [`Bulk`] sends at once, so that
/// people stand before what hangs on them.
///
/// [`Bulk`]: lianxin_foundation::db::Bulk
pub const BATCH: usize = 2_000;

/// How many batches may wait between the reader and the database, so that memory stays flat.
const WAITING: usize = 4;

/// Brings in what is left of a roster, at most so many rows; tells after each batch how many are behind.
///
/// # Errors
/// When a batch fails, or another program takes its rows. What went in before stays, and it can be told again.
pub async fn bring_in(
    app: &App,
    who: &Who,
    roster: &Roster,
    sheet: Arc<Sheet>,
    (most, told): (usize, &(dyn Fn(i64) + Sync)),
) -> Result<Counts> {
    let ground = ground(app, who, roster).await?;
    let mut counts = roster.counts();
    let mut next = roster.next_row;
    let mut lines = prepared(app, roster, sheet, usize::try_from(next).unwrap_or(usize::MAX));
    let end = next.saturating_add(i64::try_from(most).unwrap_or(i64::MAX));
    while next < end
        && let Some(some) = lines.recv().await
    {
        let batch =
            Batch { ground: &ground, county: &roster.county, roster: roster.id, first: next, lines: &some };
        let done = app.act(who, &batch).await?;
        counts = counts.and(done.counts);
        next += i64::try_from(some.len()).unwrap_or(i64::MAX);
        told(next);
    }
    Ok(counts)
}

/// What the rows of a roster may name, as its owner may see it.
pub(super) async fn ground(app: &App, who: &Who, roster: &Roster) -> Result<Ground> {
    let mut tx = app.db().read().await?;
    Ground::of(&mut tx, Context::new(app, who, app.clock().now()), roster).await
}

/// The rows from one on, read and sealed batch by batch by a thread of their own.
pub(super) fn prepared(
    app: &App,
    roster: &Roster,
    sheet: Arc<Sheet>,
    from: usize,
) -> mpsc::Receiver<Vec<Line>> {
    let (sender, receiver) = mpsc::channel(WAITING);
    let (app, columns) = (app.clone(), roster.fields());
    tokio::task::spawn_blocking(move || {
        let mut reader = LineReader::new(&app, &columns, app.clock().now());
        // Rows that are in already are read again for what they say of the later ones: who came twice.
        for row in sheet.rows.iter().take(from) {
            reader.read(row);
        }
        for rows in sheet.rows.get(from..).unwrap_or_default().chunks(BATCH) {
            let lines = rows.iter().map(|row| reader.read(row)).collect();
            // Whoever listened has enough, or failed and says so itself.
            if sender.blocking_send(lines).is_err() {
                return;
            }
        }
    });
    receiver
}

impl Counts {
    /// The sum of both.
    #[must_use]
    pub fn and(self, other: Counts) -> Counts {
        Counts {
            added: self.added + other.added,
            changed: self.changed + other.changed,
            same: self.same + other.same,
            refused: self.refused + other.refused,
        }
    }
}

/// Whether a failure says that somebody else was quicker.
pub(super) fn overtaken(error: &Error) -> bool {
    matches!(error.code(), Some("roster-moved-on" | "problem-not-found"))
}
