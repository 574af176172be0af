//! From a point to the smallest area around it, by boundaries held in memory.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use lianxin_foundation::{Error, Result, Tx};
use lianxin_geometry::{Bounds, Index, Point, Shape, distance_m};

use crate::area::store;

/// A point this far from the middle of every known county belongs to none of them, in metres.
const FARTHEST_M: f64 = 60_000.0;

/// The boundaries of counties, read when first asked for and again when they have changed. Cheap to
/// clone; the program makes one and hands it around.
#[derive(Clone, Default)]
pub struct Places(Arc<RwLock<HashMap<String, Arc<County>>>>);

struct County {
    /// The version of the boundaries it was read at.
    version: i64,
    index: Index<String>,
    bounds: Option<Bounds>,
}

impl Places {
    /// Knows nothing yet.
    pub fn new() -> Places {
        Places::default()
    }

    /// The smallest area of the county whose boundary contains the point.
    pub async fn at(&self, tx: &mut Tx, county: &str, point: Point) -> Result<Option<String>> {
        let county = self.county(tx, county).await?;
        Ok(county.index.containing(point).first().map(|id| (*id).clone()))
    }

    /// The county a point lies in: one with a boundary around it, else the one whose middle is
    /// nearest, within 60 km. Only counties with boundaries are known.
    pub async fn county_at(&self, tx: &mut Tx, point: Point) -> Result<Option<String>> {
        let mut nearest: Option<(f64, String)> = None;
        for code in store::shaped_counties(tx).await? {
            let county = self.county(tx, &code).await?;
            if !county.index.containing(point).is_empty() {
                return Ok(Some(code));
            }
            let Some(bounds) = county.bounds else { continue };
            let far = distance_m(bounds.center(), point);
            if far < nearest.as_ref().map_or(FARTHEST_M, |(near, _)| *near) {
                nearest = Some((far, code));
            }
        }
        Ok(nearest.map(|(_, code)| code))
    }

    async fn county(&self, tx: &mut Tx, code: &str) -> Result<Arc<County>> {
        let version = store::shape_version(tx, code).await?;
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner).get(code).cloned();
        if let Some(county) = held.filter(|county| county.version == version) {
            return Ok(county);
        }
        let county = Arc::new(read(tx, code, version).await?);
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(code.to_owned(), county.clone());
        Ok(county)
    }
}

async fn read(tx: &mut Tx, code: &str, version: i64) -> Result<County> {
    let mut shapes = Vec::new();
    if version > 0 {
        for area in store::shapes_of_county(tx, code).await? {
            let shape: Shape = area
                .shape
                .parse()
                .map_err(|error| Error::failed(format!("reading the boundary of area {}", area.id), error))?;
            shapes.push((area.id, shape));
        }
    }
    let bounds = shapes.iter().map(|(_, shape)| shape.bounds()).reduce(Bounds::union);
    Ok(County { version, index: Index::new(shapes), bounds })
}
