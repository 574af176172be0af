//! The best plan by trying them all, person by person.

use lianxin_relocation::{Need, Problem};

/// How good a plan is, the first figure first: left out with medical need, who need the ground floor, others,
/// then person-metres.
pub(crate) type Worth = [i64; 4];

/// The best there is.
pub(crate) fn best(problem: &Problem) -> Worth {
    let persons: Vec<usize> = (0..problem.households().len())
        .flat_map(|index| std::iter::repeat_n(index, problem.households()[index].size as usize))
        .collect();
    let mut room: Vec<u32> = problem.shelters().iter().map(|shelter| shelter.capacity).collect();
    let mut best = [i64::MAX; 4];
    try_all(problem, &persons, &mut room, [0; 4], &mut best);
    best
}

fn try_all(problem: &Problem, persons: &[usize], room: &mut [u32], so_far: Worth, best: &mut Worth) {
    if so_far >= *best {
        return;
    }
    let Some((person, rest)) = persons.split_first() else {
        *best = so_far;
        return;
    };
    let from = &problem.households()[*person];
    for shelter in 0..room.len() {
        if room[shelter] > 0 && problem.may_go(*person, shelter) {
            room[shelter] -= 1;
            let mut next = so_far;
            next[3] += problem.metres(*person, shelter).unwrap();
            try_all(problem, rest, room, next, best);
            room[shelter] += 1;
        }
    }
    let mut next = so_far;
    next[Need::ALL.iter().position(|need| *need == from.need).unwrap()] += 1;
    try_all(problem, rest, room, next, best);
}
