//! A county at work: the demo's organisations, grids and sign-ins, and as many matters as are asked for.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use lianxin_foundation::db::{Bulk, Column, Value};
use lianxin_foundation::{App, Micros, Result, Tx};
use lianxin_matters::Matters;
use lianxin_matters::figures::sums;
use lianxin_matters::model::{Event, Status};
use lianxin_matters::rules::clock::due;
use lianxin_registry::area::{Area, store as areas};
use lianxin_registry::{Places, duty};
use lianxin_worktime::Calendar;
use uuid::Uuid;

use super::super::demo::{data, registry};
use super::lives::{Life, Teller};

/// The county, and where its generated land lies.
const COUNTY: (&str, f64, f64) = ("421223", 114.04, 29.55);
/// Matters in one transaction: few enough that loading leaves no trace in the memory measured later.
const AT_ONCE: usize = 5_000;
/// Every so many matters, one is remembered to be opened later.
const REMEMBERED: usize = 50;

/// An organisation and the level it answers at.
pub(super) struct Unit {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) level: i64,
}

/// A smallest area.
pub(super) struct Place {
    pub(super) area: String,
    pub(super) path: String,
    /// The village it lies in, or itself.
    pub(super) village: String,
    pub(super) lon: Option<f64>,
    pub(super) lat: Option<f64>,
}

/// What reports need to know of the county.
pub(super) struct County {
    pub(super) code: String,
    pub(super) places: Vec<Place>,
    /// By category and village: who answers, the lowest level first.
    routes: HashMap<(String, String), Arc<[Unit]>>,
    /// Some of the matters, and how many there are in each status.
    pub(super) some: Vec<Uuid>,
    pub(super) statuses: HashMap<Status, usize>,
    pub(super) events: usize,
}

impl County {
    pub(super) fn units(&self, category: &str, village: &str) -> Arc<[Unit]> {
        self.routes.get(&(category.to_owned(), village.to_owned())).cloned().unwrap_or_else(|| Arc::new([]))
    }
}

/// What matters need besides the program's parts.
pub(super) fn matters() -> Result<Matters> {
    Matters::new(Arc::new(Calendar::china()), Places::new())
}

/// Fills the county in; gives it with the seconds that the matters took.
pub(super) async fn fill(app: &App, count: usize) -> Result<(County, f64)> {
    registry::fill(app, &[COUNTY]).await?;
    let matters = matters()?;
    let mut county = read(app, &matters).await?;
    let since = Instant::now();
    let (mut some, mut statuses, mut events) = (Vec::new(), HashMap::new(), 0);
    let stories = data::stories()?;
    let mut teller = Teller::new(app, &matters, &county, &stories);
    for first in (0..count).step_by(AT_ONCE) {
        let mut lives = Vec::with_capacity(AT_ONCE);
        for nth in first..count.min(first + AT_ONCE) {
            let came_in = teller.came_in(nth, count);
            let life = teller.tell(came_in)?;
            if nth % REMEMBERED == 0 {
                some.push(life.matter.id);
            }
            *statuses.entry(life.matter.status).or_default() += 1;
            events += life.events.len();
            lives.push(life);
        }
        write(app, lives).await?;
    }
    sums::recount(app).await?;
    (county.some, county.statuses, county.events) = (some, statuses, events);
    Ok((county, since.elapsed().as_secs_f64()))
}

async fn read(app: &App, matters: &Matters) -> Result<County> {
    let mut tx = app.db().read().await?;
    let now = app.clock().now();
    let mut county = County {
        code: COUNTY.0.to_owned(),
        places: Vec::new(),
        routes: HashMap::new(),
        some: Vec::new(),
        statuses: HashMap::new(),
        events: 0,
    };
    for town in areas::children(&mut tx, COUNTY.0).await? {
        for village in areas::children(&mut tx, &town.id).await? {
            for category in matters.catalogue.all() {
                let units = chain(&mut tx, &category.code, &village.path, category.first_level, now).await?;
                county.routes.insert((category.code.clone(), village.id.clone()), units.into());
            }
            let grids = areas::children(&mut tx, &village.id).await?;
            let smallest = if grids.is_empty() { vec![village.clone()] } else { grids };
            county.places.extend(smallest.into_iter().map(|area| place(area, &village.id)));
        }
    }
    Ok(county)
}

fn place(area: Area, village: &str) -> Place {
    Place { area: area.id, path: area.path, village: village.to_owned(), lon: area.lon, lat: area.lat }
}

/// Who answers for a category at a place, level by level upwards: nobody twice in a row.
async fn chain(tx: &mut Tx, category: &str, path: &str, first_level: i64, now: Micros) -> Result<Vec<Unit>> {
    let mut units: Vec<Unit> = Vec::new();
    let mut deepest = first_level;
    while deepest > 0 {
        let Some(found) = duty::responsible(tx, COUNTY.0, category, path, deepest, now).await? else { break };
        deepest = found.depth - 1;
        if units.last().is_none_or(|unit| unit.id != found.organisation) {
            units.push(Unit { id: found.organisation, name: found.name, level: found.depth });
        }
    }
    Ok(units)
}

async fn write(app: &App, lives: Vec<Life>) -> Result<()> {
    let mut tx = app.db().write().await?;
    let mut matters = Bulk::new("matter", MATTER);
    for life in &lives {
        matters.push(&mut tx, matter_row(life)).await?;
    }
    matters.finish(&mut tx).await?;
    let mut events = Bulk::new("matter_event", EVENT);
    for life in lives {
        for event in life.events {
            events.push(&mut tx, event_row(&life.matter.county, life.matter.id, event)).await?;
        }
    }
    events.finish(&mut tx).await?;
    tx.commit().await
}

const MATTER: &[Column] = &[
    "county",
    "id",
    "number",
    "secret",
    "category",
    "text",
    "sealed_text",
    "place",
    "sealed_name",
    "sealed_phone",
    "phone_key",
    "attributes",
    "channel",
    "language",
    "area",
    "path",
    "lon",
    "lat",
    "status",
    "unit",
    "level",
    "first_unit",
    "settled_level",
    "created_at",
    "dispatched_at",
    "responded_at",
    "resolved_at",
    "closed_at",
    "closed_by",
    "solved",
    "satisfied",
    "responded_in_time",
    "respond_due",
    "resolve_due",
    "climb_due",
    "next_due",
    "due",
    "paused_at",
    "hops",
    "reopened",
    "objections",
    "events",
    "version",
];

fn matter_row(life: &Life) -> [Value; 43] {
    let matter = &life.matter;
    [
        matter.county.as_str().into(),
        matter.id.into(),
        matter.number.as_str().into(),
        life.secret.to_vec().into(),
        matter.category.as_str().into(),
        matter.text.as_str().into(),
        matter.sealed_text.clone().into(),
        matter.place.as_str().into(),
        matter.sealed_name.clone().into(),
        matter.sealed_phone.clone().into(),
        life.phone_key.clone().into(),
        matter.attributes.to_string().into(),
        matter.channel.code().into(),
        matter.language.as_str().into(),
        matter.area.as_str().into(),
        matter.path.as_str().into(),
        matter.lon.into(),
        matter.lat.into(),
        matter.status.code().into(),
        matter.unit.into(),
        matter.level.into(),
        matter.first_unit.into(),
        matter.settled_level.into(),
        matter.created_at.into(),
        matter.dispatched_at.into(),
        matter.responded_at.into(),
        matter.resolved_at.into(),
        matter.closed_at.into(),
        matter.closed_by.map(|by| by.code()).into(),
        matter.solved.into(),
        matter.satisfied.into(),
        matter.responded_in_time.into(),
        matter.respond_due.into(),
        matter.resolve_due.into(),
        matter.climb_due.into(),
        matter.next_due.into(),
        due(matter).into(),
        matter.paused_at.into(),
        matter.hops.into(),
        matter.reopened.into(),
        matter.objections.into(),
        matter.events.into(),
        matter.version.into(),
    ]
}

const EVENT: &[Column] = &[
    "county",
    "matter",
    "seq",
    "id",
    "at",
    "kind",
    "actor_kind",
    "actor_name",
    "unit",
    "unit_name",
    "level",
    "status",
    "note",
    "detail",
];

fn event_row(county: &str, matter: Uuid, event: Event) -> [Value; 14] {
    let detail = serde_json::to_string(&event.detail).unwrap_or_default();
    [
        county.into(),
        matter.into(),
        event.seq.into(),
        event.id.into(),
        event.at.into(),
        event.kind.code().into(),
        event.party.code().into(),
        event.actor_name.into(),
        event.unit.into(),
        event.unit_name.into(),
        event.level.into(),
        event.status.code().into(),
        event.note.into(),
        detail.into(),
    ]
}
