//! Bodies whose every byte is counted as it comes in, before anybody takes it apart.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};
use tokio::sync::Mutex;

use crate::error::{Error, Kind, Problem};
use crate::limits::Room;

/// A body is handed on in pieces of this many bytes. After each the reader gets its turn: it would
/// otherwise gather all that has come, and only then look at it.
const PIECE: usize = 16 * 1024;

/// What has come of a body, and the memory it takes.
pub(super) struct Meter {
    room: Mutex<Room>,
    /// Bytes that came since the reader last got anywhere.
    ahead: AtomicUsize,
    most: usize,
}

impl Meter {
    /// For a reader that gets somewhere at least once in `most` bytes.
    pub(super) fn new(room: Room, most: usize) -> Arc<Meter> {
        Arc::new(Meter { room: Mutex::new(room), ahead: AtomicUsize::new(0), most })
    }

    /// The reader got somewhere.
    pub(super) fn moved(&self) {
        self.ahead.store(0, Ordering::Relaxed);
    }

    async fn count(&self, all: usize, more: usize) -> Result<(), Cause> {
        if self.ahead.fetch_add(more, Ordering::Relaxed) + more > self.most {
            return Err(Error::from(Problem::new(Kind::TooLarge, "problem-too-large")).into());
        }
        Ok(self.room.lock().await.grow(all).await?)
    }
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// `body`, counted by `meter`. Its errors are told by [`unread`](super::unread).
pub(super) fn metered(body: Body, meter: Arc<Meter>) -> Body {
    let start = (body.into_data_stream(), Bytes::new(), 0, meter);
    Body::from_stream(stream::try_unfold(start, async |(mut body, mut chunk, come, meter)| {
        while chunk.is_empty() {
            match body.next().await {
                Some(next) => chunk = next.map_err(Cause::from)?,
                None => return Ok(None),
            }
        }
        if come > 0 {
            tokio::task::yield_now().await;
        }
        let piece = chunk.split_to(chunk.len().min(PIECE));
        let come = come + piece.len();
        meter.count(come, piece.len()).await?;
        Ok::<_, Cause>(Some((piece, (body, chunk, come, meter))))
    }))
}
