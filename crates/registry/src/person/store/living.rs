//! Who lives in an area, by id.

use lianxin_foundation::db::sql;
use lianxin_foundation::scope::path_range;
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

/// Somebody who lives there, sealed as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct LivingRow {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) sex: Option<String>,
    pub(crate) birth: Option<String>,
    pub(crate) sealed_id: Option<Vec<u8>>,
    pub(crate) sealed_phone: Option<Vec<u8>>,
    pub(crate) household: Uuid,
    pub(crate) path: String,
    pub(crate) sealed_address: Option<Vec<u8>>,
}

/// At most `most` people of an area of a county at a moment, by id, after one.
pub(crate) async fn living(
    tx: &mut Tx,
    (county, path): (&str, &str),
    at: Micros,
    after: Uuid,
    most: i64,
) -> Result<Vec<LivingRow>> {
    let (from, below) = path_range(path);
    sql("select p.id, p.name, p.sex, p.birth, p.sealed_id, p.sealed_phone, r.household, r.path, h.sealed_address \
         from person p join residence r on r.county = p.county and r.person = p.id \
         join household h on h.county = r.county and h.id = r.household \
         where p.county = $1 and p.id > $2 and p.merged_into is null and r.path >= $3 and r.path < $4 \
         and r.valid_from <= $5 and (r.valid_to is null or r.valid_to > $5) order by p.id limit $6")
    .bind(county)
    .bind(after)
    .bind(from)
    .bind(below)
    .bind(at)
    .bind(most)
    .all(tx)
    .await
}
