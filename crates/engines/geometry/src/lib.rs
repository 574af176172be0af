//! Places on the map: points, the three Chinese datums, grid boundaries, and which of them contain a point.
//!
//! Everything inside is WGS-84 degrees; [`Datum`] converts at the edges. Boundaries are treated as planar in
//! degrees (an edge is straight in longitude and latitude), which is how GeoJSON defines them; a boundary that
//! crosses the antimeridian must be cut there, as RFC 7946 asks.
//!
//! ```
//! use lianxin_geometry::{Index, Point, Shape};
//!
//! let grid: Shape = r#"{"type": "Polygon", "coordinates":
//!     [[[114.0, 29.5], [114.1, 29.5], [114.1, 29.6], [114.0, 29.6], [114.0, 29.5]]]}"#.parse()?;
//! let index = Index::new([("grid 1", grid)]);
//! assert_eq!(index.containing(Point::new(114.05, 29.55)?), [&"grid 1"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bounds;
mod datum;
mod geojson;
mod index;
mod point;
mod ring;
mod shape;
mod simple;

pub use bounds::Bounds;
pub use datum::{Datum, UnknownDatum, from_wgs84, to_wgs84};
pub use geojson::{Feature, FeatureError, GeoJsonError, features};
pub use index::Index;
pub use point::{EARTH_RADIUS_M, Point, PointError, distance_m};
pub use shape::{EDGE_TOLERANCE_DEG, Polygon, Ring, Shape, ShapeError};
