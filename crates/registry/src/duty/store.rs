//! Statements of duties.

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use super::{Duty, Responsible};

/// The organisation whose duty for `category` lies in the deepest of `areas`.
pub async fn deepest(
    tx: &mut Tx,
    county: &str,
    category: &str,
    areas: &[&str],
    now: Micros,
) -> Result<Option<Responsible>> {
    let marks = marks(4, areas.len());
    sql_with(
        "select d.organisation, o.name, d.area, d.depth from duty d \
         join organisation o on o.county = d.county and o.id = d.organisation \
         where d.county = $1 and d.category = $2 and d.valid_from <= $3 \
         and (d.valid_to is null or d.valid_to > $3) and (o.valid_to is null or o.valid_to > $3) \
         and d.area in ({areas}) order by d.depth desc, d.valid_from, d.id limit 1",
        &[("areas", &marks)],
    )
    .bind(county)
    .bind(category)
    .bind(now)
    .bind_all(areas.iter().map(|area| Value::from(*area)))
    .optional(tx)
    .await
}

/// A duty with the name of the organisation that has it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Published {
    /// The category's code.
    pub category: String,
    /// The organisation.
    pub organisation: Uuid,
    /// Its name.
    pub name: String,
    /// How to reach it by phone.
    pub phone: Option<String>,
    /// From when.
    pub valid_from: Micros,
}

/// The duties in force in exactly this area.
pub async fn in_area(tx: &mut Tx, county: &str, area: &str, now: Micros) -> Result<Vec<Published>> {
    sql("select d.category, d.organisation, o.name, o.phone, d.valid_from from duty d \
         join organisation o on o.county = d.county and o.id = d.organisation \
         where d.county = $1 and d.area = $2 and d.valid_from <= $3 and (d.valid_to is null or d.valid_to > $3) \
         order by d.category, o.name")
    .bind(county)
    .bind(area)
    .bind(now)
    .all(tx)
    .await
}

/// Somebody with a post that does the work of an organisation or a grid.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Holder {
    /// The account.
    pub account: Uuid,
    /// Whose it is.
    pub name: String,
    /// The place of the post.
    pub path: String,
    /// The role's code.
    pub role: String,
    /// The organisation of the post.
    pub organisation: Option<Uuid>,
}

/// Who did the work of grids and organisations at exactly these places at a moment.
pub async fn holders(tx: &mut Tx, paths: &[String], at: Micros) -> Result<Vec<Holder>> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let marks = marks(2, paths.len());
    sql_with(
        "select p.account, a.name, p.path, p.role, p.organisation from post p \
         join account a on a.county = p.county and a.id = p.account \
         where p.valid_from <= $1 and (p.valid_to is null or p.valid_to > $1) \
         and (a.disabled_at is null or a.disabled_at > $1) and p.role in ('grid-worker', 'unit-handler') \
         and p.path in ({marks}) order by a.name, p.id",
        &[("marks", &marks)],
    )
    .bind(at)
    .bind_all(paths.iter().map(|path| Value::from(path.as_str())))
    .all(tx)
    .await
}

/// Whether anybody answers for anything in a county.
pub async fn any(tx: &mut Tx, county: &str, now: Micros) -> Result<bool> {
    let one: Option<(String,)> = sql("select category from duty where county = $1 and valid_from <= $2 \
         and (valid_to is null or valid_to > $2) limit 1")
    .bind(county)
    .bind(now)
    .optional(tx)
    .await?;
    Ok(one.is_some())
}

/// An organisation's duties that are in force or still to come.
pub async fn of_organisation(
    tx: &mut Tx,
    county: &str,
    organisation: Uuid,
    now: Micros,
) -> Result<Vec<Duty>> {
    sql("select county, id, organisation, category, area, depth, valid_from, valid_to from duty \
         where county = $1 and organisation = $2 and (valid_to is null or valid_to > $3) \
         order by depth, area, category")
    .bind(county)
    .bind(organisation)
    .bind(now)
    .all(tx)
    .await
}

/// Writes a new duty.
pub async fn insert(tx: &mut Tx, duty: &Duty) -> Result<()> {
    sql("insert into duty (county, id, organisation, category, area, depth, valid_from, valid_to) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(&duty.county)
    .bind(duty.id)
    .bind(duty.organisation)
    .bind(&duty.category)
    .bind(&duty.area)
    .bind(duty.depth)
    .bind(duty.valid_from)
    .bind(duty.valid_to)
    .run(tx)
    .await?;
    Ok(())
}

/// Ends one duty.
pub async fn end(tx: &mut Tx, county: &str, id: Uuid, at: Micros) -> Result<()> {
    sql("update duty set valid_to = $3 where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .bind(at)
        .run(tx)
        .await?;
    Ok(())
}

/// Ends every duty of an organisation; tells how many.
pub async fn end_all(tx: &mut Tx, county: &str, organisation: Uuid, at: Micros) -> Result<u64> {
    sql("update duty set valid_to = $3 where county = $1 and organisation = $2 \
         and (valid_to is null or valid_to > $3)")
    .bind(county)
    .bind(organisation)
    .bind(at)
    .run(tx)
    .await
}
