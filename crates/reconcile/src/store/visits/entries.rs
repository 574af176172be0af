//! What phones sent: each entry once.

use lianxin_foundation::db::sql;
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

/// Notes that a phone sent something about a visit under this id; `false` when it did so before.
pub(crate) async fn note_entry(
    tx: &mut Tx,
    (county, campaign, visit): (&str, Uuid, Uuid),
    id: Uuid,
    now: Micros,
) -> Result<bool> {
    sql("insert into visit_entry (county, id, campaign, visit, sent_at) values ($1, $2, $3, $4, $5) \
         on conflict (county, id) do nothing")
    .bind(county)
    .bind(id)
    .bind(campaign)
    .bind(visit)
    .bind(now)
    .inserted(tx)
    .await
}

/// About which visit a phone sent something under this id.
pub(crate) async fn entry_of(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = sql("select visit from visit_entry where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .optional(tx)
        .await?;
    Ok(found.map(|(visit,)| visit))
}
