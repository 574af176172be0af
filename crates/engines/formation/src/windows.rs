//! The best way to share a few units among groups and a few hosts, by all their subsets.

use crate::draft::{At, Draft, Worth};
use crate::ground::{Ground, Part};

/// Most units of a window: the work grows threefold with each.
pub(crate) const MOST: usize = 10;
/// How many neighbouring places a place is tried together with.
const BESIDE: usize = 8;

/// One figure that orders as [`Worth`] does: within a window metres stay below 2³³, counts below 2⁴.
const OUT: i64 = 1 << 50;
const ORGANISATION: i64 = 1 << 40;
const NEVER: i64 = i64::MAX / 4;

fn figure(worth: Worth) -> i64 {
    worth.left_out * OUT + worth.organisations * ORGANISATION + worth.metres
}

/// Who of some units goes where: sets of places among them, with what is together.
type Shares = Vec<(At, Vec<u32>)>;

/// The best shares of the units among these hosts, which are empty, and groups.
pub(crate) fn share(ground: &Ground, units: &[u32], hosts: &[u32]) -> (i64, Shares) {
    let full = (1_usize << units.len()) - 1;
    let chosen = |mask: usize| -> Vec<u32> {
        units.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1).map(|(_, unit)| *unit).collect()
    };
    let cost = |at: At, mask: usize| Draft::cost(ground, at, &chosen(mask)).map(figure);
    // Groups by their first unit.
    let mut groups: Vec<Vec<(usize, i64)>> = vec![Vec::new(); units.len()];
    for mask in 1..=full {
        if mask.count_ones() as usize <= ground.limits.units
            && let Some(cost) = cost(At::Group(0), mask)
        {
            groups[mask.trailing_zeros() as usize].push((mask, cost));
        }
    }
    let mut grouped = vec![(NEVER, 0_usize); full + 1];
    grouped[0].0 = 0;
    for mask in 1..=full {
        let first = mask.trailing_zeros() as usize;
        let alone = (grouped[mask & (mask - 1)].0 + OUT, 0);
        let together = groups[first].iter().filter(|(group, _)| group & !mask == 0);
        grouped[mask] =
            together.map(|(group, cost)| (grouped[mask & !group].0 + cost, *group)).fold(alone, Ord::min);
    }
    // By host: what it and those before it take on best, and which part is its own.
    let mut taken = vec![vec![(NEVER, 0_usize); full + 1]];
    taken[0][0].0 = 0;
    for (before, host) in hosts.iter().enumerate() {
        let costs: Vec<Option<i64>> = (0..=full).map(|mask| cost(At::Host(*host), mask)).collect();
        let next = (0..=full).map(|mask| {
            subsets(mask)
                .filter_map(|own| Some((taken[before][mask & !own].0 + costs[own]?, own)))
                .fold((NEVER, 0), Ord::min)
        });
        let next = next.collect();
        taken.push(next);
    }
    let last = &taken[hosts.len()];
    let (best, at_hosts) = (0..=full)
        .map(|mask| (last[mask].0.saturating_add(grouped[full & !mask].0), mask))
        .fold((NEVER * 2, 0), Ord::min);
    let mut shares = Shares::new();
    let mut mask = at_hosts;
    for (index, host) in hosts.iter().enumerate().rev() {
        let own = taken[index + 1][mask].1;
        shares.push((At::Host(*host), chosen(own)));
        mask &= !own;
    }
    mask = full & !at_hosts;
    while mask != 0 {
        let group = grouped[mask].1;
        if group == 0 {
            shares.push((At::Out, chosen(mask & mask.wrapping_neg())));
            mask &= mask - 1;
        } else {
            shares.push((At::Group(0), chosen(group)));
            mask &= !group;
        }
    }
    (best, shares)
}

/// Every subset of a set, itself and the empty one included.
fn subsets(mask: usize) -> impl Iterator<Item = usize> {
    let next = move |own: &usize| (*own != 0).then(|| (*own - 1) & mask);
    std::iter::successors(Some(mask), next)
}

/// Shares the units of two places, or of one with those beside it, anew wherever that is better. Whether anything
/// changed.
pub(crate) fn improve(ground: &Ground, draft: &mut Draft, part: &Part, dirty: &mut [bool]) -> bool {
    let mut changed = false;
    for unit in &part.units {
        if !std::mem::take(&mut dirty[*unit as usize]) {
            continue;
        }
        let own = draft.at[*unit as usize];
        for other in beside(ground, draft, *unit) {
            // A place that was shared anew is somewhere else.
            if draft.at[*unit as usize] != own {
                break;
            }
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
    let mut units = draft.members(own).to_vec();
    if own == At::Out {
        units.push(unit);
    }
    units.extend(draft.members(other));
    if units.len() > MOST {
        return false;
    }
    let hosts: Vec<u32> = [own, other]
        .into_iter()
        .filter_map(|at| if let At::Host(host) = at { Some(host) } else { None })
        .collect();
    let now = [own, other].map(|at| match at {
        At::Out => Some(Worth { left_out: 1, ..Worth::default() }),
        at => Draft::cost(ground, at, draft.members(at)),
    });
    let [Some(a), Some(b)] = now else { return false };
    let (best, shares) = share(ground, &units, &hosts);
    if best >= figure(a + b) {
        return false;
    }
    for at in [own, other] {
        draft.set(at, Vec::new());
    }
    for (at, together) in shares {
        together.iter().for_each(|unit| dirty[*unit as usize] = true);
        let at = if at == At::Group(0) { draft.free() } else { at };
        draft.set(at, together);
    }
    true
}
