//! Problems to try.

use std::ops::ControlFlow;

use lianxin_relocation::{Household, Need, Problem, Shelter, sample};
use proptest::prelude::*;

/// Goes on whatever is reported.
pub(crate) fn on(_: i64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// A household named by its place in the list.
pub(crate) fn household(index: usize, (x, y): (i32, i32), size: u32, need: u8) -> Household {
    Household {
        id: format!("h{index}"),
        village: format!("v{}", x.rem_euclid(2)),
        building: format!("b{x}/{y}"),
        x,
        y,
        size,
        need: Need::from_code(need).unwrap(),
    }
}

/// A shelter named by its place in the list; `has` is a set: 1 medical, 2 ground floor.
pub(crate) fn shelter(index: usize, (x, y): (i32, i32), capacity: u32, has: u8) -> Shelter {
    Shelter { id: format!("s{index}"), x, y, capacity, medical: has & 1 > 0, ground: has & 2 > 0 }
}

/// Few places on a small square, so that many coincide and many distances are equal.
fn place() -> impl Strategy<Value = (i32, i32)> {
    (-4..5, -4..5)
}

/// Up to `households` of up to `size` persons, up to three shelters, often too small.
pub(crate) fn small(households: usize, size: u32) -> impl Strategy<Value = Problem> {
    let homes = prop::collection::vec((place(), 1..=size, 0_u8..3), 0..=households);
    let places = prop::collection::vec((place(), 0_u32..6, 0_u8..4), 0..4);
    let cuts = prop::collection::vec((0_u32..6, 0_u32..4), 0..4);
    (homes, places, cuts).prop_map(|(homes, places, cuts)| {
        let home = |(index, (at, size, need))| household(index, at, size, need);
        let place = |(index, (at, capacity, has))| shelter(index, at, capacity, has);
        let homes = homes.into_iter().enumerate().map(home).collect();
        let places = places.into_iter().enumerate().map(place).collect();
        let mut problem = Problem::new(homes, places).unwrap();
        cuts.into_iter().for_each(|(household, shelter)| problem.forbid(household, shelter));
        problem
    })
}

/// A generated city.
pub(crate) fn city(seed: u64, households: u32) -> Problem {
    let city = sample::city(seed, households);
    Problem::new(city.households, city.shelters).unwrap()
}
