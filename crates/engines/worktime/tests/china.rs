//! Concrete days and deadlines around the holidays of 2025 and 2026, and what is told about wrong texts.

use std::error::Error;

use jiff::civil::{Date, DateTime};
use lianxin_worktime::{BUILT_IN, Calendar, Kind, Span, start_of};

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// The instant of a time in China, such as `2026-02-13 17:00`.
fn at(text: &str) -> i64 {
    let time: DateTime = text.parse().expect("a date and a time");
    let into = time.duration_since(time.date().at(0, 0, 0, 0));
    start_of(time.date()) + i64::try_from(into.as_micros()).expect("less than a day")
}

fn minutes(micros: i64) -> i64 {
    assert_eq!(micros % 60_000_000, 0);
    micros / 60_000_000
}

#[test]
fn days_of_2025_and_2026() {
    let calendar = Calendar::china();
    let cases = [
        ("2025-01-01", false, "New Year, a Wednesday"),
        ("2025-01-02", true, "the Thursday after it"),
        ("2025-01-25", false, "a plain Saturday"),
        ("2025-01-26", true, "make-up Sunday before Spring Festival"),
        ("2025-01-27", true, "Monday before it"),
        ("2025-01-28", false, "New Year's Eve"),
        ("2025-02-04", false, "its last day"),
        ("2025-02-05", true, "back to work on Wednesday"),
        ("2025-02-08", true, "make-up Saturday"),
        ("2025-02-09", false, "a plain Sunday"),
        ("2025-04-04", false, "Qingming, a Friday"),
        ("2025-04-27", true, "make-up Sunday before Labour Day"),
        ("2025-05-05", false, "its last day, a Monday"),
        ("2025-06-02", false, "Dragon Boat, a Monday"),
        ("2025-09-28", true, "make-up Sunday before National Day"),
        ("2025-10-08", false, "its last day, a Wednesday"),
        ("2025-10-11", true, "make-up Saturday"),
        ("2025-12-31", true, "an ordinary Wednesday"),
        ("2026-01-02", false, "New Year, a Friday"),
        ("2026-01-04", true, "make-up Sunday"),
        ("2026-02-14", true, "make-up Saturday before Spring Festival"),
        ("2026-02-15", false, "its first day, a Sunday"),
        ("2026-02-23", false, "its last day, a Monday"),
        ("2026-02-24", true, "back to work"),
        ("2026-02-28", true, "make-up Saturday"),
        ("2026-04-06", false, "Qingming, a Monday"),
        ("2026-05-09", true, "make-up Saturday after Labour Day"),
        ("2026-06-19", false, "Dragon Boat, a Friday"),
        ("2026-09-20", true, "make-up Sunday before National Day"),
        ("2026-09-25", false, "Mid-Autumn, a Friday"),
        ("2026-09-28", true, "Monday after it"),
        ("2026-10-07", false, "National Day's last day"),
        ("2026-10-10", true, "make-up Saturday"),
        ("2027-02-06", false, "no data: a Saturday"),
        ("2027-02-08", true, "no data: a Monday"),
    ];
    for (date, expected, why) in cases {
        assert_eq!(calendar.is_workday(day(date)), expected, "{date}: {why}");
    }
}

/// Of 261 weekdays in each year 18 and 19 are off; 5 and 6 weekend days are worked.
#[test]
fn workdays_of_a_year() {
    let calendar = Calendar::china();
    for (year, expected) in [(2025, 248), (2026, 248)] {
        let first = Date::new(year, 1, 1).unwrap();
        let days = first.series(jiff::Span::new().days(1)).take_while(|date| date.year() == year);
        assert_eq!(days.filter(|date| calendar.is_workday(*date)).count(), expected, "{year}");
    }
}

#[test]
fn names_and_coverage() {
    let calendar = Calendar::china();
    assert_eq!(calendar.holiday(day("2026-02-17")), Some("春节"));
    assert_eq!(calendar.holiday(day("2026-02-14")), None);
    assert_eq!(calendar.makeup(day("2026-02-14")), Some("春节"));
    assert_eq!(calendar.makeup(day("2026-02-17")), None);
    assert_eq!(calendar.holiday(day("2026-03-02")), None);
    assert!(calendar.covered(day("2025-01-01")) && calendar.covered(day("2026-12-31")));
    assert!(!calendar.covered(day("2024-12-31")) && !calendar.covered(day("2027-01-01")));
    let years: Vec<i16> = calendar.years().map(|year| year.number).collect();
    assert_eq!(years, [2025, 2026]);
    assert!(calendar.years().all(|year| year.source.contains("国办发明电") && !year.certainty.is_empty()));
}

#[test]
fn counting_workdays() {
    let calendar = Calendar::china();
    let cases = [
        ("2025-01-24", 1, "2025-01-26"),
        ("2025-01-24", 2, "2025-01-27"),
        ("2025-01-24", 3, "2025-02-05"),
        ("2025-01-24", 5, "2025-02-07"),
        ("2025-01-24", 6, "2025-02-08"),
        ("2025-01-30", 1, "2025-02-05"),
        ("2025-01-30", -1, "2025-01-27"),
        ("2025-01-30", -2, "2025-01-26"),
        ("2025-01-30", 0, "2025-01-30"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-24", -2, "2026-02-13"),
        ("2026-09-24", 5, "2026-10-09"),
    ];
    for (date, count, expected) in cases {
        assert_eq!(calendar.add_workdays(day(date), count), day(expected), "{date} {count:+}");
    }
    assert_eq!(calendar.next_workday(day("2026-10-01")), day("2026-10-08"));
    assert_eq!(calendar.add_workdays(day("2026-10-01"), i32::MAX), Date::MAX);
    assert_eq!(calendar.add_workdays(day("2026-10-01"), i32::MIN), Date::MIN);
}

#[test]
fn deadlines() {
    let calendar = Calendar::china();
    let cases = [
        ("2026-03-02 09:00", Span::working(60), "2026-03-02 10:00", "within the morning"),
        ("2026-03-02 11:30", Span::working(60), "2026-03-02 14:30", "over lunch"),
        ("2026-03-02 11:00", Span::working(60), "2026-03-02 12:00", "at the morning's end"),
        ("2026-03-02 12:30", Span::working(60), "2026-03-02 15:00", "reported at lunch"),
        ("2026-03-02 17:00", Span::working(60), "2026-03-03 09:00", "over night"),
        ("2026-03-02 17:00", Span::working(30), "2026-03-02 17:30", "at the day's end"),
        ("2026-03-02 22:00", Span::working(60), "2026-03-03 09:30", "reported at night"),
        ("2026-03-06 17:00", Span::working(60), "2026-03-09 09:00", "over a weekend"),
        ("2026-03-02 22:00", Span::working(0), "2026-03-02 22:00", "no time at all"),
        ("2025-01-24 17:00", Span::working(60), "2025-01-26 09:00", "Friday to a make-up Sunday"),
        ("2025-01-27 17:00", Span::working(60), "2025-02-05 09:00", "over Spring Festival 2025"),
        ("2025-02-07 17:00", Span::working(60), "2025-02-08 09:00", "Friday to a make-up Saturday"),
        (
            "2026-02-13 17:00",
            Span::working(8 * 60),
            "2026-02-24 09:00",
            "a make-up Saturday and Spring Festival 2026",
        ),
        ("2026-02-18 10:00", Span::working(7 * 60), "2026-02-24 17:30", "reported in the holiday"),
        ("2026-02-13 17:00", Span::calendar(24 * 60), "2026-02-14 17:00", "by the wall clock"),
        ("2026-02-14 23:59", Span::calendar(1), "2026-02-15 00:00", "midnight"),
    ];
    for (start, span, expected, why) in cases {
        let end = calendar.add(at(start), span);
        assert_eq!(end, at(expected), "{start} + {span:?}: {why}");
        assert_eq!(calendar.between(at(start), end, span.kind), span.micros(), "{why}");
    }
}

#[test]
fn working_time_between() {
    let calendar = Calendar::china();
    let cases = [
        ("2026-03-02 00:00", "2026-03-03 00:00", 420),
        ("2026-03-02 11:59", "2026-03-02 14:01", 2),
        ("2026-03-02 14:01", "2026-03-02 11:59", -2),
        ("2026-02-14 12:00", "2026-02-24 08:30", 210),
        ("2026-02-15 00:00", "2026-02-24 00:00", 0),
        ("2025-10-01 00:00", "2025-10-12 00:00", 3 * 420),
    ];
    for (from, to, expected) in cases {
        assert_eq!(minutes(calendar.between(at(from), at(to), Kind::Working)), expected, "{from} to {to}");
    }
    assert_eq!(calendar.between(at("2026-03-02 09:00"), at("2026-03-02 09:00") + 7, Kind::Working), 7);
    assert_eq!(
        minutes(calendar.between(at("2026-03-02 00:00"), at("2026-03-03 00:00"), Kind::Calendar)),
        1440
    );
}

#[test]
fn the_first_year_without_holidays_is_told() {
    let calendar = Calendar::china();
    let years = |from: &str, to: &str| calendar.unknown_year(day(from), day(to));
    assert_eq!(years("2025-01-01", "2026-12-31"), None);
    assert_eq!(years("2026-12-31", "2027-01-01"), Some(2027));
    assert_eq!(years("2024-06-01", "2026-06-01"), Some(2024));
    assert_eq!(years("2026-06-01", "2031-06-01"), Some(2027));
}

#[test]
fn a_county_adds_its_own() {
    let own = r#"
        [hours]
        days = ["mon", "tue", "wed", "thu", "fri", "sat"]
        intervals = ["09:00-12:00", "13:00-18:00"]

        [year]
        number = 2027
        source = "demo"
        certainty = "invented"

        [[holiday]]
        name = "元旦"
        from = 2027-01-01
        to = 2027-01-01
        makeup = [2026-12-27]
    "#;
    let calendar = Calendar::from_toml(BUILT_IN.into_iter().chain([("own.toml", own)])).unwrap();
    assert!(calendar.is_workday(day("2026-03-07")), "Saturdays are worked");
    assert!(calendar.is_workday(day("2026-12-27")), "make-up Sunday in the December before");
    assert!(!calendar.is_workday(day("2027-01-01")) && calendar.covered(day("2027-01-01")));
    assert!(!calendar.is_workday(day("2026-02-17")), "the built-in years stay");
    let day_long = calendar.between(at("2026-03-07 00:00"), at("2026-03-08 00:00"), Kind::Working);
    assert_eq!(minutes(day_long), 480);
}

#[test]
fn a_year_given_again_is_replaced_as_a_whole() {
    let one = "[year]\nnumber = 2026\nsource = \"demo\"\ncertainty = \"invented\"\n\
        [[holiday]]\nname = \"元旦\"\nfrom = 2026-01-01\nto = 2026-01-01";
    let calendar = Calendar::from_toml(BUILT_IN.into_iter().chain([("own.toml", one)])).unwrap();
    assert!(calendar.is_workday(day("2026-02-17")) && !calendar.is_workday(day("2026-02-14")));
    assert!(!calendar.is_workday(day("2025-01-28")));
}

#[test]
fn wrong_texts_are_told() {
    let year = "[year]\nnumber = 2026\nsource = \"demo\"\ncertainty = \"invented\"\n";
    let with = |holiday: &str| format!("{year}[[holiday]]\nname = \"节\"\n{holiday}");
    let cases = [
        ("[hours".to_owned(), "TOML parse error"),
        ("[hours]\ndays = [\"mon\"]".to_owned(), "missing field `intervals`"),
        ("[hours]\ndays = [\"mo\"]\nintervals = []".to_owned(), "unknown variant `mo`"),
        (
            "[hours]\ndays = []\nintervals = [\"08:00-12:00\"]".to_owned(),
            "no day of the week is a working day",
        ),
        (
            "[hours]\ndays = [\"mon\"]\nintervals = [\"8-12\"]".to_owned(),
            "working hours: \"8-12\" is no interval",
        ),
        (
            "[[holiday]]\nname = \"节\"\nfrom = 2026-01-01\nto = 2026-01-01".to_owned(),
            "holidays need a [year]",
        ),
        (String::new(), "there is neither [hours] nor [year] in it"),
        (year.to_owned(), "the year 2026 has no [[holiday]]"),
        (format!("{year}holidays = []"), "unknown field `holidays`"),
        (with("from = 2026-01-03\nto = 2026-01-01"), "节 ends on 2026-01-01, before it begins on 2026-01-03"),
        (with("from = 2026-01-01T08:00:00\nto = 2026-01-01"), "2026-01-01T08:00:00 is not a plain date"),
        (
            with("from = 2027-01-01\nto = 2027-01-01"),
            "节: 2027-01-01 is neither in 2026 nor in the December before",
        ),
        (with("from = 2026-01-01\nto = 2026-01-01\nmakeup = [2025-11-30]"), "节: 2025-11-30 is neither"),
        (
            with("from = 2026-01-01\nto = 2026-01-03\nmakeup = [2026-01-02]"),
            "2026-01-02 is given twice, by 节 and 节",
        ),
    ];
    for (text, expected) in cases {
        let error = Calendar::from_toml([("own.toml", text.as_str())]).unwrap_err();
        assert_eq!(error.to_string(), "calendar own.toml");
        let flaw = error.source().unwrap().to_string();
        assert!(flaw.contains(expected), "{text}: {flaw}");
    }
}
