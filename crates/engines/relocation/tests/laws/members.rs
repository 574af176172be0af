//! Who answers for whom.

use lianxin_relocation::{List, Member, MemberError, answer_for, sample};

use crate::support::{household, on};

fn member(index: usize, at: (i32, i32), max_households: u32) -> Member {
    Member { id: format!("m{index}"), village: String::new(), x: at.0, y: at.1, max_households }
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
