//! Statements of plates.

use lianxin_foundation::db::{sql, sql_with};
use lianxin_foundation::scope::{Columns, path_range};
use lianxin_foundation::{Micros, Result, Scope, Tx};
use uuid::Uuid;

use super::Plate;

const COLUMNS: &str = "county, id, code, area, organisation, path, name, made_at, made_by, ended_at, ended_by, \
     reason, replaced_by";

/// The columns of `plate` that a scope looks at.
const SCOPE: Columns<'static> = Columns { county: "county", path: "path", units: &[] };

/// Writes a new plate; `false` when its code is taken.
pub(crate) async fn insert(tx: &mut Tx, plate: &Plate) -> Result<bool> {
    sql("insert into plate (county, id, code, area, organisation, path, name, made_at, made_by) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing")
    .bind(&plate.county)
    .bind(plate.id)
    .bind(&plate.code)
    .bind(&plate.area)
    .bind(plate.organisation)
    .bind(&plate.path)
    .bind(&plate.name)
    .bind(plate.made_at)
    .bind(&plate.made_by)
    .inserted(tx)
    .await
}

/// The plate with this code.
pub async fn by_code(tx: &mut Tx, county: &str, code: &str) -> Result<Option<Plate>> {
    sql_with("select {columns} from plate where county = $1 and code = $2", &[("columns", COLUMNS)])
        .bind(county)
        .bind(code)
        .optional(tx)
        .await
}

/// The plate with this id.
pub async fn plate(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Plate>> {
    sql_with("select {columns} from plate where county = $1 and id = $2", &[("columns", COLUMNS)])
        .bind(county)
        .bind(id)
        .optional(tx)
        .await
}

/// The plates at or below `path` within `scope`, those in force first: at most `most`.
pub async fn at(tx: &mut Tx, scope: &Scope, path: &str, ended: bool, most: i64) -> Result<Vec<Plate>> {
    let (from, below) = path_range(path);
    let allowed = scope.condition(SCOPE, 4);
    sql_with(
        "select {columns} from plate where path >= $1 and path < $2 and ($3 or ended_at is null) and {scope} \
         order by (case when ended_at is null then 0 else 1 end), path, name, made_at, id limit $4",
        &[("columns", COLUMNS), ("scope", &allowed.text)],
    )
    .bind(from)
    .bind(below)
    .bind(ended)
    .bind(most)
    .bind_all(allowed.values)
    .all(tx)
    .await
}

/// Ends a plate, once; `false` when it was ended before.
pub(crate) async fn end(
    tx: &mut Tx,
    plate: &Plate,
    by: &str,
    reason: &str,
    replaced_by: Option<Uuid>,
    at: Micros,
) -> Result<bool> {
    let ended = sql("update plate set ended_at = $3, ended_by = $4, reason = $5, replaced_by = $6 \
         where county = $1 and id = $2 and ended_at is null")
    .bind(&plate.county)
    .bind(plate.id)
    .bind(at)
    .bind(by)
    .bind(reason)
    .bind(replaced_by)
    .run(tx)
    .await?;
    Ok(ended == 1)
}
