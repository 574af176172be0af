//! The program's parts, handed to every action and page.

use std::sync::Arc;

use crate::base_map::BaseMap;
use crate::clock::{Clock, HOUR, Micros};
use crate::db::Db;
use crate::files::blobs::Blobs;
use crate::i18n::Locales;
use crate::ids::Ids;
use crate::limits::{Limits, Rules};
use crate::password::Cost;
use crate::vault::Vault;
use crate::web::Network;

/// What an operator may set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The address people reach the program at, `https://host`, for links in answers; empty where
    /// only relative links are given.
    pub base_url: String,
    /// Where `base_url` is empty: the host names, without a port, whose links may be given.
    pub hosts: Vec<String>,
    /// The reverse proxies that are believed about where a request comes from.
    pub trusted_proxies: Vec<Network>,
    /// How much may be asked for in a while.
    pub limits: Rules,
    /// Whether cookies are sent over HTTPS only. Off for a plain loopback address.
    pub secure_cookies: bool,
    /// A session ends after this long without use.
    pub session_idle: Micros,
    /// A session ends after this long in any case.
    pub session_limit: Micros,
    /// The county whose residents this address serves by default: six digits, or empty to ask.
    pub home: String,
    /// What hashing a password costs.
    pub password_cost: Cost,
    /// Whether this deployment holds generated demo data, which every page then says.
    pub demo: bool,
    /// What is drawn under every map; without one, boundaries stand on plain ground.
    pub base_map: Option<BaseMap>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            base_url: String::new(),
            hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            limits: Rules::default(),
            secure_cookies: true,
            session_idle: 2 * HOUR,
            session_limit: 12 * HOUR,
            home: String::new(),
            password_cost: Cost::default(),
            demo: false,
            base_map: None,
        }
    }
}

/// Everything a request may need. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: Parts,
    limits: Limits,
}

/// The parts, put together once at start.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Now.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// Keys.
    pub vault: Vault,
    /// Photos.
    pub blobs: Blobs,
    /// Messages in every language.
    pub locales: Locales,
    /// What the operator set.
    pub settings: Settings,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> App {
        let limits = Limits::new(parts.settings.limits.clone());
        App(Arc::new(Inner { parts, limits }))
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.0.parts.db
    }

    /// Now.
    pub fn clock(&self) -> &Clock {
        &self.0.parts.clock
    }

    /// New ids.
    pub fn ids(&self) -> &Ids {
        &self.0.parts.ids
    }

    /// Keys.
    pub fn vault(&self) -> &Vault {
        &self.0.parts.vault
    }

    /// Photos.
    pub fn blobs(&self) -> &Blobs {
        &self.0.parts.blobs
    }

    /// Messages in every language.
    pub fn locales(&self) -> &Locales {
        &self.0.parts.locales
    }

    /// What the operator set.
    pub fn settings(&self) -> &Settings {
        &self.0.parts.settings
    }

    /// What was asked for lately, and by whom.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }
}
