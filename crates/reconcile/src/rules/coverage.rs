//! How complete a list is, told from how far it and others overlap.
//!
//! **Two sources** (the registry and one list): Chapman's estimate of how many there are in all,
//! N = (a + 1)(b + 1)/(m + 1) − 1 for a and b people with m on both (D. G. Chapman, "Some properties of the
//! hypergeometric distribution with applications to zoological sample censuses", University of California Publications
//! in Statistics 1 (1951), 131–160), with Seber's variance (1970).
//!
//! **Three sources or more**: Chao's lower bound, S + (t − 1)/t · f₁²/(2 f₂) for S people seen at all by t sources, f₁ by
//! exactly one and f₂ by exactly two (A. Chao, "Estimating the population size for capture–recapture data with unequal
//! catchability", Biometrics 43 (1987), 783–791), in its bias-corrected form where f₂ is 0. It bears with people whom
//! every office finds harder to see, and is then a lower bound.
//!
//! Both intervals are 95 %, of the number nobody saw taken as log-normal (Chao 1987), so they never fall below the people
//! who were seen. Both estimates assume that nobody came or went between the lists and that people were matched rightly;
//! Chapman's also that being on one list says nothing about being on the other. Lists made from each other look more
//! complete than they are.

use std::collections::BTreeMap;

/// With fewer people than this on two sources or more nothing is said: Chapman's estimate is then biased (G. A. F. Seber,
/// "The Estimation of Animal Abundance", second edition, 1982, section 3.1.4: seven or more recaptures).
pub const FEW: i64 = 7;
/// An interval that is wider than this share of its estimate is called wide.
const WIDE: f64 = 0.5;

/// The standard normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.959_963_984_540_054;

/// How many people stand on which sources: the first bit is the registry's, each further one a list's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Histories {
    counts: BTreeMap<u32, i64>,
}

impl Histories {
    /// Adds so many people who stand on exactly these sources.
    pub fn add(&mut self, sources: u32, people: i64) {
        *self.counts.entry(sources).or_default() += people;
    }

    /// Adds everybody of another place.
    pub fn join(&mut self, other: &Histories) {
        other.counts.iter().for_each(|(sources, people)| self.add(*sources, *people));
    }

    fn sum(&self, counts: impl Fn(u32) -> bool) -> i64 {
        self.counts.iter().filter(|(sources, _)| counts(**sources)).map(|(_, people)| people).sum()
    }

    /// How many stand on a source.
    pub fn on(&self, source: usize) -> i64 {
        self.sum(|sources| sources >> source & 1 == 1)
    }

    /// How many stand on lists and not in the registry, the first source.
    pub fn above(&self) -> i64 {
        self.sum(|sources| sources & 1 == 0)
    }

    /// How many there are in all, where enough people stand on two sources or more to say so.
    pub fn told(&self, sources: usize) -> Option<Estimate> {
        let again = self.sum(|on| on.count_ones() > 1);
        self.estimate(sources).filter(|_| again >= FEW)
    }

    /// How many there are in all, by the method for so many sources.
    pub fn estimate(&self, sources: usize) -> Option<Estimate> {
        match Method::for_sources(sources) {
            Method::Chapman => chapman(self.on(0), self.on(1), self.sum(|on| on & 3 == 3)),
            Method::Chao => {
                let by = |times: u32| self.sum(|on| on.count_ones() == times);
                chao(sources, self.sum(|on| on != 0), by(1), by(2))
            }
        }
    }
}

/// How many people there are in all, as far as overlaps tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The likeliest number.
    pub all: f64,
    /// The lower end of the 95 % interval; never below `seen`.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How many were seen by any source.
    pub seen: i64,
}

/// By which rule an estimate was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Two sources.
    Chapman,
    /// Three or more.
    Chao,
}

impl Method {
    /// The method for so many sources.
    pub fn for_sources(sources: usize) -> Method {
        if sources > 2 { Method::Chao } else { Method::Chapman }
    }

    /// The message id that says which.
    pub fn message(self) -> &'static str {
        match self {
            Method::Chapman => "check-method-chapman",
            Method::Chao => "check-method-chao",
        }
    }
}

/// From two sources of `a` and `b` people, `both` of them on both. Nothing can be said where nobody is on both.
pub fn chapman(a: i64, b: i64, both: i64) -> Option<Estimate> {
    if both < 1 || a < both || b < both {
        return None;
    }
    let (x, y, m) = (a as f64, b as f64, both as f64);
    let all = (x + 1.0) * (y + 1.0) / (m + 1.0) - 1.0;
    let variance = (x + 1.0) * (y + 1.0) * (x - m) * (y - m) / ((m + 1.0).powi(2) * (m + 2.0));
    Some(between(all, variance, a + b - both))
}

/// From `sources` sources that saw `seen` people, `once` of them by one source only and `twice` by exactly two. Nothing
/// can be said where nobody was seen twice or more.
pub fn chao(sources: usize, seen: i64, once: i64, twice: i64) -> Option<Estimate> {
    if sources < 2 || seen <= once {
        return None;
    }
    let share = (sources as f64 - 1.0) / sources as f64;
    let (f1, f2) = (once as f64, twice as f64);
    let (unseen, variance) = if twice > 0 {
        let ratio = f1 / f2;
        let spread =
            share / 2.0 * ratio.powi(2) + share.powi(2) * ratio.powi(3) + share.powi(2) / 4.0 * ratio.powi(4);
        (share * f1 * f1 / (2.0 * f2), f2 * spread)
    } else {
        let unseen = share * f1 * (f1 - 1.0) / 2.0;
        let all = seen as f64 + unseen;
        let spread = share * f1 * (f1 - 1.0) / 2.0 + share.powi(2) * f1 * (2.0 * f1 - 1.0).powi(2) / 4.0
            - share.powi(2) * f1.powi(4) / (4.0 * all);
        (unseen, spread.max(0.0))
    };
    Some(between(seen as f64 + unseen, variance, seen))
}

/// The log-normal interval around an estimate.
fn between(all: f64, variance: f64, seen: i64) -> Estimate {
    let floor = seen as f64;
    let all = all.max(floor);
    let unseen = all - floor;
    if unseen <= 0.0 || variance <= 0.0 {
        return Estimate { all, low: all, high: all, seen };
    }
    let factor = (Z * (1.0 + variance / (unseen * unseen)).ln().sqrt()).exp();
    Estimate { all, low: floor + unseen / factor, high: floor + unseen * factor, seen }
}

impl Estimate {
    /// Whether its interval is so wide that it only says where to look.
    pub fn is_wide(&self) -> bool {
        self.high - self.low > WIDE * self.all
    }

    /// How many of them a source of `people` most likely lacks, and the 95 % interval's ends.
    pub fn lacking(&self, people: i64) -> (f64, f64, f64) {
        let beyond = |all: f64| (all - people as f64).max(0.0);
        (beyond(self.all), beyond(self.low), beyond(self.high))
    }

    /// How complete a source of `people` is: the likeliest share, and the 95 % interval's ends.
    pub fn completeness(&self, people: i64) -> (f64, f64, f64) {
        let share = |all: f64| if all > 0.0 { (people as f64 / all).min(1.0) } else { 1.0 };
        (share(self.all), share(self.high), share(self.low))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, expected: f64) -> bool {
        (value - expected).abs() < 1e-6 * expected.abs().max(1.0)
    }

    #[test]
    fn chapman_gives_the_textbooks_number() {
        // 200 marked, 150 caught, 30 of them marked: 201 · 151 / 31 − 1.
        let found = chapman(200, 150, 30).unwrap();
        assert!(near(found.all, 201.0 * 151.0 / 31.0 - 1.0), "{found:?}");
        assert_eq!(found.seen, 320);
        assert!(found.low > 320.0 && found.low < found.all && found.all < found.high);
        assert_eq!(chapman(10, 10, 10).map(|all| (all.all, all.low, all.high)), Some((10.0, 10.0, 10.0)));
        assert_eq!(chapman(10, 10, 0), None, "without an overlap nothing can be said");
        assert_eq!(chapman(3, 10, 4), None);
    }

    #[test]
    fn chao_gives_the_lower_bound() {
        let found = chao(3, 100, 40, 20).unwrap();
        assert!(near(found.all, 100.0 + 2.0 / 3.0 * 1600.0 / 40.0), "{found:?}");
        assert_eq!(chao(3, 50, 50, 0), None, "nobody seen twice");
        assert_eq!(chao(3, 50, 0, 10).map(|all| all.all), Some(50.0));
        assert!(chao(4, 30, 6, 0).is_some_and(|all| all.all > 30.0 && all.low >= 30.0));
    }

    /// A small generator of choices (splitmix64), so that the check below is repeatable.
    struct Dice(u64);

    impl Dice {
        fn share(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut bits = self.0;
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        }
    }

    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        const TRUTH: i64 = 600;
        let mut dice = Dice(17);
        let (mut two, mut three, rounds) = (0, 0, 1_000);
        for _ in 0..rounds {
            let (mut a, mut b, mut both) = (0, 0, 0);
            let (mut seen, mut once, mut twice) = (0, 0, 0);
            for _ in 0..TRUTH {
                let on = [0.7, 0.6, 0.5].map(|share| dice.share() < share);
                a += i64::from(on[0]);
                b += i64::from(on[1]);
                both += i64::from(on[0] && on[1]);
                match on.iter().filter(|on| **on).count() {
                    0 => {}
                    count => {
                        seen += 1;
                        once += i64::from(count == 1);
                        twice += i64::from(count == 2);
                    }
                }
            }
            let holds = |all: Estimate| all.low <= TRUTH as f64 && TRUTH as f64 <= all.high;
            two += i32::from(chapman(a, b, both).is_some_and(holds));
            three += i32::from(chao(3, seen, once, twice).is_some_and(holds));
        }
        assert!((920..=980).contains(&two), "{two} of {rounds}");
        assert!((900..=990).contains(&three), "{three} of {rounds}");
    }

    #[test]
    fn histories_give_the_sources_and_the_estimate() {
        let mut village = Histories::default();
        [(0b11, 30), (0b01, 170), (0b10, 120)].into_iter().for_each(|(on, people)| village.add(on, people));
        assert_eq!((village.on(0), village.on(1)), (200, 150));
        assert_eq!(village.estimate(2), chapman(200, 150, 30));
        let mut town = village.clone();
        town.join(&village);
        assert_eq!(town.on(0), 400);
        assert_eq!((village.above(), village.told(2)), (120, village.estimate(2)));
        let mut few = Histories::default();
        [(0b11, FEW - 1), (0b01, 40), (0b10, 30)].into_iter().for_each(|(on, people)| few.add(on, people));
        assert!(few.estimate(2).is_some_and(|all| all.is_wide()), "so few say nothing");
        assert_eq!(few.told(2), None);
        assert!(!chapman(2000, 1500, 1400).unwrap().is_wide());
        let (likely, low, high) = chapman(200, 150, 30).unwrap().lacking(200);
        assert!(
            low < likely && likely < high && low >= 120.0,
            "those on the list alone are missing at least"
        );
        village.add(0b111, 5);
        assert_eq!(village.estimate(3), chao(3, 325, 290, 30));
    }

    #[test]
    fn completeness_turns_the_interval_round() {
        let found = chapman(200, 150, 30).unwrap();
        let (share, low, high) = found.completeness(200);
        assert!(low < share && share < high && high <= 1.0);
    }
}
