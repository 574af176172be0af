//! Brings in a table of a year's changes of division codes, row by row.

use lianxin_foundation::clock::civil;
use lianxin_foundation::{Action, App, Context, Error, Result, Tx, Who};

use super::ChangeAreas;
use crate::area::change::plan::Asked;
use crate::area::change::store as changes;
use crate::area::{AreaKind, store as areas};
use crate::codes::{Line, Table, is_done};
use crate::import::is_odd_code;

/// What a row would do, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The row's number in the file.
    pub line: u32,
    /// What became of it.
    pub what: Became,
    /// Whether the new code's segment is unusual for such a name: a hint, no refusal.
    pub odd: bool,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// It changes the tree.
    Changed,
    /// Everything it says is so already.
    Same,
    /// It is not taken: the message that says why.
    Refused(&'static str),
}

/// One row.
struct BringLine<'a>(&'a Line);

impl Action for BringLine<'_> {
    type Output = Became;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Became> {
        let line = self.0;
        let operations = match line.operations() {
            Ok(operations) => operations,
            Err(code) => return Ok(Became::Refused(code)),
        };
        if let Some(code) = wrong_day(line.since(), cx) {
            return Ok(Became::Refused(code));
        }
        let mut became = Became::Same;
        for asked in operations {
            if is_there(tx, &asked).await? {
                continue;
            }
            became = Became::Changed;
            let reason = line.reason();
            ChangeAreas { asked, reason }.run(tx, cx).await?;
        }
        Ok(became)
    }
}

/// A change counts from the day it is made: one that is still to come is brought in on its day.
fn wrong_day(since: &str, cx: Context<'_>) -> Option<&'static str> {
    if since.is_empty() {
        return Some("codes-reason");
    }
    match since.parse::<jiff::civil::Date>() {
        Err(_) => Some("codes-day"),
        Ok(day) if day > civil(cx.now).date() => Some("codes-later"),
        Ok(_) => None,
    }
}

async fn is_there(tx: &mut Tx, asked: &Asked) -> Result<bool> {
    let own = match areas::area(tx, asked.area()).await? {
        Some(area) => {
            let heir = changes::heir(tx, &area.id).await?;
            Some((area, heir))
        }
        None => None,
    };
    let other = match asked {
        Asked::Split { code: Some(code), .. } | Asked::Open { code, .. } => areas::area(tx, code).await?,
        _ => None,
    };
    Ok(is_done(asked, own.as_ref(), other.as_ref()))
}

/// Says what every row of a table would do, each after those before it; nothing stays of it.
///
/// # Errors
/// When the database fails.
pub async fn look_at_codes(app: &App, who: &Who, table: &Table) -> Result<Vec<Outcome>> {
    let mut tx = app.db().write().await?;
    let cx = Context::new(app, who, app.clock().now());
    let mut outcomes = Vec::with_capacity(table.lines.len());
    for line in &table.lines {
        let mark = tx.mark().await?;
        let what = match refusal(BringLine(line).run(&mut tx, cx).await) {
            Ok(what) => {
                tx.past(mark).await?;
                what
            }
            Err(refused) => {
                tx.back_to(mark).await?;
                refused?
            }
        };
        outcomes.push(outcome(line, what));
    }
    // The transaction is not committed: it was only to see.
    Ok(outcomes)
}

/// Brings in every row that can be, each in a transaction of its own; tells after each how many are behind. Told again, it
/// goes on where it stopped: what is there already is left.
///
/// # Errors
/// When the database fails. The rows before stay.
pub async fn bring_codes(
    app: &App,
    who: &Who,
    table: &Table,
    told: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::with_capacity(table.lines.len());
    for line in &table.lines {
        let what = match refusal(app.act(who, &BringLine(line)).await) {
            Ok(what) => what,
            Err(error) => error?,
        };
        outcomes.push(outcome(line, what));
        told(outcomes.len());
    }
    Ok(outcomes)
}

/// A refusal as what became of a row; other failures go on.
fn refusal(done: Result<Became>) -> std::result::Result<Became, Result<Became>> {
    match done {
        Ok(became) => Ok(became),
        Err(Error::Refused(problem)) => {
            let code = problem.fields.first().map_or(problem.code, |field| field.code);
            // What is not theirs is told from what is not there to nobody.
            let code =
                if matches!(code, "problem-not-found" | "problem-forbidden") { "area-unknown" } else { code };
            Err(Ok(Became::Refused(code)))
        }
        Err(error) => Err(Err(error)),
    }
}

fn outcome(line: &Line, what: Became) -> Outcome {
    let kind = if line.after().len() == 9 { AreaKind::Town } else { AreaKind::Village };
    Outcome { line: line.line, what, odd: is_odd_code(kind, line.after(), line.name()) }
}
