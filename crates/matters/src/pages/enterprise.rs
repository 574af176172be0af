//! Enterprise problems (企业诉求) for whoever speaks for an enterprise: its specialist, or its own contact. They report, see how
//! it goes and say whether it is solved, as a resident does by a link.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::limits::Limit;
use lianxin_foundation::scope::Grant;
use lianxin_foundation::web::{Beside, Form, Paging, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Problem, Result, Right, Tx};
use lianxin_registry::organisation::{Organisation, OrganisationKind, store as organisations};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::mine::{self, MinePage, yes_or_no};
use super::report::{Kept, enterprises_groups};
use super::rows::{Names, Row};
use super::view::{Errors, Group, Parts};
use crate::Matters;
use crate::actions::{Report, Saying, Speak};
use crate::model::Channel;
use crate::photos::{self, StoredPhoto};
use crate::store::enterprises;

/// How many matters are listed of one enterprise alone, and of each of several.
const ROWS: i64 = 40;
const ROWS_OF_EACH: i64 = 5;

/// An enterprise and what it reported.
pub(super) struct Mine {
    pub name: String,
    pub report: String,
    /// Where all of its matters are listed; empty where they are listed here.
    pub all_href: String,
    pub open: i64,
    pub all: i64,
    pub rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "enterprise.html")]
pub(super) struct ListPage {
    pub s: Shell,
    pub enterprises: Vec<Mine>,
    /// The pages beside this one, where one enterprise is listed alone.
    pub pages: Beside,
}

#[derive(Template)]
#[template(path = "enterprise_report.html")]
pub(super) struct FormPage {
    pub s: Shell,
    pub here: String,
    pub enterprise: String,
    pub id: String,
    pub place: String,
    pub kept: Kept,
    pub categories: Vec<Group>,
    pub errors: Errors,
}

/// Which enterprise's matters are asked for, and which page of them.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    of: String,
    page: Option<i64>,
    said: String,
    new: String,
}

/// The enterprises that the visitor's posts speak for now, by name.
async fn spoken_for(visitor: &Visitor, tx: &mut Tx) -> Result<Vec<Organisation>> {
    let scope = visitor.scope(Right::SpeakForEnterprise)?;
    let mut found = Vec::new();
    for grant in scope.grants() {
        let Grant::Unit(id) = grant else { continue };
        found.extend(organisations::find(tx, *id).await?.filter(speaks_of));
    }
    found.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
    Ok(found)
}

fn speaks_of(organisation: &Organisation) -> bool {
    organisation.kind == OrganisationKind::Enterprise && organisation.valid_to.is_none()
}

/// `GET /enterprise`
pub(super) async fn list(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let scope = visitor.scope(Right::SpeakForEnterprise)?;
    let mut tx = visitor.app.db().read().await?;
    let mut mine = spoken_for(&visitor, &mut tx).await?;
    if !asked.of.is_empty() {
        mine.retain(|enterprise| enterprise.id.to_string() == asked.of);
        if mine.is_empty() {
            return Err(Problem::not_found().into());
        }
    }
    let alone = mine.len() == 1;
    let paging = Paging::new(asked.page.filter(|_| alone), if alone { ROWS } else { ROWS_OF_EACH });
    let s = visitor.shell(visitor.words.t("nav-enterprise"));
    let (mut listed, mut pages) = (Vec::new(), Beside::default());
    for enterprise in mine {
        let (county, id) = (enterprise.county.as_str(), enterprise.id);
        let found = enterprises::of_enterprise(&mut tx, &scope, county, id, paging).await?;
        let (open, all) = enterprises::count(&mut tx, &scope, county, id).await?;
        if alone {
            let at = |page: i64| format!("/enterprise?of={id}&page={page}");
            pages = paging.beside(paging.goes_on(all), at);
        }
        let names = Names::of(&mut tx, &found).await?;
        let row = |matter| {
            let row = names.row(&s, &matters.catalogue, matter);
            Row { href: format!("/enterprise{}", row.href), ..row }
        };
        listed.push(Mine {
            rows: found.iter().map(row).collect(),
            report: format!("/enterprise/report/{county}/{id}"),
            all_href: if alone || !paging.goes_on(all) {
                String::new()
            } else {
                format!("/enterprise?of={id}")
            },
            name: enterprise.name,
            open,
            all,
        });
    }
    drop(tx);
    html(&ListPage { pages, enterprises: listed, s })
}

/// The enterprise of an address, for whoever speaks for it.
async fn enterprise(visitor: &Visitor, county: &str, id: Uuid) -> Result<Organisation> {
    let mut tx = visitor.app.db().read().await?;
    let mine = spoken_for(visitor, &mut tx).await?;
    let found = mine.into_iter().find(|found| found.county == county && found.id == id);
    found.ok_or_else(|| Problem::not_found().into())
}

/// `GET /enterprise/report/{county}/{id}`
pub(super) async fn form(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path((county, id)): Path<(String, Uuid)>,
) -> Result<Response> {
    let enterprise = enterprise(&visitor, &county, id).await?;
    let new = visitor.app.ids().new_id(visitor.now).to_string();
    html(&form_page(&visitor, &matters, enterprise, new, Kept::default(), Errors::default()))
}

fn form_page(
    visitor: &Visitor,
    matters: &Matters,
    enterprise: Organisation,
    id: String,
    kept: Kept,
    errors: Errors,
) -> FormPage {
    let s = visitor.shell(visitor.words.t("enterprise-report"));
    FormPage {
        here: format!("/enterprise/report/{}/{}", enterprise.county, enterprise.id),
        enterprise: enterprise.name,
        categories: enterprises_groups(&s, &matters.catalogue, &kept.category),
        place: String::new(),
        id,
        kept,
        errors,
        s,
    }
}

/// `POST /enterprise/report/{county}/{id}`
pub(super) async fn send(
    Extension(matters): Extension<Matters>,
    Path((county, id)): Path<(String, Uuid)>,
    Form { visitor, mut sent }: Form,
) -> Result<Response> {
    let enterprise = enterprise(&visitor, &county, id).await?;
    visitor.count(Limit::Write)?;
    match report(&visitor, &matters, &county, id, &mut sent).await {
        Ok(matter) => {
            let to = format!("/enterprise/matters/{county}/{matter}?new=1");
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            let (errors, _) = Errors::from_refusal(error, &visitor.words)?;
            let new = sent.text("id").to_owned();
            let mut page = form_page(&visitor, &matters, enterprise, new, Kept::from(&sent), errors);
            page.place = sent.text("place").to_owned();
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// Reports what was sent; gives the matter's id.
async fn report(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    enterprise: Uuid,
    sent: &mut Submission,
) -> Result<Uuid> {
    let uploads = std::mem::take(&mut sent.files).into_iter().map(|file| file.bytes).collect();
    let category = sent.given("category");
    let mut action = Report {
        matters,
        id: sent.parsed::<Uuid>("id", "problem-unreadable")?,
        key: None,
        county: county.to_owned(),
        category: Some(category.ok_or_else(|| Problem::invalid().field("category", "enterprise-category"))?),
        text: sent.text("text").to_owned(),
        place: sent.text("place").to_owned(),
        address: None,
        name: sent.given("name"),
        phone: sent.given("phone"),
        email: None,
        lon: None,
        lat: None,
        area: None,
        attributes: json!({}),
        // Its posts say which.
        channel: Channel::Enterprise,
        language: visitor.words.tag().to_owned(),
        private: true,
        photos: Vec::new(),
        enterprise: Some(enterprise),
    };
    action.check()?;
    action.photos = photos::store(&visitor.app, visitor.asker(), uploads).await?;
    Ok(visitor.app.act(visitor.signed_in()?, &action).await?.id)
}

/// `GET /enterprise/matters/{county}/{id}`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path((county, id)): Path<(String, Uuid)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let mut page = build(&visitor, &matters, &county, id).await?;
    page.new = !asked.new.is_empty();
    page.said = mine::said_after(&asked.said);
    html(&page)
}

async fn build(visitor: &Visitor, matters: &Matters, county: &str, id: Uuid) -> Result<MinePage> {
    let scope = visitor.scope(Right::SpeakForEnterprise)?;
    let mut tx = visitor.app.db().read().await?;
    let found = enterprises::matter(&mut tx, &scope, county, id).await?;
    let matter = found.ok_or_else(Problem::not_found)?;
    let here = format!("/enterprise/matters/{county}/{id}");
    mine::of_matter(visitor, matters, tx, &matter, &here).await
}

/// `POST /enterprise/matters/{county}/{id}/{step}`
pub(super) async fn act(
    Extension(matters): Extension<Matters>,
    Path((county, id, step)): Path<(String, Uuid, String)>,
    Form { visitor, mut sent }: Form,
) -> Result<Response> {
    visitor.count(Limit::Write)?;
    // Whose matter it is comes before what is sent to it.
    let mut page = build(&visitor, &matters, &county, id).await?;
    match said(&visitor, &matters, &county, id, &step, &mut sent).await {
        Ok(said) => {
            Ok(Redirect::to(&format!("/enterprise/matters/{county}/{id}?said={said}")).into_response())
        }
        Err(error) => {
            let (errors, _) = Errors::from_refusal(error, &visitor.words)?;
            page.errors = errors;
            page.kept = sent.text("text").to_owned();
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn said(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    id: Uuid,
    step: &str,
    sent: &mut Submission,
) -> Result<&'static str> {
    let text = sent.text("text").to_owned();
    let (saying, said) = match step {
        "answer" => (Saying::Answer(text, uploaded(visitor, sent).await?), "answer"),
        "note" => (Saying::Note(text, uploaded(visitor, sent).await?), "note"),
        "confirm" => {
            let solved = yes_or_no(sent, "solved")
                .ok_or_else(|| Problem::invalid().field("solved", "matter-solved-missing"))?;
            let comment = sent.text("comment").to_owned();
            let said = if solved { "solved" } else { "unsolved" };
            (Saying::Confirm(solved, yes_or_no(sent, "satisfied"), comment), said)
        }
        "withdraw" => (Saying::Withdraw(sent.text("reason").to_owned()), "withdraw"),
        _ => return Err(Problem::not_found().into()),
    };
    let speak = Speak { matters, county: county.to_owned(), id, saying };
    visitor.app.act(visitor.signed_in()?, &speak).await?;
    Ok(said)
}

async fn uploaded(visitor: &Visitor, sent: &mut Submission) -> Result<Vec<StoredPhoto>> {
    let uploads = std::mem::take(&mut sent.files).into_iter().map(|file| file.bytes).collect();
    photos::store(&visitor.app, visitor.asker(), uploads).await
}
