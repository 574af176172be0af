//! Coverage (应建尽建): who has no branch yet, what is proposed for each, and what was decided.

pub(crate) mod files;
pub(crate) mod list;
pub(crate) mod proposal;
pub(crate) mod told;

use axum::Router;
use axum::routing::{get, post};
use lianxin_foundation::web::Visitor;
use lianxin_foundation::{App, Problem, Result, Right, Tx};
use uuid::Uuid;

use crate::coverage::{Plan, store};

/// The addresses of coverage.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/organisations/coverage", get(list::list).post(list::begin))
        .route("/organisations/coverage/{county}/{plan}/lines.csv", get(files::csv))
        .route("/organisations/coverage/{county}/{plan}/lines.xlsx", get(files::xlsx))
        .route("/organisations/coverage/{county}/{plan}/many", post(list::many))
        .route("/organisations/coverage/{county}/{plan}/{unit}", get(proposal::page))
        .route("/organisations/coverage/{county}/{plan}/{unit}/{step}", post(proposal::take))
}

/// A plan that is done, and that the visitor may decide upon.
async fn visible(tx: &mut Tx, visitor: &Visitor, county: &str, id: Uuid) -> Result<Plan> {
    let (manages, sees) = (visitor.scope(Right::Manage)?, visitor.scope(Right::SeePeople)?);
    let found = store::plan(tx, county, id).await?;
    let found = found.filter(|plan| plan.is_done() && plan.within(&manages, &sees));
    found.ok_or_else(|| Problem::not_found().into())
}
