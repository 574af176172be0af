//! Whether the rings of a polygon stay clear of themselves and of each other.

use crate::point::Point;
use crate::ring::{edges, turn};
use crate::shape::Ring;

/// Two edges that may not meet and do.
#[derive(Debug)]
pub(crate) struct Flaw {
    /// The rings they belong to; the same twice when a ring meets itself.
    pub(crate) rings: [usize; 2],
    /// The start of one of the two edges.
    pub(crate) near: Point,
}

/// How two edges meet.
#[derive(Debug, PartialEq, Eq)]
enum Meeting {
    Apart,
    /// In one point that is an end of at least one of them.
    Touch,
    /// Through each other, or along a common stretch.
    Cross,
}

struct Edge {
    ring: usize,
    /// Its place in the ring, and how many edges the ring has.
    place: usize,
    count: usize,
    a: Point,
    b: Point,
}

impl Edge {
    fn west(&self) -> f64 {
        self.a.lon().min(self.b.lon())
    }

    fn east(&self) -> f64 {
        self.a.lon().max(self.b.lon())
    }

    fn follows(&self, other: &Self) -> bool {
        self.ring == other.ring && (other.place + 1) % other.count == self.place
    }

    /// Neighbours in a ring share an end and may do no more; other edges of one ring may not meet at all;
    /// edges of two rings may touch.
    fn conflicts(&self, other: &Self) -> bool {
        let touch_is_allowed = self.ring != other.ring || self.follows(other) || other.follows(self);
        match meeting(self, other) {
            Meeting::Apart => false,
            Meeting::Touch => !touch_is_allowed,
            Meeting::Cross => true,
        }
    }
}

/// The first flaw met when sweeping the rings' edges from west to east, if there is one. Only edges whose
/// boxes overlap in longitude are compared, which for boundaries as they are drawn is close to n log n.
pub(crate) fn flaw(rings: &[Ring]) -> Option<Flaw> {
    let mut all: Vec<Edge> =
        rings.iter().enumerate().flat_map(|(ring, line)| ring_edges(ring, line)).collect();
    all.sort_by(|p, q| p.west().total_cmp(&q.west()));
    all.iter().enumerate().find_map(|(index, edge)| {
        all[index + 1..]
            .iter()
            .take_while(|other| other.west() <= edge.east())
            .find(|other| edge.conflicts(other))
            .map(|other| Flaw { rings: [edge.ring.min(other.ring), edge.ring.max(other.ring)], near: edge.a })
    })
}

fn ring_edges(ring: usize, line: &[Point]) -> impl Iterator<Item = Edge> {
    edges(line).enumerate().map(move |(place, (a, b))| Edge { ring, place, count: line.len() - 1, a, b })
}

fn meeting(p: &Edge, q: &Edge) -> Meeting {
    let p_sides = [side(q, p.a), side(q, p.b)];
    let q_sides = [side(p, q.a), side(p, q.b)];
    if p_sides == [0, 0] || q_sides == [0, 0] {
        return meeting_on_one_line(p, q);
    }
    match (p_sides[0] * p_sides[1], q_sides[0] * q_sides[1]) {
        (-1, -1) => Meeting::Cross,
        (1, _) | (_, 1) => Meeting::Apart,
        _ => Meeting::Touch,
    }
}

/// 1 left of the edge, -1 right of it, 0 on its line.
fn side(edge: &Edge, point: Point) -> i8 {
    match turn(edge.a, edge.b, point) {
        turn if turn > 0.0 => 1,
        turn if turn < 0.0 => -1,
        _ => 0,
    }
}

/// Two edges on one line overlap as much as their shadows on the axis along which the first is longer.
fn meeting_on_one_line(p: &Edge, q: &Edge) -> Meeting {
    let is_wide = (p.b.lon() - p.a.lon()).abs() >= (p.b.lat() - p.a.lat()).abs();
    let shadow = |edge: &Edge| {
        let (a, b) = if is_wide { (edge.a.lon(), edge.b.lon()) } else { (edge.a.lat(), edge.b.lat()) };
        (a.min(b), a.max(b))
    };
    let ((p_from, p_to), (q_from, q_to)) = (shadow(p), shadow(q));
    let (from, to) = (p_from.max(q_from), p_to.min(q_to));
    if from < to {
        Meeting::Cross
    } else if from > to {
        Meeting::Apart
    } else {
        Meeting::Touch
    }
}
