//! 溯源治理: a cause behind many matters is worked on like a matter.
//!
//! A source has a place, a category, a unit that answers for it, entries of what was noted and done, and the matters
//! it stands behind. [`near`] proposes such matters, staff decide; [`flow`] counts them week by week around a measure
//! and says whether the flow stopped. See `docs/decisions/0020-causes-behind-matters.md`.

pub mod flow;
pub(crate) mod near;
pub mod store;

use lianxin_foundation::every;
use lianxin_foundation::{Micros, Right, Who};
use uuid::Uuid;

/// The longest title, in characters.
pub const MOST_TITLE: usize = 60;

/// The most matters linked to one source.
pub const MOST_LINKED: i64 = 2_000;

/// How work on a source ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// 已断流: no more of them come in.
    Stopped,
    /// 已减少: fewer come in, and more cannot be done here.
    Eased,
    /// 上级解决: beyond what this level can do, and handed to who can.
    Above,
    /// 没有找准: it was not the cause.
    Mistaken,
}

every! {
    /// Every outcome.
    Outcome {
        Stopped  = "stopped",  "source-stopped";
        Eased    = "eased",    "source-eased";
        Above    = "above",    "source-above";
        Mistaken = "mistaken", "source-mistaken";
    }
}

/// What an entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What was found out or is planned.
    Note,
    /// What was done about it, and since when it holds.
    Measure,
    /// With which result it ended.
    End,
    /// Why it was taken up again.
    Again,
}

every! {
    /// Every kind.
    Kind {
        Note    = "note",    "source-entry-note";
        Measure = "measure", "source-entry-measure";
        End     = "end",     "source-entry-end";
        Again   = "again",   "source-entry-again";
    }
}

/// A cause as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Its county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// What it is, in a few words.
    pub title: String,
    /// What seems to be behind the matters.
    pub words: String,
    /// The category of the matters behind which it stands.
    pub category: String,
    /// The area it works in.
    pub area: String,
    /// That area's path.
    pub path: String,
    /// The organisation that answers for it.
    pub unit: Uuid,
    /// When it was taken up.
    pub opened_at: Micros,
    /// When work on it ended.
    pub ended_at: Option<Micros>,
    /// How.
    pub outcome: Option<Outcome>,
}

/// Something noted or done about a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// What it says.
    pub kind: Kind,
    /// When it was written.
    pub at: Micros,
    /// Of a measure: since when it holds.
    pub since: Option<Micros>,
    /// Who wrote it.
    pub by_name: String,
    /// The words.
    pub words: String,
}

/// Whether `who` works on a source of this unit and place: the unit does, and whoever supervises the place.
pub fn works_on(who: &Who, path: &str, unit: Uuid, now: Micros) -> bool {
    who.scope(Right::HandleMatters, now).covers("", &[Some(unit)])
        || who.scope(Right::SuperviseMatters, now).covers(path, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart() {
        assert!(Outcome::ALL.iter().all(|outcome| Outcome::from_code(outcome.code()) == Some(*outcome)));
        assert!(Kind::ALL.iter().all(|kind| Kind::from_code(kind.code()) == Some(*kind)));
        assert_eq!((Outcome::from_code("x"), Kind::from_code("")), (None, None));
    }
}
