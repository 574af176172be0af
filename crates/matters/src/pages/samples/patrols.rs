//! Patrols that stand in every way, the form that plans them, one with everything.

use askama::Template;
use lianxin_foundation::clock::{DAY, start_of_day};
use lianxin_foundation::web::Shell;
use uuid::Uuid;

use super::super::patrols::{self, Below, NewPage, PatrolLine, PatrolPage, PatrolsPage};
use super::super::view::{Choice, Errors, Group};
use super::{now, row, tabs};
use crate::patrols::{Every, Noted, Outcome, Patrol};

fn each() -> Vec<Patrol> {
    let open = Patrol {
        county: "421223".into(),
        id: Uuid::nil(),
        round: Uuid::nil(),
        area: "421223100001".into(),
        path: "42/4212/421223/421223100/421223100001/".into(),
        place: "演示：水库大坝".into(),
        look: "演示：坝面有没有渗水".into(),
        due: start_of_day(now()),
        planned_at: now() - DAY,
        planned_by: "演示派单员".into(),
        noted: None,
    };
    let noted = |outcome| Noted {
        outcome,
        words: (outcome == Outcome::Missed).then(|| "演示：路断了".into()),
        entry: Uuid::nil(),
        at: now(),
        seen_at: now() - DAY / 24,
        by: "演示网格员".into(),
        matter: (outcome == Outcome::Found).then(Uuid::nil),
    };
    let over = Outcome::ALL.map(|outcome| Patrol { noted: Some(noted(outcome)), ..open.clone() });
    let other =
        [start_of_day(now()) - DAY, start_of_day(now()) + DAY].map(|due| Patrol { due, ..open.clone() });
    over.into_iter().chain(other).chain([open]).collect()
}

pub(super) fn pages(s: &Shell) -> Vec<String> {
    let line = |patrol: &Patrol| PatrolLine {
        href: patrols::address(patrol),
        place: patrol.place.clone(),
        look: patrol.look.clone(),
        chip: patrols::chip(s, patrol),
        day: s.day(&patrol.due),
        area: "天城镇".into(),
        by: patrol.noted.as_ref().map(|noted| noted.by.clone()).unwrap_or_default(),
    };
    let list = |patrols: Vec<PatrolLine>| PatrolsPage {
        s: s.clone(),
        tabs: tabs("/patrols", patrols.is_empty()),
        plan: if patrols.is_empty() { String::new() } else { "/patrols/new/421223".into() },
        patrols,
    };
    let mut pages = vec![
        list(Vec::new()).render().unwrap(),
        list(each().iter().map(line).collect()).render().unwrap(),
        new(s, false).render().unwrap(),
        new(s, true).render().unwrap(),
    ];
    for patrol in each() {
        pages.extend(["", "fine", "found", "missed"].map(|sent| one(s, &patrol, sent).render().unwrap()));
    }
    pages
}

fn new(s: &Shell, small: bool) -> NewPage {
    NewPage {
        s: s.clone(),
        here: "/patrols/new/421223100001".into(),
        area: "演示村".into(),
        up: if small { "/patrols/new/421223100".into() } else { String::new() },
        below: vec![Below { href: "/patrols/new/421223100001-01".into(), name: "演示网格".into() }],
        small,
        place: "演示".into(),
        look: "演示".into(),
        first: "2026-11-22".into(),
        last: "2026-12-20".into(),
        today: "2026-11-22".into(),
        rhythms: Every::ALL.map(|every| Choice::new(every.code(), s.t(every.message()), "week")).into(),
        refused: s.t("problem-invalid"),
        errors: Errors::one("place", "要填"),
    }
}

fn one(s: &Shell, patrol: &Patrol, sent: &str) -> PatrolPage {
    PatrolPage {
        s: s.clone(),
        here: patrols::address(patrol),
        said: s.t("patrol-said-note"),
        refused: if sent.is_empty() { String::new() } else { s.t("patrol-noted-now") },
        errors: Errors::one("words", "要填"),
        sent: sent.into(),
        kept: "演示".into(),
        place: patrol.place.clone(),
        look: patrol.look.clone(),
        chip: patrols::chip(s, patrol).big(),
        facts: vec![(s.t("patrol-day"), s.day(&patrol.due))],
        words: patrol.noted.as_ref().and_then(|noted| noted.words.clone()).unwrap_or_default(),
        matter: patrol.noted.as_ref().and_then(|noted| noted.matter).map(|_| row(s)),
        may_note: patrol.noted.is_none(),
        may_call_off: patrol.noted.is_none(),
        categories: vec![Group { name: "演示".into(), choices: vec![Choice::new("1", "演示", "")] }],
        entry: Uuid::nil().to_string(),
    }
}
