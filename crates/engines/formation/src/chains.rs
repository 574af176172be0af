//! Placing a unit where everything near is full: it pushes one out, who pushes another, until somebody finds room.

use std::collections::VecDeque;

use crate::draft::{At, Draft};
use crate::ground::{Ground, Part};

/// How many places a chain may look at before it is given up.
const LOOK: usize = 600;
/// How many of a unit's nearest others are asked to take it in.
const ASKED: usize = 24;

/// Somebody without a place: who, and the step that pushed it out.
struct Step {
    unit: u32,
    /// Which step's unit took this one's place, and where that was.
    before: Option<(usize, At)>,
}

/// Places a unit that is out. Nothing changes when no chain ends where there is room.
pub(crate) fn place(ground: &Ground, draft: &mut Draft, unit: u32) -> bool {
    let mut steps = vec![Step { unit, before: None }];
    let mut queue = VecDeque::from([0]);
    let mut seen: Vec<At> = Vec::new();
    while let Some(at) = queue.pop_front() {
        let homeless = steps[at].unit;
        for place in near(ground, draft, homeless) {
            if seen.len() >= LOOK {
                return false;
            }
            if seen.contains(&place) {
                continue;
            }
            seen.push(place);
            let mut together = draft.members(place).to_vec();
            together.push(homeless);
            if Draft::cost(ground, place, &together).is_some() {
                follow(draft, &steps, at, place);
                return true;
            }
            for (out, pushed) in draft.members(place).iter().enumerate() {
                let mut rest = together.clone();
                rest.remove(out);
                if Draft::cost(ground, place, &rest).is_some() {
                    queue.push_back(steps.len());
                    steps.push(Step { unit: *pushed, before: Some((at, place)) });
                }
            }
        }
    }
    // Two who are out may be all that a new branch needs.
    found(ground, draft, unit)
}

/// Hosts, then the groups of the nearest others.
fn near(ground: &Ground, draft: &Draft, unit: u32) -> Vec<At> {
    let own = draft.at[unit as usize];
    let hosts = ground.doors.of(unit).iter().take(ASKED).map(|door| At::Host(door.to));
    let groups = ground.near.of(unit).iter().take(ASKED).map(|link| draft.at[link.to as usize]);
    let groups = groups.filter(|at| matches!(at, At::Group(_)));
    let mut places: Vec<At> = Vec::new();
    for place in hosts.chain(groups) {
        if place != own && !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// Moves everyone along the chain, the last into the room that was found.
fn follow(draft: &mut Draft, steps: &[Step], last: usize, room: At) {
    let (mut at, mut place) = (last, room);
    loop {
        let step = &steps[at];
        let mut together = draft.members(place).to_vec();
        together.push(step.unit);
        draft.set(place, together);
        let Some((before, from)) = step.before else { return };
        let rest = draft.members(from).iter().copied().filter(|unit| *unit != step.unit).collect();
        draft.set(from, rest);
        (at, place) = (before, from);
    }
}

/// A new branch of the unit with others that are out.
fn found(ground: &Ground, draft: &mut Draft, unit: u32) -> bool {
    let out = ground.near.of(unit).iter().map(|link| link.to).filter(|to| draft.at[*to as usize] == At::Out);
    let mut together = vec![unit];
    for other in out {
        together.push(other);
        if ground.star(&together).is_some() {
            let at = draft.free();
            draft.set(at, together);
            return true;
        }
        if together.len() >= ground.limits.units {
            together.pop();
        }
    }
    false
}

/// Dissolves a group if everyone in it finds another place.
pub(crate) fn dissolve(ground: &Ground, draft: &mut Draft, group: u32) -> bool {
    let units = draft.groups[group as usize].clone();
    let before = draft.clone();
    draft.groups[group as usize].clear();
    units.iter().for_each(|unit| draft.at[*unit as usize] = At::Out);
    let groups = before.groups.iter().filter(|group| !group.is_empty()).count();
    for unit in units {
        if draft.at[unit as usize] == At::Out && !place(ground, draft, unit) {
            *draft = before;
            return false;
        }
    }
    let now = draft.groups.iter().filter(|group| !group.is_empty()).count();
    if now >= groups {
        *draft = before;
        return false;
    }
    true
}

/// Places those of a part who are out: who is next to a host goes there, the others gather around those with the
/// fewest neighbours.
pub(crate) fn begin(ground: &Ground, draft: &mut Draft, part: &Part) {
    let mut doors: Vec<_> = part
        .units
        .iter()
        .flat_map(|unit| ground.doors.of(*unit).iter().map(|door| (door.metres(), *unit, door.to)))
        .collect();
    doors.sort_unstable();
    for (_, unit, host) in doors {
        let mut together = draft.hosts[host as usize].clone();
        together.push(unit);
        if draft.at[unit as usize] == At::Out && ground.attached(host, &together).is_some() {
            draft.set(At::Host(host), together);
        }
    }
    let mut order = part.units.clone();
    order.sort_by_key(|unit| (ground.near.of(*unit).len(), *unit));
    for unit in order {
        if draft.at[unit as usize] == At::Out {
            gather(ground, draft, unit);
        }
    }
    for unit in &part.units {
        if draft.at[*unit as usize] == At::Out {
            place(ground, draft, *unit);
        }
    }
}

/// Gathers the nearest who are out around a unit, for whichever reason brings the most together.
fn gather(ground: &Ground, draft: &mut Draft, seat: u32) {
    let mut best: Option<Vec<u32>> = None;
    for reason in crate::ground::Reason::ALL {
        let free = |unit: u32| draft.at[unit as usize] == At::Out;
        let around =
            ground.near.of(seat).iter().filter(|link| link.reasons() & reason.bit() != 0 && free(link.to));
        let mut together = vec![seat];
        together.extend(around.map(|link| link.to).take(ground.limits.units - 1));
        let longer = best.as_ref().is_none_or(|best| together.len() > best.len());
        if longer && ground.star(&together).is_some() {
            best = Some(together);
        }
    }
    if let Some(together) = best {
        let at = draft.free();
        draft.set(at, together);
    }
}
