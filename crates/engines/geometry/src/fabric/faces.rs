//! From lines that meet at their ends to the parts of the plane between them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::ring::{Spot, doubled_area, holds, turn};
use super::weave::Thread;
use super::{Face, points};
use crate::shape::Polygon;

/// One side of a thread: the way along it with its face on the left.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) from: Spot,
    pub(super) to: Spot,
    /// The same thread the other way.
    pub(super) twin: usize,
    /// The face on the left; none where that is the endless one.
    pub(super) face: Option<usize>,
    /// The layers that begin or end at it.
    layers: Vec<usize>,
}

/// The edges, two for each thread, and the faces on their left.
pub(super) fn trace(threads: &[Thread]) -> (Vec<Edge>, Vec<Face>) {
    let mut edges = Vec::with_capacity(threads.len() * 2);
    for thread in threads {
        let at = edges.len();
        let edge = |from, to, twin| Edge { from, to, twin, face: None, layers: thread.layers.clone() };
        edges.push(edge(thread.a, thread.b, at + 1));
        edges.push(edge(thread.b, thread.a, at));
    }
    let around = fans(&edges);
    let cycles = cycles(&edges, |_| true, &around);
    let rings: Vec<Vec<Spot>> = cycles.iter().map(|cycle| ring(&edges, cycle)).collect();
    let parts = components(&edges);
    let mut faces: Vec<Face> = Vec::new();
    let mut face_of = vec![None; cycles.len()];
    for (at, cycle) in cycles.iter().enumerate() {
        if doubled_area(&rings[at]) > 0 {
            face_of[at] = Some(faces.len());
            faces.push(Face { layers: layers_of(&edges, cycle), rings: vec![rings[at].clone()] });
        }
    }
    // A ring that turns right is the outside of a part that hangs together: a hole of the face it lies in.
    for at in 0..cycles.len() {
        if face_of[at].is_some() || rings[at].len() < 2 {
            continue;
        }
        let own = parts[&rings[at][0]];
        let around = (0..cycles.len())
            .filter(|other| doubled_area(&rings[*other]) > 0 && parts[&rings[*other][0]] != own)
            .filter(|other| holds(&rings[*other], rings[at][0]) == Some(true))
            .min_by_key(|other| doubled_area(&rings[*other]));
        let face = around.and_then(|around| face_of[around]);
        face_of[at] = face;
        if let Some(face) = face {
            faces[face].rings.push(rings[at].clone());
        }
    }
    for (cycle, face) in cycles.iter().zip(face_of) {
        for edge in cycle {
            edges[*edge].face = face;
        }
    }
    (edges, faces)
}

/// The edges that begin at each spot, turning left from the east.
fn fans(edges: &[Edge]) -> BTreeMap<Spot, Vec<usize>> {
    let mut fans: BTreeMap<Spot, Vec<usize>> = BTreeMap::new();
    for (at, edge) in edges.iter().enumerate() {
        fans.entry(edge.from).or_default().push(at);
    }
    for fan in fans.values_mut() {
        fan.sort_by(|p, q| by_angle(&edges[*p], &edges[*q]));
    }
    fans
}

fn by_angle(p: &Edge, q: &Edge) -> Ordering {
    let lower = |edge: &Edge| (edge.to.y, edge.to.x) < (edge.from.y, edge.from.x);
    lower(p).cmp(&lower(q)).then_with(|| 0.cmp(&turn(p.from, p.to, q.to)))
}

/// Ways around along the edges that count, each with its face on the left: at every spot the first one right of where it
/// came from.
fn cycles(
    edges: &[Edge],
    counts: impl Fn(&Edge) -> bool,
    fans: &BTreeMap<Spot, Vec<usize>>,
) -> Vec<Vec<usize>> {
    let next = |at: usize| {
        let edge = &edges[at];
        let fan = &fans[&edge.to];
        let back = fan.iter().position(|out| *out == edge.twin).unwrap_or_default();
        let around = (1..=fan.len()).map(|step| fan[(back + fan.len() - step) % fan.len()]);
        around.into_iter().find(|out| counts(&edges[*out])).unwrap_or(edge.twin)
    };
    let mut seen = vec![false; edges.len()];
    let mut found = Vec::new();
    for start in 0..edges.len() {
        if seen[start] || !counts(&edges[start]) {
            continue;
        }
        let (mut cycle, mut at) = (Vec::new(), start);
        while !seen[at] {
            seen[at] = true;
            cycle.push(at);
            at = next(at);
        }
        found.push(cycle);
    }
    found
}

fn ring(edges: &[Edge], cycle: &[usize]) -> Vec<Spot> {
    let mut ring: Vec<Spot> = cycle.iter().map(|at| edges[*at].from).collect();
    ring.extend(ring.first().copied());
    ring
}

/// Which spots hang together, by a number for each part.
fn components(edges: &[Edge]) -> BTreeMap<Spot, usize> {
    let mut beside: BTreeMap<Spot, Vec<Spot>> = BTreeMap::new();
    for edge in edges {
        beside.entry(edge.from).or_default().push(edge.to);
    }
    let mut parts = BTreeMap::new();
    for (number, start) in beside.keys().copied().enumerate() {
        let mut open = vec![start];
        while let Some(spot) = open.pop() {
            if parts.contains_key(&spot) {
                continue;
            }
            parts.insert(spot, number);
            open.extend(&beside[&spot]);
        }
    }
    parts
}

/// The layers that the face left of a cycle lies in: a ray from the middle of one of its edges crosses an odd number of
/// their lines.
fn layers_of(edges: &[Edge], cycle: &[usize]) -> Vec<usize> {
    let Some(at) = cycle.iter().copied().find(|at| edges[*at].from.y != edges[*at].to.y) else {
        return Vec::new();
    };
    let edge = &edges[at];
    let double = |spot: Spot| Spot { x: 2 * spot.x, y: 2 * spot.y };
    let middle = Spot { x: edge.from.x + edge.to.x, y: edge.from.y + edge.to.y };
    // On the left of what goes up lies the west.
    let west = edge.to.y > edge.from.y;
    let mut inside = BTreeSet::new();
    for (other, line) in edges.iter().enumerate().step_by(2) {
        if other == at || line.twin == at {
            continue;
        }
        let (a, b) = (double(line.from), double(line.to));
        let (low, high) = if a.y <= b.y { (a, b) } else { (b, a) };
        if !(low.y <= middle.y && middle.y < high.y) || (turn(low, high, middle) < 0) != west {
            continue;
        }
        for layer in &line.layers {
            if !inside.remove(layer) {
                inside.insert(*layer);
            }
        }
    }
    inside.into_iter().collect()
}

/// The outlines of everything on whose left `inside` says yes: polygons, each an outer ring and its holes.
pub(super) fn outlines(edges: &[Edge], inside: impl Fn(&Edge) -> bool) -> Vec<Polygon> {
    let border = |edge: &Edge| inside(edge) && !inside(&edges[edge.twin]);
    let fans = fans(edges);
    let (mut outer, mut holes) = (Vec::new(), Vec::new());
    for cycle in cycles(edges, border, &fans) {
        for ring in simple(ring(edges, &cycle)) {
            if doubled_area(&ring) > 0 { outer.push(vec![ring]) } else { holes.push(ring) }
        }
    }
    for hole in holes {
        let around = outer
            .iter_mut()
            .filter(|polygon: &&mut Vec<Vec<Spot>>| {
                hole.iter().all(|spot| holds(&polygon[0], *spot) != Some(false))
            })
            .min_by_key(|polygon| doubled_area(&polygon[0]));
        if let Some(polygon) = around {
            polygon.push(hole);
        }
    }
    outer.into_iter().map(points).collect()
}

/// A ring as rings that pass no spot twice.
fn simple(ring: Vec<Spot>) -> Vec<Vec<Spot>> {
    let (mut found, mut way): (Vec<Vec<Spot>>, Vec<Spot>) = (Vec::new(), Vec::new());
    for spot in ring {
        if let Some(at) = way.iter().position(|passed| *passed == spot) {
            let mut loop_: Vec<Spot> = way.drain(at..).collect();
            loop_.push(spot);
            if loop_.len() > 3 {
                found.push(loop_);
            }
        }
        way.push(spot);
    }
    found
}
