//! An administrator changes a category's limits in a county.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Error, Micros, Problem, Result, Right, Scope, Tx};
use lianxin_registry::area::{path_of, root_of, store as areas};
use lianxin_worktime::Kind;
use serde_json::{Value, json};

use super::words;
use crate::Matters;
use crate::category::Category;
use crate::local::Change;
use crate::rules::clock::Limits;
use crate::store::changes;

/// The longest limit, in minutes: a year.
const LONGEST: u32 = 365 * 24 * 60;

/// Sets the clocks of a category for what comes in to a county from now on, in every program on the
/// database at once. Matters under way keep the limits they started with. Only what differs from the
/// built-in category is stored.
pub struct SetLimits<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The county: six digits.
    pub county: String,
    /// The category's code.
    pub code: String,
    /// Its clocks.
    pub limits: Limits,
    /// Whether what is said is sealed from the public.
    pub private: bool,
    /// By which decision; it joins the audit trail.
    pub reason: String,
}

/// Whether whoever keeps `kept` may set a county's limits: they hold for all of it, so keeping a village
/// or a town in it is not enough.
pub fn may_set_limits(kept: &Scope, county: &str) -> bool {
    kept.covers(&path_of(root_of(county)), &[])
}

impl Action for SetLimits<'_> {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        if !may_set_limits(&cx.scope(Right::Manage), &self.county) {
            return Err(Problem::forbidden().into());
        }
        let built_in = self.matters.catalogue.get(&self.code).ok_or_else(Problem::not_found)?;
        areas::area(tx, root_of(&self.county)).await?.ok_or_else(Problem::not_found)?;
        self.checked()?;
        let local = self.matters.local(tx, &self.county).await?;
        let before = local.catalogue().get(&self.code).ok_or_else(Problem::not_found)?;
        if (before.limits, before.private) == (self.limits, self.private) {
            return Err(Problem::invalid().field("resolve", "limits-same").into());
        }
        let change = Change::from_built_in(&built_in, self.limits, self.private);
        changes::insert(tx, &self.county, &self.code, after(local.changed(), cx.now), &change).await?;
        tx.audit(self.entry(cx, &before));
        Ok(())
    }
}

/// Now, but later than what holds already, so that no two changes share a moment.
fn after(last: Option<Micros>, now: Micros) -> Micros {
    last.map_or(now, |last| now.max(last + 1))
}

impl SetLimits<'_> {
    /// Looks at every field before refusing, so that the form says all that is wrong at once.
    fn checked(&self) -> Result<()> {
        let Limits { respond, climb, resolve, .. } = self.limits;
        let mut problem = Problem::invalid();
        for (field, minutes) in [("respond", respond), ("climb", climb), ("resolve", resolve)] {
            if !(1..=LONGEST).contains(&minutes) {
                problem = problem.field(field, "limits-range");
            }
        }
        // A unit that loses a matter before it must have taken it, or a level that may hold it longer
        // than the whole promise, would be nonsense.
        if respond > climb {
            problem = problem.field("respond", "limits-order");
        }
        if climb > resolve {
            problem = problem.field("climb", "limits-order");
        }
        if let Err(Error::Refused(wrong)) = words::required("reason", &self.reason, "matter-reason-missing") {
            problem.fields.extend(wrong.fields);
        }
        problem.when_fields()
    }

    fn entry(&self, cx: Context<'_>, before: &Category) -> Entry {
        let detail = json!({
            "before": told(before.limits, before.private),
            "after": told(self.limits, self.private),
        });
        Entry::new(cx.who, &self.county, "category-limits", "category", &self.code)
            .because(self.reason.trim())
            .detail(detail)
    }
}

fn told(limits: Limits, private: bool) -> Value {
    json!({
        "respond": limits.respond,
        "climb": limits.climb,
        "resolve": limits.resolve,
        "working": limits.kind == Kind::Working,
        "private": private,
    })
}
