//! Coverage for programs: the newest plan for a place, and its proposals with what they rest on.

use axum::Json;
use lianxin_foundation::clock::rfc3339;
use lianxin_foundation::web::{Caller, Paging};
use lianxin_foundation::{Problem, Result, Right};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Refusals;
use super::input::{Asked, Id};
use crate::area::{is_id, path_of};
use crate::county_of;
use crate::coverage::{Decision, Line, Plan, Way, store};

/// Proposals on a page unless asked otherwise.
const PAGE: i64 = 100;

/// Which proposals are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct CoverageQuery {
    /// `open` for those still to be decided (unless said otherwise), `decided`, or a way: `own`, `joint`, `attached`, `left`,
    /// `instructed`, `kept`.
    show: String,
    /// Which page, from 1.
    page: Option<i64>,
    /// How many a page holds: 1 to 500, 100 unless said otherwise.
    size: Option<i64>,
}

/// A plan and some of its proposals.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CoverageBody {
    /// The plan's id.
    plan: Uuid,
    /// The area it is for.
    area: String,
    /// `waiting`, `running`, `done` or `failed`; proposals are there once it is done.
    #[schema(example = "done")]
    state: String,
    /// When it was asked for.
    made_at: String,
    /// Units it is about.
    units: i64,
    /// Units left aside, since nobody knows where they stand.
    placeless: i64,
    /// What it is worth.
    found: WorthBody,
    /// What no plan goes below.
    bound: WorthBody,
    /// This page of proposals.
    proposals: Vec<ProposalBody>,
}

/// What a plan is worth: less is better, an earlier figure outweighs the later ones.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorthBody {
    /// Units with members whom nobody can take in.
    left_out: i64,
    /// New joint branches.
    joint_branches: i64,
    /// Metres of joint and attached units to their seats.
    metres: i64,
}

/// A proposal.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProposalBody {
    /// The unit that leads it.
    seat: Uuid,
    /// How its units are covered.
    #[schema(example = "joint")]
    way: &'static str,
    /// The kind of organisation that is founded, where one is.
    founds: Option<String>,
    /// Its units, the one that leads first.
    lines: Vec<LineBody>,
    /// `accepted` or `declined`, once somebody decided.
    decision: Option<String>,
    /// The organisation that covers the units since it was accepted.
    organisation: Option<Uuid>,
}

/// How one unit is covered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LineBody {
    /// The unit.
    unit: Uuid,
    /// Formal members who work there.
    members: i64,
    /// Everybody who is registered as working there.
    staff: i64,
    /// The organisation that takes it on, keeps it, or sends an instructor.
    host: Option<Uuid>,
    /// The unit whose own new branch does.
    host_unit: Option<Uuid>,
    /// Metres to its seat.
    metres: i64,
    /// The rules it follows from.
    #[schema(example = "own_least")]
    rules: Vec<String>,
}

impl From<Line> for LineBody {
    fn from(line: Line) -> LineBody {
        LineBody {
            rules: line.rules().map(str::to_owned).collect(),
            unit: line.unit,
            members: line.members,
            staff: line.staff,
            host: line.host,
            host_unit: line.host_unit,
            metres: line.metres,
        }
    }
}

fn body(plan: Plan, proposals: Vec<ProposalBody>) -> CoverageBody {
    CoverageBody {
        plan: plan.id,
        area: plan.area,
        state: plan.state,
        made_at: rfc3339(plan.made_at),
        units: plan.units,
        placeless: plan.placeless,
        found: WorthBody { left_out: plan.left_out, joint_branches: plan.joints, metres: plan.metres },
        bound: WorthBody {
            left_out: plan.least_left_out,
            joint_branches: plan.least_joints,
            metres: plan.least_metres,
        },
        proposals,
    }
}

fn proposal(seat: &Line, lines: Vec<Line>, decisions: &[Decision]) -> ProposalBody {
    let decided = decisions.iter().find(|one| one.seat == seat.seat);
    ProposalBody {
        seat: seat.seat,
        way: seat.way.code(),
        founds: seat.founds.clone(),
        lines: lines.into_iter().map(LineBody::from).collect(),
        decision: decided.map(|one| one.decision.clone()),
        organisation: decided.and_then(|one| one.organisation),
    }
}

/// The newest plan for an area, for whoever keeps its organisations and sees its people.
#[utoipa::path(
    get, path = "/api/v1/coverage/{area}", tag = "registry", operation_id = "getCoverage",
    params(("area" = String, Path, description = "The code of a county or an area below"), CoverageQuery),
    responses((status = 200, description = "The plan and a page of its proposals", body = CoverageBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn one(
    caller: Caller,
    Id(area): Id,
    Asked(asked): Asked<CoverageQuery>,
) -> Result<Json<CoverageBody>> {
    let (manages, sees) = (caller.scope(Right::Manage)?, caller.scope(Right::SeePeople)?);
    if !is_id(&area) || area.len() < 6 {
        return Err(Problem::not_found().into());
    }
    let mut tx = caller.app.db().read().await?;
    let newest = store::of_area(&mut tx, &county_of(&area), &path_of(&area), 1).await?.pop();
    let Some(plan) = newest.filter(|plan| plan.within(&manages, &sees)) else {
        return Err(Problem::not_found().into());
    };
    if !plan.is_done() {
        return Ok(Json(body(plan, Vec::new())));
    }
    let known = |show: &str| matches!(show, "open" | "decided") || Way::from_code(show).is_some();
    let show = match asked.show.as_str() {
        "" => "open",
        show if known(show) => show,
        _ => return Err(Problem::invalid().field("show", "coverage-show-unknown").into()),
    };
    let paging = Paging::new(asked.page, asked.size.unwrap_or(PAGE));
    let seats = store::proposals(&mut tx, &plan, show, paging).await?;
    let ids: Vec<Uuid> = seats.iter().map(|line| line.seat).collect();
    let mut lines = store::lines_of(&mut tx, &plan, &ids).await?;
    let decisions = store::decisions(&mut tx, &plan).await?;
    let proposals = seats.iter().map(|seat| {
        let of_seat = lines.remove(&seat.seat).unwrap_or_default();
        proposal(seat, of_seat, &decisions)
    });
    let proposals = proposals.collect();
    Ok(Json(body(plan, proposals)))
}
