//! What is given: households, shelters, members, and who may not go where.

use std::collections::HashMap;
use std::fmt;

/// Greatest coordinate either way, in metres: beyond any national grid, zone prefix included.
pub const FARTHEST_M: i32 = 100_000_000;
/// Most persons in one household (a care home may come as one).
pub const LARGEST_HOUSEHOLD: u32 = 100_000;
/// Most persons in one problem.
pub const MOST_PERSONS: i64 = 1 << 32;

/// What a household's place must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Any place.
    Any,
    /// Medical care: placed before all others where places are short.
    Medical,
    /// A place on the ground floor: placed after medical need, before the rest.
    Ground,
}

impl Need {
    /// Every need, the most pressing first.
    pub const ALL: [Need; 3] = [Need::Medical, Need::Ground, Need::Any];

    /// Reads the code of the files: 0 none, 1 medical, 2 ground floor.
    pub fn from_code(code: u8) -> Option<Need> {
        [Need::Any, Need::Medical, Need::Ground].get(usize::from(code)).copied()
    }

    /// The code of the files.
    pub fn code(self) -> u8 {
        match self {
            Need::Any => 0,
            Need::Medical => 1,
            Need::Ground => 2,
        }
    }

    /// As a set of one, for places that may have several virtues.
    pub(crate) fn mask(self) -> u8 {
        match self {
            Need::Any => 0,
            Need::Medical => 1,
            Need::Ground => 2,
        }
    }
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Need::Any => "any place",
            Need::Medical => "medical care",
            Need::Ground => "ground floor",
        })
    }
}

/// People who live together and move together if asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// Unlike every other household's.
    pub id: String,
    /// The village or community.
    pub village: String,
    /// The building within the village; empty when it stands alone.
    pub building: String,
    /// Metres east on a plane grid.
    pub x: i32,
    /// Metres north on the same grid.
    pub y: i32,
    /// Persons, at least one.
    pub size: u32,
    /// What their place must have.
    pub need: Need,
}

/// A place that takes people in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelter {
    /// Unlike every other shelter's.
    pub id: String,
    /// Metres east.
    pub x: i32,
    /// Metres north.
    pub y: i32,
    /// Persons it takes; 0 when it is closed.
    pub capacity: u32,
    /// Whether it has medical care.
    pub medical: bool,
    /// Whether it has places on the ground floor.
    pub ground: bool,
}

impl Shelter {
    /// What it has, as a set of needs.
    pub(crate) fn mask(&self) -> u8 {
        u8::from(self.medical) | u8::from(self.ground) << 1
    }

    /// Whether someone with this need may go there.
    pub fn serves(&self, need: Need) -> bool {
        self.mask() & need.mask() == need.mask()
    }
}

/// Someone who answers for a few households.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Unlike every other member's.
    pub id: String,
    /// The village or community.
    pub village: String,
    /// Metres east.
    pub x: i32,
    /// Metres north.
    pub y: i32,
    /// How many households at most.
    pub max_households: u32,
}

/// Which list a wrong record stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum List {
    /// Households.
    Households,
    /// Shelters.
    Shelters,
    /// Members.
    Members,
}

/// Why a record cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Its id is empty.
    #[error("the id is empty")]
    NoId,
    /// Another record before it has the same id.
    #[error("the id {id} stands already at record {first}")]
    Twice {
        /// The id.
        id: String,
        /// The earlier record, from 1.
        first: usize,
    },
    /// A coordinate beyond [`FARTHEST_M`].
    #[error("the coordinate {0} is beyond ±{FARTHEST_M} metres")]
    Far(i32),
    /// A household without persons or with more than [`LARGEST_HOUSEHOLD`].
    #[error("a household has 1 to {LARGEST_HOUSEHOLD} persons, not {0}")]
    Size(u32),
    /// All together are too many.
    #[error("more than {MOST_PERSONS} persons together")]
    TooMany,
}

/// A record that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{list:?} record {}: {reason}", index + 1)]
pub struct InputError {
    /// Which list.
    pub list: List,
    /// Which record of it, from 0.
    pub index: usize,
    /// Why.
    pub reason: Reason,
}

/// Everything that is wrong with the households and shelters, in the order of the lists.
pub fn check_input(households: &[Household], shelters: &[Shelter]) -> Vec<InputError> {
    let mut wrong = Vec::new();
    check_places(&mut wrong, List::Households, households.iter().map(|h| (h.id.as_str(), h.x, h.y)));
    let mut persons = 0;
    for (index, household) in households.iter().enumerate() {
        if !(1..=LARGEST_HOUSEHOLD).contains(&household.size) {
            let reason = Reason::Size(household.size);
            wrong.push(InputError { list: List::Households, index, reason });
        }
        let before = persons;
        persons += i64::from(household.size);
        if before <= MOST_PERSONS && persons > MOST_PERSONS {
            wrong.push(InputError { list: List::Households, index, reason: Reason::TooMany });
        }
    }
    check_places(&mut wrong, List::Shelters, shelters.iter().map(|s| (s.id.as_str(), s.x, s.y)));
    wrong.sort_by_key(|error| (error.list, error.index));
    wrong
}

/// Everything that is wrong with the members.
pub fn check_members(members: &[Member]) -> Vec<InputError> {
    let mut wrong = Vec::new();
    check_places(&mut wrong, List::Members, members.iter().map(|m| (m.id.as_str(), m.x, m.y)));
    wrong
}

fn check_places<'a>(
    wrong: &mut Vec<InputError>,
    list: List,
    places: impl Iterator<Item = (&'a str, i32, i32)>,
) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let places: Vec<(&str, i32, i32)> = places.collect();
    // Where ids rise, as they mostly do, none stands twice.
    let rising = places.is_sorted_by(|(a, ..), (b, ..)| a < b);
    for (index, (id, x, y)) in places.into_iter().enumerate() {
        let mut found = |reason| wrong.push(InputError { list, index, reason });
        if id.is_empty() {
            found(Reason::NoId);
        } else if let Some(first) = seen.get(id) {
            found(Reason::Twice { id: id.to_owned(), first: first + 1 });
        } else if !rising {
            seen.insert(id, index);
        }
        for coordinate in [x, y].into_iter().filter(|value| !(-FARTHEST_M..=FARTHEST_M).contains(value)) {
            found(Reason::Far(coordinate));
        }
    }
}
