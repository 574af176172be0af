//! The calendar: what day is worked, how long, and where a span of time ends.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::china_time::{date_at, day_number, instant, latest, split};
use crate::document::{self, CalendarError, Special, Year};
use crate::hours::Hours;
use crate::span::{Kind, Span};
use crate::workdays::Workdays;

/// The years whose holidays have been announced and are known, as `(name, text)` for [`Calendar::from_toml`].
pub const BUILT_IN: [(&str, &str); 2] = [
    ("cn-2025.toml", include_str!("../data/cn-2025.toml")),
    ("cn-2026.toml", include_str!("../data/cn-2026.toml")),
];

/// Monday to Friday.
const DEFAULT_WEEK: [bool; 7] = [true, true, true, true, true, false, false];

/// Working days and hours, holidays and make-up workdays. A year without data has its weekdays only: ask
/// [`covered`](Self::covered) and warn.
///
/// Instants are microseconds since the Unix epoch; dates are those of China. An instant outside the years
/// -9999 to 9999 is taken as the nearest one inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    hours: Hours,
    workdays: Workdays,
    special: BTreeMap<Date, Special>,
    years: BTreeMap<i16, Year>,
}

impl Calendar {
    /// Monday to Friday, 08:30–12:00 and 14:00–17:30, with the State Council's holidays of the
    /// [built-in](BUILT_IN) years.
    #[must_use]
    pub fn china() -> Self {
        Self::from_toml(BUILT_IN).expect("the built-in texts are read by this crate's tests")
    }

    /// A calendar of several texts, given as `(name, text)`; a county adds its own behind [`BUILT_IN`]. A
    /// text's hours replace those of the texts before it, and its year replaces the same year, as a whole.
    /// Without hours they are those of [`china`](Self::china). Each text holds hours, a year, or both:
    ///
    /// ```toml
    /// [hours]
    /// days = ["mon", "tue", "wed", "thu", "fri"]
    /// intervals = ["08:30-12:00", "14:00-17:30"]
    ///
    /// [year]
    /// number = 2026
    /// source = "the notice that arranged it"
    /// certainty = "how sure we are of these dates"
    ///
    /// [[holiday]]
    /// name = "劳动节"
    /// from = 2026-05-01      # both ends are off
    /// to = 2026-05-05
    /// makeup = [2026-05-09]  # worked in exchange
    /// ```
    ///
    /// # Errors
    /// Names the text and, as its source, the first thing wrong with it.
    pub fn from_toml<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, CalendarError> {
        let (mut week, mut hours) = (DEFAULT_WEEK, Hours::default());
        let mut arranged = BTreeMap::new();
        for (name, text) in texts {
            let read =
                document::read(text).map_err(|source| CalendarError { name: name.to_owned(), source })?;
            if let Some(given) = read.hours {
                (week, hours) = given;
            }
            if let Some((year, days)) = read.year {
                arranged.insert(year.number, (year, days));
            }
        }
        let (mut years, mut special) = (BTreeMap::new(), BTreeMap::new());
        for (number, (year, days)) in arranged {
            years.insert(number, year);
            special.extend(days);
        }
        let exceptions = special.iter().map(|(date, day)| (day_number(*date), day.is_makeup));
        let workdays = Workdays::new(week, exceptions);
        Ok(Self { hours, workdays, special, years })
    }

    /// Whether the holidays of the date's year are known; if not, its answers are weekdays only.
    #[must_use]
    pub fn covered(&self, date: Date) -> bool {
        self.years.contains_key(&date.year())
    }

    /// The first year between two dates, both included, whose holidays are not known.
    #[must_use]
    pub fn unknown_year(&self, from: Date, to: Date) -> Option<i16> {
        (from.year()..=to.year()).find(|year| !self.years.contains_key(year))
    }

    /// The years whose holidays are known, in order, with where they come from.
    pub fn years(&self) -> impl Iterator<Item = &Year> {
        self.years.values()
    }

    /// The holiday on which the date is off, weekend days within it included.
    #[must_use]
    pub fn holiday(&self, date: Date) -> Option<&str> {
        self.special.get(&date).filter(|day| !day.is_makeup).map(|day| day.name.as_str())
    }

    /// The holiday in exchange for which the date is worked (调休).
    #[must_use]
    pub fn makeup(&self, date: Date) -> Option<&str> {
        self.special.get(&date).filter(|day| day.is_makeup).map(|day| day.name.as_str())
    }

    /// Whether people work on the date.
    #[must_use]
    pub fn is_workday(&self, date: Date) -> bool {
        self.workdays.is_workday(day_number(date))
    }

    /// The first workday after the date.
    #[must_use]
    pub fn next_workday(&self, date: Date) -> Date {
        self.add_workdays(date, 1)
    }

    /// The `count`th workday after the date, which itself does not count, whether worked or not: "within
    /// five working days" of it ends with this day. Backwards when negative; the date itself when zero.
    #[must_use]
    pub fn add_workdays(&self, date: Date, count: i32) -> Date {
        let day = day_number(date);
        let count = i64::from(count);
        match count {
            0 => date,
            1.. => date_at(self.workdays.nth(self.workdays.before(day + 1) + count - 1)),
            _ => date_at(self.workdays.nth(self.workdays.before(day) + count)),
        }
    }

    /// The first instant, not before `start_us`, by which the span has passed since `start_us`. A span of
    /// working time ends while people work: at 17:30 rather than at 08:30 the next day. A span that would
    /// lead beyond the year 9999 ends with it.
    #[must_use]
    pub fn add(&self, start_us: i64, span: Span) -> i64 {
        self.add_us(start_us, span.micros(), span.kind)
    }

    /// As [`add`](Self::add), for a length to the microsecond, such as what [`between`](Self::between)
    /// measured. A length of zero or less ends where it starts.
    #[must_use]
    pub fn add_us(&self, start_us: i64, length_us: i64, kind: Kind) -> i64 {
        let (day, into_us) = split(start_us);
        let start_us = instant(day, into_us);
        let end_us = match kind {
            _ if length_us <= 0 => start_us,
            Kind::Calendar => start_us.saturating_add(length_us),
            Kind::Working => self.reaching(self.worked_before(start_us).saturating_add(length_us)),
        };
        end_us.min(latest())
    }

    /// The microseconds of that kind of time from one instant to another; negative when `to_us` is earlier.
    ///
    /// For any span, `between(t, add(t, span), span.kind) == span.micros()`, unless the year 9999 cut it.
    #[must_use]
    pub fn between(&self, from_us: i64, to_us: i64, kind: Kind) -> i64 {
        let position = |instant_us| match kind {
            Kind::Working => self.worked_before(instant_us),
            Kind::Calendar => {
                let (day, into_us) = split(instant_us);
                instant(day, into_us)
            }
        };
        position(to_us) - position(from_us)
    }

    /// The working time before an instant, counted from a fixed day near the epoch.
    fn worked_before(&self, instant_us: i64) -> i64 {
        let (day, into_us) = split(instant_us);
        let today = if self.workdays.is_workday(day) { self.hours.before(into_us) } else { 0 };
        self.workdays.before(day) * self.hours.total_us() + today
    }

    /// The first instant before which there is so much working time, or the last there is.
    fn reaching(&self, worked_us: i64) -> i64 {
        // One microsecond less lies within the day that brings the last one, even if that is its very end.
        let whole_days = (worked_us - 1).div_euclid(self.hours.total_us());
        let day = self.workdays.nth(whole_days);
        if day > day_number(Date::MAX) {
            return latest();
        }
        instant(day, self.hours.reaching(worked_us - whole_days * self.hours.total_us()))
    }
}
