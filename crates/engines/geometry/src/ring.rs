//! Arithmetic on one closed ring: the first point is repeated as the last.

use crate::point::{EARTH_RADIUS_M, Point};

/// The ring's edges, in order.
pub(crate) fn edges(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    ring.windows(2).map(|pair| (pair[0], pair[1]))
}

/// Twice the area of the triangle `a b c` in square degrees: positive when it turns left.
pub(crate) fn turn(a: Point, b: Point, c: Point) -> f64 {
    (b.lon() - a.lon()) * (c.lat() - a.lat()) - (b.lat() - a.lat()) * (c.lon() - a.lon())
}

/// Whether a ray from the point eastwards crosses the ring an odd number of times. Each edge owns its lower
/// end and not its upper one, so that a ray through a vertex counts once.
pub(crate) fn is_odd(ring: &[Point], point: Point) -> bool {
    edges(ring).filter(|&(a, b)| is_crossed(a, b, point)).count() % 2 == 1
}

fn is_crossed(a: Point, b: Point, point: Point) -> bool {
    let (low, high) = if a.lat() <= b.lat() { (a, b) } else { (b, a) };
    (low.lat()..high.lat()).contains(&point.lat()) && turn(low, high, point) > 0.0
}

/// Whether the point is within `tolerance` degrees of the edge from `a` to `b`.
pub(crate) fn is_on_edge(a: Point, b: Point, point: Point, tolerance: f64) -> bool {
    let (along_lon, along_lat) = (b.lon() - a.lon(), b.lat() - a.lat());
    let (to_lon, to_lat) = (point.lon() - a.lon(), point.lat() - a.lat());
    let length_2 = along_lon * along_lon + along_lat * along_lat;
    let share = if length_2 > 0.0 { (to_lon * along_lon + to_lat * along_lat) / length_2 } else { 0.0 };
    let share = share.clamp(0.0, 1.0);
    (to_lon - share * along_lon).hypot(to_lat - share * along_lat) <= tolerance
}

/// The area in square metres on a sphere, whatever the direction: each edge sweeps the zone between it and
/// the equator (Chamberlain and Duquette, "Some algorithms for polygons on a sphere", 2007).
pub(crate) fn area_m2(ring: &[Point]) -> f64 {
    // Measuring from the ring's own latitude instead of the equator keeps the digits of a small ring.
    let level = ring.first().map_or(0.0, |point| point.lat().to_radians().sin());
    let doubled: f64 = edges(ring)
        .map(|(a, b)| {
            let height = a.lat().to_radians().sin() - level + b.lat().to_radians().sin() - level;
            (b.lon() - a.lon()).to_radians() * height
        })
        .sum();
    (doubled / 2.0).abs() * EARTH_RADIUS_M * EARTH_RADIUS_M
}

/// The planar area in square degrees, whatever the direction, and the area's moment about `origin`:
/// `(area, area × mean longitude offset, area × mean latitude offset)`.
pub(crate) fn moments(ring: &[Point], origin: Point) -> (f64, f64, f64) {
    let (mut area, mut lon, mut lat) = (0.0, 0.0, 0.0);
    for (a, b) in edges(ring) {
        let piece = turn(origin, a, b) / 2.0;
        area += piece;
        lon += piece * (a.lon() + b.lon() - 2.0 * origin.lon()) / 3.0;
        lat += piece * (a.lat() + b.lat() - 2.0 * origin.lat()) / 3.0;
    }
    let direction = area.signum();
    (area * direction, lon * direction, lat * direction)
}
