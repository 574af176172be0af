#![doc = include_str!("../README.md")]

mod bounds;
mod datum;
mod fabric;
mod geojson;
mod index;
mod point;
mod ring;
mod shape;
mod simple;

pub use bounds::Bounds;
pub use datum::{Datum, UnknownDatum, from_wgs84, to_wgs84};
pub use fabric::{CutError, Fabric, Face, Fault, FaultKind, Mended, Tangled, UNITS_PER_DEGREE, cut, union};
pub use geojson::{Feature, FeatureError, GeoJsonError, features};
pub use index::Index;
pub use point::{EARTH_RADIUS_M, Point, PointError, distance_m};
pub use shape::{EDGE_TOLERANCE_DEG, Polygon, Ring, Shape, ShapeError};
