//! Campaigns and the offices asked.

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::scope::{Columns, Grant};
use lianxin_foundation::{Micros, Result, Scope, Tx};
use uuid::Uuid;

use super::visits;
use crate::model::Campaign;

/// One campaign.
pub async fn campaign(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Campaign>> {
    sql("select county, id, title, purpose, ground, area, path, age_from, age_to, ends_at, created_at, closed_at, \
         erased_at from campaign where county = $1 and id = $2")
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// The campaigns of the places that `run` reaches, and those that an office in `bring` was asked for, the newest first.
pub async fn in_scope(tx: &mut Tx, run: &Scope, bring: &Scope, most: i64) -> Result<Vec<Campaign>> {
    let over = run.condition(Columns { county: "c.county", path: "c.path", units: &[] }, 1);
    let bound = 1 + over.values.len();
    let units = units(bring);
    let asked = match units.is_empty() {
        true => "(1 = 0)".to_owned(),
        false => format!(
            "exists (select 1 from campaign_office o where o.county = c.county and o.campaign = c.id \
             and o.organisation in ({}))",
            marks(bound + 1, units.len())
        ),
    };
    sql_with(
        "select c.county, c.id, c.title, c.purpose, c.ground, c.area, c.path, c.age_from, c.age_to, c.ends_at, \
         c.created_at, c.closed_at, c.erased_at from campaign c where {over} or {also} \
         order by c.created_at desc, c.id limit $1",
        &[("over", &over.text), ("also", &asked)],
    )
    .bind(most)
    .bind_all(over.values)
    .bind_all(units)
    .all(tx)
    .await
}

/// The organisations a scope reaches by themselves.
fn units(scope: &Scope) -> Vec<Value> {
    let unit = |grant: &Grant| match grant {
        Grant::Unit(unit) => Some(Value::from(*unit)),
        Grant::Place(_) => None,
    };
    scope.grants().iter().filter_map(unit).collect()
}

/// Writes a campaign.
pub(crate) async fn insert(tx: &mut Tx, campaign: &Campaign, by: Option<Uuid>) -> Result<()> {
    sql("insert into campaign (county, id, title, purpose, ground, area, path, age_from, age_to, ends_at, created_by, \
         created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
    .bind(&campaign.county)
    .bind(campaign.id)
    .bind(&campaign.title)
    .bind(&campaign.purpose)
    .bind(&campaign.ground)
    .bind(&campaign.area)
    .bind(&campaign.path)
    .bind(campaign.age_from)
    .bind(campaign.age_to)
    .bind(campaign.ends_at)
    .bind(by)
    .bind(campaign.created_at)
    .run(tx)
    .await?;
    Ok(())
}

/// Closes a campaign, or opens it again.
pub(crate) async fn set_closed(tx: &mut Tx, county: &str, id: Uuid, at: Option<Micros>) -> Result<()> {
    sql("update campaign set closed_at = $3 where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .bind(at)
        .run(tx)
        .await?;
    Ok(())
}

/// Asks an office for its list; `false` when it was asked already.
pub(crate) async fn ask_office(tx: &mut Tx, county: &str, campaign: Uuid, office: Uuid) -> Result<bool> {
    sql("insert into campaign_office (county, campaign, organisation) values ($1, $2, $3) on conflict do nothing")
        .bind(county)
        .bind(campaign)
        .bind(office)
        .inserted(tx)
        .await
}

/// The offices asked.
pub async fn offices(tx: &mut Tx, county: &str, campaign: Uuid) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = sql(
        "select organisation from campaign_office where county = $1 and campaign = $2 order by organisation",
    )
    .bind(county)
    .bind(campaign)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Campaigns whose last day is over and that still hold something personal.
pub(crate) async fn overdue(tx: &mut Tx, now: Micros, most: i64) -> Result<Vec<(String, Uuid)>> {
    sql("select county, id from campaign where ends_at <= $1 and erased_at is null order by ends_at, id limit $2")
        .bind(now)
        .bind(most)
        .all(tx)
        .await
}

/// Removes at most `most` lines of a campaign's lists; tells how many. Called again until none is left.
pub(crate) async fn erase_rows(tx: &mut Tx, county: &str, campaign: Uuid, most: i64) -> Result<u64> {
    sql("delete from roll_row where county = $1 and (roll, line) in (select w.roll, w.line from roll r \
         join roll_row w on w.county = r.county and w.roll = r.id where r.county = $1 and r.campaign = $2 limit $3)")
    .bind(county)
    .bind(campaign)
    .bind(most)
    .run(tx)
    .await
}

/// Removes what else of a campaign tells of people: files not yet read, matches, decisions and visits.
/// Counts of people and lists stay.
pub(crate) async fn erase_rest(tx: &mut Tx, county: &str, campaign: Uuid, now: Micros) -> Result<()> {
    visits::remove(tx, county, campaign).await?;
    erase(
        "delete from roll_match where county = $1 and run in (select id from check_run where county = $1 and campaign = $2)",
        tx,
        county,
        campaign,
    )
    .await?;
    erase(
        "delete from roll_decision where county = $1 and roll in (select id from roll where county = $1 and campaign = $2)",
        tx,
        county,
        campaign,
    )
    .await?;
    erase(
        "update roll set sealed_file = null, run = null where county = $1 and campaign = $2",
        tx,
        county,
        campaign,
    )
    .await?;
    sql("update campaign set erased_at = $3 where county = $1 and id = $2")
        .bind(county)
        .bind(campaign)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

async fn erase(text: &'static str, tx: &mut Tx, county: &str, campaign: Uuid) -> Result<u64> {
    sql(text).bind(county).bind(campaign).run(tx).await
}
