//! A limit as people write it: a number, and whether it counts minutes, hours or days.

use lianxin_foundation::web::Submission;
use lianxin_worktime::Kind;

/// What a limit can be written in, the longest first; a message id ends with the same word.
pub(super) const UNITS: [&str; 3] = ["days", "hours", "minutes"];

/// The minutes in one `unit`; nothing where that is no unit. A working day has eight hours.
fn minutes_in(unit: &str, kind: Kind) -> Option<u32> {
    match (unit, kind) {
        ("minutes", _) => Some(1),
        ("hours", _) => Some(60),
        ("days", Kind::Working) => Some(480),
        ("days", Kind::Calendar) => Some(1440),
        _ => None,
    }
}

/// The same length in the largest unit that needs no fraction: the number and the unit.
pub(super) fn written(kind: Kind, minutes: u32) -> (u32, &'static str) {
    let whole =
        |unit: &&str| minutes_in(unit, kind).is_some_and(|one| minutes >= one && minutes.is_multiple_of(one));
    let unit = UNITS.into_iter().find(whole).unwrap_or("minutes");
    (minutes / minutes_in(unit, kind).unwrap_or(1), unit)
}

/// The name of the field that says the unit of `field`.
pub(super) fn unit_field(field: &str) -> String {
    format!("{field}-unit")
}

/// The minutes of what was sent for `field`; a number alone counts minutes. A refusal is the message
/// that says what to write.
pub(super) fn read(sent: &Submission, field: &str, kind: Kind) -> Result<u32, &'static str> {
    let unit = sent.given(&unit_field(field)).unwrap_or_else(|| "minutes".to_owned());
    let one = minutes_in(&unit, kind).ok_or("limits-number")?;
    let number: u64 = sent.text(field).parse().map_err(|_| "limits-number")?;
    let minutes = number.checked_mul(u64::from(one)).ok_or("limits-range")?;
    minutes.try_into().map_err(|_| "limits-range")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_written_in_its_largest_whole_unit_and_comes_back_the_same() {
        let cases = [
            (Kind::Working, 480, (1, "days")),
            (Kind::Working, 1440, (3, "days")),
            (Kind::Calendar, 1440, (1, "days")),
            (Kind::Calendar, 480, (8, "hours")),
            (Kind::Calendar, 90, (90, "minutes")),
            (Kind::Working, 1, (1, "minutes")),
            (Kind::Calendar, 0, (0, "minutes")),
        ];
        for (kind, minutes, expected) in cases {
            let (number, unit) = written(kind, minutes);
            assert_eq!((number, unit), expected, "{minutes}");
            assert_eq!(number * minutes_in(unit, kind).unwrap(), minutes);
        }
    }
}
