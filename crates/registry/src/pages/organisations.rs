//! The list of organisations, and the form for a new one.

use askama::Template;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::clock::DAY;
use lianxin_foundation::web::{Form, Paging, Shell, Submission, Visitor, escaped, html, html_with};
use lianxin_foundation::{Micros, Problem, Result, Right};
use serde_json::{Value as Json, json};

use super::organisation_life::{forms, sent_superior};
use super::people::as_of;
use super::place::{self, PlaceField, sent_area};
use super::{Asked, Choice, Wrong, asked, day, done, place_names, wrong};
use crate::actions::{AddOrganisation, Founding};
use crate::area::{path_of, store as areas};
use crate::organisation::store::{self, Filter, TermDue};
use crate::organisation::{Form as Formed, Organisation, OrganisationKind};

/// At most this many go onto a map.
const MOST_ON_MAP: i64 = 5_000;

/// Rows on a page.
const SIZE: i64 = 100;
/// At most this many are listed as of a day.
const MOST_AS_OF: i64 = 5_000;
/// A term that ends within this time runs out soon: the half year in which an election is usually prepared.
const SOON: Micros = 183 * DAY;

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
    /// When its next election is due.
    pub(crate) term: Option<Micros>,
    pub(crate) over: bool,
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
    pub(crate) term: String,
    pub(crate) terms: Vec<Choice>,
    /// The day they are listed as of; empty for today.
    pub(crate) day: String,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) rows: Vec<Row>,
    pub(crate) total: i64,
    pub(crate) page: i64,
    pub(crate) keeps: bool,
    /// Whether the reader may take lists away.
    pub(crate) exports: bool,
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
        let (term, day) = (escaped(&self.term), escaped(&self.day));
        format!("/organisations?q={q}&area={area}&kind={kind}{closed}&term={term}&day={day}&page={page}")
    }

    /// The address of the same organisations as a tree.
    pub(crate) fn as_tree(&self) -> String {
        format!("/organisations/tree?area={}&day={}", escaped(&self.area), escaped(&self.day))
    }
}

pub(super) async fn list(visitor: Visitor, query: Asked) -> Result<Response> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let mut tx = visitor.app.db().read().await?;
    let typed = asked(&query, "area");
    let place::Asked { field: within, area } = PlaceField::asked(&mut tx, &scope, typed).await?;
    let nowhere = area.is_none() && !typed.is_empty();
    let area = area.unwrap_or_default();
    let term = asked(&query, "term").to_owned();
    let (day, then) = as_of(&visitor, &query);
    let filter = Filter {
        path: if area.is_empty() { String::new() } else { path_of(&area) },
        exactly: false,
        kind: asked(&query, "kind").to_owned(),
        name: asked(&query, "q").to_owned(),
        closed: !asked(&query, "closed").is_empty(),
        term: due(&term, visitor.now),
    };
    let paging = Paging::new(asked(&query, "page").parse().ok(), SIZE);
    let (rows, total) = match day.is_empty() {
        _ if nowhere => (Vec::new(), 0),
        false => {
            let rows = store::as_of(&mut tx, &scope, &filter, then, MOST_AS_OF).await?;
            let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            let skipped = usize::try_from(paging.offset()).unwrap_or(usize::MAX);
            (rows.into_iter().skip(skipped).take(SIZE as usize).collect(), total)
        }
        true => {
            let rows = store::in_scope(&mut tx, &scope, &filter, paging, visitor.now).await?;
            (rows, store::count(&mut tx, &scope, &filter, visitor.now).await?)
        }
    };
    let places = place_names(&mut tx, rows.iter().map(|row| row.path.as_str())).await?;
    let ends = store::newest_terms(&mut tx, &rows).await?;
    let today = day.is_empty();
    let row = |row: Organisation| Row {
        place: places.get(&row.path).cloned().unwrap_or_default(),
        term: ends.get(&row.id).copied().filter(|_| today),
        over: ends.get(&row.id).is_some_and(|to| *to <= visitor.now),
        id: row.id.to_string(),
        name: row.name,
        kind: if row.form == Formed::Ordinary { row.kind.message() } else { row.form.message() },
        area: row.area,
        phone: row.phone,
        closed: row.valid_to.is_some_and(|to| to <= visitor.now),
    };
    let terms =
        [("", "registry-all"), ("soon", "organisations-term-soon"), ("over", "organisations-term-over")];
    html(&OrganisationsPage {
        s: visitor.shell(visitor.words.t("organisations-title")),
        q: filter.name,
        area,
        within,
        nowhere,
        kind: filter.kind,
        closed: filter.closed,
        term,
        terms: terms.map(|(value, label)| Choice::new(value, visitor.words.t(label))).into(),
        day,
        kinds: kinds(&visitor),
        rows: rows.into_iter().map(row).collect(),
        total,
        page: paging.page,
        keeps: visitor.scope(Right::Manage).is_ok(),
        exports: visitor.scope(Right::Export).is_ok(),
    })
}

/// The organisations of a place for a map, each at its area's point; one whose area has none has no place either.
pub(super) async fn geojson(visitor: Visitor, query: Asked) -> Result<Response> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let mut tx = visitor.app.db().read().await?;
    let typed = asked(&query, "area");
    let place::Asked { area, .. } = PlaceField::asked(&mut tx, &scope, typed).await?;
    if area.is_none() && !typed.is_empty() {
        return Err(Problem::not_found().into());
    }
    let kind = asked(&query, "kind").to_owned();
    let path = area.map(|area| path_of(&area)).unwrap_or_default();
    let filter = Filter { path, kind, ..Filter::default() };
    let all = Paging::new(None, MOST_ON_MAP);
    let found = store::in_scope(&mut tx, &scope, &filter, all, visitor.now).await?;
    let ids: Vec<&str> = found.iter().map(|one| one.area.as_str()).collect();
    let points = areas::points(&mut tx, &ids).await?;
    let feature = |one: &Organisation| {
        let geometry = points.get(&one.area);
        json!({
            "type": "Feature",
            "id": one.id,
            "geometry": geometry.map(|(lon, lat)| json!({ "type": "Point", "coordinates": [lon, lat] })),
            "properties": {
                "name": one.name, "kind": one.kind.code(), "form": one.form.code(), "area": one.area, "phone": one.phone,
            },
        })
    };
    let features: Vec<Json> = found.iter().map(feature).collect();
    let body = json!({ "type": "FeatureCollection", "features": features }).to_string();
    Ok(([(CONTENT_TYPE, "application/geo+json")], body).into_response())
}

/// The terms a list asks for, by the word in its address.
fn due(term: &str, now: Micros) -> Option<TermDue> {
    match term {
        "over" => Some(TermDue(1, now + 1)),
        "soon" => Some(TermDue(now + 1, now + SOON)),
        _ => None,
    }
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
    pub(crate) forms: Vec<Choice>,
    pub(crate) form: String,
    pub(crate) superior: String,
    pub(crate) approval: String,
    pub(crate) ends: String,
}

impl NewPage {
    /// Whether the founding of a branch is asked about, or came back wrong.
    pub(crate) fn founds(&self) -> bool {
        ["form", "superior", "approval", "ends"].iter().any(|field| self.wrong.on(field).is_some())
            || [&self.superior, &self.approval, &self.ends].iter().any(|typed| !typed.is_empty())
    }
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
        forms: forms(&visitor),
        form: Formed::Ordinary.code().to_owned(),
        superior: String::new(),
        approval: String::new(),
        ends: String::new(),
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
                forms: forms(&visitor),
                form: sent.text("form").to_owned(),
                superior: sent.text("superior").to_owned(),
                approval: sent.text("approval").to_owned(),
                ends: sent.text("ends").to_owned(),
            };
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn read(visitor: &Visitor, sent: &Submission) -> Result<AddOrganisation> {
    let Some(kind) = OrganisationKind::from_code(sent.text("kind")) else {
        return Err(Problem::invalid().field("kind", "organisation-kind-missing").into());
    };
    let area = sent_area(visitor, sent).await?;
    let founding = Founding {
        form: Formed::from_code(sent.text("form")).unwrap_or_default(),
        superior: sent_superior(visitor, sent, &area).await?,
        approval: sent.given("approval"),
        ends: day(sent, "ends")?,
    };
    Ok(AddOrganisation {
        code: sent.given("code"),
        kind,
        name: sent.text("name").to_owned(),
        area,
        phone: sent.given("phone"),
        founding,
    })
}
