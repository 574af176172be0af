//! Sends people to the doors: what matching left open becomes visits.

use std::collections::HashMap;

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::super::open_run_by;
use crate::plan::Plan;
use crate::store::visits::{self, NewQuestion, NewVisit};
use crate::visit::address_place;

/// Makes the visits of a plan. A door that is visited already gets the further questions.
#[derive(Debug, Clone)]
pub struct SendVisits {
    /// The county.
    pub county: String,
    /// The campaign.
    pub campaign: Uuid,
    /// What is to be asked: [`crate::plan::plan`].
    pub plan: Plan,
}

/// What was made of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// New doors.
    pub visits: usize,
    /// People to ask about.
    pub people: usize,
    /// People who wait for the next plan.
    pub left: usize,
}

impl Action for SendVisits {
    type Output = Sent;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Sent> {
        let campaign = open_run_by(tx, cx, &self.county, self.campaign).await?;
        if self.plan.doors.is_empty() {
            return Err(Problem::new(Kind::Conflict, "visit-none-to-send").into());
        }
        let mut known: HashMap<Vec<u8>, Uuid> =
            visits::doors(tx, &self.county, campaign.id).await?.into_iter().collect();
        // Who planned at the same time sent them already.
        let asking: Vec<(Uuid, i64)> = visits::asking(tx, &self.county, campaign.id).await?;
        let asking: std::collections::HashSet<(Uuid, i64)> = asking.into_iter().collect();
        let (mut made, mut questions) = (Vec::new(), Vec::new());
        for (key, door) in &self.plan.doors {
            let hash = cx.app.vault().search_key("visit-door", &format!("{}/{key}", campaign.id));
            let fresh: Vec<_> = door
                .people
                .iter()
                .filter(|one| !one.lines.iter().any(|line| asking.contains(line)))
                .collect();
            if fresh.is_empty() {
                continue;
            }
            let visit = match known.get(&hash) {
                Some(visit) => {
                    visits::reopen(tx, &self.county, *visit).await?;
                    *visit
                }
                None => {
                    let id = cx.app.ids().new_id(cx.now);
                    let sealed_address = cx.app.vault().seal(cx.app.ids(), &address_place(id), &door.address);
                    known.insert(hash.clone(), id);
                    let (path, placed, household) = (door.path.as_str(), door.placed, door.household);
                    made.push(NewVisit { id, path, placed, household, door: hash, sealed_address });
                    id
                }
            };
            questions.extend(fresh.into_iter().map(|one| NewQuestion {
                id: cx.app.ids().new_id(cx.now),
                visit,
                kind: one.side.code(),
                person: one.person,
                lines: one.lines.clone(),
            }));
        }
        let sent = Sent { visits: made.len(), people: questions.len(), left: self.plan.left };
        visits::insert_visits(tx, (&self.county, campaign.id), made, cx.now).await?;
        visits::insert_questions(tx, (&self.county, campaign.id), questions).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "check-send", "campaign", campaign.id)
                .because(&campaign.purpose)
                .detail(json!({ "visits": sent.visits, "people": sent.people })),
        );
        Ok(sent)
    }
}
