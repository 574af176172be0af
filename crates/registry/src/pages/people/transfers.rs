//! Transfers between organisations: what waits for an answer, what was asked, how it ended.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::web::{Form, Path, Shell, Visitor, html, html_with};
use lianxin_foundation::{Micros, Problem, Result, Right};
use uuid::Uuid;

use crate::actions::people::{AcceptTransfer, DeclineTransfer};
use crate::organisation::store as organisations;
use crate::pages::{Wrong, wrong};
use crate::person::standing::Standing;
use crate::person::store as people;
use crate::transfer::{Transfer, store};

/// At most this many are listed.
const MOST: i64 = 200;

/// A transfer in the list.
#[derive(Debug, Clone)]
pub(crate) struct TransferRow {
    pub(crate) county: String,
    pub(crate) id: String,
    pub(crate) person: String,
    /// Their page, where the reader may see them.
    pub(crate) href: Option<String>,
    pub(crate) kind: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) asked_by: String,
    pub(crate) asked_at: Micros,
    pub(crate) reason: String,
    pub(crate) due_at: Micros,
    /// The message of its state.
    pub(crate) state: &'static str,
    pub(crate) open: bool,
    /// Whether the reader answers it.
    pub(crate) answers: bool,
    /// Who answered, when, and what they said.
    pub(crate) answered: Option<(String, Micros, String)>,
}

#[derive(Template)]
#[template(path = "transfers.html")]
pub(crate) struct TransfersPage {
    pub(crate) s: Shell,
    pub(crate) rows: Vec<TransferRow>,
    pub(crate) wrong: Wrong,
}

pub(crate) async fn list(visitor: Visitor) -> Result<Response> {
    html(&load(&visitor, Wrong::default()).await?)
}

async fn load(visitor: &Visitor, wrong: Wrong) -> Result<TransfersPage> {
    let keeps = visitor.scope(Right::KeepPeople)?;
    let sees = visitor.scope(Right::SeePeople)?;
    let mut tx = visitor.app.db().read().await?;
    let found = store::within(&mut tx, &keeps, visitor.now, MOST).await?;
    let units: Vec<Uuid> =
        found.iter().flat_map(|one| [one.from_organisation, one.to_organisation]).collect();
    let names = organisations::names(&mut tx, &units).await?;
    let unit = |id: &Uuid| names.get(id).cloned().unwrap_or_default();
    let mut rows = Vec::with_capacity(found.len());
    for one in &found {
        let Some(person) = people::person(&mut tx, &one.county, one.person).await? else { continue };
        let seen = Standing::of(&mut tx, &person).await?.covered(&sees, visitor.now);
        rows.push(TransferRow {
            county: one.county.clone(),
            id: one.id.to_string(),
            href: seen.then(|| format!("/people/{}/{}", one.county, one.person)),
            person: person.name,
            kind: visitor.words.t(&format!("membership-kind-{}", one.kind)),
            from: unit(&one.from_organisation),
            to: unit(&one.to_organisation),
            asked_by: one.asked_by.clone(),
            asked_at: one.asked_at,
            reason: one.reason.clone(),
            due_at: one.due_at,
            state: one.message(visitor.now),
            open: one.is_open(visitor.now),
            answers: one.answered_within(&keeps),
            answered: answered(one),
        });
    }
    Ok(TransfersPage { s: visitor.shell(visitor.words.t("transfers-title")), rows, wrong })
}

fn answered(one: &Transfer) -> Option<(String, Micros, String)> {
    Some((one.answered_by.clone()?, one.answered_at?, one.answer.clone().unwrap_or_default()))
}

pub(crate) async fn answer(
    Path((county, id, step)): Path<(String, Uuid, String)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let (app, who) = (&visitor.app, visitor.signed_in()?);
    let done = match step.as_str() {
        "accept" => app.act(who, &AcceptTransfer { county, id }).await,
        "decline" => {
            app.act(who, &DeclineTransfer { county, id, reason: sent.text("reason").to_owned() }).await
        }
        _ => Err(Problem::not_found().into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/people/transfers").into_response()),
        Err(error) => {
            let wrong = wrong(&visitor, error)?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &load(&visitor, wrong).await?)
        }
    }
}
