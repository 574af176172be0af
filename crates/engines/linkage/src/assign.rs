//! Choosing pairs so that nobody is two people.

use std::collections::HashSet;

/// A pair that may be the same person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) log_odds: f64,
}

/// Takes the surest pairs first, each person once.
pub(crate) fn one_to_one(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by(|x, y| y.log_odds.total_cmp(&x.log_odds).then((x.a, x.b).cmp(&(y.a, y.b))));
    let (mut taken_a, mut taken_b) = (HashSet::new(), HashSet::new());
    candidates.retain(|candidate| {
        let free = !taken_a.contains(&candidate.a) && !taken_b.contains(&candidate.b);
        if free {
            taken_a.insert(candidate.a);
            taken_b.insert(candidate.b);
        }
        free
    });
    candidates
}
