//! Whole months in China: the only lengths of time figures are computed for.

use jiff::ToSpan;
use jiff::civil::Date;
use lianxin_foundation::clock::{self, Micros};
use lianxin_foundation::error::{Problem, Result};

/// The longest period one page computes, in months.
const LONGEST: i32 = 24;

/// One calendar month in China.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(Date);

impl Month {
    /// The month `at` lies in.
    pub fn of(at: Micros) -> Month {
        Month(clock::civil(at).date().first_of_month())
    }

    /// Reads `2026-09`.
    pub fn parse(text: &str) -> Option<Month> {
        let (year, month) = text.trim().split_once('-')?;
        if year.len() != 4 || month.len() != 2 {
            return None;
        }
        Date::new(year.parse().ok()?, month.parse().ok()?, 1)
            .ok()
            .filter(|date| date.year() >= 1970)
            .map(Month)
    }

    /// `2026-09`.
    pub fn code(self) -> String {
        self.0.strftime("%Y-%m").to_string()
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month of the year, 1 to 12.
    pub fn number(self) -> i8 {
        self.0.month()
    }

    /// The month so many months later, or earlier when negative.
    #[must_use]
    pub fn later(self, months: i32) -> Month {
        Month(self.0.saturating_add(months.months()).first_of_month())
    }

    /// Its first moment.
    pub fn start(self) -> Micros {
        clock::start_of(self.0)
    }

    /// Months from another one to this one.
    fn since(self, other: Month) -> i32 {
        let months = |month: Month| i32::from(month.year()) * 12 + i32::from(month.number());
        months(self) - months(other)
    }
}

/// From one month to another, both whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first month.
    pub first: Month,
    /// The last month.
    pub last: Month,
}

impl Period {
    /// The month `now` lies in.
    pub fn current(now: Micros) -> Period {
        let month = Month::of(now);
        Period { first: month, last: month }
    }

    /// What was asked for as `2026-07` to `2026-09`. One end left out means one month, both the
    /// present one; ends the wrong way round are turned.
    ///
    /// # Errors
    /// `figures-month-form` for what is no month, `figures-period-long` beyond 24 months.
    pub fn asked(from: &str, to: &str, now: Micros) -> Result<Period> {
        let mut wrong = Problem::invalid();
        let mut read = |field: &'static str, text: &str| {
            let month = Month::parse(text);
            if month.is_none() && !text.trim().is_empty() {
                wrong.fields.push(lianxin_foundation::error::FieldProblem {
                    field: field.into(),
                    code: "figures-month-form",
                });
            }
            month
        };
        let (first, last) = (read("from", from), read("to", to));
        wrong.when_fields()?;
        let one = first.or(last).unwrap_or(Month::of(now));
        let (first, last) = (first.unwrap_or(one), last.unwrap_or(one));
        let period = Period { first: first.min(last), last: first.max(last) };
        if period.months() > LONGEST {
            return Err(Problem::invalid().field("from", "figures-period-long").into());
        }
        Ok(period)
    }

    /// How many months it has.
    pub fn months(self) -> i32 {
        self.last.since(self.first) + 1
    }

    /// Its first moment.
    pub fn start(self) -> Micros {
        self.first.start()
    }

    /// The first moment after it.
    pub fn end(self) -> Micros {
        self.last.later(1).start()
    }

    /// Whether it is not over at `now`.
    pub fn is_open(self, now: Micros) -> bool {
        now < self.end()
    }

    /// As many months just before it.
    #[must_use]
    pub fn before(self) -> Period {
        let months = self.months();
        Period { first: self.first.later(-months), last: self.last.later(-months) }
    }

    /// The last twelve months up to its end, or the period itself when that is longer.
    #[must_use]
    pub fn year(self) -> Period {
        Period { first: self.first.min(self.last.later(-11)), last: self.last }
    }

    /// Its months in order.
    pub fn each(self) -> Vec<Month> {
        (0..self.months()).map(|month| self.first.later(month)).collect()
    }

    /// Up to when the period before is fairly compared: an open period has had only so many days. The
    /// present day counts as a whole on both sides.
    pub fn fair_end_before(self, now: Micros) -> Micros {
        let month = Month::of(now);
        if !self.is_open(now) || month < self.first {
            return self.before().end();
        }
        let then = month.later(-self.months());
        (then.start() + clock::end_of_day(now) - month.start()).min(then.later(1).start())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Micros {
        clock::parse_rfc3339(text).unwrap()
    }

    fn period(from: &str, to: &str) -> Result<Period> {
        Period::asked(from, to, at("2026-11-22T08:30:00+08:00"))
    }

    #[test]
    fn a_month_begins_at_midnight_in_china() {
        assert_eq!(Month::of(at("2026-09-30T15:59:59Z")).code(), "2026-09");
        assert_eq!(Month::of(at("2026-09-30T16:00:00Z")).code(), "2026-10");
        assert_eq!(Month::parse("2026-10").unwrap().start(), at("2026-09-30T16:00:00Z"));
        for text in ["2026-13", "2026-1", "26-01", "", "二〇二六", "0009-01", "2026-09-01"] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_period_is_read_as_it_was_meant() {
        for (from, to, first, last) in [
            ("2026-07", "2026-09", "2026-07", "2026-09"),
            ("2026-09", "2026-07", "2026-07", "2026-09"),
            ("2026-07", "", "2026-07", "2026-07"),
            ("", "", "2026-11", "2026-11"),
        ] {
            let period = period(from, to).unwrap();
            assert_eq!((period.first.code().as_str(), period.last.code().as_str()), (first, last));
        }
        assert!(period("soon", "2026-09").is_err());
        assert!(period("2024-09", "2026-09").is_err());
        assert!(period("2024-10", "2026-09").is_ok());
    }

    #[test]
    fn the_months_before_are_as_many() {
        let quarter = period("2026-01", "2026-03").unwrap();
        assert_eq!(quarter.before(), period("2025-10", "2025-12").unwrap());
        assert_eq!(
            quarter.each().iter().map(|month| month.code()).collect::<Vec<_>>().join(" "),
            "2026-01 2026-02 2026-03"
        );
        assert_eq!(quarter.year().first.code(), "2025-04");
        assert_eq!(quarter.end(), at("2026-03-31T16:00:00Z"));
    }

    #[test]
    fn an_open_month_is_compared_with_as_many_days() {
        let now = at("2026-03-16T09:00:00+08:00");
        let march = Period::current(now);
        assert!(march.is_open(now));
        assert_eq!(march.fair_end_before(now), at("2026-02-17T00:00:00+08:00"));
        // February has fewer days than 30 March: all of it.
        assert_eq!(march.fair_end_before(at("2026-03-30T09:00:00+08:00")), march.start());
        // Over: the whole month before.
        assert_eq!(march.fair_end_before(at("2026-05-01T09:00:00+08:00")), march.start());
        // Not begun: nothing to be fair about.
        assert_eq!(march.fair_end_before(at("2026-01-01T09:00:00+08:00")), march.start());
    }
}
