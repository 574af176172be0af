//! The grids of a village, or the micro-grids of a grid, drawn on the map.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Problem, Result, Right, Tx};
use lianxin_geometry::FaultKind;
use serde_json::{Map, Value, json};

use super::{Asked as Query, Choice, Step, Wrong, done, notice, steps, within, wrong};
use crate::actions::ChangeAreas;
use crate::area::change::plan::Asked;
use crate::area::outline::{self, Drawing, Looked, size::USUAL};
use crate::area::{Area, AreaKind, store};
use crate::pages::may_keep;

/// The longest drawing taken, in bytes: twenty thousand points.
const LONGEST: usize = 1024 * 1024;

/// A grid in the table beside the map.
#[derive(Debug, Clone)]
pub(crate) struct GridRow {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Square metres, where it has an outline.
    pub(crate) ground: Option<i64>,
    pub(crate) told: Option<i64>,
    pub(crate) registered: i64,
    pub(crate) by_ground: Option<i64>,
    /// The message that warns of an unusual size.
    pub(crate) warning: Option<&'static str>,
    pub(crate) changed: bool,
}

/// Something that is wrong, in a sentence's parts.
#[derive(Debug, Clone)]
pub(crate) struct WrongRow {
    /// The message, with the blanks `who` and `n`.
    pub(crate) message: &'static str,
    pub(crate) who: String,
    pub(crate) ground: i64,
    pub(crate) is_new: bool,
}

/// What is said of a drawing: the part of the page that comes anew with every step.
#[derive(Template)]
#[template(path = "outlines-panel.html")]
pub(crate) struct Panel {
    pub(crate) s: Shell,
    pub(crate) rows: Vec<GridRow>,
    pub(crate) wrong_ground: Vec<WrongRow>,
    pub(crate) closed: i64,
    /// Whether narrow strips could be closed.
    pub(crate) mends: bool,
    /// Whether ground stays without a grid, or lies outside.
    pub(crate) leaves: bool,
    /// Why the drawing cannot be read at all.
    pub(crate) refused: Option<String>,
    /// What the map shows of it, as JSON for the script.
    pub(crate) looked: String,
}

#[derive(Template)]
#[template(path = "outlines.html")]
pub(crate) struct OutlinesPage {
    pub(crate) s: Shell,
    pub(crate) steps: Vec<Step>,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) grids: Vec<Choice>,
    pub(crate) view: String,
    /// What came back, to be drawn on.
    pub(crate) drawn: String,
    pub(crate) reason: String,
    pub(crate) panel: Panel,
    pub(crate) notice: Option<String>,
    pub(crate) wrong: Wrong,
}

/// The village or grid, for whoever may change its grids.
async fn kept(tx: &mut Tx, visitor: &Visitor, id: &str) -> Result<Area> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let area = store::area(tx, id).await?.filter(|area| area.valid_to.is_none());
    let Some(area) = area else { return Err(Problem::not_found().into()) };
    within(&scope, &area.path)?;
    if !may_keep(visitor, &area.path) {
        return Err(Problem::forbidden().into());
    }
    Ok(area)
}

pub(super) async fn page(visitor: Visitor, Path(id): Path<String>, query: Query) -> Result<Response> {
    let mut page = load(&visitor, &id, "", false).await?;
    page.notice = notice(&visitor, &query);
    html(&page)
}

async fn load(visitor: &Visitor, id: &str, drawn: &str, snap: bool) -> Result<OutlinesPage> {
    let mut tx = visitor.app.db().read().await?;
    let area = kept(&mut tx, visitor, id).await?;
    let scope = visitor.scope(Right::SeeRegistry)?;
    let children = store::children(&mut tx, id).await?;
    let middle = area.lon.zip(area.lat).map(|(lon, lat)| format!("{lon},{lat}"));
    Ok(OutlinesPage {
        s: visitor.shell(visitor.words.t1("outlines-title", "name", area.name.as_str())),
        steps: steps(&mut tx, &area.path, &scope).await?,
        grids: children.into_iter().map(|child| Choice::new(child.id, child.name)).collect(),
        view: middle.unwrap_or_default(),
        drawn: safe(drawn),
        reason: String::new(),
        panel: panel(&mut tx, visitor, &area, (drawn, snap)).await?,
        notice: None,
        wrong: Wrong::default(),
        id: area.id,
        name: area.name,
    })
}

/// JSON that can stand in a page: no part of it ends the script around it.
fn safe(json: &str) -> String {
    json.replace('<', "\\u003c")
}

async fn panel(tx: &mut Tx, visitor: &Visitor, area: &Area, (drawn, snap): (&str, bool)) -> Result<Panel> {
    let (looked, refused) = match looked(tx, area, drawn, snap).await {
        Ok(looked) => (looked, None),
        Err(error) => {
            let wrong = wrong(visitor, error)?;
            let said = wrong.whole.or_else(|| wrong.fields.into_iter().next().map(|(_, words)| words));
            (outline::look(tx, area, &Drawing::default(), false).await?, said)
        }
    };
    Ok(shown(visitor.shell(String::new()), &looked, refused))
}

async fn looked(tx: &mut Tx, area: &Area, drawn: &str, snap: bool) -> Result<Looked> {
    outline::look(tx, area, &Drawing::read(drawn)?, snap).await
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "square metres of a village are far below what an i64 holds"
)]
fn metres(square: f64) -> i64 {
    square.ceil() as i64
}

fn shown(s: Shell, looked: &Looked, refused: Option<String>) -> Panel {
    let name = |id: &String| {
        let grid = looked.grids.iter().find(|grid| grid.area.id == *id);
        grid.map_or_else(|| id.clone(), |grid| grid.area.name.clone())
    };
    let rows = looked.grids.iter().map(|grid| GridRow {
        id: grid.area.id.clone(),
        name: grid.area.name.clone(),
        ground: grid.outline.as_ref().map(|outline| metres(outline.area_m2())),
        told: grid.households.told,
        registered: grid.households.registered,
        by_ground: grid.households.by_ground,
        warning: grid.households.warning(grid.area.kind),
        changed: grid.is_changed(),
    });
    let wrong_ground = looked.wrong.iter().map(|wrong| WrongRow {
        message: match wrong.fault.kind {
            FaultKind::Overlap => "outline-wrong-overlap",
            FaultKind::Gap if wrong.grids.is_empty() => "outline-wrong-empty",
            FaultKind::Gap => "outline-wrong-gap",
            FaultKind::Outside => "outline-wrong-outside",
        },
        who: wrong.grids.iter().map(name).collect::<Vec<_>>().join("、"),
        ground: metres(wrong.fault.shape.area_m2()),
        is_new: wrong.is_new,
    });
    let new = |kind| looked.wrong.iter().any(|wrong| wrong.is_new && wrong.fault.kind == kind);
    let wrong = looked.wrong.iter().map(
        |wrong| json!({ "type": "Feature", "properties": {}, "geometry": wrong.fault.shape.to_geojson() }),
    );
    let changed = looked.grids.iter().filter(|grid| grid.is_changed());
    let woven: Map<String, Value> = changed
        .filter_map(|grid| Some((grid.area.id.clone(), grid.outline.as_ref()?.to_geojson())))
        .collect();
    let wrong = json!({ "type": "FeatureCollection", "features": wrong.collect::<Vec<_>>() });
    Panel {
        s,
        rows: rows.collect(),
        wrong_ground: wrong_ground.collect(),
        closed: i64::try_from(looked.closed).unwrap_or(i64::MAX),
        mends: looked.wrong.iter().any(|wrong| wrong.is_new),
        leaves: new(FaultKind::Gap) || new(FaultKind::Outside),
        refused,
        looked: safe(&json!({ "wrong": wrong, "woven": woven }).to_string()),
    }
}

impl Panel {
    /// The usual number of households of a grid, in words.
    pub(crate) fn usual(&self) -> String {
        self.s.t2("outline-usual", "least", *USUAL.start(), "most", *USUAL.end())
    }
}

/// The frame and the grids as they are, for drawing on.
pub(super) async fn geojson(visitor: Visitor, Path(id): Path<String>) -> Result<Response> {
    let mut tx = visitor.app.db().read().await?;
    let area = kept(&mut tx, &visitor, &id).await?;
    let feature = |area: &Area, frame: bool| {
        let geometry: Value =
            area.shape.as_deref().and_then(|shape| serde_json::from_str(shape).ok()).unwrap_or_default();
        json!({
            "type": "Feature",
            "properties": { "id": area.id, "name": area.name, "frame": frame },
            "geometry": geometry,
        })
    };
    let children = store::children(&mut tx, &area.id).await?;
    let grids = children.iter().map(|child| feature(child, false));
    let frame = area.shape.is_some().then(|| feature(&area, true));
    let features: Vec<Value> = frame.into_iter().chain(grids).collect();
    let body = json!({ "type": "FeatureCollection", "features": features }).to_string();
    Ok(([(header::CONTENT_TYPE, "application/geo+json")], body).into_response())
}

/// What was drawn: a file, since it may be longer than a field, or a field.
fn drawn(sent: &Submission) -> Result<String> {
    let file = sent.files.iter().find(|file| file.field == "drawn");
    let Some(file) = file else { return Ok(sent.text("drawn").to_owned()) };
    let text = std::str::from_utf8(&file.bytes).ok().filter(|text| text.len() <= LONGEST);
    text.map(str::to_owned).ok_or_else(|| Problem::invalid().field("drawn", "outline-unreadable").into())
}

/// Says what a drawing would be, and changes nothing.
pub(super) async fn look(Path(id): Path<String>, Form { visitor, sent }: Form) -> Result<Response> {
    let mut tx = visitor.app.db().read().await?;
    let area = kept(&mut tx, &visitor, &id).await?;
    let panel = panel(&mut tx, &visitor, &area, (&drawn(&sent)?, sent.ticked("snap"))).await?;
    let status = if panel.refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html_with(status, &panel)
}

pub(super) async fn save(Path(id): Path<String>, Form { visitor, sent }: Form) -> Result<Response> {
    let text = drawn(&sent)?;
    let asked = Asked::Redraw {
        area: id.clone(),
        drawn: text.clone(),
        snap: sent.ticked("snap"),
        leave: sent.ticked("leave"),
    };
    let change = ChangeAreas { asked, reason: sent.text("reason").to_owned() };
    match visitor.app.act(visitor.signed_in()?, &change).await {
        Ok(_) => Ok(done(&format!("/areas/{id}/outlines"), "outlines").into_response()),
        Err(error) => {
            let wrong = wrong(&visitor, error)?;
            let mut page = load(&visitor, &id, &text, sent.ticked("snap")).await?;
            page.reason = sent.text("reason").to_owned();
            page.wrong = wrong;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// Whether an area has grids that can be drawn.
pub(super) fn can_draw(kind: AreaKind) -> bool {
    matches!(kind, AreaKind::Village | AreaKind::Grid)
}
