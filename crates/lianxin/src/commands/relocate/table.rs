//! Reading tables: every wrong cell named by file, line and reason.

use std::fmt::Display;
use std::fs::File;
use std::io::Read;
use std::num::IntErrorKind;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Trim};
use lianxin_foundation::{Error, Result};

/// How many wrong places are told before the rest are counted.
const TOLD: usize = 20;

/// What is wrong in the files, told all together at the end.
#[derive(Default)]
pub struct Wrong {
    lines: Vec<String>,
}

impl Wrong {
    /// Notes one thing.
    pub fn note(&mut self, file: &Path, line: u64, reason: impl Display) {
        self.lines.push(format!("{}:{line}: {reason}", file.display()));
    }

    /// An error that tells all, if there is anything.
    pub fn done(self) -> Result<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let more = self.lines.len().saturating_sub(TOLD);
        let mut text = self.lines[..self.lines.len() - more].join("\n");
        if more > 0 {
            text.push_str(&format!("\n… and {more} more"));
        }
        Err(Error::failed("reading the tables", text))
    }
}

/// A table and the line each of its records stands on.
pub struct Rows<T> {
    /// What was read.
    pub rows: Vec<T>,
    /// By row.
    pub lines: Vec<u64>,
}

/// One record while it is read.
pub struct Cells<'a> {
    record: &'a StringRecord,
    columns: &'a [usize],
    names: &'a [&'a str],
    wrong: Option<String>,
}

impl Cells<'_> {
    /// The text of the column with this place in the list of names.
    pub fn text(&self, column: usize) -> &str {
        self.record.get(self.columns[column]).unwrap_or_default()
    }

    /// A whole number within bounds; the first wrong cell is remembered.
    pub fn number(&mut self, column: usize, least: i64, most: i64) -> i64 {
        whole_number(self.text(column), least, most).unwrap_or_else(|reason| {
            self.refuse(column, reason);
            least
        })
    }

    /// Yes as 1 or true, no as 0 or false.
    pub fn flag(&mut self, column: usize) -> bool {
        let text = self.text(column);
        match text {
            "1" | "true" => return true,
            "0" | "false" => return false,
            _ => {}
        }
        let reason = format!("{text:?} is neither 1 nor 0");
        self.refuse(column, reason);
        false
    }

    /// Remembers that a cell is wrong.
    pub fn refuse(&mut self, column: usize, reason: impl Display) {
        self.wrong.get_or_insert_with(|| format!("{}: {reason}", self.names[column]));
    }
}

/// A whole number within bounds, or why it is none.
pub fn whole_number(text: &str, least: i64, most: i64) -> std::result::Result<i64, String> {
    match text.parse::<i64>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        Ok(number) if number < 0 && least == 0 => Err(format!("{number} is negative")),
        Ok(number) => Err(format!("{number} is not between {least} and {most}")),
        Err(error) => Err(match error.kind() {
            IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => {
                format!("{text} is not between {least} and {most}")
            }
            _ => format!("{text:?} is not a whole number"),
        }),
    }
}

/// Reads a table with a header. Columns are found by their names; others are passed over.
pub fn read<T>(
    file: &Path,
    names: &[&str],
    wrong: &mut Wrong,
    make: impl Fn(&mut Cells<'_>) -> T,
) -> Result<Rows<T>> {
    let source =
        File::open(file).map_err(|error| Error::failed(format!("reading {}", file.display()), error))?;
    read_from(source, file, names, wrong, make)
}

/// Reads a table from a source that comes from `file`.
pub fn read_from<T>(
    source: impl Read,
    file: &Path,
    names: &[&str],
    wrong: &mut Wrong,
    make: impl Fn(&mut Cells<'_>) -> T,
) -> Result<Rows<T>> {
    let failed =
        |cause: &dyn Display| Error::failed(format!("reading {}", file.display()), cause.to_string());
    let mut reader = ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(source);
    let header = reader.headers().map_err(|error| failed(&error))?.clone();
    let mut columns = Vec::with_capacity(names.len());
    for name in names {
        match header.iter().position(|found| found.trim_start_matches('\u{feff}') == *name) {
            Some(column) => columns.push(column),
            None => return Err(failed(&format!("line 1: there is no column {name:?}"))),
        }
    }
    let mut read = Rows { rows: Vec::new(), lines: Vec::new() };
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(read),
            Err(error) => return Err(failed(&error)),
        }
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != header.len() {
            wrong.note(file, line, format!("{} cells where the header has {}", record.len(), header.len()));
            continue;
        }
        let mut cells = Cells { record: &record, columns: &columns, names, wrong: None };
        let row = make(&mut cells);
        match cells.wrong {
            Some(reason) => wrong.note(file, line, reason),
            None => {
                read.rows.push(row);
                read.lines.push(line);
            }
        }
    }
}
