//! Tables as files that a spreadsheet opens as they are.

/// Tells a spreadsheet that the file is UTF-8.
const MARK: &str = "\u{feff}";

/// A table in RFC 4180 form.
pub(super) struct Table(String);

impl Table {
    /// A table with these column names.
    pub(super) fn new(columns: &[String]) -> Table {
        let mut table = Table(MARK.to_owned());
        table.row(columns);
        table
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: &[String]) {
        let cells: Vec<String> = cells.iter().map(|cell| quoted(&harmless(cell))).collect();
        self.0.push_str(&cells.join(","));
        self.0.push_str("\r\n");
    }

    /// The file.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// A spreadsheet runs a cell that begins like a formula; an apostrophe makes it plain text.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_data_whatever_they_hold() {
        let mut table = Table::new(&["编号".to_owned(), "原话".to_owned()]);
        table.row(&["=cmd|' /C calc'!A0".to_owned(), "他说\"漏水\",\n很久了".to_owned()]);
        assert_eq!(
            table.finish(),
            "\u{feff}编号,原话\r\n'=cmd|' /C calc'!A0,\"他说\"\"漏水\"\",\n很久了\"\r\n"
        );
    }
}
