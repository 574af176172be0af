//! Samples of the pages about causes behind many matters.

use askama::Template;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::web::Shell;
use uuid::Uuid;

use super::super::sources::{self, EntryLine, NewPage, Proposed, SourceLine, SourcePage, SourcesPage, drawn};
use super::super::view::{Choice, Errors, Group};
use super::{now, row, tabs};
use crate::sources::flow::{Span, weeks};
use crate::sources::{Kind, MOST_TITLE, Outcome, Source};

/// Sources that stand in every way.
fn each() -> Vec<Source> {
    let open = Source {
        county: "421223".into(),
        id: Uuid::nil(),
        title: "演示：排水管太细".into(),
        words: "演示：一下雨就满".into(),
        category: "drainage".into(),
        area: "421223100".into(),
        path: "42/4212/421223/421223100/".into(),
        unit: Uuid::nil(),
        opened_at: now() - DAY,
        ended_at: None,
        outcome: None,
    };
    let ended = |outcome| Source { ended_at: Some(now()), outcome: Some(outcome), ..open.clone() };
    Outcome::ALL.map(ended).into_iter().chain([open.clone()]).collect()
}

pub(super) fn pages(s: &Shell) -> Vec<String> {
    let line = |source: &Source| SourceLine {
        href: sources::address(source),
        title: source.title.clone(),
        chip: sources::chip(s, source),
        opened: source.opened_at,
        category: "排水".into(),
        place: "天城镇".into(),
        unit: "演示镇城管所".into(),
        linked: 7,
    };
    let list = |sources: Vec<SourceLine>| SourcesPage {
        s: s.clone(),
        tabs: tabs("/sources", sources.is_empty()),
        county: "421223".into(),
        number: "1".into(),
        error: if sources.is_empty() { s.t("source-number-missing") } else { String::new() },
        sources,
    };
    let mut pages = vec![
        list(Vec::new()).render().unwrap(),
        list(each().iter().map(line).collect()).render().unwrap(),
        new(s).render().unwrap(),
    ];
    pages.extend(each().iter().map(|source| one(s, source).render().unwrap()));
    pages
}

fn new(s: &Shell) -> NewPage {
    NewPage {
        s: s.clone(),
        here: "/sources/new/421223/1".into(),
        matter: row(s),
        title: "演示".into(),
        words: "演示".into(),
        areas: vec![Choice::new("421223100", "天城镇", "421223100")],
        units: vec![Group {
            name: s.t("source-unit-has"), choices: vec![Choice::new("1", "演示镇", "1")]
        }],
        most: MOST_TITLE,
        refused: s.t("problem-invalid"),
        errors: Errors::one("title", "要填"),
    }
}

fn one(s: &Shell, source: &Source) -> SourcePage {
    let open = source.ended_at.is_none();
    let span = Span::around(Some(now() - 60 * DAY), now());
    let counted = weeks(span, &[(2, 3)], &[(2, 5), (14, 1)]);
    let entry = |kind: Kind| EntryLine {
        kind: s.t(kind.message()),
        at: now(),
        by: "演示人".into(),
        words: "换了管".into(),
        since: if kind == Kind::Measure { s.day(&now()) } else { String::new() },
        href: if kind == Kind::Measure { "/sources/421223/1?measure=1#flow".into() } else { String::new() },
    };
    SourcePage {
        s: s.clone(),
        here: sources::address(source),
        said: s.t("source-said-note"),
        refused: s.t("source-over"),
        errors: Errors::one("words", "要填"),
        sent: "notes".into(),
        title: source.title.clone(),
        chip: sources::chip(s, source).big(),
        words: source.words.clone(),
        facts: vec![(s.t("source-unit"), "演示镇".into())],
        flow: drawn(s, span, &counted, open),
        entries: [Kind::Note, Kind::Measure, Kind::End, Kind::Again].map(entry).into(),
        linked: if open { vec![row(s)] } else { Vec::new() },
        links: 1,
        proposed: vec![Proposed { row: row(s), why: s.t("source-by-words") }],
        works: true,
        open,
        outcomes: vec![Choice::new("stopped", s.t("source-stopped"), "")],
        today: "2026-11-22".into(),
        kept: "演示".into(),
    }
}
