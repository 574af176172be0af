//! The next stage of joining the Party.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::civil;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{begins, seen};
use crate::membership::{Membership, store};
use crate::organisation::{standing as standings, store as organisations};
use crate::person::joining;

/// Ends the stage somebody is in and begins the next one in the same organisation.
#[derive(Debug, Clone)]
pub struct Advance {
    /// The person's county.
    pub county: String,
    /// The person.
    pub person: Uuid,
    /// The stage it begins, so that a form sent twice does not go two steps.
    pub to: String,
    /// Its first day; today when not said.
    pub from: Option<Micros>,
    /// Why, where it comes earlier than usual; it joins the audit trail.
    pub reason: String,
}

impl Action for Advance {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let (person, standing) = seen(tx, cx, &self.county, self.person).await?;
        let from = begins(cx, self.from)?;
        let stage = standing.stage(cx.now).cloned();
        let step = stage.as_ref().and_then(|stage| joining::step_from(&stage.code));
        let (Some(stage), Some(step)) = (stage, step.filter(|step| step.to == self.to)) else {
            return Err(Problem::new(Kind::Conflict, "joining-not-next").into());
        };
        if !stage.covered(&cx.scope(Right::KeepPeople)) {
            return Err(Problem::forbidden().into());
        }
        let branch = organisations::find(tx, stage.organisation).await?;
        if branch.is_some_and(|branch| !standings::admits(&branch)) {
            return Err(Problem::new(Kind::Conflict, "membership-temporary").into());
        }
        if from < stage.from {
            return Err(Problem::invalid().field("from", "people-ends-first").into());
        }
        let days = (civil(stage.from).date(), civil(from).date());
        let unusual = joining::unusual(step, days.0, days.1, person.birth());
        let reason = self.reason.trim();
        if let Some(first) = unusual.first().filter(|first| first.must || reason.is_empty()) {
            let said = Problem::new(Kind::Conflict, first.code).with("instead", &first.instead);
            return Err(said.with("source", first.source).into());
        }
        store::end(tx, &self.county, stage.id, from, "").await?;
        let next =
            Membership { id: cx.app.ids().new_id(cx.now), code: self.to.clone(), from, to: None, ..stage };
        store::insert(tx, &self.county, &next).await?;
        let mut entry = Entry::new(cx.who, &self.county, "person-stage", "person", self.person)
            .detail(json!({ "unit": next.organisation, "kind": self.to }));
        if !unusual.is_empty() {
            entry = entry.because(reason);
        }
        tx.audit(entry);
        Ok(next.id)
    }
}
