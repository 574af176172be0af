//! 调解: parties to a dispute are brought together, and agree or do not.
//!
//! Every mediation hangs on a matter: the unit that has the matter mediates, the lowest level first, and the
//! matter's own clock carries it up. See `docs/decisions/0012-cases-beside-a-matter.md`. What mediation law says
//! and its text was read stands here as rules: it is free, an agreement may be oral or written, and both sides may
//! ask a court together to confirm it within thirty days. That it usually ends within a month is a warning.

pub mod store;

use lianxin_foundation::clock::{DAY, end_of_day};
use lianxin_foundation::{Micros, every};
use uuid::Uuid;

/// How long a mediation usually takes: a month. Later it is told, not stopped.
pub const USUAL: Micros = 30 * DAY;

/// For how long after an agreement both sides may ask a court to confirm it.
const CONFIRM_DAYS: i64 = 30;

/// The most who take part in one dispute.
pub const MOST_PARTIES: usize = 40;

/// In which part somebody takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// 党支部.
    Branch,
    /// 物业企业.
    Property,
    /// 业主委员会.
    Owners,
    /// 当事人.
    Side,
    /// 顾问: knows the matter, and is no side.
    Adviser,
}

every! {
    /// Every part, those of the three-party table first.
    Part {
        Branch   = "branch",   "dispute-branch";
        Property = "property", "dispute-property";
        Owners   = "owners",   "dispute-owners";
        Side     = "side",     "dispute-side";
        Adviser  = "adviser",  "dispute-adviser";
    }
}

impl Part {
    /// Whether they are one of those who have to agree.
    pub fn agrees(self) -> bool {
        self != Part::Adviser
    }
}

/// How an agreement was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// By word of mouth: it holds from when both sides said so.
    Oral,
    /// On paper: it holds from when both sides signed and the mediators' seal is on it.
    Written,
}

every! {
    /// Both.
    Form {
        Oral    = "oral",    "dispute-oral";
        Written = "written", "dispute-written";
    }
}

/// How a mediation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// They agreed.
    Agreed,
    /// They did not, and were told what else there is.
    Failed,
    /// Its matter ended otherwise.
    Dropped,
}

every! {
    /// The best first.
    Outcome {
        Agreed  = "agreed",  "dispute-agreed";
        Failed  = "failed",  "dispute-failed";
        Dropped = "dropped", "dispute-dropped";
    }
}

/// The last moment of the thirtieth day after an agreement: until then both sides may ask a court together.
pub fn confirm_by(agreed: Micros) -> Micros {
    end_of_day(agreed) + CONFIRM_DAYS * DAY
}

/// A dispute as it stands. Words stay sealed until somebody who mediates opens them.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispute {
    /// The matter's county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// The matter it hangs on.
    pub matter: Uuid,
    /// What it is about, sealed.
    pub sealed_about: Vec<u8>,
    /// When it was taken up.
    pub opened_at: Micros,
    /// When the usual month is over.
    pub due: Micros,
    /// When it ended.
    pub ended_at: Option<Micros>,
    /// How.
    pub outcome: Option<Outcome>,
    /// How the agreement was made.
    pub form: Option<Form>,
    /// Since when it holds.
    pub agreed_at: Option<Micros>,
    /// What was agreed, or why not; sealed.
    pub sealed_terms: Option<Vec<u8>>,
    /// Until when both sides may ask a court to confirm it.
    pub confirm_by: Option<Micros>,
    /// When they asked.
    pub confirmed_at: Option<Micros>,
    /// Which court, under which number.
    pub confirm_note: Option<String>,
}

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq)]
pub struct Taker {
    /// Their id.
    pub id: Uuid,
    /// In which part.
    pub part: Part,
    /// The organisation, where it is one.
    pub organisation: Option<Uuid>,
    /// The person's name, sealed.
    pub sealed_name: Option<Vec<u8>>,
    /// Their telephone number, sealed.
    pub sealed_phone: Option<Vec<u8>>,
}

/// A sitting.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Its id.
    pub id: Uuid,
    /// When it is or was to begin.
    pub at: Micros,
    /// Where.
    pub place: String,
    /// When it was noted that it took place.
    pub held_at: Option<Micros>,
    /// What was said, sealed.
    pub sealed_record: Option<Vec<u8>>,
    /// Who was invited, and whether they came.
    pub invited: Vec<(Uuid, Option<bool>)>,
}

/// The place something of a dispute, a party or a sitting is sealed for: `about`, `terms`, `name`, `phone`, `record`.
pub(crate) fn place(what: &str, id: Uuid) -> String {
    format!("dispute.{what}/{id}")
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::clock::parse_rfc3339;

    use super::*;

    #[test]
    fn thirty_days_end_with_the_last_of_them() {
        let agreed = parse_rfc3339("2026-11-01T09:00:00+08:00").unwrap();
        let last = parse_rfc3339("2026-12-02T00:00:00+08:00").unwrap();
        assert_eq!(confirm_by(agreed), last, "the first of December counts whole");
    }

    #[test]
    fn codes_are_told_apart() {
        assert!(Part::ALL.iter().all(|part| Part::from_code(part.code()) == Some(*part)));
        assert!(Form::ALL.iter().all(|form| Form::from_code(form.code()) == Some(*form)));
        assert_eq!((Part::from_code("x"), Outcome::from_code("agreed")), (None, Some(Outcome::Agreed)));
        assert!(Part::Side.agrees() && !Part::Adviser.agrees());
    }
}
