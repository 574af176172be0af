//! The day that is asked for: of the week, a holiday, or a date, which the calendar knows.

use std::str::FromStr;

use jiff::civil::Date;
use lianxin_reach::Day;
use lianxin_worktime::Calendar;

/// The day whose opening hours count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Any such day.
    Day(Day),
    /// This one.
    Date(Date),
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "«{text}» is neither Mo, Tu, We, Th, Fr, Sa, Su, PH (a public holiday) nor a date like 2026-10-01"
            )
        };
        text.parse().map(When::Day).or_else(|_| text.trim().parse().map(When::Date)).map_err(|_| wrong())
    }
}

impl When {
    /// The day whose hours stations keep. A day worked in exchange for a holiday (调休) is kept like a Monday.
    pub fn day(self, calendar: &Calendar) -> Day {
        match self {
            When::Day(day) => day,
            When::Date(date) if calendar.holiday(date).is_some() => Day::HOLIDAY,
            When::Date(date) if calendar.makeup(date).is_some() => Day::MONDAY,
            When::Date(date) => {
                Day::after_monday(usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0))
            }
        }
    }

    /// The year whose holidays would have to be known and are not.
    pub fn unknown_year(self, calendar: &Calendar) -> Option<i16> {
        match self {
            When::Date(date) if !calendar.covered(date) => Some(date.year()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_of_the_week_a_holiday_or_one_worked_in_exchange() {
        let calendar = Calendar::china();
        let day = |text: &str| text.parse::<When>().unwrap().day(&calendar);
        let of = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(day("2026-03-04"), of("We"));
        assert_eq!(day("2026-03-08"), Day::SUNDAY);
        assert_eq!(day("2026-02-17"), Day::HOLIDAY, "Spring Festival");
        assert_eq!(day("2026-02-14"), Day::MONDAY, "a Saturday that is worked for it");
        assert_eq!(day("sa"), of("Sa"));
        assert_eq!(day("PH"), Day::HOLIDAY);
        let unknown = |text: &str| text.parse::<When>().unwrap().unknown_year(&calendar);
        assert_eq!((unknown("2026-05-01"), unknown("2031-05-01"), unknown("Mo")), (None, Some(2031), None));
        for text in ["", "Monday", "2026-02-30", "05-01", "2026-05"] {
            assert!(text.parse::<When>().is_err_and(|told| told.contains("nor a date like")), "{text}");
        }
    }
}
