//! The whole way from two lists to pairs of the same person.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::assign::{Candidate, Overlap, compete, matched};
use crate::blocking::{Blocking, Limits};
use crate::compare::{Comparer, Comparison};
use crate::explain::{Tally, Threshold};
use crate::groups::{self, Rows};
use crate::household::Households;
use crate::model::{Model, counted};
use crate::people::{People, Side};

/// Who may be linked with how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// A person of one list is at most one person of the other; rows of one list that are plainly one person
    /// count as one, and are all linked.
    #[default]
    People,
    /// A row of one list is at most one row of the other.
    Rows,
    /// Each pair is looked at by itself.
    Many,
}

/// How to link.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Who may be linked with how many; two lists only.
    pub choice: Choice,
    /// From which probability on a pair is kept.
    pub threshold: f64,
    /// What random draws begin with.
    pub seed: u64,
    /// How many threads work; the result does not depend on it.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { choice: Choice::People, threshold: 0.5, seed: 1, threads: 2 }
    }
}

/// Two rows that are the same person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The row in the first list, from 0.
    pub a: usize,
    /// The row in the second list, or in the first if there is no second.
    pub b: usize,
    /// The probability that both are the same person.
    pub probability: f64,
    /// How many times likelier the pair looks like this if it is the same person, to base 2.
    pub log_ratio: f64,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Looking for pairs worth comparing.
    Blocking,
    /// Comparing them.
    Comparing,
    /// Learning the weights.
    Learning,
    /// Scoring and choosing.
    Choosing,
}

/// The linkage was stopped by the one who asked for progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped")]
pub struct Stopped;

/// Tells how far the work is, and hears whether to go on.
pub(crate) struct Watch<'a> {
    go_on: &'a (dyn Fn(Stage, f64) -> bool + Sync),
    stopped: AtomicBool,
}

impl Watch<'_> {
    /// A stage is done as far as this share.
    pub(crate) fn at(&self, stage: Stage, share: f64) -> Result<(), Stopped> {
        if self.stopped.load(Ordering::Relaxed) || !(self.go_on)(stage, share) {
            self.stopped.store(true, Ordering::Relaxed);
            return Err(Stopped);
        }
        Ok(())
    }
}

/// What was found.
pub struct Linkage {
    /// The pairs, in the first list's order.
    pub pairs: Vec<Pair>,
    /// How many pairs were compared.
    pub compared: usize,
    pub(crate) model: Model,
    tally: Tally,
    first: usize,
}

impl Linkage {
    /// What thresholds would give.
    pub fn thresholds(&self) -> Vec<Threshold> {
        self.tally.thresholds()
    }

    /// How many rounds the learning took.
    pub fn rounds(&self) -> usize {
        self.model.rounds
    }

    /// Who is one person: the rows of each, two at the least, by list and place.
    pub fn groups(&self) -> Vec<Vec<(Side, usize)>> {
        let both = |pair: &Pair| (pair.a as u32, (pair.b + self.first) as u32);
        let side = |row: u32| match (row as usize).checked_sub(self.first) {
            Some(b) if self.first > 0 => (Side::B, b),
            _ => (Side::A, row as usize),
        };
        let mut rows = Rows::default();
        self.pairs.iter().map(both).for_each(|(a, b)| rows.unite(a, b));
        rows.groups().into_iter().map(|group| group.into_iter().map(side).collect()).collect()
    }
}

/// Links two lists, or one with itself. `go_on` hears of the stage and of how much of it
/// is done, 0 to 1, and says whether to go on.
///
/// # Errors
/// [`Stopped`] when `go_on` says false.
pub fn link(
    people: &People,
    options: &Options,
    go_on: &(dyn Fn(Stage, f64) -> bool + Sync),
) -> Result<Linkage, Stopped> {
    let watch = Watch { go_on, stopped: AtomicBool::new(false) };
    let single = people.is_single();
    let first = if single { 0 } else { people.count(Side::A) };
    watch.at(Stage::Blocking, 0.0)?;
    let limits = Limits::for_people(people.len());
    let pairs = Blocking::new(people, limits, options.threads).pairs(options.threads, &watch)?;
    watch.at(Stage::Comparing, 0.0)?;
    let comparer = Comparer::new(people, options.threads);
    let comparisons = compared(&comparer, &pairs, options.threads, &watch)?;
    watch.at(Stage::Learning, 0.0)?;
    let mut model = Model::guessed(people, &comparer, options.seed);
    model.learn(&counted(&comparisons, options.threads), 60);
    watch.at(Stage::Choosing, 0.0)?;
    let (a, b) = (people.count(Side::A) as f64, people.count(Side::B) as f64);
    let overlap = Overlap { both: (model.same * model.universe).clamp(0.5, a.min(b).max(1.0)), a, b };
    let hope = if single { -(model.same.log2()) - 7.0 } else { overlap.even() - 6.0 };
    let candidates = scored(&model, hope, &pairs, &comparisons);
    let compared = pairs.len();
    drop((pairs, comparisons));
    let chosen = Choosing { people, options, model: &model, comparer: &comparer };
    let candidates = match options.choice {
        _ if single => chosen.within(candidates),
        Choice::Many => candidates,
        Choice::Rows => chosen.between(candidates, overlap),
        Choice::People => chosen.persons(candidates, overlap),
    };
    watch.at(Stage::Choosing, 1.0)?;
    let tally = Tally::new(candidates.iter().map(|candidate| candidate.probability));
    let mut found: Vec<Pair> = candidates
        .iter()
        .filter(|candidate| candidate.probability >= options.threshold)
        .map(|candidate| Pair {
            a: candidate.a as usize,
            b: candidate.b as usize - first,
            probability: candidate.probability,
            log_ratio: candidate.log_ratio,
        })
        .collect();
    found.sort_by_key(|pair| (pair.a, pair.b));
    Ok(Linkage { pairs: found, compared, model, tally, first })
}

/// What choosing needs.
struct Choosing<'a> {
    people: &'a People,
    options: &'a Options,
    model: &'a Model,
    comparer: &'a Comparer<'a>,
}

impl Choosing<'_> {
    /// Among two lists' rows, each at most once.
    fn between(&self, mut candidates: Vec<Candidate>, overlap: Overlap) -> Vec<Candidate> {
        let everybody = self.people.len();
        let overlap = compete(&mut candidates, overlap, everybody);
        if let Some(households) = Households::new(self.people, &candidates) {
            households.speak(&mut candidates, self.model, self.comparer, overlap, self.people);
            compete(&mut candidates, overlap, everybody);
        }
        matched(candidates, self.options.threshold, everybody)
    }

    /// The same with rows of one list that are one person taken together.
    fn persons(&self, candidates: Vec<Candidate>, overlap: Overlap) -> Vec<Candidate> {
        let mut rows = self.twice(&candidates);
        if rows.is_empty() {
            return self.between(candidates, overlap);
        }
        // The best of the pairs of two persons stands for all of them.
        let mut by_person = candidates;
        let mut key = |candidate: &Candidate| (rows.stands_for(candidate.a), rows.stands_for(candidate.b));
        let mut keyed: Vec<((u32, u32), Candidate)> =
            by_person.drain(..).map(|candidate| (key(&candidate), candidate)).collect();
        keyed.sort_by(|(x, one), (y, other)| x.cmp(y).then(other.log_ratio.total_cmp(&one.log_ratio)));
        let best = keyed.chunk_by(|(x, _), (y, _)| x == y).map(|block| {
            let ((a, b), candidate) = block[0];
            Candidate { a, b, ..candidate }
        });
        let chosen = self.between(best.collect(), overlap);
        let mut all = Vec::with_capacity(chosen.len());
        for candidate in chosen {
            let at = keyed.partition_point(|(key, _)| *key < (candidate.a, candidate.b));
            let block = keyed[at..].iter().take_while(|(key, _)| *key == (candidate.a, candidate.b));
            let before = all.len();
            all.extend(block.map(|(_, member)| *member));
            match all.get_mut(before) {
                Some(best) => best.probability = candidate.probability,
                // Who was found by the household only was no pair before.
                None => all.push(candidate),
            }
            for member in all.iter_mut().skip(before + 1) {
                member.probability *= candidate.probability;
            }
        }
        // A household may have suggested two rows that stand together already.
        all.sort_by(|x, y| (x.a, x.b).cmp(&(y.a, y.b)).then(y.probability.total_cmp(&x.probability)));
        all.dedup_by_key(|candidate| (candidate.a, candidate.b));
        all
    }

    /// Rows of one list that look like one person, among those that compete for the same row of the other.
    fn twice(&self, candidates: &[Candidate]) -> Rows {
        /// How many of a list's rows one expects to stand there again.
        const SHARE: f64 = 0.01;
        const FEWEST: f64 = 0.002;
        const MOST: usize = 20;
        let first = self.people.count(Side::A) as u32;
        let likely = || candidates.iter().filter(|candidate| candidate.probability >= 0.5);
        let mut counted = vec![0_u8; self.people.len()];
        for person in likely().flat_map(|candidate| [candidate.a, candidate.b]) {
            counted[person as usize] = counted[person as usize].saturating_add(1);
        }
        let mut rivals: Vec<(u32, u32)> = likely()
            .flat_map(|candidate| [(candidate.a, candidate.b), (candidate.b, candidate.a)])
            .filter(|(person, _)| counted[*person as usize] > 1)
            .collect();
        rivals.sort_unstable();
        let mut pairs: Vec<u64> = Vec::new();
        for block in rivals.chunk_by(|x, y| x.0 == y.0).filter(|block| (2..=MOST).contains(&block.len())) {
            for (at, (_, x)) in block.iter().enumerate() {
                pairs.extend(block[at + 1..].iter().map(|(_, y)| u64::from(*x) << 32 | u64::from(*y)));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut rows = Rows::default();
        let mut counts = [0; 2];
        for (pair, comparison) in pairs.iter().zip(self.comparer.pairs(&pairs)) {
            let (x, y) = ((pair >> 32) as u32, *pair as u32);
            let side = if x < first { Side::A } else { Side::B };
            let even = (self.people.count(side) as f64 / SHARE).log2();
            if self.model.log_ratio(comparison) >= even {
                rows.unite(x, y);
                counts[side as usize] += 1;
            }
        }
        let many = |side: Side| counts[side as usize] as f64 >= FEWEST * self.people.count(side) as f64;
        // Where so few look it, they are likelier namesakes than rows written twice.
        if many(Side::A) || many(Side::B) { rows } else { Rows::default() }
    }

    /// Within one list: groups of rows that are one person, and all pairs within them.
    fn within(&self, candidates: Vec<Candidate>) -> Vec<Candidate> {
        groups::whole(candidates, self.options.threshold, |pairs| {
            let comparisons = self.comparer.pairs(pairs);
            let score = |(pair, comparison): (&u64, &Comparison)| candidate(self.model, *pair, *comparison);
            pairs.iter().zip(&comparisons).map(score).collect()
        })
    }
}

fn compared(
    comparer: &Comparer<'_>,
    pairs: &[u64],
    threads: usize,
    watch: &Watch<'_>,
) -> Result<Vec<Comparison>, Stopped> {
    const AT_ONCE: usize = 1 << 16;
    let mut comparisons = vec![Comparison { pattern: 0, rarity: 0.0 }; pairs.len()];
    let (done, all) = (AtomicUsize::new(0), pairs.len());
    let part = pairs.len().div_ceil(threads.max(1)).max(1);
    let work = |pairs: &[u64], comparisons: &mut [Comparison]| {
        for (pairs, comparisons) in pairs.chunks(AT_ONCE).zip(comparisons.chunks_mut(AT_ONCE)) {
            comparer.compare(pairs, comparisons);
            let done = done.fetch_add(pairs.len(), Ordering::Relaxed) + pairs.len();
            watch.at(Stage::Comparing, done as f64 / all as f64)?;
        }
        Ok(())
    };
    let work = &work;
    std::thread::scope(|scope| {
        let shares = pairs.chunks(part).zip(comparisons.chunks_mut(part));
        let running: Vec<_> =
            shares.map(|(pairs, comparisons)| scope.spawn(move || work(pairs, comparisons))).collect();
        running.into_iter().try_for_each(|thread| match thread.join() {
            Ok(done) => done,
            Err(cause) => std::panic::resume_unwind(cause),
        })
    })?;
    Ok(comparisons)
}

/// A pair with the probability it has by itself.
fn candidate(model: &Model, pair: u64, comparison: Comparison) -> Candidate {
    let log_ratio = model.log_ratio(comparison);
    let prior = (model.same / (1.0 - model.same)).log2();
    let probability = 1.0 / (1.0 + (-log_ratio - prior).exp2());
    Candidate { a: (pair >> 32) as u32, b: pair as u32, log_ratio, probability }
}

/// Those with any hope.
fn scored(model: &Model, hope: f64, pairs: &[u64], comparisons: &[Comparison]) -> Vec<Candidate> {
    let all = pairs.iter().zip(comparisons).map(|(pair, comparison)| candidate(model, *pair, *comparison));
    all.filter(|candidate| candidate.log_ratio > hope).collect()
}
