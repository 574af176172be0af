//! An office's file as a table: comma-, tab- or semicolon-separated text in UTF-8 or GB 18030, or the first sheet of an
//! Excel workbook. Whatever it was, it is kept as comma-separated text until its columns are known.

use std::borrow::Cow;

use lianxin_foundation::Problem;
use lianxin_foundation::error::Kind;
use lianxin_foundation::sheets::{self, Bounds, Unreadable};
use lianxin_linkage::columns::mapped;
use lianxin_linkage::{Kind as Holds, Table, TableError};

use crate::model::Field;

/// How many lines of a list are looked at to tell what its columns hold.
const SAMPLE: usize = 500;
/// At most so many lines in one list.
pub const MOST: usize = 100_000;
/// At most so many columns: each is asked about on one page.
const MOST_COLUMNS: usize = 120;
/// A title may stand above the headings.
const ABOVE: usize = 10;

/// A file's text. Takes its time: not for a thread that others wait for.
///
/// # Errors
/// A refusal of the field `file` that says what is wrong with it.
pub fn text_of(bytes: Vec<u8>) -> Result<String, Problem> {
    let text = if sheets::is_workbook(&bytes) { sheet(&bytes)? } else { decoded(bytes)? };
    if text.contains('\0') {
        return Err(refused("check-file-unreadable"));
    }
    Ok(text)
}

fn refused(code: &'static str) -> Problem {
    Problem::invalid().field("file", code)
}

fn decoded(bytes: Vec<u8>) -> Result<String, Problem> {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error.into_bytes(),
    };
    let text = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(&bytes);
    text.map(Cow::into_owned).ok_or_else(|| refused("check-file-unreadable"))
}

/// The first sheet that holds anything, as comma-separated text; a line for each row from its first, so that numbers of
/// lines can be counted on.
fn sheet(bytes: &[u8]) -> Result<String, Problem> {
    let bounds = Bounds { rows: MOST + ABOVE, columns: MOST_COLUMNS + 1 };
    let rows = sheets::first_sheet(bytes, bounds).map_err(|why| match why {
        Unreadable::Kind => refused("check-file-unreadable"),
        Unreadable::Old => refused("check-file-old"),
        Unreadable::TooLong => long(),
        Unreadable::Empty => refused("check-file-empty"),
    })?;
    let width = rows.values().map(Vec::len).max().unwrap_or_default();
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let mut next = rows.keys().next().copied().unwrap_or_default();
    for (line, cells) in &rows {
        let gap = (next..*line).map(|_| &[][..]);
        for row in gap.chain([cells.as_slice()]) {
            let padding = std::iter::repeat_n("", width - row.len());
            let written = writer.write_record(row.iter().map(String::as_str).chain(padding));
            written.map_err(|_| refused("check-file-unreadable"))?;
        }
        next = line + 1;
    }
    let bytes = writer.into_inner().map_err(|_| refused("check-file-unreadable"))?;
    String::from_utf8(bytes).map_err(|_| refused("check-file-unreadable"))
}

/// A list with too many lines.
pub fn long() -> Problem {
    Problem::new(Kind::Invalid, "check-file-long").with("n", MOST)
}

/// The headings of a text's columns, and what its first lines hold; the whole text is looked through.
///
/// # Errors
/// A refusal that says what is wrong, and in which line.
pub fn head(text: &str, lines: usize) -> Result<(Vec<String>, Vec<Vec<String>>), Problem> {
    let mut table = Table::new(text).map_err(|error| said(&error))?;
    let header = table.header().to_vec();
    if header.iter().all(String::is_empty) {
        return Err(refused("check-file-empty"));
    }
    if header.len() > MOST_COLUMNS {
        return Err(Problem::new(Kind::Invalid, "check-file-wide").with("n", MOST_COLUMNS));
    }
    let (mut rows, mut fields) = (Vec::new(), Vec::new());
    loop {
        match table.next_row(&mut fields) {
            // A line with fields too many is read all the same, and named when the list is.
            Ok(Some(_)) | Err(TableError::TooManyFields { .. }) => {}
            Ok(None) => return Ok((header, rows)),
            Err(error) => return Err(said(&error)),
        }
        if rows.len() < lines {
            rows.push(fields.iter().map(|field| field.trim().to_owned()).collect());
        }
    }
}

/// What is wrong with a table, said with the line where that is known.
pub fn said(error: &TableError) -> Problem {
    match error {
        TableError::OpenQuote { line } | TableError::TooManyFields { line, .. } => {
            Problem::new(Kind::Invalid, "check-file-quote").with("line", line)
        }
        TableError::Empty | TableError::NoRows => refused("check-file-empty"),
    }
}

/// What each column seems to hold, by its heading and its first lines; `None` where that is nothing a list is read for.
pub fn guessed(text: &str) -> Vec<Option<Field>> {
    let Ok((header, rows)) = head(text, SAMPLE) else { return Vec::new() };
    let mut fields = vec![None; header.len()];
    if let Ok(mapping) = mapped([&header, &header], [&rows, &rows], &[]) {
        for found in mapping.fields {
            let field = match found.column.kind {
                Holds::Name => Field::Name,
                Holds::ResidentId => Field::IdNumber,
                Holds::Birth => Field::Birth,
                Holds::Sex => Field::Sex,
                Holds::Phone => Field::Phone,
                Holds::Address => Field::Address,
                Holds::Employer | Holds::Text | Holds::SharedText => continue,
            };
            for at in found.a {
                if field == Field::Address || !fields.contains(&Some(field)) {
                    fields[at] = Some(field);
                }
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::web::{Cell, Workbook};

    use super::*;

    #[test]
    fn texts_are_read_in_both_encodings() {
        let text = "姓名,身份证号\n演示甲,11010519491231002X\n";
        assert_eq!(text_of(text.as_bytes().to_vec()).as_deref(), Ok(text));
        let (bytes, _, _) = encoding_rs::GB18030.encode(text);
        assert_eq!(text_of(bytes.into_owned()).as_deref(), Ok(text));
        assert!(text_of(vec![0xff, 0xff, 0xff]).is_err());
        assert!(text_of(b"a\0b".to_vec()).is_err());
    }

    #[test]
    fn a_workbook_is_read_as_its_first_sheet() {
        let mut book = Workbook::new(0).unwrap();
        book.sheet("名单", &[("姓名".into(), 9), ("出生".into(), 9), ("岁".into(), 9)]).unwrap();
        let day = lianxin_foundation::clock::start_of("1949-12-31".parse().unwrap());
        book.row(&[Cell::Text("演示,甲".into()), Cell::Time(Some(day)), Cell::Number(76)]).unwrap();
        let text = text_of(book.bytes("演示").unwrap()).unwrap();
        assert_eq!(text.lines().take(2).collect::<Vec<_>>(), ["姓名,出生,岁", "\"演示,甲\",1949-12-31,76"]);
        assert!(text_of(b"PK\x03\x04 but no workbook".to_vec()).is_err());
        let old = text_of(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec()).unwrap_err();
        assert_eq!(old.fields[0].code, "check-file-old");
    }

    #[test]
    fn rows_left_empty_keep_the_numbers_of_those_below() {
        let mut book = Workbook::new(0).unwrap();
        book.sheet("名单", &[("姓名".into(), 9), ("电话".into(), 9)]).unwrap();
        book.row(&[Cell::Text(String::new())]).unwrap();
        book.row(&[Cell::Text("甲".into())]).unwrap();
        let text = text_of(book.bytes("").unwrap()).unwrap();
        assert_eq!(text.lines().collect::<Vec<_>>(), ["姓名,电话", ",", "甲,"]);
    }

    #[test]
    fn a_list_wider_than_a_page_can_ask_about_is_refused() {
        let wide = |columns: usize| head(&format!("姓名{}\n甲\n", ",列".repeat(columns - 1)), 1);
        assert!(wide(MOST_COLUMNS).is_ok());
        assert_eq!(wide(MOST_COLUMNS + 1).unwrap_err().code, "check-file-wide");
        assert_eq!(wide(1_000_000).unwrap_err().code, "check-file-wide");
    }

    #[test]
    fn columns_are_told_by_heading_and_content() {
        use Field::{Address, Birth, IdNumber, Name, Phone, Sex};
        let text = "序号,姓名,sfzh,性别,出生年月,家庭住址,联系电话,备注\n\
                    1,演示甲,11010519491231002X,女,1949-12-31,天城镇桃溪社区3组,13812345678,无\n";
        let expected =
            [None, Some(Name), Some(IdNumber), Some(Sex), Some(Birth), Some(Address), Some(Phone), None];
        assert_eq!(guessed(text), expected);
        assert_eq!(guessed(""), []);
    }

    #[test]
    fn a_broken_table_is_refused_with_its_line() {
        let wrong = head("姓名,电话\n甲,1\n\"乙,2\n", 9).unwrap_err();
        assert_eq!((wrong.code, wrong.args[0].1.as_str()), ("check-file-quote", "3"));
        assert_eq!(head("", 9).unwrap_err().fields[0].code, "check-file-empty");
        assert_eq!(head(",,\n", 9).unwrap_err().fields[0].code, "check-file-empty");
    }
}
