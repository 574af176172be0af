//! Statements of organisations.

use std::collections::HashMap;

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::scope::{Columns, path_range};
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Micros, Result, Scope, Tx};
use uuid::Uuid;

use super::Organisation;
use crate::area::city_of;
use crate::duty::{Duty, store as duty};

/// How many ids are asked for in one statement.
const AT_ONCE: usize = 200;

/// One organisation.
pub async fn organisation(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Organisation>> {
    sql("select county, id, code, kind, name, area, path, phone, valid_from, valid_to from organisation \
         where county = $1 and id = $2")
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// The organisation with this id in any county: for an address that names only the id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Organisation>> {
    sql("select county, id, code, kind, name, area, path, phone, valid_from, valid_to from organisation where id = $1")
        .bind(id)
        .optional(tx)
        .await
}

/// The organisation of a county with this short name.
pub async fn by_code(tx: &mut Tx, county: &str, code: &str) -> Result<Option<Organisation>> {
    sql("select county, id, code, kind, name, area, path, phone, valid_from, valid_to from organisation \
         where county = $1 and code = $2 and valid_to is null")
    .bind(county)
    .bind(code)
    .optional(tx)
    .await
}

/// One organisation that may have a county's matters: one of the county's own, or of the city around it.
pub async fn serving(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Organisation>> {
    let own = organisation(tx, county, id).await?;
    match city_of(county) {
        Some(city) if own.is_none() => organisation(tx, &city, id).await,
        _ => Ok(own),
    }
}

/// The names of organisations that may have a county's matters, by id; closed ones too.
pub async fn names_of(tx: &mut Tx, county: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let mut found = HashMap::with_capacity(ids.len());
    let city = city_of(county);
    for some in ids.chunks(AT_ONCE) {
        let marks = marks(3, some.len());
        let rows: Vec<(Uuid, String)> = sql_with(
            "select id, name from organisation where county in ($1, $2) and id in ({ids})",
            &[("ids", &marks)],
        )
        .bind(county)
        .bind(city.as_deref().unwrap_or(county))
        .bind_all(some.iter().map(|id| Value::from(*id)))
        .all(tx)
        .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// The names of organisations of any county, by id: for lists that cross counties.
pub async fn names(tx: &mut Tx, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let marks = marks(1, some.len());
        let rows: Vec<(Uuid, String)> =
            sql_with("select id, name from organisation where id in ({ids})", &[("ids", &marks)])
                .bind_all(some.iter().map(|id| Value::from(*id)))
                .all(tx)
                .await?;
        found.extend(rows);
    }
    Ok(found)
}

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
}

/// The organisations within `scope` that `filter` asks for, by place and name.
pub async fn in_scope(
    tx: &mut Tx,
    scope: &Scope,
    filter: &Filter,
    paging: Paging,
    now: Micros,
) -> Result<Vec<Organisation>> {
    let allowed = scope.condition(Columns { county: "county", path: "path", units: &[] }, 9);
    sql_with(
        "select county, id, code, kind, name, area, path, phone, valid_from, valid_to from organisation \
         where path >= $1 and path < $2 and ($3 = '' or kind = $3) \
         and ($4 or valid_to is null or valid_to > $5) and (not $6 or path = $1) \
         and ($9 = '' or replace(name, $9, '') <> name) \
         and {scope} order by path, name, id limit $7 offset $8",
        &[("scope", &allowed.text)],
    )
    .bind_all(bounds(filter, now))
    .bind(paging.size)
    .bind(paging.offset())
    .bind(&filter.name)
    .bind_all(allowed.values)
    .all(tx)
    .await
}

/// How many organisations [`in_scope`] has to give in all.
pub async fn count(tx: &mut Tx, scope: &Scope, filter: &Filter, now: Micros) -> Result<i64> {
    let allowed = scope.condition(Columns { county: "county", path: "path", units: &[] }, 7);
    sql_with(
        "select count(*) from organisation where path >= $1 and path < $2 and ($3 = '' or kind = $3) \
         and ($4 or valid_to is null or valid_to > $5) and (not $6 or path = $1) \
         and ($7 = '' or replace(name, $7, '') <> name) and {scope}",
        &[("scope", &allowed.text)],
    )
    .bind_all(bounds(filter, now))
    .bind(&filter.name)
    .bind_all(allowed.values)
    .scalar(tx)
    .await
}

fn bounds(filter: &Filter, now: Micros) -> [Value; 6] {
    let (from, below) = path_range(&filter.path);
    [
        from.into(),
        below.into(),
        filter.kind.as_str().into(),
        filter.closed.into(),
        now.into(),
        filter.exactly.into(),
    ]
}

/// An organisation's duties that are in force or still to come.
pub async fn duties_of(tx: &mut Tx, county: &str, organisation: Uuid, now: Micros) -> Result<Vec<Duty>> {
    duty::of_organisation(tx, county, organisation, now).await
}

/// Writes a new organisation.
pub async fn insert(tx: &mut Tx, organisation: &Organisation) -> Result<()> {
    sql("insert into organisation (county, id, code, kind, name, area, path, phone, valid_from) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    .bind(&organisation.county)
    .bind(organisation.id)
    .bind(organisation.code.clone())
    .bind(organisation.kind.code())
    .bind(&organisation.name)
    .bind(&organisation.area)
    .bind(&organisation.path)
    .bind(organisation.phone.clone())
    .bind(organisation.valid_from)
    .run(tx)
    .await?;
    Ok(())
}

/// Closes an organisation.
pub async fn close(tx: &mut Tx, county: &str, id: Uuid, at: Micros) -> Result<()> {
    sql("update organisation set valid_to = $3 where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .bind(at)
        .run(tx)
        .await?;
    Ok(())
}
