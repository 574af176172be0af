//! Generated land for the demo: a county's rectangle divided among its towns, villages and grids by
//! size, then bent a little so that it looks like land. None of it is real, and the demo says so.

use serde_json::{Value as Json, json};

/// A rectangle in degrees, before bending.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plot {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl Plot {
    /// A county of usual size around a point.
    pub fn around(lon: f64, lat: f64) -> Plot {
        Plot { west: lon - 0.30, south: lat - 0.22, east: lon + 0.30, north: lat + 0.22 }
    }

    /// Divides the plot into one part for each weight, always across the longer side, halves of equal
    /// weight first: parts stay compact, without gaps or overlaps.
    pub fn divide(self, weights: &[f64]) -> Vec<Plot> {
        if weights.len() <= 1 {
            return vec![self; weights.len()];
        }
        let total: f64 = weights.iter().sum();
        let mut at = 1;
        let mut first = weights[0];
        while at < weights.len() - 1 && first + weights[at] / 2.0 < total / 2.0 {
            first += weights[at];
            at += 1;
        }
        let share = first / total;
        let (one, two) = if self.east - self.west > self.north - self.south {
            let cut = self.west + (self.east - self.west) * share;
            (Plot { east: cut, ..self }, Plot { west: cut, ..self })
        } else {
            let cut = self.south + (self.north - self.south) * share;
            (Plot { north: cut, ..self }, Plot { south: cut, ..self })
        };
        let mut parts = one.divide(&weights[..at]);
        parts.extend(two.divide(&weights[at..]));
        parts
    }

    /// A point inside, by two numbers between 0 and 1.
    pub fn inside(self, right: f64, up: f64) -> (f64, f64) {
        bent(
            self.west + (self.east - self.west) * (0.1 + 0.8 * right),
            self.south + (self.north - self.south) * (0.1 + 0.8 * up),
        )
    }

    /// The plot's outline, bent, as a GeoJSON polygon.
    pub fn outline(self) -> Json {
        let corners = [
            (self.west, self.south),
            (self.east, self.south),
            (self.east, self.north),
            (self.west, self.north),
            (self.west, self.south),
        ];
        let mut ring = Vec::new();
        for pair in corners.windows(2) {
            for step in 0..STEPS {
                let along = f64::from(step) / f64::from(STEPS);
                let (lon, lat) = bent(
                    pair[0].0 + (pair[1].0 - pair[0].0) * along,
                    pair[0].1 + (pair[1].1 - pair[0].1) * along,
                );
                ring.push(json!([rounded(lon), rounded(lat)]));
            }
        }
        ring.push(ring[0].clone());
        json!({ "type": "Polygon", "coordinates": [ring] })
    }
}

/// Points on each side of an outline.
const STEPS: u32 = 6;

/// One smooth bending of the whole plane: what touched before still touches after.
fn bent(lon: f64, lat: f64) -> (f64, f64) {
    (
        lon + 0.012 * (lat * 31.0).sin() + 0.005 * (lon * 83.0 + lat * 40.0).sin(),
        lat + 0.010 * (lon * 27.0).sin() + 0.004 * (lat * 71.0 - lon * 35.0).cos(),
    )
}

fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use lianxin_geometry::Shape;

    use super::*;

    #[test]
    fn every_part_is_sound_and_holds_its_points() {
        let county = Plot::around(114.04, 29.55);
        let parts = county.divide(&[3.0, 1.0, 7.0, 2.0, 2.0]);
        assert_eq!(parts.len(), 5);
        for part in parts {
            let shape = Shape::from_geojson(&part.outline()).unwrap();
            for (right, up) in [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)] {
                let (lon, lat) = part.inside(right, up);
                assert!(shape.contains(lianxin_geometry::Point::new(lon, lat).unwrap()));
            }
        }
    }
}
