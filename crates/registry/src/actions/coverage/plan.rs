//! Asks for a plan.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use serde_json::json;

use crate::area::{AreaKind, store as areas};
use crate::coverage::{Plan, store};

/// Asks how everything in an area could be covered; the plan is made beside other work.
#[derive(Debug, Clone)]
pub struct PlanCoverage {
    /// A county, or an area below.
    pub area: String,
}

impl Action for PlanCoverage {
    type Output = Plan;

    /// A plan for the same area that still waits is given again.
    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Plan> {
        let refused = |code| Err(Problem::invalid().field("area", code).into());
        let found = areas::area(tx, &self.area).await?.filter(|area| area.valid_to.is_none());
        let Some(area) = found else { return refused("area-unknown") };
        let plan = Plan {
            county: area.county,
            id: cx.app.ids().new_id(cx.now),
            area: area.id,
            path: area.path,
            state: "waiting".to_owned(),
            made_at: cx.now,
            made_by: cx.who.name.clone(),
            changed_at: cx.now,
            units: 0,
            placeless: 0,
            left_out: 0,
            joints: 0,
            metres: 0,
            least_left_out: 0,
            least_joints: 0,
            least_metres: 0,
        };
        if !plan.within(&cx.scope(Right::Manage), &cx.scope(Right::SeePeople)) {
            return refused("area-unknown");
        }
        if area.kind < AreaKind::County {
            return refused("coverage-area-wide");
        }
        let newest = store::of_area(tx, &plan.county, &plan.path, 1).await?.pop();
        if let Some(newest) = newest.filter(|one| matches!(one.state.as_str(), "waiting" | "running")) {
            return Ok(newest);
        }
        store::insert(tx, &plan).await?;
        tx.audit(
            Entry::new(cx.who, &plan.county, "coverage-plan", "coverage", plan.id)
                .detail(json!({ "area": plan.area })),
        );
        Ok(plan)
    }
}
