//! Which places are cheapest from a point, prices counted: boxes within boxes, each with the least price inside.

use crate::distance::length_m;
use crate::ground::Sink;

/// Up to how many places are in one box that is not cut any more.
const LEAF: usize = 8;

/// A box, what is to be found in it, and the least price there.
#[derive(Debug, Clone, Copy)]
struct Node {
    west: i32,
    east: i32,
    south: i32,
    north: i32,
    /// What all places in it have, together.
    has: u8,
    /// At most the least price in it.
    price: i64,
    /// Its places in the order of the tree.
    from: usize,
    until: usize,
    /// The second of its halves; the first stands behind it. 0 where it is not cut.
    second: usize,
}

/// A place that was found: metres and price together, which one, and the metres alone.
pub(crate) type Found = (i64, u32, i64);

/// Places with prices.
#[derive(Debug, Clone)]
pub(crate) struct Cheapest {
    sinks: Vec<Sink>,
    prices: Vec<i64>,
    order: Vec<u32>,
    nodes: Vec<Node>,
}

impl Cheapest {
    /// All sinks at these prices.
    pub(crate) fn new(sinks: Vec<Sink>, prices: Vec<i64>) -> Self {
        let order = (0..u32::try_from(sinks.len()).unwrap_or(u32::MAX)).collect();
        let mut tree = Self { sinks, prices, order, nodes: Vec::new() };
        if !tree.sinks.is_empty() {
            tree.cut(0, tree.sinks.len());
        }
        tree.refresh();
        tree
    }

    /// The prices as they are.
    pub(crate) fn prices(&self) -> &[i64] {
        &self.prices
    }

    /// Raises one price; the boxes learn of it by [`Self::refresh`], and are right, if wide, until then.
    pub(crate) fn raise(&mut self, sink: usize, by: i64) {
        self.prices[sink] += by;
    }

    /// Tells the boxes their least prices.
    pub(crate) fn refresh(&mut self) {
        for node in (0..self.nodes.len()).rev() {
            let Node { from, until, second, .. } = self.nodes[node];
            self.nodes[node].price = if second == 0 {
                let prices = self.order[from..until].iter().map(|sink| self.prices[*sink as usize]);
                prices.min().unwrap_or(i64::MAX)
            } else {
                self.nodes[node + 1].price.min(self.nodes[second].price)
            };
        }
    }

    fn cut(&mut self, from: usize, until: usize) {
        let sinks = &self.sinks;
        let inside = || self.order[from..until].iter().map(|sink| sinks[*sink as usize]);
        let least = |of: fn(Sink) -> i32| inside().map(of).min().unwrap_or(0);
        let most = |of: fn(Sink) -> i32| inside().map(of).max().unwrap_or(0);
        let (west, east) = (least(|sink| sink.x), most(|sink| sink.x));
        let (south, north) = (least(|sink| sink.y), most(|sink| sink.y));
        let has = inside().fold(0, |has, sink| has | sink.has);
        let node = self.nodes.len();
        self.nodes.push(Node { west, east, south, north, has, price: 0, from, until, second: 0 });
        if until - from > LEAF {
            let middle = usize::midpoint(from, until);
            let wide = east.abs_diff(west) > north.abs_diff(south);
            let along = |sink: &u32| {
                let at = sinks[*sink as usize];
                (if wide { at.x } else { at.y }, *sink)
            };
            self.order[from..until].select_nth_unstable_by_key(middle - from, along);
            self.cut(from, middle);
            self.nodes[node].second = self.nodes.len();
            self.cut(middle, until);
        }
    }

    /// All places that have what is needed and may cost less than `limit` from somewhere in a box, each with the least that may
    /// be, the cheapest first.
    pub(crate) fn around(&self, from: Frame, needs: u8, limit: i64, found: &mut Vec<(i64, u32)>) {
        let [west, east, south, north] = from;
        found.clear();
        let mut waiting: Vec<usize> = if self.nodes.is_empty() { Vec::new() } else { vec![0] };
        while let Some(at) = waiting.pop() {
            let node = &self.nodes[at];
            let (x, y) = (
                apart((node.west, node.east), (west, east)),
                apart((node.south, node.north), (south, north)),
            );
            if needs & !node.has != 0 || length_m(x, y).saturating_add(node.price) >= limit {
                continue;
            }
            if node.second > 0 {
                waiting.extend([at + 1, node.second]);
                continue;
            }
            for sink in &self.order[node.from..node.until] {
                let to = self.sinks[*sink as usize];
                let away = length_m(apart((to.x, to.x), (west, east)), apart((to.y, to.y), (south, north)));
                let least = away.saturating_add(self.prices[*sink as usize]);
                if needs & !to.has == 0 && least < limit {
                    found.push((least, *sink));
                }
            }
        }
        found.sort_unstable();
    }

    /// The `most` cheapest places below `limit` that have what is needed and are `open`, the cheapest first.
    pub(crate) fn find(
        &self,
        from: (i32, i32),
        needs: u8,
        (most, limit): (usize, i64),
        open: impl Fn(u32) -> bool,
        found: &mut Vec<Found>,
    ) {
        found.clear();
        let mut waiting: Vec<(i64, usize)> = Vec::with_capacity(32);
        if let Some(root) = self.nodes.first() {
            waiting.push((bound(root, from), 0));
        }
        while let Some((least, at)) = waiting.pop() {
            let below = if found.len() < most { limit } else { found.last().map_or(limit, |last| last.0) };
            let node = &self.nodes[at];
            if least >= below || needs & !node.has != 0 {
                continue;
            }
            if node.second > 0 {
                let (one, other) = (at + 1, node.second);
                let (a, b) = (bound(&self.nodes[one], from), bound(&self.nodes[other], from));
                // The nearer half last, so that it is looked into first.
                if a <= b {
                    waiting.extend([(b, other), (a, one)])
                } else {
                    waiting.extend([(a, one), (b, other)])
                }
                continue;
            }
            let mut below = below;
            for sink in &self.order[node.from..node.until] {
                let (to, price) = (self.sinks[*sink as usize], self.prices[*sink as usize]);
                if price >= below || needs & !to.has != 0 {
                    continue;
                }
                let metres = metres(from, to);
                if metres + price < below && open(*sink) {
                    let new = (metres + price, *sink, metres);
                    let place = found.partition_point(|other| *other < new);
                    found.insert(place, new);
                    found.truncate(most);
                    if found.len() == most {
                        below = found.last().map_or(below, |last| last.0);
                    }
                }
            }
        }
    }
}

/// A box of places: west, east, south, north.
pub(crate) type Frame = [i32; 4];

/// The box around places.
pub(crate) fn frame(places: impl Iterator<Item = (i32, i32)>) -> Frame {
    places.fold([i32::MAX, i32::MIN, i32::MAX, i32::MIN], |[west, east, south, north], (x, y)| {
        [west.min(x), east.max(x), south.min(y), north.max(y)]
    })
}

/// How far two spans are apart.
fn apart((low, high): (i32, i32), (from, until): (i32, i32)) -> i64 {
    (i64::from(low) - i64::from(until)).max(i64::from(from) - i64::from(high)).max(0)
}

fn metres(from: (i32, i32), to: Sink) -> i64 {
    length_m(i64::from(from.0) - i64::from(to.x), i64::from(from.1) - i64::from(to.y))
}

/// At least what any place in the box costs.
fn bound(node: &Node, (x, y): (i32, i32)) -> i64 {
    let beyond = |low: i32, at: i32, high: i32| {
        (i64::from(low) - i64::from(at)).max(i64::from(at) - i64::from(high)).max(0)
    };
    length_m(beyond(node.west, x, node.east), beyond(node.south, y, node.north)).saturating_add(node.price)
}
