//! Which pairs of a point and a sink are looked at.

use super::Costs;
use super::doubt::Doubt;
use super::state::{Arc, KNOWN, Transport, number};

/// How many of those who would come first are told of a sink that is to be filled, and how many sinks are opened
/// for them.
const FIRST: usize = 512;
const AROUND: usize = 16;
/// In how many blocks they are looked for.
const BLOCKS: usize = 128;

impl<C: Costs> Transport<C> {
    /// Finds for every point of a block the sinks with the least cost plus price, if that is not done yet.
    pub(super) fn look_around(&mut self, block: usize) {
        if self.looked.get(block).copied().unwrap_or(true) {
            return;
        }
        self.looked[block] = true;
        let area = self.area_of(block);
        let near = self.near[area].take().unwrap_or_else(|| self.near_area(area));
        let sinks = self.candidates(block, near.iter().copied());
        self.near[area] = Some(near);
        for point in self.costs.blocks()[block].clone() {
            let before = std::mem::take(&mut self.arcs[point]);
            let best = self.cheapest_of(point, &sinks);
            let mut arcs = Vec::with_capacity(best.len() + 1 + before.len());
            arcs.extend(best.iter().map(|(_, sink, cost)| Arc { sink: *sink, cost: *cost }));
            arcs.push(Arc { sink: number(self.nowhere()), cost: self.costs.left_out(point) });
            for arc in before {
                if !arcs.iter().any(|known| known.sink == arc.sink) {
                    arcs.push(arc);
                }
            }
            self.arcs[point] = arcs;
        }
    }

    pub(super) fn area_of(&self, block: usize) -> usize {
        self.costs.areas().partition_point(|area| area.end <= block)
    }

    /// The sinks that may be among the cheapest for a point of the area, at today's prices. They are kept: about right is
    /// enough, for all pairs are looked at in the end.
    fn near_area(&self, area: usize) -> Vec<u32> {
        let pays = |sink: u32| {
            Some((self.costs.at_least_in(area, sink as usize)? + self.price[sink as usize], sink))
        };
        let mut near: Vec<(i64, u32)> = (0..number(self.nowhere())).filter_map(pays).collect();
        if near.len() > KNOWN {
            let (_, last, _) = near.select_nth_unstable(KNOWN - 1);
            let most = last.0.saturating_add(self.costs.spread_in(area));
            near.retain(|(bound, _)| *bound <= most);
        }
        near.into_iter().map(|(_, sink)| sink).collect()
    }

    /// Sinks that may be among the cheapest for a point of the block, by the least it may pay.
    fn candidates(&self, block: usize, among: impl Iterator<Item = u32>) -> Vec<(i64, u32)> {
        let mut sinks: Vec<(i64, u32)> = self.bounds(block, among, i64::MAX).collect();
        if sinks.len() > KNOWN {
            let (_, last, _) = sinks.select_nth_unstable(KNOWN - 1);
            let most = last.0 + self.costs.spread(block);
            sinks.retain(|(bound, _)| *bound <= most);
        }
        sinks.sort_unstable();
        sinks
    }

    /// The sinks with the least cost plus price among candidates: that sum, the sink, the cost.
    fn cheapest_of(&self, point: usize, sinks: &[(i64, u32)]) -> Vec<(i64, u32, i64)> {
        let most = KNOWN;
        let mut best: Vec<(i64, u32, i64)> = Vec::with_capacity(most + 1);
        for (bound, sink) in sinks {
            if best.len() == most && *bound >= best[most - 1].0 {
                break;
            }
            let Some(cost) = self.costs.cost(point, *sink as usize) else { continue };
            let found = (cost + self.price[*sink as usize], *sink, cost);
            let place = best.partition_point(|other| *other < found);
            if place < most {
                best.truncate(most - 1);
                best.insert(place, found);
            }
        }
        best
    }

    /// Of some sinks those where a point of the block may pay less than `below`, each with the least it may pay.
    fn bounds(
        &self,
        block: usize,
        among: impl Iterator<Item = u32>,
        below: i64,
    ) -> impl Iterator<Item = (i64, u32)> {
        among.filter_map(move |sink| {
            let bound = self.costs.at_least(block, sink as usize)? + self.price[sink as usize];
            (bound < below).then_some((bound, sink))
        })
    }

    /// Looks at all pairs that are in doubt for points that would pay less elsewhere, and moves them there. False when there
    /// is none: then the prices prove the plan.
    pub(super) fn improve(&mut self) -> bool {
        let marks = self.doubt.points(self.costs.points(), &self.standing);
        let (all, cheaper) = ((0..number(self.nowhere())).collect::<Vec<u32>>(), self.doubt.sinks());
        self.doubt = Doubt::new(false, self.load.len());
        let mut found = false;
        let (mut near, mut sinks) = (Vec::new(), Vec::new());
        for area in 0..self.costs.areas().len() {
            let blocks = self.costs.areas()[area].clone();
            let (first, end) =
                (self.costs.blocks()[blocks.start].start, self.costs.blocks()[blocks.end - 1].end);
            let among = if marks[first..end].contains(&true) { &all } else { &cheaper };
            if among.is_empty() {
                continue;
            }
            let pays: Vec<i64> = (first..end).map(|point| self.pays(point)).collect();
            let most = pays.iter().copied().max().unwrap_or(0);
            near.clear();
            near.extend(among.iter().copied().filter(|sink| {
                let least = self.costs.at_least_in(area, *sink as usize);
                least.is_some_and(|least| least + self.price[*sink as usize] < most)
            }));
            for block in blocks {
                let points = self.costs.blocks()[block].clone();
                let marked = marks[points.clone()].contains(&true);
                let most = pays[points.start - first..points.end - first].iter().copied().max().unwrap_or(0);
                sinks.clear();
                if marked {
                    sinks.extend(self.bounds(block, near.iter().copied(), most));
                } else {
                    sinks.extend(self.bounds(block, cheaper.iter().copied(), most));
                }
                for point in points {
                    found |= self.improve_point(point, pays[point - first], &sinks);
                }
            }
        }
        found
    }

    /// Moves a point to where it pays least, if that is less than here.
    fn improve_point(&mut self, point: usize, pays: i64, sinks: &[(i64, u32)]) -> bool {
        let mut better: Vec<(i64, u32, i64)> = sinks
            .iter()
            .filter(|(bound, _)| *bound < pays)
            .filter_map(|(_, sink)| {
                let cost = self.costs.cost(point, *sink as usize)?;
                let at = cost + self.price[*sink as usize];
                (at < pays).then_some((at, *sink, cost))
            })
            .collect();
        let out = self.costs.left_out(point);
        better.extend((out < pays).then_some((out, number(self.nowhere()), out)));
        better.sort_unstable();
        for (_, sink, cost) in better.iter().take(KNOWN) {
            self.know(point, Arc { sink: *sink, cost: *cost });
        }
        let Some((_, sink, _)) = better.first() else { return false };
        self.gather(number(point), *sink as usize);
        true
    }

    /// Before anyone of these full sinks is left out: lets each of their points know more sinks beyond them.
    /// False when there are none, so that leaving someone out is the only way.
    pub(super) fn widen(&mut self, full: &[usize]) -> bool {
        let mut inside = vec![false; self.load.len()];
        full.iter().for_each(|sink| inside[*sink] = true);
        let mut points: Vec<u32> = Vec::new();
        for sink in full {
            let standing = self.standing[*sink].iter();
            points.extend(standing.filter(|point| self.persons_at(**point, number(*sink)) > 0));
        }
        points.sort_unstable();
        points.dedup();
        let mut found = false;
        let (mut block, mut sinks) = (usize::MAX, Vec::new());
        for point in points {
            let its = self.costs.blocks().partition_point(|block| block.end <= point as usize);
            if its != block {
                let others = (0..number(self.nowhere())).filter(|sink| !inside[*sink as usize]);
                (block, sinks) = (its, self.candidates(its, others));
            }
            for (_, sink, cost) in self.cheapest_of(point as usize, &sinks) {
                found |= self.know(point as usize, Arc { sink, cost });
            }
        }
        found
    }

    /// Makes a sink known to those who would come first, and opens the sinks where they stand.
    pub(super) fn make_known(&mut self, sink: usize) {
        // Everyone knows nowhere.
        if sink == self.nowhere() || std::mem::replace(&mut self.known_around[sink], true) {
            return;
        }
        let price = self.price[sink];
        let reluctance = |point: usize| {
            let cost = self.costs.cost(point, sink)?;
            let by = cost + price - self.pays(point);
            (self.persons_at(number(point), number(sink)) == 0).then_some((by, number(point), cost))
        };
        // Neighbours are much alike: the first of each block tells where to look.
        let blocks = self.costs.blocks();
        let guess = |block: usize| {
            let first = blocks[block].start;
            Some((self.costs.at_least(block, sink)? - self.pays(first), block))
        };
        let mut around: Vec<(i64, usize)> = (0..blocks.len()).filter_map(guess).collect();
        if around.len() > BLOCKS {
            around.select_nth_unstable(BLOCKS - 1);
            around.truncate(BLOCKS);
        }
        let points = around.iter().flat_map(|(_, block)| blocks[*block].clone());
        let mut all: Vec<(i64, u32, i64)> = points.filter_map(reluctance).collect();
        if all.len() > FIRST {
            all.select_nth_unstable(FIRST - 1);
            all.truncate(FIRST);
        }
        all.sort_unstable();
        let mut opened = Vec::new();
        for (_, point, cost) in all {
            self.know(point as usize, Arc { sink: number(sink), cost });
            let at = self.parts(point as usize).next().map_or(sink, |part| part.sink as usize);
            if opened.len() < AROUND && !opened.contains(&at) {
                self.open(at);
                opened.push(at);
            }
        }
    }

    /// Adds an arc to a point unless it is there; says whether it was new.
    fn know(&mut self, point: usize, arc: Arc) -> bool {
        if self.arcs[point].iter().any(|known| known.sink == arc.sink) {
            return false;
        }
        self.arcs[point].push(arc);
        self.open_arc(number(point), arc);
        true
    }
}
