//! My matter: everything that happened, for whoever holds the secret link.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::clock::Micros;
use lianxin_foundation::error::While;
use lianxin_foundation::ids::digest;
use lianxin_foundation::limits::{Asker, Limit};
use lianxin_foundation::scope::Who;
use lianxin_foundation::vault::mask_phone;
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html_with};
use lianxin_foundation::{App, Problem, Result, Tx};
use lianxin_registry::area::{joined, store as areas};
use serde::Deserialize;
use uuid::Uuid;

use super::find::holder;
use super::joined::Followed;
use super::photos::{holder as viewer, signed};
use super::view::{Chip, Errors, Life, Parts, Pictures, Reader, Told, next, title};
use crate::Matters;
use crate::actions::{ReporterAnswer, ReporterConfirm, ReporterNote, ReporterPart, Withdraw, said, said_in};
use crate::model::{Event, Matter, Party};
use crate::photos::{self, StoredPhoto};
use crate::rules::clock::CONFIRM;
use crate::rules::{Step, steps};
use crate::store::{self, twins};

/// What the reporter can do here and now.
#[derive(Default)]
pub(super) struct Can {
    pub answer: bool,
    pub confirm: bool,
    pub note: bool,
    pub withdraw: bool,
}

impl Can {
    fn with(matter: &Matter) -> Can {
        let open = steps(matter.status, Party::Reporter);
        let has = |step| open.contains(&step);
        Can {
            answer: has(Step::Answer),
            confirm: has(Step::ConfirmSolved),
            note: has(Step::Note),
            withdraw: has(Step::Withdraw),
        }
    }
}

#[derive(Template)]
#[template(path = "mine.html")]
pub(super) struct MinePage {
    pub s: Shell,
    pub county: String,
    pub here: String,
    pub new: bool,
    pub said: &'static str,
    pub errors: Errors,
    pub kept: String,
    pub title: String,
    pub number: String,
    pub category: String,
    pub chip: Chip,
    pub holder: String,
    pub next: String,
    pub can: Can,
    pub question: String,
    pub reply: String,
    pub closes: String,
    pub life: Life,
    pub link: String,
    pub text: String,
    pub pictures: Pictures,
    pub place: String,
    pub created: Micros,
    pub contact: String,
    /// The key their browser subscribes with; empty where nobody is told by browser.
    pub push_key: String,
    /// That it is worked on with another; empty where it is not.
    pub merged: String,
    /// How the other goes.
    pub kept_life: Option<Life>,
}

/// What the address says beside the secret.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    new: String,
    said: String,
}

/// What was done, as the address tells the page after it: nothing else may be put into its mouth.
const SAID: [&str; 7] = [
    "mine-said-device",
    "mine-said-answer",
    "mine-said-note",
    "mine-said-solved",
    "mine-said-unsolved",
    "mine-said-withdraw",
    "mine-said-part",
];

/// What the page says was done, where its address says it was: a message id, or nothing.
pub(super) fn said_after(done: &str) -> &'static str {
    SAID.into_iter().find(|id| id.strip_prefix("mine-said-") == Some(done)).unwrap_or_default()
}

/// `GET /m/{county}/{secret}`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path((county, secret)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    visitor.count(Limit::Lookup)?;
    let mut page = build(&visitor, &matters, &county, &secret).await?;
    page.new = !asked.new.is_empty();
    page.said = said_after(&asked.said);
    html_with(StatusCode::OK, &page)
}

async fn build(visitor: &Visitor, matters: &Matters, county: &str, secret: &str) -> Result<MinePage> {
    let mut tx = visitor.app.db().read().await?;
    let found = store::matter_by_secret(&mut tx, county, &digest(secret)).await?;
    let matter = found.ok_or_else(Problem::not_found)?;
    let here = format!("/m/{county}/{secret}");
    let mut page = of_matter(visitor, matters, tx, &matter, &here).await?;
    page.link = format!("{}{here}", visitor.site);
    page.push_key = matters.ways.push_key.clone().filter(|_| !matter.status.is_over()).unwrap_or_default();
    Ok(page)
}

/// The page of `matter` for whoever reported it, whose forms are sent below `here`; without what goes with a link.
pub(super) async fn of_matter(
    visitor: &Visitor,
    matters: &Matters,
    mut tx: Tx,
    matter: &Matter,
    here: &str,
) -> Result<MinePage> {
    let county = matter.county.as_str();
    let events = store::events(&mut tx, county, matter.id).await?;
    let unit = holder(&mut tx, matter).await?;
    let area = joined(&areas::place_name(&mut tx, &matter.path).await?);
    let kept = match twins::kept(&mut tx, county, matter.id).await? {
        Some(kept) => Followed::read(&mut tx, matters, county, kept).await?,
        None => None,
    };
    drop(tx);

    let s = visitor.shell(visitor.words.t("mine-title")).with_script("push.js");
    let category = matters.catalogue.name(&matter.category, s.language());
    let over = matter.status.is_over();
    let last_note = |step: Step| {
        events.iter().rev().find(|event| event.kind == step).and_then(|event| event.note.clone())
    };
    let closes = matter.resolved_at.map(|at| s.day(&(at + CONFIRM))).unwrap_or_default();
    Ok(MinePage {
        county: county.to_owned(),
        new: false,
        said: "",
        errors: Errors::default(),
        kept: String::new(),
        title: title(&s, matter, &category, 40),
        number: matter.number.clone(),
        category,
        chip: Chip::of(&s, matter, &unit).big(),
        next: next(&s, matter, &unit, Reader::Reporter),
        can: Can::with(matter),
        question: last_note(Step::Ask).unwrap_or_default(),
        reply: last_note(Step::Resolve).unwrap_or_default(),
        closes,
        life: life(visitor, matters, &s, matter, &unit, &events)?,
        link: String::new(),
        text: said(&visitor.app, matter)?,
        pictures: Pictures {
            alt: s.t("photo"),
            each: signed(visitor, county, &viewer(), &first_photos(&events)),
        },
        place: place_line(&area, &matter.place),
        created: matter.created_at,
        contact: contact(&visitor.app, matter)?,
        merged: kept
            .as_ref()
            .map_or(String::new(), |kept| s.t1("mine-merged", "number", kept.matter.number.as_str())),
        kept_life: kept.map(|kept| kept.life(&s, matters)),
        push_key: String::new(),
        holder: if over { String::new() } else { unit },
        here: here.to_owned(),
        s,
    })
}

/// The photos that came with the report itself.
pub(super) fn first_photos(events: &[Event]) -> Vec<Uuid> {
    events
        .iter()
        .filter(|event| event.kind == Step::Report)
        .flat_map(|event| event.detail.photos.clone())
        .collect()
}

/// 「天城镇 › 桃溪社区，农商行门口」
pub(super) fn place_line(area: &str, words: &str) -> String {
    [area, words].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn life(
    visitor: &Visitor,
    matters: &Matters,
    s: &Shell,
    matter: &Matter,
    unit: &str,
    events: &[Event],
) -> Result<Life> {
    let mut told = Vec::with_capacity(events.len());
    // Their own words may be sealed; they are theirs to read.
    let mut opened: Vec<Event> = events.to_vec();
    for event in opened.iter_mut().filter(|event| event.party == Party::Reporter && event.note.is_none()) {
        event.note = said_in(&visitor.app, event)?;
    }
    for event in &opened {
        let own = if event.kind == Step::Report { &[] } else { event.detail.photos.as_slice() };
        told.push(Told { event, internal: None, pictures: signed(visitor, &matter.county, &viewer(), own) });
    }
    Ok(Life::new(s, &matters.catalogue, matter, unit, told, Reader::Reporter))
}

/// The telephone number they left, masked even for them: the link may have been passed on.
fn contact(app: &App, matter: &Matter) -> Result<String> {
    let Some(sealed) = &matter.sealed_phone else { return Ok(String::new()) };
    let place = format!("matter.sealed_phone/{}", matter.id);
    let phone =
        app.vault().open(&place, sealed).while_doing(format!("masking a phone of matter {}", matter.id))?;
    Ok(mask_phone(&phone))
}

/// `POST /m/{county}/{secret}/{step}`
pub(super) async fn act(
    Extension(matters): Extension<Matters>,
    Path((county, secret, step)): Path<(String, String, String)>,
    Form { visitor, mut sent }: Form,
) -> Result<Response> {
    visitor.count(Limit::Write)?;
    match done(&visitor, &matters, &county, &secret, &step, &mut sent).await {
        Ok(said) => Ok(Redirect::to(&format!("/m/{county}/{secret}?said={said}")).into_response()),
        Err(error) => {
            let (errors, _) = Errors::from_refusal(error, &visitor.words)?;
            let mut page = build(&visitor, &matters, &county, &secret).await?;
            page.errors = errors;
            page.kept = sent.text("text").to_owned();
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn done(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    secret: &str,
    step: &str,
    sent: &mut Submission,
) -> Result<&'static str> {
    let app = &visitor.app;
    // Who is signed in is no reporter, even with the link at hand: entering a matter for somebody shows it.
    let who = visitor.who.clone().unwrap_or_else(|| Who::reporter(county));
    let (county, secret) = (county.to_owned(), secret.to_owned());
    let text = sent.text("text").to_owned();
    match step {
        "answer" => {
            let photos = own_photos(app, visitor.asker(), &county, &secret, sent).await?;
            app.act(&who, &ReporterAnswer { matters, county, secret, text, photos }).await?;
            Ok("answer")
        }
        "note" => {
            let photos = own_photos(app, visitor.asker(), &county, &secret, sent).await?;
            app.act(&who, &ReporterNote { matters, county, secret, text, photos }).await?;
            Ok("note")
        }
        "confirm" => {
            let solved = yes_or_no(sent, "solved")
                .ok_or_else(|| Problem::invalid().field("solved", "matter-solved-missing"))?;
            let satisfied = yes_or_no(sent, "satisfied");
            let comment = sent.text("comment").to_owned();
            app.act(&who, &ReporterConfirm { matters, county, secret, solved, satisfied, comment }).await?;
            Ok(if solved { "solved" } else { "unsolved" })
        }
        "part" => {
            let reason = sent.text("reason").to_owned();
            app.act(&who, &ReporterPart { matters, county, secret, reason }).await?;
            Ok("part")
        }
        "withdraw" => {
            let reason = sent.text("reason").to_owned();
            app.act(&who, &Withdraw { matters, county, secret, reason }).await?;
            Ok("withdraw")
        }
        _ => Err(Problem::not_found().into()),
    }
}

/// Puts uploads away, but only for somebody who holds the link of a matter.
async fn own_photos(
    app: &App,
    asker: Asker,
    county: &str,
    secret: &str,
    sent: &mut Submission,
) -> Result<Vec<StoredPhoto>> {
    if sent.files.is_empty() {
        return Ok(Vec::new());
    }
    let found = store::matter_by_secret(&mut app.db().read().await?, county, &digest(secret)).await?;
    found.ok_or_else(Problem::not_found)?;
    let uploads = std::mem::take(&mut sent.files).into_iter().map(|file| file.bytes).collect();
    photos::store(app, asker, uploads).await
}

/// A pair of radio buttons; `None` when neither was pressed.
pub(super) fn yes_or_no(sent: &Submission, field: &str) -> Option<bool> {
    match sent.text(field) {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}
