//! Which organisation is nearest: instructors come from there.

use crate::ground::distance_m;
use crate::model::superior;
use crate::problem::{Problem, Seat, Standing};

/// All organisations of a plan, from west to east below each superior.
pub(crate) struct Nearest<'a> {
    sorted: Vec<(&'a str, i32, Seat)>,
}

impl<'a> Nearest<'a> {
    /// Those there are, those that units form, and those that `leading` units lead.
    pub(crate) fn new(problem: &'a Problem, leading: impl Iterator<Item = u32>) -> Self {
        let parts = problem.rules().same_area.value;
        let own = (0..).zip(problem.standing()).filter(|(_, one)| matches!(one, Standing::Own { .. }));
        let units = own.map(|(at, _)| at).chain(leading).map(|at| {
            let unit = &problem.units()[at as usize];
            (superior(&unit.area, parts).unwrap_or_default(), unit.x, Seat::Unit(at))
        });
        let there = (0..)
            .zip(problem.organisations())
            .map(|(at, one)| (superior(&one.area, parts).unwrap_or_default(), one.x, Seat::Organisation(at)));
        let mut sorted: Vec<_> = there.chain(units).collect();
        sorted.sort_unstable();
        Nearest { sorted }
    }

    /// The two nearest below the same superior, the nearest first, with their metres.
    pub(crate) fn of(&self, problem: &Problem, unit: usize) -> Vec<(u32, Seat)> {
        let unit = &problem.units()[unit];
        let above = superior(&unit.area, problem.rules().same_area.value).unwrap_or_default();
        let middle = self.sorted.partition_point(|(superior, x, _)| (*superior, *x) < (above, unit.x));
        let (west, east) = self.sorted.split_at(middle);
        let mut best: Vec<(u32, Seat)> = Vec::new();
        let mut look = |(superior, x, seat): &(&str, i32, Seat)| {
            let beyond = best.get(1).is_some_and(|second| x.abs_diff(unit.x) > second.0);
            if *superior != above || beyond {
                return false;
            }
            best.push((distance_m((unit.x, unit.y), problem.place_of(*seat)), *seat));
            best.sort_unstable();
            best.truncate(2);
            true
        };
        west.iter().rev().take_while(|one| look(one)).for_each(drop);
        east.iter().take_while(|one| look(one)).for_each(drop);
        best
    }
}
