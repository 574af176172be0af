//! Villages kept to as few shelters as a stated extra distance allows.
//!
//! Every pair of a village and a shelter it uses counts one. How few there must be at the least, and what one is worth in metres, tells
//! [`bound`]. A plan that pays a toll for using a pair, spread over those who went that way in the plan before, is an ordinary
//! plan with other distances; again and again it drives small groups to join the others, the sooner the higher the toll. It
//! begins with those whom the bound would send each way, and goes on until it is as long as it may be: first with neighbours
//! lumped together, at last with everyone.

mod bound;
mod proof;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::Cancelled;
use crate::few::Few;
use crate::ground::{CLOSED, Ground, Tolls, Unit};
use crate::plan::{Plan, Progress, hand_out, plan};
use crate::problem::{Piece, Points, Problem};
use crate::transport::{Costs, Transport, solve_at};
use bound::{Bound, Found};
pub use proof::{Pays, VillageProof};

/// Tolls are in thousandths of a metre.
const SCALE: i64 = 1000;
/// The toll of a pair begins with this part of its worth, in hundredths, and rises every so many rounds.
const BEGIN: i64 = 30;
const RISE: i64 = 120;
const EVERY: usize = 4;
/// How many rounds there are with neighbours lumped together, and with everyone.
const ROUNDS: usize = 48;
const LAST: usize = 16;
/// How often a plan that got too long is tried again with a lower toll.
const AGAIN: usize = 3;
/// Over how many persons the toll of a pair is spread that was not used yet; farther where the plan gets too long.
const UNUSED: [i64; 3] = [8, 40, 1000];

/// A plan in which villages keep together, and how much better any other could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VillagePlan {
    /// Who goes where, with the prices of the shortest plan.
    pub plan: Plan,
    /// The person-metres of the shortest plan, and the most this one may have.
    pub shortest: i64,
    /// See [`Self::shortest`].
    pub longest: i64,
    /// Villages with anyone who has a place.
    pub villages: usize,
    /// How many shelters each village uses, summed up.
    pub used: i64,
    /// The same in the shortest plan.
    pub used_by_shortest: i64,
    /// No plan of this length that places as many of each need uses fewer.
    pub used_at_least: i64,
    /// What proves that number, where the villages' sizes alone do not.
    pub proof: Option<VillageProof>,
}

/// A plan at most `extra` thousandths longer than the shortest, in which villages use few shelters.
///
/// # Errors
/// When `progress` stopped it.
pub fn plan_villages(
    problem: &Problem,
    extra: u32,
    progress: &mut Progress<'_>,
) -> Result<VillagePlan, Cancelled> {
    let best = plan(problem, progress)?;
    let shortest = best.person_metres;
    let more = i128::from(shortest) * i128::from(extra) / 1000;
    let longest = shortest.saturating_add(i64::try_from(more).unwrap_or(i64::MAX));
    let task = Task::new(problem, shortest, longest);
    let first = task.pairs(&best);
    let villages = first.keys().map(|(village, _)| *village).collect::<BTreeSet<u32>>().len();
    let used_by_shortest = count(&first);
    let by_size = task.by_size(&first);
    let (mut plan, mut used, mut used_at_least) = (best.clone(), used_by_shortest, by_size);
    let mut proof = None;
    if used > by_size {
        let found = task.bound(&best, used, progress)?;
        if found.pairs > by_size {
            used_at_least = found.pairs;
            proof = Some(task.proof(&found));
        }
        for unused in UNUSED {
            if let Some((fewer, shorter)) = task.gather(&best, &found, unused, progress)?
                && fewer < used
            {
                (used, plan) = (fewer, shorter);
                break;
            }
        }
    }
    used_at_least = used_at_least.min(used);
    Ok(VillagePlan { plan, shortest, longest, villages, used, used_by_shortest, used_at_least, proof })
}

/// How many pairs these are.
fn count(pairs: &BTreeMap<(u32, u32), i64>) -> i64 {
    i64::try_from(pairs.len()).unwrap_or(i64::MAX)
}

struct Task<'a> {
    problem: &'a Problem,
    points: Points,
    capacity: Vec<i64>,
    shortest: i64,
    longest: i64,
    /// By household, its village.
    village: Vec<u32>,
    /// By village and shelter: how many could go that way at most, row by row.
    most: Vec<i64>,
}

impl<'a> Task<'a> {
    fn new(problem: &'a Problem, shortest: i64, longest: i64) -> Self {
        let mut names: BTreeMap<&str, u32> = BTreeMap::new();
        for household in problem.households() {
            let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
            names.entry(&household.village).or_insert(next);
        }
        let village: Vec<u32> =
            problem.households().iter().map(|household| names[household.village.as_str()]).collect();
        let shelters = problem.shelters();
        // By village and what is needed.
        let mut persons = vec![[0_i64; 3]; names.len()];
        for (household, village) in problem.households().iter().zip(&village) {
            persons[*village as usize][usize::from(household.need.code())] += i64::from(household.size);
        }
        let most = persons
            .iter()
            .flat_map(|persons| {
                shelters.iter().map(|shelter| {
                    let served = crate::Need::ALL.iter().filter(|need| shelter.serves(**need));
                    let all: i64 = served.map(|need| persons[usize::from(need.code())]).sum();
                    all.min(i64::from(shelter.capacity))
                })
            })
            .collect();
        let units: Vec<(Unit, Few<Piece>)> = (0..)
            .zip(problem.households())
            .map(|(index, household)| {
                let piece = Piece { household: index, persons: household.size };
                (Unit { village: village[index as usize], ..problem.unit(piece, None) }, Few::One(piece))
            })
            .collect();
        let points = problem.points_of(units, true, SCALE);
        let capacity = problem.capacities();
        Self { problem, points, capacity, shortest, longest, village, most }
    }

    /// How many of each village go to each shelter.
    fn pairs(&self, plan: &Plan) -> BTreeMap<(u32, u32), i64> {
        let mut pairs = BTreeMap::new();
        for row in &plan.assignments {
            *pairs.entry((self.village[row.household as usize], row.shelter)).or_default() +=
                i64::from(row.persons);
        }
        pairs
    }

    /// What the sizes alone ask for: a village needs as many of the largest shelters as hold all who are placed.
    fn by_size(&self, pairs: &BTreeMap<(u32, u32), i64>) -> i64 {
        let shelters = self.capacity.len();
        let mut placed: BTreeMap<u32, i64> = BTreeMap::new();
        pairs.iter().for_each(|((village, _), persons)| *placed.entry(*village).or_default() += persons);
        let need = |(village, persons): (u32, i64)| {
            let from = village as usize * shelters;
            let mut room = self.most[from..from + shelters].to_vec();
            room.sort_unstable_by(|a, b| b.cmp(a));
            let (mut left, mut count) = (persons, 0);
            for room in room {
                if left <= 0 {
                    break;
                }
                left -= room;
                count += 1;
            }
            count
        };
        // Where places are short another plan may place people of fewer villages.
        let all: i64 = placed.values().sum();
        if all < self.problem.persons() { 0 } else { placed.into_iter().map(need).sum() }
    }

    /// The least number of pairs, from the shortest plan's prices on.
    fn bound(&self, best: &Plan, used: i64, progress: &mut Progress<'_>) -> Result<Found, Cancelled> {
        let ground = &self.points.ground;
        let left_out: i128 = best
            .remaining
            .iter()
            .map(|row| {
                let need = self.problem.households()[row.household as usize].need;
                i128::from(ground.urgency(need.mask())) * i128::from(row.persons)
            })
            .sum();
        let most = i128::from(self.longest) * i128::from(SCALE) + left_out;
        // About what a pair costs when a part of them is to be saved.
        let worth = (self.longest - self.shortest).saturating_mul(8) / used.max(1);
        let worth = worth.clamp(1, 1 << 40) * SCALE;
        Bound::new(ground, &self.capacity, most).search(self.prices(best), worth, used, progress)
    }

    /// The prices of a plan, in the ground's part of a metre.
    fn prices(&self, plan: &Plan) -> Vec<i64> {
        plan.certificate.shelters.iter().map(|shelter| shelter.price.saturating_mul(SCALE)).collect()
    }

    /// A plan that is short enough, in which villages are drawn together, and how many pairs it uses.
    fn gather(
        &self,
        best: &Plan,
        found: &Found,
        unused: i64,
        progress: &mut Progress<'_>,
    ) -> Result<Option<(i64, Plan)>, Cancelled> {
        let shelters = self.capacity.len();
        let mut spread: Vec<i64> = self.most.iter().map(|most| (*most).min(unused)).collect();
        for flow in &found.flows {
            let pair = flow.village as usize * shelters + flow.shelter as usize;
            spread[pair] = flow.persons.clamp(1, self.capacity[flow.shelter as usize].max(1));
        }
        let mut tolls =
            Spread { spread, toll: (found.worth * BEGIN / 100).max(1), prices: found.prices.clone() };
        if let Some(coarse) = self.points.ground.by_neighbours() {
            self.gather_lumped(&coarse, best, &mut tolls, progress)?;
        }
        let mut fewest: Option<(i64, Plan)> = None;
        let placed = left_out(best);
        let mut again = 0;
        for _ in 0..LAST {
            let transport = self.solve(&self.points.ground, &tolls.by_pair(), &mut tolls.prices, progress)?;
            let plan = self.plan(&transport, best);
            let pairs = self.pairs(&plan);
            if plan.person_metres > self.longest || left_out(&plan) != placed {
                // Lumps may have led too far; else the last step was too high.
                let lower = if fewest.is_none() { 2 } else { 1 };
                tolls.toll = (tolls.toll * 100 / RISE / lower).max(1);
                again += usize::from(fewest.is_some());
                if again > AGAIN {
                    break;
                }
                continue;
            }
            tolls.follow(&pairs, shelters);
            if again == 0 {
                tolls.toll = tolls.toll * RISE / 100;
            }
            if fewest.as_ref().is_none_or(|(fewest, _)| count(&pairs) < *fewest) {
                fewest = Some((count(&pairs), plan));
            }
        }
        let Some((used, plan)) = fewest else { return Ok(None) };
        // The shortest plan over the pairs that are left.
        let mut only = vec![CLOSED; self.most.len()];
        for (village, shelter) in self.pairs(&plan).into_keys() {
            only[village as usize * shelters + shelter as usize] = 0;
        }
        let transport = self.solve(&self.points.ground, &only, &mut tolls.prices, progress)?;
        let shorter = self.plan(&transport, best);
        let pairs = count(&self.pairs(&shorter));
        let better = left_out(&shorter) == placed && shorter.person_metres <= plan.person_metres;
        Ok(Some(if better { (pairs, shorter) } else { (used, plan) }))
    }

    /// The same with neighbours lumped together, as long as the plan seems short enough.
    fn gather_lumped(
        &self,
        coarse: &Ground,
        best: &Plan,
        tolls: &mut Spread,
        progress: &mut Progress<'_>,
    ) -> Result<(), Cancelled> {
        let shelters = self.capacity.len();
        let free = vec![0; self.most.len()];
        let shortest = metres(&self.solve(coarse, &free, &mut self.prices(best), progress)?, coarse);
        let longest = shortest * i128::from(self.longest) / i128::from(self.shortest.max(1));
        for round in 1..=ROUNDS {
            let transport = self.solve(coarse, &tolls.by_pair(), &mut tolls.prices, progress)?;
            if metres(&transport, coarse) > longest {
                break;
            }
            let mut pairs = BTreeMap::new();
            for (point, unit) in coarse.units().iter().enumerate() {
                for part in transport.parts(point).filter(|part| part.sink as usize != transport.nowhere()) {
                    *pairs.entry((unit.village, part.sink)).or_default() += part.persons;
                }
            }
            tolls.follow(&pairs, shelters);
            if round % EVERY == 0 {
                tolls.toll = tolls.toll * RISE / 100;
            }
        }
        Ok(())
    }

    fn solve(
        &self,
        ground: &Ground,
        tolls: &[i64],
        prices: &mut Vec<i64>,
        progress: &mut Progress<'_>,
    ) -> Result<Transport<Ground>, Cancelled> {
        let tolls = Arc::new(Tolls { by_pair: tolls.to_vec(), shelters: self.capacity.len() });
        let transport = solve_at(ground.clone().with_tolls(tolls), &self.capacity, prices, progress)?;
        *prices = transport.prices().to_vec();
        Ok(transport)
    }

    fn plan(&self, transport: &Transport<Ground>, best: &Plan) -> Plan {
        let (assignments, remaining) = hand_out(transport, &self.points.pieces);
        let prices = best.certificate.shelters.iter().map(|shelter| shelter.price).collect();
        Plan::new(self.problem, assignments, remaining, prices, best.certificate.step())
    }
}

/// Tolls spread over those who went each way before.
struct Spread {
    /// By village and shelter: over how many.
    spread: Vec<i64>,
    /// Of a pair.
    toll: i64,
    prices: Vec<i64>,
}

impl Spread {
    fn by_pair(&self) -> Vec<i64> {
        self.spread.iter().map(|persons| self.toll / (*persons).max(1)).collect()
    }

    /// Spreads tolls over those who go that way now.
    fn follow(&mut self, pairs: &BTreeMap<(u32, u32), i64>, shelters: usize) {
        for ((village, shelter), persons) in pairs {
            self.spread[*village as usize * shelters + *shelter as usize] = *persons;
        }
    }
}

/// How many persons of each need have no place.
fn left_out(plan: &Plan) -> Vec<i64> {
    plan.certificate.left_out.iter().map(|row| row.persons).collect()
}

/// What a plan comes to without tolls.
fn metres(transport: &Transport<Ground>, ground: &Ground) -> i128 {
    let cost = |point: usize| {
        transport.parts(point).map(move |part| {
            let each = ground.cost(point, part.sink as usize).unwrap_or_else(|| ground.left_out(point));
            i128::from(each) * i128::from(part.persons)
        })
    };
    (0..ground.points()).flat_map(cost).sum()
}
