//! The pages of the registry: places, organisations, duty lists, posts, sign-ins, the audit trail.
//!
//! They need two things from the program, each as an `axum::Extension`: [`crate::CategoryNames`] and the
//! working calendar.

mod account;
mod answering;
mod area;
mod area_change;
mod areas;
mod audit;
mod audit_details;
mod audit_subjects;
mod codes;
mod coverage;
mod duties;
mod first_steps;
mod mark;
mod me;
mod organisation;
mod organisation_life;
mod organisation_profile;
mod organisation_tree;
mod organisations;
mod organisations_export;
mod outlines;
mod people;
pub(crate) mod place;
mod plates;
mod posts;
#[cfg(test)]
mod samples;
mod sign_in;

use std::collections::HashMap;

use axum::Router;
use axum::extract::Query;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use lianxin_foundation::clock::start_of;
use lianxin_foundation::error::Kind;
use lianxin_foundation::web::{Submission, Visitor};
use lianxin_foundation::{App, Error, Micros, Problem, Result, Right, Scope, Tx};

use crate::area::spoken::short_name;
use crate::area::{Crumb, path_of, store};
use crate::person::card::Card;

pub use area_change::{CountMatters, MattersAt};
pub use mark::Mark;

/// Every page of this room.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/areas", get(areas::list))
        .route("/areas/codes", get(codes::form).post(codes::bring))
        .route("/areas/codes/refused", post(codes::refused))
        .route("/areas/codes/template.csv", get(codes::template))
        .route("/areas/{id}", get(area::page))
        .route("/areas/{id}/shapes.geojson", get(area::shapes))
        .route("/places/{id}/shapes.geojson", get(area::public_shapes))
        .route("/areas/{id}/grids", post(area::add))
        .route("/areas/{id}/name", post(area::rename))
        .route("/areas/{id}/shapes", post(area::upload))
        .route("/areas/{id}/change", get(area_change::page).post(area_change::change))
        .route("/areas/{id}/changes/{change}/undo", post(area_change::undo))
        .route("/areas/{id}/answering", get(answering::page))
        .route("/areas/{id}/outlines", get(outlines::page).post(outlines::save))
        .route("/areas/{id}/outlines.geojson", get(outlines::geojson))
        .route("/areas/{id}/outlines/look", post(outlines::look))
        .route("/organisations", get(organisations::list))
        .route("/organisations/new", get(organisations::new).post(organisations::add))
        .route("/organisations/tree", get(organisation_tree::page))
        .route("/organisations/{id}", get(organisation::page))
        .route("/organisations/{id}/contact.vcf", get(organisation::contact))
        .route("/organisations.csv", get(organisations_export::csv))
        .route("/organisations.xlsx", get(organisations_export::xlsx))
        .route("/organisations.geojson", get(organisations::geojson))
        .route("/organisations/{id}/change", post(organisation_life::change))
        .merge(coverage::routes())
        .route("/organisations/{id}/profile", post(organisation_profile::describe))
        .route("/organisations/{id}/term", post(organisation_life::begin_term))
        .route("/organisations/{id}/duties", post(organisation::set_duties))
        .route("/organisations/{id}/close", post(organisation::close))
        .route("/duties", get(duties::home))
        .route("/duties/{area}", get(duties::page))
        .route("/plates/{area}", get(plates::page).post(plates::make))
        .route("/plates/{area}/sheet", get(plates::sheet))
        .route("/plate/{county}/{id}", post(plates::end))
        .route("/q/{county}/{code}", get(plates::scanned))
        .merge(people::routes())
        .route("/posts", get(posts::list).post(posts::grant))
        .route("/posts/{county}/{id}/end", post(posts::end))
        .route("/posts/new-account", get(account::new).post(account::open))
        .route("/posts/accounts/{county}/{id}", get(account::page))
        .route("/posts/accounts/{county}/{id}/password", post(account::reset))
        .route("/posts/accounts/{county}/{id}/close", post(account::close))
        .route("/audit", get(audit::list))
        .route("/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/me", get(me::page))
        .route("/me/password", post(me::password))
        .route("/me/two-factors", post(me::two_factors))
        .route("/me/tokens", post(me::add_token))
        .route("/me/tokens/{id}/revoke", post(me::revoke_token))
}

/// What a form was refused for, in the reader's words.
#[derive(Debug, Clone, Default)]
pub struct Wrong {
    /// The refusal as a whole, where it is not about fields.
    pub whole: Option<String>,
    /// Field and words.
    pub fields: Vec<(String, String)>,
}

impl Wrong {
    /// The words for one field.
    pub fn on(&self, field: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, words)| words.as_str())
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.whole.is_none() && self.fields.is_empty()
    }
}

/// A refusal that the form itself can show.
///
/// # Errors
/// Anything else goes on as it is.
pub fn wrong(visitor: &Visitor, error: Error) -> Result<Wrong> {
    let problem = match error {
        Error::Refused(problem) if matches!(problem.kind, Kind::Invalid | Kind::Conflict) => problem,
        other => return Err(other),
    };
    let whole = problem.fields.is_empty().then(|| visitor.words.problem(&problem));
    let fields = problem.fields.iter().map(|wrong| (wrong.field.to_string(), visitor.words.t(wrong.code)));
    Ok(Wrong { whole, fields: fields.collect() })
}

/// What an address asks for beside its path.
pub type Asked = Query<HashMap<String, String>>;

/// A value of the address's query, trimmed; empty when it is missing or cannot be stored as text.
pub fn asked<'q>(query: &'q HashMap<String, String>, name: &str) -> &'q str {
    query.get(name).filter(|value| !value.contains('\0')).map_or("", |value| value.trim())
}

/// Back to a page that then says what was done: `done` is the last part of a message id.
pub fn done(page: &str, done: &str) -> Redirect {
    Redirect::to(&format!("{page}?done={done}"))
}

/// What was done just now, in the reader's words.
fn notice(visitor: &Visitor, query: &HashMap<String, String>) -> Option<String> {
    let message = match asked(query, "done") {
        "grid" => "registry-done-grid",
        "name" => "registry-done-name",
        "areas" => "registry-done-areas",
        "areas-undone" => "registry-done-areas-undone",
        "outlines" => "registry-done-outlines",
        "organisation" => "registry-done-organisation",
        "duties" => "registry-done-duties",
        "closed" => "registry-done-closed",
        "organisation-changed" => "registry-done-organisation-changed",
        "organisation-described" => "registry-done-organisation-described",
        "coverage-accepted" => "registry-done-coverage-accepted",
        "coverage-declined" => "registry-done-coverage-declined",
        "coverage-undone" => "registry-done-coverage-undone",
        "term" => "registry-done-term",
        "term-off" => "registry-done-term-off",
        "post" => "registry-done-post",
        "post-ended" => "registry-done-post-ended",
        "account" => "registry-done-account",
        "account-closed" => "registry-done-account-closed",
        "password" => "registry-done-password",
        "own-password" => "registry-done-own-password",
        "two-factors" => "registry-done-two-factors",
        "token-revoked" => "registry-done-token-revoked",
        "plates" => "registry-done-plates",
        "plates-none" => "registry-done-plates-none",
        "plate-replaced" => "registry-done-plate-replaced",
        "plate-revoked" => "registry-done-plate-revoked",
        "person" => "registry-done-person",
        "person-corrected" => "registry-done-person-corrected",
        "person-moved" => "registry-done-person-moved",
        "person-departed" => "registry-done-person-departed",
        "posting" => "registry-done-posting",
        "person-joined" => "registry-done-person-joined",
        "person-stage" => "registry-done-person-stage",
        "person-left" => "registry-done-person-left",
        "person-transfer" => "registry-done-person-transfer",
        "doubles-merged" => "registry-done-doubles-merged",
        "doubles-undone" => "registry-done-doubles-undone",
        "doubles-apart" => "registry-done-doubles-apart",
        "doubles-together" => "registry-done-doubles-together",
        "household-moved" => "registry-done-household-moved",
        "signed-out" => "registry-done-signed-out",
        _ => return None,
    };
    Some(visitor.words.t(message))
}

/// One step of the path shown above a page.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Whether the reader may open it.
    pub(crate) open: bool,
}

/// The steps of a path; those above what the reader may see are named but not linked.
async fn steps(tx: &mut Tx, path: &str, scope: &Scope) -> Result<Vec<Step>> {
    let crumbs = store::crumbs(tx, path).await?;
    let open = |id: &str| scope.covers(&path_of(id), &[]);
    Ok(crumbs.into_iter().map(|Crumb { id, name }| Step { open: open(&id), id, name }).collect())
}

/// Places as their people say them, by path.
///
/// # Errors
/// Those of the database.
pub async fn place_names(tx: &mut Tx, paths: impl Iterator<Item = &str>) -> Result<HashMap<String, String>> {
    let paths: Vec<&str> = paths.collect();
    let ids: Vec<&str> = paths.iter().flat_map(|path| crate::area::ancestors(path)).collect();
    let names = store::names(tx, &ids).await?;
    let short = |path: &str| {
        let ids = crate::area::ancestors(path);
        let above = ids.iter().filter(|id| id.len() <= 6).count().min(ids.len().saturating_sub(1));
        let named = ids[above..].iter().filter_map(|id| names.get(*id).map(|name| short_name(name)));
        named.collect::<Vec<_>>().join(" › ")
    };
    Ok(paths.into_iter().map(|path| (path.to_owned(), short(path))).collect())
}

/// A contact as a file to keep.
fn vcard(card: &Card) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/vcard; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"contact.vcf\""),
    ];
    (headers, card.text()).into_response()
}

/// A day typed or picked: its first moment in China.
fn day(sent: &Submission, field: &'static str) -> Result<Option<Micros>> {
    let date: Option<jiff::civil::Date> = sent.parsed(field, "registry-day-form")?;
    Ok(date.map(start_of))
}

/// Whether the visitor may change what lies at `path`.
fn may_keep(visitor: &Visitor, path: &str) -> bool {
    visitor.who.as_ref().is_some_and(|who| who.scope(Right::Manage, visitor.now).covers(path, &[]))
}

/// What lies outside the scope does not exist for the reader.
fn within(scope: &Scope, path: &str) -> Result<()> {
    if scope.covers(path, &[]) { Ok(()) } else { Err(Problem::not_found().into()) }
}

/// A choice of a list, its words in the reader's language.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Choice {
        Choice { value: value.into(), label: label.into() }
    }
}
