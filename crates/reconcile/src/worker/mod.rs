//! What happens by itself: lists are linked in the background, and what is personal goes when a campaign's last day is
//! over.
//!
//! A run is a row that says who works on it and when they last said so. Whoever finds one that waits, or whose holder has
//! been silent for [`SILENT`], takes it up and begins anew: the engine is quick and gives the same again, so nothing
//! half done is kept. What it finds becomes the list's own in one last transaction; until then, and when it is stopped or
//! the program is killed, the list keeps what an earlier run found. Clerks' decisions stand apart and outlive every run.

mod erasing;
mod linking;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use lianxin_foundation::clock::SECOND;
use lianxin_foundation::{App, Error, Micros, Result};
use tokio::sync::watch;
use uuid::Uuid;

use crate::model::{Run, RunState, Stage};
use crate::store::runs;

pub use erasing::erase_overdue;

/// How often it is looked for work.
const EVERY: Duration = Duration::from_secs(2);
/// How often a run says that it goes on.
const BEAT: Duration = Duration::from_secs(1);
/// A holder silent for so long is taken for gone.
pub const SILENT: Micros = 30 * SECOND;
/// How often it is looked whether a campaign's last day is over: once in so many looks for work.
const ERASE_EVERY: u32 = 150;
/// So many runs are looked at at once.
const BATCH: i64 = 20;

/// Works until `shutdown` turns true or its sender is gone. A run under way is then given back.
pub async fn run(app: App, mut shutdown: watch::Receiver<bool>) {
    let holder = app.ids().new_id(app.clock().now());
    let mut looks: u32 = 0;
    loop {
        if looks.is_multiple_of(ERASE_EVERY)
            && let Err(error) = erase_overdue(&app).await
        {
            tracing::error!("what campaigns kept could not be removed: {}", error.chain());
        }
        looks = looks.wrapping_add(1);
        if let Err(error) = sweep(&app, holder, &shutdown).await {
            tracing::error!("lists could not be linked: {}", error.chain());
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = shutdown.wait_for(|stop| *stop) => return,
        }
    }
}

/// Takes up what waits, one run after the other; tells how many were done.
///
/// # Errors
/// Those of looking for work. What fails for one run is logged, and the run says that it failed.
pub async fn sweep(app: &App, holder: Uuid, shutdown: &watch::Receiver<bool>) -> Result<usize> {
    let mut done = 0;
    loop {
        let silent = app.clock().now() - SILENT;
        let due = runs::due(&mut app.db().read().await?, silent, BATCH).await?;
        let mut taken = 0;
        for run in due {
            if *shutdown.borrow() {
                return Ok(done);
            }
            let mut tx = app.db().write().await?;
            let mine = runs::take(&mut tx, &run, holder, app.clock().now()).await?;
            tx.commit().await?;
            if mine {
                taken += 1;
                done += usize::from(worked(app, &run, holder, shutdown).await);
            }
        }
        if taken == 0 {
            return Ok(done);
        }
    }
}

/// Works on a run that is held; whether it was done.
async fn worked(app: &App, run: &Run, holder: Uuid, shutdown: &watch::Receiver<bool>) -> bool {
    let hold = Hold { app, run, holder, shutdown, progress: Arc::default() };
    let state = match linking::link_roll(&hold).await {
        Ok(Some(())) => return true,
        // Stopped by somebody, or told to end: then it waits for the next start.
        Ok(None) => RunState::Waiting,
        Err(error) => {
            tracing::error!(run = %run.id, county = run.county, "a list could not be linked: {}", error.chain());
            RunState::Failed
        }
    };
    if let Err(error) = hold.give_back(state).await {
        tracing::error!(run = %run.id, "a run could not be given back: {}", error.chain());
    }
    false
}

/// How far the work is: written by the engine's threads, read by who says so in the table.
#[derive(Default)]
struct Progress {
    /// Its place in [`Stage::ALL`].
    stage: AtomicUsize,
    /// In hundredths.
    share: AtomicU64,
    stop: AtomicBool,
}

/// Stops the engine when whoever waits for it is gone.
struct StopOnDrop(Arc<Progress>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }
}

impl Progress {
    /// Says how much of a stage is done, in hundredths.
    fn at(&self, stage: Stage, share: u64) {
        self.stage.store(stage as usize, Ordering::Relaxed);
        self.share.store(share, Ordering::Relaxed);
    }

    fn stage(&self) -> Stage {
        Stage::ALL[self.stage.load(Ordering::Relaxed) % Stage::ALL.len()]
    }
}

/// A run as held by this program.
struct Hold<'a> {
    app: &'a App,
    run: &'a Run,
    holder: Uuid,
    shutdown: &'a watch::Receiver<bool>,
    progress: Arc<Progress>,
}

impl Hold<'_> {
    fn now(&self) -> Micros {
        self.app.clock().now()
    }

    /// Says in the table how far the work is; `false` when it is to end.
    async fn beat(&self) -> Result<bool> {
        let share = i64::try_from(self.progress.share.load(Ordering::Relaxed)).unwrap_or(100);
        let of = (self.run.county.as_str(), self.run.id);
        let mut tx = self.app.db().write().await?;
        let mine = runs::beat(&mut tx, of, self.holder, (self.progress.stage(), share), self.now()).await?;
        tx.commit().await?;
        Ok(mine && !*self.shutdown.borrow())
    }

    /// Waits for work on other threads, and says meanwhile how far it is; `None` when it was stopped.
    async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Progress) -> Option<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let _stop = StopOnDrop(self.progress.clone());
        let progress = self.progress.clone();
        let mut working = tokio::task::spawn_blocking(move || work(&progress));
        loop {
            tokio::select! {
                done = &mut working => {
                    return done.map_err(|error| Error::failed("linking a list", error));
                }
                () = tokio::time::sleep(BEAT) => {
                    if !self.beat().await? {
                        self.progress.stop.store(true, Ordering::Relaxed);
                    }
                }
            }
        }
    }

    /// Gives the run back; what it wrote is removed. Somebody else's stop stays a stop.
    async fn give_back(&self, state: RunState) -> Result<()> {
        let mut tx = self.app.db().write().await?;
        let of = (self.run.county.as_str(), self.run.id);
        runs::end(&mut tx, of, self.holder, state, self.now()).await?;
        crate::store::matches::forget(&mut tx, &self.run.county, self.run.id).await?;
        tx.commit().await
    }
}
