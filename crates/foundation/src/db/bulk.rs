//! Bulk loading: COPY on PostgreSQL, batched inserts on SQLite. The one named pair of functions that
//! differ by engine on the way in.

use std::fmt::Write as _;

use sqlx::{AssertSqlSafe, Sqlite};

use super::schema::Table;
use super::{Inner, Tx, Value, value};
use crate::error::{Error, Result, While};

/// A column to load and nothing more; its type is the table's.
pub type Column = &'static str;

/// Rows on their way into one table.
pub struct Bulk {
    table: String,
    columns: Vec<String>,
    values: Vec<Value>,
}

/// How many rows go in one SQLite statement. Its limit is 32,766 parameters; a few hundred rows
/// already make the cost of a statement vanish beside the cost of its rows.
const ROWS: usize = 200;

/// How many values wait before they are sent on, so that memory stays flat for any file.
const WAITING: usize = 40_000;

impl Bulk {
    /// Prepares to load `columns` of `table`. Both are names from the source, never from input.
    pub fn new(table: &'static str, columns: &'static [Column]) -> Bulk {
        Bulk::named(table.to_owned(), columns.iter().map(|&column| column.to_owned()).collect())
    }

    /// Prepares to load whole rows of a table.
    pub fn of(table: &Table) -> Bulk {
        Bulk::named(table.name.clone(), table.columns.iter().map(|(column, _)| column.clone()).collect())
    }

    fn named(table: String, columns: Vec<String>) -> Bulk {
        let values = Vec::with_capacity(WAITING + columns.len());
        Bulk { table, columns, values }
    }

    /// Adds one row, in the order of the columns, and sends when enough wait.
    ///
    /// # Errors
    /// When the engine refuses the rows; the transaction must then be dropped.
    pub async fn push(&mut self, tx: &mut Tx, row: impl IntoIterator<Item = Value>) -> Result<()> {
        self.values.extend(row);
        debug_assert!(self.values.len().is_multiple_of(self.columns.len()), "a row of another width");
        if self.values.len() >= WAITING { self.send(tx).await } else { Ok(()) }
    }

    /// Sends what still waits.
    pub async fn finish(mut self, tx: &mut Tx) -> Result<()> {
        self.send(tx).await
    }

    async fn send(&mut self, tx: &mut Tx) -> Result<()> {
        let doing = || format!("loading rows into {}", self.table);
        let values = std::mem::take(&mut self.values);
        value::check(&values)?;
        match &mut tx.inner {
            Inner::Sqlite(tx) => self.insert(tx, values).await.while_doing(doing())?,
            Inner::Postgres(tx) => self.copy(tx, &values).await.while_doing(doing())?,
        }
        self.values.reserve(WAITING + self.columns.len());
        Ok(())
    }

    async fn insert(
        &self,
        tx: &mut sqlx::Transaction<'static, Sqlite>,
        values: Vec<Value>,
    ) -> Result<(), sqlx::Error> {
        let width = self.columns.len();
        let mut values = values.into_iter();
        while values.len() > 0 {
            let rows = (values.len() / width).min(ROWS);
            let batch: Vec<Value> = values.by_ref().take(rows * width).collect();
            let mut query = sqlx::query::<Sqlite>(AssertSqlSafe(self.insert_text(rows)));
            for value in batch {
                query = match value {
                    Value::Int(v) => query.bind(v),
                    Value::Real(v) => query.bind(v),
                    Value::Text(v) => query.bind(v),
                    Value::Bool(v) => query.bind(v),
                    Value::Uuid(v) => query.bind(v),
                    Value::Bytes(v) => query.bind(v),
                };
            }
            query.execute(&mut **tx).await?;
        }
        Ok(())
    }

    fn insert_text(&self, rows: usize) -> String {
        let marks = format!("({})", vec!["?"; self.columns.len()].join(","));
        let all = vec![marks.as_str(); rows].join(",");
        format!("insert into {} ({}) values {all}", self.table, self.columns.join(","))
    }

    async fn copy(
        &self,
        tx: &mut sqlx::Transaction<'static, sqlx::Postgres>,
        values: &[Value],
    ) -> Result<(), Error> {
        let text = format!("copy {} ({}) from stdin", self.table, self.columns.join(","));
        let mut lines = String::with_capacity(values.len() * 16);
        for row in values.chunks(self.columns.len()) {
            for (at, value) in row.iter().enumerate() {
                if at > 0 {
                    lines.push('\t');
                }
                copy_text(&mut lines, value);
            }
            lines.push('\n');
        }
        let mut copy = (**tx).copy_in_raw(&text).await.while_doing("starting COPY")?;
        copy.send(lines.into_bytes()).await.while_doing("sending COPY rows")?;
        copy.finish().await.while_doing("ending COPY")?;
        Ok(())
    }
}

/// One value in COPY's text format: `\N` for NULL, backslash escapes for the four special characters.
fn copy_text(out: &mut String, value: &Value) {
    let written = match value {
        Value::Int(Some(v)) => write!(out, "{v}"),
        Value::Real(Some(v)) => write!(out, "{v}"),
        Value::Bool(Some(v)) => write!(out, "{}", if *v { 't' } else { 'f' }),
        Value::Uuid(Some(v)) => write!(out, "{v}"),
        Value::Bytes(Some(v)) => {
            out.push_str("\\\\x");
            v.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
        }
        Value::Text(Some(v)) => {
            for letter in v.chars() {
                match letter {
                    '\\' => out.push_str("\\\\"),
                    '\t' => out.push_str("\\t"),
                    '\n' => out.push_str("\\n"),
                    '\r' => out.push_str("\\r"),
                    other => out.push(other),
                }
            }
            Ok(())
        }
        _ => {
            out.push_str("\\N");
            Ok(())
        }
    };
    debug_assert!(written.is_ok(), "writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copy_text_escapes_what_copy_reads_specially() {
        let mut out = String::new();
        for value in
            [Value::from("a\tb\\c\nd"), Value::Text(None), Value::from(true), Value::from(vec![0_u8, 255])]
        {
            copy_text(&mut out, &value);
            out.push('|');
        }
        assert_eq!(out, "a\\tb\\\\c\\nd|\\N|t|\\\\x00ff|");
    }
}
