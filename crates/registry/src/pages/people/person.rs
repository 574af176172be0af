//! One person: where they live, what they are, what is known of them, and who looked.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::audit::store as trail;
use lianxin_foundation::clock::civil;
use lianxin_foundation::web::{Path, Shell, Visitor, html, html_with};
use lianxin_foundation::{Micros, Problem, Result, Right, Tx};
use uuid::Uuid;

use super::doubles::{DoubleRow, MergeRow, doubles_of, merge_row};
use super::{as_of, kinds, relations, sexes, years};
use crate::actions::people::{Departure, Opened};
use crate::doubles::plan::SET_ASIDE;
use crate::doubles::store as merges;
use crate::household::{Household, store as households};
use crate::membership::Membership;
use crate::organisation::store::{self as organisations, Filter};
use crate::pages::place::PlaceField;
use crate::pages::{Asked, Choice, Step, Wrong, asked, notice, place_names, steps};
use crate::person::joining;
use crate::person::standing::Standing;
use crate::person::{Person, sealed, store};

/// At most this many organisations are offered to join.
const OFFERED: i64 = 400;

/// Something a person is or was in an organisation.
#[derive(Debug, Clone)]
pub(crate) struct RoleRow {
    pub(crate) id: String,
    pub(crate) organisation: String,
    /// Where the reader may open the organisation.
    pub(crate) href: Option<String>,
    pub(crate) kind: String,
    pub(crate) from: Micros,
    /// The last moment, if it is over.
    pub(crate) to: Option<Micros>,
    pub(crate) ended: Option<String>,
    /// Whether the reader may end it.
    pub(crate) keeps: bool,
    /// Whether it is for a time, so that its last day may be set.
    pub(crate) posting: bool,
}

/// Where a person lives or lived.
#[derive(Debug, Clone)]
pub(crate) struct HomeRow {
    pub(crate) href: Option<String>,
    pub(crate) place: String,
    pub(crate) relation: &'static str,
    pub(crate) from: Micros,
    pub(crate) to: Option<Micros>,
    /// The message that says why it is over.
    pub(crate) ended: Option<&'static str>,
}

/// The next stage of joining, and the day from which it is usual.
#[derive(Debug, Clone)]
pub(crate) struct NextStage {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) usual: String,
    pub(crate) source: &'static str,
    pub(crate) early: bool,
}

/// Somebody who looked at the sealed fields.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    pub(crate) at: Micros,
    pub(crate) who: String,
    pub(crate) reason: String,
}

#[derive(Template)]
#[template(path = "person.html")]
pub(crate) struct PersonPage {
    pub(crate) s: Shell,
    pub(crate) steps: Vec<Step>,
    pub(crate) county: String,
    pub(crate) id: String,
    pub(crate) version: i64,
    pub(crate) name: String,
    pub(crate) sex: Option<&'static str>,
    pub(crate) sex_code: String,
    pub(crate) age: Option<i64>,
    pub(crate) birth_year: Option<String>,
    /// What is shown of sealed fields: name and value.
    pub(crate) masked: Vec<(&'static str, String)>,
    pub(crate) opened: Option<Vec<(&'static str, String)>>,
    pub(crate) may_open: bool,
    /// Whether the reader may take the contact away as a file.
    pub(crate) may_take: bool,
    pub(crate) homes: Vec<HomeRow>,
    pub(crate) roles: Vec<RoleRow>,
    pub(crate) past: Vec<RoleRow>,
    pub(crate) next: Option<NextStage>,
    pub(crate) looks: Vec<Look>,
    /// Who may be the same, and what was merged into this record.
    pub(crate) doubles: Vec<DoubleRow>,
    pub(crate) merges: Vec<MergeRow>,
    /// The day the page is of; empty for today.
    pub(crate) day: String,
    pub(crate) keeps: bool,
    pub(crate) lives_here: bool,
    pub(crate) joins: Vec<Choice>,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) sexes: Vec<Choice>,
    pub(crate) relations: Vec<Choice>,
    pub(crate) departures: Vec<Choice>,
    pub(crate) place: PlaceField,
    pub(crate) notice: Option<String>,
    pub(crate) wrong: Wrong,
    /// The step whose form came back.
    pub(crate) step: String,
    pub(crate) typed: Vec<(String, String)>,
}

impl PersonPage {
    /// What was typed into a field of the step's form that came back.
    pub(crate) fn typed(&self, field: &str) -> &str {
        self.typed.iter().find(|(name, _)| name == field).map_or("", |(_, text)| text.as_str())
    }
}

pub(crate) async fn page(
    visitor: Visitor,
    Path((county, id)): Path<(String, Uuid)>,
    query: Asked,
) -> Result<Response> {
    let (day, at) = as_of(&visitor, &query);
    if let Some(into) = merged_into(&visitor, &county, id).await? {
        return Ok(Redirect::to(&format!("/people/{county}/{into}")).into_response());
    }
    let mut page = load(&visitor, &county, id, (day, at)).await?;
    page.notice = match asked(&query, "done") {
        "" => None,
        _ => notice(&visitor, &query),
    };
    html(&page)
}

/// The record that this one went into, where the reader may see that.
async fn merged_into(visitor: &Visitor, county: &str, id: Uuid) -> Result<Option<Uuid>> {
    let scope = visitor.scope(Right::SeePeople)?;
    let mut tx = visitor.app.db().read().await?;
    let mut found = store::person(&mut tx, county, id).await?;
    while let Some(into) = found.as_ref().and_then(|person| person.merged_into) {
        found = store::person(&mut tx, county, into).await?;
    }
    let Some(last) = found.filter(|person| person.id != id) else { return Ok(None) };
    let seen = Standing::of(&mut tx, &last).await?.covered(&scope, visitor.now);
    Ok(seen.then_some(last.id))
}

/// The page with what was just opened, for this one view.
pub(super) async fn opened(visitor: &Visitor, county: &str, id: Uuid, opened: Opened) -> Result<Response> {
    let mut page = load(visitor, county, id, (String::new(), visitor.now)).await?;
    let all = [
        ("person-id-number", opened.id_number),
        ("person-phone", opened.phone),
        ("person-birth", opened.birth),
        ("person-address", opened.address),
    ];
    page.opened = Some(all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect());
    html(&page)
}

/// The page with a form that came back.
pub(super) async fn refused(
    visitor: &Visitor,
    (county, id): (&str, Uuid),
    (step, typed): (&str, Vec<(String, String)>),
    (wrong, place): (Wrong, Option<PlaceField>),
) -> Result<Response> {
    let mut page = load(visitor, county, id, (String::new(), visitor.now)).await?;
    step.clone_into(&mut page.step);
    page.typed = typed;
    page.wrong = wrong;
    page.place = place.unwrap_or(page.place);
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn load(visitor: &Visitor, county: &str, id: Uuid, (day, at): (String, Micros)) -> Result<PersonPage> {
    let scope = visitor.scope(Right::SeePeople)?;
    let who = visitor.signed_in()?;
    let mut tx = visitor.app.db().read().await?;
    let found = store::person(&mut tx, county, id).await?;
    let Some(person) = found.filter(|person| person.merged_into.is_none()) else {
        return Err(Problem::not_found().into());
    };
    let standing = Standing::of(&mut tx, &person).await?;
    if !standing.covered(&scope, at) {
        return Err(Problem::not_found().into());
    }
    let keeping = who.scope(Right::KeepPeople, visitor.now);
    let keeps = day.is_empty() && standing.covered(&keeping, visitor.now);
    let home = standing.home(at);
    let household = match home {
        Some(home) => households::household(&mut tx, county, home.household).await?,
        None => None,
    };
    let (roles, past) = roles(&mut tx, visitor, &standing, at).await?;
    let merges = merges::merges_into(&mut tx, county, id).await?;
    let mut records = vec![id.to_string()];
    records.extend(merges.iter().filter(|one| one.undone_at.is_none()).map(|one| one.gone.to_string()));
    let joins =
        if day.is_empty() && !keeping.is_empty() { offered(&mut tx, visitor).await? } else { Vec::new() };
    Ok(PersonPage {
        s: visitor.shell(person.name.clone()),
        steps: match home {
            Some(home) => steps(&mut tx, &home.path, &scope).await?,
            None => Vec::new(),
        },
        masked: masked(visitor, &person, household.as_ref())?,
        opened: None,
        may_take: who.may(Right::Export, visitor.now),
        may_open: day.is_empty() && standing.covered(&who.scope(Right::OpenPeople, visitor.now), visitor.now),
        homes: homes(&mut tx, &standing, county, at).await?,
        lives_here: home.is_some(),
        next: if joins.is_empty() { None } else { next(visitor, &standing) },
        looks: looks(&mut tx, county, &records).await?,
        doubles: if keeps { doubles_of(&mut tx, &keeping, &person, visitor.now).await? } else { Vec::new() },
        merges: merges.into_iter().map(merge_row).collect(),
        roles,
        past,
        county: county.to_owned(),
        id: id.to_string(),
        version: person.version,
        sex: person.sex().map(crate::person::Sex::message),
        sex_code: person.sex.clone().unwrap_or_default(),
        age: years(person.birth.as_deref(), at),
        birth_year: person.birth.as_deref().and_then(|day| day.get(..4)).map(str::to_owned),
        name: person.name,
        day,
        keeps,
        joins,
        kinds: kinds(visitor),
        sexes: sexes(visitor),
        relations: relations(visitor),
        departures: Departure::ALL.map(|one| Choice::new(one.code(), visitor.words.t(one.message()))).into(),
        place: PlaceField::of(&mut tx, &keeping, "").await?,
        notice: None,
        wrong: Wrong::default(),
        step: String::new(),
        typed: Vec::new(),
    })
}

fn masked(
    visitor: &Visitor,
    person: &Person,
    household: Option<&Household>,
) -> Result<Vec<(&'static str, String)>> {
    let (id, phone) = sealed::masked(&visitor.app, person)?;
    let address = household.and_then(|household| household.sealed_address.as_ref());
    let address = address.map(|_| visitor.words.t("person-address-kept"));
    let all = [("person-id-number", id), ("person-phone", phone), ("person-address", address)];
    Ok(all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}

/// What the person is at a moment, and what they were before.
async fn roles(
    tx: &mut Tx,
    visitor: &Visitor,
    standing: &Standing,
    at: Micros,
) -> Result<(Vec<RoleRow>, Vec<RoleRow>)> {
    let ids: Vec<Uuid> = standing.memberships.iter().map(|one| one.organisation).collect();
    let names = organisations::names(tx, &ids).await?;
    let who = visitor.signed_in()?;
    let registry = who.scope(Right::SeeRegistry, visitor.now);
    let keeping = who.scope(Right::KeepPeople, visitor.now);
    let row = |one: &Membership| RoleRow {
        id: one.id.to_string(),
        organisation: names.get(&one.organisation).cloned().unwrap_or_default(),
        href: registry.covers(&one.path, &[]).then(|| format!("/organisations/{}", one.organisation)),
        kind: visitor.words.t(&one.message()),
        from: one.from,
        to: one.to.map(|to| to - 1),
        ended: one.ended.clone().filter(|why| !matches!(why.as_str(), "" | "died" | "transferred")),
        keeps: one.covered(&keeping) && at == visitor.now,
        posting: one.kind().is_some_and(|kind| kind.posting),
    };
    // What was set aside in a merge holds on no day.
    let before =
        |one: &&Membership| one.from <= at && !one.holds(at) && one.ended.as_deref() != Some(SET_ASIDE);
    Ok((standing.held(at).map(row).collect(), standing.memberships.iter().filter(before).map(row).collect()))
}

/// Where the person lives at a moment, and where before.
async fn homes(tx: &mut Tx, standing: &Standing, county: &str, at: Micros) -> Result<Vec<HomeRow>> {
    let counts =
        |home: &&crate::household::Residence| home.from <= at && home.ended.as_deref() != Some(SET_ASIDE);
    let known: Vec<_> = standing.residences.iter().filter(counts).collect();
    let places = place_names(tx, known.iter().map(|home| home.path.as_str())).await?;
    let why = |ended: &str| match ended {
        "moved" => Some("residence-ended-moved"),
        "moved-away" => Some("departure-moved-away"),
        "died" => Some("departure-died"),
        _ => None,
    };
    let row = |home: &&crate::household::Residence| HomeRow {
        href: Some(format!("/households/{county}/{}", home.household)),
        place: places.get(&home.path).cloned().unwrap_or_default(),
        relation: home.message(),
        from: home.from,
        to: home.to.map(|to| to - 1),
        ended: home.ended.as_deref().and_then(why),
    };
    Ok(known.iter().map(row).collect())
}

fn next(visitor: &Visitor, standing: &Standing) -> Option<NextStage> {
    let stage = standing.stage(visitor.now)?;
    let step = joining::step_from(&stage.code)?;
    let usual = step.earliest(civil(stage.from).date());
    Some(NextStage {
        name: visitor.words.t(&format!("membership-kind-{}", step.to)),
        code: step.to.clone(),
        early: civil(visitor.now).date() < usual,
        usual: usual.to_string(),
        source: &step.source,
    })
}

/// The organisations the reader keeps people of.
pub(super) async fn offered(tx: &mut Tx, visitor: &Visitor) -> Result<Vec<Choice>> {
    let scope = visitor.signed_in()?.scope(Right::KeepPeople, visitor.now);
    let paging = lianxin_foundation::web::Paging::new(None, OFFERED);
    let mut found = organisations::in_scope(tx, &scope, &Filter::default(), paging, visitor.now).await?;
    for grant in scope.grants() {
        if let lianxin_foundation::scope::Grant::Unit(unit) = grant
            && !found.iter().any(|one| one.id == *unit)
        {
            found.extend(organisations::find(tx, *unit).await?.filter(|one| one.valid_to.is_none()));
        }
    }
    Ok(found.into_iter().map(|one| Choice::new(one.id.to_string(), one.name)).collect())
}

/// At most this many openings are shown.
const LOOKS: usize = 20;

/// Who opened the sealed fields of a record and of what went into it, the newest first.
async fn looks(tx: &mut Tx, county: &str, records: &[String]) -> Result<Vec<Look>> {
    let mut links = trail::about(tx, county, "person", records).await?;
    links.retain(|link| matches!(link.action.as_str(), "person-open" | "person-contact"));
    let look = |link: lianxin_foundation::audit::Link| Look {
        at: link.at,
        who: link.actor_name,
        reason: link.reason.unwrap_or_default(),
    };
    Ok(links.into_iter().rev().take(LOOKS).map(look).collect())
}
