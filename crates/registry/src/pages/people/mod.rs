//! The pages of people and households.

pub(crate) mod doubles;
pub(crate) mod household;
pub(crate) mod list;
pub(crate) mod new;
pub(crate) mod person;
pub(crate) mod postings;
pub(crate) mod rosters;
pub(crate) mod steps;
pub(crate) mod transfers;

use std::collections::HashMap;

use axum::Router;
use axum::routing::{get, post};
use lianxin_foundation::clock::{civil, start_of};
use lianxin_foundation::web::{Submission, Visitor};
use lianxin_foundation::{App, Micros, Problem, Result};

use super::{Choice, asked};
use crate::household::Relation;
use crate::membership::MembershipKind;
use crate::person::{Sex, age};

/// The addresses of people and households.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/people", get(list::list))
        .route("/people.csv", get(list::csv))
        .route("/people.xlsx", get(list::xlsx))
        .route("/people/new", get(new::new).post(new::add))
        .route("/people/rosters", get(rosters::list).post(rosters::begin))
        .route("/people/rosters/template.csv", get(rosters::template_csv))
        .route("/people/rosters/template.xlsx", get(rosters::template_xlsx))
        .route("/people/rosters/{county}/{id}", get(rosters::page))
        .route("/people/rosters/{county}/{id}/refused.xlsx", get(rosters::refused))
        .route("/people/rosters/{county}/{id}/{step}", post(rosters::take))
        .route("/people/transfers", get(transfers::list))
        .route("/people/transfers/{county}/{id}/{step}", post(transfers::answer))
        .route("/people/postings", get(postings::list))
        .route("/people/doubles", get(doubles::list))
        .route("/people/merges/{county}/{id}/undo", post(doubles::undo))
        .route("/people/{county}/{id}/double/{other}", get(doubles::page))
        .route("/people/{county}/{id}/double/{other}/{step}", post(doubles::take))
        .route("/people/{county}/{id}", get(person::page))
        .route("/people/{county}/{id}/{step}", post(steps::take))
        .route("/households/{county}/{id}", get(household::page))
        .route("/households/{county}/{id}/move", post(household::relocate))
}

/// The day an address asks for: its first moment when it lies in the past, else now.
pub(super) fn as_of(visitor: &Visitor, query: &HashMap<String, String>) -> (String, Micros) {
    let typed = asked(query, "day");
    let day: Option<jiff::civil::Date> = typed.parse().ok();
    match day.map(start_of).filter(|at| *at <= visitor.now) {
        Some(at) => (typed.to_owned(), at),
        None => (String::new(), visitor.now),
    }
}

/// How old somebody was at a moment; nothing where no birth is known.
fn years(birth: Option<&str>, at: Micros) -> Option<i64> {
    let birth = birth?.parse().ok()?;
    Some(age(birth, civil(at).date())).filter(|years| *years >= 0)
}

fn sexes(visitor: &Visitor) -> Vec<Choice> {
    [Sex::Female, Sex::Male].map(|sex| Choice::new(sex.code(), visitor.words.t(sex.message()))).into()
}

fn relations(visitor: &Visitor) -> Vec<Choice> {
    Relation::ALL.map(|one| Choice::new(one.code(), visitor.words.t(one.message()))).into()
}

fn kinds(visitor: &Visitor) -> Vec<Choice> {
    let choice = |kind: &MembershipKind| Choice::new(kind.code.clone(), visitor.words.t(&kind.message()));
    MembershipKind::all().iter().map(choice).collect()
}

/// A chosen sex; none when nothing was chosen.
fn chosen_sex(sent: &Submission) -> Option<Sex> {
    Sex::from_code(sent.text("sex"))
}

/// A chosen relation; none when nothing was chosen.
fn chosen_relation(sent: &Submission) -> Option<Relation> {
    Relation::from_code(sent.text("relation"))
}

/// A day of birth as typed: `1985-03-21`, `19850321`, `1985.3.21`, `1985年3月21日`.
fn birth(sent: &Submission) -> Result<Option<jiff::civil::Date>> {
    match sent.text("birth") {
        "" => Ok(None),
        typed => crate::person::day_typed(typed)
            .map(Some)
            .ok_or_else(|| Problem::invalid().field("birth", "person-birth-form").into()),
    }
}
