//! The best plan, and what proves it.

use std::ops::ControlFlow;

use lianxin_formation::{Cancelled, Certificate, Place, Problem, Rules, Worth, judge, picture, plan};
use proptest::prelude::*;

use crate::brute::best;
use crate::support::{branch, county, on, small, tight, unit};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn no_plan_is_better(problem in small(8)) {
        let plan = plan(&problem, &mut on).unwrap();
        prop_assert_eq!(plan.worth(), best(&problem));
        prop_assert!(plan.certificate.optimal(), "{:?}", plan.certificate);
    }

    #[test]
    fn every_plan_keeps_the_rules_and_every_price_holds(problem in small(16)) {
        let plan = plan(&problem, &mut on).unwrap();
        let verdict = judge(&problem, &plan.places);
        prop_assert!(verdict.allowed(), "{:?}", verdict.breaches);
        prop_assert_eq!(verdict.worth, plan.worth());
        plan.certificate.check(&problem).unwrap();
        prop_assert!(plan.certificate.bound <= plan.certificate.found);
    }
}

#[test]
fn a_county_is_planned_and_bounded() {
    for seed in 0..2 {
        let problem = county(seed, 70);
        let plan = plan(&problem, &mut on).unwrap();
        plan.certificate.check(&problem).unwrap();
        let verdict = judge(&problem, &plan.places);
        assert!(verdict.allowed());
        assert_eq!(verdict.worth, plan.worth());
        let (out, organisations, _) = plan.certificate.gap();
        assert_eq!(out, 0, "seed {seed}");
        assert!(organisations <= 1, "seed {seed}: {organisations}");
    }
}

#[test]
fn fewer_branches_go_before_fewer_metres() {
    // Two pairs of neighbours, or one branch of four that is longer.
    let at = [(0, 0), (0, 0), (3, 0), (3, 0)];
    let units: Vec<_> = at.into_iter().enumerate().map(|(index, at)| unit(index, at, 2, 0, 0)).collect();
    let mut rules = tight();
    rules.joint_units.value = 4;
    let problem = Problem::new(units.clone(), Vec::new(), rules).unwrap();
    let worth = |problem: &Problem| plan(problem, &mut on).unwrap().worth();
    assert_eq!(worth(&problem), Worth { left_out: 0, organisations: 1, metres: 6 });
    let problem = Problem::new(units, Vec::new(), tight()).unwrap();
    assert_eq!(worth(&problem), Worth { left_out: 0, organisations: 2, metres: 0 });
}

#[test]
fn who_is_too_far_is_left_out_and_named() {
    let units = vec![unit(0, (0, 0), 2, 0, 0), unit(1, (100, 0), 2, 0, 0), unit(2, (2, 0), 1, 0, 0)];
    let problem = Problem::new(units, vec![branch(0, (500, 0), 9, 5)], tight()).unwrap();
    let plan = plan(&problem, &mut on).unwrap();
    assert_eq!(plan.worth(), Worth { left_out: 1, organisations: 1, metres: 2 });
    assert!(matches!(plan.places[1], Place::Left { by: Some(_) }));
    assert!(plan.certificate.optimal());
}

#[test]
fn a_branch_that_is_full_takes_nobody_on() {
    let one = |members, takes| {
        let problem =
            Problem::new(vec![unit(0, (0, 0), 2, 0, 0)], vec![branch(0, (0, 0), members, takes)], tight())
                .unwrap();
        plan(&problem, &mut on).unwrap().worth().left_out
    };
    assert_eq!([one(48, 1), one(49, 1), one(48, 0), one(60, 5)], [0, 1, 1, 1]);
}

#[test]
fn the_same_problem_has_the_same_plan() {
    let problem = county(3, 70);
    assert_eq!(plan(&problem, &mut on).unwrap(), plan(&problem, &mut on).unwrap());
}

#[test]
fn the_work_can_be_stopped_at_any_moment() {
    let problem = county(1, 70);
    for after in [0, 1, 5, 20] {
        let mut left = after;
        let stopped = plan(&problem, &mut |_| {
            left -= 1;
            if left < 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(stopped.unwrap_err(), Cancelled);
    }
}

#[test]
fn a_wrong_certificate_is_found_out() {
    let problem = county(2, 70);
    let good = plan(&problem, &mut on).unwrap().certificate;
    good.check(&problem).unwrap();
    let told = |change: &dyn Fn(&mut Certificate)| {
        let mut wrong = good.clone();
        change(&mut wrong);
        wrong.check(&problem).unwrap_err().to_string()
    };
    let largest = (0..good.parts.len()).max_by_key(|part| good.parts[*part].units.len()).unwrap();
    assert!(told(&|one| drop(one.parts.remove(0))).contains("exactly once"));
    assert!(
        told(&|one| one.parts[largest].levels[0].prices.iter_mut().for_each(|price| *price += 1 << 20))
            .contains("too much")
    );
    assert!(told(&|one| one.parts[largest].bound.metres += 1 << 30).contains("at best"));
    assert!(told(&|one| one.parts[largest].levels[0].prices.truncate(1)).contains("not whole"));
    assert!(told(&|one| one.parts[largest].levels[0].weights.out = -1).contains("not whole"));
    assert!(told(&|one| one.found.metres -= 1).contains("its parts give"));
    let halves = told(&|one| {
        let mut other = one.parts[largest].clone();
        let half = other.units.len() / 2;
        other.units = one.parts[largest].units.split_off(half);
        other.levels.clear();
        one.parts.push(other);
    });
    assert!(halves.contains("different parts"), "{halves}");
}

#[test]
fn a_certificate_is_the_same_from_its_file() {
    let problem = county(5, 80);
    let plan = plan(&problem, &mut on).unwrap();
    let text = serde_json::to_string(&plan.certificate).unwrap();
    assert_eq!(serde_json::from_str::<Certificate>(&text).unwrap(), plan.certificate);
}

#[test]
fn nobody_is_no_trouble() {
    let problem = Problem::new(Vec::new(), Vec::new(), Rules::built_in()).unwrap();
    let plan = plan(&problem, &mut on).unwrap();
    assert!(plan.places.is_empty() && plan.certificate.optimal());
    plan.certificate.check(&problem).unwrap();
    assert!(picture(&problem, &plan).ends_with("</svg>\n"));
}
