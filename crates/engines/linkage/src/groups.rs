//! Rows that are one person, taken together.

use std::collections::{BTreeMap, HashMap};

use crate::assign::Candidate;

/// Rows, and which of them are one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    /// The row that stands for another one, nearer to the one that stands for all; only rows that are not alone.
    above: HashMap<u32, u32>,
}

impl Rows {
    pub(crate) fn is_empty(&self) -> bool {
        self.above.is_empty()
    }

    /// The least row of those that are one with it.
    pub(crate) fn stands_for(&mut self, row: u32) -> u32 {
        let mut least = row;
        while let Some(above) = self.above.get(&least).filter(|above| **above != least) {
            least = *above;
        }
        // The next one who asks has a shorter way.
        let mut at = row;
        while let Some(above) = self.above.get_mut(&at).filter(|above| **above != least) {
            at = std::mem::replace(above, least);
        }
        least
    }

    pub(crate) fn unite(&mut self, x: u32, y: u32) {
        let (x, y) = (self.stands_for(x), self.stands_for(y));
        let (least, other) = (x.min(y), x.max(y));
        self.above.insert(least, least);
        self.above.insert(other, least);
    }

    /// Rows that are one, each group and all of them in order.
    pub(crate) fn groups(mut self) -> Vec<Vec<u32>> {
        let mut rows: Vec<u32> = self.above.keys().copied().collect();
        rows.sort_unstable();
        let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for row in rows {
            groups.entry(self.stands_for(row)).or_default().push(row);
        }
        groups.into_values().collect()
    }
}

/// The most rows of a group that are looked at pair by pair.
const LARGEST: usize = 200;

/// Pairs made into whole groups: where a is b and b is c, a must be c as well, or one of the pairs is wrong. Groups
/// grow from single rows, the likeliest pair first, and two become one only if the pairs between them speak for it
/// on the whole (average linkage), so a family is not strung together by its namesakes. `score` compares pairs.
pub(crate) fn whole(
    candidates: Vec<Candidate>,
    threshold: f64,
    score: impl Fn(&[u64]) -> Vec<Candidate>,
) -> Vec<Candidate> {
    let mut rows = Rows::default();
    let likely = |candidate: &&Candidate| candidate.probability >= threshold;
    candidates.iter().filter(likely).for_each(|candidate| rows.unite(candidate.a, candidate.b));
    let mut chosen: Vec<Candidate> =
        candidates.iter().filter(|candidate| candidate.probability < threshold).copied().collect();
    for group in rows.groups() {
        if group.len() > LARGEST {
            let within =
                |candidate: &&Candidate| likely(candidate) && group.binary_search(&candidate.a).is_ok();
            chosen.extend(candidates.iter().filter(within));
            continue;
        }
        let mut pairs = Vec::new();
        for (at, x) in group.iter().enumerate() {
            pairs.extend(group[at + 1..].iter().map(|y| u64::from(*x) << 32 | u64::from(*y)));
        }
        chosen.extend(grown(&group, &score(&pairs)));
    }
    chosen
}

/// The pairs within the groups that a set of rows falls into.
fn grown(rows: &[u32], pairs: &[Candidate]) -> Vec<Candidate> {
    let place = |row: u32| rows.binary_search(&row).unwrap_or(0);
    let odds = |candidate: &Candidate| {
        let probability = candidate.probability.clamp(1e-9, 1.0 - 1e-9);
        (probability / (1.0 - probability)).log2()
    };
    let count = rows.len();
    let mut between = vec![0.0; count * count];
    for pair in pairs {
        let (x, y) = (place(pair.a), place(pair.b));
        between[x * count + y] = odds(pair);
        between[y * count + x] = odds(pair);
    }
    let mut groups: Vec<Vec<usize>> = (0..count).map(|row| vec![row]).collect();
    let mean = |one: &[usize], other: &[usize]| {
        let sum: f64 = one
            .iter()
            .flat_map(|x| other.iter().map(move |y| (*x, *y)))
            .map(|(x, y)| between[x * count + y])
            .sum();
        sum / (one.len() * other.len()) as f64
    };
    loop {
        let mut best = (0.0, 0, 0);
        for x in 0..groups.len() {
            for y in x + 1..groups.len() {
                let mean = mean(&groups[x], &groups[y]);
                if mean > best.0 {
                    best = (mean, x, y);
                }
            }
        }
        let (_, x, y) = best;
        if y == 0 {
            break;
        }
        let other = groups.swap_remove(y);
        groups[x].extend(other);
    }
    let mut group_of = vec![0; count];
    for (number, group) in groups.iter().enumerate() {
        group.iter().for_each(|row| group_of[*row] = number);
    }
    let together = |pair: &&Candidate| group_of[place(pair.a)] == group_of[place(pair.b)];
    let mut within: Vec<Candidate> = pairs.iter().filter(together).copied().collect();
    // A pair is as likely as the way through the others in its group makes it.
    for pair in &mut within {
        let Candidate { a, b, .. } = *pair;
        let through = rows.iter().filter(|row| **row != a && **row != b).map(|other| {
            let by = |row: u32| between[place(row) * count + place(*other)];
            if group_of[place(*other)] == group_of[place(a)] { by(a).min(by(b)) } else { f64::MIN }
        });
        let best = through.fold(f64::MIN, f64::max);
        let odds = best.min(60.0).exp2();
        pair.probability = pair.probability.max(odds / (1.0 + odds));
    }
    within
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(a: u32, b: u32, probability: f64) -> Candidate {
        Candidate { a, b, log_ratio: 0.0, probability }
    }

    #[test]
    fn rows_that_are_one_are_found_together() {
        let mut rows = Rows::default();
        for (x, y) in [(5, 3), (9, 8), (3, 1), (8, 9)] {
            rows.unite(x, y);
        }
        assert_eq!((rows.stands_for(5), rows.stands_for(7)), (1, 7));
        assert_eq!(rows.groups(), [vec![1, 3, 5], vec![8, 9]]);
    }

    #[test]
    fn a_chain_is_closed_where_it_holds_and_cut_where_it_does_not() {
        let scores = [(1, 2, 0.99), (2, 3, 0.99), (1, 3, 0.4), (5, 6, 0.9), (6, 7, 0.7), (5, 7, 0.000_01)];
        let all: Vec<Candidate> = scores.iter().map(|(a, b, score)| pair(*a, *b, *score)).collect();
        let score = |asked: &[u64]| -> Vec<Candidate> {
            let found = |asked: &u64| {
                let same = |pair: &&Candidate| u64::from(pair.a) << 32 | u64::from(pair.b) == *asked;
                *all.iter().find(same).unwrap()
            };
            asked.iter().map(found).collect()
        };
        let mut chosen: Vec<(u32, u32)> = whole(all.clone(), 0.5, score)
            .iter()
            .filter(|pair| pair.probability >= 0.5)
            .map(|pair| (pair.a, pair.b))
            .collect();
        chosen.sort_unstable();
        assert_eq!(chosen, [(1, 2), (1, 3), (2, 3), (5, 6)]);
    }
}
