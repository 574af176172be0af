//! Why: what each field said for and against a pair, what its levels weigh, and what a threshold gives.

use crate::compare::{Comparer, levels};
use crate::link::{Linkage, Pair};
use crate::people::{Kind, People, Side};

/// What one field said about a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The column's name.
    pub field: String,
    /// How it compared.
    pub level: &'static str,
    /// What that speaks for (above 0) or against the same person, to base 2.
    pub bits: f64,
}

/// What one level of a field weighs.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    /// The column's name.
    pub field: String,
    /// What the column holds.
    pub kind: Kind,
    /// The level.
    pub level: &'static str,
    /// Its share among pairs of the same person.
    pub same: f64,
    /// Its share among pairs of people who live together.
    pub household: f64,
    /// What it speaks for or against the same person, to base 2; where that depends on how rare the value is,
    /// the mean over the pairs found, and `None` if none of them has it.
    pub bits: Option<f64>,
}

/// What keeping pairs from a probability on gives, as far as the model is right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// The probability.
    pub from: f64,
    /// How many pairs are kept.
    pub pairs: u64,
    /// The share of them that is right.
    pub precision: f64,
    /// The share kept of all right pairs that were compared.
    pub recall: f64,
}

/// Explains a linkage.
pub struct Explainer<'a> {
    people: &'a People,
    linkage: &'a Linkage,
    comparer: Comparer<'a>,
}

impl<'a> Explainer<'a> {
    /// For people and what was found among them.
    pub fn new(people: &'a People, linkage: &'a Linkage, threads: usize) -> Explainer<'a> {
        Explainer { people, linkage, comparer: Comparer::new(people, threads) }
    }

    /// What each field that both tell said about two people: a row of the first list, and one of the second,
    /// or of the first if there is no second; empty if there are no such rows.
    pub fn pair(&self, a: usize, b: usize) -> Vec<Evidence> {
        let single = self.people.is_single();
        let b = if single { b } else { b + self.people.count(Side::A) };
        if a >= self.people.count(Side::A) || b >= self.people.len() {
            return Vec::new();
        }
        let columns = self.comparer.fields(&[(a as u64) << 32 | b as u64]);
        let mut said = Vec::new();
        for (column, compared) in columns.iter().enumerate() {
            let Some(compared) = compared.first().filter(|compared| compared.level > 0) else { continue };
            said.push(Evidence {
                field: self.people.columns()[column].name.clone(),
                level: levels(self.comparer.kind(column))[compared.level - 1].0,
                bits: self.linkage.model.bits(column, compared.level) - f64::from(compared.rarity),
            });
        }
        said
    }

    /// Every level of every field.
    pub fn weights(&self) -> Vec<Weight> {
        const LOOKED_AT: usize = 20_000;
        let pairs = &self.linkage.pairs;
        let step = (pairs.len() / LOOKED_AT).max(1);
        let shift = if self.people.is_single() { 0 } else { self.people.count(Side::A) };
        let key = |pair: &Pair| (pair.a as u64) << 32 | (pair.b + shift) as u64;
        let looked: Vec<u64> = pairs.iter().step_by(step).map(key).collect();
        let columns = self.comparer.fields(&looked);
        let mut weights = Vec::new();
        for (column, compared) in columns.iter().enumerate() {
            let kind = self.comparer.kind(column);
            for (at, (level, chance)) in levels(kind).iter().enumerate() {
                let model = &self.linkage.model;
                let rarities = compared
                    .iter()
                    .filter(|compared| compared.level == at + 1)
                    .map(|compared| compared.rarity);
                let (count, sum) =
                    rarities.fold((0_u32, 0.0), |(count, sum), rarity| (count + 1, sum + f64::from(rarity)));
                let mean = (count > 0).then(|| sum / f64::from(count));
                let rarity = if chance.depends() { mean } else { Some(0.0) };
                weights.push(Weight {
                    field: self.people.columns()[column].name.clone(),
                    kind,
                    level,
                    same: model.fields[column].same[at + 1],
                    household: model.fields[column].household[at + 1],
                    bits: rarity.map(|rarity| model.bits(column, at + 1) - rarity),
                });
            }
        }
        weights
    }
}

/// Pairs counted by their probability, in hundredths.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    counts: [u64; 101],
    right: [f64; 101],
}

impl Tally {
    pub(crate) fn new(probabilities: impl Iterator<Item = f64>) -> Tally {
        let mut tally = Tally { counts: [0; 101], right: [0.0; 101] };
        for probability in probabilities {
            let at = (probability.clamp(0.0, 1.0) * 100.0) as usize;
            tally.counts[at] += 1;
            tally.right[at] += probability;
        }
        tally
    }

    /// What thresholds give.
    pub(crate) fn thresholds(&self) -> Vec<Threshold> {
        let all: f64 = self.right.iter().sum();
        let at = |from: usize| {
            let pairs: u64 = self.counts[from..].iter().sum();
            let right: f64 = self.right[from..].iter().sum();
            Threshold {
                from: from as f64 / 100.0,
                pairs,
                precision: if pairs == 0 { 1.0 } else { right / pairs as f64 },
                recall: if all == 0.0 { 1.0 } else { right / all },
            }
        };
        [5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99].map(at).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_trade_recall_for_precision() {
        let tally = Tally::new([0.02, 0.3, 0.6, 0.9, 0.999, 1.0].into_iter());
        let all = tally.thresholds();
        assert!(
            all.windows(2)
                .all(|pair| pair[0].precision <= pair[1].precision && pair[0].recall >= pair[1].recall)
        );
        let half = all.iter().find(|threshold| threshold.from == 0.5).unwrap();
        assert_eq!(half.pairs, 4);
        assert!((half.precision - 3.499 / 4.0).abs() < 1e-9);
        assert_eq!(Tally::new(std::iter::empty()).thresholds()[0].recall, 1.0);
    }
}
