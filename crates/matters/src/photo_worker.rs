//! What becomes of photos that were sent but belong to nothing, because the report was then refused or
//! never arrived: a day later their files are removed.
//!
//! A photo's files are put away before the row that names them is written, minutes before at most. So the
//! order here is the other way round: first the files are listed, then those are looked at that lie there
//! for a day, and only then the rows are read. A row that appears later than that belongs to a younger
//! photo. Several programs may sweep beside each other: a file that is gone already is no error.

use std::time::Duration;

use futures_util::TryStreamExt;
use lianxin_foundation::clock::{DAY, Micros};
use lianxin_foundation::error::While;
use lianxin_foundation::files::blobs::Listed;
use lianxin_foundation::ids::made_at;
use lianxin_foundation::{App, Result};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{photos, store};

/// How long a photo may belong to nothing.
const REST: Micros = DAY;
/// How often the files are looked through.
const EVERY: Duration = Duration::from_secs(6 * 3600);
/// How many files are looked at together.
const BATCH: usize = 500;

/// Removes the files of every photo that lies there for a day and belongs to nothing; tells how many
/// files those were.
///
/// # Errors
/// When the files cannot be listed or removed, or the database does not answer. What was removed until
/// then stays removed; the next sweep goes on.
pub async fn sweep(app: &App) -> Result<usize> {
    let mut files = app.blobs().list(photos::FOLDER, BATCH);
    let mut removed = 0;
    while let Some(some) = files.try_next().await.while_doing("listing the photos")? {
        removed += sweep_listed(app, &some).await?;
    }
    Ok(removed)
}

/// The same for some files of a listing.
///
/// # Errors
/// As [`sweep`].
pub async fn sweep_listed(app: &App, files: &[Listed]) -> Result<usize> {
    let before = app.clock().now() - REST;
    let old = files.iter().filter_map(|file| Some((old_photo(file, before)?, file.key.as_str())));
    let old: Vec<(Uuid, &str)> = old.collect();
    let ids: Vec<Uuid> = old.iter().map(|(photo, _)| *photo).collect();
    let owned = store::photos_among(&mut app.db().read().await?, &ids).await?;
    let mut removed = 0;
    for (photo, key) in old.iter().filter(|(photo, _)| !owned.contains(photo)) {
        app.blobs().delete(key).await.while_doing(format!("removing photo {photo}"))?;
        removed += 1;
    }
    Ok(removed)
}

/// The photo of a file that was both made and written before that moment: a restored backup writes old
/// photos anew. A file that is no photo's is left alone.
fn old_photo(file: &Listed, before: Micros) -> Option<Uuid> {
    let photo = photos::photo_at(&file.key)?;
    (file.written_at < before && made_at(photo)? < before).then_some(photo)
}

/// Sweeps at once, and then every six hours until `shutdown` turns true or its sender is gone.
pub async fn run(app: App, mut shutdown: watch::Receiver<bool>) {
    let sweeping = async {
        loop {
            match sweep(&app).await {
                Ok(0) => {}
                Ok(files) => tracing::info!(files, "removed {files} files of photos that belong to nothing"),
                Err(error) => tracing::error!("could not sweep the photos: {}", error.chain()),
            }
            tokio::time::sleep(EVERY).await;
        }
    };
    tokio::select! {
        () = sweeping => {}
        _ = shutdown.wait_for(|stop| *stop) => {}
    }
}
