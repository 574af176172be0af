//! Plans are made beside the program's other work: ten thousand units take seconds of computing.

use std::time::Duration;

use lianxin_foundation::clock::MINUTE;
use lianxin_foundation::error::While;
use lianxin_foundation::{App, Micros, Result};
use tokio::sync::watch;

use super::planner::{Made, make};
use super::{Plan, facts, store};

/// How often the worker looks for something to do.
const EVERY: Duration = Duration::from_secs(1);
/// A plan that has been under way for so long was left behind by a program that stopped.
const LEFT_BEHIND: Micros = 15 * MINUTE;

/// Makes the plans that wait; tells how many. One that fails is logged, and says so.
///
/// # Errors
/// Those of the database while looking for them.
pub async fn sweep(app: &App) -> Result<usize> {
    let now = app.clock().now();
    let waiting = store::waiting(&mut app.db().read().await?, now - LEFT_BEHIND).await?;
    let mut done = 0;
    for plan in waiting {
        let mut tx = app.db().write().await?;
        let mine = store::claim(&mut tx, &plan, app.clock().now()).await?;
        tx.commit().await?;
        if !mine {
            continue;
        }
        match one(app, &plan).await {
            Ok(()) => done += 1,
            Err(error) => {
                tracing::error!(plan = %plan.id, "the plan of branches {} failed: {}", plan.id, error.chain());
                let mut tx = app.db().write().await?;
                store::fail(&mut tx, &plan, app.clock().now()).await?;
                tx.commit().await?;
            }
        }
    }
    Ok(done)
}

async fn one(app: &App, plan: &Plan) -> Result<()> {
    let (county, path) = (plan.county.as_str(), plan.path.as_str());
    let mut tx = app.db().read().await?;
    let now = app.clock().now();
    let units = facts::units(&mut tx, (county, path), &[], now).await?;
    let hosts = facts::hosts(&mut tx, county, path, now).await?;
    drop(tx);
    let made = tokio::task::spawn_blocking(move || make(&units, &hosts));
    let Made { lines, worth, least, placeless } = made.await.while_doing("planning branches")??;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let done = Plan {
        units: count(lines.len()),
        placeless: count(placeless),
        left_out: worth.left_out,
        joints: worth.organisations,
        metres: worth.metres,
        least_left_out: least.left_out,
        least_joints: least.organisations,
        least_metres: least.metres,
        ..plan.clone()
    };
    let mut tx = app.db().write().await?;
    store::insert_lines(&mut tx, &done, &lines).await?;
    store::finish(&mut tx, &done, app.clock().now()).await?;
    tx.commit().await
}

/// Sweeps every second until `shutdown` turns true or its sender is gone.
pub async fn run(app: App, mut shutdown: watch::Receiver<bool>) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::error!("plans of branches could not be looked for: {}", error.chain());
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = shutdown.wait_for(|stop| *stop) => return,
        }
    }
}
