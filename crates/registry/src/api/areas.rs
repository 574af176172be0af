//! Areas for programs.

use axum::{Extension, Json};
use lianxin_foundation::web::Caller;
use lianxin_foundation::{Problem, Result, Right, Tx};
use lianxin_geometry::Point;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Refusals;
use super::input::{Asked, Id};
use crate::Places;
use crate::area::{Area, Crumb, store};

/// Which areas to find: one of the two is needed.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct Find {
    /// A place, `longitude,latitude` in WGS-84 degrees: the smallest area around it.
    #[param(
        pattern = r"^-?(180|1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,7})?,-?(90|[0-8]?[0-9])(\.[0-9]{1,7})?$",
        example = "114.0400,29.5500"
    )]
    at: String,
    /// The beginning of a name, or a whole code.
    #[param(min_length = 1, example = "天城")]
    name: String,
}

/// An area.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AreaBody {
    /// Its division code; below a village with two digits more for each level.
    #[schema(example = "421223100001-01")]
    id: String,
    /// The area it lies in.
    parent: Option<String>,
    /// `province`, `city`, `county`, `town`, `village`, `grid` or `micro-grid`.
    kind: &'static str,
    /// Its name.
    name: String,
    /// The areas it lies in and itself, the province first.
    path: Vec<CrumbBody>,
    /// Households, where counted.
    households: Option<i64>,
    /// Longitude of its middle in WGS-84 degrees, where known.
    lon: Option<f64>,
    /// Latitude of its middle, where known.
    lat: Option<f64>,
    /// Its boundary as a GeoJSON geometry in WGS-84, where known.
    #[schema(value_type = Option<Object>)]
    shape: Option<serde_json::Value>,
}

/// An area of a path.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CrumbBody {
    /// Its code.
    id: String,
    /// Its name.
    name: String,
}

/// Areas, a part of a path for each.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AreasBody {
    /// The areas.
    areas: Vec<AreaBody>,
}

impl From<Crumb> for CrumbBody {
    fn from(crumb: Crumb) -> CrumbBody {
        CrumbBody { id: crumb.id, name: crumb.name }
    }
}

fn body(area: Area, path: Vec<Crumb>) -> AreaBody {
    AreaBody {
        id: area.id,
        parent: area.parent,
        kind: area.kind.code(),
        name: area.name,
        path: path.into_iter().map(CrumbBody::from).collect(),
        households: area.households,
        lon: area.lon,
        lat: area.lat,
        shape: area.shape.and_then(|shape| serde_json::from_str(&shape).ok()),
    }
}

/// At most this many areas are found by name.
const MOST: i64 = 20;

/// Finds areas by place or by name.
#[utoipa::path(
    get, path = "/api/v1/areas", tag = "registry", operation_id = "findAreas",
    params(Find), responses((status = 200, description = "Those found", body = AreasBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn find(
    caller: Caller,
    Asked(find): Asked<Find>,
    Extension(places): Extension<Places>,
) -> Result<Json<AreasBody>> {
    let scope = caller.scope(Right::SeeRegistry)?;
    let mut tx = caller.app.db().read().await?;
    let found = if !find.at.is_empty() {
        let point = point(&find.at)?;
        around(&mut tx, &places, point)
            .await?
            .filter(|area| scope.covers(&area.path, &[]))
            .into_iter()
            .collect()
    } else if !find.name.trim().is_empty() {
        store::named(&mut tx, &scope, find.name.trim(), MOST).await?
    } else {
        return Err(Problem::invalid().field("name", "area-name-form").into());
    };
    let mut areas = Vec::with_capacity(found.len());
    for area in found {
        let path = store::crumbs(&mut tx, &area.path).await?;
        areas.push(body(area, path));
    }
    Ok(Json(AreasBody { areas }))
}

fn point(text: &str) -> Result<Point> {
    let read = |text: &str| text.trim().parse::<f64>().ok();
    let pair = text.split_once(',').and_then(|(lon, lat)| read(lon).zip(read(lat)));
    let point = pair.and_then(|(lon, lat)| Point::new(lon, lat).ok());
    point.ok_or_else(|| Problem::invalid().field("at", "shape-no-place").into())
}

async fn around(tx: &mut Tx, places: &Places, point: Point) -> Result<Option<Area>> {
    let Some(county) = places.county_at(tx, point).await? else { return Ok(None) };
    match places.at(tx, &county, point).await? {
        Some(id) => store::area(tx, &id).await,
        None => Ok(None),
    }
}

/// One area.
#[utoipa::path(
    get, path = "/api/v1/areas/{id}", tag = "registry", operation_id = "getArea",
    params(("id" = String, Path, description = "The division code", pattern = r"^[0-9]{2,12}(-[0-9]{2}){0,2}$", example = "421223")),
    responses((status = 200, description = "The area", body = AreaBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn one(caller: Caller, Id(id): Id) -> Result<Json<AreaBody>> {
    let scope = caller.scope(Right::SeeRegistry)?;
    let mut tx = caller.app.db().read().await?;
    let area = store::area(&mut tx, &id).await?.filter(|area| scope.covers(&area.path, &[]));
    let Some(area) = area else { return Err(Problem::not_found().into()) };
    let path = store::crumbs(&mut tx, &area.path).await?;
    Ok(Json(body(area, path)))
}

/// The areas directly in one, by code.
#[utoipa::path(
    get, path = "/api/v1/areas/{id}/children", tag = "registry", operation_id = "listAreaChildren",
    params(("id" = String, Path, description = "The division code", pattern = r"^[0-9]{2,12}(-[0-9]{2}){0,2}$", example = "421223")),
    responses((status = 200, description = "Those in use", body = AreasBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn children(caller: Caller, Id(id): Id) -> Result<Json<AreasBody>> {
    let scope = caller.scope(Right::SeeRegistry)?;
    let mut tx = caller.app.db().read().await?;
    let area = store::area(&mut tx, &id).await?.filter(|area| scope.covers(&area.path, &[]));
    let Some(area) = area else { return Err(Problem::not_found().into()) };
    let above = store::crumbs(&mut tx, &area.path).await?;
    let child = |child: Area| {
        let own = Crumb { id: child.id.clone(), name: child.name.clone() };
        body(child, above.iter().cloned().chain([own]).collect())
    };
    let areas = store::children(&mut tx, &area.id).await?.into_iter().map(child).collect();
    Ok(Json(AreasBody { areas }))
}
