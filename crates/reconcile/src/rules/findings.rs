//! What is found at a door, and what follows from it. Nobody has to find anything: there is no number to reach.

use lianxin_foundation::every;

use crate::model::Field;
use crate::sealed::Listed;

/// Which side told of a person that a visit asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Lists only.
    Above,
    /// Lists, and perhaps somebody of the registry.
    Unclear,
    /// The registry only: no list of the campaign holds them.
    Below,
    /// Lists, and somebody who is registered in another place of the county.
    Moved,
    /// Nobody: they were met at the door.
    Met,
}

every! {
    /// Every side, in the order a visit asks.
    Side {
        Above   = "above",   "visit-side-above";
        Unclear = "unclear", "visit-side-unclear";
        Below   = "below",   "visit-side-below";
        Moved   = "moved",   "visit-side-moved";
        Met     = "met",     "visit-side-met";
    }
}

/// What is found of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Lives here, as they are listed.
    Lives,
    /// Lives here; something listed is wrong.
    Corrected,
    /// Moved away.
    Moved,
    /// Died.
    Died,
    /// Nobody here knows them.
    Unknown,
    /// Would not say. Nothing is taken for known, and somebody may ask again.
    Refused,
    /// Lives here, and somebody of another place is registered with their ID number: an office has to move them.
    Elsewhere,
    /// Nobody has to ask any more: a clerk decided at the desk.
    Desk,
}

every! {
    /// Every outcome, in the order screens list them.
    Outcome {
        Lives     = "lives",     "visit-lives";
        Corrected = "corrected", "visit-corrected";
        Moved     = "moved",     "visit-moved";
        Died      = "died",      "visit-died";
        Unknown   = "unknown",   "visit-unknown";
        Refused   = "refused",   "visit-refused";
        Elsewhere = "elsewhere", "visit-elsewhere";
        Desk      = "desk",      "visit-desk";
    }
}

impl Outcome {
    /// Whether they live here.
    pub fn lives_here(self) -> bool {
        matches!(self, Outcome::Lives | Outcome::Corrected | Outcome::Elsewhere)
    }

    /// Whether a line that was perhaps somebody of the registry is them; `None` where that stays open.
    pub fn is_same(self) -> Option<bool> {
        match self {
            Outcome::Lives | Outcome::Corrected | Outcome::Elsewhere | Outcome::Moved | Outcome::Died => {
                Some(true)
            }
            Outcome::Unknown => Some(false),
            Outcome::Refused | Outcome::Desk => None,
        }
    }

    /// Whether an office has to go on with it.
    pub fn is_for_the_office(self, side: Side) -> bool {
        self == Outcome::Elsewhere || (self == Outcome::Unknown && side == Side::Below)
    }
}

/// What is compared word for word. Whoever found somebody stood at the address.
const COMPARED: [Field; 5] = [Field::Name, Field::IdNumber, Field::Birth, Field::Sex, Field::Phone];

/// A field of somebody as told; `None` where nothing is.
fn told(one: &Listed, field: Field) -> Option<&str> {
    let text = match field {
        Field::Name => &one.name,
        Field::IdNumber => &one.id_number,
        Field::Birth => &one.birth,
        Field::Sex => &one.sex,
        Field::Phone => &one.phone,
        Field::Address => &one.address,
    };
    Some(text.as_str()).filter(|text| !text.is_empty())
}

/// The fields in which those who tell of one person disagree. What somebody does not tell, contradicts nobody.
pub fn disputed(tellers: &[Listed]) -> Vec<Field> {
    let differs = |field: &Field| {
        let mut said = tellers.iter().filter_map(|one| told(one, *field));
        let first = said.next();
        said.any(|other| Some(other) != first)
    };
    COMPARED.into_iter().filter(differs).collect()
}

/// One person from everything told of them, who is told first counting most.
pub fn joined(tellers: &[Listed]) -> Listed {
    let first = |field: Field| tellers.iter().find_map(|one| told(one, field)).unwrap_or_default().to_owned();
    Listed {
        name: first(Field::Name),
        id_number: first(Field::IdNumber),
        birth: first(Field::Birth),
        sex: first(Field::Sex),
        phone: first(Field::Phone),
        address: first(Field::Address),
    }
}

/// What of a line is wrong by what was found: the field, and what is right.
pub fn wrong_fields(line: &Listed, found: &Listed) -> Vec<(Field, String)> {
    let differs = |field: Field| {
        let (listed, right) = (told(line, field)?, told(found, field)?);
        (listed != right).then(|| (field, right.to_owned()))
    };
    COMPARED.into_iter().filter_map(differs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, birth: &str, phone: &str) -> Listed {
        Listed { name: name.into(), birth: birth.into(), phone: phone.into(), ..Listed::default() }
    }

    #[test]
    fn what_is_not_told_contradicts_nobody() {
        let all = [one("甲", "", "1"), one("甲", "1950-01-02", ""), one("甲", "1950-01-02", "1")];
        assert_eq!(disputed(&all), []);
        assert_eq!(joined(&all), one("甲", "1950-01-02", "1"));
        let other = [one("甲", "1950-01-02", "1"), one("乙", "", "2")];
        assert_eq!(disputed(&other), [Field::Name, Field::Phone]);
        assert_eq!(disputed(&[]), []);
    }

    #[test]
    fn each_line_is_told_of_its_own_mistakes_alone() {
        let found = one("甲", "1950-01-02", "2");
        assert_eq!(wrong_fields(&one("甲", "", "1"), &found), [(Field::Phone, "2".to_owned())]);
        assert_eq!(wrong_fields(&one("甲", "1950-01-02", ""), &found), []);
        assert_eq!(wrong_fields(&one("甲", "1950-01-02", "1"), &Listed::default()), []);
    }

    #[test]
    fn what_follows_from_a_finding() {
        for (outcome, lives, same) in [
            (Outcome::Lives, true, Some(true)),
            (Outcome::Corrected, true, Some(true)),
            (Outcome::Elsewhere, true, Some(true)),
            (Outcome::Moved, false, Some(true)),
            (Outcome::Died, false, Some(true)),
            (Outcome::Unknown, false, Some(false)),
            (Outcome::Refused, false, None),
            (Outcome::Desk, false, None),
        ] {
            assert_eq!((outcome.lives_here(), outcome.is_same()), (lives, same), "{outcome:?}");
        }
        assert!(Outcome::Unknown.is_for_the_office(Side::Below));
        assert!(!Outcome::Unknown.is_for_the_office(Side::Above));
    }
}
