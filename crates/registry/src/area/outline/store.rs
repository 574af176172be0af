//! Statements of what stands inside outlines.

use lianxin_foundation::db::sql;
use lianxin_foundation::scope::path_range;
use lianxin_foundation::{Result, Tx};

use crate::area::Area;

/// How many households are registered at each path at and below an area.
pub async fn households(tx: &mut Tx, area: &Area) -> Result<Vec<(String, i64)>> {
    let (from, below) = path_range(&area.path);
    sql("select path, count(*) from household where county = $1 and path >= $2 and path < $3 and valid_to is null \
         group by path order by path")
    .bind(&area.county)
    .bind(from)
    .bind(below)
    .all(tx)
    .await
}
