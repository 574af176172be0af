//! How sure a match has to be, and what clerks' decisions teach about it.
//!
//! **The rule, as the page says it.** From 99 in 100 on a match is certain; from [`LIKELY`] on it is likely and taken as
//! the same person; below [`NONE`] it is nobody; what lies between, a clerk decides. Decisions are counted by twentieths
//! of probability. The lowest twentieth with at least [`FEW`] decisions, at and above which there are [`ENOUGH`] and at
//! least 19 in 20 say "the same", becomes the new beginning of the likely. The highest twentieth with at least [`FEW`], at
//! and below which there are [`ENOUGH`] and at least 19 in 20 say "somebody else", becomes nobody. A decision taken back
//! teaches nothing any more, and nothing is learned from one campaign for another.

use crate::model::Band;

/// From here on a match is certain.
pub const CERTAIN: f64 = 0.99;
/// From here on it is likely, unless decisions say otherwise.
pub const LIKELY: f64 = 0.90;
/// Below this it is nobody, unless decisions say otherwise.
pub const NONE: f64 = 0.10;
/// So many decisions have to lie beyond an edge before it moves.
pub const ENOUGH: i64 = 20;
/// And so many of them in the twentieth next to it: nothing is learned about what nobody looked at.
pub const FEW: i64 = 5;
/// Edges are this far apart: one part of so many.
const EDGES: usize = 20;

/// Decisions by probability: of each twentieth, how many said "the same" and how many "somebody else".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decisions {
    counts: [(i64, i64); EDGES],
}

impl Decisions {
    /// Notes a decision about a match of this probability.
    pub fn note(&mut self, probability: f64, same: bool) {
        let at = ((probability.clamp(0.0, 1.0) * EDGES as f64) as usize).min(EDGES - 1);
        if same { self.counts[at].0 += 1 } else { self.counts[at].1 += 1 }
    }

    fn beyond(counts: &[(i64, i64)]) -> (i64, i64) {
        counts.iter().fold((0, 0), |(same, other), count| (same + count.0, other + count.1))
    }
}

/// Where the unclear begins and ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// From here on a match is likely.
    pub likely: f64,
    /// Below this it is nobody.
    pub none: f64,
}

impl Default for Thresholds {
    fn default() -> Thresholds {
        Thresholds { likely: LIKELY, none: NONE }
    }
}

impl Thresholds {
    /// What decisions teach.
    pub fn taught(decisions: &Decisions) -> Thresholds {
        let edge = |at: usize| at as f64 / EDGES as f64;
        let (low, high) = ((NONE * EDGES as f64) as usize, (LIKELY * EDGES as f64) as usize);
        let holds = |(right, wrong): (i64, i64)| right + wrong >= ENOUGH && right >= 19 * wrong;
        let seen = |at: usize| decisions.counts[at].0 + decisions.counts[at].1 >= FEW;
        let likely = (low..high).find(|at| seen(*at) && holds(Decisions::beyond(&decisions.counts[*at..])));
        let likely = likely.unwrap_or(high);
        let none = (low + 1..=likely).rev().find(|at| {
            let (same, other) = Decisions::beyond(&decisions.counts[..*at]);
            seen(at - 1) && holds((other, same))
        });
        Thresholds { likely: edge(likely), none: edge(none.unwrap_or(low)) }
    }

    /// Whether they are other than they were at first.
    pub fn is_taught(&self) -> bool {
        *self != Thresholds::default()
    }

    /// How sure a match is that nobody decided about.
    pub fn band(&self, probability: f64) -> Band {
        match probability {
            sure if sure >= CERTAIN => Band::Certain,
            sure if sure >= self.likely => Band::Likely,
            sure if sure >= self.none => Band::Unclear,
            _ => Band::Above,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(all: &[(f64, bool, usize)]) -> Thresholds {
        let mut decisions = Decisions::default();
        for (probability, same, times) in all {
            (0..*times).for_each(|_| decisions.note(*probability, *same));
        }
        Thresholds::taught(&decisions)
    }

    #[test]
    fn bands_lie_as_the_page_says() {
        let at_first = Thresholds::default();
        for (probability, band) in [
            (1.0, Band::Certain),
            (0.99, Band::Certain),
            (0.95, Band::Likely),
            (0.90, Band::Likely),
            (0.5, Band::Unclear),
            (0.10, Band::Unclear),
            (0.09, Band::Above),
            (0.0, Band::Above),
        ] {
            assert_eq!(at_first.band(probability), band, "{probability}");
        }
    }

    #[test]
    fn decisions_move_edges_only_when_there_are_enough_and_they_agree() {
        assert_eq!(noted(&[]), Thresholds::default());
        assert_eq!(noted(&[(0.72, true, 19)]), Thresholds::default(), "nineteen are too few");
        assert_eq!(noted(&[(0.72, true, 20)]), Thresholds { likely: 0.7, none: 0.1 });
        assert_eq!(noted(&[(0.72, true, 20), (0.3, false, 5)]), Thresholds { likely: 0.7, none: 0.1 });
        assert_eq!(
            noted(&[(0.72, true, 20), (0.3, true, 4)]),
            Thresholds { likely: 0.7, none: 0.1 },
            "four say little"
        );
        assert_eq!(
            noted(&[(0.72, true, 20), (0.72, false, 2)]),
            Thresholds::default(),
            "ten in eleven do not do"
        );
        let both = noted(&[(0.8, true, 40), (0.22, false, 25)]);
        assert_eq!(both, Thresholds { likely: 0.8, none: 0.25 });
        let low = noted(&[(0.22, false, 25), (0.6, true, 5), (0.62, false, 5)]);
        assert_eq!(low, Thresholds { likely: 0.9, none: 0.25 }, "where clerks do not agree nothing moves");
    }

    #[test]
    fn a_decision_taken_back_is_as_if_it_never_was() {
        assert!(noted(&[(0.72, true, 20)]).is_taught());
        assert!(!noted(&[(0.72, true, 19)]).is_taught());
    }
}
