//! The best way to share the units of two places, by all their subsets.

use crate::draft::{At, Draft, Worth};
use crate::ground::{Ground, Part};

/// Most units of two places: the work doubles with each.
const MOST: usize = 12;
/// How many neighbouring places a place is tried together with.
const BESIDE: usize = 8;

/// Two places, and how each unit of both would fit into each.
struct Window<'a> {
    ground: &'a Ground,
    units: Vec<u32>,
    /// Between two units: for what reasons they may be together, and the metres.
    links: Vec<Vec<(u8, u32)>>,
}

impl<'a> Window<'a> {
    fn new(ground: &'a Ground, units: Vec<u32>) -> Self {
        let spot = |unit: &u32| &ground.spots[*unit as usize];
        let links =
            units.iter().map(|a| units.iter().map(|b| ground.limits.link(spot(a), spot(b))).collect());
        let links = links.collect();
        Window { ground, units, links }
    }

    fn chosen(&self, set: usize) -> Vec<u32> {
        bits(set).map(|at| self.units[at]).collect()
    }

    /// What it costs to have a set of the units at a place.
    fn cost(&self, at: At, set: usize) -> Option<Worth> {
        if !matches!(at, At::Group(_)) || set == 0 {
            return Draft::cost(self.ground, at, &self.chosen(set));
        }
        let limits = self.ground.limits;
        let count = set.count_ones() as usize;
        let members: u32 = bits(set).map(|at| self.ground.spots[self.units[at] as usize].members).sum();
        if !(2..=limits.units).contains(&count) || !(limits.least..=limits.most).contains(&members) {
            return None;
        }
        let star = |seat: usize| {
            let others = bits(set).filter(|at| *at != seat).map(|at| self.links[seat][at]);
            let (reasons, metres) = others.fold((7, 0), |sum, link| (sum.0 & link.0, sum.1 + link.1));
            (reasons != 0).then_some(metres)
        };
        let metres = bits(set).filter_map(star).min()?;
        Some(Worth { left_out: 0, organisations: 1, metres: i64::from(metres) })
    }

    /// The best set for one place where the other has the rest.
    fn best(&self, places: [At; 2]) -> Option<(Worth, usize)> {
        let full = (1_usize << self.units.len()) - 1;
        // Two groups are alike: the first unit is in the first.
        let alike = places.iter().all(|at| matches!(at, At::Group(_)));
        let room = places.map(|at| match at {
            At::Out => self.units.len(),
            At::Group(_) => self.ground.limits.units,
            At::Host(host) => self.ground.hosts[host as usize].slots as usize,
        });
        let mut best: Option<(Worth, usize)> = None;
        for set in 0..=full {
            let count = set.count_ones() as usize;
            if count > room[0] || self.units.len() - count > room[1] || alike && set & 1 == 0 {
                continue;
            }
            if let Some(first) = self.cost(places[0], set)
                && best.is_none_or(|best| first < best.0)
                && let Some(second) = self.cost(places[1], full & !set)
                && best.is_none_or(|best| first + second < best.0)
            {
                best = Some((first + second, set));
            }
        }
        best
    }
}

/// The places of the bits that are set.
fn bits(mut set: usize) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = set.trailing_zeros() as usize;
        set &= set.wrapping_sub(1);
        (at < MOST + 1).then_some(at)
    })
}

/// Shares the units of each place and one beside it anew, wherever that is better. Whether anything changed.
pub(crate) fn improve(ground: &Ground, draft: &mut Draft, part: &Part, dirty: &mut [bool]) -> bool {
    let mut changed = false;
    for unit in &part.units {
        if !std::mem::take(&mut dirty[*unit as usize]) {
            continue;
        }
        for other in beside(ground, draft, *unit) {
            if again(ground, draft, *unit, other, dirty) {
                changed = true;
                break;
            }
        }
    }
    changed
}

/// The places of a unit's nearest others, and the hosts it can go to.
fn beside(ground: &Ground, draft: &Draft, unit: u32) -> Vec<At> {
    let own = draft.at[unit as usize];
    let mut places: Vec<At> = Vec::new();
    for link in ground.near.of(unit).iter().take(40) {
        let at = draft.at[link.to as usize];
        if at != own && at != At::Out && !places.contains(&at) {
            places.push(at);
        }
        if places.len() == BESIDE {
            break;
        }
    }
    for door in ground.doors.of(unit).iter().take(BESIDE) {
        if At::Host(door.to) != own && !places.contains(&At::Host(door.to)) {
            places.push(At::Host(door.to));
        }
    }
    places
}

fn again(ground: &Ground, draft: &mut Draft, unit: u32, other: At, dirty: &mut [bool]) -> bool {
    let own = draft.at[unit as usize];
    let mut units = if own == At::Out { vec![unit] } else { draft.members(own).to_vec() };
    let first = units.len();
    units.extend(draft.members(other));
    if units.len() > MOST {
        return false;
    }
    let (Some(a), Some(b)) =
        (Draft::cost(ground, own, &units[..first]), Draft::cost(ground, other, &units[first..]))
    else {
        return false;
    };
    let window = Window::new(ground, units);
    let Some((_, set)) = window.best([own, other]).filter(|(best, _)| *best < a + b) else { return false };
    let full = (1_usize << window.units.len()) - 1;
    let shares = [window.chosen(set), window.chosen(full & !set)];
    window.units.iter().for_each(|unit| dirty[*unit as usize] = true);
    for (at, share) in [own, other].into_iter().zip(shares) {
        draft.set(at, share);
    }
    true
}
