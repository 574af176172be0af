//! What may be said of somebody at a door: one table, by which page, program and phone decide.

use lianxin_foundation::every;
use serde_json::{Value, json};

use super::findings::{Outcome, Side};

/// How a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// Nobody has said anything.
    Open,
    /// They would not say: somebody may ask again.
    Refused,
    /// It is known.
    Settled,
}

every! {
    /// Every standing.
    Stands {
        Open    = "open";
        Refused = "refused";
        Settled = "settled";
    }
}

impl Stands {
    /// How a question stands of which this was found.
    pub fn after(found: Option<Outcome>) -> Stands {
        match found {
            None => Stands::Open,
            Some(Outcome::Refused) => Stands::Refused,
            Some(_) => Stands::Settled,
        }
    }
}

/// What an answer asks to be filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// What is right about the person.
    Person,
    /// Where they moved to.
    To,
    /// The last day.
    Last,
}

every! {
    /// Every blank, in the order forms have them.
    Blank {
        Person = "person";
        To     = "to";
        Last   = "last";
    }
}

/// One row: what can be said of whom, and how the question stands then.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// What is said.
    pub outcome: Outcome,
    /// Of people whom these sides told of.
    pub sides: &'static [Side],
    /// Whether only where nothing that is told contradicts itself.
    pub agreed: bool,
    /// What it asks to be filled in.
    pub blanks: &'static [Blank],
}

const ASKED: &[Side] = &[Side::Above, Side::Unclear, Side::Below, Side::Moved];
/// Who is registered in another place did not move away from here, and dies in nobody's registry here.
const AT_HOME: &[Side] = &[Side::Above, Side::Unclear, Side::Below];

/// Every answer, in the order it is offered. A question takes one as long as it is not settled.
pub const RULES: [Rule; 6] = [
    Rule { outcome: Outcome::Lives, sides: ASKED, agreed: true, blanks: &[] },
    Rule { outcome: Outcome::Corrected, sides: ASKED, agreed: false, blanks: &[Blank::Person] },
    Rule { outcome: Outcome::Moved, sides: AT_HOME, agreed: false, blanks: &[Blank::To, Blank::Last] },
    Rule { outcome: Outcome::Died, sides: AT_HOME, agreed: false, blanks: &[Blank::Last] },
    Rule { outcome: Outcome::Unknown, sides: ASKED, agreed: false, blanks: &[] },
    Rule { outcome: Outcome::Refused, sides: ASKED, agreed: false, blanks: &[] },
];

/// Why something cannot be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsaid {
    /// Somebody else said it already.
    Settled,
    /// Those who tell disagree.
    Disputed,
    /// It is nothing to say of them.
    Nothing,
}

/// How a question stands once `outcome` is said of it.
///
/// # Errors
/// Why it cannot be said.
pub fn answered(side: Side, stands: Stands, agreed: bool, outcome: Outcome) -> Result<Stands, Unsaid> {
    let rule = RULES.iter().find(|rule| rule.outcome == outcome && rule.sides.contains(&side));
    match rule {
        _ if stands == Stands::Settled => Err(Unsaid::Settled),
        None => Err(Unsaid::Nothing),
        Some(rule) if rule.agreed && !agreed => Err(Unsaid::Disputed),
        Some(_) => Ok(Stands::after(Some(outcome))),
    }
}

/// What can be said of a question, in the order it is offered.
pub fn offered(side: Side, stands: Stands, agreed: bool) -> impl Iterator<Item = &'static Rule> {
    RULES.iter().filter(move |rule| answered(side, stands, agreed, rule.outcome).is_ok())
}

/// The table as it goes along on a phone.
pub fn rows() -> Value {
    let row = |rule: &Rule| {
        json!({
            "outcome": rule.outcome.code(),
            "sides": rule.sides.iter().map(|side| side.code()).collect::<Vec<_>>(),
            "from": [Stands::Open.code(), Stands::Refused.code()],
            "agreed": rule.agreed,
            "blanks": rule.blanks.iter().map(|blank| blank.code()).collect::<Vec<_>>(),
            "to": Stands::after(Some(rule.outcome)).code(),
        })
    };
    RULES.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows sent to a phone decide as the program does, whoever is asked about and however it stands.
    #[test]
    fn the_rows_on_the_phone_are_the_table() {
        let rows = rows();
        let holds = |list: &Value, code: &str| list.as_array().unwrap().iter().any(|one| one == code);
        for outcome in Outcome::ALL {
            for (side, stands) in Side::ALL.into_iter().flat_map(|side| Stands::ALL.map(|one| (side, one))) {
                for agreed in [true, false] {
                    let row = rows.as_array().unwrap().iter().find(|row| {
                        row["outcome"] == outcome.code()
                            && holds(&row["sides"], side.code())
                            && holds(&row["from"], stands.code())
                            && (agreed || row["agreed"] == false)
                    });
                    let there = answered(side, stands, agreed, outcome).ok().map(Stands::code);
                    assert_eq!(
                        row.and_then(|row| row["to"].as_str()),
                        there,
                        "{outcome:?} {side:?} {stands:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_cannot_be_said_says_why() {
        let said = |side, stands, agreed, outcome| answered(side, stands, agreed, outcome).err();
        assert_eq!(said(Side::Above, Stands::Settled, true, Outcome::Lives), Some(Unsaid::Settled));
        assert_eq!(said(Side::Above, Stands::Open, false, Outcome::Lives), Some(Unsaid::Disputed));
        assert_eq!(said(Side::Above, Stands::Open, false, Outcome::Corrected), None);
        assert_eq!(said(Side::Above, Stands::Refused, true, Outcome::Lives), None);
        // That a number is somebody else's, nobody can see at a door; what the desk decides is said there.
        for outcome in [Outcome::Elsewhere, Outcome::Desk] {
            assert_eq!(said(Side::Above, Stands::Open, true, outcome), Some(Unsaid::Nothing));
        }
        assert_eq!(said(Side::Moved, Stands::Open, true, Outcome::Died), Some(Unsaid::Nothing));
        assert_eq!(said(Side::Met, Stands::Open, true, Outcome::Lives), Some(Unsaid::Nothing));
        assert_eq!(offered(Side::Moved, Stands::Open, false).count(), 3);
    }
}
