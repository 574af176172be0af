//! A roster as a table of texts, whatever file it came in: an Excel workbook, or plain text in UTF-8, UTF-16 or
//! GB 18030.

use csv::StringRecord;
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use lianxin_foundation::sheets::{self, Bounds};
use lianxin_foundation::vault::half_width;

use super::fields::{Field, heading_key};

/// At most this many rows come in one file.
pub const MOST_ROWS: usize = 300_000;
/// At most this many columns.
const MOST_COLUMNS: usize = 60;
/// What stands above the headings: a title, a unit, a date.
const ABOVE: usize = 10;

/// Why a file is no roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is neither a workbook nor text.
    Kind,
    /// It is a workbook of the kind before 2007.
    Old,
    /// No heading names people.
    Headings,
    /// It has no row below the headings.
    Empty,
    /// It has more than [`MOST_ROWS`].
    TooLong,
}

impl Unreadable {
    /// The message that says what to do.
    pub fn code(self) -> &'static str {
        match self {
            Unreadable::Kind => "roster-file-kind",
            Unreadable::Old => "roster-file-old",
            Unreadable::Headings => "roster-file-headings",
            Unreadable::Empty => "roster-file-empty",
            Unreadable::TooLong => "roster-file-long",
        }
    }
}

/// A row with the number it has in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// Counted from 1, as the program that shows the file counts.
    pub line: u32,
    /// Its cells.
    pub cells: StringRecord,
}

/// The rows below one line of headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The headings as written.
    pub headings: Vec<String>,
    /// The rows that hold anything.
    pub rows: Vec<SheetRow>,
}

impl Sheet {
    /// Reads a file by its content: its name says too little.
    ///
    /// # Errors
    /// Why it is no roster.
    pub fn read(bytes: &[u8]) -> Result<Sheet, Unreadable> {
        Sheet::below_headings(table(bytes)?)
    }

    /// Finds the headings: the first line of those that name most fields, one of them the name.
    fn below_headings(rows: Vec<SheetRow>) -> Result<Sheet, Unreadable> {
        let known = |row: &SheetRow| {
            let fields: Vec<Field> = row.cells.iter().filter_map(Field::of_heading).collect();
            if fields.contains(&Field::Name) { fields.len() } else { 0 }
        };
        let best = rows.iter().take(ABOVE).enumerate().map(|(at, row)| (known(row), at));
        let Some((_, at)) =
            best.filter(|(count, _)| *count > 0).max_by_key(|(count, at)| (*count, ABOVE - at))
        else {
            return Err(Unreadable::Headings);
        };
        let mut rows = rows.into_iter().skip(at);
        let headings: Vec<String> = rows.next().into_iter().flat_map(|row| texts(&row.cells)).collect();
        let mut rows: Vec<SheetRow> = rows.collect();
        if rows.is_empty() {
            return Err(Unreadable::Empty);
        }
        if rows.len() > MOST_ROWS {
            return Err(Unreadable::TooLong);
        }
        // A line that sums up, or repeats the headings on a new page, is no person.
        let first: Vec<String> = headings.iter().map(|heading| heading_key(heading)).collect();
        rows.retain(|row| {
            let mut same = row.cells.iter().map(heading_key).zip(&first);
            !same.all(|(cell, heading)| cell == *heading)
        });
        Ok(Sheet { headings, rows })
    }

    /// As plain text that [`Sheet::parse`] reads back: what is kept, sealed, until it is in.
    pub fn text(&self) -> String {
        let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        let first = std::iter::once("").chain(self.headings.iter().map(String::as_str));
        let written = out.write_record(first);
        let written = self.rows.iter().fold(written, |written, row| {
            let line = row.line.to_string();
            written.and_then(|()| out.write_record(std::iter::once(line.as_str()).chain(row.cells.iter())))
        });
        debug_assert!(written.is_ok(), "memory takes any record");
        String::from_utf8(out.into_inner().unwrap_or_default()).unwrap_or_default()
    }

    /// Reads what [`Sheet::text`] wrote.
    pub fn parse(text: &str) -> Sheet {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut records = reader.records().map_while(Result::ok);
        let headings = records.next().map(|row| row.iter().skip(1).map(str::to_owned).collect());
        let row = |record: StringRecord| SheetRow {
            line: record.get(0).and_then(|line| line.parse().ok()).unwrap_or_default(),
            cells: record.iter().skip(1).collect(),
        };
        Sheet { headings: headings.unwrap_or_default(), rows: records.map(row).collect() }
    }
}

/// The rows of a file that hold anything, whatever kind of file it is.
pub(crate) fn table(bytes: &[u8]) -> Result<Vec<SheetRow>, Unreadable> {
    if sheets::is_workbook(bytes) { workbook(bytes) } else { plain(bytes) }
}

fn texts(record: &StringRecord) -> Vec<String> {
    record.iter().take(MOST_COLUMNS).map(|cell| cell.trim().to_owned()).collect()
}

/// The first sheet that holds anything.
fn workbook(bytes: &[u8]) -> Result<Vec<SheetRow>, Unreadable> {
    let bounds = Bounds { rows: MOST_ROWS + ABOVE, columns: MOST_COLUMNS };
    let rows = sheets::first_sheet(bytes, bounds).map_err(|why| match why {
        sheets::Unreadable::Kind => Unreadable::Kind,
        sheets::Unreadable::Old => Unreadable::Old,
        sheets::Unreadable::TooLong => Unreadable::TooLong,
        sheets::Unreadable::Empty => Unreadable::Empty,
    })?;
    Ok(rows.into_iter().map(|(line, cells)| SheetRow { line, cells: cells.into() }).collect())
}

fn holds_anything(cells: &StringRecord) -> bool {
    cells.iter().any(|cell| !cell.trim().is_empty())
}

/// Text in whichever of the encodings that offices write.
fn decoded(bytes: &[u8]) -> Result<String, Unreadable> {
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xFE, 0xFF, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => {
                let (text, wrong) = GB18030.decode_without_bom_handling(bytes);
                if wrong {
                    return Err(Unreadable::Kind);
                }
                text.into_owned()
            }
        },
    };
    if text.contains('\0') { Err(Unreadable::Kind) } else { Ok(text) }
}

fn plain(bytes: &[u8]) -> Result<Vec<SheetRow>, Unreadable> {
    // The reader counts a line only at its last character: a `\r\n` would belong to the next one.
    let text = decoded(bytes)?.replace("\r\n", "\n");
    let head: String = text.lines().take(ABOVE).collect();
    let count = |letter: char| head.matches(letter).count();
    let between = [',', '\t', ';'].into_iter().max_by_key(|letter| count(*letter)).unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(between).unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| Unreadable::Kind)?;
        let line = record.position().and_then(|place| u32::try_from(place.line()).ok()).unwrap_or_default();
        if rows.len() > MOST_ROWS + ABOVE {
            return Err(Unreadable::TooLong);
        }
        let cells = record.iter().take(MOST_COLUMNS).map(as_text).collect();
        if holds_anything(&cells) {
            rows.push(SheetRow { line, cells });
        }
    }
    Ok(rows)
}

/// A cell of plain text without the mark that keeps a spreadsheet from counting with it: `'0123`, `="0123"`.
fn as_text(cell: &str) -> &str {
    let cell = cell.trim_matches(|letter: char| letter.is_whitespace() || half_width(letter) == ' ');
    if let Some(inner) = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return inner;
    }
    cell.strip_prefix('\'').unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::web::{Cell, Workbook};

    use super::*;

    fn cells(sheet: &Sheet, at: usize) -> Vec<&str> {
        sheet.rows[at].cells.iter().collect()
    }

    #[test]
    fn text_is_read_in_whichever_encoding() {
        let text = "姓名,身份证号\r\n张伟,'11010519491231002X\r\n";
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked = [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat();
        for bytes in [text.as_bytes().to_vec(), GB18030.encode(text).0.into_owned(), utf16, marked] {
            let sheet = Sheet::read(&bytes).unwrap();
            assert_eq!(sheet.headings, ["姓名", "身份证号"]);
            assert_eq!((sheet.rows[0].line, cells(&sheet, 0)), (2, vec!["张伟", "11010519491231002X"]));
        }
        let tabs = Sheet::read("姓名\t手机\n张伟\t13812345678\n".as_bytes()).unwrap();
        assert_eq!(cells(&tabs, 0), ["张伟", "13812345678"]);
    }

    #[test]
    fn headings_are_found_below_a_title_and_rows_keep_their_numbers() {
        let text = "桃溪社区党员花名册,,\n填表日期：2026年11月,,\n序号,姓 名,手机号码*\n1,张伟,138\n,,\n序号,姓名,手机号码\n2,王芳,139\n";
        let sheet = Sheet::read(text.as_bytes()).unwrap();
        assert_eq!(sheet.headings, ["序号", "姓 名", "手机号码*"]);
        let lines: Vec<u32> = sheet.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [4, 7], "an empty line and repeated headings are nobody");
        assert_eq!(Sheet::parse(&sheet.text()), sheet, "what is kept is what was read");
    }

    #[test]
    fn workbooks_are_read() {
        let mut book = Workbook::new(0).unwrap();
        book.sheet("名册", &[("姓名".to_owned(), 8), ("出生日期".to_owned(), 12), ("户号".to_owned(), 8)])
            .unwrap();
        let born = -652_435_200_000_000; // 1949-04-30 in China
        book.row(&[Cell::Text("张伟".into()), Cell::Time(Some(born)), Cell::Number(12)]).unwrap();
        let sheet = Sheet::read(&book.bytes("演示").unwrap()).unwrap();
        assert_eq!((sheet.rows[0].line, cells(&sheet, 0)), (2, vec!["张伟", "1949-04-30", "12"]));
    }

    #[test]
    fn what_is_no_roster_is_refused() {
        for (bytes, why) in [
            (&b"\xFF\xD8\xFF\xE0\x00\x10JFIF"[..], Unreadable::Kind),
            (b"PK\x03\x04 broken", Unreadable::Kind),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Unreadable::Old),
            ("编号,金额\n1,2\n".as_bytes(), Unreadable::Headings),
            ("姓名,手机\n".as_bytes(), Unreadable::Empty),
            (b"", Unreadable::Headings),
        ] {
            assert_eq!(Sheet::read(bytes).unwrap_err(), why, "{bytes:?}");
        }
    }
}
