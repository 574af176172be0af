//! Putting the program's parts together.

use std::fs;
use std::path::Path;
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

/// The capability over matters: its catalogue, the working calendar, and the areas' boundaries.
pub fn matters(config: &Config) -> Result<Matters> {
    Matters::new(Arc::new(calendar(config)?), Places::new())
}

/// Holidays and make-up workdays: those the program knows, and those of the operator's own file, or of
/// every TOML file of a folder in the order of their names.
///
/// # Errors
/// When a file cannot be read, or is no calendar: its name and the first thing wrong with it.
pub fn calendar(config: &Config) -> Result<Calendar> {
    let own = match config.get("calendar") {
        "" => Vec::new(),
        place => {
            own_calendars(Path::new(place)).while_doing(format!("reading the setting calendar, {place}"))?
        }
    };
    let own = own.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    Calendar::from_toml(BUILT_IN.into_iter().chain(own)).while_doing("reading the working calendar")
}

/// Each file's name and text.
fn own_calendars(place: &Path) -> std::io::Result<Vec<(String, String)>> {
    let mut files = vec![place.to_owned()];
    if place.is_dir() {
        let inside = fs::read_dir(place)?.map(|entry| Ok(entry?.path()));
        files = inside.collect::<std::io::Result<Vec<_>>>()?;
        files.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
        files.sort();
    }
    files.iter().map(|file| Ok((file.display().to_string(), fs::read_to_string(file)?))).collect()
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
