//! Photos of a matter: made safe and put away before the action that names them.

use lianxin_foundation::error::While;
use lianxin_foundation::files::photo::{Photo, PhotoError};
use lianxin_foundation::{App, Problem, Result, Tx};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// How many photos one sending may hold.
pub const MOST: usize = 9;

/// Decoding the largest photo takes some 300 MB: two at a time, the others wait.
static DECODERS: Semaphore = Semaphore::const_new(2);

/// A photo whose files are put away; an action makes it part of a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPhoto {
    /// Its id.
    pub id: Uuid,
    /// Width in pixels.
    pub width: i64,
    /// Height in pixels.
    pub height: i64,
    /// Size of the full picture in bytes.
    pub bytes: i64,
    /// SHA-256 of the full picture.
    pub sha256: Vec<u8>,
}

/// Which of the two pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// At most 1600 pixels on the longer side.
    Full,
    /// At most 320.
    Thumbnail,
}

/// The folder of all photos among the blobs.
pub const FOLDER: &str = "photos";

/// Where a photo's file lies among the blobs.
pub fn key(photo: Uuid, size: Size) -> String {
    match size {
        Size::Full => format!("{FOLDER}/{photo}.jpg"),
        Size::Thumbnail => format!("{FOLDER}/{photo}-small.jpg"),
    }
}

/// The photo whose file lies at a key, the other way round.
pub fn photo_at(key: &str) -> Option<Uuid> {
    let name = key.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(".jpg")?;
    name.strip_suffix("-small").unwrap_or(name).parse().ok()
}

/// Where every photo that belongs to something lies, both sizes: for a backup.
pub async fn keys(tx: &mut Tx) -> Result<Vec<String>> {
    let ids = crate::store::photo_ids(tx).await?;
    Ok(ids.into_iter().flat_map(|id| [key(id, Size::Full), key(id, Size::Thumbnail)]).collect())
}

/// Checks, rewrites and puts away uploads, in their order. A photo that no action names afterwards
/// belongs to nothing and is shown to nobody; [`photo_worker`](crate::photo_worker) removes it a day later.
///
/// # Errors
/// [`Problem::invalid`] on the field `photos` with the reason.
pub async fn store(app: &App, uploads: Vec<Vec<u8>>) -> Result<Vec<StoredPhoto>> {
    if uploads.len() > MOST {
        return Err(refused("photo-too-many"));
    }
    let mut stored = Vec::with_capacity(uploads.len());
    for upload in uploads {
        let photo = prepare(upload).await?.map_err(|error| refused(error.code()))?;
        stored.push(put(app, photo).await?);
    }
    Ok(stored)
}

fn refused(code: &'static str) -> lianxin_foundation::Error {
    Problem::invalid().field("photos", code).into()
}

async fn prepare(upload: Vec<u8>) -> Result<Result<Photo, PhotoError>> {
    let doing = "preparing a photo";
    let _turn = DECODERS.acquire().await.while_doing(doing)?;
    tokio::task::spawn_blocking(move || Photo::prepare(&upload)).await.while_doing(doing)
}

async fn put(app: &App, photo: Photo) -> Result<StoredPhoto> {
    let id = app.ids().new_id(app.clock().now());
    let stored = StoredPhoto {
        id,
        width: photo.full.width.into(),
        height: photo.full.height.into(),
        bytes: i64::try_from(photo.full.bytes.len()).unwrap_or(i64::MAX),
        sha256: photo.full.sha256.to_vec(),
    };
    for (size, file) in [(Size::Full, photo.full), (Size::Thumbnail, photo.thumbnail)] {
        app.blobs().put(&key(id, size), file.bytes).await.while_doing(format!("putting away photo {id}"))?;
    }
    Ok(stored)
}
