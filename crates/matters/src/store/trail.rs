//! Statements that compare what is stored of matters with what the audit trail holds of them.

use std::collections::BTreeSet;

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::{Result, Tx};
use uuid::Uuid;

use super::{COLUMNS, EVENT_COLUMNS, EventRow, MatterRow};

/// Every county with a matter.
pub(crate) async fn counties(tx: &mut Tx) -> Result<BTreeSet<String>> {
    let rows: Vec<(String,)> =
        sql("select county from matter union select county from matter_event").all(tx).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Matters of a county after an id, in order.
pub(crate) async fn matters_after(tx: &mut Tx, county: &str, id: Uuid, most: i64) -> Result<Vec<MatterRow>> {
    sql_with(
        "select {columns} from matter m where m.county = $1 and m.id > $2 order by m.id limit $3",
        &[("columns", COLUMNS)],
    )
    .bind(county)
    .bind(id)
    .bind(most)
    .all(tx)
    .await
}

/// Everything that happened to these matters, matter by matter, in order.
pub(crate) async fn events_of(tx: &mut Tx, county: &str, matters: &[Uuid]) -> Result<Vec<EventRow>> {
    if matters.is_empty() {
        return Ok(Vec::new());
    }
    let marks = marks(2, matters.len());
    sql_with(
        "select {columns} from matter_event e where e.county = $1 and e.matter in ({marks}) order by e.matter, e.seq",
        &[("columns", EVENT_COLUMNS), ("marks", &marks)],
    )
    .bind(county)
    .bind_all(matters.iter().map(|matter| Value::from(*matter)))
    .all(tx)
    .await
}

/// Events that belong to no matter: the engine keeps them out, unless somebody told it not to.
pub(crate) async fn stray_events(tx: &mut Tx, county: &str) -> Result<Vec<EventRow>> {
    sql_with(
        "select {columns} from matter_event e where e.county = $1 and not exists \
         (select 1 from matter m where m.county = e.county and m.id = e.matter) order by e.matter, e.seq",
        &[("columns", EVENT_COLUMNS)],
    )
    .bind(county)
    .all(tx)
    .await
}
