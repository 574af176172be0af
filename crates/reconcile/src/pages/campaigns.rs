//! The list of campaigns, and the form for a new one.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::clock::start_of;
use lianxin_foundation::scope::{Grant, county_in};
use lianxin_foundation::web::{Form, Paging, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Micros, Result, Right, Tx, Who};
use lianxin_registry::area::path_of;
use lianxin_registry::form::{Choice, PlaceField, Wrong, place_names, sent_place, wrong};
use lianxin_registry::organisation::store::{self as organisations, Filter};
use uuid::Uuid;

use super::{Asked, asked, done};
use crate::actions::OpenCampaign;
use crate::model::Campaign;
use crate::store::campaigns as stored;

/// At most so many campaigns are listed, and offices offered.
const MOST: i64 = 200;

/// A campaign in the list.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) place: String,
    pub(crate) last: Micros,
    pub(crate) open: bool,
    pub(crate) status: &'static str,
}

#[derive(Template)]
#[template(path = "checks.html")]
pub(super) struct ListPage {
    pub(super) s: Shell,
    pub(super) rows: Vec<Row>,
    pub(super) runs: bool,
}

/// Where a campaign stands: the message that says it.
pub(super) fn status(campaign: &Campaign, now: Micros) -> &'static str {
    match () {
        () if campaign.erased_at.is_some() => "check-status-erased",
        () if now >= campaign.ends_at => "check-status-over",
        () if campaign.closed_at.is_some() => "check-status-closed",
        () => "check-status-open",
    }
}

pub(super) async fn list(visitor: Visitor) -> Result<Response> {
    let bring = visitor.scope(Right::BringLists)?;
    let run = visitor.signed_in()?.scope(Right::RunChecks, visitor.now);
    let mut tx = visitor.app.db().read().await?;
    let found = stored::in_scope(&mut tx, &run, &bring, MOST).await?;
    let places = place_names(&mut tx, found.iter().map(|one| one.path.as_str())).await?;
    let row = |one: Campaign| Row {
        href: format!("/checks/{}/{}", one.county, one.id),
        place: places.get(&one.path).cloned().unwrap_or_default(),
        last: one.ends_at - 1,
        open: one.is_open(visitor.now),
        status: status(&one, visitor.now),
        title: one.title,
    };
    html(&ListPage {
        s: visitor.shell(visitor.words.t("checks-title")),
        rows: found.into_iter().map(row).collect(),
        runs: !run.is_empty(),
    })
}

#[derive(Template)]
#[template(path = "check-new.html")]
pub(super) struct NewPage {
    pub(super) s: Shell,
    pub(super) wrong: Wrong,
    pub(super) place: PlaceField,
    pub(super) offices: Vec<Choice>,
    pub(super) chosen: Vec<String>,
    pub(super) typed: Vec<(&'static str, String)>,
}

/// The fields given back as typed.
const FIELDS: [&str; 6] = ["title", "purpose", "ground", "last", "age-from", "age-to"];

impl NewPage {
    fn typed(&self, field: &str) -> &str {
        self.typed.iter().find(|(name, _)| *name == field).map_or("", |(_, text)| text.as_str())
    }

    fn is_chosen(&self, office: &str) -> bool {
        self.chosen.iter().any(|one| one == office)
    }
}

pub(super) async fn new(visitor: Visitor, query: Asked) -> Result<Response> {
    let scope = visitor.scope(Right::RunChecks)?;
    let mut tx = visitor.app.db().read().await?;
    let place = PlaceField::of(&mut tx, &scope, asked(&query, "area")).await?;
    html(&NewPage {
        s: visitor.shell(visitor.words.t("check-new")),
        wrong: Wrong::default(),
        place,
        offices: offices(&mut tx, &visitor).await?,
        chosen: Vec::new(),
        typed: Vec::new(),
    })
}

/// The units of the visitor's counties and of the places whose checks they run. Which units there are is public:
/// duty lists name them.
async fn offices(tx: &mut Tx, visitor: &Visitor) -> Result<Vec<Choice>> {
    let mut paths: Vec<String> = Vec::new();
    for grant in visitor.scope(Right::RunChecks)?.grants() {
        let Grant::Place(path) = grant else { continue };
        paths.extend(county_in(path).map(path_of));
        paths.push(path.clone());
    }
    paths.dedup();
    let mut found = Vec::new();
    for path in paths {
        let public = Who::program(&visitor.signed_in()?.county).scope(Right::SeeRegistry, visitor.now);
        let filter = Filter { path, exactly: true, kind: "unit".to_owned(), ..Filter::default() };
        let some =
            organisations::in_scope(tx, &public, &filter, Paging::new(None, MOST), visitor.now).await?;
        found.extend(some.into_iter().map(|unit| Choice::new(unit.id.to_string(), unit.name)));
    }
    Ok(found)
}

pub(super) async fn open(Form { visitor, sent }: Form) -> Result<Response> {
    visitor.scope(Right::RunChecks)?;
    let outcome = match read(&visitor, &sent).await {
        Ok(open) => visitor.app.act(visitor.signed_in()?, &open).await,
        Err(error) => Err(error),
    };
    let error = match outcome {
        Ok((county, id)) => return Ok(done(&format!("/checks/{county}/{id}"), "opened").into_response()),
        Err(error) => error,
    };
    let wrong = wrong(&visitor, error)?;
    let place = PlaceField::given_back(&visitor, Right::RunChecks, &sent).await?;
    let mut tx = visitor.app.db().read().await?;
    let page = NewPage {
        s: visitor.shell(visitor.words.t("check-new")),
        wrong,
        place,
        offices: offices(&mut tx, &visitor).await?,
        chosen: sent.all("offices").to_vec(),
        typed: FIELDS.map(|field| (field, sent.text(field).to_owned())).into(),
    };
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn read(visitor: &Visitor, sent: &Submission) -> Result<OpenCampaign> {
    let last: Option<jiff::civil::Date> = sent.parsed("last", "check-last-missing")?;
    Ok(OpenCampaign {
        title: sent.text("title").to_owned(),
        purpose: sent.text("purpose").to_owned(),
        ground: sent.text("ground").to_owned(),
        area: sent_place(visitor, Right::RunChecks, sent).await?,
        age_from: sent.parsed("age-from", "check-age-range")?,
        age_to: sent.parsed("age-to", "check-age-range")?,
        last: last.map(start_of),
        offices: sent.all("offices").iter().filter_map(|id| id.parse::<Uuid>().ok()).collect(),
    })
}
