//! 不合理诉求: one person proposes to leave a matter out of a report's rates, another confirms or refuses; undone by a
//! supervisor. Each says why.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{find, parties, words, works_for};
use crate::exclusions::{Exclusion, Said, State, store};
use crate::model::{Matter, Party, Status};

/// Proposes to leave a matter out: its unit, or whoever directs work there.
pub struct ProposeExclusion {
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// Why the demand is unreasonable.
    pub reason: String,
}

/// A supervisor of the place who did not propose it confirms or refuses.
pub struct DecideExclusion {
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// Whether it is left out.
    pub confirm: bool,
    /// Why.
    pub reason: String,
}

/// A supervisor has it count again.
pub struct LiftExclusion {
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// Why.
    pub reason: String,
}

impl Action for ProposeExclusion {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        let parties = parties(&matter, cx.who, cx.now);
        let may = parties.iter().any(|party| *party != Party::Staff && *party != Party::Program);
        let Some(proposed_by) = cx.who.account.filter(|_| may) else {
            return Err(Problem::new(Kind::Forbidden, "matter-step-party").into());
        };
        if matter.dispatched_at.is_none() || matches!(matter.status, Status::Merged | Status::Withdrawn) {
            return Err(Problem::new(Kind::Conflict, "exclusion-not-counted").into());
        }
        let before = store::of_matter(tx, &self.county, self.id).await?;
        if before.iter().any(|exclusion| exclusion.state.stands()) {
            return Err(Problem::new(Kind::Conflict, "exclusion-already").into());
        }
        let proposed = Said { at: cx.now, name: cx.who.name.clone(), reason };
        let exclusion = Exclusion {
            county: self.county.clone(),
            id: cx.app.ids().new_id(cx.now),
            matter: matter.id,
            state: State::Proposed,
            proposed_by,
            proposed,
            decided: None,
            lifted: None,
        };
        store::insert(tx, &exclusion).await?;
        let entry = Entry::new(cx.who, &self.county, "exclusion-propose", "matter", matter.id);
        tx.audit(entry.because(&exclusion.proposed.reason).detail(json!({ "number": matter.number })));
        Ok(())
    }
}

/// The matter with the newest proposal on it that stands as `state`, for whoever supervises there.
async fn standing(
    tx: &mut Tx,
    cx: Context<'_>,
    (county, id): (&str, Uuid),
    state: State,
) -> Result<(Matter, Exclusion)> {
    let matter = find(tx, cx, county, id).await?;
    cx.scope(Right::SuperviseMatters).require(&matter.path, &[])?;
    let found = store::of_matter(tx, county, id).await?.into_iter().rfind(|one| one.state == state);
    Ok((matter, found.ok_or_else(elsewhere)?))
}

/// "It stands differently by now."
fn elsewhere() -> Problem {
    Problem::new(Kind::Conflict, "exclusion-elsewhere")
}

impl Action for DecideExclusion {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        let (matter, exclusion) = standing(tx, cx, (&self.county, self.id), State::Proposed).await?;
        if cx.who.account == Some(exclusion.proposed_by) {
            return Err(Problem::new(Kind::Conflict, "exclusion-same-person").into());
        }
        if works_for(cx.who, matter.unit, cx.now) {
            return Err(Problem::new(Kind::Conflict, "exclusion-own-unit").into());
        }
        let state = if self.confirm { State::Confirmed } else { State::Refused };
        let word = Said { at: cx.now, name: cx.who.name.clone(), reason };
        if !store::decide(tx, &exclusion, state, &word).await? {
            return Err(elsewhere().into());
        }
        let detail = json!({ "number": matter.number, "state": state.code() });
        let entry = Entry::new(cx.who, &self.county, "exclusion-decide", "matter", matter.id);
        tx.audit(entry.because(word.reason).detail(detail));
        Ok(())
    }
}

impl Action for LiftExclusion {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        let (matter, exclusion) = standing(tx, cx, (&self.county, self.id), State::Confirmed).await?;
        let word = Said { at: cx.now, name: cx.who.name.clone(), reason };
        if !store::lift(tx, &exclusion, &word).await? {
            return Err(elsewhere().into());
        }
        let entry = Entry::new(cx.who, &self.county, "exclusion-lift", "matter", matter.id);
        tx.audit(entry.because(word.reason).detail(json!({ "number": matter.number })));
        Ok(())
    }
}
