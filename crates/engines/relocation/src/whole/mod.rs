//! The same plan with households, or whole buildings, never split.
//!
//! The divisible plan is the bound. Its few split units are put where there is most room, and the shelters
//! that are then too full are relieved by chains of exchanges ([`fitting`]), the cheapest first.

mod exchange;
mod fitting;

use std::collections::{BTreeMap, BTreeSet};

use crate::Cancelled;
use crate::few::Few;
use crate::ground::{Ground, Unit};
use crate::model::Need;
use crate::plan::{Assignment, Progress, Remaining, person_metres};
use crate::problem::{Piece, Points, Problem};
use crate::transport::{Costs, Transport, solve};
use fitting::{Fitting, Item};

/// What is never split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Every household goes to one shelter.
    Households,
    /// Everyone in a building goes to one shelter, which then must have what any of them needs. Where such places are
    /// short, people of a building who need different things are divided by need before anyone is left out.
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
    /// Buildings whose people do not all need the same.
    pub mixed: usize,
    /// How many buildings are divided: by need, or into households where no shelter is large enough.
    pub divided: usize,
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

/// A plan in which households or buildings are never split, close to the shortest, with its bound.
///
/// # Errors
/// When `progress` stopped it.
pub fn plan_whole(
    problem: &Problem,
    keep: Keep,
    progress: &mut Progress<'_>,
) -> Result<WholePlan, Cancelled> {
    let mixed = mixed(problem);
    let mut divided = too_large(problem, keep);
    let mut rounds = 0;
    loop {
        let plan = plan_kept(problem, keep, &divided, progress)?;
        let before = divided.len();
        if keep == Keep::Buildings && rounds < ROUNDS {
            let left = plan.remaining.iter().map(|row| building(problem, row.household));
            let more: Vec<Building<'_>> = left.filter(|building| mixed.contains(building)).collect();
            for building in more.into_iter().chain(in_the_way(problem, &plan, &mixed, &divided)) {
                divided.entry(building).or_insert(Divided::ByNeed);
            }
        }
        rounds += 1;
        if divided.len() == before {
            let divided = if keep == Keep::BuildingsByNeed { mixed.len() } else { divided.len() };
            return Ok(WholePlan { mixed: mixed.len(), divided, ..plan });
        }
    }
}

/// Buildings of which many could stand elsewhere, where those who have no place could go: as many as would make room.
fn in_the_way<'a>(
    problem: &'a Problem,
    plan: &WholePlan,
    mixed: &BTreeSet<Building<'a>>,
    divided: &BTreeMap<Building<'a>, Divided>,
) -> Vec<Building<'a>> {
    let mut wanted = vec![false; problem.shelters().len()];
    for row in &plan.remaining {
        let open = |at: usize| problem.may_go(row.household as usize, at);
        wanted.iter_mut().enumerate().for_each(|(at, wanted)| *wanted = *wanted || open(at));
    }
    let mut others: BTreeMap<Building<'a>, i64> = BTreeMap::new();
    for row in plan.assignments.iter().filter(|row| wanted[row.shelter as usize]) {
        let building = building(problem, row.household);
        let free = problem.households()[row.household as usize].need == Need::Any;
        if free && mixed.contains(&building) && !divided.contains_key(&building) {
            *others.entry(building).or_default() += i64::from(row.persons);
        }
    }
    let mut others: Vec<(i64, Building<'a>)> =
        others.into_iter().map(|(building, count)| (count, building)).collect();
    others.sort_unstable_by(|a, b| b.cmp(a));
    let mut short: i64 = plan.remaining.iter().map(|row| i64::from(row.persons)).sum();
    let needed = others.into_iter().take_while(|(count, _)| {
        let before = short;
        short -= count;
        before > 0
    });
    needed.map(|(_, building)| building).collect()
}

/// How often more buildings are divided so that fewer people are left out.
const ROUNDS: usize = 8;

/// How a building is divided that cannot be kept together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Divided {
    ByNeed,
    Households,
}

fn building(problem: &Problem, household: u32) -> Building<'_> {
    let household = &problem.households()[household as usize];
    (&household.village, &household.building)
}

/// Buildings for which no shelter is large enough.
fn too_large(problem: &Problem, keep: Keep) -> BTreeMap<Building<'_>, Divided> {
    let mut divided = BTreeMap::new();
    if keep == Keep::Households {
        return divided;
    }
    let room = |needs: u8| {
        let serve = problem.shelters().iter().filter(|shelter| shelter.mask() & needs == needs);
        serve.map(|shelter| i64::from(shelter.capacity)).max().unwrap_or(0)
    };
    let room = [room(0), room(1), room(2), room(3)];
    let fits = |(unit, pieces): &(Unit, Few<Piece>)| {
        pieces.len() == 1 || unit.persons() <= room[usize::from(unit.needs & 3)]
    };
    for how in [Divided::ByNeed, Divided::Households] {
        let kept = kept(problem, keep, &divided);
        for group in kept.iter().filter(|group| !fits(group)) {
            divided.insert(building(problem, group.1[0].household), how);
        }
    }
    divided
}

/// A building, by its village and its name.
type Building<'a> = (&'a str, &'a str);

/// The buildings whose people do not all need the same.
fn mixed(problem: &Problem) -> BTreeSet<Building<'_>> {
    let mut first: BTreeMap<Building<'_>, Need> = BTreeMap::new();
    let mut mixed = BTreeSet::new();
    for household in problem.households().iter().filter(|household| !household.building.is_empty()) {
        let building = (household.village.as_str(), household.building.as_str());
        if *first.entry(building).or_insert(household.need) != household.need {
            mixed.insert(building);
        }
    }
    mixed
}

/// A plan in which some buildings are divided.
fn plan_kept(
    problem: &Problem,
    keep: Keep,
    divided: &BTreeMap<Building<'_>, Divided>,
    progress: &mut Progress<'_>,
) -> Result<WholePlan, Cancelled> {
    let kept = kept(problem, keep, divided);
    let scale = if kept.iter().all(|(unit, _)| unit.spots.len() == 1) { 1 } else { 1000 };
    let Points { ground, pieces } = problem.points_of(kept, keep == Keep::Households, scale);
    let transport = solve(ground, &problem.capacities(), progress)?;
    let items = items(keep, &pieces);
    let mut fitting = Fitting::new(&transport, items.iter().map(|(item, _)| *item).collect());
    fitting.mend(progress)?;
    Ok(sum_up(problem, &transport, &items, &fitting))
}

/// What tells units apart: village, building, needs, and the household where it stands alone.
type Key<'a> = (&'a str, &'a str, u8, u32);

/// Lumps households together that are kept together; the spots of a unit differ.
fn kept(problem: &Problem, keep: Keep, divided: &BTreeMap<Building<'_>, Divided>) -> Vec<(Unit, Few<Piece>)> {
    let mut groups: BTreeMap<Key<'_>, (Unit, Few<Piece>)> = BTreeMap::new();
    for (index, household) in (0_u32..).zip(problem.households()) {
        let needs = household.need.mask();
        let building = (household.village.as_str(), household.building.as_str());
        let how = divided.get(&building);
        let alone =
            household.building.is_empty() || keep == Keep::Households || how == Some(&Divided::Households);
        let by_need = keep == Keep::BuildingsByNeed || how == Some(&Divided::ByNeed);
        let key = if alone {
            ("", "", 0, index)
        } else {
            (building.0, building.1, if by_need { needs + 1 } else { 0 }, 0)
        };
        let nobody = || (Unit { needs: 0, village: 0, home: None, spots: Few::none() }, Few::none());
        let (unit, pieces) = groups.entry(key).or_insert_with(nobody);
        let piece = Piece { household: index, persons: household.size };
        let spot = problem.spot(piece);
        unit.needs |= needs;
        pieces.push(piece);
        match unit.spots.iter_mut().find(|other| other.place() == spot.place()) {
            Some(other) => other.persons += spot.persons,
            None => unit.spots.push(spot),
        }
    }
    groups.into_values().collect()
}

/// What is placed as one, and who that is. Single households at one place stand in one point.
fn items(keep: Keep, points: &[Few<Piece>]) -> Vec<(Item, Vec<Piece>)> {
    let mut items = Vec::new();
    for (point, pieces) in points.iter().enumerate() {
        let step = if keep == Keep::Households { 1 } else { pieces.len() };
        for together in pieces.chunks(step.max(1)) {
            let persons = together.iter().map(|piece| i64::from(piece.persons)).sum();
            items.push((Item { point, persons }, together.to_vec()));
        }
    }
    items
}

fn sum_up(
    problem: &Problem,
    transport: &Transport<Ground>,
    items: &[(Item, Vec<Piece>)],
    fitting: &Fitting<'_>,
) -> WholePlan {
    let (mut assignments, mut remaining) = (Vec::new(), Vec::new());
    let ground = transport.costs();
    let scale = i128::from(ground.scale());
    let mut cost = 0;
    for ((item, pieces), shelter) in items.iter().zip(fitting.places()) {
        let nowhere = *shelter as usize == transport.nowhere();
        if nowhere {
            cost += i128::from(item.persons) * i128::from(ground.left_out(item.point)) / scale;
        }
        for Piece { household, persons } in pieces.iter().copied() {
            if nowhere {
                remaining.push(Remaining { household, persons });
            } else {
                assignments.push(Assignment { household, shelter: *shelter, persons });
            }
        }
    }
    assignments.sort_unstable();
    remaining.sort_unstable();
    let person_metres = person_metres(problem, &assignments);
    // A plan costs whole metres, so the bound is as much as the next whole one.
    let bound = (transport.cost() + scale - 1).div_euclid(scale);
    let cost = cost + i128::from(person_metres);
    WholePlan { assignments, remaining, person_metres, cost, bound, mixed: 0, divided: 0 }
}
