//! Which requests a GET asks for.

use lianxin_foundation::Micros;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::error::Problem;

use super::faults::{bad, bad_parameter};
use super::parameters::{Moment, Parameters};

/// The longest span of requested_datetime that one question may cover.
const LONGEST: Micros = 90 * DAY;
/// The most requests in one answer.
pub(crate) const MOST: i64 = 1000;
/// The most numbers one question may list: a page's worth of them, in one answer.
const MOST_NUMBERS: usize = 1000;
/// The most services one question may list: more than there are.
const MOST_SERVICES: usize = 200;

/// What a list of requests is narrowed to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    /// These numbers, whatever else was asked.
    Numbers(Vec<String>),
    /// One page of those that fit.
    Fitting(Fitting),
}

/// What a request has to fit, newest first. Moments are inclusive, in microseconds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fitting {
    /// Service codes; empty for all.
    pub(crate) services: Vec<String>,
    /// Only those over (`true`) or not (`false`).
    pub(crate) closed: Option<bool>,
    /// Requested not before.
    pub(crate) from: Micros,
    /// Requested not after.
    pub(crate) to: Micros,
    /// Something happened not before.
    pub(crate) updated_from: Option<Micros>,
    /// Nothing happened after.
    pub(crate) updated_to: Option<Micros>,
    /// From 1.
    pub(crate) page: i64,
    /// At most [`MOST`].
    pub(crate) size: i64,
}

impl Filter {
    /// Reads the parameters of `GET requests`; every fault is found at once.
    pub(super) fn read(sent: &Parameters, now: Micros) -> Result<Filter, Vec<Problem>> {
        let mut faults = Vec::new();
        let mut few = |name: &str, most: usize| {
            let list = sent.list(name);
            if list.len() > most {
                faults.push(bad_parameter("open311-too-many", name).with("most", most));
            }
            list
        };
        let (numbers, services) =
            (few("service_request_id", MOST_NUMBERS), few("service_code", MOST_SERVICES));
        if !numbers.is_empty() {
            return if faults.is_empty() { Ok(Filter::Numbers(numbers)) } else { Err(faults) };
        }
        let mut ask = Asked { sent, faults: &mut faults };
        let (start, end) = (ask.moment("start_date"), ask.moment("end_date"));
        let (after, before) = (ask.moment("updated_after"), ask.moment("updated_before"));
        let fitting = Fitting {
            services,
            closed: ask.status(),
            from: 0,
            to: 0,
            updated_from: after.map(|moment| moment.from),
            updated_to: before.map(|moment| moment.to),
            page: ask.positive("page").unwrap_or(1),
            size: ask.positive("page_size").unwrap_or(MOST).min(MOST),
        };
        let (from, to) = ask.window(start, end, now);
        if faults.is_empty() { Ok(Filter::Fitting(Fitting { from, to, ..fitting })) } else { Err(faults) }
    }
}

/// Collects faults while the parameters are read.
struct Asked<'s> {
    sent: &'s Parameters,
    faults: &'s mut Vec<Problem>,
}

impl Asked<'_> {
    fn noted<T>(&mut self, read: Result<Option<T>, Problem>) -> Option<T> {
        read.unwrap_or_else(|fault| {
            self.faults.push(fault);
            None
        })
    }

    fn moment(&mut self, name: &str) -> Option<Moment> {
        let read = self.sent.moment(name);
        self.noted(read)
    }

    fn positive(&mut self, name: &str) -> Option<i64> {
        let read = self.sent.positive(name);
        self.noted(read)
    }

    /// Both statuses together are all requests, as none is.
    fn status(&mut self) -> Option<bool> {
        let asked = self.sent.list("status");
        if asked.iter().any(|status| status != "open" && status != "closed") {
            self.faults.push(bad_parameter("open311-bad-status", "status"));
        }
        match asked.as_slice() {
            [one] => Some(one == "closed"),
            _ => None,
        }
    }

    /// Ninety days that end now, unless a side of them was named.
    fn window(&mut self, start: Option<Moment>, end: Option<Moment>, now: Micros) -> (Micros, Micros) {
        let (from, to) = match (start, end) {
            (None, None) => (now - LONGEST, now),
            (Some(start), None) => (start.from, (start.from + LONGEST).min(now.max(start.from))),
            (None, Some(end)) => (end.to - LONGEST, end.to),
            (Some(start), Some(end)) => (start.from, end.to),
        };
        if from > to {
            self.faults.push(bad("open311-dates-turned"));
        } else if let (Some(start), Some(end)) = (start, end)
            && end.from - start.from > LONGEST
        {
            self.faults.push(bad("open311-dates-too-far"));
        }
        (from, to)
    }
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::clock::{SECOND, parse_rfc3339};

    use super::*;

    const NOW: Micros = 1_795_307_400_000_000;

    fn read(query: &str) -> Result<Filter, Vec<&'static str>> {
        let codes = |faults: Vec<Problem>| faults.iter().map(|fault| fault.code).collect();
        Filter::read(&Parameters::read(query).unwrap(), NOW).map_err(codes)
    }

    fn fitting(query: &str) -> Fitting {
        match read(query) {
            Ok(Filter::Fitting(fitting)) => fitting,
            other => panic!("{query}: {other:?}"),
        }
    }

    #[test]
    fn without_arguments_it_is_ninety_days_or_a_thousand() {
        let all = fitting("");
        assert_eq!((all.from, all.to, all.page, all.size), (NOW - 90 * DAY, NOW, 1, 1000));
        assert_eq!((all.services.len(), all.closed, all.updated_from, all.updated_to), (0, None, None, None));
        assert_eq!(fitting("status=&page=&start_date="), all);
    }

    #[test]
    fn ids_override_everything_else() {
        let expected = Ok(Filter::Numbers(vec!["2".into(), "1".into()]));
        assert_eq!(read("service_request_id=2,%201,2&status=ajar&start_date=never&page=0"), expected);
        let many = (0..1001).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
        assert_eq!(read(&format!("service_request_id={many}")), Err(vec!["open311-too-many"]));
    }

    #[test]
    fn statuses_are_two() {
        assert_eq!(fitting("status=open").closed, Some(false));
        assert_eq!(fitting("status=closed").closed, Some(true));
        assert_eq!(fitting("status=open,closed").closed, None);
        assert_eq!(fitting("status=open&status=closed").closed, None);
    }

    #[test]
    fn one_date_brings_the_other() {
        let day = |text: &str| parse_rfc3339(text).unwrap();
        let from = day("2026-01-01T00:00:00+08:00");
        let only_start = fitting("start_date=2026-01-01");
        assert_eq!((only_start.from, only_start.to), (from, from + 90 * DAY));
        let recent = fitting("start_date=2026-11-20T00:00:00Z");
        assert_eq!(recent.to, NOW);
        let only_end = fitting("end_date=2026-01-01T00:00:00%2B08:00");
        assert_eq!((only_end.from, only_end.to), (from + SECOND - 1 - 90 * DAY, from + SECOND - 1));
        let both = fitting("start_date=2026-01-01&end_date=2026-04-01");
        assert_eq!(both.to, day("2026-04-02T00:00:00+08:00") - 1, "the last day is part of it");
    }

    #[test]
    fn pages_are_cut_to_a_thousand() {
        assert_eq!(fitting("page=3&page_size=5000").size, 1000);
        assert_eq!(fitting("page=3&page_size=7").page, 3);
    }

    fn many(count: usize) -> String {
        (0..count).map(|at| at.to_string()).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn every_fault_is_found_at_once() {
        for (query, faults) in [
            ("status=ajar", vec!["open311-bad-status"]),
            ("status=open,ajar&page=0", vec!["open311-bad-status", "open311-bad-number"]),
            ("start_date=yesterday&page_size=-1", vec!["open311-bad-date", "open311-bad-number"]),
            ("end_date=2026-01-01T00:00:00", vec!["open311-bad-date"]),
            ("start_date=2026-02-01&end_date=2026-01-01", vec!["open311-dates-turned"]),
            ("start_date=2026-01-01&end_date=2026-04-02", vec!["open311-dates-too-far"]),
            (&format!("service_code={}&page=0", many(201)), vec!["open311-too-many", "open311-bad-number"]),
        ] {
            assert_eq!(read(query), Err(faults), "{query}");
        }
    }
}
