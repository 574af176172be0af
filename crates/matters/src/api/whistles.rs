//! Called units, for programs: the calls of a matter, those of everybody, and how quickly units came.

use axum::Json;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::error::{Problem, Result};
use lianxin_foundation::web::Caller;
use lianxin_foundation::{Micros, Right};
use lianxin_registry::organisation::store as organisations;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::input::{Asked, CasesQuery, Of};
use super::read::seen;
use super::shapes::{Refusals, Time};
use crate::whistle::arrivals::by_unit;
use crate::whistle::{Call, store};

/// A unit that was called to a matter.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CallBody {
    /// The matter's county: six digits.
    county: String,
    /// The matter's id.
    matter: Uuid,
    /// The organisation that was called.
    unit: Uuid,
    /// daily, tough or emergency.
    #[schema(example = "emergency")]
    kind: &'static str,
    /// When it was called.
    called_at: Time,
    /// By when it must be there.
    due: Time,
    /// When it was there.
    arrived_at: Option<Time>,
    /// When nobody waited for it any longer.
    ended_at: Option<Time>,
    /// How it stands now: expected, overdue, in-time, late, let-off or never-came.
    #[schema(example = "in-time")]
    standing: &'static str,
}

impl CallBody {
    fn of(call: Call, now: Micros) -> CallBody {
        let standing = call.standing(now).code();
        CallBody {
            county: call.county,
            matter: call.matter,
            unit: call.unit,
            kind: call.kind.code(),
            called_at: call.called_at.into(),
            due: call.due.into(),
            arrived_at: call.arrived_at.map(Time::from),
            ended_at: call.ended_at.map(Time::from),
            standing,
        }
    }
}

/// The units called to a matter, the oldest call first.
#[utoipa::path(
    get, path = "/api/v1/matters/{county}/{id}/calls", tag = "matters", operation_id = "listCallsOfMatter",
    params(Of),
    responses((status = 200, description = "All of them", body = [CallBody]), Refusals), security(("token" = []))
)]
pub(super) async fn of_matter(caller: Caller, of: Of) -> Result<Json<Vec<CallBody>>> {
    let matter = seen(&caller, &of).await?;
    let mut tx = caller.app.db().read().await?;
    let calls = store::of_matter(&mut tx, &matter.county, matter.id).await?;
    Ok(Json(calls.into_iter().map(|call| CallBody::of(call, caller.now)).collect()))
}

/// One page of calls.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CallsBody {
    /// How many there are in all.
    total: i64,
    /// Which page this is, from 1.
    page: i64,
    /// How many a page holds.
    size: i64,
    /// The calls.
    calls: Vec<CallBody>,
}

/// The calls of the units and places the owner of this token sees.
///
/// Open are those still awaited, what is due first; all of them come the newest first.
#[utoipa::path(
    get, path = "/api/v1/calls", tag = "matters", operation_id = "listCalls", params(CasesQuery),
    responses((status = 200, description = "One page of them", body = CallsBody), Refusals), security(("token" = []))
)]
pub(super) async fn list(caller: Caller, Asked(asked): Asked<CasesQuery>) -> Result<Json<CallsBody>> {
    let scope = caller.scope(Right::SeeMatters)?;
    let (open, paging) = asked.read()?;
    let which = if open { store::Asked::Open } else { store::Asked::All };
    let mut tx = caller.app.db().read().await?;
    let total = store::count(&mut tx, &scope, which).await?;
    let found = store::list(&mut tx, &scope, which, paging).await?;
    let calls = found.into_iter().map(|(call, _)| CallBody::of(call, caller.now)).collect();
    Ok(Json(CallsBody { total, page: paging.page, size: paging.size, calls }))
}

/// How one unit came.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArrivalsBody {
    /// The organisation.
    unit: Uuid,
    /// Its name.
    name: String,
    /// How often it was called.
    called: usize,
    /// How often it came in time.
    in_time: usize,
    /// How often it came late.
    late: usize,
    /// How often it was late and is not there.
    missing: usize,
    /// How many calls can be judged by now: in time, late and missing together.
    judged: usize,
    /// The median from call to arrival in seconds; null where it never came.
    median_seconds: Option<i64>,
}

/// Over how many days.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct ArrivalsQuery {
    /// How many days back, 92 when left out.
    #[param(minimum = 1, maximum = 3660)]
    days: Option<i64>,
}

/// How quickly called units came, by unit, in the order of their ids.
#[utoipa::path(
    get, path = "/api/v1/calls/arrivals", tag = "figures", operation_id = "listArrivals", params(ArrivalsQuery),
    responses((status = 200, description = "Each called unit", body = [ArrivalsBody]), Refusals), security(("token" = []))
)]
pub(super) async fn arrivals(
    caller: Caller,
    Asked(asked): Asked<ArrivalsQuery>,
) -> Result<Json<Vec<ArrivalsBody>>> {
    let scope = caller.scope(Right::SeeFigures)?;
    let days = asked.days.unwrap_or(92);
    if !(1..=3660).contains(&days) {
        return Err(Problem::invalid().field("days", "api-query-form").into());
    }
    let mut tx = caller.app.db().read().await?;
    let calls = store::between(&mut tx, &scope, caller.now - days * DAY, caller.now + 1).await?;
    let counted = by_unit(&calls, caller.now);
    let ids: Vec<Uuid> = counted.keys().copied().collect();
    let names = organisations::names(&mut tx, &ids).await?;
    let body = |(unit, arrivals): (Uuid, crate::whistle::arrivals::Arrivals)| ArrivalsBody {
        unit,
        name: names.get(&unit).cloned().unwrap_or_default(),
        called: arrivals.called,
        in_time: arrivals.in_time,
        late: arrivals.late,
        missing: arrivals.missing,
        judged: arrivals.judged(),
        median_seconds: arrivals.median.map(|median| median / 1_000_000),
    };
    Ok(Json(counted.into_iter().map(body).collect()))
}
