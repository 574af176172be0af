//! The one migration set, for both engines.

use std::borrow::Cow;

use sha2::{Digest, Sha256};
use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::{Db, Engine, Inner, Pools, Tx};
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
    (8, "twins and words", include_str!("../../../../migrations/0008_twins_and_words.sql")),
    (9, "told", include_str!("../../../../migrations/0009_told.sql")),
    (
        10,
        "live matters and place sums",
        include_str!("../../../../migrations/0010_live_matters_and_place_sums.sql"),
    ),
    (12, "whistles", include_str!("../../../../migrations/0012_whistles.sql")),
    (13, "disputes", include_str!("../../../../migrations/0013_disputes.sql")),
    (14, "saved views", include_str!("../../../../migrations/0014_saved_views.sql")),
    (16, "people", include_str!("../../../../migrations/0016_people.sql")),
    (17, "checks", include_str!("../../../../migrations/0017_checks.sql")),
    (18, "rosters", include_str!("../../../../migrations/0018_rosters.sql")),
    (19, "tree", include_str!("../../../../migrations/0019_tree.sql")),
    (20, "sources", include_str!("../../../../migrations/0020_sources.sql")),
    (
        21,
        "exclusions and deletions",
        include_str!("../../../../migrations/0021_exclusions_and_deletions.sql"),
    ),
    (22, "unread notices", include_str!("../../../../migrations/0022_unread_notices.sql")),
    (23, "visits", include_str!("../../../../migrations/0023_visits.sql")),
    (24, "doubles", include_str!("../../../../migrations/0024_doubles.sql")),
    (25, "coverage", include_str!("../../../../migrations/0025_coverage.sql")),
    (
        26,
        "enterprises and late calls",
        include_str!("../../../../migrations/0026_enterprises_and_late_calls.sql"),
    ),
    (27, "retention", include_str!("../../../../migrations/0027_retention.sql")),
    (28, "checks_without_signal", include_str!("../../../../migrations/0028_checks_without_signal.sql")),
    (33, "patrols", include_str!("../../../../migrations/0033_patrols.sql")),
];

/// The texts of the migrations up to a version, in order.
pub(super) fn texts_until(version: i64) -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().filter(move |(known, _, _)| *known <= version).map(|(_, _, text)| *text)
}

/// Every version this program knows, in order.
pub fn versions() -> impl DoubleEndedIterator<Item = i64> {
    MIGRATIONS.iter().map(|(version, _, _)| *version)
}

/// A text's statements, without its comments: a semicolon in one ends no statement.
pub(super) fn statements(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("--"));
    let whole = lines.collect::<Vec<_>>().join("\n");
    let parts = whole.split(';').map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// Fills in what the migrations after `version` make of the rows they find: for rows of an older schema that
/// were loaded into this one.
///
/// # Errors
/// When the engine fails.
pub async fn fill_in(tx: &mut Tx, version: i64) -> Result<()> {
    let later = MIGRATIONS.iter().filter(|(known, _, _)| *known > version);
    for statement in later.flat_map(|(_, _, text)| statements(text)) {
        // What shapes the schema was done when there were no rows yet.
        if ["create ", "alter ", "drop "].iter().any(|word| statement.starts_with(word)) {
            continue;
        }
        let text = sqlx::AssertSqlSafe(statement);
        match &mut tx.inner {
            Inner::Sqlite(tx) => sqlx::query(text).execute(&mut **tx).await.map(drop),
            Inner::Postgres(tx) => sqlx::query(text).execute(&mut **tx).await.map(drop),
        }
        .while_doing("filling in what an older schema did not hold")?;
    }
    Ok(())
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

/// The newest schema this program knows.
pub fn newest() -> i64 {
    versions().max().unwrap_or_default()
}

impl Db {
    /// Brings the schema up to date. Running it again changes nothing, and so does running it on the schema of
    /// a newer program: schemas only grow.
    ///
    /// # Errors
    /// When the schema is of another origin, or the engine fails.
    pub async fn migrate(&self) -> Result<()> {
        let mut migrator = migrator(self.engine());
        self.applied().await?;
        migrator.set_ignore_missing(true);
        match &self.0 {
            Pools::Sqlite { write, .. } => migrator.run(write).await,
            Pools::Postgres(pool) => migrator.run(pool).await,
        }
        .while_doing("bringing the schema up to date")
    }

    /// Refuses a database without a schema, or whose schema is older than this program's, or of another
    /// origin. Tells by how many versions it is newer: 0 for this program's own.
    pub async fn check_schema(&self) -> Result<i64> {
        let refuse = |why: String| Err(Error::failed("checking the schema", why));
        let applied = self.applied().await?;
        let Some(found) = applied.last() else {
            return refuse(
                "there is none: if this is the right database, run `lianxin db migrate`".to_owned(),
            );
        };
        if let Some((lacking, _, _)) = MIGRATIONS.iter().find(|(version, _, _)| !applied.contains(version)) {
            return refuse(format!(
                "it is at version {found} and lacks version {lacking}, which this program needs: run `lianxin db migrate`"
            ));
        }
        Ok(found - newest())
    }

    /// The versions the schema went through, in order; none for an empty database.
    ///
    /// # Errors
    /// When what is there was not made by these migrations.
    async fn applied(&self) -> Result<Vec<i64>> {
        let mut tx = self.read().await?;
        let journal = match self.engine() {
            Engine::Sqlite => "select count(*) from sqlite_master where name = '_sqlx_migrations'",
            Engine::Postgres => "select count(*) from pg_class where oid = to_regclass('_sqlx_migrations')",
        };
        let kept: i64 = super::sql(journal).scalar(&mut tx).await?;
        if kept == 0 {
            return Ok(Vec::new());
        }
        let applied: Vec<(i64, Vec<u8>)> =
            super::sql("select version, checksum from _sqlx_migrations where success order by version")
                .all(&mut tx)
                .await?;
        let known = migrator(self.engine());
        for migration in known.iter() {
            let other = |(version, checksum): &&(i64, Vec<u8>)| {
                *version == migration.version && *checksum != *migration.checksum
            };
            if applied.iter().any(|one| other(&one)) {
                return Err(Error::failed(
                    "checking the schema",
                    format!(
                        "its version {} was not made by this program: name another database, or restore a backup \
                         into a new one",
                        migration.version
                    ),
                ));
            }
        }
        Ok(applied.into_iter().map(|(version, _)| version).collect())
    }
}
