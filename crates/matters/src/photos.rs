//! Photos of a matter: made safe and put away before the action that names them.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lianxin_foundation::clock::{DAY, Micros};
use lianxin_foundation::error::While;
use lianxin_foundation::files::photo::{self, Photo, PhotoError};
use lianxin_foundation::ids::made_at;
use lianxin_foundation::limits::{Asker, Limit};
use lianxin_foundation::web::{Submission, Visitor};
use lianxin_foundation::{App, Problem, Result, Tx};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use uuid::Uuid;

/// How many photos one sending may hold.
pub const MOST: usize = 9;

/// Decoding the largest photo takes some 300 MB and a processor for a third of a second: at most two at a time, the
/// others wait, and half the processors stay free for whoever has a page open or a transaction under way.
static DECODERS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(decoders()));

fn decoders() -> usize {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    (processors / 2).clamp(1, 2)
}

/// Of those one asker has one at most, so that nobody's pile of photos keeps another's waiting.
static ASKERS: LazyLock<Mutex<HashMap<Asker, Arc<Semaphore>>>> = LazyLock::new(Mutex::default);

/// A photo whose files are put away; an action makes it part of a matter.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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

/// How long photos wait for the form they were sent with: well before [`photo_worker`](crate::photo_worker) removes
/// what belongs to nothing.
const KEPT_FOR: Micros = DAY / 2;

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
/// [`Problem::invalid`] on the field `photos` with the reason; too many when `asker` lately sent photos of
/// too many pixels.
pub async fn store(app: &App, asker: Asker, uploads: Vec<Vec<u8>>) -> Result<Vec<StoredPhoto>> {
    if uploads.len() > MOST {
        return Err(refused("photo-too-many"));
    }
    let mut units = 0;
    for upload in &uploads {
        units += beyond_bytes(upload).map_err(|error| refused(error.code()))?;
    }
    if units > 0 {
        app.limits().take(Limit::Upload, asker, units, app.clock().now())?;
    }
    let mut stored = Vec::with_capacity(uploads.len());
    for upload in uploads {
        let photo = prepare(asker, upload).await?.map_err(|error| refused(error.code()))?;
        stored.push(put(app, photo).await?);
    }
    Ok(stored)
}

/// Puts a form's photos away while its sender looks at it once more: what stands for them in the form, sealed
/// for the id it was made with, and how many there are by now.
///
/// # Errors
/// Those of [`store`].
pub(crate) async fn keep(visitor: &Visitor, sent: &mut Submission) -> Result<(String, usize)> {
    let mut all = kept(&visitor.app, sent)?;
    let uploads = std::mem::take(&mut sent.files).into_iter().map(|file| file.bytes).collect();
    all.extend(store(&visitor.app, visitor.asker(), uploads).await?);
    if all.is_empty() {
        return Ok((String::new(), 0));
    }
    let written = serde_json::to_string(&all).while_doing("keeping photos with a form")?;
    let sealed = visitor.app.vault().seal(visitor.app.ids(), &form_place(sent), &written);
    Ok((URL_SAFE_NO_PAD.encode(sealed), all.len()))
}

/// The photos that a form was given back with; none where nobody sealed them for this very form.
///
/// # Errors
/// When they are another form's, or lie there for so long that they may be removed any moment; the form then comes
/// back without them.
pub(crate) fn kept(app: &App, sent: &mut Submission) -> Result<Vec<StoredPhoto>> {
    let Some(text) = sent.given("kept-photos") else { return Ok(Vec::new()) };
    // Every form has an id of its own: what were sealed for none could be sent with any.
    if sent.given("id").is_none() {
        return Err(refused("problem-unreadable"));
    }
    let opened = URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|sealed| app.vault().open(&form_place(sent), &sealed).ok());
    let photos: Option<Vec<StoredPhoto>> = opened.and_then(|written| serde_json::from_str(&written).ok());
    let photos = photos.ok_or_else(|| refused("problem-unreadable"))?;
    let since = app.clock().now() - KEPT_FOR;
    if photos.iter().any(|photo| made_at(photo.id).is_none_or(|made| made < since)) {
        sent.set("kept-photos", String::new());
        return Err(refused("photo-kept-too-long"));
    }
    Ok(photos)
}

fn form_place(sent: &Submission) -> String {
    format!("report.photos/{}", sent.text("id"))
}

fn refused(code: &'static str) -> lianxin_foundation::Error {
    Problem::invalid().field("photos", code).into()
}

/// A form's megabytes were counted as it came. A small file may hold a huge picture: of the megapixels, what
/// goes beyond its megabytes counts too.
fn beyond_bytes(upload: &[u8]) -> Result<i64, PhotoError> {
    const MEGAPIXEL: u64 = 1_000_000;
    const MEGABYTE: usize = 1024 * 1024;
    let pixels = photo::pixels(upload)?.div_ceil(MEGAPIXEL);
    let bytes = upload.len().div_ceil(MEGABYTE);
    Ok(i64::try_from(pixels)
        .unwrap_or(i64::MAX)
        .saturating_sub(i64::try_from(bytes).unwrap_or(i64::MAX))
        .max(0))
}

async fn prepare(asker: Asker, upload: Vec<u8>) -> Result<Result<Photo, PhotoError>> {
    let doing = "preparing a photo";
    let turn = Turn::of(asker).await?;
    // The turn ends with the decoding, also when nobody waits for it any more.
    let decoding = move || {
        let photo = Photo::prepare(&upload);
        drop(turn);
        photo
    };
    tokio::task::spawn_blocking(decoding).await.while_doing(doing)
}

/// A decoder in use.
struct Turn {
    asker: Asker,
    own: Option<OwnedSemaphorePermit>,
    _decoder: SemaphorePermit<'static>,
}

impl Turn {
    /// Waits for this asker's other photos first, then for a decoder, in the order of coming.
    async fn of(asker: Asker) -> Result<Turn> {
        let doing = "waiting for a decoder";
        let own = askers().entry(asker).or_insert_with(|| Arc::new(Semaphore::new(1))).clone();
        let own = own.acquire_owned().await.while_doing(doing)?;
        let decoder = DECODERS.acquire().await.while_doing(doing)?;
        Ok(Turn { asker, own: Some(own), _decoder: decoder })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut askers = askers();
        self.own = None;
        // Whoever still waits holds it too.
        if askers.get(&self.asker).is_some_and(|own| Arc::strong_count(own) == 1) {
            askers.remove(&self.asker);
        }
    }
}

fn askers() -> MutexGuard<'static, HashMap<Asker, Arc<Semaphore>>> {
    ASKERS.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::net::Ipv4Addr;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn asker(last: u8) -> Asker {
        Asker::at(Ipv4Addr::new(192, 0, 2, last).into())
    }

    fn at_once(turn: impl Future<Output = Result<Turn>>) -> Option<Turn> {
        match pin!(turn).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(turn) => turn.ok(),
            Poll::Pending => None,
        }
    }

    #[test]
    fn decoders_are_given_by_turns() {
        let all = u8::try_from(decoders()).unwrap();
        let held = (0..all).map(|n| at_once(Turn::of(asker(n))).expect("a decoder is free"));
        let held: Vec<Turn> = held.collect();
        assert!(at_once(Turn::of(asker(all))).is_none(), "no decoder is free");
        assert!(at_once(Turn::of(asker(0))).is_none(), "and this asker has one");
        assert_eq!(askers()[&asker(0)].available_permits(), 0, "a second one would wait if one were free");
        drop(held);
        let again = at_once(Turn::of(asker(all))).expect("the turns were given back");
        drop(again);
        assert!((0..=all).all(|n| !askers().contains_key(&asker(n))));
    }

    /// A grey PNG of nothing but a header: enough to say its size.
    fn png(side: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(side.to_be_bytes());
        bytes.extend(side.to_be_bytes());
        bytes.extend([8, 0, 0, 0, 0]);
        let sum = crc(&bytes[12..]);
        bytes.extend(sum.to_be_bytes());
        // The first chunk of the picture itself, empty.
        bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
        bytes
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 * (sum & 1)))
        })
    }

    #[test]
    fn a_small_file_of_many_pixels_counts_by_its_pixels() {
        assert_eq!(beyond_bytes(&png(7_000)).unwrap(), 48);
        assert_eq!(beyond_bytes(&png(900)).unwrap(), 0);
        let many = [png(900), vec![0; 3 * 1024 * 1024]].concat();
        assert_eq!(beyond_bytes(&many).unwrap(), 0);
        assert!(matches!(beyond_bytes(&png(7_700)), Err(PhotoError::TooManyPixels { .. })));
    }
}
