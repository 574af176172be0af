//! What was kept long enough is deleted by itself: looked at when the program starts, then every six hours.

use std::time::Duration;

use lianxin_foundation::{App, Error, Result, Who};
use tokio::sync::watch;

use super::{CONTACT_KEPT, Rule, store};
use crate::actions::EraseHeld;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(6 * 3600);
/// How many matters are read at once.
const BATCH: i64 = 200;

/// Deletes how to reach the reporters of matters that ended long enough ago; tells of how many. One transaction for
/// each, with its entry in the trail and in the log.
///
/// # Errors
/// Those of the database. What was deleted until then stays deleted; the next sweep goes on.
pub async fn sweep(app: &App) -> Result<usize> {
    let mut deleted = 0;
    loop {
        let before = app.clock().now() - CONTACT_KEPT;
        let found = store::kept_long_enough(&mut app.db().read().await?, before, BATCH).await?;
        for (county, id) in &found {
            let erase = EraseHeld::by_rule(county, *id);
            match app.act(&Who::program(county), &erase).await {
                Ok(()) => deleted += 1,
                // Somebody was quicker.
                Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        if found.len() < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            return Ok(deleted);
        }
    }
}

/// Sweeps at once, and then every six hours until `shutdown` turns true or its sender is gone.
pub async fn run(app: App, mut shutdown: watch::Receiver<bool>) {
    let sweeping = async {
        loop {
            match sweep(&app).await {
                Ok(0) => {}
                Ok(matters) => {
                    let rule = Rule::Kept.code();
                    tracing::info!(matters, rule, "forgot how to reach the reporters of {matters} matters");
                }
                Err(error) => {
                    tracing::error!("could not delete what was kept long enough: {}", error.chain())
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
