//! Plans by hand: what must be is refused, what is usual is warned about.

use lianxin_formation::{Force, Place, Problem, Rules, Seat, Unit, judge};

use crate::support::{branch, tight, unit};

/// The rules that a plan breaks, those that must be kept marked.
fn broken(units: Vec<Unit>, rules: Rules, places: &[Place]) -> Vec<String> {
    let problem = Problem::new(units, vec![branch(0, (0, 0), 49, 1)], rules).unwrap();
    let breaches = judge(&problem, places).breaches;
    let told = |force| if force == Force::Must { "!" } else { "" };
    breaches.iter().map(|breach| format!("{}{}{}", breach.unit, told(breach.force), breach.rule)).collect()
}

fn row(members: &[u32]) -> Vec<Unit> {
    (0..).zip(members).map(|(index, members)| unit(index, (index as i32, 0), *members, 0, 0)).collect()
}

fn joint(count: usize) -> Vec<Place> {
    vec![Place::Joint { seat: 0 }; count]
}

#[test]
fn three_members_must_form_their_own_and_two_cannot() {
    assert_eq!(broken(row(&[3, 2]), tight(), &joint(2)), ["0!own_least"]);
    assert_eq!(broken(row(&[2, 1]), tight(), &[Place::Own, Place::Left { by: None }]), ["0!own_least"]);
    assert_eq!(broken(row(&[1, 1]), tight(), &joint(2)), ["0!own_least"]);
    assert!(broken(row(&[2, 1]), tight(), &joint(2)).is_empty());
}

#[test]
fn what_is_usual_is_warned_about() {
    assert_eq!(broken(row(&[1; 4]), tight(), &joint(4)), ["0joint_units"]);
    let mut far = row(&[2, 2]);
    far[1].x = 9;
    assert_eq!(broken(far, tight(), &joint(2)), ["0near_metres"]);
    let to = Place::Attached { to: Seat::Organisation(0) };
    assert_eq!(broken(row(&[1, 1]), tight(), &[to, to]), ["0attached_units", "0branch_most"]);
    assert!(broken(row(&[1]), tight(), &[to]).is_empty());
}

#[test]
fn a_rule_that_must_be_kept_is_one_by_its_data() {
    let rules = Rules::from_toml("[joint_units]\nforce = \"must\"\nvalue = 3").unwrap();
    assert_eq!(broken(row(&[1; 4]), rules, &joint(4)), ["0!joint_units"]);
}

#[test]
fn what_contradicts_the_lists_is_refused() {
    assert_eq!(broken(row(&[0]), tight(), &[Place::Own]), ["0!"]);
    assert_eq!(broken(row(&[2]), tight(), &[Place::Instructed { by: None }]), ["0!"]);
    assert_eq!(broken(row(&[2]), tight(), &[]), ["0!"]);
    assert_eq!(
        broken(
            row(&[2, 2, 0]),
            tight(),
            &[Place::Joint { seat: 2 }, Place::Left { by: None }, Place::Instructed { by: None }]
        ),
        ["0!"]
    );
    let to = Place::Attached { to: Seat::Unit(1) };
    assert_eq!(broken(row(&[2, 2]), tight(), &[to, Place::Left { by: None }]), ["0!"]);
    let mut kept = row(&[2]);
    kept[0].organisation = "o0".into();
    assert_eq!(broken(kept, tight(), &[Place::Left { by: None }]), ["0!"]);
}
