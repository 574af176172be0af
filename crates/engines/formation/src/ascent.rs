//! Looking for good prices: subgradients, and a last pass that makes them hold.

use std::ops::ControlFlow;

use crate::chains::begin;
use crate::draft::{At, Draft, Worth};
use crate::ground::{Ground, Part};
use crate::prices::{Best, Pricer, Prices, Weights};
use crate::search::settle;

/// How many looks at a pair a round of prices for one part may cost in all.
const WORK: usize = 300_000_000;
/// After how many looks the prices are asked for a plan.
const IDEAS: usize = 12;
const FEWEST_ROUNDS: usize = 60;
const MOST_ROUNDS: usize = 600;

/// Prices while they are looked for; by unit and host of the whole ground, of which only a part's are in use.
pub(crate) struct Ascent<'a> {
    ground: &'a Ground,
    pricer: Pricer<'a>,
    units: Vec<i64>,
    hosts: Vec<i64>,
    /// The groups that were worth more than they weigh at the last look.
    picks: Vec<Best>,
    slope_units: Vec<f64>,
    slope_hosts: Vec<f64>,
}

/// How often units, hosts and groups were taken beyond what a plan takes.
struct Taken {
    value: i128,
    groups: i64,
}

/// Prices of a part that were the best so far.
struct Kept {
    value: i128,
    group: i64,
    units: Vec<i64>,
    hosts: Vec<i64>,
}

impl<'a> Ascent<'a> {
    pub(crate) fn new(ground: &'a Ground) -> Self {
        Ascent {
            ground,
            pricer: Pricer::new(ground),
            units: vec![0; ground.spots.len()],
            hosts: vec![0; ground.hosts.len()],
            picks: Vec::new(),
            slope_units: vec![0.0; ground.spots.len()],
            slope_hosts: vec![0.0; ground.hosts.len()],
        }
    }

    /// Places that a host has for units that have a member at least.
    fn slots(&self, host: u32) -> i64 {
        slots(self.ground, host)
    }

    /// Prices for a part in which a plan as good as `found` is known. Where metres count, what a group weighs is
    /// looked for as well. `ideas` takes plans that the prices suggest on the way.
    pub(crate) fn run(
        &mut self,
        part: &Part,
        mut weights: Weights,
        draft: &Draft,
        found: Worth,
        ideas: &mut Vec<Draft>,
        progress: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Prices, crate::Cancelled> {
        let free_group = weights.metre > 0;
        // A better plan weighs less by this at least.
        let step_of_plans =
            if free_group { weights.metre } else { weights.group.max(weights.out.min(1 << 20)) };
        self.begin(part, &mut weights, draft, found);
        let links: usize = part.units.iter().map(|unit| self.ground.near.of(*unit).len() + 40).sum();
        let rounds = (WORK / links.max(1)).clamp(FEWEST_ROUNDS, MOST_ROUNDS);
        let share = 5.0 / (found.organisations.max(5) as f64);
        let mut best: Option<Kept> = None;
        let (mut length, mut idle) = (1.2, 0);
        for round in 0..rounds {
            if round % 8 == 0 && progress(round, rounds).is_break() {
                return Err(crate::Cancelled);
            }
            let taken = self.look(part, &weights);
            if part.units.len() > 5 && round % IDEAS == IDEAS - 1 {
                ideas.push(self.idea(part, draft));
            }
            let known = weights.of(found);
            // Prices with another weight for a group are compared by what they leave for the metres.
            let value = taken.value - known;
            if best.as_ref().is_none_or(|best| value > best.value) {
                best = Some(self.keep(part, &weights, value));
                idle = 0;
            } else {
                idle += 1;
                if idle >= 10 {
                    (length, idle) = (length * 0.6, 0);
                    self.restore(part, &mut weights, best.as_ref());
                }
            }
            if -value < i128::from(step_of_plans) || length < 0.002 {
                break;
            }
            let over = (taken.groups - found.organisations) as f64;
            self.step(part, &mut weights, -value, length, free_group.then_some((over, share)));
        }
        self.restore(part, &mut weights, best.as_ref());
        Ok(self.hold(part, weights))
    }

    /// First prices: everyone bears its own metres and its share of its group.
    fn begin(&mut self, part: &Part, weights: &mut Weights, draft: &Draft, found: Worth) {
        if weights.metre > 0 {
            weights.group = weights.metre * found.metres / found.organisations.max(1);
        }
        for host in &part.hosts {
            self.hosts[*host as usize] = 0;
        }
        for unit in &part.units {
            self.slope_units[*unit as usize] = 0.0;
            let at = draft.at[*unit as usize];
            let together = draft.members(at);
            self.units[*unit as usize] = match at {
                At::Out => weights.out,
                At::Host(host) => {
                    let (_, metres) = self
                        .ground
                        .limits
                        .door(&self.ground.spots[*unit as usize], &self.ground.hosts[host as usize].spot);
                    weights.metre * i64::from(metres)
                }
                At::Group(_) => {
                    let seat = self.ground.star(together).map_or(*unit, |star| together[star.seat]);
                    let (_, metres) = self
                        .ground
                        .limits
                        .link(&self.ground.spots[*unit as usize], &self.ground.spots[seat as usize]);
                    let metres = if seat == *unit { 0 } else { metres };
                    weights.metre * i64::from(metres) + weights.group / together.len() as i64
                }
            };
        }
        part.hosts.iter().for_each(|host| self.slope_hosts[*host as usize] = 0.0);
    }

    /// What every plan weighs at least by these prices, and in `slope` (after what was there, with less weight)
    /// which prices are too low or too high.
    fn look(&mut self, part: &Part, weights: &Weights) -> Taken {
        const BEFORE: f64 = 0.5;
        let mut value = 0;
        for host in &part.hosts {
            let slots = self.slots(*host);
            value -= i128::from(slots) * i128::from(self.hosts[*host as usize]);
            let slope = &mut self.slope_hosts[*host as usize];
            *slope = *slope * BEFORE - slots as f64;
        }
        for unit in &part.units {
            let price = self.units[*unit as usize];
            value += i128::from(price);
            let (least, host) = cheapest(self.ground, &self.hosts, weights, *unit);
            let slope = &mut self.slope_units[*unit as usize];
            *slope = *slope * BEFORE + 1.0;
            if least < price {
                value -= i128::from(price - least);
                *slope -= 1.0;
                if let Some(host) = host {
                    self.slope_hosts[host as usize] += 1.0;
                }
            }
        }
        self.picks.clear();
        for unit in &part.units {
            if let Some(best) = self.pricer.best(weights, &self.units, *unit) {
                value -= i128::from(best.value);
                best.units.iter().for_each(|unit| self.slope_units[*unit as usize] -= 1.0);
                self.picks.push(best);
            }
        }
        Taken { value, groups: self.picks.len() as i64 }
    }

    /// The plan that the last look suggests: the groups worth most, as far as they have nobody in common.
    fn idea(&self, part: &Part, draft: &Draft) -> Draft {
        let mut idea = draft.clone();
        settle(&mut idea, part, Vec::new());
        let mut order: Vec<&Best> = self.picks.iter().collect();
        order.sort_by_key(|best| (std::cmp::Reverse(best.value), best.units[0]));
        for best in order {
            if best.units.iter().all(|unit| idea.at[*unit as usize] == At::Out) {
                let at = idea.free();
                idea.set(at, best.units.clone());
            }
        }
        begin(self.ground, &mut idea, part);
        idea
    }

    /// Moves the prices up their slope, as far as the gap may be.
    #[expect(clippy::cast_possible_truncation, reason = "steps are far below 2⁶³")]
    fn step(
        &mut self,
        part: &Part,
        weights: &mut Weights,
        gap: i128,
        length: f64,
        group: Option<(f64, f64)>,
    ) {
        let square = |slope: &f64| slope * slope;
        let units = part.units.iter().map(|unit| &self.slope_units[*unit as usize]).map(square).sum::<f64>();
        let hosts = part.hosts.iter().map(|host| {
            let slope = self.slope_hosts[*host as usize];
            // A price of 0 cannot fall.
            if self.hosts[*host as usize] == 0 { slope.max(0.0).powi(2) } else { slope * slope }
        });
        let norm = units + hosts.sum::<f64>() + group.map_or(0.0, |(over, share)| over * over * share);
        if norm <= 0.0 {
            return;
        }
        let step = length * gap as f64 / norm;
        for unit in &part.units {
            let moved = (step * self.slope_units[*unit as usize]).round() as i64;
            let price = &mut self.units[*unit as usize];
            *price = (*price + moved).clamp(-weights.out, weights.out);
        }
        for host in &part.hosts {
            let moved = (step * self.slope_hosts[*host as usize]).round() as i64;
            let price = &mut self.hosts[*host as usize];
            *price = (*price + moved).clamp(0, weights.out);
        }
        if let Some((over, share)) = group {
            weights.group = (weights.group + (step * over * share).round() as i64).clamp(0, weights.out);
        }
    }

    fn keep(&self, part: &Part, weights: &Weights, value: i128) -> Kept {
        Kept {
            value,
            group: weights.group,
            units: part.units.iter().map(|unit| self.units[*unit as usize]).collect(),
            hosts: part.hosts.iter().map(|host| self.hosts[*host as usize]).collect(),
        }
    }

    fn restore(&mut self, part: &Part, weights: &mut Weights, kept: Option<&Kept>) {
        let Some(kept) = kept else { return };
        weights.group = kept.group;
        for (unit, price) in part.units.iter().zip(&kept.units) {
            self.units[*unit as usize] = *price;
            self.slope_units[*unit as usize] = 0.0;
        }
        for (host, price) in part.hosts.iter().zip(&kept.hosts) {
            self.hosts[*host as usize] = *price;
            self.slope_hosts[*host as usize] = 0.0;
        }
    }

    /// Lowers prices until every condition holds; the bound does not fall by that.
    fn hold(&mut self, part: &Part, weights: Weights) -> Prices {
        for unit in &part.units {
            let (least, _) = cheapest(self.ground, &self.hosts, &weights, *unit);
            let price = &mut self.units[*unit as usize];
            *price = (*price).min(least);
        }
        for unit in &part.units {
            if let Some(best) = self.pricer.best(&weights, &self.units, *unit) {
                self.units[*unit as usize] -= best.value;
            }
        }
        let mut needed = vec![0; part.hosts.len()];
        for unit in &part.units {
            for door in self.ground.doors.of(*unit) {
                if let Ok(at) = part.hosts.binary_search(&door.to) {
                    let above = self.units[*unit as usize] - weights.metre * i64::from(door.metres());
                    needed[at] = above.max(needed[at]);
                }
            }
        }
        let units: Vec<i64> = part.units.iter().map(|unit| self.units[*unit as usize]).collect();
        let bound = bound(self.ground, part, &units, &needed);
        Prices { weights, units, hosts: needed, bound }
    }
}

/// Places that a host has for units that have a member at least.
pub(crate) fn slots(ground: &Ground, host: u32) -> i64 {
    let host = &ground.hosts[host as usize];
    i64::from(host.slots.min(host.room))
}

/// What prices add up to.
pub(crate) fn bound(ground: &Ground, part: &Part, units: &[i64], hosts: &[i64]) -> i128 {
    let units: i128 = units.iter().map(|price| i128::from(*price)).sum();
    let taken = part.hosts.iter().zip(hosts);
    units - taken.map(|(host, price)| i128::from(slots(ground, *host)) * i128::from(*price)).sum::<i128>()
}

/// The least that a unit weighs in no group: out, or at a host.
fn cheapest(ground: &Ground, hosts: &[i64], weights: &Weights, unit: u32) -> (i64, Option<u32>) {
    ground.doors.of(unit).iter().fold((weights.out, None), |least, door| {
        let there = weights.metre * i64::from(door.metres()) + hosts[door.to as usize];
        if there < least.0 { (there, Some(door.to)) } else { least }
    })
}
