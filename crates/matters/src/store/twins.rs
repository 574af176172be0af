//! Statements of matters that say the same: candidates, who joined, what was merged into what.

use lianxin_foundation::db::{Value, sql, sql_with};
use lianxin_foundation::scope::path_range;
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use super::list::LIVE;
use super::{COLUMNS, MatterRow};
use crate::model::{Matter, Status};

/// A matter that may say the same, as far as anybody may see it.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct Candidate {
    pub(crate) id: Uuid,
    pub(crate) number: String,
    pub(crate) category: String,
    pub(crate) text: String,
    pub(crate) place: String,
    pub(crate) path: String,
    pub(crate) lon: Option<f64>,
    pub(crate) lat: Option<f64>,
    pub(crate) status: String,
    pub(crate) created_at: Micros,
}

/// Around where to look for candidates.
pub(crate) struct Near<'a> {
    /// At or below this path, which lies in a county.
    pub(crate) path: &'a str,
    /// Within these degrees of longitude and latitude, west, south, east, north, where a candidate's point is known.
    pub(crate) square: Option<[f64; 4]>,
    /// Received from this moment on.
    pub(crate) since: Micros,
}

/// The newest open matters of a county near by whose words are public: neither sealed nor of one of the `private`
/// categories.
pub(crate) async fn candidates(
    tx: &mut Tx,
    county: &str,
    near: Near<'_>,
    private: &[&str],
    most: i64,
) -> Result<Vec<Candidate>> {
    let mut values: Vec<Value> = Vec::new();
    let mut marks = |added: Vec<Value>| {
        let from = values.len() + 6;
        values.extend(added);
        (from..values.len() + 6).map(|number| format!("${number}")).collect::<Vec<_>>()
    };
    let public = match marks(private.iter().map(|code| Value::from(*code)).collect()) {
        none if none.is_empty() => "1 = 1".to_owned(),
        codes => format!("m.category not in ({})", codes.join(", ")),
    };
    let around = match near.square.map(|square| marks(square.map(Value::from).to_vec())).as_deref() {
        Some([west, south, east, north]) => format!(
            "(m.lon is null or (m.lon between {west} and {east} and m.lat between {south} and {north}))"
        ),
        _ => "1 = 1".to_owned(),
    };
    let (from, below) = path_range(near.path);
    let open = Status::ALL.into_iter().filter(|status| !status.is_over());
    let open: Vec<String> = open.map(|status| format!("'{}'", status.code())).collect();
    // By the index of what is not over: the moment is an expression that no index fits.
    sql_with(
        "select m.id, m.number, m.category, m.text, m.place, m.path, m.lon, m.lat, m.status, m.created_at \
         from matter m where m.county = $1 and m.path >= $2 and m.path < $3 and m.created_at + 0 >= $4 \
         and {live} and m.status in ({open}) and m.sealed_text is null and {public} and {around} \
         order by m.created_at + 0 desc, m.id limit $5",
        &[("live", LIVE), ("open", &open.join(", ")), ("public", &public), ("around", &around)],
    )
    .bind(county)
    .bind(from)
    .bind(below)
    .bind(near.since)
    .bind(most)
    .bind_all(values)
    .all(tx)
    .await
}

/// Somebody who has met the same.
pub(crate) struct Joining<'a> {
    pub(crate) county: &'a str,
    pub(crate) matter: Uuid,
    /// The digest of the browser's key: one browser counts once for a matter.
    pub(crate) browser: &'a [u8],
    pub(crate) id: Uuid,
    /// The digest of the link's secret.
    pub(crate) secret: &'a [u8],
    pub(crate) sealed_phone: Option<Vec<u8>>,
    pub(crate) language: &'a str,
    pub(crate) entered_by: Option<Uuid>,
    pub(crate) at: Micros,
}

/// Writes who joined; `false` when this browser had joined before, or the secret is taken.
pub(crate) async fn insert_join(tx: &mut Tx, joining: Joining<'_>) -> Result<bool> {
    sql("insert into matter_join (county, matter, browser, id, secret, sealed_phone, language, entered_by, at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing")
    .bind(joining.county)
    .bind(joining.matter)
    .bind(joining.browser)
    .bind(joining.id)
    .bind(joining.secret)
    .bind(joining.sealed_phone)
    .bind(joining.language)
    .bind(joining.entered_by)
    .bind(joining.at)
    .inserted(tx)
    .await
}

/// The digest of the link that a browser joined a matter with.
pub(crate) async fn join_of(
    tx: &mut Tx,
    county: &str,
    matter: Uuid,
    browser: &[u8],
) -> Result<Option<Vec<u8>>> {
    let row: Option<(Vec<u8>,)> =
        sql("select secret from matter_join where county = $1 and matter = $2 and browser = $3")
            .bind(county)
            .bind(matter)
            .bind(browser)
            .optional(tx)
            .await?;
    Ok(row.map(|row| row.0))
}

/// The matter that whoever holds this link joined, and when.
pub(crate) async fn joined_by_secret(
    tx: &mut Tx,
    county: &str,
    digest: &[u8],
) -> Result<Option<(Uuid, Micros)>> {
    sql("select matter, at from matter_join where county = $1 and secret = $2")
        .bind(county)
        .bind(digest)
        .optional(tx)
        .await
}

/// How many have met the same beside whoever reported: joined browsers, each once, of the matter and of all
/// that were merged into it, and the reporters of those.
pub(crate) async fn others(tx: &mut Tx, county: &str, matter: Uuid) -> Result<i64> {
    let joined: i64 = sql(
        "select count(distinct browser) from matter_join where county = $1 and (matter = $2 or matter in \
         (select matter from matter_merge where county = $1 and kept = $2))",
    )
    .bind(county)
    .bind(matter)
    .scalar(tx)
    .await?;
    let merged: i64 = sql("select count(*) from matter_merge where county = $1 and kept = $2")
        .bind(county)
        .bind(matter)
        .scalar(tx)
        .await?;
    Ok(joined + merged)
}

/// The matter that this one was merged into, if it was.
pub(crate) async fn kept(tx: &mut Tx, county: &str, matter: Uuid) -> Result<Option<Uuid>> {
    let row: Option<(Uuid,)> = sql("select kept from matter_merge where county = $1 and matter = $2")
        .bind(county)
        .bind(matter)
        .optional(tx)
        .await?;
    Ok(row.map(|row| row.0))
}

/// The matters merged into this one, the oldest first.
///
/// `cross join` keeps SQLite to the order written: it would else walk all matters of the county in the order
/// asked for and look for each whether it was merged.
pub(crate) async fn merged(tx: &mut Tx, county: &str, kept: Uuid) -> Result<Vec<Matter>> {
    let rows: Vec<MatterRow> = sql_with(
        "select {columns} from matter_merge g cross join matter m \
         where g.county = $1 and g.kept = $2 and m.county = g.county and m.id = g.matter order by m.created_at, m.id",
        &[("columns", COLUMNS)],
    )
    .bind(county)
    .bind(kept)
    .all(tx)
    .await?;
    rows.into_iter().map(MatterRow::read).collect()
}

/// Notes what was merged into what.
pub(crate) async fn insert_merge(
    tx: &mut Tx,
    county: &str,
    matter: Uuid,
    kept: Uuid,
    now: Micros,
) -> Result<()> {
    sql("insert into matter_merge (county, matter, kept, at) values ($1, $2, $3, $4)")
        .bind(county)
        .bind(matter)
        .bind(kept)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// Forgets that a matter was merged: the events of both still say so.
pub(crate) async fn remove_merge(tx: &mut Tx, county: &str, matter: Uuid) -> Result<()> {
    sql("delete from matter_merge where county = $1 and matter = $2")
        .bind(county)
        .bind(matter)
        .run(tx)
        .await?;
    Ok(())
}

/// How many of a county's matters that came in between two moments are counted with another.
pub(crate) async fn merged_between(
    tx: &mut Tx,
    path: &str,
    from: Micros,
    to: Micros,
    enterprises: bool,
) -> Result<i64> {
    let (first, below) = path_range(path);
    let whose = if enterprises { "is not null" } else { "is null" };
    sql_with(
        "select count(*) from matter_merge g cross join matter m where m.county = g.county and m.id = g.matter \
         and m.path >= $1 and m.path < $2 and m.created_at >= $3 and m.created_at < $4 and m.enterprise {whose}",
        &[("whose", whose)],
    )
    .bind(first)
    .bind(below)
    .bind(from)
    .bind(to)
    .scalar(tx)
    .await
}

/// Somebody who joined and left a telephone number.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Follower {
    pub(crate) id: Uuid,
    pub(crate) language: String,
}

/// Who joined a matter, or one merged into it, and can be told.
pub(crate) async fn followers(tx: &mut Tx, county: &str, matter: Uuid) -> Result<Vec<Follower>> {
    sql("select id, language from matter_join where county = $1 and sealed_phone is not null and (matter = $2 \
         or matter in (select matter from matter_merge where county = $1 and kept = $2)) order by at, id")
    .bind(county)
    .bind(matter)
    .all(tx)
    .await
}

/// The sealed telephone number of somebody who joined.
pub(crate) async fn join_phone(tx: &mut Tx, county: &str, join: Uuid) -> Result<Option<Vec<u8>>> {
    let row: Option<(Option<Vec<u8>>,)> =
        sql("select sealed_phone from matter_join where county = $1 and id = $2")
            .bind(county)
            .bind(join)
            .optional(tx)
            .await?;
    Ok(row.and_then(|row| row.0))
}
