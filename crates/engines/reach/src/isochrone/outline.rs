//! Where reach ends, traced from triangle to triangle.

use super::ground::Grain;
use super::mesh::{CORNERS, Mesh, NONE};
use super::simplify::simplify;

/// A corner of an outline, decimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corner {
    /// Eastwards.
    pub x: f64,
    /// Northwards.
    pub y: f64,
}

/// A closed line that does not repeat its first corner.
pub type Ring = Vec<Corner>;

/// An outer ring against the clock and the holes in it with the clock.
pub type Polygon = Vec<Ring>;

/// The polygons around what is reached. Their rings neither cross nor touch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outline {
    /// Apart from each other.
    pub polygons: Vec<Polygon>,
}

impl Outline {
    /// Square metres.
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        self.polygons.iter().flatten().map(|ring| area(ring)).sum::<f64>() / 100.0
    }

    /// Whether a point lies inside, by counting the sides to its east.
    #[must_use]
    pub fn contains(&self, at: Corner) -> bool {
        self.polygons.iter().flatten().filter(|ring| is_within(ring, at)).count() % 2 == 1
    }
}

/// Above 0 against the clock; square decimetres.
pub(super) fn area(ring: &[Corner]) -> f64 {
    let Some(first) = ring.first() else { return 0.0 };
    // Measured from a corner, so that far-off frames of coordinates lose no digits.
    let part = |a: &Corner, b: &Corner| (a.x - first.x) * (b.y - first.y) - (b.x - first.x) * (a.y - first.y);
    ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| part(a, b)).sum::<f64>() / 2.0
}

fn is_within(ring: &[Corner], at: Corner) -> bool {
    let crosses = |(a, b): &(&Corner, &Corner)| {
        (a.y > at.y) != (b.y > at.y) && at.x < a.x + (b.x - a.x) * (at.y - a.y) / (b.y - a.y)
    };
    ring.iter().zip(ring.iter().cycle().skip(1)).filter(crosses).count() % 2 == 1
}

/// Buffers for one outline after the other.
#[derive(Debug)]
pub(super) struct Tracer {
    /// For each point of the mesh how far one could still walk, and one more; 0 where it is not reached.
    left: Vec<u32>,
    reached: Vec<u32>,
    seen: Vec<bool>,
    seen_list: Vec<u32>,
}

impl Tracer {
    pub(super) fn new(mesh: &Mesh) -> Self {
        let (left, seen) = (vec![0; mesh.spots.len()], vec![false; mesh.triangles.len()]);
        Tracer { left, seen, reached: Vec::new(), seen_list: Vec::new() }
    }

    pub(super) fn clear(&mut self) {
        self.reached.drain(..).for_each(|point| self.left[point as usize] = 0);
        self.seen_list.drain(..).for_each(|triangle| self.seen[triangle as usize] = false);
    }

    pub(super) fn reach(&mut self, point: u32, left: u32) {
        let known = &mut self.left[point as usize];
        if *known == 0 {
            self.reached.push(point);
        }
        *known = (*known).max(left.saturating_add(1));
    }

    /// The outline around the points that were reached.
    pub(super) fn trace(&mut self, mesh: &Mesh, grain: Grain) -> Outline {
        let mut rings = Vec::new();
        // The points beside the outline: simplifying may not pass over them.
        let mut beside = Vec::new();
        for number in 0..self.reached.len() {
            for triangle in mesh.around(self.reached[number]) {
                if !self.seen[triangle as usize] && self.is_mixed(mesh, triangle) {
                    rings.push(self.ring(mesh, triangle, grain, &mut beside));
                }
            }
        }
        beside.sort_unstable();
        beside.dedup();
        let beside = beside.into_iter().map(|point| corner(mesh, point)).collect();
        nested(simplify(rings, beside, f64::from(grain.tolerance_dm)))
    }

    fn is_in(&self, point: u32) -> bool {
        self.left[point as usize] > 0
    }

    fn is_mixed(&self, mesh: &Mesh, triangle: u32) -> bool {
        let inside = mesh.triangles[triangle as usize].corners.map(|corner| self.is_in(corner));
        inside.contains(&true) && inside.contains(&false)
    }

    /// Follows the outline with the reached side on the left until it closes: in every triangle it enters
    /// over the side that leads out of reach and leaves over the one that leads back in.
    fn ring(&mut self, mesh: &Mesh, start: u32, grain: Grain, beside: &mut Vec<u32>) -> Ring {
        let mut ring = Ring::new();
        let mut here = start;
        loop {
            self.seen[here as usize] = true;
            self.seen_list.push(here);
            let triangle = mesh.triangles[here as usize];
            let side = |side: usize| (triangle.corners[(side + 1) % 3], triangle.corners[(side + 2) % 3]);
            beside.extend(triangle.corners.iter().filter(|point| **point >= CORNERS));
            let leads_out = |&at: &usize| self.is_in(side(at).0) && !self.is_in(side(at).1);
            let leads_in = |&at: &usize| !self.is_in(side(at).0) && self.is_in(side(at).1);
            let (out, back) = ((0..3).find(leads_out), (0..3).find(leads_in));
            let (inner, outer) = side(out.unwrap_or_default());
            ring.push(self.cut(mesh, inner, outer, grain));
            here = triangle.beyond[back.unwrap_or_default()];
            if here == start || here == NONE {
                return ring;
            }
        }
    }

    /// Where the outline crosses the side from a reached point to one that is not: as far as one could still
    /// walk, but no further from the street than allowed and never past the middle between the two.
    fn cut(&self, mesh: &Mesh, inner: u32, outer: u32, grain: Grain) -> Corner {
        let (a, b) = (corner(mesh, inner), corner(mesh, outer));
        let long = (b.x - a.x).hypot(b.y - a.y);
        let left = f64::from(self.left[inner as usize] - 1);
        let far = left.min(f64::from(grain.off_street_dm));
        let part = if far < long { far / long } else { 0.5 };
        // A point exactly at the limit lies inside, not on the line.
        let part = part.clamp((10.0 / long).min(0.25), 0.9);
        Corner { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part }
    }
}

fn corner(mesh: &Mesh, point: u32) -> Corner {
    let spot = mesh.spots[point as usize];
    Corner { x: spot.x as f64, y: spot.y as f64 }
}

/// Puts every hole into the smallest outer ring around it.
fn nested(rings: Vec<Ring>) -> Outline {
    let (outer, holes): (Vec<Ring>, Vec<Ring>) = rings.into_iter().partition(|ring| area(ring) > 0.0);
    let mut polygons: Vec<Polygon> = outer.into_iter().map(|ring| vec![ring]).collect();
    polygons.sort_by(|a, b| area(&a[0]).total_cmp(&area(&b[0])));
    for hole in holes {
        let holder = polygons.iter_mut().find(|polygon| is_within(&polygon[0], hole[0]));
        if let Some(polygon) = holder {
            polygon.push(hole);
        }
    }
    polygons.reverse();
    Outline { polygons }
}
