//! Reading tables: every wrong cell named by file, line and reason.

use std::fmt::Display;
use std::num::IntErrorKind;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Trim};
use lianxin_foundation::{Error, Result};

use crate::commands::link::text;

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
    record: &'a [&'a str],
    columns: &'a [usize],
    names: &'a [&'a str],
    wrong: Option<String>,
}

impl Cells<'_> {
    /// The text of the column with this place in the list of names.
    pub fn text(&self, column: usize) -> &str {
        self.record.get(self.columns[column]).copied().unwrap_or_default()
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

/// Reads a table with a header, in UTF-8 or GB 18030. Columns are found by their names; others are passed over.
pub fn read<T>(
    file: &Path,
    names: &[&str],
    wrong: &mut Wrong,
    make: impl Fn(&mut Cells<'_>) -> T,
) -> Result<Rows<T>> {
    let text = text(file).map_err(|error| Error::failed("reading the tables", error))?;
    read_from(text.as_bytes(), file, names, wrong, make)
}

/// Reads a table from the bytes of `file`.
pub fn read_from<T>(
    source: &[u8],
    file: &Path,
    names: &[&str],
    wrong: &mut Wrong,
    make: impl Fn(&mut Cells<'_>) -> T,
) -> Result<Rows<T>> {
    let failed =
        |cause: &dyn Display| Error::failed(format!("reading {}", file.display()), cause.to_string());
    let mut columns: Option<Vec<usize>> = None;
    let mut width = 0;
    let mut read = Rows { rows: Vec::new(), lines: Vec::new() };
    records(source, |line, record| {
        let Some(columns) = &columns else {
            let find = |name: &&str| {
                let place = record.iter().position(|found| found.trim_start_matches('\u{feff}') == *name);
                place.ok_or_else(|| format!("line {line}: there is no column {name:?}"))
            };
            width = record.len();
            columns = Some(names.iter().map(find).collect::<std::result::Result<_, String>>()?);
            return Ok(());
        };
        if record.len() != width {
            wrong.note(file, line, format!("{} cells where the header has {width}", record.len()));
            return Ok(());
        }
        let mut cells = Cells { record, columns, names, wrong: None };
        let row = make(&mut cells);
        match cells.wrong {
            Some(reason) => wrong.note(file, line, reason),
            None => {
                read.rows.push(row);
                read.lines.push(line);
            }
        }
        Ok(())
    })
    .map_err(|cause| failed(&cause))?;
    match (columns, names.first()) {
        (None, Some(name)) => Err(failed(&format!("line 1: there is no column {name:?}"))),
        _ => Ok(read),
    }
}

/// Gives every record to `take` with the line it begins on, its cells without spaces around them. Blank lines are none.
fn records(
    source: &[u8],
    mut take: impl FnMut(u64, &[&str]) -> std::result::Result<(), String>,
) -> std::result::Result<(), String> {
    // Most tables quote nothing: then a line is a record, and its commas are all there is to find.
    if let Ok(text) = std::str::from_utf8(source)
        && !text.contains('"')
        && text.match_indices('\r').all(|(at, _)| source.get(at + 1) == Some(&b'\n'))
    {
        let mut cells: Vec<&str> = Vec::new();
        for (line, record) in (1..).zip(text.lines()).filter(|(_, record)| !record.is_empty()) {
            cells.clear();
            cells.extend(record.split(',').map(str::trim));
            take(line, &cells)?;
        }
        return Ok(());
    }
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).from_reader(source);
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| error.to_string())? {
        let line = record.position().map_or(0, csv::Position::line);
        take(line, &record.iter().collect::<Vec<_>>())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(source: &[u8]) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        let take = |_, record: &[&str]| {
            found.push(record.iter().map(|cell| cell.trim_start_matches('\u{feff}').to_owned()).collect());
            Ok(())
        };
        records(source, take).unwrap();
        found
    }

    #[test]
    fn tables_are_read_as_programs_write_them() {
        let plain = [vec!["id".to_owned(), "x".to_owned()], vec!["甲 1".to_owned(), String::new()]];
        for text in [
            "id,x\n甲 1,\n",
            "\u{feff}id,x\r\n甲 1,\r\n",
            "\n id , x\n\n 甲 1 ,",
            "\"id\",x\n\"甲 1\",\"\"\n",
            "\u{feff}\"id\",\"x\"\r\n甲 1,\r\n",
            "id,x\r甲 1,\r",
        ] {
            assert_eq!(all(text.as_bytes()), plain, "{text:?}");
        }
        assert_eq!(all(b"a\n\"1,\"\"2\"\n"), [["a"], ["1,\"2"]]);
        assert!(all(b"").is_empty());
    }

    proptest! {
        /// A quoted cell at the end has the other reader read the same lines.
        #[test]
        fn both_readers_read_the_same(lines in prop::collection::vec("[a-c ,甲\t]{0,6}", 0..6), crlf in any::<bool>()) {
            let end = if crlf { "\r\n" } else { "\n" };
            let text: String = lines.iter().flat_map(|line| [line.as_str(), end]).collect();
            let mut slow = all(format!("{text}\"\"").as_bytes());
            slow.pop();
            prop_assert_eq!(all(text.as_bytes()), slow);
        }
    }
}
