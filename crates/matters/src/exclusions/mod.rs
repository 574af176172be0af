//! 不合理诉求剔除: what two people find to be an unreasonable demand is taken off a report's rates, and counted beside.
//!
//! The sums that figures rest on stay as they are, so that `figures recompute` and the public's pages tell of every
//! matter. See `docs/decisions/0021-what-a-monthly-report-leaves-out.md`.

pub mod store;

use lianxin_foundation::Micros;
use lianxin_foundation::every;
use uuid::Uuid;

/// Where a proposal to leave a matter out stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// One person proposed it.
    Proposed,
    /// Another confirmed it: rates of reports leave it out.
    Confirmed,
    /// Another refused it.
    Refused,
    /// It was confirmed and counts again.
    Lifted,
}

every! {
    /// Every state.
    State {
        Proposed  = "proposed",  "exclusion-proposed";
        Confirmed = "confirmed", "exclusion-confirmed";
        Refused   = "refused",   "exclusion-refused";
        Lifted    = "lifted",    "exclusion-lifted";
    }
}

impl State {
    /// Whether another proposal has to wait for this one.
    pub fn stands(self) -> bool {
        matches!(self, State::Proposed | State::Confirmed)
    }
}

/// A word of somebody: when, who, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: Micros,
    /// Who.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// A proposal to leave a matter out, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Exclusion {
    /// The matter's county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// The matter.
    pub matter: Uuid,
    /// Where it stands.
    pub state: State,
    /// The account that proposed it.
    pub proposed_by: Uuid,
    /// The proposal.
    pub proposed: Said,
    /// The second person's word.
    pub decided: Option<Said>,
    /// Why it counts again.
    pub lifted: Option<Said>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart() {
        assert!(State::ALL.iter().all(|state| State::from_code(state.code()) == Some(*state)));
        assert_eq!(State::from_code("x"), None);
        assert!(State::Proposed.stands() && State::Confirmed.stands());
        assert!(!State::Refused.stands() && !State::Lifted.stands());
    }
}
