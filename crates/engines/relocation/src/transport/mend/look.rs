//! Looking for moves, as far as prices have moved.

use std::ops::Range;

use super::lane::Lane;
use super::{Costs, FIRST, Mending, number};

impl<C: Costs> Mending<'_, C> {
    /// Lists the moves of a point that stands at a sink now.
    pub(super) fn arrive(&mut self, point: usize, sink: usize) {
        let here = self.plan.cost_at(point, sink);
        let block = self.plan.block_of(point);
        let pays = here + self.old[sink];
        if let (Some(paid), Some(most)) = (self.paid.get_mut(point), self.most.get_mut(block)) {
            *paid = pays.max(*paid);
            *most = pays.max(*most);
        }
        let known = self.known_from[sink];
        if known >= 0 {
            self.see(block, pays + known);
            let area = self.plan.area_of(block);
            let near = std::mem::take(&mut self.near[area].1);
            for to in near.iter().chain(&[number(self.plan.nowhere())]) {
                self.list(point, (sink, *to as usize), (here, known));
            }
            self.near[area].1 = near;
        }
        for index in 0..self.known_to_some.len() {
            let to = self.known_to_some[index] as usize;
            self.list(point, (sink, to), (here, self.known_to[to]));
        }
    }

    /// Lists a move if it costs at most so much beyond what is paid.
    fn list(&mut self, point: usize, (from, to): (usize, usize), (here, known): (i64, i64)) {
        if from != to
            && let Some(there) = self.plan.try_cost(point, to)
            && there + self.old[to] - here - self.old[from] <= known
        {
            self.lane((from, to)).add((there - here, number(point)));
        }
    }

    /// The lane from one sink to another.
    fn lane(&mut self, (from, to): (usize, usize)) -> &mut Lane {
        let lanes = &mut self.lanes[from];
        let place = lanes.binary_search_by_key(&number(to), |lane| lane.to).unwrap_or_else(|place| {
            lanes.insert(place, Lane::new(number(to)));
            self.into[to].push(number(from));
            place
        });
        &mut lanes[place]
    }

    /// Lists all moves from a sink that cost at most so much beyond what is paid, by the old prices.
    pub(super) fn look_from(&mut self, sink: usize, known: i64) {
        self.known_from[sink] = known;
        let mut standing = std::mem::take(&mut self.plan.standing[sink]);
        standing.sort_unstable();
        standing.dedup();
        standing.retain(|point| self.plan.persons_at(*point, number(sink)) > 0);
        let mut found = std::mem::take(&mut self.found);
        let mut sinks: Vec<(i64, usize)> = Vec::new();
        let mut rest = &standing[..];
        while let Some(first) = rest.first() {
            let block = self.plan.block_of(*first as usize);
            let end = self.plan.costs.blocks()[block].end;
            let (together, others) = rest.split_at(rest.partition_point(|point| (*point as usize) < end));
            rest = others;
            let here = |point: u32| self.plan.cost_at(point as usize, sink);
            let dearest = together.iter().map(|point| here(*point)).max().unwrap_or(0);
            let most = dearest + self.old[sink] + known;
            self.see(block, most);
            self.bounds(block, most, &mut sinks);
            // Where more is known already, that stays.
            sinks.retain(|(_, to)| *to != sink && self.known_to[*to] < known);
            for point in together {
                let here = self.plan.cost_at(*point as usize, sink);
                let limit = here + self.old[sink] + known;
                for (_, to) in sinks.iter().filter(|(bound, _)| *bound <= limit) {
                    let there = self.plan.try_cost(*point as usize, *to);
                    if let Some(there) = there.filter(|there| there + self.old[*to] <= limit) {
                        found.add(*to, (there - here, *point));
                    }
                }
            }
        }
        self.plan.standing[sink] = standing;
        for (to, lane) in found.drain() {
            *self.lane((sink, to)) = lane.towards(number(to));
        }
        self.found = found;
    }

    /// Sinks that may cost at most so much from a block at the old prices, nowhere among them, each with the least it may.
    fn bounds(&self, block: usize, most: i64, sinks: &mut Vec<(i64, usize)>) {
        sinks.clear();
        for to in self.near[self.plan.area_of(block)].1.iter().map(|to| *to as usize) {
            let bound = self.plan.costs.at_least(block, to).map(|least| least + self.old[to]);
            sinks.extend(bound.filter(|bound| *bound <= most).map(|bound| (bound, to)));
        }
        sinks.push((0, self.plan.nowhere()));
    }

    /// Lists all moves to a sink that cost at most so much beyond what is paid, by the old prices.
    pub(super) fn look_to(&mut self, sink: usize, known: i64) {
        if self.known_to[sink] < 0 {
            self.known_to_some.push(number(sink));
        }
        self.known_to[sink] = known;
        self.know_paid();
        let mut found = std::mem::take(&mut self.found);
        let costs = &self.plan.costs;
        let farther =
            |least: Option<i64>, most: i64| least.is_none_or(|least| least + self.old[sink] > most + known);
        for (area, blocks) in costs.areas().iter().enumerate() {
            let most = self.most[blocks.clone()].iter().copied().max().unwrap_or(0);
            let least = if sink == self.plan.nowhere() { Some(0) } else { costs.at_least_in(area, sink) };
            if farther(least, most) {
                continue;
            }
            for block in blocks.clone() {
                if farther(self.plan.least_at(block, sink), self.most[block]) {
                    continue;
                }
                for point in costs.blocks()[block].clone() {
                    let there = self.plan.try_cost(point, sink);
                    if farther(there, self.paid[point]) {
                        continue;
                    }
                    for part in self.plan.parts(point) {
                        let from = part.sink as usize;
                        let move_to = there.unwrap_or(0) - self.plan.cost_at(point, from);
                        // Where more is known already, that stays.
                        let beyond = move_to + self.old[sink] - self.old[from];
                        if from != sink && beyond <= known && self.known_from[from] < known {
                            found.add(from, (move_to, number(point)));
                        }
                    }
                }
            }
        }
        for (from, lane) in found.drain() {
            *self.lane((from, sink)) = lane.towards(number(sink));
        }
        self.found = found;
    }

    /// Has at hand what everyone pays at the old prices.
    fn know_paid(&mut self) {
        if !self.paid.is_empty() {
            return;
        }
        let pays = |point: usize, sink: usize| self.plan.cost_at(point, sink) + self.old[sink];
        let most = |point: usize| self.plan.parts(point).map(|part| pays(point, part.sink as usize)).max();
        self.paid = (0..self.plan.costs.points()).map(|point| most(point).unwrap_or(0)).collect();
        let dearest = |block: &Range<usize>| self.paid[block.clone()].iter().copied().max().unwrap_or(0);
        self.most = self.plan.costs.blocks().iter().map(dearest).collect();
    }

    /// Has the sinks at hand that may cost so much from the area of a block, at the old prices.
    fn see(&mut self, block: usize, most: i64) {
        let area = self.plan.area_of(block);
        if self.near[area].0 >= most {
            return;
        }
        let most = most.saturating_add(FIRST);
        let close = |sink: &u32| {
            let least = self.plan.costs.at_least_in(area, *sink as usize);
            least.is_some_and(|least| least + self.old[*sink as usize] <= most)
        };
        self.near[area] = (most, (0..number(self.plan.nowhere())).filter(close).collect());
    }
}
