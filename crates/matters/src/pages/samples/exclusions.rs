//! Samples of the pages about unreasonable demands.

use askama::Template;
use lianxin_foundation::clock::{DAY, HOUR};
use lianxin_foundation::web::Shell;
use uuid::Uuid;

use super::super::exclusions::{self, ExclusionLine, ExclusionPage, ExclusionsPage};
use super::super::view::Errors;
use super::{now, row, tabs};
use crate::exclusions::{Exclusion, Said, State};

/// One that stands so, with what was said until then.
fn exclusion(state: State) -> Exclusion {
    let said = |name: &str, ago| Said { name: name.into(), at: now() - ago, reason: "演示理由".into() };
    Exclusion {
        county: "421223".into(),
        id: Uuid::nil(),
        matter: Uuid::nil(),
        state,
        proposed_by: Uuid::nil(),
        proposed: said("演示人甲", DAY),
        decided: (state != State::Proposed).then(|| said("演示人乙", HOUR)),
        lifted: (state == State::Lifted).then(|| said("演示人乙", 0)),
    }
}

pub(super) fn pages(s: &Shell) -> Vec<String> {
    let line = |state: State| ExclusionLine {
        href: "/exclusions/421223/1".into(),
        chip: exclusions::chip(s, state),
        row: row(s),
        proposed: now() - DAY,
    };
    let list = |open: bool, states: &[State]| ExclusionsPage {
        s: s.clone(),
        tabs: tabs("/exclusions", open),
        lines: states.iter().copied().map(line).collect(),
    };
    let mut pages = vec![
        list(true, &[]).render().unwrap(),
        list(false, &State::ALL).render().unwrap(),
        one(s, None, false).render().unwrap(),
    ];
    let each = State::ALL.into_iter().flat_map(|state| [(state, false), (state, true)]);
    pages.extend(each.map(|(state, own)| one(s, Some(state), own).render().unwrap()));
    pages
}

/// A matter nobody proposed to leave out, or whose newest proposal stands so.
fn one(s: &Shell, state: Option<State>, own: bool) -> ExclusionPage {
    let said = state.map(exclusion);
    ExclusionPage {
        s: s.clone(),
        here: "/exclusions/421223/1".into(),
        said: s.t("exclusion-said-propose"),
        refused: s.t("problem-invalid"),
        errors: Errors::one("reason", "要填"),
        kept: "演示".into(),
        chip: state.map(|state| exclusions::chip(s, state).big()),
        row: row(s),
        words: said.iter().flat_map(|said| exclusions::words(s, said)).collect(),
        may_propose: !state.is_some_and(State::stands),
        may_decide: state == Some(State::Proposed),
        own: own && state == Some(State::Proposed),
        may_lift: state == Some(State::Confirmed),
    }
}
