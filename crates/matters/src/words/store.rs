//! Statements of what a county's words taught.

use lianxin_foundation::db::sql;
use lianxin_foundation::{Micros, Result, Tx};

use super::Learning;

/// The newest version of a county, if anything was learned.
pub(crate) async fn newest(tx: &mut Tx, county: &str) -> Result<Option<i64>> {
    sql("select max(version) from word_model where county = $1").bind(county).scalar(tx).await
}

/// A version's model, as JSON.
pub(crate) async fn body(tx: &mut Tx, county: &str, version: i64) -> Result<Option<String>> {
    let row: Option<(String,)> = sql("select body from word_model where county = $1 and version = $2")
        .bind(county)
        .bind(version)
        .optional(tx)
        .await?;
    Ok(row.map(|row| row.0))
}

/// What was learned in a county, the newest first.
pub async fn learnings(tx: &mut Tx, county: &str, most: i64) -> Result<Vec<Learning>> {
    let rows: Vec<(i64, Micros, i64, i64, String)> =
        sql("select version, trained_at, examples, told_right, told from word_model where county = $1 \
         order by version desc limit $2")
        .bind(county)
        .bind(most)
        .all(tx)
        .await?;
    let learning = |(version, at, examples, right, told): (i64, Micros, i64, i64, String)| Learning {
        version,
        at,
        examples,
        right,
        told: serde_json::from_str(&told).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(learning).collect())
}

/// Writes a learning; `false` when another program was quicker.
pub(crate) async fn insert(tx: &mut Tx, county: &str, learning: &Learning, body: &str) -> Result<bool> {
    let told = serde_json::to_string(&learning.told).unwrap_or_default();
    sql("insert into word_model (county, version, trained_at, examples, told_right, told, body) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing")
    .bind(county)
    .bind(learning.version)
    .bind(learning.at)
    .bind(learning.examples)
    .bind(learning.right)
    .bind(told)
    .bind(body)
    .inserted(tx)
    .await
}

/// How many of a county's closed matters have public words.
pub(crate) async fn closed(tx: &mut Tx, county: &str) -> Result<i64> {
    sql("select count(*) from matter where county = $1 and status = 'closed' and sealed_text is null")
        .bind(county)
        .scalar(tx)
        .await
}

/// Category, words and place of a county's newest closed matters with public words: by the index of time, since
/// most of what is not new is closed.
pub(crate) async fn examples(tx: &mut Tx, county: &str, most: i64) -> Result<Vec<(String, String, String)>> {
    sql("select category, text, place from matter where county = $1 and status || '' = 'closed' and sealed_text is null \
         order by created_at desc, id limit $2")
    .bind(county)
    .bind(most)
    .all(tx)
    .await
}

/// The counties that have matters.
pub(crate) async fn counties(tx: &mut Tx) -> Result<Vec<String>> {
    let rows: Vec<(String,)> =
        sql("select distinct county from figure_place order by county").all(tx).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
