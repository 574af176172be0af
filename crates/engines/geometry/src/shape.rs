//! A checked boundary: one polygon or several, with holes.

use crate::bounds::Bounds;
use crate::datum::{self, Datum};
use crate::point::Point;
use crate::ring;
use crate::simple::{self, Flaw};

/// A closed line: the first point is repeated as the last.
pub type Ring = Vec<Point>;

/// The exterior ring, then the holes; as in GeoJSON, but either direction will do.
pub type Polygon = Vec<Ring>;

/// A point this near to an edge, in degrees, is on it: 0.1 mm, far below any survey and far above rounding.
pub const EDGE_TOLERANCE_DEG: f64 = 1e-9;

/// The boundary of an area: one polygon or several, checked when it is made, so that each of its answers is
/// well defined.
///
/// Several polygons are taken as one area; they are expected not to overlap, which is not checked. Serde
/// reads and writes the GeoJSON geometry.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    polygons: Vec<Polygon>,
    bounds: Bounds,
}

/// What is wrong with a boundary. Polygons and rings are counted from 0; ring 0 is the exterior.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ShapeError {
    /// There is no polygon, or a polygon without a ring.
    #[error("polygon {polygon} has no exterior ring")]
    Empty {
        /// Which polygon.
        polygon: usize,
    },
    /// The last point does not repeat the first.
    #[error("polygon {polygon}, ring {ring} is open: its last point must repeat its first")]
    RingOpen {
        /// Which polygon.
        polygon: usize,
        /// Which ring of it.
        ring: usize,
    },
    /// Fewer than four points, the repeated one counted and repetitions in a row left out.
    #[error("polygon {polygon}, ring {ring} has {points} different points in a row: a ring needs at least 4")]
    TooFewPoints {
        /// Which polygon.
        polygon: usize,
        /// Which ring of it.
        ring: usize,
        /// How many there are.
        points: usize,
    },
    /// A ring crosses, touches or retraces itself.
    #[error("polygon {polygon}, ring {ring} meets itself near {:.6}, {:.6}", near.lon(), near.lat())]
    SelfIntersection {
        /// Which polygon.
        polygon: usize,
        /// Which ring of it.
        ring: usize,
        /// The start of an edge that takes part.
        near: Point,
    },
    /// Two rings of a polygon cross or share a stretch; touching in single points is allowed.
    #[error("polygon {polygon}: rings {rings:?} cross near {:.6}, {:.6}", near.lon(), near.lat())]
    RingsCross {
        /// Which polygon.
        polygon: usize,
        /// Which two rings of it.
        rings: [usize; 2],
        /// The start of an edge that takes part.
        near: Point,
    },
    /// A hole that is not inside its exterior ring.
    #[error("polygon {polygon}: the hole in ring {ring} is not inside the exterior ring")]
    HoleOutside {
        /// Which polygon.
        polygon: usize,
        /// Which ring of it.
        ring: usize,
    },
}

impl Shape {
    /// A boundary of polygons, each an exterior ring and its holes, each ring closed. Points repeated in a
    /// row are kept once.
    ///
    /// # Errors
    /// The first flaw found: see [`ShapeError`].
    pub fn new(mut polygons: Vec<Polygon>) -> Result<Self, ShapeError> {
        if polygons.is_empty() {
            return Err(ShapeError::Empty { polygon: 0 });
        }
        for (index, polygon) in polygons.iter_mut().enumerate() {
            check(index, polygon)?;
        }
        Ok(Self::checked(polygons))
    }

    /// A boundary whose rings are known to be sound.
    pub(crate) fn checked(polygons: Vec<Polygon>) -> Self {
        let bounds = Bounds::around(polygons.iter().flatten().flatten());
        Self { polygons, bounds }
    }

    /// The polygons, each an exterior ring and its holes.
    #[must_use]
    pub fn polygons(&self) -> &[Polygon] {
        &self.polygons
    }

    /// The box around it.
    #[must_use]
    pub const fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Whether the point is inside one of the polygons: inside its exterior ring and in none of its holes,
    /// by the even-odd rule. A point on an edge or a vertex, a hole's included, is inside; on an edge means
    /// within [`EDGE_TOLERANCE_DEG`], so neighbours both contain a point of the line they share.
    #[must_use]
    pub fn contains(&self, point: Point) -> bool {
        self.bounds.contains(point) && self.polygons.iter().any(|polygon| polygon_contains(polygon, point))
    }

    /// Square metres, holes taken off, on a sphere of mean radius; within 0.7 % of the ellipsoid's area.
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        self.polygons
            .iter()
            .map(|polygon| {
                polygon
                    .iter()
                    .skip(1)
                    .fold(ring::area_m2(&polygon[0]), |area, hole| area - ring::area_m2(hole))
            })
            .sum()
    }

    /// The centre of its area, holes taken off, in the plane of degrees. A bent area may not contain it.
    #[must_use]
    pub fn centroid(&self) -> Point {
        let origin = self.bounds.center();
        let (mut area, mut lon, mut lat) = (0.0, 0.0, 0.0);
        for polygon in &self.polygons {
            for (index, line) in polygon.iter().enumerate() {
                let weight = if index == 0 { 1.0 } else { -1.0 };
                let part = ring::moments(line, origin);
                area += weight * part.0;
                lon += weight * part.1;
                lat += weight * part.2;
            }
        }
        // So thin that its area vanishes in rounding: the middle of its box is the best that can be said.
        if area <= 0.0 {
            return origin;
        }
        Point::computed(
            (origin.lon() + lon / area).clamp(self.bounds.west, self.bounds.east),
            (origin.lat() + lat / area).clamp(self.bounds.south, self.bounds.north),
        )
    }

    /// The same boundary in WGS-84, read as given in `datum`. A shift moves neighbours alike, so the result
    /// is not checked again.
    #[must_use]
    pub fn to_wgs84(&self, datum: Datum) -> Self {
        self.map(|point| datum::to_wgs84(point, datum))
    }

    /// The same boundary as `datum` gives it, for a map that speaks it.
    #[must_use]
    pub fn from_wgs84(&self, datum: Datum) -> Self {
        self.map(|point| datum::from_wgs84(point, datum))
    }

    fn map(&self, convert: impl Fn(Point) -> Point) -> Self {
        let ring = |line: &Ring| line.iter().copied().map(&convert).collect();
        Self::checked(self.polygons.iter().map(|polygon| polygon.iter().map(ring).collect()).collect())
    }
}

fn polygon_contains(polygon: &[Ring], point: Point) -> bool {
    polygon.iter().any(|line| is_on(line, point))
        || polygon.iter().filter(|line| ring::is_odd(line, point)).count() % 2 == 1
}

fn is_on(line: &[Point], point: Point) -> bool {
    ring::edges(line).any(|(a, b)| ring::is_on_edge(a, b, point, EDGE_TOLERANCE_DEG))
}

fn check(polygon: usize, rings: &mut Polygon) -> Result<(), ShapeError> {
    if rings.is_empty() {
        return Err(ShapeError::Empty { polygon });
    }
    for (ring, line) in rings.iter_mut().enumerate() {
        if line.is_empty() || line.first() != line.last() {
            return Err(ShapeError::RingOpen { polygon, ring });
        }
        line.dedup();
        if line.len() < 4 {
            return Err(ShapeError::TooFewPoints { polygon, ring, points: line.len() });
        }
    }
    match simple::flaw(rings) {
        Some(Flaw { rings: [ring, other], near }) if ring == other => {
            return Err(ShapeError::SelfIntersection { polygon, ring, near });
        }
        Some(Flaw { rings, near }) => {
            return Err(ShapeError::RingsCross { polygon, rings, near });
        }
        None => {}
    }
    let inside = |point: Point| is_on(&rings[0], point) || ring::is_odd(&rings[0], point);
    match rings.iter().skip(1).position(|hole| !hole.iter().all(|point| inside(*point))) {
        Some(hole) => Err(ShapeError::HoleOutside { polygon, ring: hole + 1 }),
        None => Ok(()),
    }
}
