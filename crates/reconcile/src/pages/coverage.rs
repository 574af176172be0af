//! How complete the registry and each list are, place by place, as a table and on a map, and where to look next.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use askama::Template;
use axum::Json;
use axum::response::Response;
use lianxin_foundation::i18n::Words;
use lianxin_foundation::web::{Path, Shell, Visitor, html};
use lianxin_foundation::{Problem, Result, Tx};
use lianxin_registry::area::{self, ancestors, path_of, store as areas};
use lianxin_registry::form::place_names;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Asked, asked, known};
use crate::model::{Campaign, Roll};
use crate::rules::bands::Thresholds;
use crate::rules::coverage::{Estimate, Histories, Method};
use crate::store::coverage::{self as stored, GRID, VILLAGE};
use crate::store::matches::{self, Whom};
use crate::store::rolls;

/// At most so many places are named as the next to look at.
const NEXT: usize = 8;
/// At most so many outlines are drawn.
const MOST_SHAPES: i64 = 2_000;
/// A source at least so complete, by the lower end of the interval, stands well; by this it stands fairly.
const WELL: i64 = 95;
const FAIRLY: i64 = 85;

/// How many stand on a source, and how complete that is: percent, and the interval's ends.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) people: i64,
    pub(crate) share: Option<(i64, i64, i64)>,
}

/// A place, or the whole area.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) path: String,
    pub(crate) place: String,
    /// Where its own parts are shown.
    pub(crate) inside: Option<String>,
    /// The registry, then each list.
    pub(crate) cells: Vec<Cell>,
    /// How many there are in all: the likeliest number, and the interval's ends; none where too few stand on two sources.
    pub(crate) all: Option<(i64, i64, i64)>,
    /// Whether that interval is so wide that it says little.
    pub(crate) wide: bool,
    /// How many the registry most likely lacks, and the interval's ends.
    pub(crate) unseen: Option<(i64, i64, i64)>,
    /// How many of them stand on lists.
    pub(crate) above: i64,
}

impl Row {
    /// How complete the registry is there: the look of its chip.
    pub(crate) fn look(&self) -> &'static str {
        match self.cells.first().and_then(|cell| cell.share) {
            None => "new",
            Some(_) if self.wide => "waiting",
            Some((_, low, _)) if low >= WELL => "on-time",
            Some((_, low, _)) if low >= FAIRLY => "due-today",
            Some(_) => "overdue",
        }
    }

    /// The same in words.
    pub(crate) fn says(&self, words: &Words) -> String {
        match self.cells.first().and_then(|cell| cell.share) {
            None => words.t("check-coverage-few"),
            Some((share, low, high)) => {
                let range = format!("{low}–{high}%");
                let id = if self.wide { "check-coverage-wide" } else { "check-coverage-share" };
                words.t2(id, "share", share, "range", range)
            }
        }
    }

    /// How many are missing at least likely: what places are put in order by.
    fn missing(&self) -> i64 {
        self.unseen.map_or(self.above, |(likely, ..)| likely.max(self.above))
    }
}

/// Where to look next, and why there.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) place: String,
    pub(crate) visits: String,
    pub(crate) why: Vec<String>,
}

#[derive(Template)]
#[template(path = "check-coverage.html")]
pub(super) struct CoveragePage {
    pub(super) s: Shell,
    pub(super) campaign: String,
    pub(super) name: String,
    pub(super) lists: Vec<String>,
    pub(super) method: &'static str,
    pub(super) whole: Row,
    pub(super) rows: Vec<Row>,
    pub(super) next: Vec<Look>,
    /// What the map asks for: the place whose parts are shown, as the address has it; nothing where no part has an outline.
    pub(super) map: Option<String>,
    /// The parts shown that have no outline.
    pub(super) unmapped: Vec<String>,
}

/// What is shown of a campaign: a place, and its parts.
struct Picture {
    campaign: Campaign,
    lists: Vec<Roll>,
    area: String,
    whole: Row,
    rows: Vec<Row>,
}

/// `GET /checks/{county}/{id}/coverage?area=…`
pub(super) async fn page(
    visitor: Visitor,
    Path((county, id)): Path<(String, Uuid)>,
    query: Asked,
) -> Result<Response> {
    let mut tx = visitor.app.db().read().await?;
    let picture = picture(&mut tx, &visitor, (&county, id), asked(&query, "area")).await?;
    let outlined = outlined(&mut tx, &picture).await?;
    drop(tx);
    let Picture { campaign, lists, area, whole, rows } = picture;
    let here = format!("/checks/{county}/{id}");
    let drawn = |row: &Row| outlined.iter().any(|shape| row.path == path_of(&shape.id));
    html(&CoveragePage {
        s: visitor.shell(visitor.words.t("check-coverage")),
        name: campaign.title,
        method: Method::for_sources(lists.len() + 1).message(),
        next: rows.iter().take(NEXT).filter_map(|row| look(&visitor.words, id, row)).collect(),
        map: rows.iter().any(drawn).then_some(area),
        unmapped: rows.iter().filter(|row| !drawn(row)).map(|row| row.place.clone()).collect(),
        lists: lists.into_iter().map(|roll| roll.title).collect(),
        campaign: here,
        whole,
        rows,
    })
}

/// `GET /checks/{county}/{id}/coverage/areas.geojson?area=…`: the parts' outlines, by how complete the registry is there.
pub(super) async fn shapes(
    visitor: Visitor,
    Path((county, id)): Path<(String, Uuid)>,
    query: Asked,
) -> Result<Json<Value>> {
    let mut tx = visitor.app.db().read().await?;
    let picture = picture(&mut tx, &visitor, (&county, id), asked(&query, "area")).await?;
    let feature = |shape: &areas::Shaped| {
        let row = picture.rows.iter().find(|row| row.path == path_of(&shape.id))?;
        let geometry: Value = serde_json::from_str(&shape.shape).ok()?;
        let properties = json!({ "id": shape.id, "name": shape.name, "tone": row.look() });
        Some(json!({ "type": "Feature", "geometry": geometry, "properties": properties }))
    };
    let features: Vec<Value> = outlined(&mut tx, &picture).await?.iter().filter_map(feature).collect();
    Ok(collection(features))
}

/// `GET /checks/{county}/{id}/coverage/points.geojson?area=…`: in the middle of each part what is to be said of it.
pub(super) async fn points(
    visitor: Visitor,
    Path((county, id)): Path<(String, Uuid)>,
    query: Asked,
) -> Result<Json<Value>> {
    let mut tx = visitor.app.db().read().await?;
    let picture = picture(&mut tx, &visitor, (&county, id), asked(&query, "area")).await?;
    let mut features = Vec::new();
    for row in &picture.rows {
        let Some(area) = areas::area(&mut tx, last(&row.path)).await? else { continue };
        let Some((lon, lat)) = area.lon.zip(area.lat) else { continue };
        let title = format!("{} · {}", area.name, row.says(&visitor.words));
        features.push(json!({
            "type": "Feature",
            "geometry": { "type": "Point", "coordinates": [lon, lat] },
            "properties": { "title": title, "href": format!("#{}", anchor(&row.path)), "status": row.look() },
        }));
    }
    Ok(collection(features))
}

fn collection(features: Vec<Value>) -> Json<Value> {
    Json(json!({ "type": "FeatureCollection", "features": features }))
}

/// The smallest area of a path.
fn last(path: &str) -> &str {
    ancestors(path).last().copied().unwrap_or_default()
}

/// What a row is found by on its page.
pub(crate) fn anchor(path: &str) -> String {
    format!("place-{}", last(path))
}

/// The outlines of the parts shown.
async fn outlined(tx: &mut Tx, picture: &Picture) -> Result<Vec<areas::Shaped>> {
    let mut shapes = areas::shapes_below(tx, &picture.whole.path, MOST_SHAPES).await?;
    shapes.retain(|shape| picture.rows.iter().any(|row| row.path == path_of(&shape.id)));
    Ok(shapes)
}

/// How complete everything is in the place asked for: the campaign's own area, or one within it. A village is shown by its
/// grids, whatever is wider by its villages.
async fn picture(tx: &mut Tx, visitor: &Visitor, (county, id): (&str, Uuid), area: &str) -> Result<Picture> {
    let (campaign, standing) = known(tx, visitor, county, id).await?;
    if !standing.runs {
        return Err(Problem::forbidden().into());
    }
    let asked = Some(area).filter(|area| area::is_id(area)).map(path_of);
    let path = asked.filter(|path| path.starts_with(&campaign.path)).unwrap_or_else(|| campaign.path.clone());
    let depth = if path.len() < VILLAGE { VILLAGE } else { GRID };
    let mut lists = rolls::of_campaign(tx, county, id).await?;
    lists.retain(|roll| roll.run.is_some());
    let sources = lists.len() + 1;
    let (mut whole, mut parts) = (Histories::default(), BTreeMap::<String, Histories>::new());
    for (place, people) in histories(tx, &campaign, &lists, visitor.now).await? {
        if place.starts_with(&path) {
            whole.join(&people);
            let part = place.get(..depth).unwrap_or(&place).to_owned();
            parts.entry(part).or_default().join(&people);
        }
    }
    let names = place_names(tx, parts.keys().map(String::as_str)).await?;
    let here = format!("/checks/{county}/{id}/coverage");
    let part = |(place, people): (&String, &Histories)| {
        let name = names.get(place).cloned().unwrap_or_default();
        // What is known of a village and of none of its grids.
        let beside = depth == GRID && place.len() == VILLAGE && parts.len() > 1;
        Row {
            place: if beside { visitor.words.t1("check-coverage-no-grid", "place", name) } else { name },
            inside: (place.len() == VILLAGE && depth == VILLAGE)
                .then(|| format!("{here}?area={}", last(place))),
            ..row(place, people, sources)
        }
    };
    let mut rows: Vec<Row> = parts.iter().map(part).collect();
    // Where most are likely missing comes first: that is where to look next.
    rows.sort_by_key(|row| std::cmp::Reverse(row.missing()));
    let whole = Row { place: visitor.words.t("check-coverage-whole"), ..row(&path, &whole, sources) };
    Ok(Picture { area: last(&path).to_owned(), campaign, lists, whole, rows })
}

/// Who stands on which sources, by grid, or by village where no grid is known.
async fn histories(
    tx: &mut Tx,
    campaign: &Campaign,
    lists: &[Roll],
    now: i64,
) -> Result<BTreeMap<String, Histories>> {
    let (county, id) = (campaign.county.as_str(), campaign.id);
    let thresholds = Thresholds::taught(&matches::decisions(tx, county, id).await?);
    let whom = Whom::of(campaign, now);
    let ids: Vec<Uuid> = lists.iter().map(|roll| roll.id).collect();
    let mut places: BTreeMap<String, Histories> = BTreeMap::new();
    if lists.is_empty() {
        return Ok(places);
    }
    for (place, on, people) in stored::registered(tx, &whom, id, &ids, &thresholds).await? {
        // The registry's own bit is the lowest.
        let sources = u32::try_from(on).unwrap_or(0) << 1 | 1;
        places.entry(place).or_default().add(sources, people);
    }
    // One ID number on several lists is one person; lines without one count each for themselves.
    let mut seen: HashMap<(String, Vec<u8>), BTreeSet<usize>> = HashMap::new();
    for (place, id_key, roll) in stored::above(tx, county, id, &thresholds).await? {
        let Some(at) = ids.iter().position(|one| *one == roll) else { continue };
        match id_key {
            Some(key) => {
                seen.entry((place, key)).or_default().insert(at);
            }
            None => places.entry(place).or_default().add(2 << at, 1),
        }
    }
    for ((place, _), on) in seen {
        let sources = on.into_iter().map(|at| 2_u32 << at).sum();
        places.entry(place).or_default().add(sources, 1);
    }
    Ok(places)
}

fn rounded((likely, low, high): (f64, f64, f64)) -> (i64, i64, i64) {
    (likely.round() as i64, low.round() as i64, high.round() as i64)
}

fn row(path: &str, people: &Histories, sources: usize) -> Row {
    let told = people.told(sources);
    let percent = |(share, low, high): (f64, f64, f64)| rounded((share * 100.0, low * 100.0, high * 100.0));
    let cell = |source: usize| {
        let on = people.on(source);
        Cell { people: on, share: told.map(|all: Estimate| percent(all.completeness(on))) }
    };
    Row {
        path: path.to_owned(),
        cells: (0..sources).map(cell).collect(),
        all: told.map(|all| rounded((all.all, all.low, all.high))),
        wide: told.is_some_and(|all| all.is_wide()),
        unseen: told.map(|all| rounded(all.lacking(people.on(0)))),
        above: people.above(),
        ..Row::default()
    }
}

/// Why to look at a place; nothing where nobody is likely missing.
fn look(words: &Words, campaign: Uuid, row: &Row) -> Option<Look> {
    if row.missing() == 0 {
        return None;
    }
    let mut why = Vec::new();
    match row.unseen {
        Some((likely, low, high)) if likely > 0 => {
            let id = if row.wide { "check-next-wide" } else { "check-next-likely" };
            why.push(words.t2(id, "n", likely, "range", format!("{low}–{high}")));
        }
        Some(_) => {}
        None => why.push(words.t("check-next-few")),
    }
    if row.above > 0 {
        why.push(words.t1("check-next-above", "n", row.above));
    }
    let visits = format!("/visits?campaign={campaign}&area={}", last(&row.path));
    Some(Look { place: row.place.clone(), visits, why })
}
