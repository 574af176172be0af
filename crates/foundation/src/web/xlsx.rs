//! Tables as Excel workbooks: sheets of text, numbers and times, their heads frozen, and who took them away on every
//! printed page. Rows go to a nameless temporary file as they come, so a long table takes little memory.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook as Book, Worksheet};

use crate::clock::{self, DAY, HOUR, Micros, SECOND};
use crate::error::{Result, While};
use crate::text::clean;

const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const DOING: &str = "writing a workbook";

/// The longest text a cell may hold, in UTF-16 units.
const LONGEST: usize = 32_767;
/// The longest text a page's foot may hold, with the codes around it.
const FOOT: usize = 200;
/// Days from Excel's day 0 to the Unix epoch.
const EPOCH: f64 = 25_569.0;
/// Excel knows no time zones: China standard time, as screens show it.
const CHINA: Micros = 8 * HOUR;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Words. Never a formula, whatever they begin with.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A share between 0 and 1, shown in percent; or nothing.
    Share(Option<f64>),
    /// A moment, or nothing.
    Time(Option<Micros>),
}

impl Cell {
    /// As a file of plain text has it.
    pub fn text(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
            Cell::Share(share) => share.map(|share| format!("{:.1}", share * 100.0)).unwrap_or_default(),
            Cell::Time(at) => {
                at.map(|at| clock::civil(at).strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
            }
        }
    }
}

/// A column: its heading, and its width in characters.
pub type Column = (String, u32);

/// A workbook being written, sheet after sheet.
pub struct Workbook {
    book: Book,
    head: Format,
    time: Format,
    share: Format,
    columns: usize,
    rows: u32,
}

impl Workbook {
    /// A workbook without a sheet, made at `now`.
    ///
    /// # Errors
    /// When writing fails, which the disk alone can cause; so do the others.
    pub fn new(now: Micros) -> Result<Workbook> {
        let mut book = Book::new();
        let made = ExcelDateTime::from_timestamp(now / SECOND).while_doing(DOING)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&made));
        Ok(Workbook {
            book,
            head: Format::new().set_bold(),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
            share: Format::new().set_num_format("0.0%"),
            columns: 0,
            rows: 0,
        })
    }

    /// Begins a sheet with these columns; what follows goes there.
    pub fn sheet(&mut self, name: &str, columns: &[Column]) -> Result<()> {
        self.close()?;
        let sheet = self.book.add_worksheet_with_constant_memory().while_doing(DOING)?;
        sheet.set_name(sheet_name(name)).while_doing(DOING)?;
        sheet.set_freeze_panes(1, 0).while_doing(DOING)?;
        for (at, (heading, width)) in (0_u16..).zip(columns) {
            sheet.set_column_width(at, *width).while_doing(DOING)?;
            sheet.write_string_with_format(0, at, heading, &self.head).while_doing(DOING)?;
        }
        (self.columns, self.rows) = (columns.len(), 1);
        Ok(())
    }

    /// Adds a row to the sheet.
    pub fn row(&mut self, cells: &[Cell]) -> Result<()> {
        let row = self.rows;
        let Some(sheet) = self.book.worksheets_mut().last_mut() else { return Ok(()) };
        for (at, cell) in (0_u16..).zip(cells) {
            let written = match cell {
                Cell::Share(None) | Cell::Time(None) => continue,
                Cell::Text(text) if text.is_empty() => continue,
                Cell::Text(text) => sheet.write_string(row, at, fitting(text, LONGEST)),
                Cell::Number(number) => sheet.write_number(row, at, *number as f64),
                Cell::Share(Some(share)) => sheet.write_number_with_format(row, at, *share, &self.share),
                Cell::Time(Some(moment)) => {
                    sheet.write_number_with_format(row, at, serial(*moment), &self.time)
                }
            };
            written.while_doing(DOING)?;
        }
        self.rows += 1;
        Ok(())
    }

    /// Ends the sheet that is being written: its head filters what stands below.
    fn close(&mut self) -> Result<()> {
        let (columns, rows) = (u16::try_from(self.columns).unwrap_or(u16::MAX), self.rows);
        match self.book.worksheets_mut().last_mut() {
            Some(sheet) if columns > 0 => {
                sheet.autofilter(0, 0, rows.max(1) - 1, columns - 1).map(drop).while_doing(DOING)
            }
            _ => Ok(()),
        }
    }

    /// The file. `mark`, who took it away and when, stands below the rows of the last sheet and on every printed page.
    pub fn bytes(mut self, mark: &str) -> Result<Vec<u8>> {
        self.close()?;
        self.row(&[Cell::Text(mark.to_owned())])?;
        let foot = format!("&L{}&R&P / &N", fitting(mark, FOOT).replace('&', "&&"));
        self.book.worksheets_mut().iter_mut().for_each(|sheet: &mut Worksheet| {
            sheet.set_footer(&foot);
        });
        self.book.save_to_buffer().while_doing(DOING)
    }

    /// The file, to be kept under `name`, which is plain ASCII.
    pub fn download(self, name: &str, mark: &str) -> Result<Response> {
        let headers = [
            (CONTENT_TYPE, KIND.to_owned()),
            (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        ];
        Ok((headers, self.bytes(mark)?).into_response())
    }
}

/// A moment as Excel counts: days since 1899-12-30, in China standard time.
fn serial(at: Micros) -> f64 {
    let local = at + CHINA;
    EPOCH + local.div_euclid(DAY) as f64 + local.rem_euclid(DAY) as f64 / DAY as f64
}

/// Text without what a workbook cannot hold, of at most so many UTF-16 units.
fn fitting(text: &str, most: usize) -> String {
    let mut units = 0;
    let fits = |letter: &char| {
        units += letter.len_utf16();
        units <= most
    };
    clean(text).chars().take_while(fits).collect()
}

/// A sheet's name: at most 31 characters, none of those that name places in a workbook.
fn sheet_name(name: &str) -> String {
    let plain: String = name.chars().filter(|letter| !r"[]:*?/\'".contains(*letter)).collect();
    fitting(&plain, 31)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;

    /// 2026-11-23 08:30 in China.
    const MORNING: Micros = 1_795_393_800_000_000;

    #[test]
    fn a_workbook_holds_what_was_put_in() {
        let mut book = Workbook::new(MORNING).unwrap();
        book.sheet("十月/诉求", &[("编号".to_owned(), 14), ("收到".to_owned(), 18)]).unwrap();
        book.row(&[Cell::Text("=1+1 <b>\u{1b}".into()), Cell::Time(Some(MORNING))]).unwrap();
        book.row(&[Cell::Text(String::new()), Cell::Time(None)]).unwrap();
        book.sheet("率", &[("件".to_owned(), 8), ("率".to_owned(), 8)]).unwrap();
        book.row(&[Cell::Number(40), Cell::Share(Some(0.95))]).unwrap();
        book.row(&[Cell::Number(0), Cell::Share(None)]).unwrap();
        let mut read = Xlsx::new(Cursor::new(book.bytes("演示 & 导出").unwrap())).unwrap();
        assert_eq!(read.sheet_names(), ["十月诉求", "率"]);
        let first = read.worksheet_range("十月诉求").unwrap();
        assert_eq!(first.get((0, 0)), Some(&Data::String("编号".into())));
        assert_eq!(first.get((1, 0)), Some(&Data::String("=1+1 <b>".into())), "words, no formula");
        assert!(
            matches!(first.get((1, 1)), Some(Data::DateTime(at)) if (at.as_f64() - 46_349.354_166_67).abs() < 1e-6)
        );
        let second = read.worksheet_range("率").unwrap();
        assert_eq!(second.get((1, 0)), Some(&Data::Float(40.0)));
        assert_eq!(second.get((1, 1)), Some(&Data::Float(0.95)));
        assert_eq!(second.get((3, 0)), Some(&Data::String("演示 & 导出".into())), "who took it stands below");
        assert!(read.worksheet_formula("十月诉求").unwrap().is_empty());
    }

    #[test]
    fn what_is_too_long_is_cut_and_nothing_breaks() {
        let mut book = Workbook::new(0).unwrap();
        book.sheet(&"长".repeat(50), &[("一".into(), 9)]).unwrap();
        book.row(&[Cell::Text("𠮷".repeat(40_000))]).unwrap();
        let mut read = Xlsx::new(Cursor::new(book.bytes(&"名".repeat(400)).unwrap())).unwrap();
        let name = read.sheet_names()[0].clone();
        assert_eq!(name.chars().count(), 31);
        let sheet = read.worksheet_range(&name).unwrap();
        let Some(Data::String(text)) = sheet.get((1, 0)) else { panic!("the text is there") };
        assert_eq!(text.encode_utf16().count(), LONGEST - 1, "no half of a character");
    }
}
