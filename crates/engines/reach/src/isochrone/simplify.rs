//! Leaving out corners without passing over anything.

use super::outline::{Corner, Ring};

/// What may not be passed over, from west to east, and which of it still stands.
struct Obstacles {
    sorted: Vec<(Corner, usize)>,
    stands: Vec<bool>,
}

/// Leaves out corners as long as the rings stay within `tolerance` of what they were, pass over none of
/// `beside`, and neither cross nor touch: taking b out of a, b, c sweeps the triangle between them, in which
/// there may be no point and no other corner.
pub(super) fn simplify(rings: Vec<Ring>, beside: Vec<Corner>, tolerance: f64) -> Vec<Ring> {
    let mut sorted: Vec<(Corner, usize)> = rings.iter().flatten().copied().chain(beside).zip(0..).collect();
    sorted.sort_by(|(a, _), (b, _)| a.x.total_cmp(&b.x));
    let mut obstacles = Obstacles { stands: vec![true; sorted.len()], sorted };
    let mut first = 0;
    let mut simpler = |ring: Ring| {
        let kept = thin(&ring, first, &mut obstacles, tolerance);
        first += ring.len();
        kept
    };
    rings.into_iter().map(&mut simpler).collect()
}

/// Goes round until no corner can be left out any more. The ring's corners are numbered from `first` among
/// the obstacles.
fn thin(ring: &[Corner], first: usize, obstacles: &mut Obstacles, tolerance: f64) -> Ring {
    let count = ring.len();
    let mut next: Vec<usize> = (1..=count).map(|at| at % count).collect();
    let mut before: Vec<usize> = (0..count).map(|at| (at + count - 1) % count).collect();
    let (mut standing, mut here, mut kept_in_a_row) = (count, 0, 0);
    while standing > 4 && kept_in_a_row < standing {
        let (a, c) = (before[here], next[here]);
        if is_near(ring, a, c, tolerance) && obstacles.let_pass(ring, first, [a, here, c]) {
            obstacles.stands[first + here] = false;
            (next[a], before[c]) = (c, a);
            standing -= 1;
            kept_in_a_row = 0;
        } else {
            kept_in_a_row += 1;
        }
        here = c;
    }
    let mut kept = Ring::with_capacity(standing);
    for _ in 0..standing {
        kept.push(ring[here]);
        here = next[here];
    }
    kept
}

/// Whether everything that was between a and c lies within `tolerance` of the line from one to the other.
fn is_near(ring: &[Corner], a: usize, c: usize, tolerance: f64) -> bool {
    let between = (a + 1..).map(|at| at % ring.len()).take_while(|at| *at != c);
    between.into_iter().all(|at| distance_squared(ring[at], ring[a], ring[c]) <= tolerance * tolerance)
}

fn distance_squared(p: Corner, a: Corner, c: Corner) -> f64 {
    let (dx, dy) = (c.x - a.x, c.y - a.y);
    let (px, py) = (p.x - a.x, p.y - a.y);
    let long = dx * dx + dy * dy;
    let along = if long > 0.0 { ((px * dx + py * dy) / long).clamp(0.0, 1.0) } else { 0.0 };
    let (ex, ey) = (px - along * dx, py - along * dy);
    ex * ex + ey * ey
}

impl Obstacles {
    /// Whether the closed triangle of three corners of a ring holds nothing but these.
    fn let_pass(&self, ring: &[Corner], first: usize, corners: [usize; 3]) -> bool {
        let [a, b, c] = corners.map(|at| ring[at]);
        let (west, east) = (a.x.min(b.x).min(c.x), a.x.max(b.x).max(c.x));
        let (south, north) = (a.y.min(b.y).min(c.y), a.y.max(b.y).max(c.y));
        let from = self.sorted.partition_point(|(p, _)| p.x < west - HAIR);
        let own = corners.map(|at| first + at);
        let mut near = self.sorted[from..].iter().take_while(|(p, _)| p.x <= east + HAIR);
        !near.any(|(p, number)| {
            p.y >= south - HAIR
                && p.y <= north + HAIR
                && self.stands[*number]
                && !own.contains(number)
                && holds(a, b, c, *p)
        })
    }
}

/// So near, in decimetres, counts as inside a triangle: far above what rounding can do.
const HAIR: f64 = 1e-3;

fn holds(a: Corner, b: Corner, c: Corner, p: Corner) -> bool {
    let side = |a: Corner, b: Corner| {
        let area = (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
        (area, HAIR * ((b.x - a.x).abs() + (b.y - a.y).abs()))
    };
    let sides = [side(a, b), side(b, c), side(c, a)];
    sides.iter().all(|(side, hair)| *side >= -hair) || sides.iter().all(|(side, hair)| *side <= *hair)
}
