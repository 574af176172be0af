//! A new plan after something changed, from the old one.

use std::collections::BTreeMap;

use crate::Cancelled;
use crate::few::Few;
use crate::ground::{Ground, Unit};
use crate::model::Need;
use crate::plan::{Assignment, Plan, Progress, summed_up};
use crate::problem::{Piece, Points, Problem};
use crate::transport::{Part, Transport, solve_again};

/// What the new plan is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// The shortest.
    Shortest,
    /// The one in which the fewest persons go elsewhere than before, among those that are longer than the
    /// shortest by at most so many thousandths.
    FewestMoves {
        /// Thousandths of the shortest plan's person-metres; `None` for any length.
        extra: Option<u32>,
    },
}

/// A new plan, and how much it has to do with the old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replan {
    /// Who goes where now. With [`Goal::Shortest`] its certificate proves it.
    pub plan: Plan,
    /// The person-metres of the shortest plan.
    pub shortest: i64,
    /// How many persons had a place and have another now, or none.
    pub moved: i64,
    /// With [`Goal::FewestMoves`]: no plan of the length asked for, with as many persons of each need placed, moves
    /// fewer. Else 0.
    pub moved_at_least: i64,
}

/// The old plan as it is known: rows by the new problem's lists, and the price of every shelter; `None` for new
/// ones. Rows of shelters or households that are gone are left out.
#[derive(Debug, Clone, Default)]
pub struct Earlier {
    /// Who went where.
    pub assignments: Vec<Assignment>,
    /// By shelter of the new problem.
    pub prices: Vec<Option<i64>>,
}

/// Plans again after shelters were closed, filled or opened, households added or pairs forbidden.
///
/// # Errors
/// When `progress` stopped it.
pub fn replan(
    problem: &Problem,
    earlier: &Earlier,
    goal: Goal,
    progress: &mut Progress<'_>,
) -> Result<Replan, Cancelled> {
    let started = Started::new(problem, earlier);
    let (least, plan, at_least) = match goal {
        Goal::Shortest => {
            let best = started.shortest(problem, progress)?;
            (best.person_metres, best, 0)
        }
        Goal::FewestMoves { extra } => {
            let shortest = started.solve(0, progress)?;
            let best = started.plan(problem, &shortest);
            let least = best.person_metres;
            let (plan, at_least) = started.fewest(problem, best, extra, progress)?;
            (least, plan, at_least)
        }
    };
    let moved = moved(&earlier.assignments, &plan.assignments);
    Ok(Replan { plan, shortest: least, moved, moved_at_least: at_least.min(moved) })
}

/// How many persons are not any more where they were; those of one household are alike.
fn moved(before: &[Assignment], now: &[Assignment]) -> i64 {
    let key = |row: &Assignment| (row.household, row.shelter);
    // Both go by household mostly: the next row is looked at first.
    let mut next = 0;
    let mut stay = |row: &Assignment| {
        let here = now.get(next).is_some_and(|there| key(there) == key(row));
        let same = if here { Ok(next) } else { now.binary_search_by_key(&key(row), key) };
        next = same.unwrap_or_else(|at| at) + 1;
        same.map_or(0, |at| now[at].persons.min(row.persons))
    };
    before.iter().map(|row| i64::from(row.persons - stay(row))).sum()
}

/// The problem with everyone at home in the old plan.
struct Started {
    points: Points,
    homes: Vec<Option<u32>>,
    capacity: Vec<i64>,
    prices: Vec<Option<i64>>,
}

impl Started {
    fn new(problem: &Problem, earlier: &Earlier) -> Self {
        // By household: who of it stood where, as far as that is still possible.
        let mut stood: Vec<Few<(u32, u32)>> = vec![Few::none(); problem.households().len()];
        let mut left: Vec<u32> = problem.households().iter().map(|household| household.size).collect();
        for row in &earlier.assignments {
            let known = (row.shelter as usize) < problem.shelters().len();
            let Some(left) = left.get_mut(row.household as usize).filter(|_| known) else { continue };
            let persons = row.persons.min(*left);
            *left -= persons;
            if persons > 0 {
                stood[row.household as usize].push((row.shelter, persons));
            }
        }
        let of = |household: u32| {
            let unit = move |home: Option<u32>, persons: u32| {
                let piece = Piece { household, persons };
                (problem.unit(piece, home), Few::One(piece))
            };
            let index = household as usize;
            let rest = (left[index] > 0).then(|| unit(None, left[index]));
            stood[index].iter().map(move |(home, persons)| unit(Some(*home), *persons)).chain(rest)
        };
        let points = problem.points_in_order(problem.order().iter().copied().flat_map(of), true, 1);
        let homes = points.ground.units().iter().map(|unit| unit.home).collect();
        // A price that cannot be is none: nobody would pay more than it costs to be left out.
        let most = points.ground.far().saturating_mul(Need::ALL.len() as i64);
        let mut prices = earlier.prices.clone();
        prices.resize(problem.shelters().len(), None);
        prices.iter_mut().for_each(|price| *price = price.filter(|price| (0..=most).contains(price)));
        Self { points, homes, capacity: problem.capacities(), prices }
    }

    /// The shortest plan; what is known goes into it.
    fn shortest(self, problem: &Problem, progress: &mut Progress<'_>) -> Result<Plan, Cancelled> {
        let Points { ground, pieces } = self.points;
        let mut transport = solve_again(ground, &self.capacity, &self.prices, &self.homes, progress)?;
        let found = summed_up(problem, &transport, &pieces);
        if found.certificate.optimal() {
            return Ok(found);
        }
        // The certificate looks at all pairs. Some were overlooked so far, or the earlier plan was not the best.
        transport.prove(progress)?;
        Ok(summed_up(problem, &transport, &pieces))
    }

    /// The best plan when everyone who goes elsewhere than before counts so many metres more.
    fn solve(&self, moving: i64, progress: &mut Progress<'_>) -> Result<Transport<Ground>, Cancelled> {
        let ground = self.points.ground.clone().with_moving(moving);
        let mut transport = solve_again(ground, &self.capacity, &self.prices, &self.homes, progress)?;
        // No certificate proves a plan in which moves count, so all pairs are looked at here.
        transport.prove(progress)?;
        Ok(transport)
    }

    fn plan(&self, problem: &Problem, transport: &Transport<Ground>) -> Plan {
        summed_up(problem, transport, &self.points.pieces)
    }

    /// How many who had a place are not there any more.
    fn away(&self, transport: &Transport<Ground>) -> i64 {
        let away = |(point, unit): (usize, &Unit)| {
            let gone = |part: &Part| unit.home.is_some_and(|home| home != part.sink);
            transport.parts(point).filter(gone).map(|part| part.persons).sum::<i64>()
        };
        self.points.ground.units().iter().enumerate().map(away).sum()
    }

    /// Halves the range of prices for a move until the plan just keeps to the length. Every price gives a bound:
    /// a plan of that length saves at most so much by moving. Returns the plan and the best bound.
    fn fewest(
        &self,
        problem: &Problem,
        shortest: Plan,
        extra: Option<u32>,
        progress: &mut Progress<'_>,
    ) -> Result<(Plan, i64), Cancelled> {
        let thousandths = i128::from(shortest.person_metres) * i128::from(extra.unwrap_or(0)) / 1000;
        let longer = i64::try_from(thousandths).unwrap_or(i64::MAX);
        let longest = extra.map_or(i64::MAX, |_| shortest.person_metres.saturating_add(longer));
        let placed = shortest.placed();
        let mut best = shortest;
        let mut at_least = 0;
        // Dearer than any way: nobody moves who need not. If that is short enough, nothing is left to try.
        let (mut low, mut high) = (0, self.points.ground.far());
        let mut price = high;
        while high - low > 1 {
            let transport = self.solve(price, progress)?;
            let away = self.away(&transport);
            let plan = self.plan(problem, &transport);
            let over = plan.person_metres - longest.min(plan.person_metres);
            if plan.placed() == placed {
                // Metres + price × moves is least here: to be shorter by `over`, a plan must move more. Where this
                // one is shorter than need be, that much less may do.
                let slack = if longest == i64::MAX { 0 } else { plan.person_metres - longest };
                at_least =
                    at_least.max(away + slack.div_euclid(price) + i64::from(slack.rem_euclid(price) > 0));
            }
            if over == 0 {
                best = plan;
                if price == high {
                    break;
                }
                low = price;
            } else {
                high = price;
            }
            // Prices for a move are some metres to some kilometres, mostly.
            price = if low == 0 { high.min(1 << 13) / 2 } else { low + (high - low) / 2 };
            price = price.max(low + 1);
        }
        Ok((best, at_least))
    }
}

/// The rows of a plan whose ids are looked up in another problem's lists.
pub fn rows_by_id<'a>(
    problem: &Problem,
    rows: impl Iterator<Item = (&'a str, &'a str, u32)>,
) -> Vec<Assignment> {
    let households: BTreeMap<&str, u32> = problem
        .households()
        .iter()
        .zip(0..)
        .map(|(household, index)| (household.id.as_str(), index))
        .collect();
    let shelters: BTreeMap<&str, u32> =
        problem.shelters().iter().zip(0..).map(|(shelter, index)| (shelter.id.as_str(), index)).collect();
    rows.filter_map(|(household, shelter, persons)| {
        let (household, shelter) = (*households.get(household)?, *shelters.get(shelter)?);
        Some(Assignment { household, shelter, persons })
    })
    .collect()
}
