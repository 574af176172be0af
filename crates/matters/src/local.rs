//! What a county decided otherwise than the built-in catalogue: its limits, and what it keeps private.
//!
//! A county's changes are dated and only ever added. The latest holds for what comes in from now on; a
//! matter runs by those that held when it came in, whatever is decided later. Each transaction compares
//! the number of changes, one look at a key that holds few rows, with what this process has in memory:
//! so a change holds in every program on the database from the moment it is written, and the catalogue
//! is put together once per change, not once per request.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use lianxin_foundation::{Micros, Result, Tx};
use lianxin_worktime::Kind;

use crate::category::{Catalogue, Category};
use crate::rules::clock::Limits;
use crate::store::changes as store;

/// What may differ of one category; `None` is as built in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Change {
    /// Minutes until the unit must have taken it.
    pub respond: Option<u32>,
    /// Minutes one level may hold it.
    pub climb: Option<u32>,
    /// Minutes until it must be settled.
    pub resolve: Option<u32>,
    /// Which minutes count.
    pub kind: Option<Kind>,
    /// Whether what is said is hidden from the public and sealed.
    pub private: Option<bool>,
}

impl Change {
    /// What of these values differs from the built-in category.
    pub fn from_built_in(category: &Category, limits: Limits, private: bool) -> Change {
        fn differing<T: PartialEq>(value: T, built_in: T) -> Option<T> {
            (value != built_in).then_some(value)
        }
        let built_in = category.limits;
        Change {
            respond: differing(limits.respond, built_in.respond),
            climb: differing(limits.climb, built_in.climb),
            resolve: differing(limits.resolve, built_in.resolve),
            kind: differing(limits.kind, built_in.kind),
            private: differing(private, category.private),
        }
    }

    /// Whether everything is as built in.
    pub fn is_none(&self) -> bool {
        *self == Change::default()
    }

    fn limits(&self, built_in: Limits) -> Limits {
        Limits {
            respond: self.respond.unwrap_or(built_in.respond),
            climb: self.climb.unwrap_or(built_in.climb),
            resolve: self.resolve.unwrap_or(built_in.resolve),
            kind: self.kind.unwrap_or(built_in.kind),
        }
    }

    fn over(&self, category: &Category) -> Category {
        Category {
            limits: self.limits(category.limits),
            private: self.private.unwrap_or(category.private),
            ..category.clone()
        }
    }
}

/// The catalogue as one county has it.
#[derive(Debug)]
pub struct Local {
    /// How many changes it was put together from.
    version: i64,
    /// When the county last changed something.
    changed: Option<Micros>,
    /// As it holds now.
    catalogue: Catalogue,
    /// The changes of each category, oldest first.
    history: HashMap<String, Vec<(Micros, Change)>>,
}

impl Local {
    /// The catalogue as it holds in the county now.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// When the county last changed something, if ever.
    pub fn changed(&self) -> Option<Micros> {
        self.changed
    }

    /// What differs from the built-in category for what came in at `at`.
    pub fn change_at(&self, code: &str, at: Micros) -> Change {
        let history = self.history.get(code).map_or(&[][..], Vec::as_slice);
        history.iter().rev().find(|(from, _)| *from <= at).map(|(_, change)| *change).unwrap_or_default()
    }

    /// The limits of a built-in category for what came in at `at`.
    pub fn limits_at(&self, built_in: &Category, at: Micros) -> Limits {
        self.change_at(&built_in.code, at).limits(built_in.limits)
    }

    async fn read(tx: &mut Tx, built_in: &Catalogue, county: &str, version: i64) -> Result<Local> {
        let mut history: HashMap<String, Vec<(Micros, Change)>> = HashMap::new();
        if version > 0 {
            for (code, from, change) in store::of_county(tx, county).await? {
                history.entry(code).or_default().push((from, change));
            }
        }
        let changed = history.values().flatten().map(|(from, _)| *from).max();
        let latest = |category: &Category| {
            let (_, change) = history.get(&category.code)?.last()?;
            Some(change.over(category))
        };
        let catalogue = if history.is_empty() { built_in.clone() } else { built_in.with(latest) };
        Ok(Local { version, changed, catalogue, history })
    }
}

/// The catalogues of counties as this process last read them. Cheap to clone; clones share them.
#[derive(Clone, Default)]
pub(crate) struct Locals(Arc<RwLock<HashMap<String, Arc<Local>>>>);

impl Locals {
    /// The catalogue of a county as this transaction sees it. Not to be asked after a change written by
    /// the transaction itself: were that undone, its version would come again with another content.
    pub(crate) async fn of(&self, tx: &mut Tx, built_in: &Catalogue, county: &str) -> Result<Arc<Local>> {
        let version = store::version(tx, county).await?;
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner).get(county).cloned();
        if let Some(local) = held.filter(|local| local.version == version) {
            return Ok(local);
        }
        let local = Arc::new(Local::read(tx, built_in, county, version).await?);
        // Nothing to remember of a county that decided nothing, or of a code that is none.
        if version == 0 {
            return Ok(local);
        }
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(county.to_owned(), local.clone());
        Ok(local)
    }
}
