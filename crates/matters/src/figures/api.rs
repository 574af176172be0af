//! Figures for programs.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::{Extension, Json};
use lianxin_foundation::Result;
use lianxin_foundation::clock::rfc3339;
use lianxin_foundation::error::{Kind, Problem};
use lianxin_foundation::scope::Right;
use lianxin_foundation::web::Caller;
use serde::Serialize;
use utoipa::ToSchema;

use super::counts::{CLOSERS, Counts, Indicator, LEVELS, Stretch};
use super::formulas::Rate;
use super::pages::Asked;
use super::report::{Cache, Line, Report};
use crate::Matters;
use crate::api::Refusals;

/// So many out of so many, with Wilson's 95 % score interval.
#[derive(Debug, Serialize, ToSchema)]
pub struct RateBody {
    /// How many of them it holds for.
    pub hits: i64,
    /// How many were counted.
    pub n: i64,
    /// The share, 0 to 1; null where nothing was counted.
    pub share: Option<f64>,
    /// The lower end of the interval, 0 to 1.
    pub low: f64,
    /// The upper end of the interval, 0 to 1.
    pub high: f64,
    /// Whether the sample is under thirty: not to be ranked or compared.
    pub thin: bool,
}

impl From<Rate> for RateBody {
    fn from(rate: Rate) -> RateBody {
        let interval = rate.interval();
        RateBody {
            hits: rate.hits,
            n: rate.n,
            share: rate.share(),
            low: interval.lo,
            high: interval.hi,
            thin: rate.is_thin(),
        }
    }
}

/// A count under a code.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharedBody {
    /// The level or the way of closing.
    pub code: &'static str,
    /// How many, out of all settled or all closed.
    #[serde(flatten)]
    pub rate: RateBody,
}

/// How long a stretch of the way took.
#[derive(Debug, Serialize, ToSchema)]
pub struct StretchBody {
    /// `dispatch`, `response`, `resolution` or `closing`.
    pub code: &'static str,
    /// How many matters went along it.
    pub n: i64,
    /// The mean in seconds of the calendar.
    pub mean_seconds: Option<i64>,
}

/// What was counted of a set of matters.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsBody {
    /// Received.
    pub received: i64,
    /// Closed by the reporter's word or the time-out.
    pub closed: i64,
    /// Taken back by the reporter.
    pub withdrawn: i64,
    /// Not taken up.
    pub dismissed: i64,
    /// First response in time, out of those dispatched.
    pub response: RateBody,
    /// Solved, out of the answers when called back.
    pub solved: RateBody,
    /// Satisfied, out of the answers when called back.
    pub satisfied: RateBody,
    /// Matters the next level took over.
    pub climbed: i64,
    /// How often the next level took over.
    pub climbs: i64,
    /// Matters reopened.
    pub reopened: i64,
    /// Where it was settled, the lowest level first.
    pub settled: Vec<SharedBody>,
    /// Who ended it.
    pub closed_by: Vec<SharedBody>,
    /// How long each stretch took.
    pub stretches: Vec<StretchBody>,
}

impl From<&Counts> for CountsBody {
    fn from(counts: &Counts) -> CountsBody {
        let shared = |names: &[(&'static str, &str)], rates: &[Rate]| {
            names
                .iter()
                .zip(rates)
                .map(|((code, _), rate)| SharedBody { code, rate: (*rate).into() })
                .collect()
        };
        CountsBody {
            received: counts.received,
            closed: counts.closed,
            withdrawn: counts.withdrawn,
            dismissed: counts.dismissed,
            response: counts.rate(Indicator::Response).into(),
            solved: counts.rate(Indicator::Solved).into(),
            satisfied: counts.rate(Indicator::Satisfied).into(),
            climbed: counts.climbed,
            climbs: counts.climbs,
            reopened: counts.reopened,
            settled: shared(&LEVELS, &counts.levels()),
            closed_by: shared(&CLOSERS, &counts.closers()),
            stretches: Stretch::ALL
                .map(|stretch| StretchBody {
                    code: stretch.code(),
                    n: counts.along(stretch).0,
                    mean_seconds: counts.mean(stretch),
                })
                .into(),
        }
    }
}

/// The figures of one area, category or unit.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineBody {
    /// Its code or id; null for what has none: matters of the area itself, or of no unit yet.
    pub code: Option<String>,
    /// Its name; of a category, its code.
    pub name: String,
    /// Its figures.
    #[serde(flatten)]
    pub counts: CountsBody,
}

/// The rates of one month.
#[derive(Debug, Serialize, ToSchema)]
pub struct MonthBody {
    /// The month, `2026-09`.
    pub month: String,
    /// Received.
    pub received: i64,
    /// Of those, closed by now.
    pub closed: i64,
    /// First response in time, out of those dispatched.
    pub response: RateBody,
    /// Solved, out of the answers when called back.
    pub solved: RateBody,
    /// Satisfied, out of the answers when called back.
    pub satisfied: RateBody,
}

/// The figures of a place over a period. Tables are in the order of codes or names, never of a rate.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiguresBody {
    /// The area's code.
    pub area: String,
    /// Its name.
    pub area_name: String,
    /// The first month.
    pub from: String,
    /// The last month.
    pub to: String,
    /// The moment they were computed at, at most some minutes ago.
    pub as_of: String,
    /// Everything together.
    pub whole: CountsBody,
    /// The medians of the stretches in seconds: dispatch, response, resolution, closing.
    pub median_seconds: [Option<i64>; 4],
    /// Month by month.
    pub months: Vec<MonthBody>,
    /// By the areas directly below.
    pub areas: Vec<LineBody>,
    /// By category.
    pub categories: Vec<LineBody>,
    /// By unit; empty above the county.
    pub units: Vec<LineBody>,
}

impl From<&Report> for FiguresBody {
    fn from(report: &Report) -> FiguresBody {
        let coded = |line: &Line<String>| LineBody {
            code: Some(line.key.clone()).filter(|key| !key.is_empty()),
            name: if line.name.is_empty() { line.key.clone() } else { line.name.clone() },
            counts: (&line.counts).into(),
        };
        FiguresBody {
            area: report.question.area.clone(),
            area_name: report.area_name().to_owned(),
            from: report.question.period.first.code(),
            to: report.question.period.last.code(),
            as_of: rfc3339(report.as_of),
            whole: (&report.whole).into(),
            median_seconds: report.medians,
            months: report
                .months
                .iter()
                .map(|(month, counts)| MonthBody {
                    month: month.code(),
                    received: counts.received,
                    closed: counts.closed,
                    response: counts.rate(Indicator::Response).into(),
                    solved: counts.rate(Indicator::Solved).into(),
                    satisfied: counts.rate(Indicator::Satisfied).into(),
                })
                .collect(),
            areas: report.areas.iter().map(coded).collect(),
            categories: report.categories.iter().map(coded).collect(),
            units: report
                .units
                .iter()
                .map(|line| LineBody {
                    code: line.key.map(|id| id.to_string()),
                    name: line.name.clone(),
                    counts: (&line.counts).into(),
                })
                .collect(),
        }
    }
}

/// Figures of a place within the token owner's posts.
///
/// # Errors
/// 401 without a token, 403 without a post that gives figures, 404 for a place outside those posts,
/// 422 for a period that is none.
#[utoipa::path(
    get,
    path = "/api/v1/figures",
    tag = "figures",
    params(Asked),
    responses((status = 200, description = "The figures", body = FiguresBody), Refusals),
    security(("token" = []))
)]
pub async fn figures(
    caller: Caller,
    Extension(matters): Extension<Matters>,
    Extension(cache): Extension<Cache>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<FiguresBody>> {
    let Query(asked) = asked.map_err(|_| Problem::new(Kind::Invalid, "problem-unreadable"))?;
    let scope = caller.scope(Right::SeeFigures)?;
    let question = asked.of_staff(scope, &matters.catalogue, caller.now)?.ok_or_else(Problem::not_found)?;
    let report = cache.report(&caller.app, &question).await?;
    Ok(Json(FiguresBody::from(&*report)))
}
