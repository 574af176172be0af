//! Why nobody more could be placed, and the picture.

use lianxin_relocation::{Need, Problem, picture, plan, shortages};
use proptest::prelude::*;

use crate::support::{city, household, on, shelter, small};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_places_named_are_too_few_for_those_who_must_go_there(problem in small(12, 6)) {
        let plan = plan(&problem, &mut on).unwrap();
        let found = shortages(&problem, &plan.assignments, &plan.remaining);
        prop_assert_eq!(found.is_empty(), plan.remaining.is_empty());
        for short in found {
            prop_assert_eq!(short.persons - short.places, short.missing);
            // Whoever is there needs as much or more, and may go nowhere else.
            let there = |shelter: u32| short.shelters.contains(&shelter);
            let rank = |need: Need| Need::ALL.iter().position(|other| *other == need);
            for row in plan.assignments.iter().filter(|row| there(row.shelter)) {
                prop_assert!(rank(problem.households()[row.household as usize].need) <= rank(short.need));
                for shelter in 0..problem.shelters().len() {
                    let may = problem.may_go(row.household as usize, shelter);
                    let open = problem.shelters()[shelter].capacity > 0;
                    prop_assert!(!(may && open) || there(u32::try_from(shelter).unwrap()));
                }
            }
        }
    }

    #[test]
    fn every_plan_can_be_drawn(problem in small(12, 6)) {
        let plan = plan(&problem, &mut on).unwrap();
        let svg = picture(&problem, &plan.assignments);
        prop_assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n") && !svg.contains("NaN"));
    }
}

#[test]
fn missing_places_are_counted_by_kind() {
    let households = vec![household(0, (0, 0), 3, 1), household(1, (0, 0), 5, 2), household(2, (0, 0), 2, 0)];
    let shelters = vec![shelter(0, (1, 0), 2, 1), shelter(1, (2, 0), 4, 2), shelter(2, (3, 0), 9, 0)];
    let problem = Problem::new(households, shelters).unwrap();
    let plan = plan(&problem, &mut on).unwrap();
    let found: Vec<(Need, i64, i64)> = shortages(&problem, &plan.assignments, &plan.remaining)
        .iter()
        .map(|short| (short.need, short.missing, short.places))
        .collect();
    assert_eq!(found, [(Need::Medical, 1, 2), (Need::Ground, 1, 4)]);
}

#[test]
fn a_picture_names_its_shelters() {
    let problem = city(1, 500);
    let plan = plan(&problem, &mut on).unwrap();
    let svg = picture(&problem, &plan.assignments);
    assert!(svg.contains("<title>S0002: ") && svg.matches("<title>").count() == problem.shelters().len());
}
