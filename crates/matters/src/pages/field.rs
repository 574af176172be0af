//! Work without signal: what a worker's phone takes along, and what it sends when the signal is back.
//!
//! The page itself holds nothing about anybody, so a phone may keep it. What it takes along comes by
//! [`taken_along`], what it sends arrives by [`send`], each entry under the id the phone made for it.

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use lianxin_foundation::action::Made;
use lianxin_foundation::clock::{DAY, Micros};
use lianxin_foundation::scope::Grant;
use lianxin_foundation::web::{Form, Paging, Shell, Submission, Visitor, assets, html};
use lianxin_foundation::{Problem, Result, Right, Scope, Tx, Who};
use lianxin_registry::area::{ancestors, store as areas};
use lianxin_registry::county_of;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::filter::only_county;
use super::matter::seen_photos;
use super::mine::place_line;
use super::patrols;
use super::report::{report, residents_groups};
use super::rows::Names;
use super::step_form::offers_of;
use super::view::{Chip, Parts, Reader, title, what, who as by_whom};
use crate::Matters;
use crate::actions::{Caught, Deferred, FieldStep, catch_up, parties};
use crate::model::{Channel, Event, Matter, Status};
use crate::rules::{self, Step};
use crate::store::{self, Order, Query};

/// The most matters a phone takes along, those due first.
const MOST: i64 = 100;
/// The most places it can name for what is found on the way.
const MOST_PLACES: usize = 300;
/// The depth of a village's path.
const VILLAGE: usize = 5;
/// How much of a matter's words its row shows.
const TITLE: usize = 48;
/// What still is work, or waits for somebody's word.
const OPEN: [Status; 4] = [Status::Dispatched, Status::Accepted, Status::Waiting, Status::Resolved];
/// A phone that has not been heard of for so long forgets what it took along; what it has to send it keeps.
const FORGET_AFTER: Micros = 3 * DAY;

/// The step by which a phone names what a look at a planned place showed.
const PATROL: &str = "patrol";

/// What the page's script says, beside the words of every page.
const WORDS: [&str; 45] = [
    "field-patrols",
    "patrol-look",
    "patrol-early",
    "patrol-fine",
    "patrol-fine-words",
    "patrol-fine-button",
    "patrol-found",
    "patrol-found-title",
    "patrol-found-words",
    "patrol-found-button",
    "patrol-missed",
    "patrol-missed-title",
    "patrol-missed-words",
    "patrol-missed-button",
    "field-none",
    "field-online",
    "field-offline",
    "field-sending",
    "field-waiting",
    "field-all-sent",
    "field-signed-out",
    "field-other-account",
    "field-limited",
    "field-done",
    "field-already",
    "field-merged",
    "field-same",
    "field-over",
    "field-matters",
    "field-refused",
    "field-queued",
    "field-taken-at",
    "field-back",
    "field-located",
    "field-not-located",
    "field-words-missing",
    "field-new",
    "field-life",
    "field-drop",
    "field-again",
    "field-copy",
    "field-photos-count",
    "field-drop-sure",
    "field-more",
    "field-wiped",
];

#[derive(Template)]
#[template(path = "field.html")]
pub(super) struct FieldPage {
    pub s: Shell,
}

impl FieldPage {
    /// The words of the page's script as JSON in which no `<` stands.
    pub(super) fn words(&self) -> String {
        let said = |id: &&str| {
            ((*id).to_owned(), Value::String(self.s.with_blanks(id, &["n", "when", "lon", "lat"])))
        };
        Value::Object(WORDS.iter().map(said).collect()).to_string().replace('<', "\\u003c")
    }
}

/// `GET /field`
pub(super) async fn page(visitor: Visitor) -> Result<Response> {
    visitor.scope(Right::SeeMatters)?;
    let s = visitor.shell(visitor.words.t("field-title"));
    html(&FieldPage { s: s.with_script("field.js") })
}

/// `GET /field/worker.js`: the script that opens the page without signal. Its address stays, so that a
/// phone finds the next release of it.
pub(super) async fn worker() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (HeaderName::from_static("service-worker-allowed"), HeaderValue::from_static("/field")),
    ];
    match assets::bytes("field-worker.js") {
        Some(script) => (headers, script).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /field/app.webmanifest`: what a phone needs to put the page among its apps.
pub(super) async fn manifest(visitor: Visitor) -> Response {
    let s = visitor.shell("");
    let body = json!({
        "name": s.t("field-app-name"),
        "short_name": s.t("program-name"),
        "lang": s.tag(),
        "start_url": "/field",
        "scope": "/field",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [{"src": s.asset("favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    });
    ([(header::CONTENT_TYPE, "application/manifest+json")], body.to_string()).into_response()
}

/// Something that happened, as the phone shows it.
#[derive(Serialize)]
struct Told {
    id: Uuid,
    at: Micros,
    what: String,
    who: String,
    note: Option<String>,
}

/// A matter as the phone takes it along: nothing sealed is in it.
#[derive(Serialize)]
struct Carried {
    county: String,
    id: Uuid,
    number: String,
    title: String,
    text: String,
    category: String,
    place: String,
    lon: Option<f64>,
    lat: Option<f64>,
    status: &'static str,
    /// The chip's class and words.
    chip: (&'static str, String),
    /// As whom this person meets it: decides with the table which steps are offered.
    parties: Vec<&'static str>,
    version: i64,
    happened: Vec<Told>,
}

/// `GET /field/matters.json`: the table of steps, and the matters this person can work on.
pub(super) async fn taken_along(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
) -> Result<Json<Value>> {
    let seen = visitor.scope(Right::SeeMatters)?;
    let who = visitor.signed_in()?;
    let now = visitor.now;
    let s = visitor.shell("");
    let scope = at_hand(who, seen, now);
    let query = Query {
        county: only_county(who, &scope),
        statuses: OPEN.to_vec(),
        order: Order::Due,
        ..Query::default()
    };
    let mut tx = visitor.app.db().read().await?;
    let found = store::list(&mut tx, &scope, &query, Paging::new(None, MOST), now).await?;
    let names = Names::of(&mut tx, &found).await?;
    let mut carried = Vec::with_capacity(found.len());
    for matter in &found {
        let events = store::events(&mut tx, &matter.county, matter.id).await?;
        carried.push(carry(&s, &matters, who, &names, matter, &events));
    }
    let places = places(&mut tx, &who.scope(Right::EnterMatters, now)).await?;
    let patrols = patrols::taken_along(&mut tx, &visitor, &s).await?;
    drop(tx);
    let categories = residents_groups(&s, &matters.catalogue, "");
    Ok(Json(json!({
        "account": who.account,
        "token": s.token,
        "at": now,
        "forget_after": FORGET_AFTER,
        "rules": rules::rows(),
        "statuses": Status::ALL.map(|status| (status.code(), s.t(status.message()))),
        "offers": offers_of(&s, &FieldStep::ALL.map(FieldStep::step)),
        "matters": carried,
        "more": i64::try_from(found.len()).is_ok_and(|taken| taken == MOST),
        "places": places,
        "patrols": patrols,
        "categories": categories.into_iter().map(|group| json!({
            "name": group.name,
            "choices": group.choices.into_iter().map(|one| (one.value, one.label)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })))
}

/// What somebody works on: all they see where that is a village's worth, else what their unit has to handle.
fn at_hand(who: &Who, seen: Scope, now: Micros) -> Scope {
    let near = |grant: &Grant| match grant {
        Grant::Place(path) => ancestors(path).len() >= VILLAGE,
        Grant::Unit(_) => true,
    };
    let handled = who.scope(Right::HandleMatters, now);
    if handled.is_empty() || seen.grants().iter().all(near) { seen } else { handled }
}

fn carry(
    s: &Shell,
    matters: &Matters,
    who: &Who,
    names: &Names,
    matter: &Matter,
    events: &[Event],
) -> Carried {
    let category = matters.catalogue.name(&matter.category, s.language());
    let chip = Chip::short(s, matter);
    let told = |event: &Event| Told {
        id: event.id,
        at: event.at,
        what: what(s, &matters.catalogue, event, Reader::Staff),
        who: by_whom(s, event, Reader::Staff, matter.entered_by.is_some()),
        note: event.note.clone(),
    };
    Carried {
        county: matter.county.clone(),
        id: matter.id,
        number: matter.number.clone(),
        title: title(s, matter, &category, TITLE),
        text: matter.text.clone(),
        place: place_line(&names.place(&matter.path), &matter.place),
        lon: matter.lon,
        lat: matter.lat,
        status: matter.status.code(),
        chip: (chip.class, chip.text),
        parties: parties(matter, who, s.now).into_iter().map(|party| party.code()).collect(),
        version: matter.version,
        happened: events.iter().map(told).collect(),
        category,
    }
}

/// The places somebody may enter matters for: their own and those right below, code and name.
async fn places(tx: &mut Tx, scope: &Scope) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for grant in scope.grants() {
        let Grant::Place(path) = grant else { continue };
        let Some(own) = ancestors(path).last().copied().filter(|area| area.len() >= 6) else { continue };
        let Some(area) = areas::area(tx, own).await? else { continue };
        found.push((area.id, area.name));
        let below = areas::children(tx, own).await?;
        found.extend(below.into_iter().map(|area| (area.id, area.name)));
    }
    found.truncate(MOST_PLACES);
    Ok(found)
}

/// What the phone is told about an entry.
#[derive(Serialize)]
pub(super) struct Answer {
    /// `done`, `already` or `merged`.
    outcome: &'static str,
    /// The number of the matter that came of it, or that it belongs to.
    number: String,
}

/// `POST /field/entries`: one entry. It arrives once, however often it is sent; what is refused the phone
/// keeps for its owner to read.
pub(super) async fn send(
    Extension(matters): Extension<Matters>,
    Form { visitor, mut sent }: Form,
) -> Result<Json<Answer>> {
    let who = visitor.signed_in()?;
    let id = sent.parsed::<Uuid>("id", "problem-unreadable")?;
    let id = id.ok_or_else(|| Problem::invalid().field("id", "problem-unreadable"))?;
    if sent.text("step") == Step::Report.code() {
        return found_on_the_way(&visitor, &matters, who, &mut sent).await.map(Json);
    }
    if sent.text("step") == PATROL {
        return patrolled(&visitor, &matters, id, &mut sent).await.map(Json);
    }
    let step = FieldStep::from_code(sent.text("step"));
    let step = step.ok_or_else(|| Problem::invalid().field("step", "field-step-unknown"))?;
    let matter = sent.parsed::<Uuid>("matter", "problem-unreadable")?.ok_or_else(Problem::not_found)?;
    let county = sent.text("county").to_owned();
    let at = sent.parsed::<Micros>("made_at", "problem-unreadable")?.unwrap_or(visitor.now);
    let photos = seen_photos(&visitor, who, &county, matter, &mut sent).await?;
    let entry = Deferred {
        county,
        matter,
        made: Made::told(id, at, visitor.now),
        step,
        words: sent.text("words").to_owned(),
        internal: sent.ticked("internal"),
        photos,
    };
    let (outcome, matter) = match catch_up(&visitor.app, who, &matters, &entry).await? {
        Caught::Done(matter) => ("done", matter),
        Caught::Already(matter) => ("already", matter),
        Caught::Noted(matter) => ("merged", matter),
    };
    Ok(Json(Answer { outcome, number: matter.number }))
}

/// Something new that a worker found: a report of its own, under the entry's id.
async fn found_on_the_way(
    visitor: &Visitor,
    matters: &Matters,
    who: &Who,
    sent: &mut Submission,
) -> Result<Answer> {
    visitor.scope(Right::EnterMatters)?;
    let county = county_of(sent.text("area"));
    let reported = report(visitor, matters, who, &county, Channel::Grid, sent).await?;
    Ok(Answer { outcome: if reported.new { "done" } else { "already" }, number: reported.number })
}

/// What a look at a planned place showed, noted on the phone.
async fn patrolled(visitor: &Visitor, matters: &Matters, id: Uuid, sent: &mut Submission) -> Result<Answer> {
    let patrol = sent.parsed::<Uuid>("patrol", "problem-unreadable")?.ok_or_else(Problem::not_found)?;
    let county = sent.text("county").to_owned();
    let at = sent.parsed::<Micros>("made_at", "problem-unreadable")?.unwrap_or(visitor.now);
    let entry = Made::told(id, at, visitor.now);
    let patrol = patrols::to_note(visitor, &county, patrol).await?;
    let kept = patrols::noted(visitor, matters, &patrol, entry, sent).await?;
    Ok(Answer { outcome: kept.outcome, number: kept.number })
}
