//! Parameters of the address as old and new clients write them.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::civil::Date;
use lianxin_foundation::Micros;
use lianxin_foundation::clock::start_of;
use lianxin_foundation::error::Problem;

use super::faults::{bad, bad_parameter};
use super::node::readable;

/// What stood after the question mark, in order. A parameter left empty was not given.
#[derive(Debug, Default, Clone)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a query string.
    pub(super) fn read(query: &str) -> Result<Parameters, Problem> {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(query).map_err(|_| bad("open311-unreadable"))?;
        let given = pairs.into_iter().map(|(name, value)| (name, readable(value.trim())));
        Ok(Parameters(given.filter(|(_, value)| !value.is_empty()).collect()))
    }

    /// The value, the first where there are several.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter that may be repeated or separated by commas; each once, in order.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let mut list: Vec<String> = Vec::new();
        let mut known = HashSet::new();
        let values = self.0.iter().filter(|(key, _)| key == name);
        for part in values.flat_map(|(_, value)| value.split(',')).map(str::trim) {
            if !part.is_empty() && known.insert(part) {
                list.push(part.to_owned());
            }
        }
        list
    }

    /// A moment.
    pub(super) fn moment(&self, name: &str) -> Result<Option<Moment>, Problem> {
        let Some(text) = self.one(name) else { return Ok(None) };
        moment(text).map(Some).ok_or_else(|| bad_parameter("open311-bad-date", name))
    }

    /// A whole number from 1.
    pub(super) fn positive(&self, name: &str) -> Result<Option<i64>, Problem> {
        let Some(text) = self.one(name) else { return Ok(None) };
        let number = text.parse().ok().filter(|number| *number >= 1);
        number.map(Some).ok_or_else(|| bad_parameter("open311-bad-number", name))
    }
}

/// A moment as a client gave it: what is known to the second stands for that whole second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// Its first microsecond.
    pub(super) from: Micros,
    /// Its last microsecond.
    pub(super) to: Micros,
}

/// Reads W3C date and time. The offset is a must for a time; a date alone is a day in China. A `+` that
/// was not escaped arrives as a space and is read as the `+` it was.
pub(super) fn moment(text: &str) -> Option<Moment> {
    if let Ok(day) = text.parse::<Date>()
        && text.len() == 10
    {
        let from = start_of(day);
        return Some(Moment { from, to: start_of(day.tomorrow().ok()?) - 1 });
    }
    let repaired = text.replace(' ', "+");
    let seconds = repaired.matches(':').count();
    if !repaired.as_bytes().get(10).is_some_and(|between| between.eq_ignore_ascii_case(&b'T')) || seconds == 0
    {
        return None;
    }
    let from = repaired.parse::<Timestamp>().ok()?.as_microsecond();
    let whole = from.rem_euclid(1_000_000) == 0;
    Some(Moment { from, to: if whole { from + 999_999 } else { from } })
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::clock::{DAY, parse_rfc3339};

    use super::*;

    #[test]
    fn empty_parameters_were_not_given() {
        let sent = Parameters::read("status=&service_code=a%2Cb,%20c&service_code=a&page=2&x").unwrap();
        assert_eq!(sent.one("status"), None);
        assert_eq!(sent.list("service_code"), ["a", "b", "c"]);
        assert_eq!(sent.positive("page"), Ok(Some(2)));
        assert_eq!(sent.positive("page_size"), Ok(None));
        assert_eq!(sent.one("Page"), None, "names are told apart by case");
    }

    #[test]
    fn pages_count_from_one() {
        for bad in ["0", "-1", "1.5", "many", "99999999999999999999"] {
            let sent = Parameters::read(&format!("page={bad}")).unwrap();
            assert_eq!(sent.positive("page").unwrap_err().code, "open311-bad-number", "{bad}");
        }
    }

    #[test]
    fn moments_are_read_as_clients_write_them() {
        let at = parse_rfc3339("2026-01-01T00:00:00+08:00").unwrap();
        for text in [
            "2026-01-01T00:00:00+08:00",
            "2026-01-01T00:00:00 08:00",
            "2026-01-01T00:00+08:00",
            "2025-12-31T16:00:00Z",
            "2025-12-31T16:00:00.000Z",
        ] {
            assert_eq!(moment(text), Some(Moment { from: at, to: at + 999_999 }), "{text}");
        }
        assert_eq!(moment("2026-01-01"), Some(Moment { from: at, to: at + DAY - 1 }));
        for text in [
            "yesterday",
            "2026-01-01T00:00:00",
            "2026-13-01",
            "2026-01-01 00:00:00",
            "20260101",
            "2026-01-01T",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
