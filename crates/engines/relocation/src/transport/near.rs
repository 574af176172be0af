//! Which pairs of a point and a sink are looked at.

use super::Costs;
use super::state::{Arc, Transport, number};

/// How many sinks a point knows at first, nowhere not counted.
const KNOWN: usize = 12;

impl<C: Costs> Transport<C> {
    /// Finds for every point of a block the sinks with the least cost plus price.
    pub(super) fn look_around(&mut self, block: usize) {
        let mut sinks = self.bounds(block, i64::MAX);
        sinks.sort_unstable();
        let mut best: Vec<(i64, u32, i64)> = Vec::with_capacity(KNOWN + 1);
        for point in self.costs.blocks()[block].clone() {
            best.clear();
            for (bound, sink) in &sinks {
                if best.len() == KNOWN && *bound >= best[KNOWN - 1].0 {
                    break;
                }
                let Some(cost) = self.costs.cost(point, *sink as usize) else { continue };
                let found = (cost + self.price[*sink as usize], *sink, cost);
                let place = best.partition_point(|known| *known < found);
                if place < KNOWN {
                    best.truncate(KNOWN - 1);
                    best.insert(place, found);
                }
            }
            let mut arcs = Vec::with_capacity(best.len() + 1);
            arcs.extend(best.iter().map(|(_, sink, cost)| Arc { sink: *sink, cost: *cost }));
            arcs.push(Arc { sink: number(self.nowhere()), cost: self.costs.left_out(point) });
            self.arcs[point] = arcs;
        }
    }

    /// The sinks where a point of the block may pay less than `below`, each with the least it may pay.
    fn bounds(&self, block: usize, below: i64) -> Vec<(i64, u32)> {
        (0..self.nowhere())
            .filter_map(|sink| {
                let bound = self.costs.at_least(block, sink)? + self.price[sink];
                (bound < below).then_some((bound, number(sink)))
            })
            .collect()
    }

    /// Looks at all pairs for points that would pay less elsewhere, and moves them there. False when there
    /// is none: then the prices prove the plan.
    pub(super) fn improve(&mut self) -> bool {
        let mut found = false;
        for block in 0..self.costs.blocks().len() {
            let points = self.costs.blocks()[block].clone();
            let most = points.clone().map(|point| self.pays(point)).max().unwrap_or(0);
            let sinks = self.bounds(block, most);
            for point in points {
                let pays = self.pays(point);
                let mut better: Vec<(i64, u32, i64)> = sinks
                    .iter()
                    .filter(|(bound, _)| *bound < pays)
                    .filter_map(|(_, sink)| {
                        let cost = self.costs.cost(point, *sink as usize)?;
                        let at = cost + self.price[*sink as usize];
                        (at < pays).then_some((at, *sink, cost))
                    })
                    .collect();
                better.sort_unstable();
                for (_, sink, cost) in better.iter().take(KNOWN) {
                    self.know(point, Arc { sink: *sink, cost: *cost });
                }
                if let Some((_, sink, _)) = better.first() {
                    self.gather(number(point), *sink as usize);
                    found = true;
                }
            }
        }
        found
    }

    /// Before anyone of these full sinks is left out: lets each of their points know more sinks beyond them.
    /// False when there are none, so that leaving someone out is the only way.
    pub(super) fn widen(&mut self, full: &[usize]) -> bool {
        let mut inside = vec![false; self.load.len()];
        full.iter().for_each(|sink| inside[*sink] = true);
        let mut found = false;
        for sink in full {
            for index in 0..self.standing[*sink].len() {
                let point = self.standing[*sink][index];
                if self.persons_at(point, number(*sink)) == 0 {
                    continue;
                }
                let mut beyond: Vec<(i64, u32, i64)> = (0..self.nowhere())
                    .filter(|other| !inside[*other])
                    .filter_map(|other| {
                        let cost = self.costs.cost(point as usize, other)?;
                        Some((cost + self.price[other], number(other), cost))
                    })
                    .collect();
                beyond.sort_unstable();
                for (_, other, cost) in beyond.iter().take(KNOWN) {
                    found |= self.know(point as usize, Arc { sink: *other, cost: *cost });
                }
            }
        }
        found
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
