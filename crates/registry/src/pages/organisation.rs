//! One organisation: what it answers for, and who works for it. Of its own life speaks `organisation_life`.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::i18n::Language;
use lianxin_foundation::web::{Form, Path, Shell, Visitor, html, html_with};
use lianxin_foundation::{Micros, Problem, Result, Right, Role, Tx};
use uuid::Uuid;

use super::area::HolderRow;
use super::organisation_life::{self, Life};
use super::organisation_profile::{self, ProfileForm};
use super::people::postings::{PostingRow, rows};
use super::{Asked, Step, Wrong, done, may_keep, notice, place_names, steps, vcard, within, wrong};
use crate::CategoryNames;
use crate::actions::{CloseOrganisation, SetDuties};
use crate::area::{ancestors, path_of};
use crate::membership::MembershipKind;
use crate::membership::store::{self as memberships, Posted};
use crate::organisation::{Organisation, store};
use crate::person::card::Card;
use crate::post::store as posts;

/// At most this many postings are shown.
const MOST_POSTED: i64 = 20;

/// A category with whether the organisation answers for it in its own area.
#[derive(Debug, Clone)]
pub(crate) struct DutyChoice {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) held: bool,
}

/// The categories of one group.
#[derive(Debug, Clone)]
pub(crate) struct DutyGroup {
    pub(crate) name: String,
    pub(crate) choices: Vec<DutyChoice>,
}

impl DutyGroup {
    /// The names of the categories it answers for.
    pub(crate) fn held(&self) -> Vec<&str> {
        self.choices.iter().filter(|choice| choice.held).map(|choice| choice.name.as_str()).collect()
    }
}

/// What an organisation answers for in another area than its own.
#[derive(Debug, Clone)]
pub(crate) struct Elsewhere {
    pub(crate) area: String,
    pub(crate) place: String,
    pub(crate) categories: Vec<String>,
}

#[derive(Template)]
#[template(path = "organisation.html")]
pub(crate) struct OrganisationPage {
    pub(crate) s: Shell,
    pub(crate) steps: Vec<Step>,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) code: Option<String>,
    pub(crate) area: String,
    pub(crate) phone: Option<String>,
    pub(crate) from: Micros,
    pub(crate) to: Option<Micros>,
    pub(crate) groups: Vec<DutyGroup>,
    /// Duties in other areas than its own.
    pub(crate) elsewhere: Vec<Elsewhere>,
    pub(crate) holders: Vec<HolderRow>,
    /// How many people are what in it, where the reader may see them: kind and number.
    pub(crate) members: Option<Vec<(String, i64)>>,
    pub(crate) life: Life,
    pub(crate) profile: ProfileForm,
    /// Who was sent there for a time, where the reader may see them.
    pub(crate) postings: Vec<PostingRow>,
    pub(crate) keeps: bool,
    pub(crate) notice: Option<String>,
    pub(crate) wrong: Wrong,
    pub(crate) reason: String,
}

impl OrganisationPage {
    /// Whether it answers for anything in its own area.
    pub(crate) fn has_duties(&self) -> bool {
        self.groups.iter().any(|group| !group.held().is_empty())
    }
}

pub(super) async fn page(
    visitor: Visitor,
    Path(id): Path<Uuid>,
    query: Asked,
    Extension(categories): Extension<CategoryNames>,
) -> Result<Response> {
    let mut page = load(&visitor, id, &categories).await?;
    page.notice = notice(&visitor, &query);
    html(&page)
}

/// How to reach it, as its page says: nothing of that is sealed.
pub(super) async fn contact(visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let mut tx = visitor.app.db().read().await?;
    let Some(organisation) = store::find(&mut tx, id).await? else { return Err(Problem::not_found().into()) };
    within(&scope, &organisation.path)?;
    let places = place_names(&mut tx, [organisation.path.as_str()].into_iter()).await?;
    Ok(vcard(&Card {
        place: places.get(&organisation.path).cloned().unwrap_or_default(),
        name: organisation.name,
        organisation: true,
        phone: organisation.phone,
        roles: Vec::new(),
        id,
    }))
}

pub(super) async fn load(
    visitor: &Visitor,
    id: Uuid,
    categories: &CategoryNames,
) -> Result<OrganisationPage> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let mut tx = visitor.app.db().read().await?;
    let Some(organisation) = store::find(&mut tx, id).await? else { return Err(Problem::not_found().into()) };
    within(&scope, &organisation.path)?;
    let duties = store::duties_of(&mut tx, &organisation.county, id, visitor.now).await?;
    let language = visitor.words.language();
    let own: BTreeSet<&str> = duties
        .iter()
        .filter(|duty| duty.area == organisation.area)
        .map(|duty| duty.category.as_str())
        .collect();
    let mut elsewhere: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for duty in duties.iter().filter(|duty| duty.area != organisation.area) {
        elsewhere.entry(path_of(&duty.area)).or_default().push(categories.name(&duty.category, language));
    }
    let places = place_names(&mut tx, elsewhere.keys().map(String::as_str)).await?;
    let away = |(path, categories): (String, Vec<String>)| Elsewhere {
        area: ancestors(&path).last().map_or_else(String::new, |id| (*id).to_owned()),
        place: places.get(&path).cloned().unwrap_or_default(),
        categories,
    };
    let holder = |post: posts::Held| {
        let role = Role::from_code(&post.role)?.message();
        Some(HolderRow { name: post.name, role, from: post.valid_from })
    };
    let holders = posts::of_organisation(&mut tx, id, visitor.now).await?;
    Ok(OrganisationPage {
        s: visitor.shell(organisation.name.clone()),
        steps: steps(&mut tx, &organisation.path, &scope).await?,
        groups: groups(categories, &own, language),
        elsewhere: elsewhere.into_iter().map(away).collect(),
        holders: holders.into_iter().filter_map(holder).collect(),
        members: members(&mut tx, visitor, &organisation).await?,
        life: organisation_life::of(&mut tx, visitor, &organisation).await?,
        postings: postings(&mut tx, visitor, &organisation).await?,
        profile: organisation_profile::of(&mut tx, visitor, &organisation).await?,
        keeps: organisation.valid_to.is_none() && may_keep(visitor, &organisation.path),
        id: id.to_string(),
        name: organisation.name,
        kind: organisation.kind.message(),
        code: organisation.code,
        area: organisation.area,
        phone: organisation.phone,
        from: organisation.valid_from,
        to: organisation.valid_to,
        notice: None,
        wrong: Wrong::default(),
        reason: String::new(),
    })
}

/// Who was sent there for a time; nobody for a reader who may not see them.
async fn postings(tx: &mut Tx, visitor: &Visitor, organisation: &Organisation) -> Result<Vec<PostingRow>> {
    let scope = visitor.signed_in()?.scope(Right::SeePeople, visitor.now);
    let posted = Posted { organisation: Some(organisation.id), ..Posted::default() };
    rows(tx, visitor, &scope, &posted, MOST_POSTED).await
}

/// How many people are what in the organisation; nothing for a reader who may not see them.
async fn members(
    tx: &mut Tx,
    visitor: &Visitor,
    organisation: &Organisation,
) -> Result<Option<Vec<(String, i64)>>> {
    let scope = visitor.signed_in()?.scope(Right::SeePeople, visitor.now);
    if !scope.covers(&organisation.path, &[Some(organisation.id)]) {
        return Ok(None);
    }
    let counted = memberships::counted(tx, organisation.id, visitor.now).await?;
    let place = |code: &str| MembershipKind::all().iter().position(|kind| kind.code == code);
    let mut known: Vec<_> = counted.into_iter().filter_map(|(code, n)| Some((place(&code)?, n))).collect();
    known.sort_unstable();
    let named = |(at, n): (usize, i64)| (visitor.words.t(&MembershipKind::all()[at].message()), n);
    Ok(Some(known.into_iter().map(named).collect()))
}

fn groups(categories: &CategoryNames, held: &BTreeSet<&str>, language: Language) -> Vec<DutyGroup> {
    let mut groups: Vec<DutyGroup> = Vec::new();
    for category in categories.all().iter() {
        let name = &category.group[language as usize];
        let choice = DutyChoice {
            code: category.code.clone(),
            name: category.name[language as usize].clone(),
            held: held.contains(category.code.as_str()),
        };
        match groups.iter_mut().find(|group| group.name == *name) {
            Some(group) => group.choices.push(choice),
            None => groups.push(DutyGroup { name: name.clone(), choices: vec![choice] }),
        }
    }
    groups
}

pub(super) async fn set_duties(
    Path(id): Path<Uuid>,
    Extension(categories): Extension<CategoryNames>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let organisation = visible(&visitor, id).await?;
    let set = SetDuties {
        county: organisation.county,
        organisation: id,
        area: organisation.area,
        categories: sent.all("category").iter().filter(|code| categories.knows(code)).cloned().collect(),
    };
    match visitor.app.act(visitor.signed_in()?, &set).await {
        Ok(_) => Ok(done(&format!("/organisations/{id}"), "duties").into_response()),
        Err(error) => {
            let mut page = load(&visitor, id, &categories).await?;
            page.wrong = wrong(&visitor, error)?;
            for choice in page.groups.iter_mut().flat_map(|group| &mut group.choices) {
                choice.held = set.categories.contains(&choice.code);
            }
            html_with(StatusCode::CONFLICT, &page)
        }
    }
}

pub(super) async fn close(
    Path(id): Path<Uuid>,
    Extension(categories): Extension<CategoryNames>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let organisation = visible(&visitor, id).await?;
    let close = CloseOrganisation { county: organisation.county, id, reason: sent.text("reason").to_owned() };
    match visitor.app.act(visitor.signed_in()?, &close).await {
        Ok(()) => Ok(done(&format!("/organisations/{id}"), "closed").into_response()),
        Err(error) => {
            let mut page = load(&visitor, id, &categories).await?;
            page.wrong = wrong(&visitor, error)?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

pub(super) async fn visible(visitor: &Visitor, id: Uuid) -> Result<Organisation> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let mut tx = visitor.app.db().read().await?;
    let found = store::find(&mut tx, id).await?.filter(|found| scope.covers(&found.path, &[]));
    found.ok_or_else(|| Problem::not_found().into())
}
