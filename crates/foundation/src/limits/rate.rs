//! "So many at once, then so many a minute", counted with one number per asker.

use std::str::FromStr;

use crate::clock::{HOUR, MINUTE, Micros, SECOND};

/// How much may be taken at once, and how quickly it may be taken again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    burst: i64,
    /// The time in which one unit comes back.
    each: Micros,
}

impl Rate {
    /// `burst` units at once, and `count` more in every `per`; both at least one.
    pub const fn new(burst: i64, count: i64, per: Micros) -> Rate {
        let burst = if burst < 1 { 1 } else { burst };
        let count = if count < 1 { 1 } else { count };
        let each = per / count;
        Rate { burst, each: if each < 1 { 1 } else { each } }
    }

    /// Takes `units` (at most the burst) from an asker whose debt is paid off at `free`: the new moment of
    /// that kind, or how long to wait.
    ///
    /// This is the leaky bucket as a meter, told by one moment instead of a level and a time (the "generic
    /// cell rate algorithm" of ITU-T I.371).
    pub(super) fn take(self, free: Micros, units: i64, now: Micros) -> Result<Micros, Micros> {
        let whole = self.burst * self.each;
        // A clock set back must not leave anybody waiting for longer than a whole bucket.
        let free = free.clamp(now, now + whole);
        let after = free + units.clamp(1, self.burst) * self.each;
        if after - now <= whole { Ok(after) } else { Err(after - now - whole) }
    }
}

/// Why a rate cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not like `120 + 10/minute`: so many at once, then so many a second, minute or hour")]
pub struct NoRate(String);

impl FromStr for Rate {
    type Err = NoRate;

    fn from_str(text: &str) -> Result<Rate, NoRate> {
        let read = || {
            let (burst, rest) = text.split_once('+')?;
            let (count, per) = rest.split_once('/')?;
            let per = match per.trim() {
                "second" => SECOND,
                "minute" => MINUTE,
                "hour" => HOUR,
                _ => return None,
            };
            let number = |text: &str| text.trim().parse().ok().filter(|n| (1..=1_000_000).contains(n));
            Some(Rate::new(number(burst)?, number(count)?, per))
        };
        read().ok_or_else(|| NoRate(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_as_it_is_said() {
        assert_eq!("120 + 10/minute".parse::<Rate>().unwrap(), Rate::new(120, 10, MINUTE));
        assert_eq!("1+1/hour".parse::<Rate>().unwrap(), Rate::new(1, 1, HOUR));
        assert_eq!(" 5 + 2 / second ".parse::<Rate>().unwrap(), Rate::new(5, 2, SECOND));
        for wrong in [
            "",
            "10",
            "10/minute",
            "0 + 1/minute",
            "1 + 0/minute",
            "1 + 1/week",
            "-1 + 1/minute",
            "x + 1/hour",
        ] {
            assert!(wrong.parse::<Rate>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_burst_passes_and_then_one_at_a_time() {
        let rate = Rate::new(3, 6, MINUTE);
        let mut free = 0;
        for _ in 0..3 {
            free = rate.take(free, 1, 0).unwrap();
        }
        assert_eq!(rate.take(free, 1, 0), Err(10 * SECOND));
        assert_eq!(rate.take(free, 1, 4 * SECOND), Err(6 * SECOND));
        let free = rate.take(free, 1, 10 * SECOND).unwrap();
        assert_eq!(rate.take(free, 1, 10 * SECOND), Err(10 * SECOND));
        assert!(rate.take(free, 3, HOUR).is_ok(), "an hour later all of it is there again");
    }

    #[test]
    fn what_is_larger_than_the_burst_takes_all_of_it() {
        let rate = Rate::new(3, 6, MINUTE);
        let free = rate.take(0, 100, 0).unwrap();
        assert_eq!(rate.take(free, 100, 0), Err(30 * SECOND));
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let rate = Rate::new(3, 6, MINUTE);
        let free = rate.take(HOUR, 3, HOUR).unwrap();
        assert_eq!(rate.take(free, 1, 0), Err(10 * SECOND));
    }
}
