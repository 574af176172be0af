//! Statements of sources, what was done about them, and the matters they stand behind.

use std::collections::HashMap;

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::scope::{Columns, path_range};
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Error, Micros, Result, Scope, Tx};
use uuid::Uuid;

use super::flow::{Span, WEEK};
use super::{Entry, Kind, Outcome, Source};
use crate::model::Matter;
use crate::store::{COLUMNS, MatterRow, SCOPE};

/// The columns of `source s` that a scope looks at.
const OF: Columns<'static> = Columns { county: "s.county", path: "s.path", units: &["s.unit"] };

/// The columns of `matter m` that a scope looks at, the path as an expression that no index fits: what a category's
/// weeks are counted from is that category's index.
const UNLED: Columns<'static> = Columns { path: "m.path || ''", ..SCOPE };

/// The columns of [`SourceRow`].
const SOURCE: &str = "s.county, s.id, s.title, s.words, s.category, s.area, s.path, s.unit, s.opened_at, s.ended_at, \
    s.outcome";

#[derive(sqlx::FromRow)]
struct SourceRow {
    county: String,
    id: Uuid,
    title: String,
    words: String,
    category: String,
    area: String,
    path: String,
    unit: Uuid,
    opened_at: Micros,
    ended_at: Option<Micros>,
    outcome: Option<String>,
}

fn known<T>(found: Option<T>, id: Uuid) -> Result<T> {
    found.ok_or_else(|| Error::failed(format!("reading source {id}"), "unknown code"))
}

impl SourceRow {
    fn read(self) -> Result<Source> {
        let outcome = self.outcome.map(|code| known(Outcome::from_code(&code), self.id)).transpose()?;
        Ok(Source {
            county: self.county,
            id: self.id,
            title: self.title,
            words: self.words,
            category: self.category,
            area: self.area,
            path: self.path,
            unit: self.unit,
            opened_at: self.opened_at,
            ended_at: self.ended_at,
            outcome,
        })
    }
}

/// Writes a source that was taken up.
pub(crate) async fn insert(tx: &mut Tx, source: &Source) -> Result<()> {
    sql("insert into source (county, id, title, words, category, area, path, unit, opened_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    .bind(&source.county)
    .bind(source.id)
    .bind(&source.title)
    .bind(&source.words)
    .bind(&source.category)
    .bind(&source.area)
    .bind(&source.path)
    .bind(source.unit)
    .bind(source.opened_at)
    .run(tx)
    .await?;
    Ok(())
}

/// A source within `scope`.
pub async fn source(tx: &mut Tx, scope: &Scope, county: &str, id: Uuid) -> Result<Option<Source>> {
    let allowed = scope.condition(OF, 2);
    let row: Option<SourceRow> = sql_with(
        "select {columns} from source s where s.county = $1 and s.id = $2 and {scope}",
        &[("columns", SOURCE), ("scope", &allowed.text)],
    )
    .bind(county)
    .bind(id)
    .bind_all(allowed.values)
    .optional(tx)
    .await?;
    row.map(SourceRow::read).transpose()
}

fn which(open: bool) -> &'static str {
    if open { "s.ended_at is null" } else { "1 = 1" }
}

/// The sources within `scope`, one page of them, the newest first; `open` for those still worked on.
pub async fn list(tx: &mut Tx, scope: &Scope, open: bool, paging: Paging) -> Result<Vec<Source>> {
    let allowed = scope.condition(OF, 0);
    let rows: Vec<SourceRow> = sql_with(
        "select {columns} from source s where {scope} and {also} order by s.opened_at desc, s.id \
         limit {size} offset {offset}",
        &[
            ("columns", SOURCE),
            ("scope", &allowed.text),
            ("also", which(open)),
            ("size", &paging.size.to_string()),
            ("offset", &paging.offset().to_string()),
        ],
    )
    .bind_all(allowed.values)
    .all(tx)
    .await?;
    rows.into_iter().map(SourceRow::read).collect()
}

/// How many sources are within `scope`.
pub async fn count(tx: &mut Tx, scope: &Scope, open: bool) -> Result<i64> {
    let allowed = scope.condition(OF, 0);
    sql_with(
        "select count(*) from source s where {scope} and {also}",
        &[("scope", &allowed.text), ("also", which(open))],
    )
    .bind_all(allowed.values)
    .scalar(tx)
    .await
}

/// The sources within `scope` that stand behind a matter.
pub(crate) async fn behind(tx: &mut Tx, scope: &Scope, county: &str, matter: Uuid) -> Result<Vec<Source>> {
    let allowed = scope.condition(OF, 2);
    let rows: Vec<SourceRow> = sql_with(
        "select {columns} from source_matter l cross join source s where l.county = $1 and l.matter = $2 \
         and l.unlinked_at is null and s.county = l.county and s.id = l.source and {scope} order by s.opened_at, s.id",
        &[("columns", SOURCE), ("scope", &allowed.text)],
    )
    .bind(county)
    .bind(matter)
    .bind_all(allowed.values)
    .all(tx)
    .await?;
    rows.into_iter().map(SourceRow::read).collect()
}

/// Ends a source or takes it up again; `false` when somebody did so meanwhile.
pub(crate) async fn end(
    tx: &mut Tx,
    source: &Source,
    at: Option<Micros>,
    outcome: Option<Outcome>,
) -> Result<bool> {
    let touched = sql_with(
        "update source set ended_at = $3, outcome = $4 where county = $1 and id = $2 and {also}",
        &[("also", if at.is_some() { "ended_at is null" } else { "ended_at is not null" })],
    )
    .bind(&source.county)
    .bind(source.id)
    .bind(at)
    .bind(outcome.map(Outcome::code))
    .run(tx)
    .await?;
    Ok(touched == 1)
}

/// Writes down what was noted or done.
pub(crate) async fn insert_entry(tx: &mut Tx, source: &Source, entry: &Entry) -> Result<()> {
    sql("insert into source_entry (county, id, source, kind, at, since, by_name, words) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(&source.county)
    .bind(entry.id)
    .bind(source.id)
    .bind(entry.kind.code())
    .bind(entry.at)
    .bind(entry.since)
    .bind(&entry.by_name)
    .bind(&entry.words)
    .run(tx)
    .await?;
    Ok(())
}

/// An entry as it is stored: id, kind, when, since when it holds, by whom, the words.
type EntryRow = (Uuid, String, Micros, Option<Micros>, String, String);

/// What was noted and done, the oldest first.
pub(crate) async fn entries(tx: &mut Tx, source: &Source) -> Result<Vec<Entry>> {
    let rows: Vec<EntryRow> = sql("select id, kind, at, since, by_name, words from source_entry \
         where county = $1 and source = $2 order by at, id")
    .bind(&source.county)
    .bind(source.id)
    .all(tx)
    .await?;
    let read = |(id, kind, at, since, by_name, words): EntryRow| {
        Ok(Entry { id, kind: known(Kind::from_code(&kind), id)?, at, since, by_name, words })
    };
    rows.into_iter().map(read).collect()
}

/// Links a matter, also one that was taken out before.
pub(crate) async fn link(tx: &mut Tx, source: &Source, matter: Uuid, now: Micros) -> Result<()> {
    sql("insert into source_matter (county, source, matter, linked_at) values ($1, $2, $3, $4) \
         on conflict (county, source, matter) do update set linked_at = excluded.linked_at, unlinked_at = null")
    .bind(&source.county)
    .bind(source.id)
    .bind(matter)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Takes a matter out, also one that was only proposed: it is not proposed again.
pub(crate) async fn unlink(tx: &mut Tx, source: &Source, matter: Uuid, now: Micros) -> Result<()> {
    sql("insert into source_matter (county, source, matter, linked_at, unlinked_at) values ($1, $2, $3, $4, $4) \
         on conflict (county, source, matter) do update set unlinked_at = excluded.unlinked_at")
    .bind(&source.county)
    .bind(source.id)
    .bind(matter)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// How many matters are linked, whoever may see them.
pub(crate) async fn links(tx: &mut Tx, source: &Source) -> Result<i64> {
    sql("select count(*) from source_matter where county = $1 and source = $2 and unlinked_at is null")
        .bind(&source.county)
        .bind(source.id)
        .scalar(tx)
        .await
}

/// How many matters are linked to each of these sources, whoever may see them; a source without any is left out.
pub(crate) async fn linked_to_each(tx: &mut Tx, sources: &[Source]) -> Result<HashMap<Uuid, i64>> {
    let mut counties: Vec<&str> = sources.iter().map(|source| source.county.as_str()).collect();
    counties.sort_unstable();
    counties.dedup();
    if counties.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, i64)> = sql_with(
        "select source, count(*) from source_matter where county in ({counties}) and source in ({ids}) \
         and unlinked_at is null group by source",
        &[("counties", &marks(1, counties.len())), ("ids", &marks(counties.len() + 1, sources.len()))],
    )
    .bind_all(counties.into_iter().map(Value::from))
    .bind_all(sources.iter().map(|source| Value::from(source.id)))
    .all(tx)
    .await?;
    Ok(rows.into_iter().collect())
}

/// The matters linked to a source that `scope` covers, the newest first, so many at most.
pub(crate) async fn linked(tx: &mut Tx, scope: &Scope, source: &Source, most: i64) -> Result<Vec<Matter>> {
    let allowed = scope.condition(SCOPE, 3);
    let rows: Vec<MatterRow> = sql_with(
        "select {columns} from source_matter l cross join matter m where l.county = $1 and l.source = $2 \
         and l.unlinked_at is null and m.county = l.county and m.id = l.matter and {scope} \
         order by m.created_at desc, m.id limit $3",
        &[("columns", COLUMNS), ("scope", &allowed.text)],
    )
    .bind(&source.county)
    .bind(source.id)
    .bind(most)
    .bind_all(allowed.values)
    .all(tx)
    .await?;
    rows.into_iter().map(MatterRow::read).collect()
}

/// What came in of the source's category and place since, within `scope`, was never linked or taken out, and has
/// words that are not sealed; the newest first.
pub(crate) async fn candidates(
    tx: &mut Tx,
    scope: &Scope,
    source: &Source,
    since: Micros,
    most: i64,
) -> Result<Vec<Matter>> {
    let (from, below) = path_range(&source.path);
    let allowed = scope.condition(UNLED, 7);
    let rows: Vec<MatterRow> = sql_with(
        "select {columns} from matter m where m.county = $1 and m.category = $2 and m.created_at >= $3 \
         and m.path || '' >= $4 and m.path || '' < $5 and m.sealed_text is null and m.status || '' <> 'merged' \
         and not exists (select 1 from source_matter l where l.county = m.county and l.source = $6 and l.matter = m.id) \
         and {scope} order by m.created_at desc limit $7",
        &[("columns", COLUMNS), ("scope", &allowed.text)],
    )
    .bind(&source.county)
    .bind(&source.category)
    .bind(since)
    .bind(from)
    .bind(below)
    .bind(source.id)
    .bind(most)
    .bind_all(allowed.values)
    .all(tx)
    .await?;
    rows.into_iter().map(MatterRow::read).collect()
}

/// How many linked matters came in, by the week of the span, within `scope`.
pub(crate) async fn linked_by_week(
    tx: &mut Tx,
    scope: &Scope,
    source: &Source,
    span: Span,
) -> Result<Vec<(i64, i64)>> {
    let allowed = scope.condition(SCOPE, 5);
    sql_with(
        "select cast((m.created_at - $3) / $4 as BIGINT), count(*) from source_matter l cross join matter m \
         where l.county = $1 and l.source = $2 and l.unlinked_at is null and m.county = l.county and m.id = l.matter \
         and m.created_at + 0 >= $3 and m.created_at + 0 < $5 and {scope} group by 1 order by 1",
        &[("scope", &allowed.text)],
    )
    .bind(&source.county)
    .bind(source.id)
    .bind(span.from)
    .bind(WEEK)
    .bind(span.to())
    .bind_all(allowed.values)
    .all(tx)
    .await
}

/// How many of the source's category came in from its place, by the week of the span, within `scope`. What is
/// worked on with another matter counts there.
pub(crate) async fn alike_by_week(
    tx: &mut Tx,
    scope: &Scope,
    source: &Source,
    span: Span,
) -> Result<Vec<(i64, i64)>> {
    let (from, below) = path_range(&source.path);
    let allowed = scope.condition(UNLED, 7);
    sql_with(
        "select cast((m.created_at - $3) / $4 as BIGINT), count(*) from matter m where m.county = $1 \
         and m.category = $2 and m.created_at >= $3 and m.created_at < $5 and m.path || '' >= $6 and m.path || '' < $7 \
         and m.status || '' <> 'merged' and {scope} group by 1 order by 1",
        &[("scope", &allowed.text)],
    )
    .bind(&source.county)
    .bind(&source.category)
    .bind(span.from)
    .bind(WEEK)
    .bind(span.to())
    .bind(from)
    .bind(below)
    .bind_all(allowed.values)
    .all(tx)
    .await
}
