//! Points and sinks on a plane: households lumped together where nothing tells them apart.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::distance::length_m;
use crate::few::Few;
use crate::transport::Costs;
use crate::ways::Ways;

/// How many neighbouring points are looked at together, and how many such blocks before these.
const BLOCK: usize = 32;
const AREA: usize = 16;
/// How many neighbouring points the coarser problem lumps together, how many of these there must be for each
/// sink, and below how many points there is nothing to save.
const LUMP: usize = 8;
const ENOUGH: usize = 2;
const FEW: usize = 256;
/// From so many sinks on these are lumped together as well.
const MANY: usize = 1024;

/// One place of a point, with how many of its persons are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    pub(crate) x: i32,
    pub(crate) y: i32,
    /// Where its given ways start.
    pub(crate) start: (u32, u32),
    pub(crate) persons: i64,
}

impl Spot {
    /// What tells its ways from others'.
    pub(crate) fn place(&self) -> (i32, i32, (u32, u32)) {
        (self.x, self.y, self.start)
    }
}

/// A sink's place, and what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sink {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) has: u8,
    /// Its place in the list of shelters, for ways that are given.
    pub(crate) column: u32,
}

/// What makes up one point of the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    /// What it needs, all together.
    pub(crate) needs: u8,
    /// Its village, where tolls are paid by village.
    pub(crate) village: u32,
    /// The sink it went to before.
    pub(crate) home: Option<u32>,
    /// Where its persons are.
    pub(crate) spots: Few<Spot>,
}

impl Unit {
    pub(crate) fn persons(&self) -> i64 {
        self.spots.iter().map(|spot| spot.persons).sum()
    }

    /// Whether nothing but their numbers tells the two apart.
    pub(crate) fn alike(&self, other: &Unit) -> bool {
        let places = (&self.spots[..], &other.spots[..]);
        let same = matches!(places, ([a], [b]) if a.place() == b.place());
        same && (self.needs, self.home, self.village) == (other.needs, other.home, other.village)
    }

    fn place(&self) -> (i32, i32) {
        self.spots.first().map_or((0, 0), |spot| (spot.x, spot.y))
    }
}

/// The toll of a way that nobody may go.
pub(crate) const CLOSED: i64 = i64::MAX;

/// What each person pays for going from a village to a shelter, in the ground's part of a metre.
#[derive(Debug, Clone)]
pub(crate) struct Tolls {
    /// By village and shelter, row by row; [`CLOSED`] where nobody may go.
    pub(crate) by_pair: Vec<i64>,
    pub(crate) shelters: usize,
}

/// Pairs of a point and a sink that are cut off.
pub(crate) type Forbidden = BTreeSet<(u32, u32)>;

/// The problem on a plane.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    units: Vec<Unit>,
    weights: Vec<i64>,
    sinks: Vec<Sink>,
    forbidden: Forbidden,
    blocks: Vec<Range<usize>>,
    frames: Vec<Frame>,
    /// Runs of blocks, and their frames.
    areas: Vec<Range<usize>>,
    wide: Vec<Frame>,
    /// Metres that are given.
    ways: Option<Given>,
    tolls: Option<Arc<Tolls>>,
    /// Costs are in this part of a metre, so that a unit in several spots has whole costs.
    scale: i64,
    /// What it counts for each person to go elsewhere than before.
    moving: i64,
    /// What leaving out one step of urgency costs: more than any path through all sinks.
    far: i64,
    /// Nothing counts but straight metres.
    is_plain: bool,
}

/// The box around a block's spots, and what all its points need.
#[derive(Debug, Clone, Copy)]
struct Frame {
    west: i64,
    east: i64,
    south: i64,
    north: i64,
    needs: u8,
}

impl Ground {
    /// The problem of units, best given in the order of [`order`], and sinks.
    pub(crate) fn new(
        units: Vec<Unit>,
        sinks: Vec<Sink>,
        ways: Option<Arc<Ways>>,
        forbidden: Forbidden,
        scale: i64,
    ) -> Self {
        let weights = units.iter().map(Unit::persons).collect();
        let spots = units.iter().flat_map(|unit| unit.spots.iter().map(|spot| (spot.x, spot.y)));
        let all = frame(spots.chain(sinks.iter().map(|sink| (sink.x, sink.y))), 0);
        let straight = length_m(all.east - all.west, all.north - all.south);
        let widest = ways.as_ref().map_or(straight, |ways| ways.longest()) + 1;
        let far = widest * scale * (i64::try_from(sinks.len()).unwrap_or(i64::MAX / 2) + 2);
        let is_plain = ways.is_none() && forbidden.is_empty();
        Self { weights, forbidden, scale, far, is_plain, ..Self::in_blocks(units, sinks, ways) }
    }

    pub(crate) fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The same problem where everyone who goes elsewhere than before counts so much more.
    pub(crate) fn with_moving(mut self, moving: i64) -> Self {
        self.far += (moving - self.moving) * (i64::try_from(self.sinks.len()).unwrap_or(i64::MAX / 2) + 2);
        self.moving = moving;
        self.is_plain &= moving == 0;
        self
    }

    /// The same problem where ways cost tolls besides.
    pub(crate) fn with_tolls(mut self, tolls: Arc<Tolls>) -> Self {
        let most = tolls.by_pair.iter().copied().filter(|toll| *toll != CLOSED).max().unwrap_or(0);
        self.far += most.saturating_mul(i64::try_from(self.sinks.len()).unwrap_or(i64::MAX / 2) + 2);
        self.tolls = Some(tolls);
        self.is_plain = false;
        self
    }

    fn in_blocks(units: Vec<Unit>, sinks: Vec<Sink>, ways: Option<Arc<Ways>>) -> Self {
        let blocks = runs(units.len(), BLOCK, |point| units[point].village);
        let frames = blocks
            .iter()
            .map(|block| {
                let block = &units[block.clone()];
                let needs = block.iter().fold(u8::MAX, |needs, unit| needs & unit.needs);
                frame(block.iter().flat_map(|unit| unit.spots.iter().map(|spot| (spot.x, spot.y))), needs)
            })
            .collect();
        let ways = ways.map(|ways| Given::new(ways, &units, &blocks, &sinks));
        let areas = runs(blocks.len(), AREA, |block| units[blocks[block].start].village);
        let frames: Vec<Frame> = frames;
        let wide = areas.iter().map(|area| around(&frames[area.clone()])).collect();
        let (weights, forbidden) = (Vec::new(), Forbidden::new());
        Self {
            units,
            weights,
            sinks,
            forbidden,
            blocks,
            frames,
            areas,
            wide,
            ways,
            tolls: None,
            scale: 1,
            moving: 0,
            far: 0,
            is_plain: false,
        }
    }

    /// What leaving out one step of urgency costs.
    pub(crate) fn far(&self) -> i64 {
        self.far
    }

    /// What leaving out one person with these needs costs: medical care before the ground floor before the rest.
    pub(crate) fn urgency(&self, needs: u8) -> i64 {
        let steps = match needs {
            0 => 1,
            2 => 2,
            _ => 3,
        };
        self.far * steps
    }

    /// The same problem with neighbouring points lumped together; `None` where that would leave too few.
    pub(crate) fn by_neighbours(&self) -> Option<Self> {
        let many = self.units.len() >= FEW.max(ENOUGH * LUMP * self.sinks.len());
        many.then(|| self.lumped(self.sinks.clone()))
    }

    /// In which part of a metre costs are.
    pub(crate) fn scale(&self) -> i64 {
        self.scale
    }
}

impl Costs for Ground {
    fn points(&self) -> usize {
        self.units.len()
    }

    fn weight(&self, point: usize) -> i64 {
        self.weights[point]
    }

    fn sinks(&self) -> usize {
        self.sinks.len()
    }

    #[inline]
    fn cost(&self, point: usize, sink: usize) -> Option<i64> {
        let (unit, to) = (&self.units[point], self.sinks[sink]);
        if unit.needs & !to.has != 0 {
            return None;
        }
        if self.is_plain
            && let Few::One(spot) = &unit.spots
        {
            let metres = length_m(i64::from(spot.x) - i64::from(to.x), i64::from(spot.y) - i64::from(to.y));
            return Some(metres * self.scale);
        }
        if !self.forbidden.is_empty() && self.forbidden.contains(&pair(point, sink)) {
            return None;
        }
        let metres = |spot: &Spot| match &self.ways {
            None => Some(length_m(i64::from(spot.x) - i64::from(to.x), i64::from(spot.y) - i64::from(to.y))),
            Some(given) => given.ways.metres(spot.start, to.column),
        };
        let away = unit.home.is_some_and(|home| home as usize != sink);
        let besides = self.toll(point, sink)? + if away { self.moving } else { 0 };
        match &unit.spots[..] {
            [spot] => Some(metres(spot)? * self.scale + besides),
            spots => {
                let sum: Option<i64> = spots.iter().map(|spot| Some(metres(spot)? * spot.persons)).sum();
                Some(sum? * self.scale / unit.persons().max(1) + besides)
            }
        }
    }

    fn left_out(&self, point: usize) -> i64 {
        // Who had a place and has none now has moved as well.
        let moving = if self.units[point].home.is_some() { self.moving } else { 0 };
        self.urgency(self.units[point].needs) + moving
    }

    fn blocks(&self) -> &[Range<usize>] {
        &self.blocks
    }

    fn at_least(&self, block: usize, sink: usize) -> Option<i64> {
        let toll = self.toll(self.blocks[block].start, sink)?;
        if let Some(given) = &self.ways {
            let serves = self.frames[block].needs & !self.sinks[sink].has == 0;
            return serves.then_some(given.least(block, sink)? * self.scale + toll);
        }
        Some(self.least_from(self.frames[block], sink)? + toll)
    }

    fn areas(&self) -> &[Range<usize>] {
        &self.areas
    }

    fn at_least_in(&self, area: usize, sink: usize) -> Option<i64> {
        if self.ways.is_some() {
            return self.areas[area].clone().filter_map(|block| self.at_least(block, sink)).min();
        }
        let toll = self.toll(self.blocks[self.areas[area].start].start, sink)?;
        Some(self.least_from(self.wide[area], sink)? + toll)
    }

    fn spread(&self, block: usize) -> i64 {
        let frame = self.frames[block];
        if let Some(given) = &self.ways {
            return given.spread[block] * self.scale + self.moving;
        }
        (length_m(frame.east - frame.west, frame.north - frame.south) + 2) * self.scale + self.moving
    }

    fn spread_in(&self, area: usize) -> i64 {
        let frame = self.wide[area];
        // Given ways may differ by anything.
        let straight =
            (length_m(frame.east - frame.west, frame.north - frame.south) + 2) * self.scale + self.moving;
        if self.ways.is_some() { i64::MAX / 4 } else { straight }
    }

    fn coarser(&self) -> Option<(Self, Vec<usize>)> {
        if let Some(coarse) = self.by_neighbours() {
            return Some((coarse, (0..self.sinks.len()).collect()));
        }
        if self.units.len() < FEW || self.sinks.len() < MANY {
            return None;
        }
        let (sinks, of) = lump_sinks(&self.sinks);
        let coarse = Self { forbidden: Forbidden::new(), ..self.lumped(sinks) };
        Some((coarse, of))
    }
}

impl Ground {
    /// What each person of a point, and of all its block and area, pays to go to a sink; `None` where they may not.
    fn toll(&self, point: usize, sink: usize) -> Option<i64> {
        let Some(tolls) = &self.tolls else { return Some(0) };
        let row = self.units[point].village as usize * tolls.shelters;
        let toll = tolls.by_pair[row + self.sinks[sink].column as usize];
        (toll != CLOSED).then_some(toll)
    }

    /// At most the cost from any spot in a frame to a sink, straight ahead.
    fn least_from(&self, frame: Frame, sink: usize) -> Option<i64> {
        let to = self.sinks[sink];
        let (x, y) = (i64::from(to.x), i64::from(to.y));
        let east = (frame.west - x).max(x - frame.east).max(0);
        let north = (frame.south - y).max(y - frame.north).max(0);
        (frame.needs & !to.has == 0).then(|| length_m(east, north) * self.scale)
    }

    /// The problem with neighbouring points lumped together.
    fn lumped(&self, sinks: Vec<Sink>) -> Self {
        let mut units: Vec<Unit> = Vec::with_capacity(self.units.len() / LUMP + 4);
        let mut weights: Vec<i64> = Vec::with_capacity(units.capacity());
        let mut forbidden = Forbidden::new();
        let mut from = 0;
        while from < self.units.len() {
            let kind = |unit: &Unit| (unit.needs, unit.village);
            let first = kind(&self.units[from]);
            let alike = self.units[from..].iter().take(LUMP).take_while(|unit| kind(unit) == first).count();
            let middle = from + alike / 2;
            if !self.forbidden.is_empty() {
                let cut = self.forbidden.range(pair(middle, 0)..=pair(middle, usize::MAX));
                forbidden.extend(cut.map(|(_, sink)| (pair(units.len(), 0).0, *sink)));
            }
            units.push(self.units[middle].clone());
            weights.push(self.weights[from..from + alike].iter().sum());
            from += alike;
        }
        let (scale, moving, far, is_plain) = (self.scale, self.moving, self.far, self.is_plain);
        let ways = self.ways.as_ref().map(|given| Arc::clone(&given.ways));
        let tolls = self.tolls.clone();
        let blocks = Self::in_blocks(units, sinks, ways);
        Self { weights, forbidden, tolls, scale, moving, far, is_plain, ..blocks }
    }
}

/// Ways that are given, and what bounds those of a block.
#[derive(Debug, Clone)]
struct Given {
    ways: Arc<Ways>,
    sinks: usize,
    /// By block and sink, the least metres; [`Ways::NONE`] where no way leads.
    least: Vec<u32>,
    /// By block, at most how much longer any of its ways to a sink is than another.
    spread: Vec<i64>,
}

impl Given {
    fn new(ways: Arc<Ways>, units: &[Unit], blocks: &[Range<usize>], sinks: &[Sink]) -> Self {
        let mut least = Vec::with_capacity(blocks.len() * sinks.len());
        let mut spread = Vec::with_capacity(blocks.len());
        for block in blocks {
            let mut starts: Vec<(u32, u32)> = units[block.clone()]
                .iter()
                .flat_map(|unit| unit.spots.iter().map(|spot| spot.start))
                .collect();
            starts.sort_unstable();
            starts.dedup();
            let mut widest = 0;
            for sink in sinks {
                let all = || starts.iter().filter_map(|start| ways.metres(*start, sink.column));
                let (nearest, farthest) = (all().min(), all().max());
                widest = widest.max(farthest.unwrap_or(0) - nearest.unwrap_or(0));
                least.push(nearest.and_then(|metres| u32::try_from(metres).ok()).unwrap_or(Ways::NONE));
            }
            spread.push(widest + 1);
        }
        Self { ways, sinks: sinks.len(), least, spread }
    }

    fn least(&self, block: usize, sink: usize) -> Option<i64> {
        let metres = self.least[block * self.sinks + sink];
        (metres != Ways::NONE).then(|| i64::from(metres))
    }
}

/// Neighbouring sinks that have the same lumped together, and which lump each is in.
fn lump_sinks(sinks: &[Sink]) -> (Vec<Sink>, Vec<usize>) {
    let places: Vec<(u8, (i32, i32))> = sinks.iter().map(|sink| (sink.has, (sink.x, sink.y))).collect();
    let mut lumps: Vec<(Sink, usize)> = Vec::new();
    let mut of = vec![0; sinks.len()];
    for index in along(&places) {
        let sink = sinks[index as usize];
        match lumps.last_mut() {
            Some((lump, count)) if lump.has == sink.has && *count < LUMP => {
                *count += 1;
                // The place of one in the middle stands for all.
                if *count == LUMP / 2 {
                    *lump = sink;
                }
            }
            _ => lumps.push((sink, 1)),
        }
        of[index as usize] = lumps.len() - 1;
    }
    (lumps.into_iter().map(|(sink, _)| sink).collect(), of)
}

/// Consecutive runs of at most so many, each of one village.
fn runs(count: usize, most: usize, village: impl Fn(usize) -> u32) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::with_capacity(count / most + 1);
    for at in 0..count {
        match runs.last_mut() {
            Some(run) if run.len() < most && village(run.start) == village(at) => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

/// The frame around some.
fn around(frames: &[Frame]) -> Frame {
    let nothing = Frame { west: i64::MAX, east: i64::MIN, south: i64::MAX, north: i64::MIN, needs: u8::MAX };
    frames.iter().fold(nothing, |all, frame| Frame {
        west: all.west.min(frame.west),
        east: all.east.max(frame.east),
        south: all.south.min(frame.south),
        north: all.north.max(frame.north),
        needs: all.needs & frame.needs,
    })
}

fn pair(point: usize, sink: usize) -> (u32, u32) {
    (u32::try_from(point).unwrap_or(u32::MAX), u32::try_from(sink).unwrap_or(u32::MAX))
}

fn frame(spots: impl Iterator<Item = (i32, i32)>, needs: u8) -> Frame {
    let nothing = Frame { west: i64::MAX, east: i64::MIN, south: i64::MAX, north: i64::MIN, needs };
    let all = spots.fold(nothing, |all, (x, y)| {
        let (x, y) = (i64::from(x), i64::from(y));
        Frame {
            west: all.west.min(x),
            east: all.east.max(x),
            south: all.south.min(y),
            north: all.north.max(y),
            needs,
        }
    });
    if all.west > all.east { Frame { west: 0, east: 0, south: 0, north: 0, needs } } else { all }
}

/// The order in which neighbours stand together: by village where that matters, by need, then along a Hilbert curve.
pub(crate) fn order(units: &[Unit]) -> Vec<u32> {
    let mut order = along(&units.iter().map(|unit| (unit.needs, unit.place())).collect::<Vec<_>>());
    order.sort_by_key(|unit| units[*unit as usize].village);
    order
}

/// Places sorted by kind, then along a Hilbert curve.
pub(crate) fn along(places: &[(u8, (i32, i32))]) -> Vec<u32> {
    let all = frame(places.iter().map(|(_, place)| *place), 0);
    let span = (all.east - all.west).max(all.north - all.south) + 1;
    // 2¹⁶ steps each way are fine enough for neighbours.
    let step = |value: i32, least: i64| ((i64::from(value) - least) << 16) / span;
    let mut keyed: Vec<(u8, u32, (i32, i32), u32)> = (0_u32..)
        .zip(places)
        .map(|(index, (kind, (x, y)))| {
            (*kind, hilbert(step(*x, all.west), step(*y, all.south)), (*x, *y), index)
        })
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, _, _, index)| index).collect()
}

/// The place of a cell of a 2¹⁶ × 2¹⁶ grid along the Hilbert curve.
fn hilbert(mut x: i64, mut y: i64) -> u32 {
    let mut along = 0_i64;
    let mut side = 1_i64 << 15;
    while side > 0 {
        let (right, up) = (i64::from(x & side > 0), i64::from(y & side > 0));
        along += side * side * ((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                x = (1 << 16) - 1 - x;
                y = (1 << 16) - 1 - y;
            }
            std::mem::swap(&mut x, &mut y);
        }
        side /= 2;
    }
    u32::try_from(along).unwrap_or(u32::MAX)
}
