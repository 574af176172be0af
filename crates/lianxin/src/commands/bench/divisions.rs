//! The whole country's divisions: imported, imported again, and asked about; beside the engine's own
//! bulk load of the same table.

use std::path::Path;
use std::time::Instant;

use lianxin_foundation::clock::Clock;
use lianxin_foundation::error::{Error, Result};
use lianxin_foundation::{App, Tx};
use lianxin_registry::area::ancestors;

use super::clients::median;
use super::seed::Seed;
use super::stand::{Run, Stand, Target, timed};
use super::store;

/// How often each load is measured.
const TIMES: usize = 3;
/// How many questions of each kind are asked.
const QUESTIONS: usize = 1_000;

/// What was found.
pub(super) struct Measured {
    pub(super) rows: i64,
    /// Seconds of the whole command, and the most megabytes it held.
    pub(super) import: f64,
    pub(super) megabytes: f64,
    /// Seconds of the engine's own bulk load of the table that the import made.
    pub(super) bulk: f64,
    /// Seconds of the import that finds everything there already.
    pub(super) again: f64,
    /// Microseconds of one question on the full table.
    pub(super) is_below: f64,
    pub(super) first_below: f64,
    pub(super) count_below: f64,
}

/// Imports the whole country.
pub(super) fn import_into(target: &Target, folder: &Path) -> Result<Run> {
    let files = ["provinces", "cities", "areas", "streets", "villages"]
        .map(|name| folder.join(name).with_extension("csv"));
    timed(target.command(&["import", "divisions"])?.args(files))
}

/// Measures, and gives the last of the databases it made.
pub(super) async fn measure(stand: &Stand, folder: &Path, clock: &Clock) -> Result<(Target, Measured)> {
    let dumped = stand.file("area.dump");
    let (mut import, mut again, mut bulk, mut megabytes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut kept: Option<Target> = None;
    for time in 1..=TIMES {
        stand.say(&format!("divisions, {time} of {TIMES}"));
        let target = stand.fresh(&format!("import_{time}"))?;
        let first = import_into(&target, folder)?;
        import.push(first.seconds);
        megabytes.push(first.megabytes);
        again.push(import_into(&target, folder)?.seconds);
        stand.dump(&target, &dumped)?;
        let anchor = stand.fresh(&format!("anchor_{time}"))?;
        bulk.push(stand.load(&anchor, &dumped)?);
        same_rows(&target, &anchor, clock).await?;
        stand.remove(&anchor)?;
        if let Some(before) = kept.replace(target) {
            stand.remove(&before)?;
        }
    }
    let Some(target) = kept else { return Err(Error::failed("measuring divisions", "nothing was imported")) };
    stand.say("questions about subtrees");
    let app = target.app(clock).await?;
    let mut tx = app.db().read().await?;
    let villages = store::some_villages(&mut tx).await?;
    let measured = Measured {
        rows: store::areas(&mut tx).await?,
        import: median(import),
        megabytes: median(megabytes),
        bulk: median(bulk),
        again: median(again),
        is_below: is_below(&mut tx, &villages).await?,
        first_below: first_below(&mut tx, &villages).await?,
        count_below: count_below(&mut tx, &villages).await?,
    };
    drop(tx);
    app.db().close().await;
    Ok((target, measured))
}

/// Only what loads the same rows is an anchor.
async fn same_rows(target: &Target, anchor: &Target, clock: &Clock) -> Result<()> {
    let (ours, theirs) = (target.app(clock).await?, anchor.app(clock).await?);
    let (imported, loaded) = (count(&ours).await?, count(&theirs).await?);
    if imported == loaded && imported > 0 {
        return Ok(());
    }
    Err(Error::failed("comparing the loads", format!("{imported} areas imported, {loaded} loaded in bulk")))
}

async fn count(app: &App) -> Result<i64> {
    let areas = store::areas(&mut app.db().read().await?).await?;
    app.db().close().await;
    Ok(areas)
}

/// The path of one of the areas above a village, which itself lies five deep.
fn above(path: &str, depth: usize) -> String {
    ancestors(path).iter().take(depth).map(|id| format!("{id}/")).collect()
}

/// "Is this village in that city?", half of the time of a village in it.
async fn is_below(tx: &mut Tx, villages: &[(String, String)]) -> Result<f64> {
    let mut seed = Seed::new(1);
    let mut micros = Vec::new();
    for question in 0..QUESTIONS {
        let (id, path) = seed.one_of(villages);
        let inside = question % 2 == 0;
        let city = above(if inside { path } else { &seed.one_of(villages).1 }, 2);
        let since = Instant::now();
        let found = store::is_below(tx, id, &city).await?;
        micros.push(since.elapsed().as_secs_f64() * 1e6);
        if found != path.starts_with(&city) {
            return Err(Error::failed("asking about subtrees", format!("{id} below {city}: {found}")));
        }
    }
    Ok(median(micros))
}

/// "The first 50 areas in this county."
async fn first_below(tx: &mut Tx, villages: &[(String, String)]) -> Result<f64> {
    let mut seed = Seed::new(2);
    let mut micros = Vec::new();
    for _ in 0..QUESTIONS {
        let county = above(&seed.one_of(villages).1, 3);
        let since = Instant::now();
        store::first_below(tx, &county, 50).await?;
        micros.push(since.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(micros))
}

/// "How many areas are in this county?"
async fn count_below(tx: &mut Tx, villages: &[(String, String)]) -> Result<f64> {
    let mut seed = Seed::new(3);
    let mut micros = Vec::new();
    for _ in 0..QUESTIONS {
        let county = above(&seed.one_of(villages).1, 3);
        let since = Instant::now();
        store::count_below(tx, &county).await?;
        micros.push(since.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(micros))
}
