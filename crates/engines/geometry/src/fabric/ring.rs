//! Whole-numbered points, and arithmetic on closed rings of them.

use crate::point::Point;
use crate::ring as degrees;

/// So many whole numbers to a degree: one is about a centimetre.
pub const UNITS_PER_DEGREE: f64 = 1e7;

/// A place in whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Spot {
    pub(super) x: i64,
    pub(super) y: i64,
}

impl Spot {
    /// The nearest whole-numbered place.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "degrees are in range: at most 180 times ten million"
    )]
    pub(super) fn of(point: Point) -> Spot {
        let unit = |degrees: f64| (degrees * UNITS_PER_DEGREE).round() as i64;
        Spot { x: unit(point.lon()), y: unit(point.lat()) }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "at most 180 times ten million, far below what a double holds"
    )]
    pub(super) fn point(self) -> Point {
        Point::computed(self.x as f64 / UNITS_PER_DEGREE, self.y as f64 / UNITS_PER_DEGREE)
    }
}

/// Twice the area of the triangle `a b c`: positive when it turns left.
pub(super) fn turn(a: Spot, b: Spot, c: Spot) -> i128 {
    let across = |p: i64, q: i64| i128::from(p - q);
    across(b.x, a.x) * across(c.y, a.y) - across(b.y, a.y) * across(c.x, a.x)
}

/// Twice the area of a closed ring, whose first spot is its last too: positive when it turns left.
pub(super) fn doubled_area(ring: &[Spot]) -> i128 {
    let Some(first) = ring.first() else { return 0 };
    ring.windows(2).map(|pair| turn(*first, pair[0], pair[1])).sum()
}

/// Whether a spot lies inside a closed ring: `None` on its line.
pub(super) fn holds(ring: &[Spot], spot: Spot) -> Option<bool> {
    let mut odd = false;
    for pair in ring.windows(2) {
        let (low, high) = if pair[0].y <= pair[1].y { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
        let side = turn(low, high, spot);
        let within = low.x.min(high.x) <= spot.x && spot.x <= low.x.max(high.x);
        if side == 0 && within && low.y <= spot.y && spot.y <= high.y {
            return None;
        }
        odd ^= low.y <= spot.y && spot.y < high.y && side > 0;
    }
    Some(odd)
}

/// Square metres inside a closed ring, whatever its direction.
pub(super) fn area_m2(ring: &[Spot]) -> f64 {
    degrees::area_m2(&ring.iter().map(|spot| spot.point()).collect::<Vec<_>>())
}

/// The length of a ring, in metres.
pub(super) fn perimeter_m(ring: &[Spot]) -> f64 {
    ring.windows(2).map(|pair| length_m(pair[0], pair[1])).sum()
}

/// The way between two spots, in metres.
pub(super) fn length_m(a: Spot, b: Spot) -> f64 {
    crate::point::distance_m(a.point(), b.point())
}
