//! The formulas behind every figure, free of databases and pages.
//!
//! A share is never shown without the number it rests on and the 95 % score interval of Wilson
//! (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
//! the American Statistical Association 22 (1927), 209–212). It stays within 0 and 1 and keeps its
//! promise for small samples and for shares near the ends, where the usual p ± 1.96·s does not.

/// The standard normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.959_963_984_540_054;

/// A share that rests on fewer than this many is shown, but never ranked or compared.
pub const ENOUGH: i64 = 30;

/// From where to where the true share plausibly lies: shares between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub lo: f64,
    /// The upper end.
    pub hi: f64,
}

impl Interval {
    /// Whether the two share a value, so that neither can be called the higher.
    pub fn overlaps(self, other: Interval) -> bool {
        self.lo <= other.hi && other.lo <= self.hi
    }
}

/// Wilson's 95 % score interval for `successes` out of `n`. Nothing counted says nothing: 0 to 1.
/// `successes` is taken as lying between 0 and `n`.
pub fn wilson(successes: i64, n: i64) -> Interval {
    if n <= 0 {
        return Interval { lo: 0.0, hi: 1.0 };
    }
    let successes = successes.clamp(0, n);
    let size = n as f64;
    let share = successes as f64 / size;
    let weight = 1.0 + Z * Z / size;
    let middle = (share + Z * Z / (2.0 * size)) / weight;
    let half = Z / weight * (share * (1.0 - share) / size + Z * Z / (4.0 * size * size)).sqrt();
    // At the ends the formula gives 0 and 1 exactly; rounding must not miss them.
    Interval {
        lo: if successes == 0 { 0.0 } else { (middle - half).clamp(0.0, share) },
        hi: if successes == n { 1.0 } else { (middle + half).clamp(share, 1.0) },
    }
}

/// So many out of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rate {
    /// How many of them it holds for.
    pub hits: i64,
    /// How many were counted.
    pub n: i64,
}

impl Rate {
    /// The share between 0 and 1, if anything was counted.
    pub fn share(self) -> Option<f64> {
        (self.n > 0).then(|| self.hits as f64 / self.n as f64)
    }

    /// Its 95 % interval.
    pub fn interval(self) -> Interval {
        wilson(self.hits, self.n)
    }

    /// Whether the sample is too small to be set beside others.
    pub fn is_thin(self) -> bool {
        self.n < ENOUGH
    }
}

/// What a set of rates can tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Apart {
    /// Pairs whose intervals share no value.
    pub apart: usize,
    /// All pairs of rates with enough behind them.
    pub pairs: usize,
}

/// Counts the pairs that differ by more than chance may explain. Thin samples take no part.
pub fn apart(rates: &[Rate]) -> Apart {
    let mut intervals: Vec<Interval> =
        rates.iter().filter(|rate| !rate.is_thin()).map(|rate| rate.interval()).collect();
    intervals.sort_by(|one, other| one.lo.total_cmp(&other.lo));
    let ends: Vec<f64> = {
        let mut ends: Vec<f64> = intervals.iter().map(|interval| interval.hi).collect();
        ends.sort_by(f64::total_cmp);
        ends
    };
    // An interval lies wholly above each one that ends before it begins; those began before it too.
    let apart = intervals.iter().map(|interval| ends.partition_point(|end| *end < interval.lo)).sum();
    Apart { apart, pairs: intervals.len() * intervals.len().saturating_sub(1) / 2 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// R. G. Newcombe, "Two-sided confidence intervals for the single proportion: comparison of seven
    /// methods", Statistics in Medicine 17 (1998), 857–872, table I, method 3 (score, uncorrected).
    #[test]
    fn intervals_agree_with_the_published_ones() {
        for (successes, n, lo, hi) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0000, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let interval = wilson(successes, n);
            assert!((interval.lo - lo).abs() < 5e-5, "{successes}/{n}: {interval:?}");
            assert!((interval.hi - hi).abs() < 5e-5, "{successes}/{n}: {interval:?}");
        }
    }

    #[test]
    fn the_ends_are_exact() {
        assert_eq!(wilson(0, 7).lo, 0.0);
        assert_eq!(wilson(7, 7).hi, 1.0);
        assert_eq!(wilson(0, 0), Interval { lo: 0.0, hi: 1.0 });
        assert_eq!(Rate::default().share(), None);
    }

    #[test]
    fn twenty_nine_are_too_few_and_thirty_are_not() {
        assert!(Rate { hits: 29, n: 29 }.is_thin());
        assert!(!Rate { hits: 0, n: 30 }.is_thin());
    }

    fn rates() -> impl Strategy<Value = Rate> {
        (0_i64..2_000_000).prop_flat_map(|n| (0..=n).prop_map(move |hits| Rate { hits, n }))
    }

    proptest! {
        #[test]
        fn an_interval_lies_within_0_and_1_around_its_share(rate in rates()) {
            let Interval { lo, hi } = rate.interval();
            prop_assert!(0.0 <= lo && lo <= hi && hi <= 1.0);
            if let Some(share) = rate.share() {
                prop_assert!(lo <= share && share <= hi);
            }
        }

        #[test]
        fn more_of_the_same_narrows_it(rate in rates(), times in 2_i64..9) {
            prop_assume!(rate.n > 0);
            let more = Rate { hits: rate.hits * times, n: rate.n * times };
            let width = |rate: Rate| rate.interval().hi - rate.interval().lo;
            prop_assert!(width(more) < width(rate));
        }

        #[test]
        fn what_does_not_hold_mirrors_what_does(rate in rates()) {
            let mirrored = wilson(rate.n - rate.hits, rate.n);
            let Interval { lo, hi } = rate.interval();
            prop_assert!((mirrored.lo - (1.0 - hi)).abs() < 1e-9 && (mirrored.hi - (1.0 - lo)).abs() < 1e-9);
        }

        #[test]
        fn pairs_are_told_apart_as_the_slow_way_does(rates in proptest::collection::vec(rates(), 0..12)) {
            let enough: Vec<Interval> =
                rates.iter().filter(|rate| !rate.is_thin()).map(|rate| rate.interval()).collect();
            let mut slow = Apart::default();
            for (at, one) in enough.iter().enumerate() {
                for other in &enough[at + 1..] {
                    slow.pairs += 1;
                    slow.apart += usize::from(!one.overlaps(*other));
                }
            }
            prop_assert_eq!(apart(&rates), slow);
        }
    }
}
