//! What happens by itself: deadlines that passed are looked at every half minute.
//!
//! Several programs may run beside each other on one database: a matter's version decides which of
//! them writes, the others find nothing left to do.

use std::time::Duration;

use lianxin_foundation::{App, Error, Result, Who};
use tokio::sync::watch;
use uuid::Uuid;

use crate::Matters;
use crate::actions::Tick;
use crate::store;

/// How often the clock looks.
const EVERY: Duration = Duration::from_secs(30);
/// How many matters are read at once.
const BATCH: i64 = 500;

/// Looks at every matter whose time has come; tells for how many something happened. One transaction
/// per matter: what fails for one, and is logged, does not hold up the others.
pub async fn sweep(app: &App, matters: &Matters) -> Result<usize> {
    let mut moved = 0;
    loop {
        let due = store::due(&mut app.db().read().await?, app.clock().now(), BATCH).await?;
        let mut in_batch = 0;
        for (county, id) in &due {
            in_batch += usize::from(tick(app, matters, county, *id).await);
        }
        moved += in_batch;
        // A batch in which nothing could be moved would come again and again.
        if in_batch == 0 || due.len() < BATCH as usize {
            return Ok(moved);
        }
    }
}

async fn tick(app: &App, matters: &Matters, county: &str, id: Uuid) -> bool {
    let action = Tick { matters, county: county.to_owned(), id };
    match app.act(&Who::program(county), &action).await {
        Ok(step) => step.is_some(),
        // Somebody was quicker.
        Err(Error::Refused(_)) => false,
        Err(error) => {
            tracing::error!(matter = %id, county, "the clock could not move matter {id}: {}", error.chain());
            false
        }
    }
}

/// Sweeps every half minute until `shutdown` turns true or its sender is gone.
pub async fn run(app: App, matters: Matters, mut shutdown: watch::Receiver<bool>) {
    loop {
        if let Err(error) = sweep(&app, &matters).await {
            tracing::error!("the clock could not look for due matters: {}", error.chain());
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = shutdown.wait_for(|stop| *stop) => return,
        }
    }
}
