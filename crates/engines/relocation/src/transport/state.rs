//! Who stands where, at what prices.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::Costs;
use super::doubt::Doubt;

/// How many sinks a point knows at first, nowhere not counted.
pub(super) const KNOWN: usize = 12;

/// Persons of one point at one sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) sink: u32,
    pub(crate) persons: i64,
}

/// A sink that a point may want, and its cost for each person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    pub(super) sink: u32,
    pub(super) cost: i64,
}

/// What moving each person of a point would cost, and which point.
pub(super) type Move = (i64, u32);

/// The ways from one sink to another: points by what a move would cost, cheapest first. Points that have left
/// meanwhile are dropped when they come to the top ([`Transport::freshen`]).
#[derive(Debug, Clone)]
pub(super) struct Lane {
    pub(super) to: u32,
    /// The cheapest of the moves.
    pub(super) top: Option<Move>,
    moves: BinaryHeap<Reverse<Move>>,
}

/// A plan under way. Between calls everyone stands where cost plus price is least among their arcs.
#[derive(Debug, Clone)]
pub(crate) struct Transport<C> {
    pub(super) costs: C,
    /// By sink, nowhere last.
    pub(super) capacity: Vec<i64>,
    pub(super) price: Vec<i64>,
    pub(super) load: Vec<i64>,
    /// By point: where it stands, or its first part.
    first: Vec<Part>,
    /// The further parts of the few points that are split.
    more: BTreeMap<u32, Vec<Part>>,
    /// By point: the sinks it may want, empty until looked for.
    pub(super) arcs: Vec<Vec<Arc>>,
    /// By sink: its lanes by target; `None` until needed.
    pub(super) lanes: Vec<Option<Vec<Lane>>>,
    /// By sink: its place among the lanes that are being made.
    slot: Vec<usize>,
    /// By sink: whether nobody has left since its lanes were looked through.
    fresh: Vec<bool>,
    /// By sink: which sinks have a lane to it.
    pub(super) into: Vec<Vec<u32>>,
    /// By sink: points that stand there, and some that have left.
    pub(super) standing: Vec<Vec<u32>>,
    /// By block: whether its points know the sinks around them.
    pub(super) looked: Vec<bool>,
    /// By area: the sinks that its blocks look at, once they do.
    pub(super) near: Vec<Option<Vec<u32>>>,
    /// By sink: whether those who would come first know of it.
    pub(super) known_around: Vec<bool>,
    /// What is to be looked at before the prices prove the plan.
    pub(super) doubt: Doubt,
}

impl<C: Costs> Transport<C> {
    /// Everyone where cost plus price is least; loads may exceed capacities.
    pub(super) fn new(costs: C, capacity: Vec<i64>, price: Vec<i64>) -> Self {
        let mut transport = Self::empty(costs, capacity, price);
        for block in 0..transport.costs.blocks().len() {
            transport.look_around(block);
        }
        for point in 0..transport.costs.points() {
            let part = transport.cheapest_part(point);
            transport.stand(point, part);
        }
        transport.known_around.fill(true);
        transport
    }

    /// Goes on from an earlier plan and its prices: by point where it stood, by sink its price, `None` for new
    /// ones. Who stood nowhere goes where cost plus price is least; that the others stand so is believed.
    pub(super) fn from_earlier(
        costs: C,
        capacity: Vec<i64>,
        earlier: &[Option<i64>],
        homes: &[Option<u32>],
    ) -> Self {
        // A new sink is at first so dear that nobody would go there.
        let price = earlier.iter().map(|price| price.unwrap_or(i64::MAX / 8)).collect();
        let mut transport = Self::empty(costs, capacity, price);
        transport.doubt = Doubt::new(false, transport.load.len());
        for (point, home) in homes.iter().enumerate() {
            let part = match home {
                Some(sink) => {
                    if transport.costs.cost(point, *sink as usize).is_none() {
                        transport.doubt.moved(number(point));
                    }
                    Part { sink: *sink, persons: transport.costs.weight(point) }
                }
                None => {
                    transport.look_around(transport.block_of(point));
                    transport.cheapest_part(point)
                }
            };
            transport.stand(point, part);
        }
        for sink in (0..transport.nowhere()).filter(|sink| earlier.get(*sink).is_none_or(Option::is_none)) {
            // Who stands where they may not go any more would pay no more than to be left out.
            let pays = |point: usize| transport.pays(point).min(transport.costs.left_out(point));
            let gain = |point: usize| Some(pays(point) - transport.costs.cost(point, sink)?);
            let most = (0..transport.costs.points()).filter_map(gain).max().unwrap_or(0);
            transport.price[sink] = most.max(0);
        }
        transport
    }

    fn empty(costs: C, mut capacity: Vec<i64>, mut price: Vec<i64>) -> Self {
        let sinks = costs.sinks() + 1;
        capacity.resize(sinks, 0);
        price.resize(sinks, 0);
        // Nowhere has room for all and costs nothing by itself.
        capacity[sinks - 1] = i64::MAX / 4;
        price[sinks - 1] = 0;
        Self {
            capacity,
            price,
            load: vec![0; sinks],
            first: Vec::with_capacity(costs.points()),
            more: BTreeMap::new(),
            arcs: vec![Vec::new(); costs.points()],
            lanes: vec![None; sinks],
            slot: vec![usize::MAX; sinks],
            fresh: vec![true; sinks],
            near: vec![None; costs.areas().len()],
            into: vec![Vec::new(); sinks],
            standing: vec![Vec::new(); sinks],
            looked: vec![false; costs.blocks().len()],
            known_around: vec![false; sinks],
            doubt: Doubt::new(true, sinks),
            costs,
        }
    }

    fn cheapest_part(&self, point: usize) -> Part {
        Part { sink: self.cheapest_arc(point).0, persons: self.costs.weight(point) }
    }

    /// Notes where the next point stands.
    fn stand(&mut self, point: usize, part: Part) {
        self.load[part.sink as usize] += part.persons;
        self.standing[part.sink as usize].push(number(point));
        self.first.push(part);
    }

    /// The block a point is in.
    pub(super) fn block_of(&self, point: usize) -> usize {
        self.costs.blocks().partition_point(|block| block.end <= point)
    }

    /// The sink that is nobody's: those who are left out.
    pub(crate) fn nowhere(&self) -> usize {
        self.costs.sinks()
    }

    pub(super) fn into_prices(mut self) -> Vec<i64> {
        self.price.pop();
        self.price
    }

    /// The price of every sink, nowhere not among them.
    pub(crate) fn prices(&self) -> &[i64] {
        &self.price[..self.nowhere()]
    }

    pub(crate) fn capacity(&self, sink: usize) -> i64 {
        self.capacity[sink]
    }

    /// Believes nothing: the next [`Self::improve`] looks at all pairs.
    pub(super) fn doubt_all(&mut self) {
        self.doubt = Doubt::new(true, self.load.len());
    }

    /// Changes what a sink takes; the next [`Self::settle`] brings the loads in line.
    pub(crate) fn set_capacity(&mut self, sink: usize, capacity: i64) {
        self.capacity[sink] = capacity;
    }

    /// The sinks that were looked at for a point, each with its cost for each person.
    pub(crate) fn known(&self, point: usize) -> impl Iterator<Item = (usize, i64)> {
        self.arcs[point].iter().map(|arc| (arc.sink as usize, arc.cost))
    }

    /// The total cost; once settled, the least there is.
    pub(crate) fn cost(&self) -> i128 {
        let cost = |point: usize, part: Part| {
            i128::from(self.cost_at(point, part.sink as usize)) * i128::from(part.persons)
        };
        (0..self.costs.points()).flat_map(|point| self.parts(point).map(move |part| cost(point, part))).sum()
    }

    pub(crate) fn costs(&self) -> &C {
        &self.costs
    }

    /// The parts of a point but the first.
    fn further(&self, point: usize) -> &[Part] {
        if self.first[point].persons == self.costs.weight(point) {
            return &[];
        }
        self.more.get(&number(point)).map_or(&[], Vec::as_slice)
    }

    /// Where a point's persons go.
    pub(crate) fn parts(&self, point: usize) -> impl Iterator<Item = Part> {
        std::iter::once(self.first[point]).chain(self.further(point).iter().copied())
    }

    /// The least cost plus price among a point's arcs, and where.
    pub(super) fn cheapest_arc(&self, point: usize) -> (u32, i64) {
        self.arcs[point]
            .iter()
            .map(|arc| (arc.sink, arc.cost + self.price[arc.sink as usize]))
            .min_by_key(|(sink, at)| (*at, *sink))
            .unwrap_or((number(self.nowhere()), self.costs.left_out(point)))
    }

    /// The cost for each person of a point at a sink they may go to.
    pub(crate) fn cost_at(&self, point: usize, sink: usize) -> i64 {
        if sink == self.nowhere() {
            return self.costs.left_out(point);
        }
        self.costs.cost(point, sink).unwrap_or(i64::MAX / 4)
    }

    /// The same, nowhere counted; `None` where they may not go.
    pub(super) fn try_cost(&self, point: usize, sink: usize) -> Option<i64> {
        if sink == self.nowhere() { Some(self.costs.left_out(point)) } else { self.costs.cost(point, sink) }
    }

    /// At most what any point of a block pays at a sink, without its price.
    pub(super) fn least_at(&self, block: usize, sink: usize) -> Option<i64> {
        if sink == self.nowhere() { Some(0) } else { self.costs.at_least(block, sink) }
    }

    /// Cost plus price where the point stands; the most any of its parts pays.
    pub(super) fn pays(&self, point: usize) -> i64 {
        let pays = |part: &Part| {
            let sink = part.sink as usize;
            self.cost_at(point, sink) + self.price[sink]
        };
        let Some(first) = self.first.get(point).map(pays) else { return 0 };
        self.further(point).iter().map(pays).fold(first, i64::max)
    }

    /// How many of a point's persons stand at a sink.
    pub(super) fn persons_at(&self, point: u32, sink: u32) -> i64 {
        let first = self.first[point as usize];
        if first.sink == sink {
            return first.persons;
        }
        self.further(point as usize).iter().find(|part| part.sink == sink).map_or(0, |part| part.persons)
    }

    /// Moves some of a point's persons from one sink to another.
    pub(super) fn shift(&mut self, point: u32, from: usize, to: usize, persons: i64) {
        self.doubt.moved(point);
        let new = self.persons_at(point, number(to)) == 0;
        self.load[from] -= persons;
        self.load[to] += persons;
        let mut parts: Vec<Part> = self.parts(point as usize).collect();
        for part in &mut parts {
            if part.sink as usize == from {
                part.persons -= persons;
            } else if part.sink as usize == to {
                part.persons += persons;
            }
        }
        if new {
            parts.push(Part { sink: number(to), persons });
        }
        let stood = parts.len();
        parts.retain(|part| part.persons > 0);
        self.fresh[from] &= parts.len() == stood;
        self.set_parts(point, parts);
        if new {
            self.standing[to].push(point);
            self.open_moves(point, to);
        }
    }

    /// Moves all of a point's persons to one sink.
    pub(super) fn gather(&mut self, point: u32, to: usize) {
        let parts: Vec<Part> = self.parts(point as usize).collect();
        for part in parts.iter().filter(|part| part.sink as usize != to) {
            self.shift(point, part.sink as usize, to, part.persons);
        }
    }

    fn set_parts(&mut self, point: u32, mut parts: Vec<Part>) {
        let Some(largest) = (0..parts.len()).max_by_key(|index| parts[*index].persons) else { return };
        self.first[point as usize] = parts.swap_remove(largest);
        if parts.is_empty() {
            self.more.remove(&point);
        } else {
            self.more.insert(point, parts);
        }
    }

    /// Lists a point that stands at a sink among the ways from there, if these are in use.
    pub(super) fn open_moves(&mut self, point: u32, at: usize) {
        let Some(mut lanes) = self.lanes[at].take() else { return };
        let here = self.cost_at(point as usize, at);
        for arc in self.arcs[point as usize].iter().filter(|arc| arc.sink as usize != at) {
            add_move(&mut lanes, &mut self.into, at, *arc, arc.cost - here, point);
        }
        self.lanes[at] = Some(lanes);
    }

    /// Lists one new arc of a point among the ways from each sink where it stands.
    pub(super) fn open_arc(&mut self, point: u32, arc: Arc) {
        let parts: Vec<Part> = self.parts(point as usize).collect();
        for part in parts.iter().filter(|part| part.sink != arc.sink) {
            let at = part.sink as usize;
            let here = self.cost_at(point as usize, at);
            if let Some(lanes) = &mut self.lanes[at] {
                add_move(lanes, &mut self.into, at, arc, arc.cost - here, point);
            }
        }
    }

    /// The lanes from a sink for those who stand there.
    fn lanes_from(&mut self, sink: usize, standing: &[u32]) -> Vec<Lane> {
        let mut moves: Vec<Vec<Reverse<Move>>> = Vec::new();
        let mut targets: Vec<(u32, usize)> = Vec::new();
        for point in standing {
            let here = self.cost_at(*point as usize, sink);
            for arc in self.arcs[*point as usize].iter().filter(|arc| arc.sink as usize != sink) {
                let to = &mut self.slot[arc.sink as usize];
                if *to == usize::MAX {
                    *to = moves.len();
                    targets.push((arc.sink, moves.len()));
                    moves.push(Vec::with_capacity(standing.len()));
                }
                moves[*to].push(Reverse((arc.cost - here, *point)));
            }
        }
        targets.sort_unstable();
        let lane = |(to, slot): (u32, usize)| {
            self.slot[to as usize] = usize::MAX;
            self.into[to as usize].push(number(sink));
            let moves = BinaryHeap::from(std::mem::take(&mut moves[slot]));
            Lane { to, top: moves.peek().map(|top| top.0), moves }
        };
        targets.into_iter().map(lane).collect()
    }

    /// Makes the lanes of a sink, if that is not done yet.
    pub(super) fn open(&mut self, sink: usize) {
        if self.lanes[sink].is_some() {
            return;
        }
        let mut standing = std::mem::take(&mut self.standing[sink]);
        standing.sort_unstable();
        standing.dedup();
        standing.retain(|point| self.persons_at(*point, number(sink)) > 0);
        for point in &standing {
            self.look_around(self.block_of(*point as usize));
        }
        self.lanes[sink] = Some(self.lanes_from(sink, &standing));
        self.standing[sink] = standing;
    }

    /// Drops those who have left from the tops of a sink's lanes.
    pub(super) fn freshen(&mut self, sink: usize) {
        if std::mem::replace(&mut self.fresh[sink], true) {
            return;
        }
        let Some(mut lanes) = self.lanes[sink].take() else { return };
        for lane in &mut lanes {
            while let Some(Reverse((_, point))) = lane.moves.peek()
                && self.persons_at(*point, number(sink)) == 0
            {
                lane.moves.pop();
            }
            lane.top = lane.moves.peek().map(|top| top.0);
        }
        self.lanes[sink] = Some(lanes);
    }
}

fn add_move(lanes: &mut Vec<Lane>, into: &mut [Vec<u32>], at: usize, arc: Arc, delta: i64, point: u32) {
    let lane = lanes.binary_search_by_key(&arc.sink, |lane| lane.to).unwrap_or_else(|place| {
        lanes.insert(place, Lane { to: arc.sink, top: None, moves: BinaryHeap::new() });
        into[arc.sink as usize].push(number(at));
        place
    });
    let lane = &mut lanes[lane];
    lane.moves.push(Reverse((delta, point)));
    lane.top = lane.moves.peek().map(|top| top.0);
}

/// An index as it is stored; lists longer than 2³² are refused long before.
pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
