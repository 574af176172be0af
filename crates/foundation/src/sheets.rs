//! Workbooks that people send, read cell by cell within bounds: a kilobyte can name a cell in the last row and the last
//! column, and unpack to more than any machine holds.
//!
//! Only workbooks since Excel 2007 (`.xlsx`, which WPS writes too). The older kind can be read as a whole only, and its
//! cells may lie as far apart: whoever has one saves it anew.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, sink};
use std::sync::{Mutex, PoisonError};

use calamine::{DataRef, Reader, Xlsx};
use jiff::ToSpan;
use jiff::civil::date;

use crate::text::clean;

/// The most bytes that the sheets of a workbook, and everything else in it, unpack to.
const UNPACKED: u64 = 512 * 1024 * 1024;
/// The most that one part unpacks to which is read as a whole, such as the texts that cells share.
const WHOLE_PART: u64 = 128 * 1024 * 1024;
/// The most bytes that all cells hold: thousands may share one long text.
const TEXT: usize = 192 * 1024 * 1024;

/// A workbook takes some hundred megabytes while it is read: one after the other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Why a file is no workbook to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is no workbook, or a broken one.
    Kind,
    /// It is one of the kind before 2007.
    Old,
    /// It holds more than is taken at once.
    TooLong,
    /// No cell of it holds anything.
    Empty,
}

/// How far a sheet is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The most rows; one more is refused.
    pub rows: usize,
    /// The most columns; what stands further right is left out.
    pub columns: usize,
}

/// The rows of a sheet that hold anything, by their numbers from 1: each cell as somebody would have typed it, up to the
/// last that holds anything.
pub type Rows = BTreeMap<u32, Vec<String>>;

/// Whether bytes claim to be a workbook, of either kind.
pub fn is_workbook(bytes: &[u8]) -> bool {
    is_packed(bytes) || is_old(bytes)
}

/// A workbook is a zip file…
fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// … or, before 2007, a compound file.
fn is_old(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xD0\xCF\x11\xE0")
}

/// The first sheet of a workbook that holds anything. Takes its time: not for a thread that others wait for.
///
/// # Errors
/// Why it is not read.
pub fn first_sheet(bytes: &[u8], bounds: Bounds) -> Result<Rows, Unreadable> {
    if is_old(bytes) {
        return Err(Unreadable::Old);
    }
    // Whoever broke off before us left nothing behind.
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    refuse_bomb(bytes)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| Unreadable::Kind)?;
    for name in book.sheet_names() {
        let rows = rows(&mut book, &name, bounds)?;
        if !rows.is_empty() {
            return Ok(rows);
        }
    }
    Err(Unreadable::Empty)
}

/// Unpacks every part of a workbook once, into nothing: what it says of its sizes may be a lie.
fn refuse_bomb(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Kind)?;
    let mut left = UNPACKED;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| Unreadable::Kind)?;
        let streamed = part.name().is_ok_and(|name| name.starts_with("xl/worksheets/"));
        let most = if streamed { left } else { left.min(WHOLE_PART) };
        let unpacked = std::io::copy(&mut part.take(most + 1), &mut sink()).map_err(|_| Unreadable::Kind)?;
        if unpacked > most {
            return Err(Unreadable::TooLong);
        }
        left -= unpacked;
    }
    Ok(())
}

fn rows(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str, bounds: Bounds) -> Result<Rows, Unreadable> {
    // A sheet of nothing but a chart has no cells.
    let Ok(mut cells) = book.worksheet_cells_reader(sheet) else { return Ok(Rows::new()) };
    let (mut rows, mut left) = (Rows::new(), TEXT);
    while let Some(cell) = cells.next_cell().map_err(|_| Unreadable::Kind)? {
        let ((row, column), text) = (cell.get_position(), typed(cell.get_value()));
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if text.trim().is_empty() || column >= bounds.columns {
            continue;
        }
        left = left.checked_sub(text.len()).ok_or(Unreadable::TooLong)?;
        let row: &mut Vec<String> = rows.entry(row.saturating_add(1)).or_default();
        row.resize(row.len().max(column + 1), String::new());
        row[column] = text;
        if rows.len() > bounds.rows {
            return Err(Unreadable::TooLong);
        }
    }
    Ok(rows)
}

/// A cell as somebody would have typed it; days without their midnight.
fn typed(cell: &DataRef) -> String {
    match cell {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::SharedString(text) => plain(text),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => plain(text),
        DataRef::Bool(is) => is.to_string(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::DateTime(at) => day(at.as_f64()),
    }
}

/// A text without the midnight of an ISO moment, which is a day. A cell can hold any character, written as `_x0000_`.
fn plain(text: &str) -> String {
    clean(text.strip_suffix("T00:00:00").unwrap_or(text)).trim().to_owned()
}

/// Excel counts days from 1899-12-30.
fn day(serial: f64) -> String {
    // A sheet's days end with the year 9999, far below what an i32 holds; the cast keeps to its range.
    let days = i64::from(serial.floor() as i32);
    date(1899, 12, 30).checked_add(days.days()).map(|day| day.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::web::{Cell, Workbook};

    const BOUNDS: Bounds = Bounds { rows: 100, columns: 9 };

    /// A workbook of one sheet with these rows, as XML, and these texts that cells share.
    fn book(rows: &str, shared: &str) -> Vec<u8> {
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let lists = "http://schemas.openxmlformats.org/package/2006/relationships";
        let part = |id: &str, kind: &str, at: &str| {
            format!("<Relationship Id=\"{id}\" Type=\"{of}/{kind}\" Target=\"{at}\"/>")
        };
        let list = |parts: &str| format!("<Relationships xmlns=\"{lists}\">{parts}</Relationships>");
        let parts = [
            ("_rels/.rels", list(&part("a", "officeDocument", "xl/workbook.xml"))),
            (
                "xl/_rels/workbook.xml.rels",
                list(
                    &(part("b", "worksheet", "worksheets/sheet1.xml")
                        + &part("c", "sharedStrings", "sharedStrings.xml")),
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns=\"{main}\" xmlns:r=\"{of}\"><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"b\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/worksheets/sheet1.xml",
                format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
            ),
            ("xl/sharedStrings.xml", format!("<sst xmlns=\"{main}\">{shared}</sst>")),
        ];
        let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            packed.start_file(name, SimpleFileOptions::default()).unwrap();
            packed.write_all(text.as_bytes()).unwrap();
        }
        packed.finish().unwrap().into_inner()
    }

    fn text(at: &str, text: &str) -> String {
        format!("<row><c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c></row>")
    }

    #[test]
    fn cells_read_as_somebody_typed_them() {
        let mut book = Workbook::new(0).unwrap();
        book.sheet("空", &[]).unwrap();
        book.sheet("名册", &[("姓名".to_owned(), 8), ("出生".to_owned(), 12), ("户号".to_owned(), 8)])
            .unwrap();
        let born = -652_435_200_000_000; // 1949-04-30 in China
        book.row(&[Cell::Text(" 张伟 ".into()), Cell::Time(Some(born)), Cell::Number(12)]).unwrap();
        let rows = first_sheet(&book.bytes("").unwrap(), BOUNDS).unwrap();
        assert_eq!(rows[&1], ["姓名", "出生", "户号"]);
        assert_eq!(rows[&2], ["张伟", "1949-04-30", "12"]);
    }

    #[test]
    fn cells_as_far_apart_as_a_sheet_is_wide_take_no_memory() {
        let far = book(&(text("A1", "姓名") + &text("XFD1048576", "x")), "");
        assert_eq!(first_sheet(&far, BOUNDS).unwrap().len(), 1, "what stands too far right is left out");
        let deep = book(&(text("B1048576", "x") + &text("A1", "姓名")), "");
        let rows = first_sheet(&deep, BOUNDS).unwrap();
        assert_eq!(rows[&1], ["姓名"]);
        assert_eq!(rows[&1_048_576], ["", "x"]);
    }

    #[test]
    fn no_control_character_comes_in() {
        let rows = first_sheet(&book(&text("A1", "演_x0000__x001B_示\u{fffe}"), ""), BOUNDS).unwrap();
        assert_eq!(rows[&1], ["演示"]);
    }

    #[test]
    fn what_holds_too_much_is_refused() {
        let many: String = (1..=101).map(|row| text(&format!("A{row}"), "x")).collect();
        assert_eq!(first_sheet(&book(&many, ""), BOUNDS), Err(Unreadable::TooLong));
        let long = "长".repeat(1_000_000);
        let shared: String =
            (1..=99).map(|row| format!("<row><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>")).collect();
        assert_eq!(
            first_sheet(&book(&shared, &format!("<si><t>{long}</t></si>")), BOUNDS),
            Err(Unreadable::TooLong),
            "one text, held by each cell"
        );
        let bomb = " ".repeat(usize::try_from(WHOLE_PART).unwrap());
        assert_eq!(first_sheet(&book("", &bomb), BOUNDS), Err(Unreadable::TooLong));
    }

    #[test]
    fn what_is_no_workbook_is_refused() {
        for (bytes, why) in [
            (&b"PK\x03\x04 broken"[..], Unreadable::Kind),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Unreadable::Old),
            (b"", Unreadable::Kind),
        ] {
            assert_eq!(first_sheet(bytes, BOUNDS), Err(why), "{bytes:?}");
        }
        assert_eq!(first_sheet(&book("", ""), BOUNDS), Err(Unreadable::Empty));
    }
}
