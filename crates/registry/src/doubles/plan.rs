//! What becomes of two records when they become one. Pure: the same two give the same plan.
//!
//! A person lives in one place on a day, is one thing in an organisation once, and stands in one stage of joining. Where both
//! records say something about the same days, one of them leads: its facts stay as they are, the other's keep the days that
//! are left, or are set aside.

use std::collections::HashMap;

use lianxin_foundation::Micros;
use uuid::Uuid;

use super::{Side, What};
use crate::household::Residence;
use crate::membership::Membership;
use crate::person::standing::Standing;

/// Why a fact is over that the other record's covers.
pub const SET_ASIDE: &str = "merged";

/// Whose a fact is, from when until when, and why it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Whose.
    pub person: Uuid,
    /// The first moment.
    pub from: Micros,
    /// The first moment after the last, if that is known.
    pub to: Option<Micros>,
    /// Why it is over.
    pub ended: Option<String>,
}

impl Stretch {
    pub(crate) fn of_home(home: &Residence) -> Stretch {
        Stretch { person: home.person, from: home.from, to: home.to, ended: home.ended.clone() }
    }

    pub(crate) fn of_role(role: &Membership) -> Stretch {
        Stretch { person: role.person, from: role.from, to: role.to, ended: role.ended.clone() }
    }

    /// Whether it holds on no day.
    pub fn is_empty(&self) -> bool {
        self.to.is_some_and(|to| to <= self.from)
    }
}

/// A fact as it is, and as it will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// What it is: a residence or a membership.
    pub what: What,
    /// Which.
    pub id: Uuid,
    /// As it is.
    pub was: Stretch,
    /// As it will be.
    pub becomes: Stretch,
}

impl Carried {
    /// Whether the other record's facts cover every day of it.
    pub fn set_aside(&self) -> bool {
        self.becomes.is_empty() && !self.was.is_empty()
    }
}

/// Two stages of joining in two organisations at once: which, by kind and organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoStages(pub [(String, Uuid); 2]);

/// The first days of `own` that none of `taken` has, in order of their beginnings.
fn free(
    own: (Micros, Option<Micros>),
    taken: &[(Micros, Option<Micros>)],
) -> Option<(Micros, Option<Micros>)> {
    let (mut from, mut to) = own;
    for (begins, ends) in taken {
        if ends.is_some_and(|ends| ends <= from) {
            continue;
        }
        if *begins > from {
            to = Some(to.map_or(*begins, |to| to.min(*begins)));
            break;
        }
        from = (*ends)?;
    }
    to.is_none_or(|to| from < to).then_some((from, to))
}

/// Days that are taken, and facts that give way to them in turn.
#[derive(Default)]
struct Ground {
    taken: Vec<(Micros, Option<Micros>)>,
}

impl Ground {
    /// What becomes of a fact of whoever is `kept` now; `cut` is why it ends where another begins.
    fn settle(&mut self, was: &Stretch, kept: Uuid, cut: &str) -> Stretch {
        let whole = Stretch { person: kept, ..was.clone() };
        if was.is_empty() {
            return whole;
        }
        let Some((from, to)) = free((was.from, was.to), &self.taken) else {
            return Stretch { to: Some(was.from), ended: Some(SET_ASIDE.to_owned()), ..whole };
        };
        let at = self.taken.partition_point(|(begins, _)| *begins < from);
        self.taken.insert(at, (from, to));
        let ended = if to == was.to { was.ended.clone() } else { Some(cut.to_owned()) };
        Stretch { person: kept, from, to, ended }
    }
}

/// Whether somebody has to say which home counts: both have one now, and not the same.
pub fn homes_differ(kept: &Standing, gone: &Standing, now: Micros) -> bool {
    match (kept.home(now), gone.home(now)) {
        (Some(one), Some(other)) => one.household != other.household || one.relation != other.relation,
        _ => false,
    }
}

/// What becomes of every home and membership of the two when `gone` goes into `kept`. `home` says whose home counts where
/// both have one now.
///
/// # Errors
/// [`TwoStages`] where both are on their way into the Party, or in it, in different organisations.
pub fn facts(
    kept: Uuid,
    standings: (&Standing, &Standing),
    home: Side,
    now: Micros,
) -> Result<Vec<Carried>, TwoStages> {
    require_one_stage(standings, now)?;
    let mut all = homes(kept, standings, home, now);
    all.extend(roles(kept, standings));
    Ok(all)
}

fn require_one_stage((kept, gone): (&Standing, &Standing), now: Micros) -> Result<(), TwoStages> {
    let named = |one: &Membership| (one.code.clone(), one.organisation);
    match (kept.stage(now), gone.stage(now)) {
        (Some(one), Some(other)) if one.organisation != other.organisation => {
            Err(TwoStages([named(one), named(other)]))
        }
        _ => Ok(()),
    }
}

fn homes(kept: Uuid, (one, other): (&Standing, &Standing), home: Side, now: Micros) -> Vec<Carried> {
    // Whoever alone lives somewhere now leads: else nobody would live anywhere afterwards.
    let leads = match (one.home(now), other.home(now)) {
        (Some(_), None) | (None, None) => Side::Kept,
        (None, Some(_)) => Side::Gone,
        (Some(_), Some(_)) => home,
    };
    let mut ground = Ground::default();
    let first = leads.of(&one.residences, &other.residences);
    let then = leads.of(&other.residences, &one.residences);
    let carried = |home: &Residence| {
        let was = Stretch::of_home(home);
        let becomes = ground.settle(&was, kept, "moved");
        Carried { what: What::Residence, id: home.id, was, becomes }
    };
    first.iter().chain(then).map(carried).collect()
}

fn roles(kept: Uuid, (one, other): (&Standing, &Standing)) -> Vec<Carried> {
    let stage = |role: &Membership| role.kind().and_then(|kind| kind.stage);
    let mut all: Vec<&Membership> = one.memberships.iter().chain(&other.memberships).collect();
    // The further stage leads, then whatever began first.
    all.sort_by_key(|role| (std::cmp::Reverse(stage(role)), role.from, role.id));
    // Stages share their days wherever they are; anything else shares them with the same in the same organisation.
    let mut grounds: HashMap<Option<(Uuid, &str)>, Ground> = HashMap::new();
    let mut carried = Vec::with_capacity(all.len());
    for role in all {
        let key = stage(role).is_none().then_some((role.organisation, role.code.as_str()));
        let was = Stretch::of_role(role);
        let becomes = grounds.entry(key).or_default().settle(&was, kept, "");
        carried.push(Carried { what: What::Membership, id: role.id, was, becomes });
    }
    carried
}

/// What each field may be taken from, where somebody chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choices {
    /// Whose name.
    pub name: Side,
    /// Whose sex, where no ID number tells it.
    pub sex: Side,
    /// Whose birth, where no ID number tells it.
    pub birth: Side,
    /// Whose ID number; must be said where both have one.
    pub id_number: Option<Side>,
    /// Whose telephone.
    pub phone: Side,
    /// Whose home counts from now on.
    pub home: Side,
}

/// What two records have, as far as choosing needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Has {
    /// An ID number.
    pub id_number: bool,
    /// A telephone.
    pub phone: bool,
    /// A sex.
    pub sex: bool,
    /// A birth.
    pub birth: bool,
}

/// From which record each field comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sources {
    /// The name.
    pub name: Side,
    /// The sex.
    pub sex: Side,
    /// The birth.
    pub birth: Side,
    /// The ID number; `None` while somebody has to choose between two.
    pub id_number: Option<Side>,
    /// The telephone.
    pub phone: Side,
}

/// From which record each field comes: what only one has is never lost, and birth and sex go with the ID number that tells
/// them.
pub fn sources(kept: Has, gone: Has, choices: &Choices) -> Sources {
    let one_of = |own: bool, other: bool, chosen: Side| match (own, other) {
        (true, false) => Side::Kept,
        (false, true) => Side::Gone,
        _ => chosen,
    };
    let id_number = match (kept.id_number, gone.id_number) {
        (true, true) => choices.id_number,
        (own, other) => Some(one_of(own, other, Side::Kept)),
    };
    let told = id_number.filter(|_| kept.id_number || gone.id_number);
    Sources {
        name: choices.name,
        sex: told.unwrap_or_else(|| one_of(kept.sex, gone.sex, choices.sex)),
        birth: told.unwrap_or_else(|| one_of(kept.birth, gone.birth, choices.birth)),
        id_number,
        phone: one_of(kept.phone, gone.phone, choices.phone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_keeps_the_days_that_nobody_has() {
        for (own, taken, left) in [
            ((0, None), vec![], Some((0, None))),
            ((0, None), vec![(5, None)], Some((0, Some(5)))),
            ((5, None), vec![(0, None)], None),
            ((5, Some(9)), vec![(0, Some(7))], Some((7, Some(9)))),
            ((5, Some(9)), vec![(0, Some(5)), (9, None)], Some((5, Some(9)))),
            ((0, None), vec![(2, Some(4)), (6, None)], Some((0, Some(2)))),
            ((2, None), vec![(0, Some(4)), (4, Some(6))], Some((6, None))),
            ((2, Some(5)), vec![(0, Some(4)), (4, Some(6))], None),
        ] {
            assert_eq!(free(own, &taken), left, "{own:?} beside {taken:?}");
        }
    }

    #[test]
    fn fields_come_from_who_has_them_and_from_the_id_number() {
        let bare = Has::default();
        let full = Has { id_number: true, phone: true, sex: true, birth: true };
        let chosen = Choices { id_number: Some(Side::Gone), ..Choices::default() };
        assert_eq!(sources(full, full, &Choices::default()).id_number, None, "nobody chooses for them");
        let both = sources(full, full, &chosen);
        assert_eq!((both.id_number, both.birth, both.sex), (Some(Side::Gone), Side::Gone, Side::Gone));
        assert_eq!((both.name, both.phone), (Side::Kept, Side::Kept));
        let taken = sources(bare, full, &Choices::default());
        assert_eq!((taken.id_number, taken.birth, taken.phone), (Some(Side::Gone), Side::Gone, Side::Gone));
        let named = Choices { name: Side::Gone, birth: Side::Gone, ..Choices::default() };
        let born = sources(Has { birth: true, ..bare }, Has { birth: true, ..bare }, &named);
        assert_eq!((born.name, born.birth, born.sex), (Side::Gone, Side::Gone, Side::Kept));
    }
}
