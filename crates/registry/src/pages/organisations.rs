//! The list of organisations, and the form for a new one.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::web::{Form, Paging, Shell, Submission, Visitor, escaped, html, html_with};
use lianxin_foundation::{Problem, Result, Right};

use super::place::{self, PlaceField, sent_area};
use super::{Asked, Choice, Wrong, asked, done, place_names, wrong};
use crate::actions::AddOrganisation;
use crate::area::path_of;
use crate::organisation::store::{self, Filter};
use crate::organisation::{Organisation, OrganisationKind};

/// Rows on a page.
const SIZE: i64 = 100;

/// An organisation in the list.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) area: String,
    pub(crate) place: String,
    pub(crate) phone: Option<String>,
    pub(crate) closed: bool,
}

#[derive(Template)]
#[template(path = "organisations.html")]
pub(crate) struct OrganisationsPage {
    pub(crate) s: Shell,
    pub(crate) q: String,
    /// The code of the area they are listed in; empty for everywhere.
    pub(crate) area: String,
    pub(crate) within: PlaceField,
    /// Whether no place is what was typed there.
    pub(crate) nowhere: bool,
    pub(crate) kind: String,
    pub(crate) closed: bool,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) rows: Vec<Row>,
    pub(crate) total: i64,
    pub(crate) page: i64,
    pub(crate) keeps: bool,
}

impl OrganisationsPage {
    /// The number of the first row shown.
    pub(crate) fn first(&self) -> i64 {
        (self.page - 1) * SIZE + 1
    }

    /// The number of the last row shown.
    pub(crate) fn last(&self) -> i64 {
        self.first() + i64::try_from(self.rows.len()).unwrap_or(0) - 1
    }

    /// The address of another page of the same list.
    pub(crate) fn at(&self, page: i64) -> String {
        let closed = if self.closed { "&closed=1" } else { "" };
        let [q, area, kind] = [&self.q, &self.area, &self.kind].map(|text| escaped(text));
        format!("/organisations?q={q}&area={area}&kind={kind}{closed}&page={page}")
    }
}

pub(super) async fn list(visitor: Visitor, query: Asked) -> Result<Response> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let mut tx = visitor.app.db().read().await?;
    let typed = asked(&query, "area");
    let place::Asked { field: within, area } = PlaceField::asked(&mut tx, &scope, typed).await?;
    let nowhere = area.is_none() && !typed.is_empty();
    let area = area.unwrap_or_default();
    let filter = Filter {
        path: if area.is_empty() { String::new() } else { path_of(&area) },
        exactly: false,
        kind: asked(&query, "kind").to_owned(),
        name: asked(&query, "q").to_owned(),
        closed: !asked(&query, "closed").is_empty(),
    };
    let paging = Paging::new(asked(&query, "page").parse().ok(), SIZE);
    let (rows, total) = if nowhere {
        (Vec::new(), 0)
    } else {
        let rows = store::in_scope(&mut tx, &scope, &filter, paging, visitor.now).await?;
        (rows, store::count(&mut tx, &scope, &filter, visitor.now).await?)
    };
    let places = place_names(&mut tx, rows.iter().map(|row| row.path.as_str())).await?;
    let row = |row: Organisation| Row {
        place: places.get(&row.path).cloned().unwrap_or_default(),
        id: row.id.to_string(),
        name: row.name,
        kind: row.kind.message(),
        area: row.area,
        phone: row.phone,
        closed: row.valid_to.is_some_and(|to| to <= visitor.now),
    };
    html(&OrganisationsPage {
        s: visitor.shell(visitor.words.t("organisations-title")),
        q: filter.name,
        area,
        within,
        nowhere,
        kind: filter.kind,
        closed: filter.closed,
        kinds: kinds(&visitor),
        rows: rows.into_iter().map(row).collect(),
        total,
        page: paging.page,
        keeps: visitor.scope(Right::Manage).is_ok(),
    })
}

fn kinds(visitor: &Visitor) -> Vec<Choice> {
    OrganisationKind::ALL.map(|kind| Choice::new(kind.code(), visitor.words.t(kind.message()))).into()
}

#[derive(Template)]
#[template(path = "organisation-new.html")]
pub(crate) struct NewPage {
    pub(crate) s: Shell,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) wrong: Wrong,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) place: PlaceField,
    pub(crate) phone: String,
    pub(crate) code: String,
}

pub(super) async fn new(visitor: Visitor, query: Asked) -> Result<Response> {
    let scope = visitor.scope(Right::Manage)?;
    let mut tx = visitor.app.db().read().await?;
    html(&NewPage {
        s: visitor.shell(visitor.words.t("organisation-new")),
        kinds: kinds(&visitor),
        wrong: Wrong::default(),
        name: String::new(),
        kind: OrganisationKind::Unit.code().to_owned(),
        place: PlaceField::of(&mut tx, &scope, asked(&query, "area")).await?,
        phone: String::new(),
        code: String::new(),
    })
}

pub(super) async fn add(Form { visitor, sent }: Form) -> Result<Response> {
    visitor.scope(Right::Manage)?;
    let outcome = match read(&visitor, &sent).await {
        Err(error) => Err(error),
        Ok(add) => visitor.app.act(visitor.signed_in()?, &add).await,
    };
    match outcome {
        Ok(new) => Ok(done(&format!("/organisations/{}", new.id), "organisation").into_response()),
        Err(error) => {
            let page = NewPage {
                s: visitor.shell(visitor.words.t("organisation-new")),
                kinds: kinds(&visitor),
                wrong: wrong(&visitor, error)?,
                name: sent.text("name").to_owned(),
                kind: sent.text("kind").to_owned(),
                place: PlaceField::given_back(&visitor, Right::Manage, &sent).await?,
                phone: sent.text("phone").to_owned(),
                code: sent.text("code").to_owned(),
            };
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn read(visitor: &Visitor, sent: &Submission) -> Result<AddOrganisation> {
    let Some(kind) = OrganisationKind::from_code(sent.text("kind")) else {
        return Err(Problem::invalid().field("kind", "organisation-kind-missing").into());
    };
    Ok(AddOrganisation {
        code: sent.given("code"),
        kind,
        name: sent.text("name").to_owned(),
        area: sent_area(visitor, sent).await?,
        phone: sent.given("phone"),
    })
}
