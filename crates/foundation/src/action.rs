//! How a change is made: check scope, apply rules, write, remember; in one transaction.

use std::future::Future;
use std::time::Duration;

use uuid::Uuid;

use crate::account;
use crate::app::App;
use crate::audit;
use crate::clock::{DAY, Micros};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::scope::{Right, Scope, Who};

/// What an action knows besides its own input.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The program's parts.
    pub app: &'a App,
    /// Who is asking.
    pub who: &'a Who,
    /// The moment the action counts as done.
    pub now: Micros,
    /// What was made before it could be sent: on a phone without signal.
    pub made: Option<Made>,
}

/// Something made on a device before it reached the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// The id the device gave it: sent twice, it is the same.
    pub id: Uuid,
    /// When, by the device's clock, which nobody vouches for.
    pub at: Micros,
}

/// Further from now than this a device's clock is wrong, and what it says is left out.
const CLOCK_TRUSTED: Micros = 30 * DAY;

impl Made {
    /// What a device says it made at a moment by its own clock, heard at `now`: unless that clock is plainly wrong.
    pub fn told(id: Uuid, said: Micros, now: Micros) -> Made {
        // Anything can be said: the difference may be more than an i64 holds.
        let wrong = said.abs_diff(now) > CLOCK_TRUSTED.unsigned_abs();
        Made { id, at: if wrong { now } else { said } }
    }
}

impl<'a> Context<'a> {
    /// For something done here and now.
    pub fn new(app: &'a App, who: &'a Who, now: Micros) -> Context<'a> {
        Context { app, who, now, made: None }
    }

    /// When it was seen: for what a device sends late, when it was noted there, at the latest now.
    pub fn seen_at(&self) -> Micros {
        self.made.map_or(self.now, |made| made.at.min(self.now))
    }

    /// What the asker may do with `right`.
    pub fn scope(&self, right: Right) -> Scope {
        self.who.scope(right, self.now)
    }
}

/// One thing a person can do. The struct is its input; [`Action::run`] is the whole of it.
pub trait Action: Sync {
    /// What it gives back.
    type Output: Send;

    /// Checks scope, applies rules, writes and audits within `tx`. It may be run again from the
    /// start, so it must do nothing outside the transaction.
    fn run(&self, tx: &mut Tx, cx: Context<'_>) -> impl Future<Output = Result<Self::Output>> + Send;
}

/// How often a transaction that the engine could not order is run before giving up.
const ATTEMPTS: u32 = 8;

impl App {
    /// Runs an action for `who`: one transaction, its audit entries chained last, run again where
    /// the engine asks for it. `who` is looked up again within the transaction: they may have been
    /// dismissed, or have signed out, since their request began.
    ///
    /// # Errors
    /// [`Problem::sign_in`](crate::error::Problem::sign_in) when `who` is no longer signed in, what the
    /// action refuses, or a failure of the database. Then nothing was written.
    pub async fn act<A: Action>(&self, who: &Who, action: &A) -> Result<A::Output> {
        let mut attempt = 1;
        loop {
            match once(self, who, action).await {
                Err(Error::Again(_)) if attempt < ATTEMPTS => {
                    tokio::time::sleep(Duration::from_millis(u64::from(2_u32.pow(attempt)))).await;
                    attempt += 1;
                }
                done => return done,
            }
        }
    }
}

async fn once<A: Action>(app: &App, who: &Who, action: &A) -> Result<A::Output> {
    let mut tx = app.db().write().await?;
    // Not before their turn came: the order of moments is then the order of writes.
    let now = app.clock().now();
    let who = account::still(&mut tx, app, who, now).await?;
    let output = action.run(&mut tx, Context::new(app, &who, now)).await?;
    audit::chain(&mut tx, app.vault(), now).await?;
    tx.commit().await?;
    Ok(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_plainly_wrong_is_not_believed() {
        let now = 1_795_393_800_000_000;
        let told = |said| Made::told(Uuid::nil(), said, now).at;
        for said in [now, now - CLOCK_TRUSTED, now + CLOCK_TRUSTED] {
            assert_eq!(told(said), said);
        }
        for said in
            [0, now - CLOCK_TRUSTED - 1, now + CLOCK_TRUSTED + 1, Micros::MIN, Micros::MIN + now, Micros::MAX]
        {
            assert_eq!(told(said), now, "{said}");
        }
    }
}
