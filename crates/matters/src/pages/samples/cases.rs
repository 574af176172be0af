//! Samples of the pages about units called to a matter, and about mediation on it.

use askama::Template;
use lianxin_foundation::clock::{HOUR, MINUTE};
use lianxin_foundation::web::Shell;
use uuid::Uuid;

use super::super::calls::{CallRow, Calls, chip, facts};
use super::super::disputes::{
    self, DisputeLine, DisputePage, DisputesPage, FilePage, SessionLine, TakerLine,
};
use super::super::view::{Chip, Choice, Errors, Group};
use super::super::whistles::{ArrivalLine, CallLine, LimitLine, WhistlesPage};
use super::{now, row, tabs};
use crate::disputes::{Dispute, Form, Outcome, Part};
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
        tabs: tabs("/whistles", open),
        calls: if open { each().iter().map(line).collect() } else { Vec::new() },
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
    let mut pages = vec![whistles(true).render().unwrap(), whistles(false).render().unwrap()];
    pages.extend(mediation(s));
    pages
}

/// Disputes that stand in every way.
fn every_dispute() -> Vec<Dispute> {
    let open = Dispute {
        county: "421223".into(),
        id: Uuid::nil(),
        matter: Uuid::nil(),
        sealed_about: Vec::new(),
        opened_at: now() - HOUR,
        due: now() + HOUR,
        ended_at: None,
        outcome: None,
        form: None,
        agreed_at: None,
        sealed_terms: None,
        confirm_by: None,
        confirmed_at: None,
        confirm_note: None,
    };
    let ended = |outcome| Dispute { ended_at: Some(now()), outcome: Some(outcome), ..open.clone() };
    let agreed = Dispute {
        form: Some(Form::Written),
        agreed_at: Some(now()),
        confirm_by: Some(now() + HOUR),
        ..ended(Outcome::Agreed)
    };
    vec![
        open.clone(),
        Dispute { due: now() - HOUR, ..open.clone() },
        agreed.clone(),
        Dispute { confirmed_at: Some(now()), confirm_note: Some("演示法院".into()), ..agreed },
        ended(Outcome::Failed),
        ended(Outcome::Dropped),
    ]
}

fn mediation(s: &Shell) -> Vec<String> {
    let line = |dispute: &Dispute| DisputeLine {
        href: disputes::address(dispute),
        chip: disputes::chip(s, dispute),
        opened: dispute.opened_at,
        row: row(s),
    };
    let list = |disputes: Vec<DisputeLine>| DisputesPage {
        s: s.clone(),
        tabs: tabs("/disputes", disputes.is_empty()),
        disputes,
        may_enter: true,
    };
    let mut pages = vec![
        list(Vec::new()).render().unwrap(),
        list(every_dispute().iter().map(line).collect()).render().unwrap(),
    ];
    pages.extend(every_dispute().iter().flat_map(|dispute| [one(s, dispute), paper(s, dispute)]));
    pages
}

fn takers(s: &Shell) -> Vec<TakerLine> {
    let taker = |part: &Part| TakerLine {
        id: part.code().into(),
        part: s.t(part.message()),
        name: "演示业委会".into(),
        phone: "138****0006".into(),
    };
    Part::ALL.iter().map(taker).collect()
}

fn sessions(s: &Shell) -> Vec<SessionLine> {
    let came = ["dispute-came", "dispute-did-not-come", "dispute-invited"];
    let session = |message: &str, may_record| SessionLine {
        id: "1".into(),
        when: s.time(&now()),
        place: "演示社区".into(),
        chip: Chip::new("on-time", s.t(message)),
        invited: came.map(|id| ("1".into(), "演示业委会".into(), s.t(id))).into(),
        record: "谈了停车".into(),
        may_record,
        may_invite: !may_record,
    };
    vec![session("dispute-held", false), session("dispute-to-come", false), session("dispute-to-note", true)]
}

fn one(s: &Shell, dispute: &Dispute) -> String {
    let open = dispute.ended_at.is_none();
    let page = DisputePage {
        s: s.clone(),
        here: disputes::address(dispute),
        said: s.t("dispute-said-party"),
        refused: s.t("dispute-over"),
        errors: Errors::one("name", "要填"),
        sent: "parties".into(),
        chip: disputes::chip(s, dispute).big(),
        matter: row(s),
        about: "停车位".into(),
        facts: disputes::facts(s, dispute),
        law: disputes::law(s, dispute),
        terms: if open { String::new() } else { "各让一步".into() },
        takers: takers(s),
        sessions: sessions(s),
        mediates: true,
        open,
        may_confirm: !open,
        parts: Part::ALL.map(|part| Choice::new(part.code(), s.t(part.message()), "side")).into(),
        organisations: vec![Choice::new("1", "演示物业", "")],
        forms: Form::ALL.map(|form| Choice::new(form.code(), s.t(form.message()), "oral")).into(),
        now: "2026-11-22T08:30".into(),
    };
    page.render().unwrap()
}

fn paper(s: &Shell, dispute: &Dispute) -> String {
    let page = FilePage {
        s: s.clone(),
        back: disputes::address(dispute),
        number: "261122-048213".into(),
        chip: disputes::chip(s, dispute),
        unit: "演示社区".into(),
        about: "停车位".into(),
        takers: takers(s),
        sessions: sessions(s),
        facts: disputes::facts(s, dispute),
        terms_title: s.t("dispute-terms"),
        terms: "各让一步".into(),
        law: disputes::law(s, dispute),
        made: s.time(&now()),
    };
    page.render().unwrap()
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
