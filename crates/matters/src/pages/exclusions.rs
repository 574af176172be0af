//! Unreasonable demands: what waits for a second person, and everything said about one matter.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::clock::Micros;
use lianxin_foundation::web::{Form as Sent, Path, Shell, Visitor, html, html_with};
use lianxin_foundation::{Problem, Result, Right};
use serde::Deserialize;
use uuid::Uuid;

use super::lists::{Tabs, Which};
use super::rows::{Names, Row};
use super::view::{Chip, Errors, Parts, Refused};
use crate::Matters;
use crate::actions::{DecideExclusion, LiftExclusion, ProposeExclusion, parties};
use crate::exclusions::{Exclusion, Said, State, store};
use crate::model::{Matter, Party};
use crate::store as matters_store;

/// One proposal in the list.
pub(super) struct ExclusionLine {
    pub href: String,
    pub chip: Chip,
    pub row: Row,
    pub proposed: Micros,
}

#[derive(Template)]
#[template(path = "exclusions.html")]
pub(super) struct ExclusionsPage {
    pub s: Shell,
    /// Open are those that wait for a second person.
    pub tabs: Tabs,
    pub lines: Vec<ExclusionLine>,
}

/// What somebody said about a matter.
pub(super) struct Word {
    pub what: String,
    pub by: String,
    pub at: Micros,
    pub reason: String,
}

#[derive(Template)]
#[template(path = "exclusion.html")]
pub(super) struct ExclusionPage {
    pub s: Shell,
    pub here: String,
    pub said: String,
    pub refused: String,
    pub errors: Errors,
    pub kept: String,
    pub chip: Option<Chip>,
    pub row: Row,
    pub words: Vec<Word>,
    pub may_propose: bool,
    pub may_decide: bool,
    /// Whether the reader proposed it, so that another has to decide.
    pub own: bool,
    pub may_lift: bool,
}

/// What was just done.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    done: String,
}

/// `GET /exclusions`
pub(super) async fn list(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Query(which): Query<Which>,
) -> Result<Response> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let s = visitor.shell(visitor.words.t("exclusions-title"));
    let mut tx = visitor.app.db().read().await?;
    let (waiting, all) =
        (store::count(&mut tx, &scope, true).await?, store::count(&mut tx, &scope, false).await?);
    let found = store::list(&mut tx, &scope, which.open(), which.paging()).await?;
    let of: Vec<Matter> = found.iter().map(|(_, matter)| matter.clone()).collect();
    let names = Names::of(&mut tx, &of).await?;
    let line = |(exclusion, matter): &(Exclusion, Matter)| ExclusionLine {
        href: address(matter),
        chip: chip(&s, exclusion.state),
        row: names.row(&s, &matters.catalogue, matter),
        proposed: exclusion.proposed.at,
    };
    html(&ExclusionsPage {
        lines: found.iter().map(line).collect(),
        tabs: which.tabs("/exclusions", waiting, all),
        s,
    })
}

/// The address of what is said about leaving a matter out.
pub(super) fn address(matter: &Matter) -> String {
    format!("/exclusions/{}/{}", matter.county, matter.id)
}

/// Where a proposal stands.
pub(super) fn chip(s: &Shell, state: State) -> Chip {
    let class = match state {
        State::Proposed => "waiting",
        State::Confirmed => "closed",
        State::Refused => "refused",
        State::Lifted => "on-time",
    };
    Chip::new(class, s.t(state.message()))
}

/// What a page shows beside the matter itself.
#[derive(Default)]
struct After {
    said: &'static str,
    refused: String,
    errors: Errors,
    kept: String,
}

/// `GET /exclusions/{county}/{id}`: of a matter.
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path((county, id)): Path<(String, Uuid)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let said = match asked.done.as_str() {
        "propose" => "exclusion-said-propose",
        "confirm" => "exclusion-said-confirm",
        "refuse" => "exclusion-said-refuse",
        "lift" => "exclusion-said-lift",
        _ => "",
    };
    html(&build(&visitor, &matters, &county, id, After { said, ..After::default() }).await?)
}

async fn build(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    id: Uuid,
    after: After,
) -> Result<ExclusionPage> {
    let who = visitor.signed_in()?;
    let scope = visitor.scope(Right::SeeMatters)?;
    let s = visitor.shell(visitor.words.t("exclusions-title"));
    let mut tx = visitor.app.db().read().await?;
    let matter = matters_store::matter(&mut tx, &scope, county, id).await?.ok_or_else(Problem::not_found)?;
    let all = store::of_matter(&mut tx, county, id).await?;
    let row = Names::of(&mut tx, std::slice::from_ref(&matter)).await?.row(&s, &matters.catalogue, &matter);
    let supervises = who.scope(Right::SuperviseMatters, visitor.now).covers(&matter.path, &[]);
    let last = all.last();
    let stands = |state: State| last.is_some_and(|one| one.state == state);
    let works = parties(&matter, who, visitor.now).iter().any(|party| *party != Party::Staff);
    Ok(ExclusionPage {
        here: address(&matter),
        said: if after.said.is_empty() { String::new() } else { s.t(after.said) },
        refused: after.refused,
        errors: after.errors,
        kept: after.kept,
        chip: last.map(|one| chip(&s, one.state).big()),
        words: all.iter().flat_map(|one| words(&s, one)).collect(),
        may_propose: works && !last.is_some_and(|one| one.state.stands()),
        own: stands(State::Proposed) && last.is_some_and(|one| who.account == Some(one.proposed_by)),
        may_decide: supervises && stands(State::Proposed),
        may_lift: supervises && stands(State::Confirmed),
        row,
        s,
    })
}

/// What was said about one proposal, in order.
pub(super) fn words(s: &Shell, of: &Exclusion) -> Vec<Word> {
    let word = |message: &str, said: &Said| Word {
        what: s.t(message),
        by: said.name.clone(),
        at: said.at,
        reason: said.reason.clone(),
    };
    let decided = if of.state == State::Refused { State::Refused } else { State::Confirmed };
    let first = Some(word(State::Proposed.message(), &of.proposed));
    let second = of.decided.as_ref().map(|said| word(decided.message(), said));
    let third = of.lifted.as_ref().map(|said| word(State::Lifted.message(), said));
    [first, second, third].into_iter().flatten().collect()
}

/// `POST /exclusions/{county}/{id}/{what}`
pub(super) async fn act(
    Extension(matters): Extension<Matters>,
    Path((county, id, what)): Path<(String, Uuid, String)>,
    Sent { visitor, sent }: Sent,
) -> Result<Response> {
    let (app, who) = (&visitor.app, visitor.signed_in()?);
    let (reason, of) = (sent.text("reason").to_owned(), county.clone());
    let done = match what.as_str() {
        "propose" => app.act(who, &ProposeExclusion { county: of, id, reason }).await,
        "confirm" => app.act(who, &DecideExclusion { county: of, id, confirm: true, reason }).await,
        "refuse" => app.act(who, &DecideExclusion { county: of, id, confirm: false, reason }).await,
        "lift" => app.act(who, &LiftExclusion { county: of, id, reason }).await,
        _ => Err(Problem::not_found().into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/exclusions/{county}/{id}?done={what}")).into_response()),
        Err(error) => {
            let Refused { status, said: refused, errors } = Refused::of(error, &visitor.words)?;
            let after = After { refused, errors, kept: sent.text("reason").to_owned(), said: "" };
            html_with(status, &build(&visitor, &matters, &county, id, after).await?)
        }
    }
}
