//! One reminder before something is late.

use lianxin_foundation::clock::{HOUR, MINUTE, Micros};
use lianxin_foundation::outbox::derived;
use lianxin_foundation::{Action, Context, Result, Tx};

use super::spread::What;
use super::store::Reminder;
use super::{News, store};
use crate::Matters;
use crate::model::{Matter, Status};
use crate::rules::clock;
use crate::store as matters_store;

/// When to remind of something due at `due` that was set at `since`: with a quarter of the time left, no less
/// than ten minutes and no more than four hours before.
pub fn remind_at(since: Micros, due: Micros) -> Micros {
    due - ((due - since) / 4).clamp(10 * MINUTE, 4 * HOUR)
}

/// What the unit that has the matter must not miss next.
fn owed(matter: &Matter) -> Option<Micros> {
    let theirs = matches!(matter.status, Status::Dispatched | Status::Accepted) && matter.unit.is_some();
    clock::due(matter).filter(|_| theirs)
}

/// Brings a matter's reminder to what its deadlines say after something happened at `at`.
pub(super) async fn set(tx: &mut Tx, matter: &Matter, at: Micros) -> Result<()> {
    match owed(matter) {
        Some(due) => {
            let reminder = Reminder {
                county: matter.county.clone(),
                matter: matter.id,
                remind_at: remind_at(at, due),
                due,
            };
            store::put_reminder(tx, &reminder).await
        }
        None => store::drop_reminder(tx, &matter.county, matter.id).await.map(drop),
    }
}

/// Reminds the unit of one matter, once for each deadline. Run for `Who::program`; gives whether it did.
pub(crate) struct Remind<'a> {
    pub(crate) matters: &'a Matters,
    pub(crate) reminder: Reminder,
}

impl Action for Remind<'_> {
    type Output = bool;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<bool> {
        let Reminder { county, matter: id, .. } = &self.reminder;
        if !store::drop_reminder(tx, county, *id).await? {
            return Ok(false);
        }
        let Some(matter) = matters_store::any(tx, county, *id).await? else { return Ok(false) };
        let Some(due) = owed(&matter) else { return Ok(false) };
        if due != self.reminder.due && remind_at(cx.now, due) > cx.now {
            set(tx, &matter, cx.now).await?;
            return Ok(false);
        }
        // What is late already climbs, which is told by itself.
        if due <= cx.now {
            return Ok(false);
        }
        let event = derived(&["late", &id.to_string(), &due.to_string()]);
        let (matters, at) = (self.matters, cx.now);
        let what = What { matters, matter: &matter, event, news: News::Late, at, emergency: false };
        what.tell(tx, matter.unit, None, cx.now).await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_leaves_time_to_act() {
        assert_eq!(remind_at(0, HOUR), 45 * MINUTE);
        assert_eq!(remind_at(0, 10 * 24 * HOUR), 10 * 24 * HOUR - 4 * HOUR);
        assert_eq!(remind_at(0, 20 * MINUTE), 10 * MINUTE);
        assert_eq!(remind_at(HOUR, HOUR + MINUTE), HOUR - 9 * MINUTE, "set too late: at once");
    }
}
