//! Fitting whole items into shelters.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::exchange::{Load, exchange, loads};
use crate::Cancelled;
use crate::ground::Ground;
use crate::plan::Progress;
use crate::transport::{Costs, Transport};

/// By how many persons more than needed a shelter may be relieved.
const BEYOND: i64 = 3;
/// The same where nothing else helps.
const FAR_BEYOND: i64 = 12;
/// Among how many shelters a chain is looked for at first.
const NEAR: usize = 40;
/// How often the whole plan is gone through for something better.
const ROUNDS: usize = 20;

/// Persons of one point who are placed as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) point: usize,
    pub(super) persons: i64,
}

/// Where a chain leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Persons leave the shelter where it starts.
    Out,
    /// Persons come there.
    In,
}

/// An exchange between two shelters as a step of a chain.
#[derive(Debug, Clone, Copy)]
struct Step {
    from: usize,
    to: usize,
    out: Load,
    back: Option<Load>,
}

/// Which item is where.
pub(super) struct Fitting<'a> {
    transport: &'a Transport<Ground>,
    items: Vec<Item>,
    at: Vec<u32>,
    load: Vec<i64>,
    /// By shelter: the items there.
    standing: Vec<Vec<u32>>,
    /// By shelter: what could go to which other, made when asked for.
    out: Vec<Option<BTreeMap<usize, Vec<Load>>>>,
}

impl<'a> Fitting<'a> {
    /// Items of unsplit points where the bound has them; those of split points where there is most room.
    pub(super) fn new(transport: &'a Transport<Ground>, items: Vec<Item>) -> Self {
        let sinks = transport.nowhere() + 1;
        let mut fitting = Self {
            transport,
            at: vec![0; items.len()],
            load: vec![0; sinks],
            standing: vec![Vec::new(); sinks],
            out: vec![None; sinks],
            items,
        };
        let mut split: BTreeMap<usize, Vec<(u32, i64)>> = BTreeMap::new();
        let mut later = Vec::new();
        for index in 0..fitting.items.len() {
            let point = fitting.items[index].point;
            let mut parts = transport.parts(point);
            match (parts.next(), parts.next()) {
                (Some(part), None) => fitting.put(index, part.sink as usize),
                _ => {
                    let parts = || transport.parts(point).map(|part| (part.sink, part.persons)).collect();
                    split.entry(point).or_insert_with(parts);
                    later.push(index);
                }
            }
        }
        later.sort_by_key(|index| (Reverse(fitting.items[*index].persons), *index));
        for index in later {
            let Some(parts) = split.get_mut(&fitting.items[index].point) else { continue };
            let Some(part) = parts.iter_mut().max_by_key(|(_, room)| *room) else { continue };
            part.1 -= fitting.items[index].persons;
            let sink = part.0 as usize;
            fitting.put(index, sink);
        }
        fitting
    }

    /// By item: where it is.
    pub(super) fn places(&self) -> &[u32] {
        &self.at
    }

    fn put(&mut self, item: usize, sink: usize) {
        let number = u32::try_from(item).unwrap_or(u32::MAX);
        self.at[item] = u32::try_from(sink).unwrap_or(u32::MAX);
        self.load[sink] += self.items[item].persons;
        self.standing[sink].push(number);
        self.out[sink] = None;
    }

    fn take(&mut self, item: u32) -> usize {
        let sink = self.at[item as usize] as usize;
        self.load[sink] -= self.items[item as usize].persons;
        self.standing[sink].retain(|other| *other != item);
        self.out[sink] = None;
        sink
    }

    fn room(&self, sink: usize) -> i64 {
        self.transport.capacity(sink) - self.load[sink]
    }

    /// Relieves every shelter that is too full, then looks for exchanges that make the plan shorter.
    pub(super) fn mend(&mut self, progress: &mut Progress<'_>) -> Result<(), Cancelled> {
        let nowhere = self.transport.nowhere();
        for sink in 0..nowhere {
            while self.room(sink) < 0 {
                self.report(progress)?;
                self.relieve(sink);
            }
        }
        for _ in 0..ROUNDS {
            self.report(progress)?;
            let better = self.polish();
            let fuller = (0..nowhere).filter(|sink| self.fill(*sink)).count();
            if better + fuller == 0 {
                break;
            }
        }
        Ok(())
    }

    fn report(&self, progress: &mut Progress<'_>) -> Result<(), Cancelled> {
        let excess = (0..self.transport.nowhere()).map(|sink| (-self.room(sink)).max(0)).sum();
        if progress(excess).is_break() { Err(Cancelled) } else { Ok(()) }
    }

    /// The cheapest chain that takes as many persons out as are too many, or a few more; failing that fewer;
    /// failing that someone is left out.
    fn relieve(&mut self, sink: usize) {
        let excess = -self.room(sink);
        let price = self.transport.prices()[sink];
        let mut best: Option<(i64, Vec<Step>)> = None;
        for (beyond, reach) in [(0..=BEYOND, NEAR), (BEYOND + 1..=FAR_BEYOND, NEAR), (0..=BEYOND, usize::MAX)]
        {
            for more in beyond {
                // Whatever the chain costs, nobody is brought for less than nothing.
                if let Some((cost, steps)) = self.chain(sink, excess + more, Way::Out, reach) {
                    let cost = cost + price * more;
                    if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                        best = Some((cost, steps));
                    }
                }
            }
            if best.is_some() {
                break;
            }
        }
        let found = best.or_else(|| (1..excess).rev().find_map(|net| self.chain(sink, net, Way::Out, NEAR)));
        match found {
            Some((_, steps)) => self.go(&steps),
            None => self.leave_out(sink),
        }
    }

    /// Brings persons to a shelter that has room and yet a price, if that makes the plan shorter.
    fn fill(&mut self, sink: usize) -> bool {
        if self.transport.prices()[sink] == 0 {
            return false;
        }
        let nets = 1..=self.room(sink).min(FAR_BEYOND);
        let best = nets.filter_map(|net| self.chain(sink, net, Way::In, NEAR)).min_by_key(|found| found.0);
        match best {
            Some((cost, steps)) if cost < 0 => {
                self.go(&steps);
                true
            }
            _ => false,
        }
    }

    /// Exchanges between neighbours that make the plan shorter; says how many were made.
    fn polish(&mut self) -> usize {
        let mut made = 0;
        let mut waiting: Vec<usize> = (0..self.transport.nowhere()).collect();
        while let Some(sink) = waiting.pop() {
            let targets: Vec<usize> = self.ways_out(sink).keys().copied().collect();
            for to in targets {
                if let Some(step) = self.better_exchange(sink, to) {
                    self.go(&[step]);
                    waiting.extend([to, sink]);
                    made += 1;
                    break;
                }
            }
        }
        made
    }

    fn better_exchange(&mut self, from: usize, to: usize) -> Option<Step> {
        self.ways_out(to);
        let (Some(out), Some(back)) = (&self.out[from], &self.out[to]) else { return None };
        let out = out.get(&to)?;
        let back = back.get(&from).map_or(&[][..], Vec::as_slice);
        let prices = self.transport.prices();
        let nets = 0..=self.room(to).clamp(0, FAR_BEYOND);
        let priced = nets.filter_map(|net| {
            let (cost, out, back) = exchange(out, back, net)?;
            Some((cost + (prices[from] - prices[to]) * net, out, back))
        });
        let (cost, out, back) = priced.min_by_key(|found| found.0)?;
        (cost < 0).then_some(Step { from, to, out, back })
    }

    fn go(&mut self, steps: &[Step]) {
        for step in steps {
            let over = |load: Load, to: usize| {
                std::iter::once(load.first).chain(load.second).map(move |item| (item, to))
            };
            let back = step.back.into_iter().flat_map(|load| over(load, step.from));
            let moves: Vec<(u32, usize)> = over(step.out, step.to).chain(back).collect();
            for (item, to) in moves {
                self.take(item);
                self.put(item as usize, to);
            }
        }
    }

    /// Leaves out whoever of the least urgent is just enough.
    fn leave_out(&mut self, sink: usize) {
        let excess = -self.room(sink);
        let nowhere = self.transport.nowhere();
        let worth = |item: &u32| {
            let item = self.items[*item as usize];
            (self.transport.costs().left_out(item.point), item.persons < excess, item.persons)
        };
        let Some(item) = self.standing[sink].iter().copied().min_by_key(worth) else { return };
        self.take(item);
        self.put(item as usize, nowhere);
    }

    /// What a shelter's items would cost elsewhere, with prices, against here.
    fn ways_out(&mut self, sink: usize) -> &BTreeMap<usize, Vec<Load>> {
        if self.out[sink].is_none() {
            let prices = self.transport.prices();
            let mut singles: BTreeMap<usize, Vec<(i64, i64, u32)>> = BTreeMap::new();
            for item in &self.standing[sink] {
                let Item { point, persons } = self.items[*item as usize];
                let here = self.transport.cost_at(point, sink) + prices[sink];
                for (to, cost) in self.transport.known(point) {
                    if to != sink && to != self.transport.nowhere() {
                        let more = (cost + prices[to] - here) * persons;
                        singles.entry(to).or_default().push((persons, more, *item));
                    }
                }
            }
            let made = singles.into_iter().map(|(to, singles)| (to, loads(singles))).collect();
            self.out[sink] = Some(made);
        }
        self.out[sink].get_or_insert_default()
    }

    /// The cheapest chain of exchanges that brings exactly `net` persons from `start` to where there is room,
    /// or from where they may be spared to `start`. Its cost counts prices: what is left empty costs its price.
    fn chain(&mut self, start: usize, net: i64, way: Way, reach: usize) -> Option<(i64, Vec<Step>)> {
        let nowhere = self.transport.nowhere();
        let mut distance = vec![i64::MAX; nowhere];
        let mut by: Vec<Option<Step>> = vec![None; nowhere];
        let mut open = BinaryHeap::from([Reverse((0_i64, start))]);
        let mut ends: Vec<(i64, usize)> = Vec::new();
        let mut settled = 0;
        distance[start] = 0;
        while let Some(Reverse((so_far, sink))) = open.pop() {
            if so_far > distance[sink] {
                continue;
            }
            settled += 1;
            if settled > reach {
                break;
            }
            let prices = self.transport.prices();
            match way {
                _ if sink == start => {}
                Way::Out if self.room(sink) >= net => ends.push((so_far - prices[sink] * net, sink)),
                Way::In => ends.push((so_far + (prices[sink] - prices[start]) * net, sink)),
                Way::Out => {}
            }
            let neighbours: Vec<usize> = self.ways_out(sink).keys().copied().collect();
            for next in neighbours {
                let (from, to) = if way == Way::Out { (sink, next) } else { (next, sink) };
                self.ways_out(next);
                let (Some(out), Some(back)) = (&self.out[from], &self.out[to]) else { continue };
                let Some(out) = out.get(&to) else { continue };
                let back = back.get(&from).map_or(&[][..], Vec::as_slice);
                let Some((cost, out, back)) = exchange(out, back, net) else { continue };
                // What stands away from home may gain by a move; the search counts that as free.
                let reached = so_far + cost.max(0);
                if reached < distance[next] {
                    distance[next] = reached;
                    by[next] = Some(Step { from, to, out, back });
                    open.push(Reverse((reached, next)));
                }
            }
        }
        ends.sort_unstable();
        ends.into_iter().find_map(|(cost, end)| {
            let steps = trace(&by, start, end)?;
            distinct(&steps).then_some((cost, steps))
        })
    }
}

/// The steps that led to a chain's end.
fn trace(by: &[Option<Step>], start: usize, end: usize) -> Option<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    let mut sink = end;
    while sink != start {
        let step = by[sink]?;
        sink = if step.to == sink { step.from } else { step.to };
        steps.push(step);
        if steps.len() > by.len() {
            return None;
        }
    }
    Some(steps)
}

/// Whether no item is moved twice.
fn distinct(steps: &[Step]) -> bool {
    let items = |load: Load| std::iter::once(load.first).chain(load.second);
    let mut all: Vec<u32> =
        steps.iter().flat_map(|step| items(step.out).chain(step.back.into_iter().flat_map(items))).collect();
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    all.len() == count
}
