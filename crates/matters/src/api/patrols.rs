//! Patrols, for programs.

use axum::Json;
use lianxin_foundation::clock::{end_of_day, parse_rfc3339};
use lianxin_foundation::error::{Problem, Result};
use lianxin_foundation::web::Caller;
use lianxin_foundation::{Micros, Right};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::{Asked, CasesQuery, Of, Sent};
use super::shapes::{Refusals, Time};
use crate::actions::{CallOffPatrols, NotePatrol, PlanPatrols};
use crate::patrols::{Every, Outcome, Patrol, seen_by, store};
use crate::store as matters;

/// A place to look at on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PatrolBody {
    /// Six digits.
    county: String,
    /// Its id.
    id: Uuid,
    /// What was planned together has one.
    round: Uuid,
    /// The village, community or grid.
    area: String,
    /// The place in words.
    place: String,
    /// What to look at.
    look: String,
    /// The day's first moment.
    due: Time,
    /// fine, found or missed, once somebody noted it.
    outcome: Option<&'static str>,
    /// Words to it, or why nobody could look.
    words: Option<String>,
    /// When it was noted.
    noted_at: Option<Time>,
    /// The matter that came of it.
    matter: Option<Uuid>,
}

impl From<Patrol> for PatrolBody {
    fn from(patrol: Patrol) -> PatrolBody {
        let noted = patrol.noted.as_ref();
        PatrolBody {
            outcome: noted.map(|noted| noted.outcome.code()),
            words: noted.and_then(|noted| noted.words.clone()),
            noted_at: noted.map(|noted| noted.seen_at.into()),
            matter: noted.and_then(|noted| noted.matter),
            county: patrol.county,
            id: patrol.id,
            round: patrol.round,
            area: patrol.area,
            place: patrol.place,
            look: patrol.look,
            due: patrol.due.into(),
        }
    }
}

/// One page of patrols.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PatrolsBody {
    /// How many there are in all.
    total: i64,
    /// Which page this is, from 1.
    page: i64,
    /// How many a page holds.
    size: i64,
    /// The patrols.
    patrols: Vec<PatrolBody>,
}

/// The patrols of the places that the owner of this token walks or looks after.
///
/// Open are those whose day has come and that nobody noted yet, the oldest first; otherwise the latest day comes first.
#[utoipa::path(
    get, path = "/api/v1/patrols", tag = "matters", operation_id = "listPatrols", params(CasesQuery),
    responses((status = 200, description = "One page of them", body = PatrolsBody), Refusals), security(("token" = []))
)]
pub(super) async fn list(caller: Caller, Asked(asked): Asked<CasesQuery>) -> Result<Json<PatrolsBody>> {
    let scope = seen_by(&caller.who, caller.now);
    if scope.is_empty() {
        return Err(Problem::forbidden().into());
    }
    let (open, paging) = asked.read()?;
    let until = end_of_day(caller.now);
    let mut tx = caller.app.db().read().await?;
    let (waiting, all) = store::counted(&mut tx, &scope, until).await?;
    let (total, found) = if open {
        (waiting, store::waiting(&mut tx, &scope, until, paging).await?)
    } else {
        (all, store::all(&mut tx, &scope, paging).await?)
    };
    let patrols = found.into_iter().map(PatrolBody::from).collect();
    Ok(Json(PatrolsBody { total, page: paging.page, size: paging.size, patrols }))
}

/// One patrol.
#[utoipa::path(
    get, path = "/api/v1/patrols/{county}/{id}", tag = "matters", operation_id = "getPatrol",
    params(Of),
    responses((status = 200, description = "The patrol", body = PatrolBody), Refusals), security(("token" = []))
)]
pub(super) async fn one(caller: Caller, of: Of) -> Result<Json<PatrolBody>> {
    let mut tx = caller.app.db().read().await?;
    let found = store::patrol(&mut tx, &seen_by(&caller.who, caller.now), &of.county, of.id).await?;
    Ok(Json(found.ok_or_else(Problem::not_found)?.into()))
}

/// A place that is to be looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanPatrolsBody {
    /// A village, community or grid.
    #[schema(example = "421223100001")]
    area: String,
    /// The place in words.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    place: String,
    /// What to look at.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    look: String,
    /// A moment of the first day: today at the earliest, at most 92 days ahead.
    #[schema(format = DateTime, example = "2026-11-23T00:00:00+08:00")]
    first: String,
    /// A moment of the last day, at most 92 days after the first; left out where it is looked at once.
    #[serde(default)]
    #[schema(format = DateTime, example = "2026-12-21T00:00:00+08:00")]
    last: Option<String>,
    /// once, day, week or month.
    #[schema(pattern = "^(once|day|week|month)$", example = "week")]
    every: String,
}

/// What was planned.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlannedBody {
    /// The first of them.
    first: PatrolBody,
    /// How many days.
    days: usize,
}

fn moment(field: &'static str, text: &str) -> Result<Micros> {
    parse_rfc3339(text).ok_or_else(|| Problem::invalid().field(field, "api-time-form").into())
}

/// Plans a place to be looked at, once or again and again.
#[utoipa::path(
    post, path = "/api/v1/patrols", tag = "matters", operation_id = "planPatrols",
    request_body = PlanPatrolsBody,
    responses((status = 200, description = "What was planned", body = PlannedBody), Refusals), security(("token" = []))
)]
pub(super) async fn plan(caller: Caller, Sent(sent): Sent<PlanPatrolsBody>) -> Result<Json<PlannedBody>> {
    caller.scope(Right::DispatchMatters)?;
    let every = Every::from_code(&sent.every);
    let every = every.ok_or_else(|| Problem::invalid().field("every", "patrol-every-missing"))?;
    let first = moment("first", &sent.first)?;
    let last = sent.last.as_deref().map_or(Ok(first), |last| moment("last", last))?;
    let county = lianxin_registry::county_of(&sent.area);
    let plan = PlanPatrols { area: sent.area, place: sent.place, look: sent.look, first, last, every };
    let planned = caller.app.act(&caller.who, &plan).await?;
    let Json(first) = one(caller, Of { county, id: planned.first }).await?;
    Ok(Json(PlannedBody { first, days: planned.days }))
}

/// What a look showed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PatrolNoteBody {
    /// fine, found or missed.
    #[schema(pattern = "^(fine|found|missed)$", example = "fine")]
    outcome: String,
    /// Words to it; why, where nobody could look.
    #[serde(default)]
    #[schema(max_length = 4000)]
    words: String,
    /// The number of the matter that was reported, where something was found.
    #[serde(default)]
    #[schema(max_length = 20, example = "261122-048213")]
    matter: Option<String>,
}

/// Notes what a look showed; what was found is reported as a matter first.
#[utoipa::path(
    post, path = "/api/v1/patrols/{county}/{id}/note", tag = "matters", operation_id = "notePatrol",
    request_body = PatrolNoteBody,
    params(Of),
    responses((status = 200, description = "How it stands now", body = PatrolBody), Refusals), security(("token" = []))
)]
pub(super) async fn note(
    caller: Caller,
    of: Of,
    Sent(sent): Sent<PatrolNoteBody>,
) -> Result<Json<PatrolBody>> {
    let scope = caller.scope(Right::EnterMatters)?;
    let mut tx = caller.app.db().read().await?;
    store::patrol(&mut tx, &scope, &of.county, of.id).await?.ok_or_else(Problem::not_found)?;
    let outcome = Outcome::from_code(&sent.outcome);
    let outcome = outcome.ok_or_else(|| Problem::invalid().field("outcome", "api-field-form"))?;
    let matter = match &sent.matter {
        None => None,
        Some(number) => {
            let found = matters::matter_by_number(&mut tx, &scope, &of.county, number).await?;
            let found = found.ok_or_else(|| Problem::invalid().field("matter", "patrol-matter-missing"))?;
            Some(found.id)
        }
    };
    drop(tx);
    let note = NotePatrol {
        county: of.county.clone(),
        id: of.id,
        entry: caller.app.ids().new_id(caller.now),
        seen_at: caller.now,
        outcome,
        words: sent.words,
        matter,
    };
    caller.app.act(&caller.who, &note).await?;
    one(caller, of).await
}

/// How many were called off.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CalledOffBody {
    /// How many days.
    days: u64,
}

/// Calls off what is left of a plan, from this patrol on.
#[utoipa::path(
    post, path = "/api/v1/patrols/{county}/{id}/calling-off", tag = "matters", operation_id = "callOffPatrols",
    params(Of),
    responses((status = 200, description = "How many", body = CalledOffBody), Refusals), security(("token" = []))
)]
pub(super) async fn call_off(caller: Caller, of: Of) -> Result<Json<CalledOffBody>> {
    let days = caller.app.act(&caller.who, &CallOffPatrols { county: of.county, id: of.id }).await?;
    Ok(Json(CalledOffBody { days }))
}
