//! Distances that are given.

use lianxin_relocation::{Earlier, Goal, Keep, Problem, Ways, WaysError, plan, plan_whole, replan};
use proptest::prelude::*;

use crate::brute::best;
use crate::optimum::worth;
use crate::support::{city, on, small};

/// A problem with a table of its own, in which ways may be missing.
fn with_table(households: usize, size: u32) -> impl Strategy<Value = Problem> {
    let cells = prop::collection::vec(prop::option::weighted(0.8, 0_u32..30), 64);
    let before = prop::collection::vec(0_u32..25, households);
    (small(households, size), cells, before).prop_map(|(mut problem, cells, before)| {
        let (rows, columns) = (problem.households().len(), problem.shelters().len());
        let table = (0..rows * columns).map(|at| cells[at % 64].unwrap_or(Ways::NONE)).collect();
        let starts = (0..).zip(before).take(rows).collect();
        let ways = Ways::new("a table", starts, table, columns, 10);
        problem.set_ways(ways.unwrap()).unwrap();
        problem
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_plan_by_the_table_is_better(problem in with_table(4, 2)) {
        let plan = plan(&problem, &mut on).unwrap();
        prop_assert_eq!(worth(&problem, &plan), best(&problem));
        plan.certificate.check(&problem, &plan.assignments, &plan.remaining).unwrap();
        prop_assert!(plan.certificate.optimal(), "{:?}", plan.certificate);
        prop_assert_eq!(&plan.certificate.distance, "a table");
    }

    #[test]
    fn everything_goes_by_the_table(problem in with_table(8, 4), closed in 0_usize..4) {
        for keep in [Keep::Households, Keep::Buildings] {
            let whole = plan_whole(&problem, keep, &mut on).unwrap();
            prop_assert!(whole.assignments.iter().all(|row| problem.may_go(row.household as usize, row.shelter as usize)));
            prop_assert!(whole.cost >= whole.bound);
        }
        let before = plan(&problem, &mut on).unwrap();
        let prices = before.certificate.shelters.iter().map(|shelter| Some(shelter.price)).collect();
        let mut changed = problem;
        changed.set_capacity(closed, 0);
        let fresh = plan(&changed, &mut on).unwrap();
        let earlier = Earlier { assignments: before.assignments, prices };
        let again = replan(&changed, &earlier, Goal::Shortest, &mut on).unwrap();
        prop_assert_eq!(again.plan.certificate.cost, fresh.certificate.cost);
    }
}

/// A table of the straight ways gives the plan of the straight ways.
#[test]
fn a_table_of_straight_ways_changes_nothing() {
    let straight = city(6, 2_000);
    let (households, shelters) = (straight.households().len(), straight.shelters().len());
    let table = (0..households)
        .flat_map(|household| (0..shelters).map(move |shelter| (household, shelter)))
        .map(|(household, shelter)| straight.metres(household, shelter).unwrap() as u32)
        .collect();
    let starts = (0..households as u32).map(|row| (row, 0)).collect();
    let mut given = straight.clone();
    given.set_ways(Ways::new("a table", starts, table, shelters, 1).unwrap()).unwrap();
    let (one, other) = (plan(&straight, &mut on).unwrap(), plan(&given, &mut on).unwrap());
    assert_eq!(one.person_metres, other.person_metres);
    assert!(other.certificate.optimal());
}

#[test]
fn a_table_of_another_shape_is_refused() {
    assert_eq!(Ways::new("t", vec![(0, 0)], vec![1, 2, 3], 2, 1), Err(WaysError::Shape));
    assert_eq!(Ways::new("t", vec![(1, 0)], vec![1, 2], 2, 1), Err(WaysError::Shape));
    assert_eq!(Ways::new("t", vec![(0, 0)], vec![1], 0, 1), Err(WaysError::Shape));
    let mut problem = city(1, 10);
    let ways = Ways::new("t", vec![(0, 0)], vec![1], 1, 1).unwrap();
    assert_eq!(problem.set_ways(ways), Err(WaysError::Households { given: 1, wanted: 10 }));
}
