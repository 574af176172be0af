//! How long what is no longer needed is kept: one table of rules, what a county decided otherwise, and the worker that
//! erases. Whatever the work on a matter has to account for stays: its number, times, events and the audit trail.

pub mod actions;
pub mod store;
pub mod worker;

use lianxin_foundation::clock::DAY;
use lianxin_foundation::{Micros, every};

/// Something that is kept for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// How to reach whoever reported a matter.
    Contact,
    /// A matter's photos.
    Photos,
    /// What was said in a mediation, and who took part.
    Mediation,
    /// The rows of units that were called to a matter.
    Calls,
    /// Messages that were sent or given up.
    Messages,
}

every! {
    /// Every kind, in the order screens list them.
    Kind {
        Contact   = "contact",   "retention-contact";
        Photos    = "photos",    "retention-photos";
        Mediation = "mediation", "retention-mediation";
        Calls     = "calls",     "retention-calls";
        Messages  = "messages",  "retention-messages";
    }
}

/// How long something is kept, in days after its matter, its mediation or its sending was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Where a county decided nothing.
    pub built_in: i64,
    /// No county keeps it for less …
    pub least: i64,
    /// … or for longer.
    pub most: i64,
}

impl Kind {
    /// The table of rules. No regulation that was read names a number of days for any of them: the numbers are our
    /// defaults, and so are their bounds.
    pub fn bounds(self) -> Bounds {
        let (built_in, least, most) = match self {
            Kind::Contact => (365, 30, 1_095),
            Kind::Photos => (730, 30, 3_650),
            Kind::Mediation => (3_650, 1_095, 18_250),
            Kind::Calls => (1_095, 365, 3_650),
            Kind::Messages => (30, 7, 365),
        };
        Bounds { built_in, least, most }
    }

    /// The message id of what it is, from when its days count, and where its number comes from.
    pub fn basis(self) -> &'static str {
        match self {
            Kind::Contact => "retention-basis-contact",
            Kind::Photos => "retention-basis-photos",
            Kind::Mediation => "retention-basis-mediation",
            Kind::Calls => "retention-basis-calls",
            Kind::Messages => "retention-basis-messages",
        }
    }
}

/// What was over before this moment has been kept for `days` at `now`.
pub fn before(now: Micros, days: i64) -> Micros {
    now - days * DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_lies_within_its_bounds() {
        for kind in Kind::ALL {
            let Bounds { built_in, least, most } = kind.bounds();
            assert!(0 < least && least <= built_in && built_in <= most, "{}", kind.code());
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(Kind::from_code("x"), None);
        assert_eq!(before(10 * DAY, 3), 7 * DAY);
    }
}
