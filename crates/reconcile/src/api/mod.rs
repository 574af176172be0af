//! The JSON interface of two-way checks, `/api/v1`: campaigns and numbers, nothing of any person.

mod visits;

use axum::extract::Path;
use axum::routing::{get, post};
use axum::{Json, Router};
use lianxin_foundation::clock::civil;
use lianxin_foundation::web::{Caller, ProblemBody};
use lianxin_foundation::{App, Problem, Result, Right, Tx};
use serde::Serialize;
use utoipa::{IntoResponses, OpenApi, ToSchema};
use uuid::Uuid;

use crate::actions::Standing;
use crate::model::{Band, Campaign, Roll};
use crate::rules::bands::Thresholds;
use crate::store::matches::{self, Whom};
use crate::store::{campaigns, rolls};

/// At most so many campaigns are listed.
const MOST: i64 = 200;

/// The addresses of this interface.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/checks", get(list))
        .route("/api/v1/checks/{county}/{id}", get(one))
        .route("/api/v1/visits", get(visits::list))
        .route("/api/v1/visits/{county}/{id}", get(visits::one))
        .route("/api/v1/visits/{county}/{id}/nobody-home", post(visits::nobody_home))
}

#[derive(OpenApi)]
#[openapi(
    paths(list, one, visits::list, visits::one, visits::nobody_home),
    tags((name = "checks", description = "Two-way checks: campaigns, lists and how they match, in numbers; visits to the doors."))
)]
struct Document;

/// The OpenAPI document of this interface; the program merges it with the other rooms'.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// How reading may be refused: RFC 9457, in the reader's language.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it only describes what the foundation sends")]
enum Refusals {
    /// There is no token, or it no longer counts.
    #[response(status = 401, content_type = "application/problem+json")]
    SignIn(ProblemBody),
    /// The token's owner may not do this.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemBody),
    /// There is no such thing, or none that the token's owner may see.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemBody),
    /// It is over, or somebody else was quicker.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemBody),
    /// Too often; `Retry-After` says how many seconds to wait.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(ProblemBody),
}

/// A two-way check.
#[derive(Debug, Serialize, ToSchema)]
struct CheckBody {
    /// The county.
    county: String,
    /// The id.
    id: Uuid,
    /// What it is called.
    title: String,
    /// What for.
    purpose: String,
    /// The legal ground.
    ground: String,
    /// The area's code.
    area: String,
    /// Whom it is about: at least so old.
    age_from: Option<i64>,
    /// And younger than this.
    age_to: Option<i64>,
    /// The last day.
    #[schema(example = "2026-12-31")]
    last: String,
    /// Whether lists can be brought and matched.
    open: bool,
}

impl CheckBody {
    fn of(campaign: Campaign, now: i64) -> CheckBody {
        CheckBody {
            open: campaign.is_open(now),
            last: civil(campaign.ends_at - 1).date().to_string(),
            county: campaign.county,
            id: campaign.id,
            title: campaign.title,
            purpose: campaign.purpose,
            ground: campaign.ground,
            area: campaign.area,
            age_from: campaign.age_from,
            age_to: campaign.age_to,
        }
    }
}

/// How an office's list matches.
#[derive(Debug, Serialize, ToSchema)]
struct ListBody {
    /// The id.
    id: Uuid,
    /// What it is called.
    title: String,
    /// Whose list it is.
    organisation: Uuid,
    /// How many people stand on it.
    people: i64,
    /// Lines with something wrong.
    faulty: i64,
    /// How it matches; none before it was matched.
    matched: Option<MatchedBody>,
}

/// How many of a list are whom.
#[derive(Debug, Serialize, ToSchema)]
struct MatchedBody {
    /// Certainly in the registry.
    certain: i64,
    /// Likely in the registry.
    likely: i64,
    /// In the registry, in another place of the county than the list names.
    moved: i64,
    /// For a clerk to decide.
    unclear: i64,
    /// On the list only.
    above: i64,
    /// In the registry only; told to whoever runs the check.
    below: Option<i64>,
}

/// A two-way check with its lists.
#[derive(Debug, Serialize, ToSchema)]
struct CheckWholeBody {
    /// The check.
    check: CheckBody,
    /// The lists the token's owner may see.
    lists: Vec<ListBody>,
}

/// The two-way checks the token's owner runs or was asked for lists, the newest first.
#[utoipa::path(
    get, path = "/api/v1/checks", tag = "checks", operation_id = "listChecks",
    responses((status = 200, description = "At most 200 of them", body = Vec<CheckBody>), Refusals),
    security(("token" = []))
)]
async fn list(caller: Caller) -> Result<Json<Vec<CheckBody>>> {
    let bring = caller.scope(Right::BringLists)?;
    let run = caller.who.scope(Right::RunChecks, caller.now);
    let mut tx = caller.app.db().read().await?;
    let found = campaigns::in_scope(&mut tx, &run, &bring, MOST).await?;
    Ok(Json(found.into_iter().map(|one| CheckBody::of(one, caller.now)).collect()))
}

/// One two-way check with its lists.
#[utoipa::path(
    get, path = "/api/v1/checks/{county}/{id}", tag = "checks", operation_id = "getCheck",
    params(
        ("county" = String, Path, description = "Six digits", pattern = r"^[0-9]{6}$", example = "421223"),
        ("id" = Uuid, Path, description = "The check's id")
    ),
    responses((status = 200, description = "The check", body = CheckWholeBody), Refusals),
    security(("token" = []))
)]
async fn one(caller: Caller, Path((county, id)): Path<(String, String)>) -> Result<Json<CheckWholeBody>> {
    caller.scope(Right::BringLists)?;
    let Ok(id) = id.parse::<Uuid>() else { return Err(Problem::not_found().into()) };
    let mut tx = caller.app.db().read().await?;
    let Some(campaign) = campaigns::campaign(&mut tx, &county, id).await? else {
        return Err(Problem::not_found().into());
    };
    let Some(standing) = Standing::of(&mut tx, &caller.who, &campaign, caller.now).await? else {
        return Err(Problem::not_found().into());
    };
    let thresholds = Thresholds::taught(&matches::decisions(&mut tx, &county, id).await?);
    let whom = Whom::of(&campaign, caller.now);
    let mut lists = Vec::new();
    for roll in rolls::of_campaign(&mut tx, &county, id).await? {
        if standing.sees(&roll) {
            let below = standing.runs.then_some(&whom);
            lists.push(list_body(&mut tx, roll, &thresholds, below).await?);
        }
    }
    Ok(Json(CheckWholeBody { check: CheckBody::of(campaign, caller.now), lists }))
}

async fn list_body(
    tx: &mut Tx,
    roll: Roll,
    thresholds: &Thresholds,
    whom: Option<&Whom>,
) -> Result<ListBody> {
    let mut matched = None;
    if let Some(run) = roll.run {
        let counted = matches::by_band(tx, &roll, run, thresholds).await?;
        let of = |band: Band| counted.iter().find(|(code, _)| code == band.code()).map_or(0, |one| one.1);
        let below = match whom {
            Some(whom) => Some(matches::count_lacking(tx, &roll, run, thresholds, whom).await?),
            None => None,
        };
        let [certain, likely, moved, unclear, above] = Band::ALL.map(of);
        matched = Some(MatchedBody { certain, likely, moved, unclear, above, below });
    }
    Ok(ListBody {
        id: roll.id,
        title: roll.title,
        organisation: roll.organisation,
        people: roll.people,
        faulty: roll.faulty,
        matched,
    })
}
