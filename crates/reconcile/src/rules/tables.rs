//! An office's file as a table: comma-, tab- or semicolon-separated text in UTF-8 or GB 18030, or the first sheet of an
//! Excel workbook. Whatever it was, it is kept as comma-separated text until its columns are known.

use std::borrow::Cow;
use std::io::Cursor;

use calamine::{Data, Reader, open_workbook_auto_from_rs};
use lianxin_foundation::Problem;
use lianxin_linkage::columns::mapped;
use lianxin_linkage::{Kind, Table, TableError};

use crate::model::Field;

/// How many lines of a list are looked at to tell what its columns hold.
const SAMPLE: usize = 500;

/// A file's text.
///
/// # Errors
/// A refusal of the field `file` that says what is wrong with it.
pub fn text_of(bytes: Vec<u8>) -> Result<String, Problem> {
    // A workbook is a zip file, or, before 2007, a compound file.
    let text = if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        sheet(bytes)?
    } else {
        decoded(bytes)?
    };
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

/// The first sheet that holds anything, as comma-separated text.
fn sheet(bytes: Vec<u8>) -> Result<String, Problem> {
    let unreadable = |_| refused("check-file-unreadable");
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(unreadable)?;
    let sheets = book.worksheets();
    let Some((_, range)) = sheets.iter().find(|(_, range)| !range.is_empty()) else {
        return Err(refused("check-file-empty"));
    };
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in range.rows() {
        let written = writer.write_record(row.iter().map(cell));
        written.map_err(|_| refused("check-file-unreadable"))?;
    }
    let bytes = writer.into_inner().map_err(|_| refused("check-file-unreadable"))?;
    String::from_utf8(bytes).map_err(|_| refused("check-file-unreadable"))
}

/// What a cell says, as a person reads it; days without their midnight.
fn cell(data: &Data) -> String {
    match data {
        Data::DateTime(at) => {
            let day = lianxin_foundation::clock::civil(0).date().checked_add(
                // Excel's day 25569 is the Unix epoch's.
                jiff::Span::new().days((at.as_f64().floor() as i64).clamp(0, 2_900_000) - 25_569),
            );
            day.map(|day| day.to_string()).unwrap_or_default()
        }
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        other => other.to_string(),
    }
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
    use lianxin_foundation::error::Kind::Invalid;
    match error {
        TableError::OpenQuote { line } | TableError::TooManyFields { line, .. } => {
            Problem::new(Invalid, "check-file-quote").with("line", line)
        }
        TableError::Empty => refused("check-file-empty"),
    }
}

/// What each column seems to hold, by its heading and its first lines; `None` where that is nothing a list is read for.
pub fn guessed(text: &str) -> Vec<Option<Field>> {
    let Ok((header, rows)) = head(text, SAMPLE) else { return Vec::new() };
    let mut fields = vec![None; header.len()];
    if let Ok(mapping) = mapped([&header, &header], [&rows, &rows], &[]) {
        for found in mapping.fields {
            let field = match found.column.kind {
                Kind::Name => Field::Name,
                Kind::ResidentId => Field::IdNumber,
                Kind::Birth => Field::Birth,
                Kind::Sex => Field::Sex,
                Kind::Phone => Field::Phone,
                Kind::Address => Field::Address,
                Kind::Employer | Kind::Text | Kind::SharedText => continue,
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
