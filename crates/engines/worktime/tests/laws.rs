//! What holds for every calendar, instant and span, and agreement with counting minute by minute.

use std::fmt::Write;

use jiff::civil::{Date, date};
use lianxin_worktime::{Calendar, Kind, Span, date_of, start_of};
use proptest::prelude::*;

const MINUTE_US: i64 = 60_000_000;
const DAY_MINUTES: i64 = 1440;

/// The hours of an invented calendar, kept in a form an oracle can read.
#[derive(Debug, Clone)]
struct Invented {
    days: Vec<&'static str>,
    /// Minutes since midnight, in order.
    intervals: Vec<(i64, i64)>,
}

impl Invented {
    fn calendar(&self) -> Calendar {
        let mut text = format!("hours.days = {:?}\nhours.intervals = [", self.days);
        for (from, to) in &self.intervals {
            write!(text, "\"{:02}:{:02}-{:02}:{:02}\",", from / 60, from % 60, to / 60, to % 60)
                .expect("a string takes all");
        }
        text.push(']');
        let built_in = lianxin_worktime::BUILT_IN;
        Calendar::from_toml(built_in.into_iter().chain([("invented", text.as_str())]))
            .expect("the hours are well formed")
    }

    /// Whether the minute that begins there is worked.
    fn works(&self, calendar: &Calendar, minute_us: i64) -> bool {
        let date = date_of(minute_us);
        let minute = (minute_us - start_of(date)) / MINUTE_US;
        calendar.is_workday(date) && self.intervals.iter().any(|(from, to)| (*from..*to).contains(&minute))
    }
}

fn invented() -> impl Strategy<Value = Invented> {
    let days = prop::sample::subsequence(vec!["mon", "tue", "wed", "thu", "fri", "sat", "sun"], 1..=7);
    let ends = prop::collection::btree_set(0..=DAY_MINUTES, 2..8).prop_map(|ends| {
        let ends: Vec<i64> = ends.into_iter().collect();
        ends.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    });
    (days, ends).prop_map(|(days, intervals)| Invented { days, intervals })
}

/// An instant from 2024 to 2027, where there are holidays and where there is no data; also midnight.
fn moment() -> impl Strategy<Value = i64> {
    let first = start_of(date(2024, 1, 1));
    let days = 0..4 * 365_i64;
    let within =
        prop_oneof![0..DAY_MINUTES * MINUTE_US, (0..DAY_MINUTES).prop_map(|minute| minute * MINUTE_US)];
    (days, within).prop_map(move |(day, within)| first + day * DAY_MINUTES * MINUTE_US + within)
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![3 => Just(Kind::Working), 1 => Just(Kind::Calendar)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn what_is_added_lies_between(hours in invented(), start in moment(), minutes in 0..200_000_u32, kind in kind()) {
        let calendar = hours.calendar();
        let span = Span { minutes, kind };
        let end = calendar.add(start, span);
        prop_assert!(end >= start);
        prop_assert_eq!(calendar.between(start, end, kind), span.micros());
        if minutes > 0 {
            prop_assert_eq!(calendar.between(start, end - 1, kind), span.micros() - 1, "there is no earlier end");
        }
    }

    #[test]
    fn adding_in_two_steps_is_adding_at_once(hours in invented(), start in moment(), a in 0..50_000_u32, b in 0..50_000_u32, kind in kind()) {
        let calendar = hours.calendar();
        let [first, second, both] = [a, b, a + b].map(|minutes| Span { minutes, kind });
        prop_assert_eq!(calendar.add(calendar.add(start, first), second), calendar.add(start, both));
    }

    #[test]
    fn what_is_measured_can_be_added_again(hours in invented(), start in moment(), end in moment(), kind in kind()) {
        let calendar = hours.calendar();
        let length = calendar.between(start, end, kind);
        let again = calendar.add_us(start, length, kind);
        prop_assert_eq!(calendar.between(start, again, kind), length.max(0), "to the microsecond");
        prop_assert!(again <= end.max(start), "and no later than where it was measured to");
    }

    #[test]
    fn later_starts_and_longer_spans_end_later(hours in invented(), starts in (moment(), moment()), spans in (0..50_000_u32, 0..50_000_u32), kind in kind()) {
        let calendar = hours.calendar();
        let (early, late) = (starts.0.min(starts.1), starts.0.max(starts.1));
        let [short, long] = [spans.0.min(spans.1), spans.0.max(spans.1)].map(|minutes| Span { minutes, kind });
        prop_assert!(calendar.add(early, short) <= calendar.add(late, short));
        prop_assert!(calendar.add(early, short) <= calendar.add(early, long));
        prop_assert!(calendar.between(early, late, kind) >= 0);
        prop_assert_eq!(calendar.between(early, late, kind), -calendar.between(late, early, kind));
    }

    #[test]
    fn parts_of_working_time_add_up(hours in invented(), moments in (moment(), moment(), moment())) {
        let calendar = hours.calendar();
        let between = |from, to| calendar.between(from, to, Kind::Working);
        let (a, b, c) = moments;
        prop_assert_eq!(between(a, b) + between(b, c), between(a, c));
    }

    #[test]
    fn workdays_are_counted_as_stepped(start in moment(), count in 1..300_i32) {
        let calendar = Calendar::china();
        let date = date_of(start);
        let mut stepped = date;
        for _ in 0..count {
            stepped = stepped.tomorrow().unwrap();
            while !calendar.is_workday(stepped) {
                stepped = stepped.tomorrow().unwrap();
            }
        }
        prop_assert_eq!(calendar.add_workdays(date, count), stepped);
        let first_back = if calendar.is_workday(date) { 0 } else { 1 };
        prop_assert_eq!(calendar.add_workdays(calendar.add_workdays(stepped, -count), first_back), calendar.add_workdays(date, first_back));
    }

    #[test]
    fn no_instant_panics(start in any::<i64>(), end in any::<i64>(), minutes in any::<u32>(), length in any::<i64>(), kind in kind()) {
        let one_minute_a_week = Invented { days: vec!["sun"], intervals: vec![(0, 1)] }.calendar();
        let span = Span { minutes, kind };
        prop_assert!(one_minute_a_week.add(start, span) < start_of(Date::MAX) + DAY_MINUTES * MINUTE_US);
        let calendar = Calendar::china();
        let passed = calendar.between(start, calendar.add(start, span), kind);
        prop_assert!(passed <= span.micros());
        prop_assert!(calendar.between(start, calendar.add_us(start, length, kind), kind) <= length.max(0));
        prop_assert_eq!(calendar.between(start, end, kind), -calendar.between(end, start, kind));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn working_time_is_what_minutes_count(hours in invented(), start in moment(), length in 0..20 * DAY_MINUTES) {
        let calendar = hours.calendar();
        let start = start - start.rem_euclid(MINUTE_US);
        let worked = (0..length).filter(|minute| hours.works(&calendar, start + minute * MINUTE_US)).count() as i64;
        let end = start + length * MINUTE_US;
        prop_assert_eq!(calendar.between(start, end, Kind::Working), worked * MINUTE_US);
    }
}
