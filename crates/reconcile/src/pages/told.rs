//! What was found goes back to the office: a file with its own people only, who took it away on every page.

use axum::response::Response;
use lianxin_foundation::web::{Cell, Path, Visitor, Workbook};
use lianxin_foundation::{Problem, Result};
use uuid::Uuid;

use super::roll::seen;
use super::visits::told_of;
use crate::actions::NoteTold;
use crate::model::Band;
use crate::rules::bands::Thresholds;
use crate::rules::lines::Fault;
use crate::sealed::{Listed, row_place};
use crate::store::{matches, visits};

/// Lines are read so many at once.
const AT_ONCE: i64 = 500;

/// The columns: message ids, and how wide they stand.
const COLUMNS: [(&str, u32); 9] = [
    ("check-line", 8),
    ("person-name", 14),
    ("person-id-number", 22),
    ("person-birth", 14),
    ("person-phone", 16),
    ("person-address", 40),
    ("check-told-found", 16),
    ("check-told-wrong", 30),
    ("check-told-visit", 40),
];

/// `GET …/told.xlsx`: every line of the office's own list, and what the check says of it. Nothing that the registry alone
/// knows is in it.
pub(super) async fn file(
    visitor: Visitor,
    Path((county, id, roll)): Path<(String, Uuid, Uuid)>,
) -> Result<Response> {
    visitor.from_within()?;
    let s = visitor.shell("");
    let mut tx = visitor.app.db().read().await?;
    let (_, _, roll) = seen(&mut tx, &visitor, (&county, id, roll)).await?;
    let Some(run) = roll.run else { return Err(Problem::not_found().into()) };
    let thresholds = Thresholds::taught(&matches::decisions(&mut tx, &county, id).await?);
    let mut book = Workbook::new(visitor.now)?;
    book.sheet(&roll.title, &COLUMNS.map(|(message, width)| (s.t(message), width)))?;
    let mut rows = 0;
    for band in Band::ALL {
        let mut after = 0;
        loop {
            let of = (band.code(), after);
            let some = matches::lines(&mut tx, &roll, run, &thresholds, of, AT_ONCE).await?;
            let Some(last) = some.last() else { break };
            let lines = (some.first().map_or(0, |one| one.line), last.line);
            after = last.line;
            let visited = visits::found(&mut tx, &county, roll.id, lines, AT_ONCE).await?;
            for one in &some {
                let listed = Listed::opened(&visitor.app, &row_place(roll.id, one.line), &one.sealed)?;
                let question = visited.iter().find(|found| found.line == one.line);
                let found = match question {
                    Some(found) => told_of(&visitor.app, &visitor.words, &listed, &found.question, true)?,
                    None => Vec::new(),
                };
                let wrong = Fault::read(&one.faults).into_iter().map(|fault| s.t(fault.message()));
                let text = [listed.name, listed.id_number, listed.birth, listed.phone, listed.address];
                let mut cells = vec![Cell::Number(one.line)];
                cells.extend(text.map(Cell::Text));
                cells.push(Cell::Text(s.t(band.message())));
                cells.push(Cell::Text(wrong.collect::<Vec<_>>().join("；")));
                cells.push(Cell::Text(found.join("；")));
                book.row(&cells)?;
                rows += 1;
            }
        }
    }
    drop(tx);
    let who = visitor.signed_in()?;
    visitor.app.act(who, &NoteTold { county, roll: roll.id, rows }).await?;
    let mark = s.t2("check-told-mark", "name", who.name.as_str(), "time", s.time(&visitor.now));
    book.download("list.xlsx", &mark)
}
