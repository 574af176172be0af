//! The pages of two-way checks.

mod campaign;
mod campaigns;
mod coverage;
mod roll;
#[cfg(test)]
mod samples;
mod told;
mod unclear;
mod visits;

use std::collections::HashMap;

use axum::Router;
use axum::routing::{get, post};
use lianxin_foundation::clock::civil;
use lianxin_foundation::web::Visitor;
use lianxin_foundation::{App, Problem, Result, Tx};
use lianxin_registry::form::{Asked, asked, done};
use lianxin_registry::person::{Person, Sex, age, store as people};
use uuid::Uuid;

use crate::actions::Standing;
use crate::model::Campaign;
use crate::store::campaigns as stored;

/// Every page of this room.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/checks", get(campaigns::list))
        .route("/checks/new", get(campaigns::new).post(campaigns::open))
        .route("/checks/{county}/{id}", get(campaign::page))
        .route("/checks/{county}/{id}/unclear", get(unclear::page).post(unclear::decide))
        .route("/checks/{county}/{id}/coverage", get(coverage::page))
        .route("/checks/{county}/{id}/coverage/areas.geojson", get(coverage::shapes))
        .route("/checks/{county}/{id}/coverage/points.geojson", get(coverage::points))
        .route("/checks/{county}/{id}/visits", get(visits::progress::page))
        .route("/checks/{county}/{id}/{step}", post(campaign::take))
        .route("/checks/{county}/{id}/rolls/{roll}", get(roll::page))
        .route("/checks/{county}/{id}/rolls/{roll}/told.xlsx", get(told::file))
        .route("/checks/{county}/{id}/rolls/{roll}/{step}", post(roll::take))
        .merge(visits::routes())
}

/// What was done just now, in the reader's words.
fn notice(visitor: &Visitor, query: &HashMap<String, String>) -> Option<String> {
    let message = match asked(query, "done") {
        "opened" => "check-done-opened",
        "brought" => "check-done-brought",
        "read" => "check-done-read",
        "dropped" => "check-done-dropped",
        "linking" => "check-done-linking",
        "stopped" => "check-done-stopped",
        "closed" => "check-done-closed",
        "reopened" => "check-done-reopened",
        "undone" => "check-done-undone",
        "sent" => "check-done-sent",
        "recalled" => "check-done-recalled",
        "sent-some" => "check-done-sent-some",
        _ => return None,
    };
    Some(visitor.words.t(message))
}

/// A campaign the visitor may know of, and how far they may go with it.
///
/// # Errors
/// [`Problem::not_found`] where they may not.
async fn known(tx: &mut Tx, visitor: &Visitor, county: &str, id: Uuid) -> Result<(Campaign, Standing)> {
    let who = visitor.signed_in()?;
    let Some(campaign) = stored::campaign(tx, county, id).await? else {
        return Err(Problem::not_found().into());
    };
    match Standing::of(tx, who, &campaign, visitor.now).await? {
        Some(standing) => Ok((campaign, standing)),
        None => Err(Problem::not_found().into()),
    }
}

/// Somebody of the registry as a list names them.
#[derive(Debug, Clone, Default)]
pub(crate) struct PersonLine {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) sex: Option<&'static str>,
    pub(crate) birth: String,
    pub(crate) age: Option<i64>,
}

impl PersonLine {
    /// Somebody with this name, sex's code and day of birth, as of today.
    fn of(
        visitor: &Visitor,
        (county, id): (&str, Uuid),
        told: (String, Option<&str>, Option<String>),
    ) -> Self {
        let today = civil(visitor.now).date();
        let (name, sex, birth) = told;
        let birth = birth.unwrap_or_default();
        PersonLine {
            href: format!("/people/{county}/{id}"),
            sex: sex.and_then(Sex::from_code).map(Sex::message),
            age: birth.parse().ok().map(|born| age(born, today)),
            birth,
            name,
        }
    }
}

async fn person_line(tx: &mut Tx, visitor: &Visitor, county: &str, id: Uuid) -> Result<Option<PersonLine>> {
    Ok(person_lines(tx, visitor, county, &[id]).await?.remove(&id))
}

/// These people of the registry as a list names them, by id.
async fn person_lines(
    tx: &mut Tx,
    visitor: &Visitor,
    county: &str,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, PersonLine>> {
    let line = |(id, one): (Uuid, Person)| {
        (id, PersonLine::of(visitor, (county, id), (one.name, one.sex.as_deref(), one.birth)))
    };
    Ok(people::people(tx, county, ids).await?.into_iter().map(line).collect())
}
