//! From pairs that look alike to who is whom: nobody is two people, so every pair competes with the others of
//! both its people, and with the chance that one of them is not on the other list at all.
//!
//! The pairs form a graph whose matchings have a probability each: the product of what speaks for every chosen
//! pair and of the chances that all others stand alone. What share of that falls on a pair is found by passing
//! messages along the edges (belief propagation), which is exact where the graph has no circles and close where
//! it has.

use std::collections::{HashMap, HashSet};

use crate::groups::Rows;
use crate::sorting::sort_by_bits;

/// A pair that may be the same person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    /// The person in the first list.
    pub(crate) a: u32,
    /// The person in the second list, counted on behind the first.
    pub(crate) b: u32,
    /// How many times likelier it looks like this if it is the same person, to base 2.
    pub(crate) log_ratio: f64,
    /// The probability that it is.
    pub(crate) probability: f64,
}

/// How many people stand on both lists, and how many on each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Overlap {
    pub(crate) both: f64,
    pub(crate) a: f64,
    pub(crate) b: f64,
}

impl Overlap {
    /// What a pair weighs against both of its people standing alone, before it is looked at.
    fn weight(&self) -> f64 {
        const FEWEST_ALONE: f64 = 0.002;
        let alone = |all: f64| (1.0 - self.both / all).max(FEWEST_ALONE);
        self.both / (self.a * self.b) / (alone(self.a) * alone(self.b))
    }
}

impl Overlap {
    /// The log ratio at which a pair without rivals is as likely as not.
    pub(crate) fn even(&self) -> f64 {
        -self.weight().log2()
    }
}

/// Gives every candidate its probability where each person is at most one of the other list, and gives how many
/// people stand on both lists by that.
pub(crate) fn compete(candidates: &mut [Candidate], mut overlap: Overlap, people: usize) -> Overlap {
    const REVISIONS: usize = 4;
    let mut contests = Contests::new(candidates, people);
    for _ in 0..REVISIONS {
        let prior = overlap.weight().log2();
        for candidate in candidates.iter_mut() {
            candidate.probability = likely(weight(candidate.log_ratio + prior));
        }
        contests.settle(prior, candidates);
        let both: f64 = candidates.iter().map(|candidate| candidate.probability).sum();
        let before = overlap.both;
        overlap.both = both.clamp(0.5, overlap.a.min(overlap.b).max(0.5));
        if (overlap.both / before - 1.0).abs() < 1e-3 {
            break;
        }
    }
    overlap
}

/// In how many candidates each person is.
fn degrees(candidates: &[Candidate], people: usize) -> Vec<u32> {
    let mut degrees = vec![0_u32; people];
    for candidate in candidates {
        degrees[candidate.a as usize] += 1;
        degrees[candidate.b as usize] += 1;
    }
    degrees
}

fn weight(log: f64) -> f64 {
    log.clamp(-60.0, 60.0).exp2()
}

fn likely(odds: f64) -> f64 {
    odds / (1.0 + odds)
}

/// The pairs that have rivals, those that hang together side by side, and their people numbered anew in that order,
/// so that each contest is settled by itself and within a few lines of the processor's cache.
struct Contests {
    /// Which candidate each pair is.
    at: Vec<u32>,
    edges: Vec<Edge>,
    /// Where each contest ends.
    ends: Vec<usize>,
    weights: Vec<f64>,
    /// What each pair's people have for it.
    from_a: Vec<f64>,
    from_b: Vec<f64>,
    sums: Vec<f64>,
}

/// A pair by its people's new numbers.
struct Edge {
    a: u32,
    b: u32,
    log_ratio: f64,
}

/// The least person that one hangs together with; the way there is halved for the next who asks.
fn stands_for(above: &mut [u32], mut person: u32) -> u32 {
    while above[person as usize] != person {
        let next = above[above[person as usize] as usize];
        above[person as usize] = next;
        person = next;
    }
    person
}

impl Contests {
    fn new(candidates: &[Candidate], people: usize) -> Contests {
        let degrees = degrees(candidates, people);
        let rivals =
            |candidate: &Candidate| degrees[candidate.a as usize] > 1 || degrees[candidate.b as usize] > 1;
        let contested = || candidates.iter().enumerate().filter(|(_, candidate)| rivals(candidate));
        let mut above: Vec<u32> = (0..people as u32).collect();
        for (_, candidate) in contested() {
            let (x, y) = (stands_for(&mut above, candidate.a), stands_for(&mut above, candidate.b));
            above[x.max(y) as usize] = x.min(y);
        }
        let mut keyed: Vec<u64> = contested()
            .map(|(at, candidate)| u64::from(stands_for(&mut above, candidate.a)) << 32 | at as u64)
            .collect();
        sort_by_bits(&mut keyed, 32, 64 - (people as u32).leading_zeros());
        // From here on `above` holds the new numbers, counted from 1.
        above.fill(0);
        let mut numbers = 0;
        let mut number = |person: u32| {
            let place = &mut above[person as usize];
            if *place == 0 {
                numbers += 1;
                *place = numbers;
            }
            *place - 1
        };
        let edge = |key: &u64| {
            let candidate = &candidates[*key as u32 as usize];
            Edge { a: number(candidate.a), b: number(candidate.b), log_ratio: candidate.log_ratio }
        };
        let edges: Vec<Edge> = keyed.iter().map(edge).collect();
        let mut end = 0;
        let ends = keyed.chunk_by(|x, y| x >> 32 == y >> 32).map(|set| {
            end += set.len();
            end
        });
        let (count, ends) = (keyed.len(), ends.collect());
        Contests {
            at: keyed.iter().map(|key| *key as u32).collect(),
            edges,
            ends,
            weights: vec![0.0; count],
            from_a: vec![0.0; count],
            from_b: vec![0.0; count],
            sums: vec![0.0; numbers as usize],
        }
    }

    /// Passes messages until they hardly change, and gives the pairs their probabilities.
    fn settle(&mut self, prior: f64, candidates: &mut [Candidate]) {
        const ROUNDS: usize = 15;
        let mut from = 0;
        for end in &self.ends {
            let set = from..*end;
            from = *end;
            let (edges, weights) = (&self.edges[set.clone()], &mut self.weights[set.clone()]);
            let (from_a, from_b) = (&mut self.from_a[set.clone()], &mut self.from_b[set.clone()]);
            for (weight_of, edge) in weights.iter_mut().zip(edges) {
                *weight_of = weight(edge.log_ratio + prior);
            }
            for _ in 0..ROUNDS {
                let change = pass(edges, weights, from_b, from_a, &mut self.sums, |edge| edge.a);
                let change = change.max(pass(edges, weights, from_a, from_b, &mut self.sums, |edge| edge.b));
                if change < 1e-3 {
                    break;
                }
            }
            let sides = from_a.iter().zip(from_b.iter()).zip(weights.iter());
            for (at, ((a, b), weight)) in self.at[set].iter().zip(sides) {
                candidates[*at as usize].probability = likely(a * b / weight);
            }
        }
    }
}

/// Every person tells each of its pairs the pair's weight over what its other pairs claim; the largest change of
/// a message, relative.
fn pass(
    edges: &[Edge],
    weights: &[f64],
    heard: &[f64],
    told: &mut [f64],
    sums: &mut [f64],
    person: impl Fn(&Edge) -> u32,
) -> f64 {
    edges.iter().for_each(|edge| sums[person(edge) as usize] = 0.0);
    for (edge, heard) in edges.iter().zip(heard) {
        sums[person(edge) as usize] += heard;
    }
    let mut most: f64 = 0.0;
    for (((edge, weight), heard), told) in edges.iter().zip(weights).zip(heard).zip(told) {
        let others = (sums[person(edge) as usize] - heard).max(0.0);
        let now = weight / (1.0 + others);
        most = most.max((now - *told).abs() / (1.0 + now));
        *told = now;
    }
    most
}

/// From which probability on a pair is worth choosing at all.
const WORTH: f64 = 0.02;
/// More pairs than this hang together only where nearly nothing is told; there the surest are taken first.
const MOST: usize = 600;

/// Chooses pairs so that each person is in one at the most and most of those chosen from `threshold` on are right as
/// far as is known: the matching whose probabilities add up to the most, in each set of pairs that hang together.
pub(crate) fn matched(mut candidates: Vec<Candidate>, threshold: f64, people: usize) -> Vec<Candidate> {
    candidates.retain(|candidate| candidate.probability >= WORTH);
    candidates.sort_unstable_by_key(|candidate| (candidate.a, candidate.b));
    let degrees = degrees(&candidates, people);
    let alone =
        |candidate: &Candidate| degrees[candidate.a as usize] == 1 && degrees[candidate.b as usize] == 1;
    let (mut chosen, contested): (Vec<_>, Vec<_>) = candidates.into_iter().partition(alone);
    let mut rows = Rows::default();
    contested.iter().for_each(|candidate| rows.unite(candidate.a, candidate.b));
    let mut keyed: Vec<(u32, Candidate)> =
        contested.into_iter().map(|candidate| (rows.stands_for(candidate.a), candidate)).collect();
    keyed.sort_by_key(|(key, _)| *key);
    for set in keyed.chunk_by(|x, y| x.0 == y.0) {
        let set: Vec<Candidate> = set.iter().map(|(_, candidate)| *candidate).collect();
        chosen.extend(if set.len() > MOST { surest_first(set) } else { best_matching(&set, threshold) });
    }
    chosen
}

fn surest_first(mut set: Vec<Candidate>) -> Vec<Candidate> {
    set.sort_by(|x, y| y.probability.total_cmp(&x.probability).then((x.a, x.b).cmp(&(y.a, y.b))));
    let mut taken = HashSet::new();
    set.retain(|candidate| {
        let free = !taken.contains(&candidate.a) && !taken.contains(&candidate.b);
        free && taken.insert(candidate.a) && taken.insert(candidate.b)
    });
    set
}

/// The heaviest matching, by augmenting along the path that gains most until none gains.
fn best_matching(set: &[Candidate], threshold: f64) -> Vec<Candidate> {
    // Pairs below the threshold are chosen only where they stand in nobody's way.
    let worth = |candidate: &Candidate| {
        let probability = candidate.probability;
        if probability >= threshold { probability } else { probability * 1e-3 }
    };
    let mut in_use = vec![false; set.len()];
    loop {
        // What the best way to each person gains, and by which pair it comes there.
        let taken: HashSet<u32> = set
            .iter()
            .zip(&in_use)
            .filter(|(_, used)| **used)
            .flat_map(|(pair, _)| [pair.a, pair.b])
            .collect();
        let mut gain: HashMap<u32, f64> =
            set.iter().filter(|pair| !taken.contains(&pair.a)).map(|pair| (pair.a, 0.0)).collect();
        let mut by: HashMap<u32, usize> = HashMap::new();
        for _ in 0..=set.len() {
            let mut changed = false;
            for (at, pair) in set.iter().enumerate() {
                let (from, to, adds) =
                    if in_use[at] { (pair.b, pair.a, -worth(pair)) } else { (pair.a, pair.b, worth(pair)) };
                let Some(reached) = gain.get(&from).map(|gain| gain + adds) else { continue };
                if gain.get(&to).is_none_or(|known| reached > known + 1e-12) {
                    gain.insert(to, reached);
                    by.insert(to, at);
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        let ends = set.iter().map(|pair| pair.b).filter(|b| !taken.contains(b));
        let best =
            ends.filter_map(|b| gain.get(&b).map(|gain| (*gain, b))).fold(None, |best, end| match best {
                Some((gain, _)) if gain >= end.0 => best,
                _ => Some(end),
            });
        let Some((gained, mut person)) = best else { break };
        if gained <= 1e-12 {
            break;
        }
        while let Some(at) = by.get(&person).copied() {
            in_use[at] = !in_use[at];
            person = if person == set[at].b { set[at].a } else { set[at].b };
        }
    }
    set.iter().zip(in_use).filter(|(_, used)| *used).map(|(pair, _)| *pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(a: u32, b: u32, log_ratio: f64) -> Candidate {
        Candidate { a, b, log_ratio, probability: 0.0 }
    }

    const OVERLAP: Overlap = Overlap { both: 90.0, a: 100.0, b: 100.0 };

    /// The share of all matchings' weight that falls on each pair, by trying them all.
    fn by_hand(candidates: &[Candidate], overlap: Overlap) -> Vec<f64> {
        let mut shares = vec![0.0; candidates.len()];
        let mut total = 0.0;
        for chosen in 0_u32..1 << candidates.len() {
            let picked: Vec<usize> = (0..candidates.len()).filter(|at| chosen >> at & 1 == 1).collect();
            let clash =
                |x: usize, y: usize| candidates[x].a == candidates[y].a || candidates[x].b == candidates[y].b;
            if picked.iter().any(|x| picked.iter().any(|y| x < y && clash(*x, *y))) {
                continue;
            }
            let weight: f64 =
                picked.iter().map(|at| overlap.weight() * candidates[*at].log_ratio.exp2()).product();
            total += weight;
            picked.iter().for_each(|at| shares[*at] += weight);
        }
        shares.iter().map(|share| share / total).collect()
    }

    #[test]
    fn probabilities_are_exact_where_there_are_no_circles() {
        let mut all =
            [candidate(0, 5, 4.0), candidate(0, 6, 3.0), candidate(1, 6, 2.0), candidate(2, 6, 1.0)];
        let overlap = OVERLAP;
        let want = by_hand(&all, overlap);
        Contests::new(&all, 10).settle(overlap.weight().log2(), &mut all);
        for (settled, want) in all.iter().map(|candidate| candidate.probability).zip(&want) {
            assert!((settled - want).abs() < 1e-3, "{settled} {want}");
        }
        compete(&mut all, OVERLAP, 10);
        assert!(all.iter().all(|candidate| (0.0..=1.0).contains(&candidate.probability)));
    }

    #[test]
    fn the_matching_that_is_right_most_often_is_chosen() {
        let pair = |a, b, probability| Candidate { a, b, log_ratio: 0.0, probability };
        let chosen = |set: &[Candidate]| -> Vec<(u32, u32)> {
            let mut pairs: Vec<(u32, u32)> =
                matched(set.to_vec(), 0.5, 10).iter().map(|pair| (pair.a, pair.b)).collect();
            pairs.sort_unstable();
            pairs
        };
        // The surest first would leave one pair where two are right more often.
        assert_eq!(chosen(&[pair(0, 5, 0.6), pair(0, 6, 0.7), pair(1, 6, 0.65)]), [(0, 5), (1, 6)]);
        assert_eq!(chosen(&[pair(0, 5, 0.2), pair(0, 6, 0.7), pair(1, 6, 0.2)]), [(0, 6)]);
        assert_eq!(chosen(&[pair(0, 5, 0.9), pair(1, 6, 0.01)]), [(0, 5)]);
    }

    #[test]
    fn the_surest_pair_is_chosen_and_nobody_twice() {
        let mut all =
            [candidate(0, 5, 20.0), candidate(0, 6, 12.0), candidate(1, 5, 12.0), candidate(1, 6, 11.0)];
        compete(&mut all, OVERLAP, 10);
        let chosen = matched(all.to_vec(), 0.5, 10);
        let pairs: Vec<(u32, u32)> = chosen.iter().map(|candidate| (candidate.a, candidate.b)).collect();
        assert_eq!(pairs, [(0, 5), (1, 6)]);
    }
}
