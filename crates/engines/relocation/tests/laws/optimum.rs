//! The plan of least total person-metres.

use std::ops::ControlFlow;

use lianxin_relocation::{Cancelled, Need, Plan, Problem, plan};
use proptest::prelude::*;

use crate::brute::best;
use crate::support::{city, household, on, shelter, small};

/// A plan's worth as brute force counts it.
pub(crate) fn worth(problem: &Problem, plan: &Plan) -> [i64; 4] {
    let out = Need::ALL.map(|need| {
        let same = |household: u32| problem.households()[household as usize].need == need;
        plan.remaining.iter().filter(|row| same(row.household)).map(|row| i64::from(row.persons)).sum()
    });
    [out[0], out[1], out[2], plan.person_metres]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_plan_is_better(problem in small(4, 2)) {
        let plan = plan(&problem, &mut on).unwrap();
        prop_assert_eq!(worth(&problem, &plan), best(&problem));
    }

    #[test]
    fn every_certificate_proves_its_plan(problem in small(12, 6)) {
        let plan = plan(&problem, &mut on).unwrap();
        plan.certificate.check(&problem, &plan.assignments, &plan.remaining).unwrap();
        prop_assert!(plan.certificate.optimal(), "{:?}", plan.certificate);
    }
}

#[test]
fn a_town_is_planned_to_the_optimum() {
    for seed in 0..3 {
        let problem = city(seed, 2_000);
        let plan = plan(&problem, &mut on).unwrap();
        plan.certificate.check(&problem, &plan.assignments, &plan.remaining).unwrap();
        assert!(plan.certificate.optimal(), "seed {seed}");
        assert!(plan.remaining.is_empty());
    }
}

#[test]
fn where_places_are_short_the_most_in_need_go_first() {
    let households = vec![household(0, (0, 0), 3, 0), household(1, (9, 0), 2, 1), household(2, (5, 0), 2, 2)];
    let problem = Problem::new(households, vec![shelter(0, (0, 0), 3, 3)]).unwrap();
    let plan = plan(&problem, &mut on).unwrap();
    assert_eq!(worth(&problem, &plan), [0, 1, 3, 2 * 9 + 5]);
}

#[test]
fn the_same_problem_has_the_same_plan() {
    let problem = city(7, 1_000);
    assert_eq!(plan(&problem, &mut on).unwrap(), plan(&problem, &mut on).unwrap());
}

#[test]
fn the_work_can_be_stopped() {
    let problem = city(1, 1_000);
    assert_eq!(plan(&problem, &mut |_| ControlFlow::Break(())), Err(Cancelled));
}

#[test]
fn a_wrong_plan_or_certificate_is_found_out() {
    let problem = city(3, 400);
    let plan = plan(&problem, &mut on).unwrap();
    let check = |plan: &Plan| plan.certificate.check(&problem, &plan.assignments, &plan.remaining);
    check(&plan).unwrap();
    let mut fewer = plan.clone();
    fewer.assignments.pop();
    assert!(check(&fewer).unwrap_err().to_string().contains("0 are in the plan"));
    let mut elsewhere = plan.clone();
    elsewhere.assignments.iter_mut().for_each(|row| row.shelter = 0);
    check(&elsewhere).unwrap_err();
    let mut dearer = plan.clone();
    dearer.certificate.shelters[0].price += 1;
    assert!(check(&dearer).unwrap_err().to_string().contains("bound"));
    let mut boasting = plan;
    boasting.certificate.person_metres -= 1;
    assert!(check(&boasting).unwrap_err().to_string().contains("person_metres"));
}
