//! Samples of the pages about units called to a matter.

use askama::Template;
use lianxin_foundation::clock::{HOUR, MINUTE};
use lianxin_foundation::web::Shell;
use uuid::Uuid;

use super::super::calls::{CallRow, Calls, chip, facts};
use super::super::view::{Choice, Errors, Group};
use super::super::whistles::{ArrivalLine, CallLine, LimitLine, WhistlesPage};
use super::now;
use crate::whistle::arrivals::Arrivals;
use crate::whistle::{Call, CallKind};

/// Calls that stand in every way.
fn each() -> Vec<Call> {
    let call = |due, arrived_at, ended_at| Call {
        county: "421223".into(),
        id: Uuid::nil(),
        matter: Uuid::nil(),
        unit: Uuid::nil(),
        caller: None,
        kind: CallKind::Emergency,
        called_at: now() - 2 * HOUR,
        due,
        arrived_at,
        ended_at,
    };
    let (past, soon) = (now() - HOUR, now() + HOUR);
    vec![
        call(soon, None, None),
        call(past, None, None),
        call(past, Some(past - MINUTE), None),
        call(past, Some(past + MINUTE), None),
        call(soon, None, Some(now())),
        call(past, None, Some(now())),
    ]
}

pub(super) fn calls(s: &Shell) -> Calls {
    let row = |call: &Call| CallRow {
        unit: call.unit.to_string(),
        name: "演示供电所".into(),
        chip: chip(s, call),
        facts: facts(s, call),
        may_arrive: call.is_open(),
        may_call_off: call.is_open(),
    };
    Calls {
        s: s.clone(),
        action: "/matters/421223/1".into(),
        rows: each().iter().map(row).collect(),
        may_whistle: true,
        kinds: CallKind::ALL.map(|kind| Choice::new(kind.code(), s.t(kind.message()), "daily")).into(),
        units: vec![Group {
            name: s.t("act-units-duty"),
            choices: vec![Choice::new("1", "演示消防站", "1")],
        }],
        note: String::new(),
        looked: true,
        sent: "whistle".into(),
        errors: Errors::one("units", "要勾"),
    }
}

pub(super) fn pages(s: &Shell) -> Vec<String> {
    let line = |call: &Call| CallLine {
        unit: "演示供电所".into(),
        chip: chip(s, call),
        facts: facts(s, call),
        title: "演示：路面有坑".into(),
        href: if call.is_open() { "/matters/421223/1#calls".into() } else { String::new() },
        number: "261122-048213".into(),
        place: "天城镇".into(),
    };
    let whistles = |open: bool| WhistlesPage {
        s: s.clone(),
        said: "已改".into(),
        open,
        awaited: 2,
        all: 6,
        calls: if open { each().iter().map(line).collect() } else { Vec::new() },
        previous: "/whistles?page=1".into(),
        next: "/whistles?page=3".into(),
        arrivals: vec![
            ArrivalLine {
                unit: "演示供电所".into(),
                arrivals: Arrivals { called: 3, in_time: 2, late: 1, missing: 0, median: Some(HOUR) },
                median: s.span(&HOUR),
            },
            ArrivalLine {
                unit: "演示消防站".into(),
                arrivals: Arrivals { called: 1, missing: 1, ..Arrivals::default() },
                median: String::new(),
            },
        ],
        county: "421223".into(),
        county_name: "演示县".into(),
        limits: CallKind::ALL.map(|kind| limit(s, kind)).into(),
        may_manage: open,
    };
    vec![whistles(true).render().unwrap(), whistles(false).render().unwrap()]
}

fn limit(s: &Shell, kind: CallKind) -> LimitLine {
    let span = super::super::calls::length(s, kind.built_in());
    LimitLine {
        code: kind.code(),
        name: s.t(kind.message()),
        now: span.clone(),
        built_in: span,
        differs: kind == CallKind::Tough,
        basis: s.t(kind.basis()),
        typed: "1".into(),
        units: vec![Choice::new("hours", s.t("limit-in-hours"), "hours")],
        working: true,
        reason: String::new(),
        errors: Errors::one("minutes", "要填"),
    }
}
