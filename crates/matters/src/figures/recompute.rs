//! Every figure again from the event log, by another way of counting than the one pages use: each matter's
//! events are replayed, what that leaves is counted one matter at a time, and the result is held against what
//! is kept for pages.
//!
//! Taken from the matter itself, as pages take it: its place and category as they are now, and the moment it came in.
//! The facts that replay from the log are those of [`facts`].

use std::collections::{BTreeMap, HashMap};

use lianxin_foundation::{App, Micros, Result, Tx};
use uuid::Uuid;

use super::counts::{Counts, Stretch};
use super::period::Month;
use super::store::{self, Kept, TOWN};
use super::sums::rounded;
use crate::model::{Event, Matter, Status};
use crate::rules::facts;
use crate::store::trail;

/// Matters replayed at once.
const PAGE: i64 = 200;

/// Differences of one county that are named; the rest is counted.
const NAMED: usize = 50;

/// What replaying one county's log gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recomputed {
    /// The county.
    pub county: String,
    /// Matters replayed.
    pub matters: u64,
    /// Their events.
    pub events: u64,
    /// Months that they came in.
    pub months: u64,
    /// Numbers that are not what is shown, at most fifty.
    pub differences: Vec<Difference>,
    /// How many there are.
    pub differing: u64,
}

/// A number that is shown otherwise than the log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The month, `2026-09`.
    pub month: String,
    /// Where: a path, with the category and the unit of a sum that has them.
    pub place: String,
    /// Which number.
    pub number: String,
    /// What pages show.
    pub shown: i64,
    /// What the log gives.
    pub log: i64,
}

/// Replays every county's log in one moment of the database.
///
/// # Errors
/// When the database cannot be read, or holds what no program wrote: `lianxin audit verify` says what.
pub async fn recompute(app: &App) -> Result<Vec<Recomputed>> {
    let mut tx = app.db().snapshot().await?;
    let mut all = Vec::new();
    for county in trail::counties(&mut tx).await? {
        all.push(county_again(&mut tx, county).await?);
    }
    Ok(all)
}

async fn county_again(tx: &mut Tx, county: String) -> Result<Recomputed> {
    let mut found = Recomputed { county, ..Recomputed::default() };
    let mut log: BTreeMap<Micros, Kept> = BTreeMap::new();
    let mut after = Uuid::nil();
    loop {
        let rows = trail::matters_after(tx, &found.county, after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut events: HashMap<Uuid, Vec<Event>> = HashMap::new();
        for row in trail::events_of(tx, &found.county, &ids).await? {
            events.entry(row.matter).or_default().push(row.read()?);
            found.events += 1;
        }
        for row in rows {
            let matter = row.read()?;
            let again = facts::replay(&matter, &events.remove(&matter.id).unwrap_or_default());
            log.entry(Month::of(again.created_at).start()).or_default().take(&again);
            found.matters += 1;
        }
    }
    log.retain(|_, kept| *kept != Kept::default());
    found.months = log.len() as u64;
    for month in store::months_kept(tx, &found.county).await? {
        log.entry(month).or_default();
    }
    for (month, log) in log {
        let shown = store::kept(tx, &found.county, month).await?;
        found.compare(&Month::of(month).code(), &shown, &log);
    }
    Ok(found)
}

impl Kept {
    /// Counts one matter more.
    fn take(&mut self, matter: &Matter) {
        if matter.status == Status::Merged || matter.enterprise.is_some() {
            return;
        }
        let counts = Counts::of(matter);
        let unit = matter.first_unit.or(matter.unit).unwrap_or_default();
        let key = (matter.path.clone(), matter.category.clone(), unit);
        self.sums.entry(key).or_default().add(&counts);
        self.places.entry(matter.path.clone()).or_default().add(&counts);
        let town = matter.path.get(..TOWN).unwrap_or(&matter.path);
        for stretch in Stretch::ALL {
            if let Some(seconds) = stretch.seconds(matter) {
                let key = (town.to_owned(), stretch.code().to_owned(), rounded(seconds));
                *self.lengths.entry(key).or_default() += 1;
            }
        }
    }
}

impl Recomputed {
    fn compare(&mut self, month: &str, shown: &Kept, log: &Kept) {
        for (key, shown, log) in both(&shown.sums, &log.sums) {
            let (path, category, unit) = key;
            let unit = if unit.is_nil() { String::new() } else { format!(" {unit}") };
            self.compare_counts(month, &format!("{path} {category}{unit}"), &shown, &log);
        }
        for (path, shown, log) in both(&shown.places, &log.places) {
            self.compare_counts(month, path, &shown, &log);
        }
        for ((path, stretch, seconds), shown, log) in both(&shown.lengths, &log.lengths) {
            self.compare_number(month, path, &format!("{stretch} of {seconds} s"), shown, log);
        }
    }

    fn compare_counts(&mut self, month: &str, place: &str, shown: &Counts, log: &Counts) {
        for ((number, shown), (_, log)) in store::named(shown).zip(store::named(log)) {
            self.compare_number(month, place, number, shown, log);
        }
    }

    fn compare_number(&mut self, month: &str, place: &str, number: &str, shown: i64, log: i64) {
        if shown == log {
            return;
        }
        self.differing += 1;
        if self.differences.len() < NAMED {
            let (month, place, number) = (month.to_owned(), place.to_owned(), number.to_owned());
            self.differences.push(Difference { month, place, number, shown, log });
        }
    }
}

/// Every key of either, with what each has for it.
fn both<'m, K: Ord, V: Copy + Default>(
    one: &'m BTreeMap<K, V>,
    other: &'m BTreeMap<K, V>,
) -> impl Iterator<Item = (&'m K, V, V)> {
    let value = |of: &BTreeMap<K, V>, key: &K| of.get(key).copied().unwrap_or_default();
    let also = other.keys().filter(|key| !one.contains_key(key));
    one.keys().chain(also).map(move |key| (key, value(one, key), value(other, key)))
}
