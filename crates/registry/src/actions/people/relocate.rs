//! Moves a household to another place, or a person to another household.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{Lodging, addressed, begins, dwelling, kept};
use crate::household::{Residence, store as households};
use crate::person::sealed;

/// A whole household that moves within its county, with everybody in it.
#[derive(Debug, Clone)]
pub struct MoveHousehold {
    /// The county.
    pub county: String,
    /// The household.
    pub id: Uuid,
    /// The village, grid or micro-grid it moves to.
    pub area: String,
    /// The rest of the new address.
    pub address: Option<String>,
    /// The first day there; today when not said.
    pub from: Option<Micros>,
}

impl Action for MoveHousehold {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let Some(mut household) = households::household(tx, &self.county, self.id).await? else {
            return Err(Problem::not_found().into());
        };
        if !cx.scope(Right::SeePeople).covers(&household.path, &[]) {
            return Err(Problem::not_found().into());
        }
        cx.scope(Right::KeepPeople).require(&household.path, &[])?;
        let area = dwelling(tx, cx, &self.area).await?;
        if area.county != self.county {
            return Err(Problem::invalid().field("area", "household-other-county").into());
        }
        let from = begins(cx, self.from)?;
        let lodgers = households::lodgers(tx, &self.county, self.id).await?;
        let here: Vec<Uuid> =
            lodgers.iter().filter(|one| one.valid_to.is_none()).map(|one| one.person).collect();
        if lodgers.iter().any(|one| one.valid_to.is_none() && one.valid_from > from) {
            return Err(Problem::invalid().field("from", "household-before-others").into());
        }
        for residence in households::homes(tx, &self.county, &here, from).await? {
            households::end(tx, &self.county, residence.id, from, "moved").await?;
            let (area, path) = (area.id.clone(), area.path.clone());
            let next = Residence { id: cx.app.ids().new_id(cx.now), area, path, from, ..residence };
            households::lodge(tx, &self.county, &next).await?;
        }
        let before = std::mem::replace(&mut household.area, area.id.clone());
        household.path = area.path;
        household.sealed_address =
            addressed(self.address.as_deref())?.map(|address| sealed::seal_address(cx.app, self.id, address));
        households::place(tx, &household).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "household-move", "household", self.id)
                .detail(json!({ "from": before, "area": area.id, "people": here.len() })),
        );
        Ok(())
    }
}

/// One person who moves to another household within the county.
#[derive(Debug, Clone)]
pub struct MovePerson {
    /// The county.
    pub county: String,
    /// The person.
    pub id: Uuid,
    /// Where to.
    pub lodging: Lodging,
    /// The first day there; today when not said.
    pub from: Option<Micros>,
}

impl Action for MovePerson {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (person, standing) = kept(tx, cx, &self.county, self.id).await?;
        let from = begins(cx, self.from)?;
        let (household, area) = self.lodging.found(tx, cx).await?;
        if area.county != self.county {
            return Err(Problem::invalid().field("area", "household-other-county").into());
        }
        if standing.residences.iter().any(|one| one.from > from || one.to.is_some_and(|to| to > from)) {
            return Err(Problem::invalid().field("from", "person-lives-later").into());
        }
        if let Some(home) = standing.residences.iter().find(|one| one.to.is_none()) {
            if household.as_ref().is_some_and(|household| household.id == home.household) {
                return Err(Problem::invalid().field("household", "person-lives-there").into());
            }
            households::end(tx, &self.county, home.id, from, "moved").await?;
        }
        let household = self.lodging.lodge(tx, cx, (person.id, from), household, &area).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "person-move", "person", self.id)
                .detail(json!({ "area": area.id, "household": household })),
        );
        Ok(())
    }
}
