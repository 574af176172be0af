//! Villages kept to as few shelters as a stated extra distance allows.
//!
//! Every pair of a village and a shelter it uses counts one. A plan that pays a toll for using a pair, spread over the
//! persons who go that way, is an ordinary plan with other distances. Spread over as many as could go that way at most,
//! the tolls are no more than the pairs it uses, whatever the plan: that bounds their number from below. Spread over those who
//! went that way in the plan before, the toll drives small groups to join the others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::Cancelled;
use crate::few::Few;
use crate::ground::{CLOSED, Ground, Tolls, Unit};
use crate::plan::{Plan, Progress, hand_out, plan};
use crate::problem::{Piece, Points, Problem};
use crate::transport::{Costs, Transport, solve_at};

/// Tolls are in thousandths of a metre.
const SCALE: i64 = 1000;
/// How many prices for a pair are tried, and how often the toll is spread anew for each.
const PRICES: usize = 6;
const SPREADS: usize = 2;

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
    let mut task = Task::new(problem, longest);
    let first = task.pairs(&best);
    let villages = first.keys().map(|(village, _)| *village).collect::<BTreeSet<u32>>().len();
    let used = |pairs: &BTreeMap<(u32, u32), i64>| i64::try_from(pairs.len()).unwrap_or(i64::MAX);
    let used_by_shortest = used(&first);
    let mut found = (used_by_shortest, best.clone());
    let mut at_least = task.by_size(&first);
    // What a pair may cost if all that may be spent is shared by those that could be saved.
    let spare = used_by_shortest.saturating_sub(at_least).max(1);
    let mut price = ((longest - shortest) / spare).clamp(1, 1 << 40);
    let (mut low, mut high) = (0, i64::MAX);
    let out = |plan: &Plan| -> Vec<i64> { plan.certificate.left_out.iter().map(|row| row.persons).collect() };
    for _ in 0..PRICES {
        if found.0 <= at_least {
            break;
        }
        let (bound, plan) = task.try_price(&best, price, progress)?;
        at_least = at_least.max(bound);
        let fits = plan.person_metres <= longest && out(&plan) == out(&best);
        if fits {
            let pairs = used(&task.pairs(&plan));
            if (pairs, plan.person_metres) < (found.0, found.1.person_metres) {
                found = (pairs, plan);
            }
            low = price;
        } else {
            high = price;
        }
        price = match (low, high) {
            (0, _) => price / 4,
            (_, i64::MAX) => price.saturating_mul(4).min(1 << 40),
            // Between them in steps of the same ratio.
            _ => (i128::from(low) * i128::from(high)).isqrt().try_into().unwrap_or(low),
        }
        .max(1);
        if price == low {
            break;
        }
    }
    let (used, plan) = found;
    let used_at_least = at_least.min(used);
    Ok(VillagePlan { plan, shortest, longest, villages, used, used_by_shortest, used_at_least })
}

struct Task<'a> {
    problem: &'a Problem,
    points: Points,
    capacity: Vec<i64>,
    longest: i64,
    /// By household, its village.
    village: Vec<u32>,
    /// By village and shelter: how many could go that way at most, row by row.
    most: Vec<i64>,
    prices: Vec<i64>,
}

impl<'a> Task<'a> {
    fn new(problem: &'a Problem, longest: i64) -> Self {
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
        Self { problem, points, capacity, longest, village, most, prices: Vec::new() }
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

    /// For so many person-metres a pair: a bound for the number of pairs, and a plan.
    fn try_price(
        &mut self,
        best: &Plan,
        price: i64,
        progress: &mut Progress<'_>,
    ) -> Result<(i64, Plan), Cancelled> {
        let mut spread = self.most.clone();
        let relaxed = self.solve(&tolls(&spread, price), progress)?;
        let bound = self.bound(&relaxed, price);
        let mut plan = self.plan(&relaxed, best);
        for _ in 0..SPREADS {
            for ((village, shelter), persons) in self.pairs(&plan) {
                spread[village as usize * self.capacity.len() + shelter as usize] = persons;
            }
            let transport = self.solve(&tolls(&spread, price), progress)?;
            plan = self.plan(&transport, best);
        }
        // The shortest plan over the pairs that are left.
        let mut only = vec![CLOSED; spread.len()];
        for (village, shelter) in self.pairs(&plan).into_keys() {
            only[village as usize * self.capacity.len() + shelter as usize] = 0;
        }
        let transport = self.solve(&only, progress)?;
        Ok((bound, self.plan(&transport, best)))
    }

    fn solve(&mut self, tolls: &[i64], progress: &mut Progress<'_>) -> Result<Transport<Ground>, Cancelled> {
        let tolls = Arc::new(Tolls { by_pair: tolls.to_vec(), shelters: self.capacity.len() });
        let ground = self.points.ground.clone().with_tolls(tolls);
        let transport = solve_at(ground, &self.capacity, &self.prices, progress)?;
        self.prices = transport.prices().to_vec();
        Ok(transport)
    }

    fn plan(&self, transport: &Transport<Ground>, best: &Plan) -> Plan {
        let (assignments, remaining) = hand_out(transport, &self.points.pieces);
        let prices = best.certificate.shelters.iter().map(|shelter| shelter.price).collect();
        Plan::new(self.problem, assignments, remaining, prices, best.certificate.step())
    }

    /// A plan of the length asked for has metres + price × pairs of at least what the relaxed one costs.
    fn bound(&self, relaxed: &Transport<Ground>, price: i64) -> i64 {
        let ground = relaxed.costs();
        let out: i128 = (0..ground.points())
            .flat_map(|point| relaxed.parts(point).map(move |part| (point, part)))
            .filter(|(_, part)| part.sink as usize == relaxed.nowhere())
            .map(|(point, part)| i128::from(ground.left_out(point)) * i128::from(part.persons))
            .sum();
        let over = relaxed.cost() - out - i128::from(self.longest) * i128::from(SCALE);
        let each = i128::from(price) * i128::from(SCALE);
        i64::try_from((over + each - 1).div_euclid(each)).unwrap_or(0)
    }
}

/// A price for each pair, spread over so many persons.
fn tolls(spread: &[i64], price: i64) -> Vec<i64> {
    spread.iter().map(|persons| price.saturating_mul(SCALE) / (*persons).max(1)).collect()
}
