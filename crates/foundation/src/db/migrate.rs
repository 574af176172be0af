//! The one migration set, for both engines.

use std::borrow::Cow;

use sha2::{Digest, Sha256};
use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::{Db, Engine, Pools};
use crate::error::{Error, Result, While};

/// Number, name and text of every migration, in order. A migration that has left this house is never
/// edited; the next one mends it (expand, then contract).
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "foundation", include_str!("../../../../migrations/0001_foundation.sql")),
    (2, "registry", include_str!("../../../../migrations/0002_registry.sql")),
    (3, "matters", include_str!("../../../../migrations/0003_matters.sql")),
    (4, "audit and files", include_str!("../../../../migrations/0004_audit_and_files.sql")),
    (5, "county limits", include_str!("../../../../migrations/0005_county_limits.sql")),
    (6, "figure sums", include_str!("../../../../migrations/0006_figure_sums.sql")),
    (7, "event salts", include_str!("../../../../migrations/0007_event_salts.sql")),
];

/// The migrations' texts, in order.
pub(super) fn texts() -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().map(|(_, _, text)| *text)
}

/// Paths are compared byte by byte. PostgreSQL must be told so column by column; SQLite does it
/// anyway and knows no such collation. These are the only words that differ.
const BYTEWISE: &str = " COLLATE \"C\"";

/// Sixteen hexadecimal digits that change whenever a migration does: they name the template databases
/// that tests copy.
pub fn fingerprint() -> String {
    let mut hash = Sha256::new();
    for (_, _, text) in MIGRATIONS {
        hash.update(text);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn migrator(engine: Engine) -> Migrator {
    let migrations = MIGRATIONS.iter().map(|&(version, name, text)| {
        let text = match engine {
            Engine::Postgres => text.into_sql_str(),
            Engine::Sqlite => sqlx::AssertSqlSafe(text.replace(BYTEWISE, "")).into_sql_str(),
        };
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, text, false)
    });
    Migrator::with_migrations(migrations.collect())
}

impl Db {
    /// Brings the schema up to date. Running it again changes nothing.
    pub async fn migrate(&self) -> Result<()> {
        let migrator = migrator(self.engine());
        match &self.0 {
            Pools::Sqlite { write, .. } => migrator.run(write).await,
            Pools::Postgres(pool) => migrator.run(pool).await,
        }
        .while_doing("bringing the schema up to date")
    }

    /// Refuses a database whose schema is older than this program's, or of another origin.
    pub async fn check_schema(&self) -> Result<()> {
        let newest = MIGRATIONS.iter().map(|(version, _, _)| *version).max().unwrap_or_default();
        let mut tx = self.read().await?;
        let found: i64 = super::sql("select coalesce(max(version), 0) from _sqlx_migrations where success")
            .scalar(&mut tx)
            .await?;
        if found < newest {
            return Err(Error::failed(
                "checking the schema",
                format!("it is at version {found}, this program needs {newest}: run `lianxin db migrate`"),
            ));
        }
        Ok(())
    }
}
