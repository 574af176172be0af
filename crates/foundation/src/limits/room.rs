//! Memory for what forms send: shared out by the kilobyte, as it arrives.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Asker, too_many};
use crate::clock::{Micros, SECOND};
use crate::error::Result;

/// How long somebody is asked to wait who found no room: others will have sent their photos by then.
const BUSY: Micros = 10 * SECOND;

const KILOBYTE: usize = 1024;

/// The first kilobytes of every form have a room of their own, [`BEGINNINGS`] of the whole: however many
/// photos are on their way, a report in words still comes through.
const BEGINNING: usize = 256;
const BEGINNINGS: usize = 4;

/// One asker gets no more than this part of the whole.
const SHARE: usize = 8;

/// Until there are so many, askers whose forms are done are kept.
const FEW: usize = 1_000;

/// All the room there is.
pub(super) struct Rooms {
    kilobytes: usize,
    beginnings: Arc<Semaphore>,
    rest: Arc<Semaphore>,
    askers: Mutex<HashMap<Asker, Weak<Semaphore>>>,
    wait: Duration,
}

impl Rooms {
    pub(super) fn new(megabytes: u32, wait: Duration) -> Rooms {
        let kilobytes = megabytes as usize * KILOBYTE;
        Rooms {
            kilobytes,
            beginnings: Arc::new(Semaphore::new(kilobytes / BEGINNINGS)),
            rest: Arc::new(Semaphore::new(kilobytes)),
            askers: Mutex::default(),
            wait,
        }
    }

    pub(super) fn room(&self, asker: Asker) -> Room {
        let share = self.kilobytes / SHARE;
        let part = |of: &Arc<Semaphore>, most| Part { of: of.clone(), most, held: None };
        Room {
            own: part(&self.of(asker, share), share),
            beginning: part(&self.beginnings, self.kilobytes / BEGINNINGS),
            rest: part(&self.rest, self.kilobytes),
            wait: self.wait,
        }
    }

    /// What this asker's forms share.
    fn of(&self, asker: Asker, share: usize) -> Arc<Semaphore> {
        let mut askers = self.askers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = askers.get(&asker).and_then(Weak::upgrade) {
            return own;
        }
        if askers.len() >= FEW {
            askers.retain(|_, own| own.strong_count() > 0);
        }
        let own = Arc::new(Semaphore::new(share));
        askers.insert(asker, Arc::downgrade(&own));
        own
    }
}

/// What one form has of some room.
struct Part {
    of: Arc<Semaphore>,
    most: usize,
    held: Option<OwnedSemaphorePermit>,
}

impl Part {
    /// Waits until there are `kilobytes` in all. A form that could never have so many alone is let in with
    /// what there is.
    async fn grow(&mut self, kilobytes: usize) {
        let held = self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = u32::try_from(kilobytes.min(self.most).saturating_sub(held)).unwrap_or(u32::MAX);
        if more == 0 {
            return;
        }
        // It is never closed, so this only waits.
        if let Ok(more) = self.of.clone().acquire_many_owned(more).await {
            match &mut self.held {
                Some(held) => held.merge(more),
                none => *none = Some(more),
            }
        }
    }
}

/// Memory that a form takes, given back when it is dropped.
pub struct Room {
    own: Part,
    beginning: Part,
    rest: Part,
    wait: Duration,
}

impl Room {
    /// Makes room for `bytes` in all. It is taken by the begun kilobyte as the bytes arrive, not as they are
    /// announced: whoever wants to hold all of it has to send as much, and from several addresses.
    ///
    /// # Errors
    /// [`Kind::TooMany`](crate::error::Kind::TooMany) when others have held it for too long, which also ends
    /// two forms that wait for each other.
    pub async fn grow(&mut self, bytes: usize) -> Result<()> {
        let kilobytes = bytes.div_ceil(KILOBYTE);
        let growing = async {
            self.own.grow(kilobytes).await;
            self.beginning.grow(kilobytes.min(BEGINNING)).await;
            self.rest.grow(kilobytes.saturating_sub(BEGINNING)).await;
        };
        tokio::time::timeout(self.wait, growing).await.map_err(|_| too_many("problem-busy", BUSY))
    }
}
