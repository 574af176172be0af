//! People: each once, however many roles they have over time.
//!
//! A person's name, sex and birth stand plain; the ID number and the telephone are sealed and found by
//! keyed hashes only. Where a person lives and what they belong to are facts with dates: see
//! [`crate::household`] and [`crate::membership`]. [`standing`] says by which of them others see a person.

pub mod card;
pub(crate) mod digits;
pub mod joining;
pub mod living;
pub mod naming;
pub mod sealed;
pub mod standing;
pub mod store;

use jiff::civil::Date;
use lianxin_foundation::every;
use lianxin_foundation::vault::half_width;
use uuid::Uuid;

/// A person's sex, as an ID number tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// 女
    Female,
    /// 男
    Male,
}

every! {
    /// Both.
    Sex {
        Female = "female", "sex-female";
        Male   = "male",   "sex-male";
    }
}

/// A person as stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Person {
    /// The county they live in.
    pub county: String,
    /// Their id.
    pub id: Uuid,
    /// The name as written.
    pub name: String,
    /// [`Sex`]'s code, where known.
    pub sex: Option<String>,
    /// The day of birth, `1985-03-21`, where known.
    pub birth: Option<String>,
    /// The ID number, sealed.
    pub sealed_id: Option<Vec<u8>>,
    /// The keyed hash of the ID number.
    pub id_key: Option<Vec<u8>>,
    /// The telephone number, sealed.
    pub sealed_phone: Option<Vec<u8>>,
    /// Into whom this record was merged, if it was.
    pub merged_into: Option<Uuid>,
    /// Counts the corrections, so that two at once do not undo each other.
    pub version: i64,
}

impl Person {
    /// The sex, where known.
    pub fn sex(&self) -> Option<Sex> {
        self.sex.as_deref().and_then(Sex::from_code)
    }

    /// The day of birth, where known.
    pub fn birth(&self) -> Option<Date> {
        self.birth.as_deref().and_then(|day| day.parse().ok())
    }
}

/// Whole years from a birth to a day.
pub fn age(birth: Date, today: Date) -> i64 {
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    i64::from(today.year()) - i64::from(birth.year()) - i64::from(!had_birthday)
}

/// A day as people write it: `1985-03-21`, `1985/3/21`, `1985.3.21`, `19850321`, `1985年3月21日`.
pub fn day_typed(text: &str) -> Option<Date> {
    let text: String = text.trim().chars().map(half_width).collect();
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if year.len() == 4 => (*year, *month, *day),
        [whole] if whole.len() == 8 && text.len() == 8 => {
            (whole.get(..4)?, whole.get(4..6)?, whole.get(6..)?)
        }
        _ => return None,
    };
    let only = |c: char| c.is_ascii_digit() || "-/.年月日 ".contains(c);
    if !text.chars().all(only) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// What an ID number in one spelling (see [`lianxin_foundation::vault::normalise_id`]) tells.
pub fn told_by_id(id: &str) -> Option<(Date, Sex)> {
    let part = |from: usize, to: usize| id.get(from..to)?.parse::<i16>().ok();
    let birth =
        Date::new(part(6, 10)?, i8::try_from(part(10, 12)?).ok()?, i8::try_from(part(12, 14)?).ok()?).ok()?;
    let sex = if part(16, 17)? % 2 == 0 { Sex::Female } else { Sex::Male };
    Some((birth, sex))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_number_tells_birth_and_sex() {
        let (birth, sex) = told_by_id("11010519491231002X").unwrap();
        assert_eq!((birth.to_string().as_str(), sex), ("1949-12-31", Sex::Female));
        assert_eq!(told_by_id("1101051949"), None);
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in ["1985-03-21", "1985/3/21", "1985.03.21", "19850321", "1985年3月21日", "１９８５-３-２１"]
        {
            assert_eq!(day_typed(text).map(|day| day.to_string()).as_deref(), Some("1985-03-21"), "{text}");
        }
        for text in ["", "1985", "21/3/1985", "1985-13-01", "1985-02-30", "85-3-21", "1985-3-21x", "abc"] {
            assert_eq!(day_typed(text), None, "{text}");
        }
    }

    #[test]
    fn years_count_from_birthday_to_birthday() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        for (birth, today, years) in [
            ("2000-05-10", "2026-05-09", 25),
            ("2000-05-10", "2026-05-10", 26),
            ("2000-02-29", "2026-02-28", 25),
            ("2000-02-29", "2026-03-01", 26),
        ] {
            assert_eq!(age(day(birth), day(today)), years, "{birth} {today}");
        }
    }
}
