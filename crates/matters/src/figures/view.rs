//! A report as templates show it: every number already written out.

use lianxin_foundation::clock::SECOND;
use lianxin_foundation::web::Shell;
use serde_json::json;

use super::counts::{CLOSERS, Counted, Counts, Indicator, LEVELS, Stretch};
use super::formulas::{Rate, apart};
use super::held::Sample;
use super::pages::{ENTERPRISES, RESIDENTS};
use super::period::{Month, Period};
use super::report::Report;
use super::tables::{Row, Table, rows, tells_rates};
use crate::category::Catalogue;
use crate::pages::NO_UNIT;

/// How long a county's code is; those of cities and provinces are shorter.
const COUNTY_CODE: usize = 6;
/// How long a village's code is, whose page is the smallest that is public.
const VILLAGE_CODE: usize = 12;

/// Where links of a page lead: to figures of the same face (public or staff) with something changed.
#[derive(Debug, Clone)]
pub(super) struct Links {
    /// Whether these are the staff's figures.
    pub staff: bool,
    /// Whether numbers open into the inbox: the reader may see matters too.
    pub inbox: bool,
    /// Whether the reader may take tables away as files.
    pub export: bool,
    /// The area's code; empty for everywhere.
    pub area: String,
    /// Which months.
    pub period: Period,
    /// Which rate the tables show.
    pub show: Indicator,
    /// The category's code, or empty.
    pub category: String,
    /// The unit's id, or empty; [`NO_UNIT`] for what no unit has had yet.
    pub unit: String,
    /// What enterprises reported, instead of what residents did.
    pub enterprises: bool,
    /// Only what lies in the area itself and in none below it.
    pub exact: bool,
}

impl Links {
    /// The page itself.
    pub(super) fn here(&self) -> String {
        if self.staff {
            return format!("/staff/figures?{}", self.query(&[("area", &self.area)]));
        }
        let area = if self.area.is_empty() { String::new() } else { format!("/{}", self.area) };
        format!("/figures{area}?{}", self.query(&[]))
    }

    /// A table of it as a file, for those who may take it.
    fn file(&self, table: Table) -> String {
        if !self.export {
            return String::new();
        }
        let base = if self.staff { "/staff/figures.csv" } else { "/figures.csv" };
        format!("{base}?{}", self.query(&[("area", &self.area), ("table", table.code())]))
    }

    /// The matters behind a number: those counted as this, or all received. Staff who may see matters find them in
    /// their inbox; the public sees how the work on them went, of a county and the places in it.
    pub(super) fn matters(&self, counted: Option<Counted>) -> String {
        let (from, to) = (self.period.first.code(), self.period.last.code());
        if !self.staff {
            let open = (COUNTY_CODE..=VILLAGE_CODE).contains(&self.area.len())
                && !self.exact
                && self.category.is_empty()
                && counted.is_none_or(Counted::is_work);
            let counted = counted.map_or_else(String::new, |counted| format!("&counted={}", counted.code()));
            let href = format!("/figures/{}/matters?from={from}&to={to}{counted}", self.area);
            return if open { href } else { String::new() };
        }
        if !self.inbox {
            return String::new();
        }
        let pairs = [
            ("area", self.area.as_str()),
            ("category", &self.category),
            ("from", &from),
            ("to", &to),
            ("responsible", &self.unit),
            ("exact", if self.exact { "yes" } else { "" }),
            ("of", if self.enterprises { ENTERPRISES } else { RESIDENTS }),
            ("counted", counted.map_or("", Counted::code)),
        ];
        let given = pairs.iter().filter(|(_, value)| !value.is_empty());
        given.fold("/inbox?tab=all".to_owned(), |href, (name, value)| format!("{href}&{name}={value}"))
    }

    // Every value is a code, a month or an id that was checked: none needs escaping.
    fn query(&self, first: &[(&str, &str)]) -> String {
        let (from, to) = (self.period.first.code(), self.period.last.code());
        let mut pairs = first.to_vec();
        pairs.extend([
            ("from", from.as_str()),
            ("to", &to),
            ("category", &self.category),
            ("unit", &self.unit),
            ("of", if self.enterprises { ENTERPRISES } else { "" }),
        ]);
        if self.show != Indicator::Solved {
            pairs.push(("show", self.show.code()));
        }
        let given = pairs.iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    fn with(&self, change: impl FnOnce(&mut Links)) -> Links {
        let mut links = self.clone();
        change(&mut links);
        links
    }
}

/// A link that may be where one is.
pub(super) struct Step {
    pub href: String,
    pub label: String,
    pub current: bool,
}

/// A number written out, and where it opens to; empty when nowhere.
pub(super) struct Number {
    pub text: String,
    pub href: String,
}

impl Number {
    fn of(n: i64, counted: Counted, links: &Links) -> Number {
        Number { text: grouped(n), href: links.matters(Some(counted)) }
    }

    /// A number that the public is not told.
    fn held() -> Number {
        Number { text: "—".to_owned(), href: String::new() }
    }
}

/// A rate written out.
pub(super) struct RateCell {
    pub hits: Number,
    pub n: Number,
    /// Percent with one decimal, without its sign.
    pub share: String,
    pub interval: String,
    /// Too small a sample for a share.
    pub thin: bool,
    /// Not even the hits may be told to the public.
    pub held: bool,
}

/// A number at the head of the page.
pub(super) struct Tile {
    pub title: String,
    pub value: String,
    pub unit: String,
    pub sample: String,
    pub change: String,
    pub href: String,
    pub thin: bool,
}

/// A row of a table by area, category or unit.
pub(super) struct TableRow {
    pub name: String,
    pub href: String,
    pub received: String,
    /// Where the number of matters opens to; empty when nowhere.
    pub matters: String,
    pub rate: RateCell,
    pub climbed: Number,
    pub reopened: Number,
    pub resolve: String,
}

/// A table by area, category or unit.
pub(super) struct TableView {
    pub id: &'static str,
    pub caption: String,
    pub key: String,
    pub file: String,
    /// Whether it tells more than how many came in and were closed.
    pub rates: bool,
    /// Rows with enough behind their rate.
    pub rows: Vec<TableRow>,
    /// Rows with too little, set apart.
    pub thin: Vec<TableRow>,
    /// What the intervals can tell apart.
    pub apart: String,
}

/// A share out of a whole, for levels and closers.
pub(super) struct Share {
    pub name: String,
    pub hits: Number,
    rate: Rate,
    /// Only the size of the whole may be told to the public.
    pub held: bool,
}

impl Share {
    pub fn thin(&self) -> bool {
        self.rate.is_thin() || self.held
    }

    pub fn share(&self) -> String {
        self.rate.share().map(percent).unwrap_or_default()
    }

    pub fn interval(&self) -> String {
        interval(self.rate)
    }
}

/// A stretch of the way.
pub(super) struct StretchRow {
    pub name: String,
    pub n: Number,
    pub median: String,
    pub mean: String,
}

/// A month.
pub(super) struct MonthRow {
    pub name: String,
    pub received: Number,
    pub closed: Number,
    pub rates: Vec<RateCell>,
}

/// Fewer than this are not told in public.
const FEWEST_MERGED: i64 = 5;

fn merged(s: &Shell, report: &Report) -> String {
    let told = report.merged >= FEWEST_MERGED || (report.merged > 0 && report.question.scope.is_some());
    if told { s.t1("figures-merged", "n", report.merged) } else { String::new() }
}

/// Everything the body of a page says.
pub(super) struct View {
    /// Whether it is of what enterprises reported.
    pub enterprises: bool,
    pub heading: String,
    pub period: String,
    pub as_of: String,
    /// What was merged and counts once; empty where that is too few to be told.
    pub merged: String,
    pub crumbs: Vec<Step>,
    pub periods: Vec<Step>,
    pub from: String,
    pub to: String,
    pub open: bool,
    pub tiles: Vec<Tile>,
    pub shows: Vec<Step>,
    pub show_name: String,
    pub sample_name: String,
    pub indicators: Vec<String>,
    pub tables: Vec<TableView>,
    pub stretches: Vec<StretchRow>,
    pub levels: Vec<Share>,
    pub settled: String,
    pub closers: Vec<Share>,
    pub closed: String,
    /// How many of those the reporter closed were entered by staff for them; empty when none.
    pub entered: String,
    pub months: Vec<MonthRow>,
    pub months_file: String,
    /// Empty where nothing came in.
    pub flow_chart: String,
    /// Empty where every month is a gap.
    pub rate_chart: String,
}

/// Writes a report out. `linked` says which of the areas above may be opened by this reader.
pub(super) fn view(
    s: &Shell,
    report: &Report,
    catalogue: &Catalogue,
    links: &Links,
    linked: impl Fn(&str) -> bool,
) -> View {
    let tables: &[Table] = if links.staff {
        &[Table::Area, Table::Category, Table::Unit]
    } else {
        &[Table::Area, Table::Category]
    };
    let held = |sample| report.held.whole.withholds(sample);
    // How long it took until few were closed tells whether they answered or let the time run out.
    let tells = |stretch| stretch != Stretch::Closing || !held(Sample::Closed);
    let months = rows(Table::Month, report, catalogue, s);
    View {
        enterprises: links.enterprises,
        heading: heading(s, report),
        period: period_name(s, report.question.period),
        merged: merged(s, report),
        as_of: s.time(&report.as_of),
        crumbs: crumbs(report, links, linked),
        periods: periods(s, links),
        from: links.period.first.code(),
        to: links.period.last.code(),
        open: links.period.is_open(report.as_of),
        tiles: tiles(s, report, links),
        shows: shows(s, links),
        show_name: s.t(links.show.message()),
        sample_name: s.t(links.show.sample_message()),
        indicators: Indicator::ALL.map(|indicator| s.t(indicator.message())).into(),
        tables: tables
            .iter()
            .map(|table| table_view(s, *table, &rows(*table, report, catalogue, s), report, links))
            .filter(|table| !table.rows.is_empty() || !table.thin.is_empty())
            .collect(),
        stretches: Stretch::ALL
            .into_iter()
            .zip(report.medians)
            .map(|(stretch, median)| StretchRow {
                name: s.t(stretch.message()),
                n: Number::of(report.whole.along(stretch).0, stretch.counted(), links),
                median: length(s, median.filter(|_| tells(stretch))),
                mean: length(s, report.whole.mean(stretch).filter(|_| tells(stretch))),
            })
            .collect(),
        levels: shares(s, &LEVELS, &report.whole.levels(), &Counted::LEVELS, held(Sample::Settled), links),
        settled: grouped(report.whole.settled),
        closers: shares(s, &CLOSERS, &report.whole.closers(), &Counted::CLOSERS, held(Sample::Closed), links),
        closed: grouped(report.whole.closed),
        entered: match report.whole.closed_entered {
            0 => String::new(),
            _ if held(Sample::Closed) => String::new(),
            some => grouped(some),
        },
        months: report
            .months
            .iter()
            .zip(&months)
            .map(|((month, _), row)| month_row(s, *month, row, links))
            .collect(),
        months_file: links.file(Table::Month),
        flow_chart: flow_chart(s, report),
        rate_chart: rate_chart(s, report, &months),
    }
}

fn heading(s: &Shell, report: &Report) -> String {
    let area = match report.area_name() {
        "" => s.t("figures-everywhere"),
        name => name.to_owned(),
    };
    s.t1("figures-heading", "area", area)
}

fn month_name(s: &Shell, month: Month) -> String {
    s.t2("figures-month", "year", month.year().to_string(), "month", month.number().to_string())
}

pub(super) fn period_name(s: &Shell, period: Period) -> String {
    let first = month_name(s, period.first);
    if period.first == period.last {
        return first;
    }
    s.t2("figures-period", "from", first, "to", month_name(s, period.last))
}

fn crumbs(report: &Report, links: &Links, linked: impl Fn(&str) -> bool) -> Vec<Step> {
    let mut path = String::new();
    let mut steps = Vec::new();
    for crumb in &report.crumbs {
        path.push_str(&crumb.id);
        path.push('/');
        let href =
            if linked(&path) { links.with(|to| to.area.clone_from(&crumb.id)).here() } else { String::new() };
        steps.push(Step { href, label: crumb.name.clone(), current: crumb.id == report.question.area });
    }
    steps
}

fn periods(s: &Shell, links: &Links) -> Vec<Step> {
    let month = Month::of(s.now);
    let year = Month::parse(&format!("{:04}-01", month.year())).unwrap_or(month);
    [
        ("figures-this-month", month, month),
        ("figures-last-month", month.later(-1), month.later(-1)),
        ("figures-this-year", year, month),
        ("figures-twelve-months", month.later(-11), month),
    ]
    .map(|(message, first, last)| {
        let to = links.with(|to| to.period = Period { first, last });
        Step { href: to.here(), label: s.t(message), current: to.period == links.period }
    })
    .into()
}

fn shows(s: &Shell, links: &Links) -> Vec<Step> {
    Indicator::ALL
        .map(|indicator| Step {
            href: format!("{}#tables", links.with(|to| to.show = indicator).here()),
            label: s.t(indicator.message()),
            current: indicator == links.show,
        })
        .into()
}

fn tiles(s: &Shell, report: &Report, links: &Links) -> Vec<Tile> {
    let than = than(s, links.period, report.as_of);
    let opens = |anchor: &str, counted: Option<Counted>| match links.matters(counted) {
        matters if matters.is_empty() => format!("/figures/method#{anchor}"),
        matters => matters,
    };
    let mut tiles = vec![Tile {
        title: s.t("figures-received"),
        value: grouped(report.whole.received),
        unit: s.t("figures-matters"),
        sample: s.t1("figures-closed-of-them", "n", grouped(report.whole.closed)),
        change: count_change(s, report.whole.received, report.before.received, &than),
        href: opens("received", None),
        thin: false,
    }];
    for indicator in Indicator::ALL {
        let (now, before) = (report.whole.rate(indicator), report.before.rate(indicator));
        let cell = rate_cell(now, indicator, report.held.whole.withholds(Sample::of(indicator)), links);
        let sample = s.t2("figures-of", "hits", cell.hits.text.as_str(), "n", cell.n.text.as_str());
        tiles.push(Tile {
            title: s.t(indicator.message()),
            value: match (cell.held || now.n == 0, cell.thin) {
                (true, _) => "—".to_owned(),
                (_, true) => s.t("figures-thin"),
                _ => cell.share,
            },
            unit: if cell.thin { String::new() } else { "%".to_owned() },
            sample: if now.n == 0 {
                s.t("figures-none-yet")
            } else if cell.held {
                s.t1("figures-held", "n", cell.n.text)
            } else if cell.thin {
                sample
            } else {
                s.t2("figures-sample", "sample", sample, "interval", cell.interval)
            },
            change: if cell.held || report.held.before.withholds(Sample::of(indicator)) {
                String::new()
            } else {
                rate_change(s, now, before, &than)
            },
            href: opens(indicator.code(), Some(indicator.counted().0)),
            thin: cell.thin,
        });
    }
    let resolution = report.medians[2];
    tiles.push(Tile {
        title: s.t("figures-median-resolution"),
        value: length(s, resolution),
        unit: String::new(),
        sample: s.t1("figures-resolved-n", "n", grouped(report.whole.resolved)),
        change: String::new(),
        href: opens("stretches", Some(Stretch::Resolution.counted())),
        thin: resolution.is_none(),
    });
    tiles
}

/// What a period is compared with: 「上月同期」.
fn than(s: &Shell, period: Period, now: i64) -> String {
    match (period.months(), period.is_open(now)) {
        (1, false) => s.t("figures-month-before"),
        (1, true) => s.t("figures-month-before-so-far"),
        (n, false) => s.t1("figures-months-before", "n", n.to_string()),
        (n, true) => s.t1("figures-months-before-so-far", "n", n.to_string()),
    }
}

fn count_change(s: &Shell, now: i64, before: i64, than: &str) -> String {
    match now - before {
        _ if before == 0 => s.t1("figures-none-before", "than", than),
        0 => s.t1("figures-same", "than", than),
        more if more > 0 => s.t2("figures-more", "than", than, "n", grouped(more)),
        less => s.t2("figures-less", "than", than, "n", grouped(-less)),
    }
}

fn rate_change(s: &Shell, now: Rate, before: Rate, than: &str) -> String {
    let (Some(share), Some(then)) = (now.share(), before.share()) else { return String::new() };
    if now.is_thin() || before.is_thin() {
        return s.t1("figures-change-thin", "than", than);
    }
    let points = (share - then) * 100.0;
    let said = format!("{:.1}", points.abs());
    let change = if said == "0.0" {
        s.t1("figures-same", "than", than)
    } else if points > 0.0 {
        s.t2("figures-higher", "than", than, "n", said)
    } else {
        s.t2("figures-lower", "than", than, "n", said)
    };
    if now.interval().overlaps(before.interval()) {
        s.t1("figures-overlapping", "change", change)
    } else {
        change
    }
}

fn table_view(s: &Shell, table: Table, all: &[Row], report: &Report, links: &Links) -> TableView {
    let told = tells_rates(table, report);
    let shown = all.iter().filter(|row| !row.withholds(links.show));
    let rates: Vec<Rate> = shown.map(|row| row.counts.rate(links.show)).collect();
    let (mut rows, mut thin) = (Vec::new(), Vec::new());
    for row in all {
        let shown = table_row(s, table, row, links);
        if told && shown.rate.thin { thin.push(shown) } else { rows.push(shown) }
    }
    let compared = apart(if told { &rates } else { &[] });
    TableView {
        id: table.code(),
        caption: s.t(table.message()),
        key: s.t(table.key_message()),
        file: links.file(table),
        rates: told,
        rows,
        thin,
        apart: match (compared.pairs, compared.apart) {
            (0, _) => String::new(),
            (_, 0) => s.t("figures-apart-none"),
            (pairs, apart) => s.t2("figures-apart", "apart", apart.to_string(), "pairs", pairs.to_string()),
        },
    }
}

/// The deepest area whose public page is more than a handful of matters: a village or community.
pub(super) const DEEPEST_PUBLIC: usize = 5;

/// The same links narrowed to what a row of a table counts.
pub(super) fn narrowed(table: Table, row: &Row, links: &Links) -> Links {
    links.with(|to| match table {
        Table::Area if row.key.is_empty() => to.exact = true,
        Table::Area => to.area.clone_from(&row.key),
        Table::Category => to.category.clone_from(&row.key),
        Table::Unit if row.key.is_empty() => NO_UNIT.clone_into(&mut to.unit),
        Table::Unit => to.unit.clone_from(&row.key),
        Table::Month => {}
    })
}

fn table_row(s: &Shell, table: Table, row: &Row, links: &Links) -> TableRow {
    let to = narrowed(table, row, links);
    // The public's pages are by place only; a row without a code stands for no page.
    let opens = match table {
        Table::Area => links.staff || row.key.len() <= VILLAGE_CODE,
        _ => links.staff,
    };
    let held = row.held.any();
    let told = |number: Number| if held { Number::held() } else { number };
    TableRow {
        name: row.name.clone(),
        href: if opens && !row.key.is_empty() { to.here() } else { String::new() },
        received: grouped(row.counts.received),
        matters: to.matters(None),
        rate: rate_cell(row.counts.rate(links.show), links.show, row.withholds(links.show), &to),
        climbed: told(Number::of(row.counts.climbed, Counted::CLIMBED, &to)),
        reopened: told(Number::of(row.counts.reopened, Counted::REOPENED, &to)),
        resolve: length(s, row.counts.mean(Stretch::Resolution).filter(|_| !held)),
    }
}

fn shares<const N: usize>(
    s: &Shell,
    names: &[(&'static str, &'static str); N],
    rates: &[Rate; N],
    counted: &[Counted; N],
    held: bool,
    links: &Links,
) -> Vec<Share> {
    let share = |at: usize| Share {
        name: s.t(names[at].1),
        hits: if held { Number::held() } else { Number::of(rates[at].hits, counted[at], links) },
        rate: rates[at],
        held,
    };
    (0..N).map(share).collect()
}

fn month_row(s: &Shell, month: Month, row: &Row, links: &Links) -> MonthRow {
    let counts = &row.counts;
    let to = links.with(|to| to.period = Period { first: month, last: month });
    MonthRow {
        name: month_name(s, month),
        received: Number { text: grouped(counts.received), href: to.matters(None) },
        closed: Number::of(counts.closed, Counted::CLOSED, &to),
        rates: Indicator::ALL
            .map(|indicator| rate_cell(counts.rate(indicator), indicator, row.withholds(indicator), &to))
            .into(),
    }
}

fn flow_chart(s: &Shell, report: &Report) -> String {
    if report.months.iter().all(|(_, counts)| counts.received == 0) {
        return String::new();
    }
    let values =
        |count: fn(&Counts) -> i64| report.months.iter().map(|(_, counts)| count(counts)).collect::<Vec<_>>();
    chart(json!({
        "kind": "bar",
        "unit": s.t("figures-matters"),
        "labels": labels(report),
        "series": [
            { "name": s.t("figures-received"), "values": values(|counts| counts.received) },
            { "name": s.t("figures-closed"), "values": values(|counts| counts.closed) },
        ],
    }))
}

fn rate_chart(s: &Shell, report: &Report, months: &[Row]) -> String {
    // A month with too small a sample is a gap: a line through it would invite a comparison.
    let values = |indicator: Indicator| {
        let share = |row: &Row| {
            let rate = row.counts.rate(indicator);
            let told = !rate.is_thin() && !row.withholds(indicator);
            rate.share().filter(|_| told).map(|share| (share * 1000.0).round() / 10.0)
        };
        months.iter().map(share).collect::<Vec<_>>()
    };
    let lines = Indicator::ALL.map(|indicator| (indicator, values(indicator)));
    if lines.iter().all(|(_, values)| values.iter().all(Option::is_none)) {
        return String::new();
    }
    chart(json!({
        "kind": "line",
        "unit": "%",
        "labels": labels(report),
        "series": lines.map(|(indicator, values)| json!({ "name": s.t(indicator.message()), "values": values })),
    }))
}

fn labels(report: &Report) -> Vec<String> {
    report.months.iter().map(|(month, _)| month.code()).collect()
}

/// JSON that may stand in a script element: nothing in it can end the element.
fn chart(data: serde_json::Value) -> String {
    data.to_string().replace('<', "\\u003c")
}

/// A rate written out; `held` where not even the hits may be told.
pub(super) fn rate_cell(rate: Rate, indicator: Indicator, held: bool, links: &Links) -> RateCell {
    let (hits, sample) = indicator.counted();
    RateCell {
        hits: Number::of(rate.hits, hits, links),
        n: Number::of(rate.n, sample, links),
        share: rate.share().map(percent).unwrap_or_default(),
        interval: interval(rate),
        thin: rate.is_thin() || held,
        held,
    }
}

fn interval(rate: Rate) -> String {
    let interval = rate.interval();
    format!("{}–{}", percent(interval.lo), percent(interval.hi))
}

fn percent(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}

/// A length of time in seconds, or a dash.
pub(super) fn length(s: &Shell, seconds: Option<i64>) -> String {
    seconds.map_or_else(|| "—".to_owned(), |seconds| s.span(&(seconds * SECOND)))
}

/// A whole number in groups of three: `1,382`.
pub(super) fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::from(if n < 0 { "−" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_groups_of_three() {
        for (n, text) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-12_345, "−12,345")]
        {
            assert_eq!(grouped(n), text);
        }
    }

    #[test]
    fn a_chart_cannot_end_its_script() {
        assert!(!chart(json!({ "name": "</script><b>" })).contains('<'));
    }

    #[test]
    fn links_keep_everything_but_what_they_change() {
        let month = Month::parse("2026-09").unwrap();
        let links = Links {
            staff: true,
            inbox: true,
            export: true,
            area: "421223".into(),
            period: Period { first: month, last: month.later(1) },
            show: Indicator::Response,
            category: "road-damage".into(),
            unit: String::new(),
            enterprises: false,
            exact: false,
        };
        let query = "from=2026-09&to=2026-10&category=road-damage&show=response";
        assert_eq!(links.here(), format!("/staff/figures?area=421223&{query}"));
        assert_eq!(
            links.matters(None),
            "/inbox?tab=all&area=421223&category=road-damage&from=2026-09&to=2026-10&of=residents"
        );
        let public = Links { staff: false, inbox: false, ..links };
        assert_eq!(public.here(), format!("/figures/421223?{query}"));
        assert_eq!(public.matters(None), "", "by category the public is told numbers alone");
        let public = Links { category: String::new(), ..public };
        assert_eq!(public.matters(None), "/figures/421223/matters?from=2026-09&to=2026-10");
        assert!(public.matters(Counted::from_code("in_time")).ends_with("&counted=in_time"));
        for answer in ["solved", "satisfied", "called_back", "reopened", "closed_time_out", "closed"] {
            assert_eq!(
                public.matters(Counted::from_code(answer)),
                "",
                "{answer} tells what somebody answered"
            );
        }
        assert_eq!(public.with(|to| to.area = "4212".into()).matters(None), "", "above the counties");
    }
}
