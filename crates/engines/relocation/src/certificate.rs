//! Prices that prove a plan, and the one pass over all pairs that checks them.
//!
//! Whatever prices at least 0 are set on the shelters' places: a plan in which every person pays metres plus
//! the shelter's price cannot cost less than if everyone paid the least they could anywhere, and the prices
//! taken in are at most price × capacity. So
//!
//! > Σ size × min over shelters (metres + price) − Σ price × capacity
//!
//! is a bound from below for every plan there is. A plan that costs as much as the bound is the best one.
//! Who is left out pays a fixed price by need, so high that placing one more person outweighs any distances.

use serde::{Deserialize, Serialize};

use crate::cheapest::{Cheapest, frame};
use crate::distance::distance_m;
use crate::model::Need;
use crate::plan::{Assignment, Remaining, person_metres};
use crate::problem::{Problem, by_need};

/// How many neighbours are looked at together.
const TOGETHER: usize = 64;

/// How distances are measured that nobody gave.
const STRAIGHT: &str = "floor of the straight distance in metres";

/// What is published beside a plan so that anyone can check it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// How the distances are measured.
    pub distance: String,
    /// Households in the problem.
    pub households: usize,
    /// Persons in the problem.
    pub persons: i64,
    /// Persons with a place.
    pub placed: i64,
    /// The sum of their metres.
    pub person_metres: i64,
    /// [`Self::person_metres`] and, for everyone left out, the price of leaving them out.
    pub cost: i128,
    /// No plan costs less than this.
    pub bound: i128,
    /// Who is left out, by need, and at what price each.
    pub left_out: Vec<LeftOut>,
    /// The shelters and their prices.
    pub shelters: Vec<ShelterPrice>,
}

/// Persons left out who have the same need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The need's code in the files: 0 none, 1 medical, 2 ground floor.
    pub need: u8,
    /// How many.
    pub persons: i64,
    /// What leaving out one of them counts, in metres.
    pub price: i64,
}

/// A shelter's price for each place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelterPrice {
    /// The shelter's id.
    pub id: String,
    /// In metres; above 0 only where it is full.
    pub price: i64,
    /// Its places.
    pub capacity: i64,
    /// Persons who go there.
    pub persons: i64,
}

/// Why a plan or its certificate does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// A row names a household or shelter that does not exist.
    #[error("assignment {0} names a household or shelter that is not there")]
    Unknown(usize),
    /// A household is sent where it may not go.
    #[error("household {household} may not go to shelter {shelter}")]
    NotEligible {
        /// The household's id.
        household: String,
        /// The shelter's id.
        shelter: String,
    },
    /// More or fewer persons of a household go than it has.
    #[error("household {household} has {size} persons, {counted} are in the plan")]
    Persons {
        /// The household's id.
        household: String,
        /// How many it has.
        size: i64,
        /// How many go or remain.
        counted: i64,
    },
    /// More persons than places.
    #[error("shelter {shelter} has {capacity} places for {persons} persons")]
    Overfull {
        /// The shelter's id.
        shelter: String,
        /// Its places.
        capacity: i64,
        /// Who is sent there.
        persons: i64,
    },
    /// A price below 0, or as many prices as there are not shelters.
    #[error("the certificate's prices do not belong to these shelters")]
    Prices,
    /// The certificate says something else than the plan or the prices give.
    #[error("the certificate says {said} for {what}; it is {found}")]
    Says {
        /// Which figure.
        what: &'static str,
        /// What the certificate says.
        said: i128,
        /// What was found.
        found: i128,
    },
}

impl Certificate {
    pub(crate) fn new(
        problem: &Problem,
        assignments: &[Assignment],
        remaining: &[Remaining],
        prices: Vec<i64>,
        far: i64,
    ) -> Certificate {
        let mut persons = vec![0; problem.shelters().len()];
        for assignment in assignments {
            persons[assignment.shelter as usize] += i64::from(assignment.persons);
        }
        let mut out = [0; Need::ALL.len()];
        for row in remaining {
            out[by_need(problem.households()[row.household as usize].need)] += i64::from(row.persons);
        }
        // The most pressing need comes first and costs most.
        let steps = (1..).take(out.len()).collect::<Vec<i64>>().into_iter().rev();
        let left_out: Vec<LeftOut> = Need::ALL
            .iter()
            .zip(out)
            .zip(steps)
            .map(|((need, persons), step)| LeftOut { need: need.code(), persons, price: far * step })
            .collect();
        let metres = person_metres(problem, assignments);
        let penalty: i128 = left_out.iter().map(|row| i128::from(row.persons) * i128::from(row.price)).sum();
        let shelters = problem
            .shelters()
            .iter()
            .zip(prices)
            .zip(&persons)
            .map(|((shelter, price), persons)| ShelterPrice {
                id: shelter.id.clone(),
                price,
                capacity: i64::from(shelter.capacity),
                persons: *persons,
            })
            .collect();
        let mut certificate = Certificate {
            distance: problem.ways().map_or(STRAIGHT, |ways| ways.about()).to_owned(),
            households: problem.households().len(),
            persons: problem.persons(),
            placed: persons.iter().sum(),
            person_metres: metres,
            cost: i128::from(metres) + penalty,
            bound: 0,
            left_out,
            shelters,
        };
        certificate.bound = certificate.bound_of(problem, assignments);
        certificate
    }

    /// The same prices for another plan: its figures, and how far it is from the bound.
    #[must_use]
    pub fn for_plan(
        &self,
        problem: &Problem,
        assignments: &[Assignment],
        remaining: &[Remaining],
    ) -> Certificate {
        let prices = self.shelters.iter().map(|shelter| shelter.price).collect();
        Certificate::new(problem, assignments, remaining, prices, self.step())
    }

    /// What leaving out one person of the least urgent need counts.
    pub(crate) fn step(&self) -> i64 {
        self.left_out.iter().map(|row| row.price).min().unwrap_or(0)
    }

    /// Whether the plan is proved to be the best there is.
    pub fn optimal(&self) -> bool {
        self.cost == self.bound
    }

    /// By how much the plan may be longer than the best, as a part of the bound.
    #[expect(clippy::cast_precision_loss, reason = "a figure to be shown")]
    pub fn gap(&self) -> f64 {
        if self.cost == self.bound { 0.0 } else { (self.cost - self.bound) as f64 / self.bound.max(1) as f64 }
    }

    /// What every plan costs at least by these prices: one pass over all pairs, in which shelters that are too far or too
    /// dear for a whole box of neighbours are passed over. What people pay by a plan is where the search for less begins.
    fn bound_of(&self, problem: &Problem, assignments: &[Assignment]) -> i128 {
        let prices: Vec<i64> = self.shelters.iter().map(|priced| priced.price).collect();
        let taken: i128 = problem
            .shelters()
            .iter()
            .zip(&prices)
            .map(|(shelter, price)| i128::from(shelter.capacity) * i128::from(*price))
            .sum();
        let mut pays = vec![i64::MAX; problem.households().len()];
        for row in assignments {
            let (household, shelter) = (row.household as usize, row.shelter as usize);
            if problem.may_go(household, shelter)
                && let Some(metres) = problem.metres(household, shelter)
            {
                pays[household] = pays[household].min(metres + prices[shelter]);
            }
        }
        let (households, shelters) = (problem.households(), problem.shelters());
        let most = |index: usize| {
            let out = self.left_out.iter().find(|row| row.need == households[index].need.code());
            out.map_or(i64::MAX / 4, |row| row.price).min(pays[index])
        };
        let sum = |index: usize, least: i64| i128::from(households[index].size) * i128::from(least);
        if problem.ways().is_some() {
            let least = |index: usize| {
                let pays = |(at, price): (usize, &i64)| Some(problem.metres(index, at)? + price);
                let open = |(at, _): &(usize, &i64)| problem.may_go(index, *at);
                prices.iter().enumerate().filter(open).filter_map(pays).fold(most(index), i64::min)
            };
            return (0..households.len()).map(|index| sum(index, least(index))).sum::<i128>() - taken;
        }
        let tree = Cheapest::new(problem.sinks(), prices);
        let mut near = Vec::new();
        let mut bound = 0;
        for together in problem.order().chunks(TOGETHER) {
            let all = || together.iter().map(|index| *index as usize);
            let needs = all().fold(u8::MAX, |needs, index| needs & households[index].need.mask());
            let places = all().map(|index| (households[index].x, households[index].y));
            tree.around(frame(places), needs, all().map(most).max().unwrap_or(0), &mut near);
            for index in all() {
                let (household, mut least) = (&households[index], most(index));
                for (bound, shelter) in &near {
                    if *bound >= least {
                        break;
                    }
                    let at = *shelter as usize;
                    if shelters[at].serves(household.need) && !problem.cut_off(index, at) {
                        let metres = distance_m((household.x, household.y), (shelters[at].x, shelters[at].y));
                        least = least.min(metres + tree.prices()[at]);
                    }
                }
                bound += sum(index, least);
            }
        }
        bound - taken
    }

    /// Checks a plan and this certificate against the problem, trusting nothing of either.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn check(
        &self,
        problem: &Problem,
        assignments: &[Assignment],
        remaining: &[Remaining],
    ) -> Result<(), CheckError> {
        let (households, shelters) = (problem.households(), problem.shelters());
        let mut counted = vec![0_i64; households.len()];
        let mut taken = vec![0_i64; shelters.len()];
        for (row, assignment) in assignments.iter().enumerate() {
            let (from, to) = (assignment.household as usize, assignment.shelter as usize);
            let (Some(household), Some(shelter)) = (households.get(from), shelters.get(to)) else {
                return Err(CheckError::Unknown(row));
            };
            if !problem.may_go(from, to) {
                let (household, shelter) = (household.id.clone(), shelter.id.clone());
                return Err(CheckError::NotEligible { household, shelter });
            }
            counted[from] += i64::from(assignment.persons);
            taken[to] += i64::from(assignment.persons);
        }
        for row in remaining {
            *counted.get_mut(row.household as usize).ok_or(CheckError::Unknown(0))? += i64::from(row.persons);
        }
        for (household, counted) in households.iter().zip(counted) {
            let size = i64::from(household.size);
            if size != counted {
                return Err(CheckError::Persons { household: household.id.clone(), size, counted });
            }
        }
        for (shelter, persons) in shelters.iter().zip(&taken) {
            let capacity = i64::from(shelter.capacity);
            if *persons > capacity {
                let shelter = shelter.id.clone();
                return Err(CheckError::Overfull { shelter, capacity, persons: *persons });
            }
        }
        self.check_figures(problem, assignments, remaining)
    }

    fn check_figures(
        &self,
        problem: &Problem,
        assignments: &[Assignment],
        remaining: &[Remaining],
    ) -> Result<(), CheckError> {
        let ids = problem.shelters().iter().map(|shelter| &shelter.id);
        let same = self.shelters.iter().map(|priced| &priced.id).eq(ids);
        if !same || self.shelters.iter().any(|priced| !(0..i64::MAX / 4).contains(&priced.price)) {
            return Err(CheckError::Prices);
        }
        let metres = person_metres(problem, assignments);
        let mut cost = i128::from(metres);
        for row in remaining {
            let need = problem.households()[row.household as usize].need.code();
            let out = self.left_out.iter().find(|row| row.need == need).ok_or(CheckError::Prices)?;
            cost += i128::from(row.persons) * i128::from(out.price);
        }
        let figures = [
            ("person_metres", i128::from(self.person_metres), i128::from(metres)),
            ("cost", self.cost, cost),
            ("bound", self.bound, self.bound_of(problem, assignments)),
        ];
        match figures.into_iter().find(|(_, said, found)| said != found) {
            Some((what, said, found)) => Err(CheckError::Says { what, said, found }),
            None => Ok(()),
        }
    }
}
