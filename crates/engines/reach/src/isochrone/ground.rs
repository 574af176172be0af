//! The ground between the streets, cut into triangles once for a city.

use super::mesh::{Mesh, Spot};
use super::outline::{Outline, Tracer};
use crate::lists::Lists;
use crate::streets::{Decimetres, FURTHEST_DM, Place, PlaceId, Street, Streets};
use crate::walk::Walk;

/// How finely outlines are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grain {
    /// Streets are looked at in steps of at most this.
    pub step_dm: Decimetres,
    /// Ground further from every street than this counts as unreachable: a lake, a fenced block.
    pub off_street_dm: Decimetres,
    /// How far an outline may be simplified.
    pub tolerance_dm: Decimetres,
}

impl Default for Grain {
    fn default() -> Self {
        Grain { step_dm: 1_000, off_street_dm: 1_500, tolerance_dm: 100 }
    }
}

/// A city's streets and the ground between them, ready for outlines. Makes a triangulation of all places,
/// of points along the streets, and of points in the middle of ground that is far from any: some 100 bytes
/// a place.
#[derive(Debug)]
pub struct Ground<'a> {
    streets: &'a Streets,
    walk: Walk<'a>,
    grain: Grain,
    pub(super) mesh: Mesh,
    /// The mesh's point of each place.
    spot_of: Vec<u32>,
    /// The mesh's points from here on are no places.
    past_places: u32,
    /// The points along each street between its ends.
    along: Lists,
    /// The streets at each place.
    at_place: Lists,
    tracer: Tracer,
}

/// Larger than every coordinate, and small enough for exact circles.
const FRAME: i64 = FURTHEST_DM as i64 + 100_000_000;

/// No street is cut into more pieces.
const MOST_PIECES: u32 = 1_000;

impl<'a> Ground<'a> {
    /// Cuts the ground into triangles.
    #[must_use]
    pub fn new(streets: &'a Streets, grain: Grain) -> Self {
        let mut mesh = Mesh::new(FRAME);
        let places = streets.places();
        let mut spot_of = vec![0; places.len()];
        for place in streets.in_layout() {
            spot_of[place as usize] = mesh.add(spot(&places[place as usize]));
        }
        let past_places = mesh.spots.len() as u32;
        let mut along = Lists::default();
        let mut ends = Lists::default();
        for street in streets.streets() {
            along.push(points_along(street, places, grain.step_dm).map(|spot| mesh.add(spot)));
            ends.push([street.from, street.to]);
        }
        for middle in middles(&mesh, i64::from(grain.off_street_dm)) {
            mesh.add(middle);
        }
        let at_place = ends.turned(places.len());
        let tracer = Tracer::new(&mesh);
        Ground {
            streets,
            walk: Walk::new(streets),
            grain,
            mesh,
            spot_of,
            past_places,
            along,
            at_place,
            tracer,
        }
    }

    /// The outline around everything from where `station` can be walked to within `limit`: every such place
    /// is inside it, every other outside, and the same holds for the points along the streets that lie on no
    /// place. Places at exactly the same spot are inside when one of them is within reach.
    pub fn outline(&mut self, station: PlaceId, limit: Decimetres) -> Outline {
        self.tracer.clear();
        let reached = self.walk.within(station, limit);
        for near in reached {
            self.tracer.reach(self.spot_of[near.place as usize], limit - near.far);
        }
        for near in reached {
            for number in self.at_place.get(near.place as usize) {
                let points = self.along.get(*number as usize);
                let street = self.streets.streets()[*number as usize];
                let [forth, back] = self.streets.costs(&street);
                let left = u64::from(limit - near.far);
                let pieces = points.len() as u64 + 1;
                let mut reach = |cost: u32, step: u64, point: u32| {
                    // Who stands that far along the street has this much left; rounded to their advantage by
                    // less than a decimetre.
                    let walked = u64::from(cost) * step / pieces;
                    // A street may pass over a place without leading to it: the place has its own say.
                    if walked <= left && point >= self.past_places {
                        self.tracer.reach(point, (left - walked) as u32);
                    }
                };
                if street.from == near.place {
                    points.iter().zip(1..).for_each(|(point, step)| reach(back, step, *point));
                }
                if street.to == near.place {
                    points.iter().rev().zip(1..).for_each(|(point, step)| reach(forth, step, *point));
                }
            }
        }
        self.tracer.trace(&self.mesh, self.grain)
    }
}

fn spot(place: &Place) -> Spot {
    Spot { x: i64::from(place.x_dm), y: i64::from(place.y_dm) }
}

/// Points that part a street into pieces no longer than `step`.
fn points_along(street: &Street, places: &[Place], step: Decimetres) -> impl Iterator<Item = Spot> {
    let [from, to] = [street.from, street.to].map(|place| spot(&places[place as usize]));
    let pieces = i64::from(street.length_dm.div_ceil(step.max(1)).clamp(1, MOST_PIECES));
    (1..pieces).map(move |piece| {
        let part = |a: i64, b: i64| a + (b - a) * piece / pieces;
        Spot { x: part(from.x, to.x), y: part(from.y, to.y) }
    })
}

/// The middles of the empty circles wider than `far`: ground that is that far from everything.
fn middles(mesh: &Mesh, far: i64) -> Vec<Spot> {
    let known = &mesh.spots[super::mesh::CORNERS as usize..];
    let (Some(west), Some(east)) =
        (known.iter().map(|spot| spot.x).min(), known.iter().map(|spot| spot.x).max())
    else {
        return Vec::new();
    };
    let south = known.iter().map(|spot| spot.y).min().unwrap_or(0);
    let north = known.iter().map(|spot| spot.y).max().unwrap_or(0);
    let is_within = |spot: &Spot| (west..=east).contains(&spot.x) && (south..=north).contains(&spot.y);
    let triangles = mesh.triangles.iter();
    triangles
        .filter_map(|triangle| middle(triangle.corners.map(|at| mesh.spots[at as usize]), far))
        .filter(is_within)
        .collect()
}

/// The middle of the circle through three corners, when it is wider than `far`.
fn middle([a, b, c]: [Spot; 3], far: i64) -> Option<Spot> {
    let [bx, by, cx, cy] = [b.x - a.x, b.y - a.y, c.x - a.x, c.y - a.y].map(|side| side as f64);
    let twice = 2.0 * (bx * cy - by * cx);
    let (b2, c2) = (bx * bx + by * by, cx * cx + cy * cy);
    let (x, y) = ((cy * b2 - by * c2) / twice, (bx * c2 - cx * b2) / twice);
    let is_wide = x * x + y * y > (far * far) as f64;
    let is_near = x.abs() < FRAME as f64 && y.abs() < FRAME as f64;
    (is_wide && is_near).then(|| Spot { x: a.x + x as i64, y: a.y + y as i64 })
}
