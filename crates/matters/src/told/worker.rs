//! Everything that tells people something, every few seconds.
//!
//! Several programs may run beside each other on one database: an event is taken by whoever deletes its row, a
//! letter by whoever leases it.

use std::time::Duration;

use lianxin_foundation::clock::DAY;
use lianxin_foundation::outbox::{Carrier, worker};
use lianxin_foundation::{App, Error, Result, Who};
use tokio::sync::watch;

use super::calls::TellCall;
use super::remind::Remind;
use super::spread::Spread;
use super::store;
use super::writer::Teller;
use crate::Matters;
use crate::whistle::store as calls;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(3);
/// How many events are taken at once.
const BATCH: i64 = 200;
/// Rounds between two sweeps of what need not be kept: about an hour.
const SWEEP: u32 = 1200;

/// Works out who is concerned by what happened; tells how many events were taken.
///
/// # Errors
/// When the database cannot be read. What fails for one event is logged and holds up no other.
pub async fn spread(app: &App, matters: &Matters) -> Result<usize> {
    let mut all = 0;
    loop {
        let waiting = store::waiting(&mut app.db().read().await?, BATCH).await?;
        let (full, mut taken) = (waiting.len() == BATCH as usize, 0);
        for told in waiting {
            let who = Who::program(&told.county);
            taken += usize::from(done(app.act(&who, &Spread { matters, told }).await));
        }
        all += taken;
        if !full || taken == 0 {
            return Ok(all);
        }
    }
}

/// Reminds of what will soon be late; tells of how many.
///
/// # Errors
/// As [`spread`].
pub async fn remind(app: &App, matters: &Matters) -> Result<usize> {
    let waiting = store::reminders(&mut app.db().read().await?, app.clock().now(), BATCH).await?;
    let mut reminded = 0;
    for reminder in waiting {
        let who = Who::program(&reminder.county);
        reminded += usize::from(done(app.act(&who, &Remind { matters, reminder }).await));
    }
    Ok(reminded)
}

/// Reminds the units that were called and have yet to come, and tells the supervisors who is late; gives how often
/// somebody was told.
///
/// # Errors
/// As [`spread`].
pub async fn remind_called(app: &App, matters: &Matters) -> Result<usize> {
    let waiting = calls::to_tell(&mut app.db().read().await?, app.clock().now(), BATCH).await?;
    let mut told = 0;
    for call in waiting {
        let who = Who::program(&call.county);
        told += usize::from(done(app.act(&who, &TellCall { matters, call }).await));
    }
    Ok(told)
}

fn done(outcome: Result<bool>) -> bool {
    match outcome {
        Ok(done) => done,
        Err(Error::Refused(_)) => false,
        Err(error) => {
            tracing::error!("people could not be told of an event: {}", error.chain());
            false
        }
    }
}

/// One round: works out who is told, reminds, sends; gives how many letters left. After a long rest much may wait. A
/// stop does not: what was not worked out stays where it waits, while a letter on its way is seen through.
///
/// # Errors
/// As [`spread`].
pub async fn round(
    app: &App,
    matters: &Matters,
    carrier: &impl Carrier,
    shutdown: &mut watch::Receiver<bool>,
) -> Result<usize> {
    tokio::select! {
        gathered = gather(app, matters) => gathered?,
        _ = shutdown.wait_for(|stop| *stop) => return Ok(0),
    }
    worker::send_due(app, &Teller { matters }, carrier).await
}

async fn gather(app: &App, matters: &Matters) -> Result<()> {
    spread(app, matters).await?;
    remind(app, matters).await?;
    remind_called(app, matters).await?;
    Ok(())
}

async fn sweep(app: &App) -> Result<()> {
    let now = app.clock().now();
    let mut tx = app.db().write().await?;
    store::forget_before(&mut tx, now - 90 * DAY).await?;
    tx.commit().await
}

/// Goes round until `shutdown` turns true or its sender is gone.
pub async fn run(app: App, matters: Matters, carrier: impl Carrier, mut shutdown: watch::Receiver<bool>) {
    for number in 0_u32.. {
        if let Err(error) = round(&app, &matters, &carrier, &mut shutdown).await {
            tracing::error!("nobody could be told anything: {}", error.chain());
        }
        if number % SWEEP == 0
            && let Err(error) = sweep(&app).await
        {
            tracing::error!("old notices could not be swept: {}", error.chain());
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = shutdown.wait_for(|stop| *stop) => return,
        }
    }
}
