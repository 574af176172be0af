//! Plates on walls: a code to scan that says where one stands.
//!
//! A plate's code is random, not the area's: nobody can make a plate that looks like ours for another place, and
//! one that was torn off or copied is ended without the place losing its others. An ended plate still leads to
//! the report.

pub mod store;

use lianxin_foundation::{Ids, Micros};
use uuid::Uuid;

/// A plate.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Plate {
    /// The county of its place.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// What it says: eight letters and digits.
    pub code: String,
    /// The area it stands in.
    pub area: String,
    /// The organisation it stands at, if it stands at one.
    pub organisation: Option<Uuid>,
    /// The area's path.
    pub path: String,
    /// The place's name as printed.
    pub name: String,
    /// Since when.
    pub made_at: Micros,
    /// Who made it.
    pub made_by: String,
    /// Since when it no longer counts.
    pub ended_at: Option<Micros>,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// Why it was ended.
    pub reason: Option<String>,
    /// The plate that stands there instead.
    pub replaced_by: Option<Uuid>,
}

impl Plate {
    /// The code as people read it out: `7GK3-M9XQ`.
    pub fn shown(&self) -> String {
        match self.code.split_at_checked(4) {
            Some((first, second)) => format!("{first}-{second}"),
            None => self.code.clone(),
        }
    }

    /// The address that scanning it opens, after the program's own.
    pub fn address(&self) -> String {
        format!("/q/{}/{}", self.county, self.code)
    }
}

/// Eight letters and digits, 40 random bits, without any that are mistaken for another: no `I`, `L`, `O`, `U`.
pub(crate) fn new_code(ids: &Ids) -> String {
    // The last letters of a secret are its most random ones in tests too.
    let secret = ids.secret().to_ascii_uppercase();
    secret[secret.len() - 8..].to_owned()
}

/// A code as somebody may type it: small letters, a hyphen, an `O` for a nought.
pub(crate) fn read_code(text: &str) -> Option<String> {
    let plain = |letter: char| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let code: String = text.chars().filter(|letter| *letter != '-').map(plain).collect();
    (code.len() == 8 && code.chars().all(|letter| letter.is_ascii_alphanumeric())).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = new_code(&Ids::random());
        assert_eq!(read_code(&code), Some(code.clone()));
        assert_eq!(read_code("7gk3-m9xo").as_deref(), Some("7GK3M9X0"));
        for none in ["", "7GK3", "7GK3-M9X/", "7GK3M9XQ1", "漏漏"] {
            assert_eq!(read_code(none), None, "{none}");
        }
        let ids = Ids::counting();
        assert_ne!(new_code(&ids), new_code(&ids));
    }
}
