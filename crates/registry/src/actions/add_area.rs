//! Adds a grid below a village, or a micro-grid below a grid.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;

use super::named;
use crate::area::{Area, AreaKind, path_of, store};
use crate::post::require_kept;

/// How often a number is tried again that somebody else took in the same moment.
const TRIES: usize = 5;

/// A new grid or micro-grid; its kind follows from its parent's.
pub struct AddArea {
    /// The village or grid it lies in.
    pub parent: String,
    /// Its name.
    pub name: String,
    /// Households in it, where counted.
    pub households: Option<i64>,
}

impl Action for AddArea {
    type Output = String;

    /// Gives the id it got: the parent's and the next free number.
    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<String> {
        let Some(parent) = store::area(tx, &self.parent).await? else {
            return Err(Problem::not_found().into());
        };
        require_kept(cx, &parent.path)?;
        let kind = match parent.kind.below() {
            Some(kind @ (AreaKind::Grid | AreaKind::MicroGrid)) if parent.valid_to.is_none() => kind,
            _ => return Err(Problem::new(Kind::Conflict, "area-parent-kind").into()),
        };
        let mut problem = Problem::invalid();
        if named(&self.name).is_none() {
            problem = problem.field("name", "area-name-form");
        }
        if self.households.is_some_and(|count| !(0..=100_000).contains(&count)) {
            problem = problem.field("households", "area-households-form");
        }
        // Of several sent at once each waits for the one before, and then finds it.
        if store::child_named(tx, &parent, self.name.trim()).await? {
            problem = problem.field("name", "area-name-taken");
        }
        problem.when_fields()?;
        let mut area = Area {
            county: parent.county.clone(),
            id: String::new(),
            parent: Some(parent.id.clone()),
            kind,
            name: self.name.trim().to_owned(),
            path: String::new(),
            depth: kind.level(),
            households: self.households,
            shape: None,
            lon: None,
            lat: None,
            valid_from: cx.now,
            valid_to: None,
        };
        for _ in 0..TRIES {
            area.id = next_id(tx, &parent.id).await?;
            area.path = path_of(&area.id);
            if store::insert(tx, &area).await? {
                tx.audit(
                    Entry::new(cx.who, &area.county, "area-add", "area", &area.id)
                        .detail(json!({ "name": area.name })),
                );
                return Ok(area.id);
            }
        }
        Err(Problem::new(Kind::Conflict, "area-taken").into())
    }
}

/// The parent's id and two digits, one more than the last child ever had.
async fn next_id(tx: &mut Tx, parent: &str) -> Result<String> {
    let last = store::last_child(tx, parent).await?;
    let number: u32 = last.and_then(|id| id.rsplit('-').next()?.parse().ok()).unwrap_or(0);
    if number >= 99 {
        return Err(Problem::new(Kind::Conflict, "area-full").into());
    }
    Ok(format!("{parent}-{:02}", number + 1))
}
