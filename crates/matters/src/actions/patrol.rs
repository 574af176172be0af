//! 巡查: places are planned to be looked at, what was seen is noted, the rest of a plan is called off.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::{end_of_day, start_of_day};
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Right, Tx};
use lianxin_registry::area::{county_of, store as areas};
use serde_json::json;
use uuid::Uuid;

use super::words::{self, MOST_PLACE};
use crate::patrols::{AHEAD, Every, MOST_DAYS, Noted, Outcome, Patrol, seen_by, store};
use crate::store as matters;

/// The shortest code of an area that is walked through: a village's.
const VILLAGE: usize = 12;

/// A place is to be looked at, once or again and again.
pub struct PlanPatrols {
    /// A village, community or grid.
    pub area: String,
    /// The place in words.
    pub place: String,
    /// What to look at.
    pub look: String,
    /// A moment of the first day.
    pub first: Micros,
    /// A moment of the last day; of one that is looked at once it says nothing.
    pub last: Micros,
    /// How often.
    pub every: Every,
}

/// What was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The first of them.
    pub first: Uuid,
    /// How many days.
    pub days: usize,
}

/// Somebody looked, or could not.
pub struct NotePatrol {
    /// The patrol's county.
    pub county: String,
    /// The patrol.
    pub id: Uuid,
    /// The entry's id, made where it was noted.
    pub entry: Uuid,
    /// What the look showed.
    pub outcome: Outcome,
    /// Words to it; why, where nobody could look.
    pub words: String,
    /// When it was noted by a phone's clock; now where there was signal.
    pub seen_at: Micros,
    /// The matter that came of what was found.
    pub matter: Option<Uuid>,
}

/// What is left of a plan is called off, from this one on.
pub struct CallOffPatrols {
    /// The patrol's county.
    pub county: String,
    /// The first that is called off.
    pub id: Uuid,
}

impl Action for PlanPatrols {
    type Output = Planned;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Planned> {
        let scope = cx.scope(Right::DispatchMatters);
        let area = areas::area(tx, &self.area)
            .await?
            .filter(|area| area.valid_to.is_none() && scope.covers(&area.path, &[]));
        let area = area.ok_or_else(Problem::not_found)?;
        if area.id.len() < VILLAGE {
            return Err(Problem::invalid().field("area", "patrol-area-large").into());
        }
        let place = words::required("place", &self.place, "patrol-place-missing")?;
        if place.chars().count() > MOST_PLACE {
            return Err(Problem::invalid().field("place", "matter-text-long").into());
        }
        let look = words::required("look", &self.look, "patrol-look-missing")?;
        let days = self.days(cx.now)?;
        let (county, round) = (county_of(&area.id), cx.app.ids().new_id(cx.now));
        let by = cx.who.name.clone();
        let mut first = None;
        for due in &days {
            let patrol = Patrol {
                county: county.clone(),
                id: cx.app.ids().new_id(cx.now),
                round,
                area: area.id.clone(),
                path: area.path.clone(),
                place: place.clone(),
                look: look.clone(),
                due: *due,
                planned_at: cx.now,
                planned_by: by.clone(),
                noted: None,
            };
            store::insert(tx, &patrol).await?;
            first = first.or(Some(patrol.id));
        }
        // `days` refuses a plan without any.
        let first = first.ok_or_else(|| Problem::invalid().field("last", "patrol-days-none"))?;
        let detail = json!({ "area": area.id, "days": days.len(), "every": self.every.code() });
        tx.audit(Entry::new(cx.who, &county, "patrol-plan", "patrol", first).detail(detail));
        Ok(Planned { first, days: days.len() })
    }
}

impl PlanPatrols {
    /// The days, today at the earliest.
    fn days(&self, now: Micros) -> Result<Vec<Micros>> {
        let today = start_of_day(now);
        if !(today..=now + AHEAD).contains(&start_of_day(self.first)) {
            return Err(Problem::invalid().field("first", "patrol-first-range").into());
        }
        if self.every != Every::Once && self.last > end_of_day(self.first) + AHEAD {
            return Err(Problem::invalid().field("last", "patrol-last-range").into());
        }
        let last = if self.every == Every::Once { self.first } else { self.last };
        let days = self.every.days(self.first, last);
        match days.len() {
            0 => Err(Problem::invalid().field("last", "patrol-days-none").into()),
            many if many > MOST_DAYS => Err(Problem::invalid().field("last", "patrol-last-range").into()),
            _ => Ok(days),
        }
    }
}

impl Action for NotePatrol {
    /// Whether this was new; `false` when the same entry had arrived before.
    type Output = bool;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<bool> {
        let scope = cx.scope(Right::EnterMatters);
        let found = store::patrol(tx, &scope, &self.county, self.id).await?;
        let patrol = found.ok_or_else(Problem::not_found)?;
        if patrol.noted.as_ref().is_some_and(|noted| noted.entry == self.entry) {
            return Ok(false);
        }
        if patrol.noted.is_some() {
            return Err(Problem::new(Kind::Conflict, "patrol-noted-now").into());
        }
        if !patrol.has_come(cx.now) {
            return Err(Problem::new(Kind::Conflict, "patrol-early").into());
        }
        let words = match self.outcome {
            Outcome::Missed => Some(words::required("words", &self.words, "patrol-why-missing")?),
            Outcome::Fine => words::optional("words", &self.words)?,
            // What was found is told by its matter, once.
            Outcome::Found => None,
        };
        let matter = match (self.outcome, self.matter) {
            (Outcome::Found, Some(matter)) => {
                let found = matters::matter(tx, &scope, &self.county, matter).await?;
                Some(found.ok_or_else(Problem::not_found)?)
            }
            (Outcome::Found, None) => {
                return Err(Problem::invalid().field("matter", "patrol-matter-missing").into());
            }
            (Outcome::Fine | Outcome::Missed, _) => None,
        };
        let noted = Noted {
            outcome: self.outcome,
            words,
            entry: self.entry,
            at: cx.now,
            seen_at: self.seen_at.min(cx.now),
            by: cx.who.name.clone(),
            matter: matter.as_ref().map(|matter| matter.id),
        };
        if !store::note(tx, &patrol, &noted).await? {
            return Err(Problem::new(Kind::Conflict, "patrol-noted-now").into());
        }
        let detail = json!({
            "outcome": noted.outcome.code(), "area": patrol.area, "matter": matter.map(|matter| matter.number),
        });
        tx.audit(Entry::new(cx.who, &self.county, "patrol-note", "patrol", patrol.id).detail(detail));
        Ok(true)
    }
}

impl Action for CallOffPatrols {
    /// How many were called off.
    type Output = u64;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<u64> {
        let found = store::patrol(tx, &seen_by(cx.who, cx.now), &self.county, self.id).await?;
        let patrol = found.ok_or_else(Problem::not_found)?;
        cx.scope(Right::DispatchMatters).require(&patrol.path, &[])?;
        if patrol.noted.is_some() {
            return Err(Problem::new(Kind::Conflict, "patrol-noted-now").into());
        }
        let count = store::call_off(tx, &self.county, patrol.round, patrol.due).await?;
        let detail = json!({ "area": patrol.area, "days": count });
        tx.audit(Entry::new(cx.who, &self.county, "patrol-call-off", "patrol", patrol.id).detail(detail));
        Ok(count)
    }
}
