//! How quickly called units came, from the calls themselves.

use std::collections::BTreeMap;

use lianxin_foundation::Micros;
use uuid::Uuid;

use super::{Call, Standing};

/// How one unit answered the calls of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// How often it was called.
    pub called: usize,
    /// How often it came in time.
    pub in_time: usize,
    /// How often it came late.
    pub late: usize,
    /// How often it was late and is not there: still awaited, or not any more.
    pub missing: usize,
    /// The usual way from call to arrival, where it ever came: the median in microseconds, of two middle ones
    /// the shorter.
    pub median: Option<Micros>,
}

impl Arrivals {
    /// How many of its calls can be judged by now: neither let off nor still with time.
    pub fn judged(&self) -> usize {
        self.in_time + self.late + self.missing
    }
}

/// What each called unit did, as of `now`.
pub fn by_unit(calls: &[Call], now: Micros) -> BTreeMap<Uuid, Arrivals> {
    let mut found: BTreeMap<Uuid, (Arrivals, Vec<Micros>)> = BTreeMap::new();
    for call in calls {
        let (arrivals, ways) = found.entry(call.unit).or_default();
        arrivals.called += 1;
        match call.standing(now) {
            Standing::InTime => arrivals.in_time += 1,
            Standing::Late => arrivals.late += 1,
            Standing::Overdue | Standing::NeverCame => arrivals.missing += 1,
            Standing::Expected | Standing::LetOff => {}
        }
        ways.extend(call.arrived_at.map(|at| at - call.called_at));
    }
    let told = |(unit, (arrivals, mut ways)): (Uuid, (Arrivals, Vec<Micros>))| {
        ways.sort_unstable();
        let median = ways.get(ways.len().saturating_sub(1) / 2).copied();
        (unit, Arrivals { median, ..arrivals })
    };
    found.into_iter().map(told).collect()
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::clock::HOUR;

    use super::*;
    use crate::whistle::CallKind;

    #[test]
    fn every_call_is_counted_once() {
        let unit = Uuid::from_u128(7);
        let call = |arrived_at, ended_at| Call {
            county: "421223".into(),
            id: Uuid::nil(),
            matter: Uuid::nil(),
            unit,
            caller: None,
            kind: CallKind::Tough,
            called_at: HOUR,
            due: 3 * HOUR,
            arrived_at,
            ended_at,
        };
        let calls = [
            call(Some(2 * HOUR), None),
            call(Some(5 * HOUR), None),
            call(Some(3 * HOUR), None),
            call(None, Some(2 * HOUR)),
            call(None, Some(4 * HOUR)),
            call(None, None),
        ];
        let told = by_unit(&calls, 4 * HOUR)[&unit].clone();
        let expected = Arrivals { called: 6, in_time: 2, late: 1, missing: 2, median: Some(2 * HOUR) };
        assert_eq!(told, expected);
        assert_eq!(
            (told.judged(), by_unit(&calls, 2 * HOUR)[&unit].judged()),
            (5, 4),
            "one has time until three"
        );
        assert!(by_unit(&[], 0).is_empty());
    }
}
