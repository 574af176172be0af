//! Putting the program's parts together.

use std::fs;
use std::sync::Arc;

use lianxin_foundation::app::{App, Parts};
use lianxin_foundation::error::While;
use lianxin_foundation::i18n::Locales;
use lianxin_foundation::{Clock, Db, Ids, Result};
use lianxin_matters::Matters;
use lianxin_registry::{CategoryName, CategoryNames, Places};
use lianxin_worktime::{BUILT_IN, Calendar};
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
    Locales::new(&[lianxin_foundation::i18n::MESSAGES, lianxin_registry::MESSAGES, lianxin_matters::MESSAGES])
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

/// The capability over matters: its catalogue as the database has it, the working calendar, and the
/// areas' boundaries.
pub async fn matters(app: &App, config: &Config) -> Result<Matters> {
    Matters::load(app, Arc::new(calendar(config)?), Places::new()).await
}

/// Holidays and make-up workdays: those the program knows, and those of the operator's own file.
fn calendar(config: &Config) -> Result<Calendar> {
    let path = config.get("calendar");
    if path.is_empty() {
        return Ok(Calendar::china());
    }
    let own = fs::read_to_string(path).while_doing(format!("reading the calendar {path}"))?;
    Calendar::from_toml(BUILT_IN.into_iter().chain([(path, own.as_str())]))
        .while_doing(format!("reading the calendar {path}"))
}

/// The categories' names, lent to the registry's pages.
pub fn category_names(matters: &Matters) -> CategoryNames {
    let catalogue = &matters.catalogue;
    let group = |code: &str| catalogue.groups().iter().find(|group| group.code == code);
    let named = catalogue.all().iter().map(|category| CategoryName {
        code: category.code.clone(),
        group: group(&category.group).map(|group| group.names.clone()).unwrap_or_default(),
        name: category.names.clone(),
    });
    CategoryNames::new(named.collect())
}
