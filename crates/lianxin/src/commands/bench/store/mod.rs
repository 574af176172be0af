//! Statements of the bench, and what it asks of the engines' own tools.

pub(super) mod tools;

use lianxin_foundation::db::{Engine, sql};
use lianxin_foundation::scope::path_range;
use lianxin_foundation::{Result, Tx};
use lianxin_registry::county_of;
use uuid::Uuid;

/// The engine's own name and version.
pub(super) async fn version(tx: &mut Tx) -> Result<String> {
    match tx.engine() {
        Engine::Sqlite => {
            let version: String = sql("select sqlite_version()").scalar(tx).await?;
            Ok(format!("SQLite {version}"))
        }
        Engine::Postgres => {
            let version: String = sql("select current_setting('server_version')").scalar(tx).await?;
            Ok(format!("PostgreSQL {}", version.split(' ').next().unwrap_or_default()))
        }
    }
}

/// The process of a server that answers this connection; SQLite has none.
pub(super) async fn server_process(tx: &mut Tx) -> Result<Option<u32>> {
    if tx.engine() == Engine::Sqlite {
        return Ok(None);
    }
    let id: i64 = sql("select cast(pg_backend_pid() as BIGINT)").scalar(tx).await?;
    Ok(u32::try_from(id).ok())
}

/// How many areas there are.
pub(super) async fn areas(tx: &mut Tx) -> Result<i64> {
    sql("select count(*) from area").scalar(tx).await
}

/// One village of every town: id and path.
pub(super) async fn some_villages(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    sql("select min(id), min(path) from area where depth = 5 group by parent order by 1").all(tx).await
}

/// Whether an area lies at or below a path.
pub(super) async fn is_below(tx: &mut Tx, id: &str, path: &str) -> Result<bool> {
    let (from, below) = path_range(path);
    let found: Option<(i64,)> =
        sql("select depth from area where county = $1 and id = $2 and path >= $3 and path < $4")
            .bind(county_of(id))
            .bind(id)
            .bind(from)
            .bind(below)
            .optional(tx)
            .await?;
    Ok(found.is_some())
}

/// The first areas at or below a path, with their names.
pub(super) async fn first_below(tx: &mut Tx, path: &str, most: i64) -> Result<Vec<(String, String)>> {
    let (from, below) = path_range(path);
    sql("select id, name from area where path >= $1 and path < $2 order by path limit $3")
        .bind(from)
        .bind(below)
        .bind(most)
        .all(tx)
        .await
}

/// How many areas lie at or below a path.
pub(super) async fn count_below(tx: &mut Tx, path: &str) -> Result<i64> {
    let (from, below) = path_range(path);
    sql("select count(*) from area where path >= $1 and path < $2").bind(from).bind(below).scalar(tx).await
}

/// How many have joined a matter.
pub(super) async fn joined(tx: &mut Tx, county: &str, matter: Uuid) -> Result<i64> {
    sql("select count(*) from matter_join where county = $1 and matter = $2")
        .bind(county)
        .bind(matter)
        .scalar(tx)
        .await
}
