//! The working hours of one day.

use crate::china_time::DAY_US;

const MINUTE_US: i64 = 60 * 1_000_000;

/// The working intervals of a workday, in order and apart, as microseconds since midnight; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hours {
    intervals: Vec<(i64, i64)>,
    total_us: i64,
}

impl Default for Hours {
    /// 08:30–12:00 and 14:00–17:30: seven hours.
    fn default() -> Self {
        const HALF_HOUR_US: i64 = 30 * MINUTE_US;
        Self {
            intervals: vec![(17 * HALF_HOUR_US, 24 * HALF_HOUR_US), (28 * HALF_HOUR_US, 35 * HALF_HOUR_US)],
            total_us: 14 * HALF_HOUR_US,
        }
    }
}

impl Hours {
    /// Reads intervals like `08:30-12:00`; the error is the sentence about the first wrong one.
    pub(crate) fn parse<'a>(intervals: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut read: Vec<(i64, i64)> = Vec::new();
        for text in intervals {
            let (from, to) = parse_interval(text)
                .ok_or_else(|| format!("{text:?} is no interval: write it like \"08:30-12:00\""))?;
            if from >= to {
                return Err(format!("{text:?} ends before it begins"));
            }
            if read.last().is_some_and(|before| from < before.1) {
                return Err(format!("{text:?} begins before the interval in front of it ends"));
            }
            read.push((from, to));
        }
        if read.is_empty() {
            return Err("there is no interval".to_owned());
        }
        let total_us = read.iter().map(|(from, to)| to - from).sum();
        Ok(Self { intervals: read, total_us })
    }

    /// The working time of a whole day.
    pub(crate) const fn total_us(&self) -> i64 {
        self.total_us
    }

    /// The working time in the first `into_us` microseconds of a day.
    pub(crate) fn before(&self, into_us: i64) -> i64 {
        self.intervals.iter().map(|(from, to)| (into_us.min(*to) - from).max(0)).sum()
    }

    /// How far into the day so much working time is first reached; more than a day has is reached at its
    /// last interval's end.
    pub(crate) fn reaching(&self, worked_us: i64) -> i64 {
        let mut left = worked_us;
        let mut reached = 0;
        for (from, to) in &self.intervals {
            if left <= 0 {
                break;
            }
            reached = (from + left).min(*to);
            left -= to - from;
        }
        reached
    }
}

fn parse_interval(text: &str) -> Option<(i64, i64)> {
    let (from, to) = text.split_once('-')?;
    Some((parse_time(from.trim())?, parse_time(to.trim())?))
}

/// `HH:MM` up to 24:00, as microseconds since midnight.
fn parse_time(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (parse_two_digits(hours)?, parse_two_digits(minutes)?);
    let time = (hours * 60 + minutes) * MINUTE_US;
    (minutes < 60 && time <= DAY_US).then_some(time)
}

fn parse_two_digits(text: &str) -> Option<i64> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_read() {
        let hours = Hours::parse(["08:30-12:00", "14:00 - 17:30"]).unwrap();
        assert_eq!(hours, Hours::default());
        assert_eq!(hours.total_us(), 7 * 60 * MINUTE_US);
        assert_eq!(Hours::parse(["00:00-24:00"]).unwrap().total_us(), DAY_US);
        assert!(Hours::parse(["08:00-12:00", "12:00-16:00"]).is_ok(), "intervals may touch");
    }

    #[test]
    fn wrong_intervals_are_told() {
        let cases = [
            (&[][..], "there is no interval"),
            (&["8:30-12:00"], "is no interval"),
            (&["08:30"], "is no interval"),
            (&["08:60-12:00"], "is no interval"),
            (&["08:30-24:01"], "is no interval"),
            (&["+8:30-12:00"], "is no interval"),
            (&["12:00-08:30"], "ends before it begins"),
            (&["12:00-12:00"], "ends before it begins"),
            (&["08:30-12:00", "11:59-17:30"], "begins before the interval in front of it ends"),
        ];
        for (intervals, expected) in cases {
            let error = Hours::parse(intervals.iter().copied()).unwrap_err();
            assert!(error.contains(expected), "{intervals:?}: {error}");
        }
    }

    #[test]
    fn before_and_reaching_are_inverse() {
        let hours = Hours::parse(["08:30-12:00", "14:00-17:30"]).unwrap();
        let at = |hour: i64, minute: i64| (hour * 60 + minute) * MINUTE_US;
        let cases = [
            (at(0, 0), 0),
            (at(8, 30), 0),
            (at(8, 31), 1),
            (at(12, 0), 210),
            (at(13, 0), 210),
            (at(14, 1), 211),
            (at(17, 30), 420),
            (at(24, 0), 420),
        ];
        for (into, minutes) in cases {
            assert_eq!(hours.before(into), minutes * MINUTE_US);
            assert_eq!(hours.before(hours.reaching(minutes * MINUTE_US)), minutes * MINUTE_US);
        }
        assert_eq!(hours.reaching(at(3, 30)), at(12, 0), "reached at the morning's end, not after lunch");
        assert_eq!(hours.reaching(at(3, 30) + 1), at(14, 0) + 1);
    }
}
