//! The list of organisations as a file: those of a place that the reader may both see and take away.

use axum::response::Response;
use lianxin_foundation::web::{Cell, Csv, Paging, Visitor, Workbook};
use lianxin_foundation::{Micros, Problem, Result, Right};

use super::place::{self, PlaceField};
use super::{Asked, Mark, asked, place_names};
use crate::actions::NoteOrganisationsExport;
use crate::area::path_of;
use crate::organisation::Organisation;
use crate::organisation::store::{self, Filter};

/// At most this many rows go into a file.
const MOST: i64 = 20_000;

const COLUMNS: [(&str, u32); 6] = [
    ("organisation-name", 36),
    ("organisation-kind", 16),
    ("area-place", 30),
    ("organisation-term-due", 17),
    ("organisation-phone", 16),
    ("organisation-number", 38),
];

pub(super) async fn csv(visitor: Visitor, query: Asked) -> Result<Response> {
    let (mark, rows) = taken_away(&visitor, &query).await?;
    let mut table = Csv::new(&COLUMNS.map(|(id, _)| visitor.words.t(id)));
    rows.iter().for_each(|row| table.row(&row.iter().map(Cell::text).collect::<Vec<_>>()));
    table.row(&[mark.words]);
    Ok(table.download("organisations.csv"))
}

pub(super) async fn xlsx(visitor: Visitor, query: Asked) -> Result<Response> {
    let (mark, rows) = taken_away(&visitor, &query).await?;
    let mut book = Workbook::new(visitor.now)?;
    let columns = COLUMNS.map(|(id, width)| (visitor.words.t(id), width));
    book.sheet(&visitor.words.t("organisations-title"), &columns)?;
    for row in rows {
        book.row(&row)?;
    }
    book.download("organisations.xlsx", &mark.words)
}

/// The rows, of those who may be both seen and taken away; it goes on record.
async fn taken_away(visitor: &Visitor, query: &Asked) -> Result<(Mark, Vec<[Cell; 6]>)> {
    visitor.from_within()?;
    let (scope, exported) = (visitor.scope(Right::SeeRegistry)?, visitor.scope(Right::Export)?);
    let mark = Mark::of(visitor, &visitor.words.t("organisations-title"), asked(query, "reason"))?;
    let mut tx = visitor.app.db().read().await?;
    let typed = asked(query, "area");
    let place::Asked { area, .. } = PlaceField::asked(&mut tx, &scope, typed).await?;
    if area.is_none() && !typed.is_empty() {
        return Err(Problem::not_found().into());
    }
    let filter = Filter {
        path: area.map(|area| path_of(&area)).unwrap_or_default(),
        kind: asked(query, "kind").to_owned(),
        name: asked(query, "q").to_owned(),
        closed: !asked(query, "closed").is_empty(),
        ..Filter::default()
    };
    let mut found =
        store::in_scope(&mut tx, &exported, &filter, Paging::new(None, MOST), visitor.now).await?;
    // A right by unit reaches what the other does not.
    found.retain(|one| scope.covers(&one.path, &[Some(one.id)]));
    let places = place_names(&mut tx, found.iter().map(|one| one.path.as_str())).await?;
    let terms = store::newest_terms(&mut tx, &found).await?;
    drop(tx);
    let row = |one: &Organisation| {
        let term: Option<Micros> = terms.get(&one.id).copied();
        [
            Cell::Text(one.name.clone()),
            Cell::Text(visitor.words.t(one.kind.message())),
            Cell::Text(places.get(&one.path).cloned().unwrap_or_default()),
            Cell::Time(term),
            Cell::Text(one.phone.clone().unwrap_or_default()),
            Cell::Text(one.id.to_string()),
        ]
    };
    let rows: Vec<[Cell; 6]> = found.iter().map(row).collect();
    let note = NoteOrganisationsExport { reason: mark.reason.clone(), rows: rows.len() };
    visitor.app.act(visitor.signed_in()?, &note).await?;
    Ok((mark, rows))
}
