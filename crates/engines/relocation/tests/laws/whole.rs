//! Plans in which nothing is split.

use std::collections::BTreeMap;

use lianxin_relocation::{Keep, Need, Problem, WholePlan, plan_whole};
use proptest::prelude::*;

use crate::support::{city, household, on, shelter, small};

/// Everyone is counted once, goes where they may and where there is room.
fn holds(problem: &Problem, plan: &WholePlan) {
    let mut persons = vec![0; problem.households().len()];
    let mut taken = vec![0; problem.shelters().len()];
    for row in &plan.assignments {
        assert!(problem.may_go(row.household as usize, row.shelter as usize));
        persons[row.household as usize] += row.persons;
        taken[row.shelter as usize] += row.persons;
    }
    plan.remaining.iter().for_each(|row| persons[row.household as usize] += row.persons);
    assert!(persons.iter().zip(problem.households()).all(|(persons, household)| *persons == household.size));
    assert!(taken.iter().zip(problem.shelters()).all(|(taken, shelter)| *taken <= shelter.capacity));
    assert!(plan.cost >= plan.bound, "{plan:?}");
}

/// In how many shelters each group is.
fn spread<'a>(
    problem: &'a Problem,
    plan: &WholePlan,
    group: impl Fn(usize) -> (&'a str, u8),
) -> BTreeMap<(&'a str, u8), usize> {
    let mut places: BTreeMap<(&str, u8), Vec<Option<u32>>> = BTreeMap::new();
    let rows = plan.assignments.iter().map(|row| (row.household, Some(row.shelter)));
    for (household, at) in rows.chain(plan.remaining.iter().map(|row| (row.household, None))) {
        let at_all = places.entry(group(household as usize)).or_default();
        if !at_all.contains(&at) {
            at_all.push(at);
        }
    }
    assert!(problem.households().is_empty() || !places.is_empty());
    places.into_iter().map(|(group, at)| (group, at.len())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_is_split(problem in small(12, 6)) {
        let homes = problem.households();
        let plan = plan_whole(&problem, Keep::Households, &mut on).unwrap();
        holds(&problem, &plan);
        prop_assert!(spread(&problem, &plan, |at| (&homes[at].id, 0)).values().all(|count| *count == 1));
        let plan = plan_whole(&problem, Keep::BuildingsByNeed, &mut on).unwrap();
        holds(&problem, &plan);
        let together = spread(&problem, &plan, |at| (&homes[at].building, homes[at].need.code()));
        let places = problem.shelters();
        let too_large = |(building, need): (&str, u8)| {
            let inside = homes.iter().filter(|home| home.building == building && home.need.code() == need);
            let need = Need::from_code(need).unwrap();
            let room = places.iter().filter(|place| place.serves(need)).map(|place| place.capacity).max();
            inside.map(|home| home.size).sum::<u32>() > room.unwrap_or(0)
        };
        // A building of which one part is too large is placed household by household.
        let apart = |((building, _), count): (&(&str, u8), &usize)| {
            *count > 1 && !(0..3).any(|need| too_large((building, need)))
        };
        prop_assert!(!together.iter().any(apart), "{plan:?}");
        let plan = plan_whole(&problem, Keep::Buildings, &mut on).unwrap();
        holds(&problem, &plan);
        let apart = spread(&problem, &plan, |at| (&homes[at].building, 0)).values().filter(|count| **count > 1).count();
        prop_assert!(apart <= plan.divided, "{} {:?}", apart, plan);
    }
}

#[test]
fn a_town_without_split_households_is_hardly_longer() {
    for seed in 0..3 {
        let problem = city(seed, 2_000);
        let plan = plan_whole(&problem, Keep::Households, &mut on).unwrap();
        holds(&problem, &plan);
        assert!(plan.remaining.is_empty());
        assert!(plan.gap() <= 0.0001, "seed {seed}: {}", plan.gap());
        let plan = plan_whole(&problem, Keep::BuildingsByNeed, &mut on).unwrap();
        holds(&problem, &plan);
        assert!(plan.remaining.is_empty());
        assert!(plan.gap() <= 0.005, "seed {seed}: {}", plan.gap());
    }
}

#[test]
fn a_building_in_several_places_is_measured_to_each() {
    let mut households = vec![household(0, (0, 0), 2, 0), household(1, (10, 0), 1, 0)];
    households.iter_mut().for_each(|household| household.building = "b".to_owned());
    let shelters = vec![shelter(0, (10, 0), 3, 0), shelter(1, (0, 0), 0, 0)];
    let problem = Problem::new(households, shelters).unwrap();
    let plan = plan_whole(&problem, Keep::Buildings, &mut on).unwrap();
    assert_eq!((plan.person_metres, plan.bound), (20, 20));
}
