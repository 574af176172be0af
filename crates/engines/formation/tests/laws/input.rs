//! Input that cannot be used is refused by record and reason.

use lianxin_formation::{FARTHEST_M, Problem, ProblemError, Rules, plan};

use crate::support::{association, branch, on, tight, unit};

#[test]
fn every_wrong_record_is_named() {
    let mut far = unit(1, (0, 0), 1, 0, 0);
    far.x = FARTHEST_M + 1;
    let mut more = unit(2, (0, 0), 9, 0, 7);
    more.staff = 5;
    let mut lost = unit(3, (0, 0), 1, 0, 0);
    lost.organisation = "o9".into();
    lost.area = "42".into();
    let mut nameless = branch(0, (0, 0), 1, 0);
    nameless.id.clear();
    let units = vec![unit(0, (0, 0), 1, 0, 0), far, unit(0, (1, 1), 1, 0, 0), more, lost];
    let wrong = Problem::new(units, vec![nameless], Rules::built_in()).unwrap_err();
    let ProblemError::Input(wrong) = wrong else { panic!("{wrong}") };
    let told: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "Units record 2: the coordinate 100000001 is beyond ±100000000 metres",
            "Units record 3: the id u0 stands already at record 1",
            "Units record 4: 9 members among 5 staff",
            "Units record 4: there is no association \"a7\"",
            "Units record 5: the area \"42\" has fewer than 3 parts, by which the rule same_area tells superiors apart",
            "Units record 5: there is no organisation \"o9\"",
            "Organisations record 1: the id is empty",
        ]
    );
}

#[test]
fn the_corners_of_the_world_are_planned() {
    let far = FARTHEST_M;
    let mut rules = Rules::built_in();
    for rule in [&mut rules.near_metres, &mut rules.trade_metres, &mut rules.association_metres] {
        rule.value = far.unsigned_abs();
    }
    let units =
        vec![unit(0, (-far, -far), 2, 1, 0), unit(1, (far, far), 2, 1, 0), unit(2, (-far, 0), 1, 1, 0)];
    let problem = Problem::new(units, vec![branch(0, (far, 0), 3, 5)], rules).unwrap();
    let plan = plan(&problem, &mut on).unwrap();
    assert_eq!((plan.worth().left_out, plan.worth().organisations, plan.worth().metres), (0, 1, 200_000_000));
    assert!(plan.certificate.optimal());
    plan.certificate.check(&problem).unwrap();
}

#[test]
fn units_of_two_superiors_share_nothing() {
    let mut elsewhere = unit(1, (0, 0), 2, 1, 0);
    elsewhere.area = "42/4299/429902".into();
    let units = vec![unit(0, (0, 0), 2, 1, 0), elsewhere];
    let apart = Problem::new(units.clone(), Vec::new(), tight()).unwrap();
    assert_eq!((plan(&apart, &mut on).unwrap().worth().left_out, apart.parts()), (2, 2));
    let mut rules = tight();
    rules.same_area.value = 2;
    let together = Problem::new(units, vec![], rules).unwrap();
    assert_eq!(plan(&together, &mut on).unwrap().worth().organisations, 1);
}

#[test]
fn an_association_must_be_on_the_list() {
    let one = vec![unit(0, (0, 0), 2, 0, 1), unit(1, (8, 0), 2, 0, 1), association(1, (4, 0), 0)];
    let problem = Problem::new(one, Vec::new(), tight()).unwrap();
    assert_eq!(plan(&problem, &mut on).unwrap().worth().metres, 8);
}
