//! What the public is not told, in one rule for pages and files (`docs/decisions/0007-what-figures-hold-back.md`).
//!
//! Of fewer than [`ENOUGH`] answers nobody is told how they turned out, only how many there are. What is
//! held back must not follow from what is shown beside it, so in every table rows are held back until those
//! held back have [`ENOUGH`] together. A place's page tells no more than its row in the table above, and
//! a table whose whole is held back holds rows back too: otherwise they would add up to it.

use std::collections::BTreeMap;
use std::ops::Range;

use lianxin_foundation::clock::Micros;
use lianxin_foundation::every;
use lianxin_registry::area::ancestors;

use super::counts::{Counts, Indicator};
use super::formulas::ENOUGH;
use super::report::COUNTY;

/// What shares of a page rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sample {
    /// First responses, made or late.
    Judged,
    /// Answers of those who were asked back.
    CalledBack,
    /// Closed: who closed them tells who answered.
    Closed,
    /// Settled by a unit of some level.
    Settled,
}

every! {
    /// All of them.
    Sample { Judged, CalledBack, Closed, Settled }
}

impl Sample {
    /// What an indicator rests on.
    pub(super) fn of(indicator: Indicator) -> Sample {
        match indicator {
            Indicator::Response => Sample::Judged,
            Indicator::Solved | Indicator::Satisfied => Sample::CalledBack,
        }
    }

    /// Its size.
    pub(super) fn size(self, counts: &Counts) -> i64 {
        match self {
            Sample::Judged => counts.judged,
            Sample::CalledBack => counts.called_back(),
            Sample::Closed => counts.closed,
            Sample::Settled => counts.settled,
        }
    }
}

/// Of which samples only the size is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Held([bool; Sample::ALL.len()]);

impl Held {
    /// What is held back of counts because they are few.
    pub(super) fn few(counts: &Counts) -> Held {
        Held(Sample::ALL.map(|sample| sample.size(counts) < ENOUGH))
    }

    /// Whether a sample's size is all that is told.
    pub(super) fn withholds(self, sample: Sample) -> bool {
        self.0[sample as usize]
    }

    /// Whether it is for any sample.
    pub(super) fn any(self) -> bool {
        self.0.contains(&true)
    }

    fn withhold(&mut self, sample: Sample) {
        self.0[sample as usize] = true;
    }

    fn add(&mut self, other: Held) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            *mine |= theirs;
        }
    }
}

/// Holds back what is few among the rows of a table, and then the smallest of the others until those held
/// back are [`ENOUGH`] together: a sum of so many may be told. `whole` is what is held back of their sum.
pub(super) fn cover<'c>(whole: Held, rows: impl Iterator<Item = (&'c Counts, &'c mut Held)>) {
    let mut rows: Vec<(&Counts, &mut Held)> = rows.collect();
    for (counts, held) in &mut rows {
        held.add(Held::few(counts));
    }
    for sample in Sample::ALL {
        let covered = |rows: &[(&Counts, &mut Held)]| -> i64 {
            rows.iter().filter(|row| row.1.withholds(sample)).map(|row| sample.size(row.0)).sum()
        };
        while covered(&rows) < ENOUGH && (whole.withholds(sample) || covered(&rows) > 0) {
            let shown = rows.iter_mut().filter(|row| !row.1.withholds(sample));
            let Some(smallest) = shown.min_by_key(|row| sample.size(row.0)) else { break };
            smallest.1.withhold(sample);
        }
    }
}

/// What is counted of every place, month by month: of the counties everywhere, or of the places of a county.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet(pub Vec<(String, Micros, Counts)>);

impl Sheet {
    /// What lies right below a path in some months, by id; what lies in the area itself last, as in tables.
    fn below(&self, path: &str, months: &Range<Micros>) -> Vec<(String, Counts)> {
        let depth = ancestors(path).len();
        let mut children: BTreeMap<(bool, &str), Counts> = BTreeMap::new();
        for (place, month, counts) in &self.0 {
            if months.contains(month) && place.starts_with(path) {
                let child = ancestors(place).get(depth).copied().unwrap_or_default();
                children.entry((child.is_empty(), child)).or_default().add(counts);
            }
        }
        children.into_iter().map(|((_, id), counts)| (id.to_owned(), counts)).collect()
    }
}

/// What is held back of an area's page in some months: what its row in the table above holds back, and so
/// up to the top.
pub(super) fn of_area(everywhere: &Sheet, county: &Sheet, path: &str, months: &Range<Micros>) -> Held {
    let whole: Counts = everywhere.0.iter().filter(|row| months.contains(&row.1)).map(|row| &row.2).collect();
    let mut held = Held::few(&whole);
    let mut above = String::new();
    for (depth, id) in ancestors(path).into_iter().enumerate() {
        // From the counties on their own sheets tell.
        let sheet = if depth < COUNTY { everywhere } else { county };
        let rows = sheet.below(&above, months);
        let mut each = vec![Held::default(); rows.len()];
        cover(held, rows.iter().map(|row| &row.1).zip(&mut each));
        let mine = rows.iter().zip(each).find(|(row, _)| row.0 == id);
        held = mine.map_or_else(|| Held::few(&Counts::default()), |(_, held)| held);
        above.push_str(id);
        above.push('/');
    }
    held
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// Matters closed and answered, by place and month; the other samples follow the same rule.
    fn sheet() -> impl Strategy<Value = Vec<(usize, i64, i64)>> {
        proptest::collection::vec((0..PLACES.len(), 0_i64..3, 0_i64..60), 1..24)
    }

    const PLACES: [&str; 11] = [
        "42/4212/421202/421202001/421202001001/",
        "42/4212/421202/421202001/421202001002/",
        "42/4212/421202/421202002/421202002001/",
        "42/4212/421223/421223100/421223100001/",
        "42/4212/421223/421223100/421223100001/421223100001-01/",
        "42/4212/421223/421223100/421223100002/",
        "42/4212/421223/421223101/421223101001/",
        "42/4212/421223/421223101/421223101002/",
        "42/4212/421223/421223101/",
        "42/4213/421321/421321100/421321100001/",
        "43/4301/430102/430102001/430102001001/",
    ];

    fn counted(n: i64) -> Counts {
        Counts { received: n, closed: n, solved: n / 2, unsolved: n - n / 2, ..Counts::default() }
    }

    /// One table of a public page: its whole and its rows, each with what is held back.
    struct Shown {
        path: String,
        whole: (Counts, Held),
        rows: Vec<(String, Counts, Held)>,
    }

    fn pages(sheet: &Sheet, months: &Range<Micros>) -> Vec<Shown> {
        let mut paths = vec![String::new()];
        for place in PLACES {
            for depth in 1..=5 {
                let path: String = ancestors(place).iter().take(depth).map(|id| format!("{id}/")).collect();
                paths.push(path);
            }
        }
        paths.sort();
        paths.dedup();
        let page = |path: String| {
            let rows = sheet.below(&path, months);
            let held = of_area(sheet, sheet, &path, months);
            let mut each = vec![Held::default(); rows.len()];
            cover(held, rows.iter().map(|row| &row.1).zip(&mut each));
            let whole = rows.iter().map(|row| &row.1).collect();
            let rows = rows.into_iter().zip(each).map(|((id, counts), held)| (id, counts, held)).collect();
            Shown { path, whole: (whole, held), rows }
        };
        paths.into_iter().map(page).collect()
    }

    proptest! {
        #[test]
        fn nothing_held_back_follows_from_what_is_shown(drawn in sheet(), period in 1_i64..4) {
            let row = |(at, month, n): (usize, i64, i64)| (PLACES[at].to_owned(), month, counted(n));
            let sheet = Sheet(drawn.into_iter().map(row).collect());
            let pages = pages(&sheet, &(0..period));
            let wholes: HashMap<&str, Held> =
                pages.iter().map(|page| (page.path.as_str(), page.whole.1)).collect();
            for sample in [Sample::CalledBack, Sample::Closed] {
                for page in &pages {
                    let some = |counts: &Counts, held: &Held| held.withholds(sample) && sample.size(counts) > 0;
                    let held: Vec<_> = page.rows.iter().filter(|row| some(&row.1, &row.2)).collect();
                    let together: i64 = held.iter().map(|row| sample.size(&row.1)).sum();
                    if page.whole.1.withholds(sample) {
                        // The rows shown do not add up to the whole.
                        prop_assert!(!held.is_empty() || sample.size(&page.whole.0) == 0);
                    } else {
                        // The whole less the rows shown tells of enough at once, never of one row.
                        prop_assert!(held.is_empty() || held.len() > 1 && together >= ENOUGH);
                    }
                    for (id, counts, held) in &page.rows {
                        prop_assert!(held.withholds(sample) || sample.size(counts) >= ENOUGH);
                        // A row and the page it opens tell the same.
                        let below = wholes.get(format!("{}{id}/", page.path).as_str());
                        if let Some(below) = below.filter(|_| !id.is_empty()) {
                            prop_assert_eq!(below.withholds(sample), held.withholds(sample));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn rows_are_covered_until_enough_are_together() {
        let sizes = [5, 10, 40, 12, 300];
        let rows = sizes.map(counted);
        let mut held = [Held::default(); 5];
        cover(Held::default(), rows[..3].iter().zip(&mut held));
        assert_eq!(held.map(|held| held.withholds(Sample::Closed)), [true, true, true, false, false]);
        let mut held = [Held::default(); 2];
        cover(Held::default(), [&rows[2], &rows[4]].into_iter().zip(&mut held));
        assert!(!held.iter().any(|held| held.withholds(Sample::Closed)));
        let whole = Held::few(&Counts::default());
        cover(whole, [&rows[2], &rows[4]].into_iter().zip(&mut held));
        assert_eq!(held.map(|held| held.withholds(Sample::Closed)), [true, false]);
    }
}
