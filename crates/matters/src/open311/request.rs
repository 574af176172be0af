//! One request as a stranger may see it.
//!
//! Nothing personal is here to be shown: sealed fields are not even read. A private matter is on no list.
//! Whoever has its number, such as the program that filed it, can follow its state and when it came in;
//! numbers can be tried out, so there is nothing else: no service, no agency, no words, no place.

use lianxin_foundation::i18n::Words;
use serde_json::Value as Json;

use super::node::Node;
use super::promise::promise;
use crate::category::{Attribute, Category};
use crate::model::{Party, Status};
use crate::rules::Step;
use crate::rules::clock::Limits;
use crate::store::open311::{OpenEvent, OpenMatter};

/// What belongs to a matter beside its own row.
pub(super) struct Known<'k> {
    /// Its category, unless that is gone.
    pub(super) category: Option<&'k Category>,
    /// The limits it runs by.
    pub(super) limits: Option<Limits>,
    /// The name of the unit that has it.
    pub(super) unit: Option<&'k str>,
    /// What happened, in order.
    pub(super) events: &'k [OpenEvent],
}

/// The matter as the protocol has it; with the extension fields if asked for.
pub(super) fn request(matter: &OpenMatter, known: &Known<'_>, words: &Words, extended: bool) -> Node {
    let public = !matter.sealed && known.category.is_some_and(|category| !category.private);
    let if_public = |node: Node| if public { node } else { Node::Empty };
    let last_word = known.events.iter().rev().find_map(said);
    let mut fields = vec![
        ("service_request_id", matter.number.as_str().into()),
        ("status", if is_closed(matter) { "closed" } else { "open" }.into()),
        ("status_notes", if_public(last_word.into())),
        ("service_name", if_public(known.category.map(|category| category.name(words.language())).into())),
        ("service_code", if_public(matter.category.as_str().into())),
        ("description", if_public(matter.text.as_str().into())),
        ("agency_responsible", if_public(known.unit.into())),
        ("service_notice", if_public(known.limits.map(|limits| promise(&limits, words)).into())),
        ("requested_datetime", Node::time(matter.created_at)),
        ("updated_datetime", Node::time(matter.updated_at)),
        // The span would tell the service.
        ("expected_datetime", if_public(matter.resolve_due.map_or(Node::Empty, Node::time))),
        ("address", if_public(matter.place.as_str().into())),
        ("address_id", if_public(matter.area.as_str().into())),
        ("zipcode", Node::Empty),
        ("lat", if_public(matter.lat.into())),
        ("long", if_public(matter.lon.into())),
        // Photos are not public: they may show people, plates and doors.
        ("media_url", Node::Empty),
    ];
    if extended {
        fields.push((
            "attributes",
            Node::List("attribute", if public { answers(matter, known, words) } else { vec![] }),
        ));
        fields.push(("extended_attributes", more(matter, public)));
        let notes = if public { notes(known.events, words) } else { vec![] };
        fields.push(("notes", Node::List("note", notes)));
    }
    Node::Object(fields)
}

fn is_closed(matter: &OpenMatter) -> bool {
    Status::from_code(&matter.status).is_some_and(Status::is_over)
}

/// Words of the house for everyone. The reporter's own later words were meant for the house.
fn said(event: &OpenEvent) -> Option<&str> {
    let step = Step::from_code(&event.kind)?;
    let for_everyone =
        matches!(step, Step::Accept | Step::Note | Step::HandOver | Step::Resolve | Step::Dismiss);
    let by_the_house = Party::from_code(&event.actor_kind).is_some_and(|party| party != Party::Reporter);
    event.note.as_deref().filter(|_| for_everyone && by_the_house)
}

fn answers(matter: &OpenMatter, known: &Known<'_>, words: &Words) -> Vec<Node> {
    let answers: Json = serde_json::from_str(&matter.attributes).unwrap_or_default();
    let mut nodes = Vec::new();
    for question in known.category.iter().flat_map(|category| &category.attributes) {
        let values = match &answers[&question.code] {
            Json::Null => continue,
            Json::Array(values) => values.iter().map(plain).collect(),
            value => vec![plain(value)],
        };
        nodes.extend(values.into_iter().map(|value| answer(question, value, words)));
    }
    nodes
}

fn answer(question: &Attribute, value: String, words: &Words) -> Node {
    let language = words.language();
    let option = question.values.iter().find(|option| option.key == value);
    Node::Object(vec![
        ("code", question.code.as_str().into()),
        ("label", question.description(language).into()),
        ("name", option.map_or(value.as_str(), |option| option.name(language)).into()),
        ("value", value.as_str().into()),
    ])
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn more(matter: &OpenMatter, public: bool) -> Node {
    let if_public = |text: &str| if public { text.into() } else { Node::Empty };
    Node::Object(vec![
        ("area_code", if_public(&matter.area)),
        ("area_path", if_public(matter.path.trim_end_matches('/'))),
        // Which level tries first depends on the service.
        ("level", matter.level.filter(|_| public).map_or(Node::Empty, Node::Whole)),
        ("hops", Node::Whole(matter.hops)),
        ("channel", matter.channel.as_str().into()),
    ])
}

fn notes(events: &[OpenEvent], words: &Words) -> Vec<Node> {
    let note = |event: &OpenEvent| {
        let step = Step::from_code(&event.kind)?;
        let note = said(event);
        // A bare note without public words is the house's own business.
        if step == Step::Note && note.is_none() {
            return None;
        }
        Some(Node::Object(vec![
            ("datetime", Node::time(event.at)),
            ("type", kind(step)?.into()),
            ("summary", words.t(step.message()).into()),
            ("description", note.into()),
        ]))
    };
    events.iter().filter_map(note).collect()
}

/// The words other cities use for what happened; `None` for what is no stranger's business.
fn kind(step: Step) -> Option<&'static str> {
    match step {
        Step::Report => Some("submitted"),
        Step::Accept => Some("opened"),
        Step::Dispatch | Step::HandOver => Some("routed"),
        Step::Climb => Some("climbed"),
        Step::Note => Some("comment"),
        Step::Resolve => Some("resolved"),
        Step::ConfirmSolved | Step::TimeOut => Some("closed"),
        Step::ConfirmUnsolved => Some("reopened"),
        Step::Withdraw => Some("withdrawn"),
        Step::Object
        | Step::Ask
        | Step::Pause
        | Step::Answer
        | Step::Resume
        | Step::Idle
        | Step::Dismiss
        | Step::Correct
        | Step::Merge
        | Step::Part
        | Step::Gather
        | Step::LetGo
        | Step::Whistle
        | Step::Arrive
        | Step::CallOff
        | Step::Mediate
        | Step::Agree
        | Step::FailMediation => None,
    }
}
