//! The whole way from two lists to pairs of the same person.

use crate::assign::{Candidate, Overlap, compete, one_to_one};
use crate::blocking::{Blocking, Limits};
use crate::compare::{Comparer, Comparison};
use crate::explain::{Tally, Threshold};
use crate::model::{Model, counted};
use crate::people::{People, Side};
use crate::threads::shared_out;

/// How to link.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether a person of one list is at most one of the other.
    pub one_to_one: bool,
    /// From which probability on a pair is kept.
    pub threshold: f64,
    /// What random draws begin with.
    pub seed: u64,
    /// How many threads work; the result does not depend on it.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { one_to_one: true, threshold: 0.5, seed: 1, threads: 2 }
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

/// What was found.
pub struct Linkage {
    /// The pairs, in the first list's order.
    pub pairs: Vec<Pair>,
    /// How many pairs were compared.
    pub compared: usize,
    pub(crate) model: Model,
    tally: Tally,
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
}

/// Links two lists, or one with itself if the second is empty.
///
/// # Errors
/// [`Stopped`] when `go_on` says false.
pub fn link(people: &People, options: &Options, go_on: &dyn Fn(Stage) -> bool) -> Result<Linkage, Stopped> {
    let ask = |stage| if go_on(stage) { Ok(()) } else { Err(Stopped) };
    ask(Stage::Blocking)?;
    let limits = Limits::for_people(people.len());
    let pairs = Blocking::new(people, limits, options.threads).pairs(options.threads);
    ask(Stage::Comparing)?;
    let comparer = Comparer::new(people, options.threads);
    let comparisons = compared(&comparer, &pairs, options.threads);
    ask(Stage::Learning)?;
    let mut model = Model::guessed(people, &comparer, options.seed);
    model.learn(&counted(&comparisons), 60);
    ask(Stage::Choosing)?;
    let single = people.count(Side::B) == 0;
    let (a, b) = (people.count(Side::A) as f64, people.count(Side::B) as f64);
    let overlap = Overlap { both: (model.same * model.universe).clamp(0.5, a.min(b).max(1.0)), a, b };
    let hope = if single { -(model.same.log2()) - 7.0 } else { overlap.even() - 7.0 };
    let mut candidates = scored(&model, hope, &pairs, &comparisons);
    let compared = pairs.len();
    drop((pairs, comparisons));
    if options.one_to_one && !single {
        compete(&mut candidates, overlap, people.len());
        candidates = one_to_one(candidates, people.len());
    }
    let tally = Tally::new(candidates.iter().map(|candidate| candidate.probability));
    let first = if single { 0 } else { people.count(Side::A) };
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
    Ok(Linkage { pairs: found, compared, model, tally })
}

fn compared(comparer: &Comparer, pairs: &[u64], threads: usize) -> Vec<Comparison> {
    shared_out(pairs.len(), threads, |range| comparer.pairs(&pairs[range])).concat()
}

/// Those with any hope, with the probability each has by itself.
fn scored(model: &Model, hope: f64, pairs: &[u64], comparisons: &[Comparison]) -> Vec<Candidate> {
    let prior = (model.same / (1.0 - model.same)).log2();
    let candidate = |(pair, comparison): (&u64, &Comparison)| {
        let log_ratio = model.log_ratio(*comparison);
        let probability = 1.0 / (1.0 + (-log_ratio - prior).exp2());
        (log_ratio > hope).then_some(Candidate {
            a: (pair >> 32) as u32,
            b: *pair as u32,
            log_ratio,
            probability,
        })
    };
    pairs.iter().zip(comparisons).filter_map(candidate).collect()
}
