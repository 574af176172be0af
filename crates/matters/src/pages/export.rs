//! The inbox as a file: exactly what the list shows, page by page, and on record.

use axum::Extension;
use axum::extract::Query as Asked;
use axum::response::Response;
use lianxin_foundation::web::{Csv, Paging, Shell, Visitor};
use lianxin_foundation::{Result, Right};

use super::inbox::{Filter, looked_at};
use super::rows::Names;
use crate::Matters;
use crate::actions::{NoteExport, NotePhoneSearch};
use crate::category::Catalogue;
use crate::model::Matter;
use crate::store;

/// The most rows one file holds.
const MOST: i64 = 50_000;
const AT_ONCE: i64 = 500;

/// The columns: message ids.
const COLUMNS: [&str; 13] = [
    "matter-number",
    "inbox-status",
    "csv-standing",
    "matter-category",
    "csv-text",
    "matter-place",
    "csv-unit",
    "csv-first-unit",
    "matter-channel",
    "matter-received",
    "matter-due-resolve",
    "matter-resolved-at",
    "matter-closed-at",
];

/// `GET /matters.csv`, with the inbox's own conditions. Personal fields are not in it.
pub(super) async fn csv(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Asked(filter): Asked<Filter>,
) -> Result<Response> {
    // What may be taken away is what may be both seen and exported.
    visitor.scope(Right::SeeMatters)?;
    let scope = visitor.scope(Right::Export)?;
    visitor.from_within()?;
    let who = visitor.signed_in()?;
    let filter = filter.settled(who, visitor.now);
    let mut query = filter.asked(&visitor, who, &scope);
    let s = visitor.shell("");
    let mut table = Csv::new(&COLUMNS.map(|id| s.t(id)));
    let mut rows = 0;
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
            table.row(&row(&s, &matters.catalogue, &names, matter));
            rows += 1;
        }
        if found.len() < usize::try_from(AT_ONCE).unwrap_or(usize::MAX) {
            break;
        }
    }
    drop(tx);
    // The file leaves only once the trail says so.
    if let Some(phone) = filter.phone(who, visitor.now) {
        visitor.app.act(who, &NotePhoneSearch { phone: &phone, found: rows }).await?;
    }
    let query = filter.on_record().query();
    visitor.app.act(who, &NoteExport { what: "matters", query, rows }).await?;
    Ok(table.download("matters.csv"))
}

fn row(s: &Shell, catalogue: &Catalogue, names: &Names, matter: &Matter) -> Vec<String> {
    let row = names.row(s, catalogue, matter);
    let time = |at: Option<i64>| at.map(|at| s.time(&at)).unwrap_or_default();
    vec![
        row.number,
        s.t(matter.status.message()),
        row.chip.text,
        row.category,
        matter.text.clone(),
        super::mine::place_line(&row.place, &matter.place),
        row.unit,
        names.unit(matter.first_unit),
        s.t(matter.channel.message()),
        s.time(&matter.created_at),
        time(matter.resolve_due),
        time(matter.resolved_at),
        time(matter.closed_at),
    ]
}
