//! From PostgreSQL to Citus: which table is spread over the shards by what, and which stands on all.

use std::collections::HashSet;

use super::schema::{Table, tables};
use super::{Db, Engine, sql, sql_with};
use crate::error::{Error, Result};

/// What all counties share, small and rarely written: a copy on every node.
const REFERENCE: &[&str] = &["category"];

/// What must be unique over all counties has a directory of its own, spread by that very key.
const DIRECTORIES: &[(&str, &str)] = &[("login", "login"), ("identity", "id_key")];

impl Db {
    /// Spreads every table over a Citus cluster, parents first, so that foreign keys are kept. Tables
    /// that are spread already are left as they are. Says what it did, a line a table.
    ///
    /// # Errors
    /// On SQLite, or where the Citus extension is missing.
    pub async fn distribute(&self) -> Result<Vec<String>> {
        if self.engine() == Engine::Sqlite {
            return Err(Error::failed(
                "distributing the database",
                "SQLite is one file; Citus is a PostgreSQL extension",
            ));
        }
        let mut tx = self.write().await?;
        let citus: i64 = sql("select count(*) from pg_proc where proname = 'create_distributed_table'")
            .scalar(&mut tx)
            .await?;
        if citus == 0 {
            return Err(Error::failed(
                "distributing the database",
                "the Citus extension is not installed here: run `create extension citus` as its administrator first",
            ));
        }
        let spread: Vec<(String,)> =
            sql("select logicalrelid::text from pg_dist_partition").all(&mut tx).await?;
        let spread: HashSet<String> = spread.into_iter().map(|row| row.0).collect();
        let mut done = Vec::new();
        for table in tables() {
            if spread.contains(&table.name) {
                done.push(format!("{}: spread already", table.name));
                continue;
            }
            done.push(spread_out(&mut tx, &table).await?);
        }
        tx.commit().await?;
        Ok(done)
    }
}

async fn spread_out(tx: &mut super::Tx, table: &Table) -> Result<String> {
    let name = table.name.as_str();
    if REFERENCE.contains(&name) {
        sql_with("select create_reference_table('{table}')::text", &[("table", name)]).run(tx).await?;
        return Ok(format!("{name}: on every node"));
    }
    let directory = DIRECTORIES.iter().find(|(directory, _)| *directory == name);
    let column = directory.map_or("county", |(_, column)| column);
    // Tables by county stand together, so that one county's joins and transactions stay on one node.
    let beside = match (directory, name) {
        (Some(_), _) => "none",
        (None, "account") => "default",
        (None, _) => "account",
    };
    sql_with(
        "select create_distributed_table('{table}', '{column}', colocate_with => '{beside}')::text",
        &[("table", name), ("column", column), ("beside", beside)],
    )
    .run(tx)
    .await?;
    Ok(format!("{name}: spread by {column}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_of_one_kind() {
        for table in tables() {
            let named = REFERENCE.contains(&table.name.as_str())
                || DIRECTORIES.iter().any(|(name, key)| *name == table.name && table.key == [*key]);
            assert!(
                named != table.by_county(),
                "{} is led by neither county nor a key of its own",
                table.name
            );
        }
        assert_eq!(
            tables().iter().find(|table| table.by_county()).map(|table| table.name.as_str()),
            Some("account")
        );
    }
}
