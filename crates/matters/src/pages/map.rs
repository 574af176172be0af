//! Matters on a map: points within the asker's scope, boundaries from the registry.

use askama::Template;
use axum::extract::Query as Asked;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use lianxin_foundation::scope::Grant;
use lianxin_foundation::web::{Paging, Path, Shell, Visitor, html};
use lianxin_foundation::{Problem, Result, Right, Scope, Tx};
use lianxin_registry::area::{ancestors, path_of, store as areas};
use lianxin_registry::county_of;
use serde::Deserialize;
use serde_json::{Value as Geo, json};
use uuid::Uuid;

use super::rows::{Names, Row};
use super::view::{Choice, Parts};
use crate::Matters;
use crate::model::{Matter, Status};
use crate::store::{self, Order, Query};

/// The most points one map shows.
const MOST: i64 = 2000;
/// Rows fetched at a time.
const AT_ONCE: i64 = 500;
/// Rows of the list that stands in for the map where there is no script.
const LISTED: usize = 50;

#[derive(Template)]
#[template(path = "map.html")]
pub(super) struct MapPage {
    pub s: Shell,
    pub shown: usize,
    pub without_point: usize,
    pub places: Vec<Choice>,
    pub points: String,
    pub shapes: String,
    pub rows: Vec<Row>,
}

/// Which place the map shows.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct At {
    area: String,
}

/// `GET /map`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Asked(at): Asked<At>,
) -> Result<Response> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let mut tx = visitor.app.db().read().await?;
    let places = places(&mut tx, &scope, &at.area).await?;
    let chosen = places.iter().find(|place| place.chosen).or(places.first());
    let area = chosen.map(|place| place.value.clone()).unwrap_or_default();
    let open = open_matters(&mut tx, &scope, &area, visitor.now).await?;
    let shown = open.iter().filter(|matter| matter.lon.is_some()).count();
    let listed = &open[..open.len().min(LISTED)];
    let names = Names::of(&mut tx, listed).await?;
    let s = visitor.shell(visitor.words.t("map-title"));
    html(&MapPage {
        shown,
        without_point: open.len() - shown,
        points: format!("/map/matters.geojson?area={area}"),
        shapes: if area.is_empty() { String::new() } else { format!("/areas/{area}/shapes.geojson") },
        rows: listed.iter().map(|matter| names.row(&s, &matters.catalogue, matter)).collect(),
        places,
        s,
    })
}

/// `GET /map/matters.geojson?area=…`
pub(super) async fn points(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Asked(at): Asked<At>,
) -> Result<Response> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let open = open_matters(&mut visitor.app.db().read().await?, &scope, &at.area, visitor.now).await?;
    Ok(collection(&visitor, &matters, &open))
}

/// `GET /matters/{county}/{id}/point.geojson`
pub(super) async fn point(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path((county, id)): Path<(String, Uuid)>,
) -> Result<Response> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let found = store::matter(&mut visitor.app.db().read().await?, &scope, &county, id).await?;
    Ok(collection(&visitor, &matters, &[found.ok_or_else(Problem::not_found)?]))
}

fn collection(visitor: &Visitor, matters: &Matters, found: &[Matter]) -> Response {
    let s = visitor.shell("");
    let names = Names::default();
    let features: Vec<Geo> = found
        .iter()
        .filter_map(|matter| feature(&names.row(&s, &matters.catalogue, matter), matter))
        .collect();
    Json(json!({ "type": "FeatureCollection", "features": features })).into_response()
}

fn feature(row: &Row, matter: &Matter) -> Option<Geo> {
    let (lon, lat) = matter.lon.zip(matter.lat)?;
    Some(json!({
        "type": "Feature",
        "geometry": { "type": "Point", "coordinates": [lon, lat] },
        "properties": { "title": row.title, "href": row.href, "status": row.chip.class },
    }))
}

/// What is not over, at or below `area` where one is named; the most urgent first.
async fn open_matters(tx: &mut Tx, scope: &Scope, area: &str, now: i64) -> Result<Vec<Matter>> {
    let query = Query {
        county: Some(county_of(area)).filter(|county| !area.is_empty() && !county.ends_with("00")),
        path: Some(area).filter(|area| !area.is_empty()).map(path_of),
        statuses: Status::ALL.into_iter().filter(|status| !status.is_over()).collect(),
        order: Order::Due,
        ..Query::default()
    };
    let mut found = Vec::new();
    for page in 1..=MOST / AT_ONCE {
        let some = store::list(tx, scope, &query, Paging::new(Some(page), AT_ONCE), now).await?;
        let last = some.len() < usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
        found.extend(some);
        if last {
            break;
        }
    }
    Ok(found)
}

/// The places of a scope, to choose from.
async fn places(tx: &mut Tx, scope: &Scope, now: &str) -> Result<Vec<Choice>> {
    let ids: Vec<&str> = scope
        .grants()
        .iter()
        .filter_map(|grant| match grant {
            Grant::Place(path) => ancestors(path).last().copied(),
            Grant::Unit(_) => None,
        })
        .collect();
    let names = areas::names(tx, &ids).await?;
    let mut choices: Vec<Choice> = names.into_iter().map(|(id, name)| Choice::new(id, name, now)).collect();
    choices.sort_by(|one, other| one.value.cmp(&other.value));
    Ok(choices)
}
