//! The search for cheapest paths over sinks.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::state::number;

/// A search over sinks, kept for the next one.
#[derive(Debug, Clone)]
pub(super) struct Search {
    /// Least cost found so far, at today's prices.
    pub(super) distance: Vec<i64>,
    /// From which sink, and by moving which point.
    pub(super) by: Vec<(u32, u32)>,
    pub(super) done: Vec<bool>,
    /// Every sink that was reached, to forget it afterwards.
    reached: Vec<usize>,
    /// Those whose distance is final, in order.
    pub(super) settled: Vec<usize>,
    open: BinaryHeap<Reverse<(i64, u32)>>,
    /// As far as a sink with room that was reached: what lies beyond is not looked at.
    pub(super) limit: i64,
}

impl Search {
    pub(super) fn new(sinks: usize) -> Self {
        Self {
            distance: vec![i64::MAX; sinks],
            by: vec![(0, 0); sinks],
            done: vec![false; sinks],
            reached: Vec::new(),
            settled: Vec::new(),
            open: BinaryHeap::new(),
            limit: i64::MAX,
        }
    }

    pub(super) fn start(&mut self, sink: usize) {
        for sink in self.reached.drain(..) {
            self.distance[sink] = i64::MAX;
            self.done[sink] = false;
        }
        self.settled.clear();
        self.open.clear();
        self.limit = i64::MAX;
        self.reach(sink, 0, (0, 0));
    }

    pub(super) fn reach(&mut self, sink: usize, distance: i64, by: (u32, u32)) {
        if distance < self.distance[sink] {
            if self.distance[sink] == i64::MAX {
                self.reached.push(sink);
            }
            self.distance[sink] = distance;
            self.by[sink] = by;
            self.open.push(Reverse((distance, number(sink))));
        }
    }

    /// The nearest sink that is not settled yet.
    pub(super) fn next(&mut self) -> Option<(usize, i64)> {
        while let Some(Reverse((distance, sink))) = self.open.pop() {
            let sink = sink as usize;
            if !std::mem::replace(&mut self.done[sink], true) {
                return Some((sink, distance));
            }
        }
        None
    }
}
