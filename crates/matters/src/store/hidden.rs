//! Statements that hide words afterwards, so that the trail still holds: what was hashed leaves its column with
//! its salt, what is shown instead stands beside it.

use lianxin_foundation::db::sql;
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

/// What stands for hidden words.
pub(crate) struct Hiding<'a> {
    pub(crate) county: &'a str,
    pub(crate) matter: Uuid,
    /// The event's number, or `place` for the matter's own.
    pub(crate) part: &'a str,
    /// What is shown; empty where nothing is left.
    pub(crate) shown: &'a str,
    /// The words as they were; `None` erases them for good.
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) by: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) at: Micros,
}

/// Notes what is shown instead of words; `false` when they are hidden already.
pub(crate) async fn insert(tx: &mut Tx, hiding: Hiding<'_>) -> Result<bool> {
    sql("insert into hidden_words (county, matter, part, shown, sealed, hidden_by, reason, at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing")
    .bind(hiding.county)
    .bind(hiding.matter)
    .bind(hiding.part)
    .bind(hiding.shown)
    .bind(hiding.sealed)
    .bind(hiding.by)
    .bind(hiding.reason)
    .bind(hiding.at)
    .inserted(tx)
    .await
}

/// What is shown in a matter instead of hidden words: the part and the words.
pub(crate) async fn shown(tx: &mut Tx, county: &str, matter: Uuid) -> Result<Vec<(String, String)>> {
    sql("select part, shown from hidden_words where county = $1 and matter = $2")
        .bind(county)
        .bind(matter)
        .all(tx)
        .await
}

/// The salts of an event's words, as JSON.
pub(crate) async fn salts(tx: &mut Tx, county: &str, matter: Uuid, seq: i64) -> Result<Option<String>> {
    let row: Option<(Option<String>,)> =
        sql("select salts from matter_event where county = $1 and matter = $2 and seq = $3")
            .bind(county)
            .bind(matter)
            .bind(seq)
            .optional(tx)
            .await?;
    Ok(row.and_then(|row| row.0))
}

/// Takes the note out of an event and leaves it the other salts.
pub(crate) async fn take_note(
    tx: &mut Tx,
    county: &str,
    matter: Uuid,
    seq: i64,
    salts: Option<String>,
) -> Result<()> {
    sql("update matter_event set note = null, salts = $4 where county = $1 and matter = $2 and seq = $3")
        .bind(county)
        .bind(matter)
        .bind(seq)
        .bind(salts)
        .run(tx)
        .await?;
    Ok(())
}

/// Leaves an event these salts.
pub(crate) async fn put_salts(
    tx: &mut Tx,
    county: &str,
    matter: Uuid,
    seq: i64,
    salts: Option<String>,
) -> Result<()> {
    sql("update matter_event set salts = $4 where county = $1 and matter = $2 and seq = $3")
        .bind(county)
        .bind(matter)
        .bind(seq)
        .bind(salts)
        .run(tx)
        .await?;
    Ok(())
}
