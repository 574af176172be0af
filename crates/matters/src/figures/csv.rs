//! Tables of figures as files.

use axum::response::Response;
use lianxin_foundation::i18n::Words;
use lianxin_foundation::web::Csv;

use super::counts::{CLOSERS, Counts, Indicator, LEVELS, Stretch};
use super::formulas::Rate;
use super::report::Report;
use super::tables::{Row, Table, tells_rates};

/// A file of one table.
pub(super) fn file(table: Table, rows: &[Row], report: &Report, words: &Words) -> Response {
    let question = &report.question;
    let place = if question.area.is_empty() { "all" } else { &question.area };
    let (from, to) = (question.period.first.code(), question.period.last.code());
    let name = format!("figures-{}-{place}-{from}-{to}.csv", table.code());
    filled(table, rows, tells_rates(table, report), words).download(&name)
}

fn filled(table: Table, rows: &[Row], rates: bool, words: &Words) -> Csv {
    let mut head = vec![words.t("figures-code"), words.t(table.key_message())];
    head.extend(heads(table, rates, words));
    let mut csv = Csv::new(&head);
    for row in rows {
        let mut cells = vec![row.key.clone(), row.name.clone()];
        cells.extend(values(table, rates, row));
        csv.row(&cells);
    }
    csv
}

/// The names of the columns after the first two. A month has only what its rates need.
fn heads(table: Table, rates: bool, words: &Words) -> Vec<String> {
    let mut heads = vec![words.t("figures-received"), words.t("figures-closed")];
    if !rates {
        return heads;
    }
    for indicator in Indicator::ALL {
        let name = words.t(indicator.message());
        heads.push(words.t1("figures-csv-hits", "rate", name.as_str()));
        heads.push(words.t1("figures-csv-sample", "rate", name.as_str()));
        heads.push(name.clone());
        heads.push(words.t1("figures-csv-low", "rate", name.as_str()));
        heads.push(words.t1("figures-csv-high", "rate", name.as_str()));
    }
    if table == Table::Month {
        return heads;
    }
    heads.extend(
        ["figures-climbed", "figures-climbs", "figures-reopened", "figures-unsolved"].map(|id| words.t(id)),
    );
    heads.extend(LEVELS.map(|(_, id)| words.t(id)));
    heads.extend(CLOSERS.map(|(_, id)| words.t(id)));
    heads.extend(["figures-withdrawn", "figures-dismissed"].map(|id| words.t(id)));
    heads.extend(
        Stretch::ALL.map(|stretch| words.t1("figures-csv-mean", "stretch", words.t(stretch.message()))),
    );
    heads
}

fn values(table: Table, rates: bool, row: &Row) -> Vec<String> {
    let counts = &row.counts;
    let mut values = vec![counts.received.to_string(), counts.closed.to_string()];
    if !rates {
        return values;
    }
    for indicator in Indicator::ALL {
        values.extend(shares(counts.rate(indicator), row.withholds(indicator)));
    }
    if table == Table::Month {
        return values;
    }
    let more = more(counts);
    // Who closed it, and what was reopened, tells what few of them answered.
    let none = || more.iter().map(|_| String::new()).collect();
    values.extend(if row.held.any() { none() } else { more });
    values
}

fn more(counts: &Counts) -> Vec<String> {
    let mut values = Vec::new();
    values.extend([counts.climbed, counts.climbs, counts.reopened, counts.unsolved].map(|n| n.to_string()));
    values.extend(counts.levels().map(|rate| rate.hits.to_string()));
    values.extend(counts.closers().map(|rate| rate.hits.to_string()));
    values.extend([counts.withdrawn, counts.dismissed].map(|n| n.to_string()));
    values
        .extend(Stretch::ALL.map(|stretch| counts.mean(stretch).map(|n| n.to_string()).unwrap_or_default()));
    values
}

/// Hits, sample, share and the interval's ends in percent; a thin sample leaves the last three empty, one
/// held back all but the sample.
fn shares(rate: Rate, held: bool) -> [String; 5] {
    let percent = |share: f64| format!("{:.1}", share * 100.0);
    let (share, low, high) = match rate.share() {
        Some(share) if !rate.is_thin() && !held => {
            let interval = rate.interval();
            (percent(share), percent(interval.lo), percent(interval.hi))
        }
        _ => Default::default(),
    };
    [if held { String::new() } else { rate.hits.to_string() }, rate.n.to_string(), share, low, high]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thin_sample_has_no_rate() {
        assert_eq!(shares(Rate { hits: 5, n: 7 }, false), ["5", "7", "", "", ""]);
        assert_eq!(shares(Rate { hits: 5, n: 7 }, true), ["", "7", "", "", ""]);
        assert_eq!(shares(Rate { hits: 81, n: 263 }, false), ["81", "263", "30.8", "25.5", "36.6"]);
    }
}
