//! Putting the program's parts together.

use lianxin_foundation::app::{App, Parts};
use lianxin_foundation::i18n::Locales;
use lianxin_foundation::{Clock, Db, Ids, Result};
use lianxin_matters::Matters;
use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Writes the log to standard error, as text or JSON.
pub fn start_log(config: &Config) {
    let filter = EnvFilter::try_new(config.get("log")).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process, as in tests, keeps the first log.
    let _already = if config.get("log_format") == "json" {
        log.json().try_init().is_err()
    } else {
        log.with_target(false).try_init().is_err()
    };
}

/// Every room's messages.
pub fn locales() -> Result<Locales> {
    Locales::new(&[
        lianxin_foundation::i18n::MESSAGES,
        lianxin_registry::MESSAGES,
        lianxin_matters::MESSAGES,
    ])
}

/// Opens the database named by the configuration, as it is.
pub async fn database(config: &Config) -> Result<Db> {
    Db::open(&config.database()?).await
}

/// Opens the database and brings its schema up to date.
pub async fn migrated(config: &Config) -> Result<Db> {
    let db = database(config).await?;
    db.migrate().await?;
    Ok(db)
}

/// The parts over an open database.
pub fn app(config: &Config, db: Db, clock: Clock, demo: bool) -> Result<App> {
    let ids = Ids::random();
    Ok(App::new(Parts {
        db,
        clock,
        vault: config.vault(&ids)?,
        ids,
        blobs: config.blobs()?,
        locales: locales()?,
        settings: config.settings(demo)?,
    }))
}

/// The capability over matters, with its catalogue as the database has it.
pub async fn matters(app: &App) -> Result<Matters> {
    Matters::load(app).await
}
