//! What two neighbouring shelters could exchange.

/// One or two items that could go from one shelter to another: how many persons, at what cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Load {
    pub(super) persons: i64,
    pub(super) cost: i64,
    pub(super) first: u32,
    pub(super) second: Option<u32>,
}

/// Of single items, the loads of one or two, the cheapest for each number of persons, by persons.
pub(super) fn loads(mut singles: Vec<(i64, i64, u32)>) -> Vec<Load> {
    singles.sort_unstable();
    // Two of each size are enough to make any pair.
    let mut kept: Vec<(i64, i64, u32)> = Vec::with_capacity(singles.len());
    for single in singles {
        if kept.len() < 2 || kept[kept.len() - 2].0 != single.0 {
            kept.push(single);
        }
    }
    // By persons: pairs are many, the numbers they come to are few.
    let most = kept.last().and_then(|largest| usize::try_from(2 * largest.0).ok()).unwrap_or(0);
    let mut cheapest: Vec<Option<Load>> = vec![None; most + 1];
    let mut offer = |load: Load| {
        let place = usize::try_from(load.persons).ok().and_then(|persons| cheapest.get_mut(persons));
        if let Some(best) = place.filter(|best| best.is_none_or(|best| load < best)) {
            *best = Some(load);
        }
    };
    for (index, a) in kept.iter().enumerate() {
        offer(Load { persons: a.0, cost: a.1, first: a.2, second: None });
        for b in &kept[index + 1..] {
            offer(Load { persons: a.0 + b.0, cost: a.1 + b.1, first: a.2, second: Some(b.2) });
        }
    }
    cheapest.into_iter().flatten().collect()
}

/// The cheapest way to bring exactly `net` persons over: a load out, and one back where that is needed.
pub(super) fn exchange(out: &[Load], back: &[Load], net: i64) -> Option<(i64, Load, Option<Load>)> {
    let mut best: Option<(i64, Load, Option<Load>)> = None;
    let mut at = 0;
    for load in out {
        let surplus = load.persons - net;
        if surplus < 0 {
            continue;
        }
        while back.get(at).is_some_and(|other| other.persons < surplus) {
            at += 1;
        }
        let found = if surplus == 0 {
            Some((load.cost, *load, None))
        } else {
            back.get(at)
                .filter(|other| other.persons == surplus)
                .map(|other| (load.cost + other.cost, *load, Some(*other)))
        };
        if let Some(found) = found
            && best.is_none_or(|best| found.0 < best.0)
        {
            best = Some(found);
        }
    }
    best
}
