//! A slow and obvious reading of posts and rights, to check the compiler against.
//!
//! It shares nothing with [`super::Scope`] but the vocabulary: the table of rights is written down a
//! second time, as a person would read it out; "inside" is asked by walking up the tree from parent to
//! parent, never by comparing paths; nothing is put together before it is asked.

use proptest::prelude::*;
use proptest::sample::Index;
use uuid::Uuid;

use super::{Post, Right, Role, Scope};
use crate::clock::Micros;

/// What a role's right reaches: the post's place, and what its organisation has.
#[rustfmt::skip]
fn reaches(role: Role, right: Right) -> (bool, bool) {
    let line = match role {
        //                          see enter handle send supervise open figures export registry manage audit people keep open-people checks lists enterprise
        Role::GridWorker =>       ["both", "place", "unit", "-", "-", "unit", "place", "-", "place", "-", "-", "place", "place", "place", "-", "-", "-"],
        Role::ContactHousehold => ["place", "place", "-", "-", "-", "-", "-", "-", "place", "-", "-", "-", "-", "-", "-", "-", "-"],
        Role::UnitHandler =>      ["unit", "place", "unit", "-", "-", "unit", "place", "unit", "place", "-", "-", "-", "-", "-", "-", "unit", "-"],
        Role::Dispatcher =>       ["place", "place", "-", "place", "-", "place", "place", "place", "place", "-", "-", "-", "-", "-", "-", "-", "-"],
        Role::Supervisor =>       ["place", "place", "-", "place", "place", "place", "place", "place", "place", "-", "-", "-", "-", "-", "-", "-", "-"],
        Role::Secretary =>        ["place", "-", "-", "-", "-", "-", "place", "place", "place", "-", "-", "both", "both", "both", "place", "place", "-"],
        Role::Administrator =>    ["-", "-", "-", "-", "-", "-", "place", "-", "place", "place", "-", "place", "place", "-", "place", "place", "-"],
        Role::Auditor =>          ["place", "-", "-", "-", "-", "-", "place", "place", "place", "-", "place", "-", "-", "-", "-", "-", "-"],
        Role::Specialist | Role::EnterpriseContact => ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "unit"],
    };
    let word = line[column(right)];
    (word == "place" || word == "both", word == "unit" || word == "both")
}

/// A right's column in the table. A new right has to be given one before this compiles.
fn column(right: Right) -> usize {
    match right {
        Right::SeeMatters => 0,
        Right::EnterMatters => 1,
        Right::HandleMatters => 2,
        Right::DispatchMatters => 3,
        Right::SuperviseMatters => 4,
        Right::OpenPersonal => 5,
        Right::SeeFigures => 6,
        Right::Export => 7,
        Right::SeeRegistry => 8,
        Right::Manage => 9,
        Right::SeeAudit => 10,
        Right::SeePeople => 11,
        Right::KeepPeople => 12,
        Right::OpenPeople => 13,
        Right::RunChecks => 14,
        Right::BringLists => 15,
        Right::SpeakForEnterprise => 16,
    }
}

/// A tree of areas: each one's parent by index; the root has none.
#[derive(Debug, Clone)]
struct Tree {
    parents: Vec<Option<usize>>,
    ids: Vec<String>,
}

impl Tree {
    /// Whether `area` is `above` or lies somewhere below it.
    fn inside(&self, area: usize, above: usize) -> bool {
        area == above || self.parents[area].is_some_and(|parent| self.inside(parent, above))
    }

    /// The path as the tables store it.
    fn path(&self, area: usize) -> String {
        let above = self.parents[area].map(|parent| self.path(parent)).unwrap_or_default();
        format!("{above}{}/", self.ids[area])
    }
}

/// A post as the oracle reads it: the place as one of the tree's areas.
#[derive(Debug, Clone)]
struct Held {
    role: Role,
    area: Index,
    organisation: Option<usize>,
    from: Micros,
    to: Option<Micros>,
}

impl Held {
    fn post(&self, tree: &Tree, units: &[Uuid]) -> Post {
        let area = self.area.index(tree.ids.len());
        Post {
            id: Uuid::nil(),
            role: self.role,
            area: tree.ids[area].clone(),
            path: tree.path(area),
            organisation: self.organisation.map(|unit| units[unit]),
            from: self.from,
            to: self.to,
        }
    }

    /// Whether this one post allows it.
    fn allows(&self, tree: &Tree, right: Right, now: Micros, area: usize, has: &[Option<usize>]) -> bool {
        let begun = now >= self.from;
        let over = matches!(self.to, Some(end) if now >= end);
        let (place, unit) = reaches(self.role, right);
        let by_place = place && tree.inside(area, self.area.index(tree.ids.len()));
        let by_unit = unit && self.organisation.is_some() && has.contains(&self.organisation);
        begun && !over && (by_place || by_unit)
    }
}

const UNITS: usize = 4;
const MOMENTS: i64 = 12;

/// Trees of up to 24 areas. Ids are short and alike, so that `1` is the beginning of `12` and `1-2`:
/// a comparison of paths that forgets the `/` is caught.
fn trees() -> impl Strategy<Value = Tree> {
    prop::collection::vec((any::<Index>(), "[12]{1,3}(-[12])?"), 1..24).prop_map(|nodes| {
        let mut tree = Tree { parents: Vec::new(), ids: Vec::new() };
        for (at, (parent, id)) in nodes.into_iter().enumerate() {
            let parent = if at == 0 { None } else { Some(parent.index(at)) };
            let twin = (0..at).any(|other| tree.parents[other] == parent && tree.ids[other] == id);
            tree.parents.push(parent);
            tree.ids.push(if twin { format!("{id}-{at}") } else { id });
        }
        tree
    })
}

fn posts() -> impl Strategy<Value = Vec<Held>> {
    let organisation = prop::option::of(0..UNITS);
    let post = (0..Role::ALL.len(), any::<Index>(), organisation, 0..MOMENTS, prop::option::of(0..MOMENTS));
    let held = post.prop_map(|(role, area, organisation, from, to)| Held {
        role: Role::ALL[role],
        area,
        organisation,
        from,
        to,
    });
    prop::collection::vec(held, 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// For every area, every right and every moment, whatever units have the thing.
    #[test]
    fn the_compiler_agrees_with_the_oracle(
        tree in trees(),
        held in posts(),
        has in prop::collection::vec(prop::option::of(0..UNITS), 0..3),
    ) {
        let units: Vec<Uuid> = (1..=UNITS as u128).map(Uuid::from_u128).collect();
        let compiled: Vec<Post> = held.iter().map(|held| held.post(&tree, &units)).collect();
        let having: Vec<Option<Uuid>> = has.iter().map(|unit| unit.map(|unit| units[unit])).collect();
        for right in Right::ALL {
            for now in 0..MOMENTS {
                let scope = Scope::of(&compiled, right, now);
                for area in 0..tree.ids.len() {
                    let expected = held.iter().any(|held| held.allows(&tree, right, now, area, &has));
                    let found = scope.covers(&tree.path(area), &having);
                    prop_assert_eq!(
                        found, expected,
                        "{:?} at {} in {} had by {:?}: {:?}", right, now, tree.path(area), &has, scope
                    );
                }
            }
        }
    }
}

#[test]
fn every_right_is_asked_about_and_somebodys() {
    for (at, right) in Right::ALL.into_iter().enumerate() {
        assert_eq!(column(right), at);
        assert!(Role::ALL.iter().any(|role| reaches(*role, right) != (false, false)), "nobody may {right:?}");
    }
}
