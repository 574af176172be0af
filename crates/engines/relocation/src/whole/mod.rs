//! The same plan with households, or whole buildings, never split.
//!
//! The divisible plan is the bound. Its few split units are put where there is most room, and the shelters
//! that are then too full are relieved by chains of exchanges ([`fitting`]), the cheapest first.

mod exchange;
mod fitting;

use std::collections::BTreeMap;

use crate::Cancelled;
use crate::ground::{Ground, Spot, Unit};
use crate::plan::{Assignment, Progress, Remaining, person_metres};
use crate::problem::{Points, Problem};
use crate::transport::{Costs, Transport, solve};
use fitting::{Fitting, Item};

/// What is never split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Every household goes to one shelter.
    Households,
    /// Everyone in a building goes to one shelter, which then must have what any of them needs.
    Buildings,
    /// Everyone in a building who needs the same goes to one shelter.
    BuildingsByNeed,
}

/// A plan in which nothing is split, and how far it may be from the best such plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholePlan {
    /// By household.
    pub assignments: Vec<Assignment>,
    /// Who remains, by household.
    pub remaining: Vec<Remaining>,
    /// The sum of everyone's metres.
    pub person_metres: i64,
    /// Person-metres, and the price of everyone left out.
    pub cost: i128,
    /// No plan with these units costs less, not even if it split them.
    pub bound: i128,
}

impl WholePlan {
    /// By how much the plan may be longer than the best, as a part of the bound.
    #[expect(clippy::cast_precision_loss, reason = "a figure to be shown")]
    pub fn gap(&self) -> f64 {
        (self.cost - self.bound) as f64 / self.bound.max(1) as f64
    }

    /// How many persons have a place.
    pub fn placed(&self) -> i64 {
        self.assignments.iter().map(|assignment| i64::from(assignment.persons)).sum()
    }
}

/// Households of a building, or single ones, as they are kept together.
struct Kept {
    unit: Unit,
    households: Vec<u32>,
}

/// A plan in which households or buildings are never split, close to the shortest, with its bound.
///
/// # Errors
/// When `progress` stopped it.
pub fn plan_whole(
    problem: &Problem,
    keep: Keep,
    progress: &mut Progress<'_>,
) -> Result<WholePlan, Cancelled> {
    let kept = kept(problem, keep);
    let scale = if kept.iter().all(|kept| kept.unit.spots.len() == 1) { 1 } else { 1000 };
    let (units, members) = kept.into_iter().map(|kept| (kept.unit, kept.households)).unzip();
    let Points { ground, households } = problem.points_of(units, members, scale);
    let transport = solve(ground, &problem.capacities(), progress)?;
    let items = items(problem, keep, &households);
    let mut fitting = Fitting::new(&transport, items.iter().map(|(item, _)| *item).collect());
    fitting.mend(progress)?;
    Ok(sum_up(problem, &transport, &items, &fitting))
}

/// Lumps households together that are kept together; the spots of a unit differ.
fn kept(problem: &Problem, keep: Keep) -> Vec<Kept> {
    let mut groups: BTreeMap<(&str, &str, u8, u32), Kept> = BTreeMap::new();
    for (index, household) in (0_u32..).zip(problem.households()) {
        let needs = household.need.mask();
        let spot = Spot { x: household.x, y: household.y, persons: i64::from(household.size) };
        let alone = household.building.is_empty() || keep == Keep::Households;
        let key = match keep {
            _ if alone => ("", "", 0, index),
            Keep::BuildingsByNeed => (household.village.as_str(), household.building.as_str(), needs, 0),
            _ => (household.village.as_str(), household.building.as_str(), 0, 0),
        };
        let group = groups
            .entry(key)
            .or_insert_with(|| Kept { unit: Unit { needs: 0, spots: Vec::new() }, households: Vec::new() });
        group.unit.needs |= needs;
        group.households.push(index);
        match group.unit.spots.iter_mut().find(|other| (other.x, other.y) == (spot.x, spot.y)) {
            Some(other) => other.persons += spot.persons,
            None => group.unit.spots.push(spot),
        }
    }
    groups.into_values().collect()
}

/// What is placed as one, and whose it is.
fn items(problem: &Problem, keep: Keep, points: &[Vec<u32>]) -> Vec<(Item, Vec<u32>)> {
    let persons = |households: &[u32]| {
        households.iter().map(|household| i64::from(problem.households()[*household as usize].size)).sum()
    };
    let mut items = Vec::new();
    for (point, households) in points.iter().enumerate() {
        // Single households may have been lumped together at one place; a building never is.
        let alone = keep == Keep::Households
            || households.iter().all(|one| problem.households()[*one as usize].building.is_empty());
        if alone {
            let each = households.iter().map(|one| (Item { point, persons: persons(&[*one]) }, vec![*one]));
            items.extend(each);
        } else {
            items.push((Item { point, persons: persons(households) }, households.clone()));
        }
    }
    items
}

fn sum_up(
    problem: &Problem,
    transport: &Transport<Ground>,
    items: &[(Item, Vec<u32>)],
    fitting: &Fitting<'_>,
) -> WholePlan {
    let (mut assignments, mut remaining) = (Vec::new(), Vec::new());
    let ground = transport.costs();
    let scale = i128::from(ground.scale());
    let mut cost = 0;
    for ((item, households), shelter) in items.iter().zip(fitting.places()) {
        let nowhere = *shelter as usize == transport.nowhere();
        if nowhere {
            cost += i128::from(item.persons) * i128::from(ground.left_out(item.point)) / scale;
        }
        for household in households {
            let persons = problem.households()[*household as usize].size;
            if nowhere {
                remaining.push(Remaining { household: *household, persons });
            } else {
                assignments.push(Assignment { household: *household, shelter: *shelter, persons });
            }
        }
    }
    assignments.sort_unstable();
    remaining.sort_unstable();
    let person_metres = person_metres(problem, &assignments);
    // A plan costs whole metres, so the bound is as much as the next whole one.
    let bound = (transport.cost() + scale - 1).div_euclid(scale);
    WholePlan { assignments, remaining, person_metres, cost: cost + i128::from(person_metres), bound }
}
