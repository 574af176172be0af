//! One area: what lies in it, who answers for it, and its boundaries.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use lianxin_foundation::clock::DAY;
use lianxin_foundation::limits::Limit;
use lianxin_foundation::scope::Grant;
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Micros, Problem, Result, Right, Role, Tx, Who};
use lianxin_geometry::Datum;
use lianxin_worktime::Calendar;
use serde_json::{Value, json};

use super::first_steps::{self, FirstStep};
use super::{Asked, Step, Wrong, done, may_keep, notice, outlines, steps, within, wrong};
use crate::CategoryNames;
use crate::actions::{AddArea, ImportShapes, RenameArea};
use crate::area::store::{Extent, Shaped};
use crate::area::{Area, AreaKind, city_of, county_of, path_of, store};
use crate::duty::store as duties;
use crate::holidays;
use crate::organisation::store as organisations;
use crate::post::store as posts;

/// At most this many boundaries are drawn.
const MOST_SHAPES: i64 = 2_000;
/// A county's code; what is above it is too wide to point at.
const COUNTY_DIGITS: usize = 6;

/// A child in the table.
#[derive(Debug, Clone)]
pub(crate) struct ChildRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) areas: i64,
    pub(crate) households: Option<i64>,
    pub(crate) has_shape: bool,
}

/// Somebody with a post over this very area.
#[derive(Debug, Clone)]
pub(crate) struct HolderRow {
    pub(crate) name: String,
    pub(crate) role: &'static str,
    pub(crate) from: Micros,
}

/// An organisation with what it answers for in this very area.
#[derive(Debug, Clone)]
pub(crate) struct AnswerRow {
    pub(crate) organisation: String,
    pub(crate) id: String,
    pub(crate) categories: Vec<String>,
}

/// Where the map begins.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) lon: f64,
    pub(crate) lat: f64,
    pub(crate) zoom: i64,
}

#[derive(Template)]
#[template(path = "area.html")]
pub(crate) struct AreaPage {
    pub(crate) s: Shell,
    pub(crate) steps: Vec<Step>,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) households: Option<i64>,
    pub(crate) children: Vec<ChildRow>,
    pub(crate) holders: Vec<HolderRow>,
    pub(crate) answers: Vec<AnswerRow>,
    pub(crate) organisations: i64,
    pub(crate) view: Option<View>,
    pub(crate) keeps: bool,
    /// Whether the grids in it can be drawn.
    pub(crate) draws: bool,
    /// The kind a child would have, where children can be added by hand.
    pub(crate) adds: Option<&'static str>,
    /// The year whose holidays nobody has entered, told to whoever keeps the place as their own.
    pub(crate) holidays_missing: Option<i16>,
    /// What is still to be done before matters can be worked on here, told likewise.
    pub(crate) first_steps: Vec<FirstStep>,
    pub(crate) notice: Option<String>,
    pub(crate) wrong: Wrong,
    pub(crate) typed: HashMap<&'static str, String>,
}

impl AreaPage {
    /// What was typed into a field that came back.
    pub(crate) fn typed(&self, field: &str) -> &str {
        self.typed.get(field).map_or("", String::as_str)
    }
}

pub(super) async fn page(
    visitor: Visitor,
    Path(id): Path<String>,
    query: Asked,
    Extension(categories): Extension<CategoryNames>,
    Extension(calendar): Extension<Arc<Calendar>>,
) -> Result<Response> {
    let mut page = load(&visitor, &id, &categories).await?;
    page.notice = notice(&visitor, &query);
    if keeps_as_own(&visitor, &id) {
        page.holidays_missing = holidays::missing(&calendar, visitor.now);
        page.first_steps = first_steps::of(&visitor, &id, page.organisations).await?;
    }
    if let (Some(shaped), None) = (query.get("shaped"), &page.notice) {
        let number = |text: &str| text.parse::<i64>().unwrap_or(0);
        let added = query.get("added").map_or(0, |text| number(text));
        page.notice =
            Some(visitor.words.t2("registry-done-shapes", "shaped", number(shaped), "added", added));
    }
    html(&page)
}

/// Whether the area is the very place of a post of the visitor's that keeps it: their own first page.
fn keeps_as_own(visitor: &Visitor, id: &str) -> bool {
    let own = |who: &Who| who.scope(Right::Manage, visitor.now).grants().contains(&Grant::Place(path_of(id)));
    visitor.who.as_ref().is_some_and(own)
}

async fn load(visitor: &Visitor, id: &str, categories: &CategoryNames) -> Result<AreaPage> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let mut tx = visitor.app.db().read().await?;
    let Some(area) = store::area(&mut tx, id).await? else { return Err(Problem::not_found().into()) };
    within(&scope, &area.path)?;
    let filter = organisations::Filter { path: area.path.clone(), ..Default::default() };
    let view = match area.kind >= AreaKind::County {
        true => store::extent(&mut tx, &area.path).await?.map(viewed),
        false => None,
    };
    let keeps = may_keep(visitor, &area.path);
    let adds = area.kind.below().filter(|kind| keeps && *kind >= AreaKind::Grid).map(AreaKind::message);
    Ok(AreaPage {
        s: visitor.shell(area.name.clone()),
        steps: steps(&mut tx, &area.path, &scope).await?,
        children: children(&mut tx, &area).await?,
        holders: holders(&mut tx, &area, visitor.now).await?,
        answers: answers(&mut tx, visitor, &area, categories).await?,
        organisations: organisations::count(&mut tx, &scope, &filter, visitor.now).await?,
        id: area.id,
        name: area.name,
        kind: area.kind.message(),
        households: area.households,
        view,
        keeps,
        draws: keeps && outlines::can_draw(area.kind),
        adds,
        holidays_missing: None,
        first_steps: Vec::new(),
        notice: None,
        wrong: Wrong::default(),
        typed: HashMap::new(),
    })
}

async fn children(tx: &mut Tx, area: &Area) -> Result<Vec<ChildRow>> {
    let rows = store::children_counted(tx, &area.id).await?;
    let row = |child: store::Child| ChildRow {
        kind: AreaKind::from_code(&child.kind).map_or("area-kind-grid", AreaKind::message),
        id: child.id,
        name: child.name,
        areas: child.areas,
        households: child.households,
        has_shape: child.has_shape,
    };
    Ok(rows.into_iter().map(row).collect())
}

async fn holders(tx: &mut Tx, area: &Area, now: Micros) -> Result<Vec<HolderRow>> {
    let held = posts::over(tx, &area.path, now).await?;
    let row = |post: posts::Held| {
        let role = Role::from_code(&post.role)?.message();
        Some(HolderRow { name: post.name, role, from: post.valid_from })
    };
    Ok(held.into_iter().filter_map(row).collect())
}

async fn answers(
    tx: &mut Tx,
    visitor: &Visitor,
    area: &Area,
    categories: &CategoryNames,
) -> Result<Vec<AnswerRow>> {
    let mut rows: Vec<AnswerRow> = Vec::new();
    let county = county_of(&area.id);
    let mut there = duties::in_area(tx, &county, &area.id, visitor.now).await?;
    if let Some(city) = city_of(&county) {
        there.extend(duties::in_area(tx, &city, &area.id, visitor.now).await?);
    }
    for duty in there {
        let category = categories.name(&duty.category, visitor.words.language());
        let id = duty.organisation.to_string();
        match rows.iter_mut().find(|row| row.id == id) {
            Some(row) => row.categories.push(category),
            None => rows.push(AnswerRow { organisation: duty.name, id, categories: vec![category] }),
        }
    }
    Ok(rows)
}

/// The map's middle, and a zoom at which everything fits: each step shows half as much.
fn viewed(extent: Extent) -> View {
    let span = (extent.east - extent.west).max(extent.north - extent.south).max(0.002);
    View {
        lon: f64::midpoint(extent.west, extent.east),
        lat: f64::midpoint(extent.south, extent.north),
        zoom: [(0.005, 15), (0.02, 14), (0.05, 12), (0.15, 11), (0.4, 10), (1.0, 9)]
            .into_iter()
            .find(|(degrees, _)| span <= *degrees)
            .map_or(8, |(_, zoom)| zoom),
    }
}

/// The boundaries at and below an area, for the map.
pub(super) async fn shapes(visitor: Visitor, Path(id): Path<String>) -> Result<Response> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let mut tx = visitor.app.db().read().await?;
    let Some(area) = store::area(&mut tx, &id).await? else { return Err(Problem::not_found().into()) };
    within(&scope, &area.path)?;
    let shapes = store::shapes_below(&mut tx, &area.path, MOST_SHAPES).await?;
    Ok(collection(shapes.iter().filter_map(feature).collect()))
}

/// The boundaries of the country's own divisions at and below an area, for anyone who points at a map. Grids are
/// the house's own and are left out.
pub(super) async fn public_shapes(
    visitor: Visitor,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response> {
    visitor.count(Limit::Read)?;
    let mut tx = visitor.app.db().read().await?;
    let area = store::area(&mut tx, &id).await?.filter(|area| area.id.len() >= COUNTY_DIGITS);
    let Some(area) = area else { return Err(Problem::not_found().into()) };
    // Names change without the boundaries: by the next day they are seen too.
    let version = store::shape_version(&mut tx, &area.county).await?;
    let tag = format!("W/\"{id}-{version}-{}\"", visitor.now / DAY);
    let keep = [(header::CACHE_CONTROL, "public, max-age=3600"), (header::ETAG, &tag)];
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| *known == *tag) {
        return Ok((StatusCode::NOT_MODIFIED, keep).into_response());
    }
    let shapes = store::shapes_below(&mut tx, &area.path, MOST_SHAPES).await?;
    let public = shapes.iter().filter(|shaped| shaped.id.bytes().all(|b| b.is_ascii_digit()));
    Ok((keep, collection(public.filter_map(feature).collect())).into_response())
}

fn collection(features: Vec<Value>) -> Response {
    let body = json!({ "type": "FeatureCollection", "features": features }).to_string();
    ([(header::CONTENT_TYPE, "application/geo+json")], body).into_response()
}

pub(crate) fn feature(shaped: &Shaped) -> Option<Value> {
    let geometry: Value = serde_json::from_str(&shaped.shape).ok()?;
    Some(json!({
        "type": "Feature",
        "properties": { "id": shaped.id, "name": shaped.name, "href": format!("/areas/{}", shaped.id) },
        "geometry": geometry,
    }))
}

pub(super) async fn add(
    Path(id): Path<String>,
    Extension(categories): Extension<CategoryNames>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let households = sent.parsed("households", "area-households-form");
    let outcome = match households {
        Err(error) => Err(error),
        Ok(households) => {
            let add = AddArea { parent: id.clone(), name: sent.text("name").to_owned(), households };
            visitor.app.act(visitor.signed_in()?, &add).await
        }
    };
    match outcome {
        Ok(new) => Ok(done(&format!("/areas/{new}"), "grid").into_response()),
        Err(error) => {
            let wrong = wrong(&visitor, error)?;
            given_back(&visitor, &id, &categories, wrong, &sent, &["name", "households"]).await
        }
    }
}

pub(super) async fn rename(
    Path(id): Path<String>,
    Extension(categories): Extension<CategoryNames>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let rename = RenameArea { id: id.clone(), name: sent.text("new-name").to_owned() };
    match visitor.app.act(visitor.signed_in()?, &rename).await {
        Ok(()) => Ok(done(&format!("/areas/{id}"), "name").into_response()),
        Err(error) => {
            let mut wrong = wrong(&visitor, error)?;
            wrong.fields.iter_mut().for_each(|(field, _)| *field = "new-name".to_owned());
            given_back(&visitor, &id, &categories, wrong, &sent, &["new-name"]).await
        }
    }
}

pub(super) async fn upload(
    Path(id): Path<String>,
    Extension(categories): Extension<CategoryNames>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let outcome = match read_upload(&sent, &id) {
        Err(error) => Err(error),
        Ok(import) => visitor.app.act(visitor.signed_in()?, &import).await,
    };
    match outcome {
        Ok(did) => {
            let to = format!("/areas/{id}?shaped={}&added={}", did.shaped, did.added);
            Ok(axum::response::Redirect::to(&to).into_response())
        }
        Err(error) => {
            let mut wrong = wrong(&visitor, error)?;
            for (field, words) in &mut wrong.fields {
                if let Some(number) = field.strip_prefix("features/") {
                    let number: i64 = number.parse().unwrap_or(0);
                    *words = visitor.words.t2("shape-feature", "number", number, "what", words.as_str());
                    *field = "file".to_owned();
                }
            }
            given_back(&visitor, &id, &categories, wrong, &sent, &["datum"]).await
        }
    }
}

fn read_upload(sent: &Submission, parent: &str) -> Result<ImportShapes> {
    let datum: Datum = sent.parsed("datum", "shape-datum-form")?.unwrap_or_default();
    let Some(file) = sent.files.iter().find(|file| file.field == "file") else {
        return Err(Problem::invalid().field("file", "shape-file-missing").into());
    };
    let Ok(collection) = serde_json::from_slice(&file.bytes) else {
        return Err(Problem::invalid().field("file", "shape-not-collection").into());
    };
    Ok(ImportShapes { collection, datum, parent: Some(parent.to_owned()) })
}

async fn given_back(
    visitor: &Visitor,
    id: &str,
    categories: &CategoryNames,
    wrong: Wrong,
    sent: &Submission,
    fields: &[&'static str],
) -> Result<Response> {
    let mut page = load(visitor, id, categories).await?;
    page.wrong = wrong;
    page.typed = fields.iter().map(|field| (*field, sent.text(field).to_owned())).collect();
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
