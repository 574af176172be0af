//! Time as a parameter: whole microseconds since the Unix epoch, and China standard time for people.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

/// Whole microseconds since 1970-01-01T00:00:00Z, as every table stores time.
pub type Micros = i64;

/// One second, minute, hour and day in [`Micros`].
pub const SECOND: Micros = 1_000_000;
/// Sixty seconds.
pub const MINUTE: Micros = 60 * SECOND;
/// Sixty minutes.
pub const HOUR: Micros = 60 * MINUTE;
/// Twenty-four hours.
pub const DAY: Micros = 24 * HOUR;

/// Where "now" comes from. The program uses [`Clock::system`]; tests and the demo set their own.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Clock {
        Clock(Source::System)
    }

    /// A clock that stands still at `at` until [`Clock::set`] moves it.
    pub fn fixed(at: Micros) -> Clock {
        Clock(Source::Set(Arc::new(AtomicI64::new(at))))
    }

    /// Moves a fixed clock; every clone of it moves too. A system clock stays as it is.
    pub fn set(&self, at: Micros) {
        if let Source::Set(value) = &self.0 {
            value.store(at, Ordering::SeqCst);
        }
    }

    /// The present moment.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> Micros {
        match &self.0 {
            Source::System => Timestamp::now().as_microsecond(),
            Source::Set(value) => value.load(Ordering::SeqCst),
        }
    }
}

/// China standard time, UTC+8 all year; the country keeps one zone and no summer time.
pub fn china() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

/// The wall-clock date and time in China at `at`. Moments outside the years -9999 to 9999 are clamped.
pub fn civil(at: Micros) -> DateTime {
    let at = at.clamp(Timestamp::MIN.as_microsecond(), Timestamp::MAX.as_microsecond());
    Timestamp::from_microsecond(at).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(china()).datetime()
}

/// The moment a wall-clock time in China stands for.
pub fn micros(civil: DateTime) -> Micros {
    civil.to_zoned(china()).map_or(0, |zoned| zoned.timestamp().as_microsecond())
}

/// The first moment of `date` in China.
pub fn start_of(date: Date) -> Micros {
    micros(date.at(0, 0, 0, 0))
}

/// The first moment of the day `at` lies in, in China.
pub fn start_of_day(at: Micros) -> Micros {
    let shifted = at + 8 * HOUR;
    shifted - shifted.rem_euclid(DAY) - 8 * HOUR
}

/// The first moment of the day after the one `at` lies in, in China.
pub fn end_of_day(at: Micros) -> Micros {
    start_of_day(at) + DAY
}

/// RFC 3339 in China standard time, to the second: `2026-11-22T08:30:00+08:00`.
pub fn rfc3339(at: Micros) -> String {
    civil(at).strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string()
}

/// Reads RFC 3339 with any offset. `None` when the text is no such moment.
pub fn parse_rfc3339(text: &str) -> Option<Micros> {
    text.trim().parse::<Timestamp>().ok().map(|at| at.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_survive_the_way_to_text_and_back() {
        let at = parse_rfc3339("2026-11-22T00:30:00Z").unwrap();
        assert_eq!(rfc3339(at), "2026-11-22T08:30:00+08:00");
        assert_eq!(parse_rfc3339(&rfc3339(at)), Some(at));
        assert_eq!(micros(civil(at)), at);
        assert_eq!(parse_rfc3339("yesterday"), None);
        assert_eq!(rfc3339(i64::MAX).len(), 25);
    }

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = Clock::fixed(5);
        let twin = clock.clone();
        clock.set(9);
        assert_eq!((clock.now(), twin.now()), (9, 9));
    }
}
