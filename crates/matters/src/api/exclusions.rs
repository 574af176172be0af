//! Unreasonable demands, for programs: what was proposed to be left out of a report's rates, and by whom.

use axum::Json;
use lianxin_foundation::Right;
use lianxin_foundation::error::{Problem, Result};
use lianxin_foundation::web::Caller;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::{Asked, CasesQuery, Of, Sent};
use super::shapes::{Refusals, Time};
use crate::actions::{DecideExclusion, LiftExclusion, ProposeExclusion};
use crate::exclusions::{Exclusion, Said, store};

/// What somebody said.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SaidBody {
    /// When.
    at: Time,
    /// Who.
    by: String,
    /// Why.
    reason: String,
}

impl From<Said> for SaidBody {
    fn from(said: Said) -> SaidBody {
        SaidBody { at: said.at.into(), by: said.name, reason: said.reason }
    }
}

/// A proposal to leave a matter out of a report's rates.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExclusionBody {
    /// The matter's county: six digits.
    county: String,
    /// The matter's id.
    matter: Uuid,
    /// proposed, confirmed, refused or lifted.
    #[schema(example = "confirmed")]
    state: &'static str,
    /// The proposal.
    proposed: SaidBody,
    /// The second person's word.
    decided: Option<SaidBody>,
    /// Why it counts again.
    lifted: Option<SaidBody>,
}

impl From<Exclusion> for ExclusionBody {
    fn from(exclusion: Exclusion) -> ExclusionBody {
        ExclusionBody {
            county: exclusion.county,
            matter: exclusion.matter,
            state: exclusion.state.code(),
            proposed: exclusion.proposed.into(),
            decided: exclusion.decided.map(SaidBody::from),
            lifted: exclusion.lifted.map(SaidBody::from),
        }
    }
}

/// One page of proposals.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExclusionsBody {
    /// How many there are in all.
    total: i64,
    /// Which page this is, from 1.
    page: i64,
    /// How many a page holds.
    size: i64,
    /// The proposals.
    exclusions: Vec<ExclusionBody>,
}

/// The proposals on matters that the owner of this token sees.
///
/// Open are those that wait for a second person; the newest come first.
#[utoipa::path(
    get, path = "/api/v1/exclusions", tag = "matters", operation_id = "listExclusions", params(CasesQuery),
    responses((status = 200, description = "One page of them", body = ExclusionsBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn list(caller: Caller, Asked(asked): Asked<CasesQuery>) -> Result<Json<ExclusionsBody>> {
    let scope = caller.scope(Right::SeeMatters)?;
    let (open, paging) = asked.read()?;
    let mut tx = caller.app.db().read().await?;
    let total = store::count(&mut tx, &scope, open).await?;
    let found = store::list(&mut tx, &scope, open, paging).await?;
    let exclusions = found.into_iter().map(|(exclusion, _)| exclusion.into()).collect();
    Ok(Json(ExclusionsBody { total, page: paging.page, size: paging.size, exclusions }))
}

/// One person's word about leaving a matter out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExclusionStepBody {
    /// propose, confirm, refuse or lift.
    #[schema(pattern = "^(propose|confirm|refuse|lift)$", example = "propose")]
    step: String,
    /// Why.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    reason: String,
}

/// Proposes to leave a matter out of a report's rates, decides on it as a second person, or has it count again.
#[utoipa::path(
    post, path = "/api/v1/matters/{county}/{id}/exclusion", tag = "matters", operation_id = "excludeMatter",
    request_body = ExclusionStepBody,
    params(Of),
    responses((status = 200, description = "Everything said about it", body = [ExclusionBody]), Refusals),
    security(("token" = []))
)]
pub(super) async fn step(
    caller: Caller,
    of: Of,
    Sent(sent): Sent<ExclusionStepBody>,
) -> Result<Json<Vec<ExclusionBody>>> {
    let (county, id, reason) = (of.county.clone(), of.id, sent.reason);
    let (app, who) = (&caller.app, &caller.who);
    match sent.step.as_str() {
        "propose" => app.act(who, &ProposeExclusion { county, id, reason }).await?,
        "confirm" => app.act(who, &DecideExclusion { county, id, confirm: true, reason }).await?,
        "refuse" => app.act(who, &DecideExclusion { county, id, confirm: false, reason }).await?,
        "lift" => app.act(who, &LiftExclusion { county, id, reason }).await?,
        _ => return Err(Problem::invalid().field("step", "api-field-form").into()),
    }
    let mut tx = caller.app.db().read().await?;
    let found = store::of_matter(&mut tx, &of.county, of.id).await?;
    Ok(Json(found.into_iter().map(ExclusionBody::from).collect()))
}
