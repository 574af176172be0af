//! How many matters the tabs of an inbox hold, and its deadlines at a glance: with every visit asked anew.
//!
//! What is small is counted each time, and exact. Counting a whole county's thousands takes longer than everything
//! else on the page, and nobody plans a day by the last one of them: large numbers are given again for some seconds to
//! whoever asks the very same within the very same scope, and the page says so.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use lianxin_foundation::clock::SECOND;
use lianxin_foundation::{Micros, Result, Scope, Tx};

use crate::store::{self, Query};

/// How long large numbers are given again.
pub const FRESH: Micros = 10 * SECOND;

/// From so many matters on numbers are large.
pub const LARGE: i64 = 1_000;

/// The most answers that are remembered.
const MOST: usize = 500;

/// Large numbers of the last seconds. Cheap to clone.
#[derive(Clone)]
pub struct Tallies {
    large: i64,
    kept: Arc<Mutex<HashMap<String, Tally>>>,
}

/// How many matters each of several queries asked for, and when.
struct Tally {
    at: Micros,
    counts: Vec<i64>,
}

impl Default for Tallies {
    fn default() -> Tallies {
        Tallies::from(LARGE)
    }
}

impl Tallies {
    /// Nothing counted yet; from `large` matters on numbers are to be given again.
    pub fn from(large: i64) -> Tallies {
        Tallies { large, kept: Arc::default() }
    }

    /// What [`store::count_each`] says, or said within the last [`FRESH`] where that was much.
    pub async fn count_each(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        queries: &[Query],
        now: Micros,
    ) -> Result<Vec<i64>> {
        // Whoever has the same grants and asks the same gets the same answer: nothing else goes into it.
        let key = format!("{:?} {queries:?}", scope.grants());
        if let Some(counts) = self.known(&key, now) {
            return Ok(counts);
        }
        let counts = store::count_each(tx, scope, queries, now).await?;
        if self.is_large(&counts) {
            self.keep(key, Tally { at: now, counts: counts.clone() });
        }
        Ok(counts)
    }

    /// Whether these numbers may be some seconds old.
    pub fn is_large(&self, counts: &[i64]) -> bool {
        counts.iter().any(|count| *count >= self.large)
    }

    fn known(&self, key: &str, now: Micros) -> Option<Vec<i64>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(key).filter(|tally| tally.is_fresh(now)).map(|tally| tally.counts.clone())
    }

    fn keep(&self, key: String, tally: Tally) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.retain(|_, old| old.is_fresh(tally.at));
        }
        if kept.len() < MOST {
            kept.insert(key, tally);
        }
    }
}

impl Tally {
    fn is_fresh(&self, now: Micros) -> bool {
        (0..FRESH).contains(&(now - self.at))
    }
}
