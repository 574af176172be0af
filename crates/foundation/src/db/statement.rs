//! A statement and its arguments, run on either engine.

use std::borrow::Cow;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::{Query, QueryAs};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{AssertSqlSafe, FromRow, Postgres, SqlSafeStr, SqlStr, Sqlite};

use super::{Inner, Tx, Value, value};
use crate::error::{Error, Result};

/// A row type that decodes from both engines; `#[derive(sqlx::FromRow)]` gives it.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// SQL text with its arguments, ready to run.
#[must_use]
pub struct Statement {
    text: Cow<'static, str>,
    values: Vec<Value>,
}

/// A statement whose whole text stands in the source.
pub fn sql(text: &'static str) -> Statement {
    Statement { text: Cow::Borrowed(text), values: Vec::new() }
}

/// A statement with named gaps, `{scope}`, filled with conditions the program composed. Only text
/// made by the program may fill a gap; what a person typed is always bound.
pub fn sql_with(text: &'static str, gaps: &[(&str, &str)]) -> Statement {
    let mut whole = text.to_owned();
    for (name, fill) in gaps {
        whole = whole.replace(&format!("{{{name}}}"), fill);
    }
    Statement { text: Cow::Owned(whole), values: Vec::new() }
}

/// Placeholders for a list, which a statement cannot bind as one: `$3, $4, $5` for three from the third on.
pub fn marks(first: usize, count: usize) -> String {
    (first..first + count).map(|mark| format!("${mark}")).collect::<Vec<_>>().join(", ")
}

macro_rules! bind_all {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                Value::Int(v) => query.bind(v),
                Value::Real(v) => query.bind(v),
                Value::Text(v) => query.bind(v),
                Value::Bool(v) => query.bind(v),
                Value::Uuid(v) => query.bind(v),
                Value::Bytes(v) => query.bind(v),
            };
        }
        query
    }};
}

impl Statement {
    /// Binds the next argument.
    pub fn bind(mut self, value: impl Into<Value>) -> Statement {
        self.values.push(value.into());
        self
    }

    /// Binds several arguments in order.
    pub fn bind_all(mut self, values: impl IntoIterator<Item = Value>) -> Statement {
        self.values.extend(values);
        self
    }

    /// The text as the engine will see it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many arguments are bound; the next placeholder is one more.
    pub fn bound(&self) -> usize {
        self.values.len()
    }

    /// All rows.
    pub async fn all<T: Row>(self, tx: &mut Tx) -> Result<Vec<T>> {
        let (text, values, doing) = self.parts()?;
        match &mut tx.inner {
            Inner::Sqlite(tx) => sqlite_as::<T>(text, values).fetch_all(&mut **tx).await,
            Inner::Postgres(tx) => postgres_as::<T>(text, values).fetch_all(&mut **tx).await,
        }
        .map_err(|error| told_apart(&doing, error))
    }

    /// The row, if there is one.
    pub async fn optional<T: Row>(self, tx: &mut Tx) -> Result<Option<T>> {
        let (text, values, doing) = self.parts()?;
        match &mut tx.inner {
            Inner::Sqlite(tx) => sqlite_as::<T>(text, values).fetch_optional(&mut **tx).await,
            Inner::Postgres(tx) => postgres_as::<T>(text, values).fetch_optional(&mut **tx).await,
        }
        .map_err(|error| told_apart(&doing, error))
    }

    /// The one row that must be there, such as a count.
    pub async fn one<T: Row>(self, tx: &mut Tx) -> Result<T> {
        let doing = self.doing();
        self.optional(tx).await?.ok_or_else(|| Error::failed(doing, sqlx::Error::RowNotFound))
    }

    /// The first column of the one row.
    pub async fn scalar<T>(self, tx: &mut Tx) -> Result<T>
    where
        (T,): Row,
    {
        Ok(self.one::<(T,)>(tx).await?.0)
    }

    /// Runs it and tells how many rows it touched.
    pub async fn run(self, tx: &mut Tx) -> Result<u64> {
        let (text, values, doing) = self.parts()?;
        match &mut tx.inner {
            Inner::Sqlite(tx) => {
                sqlite(text, values).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            Inner::Postgres(tx) => {
                postgres(text, values).execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        }
        .map_err(|error| told_apart(&doing, error))
    }

    /// Runs an insert and tells whether the row was new: `false` when its key was already there.
    /// Needs `on conflict do nothing` in the text.
    pub async fn inserted(self, tx: &mut Tx) -> Result<bool> {
        Ok(self.run(tx).await? == 1)
    }

    fn doing(&self) -> String {
        let mut words = self.text.split_whitespace().take(6).collect::<Vec<_>>().join(" ");
        words.insert_str(0, "running: ");
        words
    }

    fn parts(self) -> Result<(SqlStr, Vec<Value>, String)> {
        value::check(&self.values)?;
        let doing = self.doing();
        let text = match self.text {
            Cow::Borrowed(text) => text.into_sql_str(),
            // The text was put together by the program from its own parts; values are bound.
            Cow::Owned(text) => AssertSqlSafe(text).into_sql_str(),
        };
        Ok((text, self.values, doing))
    }
}

fn sqlite<'q>(text: SqlStr, values: Vec<Value>) -> Query<'q, Sqlite, SqliteArguments> {
    bind_all!(sqlx::query(text), values)
}

fn postgres<'q>(text: SqlStr, values: Vec<Value>) -> Query<'q, Postgres, PgArguments> {
    bind_all!(sqlx::query(text), values)
}

fn sqlite_as<'q, T: Row>(text: SqlStr, values: Vec<Value>) -> QueryAs<'q, Sqlite, T, SqliteArguments> {
    bind_all!(sqlx::query_as(text), values)
}

fn postgres_as<'q, T: Row>(text: SqlStr, values: Vec<Value>) -> QueryAs<'q, Postgres, T, PgArguments> {
    bind_all!(sqlx::query_as(text), values)
}

/// Tells failures apart by SQLSTATE: two transactions that the engine could not order are run again;
/// everything else is a failure that names its operation.
pub(super) fn told_apart(doing: &str, error: sqlx::Error) -> Error {
    let code = error.as_database_error().and_then(|error| error.code());
    match code.as_deref() {
        // serialization_failure, deadlock_detected; SQLITE_BUSY and SQLITE_BUSY_SNAPSHOT
        Some("40001" | "40P01" | "5" | "517") => Error::Again(error),
        _ => Error::failed(doing.to_owned(), error),
    }
}
