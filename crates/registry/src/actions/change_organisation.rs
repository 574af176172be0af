//! Gives an organisation another name, another superior or another place. What it was before stays on record.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::start_of_day;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::named;
use crate::area::{county_of, store as areas};
use crate::membership::store as memberships;
use crate::organisation::{Organisation, standing, store};
use crate::post::require_kept;

/// What an organisation is from today on.
pub struct ChangeOrganisation {
    /// Its county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The area it belongs to, of the same county.
    pub area: String,
    /// The organisation above it.
    pub superior: Option<Uuid>,
    /// Why.
    pub reason: String,
}

impl Action for ChangeOrganisation {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let found = store::organisation(tx, &self.county, self.id).await?;
        let Some(before) = found.filter(|found| found.valid_to.is_none()) else {
            return Err(Problem::not_found().into());
        };
        require_kept(cx, &before.path)?;
        let after = self.after(tx, cx, &before).await?;
        if after == before {
            return Ok(());
        }
        standing::require_superior(tx, cx, &after).await?;
        store::change(tx, &before, &after, start_of_day(cx.now), self.reason.trim()).await?;
        if after.path != before.path {
            memberships::follow(tx, self.id, &after.path).await?;
        }
        let told =
            |one: &Organisation| json!({ "name": one.name, "area": one.area, "superior": one.superior });
        tx.audit(
            Entry::new(cx.who, &self.county, "organisation-change", "organisation", self.id)
                .because(self.reason.trim())
                .detail(json!({ "before": told(&before), "after": told(&after) })),
        );
        Ok(())
    }
}

impl ChangeOrganisation {
    async fn after(&self, tx: &mut Tx, cx: Context<'_>, before: &Organisation) -> Result<Organisation> {
        let mut problem = Problem::invalid();
        let name = named(&self.name);
        if name.is_none() {
            problem = problem.field("name", "organisation-name-form");
        }
        if self.reason.trim().is_empty() {
            problem = problem.field("reason", "registry-reason-missing");
        }
        let area = areas::area(tx, &self.area).await?.filter(|area| area.valid_to.is_none());
        let area = match area {
            Some(area) if area.county != before.county => {
                problem = problem.field("area", "organisation-other-county");
                None
            }
            Some(area) if require_kept(cx, &area.path).is_err() => {
                problem = problem.field("area", "post-area-not-yours");
                None
            }
            None => {
                problem = problem.field("area", "area-unknown");
                None
            }
            found => found,
        };
        problem.when_fields()?;
        let (Some(name), Some(area)) = (name, area) else { return Err(Problem::not_found().into()) };
        debug_assert_eq!(county_of(&area.id), before.county);
        Ok(Organisation {
            name: name.to_owned(),
            area: area.id,
            path: area.path,
            superior: self.superior,
            ..before.clone()
        })
    }
}
