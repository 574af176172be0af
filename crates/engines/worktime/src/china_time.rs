//! Instants and days of China standard time.
//!
//! Internally a day is the number of days since 1970-01-01. Instants outside jiff's years -9999 to 9999 are
//! taken as the first or last one inside, so that every day has a date.

use jiff::SignedDuration;
use jiff::civil::{Date, date};

/// Microseconds in a day.
pub(crate) const DAY_US: i64 = 24 * 3_600 * 1_000_000;

const EPOCH: Date = date(1970, 1, 1);
const UTC_OFFSET_US: i64 = 8 * 3_600 * 1_000_000;

/// The day it is in China at an instant given in microseconds since the Unix epoch.
#[must_use]
pub fn date_of(instant_us: i64) -> Date {
    date_at(split(instant_us).0)
}

/// The instant, in microseconds since the Unix epoch, at which a day begins in China.
#[must_use]
pub fn start_of(date: Date) -> i64 {
    instant(day_number(date), 0)
}

/// Days from the epoch to the date.
pub(crate) fn day_number(date: Date) -> i64 {
    date.duration_since(EPOCH).as_hours() / 24
}

/// The date so many days after the epoch; the last or first there is when it lies beyond.
pub(crate) fn date_at(day: i64) -> Date {
    let day = day.clamp(day_number(Date::MIN), day_number(Date::MAX));
    EPOCH.saturating_add(SignedDuration::from_hours(day * 24))
}

/// The day of an instant and the microseconds since that day began.
pub(crate) fn split(instant_us: i64) -> (i64, i64) {
    let first = day_number(Date::MIN) * DAY_US;
    let last = (day_number(Date::MAX) + 1) * DAY_US - 1;
    let local_us = instant_us.saturating_add(UTC_OFFSET_US).clamp(first, last);
    (local_us.div_euclid(DAY_US), local_us.rem_euclid(DAY_US))
}

/// The instant so many microseconds into a day.
pub(crate) fn instant(day: i64, into_us: i64) -> i64 {
    day * DAY_US + into_us - UTC_OFFSET_US
}

/// The last instant there is.
pub(crate) fn latest() -> i64 {
    instant(day_number(Date::MAX), DAY_US - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_china_begins_at_sixteen_hours_the_day_before() {
        assert_eq!(start_of(date(1970, 1, 1)), -UTC_OFFSET_US);
        assert_eq!(date_of(0), date(1970, 1, 1));
        // 2026-02-16T15:59:59.999999Z and the microsecond after it.
        let midnight = 1_771_257_600_000_000;
        assert_eq!(date_of(midnight - 1), date(2026, 2, 16));
        assert_eq!(date_of(midnight), date(2026, 2, 17));
        assert_eq!(start_of(date(2026, 2, 17)), midnight);
    }

    #[test]
    fn every_date_has_a_number_and_every_instant_a_date() {
        for day in [Date::MIN, date(-1, 3, 1), date(1969, 12, 31), date(2024, 2, 29), Date::MAX] {
            assert_eq!(date_at(day_number(day)), day);
            assert_eq!(date_of(start_of(day)), day);
            assert_eq!(date_of(start_of(day) + DAY_US - 1), day);
        }
        assert_eq!(date_of(i64::MAX), Date::MAX);
        assert_eq!(date_of(i64::MIN), Date::MIN);
        assert_eq!(date_at(i64::MAX), Date::MAX);
    }
}
