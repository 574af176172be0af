//! Timetables.

use std::collections::BTreeMap;

use lianxin_relocation::{Bottleneck, Danger, Means, Problem, plan, timetable};

use crate::support::{city, household, on, shelter};

fn danger(level: u32, flood: i64) -> Danger {
    Danger { level, flood: Some(flood) }
}

#[test]
fn all_are_away_three_hours_before_the_flood_and_by_six_where_it_comes_at_night() {
    let deadline = |hour: i64| Danger { level: 1, flood: Some(hour * 60) }.deadline().map(|at| at / 60);
    assert_eq!(deadline(16), Some(13));
    assert_eq!(deadline(17), Some(14));
    assert_eq!(deadline(19), Some(16));
    assert_eq!(deadline(21), Some(18));
    assert_eq!(deadline(23), Some(18));
    assert_eq!(deadline(24 + 5), Some(18));
    assert_eq!(deadline(24 + 6), Some(24 + 3));
    assert_eq!(Danger { level: 1, flood: None }.deadline(), None);
}

#[test]
fn the_near_walk_the_far_and_the_weak_ride() {
    let households =
        vec![household(0, (0, 0), 3, 0), household(1, (0, 2), 2, 1), household(2, (9_001, 0), 4, 0)];
    let problem = Problem::new(households, vec![shelter(0, (600, 0), 20, 3)]).unwrap();
    let plan = plan(&problem, &mut on).unwrap();
    let means = Means { buses: 1, seats: 4, ..Means::default() };
    let table = timetable(&problem, &plan.assignments, &BTreeMap::new(), &means);
    let rows: Vec<(i64, i64, u32, Option<u32>)> =
        table.departures.iter().map(|row| (row.leaves, row.arrives, row.persons, row.bus)).collect();
    // 600 m on foot take 11 minutes. The bus first takes the far ones: boarding 10, 8,401 m in 17, and 10 again;
    // then it drives 2 minutes back for the weak.
    assert_eq!(rows, [(480, 491, 3, None), (490, 517, 4, Some(1)), (529, 541, 2, Some(1))]);
    assert!(table.bottlenecks.is_empty());
}

#[test]
fn the_most_endangered_go_first_and_who_is_late_is_named() {
    let problem = city(2, 2_000);
    let plan = plan(&problem, &mut on).unwrap();
    let villages: Vec<String> =
        problem.households().iter().map(|household| household.village.clone()).collect();
    let dangers: BTreeMap<String, Danger> = villages
        .iter()
        .map(|village| (village.clone(), danger(u32::from(village == "V0003"), 22 * 60)))
        .collect();
    let few = Means { buses: 1, ..Means::default() };
    let table = timetable(&problem, &plan.assignments, &dangers, &few);
    let persons: u32 = table.departures.iter().map(|row| row.persons).sum();
    assert_eq!(i64::from(persons), plan.placed());
    let riding: Vec<&str> =
        table.departures.iter().filter(|row| row.bus.is_some()).map(|row| row.village.as_str()).collect();
    let first = riding.iter().filter(|village| **village == "V0003").count();
    assert!(first > 0 && riding[..first].iter().all(|village| *village == "V0003"));
    assert!(
        table
            .bottlenecks
            .iter()
            .any(|found| matches!(found, Bottleneck::Buses { needed, .. } if *needed > 1))
    );
    assert!(
        table.bottlenecks.iter().any(|found| matches!(found, Bottleneck::Village { late, .. } if *late > 0))
    );
    let many = Means { buses: 500, registration: 0, ..Means::default() };
    let table = timetable(&problem, &plan.assignments, &dangers, &many);
    assert!(table.bottlenecks.is_empty(), "{:?}", table.bottlenecks);
    assert!(table.clear <= 18 * 60);
}

#[test]
fn no_bus_does_two_things_at_once() {
    let problem = city(6, 1_000);
    let plan = plan(&problem, &mut on).unwrap();
    let table = timetable(&problem, &plan.assignments, &BTreeMap::new(), &Means::default());
    let mut busy: BTreeMap<u32, i64> = BTreeMap::new();
    for row in table.departures.iter().filter(|row| row.bus.is_some()) {
        let until = busy.entry(row.bus.unwrap()).or_insert(0);
        assert!(row.leaves >= *until && row.arrives > row.leaves && row.persons <= Means::default().seats);
        *until = row.arrives;
    }
}

#[test]
fn a_crowd_at_a_door_is_named() {
    let households = (0..100).map(|index| household(index, (0, 0), 4, 0)).collect();
    let problem = Problem::new(households, vec![shelter(0, (100, 0), 400, 0)]).unwrap();
    let plan = plan(&problem, &mut on).unwrap();
    let means = Means { registration: 10, ..Means::default() };
    let table = timetable(&problem, &plan.assignments, &BTreeMap::new(), &means);
    assert_eq!(table.bottlenecks, [Bottleneck::Registration { shelter: 0, wait: 40 }]);
}
