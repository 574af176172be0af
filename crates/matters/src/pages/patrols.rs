//! Patrols: the list, the form that plans them, one of them with what can be noted.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::action::Made;
use lianxin_foundation::clock::{DAY, Micros, end_of_day, parse_rfc3339, start_of_day};
use lianxin_foundation::error::{Error, Kind};
use lianxin_foundation::scope::Grant;
use lianxin_foundation::web::{Form as Sent, Paging, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Problem, Result, Right, Tx};
use lianxin_registry::area::{ancestors, store as areas};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::lists::{Tabs, Which};
use super::mine::place_line;
use super::report::{report, residents_groups};
use super::rows::{Names, Row};
use super::view::{Chip, Choice, Errors, Group, Parts, Refused};
use crate::Matters;
use crate::actions::{CallOffPatrols, NotePatrol, PlanPatrols};
use crate::model::Channel;
use crate::patrols::{Every, Outcome, Patrol, seen_by, store};
use crate::store as matters_store;

/// The shortest code of an area that a patrol can be planned in: a village's.
const VILLAGE: usize = 12;
/// The most patrols a phone takes along.
const MOST_CARRIED: i64 = 100;

/// One patrol in the list.
pub(super) struct PatrolLine {
    pub href: String,
    pub place: String,
    pub look: String,
    pub chip: Chip,
    pub day: String,
    pub area: String,
    pub by: String,
}

#[derive(Template)]
#[template(path = "patrols.html")]
pub(super) struct PatrolsPage {
    pub s: Shell,
    /// Open are those whose day has come and that nobody noted yet.
    pub tabs: Tabs,
    pub patrols: Vec<PatrolLine>,
    /// Where planning begins; empty for whoever plans none.
    pub plan: String,
}

/// An area to go on to, while choosing where.
pub(super) struct Below {
    pub href: String,
    pub name: String,
}

#[derive(Template)]
#[template(path = "patrol_new.html")]
pub(super) struct NewPage {
    pub s: Shell,
    pub here: String,
    /// Where it is planned, and the way back up.
    pub area: String,
    pub up: String,
    pub below: Vec<Below>,
    /// Whether this area is small enough to be walked through.
    pub small: bool,
    pub place: String,
    pub look: String,
    pub first: String,
    pub last: String,
    pub today: String,
    pub rhythms: Vec<Choice>,
    pub refused: String,
    pub errors: Errors,
}

#[derive(Template)]
#[template(path = "patrol.html")]
pub(super) struct PatrolPage {
    pub s: Shell,
    pub here: String,
    pub said: String,
    pub refused: String,
    pub errors: Errors,
    /// Which form was refused, and its words.
    pub sent: String,
    pub kept: String,
    pub place: String,
    pub look: String,
    pub chip: Chip,
    pub facts: Vec<(String, String)>,
    pub words: String,
    pub matter: Option<Row>,
    /// Whether something can be noted now.
    pub may_note: bool,
    pub may_call_off: bool,
    pub categories: Vec<Group>,
    /// The id of what will be noted: pressing twice is noting once.
    pub entry: String,
}

/// What was just done.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    done: String,
    days: Option<i64>,
}

/// `GET /patrols`
pub(super) async fn list(visitor: Visitor, Query(which): Query<Which>) -> Result<Response> {
    let who = visitor.signed_in()?;
    let scope = seen_by(who, visitor.now);
    if scope.is_empty() {
        return Err(Problem::forbidden().into());
    }
    let s = visitor.shell(visitor.words.t("patrols-title"));
    let until = end_of_day(visitor.now);
    let mut tx = visitor.app.db().read().await?;
    let (opened, all) = store::counted(&mut tx, &scope, until).await?;
    let found = if which.open() {
        store::waiting(&mut tx, &scope, until, which.paging()).await?
    } else {
        store::all(&mut tx, &scope, which.paging()).await?
    };
    let names = names(&mut tx, &found).await?;
    let planner = who.scope(Right::DispatchMatters, visitor.now);
    html(&PatrolsPage {
        tabs: which.tabs("/patrols", opened, all),
        patrols: found.iter().map(|patrol| line(&s, &names, patrol)).collect(),
        plan: planner.grants().iter().find_map(begin).unwrap_or_default(),
        s,
    })
}

/// The page where somebody with this grant begins to plan.
fn begin(grant: &Grant) -> Option<String> {
    let Grant::Place(path) = grant else { return None };
    Some(format!("/patrols/new/{}", ancestors(path).last()?))
}

async fn names(tx: &mut Tx, patrols: &[Patrol]) -> Result<Names> {
    Names::looked_up(tx, patrols.iter().map(|patrol| patrol.path.as_str()), std::iter::empty()).await
}

fn line(s: &Shell, names: &Names, patrol: &Patrol) -> PatrolLine {
    PatrolLine {
        href: address(patrol),
        place: patrol.place.clone(),
        look: patrol.look.clone(),
        chip: chip(s, patrol),
        day: s.day(&patrol.due),
        area: names.place(&patrol.path),
        by: patrol.noted.as_ref().map(|noted| noted.by.clone()).unwrap_or_default(),
    }
}

/// The address of a patrol's page.
pub(super) fn address(patrol: &Patrol) -> String {
    format!("/patrols/{}/{}", patrol.county, patrol.id)
}

/// How a patrol stands.
pub(super) fn chip(s: &Shell, patrol: &Patrol) -> Chip {
    match &patrol.noted {
        Some(noted) => {
            let class = match noted.outcome {
                Outcome::Fine => "resolved",
                Outcome::Found => "new",
                Outcome::Missed => "waiting",
            };
            Chip::new(class, s.t(noted.outcome.message()))
        }
        None if patrol.is_left(s.now) => Chip::new("overdue", s.t("patrol-left")),
        None if patrol.has_come(s.now) => Chip::new("due-today", s.t("patrol-today")),
        None => Chip::new("on-time", s.t("patrol-planned")),
    }
}

/// `GET /patrols/new/{area}`: down the tree to a village or a grid, then what to look at and when.
pub(super) async fn form(visitor: Visitor, Path(area): Path<String>) -> Result<Response> {
    html(&new_page(&visitor, &area, None).await?)
}

async fn new_page(
    visitor: &Visitor,
    area: &str,
    refused: Option<(&Submission, Errors, String)>,
) -> Result<NewPage> {
    let scope = visitor.scope(Right::DispatchMatters)?;
    let s = visitor.shell(visitor.words.t("patrol-new"));
    let mut tx = visitor.app.db().read().await?;
    let here = areas::area(&mut tx, area).await?.filter(|here| scope.covers(&here.path, &[]));
    let here = here.ok_or_else(Problem::not_found)?;
    let below = areas::children(&mut tx, &here.id).await?;
    let up = ancestors(&here.path).into_iter().rev().nth(1);
    let up = up.filter(|_| {
        here.path.rsplit('/').nth(2).is_some_and(|id| scope.covers(&path_to(&here.path, id), &[]))
    });
    let kept = |field: &str, other: &str| {
        refused.as_ref().map_or_else(|| other.to_owned(), |(sent, ..)| sent.text(field).to_owned())
    };
    let today = s.day(&visitor.now);
    let every = kept("every", Every::Week.code());
    let rhythms = Every::ALL.map(|rhythm| Choice::new(rhythm.code(), s.t(rhythm.message()), &every));
    let page = NewPage {
        here: format!("/patrols/new/{}", here.id),
        up: up.map(|id| format!("/patrols/new/{id}")).unwrap_or_default(),
        below: below
            .into_iter()
            .map(|area| Below { href: format!("/patrols/new/{}", area.id), name: area.name })
            .collect(),
        small: here.id.len() >= VILLAGE,
        area: here.name,
        place: kept("place", ""),
        look: kept("look", ""),
        first: kept("first", &today),
        last: kept("last", &s.day(&(visitor.now + 28 * DAY))),
        today,
        rhythms: rhythms.into(),
        refused: String::new(),
        errors: Errors::default(),
        s,
    };
    Ok(match refused {
        Some((_, errors, refused)) => NewPage { errors, refused, ..page },
        None => page,
    })
}

/// The path down to the area `id` of a path.
fn path_to(path: &str, id: &str) -> String {
    let above = ancestors(path).into_iter().take_while(|step| *step != id);
    above.chain([id]).map(|step| format!("{step}/")).collect()
}

/// `POST /patrols/new/{area}`
pub(super) async fn plan(Path(area): Path<String>, Sent { visitor, sent }: Sent) -> Result<Response> {
    let planned = async {
        let text = |field: &str| sent.text(field).to_owned();
        let every = Every::from_code(sent.text("every"));
        let every = every.ok_or_else(|| Problem::invalid().field("every", "patrol-every-missing"))?;
        let first = day(&sent, "first")?;
        let last = if every == Every::Once { first } else { day(&sent, "last")? };
        let plan =
            PlanPatrols { area: area.clone(), place: text("place"), look: text("look"), first, last, every };
        visitor.app.act(visitor.signed_in()?, &plan).await
    };
    match planned.await {
        Ok(planned) => {
            let county = lianxin_registry::county_of(&area);
            let page = format!("/patrols/{county}/{}?done=plan&days={}", planned.first, planned.days);
            Ok(Redirect::to(&page).into_response())
        }
        Err(error) => {
            let Refused { status, said, errors } = Refused::of(error, &visitor.words)?;
            html_with(status, &new_page(&visitor, &area, Some((&sent, errors, said))).await?)
        }
    }
}

/// A day as a form sends it: its first moment.
fn day(sent: &Submission, field: &'static str) -> Result<Micros> {
    let at = parse_rfc3339(&format!("{}T00:00:00+08:00", sent.text(field)));
    at.ok_or_else(|| Problem::invalid().field(field, "patrol-day-form").into())
}

/// What a page shows beside the patrol itself.
#[derive(Default)]
struct After {
    said: String,
    refused: String,
    errors: Errors,
    sent: String,
    kept: String,
}

/// `GET /patrols/{county}/{id}`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path((county, id)): Path<(String, Uuid)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let said = match asked.done.as_str() {
        "plan" => visitor.words.t1("patrol-said-plan", "n", asked.days.unwrap_or(1)),
        "note" => visitor.words.t("patrol-said-note"),
        _ => String::new(),
    };
    html(&build(&visitor, &matters, &county, id, After { said, ..After::default() }).await?)
}

async fn build(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    id: Uuid,
    after: After,
) -> Result<PatrolPage> {
    let who = visitor.signed_in()?;
    let s = visitor.shell(visitor.words.t("patrols-title"));
    let mut tx = visitor.app.db().read().await?;
    let found = store::patrol(&mut tx, &seen_by(who, visitor.now), county, id).await?;
    let patrol = found.ok_or_else(Problem::not_found)?;
    let names = names(&mut tx, std::slice::from_ref(&patrol)).await?;
    let may = |right: Right| who.scope(right, visitor.now).covers(&patrol.path, &[]);
    let mut facts = vec![
        (s.t("patrol-day"), s.day(&patrol.due)),
        (s.t("patrol-area"), names.place(&patrol.path)),
        (s.t("patrol-planned-by"), patrol.planned_by.clone()),
    ];
    let mut matter = None;
    if let Some(noted) = &patrol.noted {
        facts.push((s.t("patrol-noted-by"), noted.by.clone()));
        facts.push((s.t("patrol-noted-at"), s.time(&noted.seen_at)));
        if noted.at != noted.seen_at {
            facts.push((s.t("patrol-heard-at"), s.time(&noted.at)));
        }
        let seen = who.scope(Right::SeeMatters, visitor.now);
        if let Some(id) = noted.matter
            && let Some(found) = matters_store::matter(&mut tx, &seen, county, id).await?
        {
            let names = Names::of(&mut tx, std::slice::from_ref(&found)).await?;
            matter = Some(names.row(&s, &matters.catalogue, &found));
        }
    }
    let open = patrol.noted.is_none();
    let After { said, refused, errors, sent, kept } = after;
    Ok(PatrolPage {
        here: address(&patrol),
        chip: chip(&s, &patrol).big(),
        may_note: open && patrol.has_come(visitor.now) && may(Right::EnterMatters),
        may_call_off: open && may(Right::DispatchMatters),
        categories: residents_groups(&s, &matters.catalogue, ""),
        words: patrol.noted.and_then(|noted| noted.words).unwrap_or_default(),
        entry: visitor.app.ids().new_id(visitor.now).to_string(),
        place: patrol.place,
        look: patrol.look,
        facts,
        matter,
        said,
        refused,
        errors,
        sent,
        kept,
        s,
    })
}

/// `POST /patrols/{county}/{id}/{what}`
pub(super) async fn act(
    Extension(matters): Extension<Matters>,
    Path((county, id, what)): Path<(String, Uuid, String)>,
    Sent { visitor, mut sent }: Sent,
) -> Result<Response> {
    let here = format!("/patrols/{county}/{id}");
    let done = match what.as_str() {
        "off" => {
            let rest = CallOffPatrols { county: county.clone(), id };
            visitor.app.act(visitor.signed_in()?, &rest).await.map(|_| "/patrols".to_owned())
        }
        _ => {
            let patrol = to_note(&visitor, &county, id).await?;
            let entry = sent.parsed::<Uuid>("id", "problem-unreadable")?;
            let entry = entry.ok_or_else(|| Problem::invalid().field("id", "problem-unreadable"))?;
            sent.set("outcome", what.clone());
            let made = Made { id: entry, at: visitor.now };
            noted(&visitor, &matters, &patrol, made, &mut sent).await.map(|_| format!("{here}?done=note"))
        }
    };
    match done {
        Ok(next) => Ok(Redirect::to(&next).into_response()),
        Err(error) => {
            let Refused { status, said: refused, errors } = Refused::of(error, &visitor.words)?;
            let kept = sent.text("words").to_owned();
            let after = After { refused, errors, sent: what, kept, ..After::default() };
            html_with(status, &build(&visitor, &matters, &county, id, after).await?)
        }
    }
}

/// What became of what was noted.
pub(super) struct Kept {
    /// `done` or `already`.
    pub outcome: &'static str,
    /// The number of the matter that came of it, if one did.
    pub number: String,
}

/// The patrol, for whoever may note what it shows.
///
/// # Errors
/// For everybody else it does not exist.
pub(super) async fn to_note(visitor: &Visitor, county: &str, id: Uuid) -> Result<Patrol> {
    let scope = visitor.scope(Right::EnterMatters)?;
    let mut tx = visitor.app.db().read().await?;
    Ok(store::patrol(&mut tx, &scope, county, id).await?.ok_or_else(Problem::not_found)?)
}

/// Notes what a look showed, from a page or from a phone that sends late, under the id and the moment `entry`. What was found is reported first, under the same id; sent again, neither happens twice.
pub(super) async fn noted(
    visitor: &Visitor,
    matters: &Matters,
    patrol: &Patrol,
    entry: Made,
    sent: &mut Submission,
) -> Result<Kept> {
    let who = visitor.signed_in()?;
    let outcome = Outcome::from_code(sent.text("outcome")).ok_or_else(Problem::not_found)?;
    // Before anything is reported: what is found there today is no patrol of tomorrow.
    if !patrol.has_come(visitor.now) {
        return Err(Problem::new(Kind::Conflict, "patrol-early").into());
    }
    let mut note = NotePatrol {
        county: patrol.county.clone(),
        id: patrol.id,
        entry: entry.id,
        seen_at: entry.at,
        outcome,
        words: sent.text("words").to_owned(),
        matter: None,
    };
    if outcome != Outcome::Found {
        let new = visitor.app.act(who, &note).await?;
        return Ok(Kept { outcome: if new { "done" } else { "already" }, number: String::new() });
    }
    for (field, value) in [
        ("id", note.entry.to_string()),
        ("text", note.words.clone()),
        ("area", patrol.area.clone()),
        ("place", patrol.place.clone()),
    ] {
        sent.set(field, value);
    }
    let reported = report(visitor, matters, who, &patrol.county, Channel::Grid, sent).await?;
    note.matter = Some(reported.id);
    match visitor.app.act(who, &note).await {
        // A colleague noted this place meanwhile: what was found is a matter all the same.
        Err(Error::Refused(problem)) if problem.kind == Kind::Conflict => {}
        other => drop(other?),
    }
    Ok(Kept { outcome: if reported.new { "done" } else { "already" }, number: reported.number })
}

/// A patrol as a phone takes it along.
#[derive(Serialize)]
pub(super) struct Carried {
    county: String,
    id: Uuid,
    /// The day's first moment: before it nothing can be noted.
    due: Micros,
    day: String,
    place: String,
    look: String,
    area: String,
    chip: (&'static str, String),
}

/// The patrols of today and tomorrow, and those left over, that this person may note.
pub(super) async fn taken_along(tx: &mut Tx, visitor: &Visitor, s: &Shell) -> Result<Vec<Carried>> {
    let scope = visitor.signed_in()?.scope(Right::EnterMatters, visitor.now);
    let until = start_of_day(visitor.now) + 2 * DAY;
    let found = store::waiting(tx, &scope, until, Paging::new(None, MOST_CARRIED)).await?;
    let names = names(tx, &found).await?;
    let carry = |patrol: Patrol| Carried {
        day: s.day(&patrol.due),
        area: place_line("", &names.place(&patrol.path)),
        chip: {
            let Chip { class, text, .. } = chip(s, &patrol);
            (class, text)
        },
        county: patrol.county,
        id: patrol.id,
        due: patrol.due,
        place: patrol.place,
        look: patrol.look,
    };
    Ok(found.into_iter().map(carry).collect())
}
