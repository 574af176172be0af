//! Beside a matter: which units were called to it, who is there, who is late; and the forms for it.

use askama::Template;
use askama::filters::HtmlSafe;
use lianxin_foundation::web::{Shell, Submission, Visitor};
use lianxin_foundation::{Result, Right, Tx};
use lianxin_registry::organisation::store as organisations;

use super::view::{Chip, Choice, Errors, Group, Parts, clock};
use crate::model::{Matter, Party};
use crate::rules::Step;
use crate::whistle::{Call, CallKind, Standing, store};

/// One call as it is shown.
pub(super) struct CallRow {
    pub unit: String,
    pub name: String,
    pub chip: Chip,
    /// Kind, when it was called, by when it is to be there, when it was.
    pub facts: String,
    pub may_arrive: bool,
    pub may_call_off: bool,
}

/// The calls of a matter and what can be done about them here and now.
#[derive(Template)]
#[template(path = "parts/calls.html")]
pub(super) struct Calls {
    pub s: Shell,
    /// The address of the matter.
    pub action: String,
    pub rows: Vec<CallRow>,
    pub may_whistle: bool,
    /// Each kind with its limit in words.
    pub kinds: Vec<Choice>,
    /// Those that answer for such matters first.
    pub units: Vec<Group>,
    /// The words of a call that was refused.
    pub note: String,
    pub looked: bool,
    /// Which form was refused, and why.
    pub sent: String,
    pub errors: Errors,
}

impl HtmlSafe for Calls {}

impl Calls {
    /// What is to be said beside `matter`; `possible` are the steps open to whoever asks as one of `parties`,
    /// `units` all that could be called.
    pub(super) async fn of(
        tx: &mut Tx,
        visitor: &Visitor,
        matter: &Matter,
        (possible, parties, units): (&[Step], &[Party], &[Group]),
        sent: Option<(&str, &Submission)>,
        errors: &Errors,
    ) -> Result<Calls> {
        let s = visitor.shell("");
        let calls = store::of_matter(tx, &matter.county, matter.id).await?;
        let ids: Vec<_> = calls.iter().map(|call| call.unit).collect();
        let names = organisations::names(tx, &ids).await?;
        let mine = visitor.scope(Right::HandleMatters).ok();
        let holds = parties.contains(&Party::Unit) && possible.contains(&Step::Arrive);
        let row = |call: &Call| {
            let own = mine.as_ref().is_some_and(|scope| scope.covers("", &[Some(call.unit)]));
            CallRow {
                unit: call.unit.to_string(),
                name: names.get(&call.unit).cloned().unwrap_or_default(),
                chip: chip(&s, call),
                facts: facts(&s, call),
                may_arrive: call.is_open() && (own || holds),
                may_call_off: call.is_open() && possible.contains(&Step::CallOff),
            }
        };
        let form = sent.filter(|(code, _)| matches!(*code, "whistle" | "arrive" | "call-off"));
        let kept = |field: &str| form.map(|(_, sent)| sent.text(field).to_owned()).unwrap_or_default();
        let ticked = form.map(|(_, sent)| sent.all("units").to_vec()).unwrap_or_default();
        let awaited: Vec<String> =
            calls.iter().filter(|call| call.is_open()).map(|call| call.unit.to_string()).collect();
        let may_whistle = possible.contains(&Step::Whistle);
        Ok(Calls {
            action: format!("/matters/{}/{}", matter.county, matter.id),
            rows: calls.iter().map(row).collect(),
            kinds: if may_whistle { kinds(tx, &s, &matter.county, &kept("kind")).await? } else { Vec::new() },
            units: to_call(units, &awaited, &ticked),
            may_whistle,
            note: kept("note"),
            looked: !kept("looked").is_empty(),
            sent: form.map(|(code, _)| code.to_owned()).unwrap_or_default(),
            errors: if form.is_some() { errors.clone() } else { Errors::default() },
            s,
        })
    }

    /// Whether there is nothing to show.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && !self.may_whistle
    }
}

/// The units that can still be called, with those ticked that were.
fn to_call(units: &[Group], awaited: &[String], ticked: &[String]) -> Vec<Group> {
    let choice = |choice: &Choice| Choice { chosen: ticked.contains(&choice.value), ..choice.clone() };
    let group = |group: &Group| Group {
        name: group.name.clone(),
        choices: group.choices.iter().filter(|choice| !awaited.contains(&choice.value)).map(choice).collect(),
    };
    units.iter().map(group).filter(|group| !group.choices.is_empty()).collect()
}

/// The kinds, each with how long a called unit has in this county.
async fn kinds(tx: &mut Tx, s: &Shell, county: &str, kept: &str) -> Result<Vec<Choice>> {
    let mut kinds = Vec::with_capacity(CallKind::ALL.len());
    for kind in CallKind::ALL {
        let limit = store::limit(tx, county, kind).await?.unwrap_or(kind.built_in());
        let label = s.t2("whistle-kind-limit", "kind", s.t(kind.message()), "span", length(s, limit));
        kinds.push(Choice::new(kind.code(), label, if kept.is_empty() { "daily" } else { kept }));
    }
    Ok(kinds)
}

/// A limit in words: 「1 个工作日」.
pub(super) fn length(s: &Shell, limit: crate::whistle::Limit) -> String {
    super::categories::span(s, limit.kind, limit.minutes)
}

/// How a call stands.
pub(super) fn chip(s: &Shell, call: &Call) -> Chip {
    let late = |at| s.span(&(at - call.due));
    let (class, text) = match call.standing(s.now) {
        Standing::Expected => ("on-time", s.t1("whistle-expected", "span", s.span(&(call.due - s.now)))),
        Standing::Overdue => ("overdue", s.t1("whistle-overdue", "span", late(s.now))),
        Standing::InTime => ("resolved", s.t("whistle-in-time")),
        Standing::Late => {
            ("overdue", s.t1("whistle-late", "span", late(call.arrived_at.unwrap_or(call.due))))
        }
        Standing::LetOff => ("closed", s.t("whistle-let-off")),
        Standing::NeverCame => ("overdue", s.t("whistle-never-came")),
    };
    Chip::new(class, text)
}

/// 「应急 · 11-23 17:30 吹哨 · 18:30 前到场 · 18:10 到场」
pub(super) fn facts(s: &Shell, call: &Call) -> String {
    let mut facts = vec![
        s.t(call.kind.message()),
        s.t1("whistle-called-at", "when", clock(s, call.called_at)),
        s.t1("whistle-due-at", "when", clock(s, call.due)),
    ];
    facts.extend(call.arrived_at.map(|at| s.t1("whistle-arrived-at", "when", clock(s, at))));
    facts.join(" · ")
}
