//! The engines' own tools, `sqlite3` and `psql`: what they take for the same rows is the anchor that
//! the import is held against.

use std::path::Path;
use std::process::{Command, Stdio};

use lianxin_foundation::error::{Error, Result, While};

/// The settings that the program itself opens SQLite with, so that the shell is no weaker.
const AS_THE_PROGRAM: &str = "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -65536; \
    pragma mmap_size = 1073741824; pragma temp_store = memory;";

/// Makes a database on a PostgreSQL server.
pub(in super::super) fn create_database(server: &str, name: &str) -> Result<()> {
    drop_database(server, name)?;
    psql(server, &format!("create database {name} template template0"))
}

/// Removes a database, whoever still holds it.
pub(in super::super) fn drop_database(server: &str, name: &str) -> Result<()> {
    psql(server, &format!("drop database if exists {name} with (force)"))
}

/// Lets PostgreSQL do now what it would do by itself in the minutes after a large load.
pub(in super::super) fn vacuum(database: &str) -> Result<()> {
    psql(database, "vacuum (analyze)")?;
    psql(database, "checkpoint")
}

/// Writes the table of areas to a file.
pub(in super::super) fn copy_out(database: &str, file: &Path) -> Result<()> {
    psql(database, &format!("\\copy area to '{}'", file.display()))
}

/// Loads that file into the empty table, as quickly as PostgreSQL's own client can.
pub(in super::super) fn copy_in(database: &str, file: &Path) -> Result<()> {
    psql(database, &format!("\\copy area from '{}'", file.display()))
}

/// Writes the table of areas to a file.
pub(in super::super) fn export(database: &Path, file: &Path) -> Result<()> {
    let output = format!(".output \"{}\"", file.display());
    sqlite3(database, &[".mode csv", &output, "select * from area order by county, id"])
}

/// Loads that file into the empty table, as quickly as SQLite's own shell can.
pub(in super::super) fn import(database: &Path, file: &Path) -> Result<()> {
    sqlite3(database, &[AS_THE_PROGRAM, ".mode csv", &format!(".import \"{}\" area", file.display())])
}

fn psql(database: &str, command: &str) -> Result<()> {
    let quiet = ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", command, database];
    run(Command::new("psql").args(quiet), command)
}

fn sqlite3(database: &Path, commands: &[&str]) -> Result<()> {
    run(Command::new("sqlite3").args(["-batch", "-bail"]).arg(database).args(commands), &commands.join(" "))
}

fn run(command: &mut Command, what: &str) -> Result<()> {
    let doing = || format!("running {} for: {what}", command_name(what));
    let done = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .while_doing(doing())?;
    if done.status.success() {
        return Ok(());
    }
    Err(Error::failed(doing(), String::from_utf8_lossy(&done.stderr).trim().to_owned()))
}

/// SQLite's shell takes commands that begin with a dot or a pragma; all others are PostgreSQL's.
fn command_name(what: &str) -> &'static str {
    if what.starts_with('.') || what.starts_with("pragma") { "sqlite3" } else { "psql" }
}
