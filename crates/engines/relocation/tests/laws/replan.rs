//! Plans from earlier plans.

use lianxin_relocation::{
    Assignment, Earlier, Goal, Household, Need, Plan, Planner, Problem, Shelter, distance_m, plan, replan,
    rows_by_id,
};
use proptest::prelude::*;

use crate::support::{city, on, small};

fn earlier(plan: &Plan) -> Earlier {
    let prices = plan.certificate.shelters.iter().map(|shelter| Some(shelter.price)).collect();
    Earlier { assignments: plan.assignments.clone(), prices }
}

/// Persons who had a place and are not there now.
fn moved(old: &[Assignment], new: &[Assignment]) -> i64 {
    let still = |row: &&Assignment| {
        let same = |other: &&Assignment| (other.household, other.shelter) == (row.household, row.shelter);
        new.iter().find(same).map_or(0, |other| other.persons.min(row.persons))
    };
    old.iter().map(|row| i64::from(row.persons - still(&row))).sum()
}

/// The fewest moves by trying all, person by person: those that place as many as `placed` and are not longer
/// than `longest`.
struct Fewest<'a> {
    problem: &'a Problem,
    persons: Vec<(usize, Option<u32>)>,
    longest: i64,
    left_out: [i64; 3],
    best: i64,
}

impl Fewest<'_> {
    fn try_all(&mut self, at: usize, room: &mut [u32], metres: i64, out: [i64; 3], moves: i64) {
        if metres > self.longest
            || out.iter().zip(self.left_out).any(|(out, most)| *out > most)
            || moves >= self.best
        {
            return;
        }
        let Some((household, home)) = self.persons.get(at).copied() else {
            self.best = moves;
            return;
        };
        let from = &self.problem.households()[household];
        for shelter in 0..room.len() {
            if room[shelter] > 0 && self.problem.may_go(household, shelter) {
                let to = &self.problem.shelters()[shelter];
                let way = distance_m((from.x, from.y), (to.x, to.y));
                let away = i64::from(home.is_some_and(|home| home as usize != shelter));
                room[shelter] -= 1;
                self.try_all(at + 1, room, metres + way, out, moves + away);
                room[shelter] += 1;
            }
        }
        let mut out = out;
        out[usize::from(from.need.code())] += 1;
        self.try_all(at + 1, room, metres, out, moves + i64::from(home.is_some()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_plan_from_an_earlier_one_is_as_good_as_from_nothing(
        problem in small(12, 6),
        changes in prop::collection::vec((0_usize..4, 0_u32..8), 0..4),
        cuts in prop::collection::vec((0_u32..12, 0_u32..4), 0..3),
        gone in prop::collection::vec(0_usize..12, 0..3),
        new in 0_usize..4,
    ) {
        let mut before = earlier(&plan(&problem, &mut on).unwrap());
        let mut changed = problem;
        changes.iter().for_each(|(shelter, capacity)| changed.set_capacity(*shelter, *capacity));
        cuts.iter().for_each(|(household, shelter)| changed.forbid(*household, *shelter));
        before.assignments.retain(|row| !gone.contains(&(row.household as usize)));
        if let Some(price) = before.prices.get_mut(new) {
            *price = None;
        }
        let fresh = plan(&changed, &mut on).unwrap();
        let again = replan(&changed, &before, Goal::Shortest, &mut on).unwrap();
        prop_assert_eq!(again.plan.certificate.cost, fresh.certificate.cost);
        again.plan.certificate.check(&changed, &again.plan.assignments, &again.plan.remaining).unwrap();
        let away = moved(&before.assignments, &again.plan.assignments);
        prop_assert_eq!(again.moved, away, "{:?} {:?}", before.assignments, again.plan.assignments);
    }

    #[test]
    fn a_kept_planner_is_as_good_as_a_plan_from_nothing(
        problem in small(12, 6),
        changes in prop::collection::vec((0_usize..4, 0_u32..8), 0..4),
    ) {
        let mut planner = Planner::new(problem, &mut on).unwrap();
        for (shelter, capacity) in changes {
            planner.set_capacity(shelter, capacity, &mut on).unwrap();
            let (kept, fresh) = (planner.plan(), plan(planner.problem(), &mut on).unwrap());
            prop_assert_eq!(kept.certificate.cost, fresh.certificate.cost);
            kept.certificate.check(planner.problem(), &kept.assignments, &kept.remaining).unwrap();
        }
    }

    #[test]
    fn no_plan_of_the_length_moves_fewer_than_is_said(
        problem in small(4, 2),
        (shelter, capacity) in (0_usize..4, 0_u32..8),
        extra in prop::option::of(0_u32..800),
    ) {
        let before = earlier(&plan(&problem, &mut on).unwrap());
        let mut changed = problem;
        changed.set_capacity(shelter, capacity);
        let found = replan(&changed, &before, Goal::FewestMoves { extra }, &mut on).unwrap();
        prop_assert_eq!(found.moved, moved(&before.assignments, &found.plan.assignments));
        let mut persons = Vec::new();
        for (index, household) in changed.households().iter().enumerate() {
            let rows = before.assignments.iter().filter(|row| row.household as usize == index);
            let homes: Vec<Option<u32>> =
                rows.flat_map(|row| std::iter::repeat_n(Some(row.shelter), row.persons as usize)).collect();
            let others = household.size as usize - homes.len();
            persons.extend(homes.into_iter().chain(std::iter::repeat_n(None, others)).map(|home| (index, home)));
        }
        let longest = extra.map_or(i64::MAX, |extra| found.shortest + found.shortest * i64::from(extra) / 1000);
        prop_assert!(found.plan.person_metres <= longest);
        let best = plan(&changed, &mut on).unwrap();
        let mut left_out = [0; 3];
        for row in &best.remaining {
            left_out[usize::from(changed.households()[row.household as usize].need.code())] += i64::from(row.persons);
        }
        prop_assert_eq!(found.plan.placed(), best.placed());
        let mut fewest = Fewest { problem: &changed, persons, longest, left_out, best: i64::MAX };
        let mut room: Vec<u32> = changed.shelters().iter().map(|shelter| shelter.capacity).collect();
        fewest.try_all(0, &mut room, 0, [0; 3], 0);
        prop_assert!(found.moved_at_least <= fewest.best, "{} > {}", found.moved_at_least, fewest.best);
        prop_assert!(fewest.best <= found.moved);
    }
}

/// Of two alike, one had the last place: that one keeps it.
#[test]
fn whoever_had_the_last_place_keeps_it() {
    let household = |id: &str, size| Household {
        id: id.into(),
        village: "v".into(),
        building: "b".into(),
        x: 1,
        y: -4,
        size,
        need: Need::Ground,
    };
    let shelter = Shelter { id: "s".into(), x: 0, y: 0, capacity: 1, medical: true, ground: true };
    let problem = Problem::new(vec![household("h0", 1), household("h1", 1)], vec![shelter]).unwrap();
    let before = earlier(&plan(&problem, &mut on).unwrap());
    let found = replan(&problem, &before, Goal::FewestMoves { extra: None }, &mut on).unwrap();
    assert_eq!((found.moved, found.moved_at_least), (0, 0));
    assert_eq!(found.plan.assignments, before.assignments);
}

#[test]
fn a_closed_shelter_moves_hardly_more_than_its_own() {
    let problem = city(4, 2_000);
    let before = plan(&problem, &mut on).unwrap();
    let mut closed = problem.clone();
    closed.set_capacity(3, 0);
    let there = before.certificate.shelters[3].persons;
    let goal = Goal::FewestMoves { extra: None };
    let found = replan(&closed, &earlier(&before), goal, &mut on).unwrap();
    assert!(found.moved >= there && found.moved == found.moved_at_least, "{there}: {found:?}");
    assert!(found.moved <= moved(&before.assignments, &plan(&closed, &mut on).unwrap().assignments));
}

#[test]
fn rows_find_their_places_by_ids() {
    let problem = city(1, 100);
    let rows = [("H000003", "S0000", 2), ("H999999", "S0000", 1), ("H000001", "S9999", 1)];
    let found = rows_by_id(&problem, rows.into_iter());
    assert_eq!(found, [Assignment { household: 3, shelter: 0, persons: 2 }]);
}
