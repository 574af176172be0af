//! An administrator changes a category's limits.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::scope::Grant;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Scope, Tx};
use lianxin_worktime::Kind;
use serde_json::json;

use super::words;
use crate::category::default_row;
use crate::rules::clock::Limits;
use crate::store;

/// The longest limit, in minutes: a year.
const LONGEST: u32 = 365 * 24 * 60;

/// How deep a county lies.
const COUNTY: usize = 3;

/// Sets the clocks of a category for the whole house. Whoever runs with the catalogue read before goes
/// on with it until started again; matters under way keep the deadlines they have.
pub struct SetLimits {
    /// The category's code.
    pub code: String,
    /// Its clocks.
    pub limits: Limits,
    /// Whether what is said is sealed from the public.
    pub private: bool,
    /// By which decision; it joins the audit trail.
    pub reason: String,
}

/// Whether whoever keeps `kept` may set limits: they hold for the whole house, so keeping a village or a
/// town is not enough.
pub fn may_set_limits(kept: &Scope) -> bool {
    kept.grants()
        .iter()
        .any(|grant| matches!(grant, Grant::Place(path) if path.matches('/').count() <= COUNTY))
}

impl Action for SetLimits {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        if !may_set_limits(&cx.scope(Right::Manage)) {
            return Err(Problem::forbidden().into());
        }
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        self.checked()?;
        let mut row = default_row(&self.code)?.ok_or_else(Problem::not_found)?;
        row.respond_minutes = self.limits.respond.into();
        row.climb_minutes = self.limits.climb.into();
        row.resolve_minutes = self.limits.resolve.into();
        row.working_time = self.limits.kind == Kind::Working;
        row.private = self.private;
        store::put_category(tx, &row).await?;
        let entry = Entry::new(cx.who, &cx.who.county, "category-limits", "category", &self.code);
        tx.audit(entry.because(reason).detail(json!({
            "respond": row.respond_minutes,
            "climb": row.climb_minutes,
            "resolve": row.resolve_minutes,
            "working": row.working_time,
            "private": row.private,
        })));
        Ok(())
    }
}

impl SetLimits {
    fn checked(&self) -> Result<()> {
        let Limits { respond, climb, resolve, .. } = self.limits;
        let mut problem = Problem::invalid();
        for (field, minutes) in [("respond", respond), ("climb", climb), ("resolve", resolve)] {
            if !(1..=LONGEST).contains(&minutes) {
                problem = problem.field(field, "limits-range");
            }
        }
        if respond > resolve {
            problem = problem.field("respond", "limits-order");
        }
        problem.when_fields()
    }
}
