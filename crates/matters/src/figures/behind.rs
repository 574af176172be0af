//! What stands behind a public number: the matters it counts, each by its number and by when what was done.
//!
//! A matter's words, category and reporter are in none of it, nor what the reporter answered: of few answers
//! a list would tell what one neighbour said (`docs/decisions/0007-what-figures-hold-back.md`).

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::response::Response;
use lianxin_foundation::error::Problem;
use lianxin_foundation::limits::Limit;
use lianxin_foundation::web::{self, Beside, Paging, Path, Shell, Visitor};
use lianxin_foundation::{Micros, Result};

use super::counts::Counted;
use super::held::Sample;
use super::pages::{Asked, links, public_enough};
use super::report::{COUNTY, Cache, Report, selection};
use super::store::{self, Behind};
use super::view::period_name;

/// Matters on a page.
const SIZE: i64 = 50;

#[derive(Template)]
#[template(path = "figures_behind.html")]
pub(super) struct BehindPage {
    pub s: Shell,
    pub heading: String,
    pub period: String,
    /// What was counted.
    pub what: String,
    pub back: String,
    /// Whether it is told when the first response came.
    pub responses: bool,
    pub rows: Vec<Row>,
    /// The newer and the older ones.
    pub pages: Beside,
}

/// A matter.
pub(super) struct Row {
    pub number: String,
    pub href: String,
    pub received: Micros,
    pub dispatched: Option<Micros>,
    pub responded: Option<Micros>,
    pub late: bool,
    pub resolved: Option<Micros>,
}

impl From<Behind> for Row {
    fn from(matter: Behind) -> Row {
        Row {
            href: format!("/find?county={}&number={}", matter.county, matter.number),
            number: matter.number,
            received: matter.created_at,
            dispatched: matter.dispatched_at,
            responded: matter.responded_at,
            late: matter.responded_in_time == Some(false),
            resolved: matter.resolved_at,
        }
    }
}

/// `GET /figures/{area}/matters`: of a county or a place in it.
///
/// # Errors
/// "Not found" for a number that the public page of the place does not tell, or tells as a number alone.
pub(super) async fn page(
    visitor: Visitor,
    Extension(cache): Extension<Cache>,
    Path(area): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    visitor.count(Limit::Read)?;
    let question = asked.of_public(area, visitor.now)?;
    let report = cache.report(&visitor.app, &question).await?;
    public_enough(&report)?;
    let counted = match asked.counted.as_str() {
        "" => None,
        code => Some(Counted::from_code(code).ok_or_else(Problem::not_found)?),
    };
    if report.depth() < COUNTY || !counted.is_none_or(|counted| told(&report, counted)) {
        return Err(Problem::not_found().into());
    }
    let paging = Paging::new(asked.page, SIZE);
    let mut tx = visitor.app.db().read().await?;
    let found = store::behind(&mut tx, &selection(&question, report.path()), counted, paging).await?;
    drop(tx);
    let s = visitor.shell(visitor.words.t("figures-behind"));
    let links = links(&report, asked.show());
    let to = |page: i64| format!("{}&page={page}", links.matters(counted));
    let pages = paging.beside(paging.is_full(found.len()), to);
    web::html(&BehindPage {
        heading: s.t1("figures-heading", "area", report.area_name()),
        period: period_name(&s, question.period),
        what: counted.map_or_else(|| s.t("figures-received"), |counted| counted.name(&visitor.words)),
        back: links.here(),
        responses: !report.held.whole.withholds(Sample::Judged),
        rows: found.into_iter().map(Row::from).collect(),
        pages,
        s,
    })
}

/// Whether a number opens, and is told at all where it is asked for.
fn told(report: &Report, counted: Counted) -> bool {
    let held = report.held.whole;
    counted.is_work()
        && match counted.code() {
            "in_time" => !held.withholds(Sample::Judged),
            "climbed" => !held.any(),
            _ => true,
        }
}
