//! Why each unit is placed as it is.

use lianxin_formation::{
    OrganisationKind, Place, Problem, Rules, Standing, explain, own_kind, picture, plan,
};
use proptest::prelude::*;

use crate::support::{branch, county, on, small, tight, unit};

#[test]
fn sizes_decide_what_an_own_organisation_is() {
    let members = [2, 3, 50, 51, 99, 100];
    let units: Vec<_> =
        (0..).zip(members).map(|(index, members)| unit(index, (0, 0), members, 0, 0)).collect();
    let problem = Problem::new(units, Vec::new(), Rules::built_in()).unwrap();
    assert_eq!(problem.standing()[0], Standing::Small);
    let kinds: Vec<_> = (1..6).map(|unit| own_kind(&problem, unit).code()).collect();
    assert_eq!(kinds, ["branch", "branch", "general-branch", "general-branch", "committee"]);
}

#[test]
fn a_unit_that_has_grown_leaves_its_joint_branch() {
    let mut grown = unit(0, (0, 0), 3, 0, 0);
    grown.organisation = "o0".into();
    let mut stays = unit(1, (0, 0), 2, 0, 0);
    stays.organisation = "o0".into();
    let mut joint = branch(0, (0, 0), 6, 0);
    joint.kind = OrganisationKind::JointBranch;
    let problem = Problem::new(vec![grown, stays], vec![joint], tight()).unwrap();
    let plan = plan(&problem, &mut on).unwrap();
    assert_eq!(plan.places, [Place::Own, Place::Kept]);
    let lines = explain(&problem, &plan);
    assert!(lines[0].why[0].contains("不再属于“演示党支部0”"), "{:?}", lines[0]);
}

#[test]
fn why_and_what_next_are_told_in_both_languages() {
    let units = vec![
        unit(0, (0, 0), 2, 1, 0),
        unit(1, (1, 0), 2, 1, 0),
        unit(2, (2, 0), 0, 0, 0),
        unit(3, (0, 2), 7, 0, 0),
    ];
    let problem = Problem::new(units, vec![branch(0, (3, 0), 9, 1)], tight()).unwrap();
    let plan = plan(&problem, &mut on).unwrap();
    let lines = explain(&problem, &plan);
    assert_eq!(
        lines[0].why[0],
        "正式党员2名，不足以单独组建；地域相邻，2家单位共4名党员成立联合党支部，由本单位牵头"
    );
    assert!(
        lines[1].why[1]
            .contains("a joint branch (neighbours) of 2 units with 4 members; “演示企业0” leads, 1 m away")
    );
    let cost = lines[1].cost.unwrap();
    assert_eq!((cost.left_out, cost.organisations, cost.metres), (1, -1, 1));
    assert!(lines[1].next[1].starts_with("attached to “演示党支部0”"), "{:?}", lines[1].next);
    assert!(
        lines[2].why[0].contains("“演示企业1”（相距1米）选派党建工作指导员")
            || lines[2].why[0].contains("相距1米")
    );
    assert!(lines[3].why[1].contains("7 formal members: a branch of its own, with a committee"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn nothing_next_is_better_than_the_best(problem in small(9)) {
        let plan = plan(&problem, &mut on).unwrap();
        for line in explain(&problem, &plan) {
            if let Some(cost) = line.cost {
                prop_assert!(cost >= Default::default(), "{:?}", line);
            }
        }
    }
}

#[test]
fn every_unit_has_its_line_and_its_mark() {
    let problem = county(4, 70);
    let plan = plan(&problem, &mut on).unwrap();
    let lines = explain(&problem, &plan);
    assert_eq!(lines.len(), problem.units().len());
    assert!(lines.iter().all(|line| line.why.iter().chain(&line.next).all(|text| !text.is_empty())));
    let drawn = picture(&problem, &plan);
    assert!(drawn.matches("<circle").count() >= problem.units().len());
    assert!(drawn.ends_with("</svg>\n"));
}
