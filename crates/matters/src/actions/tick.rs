//! What the program does when a deadline passes and nobody acted.

use lianxin_foundation::{Action, Context, Result, Tx};
use uuid::Uuid;

use super::{With, parties, route, take};
use crate::Matters;
use crate::model::{Detail, Matter, Status};
use crate::rules::Step;
use crate::store;

/// The clock reaches a matter: it climbs, is noted as idle, runs on or closes. Run for
/// `Who::program`; gives the step taken, or `None` when nothing was due any more.
pub struct Tick<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
}

impl Action for Tick<'_> {
    type Output = Option<Step>;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Option<Step>> {
        let found = store::any(tx, &self.county, self.id).await?;
        let Some(matter) = found.filter(|matter| matter.next_due.is_some_and(|due| due <= cx.now)) else {
            return Ok(None);
        };
        let (step, with) = match matter.status {
            Status::Waiting => (Step::Resume, With::default()),
            Status::Resolved => (Step::TimeOut, With::default()),
            Status::Dispatched | Status::Accepted => self.climb(tx, cx, &matter).await?,
            _ => (Step::Idle, self.idle(tx, cx, &matter).await?),
        };
        let parties = parties(&matter, cx.who, cx.now);
        take(tx, cx, self.matters, matter, &parties, step, with).await?;
        Ok(Some(step))
    }
}

impl Tick<'_> {
    async fn climb(&self, tx: &mut Tx, cx: Context<'_>, matter: &Matter) -> Result<(Step, With<'static>)> {
        let idle = self.idle(tx, cx, matter).await?;
        Ok(match route::above(tx, matter, cx.now).await? {
            Some(unit) => (Step::Climb, With { unit: Some(unit), ..idle }),
            None => (Step::Idle, idle),
        })
    }

    /// For how long nobody moved it.
    async fn idle(&self, tx: &mut Tx, cx: Context<'_>, matter: &Matter) -> Result<With<'static>> {
        let since = store::last_moved(tx, &matter.county, matter.id).await?.unwrap_or(matter.created_at);
        let idle_hours = Some(self.matters.deadlines(tx, matter).await?.idle_hours(since, cx.now));
        Ok(With { detail: Detail { idle_hours, ..Detail::default() }, ..With::default() })
    }
}
