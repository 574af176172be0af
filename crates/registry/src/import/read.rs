//! Reading division tables row by row.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::str;

use csv::{ByteRecord, Position, Reader, ReaderBuilder};
use tokio::sync::mpsc;

use super::check::{Checker, Found, Reason, Row};
use super::{Batch, ImportError};
use crate::area::AreaKind;

/// How many rows travel together.
const BATCH: usize = 2_000;

/// A division table, opened and its first line read.
pub(super) struct Table {
    /// The level of its rows.
    pub(super) kind: AreaKind,
    /// Its size.
    pub(super) bytes: u64,
    /// Its name without the folders, for messages.
    file: String,
    reader: Reader<BufReader<File>>,
    columns: Columns,
}

#[derive(Clone, Copy)]
struct Columns {
    count: usize,
    code: usize,
    name: usize,
    parent: Option<usize>,
}

/// The column that names the parent, by level: the deepest one present tells the table's level.
const PARENTS: [(&str, AreaKind); 4] = [
    ("streetCode", AreaKind::Village),
    ("areaCode", AreaKind::Town),
    ("cityCode", AreaKind::County),
    ("provinceCode", AreaKind::City),
];

impl Table {
    /// Opens a file and finds out from its first line which level it is of.
    pub(super) fn open(path: &PathBuf) -> Result<Table, ImportError> {
        let unreadable = |source: csv::Error| ImportError::File { file: path.display().to_string(), source };
        let open = File::open(path).map_err(csv::Error::from).map_err(unreadable)?;
        let bytes = open.metadata().map_err(csv::Error::from).map_err(unreadable)?.len();
        let mut reader =
            ReaderBuilder::new().flexible(true).buffer_capacity(1 << 16).from_reader(BufReader::new(open));
        let header = reader.headers().map_err(unreadable)?;
        let at = |name: &str| header.iter().position(|column| column.trim_start_matches('\u{feff}') == name);
        let (Some(code), Some(name)) = (at("code"), at("name")) else {
            return Err(ImportError::Header { file: path.display().to_string() });
        };
        let parent = PARENTS.iter().find_map(|(column, kind)| at(column).map(|at| (at, *kind)));
        let columns = Columns { count: header.len(), code, name, parent: parent.map(|(at, _)| at) };
        let kind = parent.map_or(AreaKind::Province, |(_, kind)| kind);
        let file = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Ok(Table { kind, bytes, file, reader, columns })
    }
}

/// Reads all tables in order, sends what has to be done, and gives back what was found out. After the
/// first wrong row nothing more is sent: it will not be kept.
pub(super) fn all(
    tables: Vec<Table>,
    mut checker: Checker,
    sender: &mpsc::Sender<Batch>,
) -> Result<Found, ImportError> {
    let mut before = 0;
    for mut table in tables {
        one(&mut table, &mut checker, before, sender)?;
        before += table.bytes;
    }
    Ok(checker.found)
}

fn one(
    table: &mut Table,
    checker: &mut Checker,
    before: u64,
    sender: &mpsc::Sender<Batch>,
) -> Result<(), ImportError> {
    let mut record = ByteRecord::new();
    let mut changes = Vec::with_capacity(BATCH);
    let mut read = 0_usize;
    loop {
        let more = table
            .reader
            .read_byte_record(&mut record)
            .map_err(|source| ImportError::File { file: table.file.clone(), source })?;
        if !more || checker.is_full() {
            break;
        }
        let line = record.position().map_or(0, Position::line);
        match fields(&record, table.columns) {
            Ok(row) => changes.extend(checker.row(table.kind, &table.file, line, &row)),
            Err(reason) => checker.wrong(&table.file, line, reason),
        }
        read += 1;
        if read.is_multiple_of(BATCH) {
            send(&mut changes, checker, before + table.reader.position().byte(), sender);
        }
    }
    send(&mut changes, checker, before + table.bytes, sender);
    Ok(())
}

fn fields(record: &ByteRecord, columns: Columns) -> Result<Row<'_>, Reason> {
    if record.len() != columns.count {
        return Err(Reason::Fields(record.len(), columns.count));
    }
    let text = |at: usize| str::from_utf8(&record[at]).map(str::trim).map_err(|_| Reason::NotText);
    Ok(Row {
        code: text(columns.code)?,
        name: text(columns.name)?,
        parent: columns.parent.map(text).transpose()?,
    })
}

fn send(changes: &mut Vec<super::Change>, checker: &Checker, bytes: u64, sender: &mpsc::Sender<Batch>) {
    let mut sent = std::mem::replace(changes, Vec::with_capacity(BATCH));
    if !checker.found.wrong.is_empty() {
        sent.clear();
    }
    // A loader that failed has hung up; its own error is the one to tell.
    let _ = sender.blocking_send(Batch { changes: sent, bytes, rows: checker.found.rows });
}
