//! Degrees as a plane around the middle of a city, and the place nearest to a point of it.

use crate::streets::{FURTHEST_DM, Place, PlaceId};

/// The earth's mean radius (IUGG), decimetres.
const RADIUS_DM: f64 = 63_710_088.0;

/// Where a plane frame of decimetres touches the earth: x runs east and y north from it. Within 50 km a length
/// is off by less than 0.1 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Origin {
    /// Degrees east.
    pub lon: f64,
    /// Degrees north.
    pub lat: f64,
}

impl Origin {
    /// From degrees to decimetres of the plane; nothing for what is not on earth or too far off.
    #[must_use]
    pub fn plane(&self, lon: f64, lat: f64) -> Option<(i32, i32)> {
        let on_earth = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
        let x = (lon - self.lon).to_radians() * self.lat.to_radians().cos() * RADIUS_DM;
        let y = (lat - self.lat).to_radians() * RADIUS_DM;
        let is_near = x.abs().max(y.abs()) < f64::from(FURTHEST_DM);
        (on_earth && is_near).then_some((x.round() as i32, y.round() as i32))
    }

    /// From decimetres of the plane to degrees, rounded to a centimetre.
    #[must_use]
    pub fn degrees(&self, x_dm: f64, y_dm: f64) -> [f64; 2] {
        let lon = self.lon + (x_dm / (self.lat.to_radians().cos() * RADIUS_DM)).to_degrees();
        let lat = self.lat + (y_dm / RADIUS_DM).to_degrees();
        [lon, lat].map(|degrees| (degrees * 1e7).round() / 1e7)
    }
}

/// How far it is between two points on the earth, given in degrees, along a great circle.
#[must_use]
pub fn distance_dm(from: (f64, f64), to: (f64, f64)) -> f64 {
    let [(lon, lat), (lon2, lat2)] = [from, to].map(|(lon, lat)| (lon.to_radians(), lat.to_radians()));
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let chord = half(lat2 - lat) + lat.cos() * lat2.cos() * half(lon2 - lon);
    2.0 * RADIUS_DM * chord.min(1.0).sqrt().asin()
}

/// Finds the place nearest to a point: places sorted into the cells of a grid with about two in each.
#[derive(Debug, Clone)]
pub struct Finder {
    west: i64,
    south: i64,
    cell: i64,
    columns: i64,
    rows: i64,
    /// Those of a cell are `places[first[cell]..first[cell + 1]]`.
    first: Vec<u32>,
    places: Vec<(PlaceId, i64, i64)>,
}

impl Finder {
    /// Sorts the places into cells.
    #[must_use]
    pub fn new(places: &[Place]) -> Finder {
        let spots = || places.iter().map(|place| (i64::from(place.x_dm), i64::from(place.y_dm)));
        let (west, south) =
            (spots().map(|at| at.0).min().unwrap_or(0), spots().map(|at| at.1).min().unwrap_or(0));
        let wide = spots().map(|at| at.0 - west).max().unwrap_or(0) + 1;
        let high = spots().map(|at| at.1 - south).max().unwrap_or(0) + 1;
        let cells = (places.len() as f64 / 2.0).max(1.0);
        // Also in a long and narrow city there are no more cells than twice the places.
        let cell = ((wide as f64 * high as f64 / cells).sqrt() as i64)
            .max((wide + high) / (cells as i64 + 1))
            .max(1);
        let (columns, rows) = (wide / cell + 1, high / cell + 1);
        let cell_of = |(x, y): (i64, i64)| ((y - south) / cell * columns + (x - west) / cell) as usize;
        let mut first = vec![0_u32; (columns * rows) as usize + 1];
        spots().for_each(|at| first[cell_of(at) + 1] += 1);
        for at in 1..first.len() {
            first[at] += first[at - 1];
        }
        let mut slot = first.clone();
        let mut sorted = vec![(0, 0, 0); places.len()];
        for (number, at) in (0..).zip(spots()) {
            let slot = &mut slot[cell_of(at)];
            sorted[*slot as usize] = (number, at.0, at.1);
            *slot += 1;
        }
        Finder { west, south, cell, columns, rows, first, places: sorted }
    }

    /// The nearest place, of several the one given first; nothing when there are none.
    #[must_use]
    pub fn nearest(&self, x_dm: i32, y_dm: i32) -> Option<PlaceId> {
        let (x, y) = (i64::from(x_dm), i64::from(y_dm));
        let (column, row) = (self.at(x - self.west, self.columns), self.at(y - self.south, self.rows));
        let mut best: Option<(i64, PlaceId)> = None;
        for ring in 0..self.columns.max(self.rows) {
            for (number, px, py) in self.ring(column, row, ring) {
                let far = (px - x).pow(2) + (py - y).pow(2);
                best = best.into_iter().chain([(far, *number)]).min();
            }
            // What lies in rings further out is further than this.
            let inside = self.depth(x, y, column, row, ring);
            if best.is_some_and(|(far, _)| inside >= 0 && inside.saturating_mul(inside) > far) {
                break;
            }
        }
        best.map(|(_, place)| place)
    }

    fn at(&self, offset: i64, count: i64) -> i64 {
        offset.div_euclid(self.cell).clamp(0, count - 1)
    }

    /// How far the point is from the edge of the square of cells around it; below 0 outside.
    fn depth(&self, x: i64, y: i64, column: i64, row: i64, ring: i64) -> i64 {
        let (left, bottom) = (self.west + (column - ring) * self.cell, self.south + (row - ring) * self.cell);
        let side = (2 * ring + 1) * self.cell;
        (x - left).min(y - bottom).min(left + side - x).min(bottom + side - y)
    }

    fn ring(&self, column: i64, row: i64, ring: i64) -> impl Iterator<Item = &(PlaceId, i64, i64)> {
        let rows = (row - ring).max(0)..=(row + ring).min(self.rows - 1);
        rows.flat_map(move |at| {
            let is_end = (at - row).abs() == ring;
            let step = if is_end || ring == 0 { 1 } else { 2 * ring };
            let columns = (column - ring..=column + ring).step_by(step as usize);
            columns.filter(|column| (0..self.columns).contains(column)).flat_map(move |column| {
                let cell = (at * self.columns + column) as usize;
                &self.places[self.first[cell] as usize..self.first[cell + 1] as usize]
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn degrees_come_back() {
        let origin = Origin { lon: 114.3, lat: 30.6 };
        let (x, y) = origin.plane(114.35, 30.55).unwrap();
        let [lon, lat] = origin.degrees(f64::from(x), f64::from(y));
        assert!((lon - 114.35).abs() < 1e-6 && (lat - 30.55).abs() < 1e-6);
        let far = distance_dm((114.3, 30.6), (114.35, 30.55));
        assert!((far - f64::from(x).hypot(f64::from(y))).abs() / far < 1e-3);
        assert_eq!(origin.plane(114.3, 91.0), None);
        assert_eq!(origin.plane(f64::NAN, 30.0), None);
    }

    proptest! {
        #[test]
        fn the_nearest_place_is_found(
            spots in prop::collection::vec((-99_i32..99, -9_i32..9), 0..40), x in -200_i32..200, y in -200_i32..200,
        ) {
            let places: Vec<Place> =
                spots.iter().map(|(x_dm, y_dm)| Place { x_dm: *x_dm, y_dm: *y_dm, ..Place::default() }).collect();
            let far = |(x2, y2): &(i32, i32)| (x2 - x).pow(2) + (y2 - y).pow(2);
            let expected = (0..).zip(&spots).min_by_key(|(number, at)| (far(at), *number)).map(|(number, _)| number);
            prop_assert_eq!(Finder::new(&places).nearest(x, y), expected);
        }
    }
}
