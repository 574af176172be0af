//! The table as a file: an Excel workbook or plain text, its columns found by their headings.

use crate::roster::{heading_key, table};

pub use crate::roster::Unreadable;

use super::Line;

/// At most this many rows come in one table: those of a county and a year, several times over.
pub const MOST_ROWS: usize = 500;

/// The columns, as the template has them.
pub const HEADINGS: [&str; 6] = ["原代码", "新代码", "名称", "变更类型", "日期", "依据"];

/// What else people call them.
const CALLED: [&[&str]; 6] = [
    &["原代码", "旧代码", "原区划代码", "变更前代码", "原代碼", "old"],
    &["新代码", "现代码", "新区划代码", "变更后代码", "并入代码", "新代碼", "new"],
    &["名称", "新名称", "现名称", "变更后名称", "名稱", "name"],
    &["变更类型", "变更情况", "类型", "變更類型", "kind"],
    &["日期", "变更日期", "生效日期", "变更时间", "date"],
    &["依据", "依據", "批复", "文号", "批准文号", "備註", "备注", "reason"],
];

/// What stands above the headings: a title, a unit, a date.
const ABOVE: usize = 10;

/// A table of changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Its rows.
    pub lines: Vec<Line>,
}

impl Table {
    /// Reads a file by its content.
    ///
    /// # Errors
    /// Why it is no such table.
    pub fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
        let rows = table(bytes)?;
        let columns = |cells: &csv::StringRecord| -> [Option<usize>; 6] {
            let keys: Vec<String> = cells.iter().map(heading_key).collect();
            CALLED.map(|names| keys.iter().position(|key| names.iter().any(|name| heading_key(name) == *key)))
        };
        let head = rows.iter().take(ABOVE).position(|row| {
            let found = columns(&row.cells);
            found[3].is_some() && (found[0].is_some() || found[1].is_some())
        });
        let Some(head) = head else { return Err(Unreadable::Headings) };
        let at = columns(&rows[head].cells);
        let lines: Vec<Line> = rows[head + 1..]
            .iter()
            .map(|row| {
                let cell = |at: Option<usize>| at.and_then(|at| row.cells.get(at)).unwrap_or_default();
                Line { line: row.line, cells: at.map(|at| cell(at).trim().to_owned()) }
            })
            .filter(|line| line.cells.iter().any(|cell| !cell.is_empty()))
            .collect();
        match lines.len() {
            0 => Err(Unreadable::Empty),
            1..=MOST_ROWS => Ok(Table { lines }),
            _ => Err(Unreadable::TooLong),
        }
    }

    /// As plain text that [`Table::parse`] reads back: what a form carries from the look to the go.
    pub fn text(&self) -> String {
        serde_json::to_string(&self.lines.iter().map(|line| (line.line, &line.cells)).collect::<Vec<_>>())
            .unwrap_or_default()
    }

    /// Reads what [`Table::text`] wrote.
    pub fn parse(text: &str) -> Option<Table> {
        let rows: Vec<(u32, [String; 6])> = serde_json::from_str(text).ok()?;
        let lines = rows.into_iter().map(|(line, cells)| Line { line, cells });
        Some(Table { lines: lines.take(MOST_ROWS).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_their_headings() {
        let text = "2026年区划代码变更\n序号,变更类型,旧代码,现代码,新名称\n1,合并,421223100001,421223100002,\n,,,,\n";
        let table = Table::read(text.as_bytes()).unwrap();
        assert_eq!((table.lines.len(), table.lines[0].line), (1, 3));
        assert_eq!(table.lines[0].cells, ["421223100001", "421223100002", "", "合并", "", ""]);
        assert_eq!(Table::parse(&table.text()).unwrap(), table);
        assert_eq!(Table::read("姓名,手机\n甲,1\n".as_bytes()).unwrap_err(), Unreadable::Headings);
        assert_eq!(Table::read("变更类型,原代码\n".as_bytes()).unwrap_err(), Unreadable::Empty);
    }
}
