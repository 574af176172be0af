//! Statements of the audit trail.

use super::Link;
use crate::clock::Micros;
use crate::db::{Tx, Value, marks, sql, sql_with};
use crate::error::Result;
use crate::scope::{Columns, Scope};

/// The newest place in a county's chain.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Head {
    /// The newest entry's number.
    pub seq: i64,
    /// The newest entry's seal.
    pub hash: Vec<u8>,
}

/// Moves the head on by `count` and gives the new number with the *old* hash, holding the row until
/// the transaction ends.
pub async fn advance_head(tx: &mut Tx, county: &str, count: i64) -> Result<Head> {
    let advanced = sql("update audit_head set seq = seq + $2 where county = $1 returning seq, hash")
        .bind(county)
        .bind(count)
        .optional(tx)
        .await?;
    if let Some(head) = advanced {
        return Ok(head);
    }
    sql("insert into audit_head (county, seq, hash) values ($1, 0, $2) on conflict do nothing")
        .bind(county)
        .bind(vec![0_u8; 32])
        .run(tx)
        .await?;
    sql("update audit_head set seq = seq + $2 where county = $1 returning seq, hash")
        .bind(county)
        .bind(count)
        .one(tx)
        .await
}

/// Writes the newest seal.
pub async fn set_head_hash(tx: &mut Tx, county: &str, hash: &[u8]) -> Result<()> {
    sql("update audit_head set hash = $2 where county = $1").bind(county).bind(hash).run(tx).await?;
    Ok(())
}

/// Appends one entry.
pub async fn insert_link(tx: &mut Tx, link: &Link) -> Result<()> {
    sql("insert into audit (county, seq, at, actor, actor_name, action, subject_kind, subject, reason, \
         detail, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
    .bind(&link.county)
    .bind(link.seq)
    .bind(link.at)
    .bind(link.actor)
    .bind(&link.actor_name)
    .bind(&link.action)
    .bind(&link.subject_kind)
    .bind(&link.subject)
    .bind(link.reason.clone())
    .bind(&link.detail)
    .bind(link.hash.clone())
    .run(tx)
    .await?;
    Ok(())
}

/// Every county with a trail; a head without entries counts too.
pub async fn counties(tx: &mut Tx) -> Result<Vec<String>> {
    let rows: Vec<(String,)> =
        sql("select county from audit_head union select distinct county from audit order by 1")
            .all(tx)
            .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The head of a county's chain.
pub async fn head(tx: &mut Tx, county: &str) -> Result<Option<Head>> {
    sql("select seq, hash from audit_head where county = $1").bind(county).optional(tx).await
}

/// Entries after a number, in order.
pub async fn links_after(tx: &mut Tx, county: &str, seq: i64, most: i64) -> Result<Vec<Link>> {
    sql("select county, seq, at, actor, actor_name, action, subject_kind, subject, reason, detail, hash \
         from audit where county = $1 and seq > $2 order by seq limit $3")
    .bind(county)
    .bind(seq)
    .bind(most)
    .all(tx)
    .await
}

/// Every entry about these subjects of one kind, subject by subject, in order.
pub async fn about(tx: &mut Tx, county: &str, kind: &str, subjects: &[String]) -> Result<Vec<Link>> {
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let marks = marks(3, subjects.len());
    sql_with(
        "select county, seq, at, actor, actor_name, action, subject_kind, subject, reason, detail, hash from audit \
         where county = $1 and subject_kind = $2 and subject in ({marks}) order by subject, seq",
        &[("marks", &marks)],
    )
    .bind(county)
    .bind(kind)
    .bind_all(subjects.iter().map(|subject| Value::from(subject.as_str())))
    .all(tx)
    .await
}

/// Every subject of one kind to which something was done.
pub async fn subjects(tx: &mut Tx, county: &str, kind: &str, action: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sql(
        "select distinct subject from audit where county = $1 and subject_kind = $2 and action = $3 order by subject",
    )
    .bind(county)
    .bind(kind)
    .bind(action)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// What the audit page asks for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only this action.
    pub action: Option<String>,
    /// Only this subject.
    pub subject: Option<String>,
    /// Only entries from this moment on.
    pub from: Option<Micros>,
    /// Only entries before this moment.
    pub before: Option<Micros>,
    /// Only entries numbered below this one, for the next page.
    pub below: Option<i64>,
}

/// The newest entries of a county, which `scope` sees when it covers `root`, the area the trail is
/// about: the county, or the city or province whose own code it carries.
pub async fn page(
    tx: &mut Tx,
    scope: &Scope,
    county: &str,
    root: &str,
    filter: &Filter,
    most: i64,
) -> Result<Vec<Link>> {
    let allowed = scope.condition(Columns { county: "h.county", path: "h.path", units: &[] }, 8);
    sql_with(
        "select a.county, a.seq, a.at, a.actor, a.actor_name, a.action, a.subject_kind, a.subject, \
         a.reason, a.detail, a.hash from audit a join area h on h.county = a.county and h.id = $8 \
         where a.county = $1 and ($2 = '' or a.action = $2) and ($3 = '' or a.subject = $3) \
         and a.at >= $4 and a.at < $5 and a.seq < $6 and {scope} order by a.seq desc limit $7",
        &[("scope", &allowed.text)],
    )
    .bind(county)
    .bind(filter.action.clone().unwrap_or_default())
    .bind(filter.subject.clone().unwrap_or_default())
    .bind(filter.from.unwrap_or(i64::MIN))
    .bind(filter.before.unwrap_or(i64::MAX))
    .bind(filter.below.unwrap_or(i64::MAX))
    .bind(most)
    .bind(root)
    .bind_all(allowed.values)
    .all(tx)
    .await
}
