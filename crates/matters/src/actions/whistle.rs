//! Other units are called to a matter, come, or are no longer needed (吹哨报到).

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind as Refusal;
use lianxin_foundation::{Action, Context, Error, Problem, Result, Right, Tx};
use lianxin_registry::area::{root_of, store as areas};
use lianxin_worktime::Kind;
use serde_json::json;
use uuid::Uuid;

use super::{With, find, may_set_limits, name_of, parties, take, unit_in_force, words};
use crate::Matters;
use crate::model::{CalledUnit, Detail, Matter, Party, Promise};
use crate::rules::Step;
use crate::whistle::{Call, CallKind, Limit, MOST_UNITS, store};

/// The longest a called unit may be given, in minutes: thirty days.
const LONGEST: u32 = 30 * 24 * 60;

/// The unit that has a matter calls others to it. All work on the one matter; its owner and its clock stay.
pub struct Whistle<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// What kind of call: it says how long they have.
    pub kind: CallKind,
    /// The organisations that are called.
    pub units: Vec<Uuid>,
    /// Where to, and what for; for everyone who may see the matter.
    pub note: String,
}

/// A called unit is there. It says so itself, or whoever has the matter says it for them.
pub struct Arrive<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// The unit that came.
    pub unit: Uuid,
    /// What it did there, for everyone who may see the matter; or empty.
    pub note: String,
}

/// A called unit is no longer needed. That it was late by then stays on record.
pub struct CallOff<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// The unit that need not come.
    pub unit: Uuid,
    /// Why, for everyone who may see the matter.
    pub reason: String,
}

/// Sets how long units called in a county have from now on. Calls under way keep what they were given.
pub struct SetArrival {
    /// The county: six digits.
    pub county: String,
    /// For which kind of call.
    pub kind: CallKind,
    /// How long.
    pub limit: Limit,
    /// By which decision; it joins the audit trail.
    pub reason: String,
}

impl Action for Whistle<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let missing = "whistle-note-missing";
        let note = words::filled_in("note", Some(words::required("note", &self.note, missing)?))?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        let called = self.called(tx, cx, &matter).await?;
        let limit = store::limit(tx, &self.county, self.kind).await?.unwrap_or(self.kind.built_in());
        let due = limit.due(&self.matters.calendar, cx.now);
        let promise = Some(Promise { kind: self.kind, due });
        let detail = Detail { called: called.clone(), promise, ..Detail::default() };
        let (parties, caller) = (parties(&matter, cx.who, cx.now), matter.unit);
        let with = With { note, detail, ..With::default() };
        let matter = take(tx, cx, self.matters, matter, &parties, Step::Whistle, with).await?;
        for unit in called {
            let call = Call {
                county: self.county.clone(),
                id: cx.app.ids().new_id(cx.now),
                matter: matter.id,
                unit: unit.id,
                caller,
                kind: self.kind,
                called_at: cx.now,
                due,
                arrived_at: None,
                ended_at: None,
            };
            store::insert(tx, &call).await?;
        }
        Ok(matter)
    }
}

impl Whistle<'_> {
    /// The units, each once, found in force, not the matter's own and not awaited already.
    async fn called(&self, tx: &mut Tx, cx: Context<'_>, matter: &Matter) -> Result<Vec<CalledUnit>> {
        let wrong = |code| Error::from(Problem::invalid().field("units", code));
        let mut ids = self.units.clone();
        ids.sort_unstable();
        ids.dedup();
        match ids.len() {
            0 => return Err(wrong("whistle-units-missing")),
            MOST_UNITS.. if ids.len() > MOST_UNITS => return Err(wrong("whistle-units-most")),
            _ => {}
        }
        let open: Vec<Uuid> = store::of_matter(tx, &self.county, self.id)
            .await?
            .into_iter()
            .filter(Call::is_open)
            .map(|call| call.unit)
            .collect();
        let mut called = Vec::with_capacity(ids.len());
        for id in ids {
            if matter.unit == Some(id) {
                return Err(wrong("whistle-own-unit"));
            }
            if open.contains(&id) {
                return Err(wrong("whistle-called-already"));
            }
            let unit = unit_in_force(tx, "units", &self.county, id, cx.now).await?;
            called.push(CalledUnit { id, name: unit.name });
        }
        Ok(called)
    }
}

impl Action for Arrive<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let note = words::filled_in("note", words::optional("note", &self.note)?)?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        let mut parties = parties(&matter, cx.who, cx.now);
        if cx.scope(Right::HandleMatters).covers("", &[Some(self.unit)]) {
            parties.insert(0, Party::Called);
        }
        let call = awaited(tx, &matter, self.unit).await?;
        let called = vec![named(tx, &call).await?];
        let promise = Some(Promise { kind: call.kind, due: call.due });
        let in_time = Some(cx.now <= call.due);
        let detail = Detail { called, promise, in_time, ..Detail::default() };
        let with = With { note, detail, ..With::default() };
        let matter = take(tx, cx, self.matters, matter, &parties, Step::Arrive, with).await?;
        store::arrive(tx, &call, cx.now).await?;
        Ok(matter)
    }
}

impl Action for CallOff<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        let note = words::filled_in("reason", Some(reason))?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        let parties = parties(&matter, cx.who, cx.now);
        let call = awaited(tx, &matter, self.unit).await?;
        let detail = Detail { called: vec![named(tx, &call).await?], ..Detail::default() };
        let with = With { note, detail, ..With::default() };
        let matter = take(tx, cx, self.matters, matter, &parties, Step::CallOff, with).await?;
        store::end(tx, &call, cx.now).await?;
        Ok(matter)
    }
}

/// The call of `unit` that is still awaited at the matter.
async fn awaited(tx: &mut Tx, matter: &Matter, unit: Uuid) -> Result<Call> {
    let calls = store::of_matter(tx, &matter.county, matter.id).await?;
    let found = calls.into_iter().find(|call| call.unit == unit && call.is_open());
    found.ok_or_else(|| Problem::new(Refusal::Conflict, "whistle-not-awaited").into())
}

async fn named(tx: &mut Tx, call: &Call) -> Result<CalledUnit> {
    let name = name_of(tx, &call.county, Some(call.unit)).await?.unwrap_or_default();
    Ok(CalledUnit { id: call.unit, name })
}

/// In which capacities the asker meets a matter, that of somebody who was called to it among them.
pub(super) async fn parties_and_called(tx: &mut Tx, cx: Context<'_>, matter: &Matter) -> Result<Vec<Party>> {
    let mut parties = parties(matter, cx.who, cx.now);
    if store::is_called(tx, &cx.scope(Right::HandleMatters), &matter.county, matter.id).await? {
        parties.push(Party::Called);
    }
    Ok(parties)
}

impl Action for SetArrival {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        if !may_set_limits(&cx.scope(Right::Manage), &self.county) {
            return Err(Problem::forbidden().into());
        }
        areas::area(tx, root_of(&self.county)).await?.ok_or_else(Problem::not_found)?;
        if !(1..=LONGEST).contains(&self.limit.minutes) {
            return Err(Problem::invalid().field("minutes", "whistle-limit-range").into());
        }
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        let before = store::limit(tx, &self.county, self.kind).await?.unwrap_or(self.kind.built_in());
        if before == self.limit {
            return Err(Problem::invalid().field("minutes", "limits-same").into());
        }
        store::set_limit(tx, &self.county, self.kind, cx.now, self.limit).await?;
        let told = |limit: Limit| json!({ "minutes": limit.minutes, "working": limit.kind == Kind::Working });
        let detail = json!({ "before": told(before), "after": told(self.limit) });
        let entry = Entry::new(cx.who, &self.county, "whistle-limit", "call-kind", self.kind.code());
        tx.audit(entry.because(reason).detail(detail));
        Ok(())
    }
}
