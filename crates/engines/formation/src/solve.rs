//! The plan for one part: a first one, made better step by step, and what proves it.

use std::ops::ControlFlow;

use crate::Cancelled;
use crate::ascent::Ascent;
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
/// Units of neighbouring groups that are searched together.
const TOGETHER: usize = 26;

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
    let one = i128::from(one.max(1));
    i64::try_from(rest.max(0).div_ceil(one)).unwrap_or(i64::MAX)
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
        let mut proof = Proof { found: draft.worth(ground, part), bound: Worth::default(), prices: Vec::new() };
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
    let prices = ascent.run(part, weights(level, &ground.limits), draft, proof.found, progress)?;
    let mut searched = false;
    if part.units.len() > WHOLE && level == 2 {
        neighbours(ground, draft, part, &prices, progress)?;
        proof.found = draft.worth(ground, part);
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
            Outcome::TooMany => {
                if level == 2 && neighbours(ground, draft, part, &prices, progress)? {
                    proof.found = draft.worth(ground, part);
                    continue;
                }
                break;
            }
            Outcome::Found(shares) => {
                settle(draft, part, shares);
                let before = proof.found;
                proof.found = draft.worth(ground, part);
                if (proof.found.left_out, proof.found.organisations) != (before.left_out, before.organisations) {
                    return Ok(true);
                }
            }
        }
    }
    proof.prices.push((prices, searched));
    Ok(false)
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

/// Searches each group with those nearest to it for a better plan, by prices that hold for all. Whether there was
/// one.
fn neighbours(
    ground: &Ground,
    draft: &mut Draft,
    part: &Part,
    prices: &Prices,
    progress: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<bool, Cancelled> {
    let mut price = vec![0; ground.spots.len()];
    for (unit, own) in part.units.iter().zip(&prices.units) {
        price[*unit as usize] = *own;
    }
    let mut dirty = vec![true; ground.spots.len()];
    let mut ever = false;
    for _ in 0..4 {
        let mut better = false;
        for (done, unit) in part.units.iter().enumerate() {
            if done % 64 == 0 && progress(done, part.units.len()).is_break() {
                return Err(Cancelled);
            }
            let at = draft.at[*unit as usize];
            // Each group once, at its first unit.
            let first = matches!(at, At::Group(_)) && draft.members(at).first() == Some(unit);
            if !first || !draft.members(at).iter().any(|unit| dirty[*unit as usize]) {
                continue;
            }
            draft.members(at).iter().for_each(|unit| dirty[*unit as usize] = false);
            let few = around(ground, draft, *unit);
            let sub = Prices {
                weights: prices.weights,
                units: few.units.iter().map(|unit| price[*unit as usize]).collect(),
                hosts: Vec::new(),
                bound: few.units.iter().map(|unit| i128::from(price[*unit as usize])).sum(),
            };
            let found = draft.worth(ground, &few);
            let wanted = wanted(2, &prices.weights, found);
            if let Outcome::Found(shares) = search(ground, &few, &sub, &wanted, Effort::WINDOW) {
                few.units.iter().for_each(|unit| dirty[*unit as usize] = true);
                settle(draft, &few, shares);
                better = true;
            }
        }
        ever |= better;
        if !better {
            break;
        }
    }
    Ok(ever)
}

/// The units of the groups nearest to a unit, its own included.
fn around(ground: &Ground, draft: &Draft, unit: u32) -> Part {
    let mut units = draft.members(draft.at[unit as usize]).to_vec();
    let mut groups = vec![draft.at[unit as usize]];
    for link in ground.near.of(unit) {
        let at = draft.at[link.to as usize];
        if matches!(at, At::Group(_)) && !groups.contains(&at) {
            if units.len() + draft.members(at).len() > TOGETHER {
                break;
            }
            groups.push(at);
            units.extend(draft.members(at));
        }
    }
    units.sort_unstable();
    Part { units, hosts: Vec::new() }
}
