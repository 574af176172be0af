//! The tables of a report as pages and files show them: rows with names, in the order of names or codes.

use lianxin_foundation::every;
use lianxin_foundation::i18n::Words;

use super::counts::{Counts, Indicator};
use super::held::{Held, Sample, cover};
use super::report::{COUNTY, Line, Report};
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

every! {
    /// Every table, in the order of a page.
    Table {
        Area     = "areas",      "figures-by-area";
        Category = "categories", "figures-by-category";
        Unit     = "units",      "figures-by-unit";
        Month    = "months",     "figures-by-month";
    }
}

impl Table {
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
    /// Of which samples only the size may be told.
    pub held: Held,
}

impl Row {
    fn new(key: String, name: String, counts: Counts) -> Row {
        Row { key, name, counts, held: Held::default() }
    }

    /// Whether only the size of a rate's sample may be told.
    pub(super) fn withholds(&self, indicator: Indicator) -> bool {
        self.held.withholds(Sample::of(indicator))
    }
}

/// The rows of a table.
pub(super) fn rows(table: Table, report: &Report, catalogue: &Catalogue, words: &Words) -> Vec<Row> {
    let mut rows = all(table, report, catalogue, words);
    if report.question.scope.is_none() {
        hold_back(table, &mut rows, report);
    }
    rows
}

/// Whether a table tells more than how many came in and were closed. A category's rates are public only on
/// a county's page: set beside those of the places above or below, they would tell what is held back there.
pub(super) fn tells_rates(table: Table, report: &Report) -> bool {
    report.question.scope.is_some() || table != Table::Category || report.depth() == COUNTY
}

/// Marks what the public may not read of a table: see [`super::held`].
fn hold_back(table: Table, rows: &mut [Row], report: &Report) {
    if table != Table::Month {
        return cover(report.held.whole, rows.iter_mut().map(|row| (&row.counts, &mut row.held)));
    }
    let period = report.question.period;
    for (row, held) in rows.iter_mut().zip(&report.held.months) {
        row.held = *held;
    }
    // The months of the period add up to its whole; those before stand for themselves.
    let within = rows.iter_mut().zip(&report.months).filter(|(_, (month, _))| period.first <= *month);
    cover(report.held.whole, within.map(|(row, _)| (&row.counts, &mut row.held)));
}

fn all(table: Table, report: &Report, catalogue: &Catalogue, words: &Words) -> Vec<Row> {
    match table {
        Table::Area => report.areas.iter().map(|line| named(line, words.t("figures-area-rest"))).collect(),
        Table::Category => categories(report, catalogue, words),
        Table::Unit => report.units.iter().map(|line| unit(line, words)).collect(),
        Table::Month => report
            .months
            .iter()
            .map(|(month, counts)| Row::new(month.code(), month.code(), *counts))
            .collect(),
    }
}

fn named(line: &Line<String>, otherwise: String) -> Row {
    let name = if line.name.is_empty() { otherwise } else { line.name.clone() };
    Row::new(line.key.clone(), name, line.counts)
}

fn unit<K: ToString>(line: &Line<Option<K>>, words: &Words) -> Row {
    let key = line.key.as_ref().map(K::to_string).unwrap_or_default();
    let name = if key.is_empty() { words.t("figures-unit-none") } else { line.name.clone() };
    Row::new(key, name, line.counts)
}

/// Of fewer matters than this the public is not told the category below the county.
const FEW: i64 = 3;

/// Categories by code. To the public, what is private below the county and what is rare there is one
/// row: a single such matter in a village would otherwise say whose it is.
fn categories(report: &Report, catalogue: &Catalogue, words: &Words) -> Vec<Row> {
    let row = |line: &Line<String>| {
        Row::new(line.key.clone(), catalogue.name(&line.key, words.language()), line.counts)
    };
    if report.question.scope.is_some() || report.depth() <= COUNTY {
        return report.categories.iter().map(row).collect();
    }
    let private = |line: &Line<String>| catalogue.get(&line.key).is_none_or(|category| category.private);
    let (mut folded, mut told): (Vec<&Line<String>>, Vec<&Line<String>>) =
        report.categories.iter().partition(|line| private(line) || line.counts.received < FEW);
    let received = |lines: &[&Line<String>]| lines.iter().map(|line| line.counts.received).sum::<i64>();
    // One or two in the row of the rest would be told by it just the same.
    while (1..FEW).contains(&received(&folded))
        && let Some(rarest) = (0..told.len()).min_by_key(|at| told[*at].counts.received)
    {
        folded.push(told.remove(rarest));
    }
    let mut rows: Vec<Row> = told.into_iter().map(row).collect();
    if !folded.is_empty() {
        let counts = folded.into_iter().map(|line| &line.counts).collect();
        rows.push(Row::new(String::new(), words.t("figures-category-private"), counts));
    }
    rows
}
