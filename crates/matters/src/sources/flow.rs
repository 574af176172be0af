//! Matters per week before and after a measure, and whether they became fewer.
//!
//! Weeks are counted from the day of the measure in both directions, so that none lies on both sides; the week
//! that is not over yet is left out. Whether the flow changed is asked of everything of the category in the place,
//! not of what somebody linked: links are made by hand, and who stops looking would else stop the flow.

use lianxin_foundation::Micros;
use lianxin_foundation::clock::{DAY, start_of_day};

/// Seven days.
pub const WEEK: Micros = 7 * DAY;
/// At most so many weeks are counted on either side.
pub const MOST_WEEKS: i64 = 12;
/// After fewer whole weeks nothing is said of a change.
pub const FEWEST_WEEKS: i64 = 4;
/// How unlikely chance must be: one time in twenty.
const CHANCE: f64 = 0.05;

/// Which weeks are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first moment of the first week.
    pub from: Micros,
    /// How many weeks lie before the measure; all of them where there is none.
    pub before: i64,
    /// How many whole weeks have passed since the measure, at most [`MOST_WEEKS`].
    pub after: i64,
}

impl Span {
    /// The weeks around a measure that holds since `measure`; the last [`MOST_WEEKS`] up to today without one.
    pub fn around(measure: Option<Micros>, now: Micros) -> Span {
        let (middle, after) = match measure.map(start_of_day) {
            Some(day) => (day, ((now - day) / WEEK).clamp(0, MOST_WEEKS)),
            None => (start_of_day(now), 0),
        };
        Span { from: middle - MOST_WEEKS * WEEK, before: MOST_WEEKS, after }
    }

    /// The first moment after it.
    pub fn to(self) -> Micros {
        self.from + self.weeks() * WEEK
    }

    /// How many weeks it has.
    pub fn weeks(self) -> i64 {
        self.before + self.after
    }
}

/// One week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// Its first moment.
    pub from: Micros,
    /// How many linked matters came in.
    pub linked: i64,
    /// How many of the category came in from the place, the linked ones of it among them.
    pub alike: i64,
    /// Whether the measure held by then.
    pub after: bool,
}

/// Puts weeks and counts together: `(week, n)` from week 0 of the span on; a week without any is not among them.
pub fn weeks(span: Span, linked: &[(i64, i64)], alike: &[(i64, i64)]) -> Vec<Week> {
    let of =
        |counted: &[(i64, i64)], week: i64| counted.iter().find(|(at, _)| *at == week).map_or(0, |(_, n)| *n);
    let week = |at: i64| Week {
        from: span.from + at * WEEK,
        linked: of(linked, at),
        alike: of(alike, at),
        after: at >= span.before,
    };
    (0..span.weeks()).map(week).collect()
}

/// What the weeks say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No measure holds yet.
    NoMeasure,
    /// Too few whole weeks have passed since.
    Early,
    /// Nothing came in on either side.
    Nothing,
    /// None came in since, and chance would hardly do that.
    Stopped,
    /// Fewer than chance would explain.
    Fewer,
    /// More than chance would explain.
    More,
    /// What changed may be chance.
    Unclear,
}

impl Verdict {
    /// The stable code in the API.
    pub fn code(self) -> &'static str {
        match self {
            Verdict::NoMeasure => "no-measure",
            Verdict::Early => "early",
            Verdict::Nothing => "nothing",
            Verdict::Stopped => "stopped",
            Verdict::Fewer => "fewer",
            Verdict::More => "more",
            Verdict::Unclear => "unclear",
        }
    }

    /// The message id of what a page says.
    pub fn message(self) -> &'static str {
        match self {
            Verdict::NoMeasure => "source-flow-no-measure",
            Verdict::Early => "source-flow-early",
            Verdict::Nothing => "source-flow-nothing",
            Verdict::Stopped => "source-flow-stopped",
            Verdict::Fewer => "source-flow-fewer",
            Verdict::More => "source-flow-more",
            Verdict::Unclear => "source-flow-unclear",
        }
    }
}

/// Whether the flow changed: given how many came in at all, how likely is it that so few (or so many) of them fell
/// into the weeks since, had nothing changed? That number is binomial (the conditional test of two Poisson rates,
/// Przyborowski and Wilenski 1940).
pub fn verdict(span: Span, weeks: &[Week], measured: bool) -> Verdict {
    if !measured {
        return Verdict::NoMeasure;
    }
    if span.after < FEWEST_WEEKS {
        return Verdict::Early;
    }
    let sum = |after: bool| weeks.iter().filter(|week| week.after == after).map(|week| week.alike).sum();
    let (before, after): (i64, i64) = (sum(false), sum(true));
    if before + after == 0 {
        return Verdict::Nothing;
    }
    let share = span.after as f64 / span.weeks() as f64;
    let few = at_most(after, before + after, share);
    let many = at_most(before, before + after, 1.0 - share);
    match (few <= CHANCE, many <= CHANCE) {
        (true, _) if after == 0 => Verdict::Stopped,
        (true, _) => Verdict::Fewer,
        (_, true) => Verdict::More,
        _ => Verdict::Unclear,
    }
}

/// The probability of at most `k` hits among `n` with chance `p` each, `0 < p < 1`.
fn at_most(k: i64, n: i64, p: f64) -> f64 {
    let odds = (p / (1.0 - p)).ln();
    // The logarithm of each term from the one before: the terms themselves may be too small for a number.
    let mut term = n as f64 * (1.0 - p).ln();
    let mut sum = term.exp();
    for hits in 1..=k {
        term += ((n - hits + 1) as f64 / hits as f64).ln() + odds;
        sum += term.exp();
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::clock::parse_rfc3339;

    use super::*;

    fn at(text: &str) -> Micros {
        parse_rfc3339(text).unwrap()
    }

    #[test]
    fn no_week_lies_on_both_sides_of_a_measure() {
        let now = at("2026-11-22T08:30:00+08:00");
        let span = Span::around(Some(at("2026-10-20T15:00:00+08:00")), now);
        assert_eq!((span.before, span.after), (12, 4), "the fifth week is not over");
        assert_eq!(span.from + span.before * WEEK, at("2026-10-20T00:00:00+08:00"));
        let none = Span::around(None, now);
        assert_eq!((none.after, none.to()), (0, at("2026-11-22T00:00:00+08:00")));
        let long = Span::around(Some(at("2026-01-01T00:00:00+08:00")), now);
        assert_eq!(long.after, MOST_WEEKS);
        assert_eq!(Span::around(Some(now + DAY), now).after, 0, "it does not hold yet");
    }

    #[test]
    fn weeks_without_any_are_there() {
        let span = Span { from: 0, before: 2, after: 1 };
        let all = weeks(span, &[(1, 2)], &[(1, 5), (2, 1)]);
        let told: Vec<_> =
            all.iter().map(|week| (week.from / WEEK, week.linked, week.alike, week.after)).collect();
        assert_eq!(told, [(0, 0, 0, false), (1, 2, 5, false), (2, 0, 1, true)]);
    }

    #[test]
    fn a_change_is_told_from_chance() {
        for (before, after, weeks_after, said) in [
            (0, 0, 12, Verdict::Nothing),
            (24, 0, 12, Verdict::Stopped),
            (4, 0, 12, Verdict::Unclear),
            (5, 0, 12, Verdict::Stopped),
            (30, 12, 12, Verdict::Fewer),
            (12, 10, 12, Verdict::Unclear),
            (10, 30, 12, Verdict::More),
            // Four weeks of twelve: a quarter of what came in is what to expect.
            (12, 4, 4, Verdict::Unclear),
            (12, 0, 4, Verdict::Stopped),
            (40_000, 30_000, 12, Verdict::Fewer),
            (12, 0, 3, Verdict::Early),
        ] {
            let span = Span { from: 0, before: 12, after: weeks_after };
            let all = weeks(span, &[], &[(0, before), (12, after)]);
            assert_eq!(verdict(span, &all, true), said, "{before} and {after} in {weeks_after} weeks");
            assert_eq!(verdict(span, &all, false), Verdict::NoMeasure);
        }
    }

    #[test]
    fn the_binomial_is_the_binomial() {
        for (k, n, p, expected) in [(0, 5, 0.5, 0.031_25), (1, 4, 0.5, 0.3125), (2, 2, 0.25, 1.0)] {
            let difference: f64 = at_most(k, n, p) - expected;
            assert!(difference.abs() < 1e-12, "{k} of {n}");
        }
    }
}
