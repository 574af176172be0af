//! A look at what a roster would change, before anything does.

use std::sync::Arc;

use lianxin_foundation::{App, Context, Result, Who};
use serde::{Deserialize, Serialize};

use super::judge::{Change, Judge, Verdict};
use super::line::Line;
use super::run::{ground, prepared};
use super::{Counts, Roster, Sheet};

/// What a look found of one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// The row's number in the file.
    pub(crate) line: u32,
    /// The name it gives.
    pub(crate) name: String,
    /// `new`, `changed`, `same` or `refused`.
    pub(crate) what: String,
    /// Field, what is there, and what the row says; personal numbers are masked.
    pub(crate) changes: Vec<(String, String, String)>,
    /// The messages that say why it is refused.
    pub(crate) reasons: Vec<String>,
}

/// Looks at every row as its owner may; writes nothing.
pub(crate) async fn look(
    app: &App,
    who: &Who,
    roster: &Roster,
    sheet: Arc<Sheet>,
) -> Result<(Counts, Vec<Seen>)> {
    let ground = ground(app, who, roster).await?;
    let mut lines = prepared(app, roster, sheet, 0);
    let (mut counts, mut seen) = (Counts::default(), Vec::new());
    while let Some(some) = lines.recv().await {
        let cx = Context::new(app, who, app.clock().now());
        // Each batch for itself: a reader that stays long keeps SQLite's log from being emptied.
        let mut tx = app.db().read().await?;
        let verdicts = Judge::new(cx, &ground).verdicts(&mut tx, cx, &some).await?;
        drop(tx);
        seen.extend(some.iter().zip(verdicts).map(|(line, verdict)| Seen::of(line, verdict, &mut counts)));
    }
    Ok((counts, seen))
}

impl Seen {
    fn of(line: &Line, verdict: Verdict, counts: &mut Counts) -> Seen {
        let (what, changes, reasons) = match verdict {
            Verdict::New { .. } => ("new", Vec::new(), Vec::new()),
            Verdict::Changed { changes, .. } => ("changed", changes, Vec::new()),
            Verdict::Same => ("same", Vec::new(), Vec::new()),
            Verdict::Refused(reasons) => ("refused", Vec::new(), reasons),
        };
        let count = match what {
            "new" => &mut counts.added,
            "changed" => &mut counts.changed,
            "same" => &mut counts.same,
            _ => &mut counts.refused,
        };
        *count += 1;
        let change = |one: Change| (one.field.code().to_owned(), one.before, one.after);
        Seen {
            line: line.number,
            name: line.name.clone(),
            what: what.to_owned(),
            changes: changes.into_iter().map(change).collect(),
            reasons: reasons.into_iter().map(str::to_owned).collect(),
        }
    }
}
