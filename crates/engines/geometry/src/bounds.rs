//! The box around something, in degrees.

use serde::{Deserialize, Serialize};

use crate::Point;
use crate::shape::EDGE_TOLERANCE_DEG;

/// The smallest longitude–latitude box around something, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// Least longitude.
    pub west: f64,
    /// Least latitude.
    pub south: f64,
    /// Greatest longitude.
    pub east: f64,
    /// Greatest latitude.
    pub north: f64,
}

impl Bounds {
    /// Holds nothing; the start of a union.
    pub(crate) const NOTHING: Self =
        Self { west: f64::INFINITY, south: f64::INFINITY, east: f64::NEG_INFINITY, north: f64::NEG_INFINITY };

    /// The box around `points`.
    pub(crate) fn around<'a>(points: impl IntoIterator<Item = &'a Point>) -> Self {
        points.into_iter().fold(Self::NOTHING, |all, point| {
            all.union(Self { west: point.lon(), south: point.lat(), east: point.lon(), north: point.lat() })
        })
    }

    /// The smallest box around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Whether the point is in the box or within [`EDGE_TOLERANCE_DEG`] of it.
    #[must_use]
    pub fn contains(self, point: Point) -> bool {
        let near = |least: f64, value: f64, greatest: f64| {
            (least - EDGE_TOLERANCE_DEG..=greatest + EDGE_TOLERANCE_DEG).contains(&value)
        };
        near(self.west, point.lon(), self.east) && near(self.south, point.lat(), self.north)
    }

    /// The middle of the box.
    #[must_use]
    pub fn center(self) -> Point {
        Point::computed(f64::midpoint(self.west, self.east), f64::midpoint(self.south, self.north))
    }
}
