//! Boundaries from and to GeoJSON (RFC 7946).

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::point::{Point, PointError};
use crate::shape::{Polygon, Ring, Shape, ShapeError};

/// Why a piece of GeoJSON is not a boundary. Polygons, rings and positions are counted from 0.
#[derive(Debug, thiserror::Error)]
pub enum GeoJsonError {
    /// The text is not JSON.
    #[error("not JSON")]
    Json(#[source] serde_json::Error),
    /// The `type` is another one, or missing.
    #[error("expected \"type\" to be {expected}, found {found}")]
    Type {
        /// What is understood here.
        expected: &'static str,
        /// What stands there, as JSON; `nothing` when it is missing.
        found: String,
    },
    /// A member that must be an array, or an object, is not.
    #[error("{member} is missing or not {expected}")]
    Member {
        /// Its name, with its place when it is nested.
        member: String,
        /// What it must be.
        expected: &'static str,
    },
    /// Longitude or latitude out of range.
    #[error("polygon {polygon}, ring {ring}, position {position} is no place")]
    Point {
        /// Which polygon.
        polygon: usize,
        /// Which ring of it.
        ring: usize,
        /// Which position of the ring.
        position: usize,
        /// Which number is wrong.
        source: PointError,
    },
    /// The coordinates are places, but no boundary.
    #[error(transparent)]
    Shape(#[from] ShapeError),
}

/// A boundary and what is said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// The `properties` member; empty when it is null.
    pub properties: Map<String, Value>,
    /// The `geometry` member.
    pub shape: Shape,
}

/// Which feature of a collection is wrong, and why.
#[derive(Debug, thiserror::Error)]
#[error("feature {index}")]
pub struct FeatureError {
    /// Its place in `features`, counted from 0.
    pub index: usize,
    /// What is wrong with it.
    pub source: GeoJsonError,
}

/// The features of a `FeatureCollection`, read one by one as they are asked for; a wrong one does not hide
/// those behind it.
///
/// # Errors
/// When the value is no feature collection.
pub fn features(
    collection: &Value,
) -> Result<impl ExactSizeIterator<Item = Result<Feature, FeatureError>>, GeoJsonError> {
    expect_type(collection, &["FeatureCollection"], "FeatureCollection")?;
    let features = array(&collection["features"], || "features".to_owned())?;
    Ok(features.iter().enumerate().map(|(index, feature)| {
        Feature::from_geojson(feature).map_err(|source| FeatureError { index, source })
    }))
}

impl Feature {
    /// Reads one GeoJSON `Feature`.
    ///
    /// # Errors
    /// When it is no feature, or its geometry no boundary.
    pub fn from_geojson(feature: &Value) -> Result<Self, GeoJsonError> {
        expect_type(feature, &["Feature"], "Feature")?;
        let properties = match &feature["properties"] {
            Value::Null => Map::new(),
            Value::Object(properties) => properties.clone(),
            _ => {
                return Err(GeoJsonError::Member { member: "properties".to_owned(), expected: "an object" });
            }
        };
        let shape = Shape::from_geojson(&feature["geometry"])?;
        Ok(Self { properties, shape })
    }
}

impl Shape {
    /// Reads a GeoJSON geometry of type `Polygon` or `MultiPolygon`. Heights are dropped.
    ///
    /// # Errors
    /// Says which member or position is wrong, and how; see also [`Shape::new`].
    pub fn from_geojson(geometry: &Value) -> Result<Self, GeoJsonError> {
        let kind = expect_type(geometry, &["Polygon", "MultiPolygon"], "Polygon or MultiPolygon")?;
        let coordinates = &geometry["coordinates"];
        let polygons = if kind == "Polygon" {
            vec![read_polygon(coordinates, 0)?]
        } else {
            let polygons = array(coordinates, || "coordinates".to_owned())?;
            polygons
                .iter()
                .enumerate()
                .map(|(index, value)| read_polygon(value, index))
                .collect::<Result<_, _>>()?
        };
        Ok(Self::new(polygons)?)
    }

    /// The GeoJSON geometry: a `Polygon` when there is one, a `MultiPolygon` otherwise.
    #[must_use]
    pub fn to_geojson(&self) -> Value {
        match self.polygons() {
            [polygon] => json!({"type": "Polygon", "coordinates": write_polygon(polygon)}),
            polygons => {
                let coordinates: Vec<Value> = polygons.iter().map(|polygon| write_polygon(polygon)).collect();
                json!({"type": "MultiPolygon", "coordinates": coordinates})
            }
        }
    }
}

impl FromStr for Shape {
    type Err = GeoJsonError;

    /// Reads the text of a GeoJSON geometry, as [`Shape::from_geojson`].
    fn from_str(text: &str) -> Result<Self, GeoJsonError> {
        let geometry: Value = serde_json::from_str(text).map_err(GeoJsonError::Json)?;
        Self::from_geojson(&geometry)
    }
}

impl Serialize for Shape {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_geojson().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let geometry = Value::deserialize(deserializer)?;
        Self::from_geojson(&geometry).map_err(serde::de::Error::custom)
    }
}

fn expect_type<'a>(
    value: &'a Value,
    allowed: &[&str],
    expected: &'static str,
) -> Result<&'a str, GeoJsonError> {
    let found = &value["type"];
    found.as_str().filter(|kind| allowed.contains(kind)).ok_or_else(|| GeoJsonError::Type {
        expected,
        found: if found.is_null() { "nothing".to_owned() } else { found.to_string() },
    })
}

fn array(value: &Value, member: impl Fn() -> String) -> Result<&[Value], GeoJsonError> {
    value
        .as_array()
        .map(Vec::as_slice)
        .ok_or_else(|| GeoJsonError::Member { member: member(), expected: "an array" })
}

fn read_polygon(value: &Value, polygon: usize) -> Result<Polygon, GeoJsonError> {
    let rings = array(value, || format!("the array of rings in polygon {polygon}"))?;
    rings.iter().enumerate().map(|(ring, value)| read_ring(value, polygon, ring)).collect()
}

fn read_ring(value: &Value, polygon: usize, ring: usize) -> Result<Ring, GeoJsonError> {
    let positions = array(value, || format!("the array of positions in polygon {polygon}, ring {ring}"))?;
    positions
        .iter()
        .enumerate()
        .map(|(position, value)| {
            let number = |index: usize| value.get(index).and_then(Value::as_f64);
            let (Some(lon), Some(lat)) = (number(0), number(1)) else {
                let member = format!("polygon {polygon}, ring {ring}, position {position}");
                return Err(GeoJsonError::Member { member, expected: "an array of two numbers" });
            };
            Point::new(lon, lat).map_err(|source| GeoJsonError::Point { polygon, ring, position, source })
        })
        .collect()
}

fn write_polygon(polygon: &[Ring]) -> Value {
    let write_ring =
        |line: &Ring| line.iter().map(|point| json!([point.lon(), point.lat()])).collect::<Vec<Value>>();
    json!(polygon.iter().map(write_ring).collect::<Vec<_>>())
}
