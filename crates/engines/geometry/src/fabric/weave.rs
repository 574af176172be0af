//! Lines that cross or touch get their common points.

use std::collections::BTreeMap;

use super::Tangled;
use super::ring::{Spot, turn};
use crate::point::Point;
use crate::shape::Shape;

/// Rounding a crossing moves its lines a little, which may make them cross others: so often it is looked again.
const ROUNDS: usize = 40;

/// A line between two spots, the lesser first, with the layers it bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Thread {
    pub(super) a: Spot,
    pub(super) b: Spot,
    /// The layers on one side of it and not on the other, in order; none for a cut.
    pub(super) layers: Vec<usize>,
}

/// A line as given: of a layer's outline, or a cut.
type Drawn = (Spot, Spot, Option<usize>);

/// Threads that meet at their ends only, each once. Cuts that end in the open are taken off.
pub(super) fn weave(outlines: &[&Shape], cuts: &[Vec<Point>]) -> Result<Vec<Thread>, Tangled> {
    let mut drawn: Vec<Drawn> = Vec::new();
    for (layer, outline) in outlines.iter().enumerate() {
        let rings = outline.polygons().iter().flatten();
        drawn.extend(rings.flat_map(|ring| segments(ring).map(move |(a, b)| (a, b, Some(layer)))));
    }
    drawn.extend(cuts.iter().flat_map(|cut| segments(cut).map(|(a, b)| (a, b, None))));
    let mut threads = merged(drawn);
    for _ in 0..ROUNDS {
        let splits = crossings(&threads);
        if splits.iter().all(Vec::is_empty) {
            return Ok(without_loose_ends(threads));
        }
        threads =
            merged(threads.iter().zip(splits).flat_map(|(thread, spots)| parted(thread, spots)).collect());
    }
    Err(Tangled)
}

fn segments(line: &[Point]) -> impl Iterator<Item = (Spot, Spot)> {
    line.windows(2).map(|pair| (Spot::of(pair[0]), Spot::of(pair[1])))
}

/// Each line once. A layer that has it twice has the same on both sides of it.
fn merged(drawn: Vec<Drawn>) -> Vec<Thread> {
    let mut found: BTreeMap<(Spot, Spot), (bool, Vec<usize>)> = BTreeMap::new();
    for (a, b, layer) in drawn.into_iter().filter(|(a, b, _)| a != b) {
        let (is_cut, layers) = found.entry((a.min(b), a.max(b))).or_default();
        match layer {
            None => *is_cut = true,
            Some(layer) => match layers.iter().position(|known| *known == layer) {
                Some(at) => drop(layers.swap_remove(at)),
                None => layers.push(layer),
            },
        }
    }
    let kept = found.into_iter().filter(|(_, (is_cut, layers))| *is_cut || !layers.is_empty());
    kept.map(|((a, b), (_, mut layers))| {
        layers.sort_unstable();
        Thread { a, b, layers }
    })
    .collect()
}

/// For each thread the spots at which it must be parted. They are sorted by where they begin in the west, so only those are
/// compared that can meet.
fn crossings(threads: &[Thread]) -> Vec<Vec<Spot>> {
    let mut splits = vec![Vec::new(); threads.len()];
    for (at, one) in threads.iter().enumerate() {
        let (south, north) = (one.a.y.min(one.b.y), one.a.y.max(one.b.y));
        for (offset, other) in threads[at + 1..].iter().take_while(|other| other.a.x <= one.b.x).enumerate() {
            if other.a.y.min(other.b.y) > north || other.a.y.max(other.b.y) < south {
                continue;
            }
            for spot in meeting(one, other) {
                for (index, thread) in [(at, one), (at + 1 + offset, other)] {
                    if spot != thread.a && spot != thread.b {
                        splits[index].push(spot);
                    }
                }
            }
        }
    }
    splits
}

/// Where two threads meet: ends that lie on the other one, or the spot nearest to where they cross.
fn meeting(p: &Thread, q: &Thread) -> Vec<Spot> {
    let sides = [turn(q.a, q.b, p.a), turn(q.a, q.b, p.b), turn(p.a, p.b, q.a), turn(p.a, p.b, q.b)];
    let ends = [(p.a, sides[0], q), (p.b, sides[1], q), (q.a, sides[2], p), (q.b, sides[3], p)];
    let on: Vec<Spot> = ends
        .into_iter()
        .filter(|(spot, side, thread)| *side == 0 && is_in_box(*spot, thread))
        .map(|(spot, _, _)| spot)
        .collect();
    let cross = on.is_empty() && (sides[0] > 0) != (sides[1] > 0) && (sides[2] > 0) != (sides[3] > 0);
    if !cross || sides.contains(&0) {
        return on;
    }
    let share = (sides[0], sides[0] - sides[1]);
    vec![Spot { x: along(p.a.x, p.b.x, share), y: along(p.a.y, p.b.y, share) }]
}

fn is_in_box(spot: Spot, thread: &Thread) -> bool {
    let within = |least: i64, value: i64, most: i64| least.min(most) <= value && value <= least.max(most);
    within(thread.a.x, spot.x, thread.b.x) && within(thread.a.y, spot.y, thread.b.y)
}

/// The whole number nearest to a share of the way.
fn along(from: i64, to: i64, (part, whole): (i128, i128)) -> i64 {
    let (part, whole) = if whole < 0 { (-part, -whole) } else { (part, whole) };
    let way = i128::from(to - from) * part;
    let rounded = (2 * way + whole).div_euclid(2 * whole);
    from + i64::try_from(rounded).unwrap_or_default()
}

fn parted(thread: &Thread, mut spots: Vec<Spot>) -> Vec<Drawn> {
    spots.extend([thread.a, thread.b]);
    // Along a thread that begins in the west, or in the south where it goes straight up. A rounded crossing may lie a unit
    // beside it, which changes no order that matters.
    let up = thread.b.y >= thread.a.y;
    spots.sort_unstable_by_key(|spot| (spot.x, if up { spot.y } else { -spot.y }));
    spots.dedup();
    let pieces = spots.windows(2).map(|pair| (pair[0], pair[1]));
    let layers: Vec<Option<usize>> = match thread.layers.is_empty() {
        true => vec![None],
        false => thread.layers.iter().copied().map(Some).collect(),
    };
    pieces.flat_map(|(a, b)| layers.iter().map(move |layer| (a, b, *layer))).collect()
}

/// Takes off what ends in the open, again and again: outlines are closed, so only cuts do.
fn without_loose_ends(mut threads: Vec<Thread>) -> Vec<Thread> {
    loop {
        let mut ends: BTreeMap<Spot, usize> = BTreeMap::new();
        for spot in threads.iter().flat_map(|thread| [thread.a, thread.b]) {
            *ends.entry(spot).or_default() += 1;
        }
        let before = threads.len();
        threads.retain(|thread| ends[&thread.a] > 1 && ends[&thread.b] > 1);
        if threads.len() == before {
            return threads;
        }
    }
}
