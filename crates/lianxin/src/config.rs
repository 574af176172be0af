//! What an operator may set, in four layers: built in, a TOML file, the environment, the command line.
//! Each later layer wins, and `lianxin config` says which one did.

mod limits;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use lianxin_foundation::app::Settings;
use lianxin_foundation::base_map::BaseMap;
use lianxin_foundation::clock::MINUTE;
use lianxin_foundation::error::{Error, Result, While};
use lianxin_foundation::files::blobs::{Blobs, S3Config};
use lianxin_foundation::files::private;
use lianxin_foundation::password::Cost;
use lianxin_foundation::vault::Vault;
use lianxin_foundation::{Clock, Ids};

/// One thing that can be set: its name, what it is when nobody sets it, and what it means.
pub struct Setting {
    /// Its key in the file, `limits.write` for `write` under `[limits]`; in the environment it is `LIANXIN_` and
    /// the name in capitals, `LIANXIN_LIMITS_WRITE`.
    pub name: &'static str,
    /// The built-in value.
    pub default: &'static str,
    /// One line for `lianxin config`.
    pub meaning: &'static str,
    /// Whether the value must not be printed.
    pub secret: bool,
}

impl Setting {
    /// Its name in the environment.
    fn variable(&self) -> String {
        format!("LIANXIN_{}", self.name.to_uppercase().replace('.', "_"))
    }
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, meaning, secret: false }
}

/// What can be set in general; [`limits`] has its own.
const GENERAL: &[Setting] = &[
    setting("data", "data", "the folder for the SQLite file, the keys and the photos"),
    setting("database", "", "sqlite:FILE or postgres://…; empty: sqlite:DATA/lianxin.db"),
    setting("listen", "127.0.0.1:8080", "the address to serve on"),
    setting("base_url", "", "the address people reach it at, https://host, for links in answers"),
    setting("home", "", "the county served by default: its six-digit code; empty: ask"),
    setting(
        "secure_cookies",
        "auto",
        "send cookies over HTTPS only: yes, no, or auto (yes unless on loopback)",
    ),
    setting("session_idle_minutes", "120", "a sign-in ends after this long without use"),
    setting("session_limit_minutes", "720", "a sign-in ends after this long in any case"),
    setting("key_file", "", "the file of master keys; empty: DATA/keys.txt, made at the first start"),
    Setting {
        name: "keys",
        default: "",
        meaning: "the master keys themselves, instead of a file",
        secret: true,
    },
    setting("photos", "", "s3 keeps photos in an S3 bucket; empty: in DATA/photos"),
    setting("s3_endpoint", "", "the bucket's service, https://host"),
    setting("s3_bucket", "", "the bucket"),
    setting("s3_region", "", "its region"),
    setting("s3_path_style", "yes", "whether the bucket's name stands in the path (yes) or in the host (no)"),
    Setting { name: "s3_access_key", default: "", meaning: "the access key", secret: true },
    Setting { name: "s3_secret_key", default: "", meaning: "the secret key", secret: true },
    setting(
        "calendar",
        "",
        "a TOML file of holidays and make-up workdays beside the built-in ones, or a folder of such files",
    ),
    Setting {
        name: "metrics_token",
        default: "",
        meaning: "the bearer token that opens /metrics; empty: only this machine may read them",
        secret: true,
    },
    setting(
        "channels",
        "",
        "a TOML file (mode 600) of the ways people are told outside the program; empty: nothing is sent",
    ),
    setting("map.pmtiles", "", "a PMTiles file drawn under every map; empty: boundaries on plain ground"),
    setting("map.credit", "", "whose base map it is, as its maps must say; empty: the file's own words"),
    setting("log", "info", "what to log: error, warn, info, debug, or filters by module"),
    setting("log_format", "text", "text, or json for machines"),
];

/// What `lianxin config` prints in a secret's place; a file that still has it holds no secret.
const NOT_SHOWN: &str = "(set, not shown)";

/// What stands for the password in an address that is shown.
const HIDDEN: &str = "***";

/// Where passwords stand within an address: `postgres://user:PASSWORD@host`, `…?password=PASSWORD`.
fn passwords_in(value: &str) -> Vec<Range<usize>> {
    let Some((_, rest)) = value.split_once("://") else { return Vec::new() };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    // A password that was not written as an address asks for may hold a slash or an @: the last @ counts.
    let of_user = place.rsplit_once('@').and_then(|(user, _)| Some(user.split_once(':')?.1));
    let of_query = query.split('&').filter_map(|pair| pair.strip_prefix("password="));
    let found = of_user.into_iter().chain(of_query).filter(|password| !password.is_empty());
    let start = |part: &str| part.as_ptr() as usize - value.as_ptr() as usize;
    found.map(|password| start(password)..start(password) + password.len()).collect()
}

/// A value as it may be shown and logged: without the passwords in it.
fn masked(value: &str) -> String {
    let mut shown = value.to_owned();
    passwords_in(value).into_iter().rev().for_each(|password| shown.replace_range(password, HIDDEN));
    shown
}

/// What is wrong with a file, and where; never the line itself, which may hold a password.
fn bad_toml(path: &Path, text: &str, error: &toml::de::Error) -> Error {
    let doing = format!("reading {}", path.display());
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    Error::failed(doing, format!("line {line} is not TOML: {}", error.message()))
}

/// Variables of the environment that belong to a flag, to the tests or to the scripts beside the program.
const OTHER_VARIABLES: [&str; 9] = [
    "LIANXIN_CONFIG",
    "LIANXIN_NEW_PASSWORD",
    "LIANXIN_PG_",
    "LIANXIN_PGBIN",
    "LIANXIN_TEST_",
    "LIANXIN_E2E_",
    "LIANXIN_UPDATE",
    "LIANXIN_TOKEN",
    "LIANXIN_URL",
];

/// Everything that can be set.
fn all() -> impl Iterator<Item = &'static Setting> {
    GENERAL.iter().chain(&limits::SETTINGS)
}

/// The variables of the environment that look like settings and are none: slips of the pen, mostly.
pub fn unknown_variables() -> Vec<String> {
    let known = |name: &str| {
        all().any(|setting| setting.variable() == name)
            || OTHER_VARIABLES.iter().any(|other| name.starts_with(other))
    };
    env::vars_os()
        .map(|(name, _)| name.to_string_lossy().into_owned())
        .filter(|name| name.starts_with("LIANXIN_") && !known(name))
        .collect()
}

/// The county a demo serves by default: 崇阳县, whose villages it imports.
const DEMO_HOME: &str = "421223";

/// A value with the layer it came from.
#[derive(Debug, Clone)]
pub struct Given {
    /// The value.
    pub value: String,
    /// In words, for `lianxin config`.
    pub from: String,
}

/// Everything as it is in force.
#[derive(Debug, Clone)]
pub struct Config(BTreeMap<&'static str, Given>);

impl Config {
    /// Reads all layers. `flags` are those given on the command line, by setting name.
    ///
    /// # Errors
    /// When the file cannot be read or names something unknown.
    pub fn read(file: Option<&Path>, flags: &[(&'static str, Option<String>)]) -> Result<Config> {
        let mut config = Config(BTreeMap::new());
        for setting in all() {
            config.set(setting.name, setting.default, "built in");
        }
        if let Some(path) = file {
            config.read_file(path)?;
        }
        for setting in all() {
            let variable = setting.variable();
            if let Ok(value) = env::var(&variable) {
                config.set(setting.name, &value, &format!("environment {variable}"));
            }
        }
        for (name, value) in flags {
            if let Some(value) = value {
                config.set(name, value, "command line");
            }
        }
        config.refuse_placeholders()?;
        Ok(config)
    }

    /// Refuses what `lianxin config` prints in the place of a secret.
    fn refuse_placeholders(&self) -> Result<()> {
        for setting in all() {
            let Some(given) = self.0.get(setting.name) else { continue };
            let shown = if setting.secret { NOT_SHOWN } else { HIDDEN };
            let hidden =
                passwords_in(&given.value).into_iter().any(|password| given.value[password] == *HIDDEN);
            if if setting.secret { given.value == NOT_SHOWN } else { hidden } {
                return Err(Error::failed(
                    format!("reading the setting {}, {}", setting.name, given.from),
                    format!("`{shown}` is what `lianxin config` prints in a secret's place, no secret"),
                ));
            }
        }
        Ok(())
    }

    fn read_file(&mut self, path: &Path) -> Result<()> {
        let text = fs::read_to_string(path).while_doing(format!("reading {}", path.display()))?;
        let table: toml::Table = text.parse().map_err(|error| bad_toml(path, &text, &error))?;
        self.read_table("", table, path)
    }

    fn read_table(&mut self, within: &str, table: toml::Table, path: &Path) -> Result<()> {
        for (key, value) in table {
            let key = format!("{within}{key}");
            let value = match value {
                toml::Value::Table(inner) if within.is_empty() => {
                    self.read_table(&format!("{key}."), inner, path)?;
                    continue;
                }
                toml::Value::String(text) => text,
                toml::Value::Boolean(yes) => if yes { "yes" } else { "no" }.to_owned(),
                other => other.to_string(),
            };
            let Some(setting) = all().find(|setting| setting.name == key) else {
                return Err(Error::failed(
                    format!("reading {}", path.display()),
                    format!("there is no setting `{key}`; `lianxin config` lists them"),
                ));
            };
            self.set(setting.name, &value, &format!("file {}", path.display()));
        }
        Ok(())
    }

    fn set(&mut self, name: &'static str, value: &str, from: &str) {
        self.0.insert(name, Given { value: value.to_owned(), from: from.to_owned() });
    }

    /// A value.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |given| given.value.as_str())
    }

    /// Every setting with what is in force and where from, as TOML that can be kept as a file.
    pub fn explain(&self) -> String {
        let mut out = String::new();
        for setting in all() {
            let Some(given) = self.0.get(setting.name) else { continue };
            let shown = match (setting.secret, given.value.is_empty()) {
                (true, false) => NOT_SHOWN.to_owned(),
                _ => masked(&given.value),
            };
            // Commented out: read back, what stands for a secret would become the secret.
            let mark = if shown == given.value { "" } else { "# " };
            out.push_str(&format!(
                "# {}\n{mark}{} = {shown:?}  # {}\n",
                setting.meaning, setting.name, given.from
            ));
        }
        out
    }

    fn yes(&self, name: &'static str) -> Result<bool> {
        match self.get(name) {
            "yes" | "true" | "1" => Ok(true),
            "no" | "false" | "0" => Ok(false),
            other => Err(Error::failed(
                format!("reading the setting {name}"),
                format!("`{other}` is neither yes nor no"),
            )),
        }
    }

    fn minutes(&self, name: &'static str) -> Result<i64> {
        self.get(name).parse().while_doing(format!("reading the setting {name}"))
    }

    /// The data folder, for this user alone; made if it is missing.
    pub fn data(&self) -> Result<PathBuf> {
        let path = PathBuf::from(self.get("data"));
        private::folder(&path).while_doing(format!("making the folder {}", path.display()))?;
        Ok(path)
    }

    /// The database's address.
    pub fn database(&self) -> Result<String> {
        match self.get("database") {
            "" => Ok(format!("sqlite:{}", self.data()?.join("lianxin.db").display())),
            url => Ok(url.to_owned()),
        }
    }

    /// The SQLite file, made or not; nothing for another engine or a database in memory.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        match self.get("database") {
            "" => Some(Path::new(self.get("data")).join("lianxin.db")),
            url => {
                let name = url.strip_prefix("sqlite:")?;
                let name = name.strip_prefix("//").unwrap_or(name);
                let name = name.split_once('?').map_or(name, |(name, _)| name);
                (!name.starts_with("file:") && name != ":memory:").then(|| PathBuf::from(name))
            }
        }
    }

    /// Where the master keys are, or will be made, in words for the operator.
    pub fn key_place(&self) -> String {
        if self.get("keys").is_empty() {
            self.key_file().display().to_string()
        } else {
            "LIANXIN_KEYS".to_owned()
        }
    }

    fn key_file(&self) -> PathBuf {
        match self.get("key_file") {
            "" => Path::new(self.get("data")).join("keys.txt"),
            path => PathBuf::from(path),
        }
    }

    /// The master keys: from the environment, or from a file made at the first start.
    pub fn vault(&self, ids: &Ids) -> Result<Vault> {
        let path = self.key_file();
        if !self.get("keys").is_empty() || path.exists() {
            return self.kept_vault();
        }
        self.data()?;
        tracing::warn!("made new master keys in {}: keep a copy apart from the database", path.display());
        Vault::create(&path, ids).while_doing(format!("making master keys in {}", path.display()))
    }

    /// The master keys that are there already; none are made.
    ///
    /// # Errors
    /// When there are none, or they cannot be read.
    pub fn kept_vault(&self) -> Result<Vault> {
        if !self.get("keys").is_empty() {
            return Vault::parse(self.get("keys")).while_doing("reading the master keys");
        }
        let path = self.key_file();
        let doing = format!("reading the master keys in {}", path.display());
        if !path.exists() {
            return Err(Error::failed(
                doing,
                "there are none: put the keys.txt of this backup or database there first",
            ));
        }
        Vault::load(&path).while_doing(doing)
    }

    /// Where photos are kept.
    pub fn blobs(&self) -> Result<Blobs> {
        let doing = "opening the photo store";
        if self.get("photos") != "s3" {
            return Blobs::local(&self.data()?.join("photos")).while_doing(doing);
        }
        Blobs::s3(&S3Config {
            endpoint: self.get("s3_endpoint").to_owned(),
            bucket: self.get("s3_bucket").to_owned(),
            region: self.get("s3_region").to_owned(),
            access_key: self.get("s3_access_key").to_owned(),
            secret_key: self.get("s3_secret_key").to_owned(),
            path_style: self.yes("s3_path_style")?,
        })
        .while_doing(doing)
    }

    /// What pages and actions need to know.
    pub fn settings(&self, demo: bool) -> Result<Settings> {
        let loopback = self.get("listen").starts_with("127.") || self.get("listen").starts_with("[::1]");
        let secure_cookies =
            if self.get("secure_cookies") == "auto" { !loopback } else { self.yes("secure_cookies")? };
        Ok(Settings {
            base_url: self.get("base_url").trim_end_matches('/').to_owned(),
            hosts: self.hosts(),
            trusted_proxies: self.trusted_proxies()?,
            limits: self.limits()?,
            secure_cookies,
            session_idle: self.minutes("session_idle_minutes")? * MINUTE,
            session_limit: self.minutes("session_limit_minutes")? * MINUTE,
            home: if demo && self.get("home").is_empty() { DEMO_HOME } else { self.get("home") }.to_owned(),
            password_cost: Cost::default(),
            demo,
            base_map: None,
        })
    }

    /// The map under every map; `None` where no file is named.
    ///
    /// # Errors
    /// When the file cannot be read, is no such map, or nobody says whose it is.
    pub fn base_map(&self) -> Result<Option<BaseMap>> {
        match self.get("map.pmtiles") {
            "" => Ok(None),
            path => BaseMap::open(Path::new(path), self.get("map.credit")).map(Some),
        }
    }

    /// The machine's clock; kept here so that commands share one way of asking.
    pub fn clock(&self) -> Clock {
        Clock::system()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (value, shown) in [
            ("postgres://lx:Pa55@db:5432/lianxin", "postgres://lx:***@db:5432/lianxin"),
            (
                "postgresql://lx:p@ss/w:rd@db/lianxin?sslmode=require",
                "postgresql://lx:***@db/lianxin?sslmode=require",
            ),
            ("postgres://lx@db/x?password=Pa55&user=lx", "postgres://lx@db/x?password=***&user=lx"),
            ("postgres://a:Pa55@db/x?password=Pa55", "postgres://a:***@db/x?password=***"),
            ("https://me:Pa55@bucket.example.com", "https://me:***@bucket.example.com"),
            ("postgres://db:5432/lianxin", "postgres://db:5432/lianxin"),
            ("sqlite:data/lianxin.db", "sqlite:data/lianxin.db"),
            ("https://例子.example.com/路径", "https://例子.example.com/路径"),
        ] {
            assert_eq!(masked(value), shown);
            let config = Config::read(None, &[("database", Some(value.to_owned()))]).unwrap();
            let explained = config.explain();
            assert!(!explained.contains("Pa55") && !explained.contains("p@ss"), "{explained}");
            let mark = if value == shown { "" } else { "# " };
            assert!(
                explained.contains(&format!("\n{mark}database = {shown:?}  # command line")),
                "{explained}"
            );
        }
        let read_back = Config::read(None, &[("database", Some("postgres://lx:***@db/lianxin".to_owned()))]);
        assert!(read_back.unwrap_err().chain().contains("in a secret's place"));
    }

    #[test]
    fn later_layers_win_and_say_so() {
        let folder = env::temp_dir().join(format!("lianxin-config-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("lianxin.toml");
        fs::write(&file, "listen = \"127.0.0.1:9000\"\nsession_idle_minutes = 30\n").unwrap();
        let config = Config::read(Some(&file), &[("listen", Some("127.0.0.1:9001".into()))]).unwrap();
        assert_eq!(config.get("listen"), "127.0.0.1:9001");
        assert_eq!(config.settings(false).unwrap().session_idle, 30 * MINUTE);
        assert!(config.explain().contains("listen = \"127.0.0.1:9001\"  # command line"));
        fs::write(&file, "[limits]\nwrite = \"5 + 1/minute\"\nenabled = true\n").unwrap();
        let config = Config::read(Some(&file), &[]).unwrap();
        assert_eq!((config.get("limits.write"), config.get("limits.enabled")), ("5 + 1/minute", "yes"));
        for (text, name) in
            [("listne = \"x\"\n", "`listne`"), ("[limits]\nwritet = \"off\"\n", "`limits.writet`")]
        {
            fs::write(&file, text).unwrap();
            let error = Config::read(Some(&file), &[]).unwrap_err();
            assert!(error.chain().contains(name), "{}", error.chain());
        }
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn secrets_are_not_printed_and_what_is_printed_is_no_secret() {
        let config = Config::read(None, &[("keys", Some("1:c2VjcmV0".into()))]).unwrap();
        let told = config.explain();
        assert!(!told.contains("c2VjcmV0"));
        assert!(told.contains("\n# keys = \"(set, not shown)\""), "{told}");
        let kept: toml::Table = told.parse().unwrap();
        assert!(!kept.contains_key("keys") && kept.contains_key("listen"));
        let error = Config::read(None, &[("metrics_token", Some(NOT_SHOWN.into()))]).unwrap_err();
        assert!(error.chain().contains("metrics_token, command line"), "{}", error.chain());
    }

    #[test]
    fn the_sqlite_file_is_found_in_the_address() {
        let file = |url: &str| {
            let flags = [("data", Some("here".into())), ("database", Some(url.into()))];
            Config::read(None, &flags).unwrap().sqlite_file()
        };
        assert_eq!(file(""), Some("here/lianxin.db".into()));
        assert_eq!(file("sqlite:///a/b.db?mode=rw"), Some("/a/b.db".into()));
        assert_eq!(file("sqlite:b.db"), Some("b.db".into()));
        assert_eq!(file("sqlite::memory:"), None);
        assert_eq!(file("postgres://host/name"), None);
    }
}
