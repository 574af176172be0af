//! Visits for programs: where, how far, what was found, in which state; whose door it is and who lives there, the page opens.

use axum::Json;
use axum::extract::Path;
use lianxin_foundation::clock::rfc3339;
use lianxin_foundation::web::Caller;
use lianxin_foundation::{Problem, Result, Right};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Refusals;
use crate::actions::visits::NobodyHome;
use crate::store::visits::{self, Wanted};
use crate::visit::{Question, Visit};

/// At most so many visits are listed.
const MOST: i64 = 300;

/// A door to knock at.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VisitBody {
    /// The county.
    county: String,
    /// The id.
    id: Uuid,
    /// For which two-way check.
    check: Uuid,
    /// The grid it lies in; a wider place while that is still to be said.
    #[schema(example = "421223100001-01")]
    area: String,
    /// Whether the grid is known.
    placed: bool,
    /// `open`, `again` (nobody was home) or `done`.
    #[schema(example = "open")]
    state: String,
    /// How often nobody was home.
    tries: i64,
    /// When that was last.
    tried_at: Option<String>,
    /// When its last question was answered.
    done_at: Option<String>,
}

impl From<Visit> for VisitBody {
    fn from(one: Visit) -> VisitBody {
        let area =
            lianxin_registry::area::ancestors(&one.path).last().copied().unwrap_or_default().to_owned();
        VisitBody {
            county: one.county,
            id: one.id,
            check: one.campaign,
            area,
            placed: one.placed,
            state: one.state,
            tries: one.tries,
            tried_at: one.tried_at.map(rfc3339),
            done_at: one.done_at.map(rfc3339),
        }
    }
}

/// Somebody asked about at a door.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct QuestionBody {
    /// The id.
    id: Uuid,
    /// Who told of them: `above` lists alone, `unclear` lists and perhaps the registry, `below` the registry alone, `met`
    /// nobody.
    #[schema(example = "above")]
    side: String,
    /// Who of the registry they are, or may be.
    person: Option<Uuid>,
    /// What was found: `lives`, `corrected`, `moved`, `died`, `unknown`, `refused` or `elsewhere`.
    outcome: Option<String>,
    /// Whether the registry was corrected by it.
    corrected: bool,
    /// When it was found.
    found_at: Option<String>,
}

impl From<Question> for QuestionBody {
    fn from(one: Question) -> QuestionBody {
        QuestionBody {
            id: one.id,
            side: one.kind,
            person: one.person,
            outcome: one.outcome,
            corrected: one.changed,
            found_at: one.found_at.map(rfc3339),
        }
    }
}

/// A visit with who is asked about there.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VisitWholeBody {
    /// The visit.
    visit: VisitBody,
    /// Who is asked about.
    questions: Vec<QuestionBody>,
}

/// The visits still to do where the token's owner keeps people, by place.
#[utoipa::path(
    get, path = "/api/v1/visits", tag = "checks", operation_id = "listVisits",
    responses((status = 200, description = "At most 300 of them", body = Vec<VisitBody>), Refusals),
    security(("token" = []))
)]
pub(super) async fn list(caller: Caller) -> Result<Json<Vec<VisitBody>>> {
    let scope = caller.scope(Right::KeepPeople)?;
    let mut tx = caller.app.db().read().await?;
    let found = visits::in_scope(&mut tx, &scope, &Wanted::default(), caller.now, MOST).await?;
    Ok(Json(found.into_iter().map(|one| one.visit.into()).collect()))
}

/// One visit with who is asked about there, without personal fields: those are opened on the page, on record.
#[utoipa::path(
    get, path = "/api/v1/visits/{county}/{id}", tag = "checks", operation_id = "getVisit",
    params(
        ("county" = String, Path, description = "Six digits", pattern = r"^[0-9]{6}$", example = "421223"),
        ("id" = Uuid, Path, description = "The visit's id")
    ),
    responses((status = 200, description = "The visit", body = VisitWholeBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn one(
    caller: Caller,
    Path((county, id)): Path<(String, String)>,
) -> Result<Json<VisitWholeBody>> {
    let Ok(id) = id.parse::<Uuid>() else { return Err(Problem::not_found().into()) };
    whole(&caller, &county, id).await
}

async fn whole(caller: &Caller, county: &str, id: Uuid) -> Result<Json<VisitWholeBody>> {
    let scope = caller.scope(Right::KeepPeople)?;
    let mut tx = caller.app.db().read().await?;
    let found = visits::visit(&mut tx, county, id).await?;
    let Some(visit) = found.filter(|visit| scope.covers(&visit.path, &[])) else {
        return Err(Problem::not_found().into());
    };
    let questions = visits::questions(&mut tx, county, id).await?;
    Ok(Json(VisitWholeBody {
        visit: visit.into(),
        questions: questions.into_iter().map(Into::into).collect(),
    }))
}

/// Notes that nobody was home.
#[utoipa::path(
    post, path = "/api/v1/visits/{county}/{id}/nobody-home", tag = "checks", operation_id = "noteNobodyHome",
    params(
        ("county" = String, Path, description = "Six digits", pattern = r"^[0-9]{6}$", example = "421223"),
        ("id" = Uuid, Path, description = "The visit's id")
    ),
    responses((status = 200, description = "The visit as it stands now", body = VisitWholeBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn nobody_home(
    caller: Caller,
    Path((county, id)): Path<(String, String)>,
) -> Result<Json<VisitWholeBody>> {
    let Ok(visit) = id.parse::<Uuid>() else { return Err(Problem::not_found().into()) };
    caller.app.act(&caller.who, &NobodyHome { county: county.clone(), visit, note: String::new() }).await?;
    whole(&caller, &county, visit).await
}
