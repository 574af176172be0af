//! Where one engine is measured: its databases, its data folders, and the program run on them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use lianxin_foundation::db::Engine;
use lianxin_foundation::error::{Error, Result, While};
use lianxin_foundation::{App, Clock};

use super::machine::peak_megabytes;
use super::store::tools;
use crate::config::Config;
use crate::house;

/// One engine with the folder and server that it is measured on.
pub(super) struct Stand {
    pub(super) engine: Engine,
    folder: PathBuf,
    server: String,
}

/// A database with its data folder.
pub(super) struct Target {
    name: String,
    url: String,
    pub(super) data: PathBuf,
}

impl Stand {
    pub(super) fn new(engine: Engine, folder: &Path, server: &str) -> Result<Stand> {
        let folder = folder.join(name(engine).to_lowercase());
        fs::create_dir_all(&folder).while_doing(format!("making the folder {}", folder.display()))?;
        Ok(Stand { engine, folder, server: server.to_owned() })
    }

    /// Says on the terminal what is being measured; the report itself goes to standard output.
    pub(super) fn say(&self, what: &str) {
        eprintln!("{}: {what}", name(self.engine));
    }

    /// A file of this engine's own.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A new database with the program's schema and nothing in it.
    pub(super) fn fresh(&self, name: &str) -> Result<Target> {
        let data = self.folder.join(name);
        fs::create_dir_all(&data).while_doing(format!("making the folder {}", data.display()))?;
        let name = format!("lianxin_bench_{name}");
        let url = match self.engine {
            Engine::Sqlite => format!("sqlite:{}", data.join("lianxin.db").display()),
            Engine::Postgres => {
                tools::create_database(&self.server, &name)?;
                with_database(&self.server, &name)
            }
        };
        let target = Target { name, url, data };
        timed(&mut target.command(&["db", "migrate"])?)?;
        Ok(target)
    }

    /// Removes a database with its folder.
    pub(super) fn remove(&self, target: &Target) -> Result<()> {
        if self.engine == Engine::Postgres {
            tools::drop_database(&self.server, &target.name)?;
        }
        fs::remove_dir_all(&target.data).while_doing(format!("removing {}", target.data.display()))
    }

    /// Writes the table of areas to a file, for [`Stand::load`].
    pub(super) fn dump(&self, target: &Target, file: &Path) -> Result<()> {
        match self.engine {
            Engine::Sqlite => tools::export(&target.file(), file),
            Engine::Postgres => tools::copy_out(&target.url, file),
        }
    }

    /// Loads that file with the engine's own tool; gives the seconds it took.
    pub(super) fn load(&self, target: &Target, file: &Path) -> Result<f64> {
        let since = Instant::now();
        match self.engine {
            Engine::Sqlite => tools::import(&target.file(), file),
            Engine::Postgres => tools::copy_in(&target.url, file),
        }?;
        Ok(since.elapsed().as_secs_f64())
    }

    /// After a large load: what PostgreSQL would soon do by itself. SQLite does nothing by itself, so
    /// nothing is done for it.
    pub(super) fn settle(&self, target: &Target) -> Result<()> {
        match self.engine {
            Engine::Sqlite => Ok(()),
            Engine::Postgres => tools::vacuum(&target.url),
        }
    }
}

impl Target {
    /// This very program with arguments, on this database.
    pub(super) fn command(&self, arguments: &[&str]) -> Result<Command> {
        let program = std::env::current_exe().while_doing("finding the program itself")?;
        let mut command = Command::new(program);
        command
            .env("LIANXIN_LOG", "error")
            .env("LIANXIN_LIMITS_ENABLED", "no")
            // Whoever asks from here may say whom it asks for: many people at many addresses.
            .env("LIANXIN_TRUSTED_PROXIES", "127.0.0.1")
            .args(["--database", &self.url, "--data"])
            .arg(&self.data)
            .args(arguments);
        Ok(command)
    }

    /// The program's parts on this database, within this process.
    pub(super) async fn app(&self, clock: &Clock) -> Result<App> {
        let data = self.data.display().to_string();
        let flags = [
            ("database", Some(self.url.clone())),
            ("data", Some(data)),
            // All clients of the bench are at one address, and work as quickly as they can.
            ("limits.enabled", Some("no".to_owned())),
        ];
        let config = Config::read(None, &flags)?;
        house::app(&config, house::database(&config).await?, clock.clone(), false)
    }

    fn file(&self) -> PathBuf {
        self.data.join("lianxin.db")
    }
}

/// An engine's name.
pub(super) fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    }
}

/// The server's address with this database in place of its own.
fn with_database(server: &str, name: &str) -> String {
    let (address, options) = server
        .split_once('?')
        .map_or((server, String::new()), |(address, options)| (address, format!("?{options}")));
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/').map_or(address.len(), |slash| host + slash);
    format!("{}/{name}{options}", &address[..end])
}

/// What running a command to its end took.
pub(super) struct Run {
    pub(super) seconds: f64,
    /// The most megabytes it held, looked at every few milliseconds.
    pub(super) megabytes: f64,
}

/// Runs a command to its end.
///
/// # Errors
/// When it fails, with what it said.
pub(super) fn timed(command: &mut Command) -> Result<Run> {
    let doing = "running the program as a command";
    let since = Instant::now();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .while_doing(doing)?;
    let id = child.id();
    // The kernel forgets a process's peak with the process: it has to be asked while it runs.
    let watch = thread::spawn(move || {
        let mut peak = 0.0;
        while let Some(now) = peak_megabytes(id) {
            peak = now;
            thread::sleep(Duration::from_millis(5));
        }
        peak
    });
    let done = child.wait_with_output().while_doing(doing)?;
    let seconds = since.elapsed().as_secs_f64();
    if !done.status.success() {
        return Err(Error::failed(doing, String::from_utf8_lossy(&done.stderr).trim().to_owned()));
    }
    Ok(Run { seconds, megabytes: watch.join().unwrap_or(0.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_takes_the_place_of_the_servers_own() {
        for (server, expected) in [
            ("postgres://u@h:1/postgres", "postgres://u@h:1/x"),
            ("postgres://u@h:1", "postgres://u@h:1/x"),
            ("postgres://u@h:1/postgres?sslmode=disable", "postgres://u@h:1/x?sslmode=disable"),
        ] {
            assert_eq!(with_database(server, "x"), expected);
        }
    }
}
