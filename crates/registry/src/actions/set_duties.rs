//! Sets what an organisation answers for in an area: the published duty list.

use std::collections::BTreeSet;

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::area::{path_of, root_of, store as areas};
use crate::duty::{Duty, store};
use crate::organisation::store as organisations;
use crate::post::require_kept;

/// The whole list of categories an organisation answers for in one area from now on. Those it had and
/// that are not in it end; where another organisation has one of them, nothing changes.
pub struct SetDuties {
    /// The organisation's county.
    pub county: String,
    /// The organisation.
    pub organisation: Uuid,
    /// The area, in the same county; for an organisation of a city also a place within that city, so that
    /// it can answer for one of its counties.
    pub area: String,
    /// The categories' codes.
    pub categories: BTreeSet<String>,
}

/// What changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DutiesSet {
    /// Duties that begin.
    pub added: usize,
    /// Duties that end.
    pub ended: usize,
}

impl Action for SetDuties {
    type Output = DutiesSet;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<DutiesSet> {
        let organisation = organisations::organisation(tx, &self.county, self.organisation).await?;
        let Some(organisation) = organisation.filter(|found| found.valid_to.is_none()) else {
            return Err(Problem::not_found().into());
        };
        let within = path_of(root_of(&self.county));
        let area = areas::area(tx, &self.area).await?.filter(|area| area.path.starts_with(&within));
        let Some(area) = area else { return Err(Problem::invalid().field("area", "area-unknown").into()) };
        require_kept(cx, &organisation.path)?;
        require_kept(cx, &area.path)?;
        let there = store::in_area(tx, &self.county, &area.id, cx.now).await?;
        let taken = there
            .iter()
            .find(|duty| duty.organisation != self.organisation && self.categories.contains(&duty.category));
        if let Some(taken) = taken {
            return Err(Problem::new(Kind::Conflict, "duty-taken")
                .with("organisation", &taken.name)
                .with("category", &taken.category)
                .into());
        }
        let mut before = store::of_organisation(tx, &self.county, self.organisation, cx.now).await?;
        before.retain(|duty| duty.area == area.id);
        let held: BTreeSet<&str> = before.iter().map(|duty| duty.category.as_str()).collect();
        let mut done = DutiesSet::default();
        for duty in before.iter().filter(|duty| !self.categories.contains(&duty.category)) {
            store::end(tx, &self.county, duty.id, cx.now).await?;
            done.ended += 1;
        }
        for category in self.categories.iter().filter(|category| !held.contains(category.as_str())) {
            let duty = Duty {
                county: self.county.clone(),
                id: cx.app.ids().new_id(cx.now),
                organisation: self.organisation,
                category: category.clone(),
                area: area.id.clone(),
                depth: area.depth,
                valid_from: cx.now,
                valid_to: None,
            };
            store::insert(tx, &duty).await?;
            done.added += 1;
        }
        if done != DutiesSet::default() {
            tx.audit(
                Entry::new(cx.who, &self.county, "duty-set", "organisation", self.organisation)
                    .detail(json!({ "area": area.id, "categories": self.categories })),
            );
        }
        Ok(done)
    }
}
