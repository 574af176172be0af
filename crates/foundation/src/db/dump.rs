//! Whole tables out and in again, of any engine into any engine: what backup and restore are made of.

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, ColumnIndex, Decode, Row, Type};
use uuid::Uuid;

use super::schema::{Kind, Table};
use super::{Inner, Tx, Value};
use crate::error::{Result, While};

/// Hands every row of a table to `each`, ordered by its key so that two readings compare.
///
/// # Errors
/// When the engine fails, or when `each` does.
pub async fn rows(
    tx: &mut Tx,
    table: &Table,
    each: &mut (dyn FnMut(Vec<Value>) -> Result<()> + Send),
) -> Result<u64> {
    let columns: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    let text = format!("select {} from {} order by {}", columns.join(", "), table.name, table.key.join(", "));
    let doing = || format!("reading the table {}", table.name);
    let mut count = 0;
    match &mut tx.inner {
        Inner::Sqlite(tx) => {
            let mut rows = sqlx::query(AssertSqlSafe(text)).fetch(&mut **tx);
            while let Some(row) = rows.try_next().await.while_doing(doing())? {
                each(cells(&row, table).while_doing(doing())?)?;
                count += 1;
            }
        }
        Inner::Postgres(tx) => {
            let mut rows = sqlx::query(AssertSqlSafe(text)).fetch(&mut **tx);
            while let Some(row) = rows.try_next().await.while_doing(doing())? {
                each(cells(&row, table).while_doing(doing())?)?;
                count += 1;
            }
        }
    }
    Ok(count)
}

fn cells<'r, R: Row>(row: &'r R, table: &Table) -> Result<Vec<Value>, sqlx::Error>
where
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    f64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
    Uuid: Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    let cell = |(at, (_, kind)): (usize, &(String, Kind))| {
        Ok(match kind {
            Kind::Int => Value::Int(row.try_get(at)?),
            Kind::Real => Value::Real(row.try_get(at)?),
            Kind::Text => Value::Text(row.try_get(at)?),
            Kind::Bool => Value::Bool(row.try_get(at)?),
            Kind::Uuid => Value::Uuid(row.try_get(at)?),
            Kind::Bytes => Value::Bytes(row.try_get(at)?),
        })
    };
    table.columns.iter().enumerate().map(cell).collect()
}
