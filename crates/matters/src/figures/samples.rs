//! Samples of the monthly report; the other pages of figures are rendered over a house's data.

use askama::Template;
use lianxin_foundation::web::Shell;

use super::counts::Indicator;
use super::monthly::{Left, Line, MonthlyPage, RateLine, TableLine, TableOf};
use super::tables::Table;
use super::view::{Number, RateCell};

/// With matters left out of the rates or without, of a month that is over or not.
pub(crate) fn pages(s: &Shell) -> Vec<String> {
    [(true, true), (true, false), (false, true)]
        .map(|(open, left)| monthly(s, open, left).render().unwrap())
        .into()
}

fn number(text: &str) -> Number {
    Number { text: text.into(), href: "/inbox?tab=all".into() }
}

/// Of so many; too few where there are under thirty.
fn rate(n: &str) -> RateCell {
    RateCell {
        hits: number("25"),
        n: number(n),
        share: "86.2".into(),
        interval: "69.4–94.5".into(),
        thin: n.len() < 2,
        held: false,
    }
}

fn monthly(s: &Shell, open: bool, left: bool) -> MonthlyPage {
    let line =
        |before: &str| Line { name: s.t("figures-received"), now: number("1,204"), before: before.into() };
    let rates = |indicator: Indicator| RateLine {
        name: s.t(indicator.message()),
        now: rate("29"),
        before: "25/29".into(),
        without: if left { "86.2% (25/29)".into() } else { String::new() },
    };
    let table = |table: Table| TableOf {
        caption: s.t(table.message()),
        key: s.t(table.key_message()),
        lines: vec![TableLine {
            name: "天城镇".into(),
            received: number("120"),
            closed: number("96"),
            rates: ["0", "8", "96"].into_iter().cycle().take(Indicator::ALL.len()).map(rate).collect(),
            without: vec!["86.2% (25/29)".into(), "3/4".into(), "—".into()],
        }],
    };
    let out = || Left {
        number: "261122-048213".into(),
        href: "/exclusions/421223/1".into(),
        category: "路面".into(),
        proposed: "演示人甲：演示理由".into(),
        decided: "演示人乙：演示理由".into(),
    };
    MonthlyPage {
        s: s.clone(),
        heading: s.t1("monthly-heading", "area", "崇阳县"),
        month: "2026-10".into(),
        code: "2026-10".into(),
        area: "421223".into(),
        earlier: "/staff/figures/monthly?from=2026-09".into(),
        later: if open { String::new() } else { "/staff/figures/monthly?from=2026-11".into() },
        open,
        made: "2026-11-22 08:30".into(),
        lines: vec![line("1,100"), line("")],
        rates: Indicator::ALL.map(rates).into(),
        indicators: Indicator::ALL.map(|indicator| s.t(indicator.message())).into(),
        tables: [Table::Area, Table::Category, Table::Unit].map(table).into(),
        left_out: i64::from(left),
        left: if left { vec![out()] } else { Vec::new() },
        file: "/staff/figures/monthly.xlsx".into(),
    }
}
