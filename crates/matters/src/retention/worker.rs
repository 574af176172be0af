//! What was kept long enough is erased by itself: looked at when the program starts, then every six hours.

use std::time::Duration;

use lianxin_foundation::{App, Error, Result, Who};
use tokio::sync::watch;

use super::actions::EraseKept;
use super::{Kind, before, store};
use crate::actions::EraseHeld;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(6 * 3600);
/// How much is erased at once: one transaction, so that others may write between two.
const BATCH: i64 = 200;

/// Erases everything that was kept long enough, county by county and rule by rule; tells of how much.
///
/// # Errors
/// Those of the database. What was erased until then stays erased; the next sweep goes on.
pub async fn sweep(app: &App) -> Result<u64> {
    let mut all = 0;
    for county in store::counties(&mut app.db().read().await?).await? {
        for kind in Kind::ALL {
            let gone = erase(app, &county, kind).await?;
            let mut tx = app.db().write().await?;
            let counted = i64::try_from(gone).unwrap_or(i64::MAX);
            store::note_run(&mut tx, &county, kind, app.clock().now(), counted).await?;
            tx.commit().await?;
            all += gone;
        }
    }
    Ok(all)
}

/// Batch after batch, until one is not full.
async fn erase(app: &App, county: &str, kind: Kind) -> Result<u64> {
    let mut all = 0;
    loop {
        let gone = match kind {
            Kind::Contact => contact(app, county).await?,
            _ => app.act(&Who::program(county), &EraseKept { county, kind, most: BATCH }).await?,
        };
        all += gone;
        if gone < BATCH.unsigned_abs() {
            return Ok(all);
        }
    }
}

/// How to reach the reporters of some matters that ended long enough ago: one transaction for each, with its entry in
/// the trail and in the log.
async fn contact(app: &App, county: &str) -> Result<u64> {
    let found = {
        let mut tx = app.db().read().await?;
        let before = before(app.clock().now(), store::days(&mut tx, county, Kind::Contact).await?);
        store::some_due(&mut tx, county, Kind::Contact, before, BATCH).await?
    };
    let mut gone = 0;
    for id in found {
        match app.act(&Who::program(county), &EraseHeld::by_rule(county, id)).await {
            Ok(()) => gone += 1,
            // Somebody was quicker.
            Err(Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(gone)
}

/// Sweeps at once, and then every six hours until `shutdown` turns true or its sender is gone.
pub async fn run(app: App, mut shutdown: watch::Receiver<bool>) {
    let sweeping = async {
        loop {
            match sweep(&app).await {
                Ok(0) => {}
                Ok(gone) => tracing::info!(gone, "erased {gone} things that were kept long enough"),
                Err(error) => {
                    tracing::error!("could not erase what was kept long enough: {}", error.chain())
                }
            }
            tokio::time::sleep(EVERY).await;
        }
    };
    tokio::select! {
        () = sweeping => {}
        _ = shutdown.wait_for(|stop| *stop) => {}
    }
}
