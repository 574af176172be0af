//! When a station is open: the hours of a week.

use std::str::FromStr;

const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const MINUTES_A_DAY: usize = 24 * 60;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(usize);

impl Day {
    /// The first day of the week.
    pub const MONDAY: Day = Day(0);
}

/// The text is none of Mo, Tu, We, Th, Fr, Sa, Su.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is no day: Mo, Tu, We, Th, Fr, Sa or Su")]
pub struct UnknownDay(String);

impl FromStr for Day {
    type Err = UnknownDay;

    fn from_str(text: &str) -> Result<Self, UnknownDay> {
        let found = DAYS.iter().position(|day| day.eq_ignore_ascii_case(text.trim()));
        found.map(Day).ok_or_else(|| UnknownDay(text.to_owned()))
    }
}

/// A set of the hours of one day: bit 0 is the hour from midnight.
pub type HourSet = u32;

/// Every hour of a day.
pub const ALL_HOURS: HourSet = (1 << 24) - 1;

/// The hours of a week throughout which a station is open. Written as OpenStreetMap writes plain cases:
/// `Mo-Fr 08:30-12:00,14:00-17:30; Sa 09:00-12:00`, days left out for every day, a span past midnight
/// allowed, `24/7` or nothing for always. A station open from half past eight is not counted at eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours([HourSet; 7]);

impl Hours {
    /// Never closed.
    pub const ALWAYS: Hours = Hours([ALL_HOURS; 7]);

    /// The hours of a day throughout which it is open.
    #[must_use]
    pub fn on(&self, day: Day) -> HourSet {
        self.0[day.0]
    }
}

/// What is wrong with opening hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» are no opening hours such as «Mo-Fr 08:30-17:30; Sa 09:00-12:00»")]
pub struct HoursError(String);

impl FromStr for Hours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let trimmed = text.trim();
        if trimmed.is_empty() || trimmed == "24/7" {
            return Ok(Hours::ALWAYS);
        }
        let mut open = vec![false; 7 * MINUTES_A_DAY];
        for rule in trimmed.split(';').map(str::trim).filter(|rule| !rule.is_empty()) {
            mark(rule, &mut open).ok_or_else(|| HoursError(text.to_owned()))?;
        }
        let mut week = [0; 7];
        for (hour, minutes) in open.chunks(60).enumerate() {
            if minutes.iter().all(|open| *open) {
                week[hour / 24] |= 1 << (hour % 24);
            }
        }
        Ok(Hours(week))
    }
}

/// Marks the open minutes of one rule; nothing when it cannot be read.
fn mark(rule: &str, open: &mut [bool]) -> Option<()> {
    let (days, spans) = match rule.split_once(' ') {
        Some((days, spans)) if days.starts_with(|letter: char| letter.is_ascii_alphabetic()) => (days, spans),
        _ => ("Mo-Su", rule),
    };
    for day in days.split(',').map(days_of).collect::<Option<Vec<_>>>()?.into_iter().flatten() {
        for span in spans.split(',') {
            let (from, to) = span.trim().split_once('-')?;
            let (from, mut to) = (minute(from)?, minute(to)?);
            if to <= from {
                to += MINUTES_A_DAY;
            }
            let week = open.len();
            (from..to).for_each(|at| open[(day * MINUTES_A_DAY + at) % week] = true);
        }
    }
    Some(())
}

/// `Fr` or `Fr-Mo` as numbers of days.
fn days_of(text: &str) -> Option<Vec<usize>> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (Day(from), Day(to)) = (from.parse().ok()?, to.parse().ok()?);
    let count = (to + 7 - from) % 7 + 1;
    Some((from..from + count).map(|day| day % 7).collect())
}

/// `HH:MM` as a minute of the day, up to 24:00.
fn minute(text: &str) -> Option<usize> {
    let (hour, minute) = text.trim().split_once(':')?;
    let plain = |part: &str| part.len() == 2 && part.bytes().all(|digit| digit.is_ascii_digit());
    if !plain(hour) || !plain(minute) {
        return None;
    }
    let (hour, minute): (usize, usize) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60 && hour * 60 + minute <= MINUTES_A_DAY).then_some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str, day: &str) -> Vec<u32> {
        let hours = text.parse::<Hours>().unwrap().on(day.parse().unwrap());
        (0..24).filter(|hour| hours >> hour & 1 == 1).collect()
    }

    #[test]
    fn hours_are_read() {
        let station = "Mo-Fr 08:30-12:00,14:00-17:30; Sa 09:00-12:00";
        assert_eq!(on(station, "Mo"), [9, 10, 11, 14, 15, 16], "only what is open throughout");
        assert_eq!(on(station, "sa"), [9, 10, 11]);
        assert_eq!(on(station, "Su"), [0; 0]);
        assert_eq!(on("08:00-10:00,10:00-12:00", "We"), [8, 9, 10, 11]);
        assert_eq!(on("Fr-Mo 22:00-02:00", "Tu"), [0, 1], "past midnight is the next day's");
        assert_eq!(on("Su 22:00-02:00", "Mo"), [0, 1], "and the week goes round");
        assert_eq!(on("00:00-24:00", "Su").len(), 24);
        assert_eq!("24/7".parse::<Hours>().unwrap(), Hours::ALWAYS);
        assert_eq!(" ".parse::<Hours>().unwrap(), Hours::ALWAYS);
    }

    #[test]
    fn what_is_not_hours_is_refused() {
        for text in
            ["8-12", "Mo", "Mo 08:00", "Xx 08:00-09:00", "08:00-25:00", "08:60-09:00", "+8:00-09:00", "Mo- 1"]
        {
            assert_eq!(text.parse::<Hours>(), Err(HoursError(text.to_owned())));
        }
    }
}
