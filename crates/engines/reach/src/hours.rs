//! When a station is open: the hours of a week, and those of public holidays.

use std::str::FromStr;

const DAYS: [&str; 8] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"];
const DAYS_A_WEEK: usize = 7;
const MINUTES_A_DAY: usize = 24 * 60;

/// A day of the week, or a public holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(usize);

impl Day {
    /// The first day of the week.
    pub const MONDAY: Day = Day(0);
    /// The last day of the week.
    pub const SUNDAY: Day = Day(DAYS_A_WEEK - 1);
    /// A public holiday, whatever day of the week it falls on.
    pub const HOLIDAY: Day = Day(DAYS_A_WEEK);

    /// The day of the week so many days after Monday.
    #[must_use]
    pub fn after_monday(days: usize) -> Day {
        Day(days % DAYS_A_WEEK)
    }
}

/// The text is none of Mo, Tu, We, Th, Fr, Sa, Su, PH.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is no day: Mo, Tu, We, Th, Fr, Sa, Su, or PH for a public holiday")]
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

/// The hours of a week, and of public holidays, throughout which a station is open. Written as OpenStreetMap
/// writes plain cases: `Mo-Fr 08:30-12:00,14:00-17:30; Sa 09:00-12:00; PH off`, days left out for every day of
/// the week, a span past midnight allowed, `24/7` or nothing for always. A station open from half past eight is
/// not counted at eight. One that says nothing of holidays (`PH`) keeps its Sunday hours on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours([HourSet; DAYS.len()]);

impl Hours {
    /// Never closed.
    pub const ALWAYS: Hours = Hours([ALL_HOURS; DAYS.len()]);

    /// The hours of a day throughout which it is open.
    #[must_use]
    pub fn on(&self, day: Day) -> HourSet {
        self.0[day.0]
    }
}

/// What is wrong with opening hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» are no opening hours such as «Mo-Fr 08:30-17:30; Sa 09:00-12:00; PH off»")]
pub struct HoursError(String);

impl FromStr for Hours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let trimmed = text.trim();
        if trimmed.is_empty() || trimmed == "24/7" {
            return Ok(Hours::ALWAYS);
        }
        let mut open = vec![false; DAYS.len() * MINUTES_A_DAY];
        let mut tells_holidays = false;
        for rule in trimmed.split(';').map(str::trim).filter(|rule| !rule.is_empty()) {
            tells_holidays |= mark(rule, &mut open).ok_or_else(|| HoursError(text.to_owned()))?;
        }
        let mut days = [0; DAYS.len()];
        for (hour, minutes) in open.chunks(60).enumerate() {
            if minutes.iter().all(|open| *open) {
                days[hour / 24] |= 1 << (hour % 24);
            }
        }
        if !tells_holidays {
            days[Day::HOLIDAY.0] = days[Day::SUNDAY.0];
        }
        Ok(Hours(days))
    }
}

/// Marks the open minutes of one rule, or closes its days (`off`), and says whether it speaks of holidays;
/// nothing when it cannot be read.
fn mark(rule: &str, open: &mut [bool]) -> Option<bool> {
    let (days, spans) = match rule.split_once(' ') {
        Some((days, spans)) if days.starts_with(|letter: char| letter.is_ascii_alphabetic()) => (days, spans),
        _ => ("Mo-Su", rule),
    };
    let days: Vec<Day> = days.split(',').map(days_of).collect::<Option<Vec<_>>>()?.concat();
    let tells_holidays = days.contains(&Day::HOLIDAY);
    if ["off", "closed"].contains(&spans.trim()) {
        days.iter().for_each(|day| open[day.0 * MINUTES_A_DAY..][..MINUTES_A_DAY].fill(false));
        return Some(tells_holidays);
    }
    for span in spans.split(',') {
        let (from, to) = span.trim().split_once('-')?;
        let (from, mut to) = (minute(from)?, minute(to)?);
        if to <= from {
            to += MINUTES_A_DAY;
        }
        for day in &days {
            let minutes = (from..to).map(|at| day.0 * MINUTES_A_DAY + at);
            if *day == Day::HOLIDAY {
                // What day comes after a holiday is not known: its hours end at midnight.
                let week = open.len();
                minutes.take_while(|at| *at < week).for_each(|at| open[at] = true);
            } else {
                minutes.for_each(|at| open[at % (DAYS_A_WEEK * MINUTES_A_DAY)] = true);
            }
        }
    }
    Some(tells_holidays)
}

/// `Fr` or `Fr-Mo` as days; a holiday is no end of a span.
fn days_of(text: &str) -> Option<Vec<Day>> {
    let Some((from, to)) = text.split_once('-') else { return Some(vec![text.parse().ok()?]) };
    let (from, to): (Day, Day) = (from.parse().ok()?, to.parse().ok()?);
    if from == Day::HOLIDAY || to == Day::HOLIDAY {
        return None;
    }
    let count = (to.0 + DAYS_A_WEEK - from.0) % DAYS_A_WEEK + 1;
    Some((from.0..from.0 + count).map(Day::after_monday).collect())
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
    fn holidays_are_days_of_their_own() {
        assert_eq!(
            on("Mo-Fr 09:00-11:00; Su 10:00-11:00", "PH"),
            [10],
            "who says nothing keeps Sunday's hours"
        );
        assert_eq!(on("Mo-Su 09:00-11:00; PH off", "PH"), [0; 0]);
        assert_eq!(on("Mo-Su 09:00-11:00; PH off", "Su"), [9, 10]);
        assert_eq!(on("Mo-Fr,PH 09:00-11:00", "PH"), [9, 10]);
        assert_eq!(on("08:00-09:00; PH 22:00-02:00", "ph"), [22, 23], "a holiday's hours end at midnight");
        assert_eq!(on("08:00-09:00; PH 22:00-02:00", "Mo"), [8], "and begin no other day");
        assert_eq!(on("08:00-10:00; Sa-Su off", "Sa"), [0; 0]);
        assert_eq!(on("24/7", "PH").len(), 24);
    }

    #[test]
    fn what_is_not_hours_is_refused() {
        for text in [
            "8-12",
            "Mo",
            "Mo 08:00",
            "Xx 08:00-09:00",
            "08:00-25:00",
            "08:60-09:00",
            "+8:00-09:00",
            "Mo- 1",
            "Fr-PH 08:00-09:00",
            "PH-Mo 08:00-09:00",
            "Mo offen",
        ] {
            assert_eq!(text.parse::<Hours>(), Err(HoursError(text.to_owned())));
        }
    }
}
