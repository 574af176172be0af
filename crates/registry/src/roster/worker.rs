//! Rosters are looked at and go in by themselves, beside the program's other work: whoever brought one in need
//! not wait, and a program that starts again goes on with what it finds.

use std::sync::Arc;
use std::time::Duration;

use lianxin_foundation::account::store as accounts;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::error::While;
use lianxin_foundation::scope::Means;
use lianxin_foundation::{App, Micros, Result, Who};
use tokio::sync::watch;
use uuid::Uuid;

use super::look::look;
use super::run::overtaken;
use super::{Roster, Sheet, bring_in, kept, store};

/// How often the worker looks for something to do.
const EVERY: Duration = Duration::from_secs(1);
/// How long a file stays after the last thing happened with it.
const KEPT: Micros = 7 * DAY;

/// Does what waits; tells with how many rosters something happened. What fails for one, and is logged, does not
/// hold up the others.
pub async fn sweep(app: &App) -> Result<usize> {
    let now = app.clock().now();
    let mut done = 0;
    for (state, before) in [
        ("checking", now),
        ("running", now),
        ("checked", now - KEPT),
        ("done", now - KEPT),
        ("stopped", now - KEPT),
    ] {
        let waiting = store::waiting(&mut app.db().read().await?, state, before).await?;
        for (county, id) in waiting {
            match one(app, &county, id).await {
                Ok(()) => done += 1,
                Err(error) if overtaken(&error) => {}
                Err(error) => {
                    tracing::error!(roster = %id, county, "roster {id} could not go on: {}", error.chain());
                }
            }
        }
    }
    Ok(done)
}

/// Does the next thing with one roster.
pub(crate) async fn one(app: &App, county: &str, id: Uuid) -> Result<()> {
    let found = store::roster(&mut app.db().read().await?, county, id).await?;
    let Some(roster) = found else { return Ok(()) };
    if !matches!(roster.state.as_str(), "checking" | "running") {
        return forget(app, &roster).await;
    }
    let (Some(who), Some(sheet)) = (owner(app, &roster).await?, sheet(app, &roster).await?) else {
        return state(app, &roster, "stopped").await;
    };
    let sheet = Arc::new(sheet);
    if roster.state == "running" {
        return bring_in(app, &who, &roster, sheet, (usize::MAX, &|_| {})).await.map(drop);
    }
    let (counts, seen) = look(app, &who, &roster, sheet).await?;
    let text = serde_json::to_string(&seen).while_doing("writing what was found of a roster")?;
    super::keep(app, &roster.found(), &text).await?;
    let mut tx = app.db().write().await?;
    // Other columns were chosen meanwhile: the look is void, and comes again.
    store::set_checked(&mut tx, &roster, counts, app.clock().now()).await?;
    tx.commit().await
}

/// The rows of a roster, while its file is there.
pub(crate) async fn sheet(app: &App, roster: &Roster) -> Result<Option<Sheet>> {
    Ok(kept(app, &roster.file()).await?.map(|text| Sheet::parse(&text)))
}

/// Whoever brought a roster in, with the posts they hold now; nobody when the sign-in was closed.
async fn owner(app: &App, roster: &Roster) -> Result<Option<Who>> {
    let Some(id) = roster.account else { return Ok(None) };
    let mut tx = app.db().read().await?;
    let account = accounts::account(&mut tx, &roster.home, id).await?;
    let Some(account) = account.filter(|account| account.disabled_at.is_none()) else { return Ok(None) };
    let posts = accounts::posts_of(&mut tx, &roster.home, id).await?;
    Ok(Some(Who {
        account: Some(id),
        county: roster.home.clone(),
        name: account.name,
        posts,
        means: Means::Assumed,
    }))
}

async fn state(app: &App, roster: &Roster, state: &str) -> Result<()> {
    let mut tx = app.db().write().await?;
    store::set_state(&mut tx, roster, state, app.clock().now()).await?;
    tx.commit().await
}

/// Removes a roster's files and the list of rows that were not taken.
pub(crate) async fn forget(app: &App, roster: &Roster) -> Result<()> {
    for key in [roster.file(), roster.found()] {
        app.blobs().delete(&key).await.while_doing(format!("removing {key}"))?;
    }
    let mut tx = app.db().write().await?;
    store::forget(&mut tx, roster).await?;
    store::set_state(&mut tx, roster, "gone", app.clock().now()).await?;
    tx.commit().await
}

/// Sweeps every second until `shutdown` turns true or its sender is gone.
pub async fn run(app: App, mut shutdown: watch::Receiver<bool>) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::error!("rosters could not be looked for: {}", error.chain());
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = shutdown.wait_for(|stop| *stop) => return,
        }
    }
}
