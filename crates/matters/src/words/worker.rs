//! What happens by itself: counties learn from what they closed, a few times a day.

use std::time::Duration;

use lianxin_foundation::{App, Result};
use tokio::sync::watch;

use super::{learn, store};

/// How long after the start it is first looked.
const FIRST: Duration = Duration::from_secs(120);
/// How often it is looked whether there is something to learn.
const EVERY: Duration = Duration::from_secs(6 * 3600);

/// Lets every county learn that closed enough since it last did; tells how many learned. What fails for one,
/// and is logged, does not hold up the others.
///
/// # Errors
/// Those of looking for the counties.
pub async fn sweep(app: &App) -> Result<usize> {
    let mut learned = 0;
    for county in store::counties(&mut app.db().read().await?).await? {
        match learn(app, &county).await {
            Ok(version) => learned += usize::from(version.is_some()),
            Err(error) => {
                tracing::error!(county, "a county could not learn from its words: {}", error.chain())
            }
        }
    }
    Ok(learned)
}

/// Sweeps a few times a day until `shutdown` turns true or its sender is gone. The first time after a while: a
/// program that has just started has people waiting.
pub async fn run(app: App, mut shutdown: watch::Receiver<bool>) {
    let mut wait = FIRST;
    loop {
        tokio::select! {
            () = tokio::time::sleep(wait) => wait = EVERY,
            _ = shutdown.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = sweep(&app).await {
            tracing::error!("nobody could learn from words: {}", error.chain());
        }
    }
}
