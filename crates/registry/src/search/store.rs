//! Statements of names.

use lianxin_foundation::db::sql;
use lianxin_foundation::scope::path_range;
use lianxin_foundation::{Result, Tx};
use uuid::Uuid;

/// The areas of a county that are in use: id, name and path.
pub(super) async fn areas(tx: &mut Tx, county: &str) -> Result<Vec<(String, String, String)>> {
    sql("select id, name, path from area where county = $1 and valid_to is null").bind(county).all(tx).await
}

/// The organisations of a county that are not closed: id, short name, name and path.
pub(super) async fn organisations(
    tx: &mut Tx,
    county: &str,
) -> Result<Vec<(Uuid, Option<String>, String, String)>> {
    sql("select id, code, name, path from organisation where county = $1 and valid_to is null")
        .bind(county)
        .all(tx)
        .await
}

/// The codes that lead the keys of what lies at or below a path.
pub(super) async fn counties(tx: &mut Tx, path: &str) -> Result<Vec<String>> {
    let (from, below) = path_range(path);
    let rows: Vec<(String,)> =
        sql("select distinct county from area where path >= $1 and path < $2 and depth <= 3 order by county")
            .bind(from)
            .bind(below)
            .all(tx)
            .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
