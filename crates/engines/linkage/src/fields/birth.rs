//! Birth dates as offices write them.

/// A date as yyyymmdd; month and day 0 where they are not told.
pub(crate) type Birth = u32;

/// How two dates agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BirthLevel {
    /// The same day.
    Same = 1,
    /// One slip of the pen, or month and day swapped.
    Slip = 2,
    /// One date tells less, and what it tells is the same.
    SameSoFar = 3,
    /// Same month and day in another year, or same year and month.
    Near = 4,
    /// Only the year is the same.
    SameYear = 5,
    /// Different.
    Differs = 6,
}

/// Reads `1990-01-02`, `1990/1/2`, `1990.1`, `1990年1月2日`, `19900102`, `199001`, `1990`, `2/1/1990` and the
/// day numbers that spreadsheets keep; `month_first` says how `2/1/1990` is meant.
pub(crate) fn read(text: &str, month_first: bool) -> Option<Birth> {
    let mut numbers = [0_u32; 3];
    let mut lengths = [0_usize; 3];
    let mut count = 0;
    let mut inside = false;
    for letter in text.chars().filter_map(|letter| match letter {
        ' ' => Some(' '),
        other => crate::text::folded(other),
    }) {
        match letter.to_digit(10) {
            Some(digit) => {
                if !inside {
                    // What follows the date is a time of day.
                    if count == 3 {
                        break;
                    }
                    count += 1;
                    inside = true;
                }
                let at = count - 1;
                if lengths[at] == 8 {
                    return None;
                }
                numbers[at] = numbers[at] * 10 + digit;
                lengths[at] += 1;
            }
            None => inside = false,
        }
    }
    match (count, lengths) {
        (1, [8, ..]) => checked(numbers[0] / 10_000, numbers[0] / 100 % 100, numbers[0] % 100),
        (1, [6, ..]) => checked(numbers[0] / 100, numbers[0] % 100, 0),
        (1, [5, ..]) => from_serial(numbers[0]),
        (1, [4, ..]) => checked(numbers[0], 0, 0),
        (2, [4, ..]) => checked(numbers[0], numbers[1], 0),
        (3, [4, ..]) => checked(numbers[0], numbers[1], numbers[2]),
        // The day first, as in most of the world, unless the list has it otherwise or that cannot be.
        (3, [_, _, 4]) => {
            let (first, second) = (numbers[0], numbers[1]);
            let turned = if month_first { first <= 12 } else { second > 12 };
            let (day, month) = if turned { (second, first) } else { (first, second) };
            checked(numbers[2], month, day)
        }
        (3, [2, ..]) => checked(1900 + numbers[0], numbers[1], numbers[2]),
        _ => None,
    }
}

/// Keeps a date that could be a slip of the pen (month 13), refuses one that cannot be a birth date at all.
fn checked(year: u32, month: u32, day: u32) -> Option<Birth> {
    ((1850..=2100).contains(&year) && month <= 99 && day <= 99).then(|| year * 10_000 + month * 100 + day)
}

/// Days since 1899-12-30, the spreadsheet's count.
fn from_serial(days: u32) -> Option<Birth> {
    // Civil from days, proleptic Gregorian; 693_899 days lie between 0000-03-01 and 1899-12-30.
    let days = days + 693_899;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    checked(year + era * 400 + u32::from(month <= 2), month, day)
}

/// Year, month and day.
pub(crate) fn parts(date: Birth) -> [u32; 3] {
    [date / 10_000, date / 100 % 100, date % 100]
}

pub(crate) fn compare(a: Birth, b: Birth) -> BirthLevel {
    if a == b {
        let whole = !a.is_multiple_of(100);
        return if whole { BirthLevel::Same } else { BirthLevel::SameSoFar };
    }
    let ([ya, ma, da], [yb, mb, db]) = (parts(a), parts(b));
    let less = ma == 0 || mb == 0 || da == 0 || db == 0;
    if less {
        let month = ma == 0 || mb == 0 || ma == mb;
        return match ya == yb {
            true if month => BirthLevel::SameSoFar,
            true => BirthLevel::SameYear,
            false => BirthLevel::Differs,
        };
    }
    if ya == yb && ma == db && da == mb {
        return BirthLevel::Slip;
    }
    if one_slip(a, b) {
        return BirthLevel::Slip;
    }
    if (ma, da) == (mb, db) || (ya, ma) == (yb, mb) || (ya, da) == (yb, db) {
        return BirthLevel::Near;
    }
    if ya == yb { BirthLevel::SameYear } else { BirthLevel::Differs }
}

/// One of eight digits changed, or two neighbours swapped.
fn one_slip(mut a: Birth, mut b: Birth) -> bool {
    let mut differ = 0;
    let mut last = (0, 0);
    while a != b {
        let digits = (a % 10, b % 10);
        (a, b) = (a / 10, b / 10);
        if digits.0 == digits.1 {
            if differ == 1 && a != b {
                // Two that differ with one between them that does not.
                return false;
            }
            continue;
        }
        differ += 1;
        if differ == 2 && (last != (digits.1, digits.0)) || differ > 2 {
            return false;
        }
        last = digits;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_offices_write_them() {
        for text in [
            "1990-01-02",
            "1990/1/2",
            "1990.1.2",
            "1990年1月2日",
            "19900102",
            "１９９０－０１－０２",
            "2/1/1990",
            "32875",
            "1990-01-02 00:00:00",
        ] {
            assert_eq!(read(text, false), Some(19_900_102), "{text}");
        }
        assert_eq!(read("1990年1月", false), Some(19_900_100));
        assert_eq!(read("2/1/1990", true), Some(19_900_201));
        assert_eq!(read("13/1/1990", true), Some(19_900_113));
        assert_eq!(read("1990", false), Some(19_900_000));
        assert_eq!(read("90-1-2", false), Some(19_900_102));
        for text in ["", "王", "12", "99999999999", "3000-01-01"] {
            assert_eq!(read(text, false), None, "{text}");
        }
    }

    #[test]
    fn dates_agree_in_steps() {
        use BirthLevel::{Differs, Near, Same, SameSoFar, SameYear, Slip};
        for (a, b, level) in [
            (19_900_102, 19_900_102, Same),
            (19_900_102, 19_900_201, Slip),
            (19_900_102, 19_960_102, Slip),
            (19_900_102, 19_090_102, Slip),
            (19_900_102, 19_900_000, SameSoFar),
            (19_900_000, 19_900_000, SameSoFar),
            (19_900_102, 19_900_128, Near),
            (19_900_102, 19_911_123, Differs),
            (19_900_102, 19_901_128, SameYear),
        ] {
            assert_eq!(compare(a, b), level, "{a} {b}");
            assert_eq!(compare(b, a), level, "{b} {a}");
        }
    }
}
