//! Households and shelters together, checked, with who may not go where.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use crate::distance::distance_m;
use crate::few::Few;
use crate::ground::{Forbidden, Ground, Sink, Spot, Unit, along, order};
use crate::model::{Household, InputError, Need, Shelter, check_input};
use crate::ways::{Ways, WaysError};

/// What is to be planned: checked once, then only read.
#[derive(Debug, Clone)]
pub struct Problem {
    households: Vec<Household>,
    shelters: Vec<Shelter>,
    forbidden: BTreeSet<(u32, u32)>,
    ways: Option<Arc<Ways>>,
    /// The households so that neighbours stand together, once that was asked.
    order: OnceLock<Vec<u32>>,
}

impl Problem {
    /// Checks the lists.
    ///
    /// # Errors
    /// Every record that cannot be used, in the order of the lists.
    pub fn new(households: Vec<Household>, shelters: Vec<Shelter>) -> Result<Self, Vec<InputError>> {
        let wrong = check_input(&households, &shelters);
        if wrong.is_empty() {
            Ok(Self { households, shelters, forbidden: BTreeSet::new(), ways: None, order: OnceLock::new() })
        } else {
            Err(wrong)
        }
    }

    /// The households, in the order they were given.
    pub fn households(&self) -> &[Household] {
        &self.households
    }

    /// The shelters, in the order they were given.
    pub fn shelters(&self) -> &[Shelter] {
        &self.shelters
    }

    /// Cuts a household off from a shelter, both by their places in the lists: a road is closed.
    pub fn forbid(&mut self, household: u32, shelter: u32) {
        self.forbidden.insert((household, shelter));
    }

    /// Takes these metres instead of straight ones.
    ///
    /// # Errors
    /// When they are of other households or shelters.
    pub fn set_ways(&mut self, ways: Ways) -> Result<(), WaysError> {
        ways.check(self.households.len(), self.shelters.len())?;
        self.ways = Some(Arc::new(ways));
        Ok(())
    }

    /// The metres given instead of straight ones.
    pub(crate) fn ways(&self) -> Option<&Arc<Ways>> {
        self.ways.as_ref()
    }

    /// The metres from a household to a shelter, both by their places in the lists; `None` where no way leads.
    pub fn metres(&self, household: usize, shelter: usize) -> Option<i64> {
        let (from, to) = (self.households.get(household)?, self.shelters.get(shelter)?);
        match &self.ways {
            None => Some(distance_m((from.x, from.y), (to.x, to.y))),
            Some(ways) => ways.metres(ways.start(number(household)), number(shelter)),
        }
    }

    /// Sets how many persons a shelter takes; 0 closes it. Nothing happens when there is no such shelter.
    pub fn set_capacity(&mut self, shelter: usize, capacity: u32) {
        if let Some(shelter) = self.shelters.get_mut(shelter) {
            shelter.capacity = capacity;
        }
    }

    /// Whether a household, by its place in the list, may go to a shelter.
    pub fn may_go(&self, household: usize, shelter: usize) -> bool {
        let (Some(who), Some(to)) = (self.households.get(household), self.shelters.get(shelter)) else {
            return false;
        };
        let leads = self.ways.is_none() || self.metres(household, shelter).is_some();
        leads && to.serves(who.need) && !self.cut_off(household, shelter)
    }

    pub(crate) fn cut_off(&self, household: usize, shelter: usize) -> bool {
        let pair = u32::try_from(household).ok().zip(u32::try_from(shelter).ok());
        !self.forbidden.is_empty() && pair.is_some_and(|pair| self.forbidden.contains(&pair))
    }

    /// All persons.
    pub fn persons(&self) -> i64 {
        self.households.iter().map(|household| i64::from(household.size)).sum()
    }

    pub(crate) fn capacities(&self) -> Vec<i64> {
        self.shelters.iter().map(|shelter| i64::from(shelter.capacity)).collect()
    }

    pub(crate) fn sinks(&self) -> Vec<Sink> {
        let sink = |(column, shelter): (u32, &Shelter)| Sink {
            x: shelter.x,
            y: shelter.y,
            has: shelter.mask(),
            column,
        };
        (0..).zip(&self.shelters).map(sink).collect()
    }

    /// The households by need, neighbours together.
    pub(crate) fn order(&self) -> &[u32] {
        self.order.get_or_init(|| {
            let place = |household: &Household| (household.need.mask(), (household.x, household.y));
            along(&self.households.iter().map(place).collect::<Vec<_>>())
        })
    }

    /// The households as points of the transportation problem, those that nothing tells apart in one.
    pub(crate) fn points(&self) -> Points {
        let parts = self.order().iter().map(|household| {
            let piece = Piece { household: *household, persons: self.households[*household as usize].size };
            (self.unit(piece, None), Few::One(piece))
        });
        self.points_in_order(parts, true, 1)
    }

    /// Persons of one household as a unit.
    pub(crate) fn unit(&self, piece: Piece, home: Option<u32>) -> Unit {
        let household = &self.households[piece.household as usize];
        Unit { needs: household.need.mask(), village: 0, home, spots: Few::One(self.spot(piece)) }
    }

    /// Where persons of one household are.
    pub(crate) fn spot(&self, piece: Piece) -> Spot {
        let household = &self.households[piece.household as usize];
        let start = self.ways.as_ref().map_or((0, 0), |ways| ways.start(piece.household));
        Spot { x: household.x, y: household.y, start, persons: i64::from(piece.persons) }
    }

    /// Units and who is in them as points: neighbours together; where `lump` says so, those that nothing tells
    /// apart in one.
    pub(crate) fn points_of(&self, units: Vec<(Unit, Few<Piece>)>, lump: bool, scale: i64) -> Points {
        let (mut units, mut members): (Vec<Unit>, Vec<Few<Piece>>) = units.into_iter().unzip();
        let order = order(&units);
        let sorted = order.into_iter().map(|index| {
            let nobody = Unit { needs: 0, village: 0, home: None, spots: Few::none() };
            let unit = std::mem::replace(&mut units[index as usize], nobody);
            (unit, std::mem::replace(&mut members[index as usize], Few::none()))
        });
        self.points_in_order(sorted, lump, scale)
    }

    /// The same of units that come in order.
    pub(crate) fn points_in_order(
        &self,
        units: impl Iterator<Item = (Unit, Few<Piece>)>,
        lump: bool,
        scale: i64,
    ) -> Points {
        let mut pieces: Vec<Few<Piece>> = Vec::with_capacity(units.size_hint().0);
        let mut points: Vec<Unit> = Vec::with_capacity(units.size_hint().0);
        let mut forbidden = Forbidden::new();
        let mut free_before = false;
        for (unit, who) in units {
            let cut: Vec<u32> = self.cuts_of(&who);
            let free = cut.is_empty();
            match (points.last_mut(), pieces.last_mut()) {
                (Some(last), Some(together)) if lump && free && free_before && last.alike(&unit) => {
                    last.spots[0].persons += unit.persons();
                    who.iter().for_each(|piece| together.push(*piece));
                }
                _ => {
                    let point = u32::try_from(points.len()).unwrap_or(u32::MAX);
                    forbidden.extend(cut.into_iter().map(|shelter| (point, shelter)));
                    points.push(unit);
                    pieces.push(who);
                }
            }
            free_before = free;
        }
        Points { ground: Ground::new(points, self.sinks(), self.ways.clone(), forbidden, scale), pieces }
    }

    /// The shelters that any of these households is cut off from.
    fn cuts_of(&self, who: &[Piece]) -> Vec<u32> {
        if self.forbidden.is_empty() {
            return Vec::new();
        }
        let all: BTreeSet<u32> = who
            .iter()
            .flat_map(|piece| self.forbidden.range((piece.household, 0)..=(piece.household, u32::MAX)))
            .map(|(_, shelter)| *shelter)
            .filter(|shelter| (*shelter as usize) < self.shelters.len())
            .collect();
        all.into_iter().collect()
    }
}

/// The problem as the transportation engine sees it.
pub(crate) struct Points {
    pub(crate) ground: Ground,
    /// By point: who is in it.
    pub(crate) pieces: Vec<Few<Piece>>,
}

/// Persons of one household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Piece {
    pub(crate) household: u32,
    pub(crate) persons: u32,
}

/// Persons by what they need, the most pressing first.
pub(crate) fn by_need(need: Need) -> usize {
    Need::ALL.iter().position(|other| *other == need).unwrap_or(0)
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
