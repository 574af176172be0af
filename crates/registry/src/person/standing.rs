//! By what others may see a person: where they live and what they belong to.

use lianxin_foundation::{Micros, Result, Scope, Tx};
use uuid::Uuid;

use super::Person;
use crate::household::{Residence, store as households};
use crate::membership::{Membership, store as memberships};

/// Everything dated about one person, the newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Where they lived and live.
    pub residences: Vec<Residence>,
    /// What they belonged and belong to.
    pub memberships: Vec<Membership>,
}

impl Standing {
    /// Reads it.
    pub async fn of(tx: &mut Tx, person: &Person) -> Result<Standing> {
        Ok(Standing {
            residences: households::of_person(tx, &person.county, person.id).await?,
            memberships: memberships::of_person(tx, &person.county, person.id).await?,
        })
    }

    /// Where they live at a moment.
    pub fn home(&self, at: Micros) -> Option<&Residence> {
        self.residences.iter().find(|residence| residence.holds(at))
    }

    /// What they belong to at a moment.
    pub fn held(&self, at: Micros) -> impl Iterator<Item = &Membership> {
        self.memberships.iter().filter(move |membership| membership.holds(at))
    }

    /// Whether somebody with this scope may know of the person at a moment: by where they live, by an
    /// organisation of theirs, or, when neither holds any more, by where they lived last. Who moved away
    /// or died stays with those who kept them until then.
    pub fn covered(&self, scope: &Scope, at: Micros) -> bool {
        let mut held = self.held(at).peekable();
        let home = self.home(at);
        if home.is_none() && held.peek().is_none() {
            return self.last(at).is_some_and(|last| scope.covers(&last.path, &[]));
        }
        home.is_some_and(|home| scope.covers(&home.path, &[]))
            || held.any(|membership| membership.covered(scope))
    }

    /// Where they lived last before a moment.
    fn last(&self, at: Micros) -> Option<&Residence> {
        let before = self.residences.iter().filter(|residence| residence.from <= at);
        before.max_by_key(|residence| (residence.to, residence.from))
    }

    /// The stage of joining the Party they are in at a moment, wherever.
    pub fn stage(&self, at: Micros) -> Option<&Membership> {
        self.held(at).find(|membership| membership.kind().is_some_and(|kind| kind.stage.is_some()))
    }

    /// The organisations they belong to at a moment.
    pub fn organisations(&self, at: Micros) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = self.held(at).map(|membership| membership.organisation).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}
