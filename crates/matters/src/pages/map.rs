//! Matters on a map: points within the asker's scope, boundaries from the registry. Where there are more than a map
//! can show one by one, the program counts them by squares; so it does for where matters gather over time.

use askama::Template;
use axum::extract::Query as Asked;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use lianxin_foundation::clock::{DAY, Micros};
use lianxin_foundation::web::{Paging, Path, Shell, Visitor, html};
use lianxin_foundation::{Problem, Result, Right, Scope, Tx};
use lianxin_registry::area::path_of;
use lianxin_registry::county_of;
use serde::Deserialize;
use serde_json::{Value as Geo, json};
use uuid::Uuid;

use super::filter::{place_choices, place_ids};
use super::rows::{Names, Row};
use super::view::{Choice, Parts};
use crate::Matters;
use crate::model::{Matter, Status};
use crate::store::{self, Cell, Order, Query};

/// The most points one map shows.
const MOST: i64 = 2000;
/// Rows fetched at a time.
const AT_ONCE: i64 = 500;
/// The most squares one map shows.
const MOST_CELLS: i64 = 3000;
/// How many squares stand side by side in a picture.
const CELLS_ACROSS: f64 = 24.0;
/// The side of a square where no picture is named, in degrees: about a kilometre.
const SIDE: f64 = 0.01;
/// The side of a square of where matters gather, in degrees: about 300 metres.
const HEAT_SIDE: f64 = 0.003;
/// Of how long where matters gather is counted.
const HEAT_SPAN: Micros = 92 * DAY;
/// Rows of the list that stands in for the map where there is no script.
const LISTED: usize = 50;

#[derive(Template)]
#[template(path = "map.html")]
pub(super) struct MapPage {
    pub s: Shell,
    pub shown: usize,
    pub without_point: usize,
    pub places: Vec<Choice>,
    /// The two pictures: what is open, and where matters gather.
    pub pictures: Vec<Choice>,
    /// Where matters gather; empty for what is open.
    pub heat: String,
    /// Whether there are more than can be shown one by one.
    pub dense: bool,
    pub points: String,
    pub shapes: String,
    pub rows: Vec<Row>,
}

/// Which place the map shows.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct At {
    area: String,
    /// Anything: where matters gather.
    heat: String,
    /// The picture, `west,south,east,north` in degrees; empty for the whole place.
    r#box: String,
}

impl At {
    /// The picture's edges, if they are some.
    fn edges(&self) -> Option<[f64; 4]> {
        let edges: Vec<f64> = self.r#box.split(',').filter_map(|edge| edge.parse().ok()).collect();
        let edges: [f64; 4] = edges.try_into().ok()?;
        let [west, south, east, north] = edges;
        let sane = edges.iter().all(|edge| edge.is_finite() && edge.abs() <= 360.0);
        (sane && west < east && south < north).then_some(edges)
    }

    /// What is asked of the place.
    fn query(&self) -> Query {
        let area = self.area.as_str();
        Query {
            county: Some(county_of(area)).filter(|county| !area.is_empty() && !county.ends_with("00")),
            path: Some(area).filter(|area| !area.is_empty()).map(path_of),
            within: self.edges(),
            ..Query::default()
        }
    }

    /// What is not over, the most urgent first.
    fn open(&self) -> Query {
        let statuses = Status::ALL.into_iter().filter(|status| !status.is_over()).collect();
        Query { statuses, order: Order::Due, ..self.query() }
    }
}

/// `GET /map`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Asked(at): Asked<At>,
) -> Result<Response> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let mut tx = visitor.app.db().read().await?;
    let places = place_choices(&mut tx, &place_ids(&scope), &at.area).await?;
    let chosen = places.iter().find(|place| place.chosen).or(places.first());
    let area = chosen.map(|place| place.value.clone()).unwrap_or_default();
    let here = At { area: area.clone(), ..At::default() };
    let open = open_matters(&mut tx, &scope, &here.open(), visitor.now).await?;
    let heat = !at.heat.is_empty();
    let shown = open.iter().filter(|matter| matter.lon.is_some()).count();
    let listed = &open[..open.len().min(LISTED)];
    let names = Names::of(&mut tx, listed).await?;
    let s = visitor.shell(visitor.words.t("map-title"));
    html(&MapPage {
        shown,
        without_point: open.len() - shown,
        dense: i64::try_from(open.len()).is_ok_and(|open| open >= MOST),
        points: if heat { String::new() } else { format!("/map/matters.geojson?area={area}") },
        heat: if heat { format!("/map/heat.geojson?area={area}") } else { String::new() },
        pictures: [("", "map-open"), ("1", "map-heat")]
            .map(|(value, message)| Choice {
                value: format!("/map?area={area}&heat={value}"),
                label: s.t(message),
                chosen: heat != value.is_empty(),
            })
            .into(),
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
    let (query, now) = (at.open(), visitor.now);
    let mut tx = visitor.app.db().read().await?;
    if store::count(&mut tx, &scope, &query, now).await? > MOST {
        let side = query.within.map_or(SIDE, |[west, _, east, _]| (east - west) / CELLS_ACROSS);
        return Ok(squares(&store::cells(&mut tx, &scope, &query, side, MOST_CELLS, now).await?));
    }
    let open = open_matters(&mut tx, &scope, &query, now).await?;
    drop(tx);
    Ok(collection(&visitor, &matters, &open))
}

/// `GET /map/heat.geojson?area=…`: where matters gathered in the last three months, whatever became of them.
pub(super) async fn heat(visitor: Visitor, Asked(at): Asked<At>) -> Result<Response> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let query = Query { from: Some(visitor.now - HEAT_SPAN), ..at.query() };
    let mut tx = visitor.app.db().read().await?;
    Ok(squares(&store::cells(&mut tx, &scope, &query, HEAT_SIDE, MOST_CELLS, visitor.now).await?))
}

/// Counted squares; nothing of what the matters are about.
fn squares(cells: &[Cell]) -> Response {
    let feature = |cell: &Cell| {
        json!({
            "type": "Feature",
            "geometry": { "type": "Point", "coordinates": [cell.lon, cell.lat] },
            "properties": { "n": cell.n, "late": cell.late },
        })
    };
    let features: Vec<Geo> = cells.iter().map(feature).collect();
    Json(json!({ "type": "FeatureCollection", "features": features })).into_response()
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

/// As many of these as one map shows.
async fn open_matters(tx: &mut Tx, scope: &Scope, query: &Query, now: Micros) -> Result<Vec<Matter>> {
    let mut found = Vec::new();
    for page in 1..=MOST / AT_ONCE {
        let some = store::list(tx, scope, query, Paging::new(Some(page), AT_ONCE), now).await?;
        let last = some.len() < usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
        found.extend(some);
        if last {
            break;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::At;

    #[test]
    fn a_picture_has_four_edges_in_order() {
        let edges = |text: &str| At { r#box: text.into(), ..At::default() }.edges();
        assert_eq!(edges("114.0,29.5,114.2,29.7"), Some([114.0, 29.5, 114.2, 29.7]));
        for wrong in
            ["", "1,2,3", "1,2,3,4,5", "2,1,1,3", "nan,1,2,3", "1,2,inf,3", "114,29,114,30", "a,b,c,d"]
        {
            assert_eq!(edges(wrong), None, "{wrong}");
        }
    }
}
