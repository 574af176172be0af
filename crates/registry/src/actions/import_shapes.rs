//! Takes boundaries from a GeoJSON file, and makes the grids that are new in it.

use std::collections::BTreeSet;

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Error, Problem, Result, Tx};
use lianxin_geometry::{Datum, Feature, GeoJsonError, Shape, ShapeError, features};
use serde_json::{Value, json};

use super::{AddArea, set_shape};
use crate::area::{Area, store};
use crate::post::require_kept;

/// At most this many wrong features are named.
const NAMED: usize = 50;

/// The most points of one boundary, and of a whole file. Whether a boundary crosses itself takes the square of its
/// points where somebody draws it for that, and nobody else writes meanwhile.
const MOST_POINTS: usize = 10_000;
const MOST_POINTS_IN_ALL: usize = 200_000;

/// A GeoJSON `FeatureCollection`. A feature says by its properties which area it bounds: `id`, or
/// `parent` and `name` for a grid, which is made when the parent has none of that name. `households`
/// may stand beside them.
pub struct ImportShapes {
    /// The collection.
    pub collection: Value,
    /// The coordinate system it is given in; WGS-84 is stored.
    pub datum: Datum,
    /// The parent of features that name none.
    pub parent: Option<String>,
}

/// What an import of boundaries did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShapesImported {
    /// Grids made.
    pub added: u64,
    /// Boundaries set, those of new grids included.
    pub shaped: u64,
}

impl Action for ImportShapes {
    type Output = ShapesImported;

    /// All or nothing: wrong features are refused together, each as the field `features/N`, N counted
    /// from 1.
    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<ShapesImported> {
        self.check_points()?;
        let Ok(features) = features(&self.collection) else {
            return Err(Problem::invalid().field("file", "shape-not-collection").into());
        };
        let mut done = ShapesImported::default();
        let mut counties = BTreeSet::new();
        let mut problem = Problem::invalid();
        for (at, feature) in features.enumerate() {
            let found = match feature {
                Err(error) => Err(code_of(&error.source)),
                Ok(feature) => self.take(tx, cx, &feature, &mut done).await?,
            };
            match found {
                Ok(area) => {
                    counties.insert(area.county);
                }
                Err(code) => problem = problem.field(format!("features/{}", at + 1), code),
            }
            if problem.fields.len() == NAMED {
                break;
            }
        }
        problem.when_fields()?;
        for county in &counties {
            store::shapes_changed(tx, county).await?;
            tx.audit(
                Entry::new(cx.who, county, "area-shapes", "area", self.parent.as_deref().unwrap_or(county)).detail(
                    json!({ "added": done.added, "shaped": done.shaped, "datum": self.datum.to_string() }),
                ),
            );
        }
        Ok(done)
    }
}

impl ImportShapes {
    /// Counts before anything is looked at closely.
    fn check_points(&self) -> Result<()> {
        let mut problem = Problem::invalid();
        let mut all = 0;
        for (at, feature) in self.collection["features"].as_array().into_iter().flatten().enumerate() {
            let points = points(&feature["geometry"]["coordinates"]);
            all += points;
            if points > MOST_POINTS && problem.fields.len() < NAMED {
                problem = problem.field(format!("features/{}", at + 1), "shape-too-many-points");
            }
        }
        if all > MOST_POINTS_IN_ALL {
            problem = problem.field("file", "shape-file-too-many-points");
        }
        problem.when_fields()
    }

    /// Takes one feature; the inner result tells what is wrong with it.
    async fn take(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        feature: &Feature,
        done: &mut ShapesImported,
    ) -> Result<Result<Area, &'static str>> {
        let area = match self.area_of(tx, cx, feature, done).await? {
            Ok(area) => area,
            Err(code) => return Ok(Err(code)),
        };
        if require_kept(cx, &area.path).is_err() {
            return Ok(Err("shape-not-yours"));
        }
        let shape: Shape = feature.shape.to_wgs84(self.datum);
        set_shape::write(tx, &area, &shape).await?;
        done.shaped += 1;
        Ok(Ok(area))
    }

    async fn area_of(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        feature: &Feature,
        done: &mut ShapesImported,
    ) -> Result<Result<Area, &'static str>> {
        let text = |name: &str| feature.properties.get(name).map(as_text).filter(|text| !text.is_empty());
        if let Some(id) = text("id") {
            return Ok(store::area(tx, &id).await?.ok_or("shape-no-such-area"));
        }
        let Some(parent) = text("parent").or_else(|| self.parent.clone()) else {
            return Ok(Err("shape-parent-missing"));
        };
        let Some(name) = text("name") else { return Ok(Err("shape-name-missing")) };
        if let Some(there) = store::children(tx, &parent).await?.into_iter().find(|area| area.name == name) {
            return Ok(Ok(there));
        }
        let households = feature.properties.get("households").and_then(Value::as_i64);
        let id = match (AddArea { parent, name, households }).run(tx, cx).await {
            Ok(id) => id,
            Err(Error::Refused(problem)) => {
                return Ok(Err(problem.fields.first().map_or(problem.code, |wrong| wrong.code)));
            }
            Err(failed) => return Err(failed),
        };
        done.added += 1;
        Ok(store::area(tx, &id).await?.ok_or("shape-no-such-area"))
    }
}

/// How many points stand in coordinates: lists of lists of numbers.
fn points(coordinates: &Value) -> usize {
    match coordinates {
        Value::Array(point) if point.first().is_some_and(Value::is_number) => 1,
        Value::Array(parts) => parts.iter().map(points).sum(),
        _ => 0,
    }
}

/// A property's text; a code may have been written as a number.
fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The message that explains a wrong boundary.
fn code_of(error: &GeoJsonError) -> &'static str {
    match error {
        GeoJsonError::Point { .. } => "shape-no-place",
        GeoJsonError::Shape(ShapeError::RingOpen { .. }) => "shape-open",
        GeoJsonError::Shape(ShapeError::SelfIntersection { .. }) => "shape-crosses-itself",
        GeoJsonError::Shape(ShapeError::TooFewPoints { .. } | ShapeError::Empty { .. }) => {
            "shape-too-few-points"
        }
        GeoJsonError::Shape(_) => "shape-hole",
        _ => "shape-not-polygon",
    }
}
