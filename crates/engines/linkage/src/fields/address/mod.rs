//! Addresses at any granularity: cut into units by their suffixes (省 市 区 县 镇 街道 村 社区 路 号 …) and by the
//! names that the lists themselves, or a table of divisions, give to units.

mod cut;
mod gazetteer;

pub(crate) use cut::Cut;
pub(crate) use gazetteer::Gazetteer;

use crate::text::joined;

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

/// An address as numbers: each unit's name as a hash (0 is not told), and the numbers of group, road and house.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Address {
    units: [u32; LEVELS],
    group: u16,
    road_number: u16,
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

const PLACES: [usize; 3] = [ESTATE, VILLAGE, ROAD];

impl Address {
    /// Whether both tell a unit and tell the same, or tell different ones; `None` when one does not tell.
    fn agrees(&self, other: &Address, level: usize) -> Option<bool> {
        let (a, b) = (self.units[level], other.units[level]);
        (a != 0 && b != 0).then_some(a == b)
    }

    fn count(&self) -> usize {
        self.numbers.iter().take_while(|number| **number != 0).count()
    }

    /// The key of one unit with nothing below it; 0 when it is not told.
    pub(crate) fn unit_key(&self, level: usize) -> u64 {
        match self.units[level] {
            0 => 0,
            unit => joined(level as u64 + 1, u64::from(unit)),
        }
    }

    /// The key of a village, estate or road in its town, if that is told.
    fn place_key(&self, level: usize, town: u32) -> u64 {
        match self.units[level] {
            0 => 0,
            unit => joined(level as u64 + 1, u64::from(unit) << 32 | u64::from(town)),
        }
    }

    /// The door as seen from one kind of place; 0 when there is no number or no such place.
    pub(crate) fn door_key(&self, level: usize) -> u64 {
        let place = self.unit_key(level);
        let road_number = if level == ROAD { self.road_number } else { 0 };
        if place == 0 || (self.numbers[0] == 0 && road_number == 0) {
            return 0;
        }
        self.numbers
            .iter()
            .fold(joined(place, u64::from(road_number)), |key, number| joined(key, u64::from(*number)))
    }

    /// The building and the room as seen from one kind of place: the entrance between the two (单元) is often left
    /// out. 0 when there is no number or no such place.
    pub(crate) fn room_key(&self, level: usize) -> u64 {
        match self.numbers[..self.count()] {
            [building, _, .., room] if self.units[level] != 0 => {
                let road_number = if level == ROAD { self.road_number } else { 0 };
                let place = joined(self.unit_key(level), u64::from(road_number));
                joined(joined(place, u64::from(building)), u64::from(room))
            }
            _ => self.door_key(level),
        }
    }

    /// The village group (组, 队); 0 when it is not told.
    pub(crate) fn group_key(&self) -> u64 {
        let place = self.unit_key(VILLAGE);
        if place == 0 || self.group == 0 { 0 } else { joined(place, u64::from(self.group)) }
    }

    fn rest_key(&self) -> u64 {
        if self.rest == 0 { 0 } else { joined(99, u64::from(self.rest)) }
    }

    /// The house, wherever the place's name comes from: for counting who lives behind one door.
    pub(crate) fn house_key(&self) -> u64 {
        PLACES.into_iter().map(|level| self.door_key(level)).find(|key| *key != 0).unwrap_or(self.rest_key())
    }

    /// The same without the entrance.
    pub(crate) fn house_room_key(&self) -> u64 {
        PLACES.into_iter().map(|level| self.room_key(level)).find(|key| *key != 0).unwrap_or(self.rest_key())
    }

    /// The house in its town, where that is told: villages of one name lie in many towns.
    pub(crate) fn home_key(&self) -> u64 {
        self.in_town(self.house_key())
    }

    fn in_town(&self, key: u64) -> u64 {
        match self.units[TOWN] {
            _ if key == 0 => 0,
            0 => key,
            town => joined(key, u64::from(town)),
        }
    }

    /// The first step below the village, estate or road.
    fn first_step_key(&self) -> u64 {
        let Some(place) = PLACES.into_iter().map(|level| self.unit_key(level)).find(|key| *key != 0) else {
            return 0;
        };
        match [self.group, self.numbers[0], self.road_number].into_iter().find(|number| *number != 0) {
            Some(number) => joined(joined(place, 77), u64::from(number)),
            None => 0,
        }
    }

    /// Every key under which people are counted.
    pub(crate) fn keys(&self) -> impl Iterator<Item = u64> {
        let units = (0..LEVELS).map(|level| self.unit_key(level));
        let town = self.units[TOWN];
        let places = PLACES.map(|level| if town == 0 { 0 } else { self.place_key(level, town) });
        let houses = [self.house_key(), self.first_step_key(), self.group_key(), self.rest_key()];
        let homes = [self.house_key(), self.first_step_key(), self.group_key()]
            .map(|key| if town == 0 { 0 } else { self.in_town(key) });
        units.chain(places).chain(houses).chain(homes).filter(|key| *key != 0)
    }

    /// Compares two addresses.
    pub(crate) fn compare(&self, other: &Address) -> Agreement {
        let agreed = |level, common| Agreement { level, common };
        let clash = (PROVINCE..=TOWN).find(|level| self.agrees(other, *level) == Some(false));
        let village_clash = self.agrees(other, VILLAGE) == Some(false);
        let shared = PLACES.into_iter().find(|level| self.agrees(other, *level) == Some(true));
        if let Some(level) = shared {
            let found = self.compare_doors(other, level);
            // A place of the same name elsewhere is another place, unless the very door is the same: towns are
            // merged and villages renamed.
            let elsewhere = clash.is_some() || (village_clash && level != VILLAGE);
            let far = clash.is_some_and(|level| level < TOWN);
            if !far && (!elsewhere || found.level == AddressLevel::Door) {
                return found;
            }
        }
        let deepest = (PROVINCE..=TOWN).rev().find(|level| self.agrees(other, *level) == Some(true));
        let same_rest = self.rest != 0 && self.rest == other.rest;
        match (clash, deepest) {
            (None, _) if same_rest => agreed(AddressLevel::Place, self.rest_key()),
            (None, Some(level)) => {
                let other_place = PLACES.into_iter().any(|place| self.agrees(other, place) == Some(false));
                let other_rest = self.rest != 0 && other.rest != 0;
                match (other_place || other_rest, level == TOWN) {
                    (false, _) => agreed(AddressLevel::Within, self.unit_key(level)),
                    (true, true) => agreed(AddressLevel::OtherPlace, self.unit_key(TOWN)),
                    (true, false) => agreed(AddressLevel::OtherTown, 0),
                }
            }
            (Some(TOWN), _) => agreed(AddressLevel::OtherTown, 0),
            _ => agreed(AddressLevel::Differs, 0),
        }
    }

    fn compare_doors(&self, other: &Address, level: usize) -> Agreement {
        let agreed = |level, common| Agreement { level, common };
        let both_towns = self.agrees(other, TOWN) == Some(true);
        let place = if both_towns { self.place_key(level, self.units[TOWN]) } else { self.unit_key(level) };
        let told = |a: u16, b: u16| (a != 0 && b != 0).then_some(a == b);
        let group = told(self.group, other.group);
        let road = if level == ROAD { told(self.road_number, other.road_number) } else { None };
        let (a, b) = (&self.numbers[..self.count()], &other.numbers[..other.count()]);
        let (short, long, longer) = if a.len() <= b.len() { (a, b, other) } else { (b, a, self) };
        let room = is_room(short, long);
        let numbers = (!short.is_empty()).then(|| room || long.starts_with(short));
        if [group, road, numbers].contains(&Some(false)) {
            return agreed(AddressLevel::OtherDoor, place);
        }
        let whole = if long.is_empty() { road == Some(true) } else { room || a == b };
        if whole {
            let house = longer.house_key();
            return agreed(AddressLevel::Door, if both_towns { self.in_town(house) } else { house });
        }
        if [group, road, numbers].contains(&Some(true)) {
            let common = if group == Some(true) { self.group_key() } else { self.first_step_key() };
            let common = if both_towns { self.in_town(common) } else { common };
            return agreed(AddressLevel::DoorSoFar, if common == 0 { place } else { common });
        }
        agreed(AddressLevel::Place, place)
    }
}

/// Whether one tells building and room, and the other the same with the entrance between: 18号楼2204, 18幢2单元2204.
fn is_room(short: &[u16], long: &[u16]) -> bool {
    short.len() >= 2
        && long.len() > short.len()
        && short.first() == long.first()
        && short.last() == long.last()
        && short.iter().all(|number| long.contains(number))
}
