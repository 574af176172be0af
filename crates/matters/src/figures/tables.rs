//! The tables of a report as pages and files show them: rows with names, in the order of names or codes.

use lianxin_foundation::i18n::Words;

use super::counts::Counts;
use super::report::{Line, Report};
use crate::category::Catalogue;

/// What a table has a row for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// Each area directly below.
    Area,
    /// Each category.
    Category,
    /// Each unit: staff only.
    Unit,
    /// Each month.
    Month,
}

impl Table {
    pub(super) const ALL: [Table; 4] = [Table::Area, Table::Category, Table::Unit, Table::Month];

    /// The code in addresses and file names.
    pub(super) fn code(self) -> &'static str {
        match self {
            Table::Area => "areas",
            Table::Category => "categories",
            Table::Unit => "units",
            Table::Month => "months",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<Table> {
        Table::ALL.into_iter().find(|table| table.code() == code)
    }

    /// The message id of its caption.
    pub(super) fn message(self) -> &'static str {
        match self {
            Table::Area => "figures-by-area",
            Table::Category => "figures-by-category",
            Table::Unit => "figures-by-unit",
            Table::Month => "figures-by-month",
        }
    }

    /// The message id of its first column.
    pub(super) fn key_message(self) -> &'static str {
        match self {
            Table::Area => "figures-area",
            Table::Category => "figures-category",
            Table::Unit => "figures-unit",
            Table::Month => "figures-month-column",
        }
    }
}

/// A row: its code (empty where it stands for what has none), its name, its counts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub key: String,
    pub name: String,
    pub counts: Counts,
}

/// The rows of a table.
pub(super) fn rows(table: Table, report: &Report, catalogue: &Catalogue, words: &Words) -> Vec<Row> {
    match table {
        Table::Area => report.areas.iter().map(|line| named(line, words.t("figures-area-rest"))).collect(),
        Table::Category => categories(report, catalogue, words),
        Table::Unit => report.units.iter().map(|line| unit(line, words)).collect(),
        Table::Month => report
            .months
            .iter()
            .map(|(month, counts)| Row { key: month.code(), name: month.code(), counts: *counts })
            .collect(),
    }
}

fn named(line: &Line<String>, otherwise: String) -> Row {
    let name = if line.name.is_empty() { otherwise } else { line.name.clone() };
    Row { key: line.key.clone(), name, counts: line.counts }
}

fn unit<K: ToString>(line: &Line<Option<K>>, words: &Words) -> Row {
    let key = line.key.as_ref().map(K::to_string).unwrap_or_default();
    let name = if key.is_empty() { words.t("figures-unit-none") } else { line.name.clone() };
    Row { key, name, counts: line.counts }
}

/// How deep a county lies.
const COUNTY: usize = 3;

/// Categories by code. To the public, what is private below the county is one row: a single such
/// matter in a village would otherwise say whose it is.
fn categories(report: &Report, catalogue: &Catalogue, words: &Words) -> Vec<Row> {
    let hide = report.question.scope.is_none() && report.depth() > COUNTY;
    let is_hidden =
        |line: &&Line<String>| hide && catalogue.get(&line.key).is_none_or(|category| category.private);
    let hidden: Vec<&Line<String>> = report.categories.iter().filter(is_hidden).collect();
    let mut rows: Vec<Row> = report
        .categories
        .iter()
        .filter(|line| !is_hidden(line))
        .map(|line| Row {
            key: line.key.clone(),
            name: catalogue.name(&line.key, words.language()),
            counts: line.counts,
        })
        .collect();
    if !hidden.is_empty() {
        let counts = hidden.into_iter().map(|line| &line.counts).collect();
        rows.push(Row { key: String::new(), name: words.t("figures-category-private"), counts });
    }
    rows
}
