//! Statements of what counties decided otherwise than the built-in catalogue.

use lianxin_foundation::db::sql;
use lianxin_foundation::{Micros, Result, Tx};
use lianxin_worktime::Kind;

use crate::local::Change;

/// How many changes a county has made. They are only ever added, so this tells them apart.
pub(crate) async fn version(tx: &mut Tx, county: &str) -> Result<i64> {
    sql("select count(*) from category_change where county = $1").bind(county).scalar(tx).await
}

#[derive(sqlx::FromRow)]
struct Row {
    category: String,
    valid_from: Micros,
    respond_minutes: Option<i64>,
    climb_minutes: Option<i64>,
    resolve_minutes: Option<i64>,
    working_time: Option<bool>,
    private: Option<bool>,
}

/// The changes of a county: category, since when, what; those of one category oldest first.
pub(crate) async fn of_county(tx: &mut Tx, county: &str) -> Result<Vec<(String, Micros, Change)>> {
    let rows: Vec<Row> = sql(
        "select category, valid_from, respond_minutes, climb_minutes, resolve_minutes, working_time, private \
             from category_change where county = $1 order by category, valid_from",
    )
    .bind(county)
    .all(tx)
    .await?;
    let minutes = |minutes: i64| u32::try_from(minutes).unwrap_or(u32::MAX);
    let change = |row: &Row| Change {
        respond: row.respond_minutes.map(minutes),
        climb: row.climb_minutes.map(minutes),
        resolve: row.resolve_minutes.map(minutes),
        kind: row.working_time.map(|working| if working { Kind::Working } else { Kind::Calendar }),
        private: row.private,
    };
    Ok(rows.into_iter().map(|row| (row.category.clone(), row.valid_from, change(&row))).collect())
}

/// Adds a change that holds from `from` on.
pub(crate) async fn insert(
    tx: &mut Tx,
    county: &str,
    category: &str,
    from: Micros,
    change: &Change,
) -> Result<()> {
    sql("insert into category_change (county, category, valid_from, respond_minutes, climb_minutes, \
         resolve_minutes, working_time, private) values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(county)
    .bind(category)
    .bind(from)
    .bind(change.respond.map(i64::from))
    .bind(change.climb.map(i64::from))
    .bind(change.resolve.map(i64::from))
    .bind(change.kind.map(|kind| kind == Kind::Working))
    .bind(change.private)
    .run(tx)
    .await?;
    Ok(())
}

/// When some county last changed something; 0 for never.
pub(crate) async fn newest(tx: &mut Tx) -> Result<Micros> {
    sql("select coalesce(max(valid_from), 0) from category_change").scalar(tx).await
}
