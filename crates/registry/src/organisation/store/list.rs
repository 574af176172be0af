//! Lists of organisations: as they are, and as they were on a day.

use lianxin_foundation::db::{Value, sql_with};
use lianxin_foundation::scope::{Columns, path_range};
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Micros, Result, Scope, Tx};

use super::ORGANISATION;
use crate::organisation::Organisation;

/// Until when a term lasts that a list asks for: from the first moment to before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermDue(pub Micros, pub Micros);

/// Which organisations a list asks for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only in this area or below it: its path; empty for everywhere.
    pub path: String,
    /// Only exactly in the area of `path`.
    pub exactly: bool,
    /// Only this kind, by code; empty for all.
    pub kind: String,
    /// Only names that hold this text; empty for all.
    pub name: String,
    /// Closed ones too.
    pub closed: bool,
    /// Only those whose newest term lasts until then.
    pub term: Option<TermDue>,
}

/// The organisations within `scope` that `filter` asks for, by place and name.
pub async fn in_scope(
    tx: &mut Tx,
    scope: &Scope,
    filter: &Filter,
    paging: Paging,
    now: Micros,
) -> Result<Vec<Organisation>> {
    let allowed = scope.condition(Columns { county: "county", path: "path", units: &[] }, 11);
    sql_with(
        "select {columns} from organisation \
         where path >= $1 and path < $2 and ($3 = '' or kind = $3) \
         and ($4 or valid_to is null or valid_to > $5) and (not $6 or path = $1) \
         and ($7 = '' or replace(name, $7, '') <> name) \
         and ($8 = 0 or (select coalesce(max(t.valid_to), 0) from organisation_term t \
             where t.county = organisation.county and t.organisation = organisation.id) between $8 and $9 - 1) \
         and {scope} order by path, name, id limit $10 offset $11",
        &[("columns", ORGANISATION), ("scope", &allowed.text)],
    )
    .bind_all(bounds(filter, now))
    .bind(paging.size)
    .bind(paging.offset())
    .bind_all(allowed.values)
    .all(tx)
    .await
}

/// How many organisations [`in_scope`] has to give in all.
pub async fn count(tx: &mut Tx, scope: &Scope, filter: &Filter, now: Micros) -> Result<i64> {
    let allowed = scope.condition(Columns { county: "county", path: "path", units: &[] }, 9);
    sql_with(
        "select count(*) from organisation where path >= $1 and path < $2 and ($3 = '' or kind = $3) \
         and ($4 or valid_to is null or valid_to > $5) and (not $6 or path = $1) \
         and ($7 = '' or replace(name, $7, '') <> name) \
         and ($8 = 0 or (select coalesce(max(t.valid_to), 0) from organisation_term t \
             where t.county = organisation.county and t.organisation = organisation.id) between $8 and $9 - 1) \
         and {scope}",
        &[("scope", &allowed.text)],
    )
    .bind_all(bounds(filter, now))
    .bind_all(allowed.values)
    .scalar(tx)
    .await
}

fn bounds(filter: &Filter, now: Micros) -> [Value; 9] {
    let (from, below) = path_range(&filter.path);
    let TermDue(first, last) = filter.term.unwrap_or(TermDue(0, 0));
    [
        from.into(),
        below.into(),
        filter.kind.as_str().into(),
        filter.closed.into(),
        now.into(),
        filter.exactly.into(),
        filter.name.as_str().into(),
        first.into(),
        last.into(),
    ]
}

/// The organisations that existed at a moment, as they were called and where they stood then: within `scope`, by place
/// and name, at most `most`. `filter`'s terms and closed ones mean nothing here.
pub async fn as_of(
    tx: &mut Tx,
    scope: &Scope,
    filter: &Filter,
    at: Micros,
    most: i64,
) -> Result<Vec<Organisation>> {
    let then = Columns { county: "o.county", path: "coalesce(p.path, o.path)", units: &[] };
    let allowed = scope.condition(then, 7);
    let (from, below) = path_range(&filter.path);
    sql_with(
        "select o.county, o.id, o.code, o.kind, coalesce(p.name, o.name) as name, coalesce(p.area, o.area) as area, \
         coalesce(p.path, o.path) as path, o.phone, o.form, \
         case when p.organisation is null then o.superior else p.superior end as superior, \
         o.approval, o.ends, o.valid_from, o.valid_to \
         from organisation o left join organisation_past p on p.county = o.county and p.organisation = o.id \
         and p.valid_from <= $1 and p.valid_to > $1 \
         where o.valid_from <= $1 and (o.valid_to is null or o.valid_to > $1) \
         and coalesce(p.path, o.path) >= $2 and coalesce(p.path, o.path) < $3 and ($4 = '' or o.kind = $4) \
         and ($5 = '' or replace(coalesce(p.name, o.name), $5, '') <> coalesce(p.name, o.name)) \
         and (not $6 or coalesce(p.path, o.path) = $2) \
         and {scope} order by coalesce(p.path, o.path), coalesce(p.name, o.name), o.id limit $7",
        &[("scope", &allowed.text)],
    )
    .bind(at)
    .bind(from)
    .bind(below)
    .bind(&filter.kind)
    .bind(&filter.name)
    .bind(filter.exactly)
    .bind(most)
    .bind_all(allowed.values)
    .all(tx)
    .await
}
