//! Statements of what enterprises report, for whoever speaks for them.

use lianxin_foundation::db::sql_with;
use lianxin_foundation::scope::Columns;
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Result, Scope, Tx};
use uuid::Uuid;

use super::{COLUMNS, MatterRow};
use crate::model::Matter;

/// The columns of `matter m` that whoever speaks for an enterprise is known by: the enterprise, never a place.
const SPOKEN_FOR: Columns<'static> = Columns { county: "m.county", path: "m.path", units: &["m.enterprise"] };

/// The matters of one enterprise within `scope`, the newest first, one page of them.
pub(crate) async fn of_enterprise(
    tx: &mut Tx,
    scope: &Scope,
    county: &str,
    enterprise: Uuid,
    paging: Paging,
) -> Result<Vec<Matter>> {
    let allowed = scope.condition(SPOKEN_FOR, 2);
    let rows: Vec<MatterRow> = sql_with(
        "select {columns} from matter m where m.county = $1 and m.enterprise = $2 and {scope} \
         order by m.created_at desc, m.id desc limit {size} offset {offset}",
        &[
            ("columns", COLUMNS),
            ("scope", &allowed.text),
            ("size", &paging.size.to_string()),
            ("offset", &paging.offset().to_string()),
        ],
    )
    .bind(county)
    .bind(enterprise)
    .bind_all(allowed.values)
    .all(tx)
    .await?;
    rows.into_iter().map(MatterRow::read).collect()
}

/// How many matters of one enterprise are within `scope`: those that are not over, and all.
pub(crate) async fn count(tx: &mut Tx, scope: &Scope, county: &str, enterprise: Uuid) -> Result<(i64, i64)> {
    let allowed = scope.condition(SPOKEN_FOR, 2);
    sql_with(
        "select coalesce(sum(case when m.closed_at is null and m.status <> 'merged' then 1 else 0 end), 0), count(*) \
         from matter m where m.county = $1 and m.enterprise = $2 and {scope}",
        &[("scope", &allowed.text)],
    )
    .bind(county)
    .bind(enterprise)
    .bind_all(allowed.values)
    .one(tx)
    .await
}

/// The matter with this id, if it is an enterprise's within `scope`.
pub(crate) async fn matter(tx: &mut Tx, scope: &Scope, county: &str, id: Uuid) -> Result<Option<Matter>> {
    let allowed = scope.condition(SPOKEN_FOR, 2);
    let row: Option<MatterRow> = sql_with(
        "select {columns} from matter m where m.county = $1 and m.id = $2 and m.enterprise is not null and {scope}",
        &[("columns", COLUMNS), ("scope", &allowed.text)],
    )
    .bind(county)
    .bind(id)
    .bind_all(allowed.values)
    .optional(tx)
    .await?;
    row.map(MatterRow::read).transpose()
}
