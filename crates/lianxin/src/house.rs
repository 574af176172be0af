//! Putting the program's parts together.

use std::fs;
use std::io::IsTerminal as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use lianxin_channels::{self as channels, Channels};
use lianxin_foundation::app::{App, Parts, Settings};
use lianxin_foundation::error::While;
use lianxin_foundation::i18n::Locales;
use lianxin_foundation::outbox::{Group, Ways};
use lianxin_foundation::vault::Vault;
use lianxin_foundation::{Clock, Db, Error, Ids, Result};
use lianxin_matters::Matters;
use lianxin_matters::told::News;
use lianxin_registry::doubles::Elsewhere;
use lianxin_registry::{CategoryName, CategoryNames, MattersAt, Places, area};
use lianxin_worktime::{BUILT_IN, Calendar};
use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Writes the log to standard error, as text or JSON.
///
/// `long_reads` says that the command reads whole tables: the driver's warning about slow statements would
/// then be about what was asked for.
pub fn start_log(config: &Config, long_reads: bool) {
    let quieter = if long_reads { ",sqlx::query=error" } else { "" };
    let filter = EnvFilter::try_new(format!("{}{quieter}", config.get("log")))
        .unwrap_or_else(|_| EnvFilter::new(format!("info{quieter}")));
    // A file or a journal takes colours for letters.
    let coloured = std::io::stderr().is_terminal();
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(coloured);
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
        lianxin_reconcile::MESSAGES,
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

/// Opens the database that must be there already, with this program's schema; makes nothing.
///
/// # Errors
/// When there is none, or its schema is older.
pub async fn existing(config: &Config) -> Result<Db> {
    refuse_unless_there(config)?;
    let db = database(config).await?;
    let newer = db.check_schema().await?;
    if newer > 0 {
        tracing::warn!(
            "the schema is {newer} versions newer than this program; it works on with what it knows"
        );
    }
    Ok(db)
}

/// The parts over the data that must be there already: the database, the keys and the photos.
///
/// # Errors
/// When any of them is missing.
pub async fn existing_app(config: &Config) -> Result<App> {
    refuse_unless_there(config)?;
    let vault = config.kept_vault()?;
    if config.get("photos") != "s3" && !Path::new(config.get("data")).is_dir() {
        return Err(nothing_in(Path::new(config.get("data"))));
    }
    app_with(config, existing(config).await?, config.clock(), config.settings(false)?, Ids::random(), vault)
}

/// Refuses when the SQLite file that the configuration names is not there: opening it would make it.
///
/// # Errors
/// Naming the folder or file.
pub fn refuse_unless_there(config: &Config) -> Result<()> {
    match config.sqlite_file() {
        Some(file) if !file.exists() => match config.get("database") {
            "" => Err(nothing_in(Path::new(config.get("data")))),
            _ => Err(nothing_in(&file)),
        },
        _ => Ok(()),
    }
}

fn nothing_in(place: &Path) -> Error {
    Error::failed("looking for the data", format!("no Lianxin data in {}", place.display()))
}

/// The parts of a program that serves pages, which need the base map too.
pub fn serving(config: &Config, db: Db, demo: bool) -> Result<App> {
    let settings = Settings { base_map: config.base_map()?, ..config.settings(demo)? };
    let ids = Ids::random();
    let vault = config.vault(&ids)?;
    app_with(config, db, config.clock(), settings, ids, vault)
}

/// The parts over an open database; a first start makes the master keys.
pub fn app(config: &Config, db: Db, clock: Clock, demo: bool) -> Result<App> {
    let ids = Ids::random();
    let vault = config.vault(&ids)?;
    app_with(config, db, clock, config.settings(demo)?, ids, vault)
}

fn app_with(
    config: &Config,
    db: Db,
    clock: Clock,
    settings: Settings,
    ids: Ids,
    vault: Vault,
) -> Result<App> {
    Ok(App::new(Parts { db, clock, vault, ids, blobs: config.blobs()?, locales: locales()?, settings }))
}

/// The capability over matters: its catalogue, the working calendar, and the areas' boundaries.
pub fn matters(config: &Config) -> Result<Matters> {
    Matters::new(Arc::new(calendar(config)?), Places::new())
}

/// The ways out of the program, and what pages need to know of them: none unless the operator names a file.
///
/// # Errors
/// When the file cannot be read, is open to others, or something in it is wrong: never with a secret.
pub fn channels(config: &Config, app: &App) -> Result<(Channels, Ways)> {
    let doing = || format!("reading the setting channels, {}", config.get("channels"));
    let text = match config.get("channels") {
        "" => String::new(),
        place => {
            let mode = fs::metadata(place).while_doing(doing())?.permissions().mode();
            if mode & 0o077 != 0 {
                let open =
                    format!("it is open to others (mode {:03o}); run: chmod 600 {place}", mode & 0o777);
                return Err(Error::failed(doing(), open));
            }
            fs::read_to_string(place).while_doing(doing())?
        }
    };
    let settings = channels::Settings::parse(&text).while_doing(doing())?;
    let channels = Channels::new(&settings, app.clock().clone(), app.ids().clone()).while_doing(doing())?;
    let group = |group: &channels::Group| -> Result<Group> {
        if let Some(unknown) = group.news.iter().find(|code| News::from_code(code).is_none()) {
            let known = News::ALL.map(News::code).join(", ");
            return Err(Error::failed(doing(), format!("there is no news `{unknown}`; there is {known}")));
        }
        Ok(Group {
            name: group.name.clone(),
            channel: group.channel().while_doing(doing())?,
            path: area::path_of(&group.area),
            news: group.news.clone(),
            language: group.language.clone(),
        })
    };
    let ways = Ways {
        email: settings.email.is_some(),
        sms: settings.sms.is_some(),
        push_key: channels.push_key(),
        groups: settings.group.iter().map(group).collect::<Result<_>>()?,
    };
    Ok((channels, ways))
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

/// Counts the matters of a place for the registry's pages, which know none.
pub const MATTERS_AT: MattersAt = MattersAt(|tx, path| {
    Box::pin(async move {
        let county = area::ancestors(&path).last().map_or_else(String::new, |id| area::county_of(id));
        lianxin_matters::store::standing_at(tx, &county, &path).await
    })
});

/// What other rooms hold about people: the lines of two-way checks, which the registry knows nothing of.
pub const PEOPLE_ELSEWHERE: Elsewhere = Elsewhere {
    rows: |tx, county, person| {
        Box::pin(async move { lianxin_reconcile::store::naming(tx, &county, person).await })
    },
    point: |tx, county, row, person| {
        Box::pin(async move { lianxin_reconcile::store::name_another(tx, &county, &row, person).await })
    },
};
