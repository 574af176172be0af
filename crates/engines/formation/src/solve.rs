//! The plan for one part: a first one, made better step by step, and what proves it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use crate::Cancelled;
use crate::ascent::{Ascent, bound};
use crate::chains::{begin, dissolve, place};
use crate::draft::{At, Draft, Worth};
use crate::ground::{Ground, Part};
use crate::prices::{Prices, Weights};
use crate::search::{Effort, Outcome, Wanted, search, settle};
use crate::windows;

/// What one counts in prices where metres do not count: divisible by every number of units up to twelve.
pub(crate) const ONE: i64 = 27_720 * 32;
/// What a metre counts in prices.
pub(crate) const METRE: i64 = 64;
/// Largest part that is searched as a whole.
const WHOLE: usize = 160;
/// How many ideas are pursued.
const PURSUED: usize = 8;
/// Units of all ideas that are pursued.
const PURSUED_UNITS: usize = 2_000;
/// Units of neighbouring groups that are searched together.
const TOGETHER: [usize; 3] = [13, 19, 26];

/// What proves how good a part's plan is.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    pub(crate) found: Worth,
    /// No plan leaves fewer out; none that leaves as few has fewer branches; none that has as few is shorter.
    pub(crate) bound: Worth,
    /// For units left out, for branches, for metres: the prices, and whether a search closed the gap they left.
    pub(crate) prices: Vec<(Prices, bool)>,
}

/// What is weighed to bound the three figures of a plan in turn.
pub(crate) fn weights(level: usize, limits: &crate::ground::Limits) -> Weights {
    match level {
        0 => Weights { out: ONE, group: 0, metre: 0 },
        1 => Weights { out: 4 * ONE, group: ONE, metre: 0 },
        _ => {
            let far = limits.farthest().max(1) * METRE;
            Weights { out: 4 * far * limits.units as i64, group: 0, metre: METRE }
        }
    }
}

/// The least a figure can be by prices, where the figures before it are as found.
pub(crate) fn least(level: usize, weights: &Weights, bound: i128, found: Worth) -> i64 {
    let (before, one) = match level {
        0 => (Worth::default(), weights.out),
        1 => (Worth { organisations: 0, metres: 0, ..found }, weights.group),
        _ => (Worth { metres: 0, ..found }, weights.metre),
    };
    let rest = bound - weights.of(before);
    let one = u128::from(one.max(1).unsigned_abs());
    i64::try_from(rest.max(0).unsigned_abs().div_ceil(one)).unwrap_or(i64::MAX)
}

/// What a plan must weigh to be better in this figure, where those before are as found.
pub(crate) fn wanted(level: usize, weights: &Weights, found: Worth) -> Wanted {
    let any = i64::MAX / 4;
    let most = match level {
        0 => Worth { left_out: found.left_out - 1, organisations: any, metres: any },
        1 => Worth { organisations: found.organisations - 1, metres: any, ..found },
        _ => found,
    };
    let limit = match level {
        0 => weights.of(Worth { left_out: most.left_out, ..Worth::default() }),
        1 => weights.of(Worth { metres: 0, ..most }),
        _ => weights.of(found) - 1,
    };
    Wanted { limit, most }
}

/// The three figures by turn.
pub(crate) fn figure(worth: &mut Worth, level: usize) -> &mut i64 {
    match level {
        0 => &mut worth.left_out,
        1 => &mut worth.organisations,
        _ => &mut worth.metres,
    }
}

/// Solves a part.
pub(crate) fn solve(
    ascent: &mut Ascent<'_>,
    ground: &Ground,
    draft: &mut Draft,
    part: &Part,
    progress: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Proof, Cancelled> {
    begin(ground, draft, part);
    let mut dirty = vec![false; ground.spots.len()];
    polish(ground, draft, part, &mut dirty, progress)?;
    loop {
        let mut proof =
            Proof { found: draft.worth(ground, part), bound: Worth::default(), prices: Vec::new() };
        let mut better = false;
        for level in 0..3 {
            if *figure(&mut proof.found, level) == 0 {
                continue;
            }
            better = prove(ascent, ground, draft, part, level, &mut proof, progress)?;
            if better {
                polish(ground, draft, part, &mut dirty, progress)?;
                break;
            }
        }
        if !better {
            return Ok(proof);
        }
    }
}

/// Bounds one figure; where a search may close the gap, does that. Whether the plan became better in a figure before
/// the last.
fn prove(
    ascent: &mut Ascent<'_>,
    ground: &Ground,
    draft: &mut Draft,
    part: &Part,
    level: usize,
    proof: &mut Proof,
    progress: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<bool, Cancelled> {
    let mut ideas = Vec::new();
    let weights = weights(level, &ground.limits);
    let prices = ascent.run(part, weights, draft, proof.found, &mut ideas, progress)?;
    let is_better = best_idea(ground, draft, part, ideas, progress)?;
    if is_better && again(ground, draft, part, level, proof) {
        return Ok(true);
    }
    let mut searched = false;
    if least(level, &prices.weights, prices.bound, proof.found) < *figure(&mut proof.found, level)
        && neighbours(ground, draft, part, level, &prices, progress)?
        && again(ground, draft, part, level, proof)
    {
        return Ok(true);
    }
    loop {
        let low = least(level, &prices.weights, prices.bound, proof.found);
        let have = *figure(&mut proof.found, level);
        *figure(&mut proof.bound, level) = low.min(have);
        if low >= have || part.units.len() > WHOLE {
            break;
        }
        let wanted = wanted(level, &prices.weights, proof.found);
        match search(ground, part, &prices, &wanted, Effort::PART) {
            Outcome::None => {
                searched = true;
                *figure(&mut proof.bound, level) = have;
                break;
            }
            Outcome::TooMany => break,
            Outcome::Found(shares) => {
                settle(draft, part, shares);
                if again(ground, draft, part, level, proof) {
                    return Ok(true);
                }
            }
        }
    }
    proof.prices.push((prices, searched));
    Ok(false)
}

/// Makes the best of some ideas better step by step, and takes over what is better than the plan.
fn best_idea(
    ground: &Ground,
    draft: &mut Draft,
    part: &Part,
    ideas: Vec<Draft>,
    progress: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<bool, Cancelled> {
    let mut ranked: Vec<(Worth, Draft)> =
        ideas.into_iter().map(|idea| (idea.worth(ground, part), idea)).collect();
    ranked.sort_by_key(|(worth, _)| *worth);
    let mut dirty = vec![false; ground.spots.len()];
    let mut is_better = false;
    for (_, mut idea) in ranked.into_iter().take((PURSUED_UNITS / part.units.len().max(1)).clamp(1, PURSUED))
    {
        polish(ground, &mut idea, part, &mut dirty, progress)?;
        if idea.worth(ground, part) < draft.worth(ground, part) {
            *draft = idea;
            is_better = true;
        }
    }
    Ok(is_better)
}

/// Takes over what the plan is worth now. Whether a figure before the last became better, so that what was proved for
/// later ones is of no use.
fn again(ground: &Ground, draft: &Draft, part: &Part, level: usize, proof: &mut Proof) -> bool {
    let before = std::mem::replace(&mut proof.found, draft.worth(ground, part));
    let now = proof.found;
    level < 2 || (now.left_out, now.organisations) != (before.left_out, before.organisations)
}

/// Fewer left out, fewer groups, fewer metres, by small steps until none helps.
fn polish(
    ground: &Ground,
    draft: &mut Draft,
    part: &Part,
    dirty: &mut [bool],
    progress: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<(), Cancelled> {
    loop {
        let before = draft.worth(ground, part);
        for unit in &part.units {
            if draft.at[*unit as usize] == At::Out {
                place(ground, draft, *unit);
            }
        }
        fewer(ground, draft, part);
        part.units.iter().for_each(|unit| dirty[*unit as usize] = true);
        while windows::improve(ground, draft, part, dirty) {
            if progress(0, 1).is_break() {
                return Err(Cancelled);
            }
        }
        let after = draft.worth(ground, part);
        if (after.left_out, after.organisations) >= (before.left_out, before.organisations) {
            return Ok(());
        }
    }
}

/// Dissolves groups, the smallest first, while others can take everyone in.
fn fewer(ground: &Ground, draft: &mut Draft, part: &Part) {
    let mut groups: Vec<u32> = part
        .units
        .iter()
        .filter_map(|unit| if let At::Group(group) = draft.at[*unit as usize] { Some(group) } else { None })
        .collect();
    groups.sort_unstable();
    groups.dedup();
    groups.sort_by_key(|group| draft.groups[*group as usize].len());
    for group in groups {
        let size = draft.groups[group as usize].len();
        if size > 0 && size < ground.limits.units {
            dissolve(ground, draft, group);
        }
    }
}

/// Searches places with those nearest to them for a better plan in one figure, by prices that hold for all. Whether
/// there was one.
fn neighbours(
    ground: &Ground,
    draft: &mut Draft,
    part: &Part,
    level: usize,
    prices: &Prices,
    progress: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<bool, Cancelled> {
    let price: BTreeMap<u32, i64> = part.units.iter().copied().zip(prices.units.iter().copied()).collect();
    let host: BTreeMap<u32, i64> = part.hosts.iter().copied().zip(prices.hosts.iter().copied()).collect();
    let mut ever = false;
    let effort = Effort::window(part.units.len());
    for together in TOGETHER {
        let mut dirty: BTreeSet<u32> = part.units.iter().copied().collect();
        while let Some(unit) = dirty.pop_first() {
            if progress(part.units.len() - dirty.len().min(part.units.len()), part.units.len()).is_break() {
                return Err(Cancelled);
            }
            let few = around(ground, draft, unit, together);
            let units: Vec<i64> =
                few.units.iter().map(|unit| price.get(unit).copied().unwrap_or(0)).collect();
            let hosts: Vec<i64> = few.hosts.iter().map(|at| host.get(at).copied().unwrap_or(0)).collect();
            let bound = bound(ground, &few, &units, &hosts);
            let sub = Prices { weights: prices.weights, units, hosts, bound };
            let found = draft.worth(ground, &few);
            if *figure(&mut found.clone(), level) == 0 {
                continue;
            }
            let wanted = wanted(level, &prices.weights, found);
            if let Outcome::Found(shares) = search(ground, &few, &sub, &wanted, effort) {
                settle(draft, &few, shares);
                dirty.extend(&few.units);
                ever = true;
            }
        }
    }
    Ok(ever)
}

/// The units of the places nearest to a unit, its own included, up to so many.
fn around(ground: &Ground, draft: &Draft, unit: u32, most: usize) -> Part {
    let own = draft.at[unit as usize];
    let (mut units, mut places) = (Vec::new(), Vec::new());
    let near = ground.near.of(unit).iter().map(|link| (link.metres(), draft.at[link.to as usize], link.to));
    let doors = ground.doors.of(unit).iter().map(|door| (door.metres(), At::Host(door.to), unit));
    let mut all: Vec<_> = near.chain(doors).collect();
    all.sort_by_key(|(metres, ..)| *metres);
    for (_, at, other) in std::iter::once((0, own, unit)).chain(all) {
        let (known, members) = match at {
            At::Out => (units.contains(&other), std::slice::from_ref(&other)),
            at => (places.contains(&at), draft.members(at)),
        };
        if known {
            continue;
        }
        if units.len() + members.len() > most {
            break;
        }
        places.push(at);
        units.extend(members);
    }
    units.sort_unstable();
    let hosts = places.into_iter().filter_map(|at| if let At::Host(host) = at { Some(host) } else { None });
    let mut hosts: Vec<u32> = hosts.collect();
    hosts.sort_unstable();
    Part { units, hosts }
}
