//! Villages kept together.

use std::collections::{BTreeMap, BTreeSet};

use lianxin_relocation::{Need, Problem, VillagePlan, VillageProof, plan, plan_villages};
use proptest::prelude::*;

use crate::support::{city, on, small};

/// The pairs of a village and a shelter it uses.
fn pairs(problem: &Problem, found: &VillagePlan) -> usize {
    let pair = |row: &lianxin_relocation::Assignment| {
        (problem.households()[row.household as usize].village.as_str(), row.shelter)
    };
    found.plan.assignments.iter().map(pair).collect::<BTreeSet<_>>().len()
}

/// The fewest pairs of any plan that is short enough and places as many of each need, by trying all.
struct Fewest<'a> {
    problem: &'a Problem,
    persons: Vec<usize>,
    longest: i64,
    left_out: [i64; 3],
    best: usize,
}

impl<'a> Fewest<'a> {
    fn try_all(
        &mut self,
        at: usize,
        room: &mut [u32],
        metres: i64,
        out: [i64; 3],
        used: &BTreeSet<(&'a str, usize)>,
    ) {
        let too_many = out.iter().zip(self.left_out).any(|(out, most)| *out > most);
        if metres > self.longest || too_many || used.len() >= self.best {
            return;
        }
        let Some(household) = self.persons.get(at).copied() else {
            self.best = used.len();
            return;
        };
        let from = &self.problem.households()[household];
        for shelter in 0..room.len() {
            if room[shelter] > 0 && self.problem.may_go(household, shelter) {
                let mut with = used.clone();
                with.insert((&from.village, shelter));
                room[shelter] -= 1;
                let metres = metres + self.problem.metres(household, shelter).unwrap();
                self.try_all(at + 1, room, metres, out, &with);
                room[shelter] += 1;
            }
        }
        let mut out = out;
        out[usize::from(from.need.code())] += 1;
        self.try_all(at + 1, room, metres, out, used);
    }
}

/// The pairs that a proof leaves room for, counted from the lists and its figures alone.
fn proved(problem: &Problem, proof: &VillageProof, left_out: [i64; 3]) -> i64 {
    let (households, shelters) = (problem.households(), problem.shelters());
    let mut gains: BTreeMap<(&str, usize), i64> = BTreeMap::new();
    let mut sum = -i128::from(proof.longest) * i128::from(proof.scale);
    for (index, (household, paid)) in households.iter().zip(&proof.households).enumerate() {
        assert_eq!(household.id, paid.id);
        assert!(paid.pays <= proof.left_out[usize::from(household.need.code())]);
        sum += i128::from(paid.pays) * i128::from(household.size);
        for shelter in (0..shelters.len()).filter(|shelter| problem.may_go(index, *shelter)) {
            let metres = problem.metres(index, shelter).unwrap();
            let gain = paid.pays - metres * proof.scale - proof.shelters[shelter].pays;
            *gains.entry((&household.village, shelter)).or_default() +=
                gain.max(0) * i64::from(household.size);
        }
    }
    assert!(gains.values().all(|gain| *gain <= proof.worth), "a village gains too much");
    for (shelter, price) in shelters.iter().zip(&proof.shelters) {
        assert!(price.pays >= 0);
        sum -= i128::from(price.pays) * i128::from(shelter.capacity);
    }
    let out = left_out.iter().zip(&proof.left_out);
    sum -= out.map(|(persons, price)| i128::from(*persons) * i128::from(*price)).sum::<i128>();
    i64::try_from(-(-sum).div_euclid(i128::from(proof.worth))).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_plan_of_the_length_uses_fewer_than_is_said(problem in small(4, 2), extra in 0_u32..1500) {
        let found = plan_villages(&problem, extra, &mut on).unwrap();
        let best = plan(&problem, &mut on).unwrap();
        prop_assert_eq!(found.shortest, best.person_metres);
        prop_assert!(found.plan.person_metres <= found.longest);
        prop_assert_eq!(found.longest, best.person_metres + best.person_metres * i64::from(extra) / 1000);
        found.plan.certificate.check(&problem, &found.plan.assignments, &found.plan.remaining).unwrap();
        prop_assert_eq!(found.used as usize, pairs(&problem, &found));
        prop_assert!(found.used <= found.used_by_shortest);
        let mut left_out = [0; 3];
        for row in &best.remaining {
            left_out[usize::from(problem.households()[row.household as usize].need.code())] += i64::from(row.persons);
        }
        let out = |need: Need| {
            let rows = found.plan.remaining.iter();
            rows.filter(|row| problem.households()[row.household as usize].need == need).map(|row| i64::from(row.persons)).sum::<i64>()
        };
        prop_assert!(Need::ALL.iter().all(|need| out(*need) == left_out[usize::from(need.code())]));
        if let Some(proof) = &found.proof {
            prop_assert_eq!(proved(&problem, proof, left_out), proof.pairs);
            prop_assert_eq!(proof.pairs.min(found.used), found.used_at_least);
        }
        let persons = (0..problem.households().len())
            .flat_map(|at| std::iter::repeat_n(at, problem.households()[at].size as usize))
            .collect();
        let mut fewest = Fewest { problem: &problem, persons, longest: found.longest, left_out, best: usize::MAX };
        let mut room: Vec<u32> = problem.shelters().iter().map(|shelter| shelter.capacity).collect();
        fewest.try_all(0, &mut room, 0, [0; 3], &BTreeSet::new());
        prop_assert!(found.used_at_least as usize <= fewest.best, "{} > {}", found.used_at_least, fewest.best);
        prop_assert!(fewest.best <= found.used as usize);
    }
}

#[test]
fn a_town_keeps_its_villages_together() {
    let problem = city(2, 3_000);
    let found = plan_villages(&problem, 20, &mut on).unwrap();
    assert_eq!(found.used as usize, pairs(&problem, &found));
    assert!(found.used * 10 < found.used_by_shortest * 9, "{} of {}", found.used, found.used_by_shortest);
    assert!(found.used >= found.used_at_least && found.used_at_least >= found.villages as i64);
    assert!(found.plan.person_metres <= found.longest && found.plan.remaining.is_empty());
    let proof = found.proof.expect("sizes alone do not prove it");
    assert_eq!(proved(&problem, &proof, [0; 3]), found.used_at_least);
}
