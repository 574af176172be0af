//! The inbox as a file: exactly what the list shows, page by page, and on record.

use axum::Extension;
use axum::extract::Query as Asked;
use axum::response::Response;
use lianxin_foundation::web::{Cell, Csv, Paging, Shell, Visitor, Workbook};
use lianxin_foundation::{Result, Right};

use super::filter::{Filter, looked_at};
use super::rows::Names;
use crate::Matters;
use crate::actions::{NoteExport, NotePhoneSearch};
use crate::category::Catalogue;
use crate::model::Matter;
use crate::store;

/// The most rows one file holds.
const MOST: i64 = 50_000;
const AT_ONCE: i64 = 500;

/// The columns: message ids, and how wide they stand in a workbook.
const COLUMNS: [(&str, u32); 13] = [
    ("matter-number", 16),
    ("inbox-status", 12),
    ("csv-standing", 18),
    ("matter-category", 14),
    ("csv-text", 60),
    ("matter-place", 30),
    ("csv-unit", 20),
    ("csv-first-unit", 20),
    ("matter-channel", 10),
    ("matter-received", 17),
    ("matter-due-resolve", 17),
    ("matter-resolved-at", 17),
    ("matter-closed-at", 17),
];

/// `GET /matters.csv`, with the inbox's own conditions. Personal fields are not in it.
pub(super) async fn csv(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Asked(filter): Asked<Filter>,
) -> Result<Response> {
    let s = visitor.shell("");
    let mut table = Csv::new(&COLUMNS.map(|(id, _)| s.t(id)));
    let each = |row: &[Cell]| {
        table.row(&row.iter().map(Cell::text).collect::<Vec<_>>());
        Ok(())
    };
    let taken = taken(&visitor, &matters, filter, each).await?;
    table.row(&[taken.mark(&visitor, &s)]);
    Ok(table.download("matters.csv"))
}

/// `GET /matters.xlsx`: the same rows as a workbook, whose times are times.
pub(super) async fn xlsx(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Asked(filter): Asked<Filter>,
) -> Result<Response> {
    let s = visitor.shell("");
    let mut book = Workbook::new(visitor.now)?;
    book.sheet(&s.t("inbox-title"), &COLUMNS.map(|(id, width)| (s.t(id), width)))?;
    let taken = taken(&visitor, &matters, filter, |row| book.row(row)).await?;
    book.download("matters.xlsx", &taken.mark(&visitor, &s))
}

/// What went out.
struct Taken {
    rows: i64,
    /// Whether the list went on.
    more: bool,
}

impl Taken {
    /// Who took it away, and when: what the last line says.
    fn mark(&self, visitor: &Visitor, s: &Shell) -> String {
        let name = visitor.who.as_ref().map(|who| who.name.as_str()).unwrap_or_default();
        let mark = s.t2("export-mark", "name", name, "time", s.time(&visitor.now));
        let rows = s.t1(if self.more { "export-rows-more" } else { "export-rows" }, "n", self.rows);
        format!("{mark} {rows}")
    }
}

/// Hands every row of the list to `each`, in the list's own order, and puts that on record.
async fn taken(
    visitor: &Visitor,
    matters: &Matters,
    filter: Filter,
    mut each: impl FnMut(&[Cell]) -> Result<()>,
) -> Result<Taken> {
    // What may be taken away is what may be both seen and exported.
    visitor.scope(Right::SeeMatters)?;
    let scope = visitor.scope(Right::Export)?;
    visitor.from_within()?;
    let who = visitor.signed_in()?;
    let filter = filter.settled(who, visitor.now);
    let mut query = filter.asked(visitor, who, &scope);
    let s = visitor.shell("");
    let mut taken = Taken { rows: 0, more: false };
    let within = looked_at(&query, who, &scope, visitor.now);
    let mut tx = visitor.app.db().read().await?;
    query.from = query.from.or(store::words_since(&mut tx, &scope, &query, visitor.now).await?);
    for page in 1..=MOST / AT_ONCE {
        let found =
            store::list(&mut tx, &scope, &query, Paging::new(Some(page), AT_ONCE), visitor.now).await?;
        let names = Names::of(&mut tx, &found).await?;
        for matter in
            found.iter().filter(|matter| within.covers(&matter.path, &[matter.unit, matter.first_unit]))
        {
            each(&row(&s, &matters.catalogue, &names, matter))?;
            taken.rows += 1;
        }
        taken.more = i64::try_from(found.len()).is_ok_and(|found| found == AT_ONCE);
        if !taken.more {
            break;
        }
    }
    drop(tx);
    // The file leaves only once the trail says so.
    if let Some(phone) = filter.phone(who, visitor.now) {
        visitor.app.act(who, &NotePhoneSearch { phone: &phone, found: taken.rows }).await?;
    }
    let query = filter.on_record().query();
    visitor.app.act(who, &NoteExport { what: "matters", query, rows: taken.rows }).await?;
    Ok(taken)
}

fn row(s: &Shell, catalogue: &Catalogue, names: &Names, matter: &Matter) -> [Cell; COLUMNS.len()] {
    let row = names.row(s, catalogue, matter);
    [
        Cell::Text(row.number),
        Cell::Text(s.t(matter.status.message())),
        Cell::Text(row.chip.text),
        Cell::Text(row.category),
        Cell::Text(matter.text.clone()),
        Cell::Text(super::mine::place_line(&row.place, &matter.place)),
        Cell::Text(row.unit),
        Cell::Text(names.unit(matter.first_unit)),
        Cell::Text(s.t(matter.channel.message())),
        Cell::Time(Some(matter.created_at)),
        Cell::Time(matter.resolve_due),
        Cell::Time(matter.resolved_at),
        Cell::Time(matter.closed_at),
    ]
}
