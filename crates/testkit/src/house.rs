//! A whole program on a fresh database.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use lianxin_foundation::app::{Parts, Settings};
use lianxin_foundation::db::Db;
use lianxin_foundation::files::blobs::Blobs;
use lianxin_foundation::i18n::{self, Locales, Messages};
use lianxin_foundation::password::Cost;
use lianxin_foundation::vault::Vault;
use lianxin_foundation::{App, Clock, Ids, Micros};

use crate::{Engine, store};

/// The moment every house begins at: 2026-11-22 08:30 in China.
pub const NOW: Micros = 1_795_307_400_000_000;

/// A fixed master key: 32 bytes of `t`. Never for a deployment.
const KEY: &str = "1:dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHR0dHQ=";

/// The least that Argon2 allows, so that a sign-in takes no time.
pub const CHEAP: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

/// A program on a fresh database, with a clock that stands still. Cheap to clone.
#[derive(Clone)]
pub struct House {
    app: App,
    url: String,
    folder: PathBuf,
    database: Option<Arc<str>>,
}

impl House {
    /// Opens a house with the foundation's messages and those of `rooms`. [`run`](crate::run()) also
    /// takes it down again.
    ///
    /// # Panics
    /// When the database cannot be made, with the reason.
    pub async fn open(engine: Engine, rooms: &[Messages]) -> House {
        let name = fresh_name();
        let folder = std::env::temp_dir().join(&name);
        let (url, database) = match engine {
            Engine::Sqlite => (store::sqlite_copy(&folder).await, None),
            Engine::Postgres => (store::postgres_copy(&name).await, Some(name.into())),
        };
        let app = App::new(Parts {
            db: Db::open(&url).await.expect("a fresh database opens"),
            clock: Clock::fixed(NOW),
            ids: Ids::counting(),
            vault: Vault::parse(KEY).expect("the test key is well formed"),
            blobs: Blobs::local(&folder.join("files")).expect("the temporary folder can be written"),
            locales: locales(rooms),
            settings: settings(),
        });
        House { app, url, folder, database }
    }

    /// Closes the database and removes it with every file.
    pub(crate) async fn take_down(self) {
        // A test that failed may have left a transaction open in a task of its own: do not wait for it.
        let _ = tokio::time::timeout(Duration::from_secs(2), self.app.db().close()).await;
        if let Some(database) = &self.database {
            store::drop_postgres(database).await;
        }
        // What cannot be removed lies in the system's temporary folder, which is swept anyway.
        let _ = std::fs::remove_dir_all(&self.folder);
    }

    /// The same house under other settings: same database, clock and files, and nobody counted yet.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Settings)) -> House {
        let mut settings = settings();
        change(&mut settings);
        let app = App::new(Parts {
            db: self.app.db().clone(),
            clock: self.app.clock().clone(),
            ids: self.app.ids().clone(),
            vault: Vault::parse(KEY).expect("the test key is well formed"),
            blobs: self.app.blobs().clone(),
            locales: self.app.locales().clone(),
            settings,
        });
        House { app, ..self.clone() }
    }

    /// The program's parts.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The database.
    pub fn db(&self) -> &Db {
        self.app.db()
    }

    /// Which engine it runs on.
    pub fn engine(&self) -> Engine {
        self.db().engine()
    }

    /// The clock, to be moved with [`Clock::set`].
    pub fn clock(&self) -> &Clock {
        self.app.clock()
    }

    /// The present moment of the house.
    pub fn now(&self) -> Micros {
        self.clock().now()
    }

    /// The database's address, for a second program beside this one.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A folder of this house's own, for files a test writes.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

fn locales(rooms: &[Messages]) -> Locales {
    let all: Vec<Messages> = [i18n::MESSAGES].iter().chain(rooms).copied().collect();
    Locales::new(&all).expect("the messages are Fluent and no two rooms share an id")
}

fn settings() -> Settings {
    Settings { secure_cookies: false, home: "421223".to_owned(), password_cost: CHEAP, ..Settings::default() }
}

/// A name that no other test uses, in this process or beside it.
fn fresh_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("lianxin_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}
