//! Going through every plan that the prices do not rule out.
//!
//! By prices that hold, a plan weighs as much as the bound, the slack of each of its groups and attachments (weight
//! minus prices, never negative), and what is left of hosts' places. So a plan below a limit consists of groups and
//! attachments whose slacks add up to no more than limit − bound: those are listed, and tried together.

use crate::draft::{At, Draft, Worth};
use crate::ground::{Ground, Part};
use crate::prices::Prices;

/// How much a search may do before it is given up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// Groups that are listed.
    groups: usize,
    /// Sets that are looked at while listing.
    looks: usize,
    /// Choices that are looked at while searching.
    steps: usize,
}

impl Effort {
    /// For a part.
    pub(crate) const PART: Effort = Effort { groups: 20_000, looks: 3_000_000, steps: 60_000_000 };

    /// For a few neighbouring places, which are searched as often as there are units.
    pub(crate) fn window(units: usize) -> Effort {
        let times = (20_000_000 / units.max(1)).clamp(5_000, 300_000);
        Effort { groups: times / 40, looks: times, steps: 4 * times }
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There is no such plan.
    None,
    /// There is: who is together, for the units of the part.
    Found(Vec<(At, Vec<u32>)>),
    /// Too many to go through.
    TooMany,
}

/// Places and what is together there; bits are units by their place in the part.
struct Choice {
    slack: i64,
    at: At,
    units: Vec<u32>,
    metres: i64,
}

/// What a plan must be better than.
pub(crate) struct Wanted {
    /// It weighs this at most.
    pub(crate) limit: i128,
    /// It leaves no more out and has no more new branches.
    pub(crate) most: Worth,
}

/// Looks for a plan for a part.
pub(crate) fn search(
    ground: &Ground,
    part: &Part,
    prices: &Prices,
    wanted: &Wanted,
    effort: Effort,
) -> Outcome {
    let Ok(spare) = i64::try_from(wanted.limit - prices.bound) else { return Outcome::None };
    if spare < 0 {
        return Outcome::None;
    }
    let Some(choices) = choices(ground, part, prices, spare, effort) else { return Outcome::TooMany };
    let place = |unit: u32| part.units.binary_search(&unit).unwrap_or(0);
    let mut by_unit: Vec<Vec<u32>> = vec![Vec::new(); part.units.len()];
    let mut order: Vec<u32> = (0..).take(choices.len()).collect();
    order.sort_by_key(|at| (choices[*at as usize].slack, *at));
    for at in order {
        choices[at as usize].units.iter().for_each(|unit| by_unit[place(*unit)].push(at));
    }
    let members: Vec<Vec<usize>> =
        choices.iter().map(|choice| choice.units.iter().map(|unit| place(*unit)).collect()).collect();
    let mut hand = Hand {
        ground,
        choices: &choices,
        members: &members,
        by_unit: &by_unit,
        weights: prices.weights,
        bound: prices.bound,
        limit: wanted.limit,
        most: wanted.most,
        covered: vec![false; part.units.len()],
        open: part.units.len(),
        at_hosts: part.hosts.iter().map(|host| (*host, (0, 0))).collect(),
        worth: Worth::default(),
        chosen: Vec::new(),
        best: None,
        steps: effort.steps,
    };
    let whole = hand.go(0).is_some();
    match hand.best {
        Some(chosen) => Outcome::Found(gathered(&choices, &chosen)),
        None if whole => Outcome::None,
        None => Outcome::TooMany,
    }
}

/// Attachments to one host are one share.
fn gathered(choices: &[Choice], chosen: &[u32]) -> Vec<(At, Vec<u32>)> {
    let mut shares: Vec<(At, Vec<u32>)> = Vec::new();
    for choice in chosen.iter().map(|at| &choices[*at as usize]) {
        let same = shares.iter_mut().find(|(at, _)| matches!(at, At::Host(_)) && *at == choice.at);
        match same {
            Some((_, units)) => units.extend(&choice.units),
            None => shares.push((choice.at, choice.units.clone())),
        }
    }
    shares
}

/// Everything whose slack is no more than is to spare.
fn choices(ground: &Ground, part: &Part, prices: &Prices, spare: i64, effort: Effort) -> Option<Vec<Choice>> {
    let weights = prices.weights;
    let mut choices = Vec::new();
    for (unit, price) in part.units.iter().zip(&prices.units) {
        let mut add = |at, slack, metres| {
            if slack <= spare {
                choices.push(Choice { slack, at, units: vec![*unit], metres });
            }
        };
        add(At::Out, weights.out - price, 0);
        for door in ground.doors.of(*unit) {
            let metres = i64::from(door.metres());
            if let Ok(at) = part.hosts.binary_search(&door.to) {
                add(At::Host(door.to), weights.metre * metres + prices.hosts[at] - price, metres);
            }
        }
    }
    let mut listing = Listing { ground, part, prices, spare, effort, looks: 0, sets: Vec::new() };
    for seat in 0..part.units.len() {
        listing.seat(seat)?;
    }
    listing.sets.sort_unstable();
    listing.sets.dedup_by(|next, kept| next.0 == kept.0);
    for (units, metres) in listing.sets {
        let price: i64 =
            units.iter().map(|unit| prices.units[part.units.binary_search(unit).unwrap_or(0)]).sum();
        let slack = weights.group + weights.metre * metres - price;
        choices.push(Choice { slack, at: At::Group(0), units, metres });
    }
    Some(choices)
}

/// Listing the groups.
struct Listing<'a> {
    ground: &'a Ground,
    part: &'a Part,
    prices: &'a Prices,
    spare: i64,
    effort: Effort,
    looks: usize,
    /// Each set of units with the metres of a star; the shortest stands first when sorted.
    sets: Vec<(Vec<u32>, i64)>,
}

impl Listing<'_> {
    fn price(&self, unit: u32) -> Option<i64> {
        self.part.units.binary_search(&unit).ok().map(|at| self.prices.units[at])
    }

    /// Lists the groups of one seat; `None` when there are too many.
    fn seat(&mut self, seat: usize) -> Option<()> {
        let unit = self.part.units[seat];
        let weights = self.prices.weights;
        for reason in crate::ground::Reason::ALL {
            let mut others: Vec<(i64, u32, i64)> = Vec::new();
            for link in self.ground.near.of(unit).iter().filter(|link| link.reasons() & reason.bit() != 0) {
                if let Some(price) = self.price(link.to) {
                    let metres = i64::from(link.metres());
                    others.push((weights.metre * metres - price, link.to, metres));
                }
            }
            others.sort_unstable();
            let so_far = weights.group - self.prices.units[seat];
            self.add(&others, &mut vec![unit], so_far, 0)?;
        }
        Some(())
    }

    fn add(
        &mut self,
        others: &[(i64, u32, i64)],
        together: &mut Vec<u32>,
        slack: i64,
        metres: i64,
    ) -> Option<()> {
        self.looks += 1;
        if self.looks > self.effort.looks {
            return None;
        }
        let limits = self.ground.limits;
        let members: u32 = together.iter().map(|unit| self.ground.spots[*unit as usize].members).sum();
        if together.len() > 1 && slack <= self.spare && (limits.least..=limits.most).contains(&members) {
            if self.sets.len() >= 3 * self.effort.groups {
                self.sets.sort_unstable();
                self.sets.dedup_by(|next, kept| next.0 == kept.0);
                if self.sets.len() >= self.effort.groups {
                    return None;
                }
            }
            let mut units = together.clone();
            units.sort_unstable();
            self.sets.push((units, metres));
        }
        let left = limits.units - together.len();
        for (at, (more, unit, far)) in others.iter().enumerate() {
            // Others are sorted: what is cheapest comes now.
            let cheapest = if *more < 0 {
                others[at..].iter().take(left).map(|other| other.0.min(0)).sum()
            } else {
                *more
            };
            if left == 0 || slack + cheapest > self.spare {
                break;
            }
            together.push(*unit);
            self.add(&others[at + 1..], together, slack + more, metres + far)?;
            together.pop();
        }
        Some(())
    }
}

/// A search under way.
struct Hand<'a> {
    ground: &'a Ground,
    choices: &'a [Choice],
    members: &'a [Vec<usize>],
    by_unit: &'a [Vec<u32>],
    weights: crate::prices::Weights,
    bound: i128,
    /// What a plan weighs at most; less with each that is found.
    limit: i128,
    most: Worth,
    covered: Vec<bool>,
    open: usize,
    /// By host of the part: units and members there.
    at_hosts: std::collections::BTreeMap<u32, (u32, u32)>,
    worth: Worth,
    chosen: Vec<u32>,
    best: Option<Vec<u32>>,
    /// How many may follow.
    steps: usize,
}

impl Hand<'_> {
    /// Whether a choice can be added, with so much to spare.
    fn fits(&self, at: u32, spare: i64) -> bool {
        let choice = &self.choices[at as usize];
        if choice.slack > spare || self.members[at as usize].iter().any(|unit| self.covered[*unit]) {
            return false;
        }
        match choice.at {
            At::Out => self.worth.left_out < self.most.left_out,
            At::Group(_) => self.worth.organisations < self.most.organisations,
            At::Host(host) => {
                let (units, members) = self.at_hosts.get(&host).copied().unwrap_or_default();
                let there = &self.ground.hosts[host as usize];
                let own = self.ground.spots[choice.units[0] as usize].members;
                units < there.slots && members + own <= there.room
            }
        }
    }

    /// Slack that is left when so much is used.
    fn spare(&self, used: i64) -> i64 {
        i64::try_from(self.limit - self.bound).unwrap_or(i64::MAX) - used
    }

    /// Goes through all plans from here; `None` when that takes too many steps.
    fn go(&mut self, used: i64) -> Option<()> {
        if self.open == 0 {
            let weight = self.weights.of(self.worth);
            if weight <= self.limit {
                self.best = Some(self.chosen.clone());
                self.limit = weight - 1;
            }
            return Some(());
        }
        let spare = self.spare(used);
        // The unit with the fewest choices; and what all of them cost at least.
        let (mut fewest, mut least) = ((usize::MAX, 0), 0.0);
        for unit in (0..self.covered.len()).filter(|unit| !self.covered[*unit]) {
            let (mut count, mut share) = (0, f64::INFINITY);
            for at in &self.by_unit[unit] {
                let choice = &self.choices[*at as usize];
                if choice.slack > spare {
                    break;
                }
                self.steps = self.steps.checked_sub(1)?;
                if self.fits(*at, spare) {
                    count += 1;
                    share = share.min(choice.slack as f64 / choice.units.len() as f64);
                }
            }
            least += share;
            fewest = fewest.min((count, unit));
            if count == 0 || least > spare as f64 + 0.5 {
                return Some(());
            }
        }
        for at in &self.by_unit[fewest.1] {
            if !self.fits(*at, self.spare(used)) {
                continue;
            }
            self.take(*at, 1);
            self.go(used + self.choices[*at as usize].slack)?;
            self.take(*at, -1);
        }
        Some(())
    }

    /// Adds a choice, or takes the last one back.
    fn take(&mut self, at: u32, sign: i64) {
        let choice = &self.choices[at as usize];
        for unit in &self.members[at as usize] {
            self.covered[*unit] = sign > 0;
        }
        if sign > 0 {
            self.open -= choice.units.len();
            self.chosen.push(at);
        } else {
            self.open += choice.units.len();
            self.chosen.pop();
        }
        self.worth.metres += sign * choice.metres;
        match choice.at {
            At::Out => self.worth.left_out += sign,
            At::Group(_) => self.worth.organisations += sign,
            At::Host(host) => {
                let own = self.ground.spots[choice.units[0] as usize].members;
                let there = self.at_hosts.entry(host).or_default();
                if sign > 0 {
                    *there = (there.0 + 1, there.1 + own);
                } else {
                    *there = (there.0 - 1, there.1 - own);
                }
            }
        }
    }
}

/// Puts what was found into a draft.
pub(crate) fn settle(draft: &mut Draft, part: &Part, shares: Vec<(At, Vec<u32>)>) {
    for unit in &part.units {
        match std::mem::replace(&mut draft.at[*unit as usize], At::Out) {
            At::Out => {}
            At::Group(group) => draft.groups[group as usize].clear(),
            At::Host(host) => draft.hosts[host as usize].clear(),
        }
    }
    for (at, units) in shares {
        let at = if matches!(at, At::Group(_)) { draft.free() } else { at };
        draft.set(at, units);
    }
}
