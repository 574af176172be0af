//! Who answers for whom.

use lianxin_relocation::{Household, List, Member, MemberError, Need, Problem, answer_for, sample};
use proptest::prelude::*;

use crate::brute::best;
use crate::support::{household, on, small};

fn member(index: usize, at: (i32, i32), max_households: u32) -> Member {
    Member { id: format!("m{index}"), village: String::new(), x: at.0, y: at.1, max_households }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_choice_is_better(problem in small(6, 1)) {
        let any = |household: &Household| Household { need: Need::Any, ..household.clone() };
        let households: Vec<Household> = problem.households().iter().map(any).collect();
        let members: Vec<Member> = problem
            .shelters()
            .iter()
            .enumerate()
            .map(|(index, shelter)| member(index, (shelter.x, shelter.y), shelter.capacity))
            .collect();
        let found = answer_for(&households, &members, &mut on).unwrap();
        let same = Problem::new(households, problem.shelters().to_vec()).unwrap();
        let without = found.member.iter().filter(|member| member.is_none()).count() as i64;
        prop_assert_eq!([0, 0, without, found.metres], best(&same));
        prop_assert!(found.certificate.optimal(), "{:?}", found.certificate);
    }
}

/// Everyone far from all members, members in a heap, all at one place, along a line: the prices still prove it.
#[test]
fn strange_towns_are_proved_too() {
    let heap = |index: i32| (index * 7 % 13, index * 5 % 11);
    let line = |index: i32| (index * 3, 0);
    let apart = |index: i32| (5_000 + index % 17, index % 19);
    let point = |_: i32| (0, 0);
    let places: [fn(i32) -> (i32, i32); 4] = [heap, line, apart, point];
    for homes in places {
        for hands in places {
            let households: Vec<Household> =
                (0..300).map(|index| household(index as usize, homes(index), 2, 0)).collect();
            let members: Vec<Member> =
                (0..60).map(|index| member(index as usize, hands(index), 1 + (index % 9) as u32)).collect();
            let found = answer_for(&households, &members, &mut on).unwrap();
            assert!(found.certificate.optimal());
            let free: u32 = members.iter().map(|member| member.max_households).sum();
            let with = found.member.iter().flatten().count();
            assert_eq!(with, 300.min(free as usize));
        }
    }
}

#[test]
fn the_nearest_member_answers_unless_another_saves_more() {
    let households = [household(0, (0, 0), 6, 1), household(1, (1, 0), 1, 0), household(2, (9, 0), 1, 0)];
    let members = [member(0, (0, 0), 1), member(1, (4, 0), 2)];
    let found = answer_for(&households, &members, &mut on).unwrap();
    assert_eq!(found.member, [Some(0), Some(1), Some(1)]);
    assert_eq!(found.metres, 3 + 5);
    assert!(found.certificate.optimal());
}

#[test]
fn a_town_has_members_for_all_to_the_optimum() {
    let city = sample::city(5, 2_000);
    let found = answer_for(&city.households, &city.members, &mut on).unwrap();
    assert!(found.certificate.optimal());
    let mut taken = vec![0; city.members.len()];
    found.member.iter().for_each(|member| taken[member.unwrap() as usize] += 1);
    assert!(taken.iter().zip(&city.members).all(|(taken, member)| *taken <= member.max_households));
}

#[test]
fn too_few_hands_leave_some_without() {
    let households = [household(0, (0, 0), 1, 0), household(1, (5, 0), 1, 0)];
    let found = answer_for(&households, &[member(0, (1, 0), 1)], &mut on).unwrap();
    assert_eq!(found.member, [Some(0), None]);
}

#[test]
fn a_wrong_member_is_named() {
    let members = [member(0, (0, 0), 1), member(0, (1, 0), 1)];
    let Err(MemberError::Input(wrong)) = answer_for(&[], &members, &mut on) else { panic!("refused") };
    assert_eq!((wrong[0].list, wrong[0].index), (List::Members, 1));
}
