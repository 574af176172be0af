//! Mending a plan that cost the least before something changed.
//!
//! At the old prices every pair costs something beyond what is paid, and nothing can come of it before prices have moved by
//! that much. So pairs are looked for only as far as prices have moved, sink by sink, and farther when they move farther.

mod lane;
mod look;

use lane::{Found, Lane, lane_to};

use super::search::Search;
use super::state::{Transport, number};
use super::{Costs, Watch};
use crate::Cancelled;

/// How far pairs are looked for at first.
const FIRST: i64 = 64;
/// How much farther than prices have moved.
const FARTHER: i64 = 2;
/// How much farther when no room is found, how far at most, and in how many sinks it then may be short.
const STEP: i64 = 8;
const FARTHEST: i64 = 1 << 17;
const FEW: usize = 64;
/// How many paths lie between two reports.
const PATHS_PER_REPORT: usize = 64;

/// The pairs that are known, beside a plan.
struct Mending<'a, C> {
    plan: &'a mut Transport<C>,
    /// The old prices.
    old: Vec<i64>,
    /// By sink: its lanes by target.
    lanes: Vec<Vec<Lane>>,
    /// By sink: which sinks have a lane to it.
    into: Vec<Vec<u32>>,
    /// By sink: all moves from it, and all moves to it, are known that cost at most so much beyond what is paid; below 0 none.
    known_from: Vec<i64>,
    known_to: Vec<i64>,
    /// The sinks to which moves are known.
    known_to_some: Vec<u32>,
    /// By area: the sinks that may cost as much at the old prices.
    near: Vec<(i64, Vec<u32>)>,
    /// By point: at least what it pays at the old prices; empty until needed.
    paid: Vec<i64>,
    /// By block: the most of these.
    most: Vec<i64>,
    /// Lanes while they are made.
    found: Found,
    /// The prices that are tried, kept for the next time.
    prices: Vec<i64>,
}

impl<C: Costs> Transport<C> {
    /// Brings the loads in line by paths over few pairs. What cannot be mended so is left as it is.
    pub(super) fn mend(&mut self, watch: Watch<'_>) -> Result<(), Cancelled> {
        let (sinks, nowhere) = (self.load.len(), self.nowhere());
        let mut search = Search::new(sinks);
        let mut mending = Mending {
            old: self.price.clone(),
            lanes: vec![Vec::new(); sinks],
            into: vec![Vec::new(); sinks],
            known_from: vec![-1; sinks],
            known_to: vec![-1; sinks],
            known_to_some: Vec::new(),
            near: vec![(i64::MIN, Vec::new()); self.costs.areas().len()],
            paid: Vec::new(),
            most: Vec::new(),
            found: Found::new(sinks),
            prices: Vec::new(),
            plan: self,
        };
        let mut paths = 0;
        for sink in 0..nowhere {
            while mending.plan.load[sink] > mending.plan.capacity[sink] {
                if !mending.relieve(&mut search, sink) {
                    return Ok(());
                }
                paths += 1;
                if paths % PATHS_PER_REPORT == 0 {
                    mending.plan.report(watch)?;
                }
            }
        }
        for sink in 0..nowhere {
            while mending.plan.load[sink] < mending.plan.capacity[sink] && mending.plan.price[sink] > 0 {
                mending.fill(&mut search, sink);
                paths += 1;
                if paths % PATHS_PER_REPORT == 0 {
                    mending.plan.report(watch)?;
                }
            }
        }
        Ok(())
    }
}

impl<C: Costs> Mending<'_, C> {
    /// Moves some of the persons who are too many at `source` along the cheapest path to where there is room. False when
    /// no way is found there.
    fn relieve(&mut self, search: &mut Search, source: usize) -> bool {
        loop {
            let Some((target, distance)) = self.way_to_room(search, source) else {
                if !self.look_farther(search) {
                    return false;
                }
                continue;
            };
            if target == self.plan.nowhere() {
                return false;
            }
            let mut prices = std::mem::take(&mut self.prices);
            prices.clone_from(&self.plan.price);
            for sink in &search.settled {
                prices[*sink] += (distance - search.distance[*sink]).max(0);
            }
            let mut is_right = true;
            for sink in &search.settled {
                let risen = prices[*sink] - self.old[*sink];
                if risen > self.known_from[*sink] {
                    self.look_from(*sink, FARTHER * risen);
                    let cheaper = |lane: &Lane| lane.first.0 + prices[lane.to as usize] < prices[*sink];
                    is_right &= !self.lanes[*sink].iter().any(cheaper);
                }
            }
            if is_right {
                self.set_prices(search, &prices);
                self.follow(search, (source, target), false);
            }
            self.prices = prices;
            if is_right {
                return true;
            }
        }
    }

    /// The nearest sink with room, at today's prices, and how far it is.
    fn way_to_room(&mut self, search: &mut Search, source: usize) -> Option<(usize, i64)> {
        search.start(source);
        while let Some((sink, distance)) = search.next() {
            if self.plan.load[sink] < self.plan.capacity[sink] {
                return Some((sink, distance));
            }
            search.settled.push(sink);
            if self.known_from[sink] < 0 {
                self.look_from(sink, FIRST);
            }
            let price = self.plan.price[sink];
            for lane in &self.lanes[sink] {
                let to = lane.to as usize;
                let there = distance + lane.first.0 + self.plan.price[to] - price;
                if there < search.limit && !search.done[to] {
                    if self.plan.load[to] < self.plan.capacity[to] {
                        search.limit = there;
                    }
                    search.reach(to, there, (number(sink), lane.first.1));
                }
            }
        }
        None
    }

    /// Where no room was found: knows more ways from there. False when there are hardly more, so that room is short.
    fn look_farther(&mut self, search: &Search) -> bool {
        let least = search.settled.iter().map(|sink| self.known_from[*sink]).min().unwrap_or(0);
        if search.settled.len() > FEW || least > FARTHEST {
            return false;
        }
        for sink in &search.settled {
            if self.known_from[*sink] < STEP * least {
                self.look_from(*sink, STEP * least);
            }
        }
        true
    }

    /// Fills a sink that has room and yet a price: lowers prices around it, and lets in whoever then would rather stand
    /// there, until it is full or costs nothing.
    fn fill(&mut self, search: &mut Search, target: usize) {
        loop {
            let (lower, source) = self.way_from_free(search, target);
            let mut prices = std::mem::take(&mut self.prices);
            prices.clone_from(&self.plan.price);
            for sink in &search.settled {
                prices[*sink] -= (lower - search.distance[*sink]).max(0);
            }
            let highest = prices.iter().zip(&self.old).map(|(new, old)| new - old).max().unwrap_or(0).max(0);
            let mut is_right = true;
            for sink in &search.settled {
                let fallen = self.old[*sink] - prices[*sink] + highest;
                if fallen > self.known_to[*sink] {
                    self.look_to(*sink, FARTHER * fallen);
                    let (to, price) = (number(*sink), prices[*sink]);
                    let cheaper = |from: &u32| {
                        let lane = lane_to(&self.lanes[*from as usize], to);
                        lane.is_some_and(|lane| lane.first.0 + price < prices[*from as usize])
                    };
                    is_right &= !self.into[*sink].iter().any(cheaper);
                }
            }
            if is_right {
                self.set_prices(search, &prices);
                self.follow(search, (target, source), true);
            }
            self.prices = prices;
            if is_right {
                return;
            }
        }
    }

    /// The sink whose price would first become nothing when prices around `target` fall, and by how much.
    fn way_from_free(&mut self, search: &mut Search, target: usize) -> (i64, usize) {
        search.start(target);
        let mut free = (i64::MAX, target);
        while let Some((sink, distance)) = search.next() {
            if distance >= free.0 {
                break;
            }
            search.settled.push(sink);
            if self.known_to[sink] < 0 {
                self.look_to(sink, FIRST);
            }
            let price = self.plan.price[sink];
            free = free.min((distance + price, sink));
            for from in &self.into[sink] {
                let at = *from as usize;
                if search.done[at] {
                    continue;
                }
                let Some(lane) = lane_to(&self.lanes[at], number(sink)) else { continue };
                let there = distance + lane.first.0 + price - self.plan.price[at];
                if there < free.0 {
                    search.reach(at, there, (number(sink), lane.first.1));
                    free = free.min((there + self.plan.price[at], at));
                }
            }
        }
        free
    }

    fn set_prices(&mut self, search: &Search, prices: &[i64]) {
        for sink in &search.settled {
            self.plan.change_price(*sink, prices[*sink] - self.plan.price[*sink]);
        }
    }

    /// Moves persons along the path that was found between the sink where the search began and where it ended: towards the
    /// end, or `back` from there.
    fn follow(&mut self, search: &Search, (begin, end): (usize, usize), back: bool) {
        let (load, capacity) = (&self.plan.load, &self.plan.capacity);
        let mut persons = match back {
            true => capacity[begin] - load[begin],
            false => (load[begin] - capacity[begin]).min(capacity[end] - load[end]),
        };
        let mut path = Vec::new();
        let mut sink = end;
        while sink != begin {
            let (before, point) = search.by[sink];
            let (from, to) = if back { (sink, before as usize) } else { (before as usize, sink) };
            persons = persons.min(self.plan.persons_at(point, number(from)));
            path.push((point, from, to));
            sink = before as usize;
        }
        for (point, from, to) in path {
            self.shift(point, from, to, persons);
        }
    }

    /// Moves some of a point's persons, and lists their moves where they are now.
    fn shift(&mut self, point: u32, from: usize, to: usize, persons: i64) {
        let is_new = self.plan.persons_at(point, number(to)) == 0;
        self.plan.shift(point, from, to, persons);
        if self.plan.persons_at(point, number(from)) == 0 {
            for lane in self.lanes[from].iter_mut().filter(|lane| lane.first.1 == point) {
                lane.drop_first(|other| self.plan.persons_at(other, number(from)) > 0);
            }
        }
        if is_new {
            self.arrive(point as usize, to);
        }
    }
}
