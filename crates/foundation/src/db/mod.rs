//! One SQL text, two engines: an enum over the two pools, and one statement type with the only two
//! arms in the house.
//!
//! A statement is written once, with `$1` placeholders, and its arguments are collected as
//! [`Value`]s; [`Statement`] then runs it on whichever engine the transaction belongs to. This was
//! chosen over a macro that expands every body twice (docs/decisions/0001): the rooms stay free of
//! engine types, and each statement is compiled once.

mod bulk;
mod distribute;
pub mod dump;
pub mod migrate;
pub mod schema;
mod statement;
mod value;

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, PgPool, Postgres, Sqlite, SqlitePool, Transaction};

pub use bulk::{Bulk, Column};
pub use statement::{Row, Statement, marks, sql, sql_with};
pub use value::Value;

use crate::audit::Entry;
use crate::error::{Error, Result, While};
use crate::files::private;

/// Which engine a database runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One file, no server.
    Sqlite,
    /// A server, alone or as a Citus coordinator.
    Postgres,
}

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Pools);

#[derive(Clone)]
enum Pools {
    // SQLite allows one writer: a pool of one connection makes writers queue in the program, fairly,
    // instead of spinning on SQLITE_BUSY.
    Sqlite { read: SqlitePool, write: SqlitePool },
    Postgres(PgPool),
}

/// A transaction on either engine, with the audit entries that will be chained when it commits.
pub struct Tx {
    pub(crate) inner: Inner,
    writes: bool,
    pub(crate) entries: Vec<Entry>,
}

/// A point within a transaction: see [`Tx::mark`]. The newest one is the one to come back to.
#[must_use]
pub struct Mark {
    entries: usize,
}

pub(crate) enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Opens `sqlite:PATH` (created when missing) or `postgres://…`.
    ///
    /// # Errors
    /// When the URL is of neither kind, or the database cannot be reached.
    pub async fn open(url: &str) -> Result<Db> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url).await
        } else if url.starts_with("sqlite:") {
            Self::open_sqlite(url).await
        } else {
            Err(Error::failed("opening the database", "the address must begin with sqlite: or postgres://"))
        }
    }

    async fn open_postgres(url: &str) -> Result<Db> {
        let options = PgConnectOptions::from_str(url)
            .while_doing("reading the PostgreSQL address")?
            .application_name("lianxin");
        // A pool tries until its patience ends and then only says so; one connection says what is wrong.
        let first = options.connect().await.while_doing("connecting to PostgreSQL")?;
        first.close().await.while_doing("connecting to PostgreSQL")?;
        let pool = PgPoolOptions::new()
            .max_connections(24)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options)
            .await
            .while_doing("connecting to PostgreSQL")?;
        Ok(Db(Pools::Postgres(pool)))
    }

    async fn open_sqlite(url: &str) -> Result<Db> {
        let options = SqliteConnectOptions::from_str(url)
            .while_doing("reading the SQLite address")?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: an answered write survives a power cut, not only a crash of the program.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .pragma("cache_size", "-65536")
            .pragma("mmap_size", "1073741824")
            .pragma("temp_store", "memory");
        let file = options.get_filename().display().to_string();
        keep_private(options.get_filename())
            .while_doing(format!("making the SQLite file {file} for this user alone"))?;
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(options.clone())
            .await
            .while_doing(format!("opening the SQLite file {file}"))?;
        let read = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.pragma("query_only", "on"))
            .await
            .while_doing(format!("opening the SQLite file {file} for reading"))?;
        Ok(Db(Pools::Sqlite { read, write }))
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.0 {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// A transaction that may write. On SQLite it takes the write lock at once (`begin immediate`).
    /// Dropped without [`Tx::commit`], it leaves no trace.
    pub async fn write(&self) -> Result<Tx> {
        let doing = "beginning a transaction";
        let inner = match &self.0 {
            Pools::Sqlite { write, .. } => {
                Inner::Sqlite(write.begin_with("begin immediate").await.while_doing(doing)?)
            }
            Pools::Postgres(pool) => Inner::Postgres(pool.begin().await.while_doing(doing)?),
        };
        Ok(Tx { inner, writes: true, entries: Vec::new() })
    }

    /// A transaction that only reads, and sees one moment however often it looks. It never waits for
    /// writers. (PostgreSQL shows every statement another moment unless told otherwise.)
    pub async fn read(&self) -> Result<Tx> {
        let doing = "beginning to read";
        let inner = match &self.0 {
            Pools::Sqlite { read, .. } => Inner::Sqlite(read.begin().await.while_doing(doing)?),
            Pools::Postgres(pool) => {
                let snapshot = "begin isolation level repeatable read, read only";
                Inner::Postgres(pool.begin_with(snapshot).await.while_doing(doing)?)
            }
        };
        Ok(Tx { inner, writes: false, entries: Vec::new() })
    }

    /// A transaction that sees one moment of the whole database, however long it reads.
    pub async fn snapshot(&self) -> Result<Tx> {
        let mut tx = self.read().await?;
        if tx.engine() == Engine::Postgres {
            sql("set transaction isolation level repeatable read, read only").run(&mut tx).await?;
        }
        Ok(tx)
    }

    /// Closes every connection once its work is done.
    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// SQLite gives the files beside the database the rights of the database itself, and makes that for
/// everybody to read. So it finds one made here; those of an earlier program are closed.
fn keep_private(file: &Path) -> std::io::Result<()> {
    if file.to_string_lossy().starts_with("file:") {
        // A name that SQLite reads itself: a database in memory.
        return Ok(());
    }
    private::keep(file)?;
    for beside in ["-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(beside);
        let path = PathBuf::from(name);
        if path.exists() {
            private::close_to_others(&path)?;
        }
    }
    Ok(())
}

impl Tx {
    /// Which engine this transaction runs on.
    pub fn engine(&self) -> Engine {
        match self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// `lock`, such as `for share of a`, for the end of a select whose rows must stay as they are until
    /// the commit; nothing where they do anyway: on SQLite, whose one writer is alone, and for a reader.
    pub fn row_lock(&self, lock: &'static str) -> &'static str {
        if self.writes && self.engine() == Engine::Postgres { lock } else { "" }
    }

    /// Remembers an audit entry; it is chained into the county's trail when the action commits.
    pub fn audit(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// A point to come back to with [`Tx::back_to`]: where one part may be refused and the rest still counts.
    pub async fn mark(&mut self) -> Result<Mark> {
        sql("savepoint part").run(self).await?;
        Ok(Mark { entries: self.entries.len() })
    }

    /// Takes back what was written and what was to be audited since a mark.
    pub async fn back_to(&mut self, mark: Mark) -> Result<()> {
        sql("rollback to savepoint part").run(self).await?;
        self.entries.truncate(mark.entries);
        self.past(mark).await
    }

    /// Forgets a mark: what was written since stays. Kept marks would nest ever deeper.
    pub async fn past(&mut self, _mark: Mark) -> Result<()> {
        sql("release savepoint part").run(self).await.map(drop)
    }

    /// Makes everything written durable. Audit entries must have been chained before; the action
    /// runner does both.
    ///
    /// # Errors
    /// [`Error::Again`] when the engine asks for the transaction to be run once more.
    pub async fn commit(self) -> Result<()> {
        debug_assert!(self.entries.is_empty(), "audit entries must be chained before the commit");
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await,
            Inner::Postgres(tx) => tx.commit().await,
        }
        .map_err(|error| statement::told_apart("committing a transaction", error))
    }
}
