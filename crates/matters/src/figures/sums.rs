//! The sums that figures are read from: one row for each county, month, place, category and unit, one for
//! each place of all categories and units together, and how many matters took how long in each town. A
//! page adds up some thousand rows instead of a million matters.
//!
//! They are written in the transaction that writes the matter, so they are never late and never wrong by
//! a crash; [`recount`] counts them again from the matters, which the event log replays to, and tells
//! what differed: nothing, say the tests after every random history.

use std::collections::BTreeMap;

use lianxin_foundation::{App, Micros, Result, Tx};

use super::counts::{Counts, Stretch};
use super::period::Month;
use super::store::{self, Length, Part};
use crate::model::Matter;

/// What a matter about to change counts now, for [`enters`].
pub(crate) async fn before(tx: &mut Tx, matter: &Matter) -> Result<Option<Part>> {
    store::part(tx, &matter.county, matter.id).await
}

/// A matter just written: the sums follow from what it counted `before` to what it counts now. A step that
/// changes nothing they count touches none of them.
pub(crate) async fn enters(tx: &mut Tx, matter: &Matter, before: Option<Part>) -> Result<()> {
    let (county, month) = (matter.county.as_str(), month(matter.created_at));
    let now = store::part(tx, county, matter.id).await?;
    let lengths = lengths(before.as_ref(), now.as_ref());
    for (part, change) in changes(before, now) {
        if change != Counts::default() {
            store::add(tx, county, month, &part, &change).await?;
        }
    }
    store::add_lengths(tx, county, month, lengths).await
}

/// What to add, and to which sums.
fn changes(before: Option<Part>, now: Option<Part>) -> Vec<(Part, Counts)> {
    match (before, now) {
        (Some(before), Some(now)) if alike(&before, &now) => {
            let change = now.counts.less(&before.counts);
            vec![(now, change)]
        }
        (before, now) => {
            let taken = before.map(|part| (Counts::default().less(&part.counts), part));
            let put = now.map(|part| (part.counts, part));
            taken.into_iter().chain(put).map(|(change, part)| (part, change)).collect()
        }
    }
}

/// How many more or fewer of each town took how long.
fn lengths(before: Option<&Part>, now: Option<&Part>) -> Vec<Length> {
    let mut changes: BTreeMap<(String, Stretch, i64), i64> = BTreeMap::new();
    for (part, times) in before.map(|part| (part, -1)).into_iter().chain(now.map(|part| (part, 1))) {
        for (stretch, seconds) in part.lengths() {
            *changes.entry((part.town().to_owned(), stretch, seconds)).or_default() += times;
        }
    }
    let some = changes.into_iter().filter(|(_, n)| *n != 0);
    some.map(|((town, stretch, seconds), n)| (town, stretch.code().to_owned(), seconds, n)).collect()
}

/// Whether two parts belong to the same sums.
fn alike(one: &Part, other: &Part) -> bool {
    (&one.path, &one.category, one.unit) == (&other.path, &other.category, other.unit)
}

fn month(at: Micros) -> Micros {
    Month::of(at).start()
}

/// A length in seconds as a page says it: whole minutes within the first hour, whole hours within the
/// first two days, then whole days. Rounding down keeps the order, so the median of rounded lengths is
/// the rounded median.
pub fn rounded(seconds: i64) -> i64 {
    const HOUR: i64 = 3_600;
    const DAY: i64 = 24 * HOUR;
    let step = if seconds < HOUR {
        60
    } else if seconds < 2 * DAY {
        HOUR
    } else {
        DAY
    };
    seconds / step * step
}

/// Counts everything again from the matters, a month in each transaction, and gives how many months
/// differed. Nothing else should write meanwhile: what does may be counted twice.
///
/// # Errors
/// Those of the database.
pub async fn recount(app: &App) -> Result<usize> {
    let spans = store::spans(&mut app.db().read().await?).await?;
    let mut differed = 0;
    for (county, first, last) in spans {
        let (mut month, last) = (Month::of(first), Month::of(last));
        while month <= last {
            differed += usize::from(recount_month(app, &county, month).await?);
            month = month.later(1);
        }
    }
    Ok(differed)
}

async fn recount_month(app: &App, county: &str, month: Month) -> Result<bool> {
    let mut tx = app.db().write().await?;
    let before = store::kept(&mut tx, county, month.start()).await?;
    store::recount(&mut tx, county, month.start(), month.later(1).start()).await?;
    let after = store::kept(&mut tx, county, month.start()).await?;
    tx.commit().await?;
    Ok(before != after)
}

/// Counts everything where nothing was ever summed up: after the schema was brought up to date, or rows
/// were loaded in bulk.
///
/// # Errors
/// Those of the database.
pub async fn begin(app: &App) -> Result<()> {
    if store::is_empty(&mut app.db().read().await?).await? {
        recount(app).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_rounded_as_pages_say_them() {
        for (seconds, said) in [
            (0, 0),
            (59, 0),
            (61, 60),
            (3_599, 3_540),
            (3_600, 3_600),
            (7_199, 3_600),
            (172_799, 169_200),
            (172_800, 172_800),
            (400_000, 345_600),
        ] {
            assert_eq!(rounded(seconds), said);
        }
    }
}
