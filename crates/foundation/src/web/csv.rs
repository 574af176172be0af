//! Tables as files that a spreadsheet opens as they are: UTF-8 with its mark, RFC 4180, and no cell that
//! could be taken for a formula.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::text::clean;

/// Tells a spreadsheet that the file is UTF-8.
const MARK: &str = "\u{feff}";

/// What a spreadsheet takes for the beginning of a formula, or skips before one.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\n', '＝', '＋', '－', '＠'];

/// A table being written.
pub struct Csv(String);

impl Csv {
    /// A table with these column names.
    pub fn new(columns: &[impl AsRef<str>]) -> Csv {
        let mut table = Csv(MARK.to_owned());
        table.row(columns);
        table
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[impl AsRef<str>]) {
        let cells: Vec<String> = cells.iter().map(|cell| written(cell.as_ref())).collect();
        self.0.push_str(&cells.join(","));
        self.0.push_str("\r\n");
    }

    /// The file's text.
    pub fn text(self) -> String {
        self.0
    }

    /// The file, to be kept under `name`, which is plain ASCII.
    pub fn download(self, name: &str) -> Response {
        let headers = [
            (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        ];
        (headers, self.0).into_response()
    }
}

/// A cell that begins like a formula gets an apostrophe, which makes it plain text; one with a separator, a
/// quote or a line end is quoted.
fn written(cell: &str) -> String {
    let cell = clean(cell);
    let cell = if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell.into_owned() };
    if cell.contains([',', '"', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_data_whatever_they_hold() {
        for (cell, expected) in [
            ("天城镇", "天城镇"),
            ("=1+1", "'=1+1"),
            ("＝1", "'＝1"),
            ("-5", "'-5"),
            ("\t=1", "'\t=1"),
            ("\u{1b}=1", "'=1"),
            ("\r\n=1", "\"'\n=1\""),
            ("一,二", "\"一,二\""),
            ("他说\"好\"", "\"他说\"\"好\"\"\""),
            ("@a,b", "\"'@a,b\""),
            ("红\u{1b}[31m", "红[31m"),
        ] {
            assert_eq!(written(cell), expected, "{cell:?}");
        }
    }

    #[test]
    fn a_table_is_a_mark_a_head_and_rows() {
        let mut table = Csv::new(&["编号", "原话"]);
        table.row(&["=cmd|' /C calc'!A0", "漏水,\n很久了"]);
        assert_eq!(table.text(), "\u{feff}编号,原话\r\n'=cmd|' /C calc'!A0,\"漏水,\n很久了\"\r\n");
    }

    #[test]
    fn a_file_has_a_name() {
        let response = Csv::new(&["a"]).download("matters.csv");
        assert_eq!(response.headers()[CONTENT_TYPE], "text/csv; charset=utf-8");
        assert_eq!(response.headers()[CONTENT_DISPOSITION], "attachment; filename=\"matters.csv\"");
    }
}
