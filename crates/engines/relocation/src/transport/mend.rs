//! Mending a plan that cost the least before something changed.
//!
//! At the old prices every pair costs something beyond what is paid, and nothing can come of it before prices have moved by
//! that much. So pairs are looked for only as far as prices have moved, sink by sink, and farther when they move farther.

use std::ops::Range;

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

/// What a move costs without prices, and of which point.
type Move = (i64, u32);

/// No move.
const NOBODY: Move = (i64::MAX / 4, u32::MAX);

/// The moves from one sink to another, as far as they are looked for.
#[derive(Debug, Clone)]
struct Lane {
    to: u32,
    /// The cheapest; [`NOBODY`] where there is none.
    first: Move,
    /// The others, and some of points that have left.
    others: Vec<Move>,
    /// Whether the last of the others come next.
    is_sorted: bool,
}

impl Lane {
    fn new(to: u32) -> Self {
        Self { to, first: NOBODY, others: Vec::new(), is_sorted: false }
    }

    /// Adds a move.
    fn add(&mut self, new: Move) {
        let later = std::cmp::max(self.first, new);
        self.first = self.first.min(new);
        if later == NOBODY {
            return;
        }
        let place = match self.is_sorted {
            true => self.others.partition_point(|other| *other > later),
            false => self.others.len(),
        };
        self.others.insert(place, later);
    }

    /// The next move of somebody who stands there comes first.
    fn drop_first(&mut self, stands: impl Fn(u32) -> bool) {
        if !std::mem::replace(&mut self.is_sorted, true) {
            self.others.sort_unstable_by(|one, other| other.cmp(one));
        }
        self.first = NOBODY;
        while let Some(next) = self.others.pop() {
            if stands(next.1) {
                self.first = next;
                break;
            }
        }
    }
}

/// Lanes from or to one sink while they are made.
#[derive(Debug, Default)]
struct Found {
    /// By sink at their other end: which lane.
    place: Vec<usize>,
    lanes: Vec<(usize, Lane)>,
}

impl Found {
    fn add(&mut self, sink: usize, new: Move) {
        let place = &mut self.place[sink];
        if *place == usize::MAX {
            *place = self.lanes.len();
            self.lanes.push((sink, Lane::new(0)));
        }
        self.lanes[*place].1.add(new);
    }

    fn drain(&mut self) -> Vec<(usize, Lane)> {
        let lanes = std::mem::take(&mut self.lanes);
        lanes.iter().for_each(|(sink, _)| self.place[*sink] = usize::MAX);
        lanes
    }
}

/// The pairs that are known, beside a plan.
struct Mending<'a, C> {
    plan: &'a mut Transport<C>,
    /// The old prices.
    old: Vec<i64>,
    /// By sink: the cheapest move to others, by these.
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
            found: Found { place: vec![usize::MAX; sinks], lanes: Vec::new() },
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

    /// Lists the moves of a point that stands at a sink now.
    fn arrive(&mut self, point: usize, sink: usize) {
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
    fn look_from(&mut self, sink: usize, known: i64) {
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
            *self.lane((sink, to)) = Lane { to: number(to), ..lane };
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
    fn look_to(&mut self, sink: usize, known: i64) {
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
            *self.lane((from, sink)) = Lane { to: number(sink), ..lane };
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

fn lane_to(lanes: &[Lane], to: u32) -> Option<&Lane> {
    lanes.binary_search_by_key(&to, |lane| lane.to).ok().map(|at| &lanes[at])
}
