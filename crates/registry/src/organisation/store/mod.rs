//! Statements of organisations.

mod list;
mod profile;
mod term;

pub use list::{Filter, TermDue, as_of, count, in_scope};
pub(crate) use profile::{affiliate, part, set_profile};
pub use profile::{associations, profile, trades};
pub use term::{insert_term, newest_terms, terms_of};

use std::collections::HashMap;

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::scope::path_range;
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use super::{Form, Organisation, Past};
use crate::area::{AreaKind, ancestors, city_of};
use crate::duty::{Duty, store as duty};

/// How many ids are asked for in one statement.
const AT_ONCE: usize = 200;

/// What an [`Organisation`] is read from.
const ORGANISATION: &str =
    "county, id, code, kind, name, area, path, phone, form, superior, approval, ends, valid_from, valid_to";

/// One organisation.
pub async fn organisation(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Organisation>> {
    sql_with("select {columns} from organisation where county = $1 and id = $2", &[("columns", ORGANISATION)])
        .bind(county)
        .bind(id)
        .optional(tx)
        .await
}

/// The organisation with this id in any county: for an address that names only the id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Organisation>> {
    sql_with("select {columns} from organisation where id = $1", &[("columns", ORGANISATION)])
        .bind(id)
        .optional(tx)
        .await
}

/// The organisation of a county with this short name.
pub async fn by_code(tx: &mut Tx, county: &str, code: &str) -> Result<Option<Organisation>> {
    sql_with(
        "select {columns} from organisation where county = $1 and code = $2 and valid_to is null",
        &[("columns", ORGANISATION)],
    )
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

/// The organisations directly below one that exist at a moment, by kind and name.
pub async fn below(tx: &mut Tx, superior: Uuid, at: Micros) -> Result<Vec<Organisation>> {
    sql_with(
        "select {columns} from organisation where superior = $1 and valid_from <= $2 \
         and (valid_to is null or valid_to > $2) order by kind, path, name, id",
        &[("columns", ORGANISATION)],
    )
    .bind(superior)
    .bind(at)
    .all(tx)
    .await
}

/// The Party's organisations of a place's town and of the places around it, of the county and its city, by place and name.
pub async fn party_around(tx: &mut Tx, county: &str, path: &str) -> Result<Vec<Organisation>> {
    let ids = ancestors(path);
    let whole = |levels: usize| ids.iter().take(levels).map(|id| format!("{id}/")).collect::<String>();
    let (from, below) = path_range(&whole(AreaKind::Town as usize + 1));
    sql_with(
        "select {columns} from organisation where county in ($1, $2) and valid_to is null \
         and kind in ('committee', 'general-branch', 'branch', 'group') \
         and ((path >= $3 and path < $4) or path in ($5, $6)) order by path, name, id limit 300",
        &[("columns", ORGANISATION)],
    )
    .bind(county)
    .bind(city_of(county).unwrap_or_else(|| county.to_owned()))
    .bind(from)
    .bind(below)
    .bind(whole(AreaKind::City as usize + 1))
    .bind(whole(AreaKind::County as usize + 1))
    .all(tx)
    .await
}

/// The organisations of a county and its city that are called so, by name or short name; three at most.
pub async fn called(tx: &mut Tx, county: &str, name: &str) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = sql(
        "select id from organisation where county in ($1, $2) and (name = $3 or code = $3) and valid_to is null \
         order by id limit 3",
    )
    .bind(county)
    .bind(city_of(county).unwrap_or_else(|| county.to_owned()))
    .bind(name)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// An organisation's duties that are in force or still to come.
pub async fn duties_of(tx: &mut Tx, county: &str, organisation: Uuid, now: Micros) -> Result<Vec<Duty>> {
    duty::of_organisation(tx, county, organisation, now).await
}

/// Writes a new organisation.
pub async fn insert(tx: &mut Tx, organisation: &Organisation) -> Result<()> {
    sql(
        "insert into organisation (county, id, code, kind, name, area, path, phone, form, superior, approval, ends, \
         valid_from) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(&organisation.county)
    .bind(organisation.id)
    .bind(organisation.code.clone())
    .bind(organisation.kind.code())
    .bind(&organisation.name)
    .bind(&organisation.area)
    .bind(&organisation.path)
    .bind(organisation.phone.clone())
    .bind((organisation.form != Form::Ordinary).then(|| organisation.form.code().to_owned()))
    .bind(organisation.superior)
    .bind(organisation.approval.clone())
    .bind(organisation.ends)
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

/// Writes what an organisation is from a day on, and remembers what it was until then.
///
/// Of several changes on one day only the last one is remembered as that day's.
pub async fn change(
    tx: &mut Tx,
    before: &Organisation,
    after: &Organisation,
    at: Micros,
    why: &str,
) -> Result<()> {
    let since: Option<i64> =
        sql("select max(valid_to) from organisation_past where county = $1 and organisation = $2")
            .bind(&before.county)
            .bind(before.id)
            .scalar(tx)
            .await?;
    let from = since.unwrap_or(before.valid_from);
    if from < at {
        sql("insert into organisation_past (county, organisation, valid_from, valid_to, name, area, path, superior, reason) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(&before.county)
        .bind(before.id)
        .bind(from)
        .bind(at)
        .bind(&before.name)
        .bind(&before.area)
        .bind(&before.path)
        .bind(before.superior)
        .bind(why)
        .run(tx)
        .await?;
    }
    sql("update organisation set name = $3, area = $4, path = $5, superior = $6 where county = $1 and id = $2")
        .bind(&before.county)
        .bind(before.id)
        .bind(&after.name)
        .bind(&after.area)
        .bind(&after.path)
        .bind(after.superior)
        .run(tx)
        .await?;
    Ok(())
}

/// What an organisation was before, the newest first.
pub async fn past_of(tx: &mut Tx, county: &str, id: Uuid) -> Result<Vec<Past>> {
    sql("select name, area, path, superior, valid_from, valid_to, reason from organisation_past \
         where county = $1 and organisation = $2 order by valid_from desc")
    .bind(county)
    .bind(id)
    .all(tx)
    .await
}

/// Frees the enterprises and associations that a closed organisation covered; tells how many.
pub async fn release(tx: &mut Tx, superior: Uuid) -> Result<u64> {
    sql("update organisation set superior = null where superior = $1 and valid_to is null")
        .bind(superior)
        .run(tx)
        .await
}
