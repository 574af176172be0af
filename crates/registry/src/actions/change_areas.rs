//! Changes the tree of areas, and takes a change back.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::start_of_day;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::area::change::plan::{Asked, plan};
use crate::area::change::{Change, Plan, carry, store, undo};
use crate::area::{path_of, store as areas};
use crate::post::require_kept;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 200;

/// An operation on the tree. It counts from the beginning of the day on which it is made.
pub struct ChangeAreas {
    /// What is to be done.
    pub asked: Asked,
    /// Why: the paper that orders it.
    pub reason: String,
}

impl Action for ChangeAreas {
    type Output = Uuid;

    /// Gives the change's id, by which it can be undone.
    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let plan = looked_at(tx, cx, &self.asked).await?;
        let reason = self.reason.trim();
        if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
            return Err(Problem::invalid().field("reason", "registry-reason-missing").into());
        }
        let change = begun(cx, &plan, reason);
        let rows = carry::carry(tx, cx, &plan, &change).await?;
        let heirs: Vec<&str> = plan.ends.iter().map(|end| end.heir.as_str()).collect();
        tx.audit(
            Entry::new(cx.who, &plan.county, "area-change", "area", self.asked.area())
                .because(reason)
                .detail(json!({
                    "kind": plan.kind.code(),
                    "event": change.id,
                    "areas": plan.ends.iter().map(|end| end.area.id.as_str()).collect::<Vec<_>>(),
                    "heirs": heirs,
                    "rows": rows,
                })),
        );
        Ok(change.id)
    }
}

/// The record of a change that is made now and counts from the beginning of today.
pub(super) fn begun(cx: Context<'_>, plan: &Plan, reason: &str) -> Change {
    Change {
        county: plan.county.clone(),
        id: cx.app.ids().new_id(cx.now),
        kind: plan.kind.code().to_owned(),
        valid_from: start_of_day(cx.now),
        made_at: cx.now,
        made_by: cx.who.name.clone(),
        reason: reason.to_owned(),
        undone_at: None,
        undone_by: None,
    }
}

/// Works out what an operation would do, for somebody who keeps every area it touches.
///
/// # Errors
/// Not found for an area out of sight, forbidden for one that is not theirs to keep, or what the plan refuses.
pub(crate) async fn looked_at(tx: &mut Tx, cx: Context<'_>, asked: &Asked) -> Result<Plan> {
    let own = areas::area(tx, asked.area()).await?.filter(|area| area.valid_to.is_none());
    let Some(own) = own.filter(|area| cx.scope(Right::SeeRegistry).covers(&area.path, &[])) else {
        return Err(Problem::not_found().into());
    };
    require_kept(cx, &own.path)?;
    // Another area that is not theirs is told from none at all to nobody.
    let other = match asked {
        Asked::Move { parent, .. } => Some(("parent", parent)),
        Asked::Merge { into, .. } => Some(("into", into)),
        _ => None,
    };
    if let Some((field, id)) = other {
        let kept = areas::area(tx, id).await?.is_some_and(|area| require_kept(cx, &area.path).is_ok());
        if !kept {
            return Err(Problem::invalid().field(field, "area-unknown").into());
        }
    }
    let plan = plan(tx, asked, start_of_day(cx.now)).await?;
    for area in plan.makes.iter().map(|(made, _)| made.parent.as_deref()) {
        let around = area.map(path_of).unwrap_or_default();
        let made_here = plan.makes.iter().any(|(made, _)| Some(made.id.as_str()) == area);
        // What becomes of an area next to it is decided by whoever keeps what is around both.
        if !made_here {
            require_kept(cx, &around)?;
        }
    }
    Ok(plan)
}

/// A change to take back.
pub struct UndoAreas {
    /// Its county.
    pub county: String,
    /// Its id.
    pub change: Uuid,
    /// Why.
    pub reason: String,
}

impl Action for UndoAreas {
    type Output = Change;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Change> {
        let Some(change) = store::change(tx, &self.county, self.change).await? else {
            return Err(Problem::not_found().into());
        };
        let steps = store::steps(tx, &self.county, self.change).await?;
        let scope = cx.scope(Right::SeeRegistry);
        let touched = || steps.iter().flat_map(|step| [path_of(&step.area), path_of(&step.heir)]);
        if !touched().any(|path| scope.covers(&path, &[])) {
            return Err(Problem::not_found().into());
        }
        for path in touched() {
            require_kept(cx, &path)?;
        }
        let reason = self.reason.trim();
        if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
            return Err(Problem::invalid().field("reason", "registry-reason-missing").into());
        }
        undo::undo(tx, cx, &change).await?;
        let first = steps.first().map_or(self.county.as_str(), |step| step.area.as_str());
        tx.audit(
            Entry::new(cx.who, &self.county, "area-undo", "area", first)
                .because(reason)
                .detail(json!({ "kind": change.kind, "event": change.id })),
        );
        match store::change(tx, &self.county, self.change).await? {
            Some(change) => Ok(change),
            None => Err(Problem::new(Kind::Conflict, "area-undone-already").into()),
        }
    }
}
