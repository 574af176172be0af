//! The pages of whoever goes to the doors, and of how far they are.

mod along;
pub(super) mod list;
pub(super) mod one;
pub(super) mod progress;

use axum::Router;
use axum::routing::get;
use lianxin_foundation::i18n::Words;
use lianxin_foundation::{App, Result};
use lianxin_registry::person::Sex;

use crate::model::Field;
use crate::rules::findings::{Outcome, wrong_fields};
use crate::sealed::Listed;
use crate::visit::{Found, Question, VisitState};

/// The addresses of visits.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/field/visits.json", get(along::taken_along))
        .route("/field/visits/entries", axum::routing::post(along::send))
        .route("/visits", get(list::list))
        .route("/visits/{county}/{id}", get(one::page))
        .route("/visits/{county}/{id}/{step}", axum::routing::post(one::take))
}

/// A state's look.
fn look(state: VisitState) -> &'static str {
    match state {
        VisitState::Open => "new",
        VisitState::Again => "waiting",
        VisitState::Done => "closed",
    }
}

/// What the office of a line is told of it by a question, in words; nothing while it is open.
pub(super) fn told_of(
    app: &App,
    words: &Words,
    line: &Listed,
    question: &Question,
    whole: bool,
) -> Result<Vec<String>> {
    let Some(outcome) = question.outcome() else { return Ok(Vec::new()) };
    let found = match &question.sealed {
        Some(sealed) => Found::opened(app, question.id, sealed)?,
        None => Found::default(),
    };
    Ok(told(words, line, (outcome, &found), whole))
}

/// What the office of a line is told of it, in words. With `whole` numbers stand as they are, else masked.
fn told(words: &Words, line: &Listed, (outcome, found): (Outcome, &Found), whole: bool) -> Vec<String> {
    let mut said = Vec::new();
    for (field, right) in wrong_fields(line, &found.is) {
        said.push(words.t2(
            "visit-told-field",
            "field",
            words.t(field.message()),
            "right",
            shown(words, field, right, whole),
        ));
    }
    if said.is_empty() || outcome != Outcome::Corrected {
        said.insert(0, words.t(outcome.message()));
    }
    if !found.last.is_empty() {
        said.push(words.t1("visit-told-last", "day", found.last.as_str()));
    }
    if !found.to.is_empty() {
        said.push(words.t1("visit-told-to", "to", found.to.as_str()));
    }
    said
}

fn shown(words: &Words, field: Field, right: String, whole: bool) -> String {
    match field {
        Field::Sex => Sex::from_code(&right).map_or(right.clone(), |sex| words.t(sex.message())),
        Field::IdNumber if !whole => Listed { id_number: right, ..Listed::default() }.masked().id_number,
        Field::Phone if !whole => Listed { phone: right, ..Listed::default() }.masked().phone,
        _ => right,
    }
}
