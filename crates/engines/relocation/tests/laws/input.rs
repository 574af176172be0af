//! Input that cannot be used is refused by record and reason.

use lianxin_relocation::{FARTHEST_M, Problem, plan};

use crate::support::{household, on, shelter};

#[test]
fn every_wrong_record_is_named() {
    let mut far = household(1, (0, 0), 1, 0);
    far.x = FARTHEST_M + 1;
    let twice = household(0, (1, 1), 1, 0);
    let empty = household(3, (0, 0), 0, 0);
    let mut nameless = shelter(0, (0, 0), 1, 0);
    nameless.id.clear();
    let households = vec![household(0, (0, 0), 1, 0), far, twice, empty];
    let wrong = Problem::new(households, vec![nameless]).unwrap_err();
    let told: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "Households record 2: the coordinate 100000001 is beyond ±100000000 metres",
            "Households record 3: the id h0 stands already at record 1",
            "Households record 4: a household has 1 to 100000 persons, not 0",
            "Shelters record 1: the id is empty",
        ]
    );
}

#[test]
fn the_corners_of_the_world_are_planned() {
    let far = FARTHEST_M;
    let households = vec![household(0, (-far, -far), 100_000, 1), household(1, (far, far), 1, 2)];
    let shelters = vec![shelter(0, (far, far), u32::MAX, 3), shelter(1, (-far, far), 1, 3)];
    let problem = Problem::new(households, shelters).unwrap();
    let plan = plan(&problem, &mut on).unwrap();
    assert!(plan.certificate.optimal());
    assert_eq!(plan.person_metres, 99_999 * 282_842_712 + 200_000_000);
}

#[test]
fn nobody_and_nowhere_are_no_trouble() {
    let nobody = Problem::new(Vec::new(), vec![shelter(0, (0, 0), 1, 0)]).unwrap();
    assert_eq!(plan(&nobody, &mut on).unwrap().person_metres, 0);
    let nowhere = Problem::new(vec![household(0, (0, 0), 2, 0)], Vec::new()).unwrap();
    let plan = plan(&nowhere, &mut on).unwrap();
    assert_eq!((plan.placed(), plan.remaining.len()), (0, 1));
    assert!(plan.certificate.optimal());
}
