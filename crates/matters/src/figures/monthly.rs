//! 月报: one month of a place on paper and as a workbook, computed from the same sums as every other page of figures,
//! with what two people left out of the rates counted beside. Nothing of it is typed.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::response::Response;
use lianxin_foundation::error::Problem;
use lianxin_foundation::scope::{Right, Scope};
use lianxin_foundation::web::{self, Cell, Shell, Visitor, Workbook};
use lianxin_foundation::{Micros, Result};
use lianxin_registry::area::ancestors;

use super::action::TakeFigures;
use super::counts::{Counted, Counts, Indicator, Stretch};
use super::formulas::Rate;
use super::pages::{Asked, links};
use super::period::Month;
use super::report::{COUNTY, Cache, Question, Report};
use super::tables::{Row, Table, rows};
use super::view::{Links, Number, RateCell, grouped, length, period_name, rate_cell};
use crate::Matters;
use crate::exclusions::{Exclusion, store as exclusions};
use crate::model::Matter;

/// A number of the month beside that of the month before.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) now: Number,
    pub(super) before: String,
}

/// A rate of the month: of everything, the month before, and without what was left out.
pub(super) struct RateLine {
    pub(super) name: String,
    pub(super) now: RateCell,
    pub(super) before: String,
    pub(super) without: String,
}

/// A place, a category or a unit.
pub(super) struct TableLine {
    pub(super) name: String,
    pub(super) received: Number,
    pub(super) closed: Number,
    pub(super) rates: Vec<RateCell>,
    /// The rates without what was left out of this row; none where nothing was.
    pub(super) without: Vec<String>,
}

/// A table by place, category or unit.
pub(super) struct TableOf {
    pub(super) caption: String,
    pub(super) key: String,
    pub(super) lines: Vec<TableLine>,
}

/// A matter that was left out.
pub(super) struct Left {
    pub(super) number: String,
    pub(super) href: String,
    pub(super) category: String,
    pub(super) proposed: String,
    pub(super) decided: String,
}

/// A number of the report: its message, what it opens into, and where it stands among the counts.
type Told = (&'static str, Option<Counted>, fn(&Counts) -> i64);

#[derive(Template)]
#[template(path = "figures_monthly.html")]
pub(super) struct MonthlyPage {
    pub(super) s: Shell,
    pub(super) heading: String,
    pub(super) month: String,
    /// The month's code, as the form has it.
    pub(super) code: String,
    pub(super) area: String,
    pub(super) earlier: String,
    pub(super) later: String,
    pub(super) open: bool,
    pub(super) made: String,
    pub(super) lines: Vec<Line>,
    pub(super) rates: Vec<RateLine>,
    pub(super) indicators: Vec<String>,
    pub(super) tables: Vec<TableOf>,
    /// How many are left out, and those of them that the reader may see.
    pub(super) left_out: i64,
    pub(super) left: Vec<Left>,
    pub(super) file: String,
}

/// A month's figures, and what two people left out of them.
struct Monthly {
    report: Arc<Report>,
    left: Vec<(Exclusion, Matter)>,
    links: Links,
}

impl Monthly {
    /// What a reader asks for, within their scope.
    async fn of(
        visitor: &Visitor,
        matters: &Matters,
        cache: &Cache,
        asked: &Asked,
    ) -> Result<(Monthly, Question)> {
        let scope = visitor.scope(Right::SeeFigures)?;
        // The last month that is over, unless another is named; a month is one month.
        let month = if asked.from.trim().is_empty() {
            Month::of(visitor.now).later(-1).code()
        } else {
            asked.from.clone()
        };
        let one = Asked { from: month.clone(), to: month, ..asked.clone() };
        let question = one.of_staff(scope.clone(), &matters.catalogue, visitor.now)?;
        let question = question.ok_or_else(Problem::not_found)?;
        let question = Question { category: None, unit: None, ..question };
        let report = cache.report(&visitor.app, &question).await?;
        let mut tx = visitor.app.db().read().await?;
        let (from, to) = (question.period.start(), question.period.end());
        let left = exclusions::left_out(&mut tx, &scope, &report.path(), from, to).await?;
        drop(tx);
        let who = visitor.signed_in()?;
        let links = Links {
            inbox: who.scope(Right::SeeMatters, visitor.now).covers(&report.path(), &[]),
            export: who.scope(Right::Export, visitor.now).covers(&report.path(), &[]),
            ..links(&report, Indicator::Solved)
        };
        Ok((Monthly { report, left, links }, question))
    }

    /// What the matters count that were left out.
    fn out(&self) -> Counts {
        let counts: Vec<Counts> = self.left.iter().map(|(_, matter)| Counts::of(matter)).collect();
        counts.iter().collect()
    }

    /// What the matters of one row count that were left out; `None` where none was.
    fn out_of(&self, table: Table, row: &Row, rows: &[Row]) -> Option<Counts> {
        let depth = self.report.depth();
        let left = self.left.iter().map(|(_, matter)| matter);
        let counts: Vec<Counts> =
            left.filter(|matter| belongs(table, row, rows, matter, depth)).map(Counts::of).collect();
        if counts.is_empty() { None } else { Some(counts.iter().collect()) }
    }

    fn at(&self, month: Month) -> String {
        format!("/staff/figures/monthly?area={}&from={}", self.links.area, month.code())
    }

    /// How many of each kind, in the order a report tells them.
    fn numbers(&self) -> [Told; 6] {
        [
            ("figures-received", None, |counts| counts.received),
            ("figures-closed", Some(Counted::CLOSED), |counts| counts.closed),
            ("figures-stretch-response", Some(Stretch::Response.counted()), |counts| counts.responded),
            ("figures-stretch-resolution", Some(Stretch::Resolution.counted()), |counts| counts.resolved),
            ("figures-climbed", Some(Counted::CLIMBED), |counts| counts.climbed),
            ("figures-reopened", Some(Counted::REOPENED), |counts| counts.reopened),
        ]
    }
}

/// Whether a matter is one of those a row counts, in a report of an area `depth` deep.
fn belongs(table: Table, row: &Row, rows: &[Row], matter: &Matter, depth: usize) -> bool {
    match table {
        Table::Area => match ancestors(&matter.path).get(depth) {
            Some(child) if row.key.is_empty() => !rows.iter().any(|other| other.key == *child),
            child => child.copied().unwrap_or_default() == row.key,
        },
        Table::Category => matter.category == row.key,
        Table::Unit => {
            matter.first_unit.or(matter.unit).map(|unit| unit.to_string()).unwrap_or_default() == row.key
        }
        // The left out are those of one month; the table tells of twelve.
        Table::Month => false,
    }
}

/// `86.2% (25/29)`; only the numbers where they are too few.
fn said(rate: Rate) -> String {
    match rate.share() {
        Some(share) if !rate.is_thin() => format!("{:.1}% ({}/{})", share * 100.0, rate.hits, rate.n),
        Some(_) => format!("{}/{}", rate.hits, rate.n),
        None => "—".to_owned(),
    }
}

/// `GET /staff/figures/monthly`: a month as a page, to be printed or kept as PDF by the browser.
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Extension(cache): Extension<Cache>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (monthly, question) = Monthly::of(&visitor, &matters, &cache, &asked).await?;
    let (report, links) = (&monthly.report, &monthly.links);
    let s = visitor.shell(visitor.words.t("monthly-title"));
    let month = question.period.first;
    let number = |(id, counted, count): &(&'static str, Option<Counted>, fn(&Counts) -> i64)| Line {
        name: s.t(id),
        now: Number { text: grouped(count(&report.whole)), href: links.matters(*counted) },
        // What came before is compared by rates and by what came in; the rest was not counted for it.
        before: if counted.is_none() { grouped(report.before.received) } else { String::new() },
    };
    let mut lines: Vec<Line> = monthly.numbers().iter().map(number).collect();
    lines.push(Line {
        name: s.t("figures-median-resolution"),
        now: Number { text: length(&s, report.medians[2]), href: String::new() },
        before: String::new(),
    });
    let without = report.whole.less(&monthly.out());
    let rate = |indicator: Indicator| RateLine {
        name: s.t(indicator.message()),
        now: rate_cell(report.whole.rate(indicator), indicator, false, links),
        before: said(report.before.rate(indicator)),
        without: if monthly.left.is_empty() { String::new() } else { said(without.rate(indicator)) },
    };
    let seen = visitor.scope(Right::SeeMatters).ok();
    let file = if links.export {
        format!("/staff/figures/monthly.xlsx?area={}&from={}", links.area, month.code())
    } else {
        String::new()
    };
    web::html(&MonthlyPage {
        heading: s.t1("monthly-heading", "area", report.area_name()),
        month: period_name(&s, question.period),
        code: month.code(),
        area: links.area.clone(),
        earlier: monthly.at(month.later(-1)),
        later: if month < Month::of(visitor.now) { monthly.at(month.later(1)) } else { String::new() },
        open: question.period.is_open(report.as_of),
        made: s.time(&report.as_of),
        lines,
        rates: Indicator::ALL.map(rate).into(),
        indicators: Indicator::ALL.map(|indicator| s.t(indicator.message())).into(),
        tables: tables(&s, &matters, &monthly),
        left_out: i64::try_from(monthly.left.len()).unwrap_or(i64::MAX),
        left: seen.map(|seen| left(&s, &matters, &seen, &monthly.left)).unwrap_or_default(),
        file,
        s,
    })
}

/// The tables by place, category and unit that have rows.
fn tables(s: &Shell, matters: &Matters, monthly: &Monthly) -> Vec<TableOf> {
    let (report, links) = (&monthly.report, &monthly.links);
    let table = |table: Table| {
        let all = rows(table, report, &matters.catalogue, s);
        let line = |row: &Row| {
            let out = monthly.out_of(table, row, &all);
            let to = super::view::narrowed(table, row, links);
            TableLine {
                name: row.name.clone(),
                received: Number { text: grouped(row.counts.received), href: to.matters(None) },
                closed: Number { text: grouped(row.counts.closed), href: to.matters(Some(Counted::CLOSED)) },
                rates: Indicator::ALL
                    .map(|indicator| rate_cell(row.counts.rate(indicator), indicator, false, &to))
                    .into(),
                without: out.iter().flat_map(|out| rates_of(&row.counts.less(out))).collect(),
            }
        };
        TableOf {
            caption: s.t(table.message()),
            key: s.t(table.key_message()),
            lines: all.iter().filter(|row| row.counts.received > 0).map(line).collect(),
        }
    };
    let all = [Table::Area, Table::Category, Table::Unit].map(table);
    all.into_iter().filter(|table| !table.lines.is_empty()).collect()
}

/// Every rate of what is left.
fn rates_of(counts: &Counts) -> [String; 3] {
    Indicator::ALL.map(|indicator| said(counts.rate(indicator)))
}

/// Those left out that the reader may see, with what both people said.
fn left(s: &Shell, matters: &Matters, seen: &Scope, all: &[(Exclusion, Matter)]) -> Vec<Left> {
    let line = |(exclusion, matter): &(Exclusion, Matter)| {
        let word = |said: &crate::exclusions::Said| format!("{}{}{}", said.name, s.t("colon"), said.reason);
        Left {
            number: matter.number.clone(),
            href: format!("/exclusions/{}/{}", matter.county, matter.id),
            category: matters.catalogue.name(&matter.category, s.language()),
            proposed: word(&exclusion.proposed),
            decided: exclusion.decided.as_ref().map(word).unwrap_or_default(),
        }
    };
    let covered = |matter: &Matter| seen.covers(&matter.path, &[matter.unit, matter.first_unit]);
    all.iter().filter(|(_, matter)| covered(matter)).map(line).collect()
}

/// `GET /staff/figures/monthly.xlsx`: the same numbers as a workbook, for those whose posts let them take lists away.
pub(super) async fn file(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Extension(cache): Extension<Cache>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let export = visitor.scope(Right::Export)?;
    visitor.from_within()?;
    let (monthly, question) = Monthly::of(&visitor, &matters, &cache, &asked).await?;
    // Who may take lists of one place away may see figures of others.
    export.require(&monthly.report.path(), &[])?;
    let take = TakeFigures { question: &question, table: "monthly" };
    visitor.app.act(visitor.signed_in()?, &take).await?;
    let s = visitor.shell("");
    let book = workbook(&s, &matters, &monthly, visitor.now)?;
    let name = visitor.who.as_ref().map(|who| who.name.as_str()).unwrap_or_default();
    let mark = s.t2("export-mark", "name", name, "time", s.time(&visitor.now));
    let place = if question.area.is_empty() { "all" } else { &question.area };
    book.download(&format!("monthly-{place}-{}.xlsx", question.period.first.code()), &mark)
}

fn workbook(s: &Shell, matters: &Matters, monthly: &Monthly, now: Micros) -> Result<Workbook> {
    let report = &monthly.report;
    let mut book = Workbook::new(now)?;
    book.sheet(&s.t("monthly-numbers"), &[(s.t("monthly-what"), 28), (s.t("monthly-now"), 12)])?;
    for (id, _, count) in monthly.numbers() {
        book.row(&[Cell::Text(s.t(id)), Cell::Number(count(&report.whole))])?;
    }
    let heads = [
        "monthly-what",
        "monthly-which",
        "monthly-hits",
        "monthly-of",
        "monthly-share",
        "monthly-low",
        "monthly-high",
    ];
    book.sheet(&s.t("monthly-rates"), &heads.map(|id| (s.t(id), 16)))?;
    let without = report.whole.less(&monthly.out());
    for indicator in Indicator::ALL {
        for (which, counts) in [
            ("monthly-now", &report.whole),
            ("monthly-before", &report.before),
            ("monthly-without", &without),
        ] {
            let mut cells = vec![Cell::Text(s.t(indicator.message())), Cell::Text(s.t(which))];
            cells.extend(shares(counts.rate(indicator)));
            book.row(&cells)?;
        }
    }
    for table in [Table::Area, Table::Category, Table::Unit, Table::Month] {
        if table == Table::Unit && report.depth() < COUNTY {
            continue;
        }
        let mut heads =
            vec![(s.t(table.key_message()), 24), (s.t("figures-received"), 10), (s.t("figures-closed"), 10)];
        for indicator in Indicator::ALL {
            let name = s.t(indicator.message());
            heads.push((s.t1("figures-csv-hits", "rate", name.as_str()), 12));
            heads.push((s.t1("figures-csv-sample", "rate", name.as_str()), 12));
            heads.push((name.clone(), 10));
            heads.push((s.t1("figures-csv-low", "rate", name.as_str()), 10));
            heads.push((s.t1("figures-csv-high", "rate", name.as_str()), 10));
        }
        // What was left out is that of the month itself, not of the eleven before.
        let corrected = table != Table::Month && !monthly.left.is_empty();
        if corrected {
            let name =
                |indicator: Indicator| format!("{} · {}", s.t(indicator.message()), s.t("monthly-without"));
            heads.extend(Indicator::ALL.map(|indicator| (name(indicator), 18)));
        }
        book.sheet(&s.t(table.message()), &heads)?;
        let all = rows(table, report, &matters.catalogue, s);
        for row in &all {
            let counts = &row.counts;
            let mut cells = vec![
                Cell::Text(row.name.clone()),
                Cell::Number(counts.received),
                Cell::Number(counts.closed),
            ];
            cells.extend(Indicator::ALL.into_iter().flat_map(|indicator| shares(counts.rate(indicator))));
            if corrected {
                let rest = monthly.out_of(table, row, &all).map_or(*counts, |out| counts.less(&out));
                cells.extend(rates_of(&rest).map(Cell::Text));
            }
            book.row(&cells)?;
        }
    }
    book.sheet(&s.t("exclusions-title"), &[(s.t("monthly-what"), 28), (s.t("monthly-now"), 12)])?;
    let left = i64::try_from(monthly.left.len()).unwrap_or(i64::MAX);
    book.row(&[Cell::Text(s.t("monthly-left-out")), Cell::Number(left)])?;
    Ok(book)
}

/// Hits, sample, share and the ends of its interval; the last three are left out of a sample too small for them.
fn shares(rate: Rate) -> [Cell; 5] {
    let told = rate.share().filter(|_| !rate.is_thin());
    let interval = rate.interval();
    [
        Cell::Number(rate.hits),
        Cell::Number(rate.n),
        Cell::Share(told),
        Cell::Share(told.map(|_| interval.lo)),
        Cell::Share(told.map(|_| interval.hi)),
    ]
}
