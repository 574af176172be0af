//! One matter for staff: where it stands, what was said, what can be done, its life.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::clock::Micros;
use lianxin_foundation::error::Kind;
use lianxin_foundation::vault::mask_phone;
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html_with};
use lianxin_foundation::{Problem, Result, Right, Tx, Who};
use lianxin_registry::area::{Crumb, joined, store as areas};
use serde::Deserialize;
use uuid::Uuid;

use super::calls::Calls;
use super::disputes::{address, chip as dispute_chip};
use super::exclusions::address as exclusion_address;
use super::look::kinds;
use super::mine::{first_photos, place_line, yes_or_no};
use super::photos::{session, signed};
use super::place::Spoken;
use super::report::groups_for;
use super::rows::Names;
use super::same::Same;
use super::sources::{address as source_address, chip as source_chip, may_open};
use super::step_form::{Forms, StepForm, said_after};
use super::units::{Wanted, units};
use super::view::{
    Chip, Errors, Group, Life, Parts, Pictures, Reader, Refused, Told, is_top, level_message, next, title,
};
use crate::Matters;
use crate::actions::{
    Accept, AddNote, Arrive, Ask, CallBack, CallOff, Correct, Dismiss, Dispatch, HandOver, HideWords,
    MOST_TEXT, Mediate, Merge, Object, OpenPersonal, Part, Pause, Personal, Resolve, Resume, Whistle,
    available_as, parties, said_in,
};
use crate::disputes::store as disputes;
use crate::exclusions::store as exclusions;
use crate::model::{Event, Matter, Party, Status};
use crate::photos::{self, StoredPhoto};
use crate::rules::Step;
use crate::sources::{Source, store as sources};
use crate::store;
use crate::told::actions::Look;
use crate::whistle::CallKind;
use crate::whistle::store::is_called;

/// Where a matter's small map looks.
pub(super) struct Point {
    /// The address of its own point.
    pub points: String,
    /// The address of the boundaries around it.
    pub shapes: String,
    /// `lon,lat`.
    pub center: String,
}

#[derive(Template)]
#[template(path = "matter.html")]
pub(super) struct MatterPage {
    pub s: Shell,
    pub here: String,
    pub said: String,
    pub refused: String,
    pub errors: Errors,
    pub crumbs: Vec<Crumb>,
    pub title: String,
    pub chip: Chip,
    pub holder: String,
    pub next: String,
    pub text: String,
    pub pictures: Pictures,
    pub forms: Vec<StepForm>,
    pub life: Life,
    pub number: String,
    pub category: String,
    pub place: String,
    pub facts: Vec<(String, String)>,
    pub times: Vec<(String, Micros)>,
    pub point: Option<Point>,
    pub opened: Option<Vec<(String, String)>>,
    pub masked: Vec<(String, String)>,
    pub may_open: bool,
    /// The mediations on it: address, how each stands.
    pub disputes: Vec<(String, Chip)>,
    /// The causes it is one of: address, title, how each stands.
    pub sources: Vec<(String, String, Chip)>,
    /// Where a cause behind it is taken up; empty for who may not.
    pub source_new: String,
    /// Whether it may be, or was, proposed as unreasonable: the page about that, and what leads there.
    pub exclusion: Option<(String, String)>,
    /// Where what is held about the reporter is seen and erased for them; empty for who may not.
    pub held: String,
    pub calls: Calls,
    pub same: Same,
}

/// What a page shows beside the matter itself.
#[derive(Default)]
struct After<'a> {
    /// What was just done: a step's code.
    said: &'a str,
    /// What was refused: the form it was sent with, and why.
    sent: Option<(&'a str, &'a Submission)>,
    errors: Errors,
    refused: String,
    /// Personal fields opened for this one view.
    opened: Option<Personal>,
}

/// What the address says was just done.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    done: String,
}

/// `GET /matters/{county}/{id}`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path((county, id)): Path<(String, Uuid)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let after = After { said: &asked.done, ..After::default() };
    if visitor.unread > 0 {
        visitor.app.act(visitor.signed_in()?, &Look { matter: Some(id), until: visitor.now }).await?;
    }
    html_with(StatusCode::OK, &build(&visitor, &matters, &county, id, after).await?)
}

/// Everything read about one matter.
struct Read {
    matter: Matter,
    events: Vec<Event>,
    crumbs: Vec<Crumb>,
    unit: String,
    first: String,
    /// The enterprise whose problem it is; empty where there is none.
    enterprise: String,
    units: Vec<Group>,
    /// The place that the words seem to name, where nothing placed it better.
    spoken: Option<Spoken>,
}

async fn read(visitor: &Visitor, county: &str, id: Uuid) -> Result<Read> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let mut tx = visitor.app.db().read().await?;
    let matter = store::matter(&mut tx, &scope, county, id).await?.ok_or_else(Problem::not_found)?;
    let events = store::events(&mut tx, county, id).await?;
    let crumbs = areas::place_name(&mut tx, &matter.path).await?;
    let names = Names::of(&mut tx, std::slice::from_ref(&matter)).await?;
    let spoken = spoken(&mut tx, &matter).await?;
    let path = spoken.as_ref().map_or(&matter.path, |spoken| &spoken.path);
    let wanted = Wanted { county, path, categories: &[matter.category.as_str()], except: matter.unit };
    let units = units(&mut tx, &visitor.words, &wanted, visitor.now).await?;
    Ok(Read {
        unit: names.unit(matter.unit),
        first: names.unit(matter.first_unit),
        enterprise: names.unit(matter.enterprise),
        units,
        spoken,
        matter,
        events,
        crumbs,
    })
}

/// What the words of a matter name that lies nowhere in particular and waits for a dispatcher.
async fn spoken(tx: &mut Tx, matter: &Matter) -> Result<Option<Spoken>> {
    let waits = matches!(matter.status, Status::Received | Status::Objected);
    if !waits || matter.lon.is_some() || matter.area != matter.county {
        return Ok(None);
    }
    Spoken::in_words(tx, &matter.county, [&matter.place, &matter.text]).await
}

async fn build(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    id: Uuid,
    after: After<'_>,
) -> Result<MatterPage> {
    let who = visitor.signed_in()?;
    let read = read(visitor, county, id).await?;
    let matter = &read.matter;
    let s = visitor.shell(visitor.words.t("matter"));
    let category = matters.catalogue.name(&matter.category, s.language());
    let here = format!("/matters/{county}/{id}");
    let life = life(visitor, matters, &s, &read, after.opened.is_some())?;
    let facts = facts(&s, matters, &read);
    let mut tx = visitor.app.db().read().await?;
    let mut capacities = parties(matter, who, visitor.now);
    let mine = who.scope(Right::HandleMatters, visitor.now);
    if is_called(&mut tx, &mine, county, id).await? {
        capacities.push(Party::Called);
    }
    let possible = available_as(matter, &capacities, who, visitor.now);
    let about = (possible.as_slice(), capacities.as_slice(), read.units.as_slice());
    let calls = Calls::of(&mut tx, visitor, matter, about, after.sent, &after.errors).await?;
    let disputes = disputes::of_matter(&mut tx, county, id).await?;
    let disputes = disputes.iter().map(|dispute| (address(dispute), dispute_chip(&s, dispute))).collect();
    let sources = behind(&mut tx, visitor, &s, matter).await?;
    let source_new =
        if may_open(&capacities) { format!("/sources/new/{county}/{id}") } else { String::new() };
    let proposed = exclusions::of_matter(&mut tx, county, id).await?;
    let exclusion = match proposed.is_empty() {
        true if !may_open(&capacities) || matter.dispatched_at.is_none() => None,
        none => Some(s.t(if none { "exclusions-link" } else { "exclusions-see" })),
    };
    let exclusion = exclusion.map(|said| (exclusion_address(matter), said));
    let forms = Forms {
        s: &s,
        catalogue: &matters.catalogue,
        here: &here,
        units: read.units,
        categories: groups_for(&s, &matters.catalogue, matter),
        sent: after.sent,
        errors: &after.errors,
    };
    let covers =
        who.scope(Right::OpenPersonal, visitor.now).covers(&matter.path, &[matter.unit, matter.first_unit]);
    let sent = after.sent.map_or("", |(code, _)| code);
    let same = Same::of(&mut tx, visitor, matters, matter, &possible, (sent, &after.errors)).await?;
    drop(tx);
    let photos = signed(visitor, county, &session(visitor), &first_photos(&read.events));
    let place = place_line(&joined(&read.crumbs), &matter.place);
    Ok(MatterPage {
        said: said_after(after.said).map(|id| s.t(id)).unwrap_or_default(),
        refused: after.refused,
        title: title(&s, matter, &category, 60),
        chip: Chip::of(&s, matter, &read.unit).big(),
        holder: holder(&s, &read.unit, &read.first),
        next: next(&s, matter, &read.unit, Reader::Staff),
        text: matter.text.clone(),
        pictures: Pictures { alt: s.t("photo"), each: photos },
        forms: forms.of(&possible),
        life,
        number: matter.number.clone(),
        category,
        place,
        facts,
        times: times(&s, matter),
        point: point(matter),
        opened: after.opened.map(|personal| opened(&s, personal)),
        masked: masked(&s, visitor, matter),
        may_open: covers,
        disputes,
        sources,
        source_new,
        exclusion,
        held: if capacities.contains(&Party::Supervisor) {
            format!("/held/{county}/{id}")
        } else {
            String::new()
        },
        calls,
        same,
        crumbs: read.crumbs,
        errors: after.errors,
        here,
        s,
    })
}

/// The causes behind a matter that the asker may see.
async fn behind(
    tx: &mut Tx,
    visitor: &Visitor,
    s: &Shell,
    matter: &Matter,
) -> Result<Vec<(String, String, Chip)>> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let found = sources::behind(tx, &scope, &matter.county, matter.id).await?;
    let line = |source: Source| (source_address(&source), source.title.clone(), source_chip(s, &source));
    Ok(found.into_iter().map(line).collect())
}

fn holder(s: &Shell, unit: &str, first: &str) -> String {
    match (unit, first) {
        ("", _) => s.t("matter-holder-none"),
        (unit, "") => s.t1("matter-holder-same", "unit", unit),
        (unit, first) if unit == first => s.t1("matter-holder-same", "unit", unit),
        (unit, first) => s.t2("matter-holder", "unit", unit, "first", first),
    }
}

/// The life as staff read it. What the reporter of a private matter added is sealed like their first
/// words, and shown only on the page that was opened with a reason.
fn life(visitor: &Visitor, matters: &Matters, s: &Shell, read: &Read, opened: bool) -> Result<Life> {
    let viewer = session(visitor);
    let mut events = read.events.clone();
    let mut told = Vec::with_capacity(events.len());
    for event in
        events.iter_mut().filter(|event| event.party == Party::Reporter && event.sealed_note.is_some())
    {
        event.note = if opened { said_in(&visitor.app, event)? } else { Some(s.t("personal-kept")) };
        event.sealed_note = None;
    }
    for event in &events {
        let own = if event.kind == Step::Report { &[] } else { event.detail.photos.as_slice() };
        told.push(Told {
            event,
            internal: said_in(&visitor.app, event)?,
            pictures: signed(visitor, &read.matter.county, &viewer, own),
        });
    }
    Ok(Life::new(s, &matters.catalogue, &read.matter, &read.unit, told, Reader::Staff))
}

/// Facts that have something to say.
fn facts(s: &Shell, matters: &Matters, read: &Read) -> Vec<(String, String)> {
    let matter = &read.matter;
    let mut facts: Vec<(String, String)> = read
        .spoken
        .as_ref()
        .map(|spoken| (s.t("matter-spoken"), s.t1("matter-spoken-place", "place", spoken.name.as_str())))
        .into_iter()
        .collect();
    if matter.enterprise.is_some() {
        facts.push((s.t("matter-enterprise"), read.enterprise.clone()));
    }
    facts.push((s.t("matter-channel"), s.t(matter.channel.message())));
    if let Some(level) = matter.level {
        facts.push((s.t("matter-level"), s.t(level_message(level))));
    }
    for (message, times) in [
        ("matter-hops", matter.hops),
        ("matter-reopened", matter.reopened),
        ("matter-objections", matter.objections),
    ] {
        if times > 0 {
            facts.push((s.t(message), s.t1("matter-times", "n", times)));
        }
    }
    facts.extend(answers(s, matters, matter));
    facts
}

/// The answers to the category's questions, in words.
fn answers(s: &Shell, matters: &Matters, matter: &Matter) -> Vec<(String, String)> {
    let Some(category) = matters.catalogue.get(&matter.category) else { return Vec::new() };
    let language = s.language();
    let word = |attribute: &crate::category::Attribute, value: &serde_json::Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let named = attribute.values.iter().find(|known| known.key == text);
        named.map_or(text, |known| known.name(language).to_owned())
    };
    let answered = category.attributes.iter().filter_map(|attribute| {
        let said = match matter.attributes.get(&attribute.code)? {
            serde_json::Value::Array(several) => {
                several.iter().map(|one| word(attribute, one)).collect::<Vec<_>>().join(&s.t("comma"))
            }
            one => word(attribute, one),
        };
        Some((attribute.description(language).to_owned(), said))
    });
    answered.collect()
}

pub(super) fn times(s: &Shell, matter: &Matter) -> Vec<(String, Micros)> {
    // Where nobody has it, the same deadline is the dispatcher's.
    let decided = matches!(matter.status, Status::Dispatched | Status::Accepted | Status::Waiting);
    let climb = match decided {
        true if is_top(matter) => "matter-due-idle",
        true => "matter-due-climb",
        false => "matter-due-decide",
    };
    [
        ("matter-received", Some(matter.created_at)),
        ("matter-due-respond", matter.respond_due),
        (climb, matter.climb_due),
        ("matter-due-resolve", matter.resolve_due),
        ("matter-resolved-at", matter.resolved_at),
        ("matter-closed-at", matter.closed_at),
    ]
    .into_iter()
    .filter_map(|(message, at)| at.map(|at| (s.t(message), at)))
    .collect()
}

fn point(matter: &Matter) -> Option<Point> {
    let (lon, lat) = matter.lon.zip(matter.lat)?;
    Some(Point {
        points: format!("/matters/{}/{}/point.geojson", matter.county, matter.id),
        shapes: format!("/areas/{}/shapes.geojson", matter.area),
        center: format!("{lon:.6},{lat:.6}"),
    })
}

/// Which personal fields there are; of a telephone number its ends, of the rest nothing.
fn masked(s: &Shell, visitor: &Visitor, matter: &Matter) -> Vec<(String, String)> {
    let phone = matter.sealed_phone.as_ref().map(|sealed| {
        let opened = visitor.app.vault().open(&format!("matter.sealed_phone/{}", matter.id), sealed);
        opened.map_or_else(|_| s.t("personal-kept"), |phone| mask_phone(&phone))
    });
    let kept = |sealed: &Option<Vec<u8>>| sealed.as_ref().map(|_| s.t("personal-kept"));
    [
        ("personal-name", kept(&matter.sealed_name)),
        ("personal-phone", phone),
        ("personal-email", kept(&matter.sealed_email)),
        ("personal-address", kept(&matter.sealed_address)),
        ("personal-text", kept(&matter.sealed_text)),
    ]
    .into_iter()
    .filter_map(|(message, value)| value.map(|value| (s.t(message), value)))
    .collect()
}

fn opened(s: &Shell, personal: Personal) -> Vec<(String, String)> {
    [
        ("personal-name", personal.name),
        ("personal-phone", personal.phone),
        ("personal-email", personal.email),
        ("personal-address", personal.address),
        ("personal-text", personal.text),
    ]
    .into_iter()
    .filter_map(|(message, value)| value.map(|value| (s.t(message), value)))
    .collect()
}

/// `POST /matters/{county}/{id}/{step}`
pub(super) async fn act(
    Extension(matters): Extension<Matters>,
    Path((county, id, step)): Path<(String, Uuid, String)>,
    Form { visitor, mut sent }: Form,
) -> Result<Response> {
    if step == "personal" {
        return personal(&visitor, &matters, &county, id, &sent).await;
    }
    if let Some(refused) = pointed_out(&visitor, &step, &mut sent) {
        let after = After { sent: Some((&step, &sent)), refused, ..After::default() };
        let page = build(&visitor, &matters, &county, id, after).await?;
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    match take(&visitor, &matters, &county, id, &step, &mut sent).await {
        Ok(()) => Ok(Redirect::to(&format!("/matters/{county}/{id}?done={step}")).into_response()),
        Err(error) => {
            let Refused { status, said: refused, errors } =
                Refused::when(error, &visitor.words, is_about_the_form)?;
            let after = After { sent: Some((&step, &sent)), errors, refused, ..After::default() };
            html_with(status, &build(&visitor, &matters, &county, id, after).await?)
        }
    }
}

/// What is wrong with the form, or with the moment, is shown on the matter's own page.
fn is_about_the_form(problem: &Problem) -> bool {
    matches!(problem.kind, Kind::Invalid | Kind::Conflict) || problem.code.starts_with("matter-")
}

/// The fields in which staff write for everyone.
const PUBLIC: [&str; 5] = ["note", "reply", "question", "reason", "comment"];

/// What looks personal in words for everyone, said once: the form comes back without it, and is then sent as it
/// stands.
pub(super) fn pointed_out(visitor: &Visitor, step: &str, sent: &mut Submission) -> Option<String> {
    if sent.ticked("looked") || sent.ticked("internal") || matches!(step, "hide" | "merge" | "part") {
        return None;
    }
    let texts: Vec<&str> = PUBLIC.iter().map(|field| sent.text(field)).collect();
    // Refused for its length in any case.
    if texts.iter().any(|text| text.chars().count() > MOST_TEXT) {
        return None;
    }
    let kinds = kinds(&visitor.shell(""), &texts);
    if kinds.is_empty() {
        return None;
    }
    for field in PUBLIC {
        if let Some(text) = sent.given(field) {
            sent.set(field, lianxin_hanzi::personal::masked(&text));
        }
    }
    sent.set("looked", "1".to_owned());
    Some(visitor.words.t1("look-staff", "kinds", kinds))
}

/// The matter as it stands after something that is no step of it.
async fn find_again(visitor: &Visitor, county: &str, id: Uuid) -> Result<Matter> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let mut tx = visitor.app.db().read().await?;
    store::matter(&mut tx, &scope, county, id).await?.ok_or_else(|| Problem::not_found().into())
}

async fn personal(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    id: Uuid,
    sent: &Submission,
) -> Result<Response> {
    let action = OpenPersonal { county: county.to_owned(), id, reason: sent.text("reason").to_owned() };
    match visitor.app.act(visitor.signed_in()?, &action).await {
        Ok(opened) => {
            let after = After { opened: Some(opened), ..After::default() };
            html_with(StatusCode::OK, &build(visitor, matters, county, id, after).await?)
        }
        Err(error) => {
            let (errors, _) = Errors::from_refusal(error, &visitor.words)?;
            let after = After { errors, ..After::default() };
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &build(visitor, matters, county, id, after).await?)
        }
    }
}

async fn take(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    id: Uuid,
    step: &str,
    sent: &mut Submission,
) -> Result<()> {
    let who = visitor.signed_in()?;
    let app = &visitor.app;
    let photos = seen_photos(visitor, who, county, id, sent).await?;
    let county = county.to_owned();
    let text = |field: &str| sent.text(field).to_owned();
    let done = match step {
        "accept" => app.act(who, &Accept { matters, county, id, note: text("note") }).await,
        "resolve" => app.act(who, &Resolve { matters, county, id, reply: text("reply"), photos }).await,
        "hide" => {
            let event = sent.parsed("event", "problem-unreadable")?.unwrap_or(1);
            let erase = sent.ticked("erase");
            let reason = text("reason");
            app.act(who, &HideWords { county: county.clone(), id, event, erase, reason }).await?;
            find_again(visitor, &county, id).await
        }
        "merge" => app.act(who, &Merge { matters, county, id, into: text("into"), note: text("note") }).await,
        "part" => app.act(who, &Part { matters, county, id, reason: text("reason") }).await,
        "mediate" => {
            app.act(who, &Mediate { matters, county: county.clone(), id, about: text("about") }).await?;
            find_again(visitor, &county, id).await
        }
        "whistle" => {
            let kind = CallKind::from_code(sent.text("kind"));
            let kind = kind.ok_or_else(|| Problem::invalid().field("kind", "whistle-kind-missing"))?;
            let units = sent.all("units").iter().filter_map(|unit| unit.parse().ok()).collect();
            app.act(who, &Whistle { matters, county, id, kind, units, note: text("note") }).await
        }
        "arrive" => {
            app.act(who, &Arrive { matters, county, id, unit: unit(sent)?, note: text("note") }).await
        }
        "call-off" => {
            app.act(who, &CallOff { matters, county, id, unit: unit(sent)?, reason: text("reason") }).await
        }
        "dispatch" => {
            app.act(who, &Dispatch { matters, county, id, unit: unit(sent)?, note: text("note") }).await
        }
        "hand-over" => {
            app.act(who, &HandOver { matters, county, id, unit: unit(sent)?, reason: text("reason") }).await
        }
        "object" => {
            app.act(who, &Object { matters, county, id, reason: text("reason"), note: text("note") }).await
        }
        "ask" => app.act(who, &Ask { matters, county, id, question: text("question") }).await,
        "pause" => app.act(who, &Pause { matters, county, id, reason: text("reason") }).await,
        "resume" => app.act(who, &Resume { matters, county, id, reason: text("reason") }).await,
        "dismiss" => app.act(who, &Dismiss { matters, county, id, reason: text("reason") }).await,
        "note" => {
            let internal = sent.ticked("internal");
            app.act(who, &AddNote { matters, county, id, note: text("note"), internal, photos }).await
        }
        "correct" => {
            let (category, reason) = (sent.given("category"), text("reason"));
            app.act(who, &Correct { matters, county, id, category, area: None, lon: None, lat: None, reason })
                .await
        }
        "call-back" => {
            let missing = || Problem::invalid().field("solved", "matter-solved-missing");
            let (solved, satisfied) =
                (yes_or_no(sent, "solved").ok_or_else(missing)?, yes_or_no(sent, "satisfied"));
            app.act(who, &CallBack { matters, county, id, solved, satisfied, comment: text("comment") }).await
        }
        _ => return Err(Problem::not_found().into()),
    };
    done.map(drop)
}

fn unit(sent: &Submission) -> Result<Uuid> {
    sent.parsed("unit", "matter-unit-missing")?
        .ok_or_else(|| Problem::invalid().field("unit", "matter-unit-missing").into())
}

/// Puts uploads away, but only for somebody who may see the matter.
pub(super) async fn seen_photos(
    visitor: &Visitor,
    who: &Who,
    county: &str,
    id: Uuid,
    sent: &mut Submission,
) -> Result<Vec<StoredPhoto>> {
    if sent.files.is_empty() {
        return Ok(Vec::new());
    }
    let scope = who.scope(Right::SeeMatters, visitor.now);
    let seen = store::matter(&mut visitor.app.db().read().await?, &scope, county, id).await?;
    seen.ok_or_else(Problem::not_found)?;
    let uploads = std::mem::take(&mut sent.files).into_iter().map(|file| file.bytes).collect();
    photos::store(&visitor.app, visitor.asker(), uploads).await
}
