//! `lianxin backup` and `lianxin restore`: everything in one file, from either engine, into either.
//!
//! The file is gzip over lines of JSON: a head, then every table with its rows in key order and a
//! digest, then the photos. Personal fields stay sealed in it: without the master keys, which are not
//! in it, nobody can read them. A backup is read back before it counts as made; a restore is read
//! back from the database and compared with the file.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Lines, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use lianxin_foundation::db::migrate::{fill_in, newest, versions};
use lianxin_foundation::db::schema::{Kind, Table, tables, tables_at};
use lianxin_foundation::db::{Bulk, Value, dump};
use lianxin_foundation::error::{Error, Result, While};
use lianxin_foundation::files::private;
use lianxin_foundation::{App, Db, Tx, clock};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::keys;
use crate::config::Config;
use crate::house;

/// The shape of the file; a newer shape gets a new number.
const FORMAT: i64 = 1;

/// Who was signed in when the backup was made is not in it: those who signed out since would be signed in again.
const SESSIONS: &str = "session";

/// What a table held, to compare two readings of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sum {
    rows: u64,
    sha256: String,
    /// Cells in a row: an older backup lacks the columns that a table got since.
    width: usize,
}

/// Writes everything to `file` while the program may be running.
///
/// # Errors
/// When anything cannot be read or written, or does not read back as it was written.
pub async fn backup(config: &Config, file: &Path) -> Result<()> {
    let app = house::existing_app(config).await?;
    let half = file.with_extension("part");
    let written = write(&app, &half).await?;
    let read = read(&half, &mut Compare).await?;
    if written != read {
        return Err(Error::failed(
            "backing up",
            format!("{} does not read back as it was written", half.display()),
        ));
    }
    std::fs::rename(&half, file).while_doing(format!("naming {}", file.display()))?;
    let rows: u64 = written.values().map(|sum| sum.rows).sum();
    println!("{}: {} tables, {rows} rows, read back and compared", file.display(), tables().len());
    println!("keep the master keys ({}) apart from it: it cannot be read without them", config.key_place());
    Ok(())
}

async fn write(app: &App, path: &Path) -> Result<HashMap<String, Sum>> {
    let doing = || format!("writing {}", path.display());
    let out = private::create(path).while_doing(doing())?;
    let mut out = GzEncoder::new(BufWriter::new(out), Compression::fast());
    let mut tx = app.db().snapshot().await?;
    let head = json!({
        "lianxin": "backup",
        "format": FORMAT,
        "schema": newest(),
        "made_at": clock::rfc3339(app.clock().now()),
        "keys": keys::fingerprint(app.vault()),
    });
    writeln!(out, "{head}").while_doing(doing())?;
    let mut sums = HashMap::new();
    for table in tables() {
        writeln!(out, "{}", json!({ "table": table.name })).while_doing(doing())?;
        let mut digest = Sha256::new();
        let mut each = |row: Vec<Value>| {
            let line = line(&row);
            digest.update(line.as_bytes());
            writeln!(out, "{line}").while_doing("writing a row")
        };
        let rows = if table.name == SESSIONS { 0 } else { dump::rows(&mut tx, &table, &mut each).await? };
        let sum = Sum { rows, sha256: hex(&digest.finalize()), width: table.columns.len() };
        writeln!(out, "{}", json!({ "end": table.name, "rows": sum.rows, "sha256": sum.sha256 }))
            .while_doing(doing())?;
        sums.insert(table.name, sum);
    }
    for key in lianxin_matters::photos::keys(&mut tx).await? {
        if let Some(bytes) = app.blobs().get(&key).await.while_doing(format!("reading the photo {key}"))? {
            writeln!(out, "{}", json!({ "photo": key, "bytes": STANDARD.encode(&bytes) }))
                .while_doing(doing())?;
        }
    }
    writeln!(out, "{}", json!({ "complete": true })).while_doing(doing())?;
    let file = out.finish().while_doing(doing())?.into_inner().while_doing(doing())?;
    file.sync_all().while_doing(doing())?;
    Ok(sums)
}

/// What is done with a backup's contents while it is read.
trait Sink {
    async fn row(&mut self, table: &Table, row: Vec<Value>) -> Result<()>;
    async fn end_of_table(&mut self) -> Result<()>;
    async fn photo(&mut self, key: &str, bytes: Vec<u8>) -> Result<()>;
}

/// Reads only to compare.
struct Compare;

impl Sink for Compare {
    async fn row(&mut self, _: &Table, _: Vec<Value>) -> Result<()> {
        Ok(())
    }
    async fn end_of_table(&mut self) -> Result<()> {
        Ok(())
    }
    async fn photo(&mut self, _: &str, _: Vec<u8>) -> Result<()> {
        Ok(())
    }
}

/// Reads into an empty database.
struct Load<'a> {
    app: &'a App,
    tx: &'a mut Tx,
    bulk: Option<Bulk>,
}

impl Sink for Load<'_> {
    async fn row(&mut self, table: &Table, row: Vec<Value>) -> Result<()> {
        // Columns that the backup is too old to know get what the schema gives them.
        let columns = table.columns[..row.len()].to_vec();
        let bulk = self.bulk.get_or_insert_with(|| Bulk::of(&Table { columns, ..table.clone() }));
        bulk.push(self.tx, row).await
    }

    async fn end_of_table(&mut self) -> Result<()> {
        match self.bulk.take() {
            Some(bulk) => bulk.finish(self.tx).await,
            None => Ok(()),
        }
    }

    async fn photo(&mut self, key: &str, bytes: Vec<u8>) -> Result<()> {
        self.app.blobs().put(key, bytes).await.while_doing(format!("writing the photo {key}"))
    }
}

/// The head of a backup, and the lines after it.
fn open(path: &Path) -> Result<(Json, Lines<impl BufRead>)> {
    let doing = || format!("reading {}", path.display());
    let broken = |why: &str| Error::failed(doing(), why.to_owned());
    let file = File::open(path).while_doing(doing())?;
    let mut lines = BufReader::new(GzDecoder::new(BufReader::new(file))).lines();
    let head = lines.next().and_then(Result::ok).and_then(|line| serde_json::from_str::<Json>(&line).ok());
    let Some(head) = head else {
        return Err(broken("this is no backup, or is damaged from its first line on: name another one"));
    };
    if head["lianxin"] != "backup" || head["format"] != FORMAT {
        return Err(broken("this is no backup that this program can read"));
    }
    Ok((head, lines))
}

async fn read(path: &Path, sink: &mut impl Sink) -> Result<HashMap<String, Sum>> {
    let doing = || format!("reading {}", path.display());
    let broken = |why: &str| Error::failed(doing(), why.to_owned());
    let (_, lines) = open(path)?;
    let known = tables();
    let mut sums = HashMap::new();
    let mut open: Option<(&Table, Sha256, u64, usize)> = None;
    let mut complete = false;
    for line in lines {
        let line = line.while_doing(doing())?;
        let item: Json = serde_json::from_str(&line).while_doing(doing())?;
        if let Json::Array(cells) = item {
            let Some((table, digest, rows, width)) = &mut open else {
                return Err(broken("a row stands outside a table"));
            };
            if *rows > 0 && *width != cells.len() {
                return Err(broken("a row does not fit its table"));
            }
            digest.update(line.as_bytes());
            (*rows, *width) = (*rows + 1, cells.len());
            sink.row(table, row(table, &cells).ok_or_else(|| broken("a row does not fit its table"))?)
                .await?;
        } else if let Some(name) = item["table"].as_str() {
            let table = known.iter().find(|table| table.name == name);
            let table = table.ok_or_else(|| broken(&format!("this program knows no table {name}")))?;
            open = Some((table, Sha256::new(), 0, table.columns.len()));
        } else if item["end"].is_string() {
            let Some((table, digest, rows, width)) = open.take() else {
                return Err(broken("a table ends twice"));
            };
            let sum = Sum { rows, sha256: hex(&digest.finalize()), width };
            if item["rows"] != sum.rows || item["sha256"] != sum.sha256 {
                return Err(broken(&format!("the table {} is damaged", table.name)));
            }
            sink.end_of_table().await?;
            sums.insert(table.name.clone(), sum);
        } else if let (Some(key), Some(bytes)) = (item["photo"].as_str(), item["bytes"].as_str()) {
            sink.photo(key, STANDARD.decode(bytes).while_doing(doing())?).await?;
        } else if item["complete"] == true {
            complete = true;
        }
    }
    if complete { Ok(sums) } else { Err(broken("it ends too early")) }
}

/// Fills an empty database from a backup, then reads it back and compares.
///
/// # Errors
/// When the keys at hand are not the backup's, the database holds anything, or the two differ. Then nothing
/// was kept.
pub async fn restore(config: &Config, file: &Path) -> Result<()> {
    let (head, _) = open(file)?;
    refuse_newer(&head, file)?;
    keys::refuse_others(&head["keys"], &config.kept_vault()?, &config.key_place())?;
    let db = house::migrated(config).await?;
    refuse_unless_empty(&db).await?;
    let app = house::app(config, db, config.clock(), false)?;
    let mut tx = app.db().write().await?;
    let in_file = read(file, &mut Load { app: &app, tx: &mut tx, bulk: None }).await?;
    for table in tables() {
        let mut digest = Sha256::new();
        let width = in_file.get(&table.name).map_or(table.columns.len(), |sum| sum.width);
        let rows = dump::rows(&mut tx, &table, &mut |row| {
            digest.update(line(&row[..width]).as_bytes());
            Ok(())
        })
        .await?;
        let found = Sum { rows, sha256: hex(&digest.finalize()), width };
        // A table the backup is too old to know is empty after it.
        let expected = in_file.get(&table.name).map_or(0, |sum| sum.rows);
        if in_file.get(&table.name).is_some_and(|sum| *sum != found) || rows != expected {
            return Err(Error::failed(
                "restoring",
                format!("the table {} reads back differently", table.name),
            ));
        }
    }
    fill_in(&mut tx, head["schema"].as_i64().unwrap_or_else(|| schema_of(&in_file))).await?;
    tx.commit().await?;
    let rows: u64 = in_file.values().map(|sum| sum.rows).sum();
    println!("{}: {} tables, {rows} rows restored, read back and compared", file.display(), in_file.len());
    Ok(())
}

/// What a newer program keeps may have no place here, and what this one left out would be lost.
fn refuse_newer(head: &Json, file: &Path) -> Result<()> {
    match head["schema"].as_i64() {
        Some(made) if made > newest() => Err(Error::failed(
            format!("reading {}", file.display()),
            format!(
                "a newer program made it (schema {made}; this one knows {}): restore it with that program, or a newer one",
                newest()
            ),
        )),
        _ => Ok(()),
    }
}

/// The schema of a backup that does not say it: the newest of which it holds every table and column.
fn schema_of(sums: &HashMap<String, Sum>) -> i64 {
    let holds = |table: &Table| sums.get(&table.name).is_some_and(|sum| sum.width >= table.columns.len());
    versions().rev().find(|version| tables_at(*version).iter().all(holds)).unwrap_or_default()
}

async fn refuse_unless_empty(db: &Db) -> Result<()> {
    let mut tx = db.read().await?;
    for table in tables() {
        let mut any = false;
        dump::rows(&mut tx, &table, &mut |_| {
            any = true;
            Err(Error::failed("looking", "one row is enough"))
        })
        .await
        .or_else(|error| if any { Ok(0) } else { Err(error) })?;
        if any {
            return Err(Error::failed(
                "restoring",
                format!("the database is not empty: the table {} holds rows", table.name),
            ));
        }
    }
    Ok(())
}

/// A row as one line of JSON. Numbers with a fraction go as text: JSON readers round them.
fn line(row: &[Value]) -> String {
    let cells = row.iter().map(|value| match value {
        Value::Int(Some(v)) => json!(v),
        Value::Real(Some(v)) => json!(v.to_string()),
        Value::Text(Some(v)) => json!(v),
        Value::Bool(Some(v)) => json!(v),
        Value::Uuid(Some(v)) => json!(v),
        Value::Bytes(Some(v)) => json!(STANDARD.encode(v)),
        _ => Json::Null,
    });
    Json::Array(cells.collect()).to_string()
}

/// A row of the table as it was when the backup was made: columns are only ever added behind the others.
fn row(table: &Table, cells: &[Json]) -> Option<Vec<Value>> {
    if cells.is_empty() || cells.len() > table.columns.len() {
        return None;
    }
    let cell = |((_, kind), cell): (&(String, Kind), &Json)| {
        if cell.is_null() {
            return Some(match kind {
                Kind::Int => Value::Int(None),
                Kind::Real => Value::Real(None),
                Kind::Text => Value::Text(None),
                Kind::Bool => Value::Bool(None),
                Kind::Uuid => Value::Uuid(None),
                Kind::Bytes => Value::Bytes(None),
            });
        }
        Some(match kind {
            Kind::Int => cell.as_i64()?.into(),
            Kind::Real => cell.as_str()?.parse::<f64>().ok()?.into(),
            Kind::Text => cell.as_str()?.into(),
            Kind::Bool => cell.as_bool()?.into(),
            Kind::Uuid => cell.as_str()?.parse::<uuid::Uuid>().ok()?.into(),
            Kind::Bytes => STANDARD.decode(cell.as_str()?).ok()?.into(),
        })
    };
    table.columns.iter().zip(cells).map(cell).collect()
}

/// Bytes as digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
