//! Problems to try.

use std::ops::ControlFlow;

use lianxin_formation::{Organisation, OrganisationKind, Problem, Progress, Rules, Unit, UnitKind, sample};
use proptest::prelude::*;

/// Goes on whatever is reported.
pub(crate) fn on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// A unit named by its place in the list, of a trade and an association by number; 0 is none.
pub(crate) fn unit(index: usize, (x, y): (i32, i32), members: u32, trade: u8, association: u8) -> Unit {
    let name = |kind: &str, number: u8| if number == 0 { String::new() } else { format!("{kind}{number}") };
    Unit {
        id: format!("u{index}"),
        kind: UnitKind::Enterprise,
        name: format!("演示企业{index}"),
        area: "42/4299/429901".into(),
        x,
        y,
        trade: name("t", trade),
        association: name("a", association),
        members,
        staff: 0,
        organisation: String::new(),
    }
}

/// An association named by its number.
pub(crate) fn association(number: u8, at: (i32, i32), members: u32) -> Unit {
    let id = format!("a{number}");
    Unit { kind: UnitKind::Association, association: id.clone(), id, ..unit(0, at, members, 0, 0) }
}

/// A branch that takes units on.
pub(crate) fn branch(index: usize, (x, y): (i32, i32), members: u32, takes: u32) -> Organisation {
    Organisation {
        id: format!("o{index}"),
        kind: OrganisationKind::Branch,
        name: format!("演示党支部{index}"),
        area: "42/4299/429901".into(),
        x,
        y,
        members,
        units: 0,
        takes,
    }
}

/// Rules for a small square: neighbours within 3 m, trade within 5 m, association within 8 m, 3 units together.
pub(crate) fn tight() -> Rules {
    let mut rules = Rules::built_in();
    rules.near_metres.value = 3;
    rules.trade_metres.value = 5;
    rules.association_metres.value = 8;
    rules.joint_units.value = 3;
    rules
}

/// Few places on a small square, so that many coincide and many distances are equal.
fn place() -> impl Strategy<Value = (i32, i32)> {
    (-4..5, -4..5)
}

/// Up to `units` units of up to three members, and up to three branches that take on one or two, some of them nearly
/// full.
pub(crate) fn small(units: usize) -> impl Strategy<Value = Problem> {
    let units = prop::collection::vec((place(), 0_u32..4, 0_u8..3, 0_u8..3), 0..=units);
    let branches = prop::collection::vec((place(), 46_u32..51, 0_u32..3), 0..4);
    (units, branches, 2_u32..5).prop_map(|(units, branches, together)| {
        let made = |(index, (at, members, trade, belongs))| unit(index, at, members, trade, belongs);
        let mut units: Vec<Unit> = units.into_iter().enumerate().map(made).collect();
        units.push(association(1, (0, 0), 0));
        units.push(association(2, (3, 3), 4));
        let made = |(index, (at, members, takes))| branch(index, at, members, takes);
        let branches = branches.into_iter().enumerate().map(made).collect();
        let mut rules = tight();
        rules.joint_units.value = together;
        rules.attached_units.value = 1;
        Problem::new(units, branches, rules).unwrap()
    })
}

/// A generated county.
pub(crate) fn county(seed: u64, enterprises: u32) -> Problem {
    let county = sample::county(seed, enterprises);
    Problem::new(county.units, county.organisations, Rules::built_in()).unwrap()
}
