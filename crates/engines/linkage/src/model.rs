//! Fellegi and Sunter's model with three kinds of pairs instead of two: the same person, two people who live
//! together, and strangers. Its parameters are learned from the pairs themselves by expectation and
//! maximisation, over counts of patterns, so the time does not grow with the number of pairs.

use crate::compare::{Chance, Compared, Comparer, Comparison, LEVELS, levels};
use crate::people::{Kind, MOST_COLUMNS, People, Side};
use crate::text::mixed;
use crate::threads::shared_out;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// For each level its probability; level 0, not told, is 1.
type Chances = [f64; LEVELS];

/// A field's parameters.
#[derive(Debug, Clone)]
pub(crate) struct FieldModel {
    pub(crate) kind: Kind,
    /// Among pairs that are the same person.
    pub(crate) same: Chances,
    /// Among pairs that live together.
    pub(crate) household: Chances,
    /// Among strangers; a factor of the share where the level's chance is counted as one.
    pub(crate) strangers: Chances,
}

/// The model.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) fields: Vec<FieldModel>,
    /// The share of all pairs, those not looked at included, that are the same person.
    pub(crate) same: f64,
    /// The share of all pairs that live together.
    pub(crate) household: f64,
    /// How many pairs there are in all.
    pub(crate) universe: f64,
    /// How many rounds it took to learn.
    pub(crate) rounds: usize,
}

/// How many pairs have a pattern and, rounded, a rarity; in order.
pub(crate) type Patterns = Vec<((u64, i32), f64)>;

/// Counts patterns.
pub(crate) fn counted(comparisons: &[Comparison], threads: usize) -> Patterns {
    // Four bits for each of twelve fields leave the upper sixteen for the rarity.
    let packed = |comparison: &Comparison| {
        comparison.pattern
            | u64::from((comparison.rarity.round() as i16).cast_unsigned()) << (4 * MOST_COLUMNS)
    };
    let counted = shared_out(comparisons.len(), threads, |range| {
        let mut counts = HashMap::<u64, u32, BuildHasherDefault<Mixing>>::default();
        comparisons[range].iter().for_each(|comparison| *counts.entry(packed(comparison)).or_default() += 1);
        counts
    });
    let mut all: Vec<(u64, u32)> = counted.into_iter().flatten().collect();
    all.sort_unstable();
    let unpacked = |block: &[(u64, u32)]| {
        let (key, count) = (block[0].0, block.iter().map(|(_, count)| f64::from(*count)).sum());
        let rarity = ((key >> (4 * MOST_COLUMNS)) as u16).cast_signed();
        ((key & ((1 << (4 * MOST_COLUMNS)) - 1), i32::from(rarity)), count)
    };
    all.chunk_by(|x, y| x.0 == y.0).map(unpacked).collect()
}

/// Spreads numbers that are not spread yet.
#[derive(Default)]
struct Mixing(u64);

impl Hasher for Mixing {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = crate::text::hash_bytes(bytes);
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = mixed(number);
    }
}

fn level(pattern: u64, column: usize) -> usize {
    (pattern >> (4 * column) & 0xF) as usize
}

impl Model {
    /// Before anything is learned: what such fields are mostly like, and what strangers are like by drawing
    /// pairs at random.
    pub(crate) fn guessed(people: &People, comparer: &Comparer, seed: u64) -> Model {
        let drawn = draw(people, comparer, seed);
        let mut fields = Vec::new();
        for (column, drawn) in drawn.iter().enumerate() {
            let kind = comparer.kind(column);
            fields.push(FieldModel {
                kind,
                same: spread(first_guess(kind)),
                household: spread(household_guess(kind)),
                strangers: strangers(comparer, column, drawn),
            });
        }
        let (a, b) = (people.count(Side::A) as f64, people.count(Side::B) as f64);
        let universe = if people.is_single() { a * (a - 1.0) / 2.0 } else { a * b }.max(1.0);
        let smaller = if people.is_single() { a / 10.0 } else { a.min(b) };
        let share = |pairs: f64| (pairs.max(1.0) / universe).min(0.5);
        Model { fields, same: share(smaller / 2.0), household: share(smaller), universe, rounds: 0 }
    }

    /// The three kinds' weights of a pattern: the same person, a household, strangers.
    fn weights(&self, pattern: u64, rarity: f64) -> [f64; 3] {
        let (mut same, mut household, mut strangers) = (self.same, self.household, 1.0);
        for (column, field) in self.fields.iter().enumerate() {
            let level = level(pattern, column);
            same *= field.same[level];
            household *= field.household[level];
            strangers *= field.strangers[level];
        }
        [same, household, strangers * rarity.exp2()]
    }

    /// What a level speaks for the same person against strangers, to base 2, before rarity.
    pub(crate) fn bits(&self, column: usize, level: usize) -> f64 {
        (self.fields[column].same[level] / self.fields[column].strangers[level]).log2()
    }

    /// How many times likelier a pair looks like this if it is the same person than if it is not, to base 2.
    pub(crate) fn log_ratio(&self, comparison: Comparison) -> f64 {
        let [same, household, strangers] = self.weights(comparison.pattern, f64::from(comparison.rarity));
        (same.max(1e-300) / self.same / (household + strangers).max(1e-300)).log2()
    }

    /// How many times likelier a pair is the same person than not, to base 2, where the people they live with were
    /// found in each other: so they are no strangers, and where they live tells nothing more. `different` is how
    /// many pairs of different people there are for each pair of one person in such households.
    pub(crate) fn log_ratio_apart(&self, compared: impl Iterator<Item = Compared>, different: f64) -> f64 {
        let (mut same, mut household) = (1.0_f64, different);
        for (field, compared) in self.fields.iter().zip(compared) {
            if field.kind != Kind::Address {
                same *= field.same[compared.level];
                household *= field.household[compared.level];
            }
        }
        (same.max(1e-300) / household.max(1e-300)).log2()
    }

    /// Learns from patterns until nothing changes any more.
    pub(crate) fn learn(&mut self, patterns: &[((u64, i32), f64)], most_rounds: usize) {
        for round in 0..most_rounds {
            let before = self.same;
            self.learn_once(patterns);
            self.rounds = round + 1;
            if round > 5 && (self.same / before - 1.0).abs() < 1e-4 {
                break;
            }
        }
    }

    fn learn_once(&mut self, patterns: &[((u64, i32), f64)]) {
        let mut sums = [[0.0; LEVELS]; MOST_COLUMNS];
        let mut sums_household = [[0.0; LEVELS]; MOST_COLUMNS];
        let (mut all, mut all_household) = (0.0, 0.0);
        for ((pattern, rarity), count) in patterns {
            let [same, household, strangers] = self.weights(*pattern, f64::from(*rarity));
            let sum = same + household + strangers;
            if sum <= 0.0 {
                continue;
            }
            let (same, household) = (count * same / sum, count * household / sum);
            all += same;
            all_household += household;
            if same + household < 1e-6 {
                continue;
            }
            for column in 0..self.fields.len() {
                let level = level(*pattern, column);
                sums[column][level] += same;
                sums_household[column][level] += household;
            }
        }
        self.same = (all.max(0.5) / self.universe).min(0.9);
        self.household = (all_household.max(0.5) / self.universe).min(0.9);
        for (column, field) in self.fields.iter_mut().enumerate() {
            field.same = estimated(&sums[column], first_guess(field.kind));
            cap_same(&mut field.same, field.kind);
            field.household = estimated(&sums_household[column], household_guess(field.kind));
            cap(&mut field.household, field.kind);
        }
    }
}

/// Shares of the levels, drawn a little towards what is usual.
fn estimated(sums: &Chances, usual: &[f64]) -> Chances {
    const PRIOR: f64 = 20.0;
    let told: f64 = sums[1..].iter().sum::<f64>() + PRIOR;
    let usual = spread(usual);
    let mut chances = [1.0; LEVELS];
    for level in 1..LEVELS {
        chances[level] = (sums[level] + PRIOR * usual[level]) / told;
    }
    chances
}

/// People who live together are two: what would make them one is bounded, or the two kinds could change places.
fn cap(household: &mut Chances, kind: Kind) {
    let caps: &[f64] = match kind {
        Kind::Name => &[0.003, 0.01, 0.03, 0.03],
        Kind::ResidentId => &[1e-5, 1e-4],
        Kind::Birth => &[0.03, 0.03],
        Kind::Text => &[0.2],
        _ => &[],
    };
    for (level, cap) in caps.iter().enumerate() {
        household[level + 1] = household[level + 1].min(*cap);
    }
}

/// One person mostly has one name, number and date: what would make them two is bounded, or where hardly anybody
/// stands on both lists the families would be taken for them.
fn cap_same(same: &mut Chances, kind: Kind) {
    let caps: &[(usize, f64)] = match kind {
        Kind::Name => &[(5, 0.02), (6, 0.02), (7, 0.01), (8, 0.02)],
        Kind::ResidentId => &[(3, 0.003), (4, 0.02), (5, 0.03)],
        Kind::Birth => &[(4, 0.03), (5, 0.02), (6, 0.03)],
        Kind::Sex => &[(2, 0.03)],
        _ => &[],
    };
    for (level, cap) in caps {
        same[*level] = same[*level].min(*cap);
    }
}

fn spread(usual: &[f64]) -> Chances {
    let sum: f64 = usual.iter().sum();
    let mut chances = [1e-6; LEVELS];
    chances[0] = 1.0;
    for (level, share) in usual.iter().enumerate().take(LEVELS - 1) {
        chances[level + 1] = (share / sum).max(1e-6);
    }
    chances
}

/// What the levels' shares mostly are when both are the same person.
fn first_guess(kind: Kind) -> &'static [f64] {
    match kind {
        Kind::Name => &[0.93, 0.02, 0.02, 0.01, 0.008, 0.003, 0.003, 0.006],
        Kind::ResidentId => &[0.95, 0.03, 0.001, 0.009, 0.01],
        Kind::Birth => &[0.90, 0.03, 0.03, 0.01, 0.01, 0.02],
        Kind::Sex => &[0.99, 0.01],
        Kind::Phone => &[0.75, 0.02, 0.23],
        Kind::Address => &[0.45, 0.15, 0.12, 0.03, 0.15, 0.04, 0.05, 0.01],
        Kind::Employer => &[0.6, 0.05, 0.2, 0.05, 0.1],
        Kind::Text => &[0.85, 0.06, 0.04, 0.02, 0.03],
        Kind::SharedText => &[0.80, 0.06, 0.04, 0.03, 0.07],
    }
}

/// And when two people live together.
fn household_guess(kind: Kind) -> &'static [f64] {
    match kind {
        Kind::Name => &[0.0003, 0.001, 0.005, 0.005, 0.10, 0.40, 0.02, 0.47],
        Kind::ResidentId => &[1e-6, 1e-5, 0.005, 0.98, 0.01],
        Kind::Birth => &[0.006, 0.002, 0.01, 0.01, 0.05, 0.92],
        Kind::Sex => &[0.45, 0.55],
        Kind::Phone => &[0.5, 0.01, 0.49],
        Kind::Address => &[0.55, 0.15, 0.10, 0.02, 0.10, 0.03, 0.04, 0.01],
        Kind::Employer => &[0.1, 0.01, 0.05, 0.05, 0.79],
        Kind::Text => &[0.03, 0.01, 0.02, 0.05, 0.89],
        Kind::SharedText => &[0.80, 0.05, 0.04, 0.03, 0.08],
    }
}

/// How often each level came up among pairs drawn at random, for each field, from among those where both tell.
fn draw(people: &People, comparer: &Comparer, seed: u64) -> Vec<[f64; LEVELS]> {
    let (a, b) = (people.count(Side::A) as u64, people.count(Side::B) as u64);
    let mut counts = vec![[0.0; LEVELS]; comparer.width()];
    let single = people.is_single();
    if a == 0 || (single && a < 2) || (!single && b == 0) {
        return counts;
    }
    // Few people have few pairs to draw from.
    const MOST: u64 = 300_000;
    let pairs = if single { a * (a - 1) / 2 } else { a * b };
    let drawn: Vec<u64> = (0..pairs.saturating_mul(2).min(MOST))
        .map(|round| {
            let x = mixed(seed ^ mixed(2 * round)) % a;
            let y = mixed(seed ^ mixed(2 * round + 1));
            let y = if single { (x + 1 + y % (a - 1)) % a } else { a + y % b };
            x << 32 | y
        })
        .collect();
    // Each field by itself: what the resident number says is not left out here.
    for (column, counts) in counts.iter_mut().enumerate() {
        comparer.alone(column, &drawn).iter().for_each(|compared| counts[compared.level] += 1.0);
    }
    counts
}

fn strangers(comparer: &Comparer, column: usize, drawn: &[f64; LEVELS]) -> Chances {
    let told: f64 = drawn[1..].iter().sum::<f64>() + 1.0;
    let mut chances = [1.0; LEVELS];
    for (at, (_, chance)) in levels(comparer.kind(column)).iter().enumerate() {
        let level = at + 1;
        let share = (drawn[level] + 0.5) / told;
        chances[level] = match chance {
            Chance::Share => 1.0,
            Chance::Scaled => (share / comparer.mean_share(column)).min(1.0),
            Chance::Drawn => share.min(1.0),
        };
    }
    chances
}
