//! Reading and checking the TOML texts a calendar is made of; [`Calendar::from_toml`](crate::Calendar::from_toml)
//! shows what they hold.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use toml::value::Datetime;

use crate::hours::Hours;

/// Where a year's holidays come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    /// Which year.
    pub number: i16,
    /// The notice that arranged them.
    pub source: String,
    /// How sure we are that these are the notice's dates.
    pub certainty: String,
}

/// Which text is wrong, and how.
#[derive(Debug, thiserror::Error)]
#[error("calendar {name}")]
pub struct CalendarError {
    /// The text's name, as given with it.
    pub name: String,
    /// What is wrong.
    pub source: Flaw,
}

/// What can be wrong with a calendar's text.
#[derive(Debug, thiserror::Error)]
pub enum Flaw {
    /// Not TOML, or a key that is missing, unknown or of another type.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    /// No working day in the week.
    #[error("no day of the week is a working day")]
    NoWorkday,
    /// The working intervals make no sense.
    #[error("working hours: {0}")]
    Hours(String),
    /// Neither hours nor a year.
    #[error("there is neither [hours] nor [year] in it")]
    Nothing,
    /// A year without a single holiday, as when only its head was copied: it would count as known.
    #[error("the year {0} has no [[holiday]]")]
    NoHolidays(i16),
    /// Holidays without a `[year]` they belong to.
    #[error("holidays need a [year] with number, source and certainty")]
    NoYear,
    /// A TOML time that is not just a date.
    #[error("{0} is not a plain date like 2026-05-01")]
    NoDate(String),
    /// A holiday that ends before it begins.
    #[error("{name} ends on {to}, before it begins on {from}")]
    Backwards {
        /// The holiday.
        name: String,
        /// Its first day.
        from: Date,
        /// Its last day.
        to: Date,
    },
    /// A date outside the year, and not in the December before, where New Year's make-up days may lie.
    #[error("{name}: {date} is neither in {year} nor in the December before")]
    OtherYear {
        /// The holiday.
        name: String,
        /// The date.
        date: Date,
        /// The year of the text.
        year: i16,
    },
    /// One date is said to be two things.
    #[error("{date} is given twice, by {first} and {second}")]
    Twice {
        /// The date.
        date: Date,
        /// The holiday that named it first.
        first: String,
        /// The holiday that named it again.
        second: String,
    },
}

/// A day that differs from its weekday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Special {
    /// The holiday it belongs to.
    pub(crate) name: String,
    /// Whether people work on it.
    pub(crate) is_makeup: bool,
}

/// A text that has been checked.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) hours: Option<([bool; 7], Hours)>,
    pub(crate) year: Option<(Year, BTreeMap<Date, Special>)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    hours: Option<HoursTable>,
    year: Option<Year>,
    #[serde(default)]
    holiday: Vec<Holiday>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HoursTable {
    days: Vec<DayName>,
    intervals: Vec<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DayName {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    name: String,
    from: Datetime,
    to: Datetime,
    #[serde(default)]
    makeup: Vec<Datetime>,
}

/// Reads and checks one text.
pub(crate) fn read(text: &str) -> Result<Checked, Flaw> {
    let document: Document = toml::from_str(text)?;
    let hours = document.hours.as_ref().map(check_hours).transpose()?;
    let year = match document.year {
        Some(year) if document.holiday.is_empty() => return Err(Flaw::NoHolidays(year.number)),
        Some(year) => {
            let days = special_days(year.number, &document.holiday)?;
            Some((year, days))
        }
        None if hours.is_none() && document.holiday.is_empty() => return Err(Flaw::Nothing),
        None if document.holiday.is_empty() => None,
        None => return Err(Flaw::NoYear),
    };
    Ok(Checked { hours, year })
}

fn check_hours(table: &HoursTable) -> Result<([bool; 7], Hours), Flaw> {
    let mut week = [false; 7];
    for day in &table.days {
        week[*day as usize] = true;
    }
    if table.days.is_empty() {
        return Err(Flaw::NoWorkday);
    }
    let hours = Hours::parse(table.intervals.iter().map(String::as_str)).map_err(Flaw::Hours)?;
    Ok((week, hours))
}

fn special_days(year: i16, holidays: &[Holiday]) -> Result<BTreeMap<Date, Special>, Flaw> {
    let mut days: BTreeMap<Date, Special> = BTreeMap::new();
    for holiday in holidays {
        for (date, is_makeup) in days_of(holiday)? {
            let name = holiday.name.clone();
            let is_december_before = date.month() == 12 && date.year() + 1 == year;
            if date.year() != year && !is_december_before {
                return Err(Flaw::OtherYear { name, date, year });
            }
            if let Some(first) = days.insert(date, Special { name, is_makeup }) {
                return Err(Flaw::Twice { date, first: first.name, second: holiday.name.clone() });
            }
        }
    }
    Ok(days)
}

/// The days off, then the make-up days.
fn days_of(holiday: &Holiday) -> Result<Vec<(Date, bool)>, Flaw> {
    let (from, to) = (plain_date(holiday.from)?, plain_date(holiday.to)?);
    if to < from {
        return Err(Flaw::Backwards { name: holiday.name.clone(), from, to });
    }
    let makeup = holiday.makeup.iter().map(|day| Ok((plain_date(*day)?, true)));
    let off = from.series(jiff::Span::new().days(1)).take_while(|day| *day <= to);
    off.map(|day| Ok((day, false))).chain(makeup).collect()
}

fn plain_date(value: Datetime) -> Result<Date, Flaw> {
    match value {
        Datetime { date: Some(_), time: None, offset: None } => value.to_string().parse().ok(),
        _ => None,
    }
    .ok_or_else(|| Flaw::NoDate(value.to_string()))
}
