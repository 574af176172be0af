//! The streets as a graph that is quick to walk.

use crate::hilbert;

/// The number of a place: where it stands in the list it was given in.
pub type PlaceId = u32;

/// Walking distances in decimetres of level ground.
pub type Decimetres = u32;

/// No way leads there. Sums of lengths stop below it.
pub const UNREACHED: Decimetres = u32::MAX;

/// Longer streets than 1,000 km are taken for mistakes.
pub const LONGEST_STREET_DM: Decimetres = 10_000_000;

/// Places further out than 50,000 km are taken for mistakes; within it every product of two distances
/// fits 64 bits.
pub const FURTHEST_DM: i32 = 500_000_000;

/// Where streets meet or end, and how many people live at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Eastwards, decimetres, in any plane frame.
    pub x_dm: i32,
    /// Northwards, decimetres, in the same frame.
    pub y_dm: i32,
    /// Height, decimetres; the same everywhere where it is not known.
    pub z_dm: i32,
    /// Who lives here, or whose nearest place this is.
    pub people: u32,
}

/// A stretch between two places, walked in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Street {
    /// One end.
    pub from: PlaceId,
    /// The other end.
    pub to: PlaceId,
    /// On the map, decimetres.
    pub length_dm: Decimetres,
}

/// What height costs a walker, in metres of level way per metre of height. The defaults are Naismith's
/// rule (an hour for 5 km, and another for 600 m of climb) with Langmuir's correction for steep descents,
/// rounded to whole metres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slopes {
    /// For each metre up.
    pub up: u32,
    /// For each metre down a steep street.
    pub steep_down: u32,
    /// From how many percent a street down is steep.
    pub steep_percent: u32,
}

impl Default for Slopes {
    fn default() -> Self {
        Slopes { up: 8, steep_down: 3, steep_percent: 21 }
    }
}

impl Slopes {
    /// What walking `length_dm` with a `rise_dm` (negative: downwards) costs, as level way.
    #[must_use]
    pub fn level(&self, length_dm: Decimetres, rise_dm: i64) -> Decimetres {
        let fall = rise_dm.unsigned_abs();
        let extra = if rise_dm > 0 {
            fall.saturating_mul(u64::from(self.up))
        } else if fall.saturating_mul(100)
            > u64::from(length_dm).saturating_mul(u64::from(self.steep_percent))
        {
            fall.saturating_mul(u64::from(self.steep_down))
        } else {
            0
        };
        let cost = u64::from(length_dm).saturating_add(extra);
        u32::try_from(cost).unwrap_or(UNREACHED).min(LONGEST_STREET_DM.saturating_mul(10))
    }
}

/// Why streets could not be laid out. Places and streets are counted from 0, as they were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StreetsError {
    /// More than four thousand million places or ends of streets.
    #[error("there are too many places or streets")]
    TooMany,
    /// A street ends at a place that is not there.
    #[error("street {street} ends at place {place}, which is not there")]
    NoSuchPlace {
        /// Which street.
        street: usize,
        /// What it names.
        place: PlaceId,
    },
    /// A street longer than [`LONGEST_STREET_DM`].
    #[error("street {street} is {length_dm} dm long: more than 1,000 km")]
    TooLong {
        /// Which street.
        street: usize,
        /// How long it is said to be.
        length_dm: Decimetres,
    },
    /// A place beyond [`FURTHEST_DM`].
    #[error("place {place} lies more than 50,000 km out")]
    TooFar {
        /// Which place.
        place: usize,
    },
}

/// One direction of a street.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arc {
    pub(crate) to: u32,
    pub(crate) cost: Decimetres,
}

/// Streets laid out for walking: places in the order of a Hilbert curve, so that neighbours on the map
/// are neighbours in memory, each with its arcs in one stretch. 28 bytes a place
/// and 28 a street.
#[derive(Debug, Clone)]
pub struct Streets {
    /// In the order given.
    places: Vec<Place>,
    /// In the order given.
    streets: Vec<Street>,
    slopes: Slopes,
    /// Where each place stands in the layout.
    rank: Vec<u32>,
    /// Which place stands there: the inverse.
    place_at: Vec<PlaceId>,
    /// The arcs of the place at `rank` are `first[rank]..first[rank + 1]`.
    first: Vec<u32>,
    arcs: Vec<Arc>,
}

impl Streets {
    /// Lays out level streets.
    ///
    /// # Errors
    /// When an end is not there, or a number is beyond its bound.
    pub fn level(places: Vec<Place>, streets: Vec<Street>) -> Result<Self, StreetsError> {
        Self::new(places, streets, Slopes { up: 0, steep_down: 0, steep_percent: 0 })
    }

    /// Lays out streets whose heights cost `slopes`.
    ///
    /// # Errors
    /// When an end is not there, or a number is beyond its bound.
    pub fn new(places: Vec<Place>, streets: Vec<Street>, slopes: Slopes) -> Result<Self, StreetsError> {
        check(&places, &streets)?;
        let place_at = hilbert::order(&places);
        let mut rank = vec![0; places.len()];
        for (at, place) in (0..).zip(&place_at) {
            rank[*place as usize] = at;
        }
        // A street from a place to itself leads nowhere.
        let leading = || streets.iter().filter(|street| street.from != street.to);
        let mut first = vec![0_u32; places.len() + 1];
        for street in leading() {
            first[rank[street.from as usize] as usize] += 1;
            first[rank[street.to as usize] as usize] += 1;
        }
        let mut sum = 0;
        for count in &mut first {
            sum += *count;
            *count = sum;
        }
        let mut arcs = vec![Arc { to: 0, cost: 0 }; sum as usize];
        let mut put = |at: u32, to: u32, cost| {
            let slot = &mut first[at as usize];
            *slot -= 1;
            arcs[*slot as usize] = Arc { to, cost };
        };
        for street in leading() {
            // Searches start at the station while people walk to it: an arc costs the way back along it.
            let [forth, back] = costs(&places, street, slopes);
            put(rank[street.from as usize], rank[street.to as usize], back);
            put(rank[street.to as usize], rank[street.from as usize], forth);
        }
        Ok(Self { places, streets, slopes, rank, place_at, first, arcs })
    }

    /// The places in the order given.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The streets in the order given.
    #[must_use]
    pub fn streets(&self) -> &[Street] {
        &self.streets
    }

    /// What walking a street costs, from its first end to its second and back.
    #[must_use]
    pub fn costs(&self, street: &Street) -> [Decimetres; 2] {
        costs(&self.places, street, self.slopes)
    }

    /// How many people live along the streets.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.places.iter().map(|place| u64::from(place.people)).sum()
    }

    /// The places no street leads to.
    pub fn lonely(&self) -> impl Iterator<Item = PlaceId> {
        (0..self.count()).filter(|place| self.arcs_of(self.rank[*place as usize]).is_empty())
    }

    /// The places in the order of the layout: neighbours follow each other.
    pub(crate) fn in_layout(&self) -> impl Iterator<Item = PlaceId> {
        self.place_at.iter().copied()
    }

    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.places.len()).expect("checked when they were laid out")
    }

    pub(crate) fn rank(&self, place: PlaceId) -> Option<u32> {
        self.rank.get(place as usize).copied()
    }

    pub(crate) fn place_at(&self, rank: u32) -> PlaceId {
        self.place_at[rank as usize]
    }

    pub(crate) fn arcs_of(&self, rank: u32) -> &[Arc] {
        let rank = rank as usize;
        &self.arcs[self.first[rank] as usize..self.first[rank + 1] as usize]
    }
}

fn costs(places: &[Place], street: &Street, slopes: Slopes) -> [Decimetres; 2] {
    let height = |place: PlaceId| places.get(place as usize).map_or(0, |place| i64::from(place.z_dm));
    let rise = height(street.to) - height(street.from);
    [slopes.level(street.length_dm, rise), slopes.level(street.length_dm, -rise)]
}

fn check(places: &[Place], streets: &[Street]) -> Result<(), StreetsError> {
    let most = u32::MAX as usize / 4;
    if places.len() > most || streets.len() > most {
        return Err(StreetsError::TooMany);
    }
    let outside = |at: i32| !(-FURTHEST_DM..=FURTHEST_DM).contains(&at);
    let far = |place: &Place| outside(place.x_dm) || outside(place.y_dm) || outside(place.z_dm);
    if let Some(place) = places.iter().position(far) {
        return Err(StreetsError::TooFar { place });
    }
    for (number, street) in streets.iter().enumerate() {
        for place in [street.from, street.to] {
            if place as usize >= places.len() {
                return Err(StreetsError::NoSuchPlace { street: number, place });
            }
        }
        if street.length_dm > LONGEST_STREET_DM {
            return Err(StreetsError::TooLong { street: number, length_dm: street.length_dm });
        }
    }
    Ok(())
}
