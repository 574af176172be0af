//! Addresses at any granularity: cut into units by their suffixes (省 市 区 县 镇 街道 村 社区 路 号 …) and by the
//! names that the lists themselves, or a table of divisions, give to units.

mod cut;
mod gazetteer;

pub(crate) use cut::Cut;
pub(crate) use gazetteer::Gazetteer;

use crate::text::{joined, mixed};

/// Levels of place, from the largest.
pub(crate) const PROVINCE: usize = 0;
pub(crate) const CITY: usize = 1;
pub(crate) const COUNTY: usize = 2;
pub(crate) const TOWN: usize = 3;
pub(crate) const VILLAGE: usize = 4;
pub(crate) const ESTATE: usize = 5;
pub(crate) const ROAD: usize = 6;
/// How many levels there are.
pub(crate) const LEVELS: usize = 7;
/// The most house numbers kept of one address.
const NUMBERS: usize = 4;

/// How two addresses agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddressLevel {
    /// The same door.
    Door = 1,
    /// One tells fewer numbers, and those it tells are the same.
    DoorSoFar = 2,
    /// The same village, estate or road; one of them tells no number.
    Place = 3,
    /// The same village, estate or road, another door.
    OtherDoor = 4,
    /// Nothing speaks against, but one of them tells only a larger unit.
    Within = 5,
    /// The same town, another place in it.
    OtherPlace = 6,
    /// The same county, or only that can be compared, with another town.
    OtherTown = 7,
    /// Nothing in common.
    Differs = 8,
}

/// An address as numbers: each unit's name as a hash (0 is not told), and the numbers of group, house and room.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Address {
    units: [u32; LEVELS],
    group: u16,
    numbers: [u16; NUMBERS],
    /// What could be put under no level, as a hash.
    rest: u32,
}

/// What two addresses agree on, for looking up how many live there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Agreement {
    pub(crate) level: AddressLevel,
    /// The key of the unit they agree on; 0 for none.
    pub(crate) common: u64,
}

impl Address {
    fn told(&self, level: usize) -> bool {
        self.units[level] != 0
    }

    fn count(&self) -> usize {
        self.numbers.iter().take_while(|number| **number != 0).count()
    }

    fn has_numbers(&self) -> bool {
        self.numbers[0] != 0
    }

    /// Whether nothing at all was understood.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Address::default()
    }

    /// The key of one unit with nothing below it; 0 when it is not told.
    pub(crate) fn unit_key(&self, level: usize) -> u64 {
        match self.units[level] {
            0 => 0,
            unit => joined(level as u64 + 1, u64::from(unit)),
        }
    }

    /// The keys of the smallest named units: village, estate, road.
    fn place_keys(&self) -> [u64; 3] {
        [self.unit_key(VILLAGE), self.unit_key(ESTATE), self.unit_key(ROAD)]
    }

    /// The door as seen from one kind of place; 0 when there is no number or no such place.
    pub(crate) fn door_key(&self, level: usize) -> u64 {
        let place = self.unit_key(level);
        if place == 0 || !self.has_numbers() {
            return 0;
        }
        self.numbers.iter().fold(place, |key, number| joined(key, u64::from(*number)))
    }

    /// The village group (组, 队), 0 when it is not told.
    pub(crate) fn group_key(&self) -> u64 {
        let place = self.unit_key(VILLAGE);
        if place == 0 || self.group == 0 { 0 } else { joined(place, mixed(u64::from(self.group))) }
    }

    /// Every key under which people are counted.
    pub(crate) fn keys(&self) -> impl Iterator<Item = u64> {
        let units = (0..LEVELS).map(|level| self.unit_key(level));
        let doors = [VILLAGE, ESTATE, ROAD].map(|level| self.door_key(level));
        let firsts = [VILLAGE, ESTATE, ROAD].map(|level| self.first_number_key(level));
        units.chain(doors).chain(firsts).chain([self.group_key(), self.rest_key()]).filter(|key| *key != 0)
    }

    fn first_number_key(&self, level: usize) -> u64 {
        match self.unit_key(level) {
            0 => 0,
            _ if !self.has_numbers() => 0,
            place => joined(joined(place, 77), u64::from(self.numbers[0])),
        }
    }

    pub(crate) fn rest_key(&self) -> u64 {
        if self.rest == 0 { 0 } else { joined(99, u64::from(self.rest)) }
    }

    pub(crate) fn compare(&self, other: &Address) -> Agreement {
        if self == other && (self.rest != 0 || self.has_numbers()) {
            let doors = [VILLAGE, ESTATE, ROAD].map(|level| self.door_key(level));
            let common = doors.into_iter().rev().find(|key| *key != 0).unwrap_or(self.rest_key());
            if common != 0 {
                return Agreement { level: AddressLevel::Door, common };
            }
        }
        let clash = (PROVINCE..=TOWN).find(|level| {
            self.told(*level) && other.told(*level) && self.units[*level] != other.units[*level]
        });
        let deepest = (PROVINCE..=TOWN)
            .rev()
            .find(|level| self.told(*level) && self.units[*level] == other.units[*level]);
        let shared = [VILLAGE, ESTATE, ROAD]
            .into_iter()
            .find(|level| self.told(*level) && self.units[*level] == other.units[*level]);
        let agreed = |level, common| Agreement { level, common };
        match (clash, shared, deepest) {
            // The same village name in another town: towns are merged and renamed, villages seldom.
            (None, Some(level), _) => self.compare_doors(other, level),
            (Some(TOWN), Some(level), _) if level != ROAD => self.compare_doors(other, level),
            (None, None, Some(level)) => {
                let place_clash =
                    [VILLAGE, ESTATE, ROAD].into_iter().any(|place| self.told(place) && other.told(place))
                        || (self.rest != 0 && other.rest != 0 && self.rest != other.rest);
                let key = self.unit_key(level);
                if self.rest != 0 && self.rest == other.rest {
                    agreed(AddressLevel::Place, self.rest_key())
                } else if !place_clash {
                    agreed(AddressLevel::Within, key)
                } else if level == TOWN {
                    agreed(AddressLevel::OtherPlace, key)
                } else {
                    agreed(AddressLevel::OtherTown, 0)
                }
            }
            (Some(TOWN), None, _) => agreed(AddressLevel::OtherTown, 0),
            (None, None, None) if self.rest != 0 && self.rest == other.rest => {
                agreed(AddressLevel::Place, self.rest_key())
            }
            _ => agreed(AddressLevel::Differs, 0),
        }
    }

    fn compare_doors(&self, other: &Address, level: usize) -> Agreement {
        let place = self.unit_key(level);
        let agreed = |level, common| Agreement { level, common };
        let group_clash = self.group != 0 && other.group != 0 && self.group != other.group;
        let group_same = self.group != 0 && self.group == other.group;
        let (a, b) = (self.count(), other.count());
        let same = self.numbers.iter().zip(other.numbers).take(a.min(b)).all(|(x, y)| *x == y);
        if group_clash || (a.min(b) > 0 && !same) {
            return agreed(AddressLevel::OtherDoor, place);
        }
        match (a == b, a.min(b) > 0) {
            (true, true) => agreed(AddressLevel::Door, self.door_key(level)),
            (false, true) => agreed(AddressLevel::DoorSoFar, self.first_number_key(level)),
            _ if group_same => agreed(AddressLevel::Place, self.group_key()),
            _ => agreed(AddressLevel::Place, place),
        }
    }
}
