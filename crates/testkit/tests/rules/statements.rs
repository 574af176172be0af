//! SQL stands where it is looked for, and every statement prepares on both engines.
//!
//! A statement is the literal given to `sql(…)` or `sql_with(…)`, or to a function of the same file that
//! passes its own `text: &'static str` on to one of them. Its `{gaps}` are filled by what stands beside
//! them in the source when that is a literal or a constant of the same crate, else by [`GAPS`].

use std::path::Path;
use std::str::FromStr;

use lianxin_testkit::{Engine, House};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqlSafeStr, SqliteConnection};

use crate::source::{Rust, short};

/// What stands for a gap whose text is only known when the program runs. A new kind of gap is named here.
const GAPS: &[(&str, &str)] = &[
    // A condition, such as `Scope::condition` gives.
    ("scope", "(1 = 1)"),
    ("where", "(1 = 1)"),
    ("selection", "(1 = 1)"),
    ("also", "(1 = 1)"),
    ("over", "(1 = 1)"),
    ("services", "(1 = 1)"),
    ("public", "(1 = 1)"),
    ("around", "(1 = 1)"),
    ("counted", "(1 = 1)"),
    // The order of rows, and one page of them.
    ("order", "1"),
    ("size", "1"),
    ("offset", "0"),
    ("most", "1"),
    // Counts that are added up.
    ("parts", "select count(*) as n from matter m"),
    // Placeholders of a list.
    ("marks", "null"),
    ("open", "null"),
    ("ids", "null"),
    ("counties", "null"),
    ("areas", "null"),
    // Columns of matters that figures are grouped by, and the two moments between which they measure.
    ("key", "m.category"),
    ("place", "m.path"),
    ("from", "m.created_at"),
    ("to", "m.resolved_at"),
    // What figures sum up, and the columns their sums are kept in.
    ("rates", "count(*) as received"),
    ("counts", "sum(m.received) as received"),
    ("names", "received"),
    ("each", "1"),
    ("table", "figure_sum"),
    ("one", "cast(1 as BIGINT) as received"),
    ("stretches", "cast(null as BIGINT) as dispatch"),
    ("change", "1"),
    ("sum", "received = kept.received + excluded.received"),
    ("length", "(m.resolved_at - m.created_at)"),
    ("lengths", "($1, $2, '', '', 0, 1)"),
    ("town", "18"),
    ("within", "m.county = $1 and m.created_at >= $2 and m.created_at < $3"),
    ("along", "(1 = 1)"),
    // Whose matters: residents' or enterprises'.
    ("whose", "is null"),
    ("some", "count(*)"),
    // The list of people: its order, who may be seen by where they live and what they belong to, where to begin.
    ("sorted", "p.plain"),
    ("living", "(1 = 1)"),
    ("belonging", "(1 = 1)"),
    ("drive", "(1 = 1)"),
    ("keyed", "phone_key"),
    // What two records that may be of one person share besides the name.
    ("same", "q.plain = p.plain and q.birth = p.birth"),
    // Names and births of rows, all asked for at once.
    ("pairs", "(null, null)"),
    // Which list of a two-way check a match is of, as one bit each.
    ("bits", "when null then 1"),
    // What has been kept long enough.
    ("due", "select m.id from matter m where m.county = $1 and m.closed_at < $2"),
    // A lock on rows that were read, which only one engine needs.
    ("lock", ""),
];

/// Questions to an engine about itself, which the other does not understand. Nothing about the house's
/// own tables belongs here.
const ONE_ENGINE: &[(Engine, &str)] = &[
    (Engine::Sqlite, "sqlite_version()"),
    (Engine::Postgres, "current_setting('server_version')"),
    (Engine::Postgres, "pg_backend_pid()"),
];

/// Files that may hold SQL: `store.rs`, what lies in a folder `store/`, and the foundation's own
/// database handle.
fn may_hold_sql(path: &Path) -> bool {
    let store = path.file_name().is_some_and(|name| name == "store.rs");
    let below =
        path.parent().is_some_and(|folder| folder.components().any(|part| part.as_os_str() == "store"));
    store || below || short(path).starts_with("crates/foundation/src/db/")
}

#[test]
fn sql_stands_in_stores_alone() {
    let mut wrong = Vec::new();
    for file in Rust::all().iter().filter(|file| !may_hold_sql(&file.path)) {
        for name in
            ["sql", "sql_with", "sqlx::query", "sqlx::query_as", "sqlx::query_scalar", "sqlx::raw_sql"]
        {
            for at in file.calls(name) {
                let line = file.code[..at].matches('\n').count() + 1;
                wrong.push(format!("{}:{line}: {name}(…)", short(&file.path)));
            }
        }
    }
    assert!(wrong.is_empty(), "SQL outside of a store:\n{}", wrong.join("\n"));
}

/// SQLite keeps no statistics here and would as soon walk a million matters and ask each of them for the few
/// rows that are joined: `cross join` keeps it to the order that is written. PostgreSQL looks for itself.
#[test]
fn matters_are_joined_to_what_was_found() {
    let texts = statements().into_iter().filter_map(|found| Some((found.place, found.text.ok()?)));
    let wrong: Vec<String> = texts
        .filter(|(_, text)| text.replace("cross join matter ", "").contains("join matter "))
        .map(|(place, _)| place)
        .collect();
    assert!(
        wrong.is_empty(),
        "`cross join matter m where …`, after what it is joined to: {}",
        wrong.join(", ")
    );
}

/// A statement, or why it cannot be told, and where it stands.
struct Found {
    place: String,
    text: Result<String, String>,
}

fn statements() -> Vec<Found> {
    let files = Rust::all();
    let mut found = Vec::new();
    for file in files.iter().filter(|file| may_hold_sql(&file.path)) {
        if short(&file.path).starts_with("crates/foundation/src/db/") {
            continue;
        }
        let mut calls = [file.calls("sql"), file.calls("sql_with")].concat();
        // The list grows while it is walked: a call that passes a parameter on stands for its callers.
        let mut next = 0;
        while let Some(&at) = calls.get(next) {
            next += 1;
            if let Some(passing) = passed_on(file, at) {
                calls.extend(file.calls(passing));
                continue;
            }
            let place = format!("{}:{}", short(&file.path), file.code[..at].matches('\n').count() + 1);
            let (start, end) = (file.next(at), file.closing(at));
            let text = said(&files, file, start, end)
                .ok_or_else(|| "the text is neither a literal nor a constant".to_owned())
                .and_then(|whole| filled(&files, file, start, end, whole));
            found.push(Found { place, text });
        }
    }
    found
}

/// The function around a call that gives it the function's own parameter `text`.
fn passed_on(file: &Rust, at: usize) -> Option<&str> {
    if !file.code[file.next(at)..].starts_with("text") {
        return None;
    }
    let before = &file.code[..at];
    let name = &before[before.rfind("fn ")? + 3..];
    name.split('(').next()
}

/// The text that the expression at `at` stands for: a literal, or a constant of the same crate.
fn said(files: &[Rust], file: &Rust, at: usize, end: usize) -> Option<String> {
    if let Some(text) = file.string_at(at) {
        return Some(text.to_owned());
    }
    let name = file.code[at..end].trim_start_matches('&').split([',', ')']).next()?.trim();
    let name = name.rsplit("::").next()?;
    if name.is_empty() || name.contains(|letter: char| !letter.is_ascii_uppercase() && letter != '_') {
        return None;
    }
    let home = |path: &Path| short(path).split("/src/").next().map(str::to_owned);
    let definition = format!("const {name}: &str =");
    files.iter().filter(|other| home(&other.path) == home(&file.path)).find_map(|other| {
        let at = other.code.find(&definition)? + definition.len();
        other.string_at(other.next(at)).map(str::to_owned)
    })
}

/// Fills the gaps of a statement from the pairs `("gap", text)` within its call, or from [`GAPS`].
///
/// # Errors
/// When nothing fills one.
fn filled(files: &[Rust], file: &Rust, start: usize, end: usize, whole: String) -> Result<String, String> {
    let mut text = whole;
    for (at, gap) in file.strings_in(start + 1, end) {
        let mark = format!("{{{gap}}}");
        let comma = at + file.code[at..end].find(',').unwrap_or(0) + 1;
        if let Some(fill) = said(files, file, file.next(comma), end).filter(|_| text.contains(&mark)) {
            text = text.replace(&mark, &fill);
        }
    }
    for (gap, fill) in GAPS {
        text = text.replace(&format!("{{{gap}}}"), fill);
    }
    match text.split_once('{').and_then(|(_, rest)| rest.split_once('}')) {
        Some((gap, _)) => Err(format!("nothing fills {{{gap}}}: name it in GAPS")),
        None => Ok(text),
    }
}

async fn prepared(house: House) {
    let found = statements();
    assert!(found.len() > 40, "the scanner finds the statements: {}", found.len());
    let mut wrong = Vec::new();
    for Found { place, text } in found {
        let text = match text {
            Ok(text) => text,
            Err(why) => {
                wrong.push(format!("{place}: {why}"));
                continue;
            }
        };
        let engine = house.engine();
        if ONE_ENGINE.iter().any(|(only, words)| *only != engine && text.contains(words)) {
            continue;
        }
        let statement = AssertSqlSafe(text.clone()).into_sql_str();
        let outcome = match engine {
            Engine::Sqlite => prepare_on_sqlite(&house, statement).await,
            Engine::Postgres => prepare_on_postgres(&house, statement).await,
        };
        if let Err(error) = outcome {
            wrong.push(format!("{place}: {error}\n    {text}"));
        }
    }
    assert!(wrong.is_empty(), "{} statements do not prepare:\n{}", wrong.len(), wrong.join("\n"));
}

async fn prepare_on_sqlite(house: &House, statement: sqlx::SqlStr) -> Result<(), sqlx::Error> {
    let options = sqlx::sqlite::SqliteConnectOptions::from_str(house.url())?;
    let mut connection = SqliteConnection::connect_with(&options).await?;
    connection.prepare(statement).await.map(drop)
}

async fn prepare_on_postgres(house: &House, statement: sqlx::SqlStr) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(house.url()).await?;
    connection.prepare(statement).await.map(drop)
}

#[test]
fn every_statement_prepares_on_sqlite() {
    lianxin_testkit::run(Engine::Sqlite, &[], prepared);
}

#[test]
fn every_statement_prepares_on_postgres() {
    lianxin_testkit::run(Engine::Postgres, &[], prepared);
}
