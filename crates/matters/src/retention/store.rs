//! Statements of what is kept, for how long, and of what has been kept long enough.

use lianxin_foundation::db::{sql, sql_with};
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use super::Kind;
use crate::disputes::Dispute;

/// What a county decided.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Decided {
    /// For how many days.
    pub days: i64,
    /// Since when.
    pub valid_from: Micros,
    /// Who set it.
    pub by_name: String,
    /// By which decision.
    pub reason: String,
}

/// When the program last looked, and what it erased.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Run {
    /// When.
    pub at: Micros,
    /// How many then.
    pub gone: i64,
    /// How many in all.
    pub total: i64,
}

/// What a county decided, as it holds now; `None` where it decided nothing.
pub async fn decided(tx: &mut Tx, county: &str, kind: Kind) -> Result<Option<Decided>> {
    sql("select days, valid_from, by_name, reason from retention_rule where county = $1 and kind = $2 \
         order by valid_from desc limit 1")
    .bind(county)
    .bind(kind.code())
    .optional(tx)
    .await
}

/// For how many days a county keeps something.
pub async fn days(tx: &mut Tx, county: &str, kind: Kind) -> Result<i64> {
    Ok(decided(tx, county, kind).await?.map_or(kind.bounds().built_in, |decided| decided.days))
}

/// Writes what a county decided.
pub(crate) async fn decide(tx: &mut Tx, county: &str, kind: Kind, decided: &Decided) -> Result<()> {
    sql("insert into retention_rule (county, kind, valid_from, days, by_name, reason) values ($1, $2, $3, $4, $5, $6) \
         on conflict (county, kind, valid_from) do update set days = excluded.days, by_name = excluded.by_name, \
         reason = excluded.reason")
    .bind(county)
    .bind(kind.code())
    .bind(decided.valid_from)
    .bind(decided.days)
    .bind(&decided.by_name)
    .bind(&decided.reason)
    .run(tx)
    .await?;
    Ok(())
}

/// When the program last looked; `None` before it ever did.
pub async fn last_run(tx: &mut Tx, county: &str, kind: Kind) -> Result<Option<Run>> {
    sql("select at, gone, total from retention_run where county = $1 and kind = $2")
        .bind(county)
        .bind(kind.code())
        .optional(tx)
        .await
}

/// Notes that the program looked, and how many it erased.
pub(crate) async fn note_run(tx: &mut Tx, county: &str, kind: Kind, at: Micros, gone: i64) -> Result<()> {
    sql("insert into retention_run as kept (county, kind, at, gone, total) values ($1, $2, $3, $4, $4) \
         on conflict (county, kind) do update set at = excluded.at, gone = excluded.gone, \
         total = kept.total + excluded.gone")
    .bind(county)
    .bind(kind.code())
    .bind(at)
    .bind(gone)
    .run(tx)
    .await?;
    Ok(())
}

/// Every county of which anything may be kept.
pub(crate) async fn counties(tx: &mut Tx) -> Result<Vec<String>> {
    let rows: Vec<(String,)> =
        sql("select county from matter union select county from letter order by 1").all(tx).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// What has been kept long enough: of county `$1`, over before `$2`. The first column tells one from another.
fn due(kind: Kind) -> &'static str {
    match kind {
        Kind::Contact => {
            "select m.id from matter m where m.county = $1 and m.closed_at is not null and m.closed_at < $2 \
             and (m.sealed_name is not null or m.sealed_phone is not null or m.sealed_email is not null \
             or m.sealed_address is not null)"
        }
        Kind::Photos => {
            "select distinct f.subject as id from file f cross join matter m where f.county = $1 \
             and f.subject_kind = 'matter' and m.county = f.county and m.id = f.subject and m.closed_at < $2"
        }
        Kind::Mediation => {
            "select d.id from dispute d where d.county = $1 and d.ended_at < $2 and d.erased_at is null"
        }
        Kind::Calls => {
            "select w.id from whistle_call w cross join matter m where w.county = $1 and w.called_at < $2 \
             and m.county = w.county and m.id = w.matter and m.closed_at < $2"
        }
        Kind::Messages => {
            "select l.event as id from letter l where l.county = $1 and l.state in ('sent', 'dropped') \
             and l.done_at < $2"
        }
    }
}

/// How much of a county's has been kept long enough, up to `most`.
pub async fn count_due(tx: &mut Tx, county: &str, kind: Kind, before: Micros, most: i64) -> Result<i64> {
    sql_with("select count(*) from ({due} limit $3) as found", &[("due", due(kind))])
        .bind(county)
        .bind(before)
        .bind(most)
        .scalar(tx)
        .await
}

/// Some of it.
pub(crate) async fn some_due(
    tx: &mut Tx,
    county: &str,
    kind: Kind,
    before: Micros,
    most: i64,
) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = sql_with("{due} order by 1 limit $3", &[("due", due(kind))])
        .bind(county)
        .bind(before)
        .bind(most)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Forgets some rows of calls; tells how many.
pub(crate) async fn drop_calls(tx: &mut Tx, county: &str, before: Micros, most: i64) -> Result<u64> {
    sql_with(
        "delete from whistle_call where county = $1 and id in (select id from ({due} limit $3) as found)",
        &[("due", due(Kind::Calls))],
    )
    .bind(county)
    .bind(before)
    .bind(most)
    .run(tx)
    .await
}

/// Forgets some messages that were sent or given up; tells how many.
pub(crate) async fn drop_messages(tx: &mut Tx, county: &str, before: Micros, most: i64) -> Result<u64> {
    sql("delete from letter where county = $1 and (destination, event, channel) in \
         (select destination, event, channel from letter where county = $1 and state in ('sent', 'dropped') \
         and done_at < $2 limit $3)")
    .bind(county)
    .bind(before)
    .bind(most)
    .run(tx)
    .await
}

/// Erases what was said in a mediation and who took part, `about` being what stands for nothing; `false` when somebody
/// was quicker.
pub(crate) async fn erase_mediation(
    tx: &mut Tx,
    dispute: &Dispute,
    about: Vec<u8>,
    now: Micros,
) -> Result<bool> {
    let touched = sql(
        "update dispute set erased_at = $3, sealed_about = $4, sealed_terms = null, confirm_note = null \
         where county = $1 and id = $2 and erased_at is null",
    )
    .bind(&dispute.county)
    .bind(dispute.id)
    .bind(now)
    .bind(about)
    .run(tx)
    .await?;
    sql(
        "update dispute_party set sealed_name = null, sealed_phone = null where county = $1 and dispute = $2",
    )
    .bind(&dispute.county)
    .bind(dispute.id)
    .run(tx)
    .await?;
    sql("update dispute_session set sealed_record = null, place = '' where county = $1 and dispute = $2")
        .bind(&dispute.county)
        .bind(dispute.id)
        .run(tx)
        .await?;
    Ok(touched == 1)
}
