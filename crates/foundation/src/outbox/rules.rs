//! When a letter is sent, and when it is tried again.

use crate::clock::{self, DAY, HOUR, MINUTE, Micros};

/// How long whoever took a message has before another program may take it.
pub const LEASE: Micros = 3 * MINUTE;

/// How long after its event a letter is worth sending.
pub const WORTH: Micros = 2 * DAY;

/// The waits between attempts; after the last one it is for an administrator.
const WAITS: [Micros; 7] = [MINUTE, 4 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 8 * HOUR, 16 * HOUR];

/// When to try again after `attempts` of them, or `None` when enough were made. `chance` spreads the moments
/// by up to a fifth either way, so that a service that comes back is not met by everybody at once. What the
/// other side asked for counts where it is longer.
pub fn again(attempts: i64, now: Micros, asked: Option<Micros>, chance: u16) -> Option<Micros> {
    let wait = usize::try_from(attempts - 1).ok().and_then(|at| WAITS.get(at))?;
    let spread = wait / 5 * (2 * i64::from(chance) - i64::from(u16::MAX)) / i64::from(u16::MAX);
    Some(now + (wait + spread).max(asked.unwrap_or(0).min(DAY)))
}

/// The hours in which only urgent news may come, in minutes of the day in China; equal ends: never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// The first minute.
    pub from: i64,
    /// The first minute after.
    pub to: i64,
}

impl Default for Quiet {
    /// From ten at night to seven.
    fn default() -> Quiet {
        Quiet { from: 22 * 60, to: 7 * 60 }
    }
}

impl Quiet {
    /// Whether `at` lies within them.
    pub fn holds(self, at: Micros) -> bool {
        let minute = (at - clock::start_of_day(at)) / MINUTE;
        if self.from <= self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }

    /// The first moment at or after `at` outside of them.
    pub fn until_over(self, at: Micros) -> Micros {
        if !self.holds(at) {
            return at;
        }
        let end = clock::start_of_day(at) + self.to * MINUTE;
        if end > at { end } else { end + DAY }
    }
}

/// When news of `at` is sent to somebody who wants it gathered over `wait`.
pub fn due(at: Micros, wait: Micros, quiet: Quiet, urgent: bool) -> Micros {
    if urgent { at } else { quiet.until_over(at + wait) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22 00:00 in China.
    const MIDNIGHT: Micros = 1_795_276_800_000_000;

    #[test]
    fn waits_grow_spread_and_end() {
        let mut before = 0;
        for attempts in 1..=7 {
            let (low, high) =
                (again(attempts, 0, None, 0).unwrap(), again(attempts, 0, None, u16::MAX).unwrap());
            assert!(before < low && low < high, "{attempts}: {before} {low} {high}");
            assert!(high * 4 <= low * 6 + 4, "a fifth either way: {low} {high}");
            before = high;
        }
        assert_eq!(again(8, 0, None, 0), None);
        assert_eq!(again(1, 0, Some(HOUR), 0), Some(HOUR), "as long as the other side asked for");
        assert_eq!(again(1, 0, Some(400 * DAY), 0), Some(DAY), "but no longer than a day");
    }

    #[test]
    fn nights_are_quiet() {
        let night = Quiet::default();
        for (hour, held) in
            [(0, true), (6, true), (7, false), (12, false), (21, false), (22, true), (23, true)]
        {
            assert_eq!(night.holds(MIDNIGHT + hour * HOUR), held, "{hour}");
        }
        assert_eq!(night.until_over(MIDNIGHT + 23 * HOUR), MIDNIGHT + DAY + 7 * HOUR);
        assert_eq!(night.until_over(MIDNIGHT + 3 * HOUR), MIDNIGHT + 7 * HOUR);
        assert_eq!(night.until_over(MIDNIGHT + 9 * HOUR), MIDNIGHT + 9 * HOUR);
        let noon = Quiet { from: 12 * 60, to: 14 * 60 };
        assert_eq!(noon.until_over(MIDNIGHT + 13 * HOUR), MIDNIGHT + 14 * HOUR);
        assert!(!Quiet { from: 0, to: 0 }.holds(MIDNIGHT));
    }

    #[test]
    fn only_urgent_news_comes_at_night() {
        let late = MIDNIGHT + 22 * HOUR - MINUTE;
        assert_eq!(due(late, 5 * MINUTE, Quiet::default(), false), MIDNIGHT + DAY + 7 * HOUR);
        assert_eq!(due(late, 5 * MINUTE, Quiet::default(), true), late);
        assert_eq!(
            due(MIDNIGHT + 9 * HOUR, 5 * MINUTE, Quiet::default(), false),
            MIDNIGHT + 9 * HOUR + 5 * MINUTE
        );
    }
}
