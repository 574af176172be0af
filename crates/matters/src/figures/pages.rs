//! The pages and files of figures.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::response::Response;
use lianxin_foundation::error::Problem;
use lianxin_foundation::limits::Limit;
use lianxin_foundation::scope::{Grant, Right};
use lianxin_foundation::web::{self, Path, Shell, Visitor};
use lianxin_foundation::{Micros, Result, Scope};
use lianxin_registry::area::{ancestors, store as areas};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::action::TakeFigures;
use super::counts::Indicator;
use super::csv;
use super::period::Period;
use super::report::{COUNTY, Cache, Question, Report};
use super::store;
use super::tables::{Table, rows};
use super::view::{DEEPEST_PUBLIC, Links, Step, View, view};
use crate::Matters;
use crate::category::Catalogue;
use crate::local::Local;

/// How addresses name what residents reported.
pub(crate) const RESIDENTS: &str = "residents";
/// How addresses name what enterprises reported.
pub(crate) const ENTERPRISES: &str = "enterprises";

/// What an address asks for; what is left out is empty.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The area's code; by default the first place of one's posts, or the county this address serves.
    pub area: String,
    /// The first month, `2026-09`; by default the present one, on the public's pages eleven months before.
    pub from: String,
    /// The last month; by default the first.
    pub to: String,
    /// Only this category.
    pub category: String,
    /// Only this unit.
    pub unit: String,
    /// Whose matters: `residents` when left out, or `enterprises`.
    pub of: String,
    /// Which rate the tables of a page show: `response`, `solved` or `satisfied`.
    #[param(ignore)]
    pub show: String,
    /// What of a number is opened: see [`Counted`](super::counts::Counted).
    #[param(ignore)]
    pub counted: String,
    /// Which page of a list, from 1.
    #[param(ignore)]
    pub page: Option<i64>,
    /// Which table a file holds: `areas`, `categories`, `units` or `months`.
    #[param(ignore)]
    pub table: String,
}

impl Asked {
    /// The public's question about an area: about a year where no month is named. A month that has just begun tells
    /// next to nothing, and all of that may have to be held back.
    pub(super) fn of_public(&self, area: String, now: Micros) -> Result<Question> {
        let period = Period::asked(&self.from, &self.to, now)?;
        let named = [&self.from, &self.to].iter().any(|month| !month.trim().is_empty());
        let period = if named { period } else { period.year() };
        Ok(Question { area, period, category: None, unit: None, enterprises: false, scope: None })
    }

    /// The question of staff within their scope; `None` for a category or unit that does not exist.
    ///
    /// # Errors
    /// When the months are none.
    pub(super) fn of_staff(
        &self,
        scope: Scope,
        catalogue: &Catalogue,
        now: Micros,
    ) -> Result<Option<Question>> {
        let period = Period::asked(&self.from, &self.to, now)?;
        let area =
            if self.area.is_empty() { first_place(&scope).unwrap_or_default() } else { self.area.clone() };
        let category = Some(self.category.clone()).filter(|code| !code.is_empty());
        let enterprises = match self.of.as_str() {
            "" | RESIDENTS => false,
            ENTERPRISES => true,
            _ => return Ok(None),
        };
        let unit = if self.unit.is_empty() { None } else { Some(Uuid::try_parse(&self.unit)) };
        Ok(match (unit.transpose(), &category) {
            (Err(_), _) => None,
            (_, Some(code)) if catalogue.get(code).is_none() => None,
            (Ok(unit), _) => Some(Question { area, period, category, unit, enterprises, scope: Some(scope) }),
        })
    }

    pub(super) fn show(&self) -> Indicator {
        Indicator::from_code(&self.show).unwrap_or(Indicator::Solved)
    }

    fn table(&self) -> Result<Table> {
        let code = if self.table.is_empty() { Table::Area.code() } else { &self.table };
        Table::from_code(code).ok_or_else(|| Problem::not_found().into())
    }
}

/// The places of a scope, by their paths.
fn places(scope: &Scope) -> Vec<&str> {
    scope
        .grants()
        .iter()
        .filter_map(|grant| match grant {
            Grant::Place(path) => Some(path.as_str()),
            Grant::Unit(_) => None,
        })
        .collect()
}

fn first_place(scope: &Scope) -> Option<String> {
    places(scope).first().and_then(|path| ancestors(path).last().map(|id| (*id).to_owned()))
}

/// The public page of a place.
#[derive(Template)]
#[template(path = "figures.html")]
struct PublicPage {
    s: Shell,
    v: View,
    here: String,
}

/// `GET /figures`: the county this address serves, or everywhere.
pub(super) async fn home(
    visitor: Visitor,
    matters: Extension<Matters>,
    cache: Extension<Cache>,
    asked: Query<Asked>,
) -> Result<Response> {
    let area = if asked.area.is_empty() { visitor.app.settings().home.clone() } else { asked.area.clone() };
    public_page(visitor, matters, cache, asked, area).await
}

/// `GET /figures/{area}`.
pub(super) async fn area(
    visitor: Visitor,
    matters: Extension<Matters>,
    cache: Extension<Cache>,
    Path(area): Path<String>,
    asked: Query<Asked>,
) -> Result<Response> {
    public_page(visitor, matters, cache, asked, area).await
}

async fn public_page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Extension(cache): Extension<Cache>,
    Query(asked): Query<Asked>,
    area: String,
) -> Result<Response> {
    visitor.count(Limit::Read)?;
    let question = asked.of_public(area, visitor.now)?;
    let report = cache.report(&visitor.app, &question).await?;
    public_enough(&report)?;
    let s = visitor.shell(visitor.words.t("figures-title"));
    let links = links(&report, asked.show());
    let local = local(&visitor, &matters, &report).await?;
    let v = view(&s, &report, local.catalogue(), &links, |_| true);
    let here = links.here();
    web::html(&PublicPage { here: here.split('?').next().unwrap_or_default().to_owned(), s, v })
}

/// What is private where the figures are from: each county decides for itself.
async fn local(visitor: &Visitor, matters: &Matters, report: &Report) -> Result<Arc<Local>> {
    // The third of the crumbs, after province and city.
    let county = report.crumbs.get(2).map_or("", |crumb| crumb.id.as_str());
    matters.local(&mut visitor.app.db().read().await?, county).await
}

/// Grids hold a handful of matters: their figures are for staff.
pub(super) fn public_enough(report: &Report) -> Result<()> {
    if report.depth() > DEEPEST_PUBLIC { Err(Problem::not_found().into()) } else { Ok(()) }
}

/// The links of a public page; staff pages say what else their reader may do.
pub(super) fn links(report: &Report, show: Indicator) -> Links {
    let question = &report.question;
    Links {
        staff: question.scope.is_some(),
        inbox: false,
        export: true,
        area: question.area.clone(),
        period: question.period,
        show,
        category: question.category.clone().unwrap_or_default(),
        unit: question.unit.map(|unit| unit.to_string()).unwrap_or_default(),
        enterprises: question.enterprises,
        exact: false,
    }
}

/// `GET /figures.csv`: a table of the public page.
pub(super) async fn home_file(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Extension(cache): Extension<Cache>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    visitor.count(Limit::Read)?;
    let table = asked.table()?;
    if table == Table::Unit {
        return Err(Problem::not_found().into());
    }
    let area = if asked.area.is_empty() { visitor.app.settings().home.clone() } else { asked.area.clone() };
    let report = cache.report(&visitor.app, &asked.of_public(area, visitor.now)?).await?;
    public_enough(&report)?;
    let local = local(&visitor, &matters, &report).await?;
    let rows = rows(table, &report, local.catalogue(), &visitor.words);
    Ok(csv::file(table, &rows, &report, &visitor.words))
}

/// How every figure is computed, in plain words.
#[derive(Template)]
#[template(path = "figures_method.html")]
struct MethodPage {
    s: Shell,
}

/// `GET /figures/method`.
pub(super) async fn method(visitor: Visitor) -> Result<Response> {
    web::html(&MethodPage { s: visitor.shell(visitor.words.t("figures-method-title")) })
}

/// Something to choose in a filter.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// The staff page.
#[derive(Template)]
#[template(path = "figures_staff.html")]
struct StaffPage {
    s: Shell,
    v: View,
    area: String,
    places: Vec<Step>,
    whose: Vec<Step>,
    categories: Vec<Choice>,
    units: Vec<Choice>,
}

/// `GET /staff/figures`.
pub(super) async fn staff(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Extension(cache): Extension<Cache>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let scope = visitor.scope(Right::SeeFigures)?;
    let question =
        asked.of_staff(scope.clone(), &matters.catalogue, visitor.now)?.ok_or_else(Problem::not_found)?;
    let report = cache.report(&visitor.app, &question).await?;
    let s = visitor.shell(visitor.words.t("figures-title"));
    let who = visitor.signed_in()?;
    let links = Links {
        inbox: who.scope(Right::SeeMatters, visitor.now).covers(&report.path(), &[]),
        export: who.scope(Right::Export, visitor.now).covers(&report.path(), &[question.unit]),
        ..links(&report, asked.show())
    };
    let page = StaffPage {
        v: view(&s, &report, &matters.catalogue, &links, |path| scope.covers(path, &[])),
        area: question.area.clone(),
        places: place_steps(&visitor, &scope, &links).await?,
        whose: whose_steps(&s, &links),
        categories: category_choices(&matters.catalogue, &s, &links),
        units: unit_choices(&visitor, &report, &links.unit).await?,
        s,
    };
    web::html(&page)
}

/// The places of one's posts, when there are several.
async fn place_steps(visitor: &Visitor, scope: &Scope, links: &Links) -> Result<Vec<Step>> {
    let ids: Vec<&str> =
        places(scope).into_iter().filter_map(|path| ancestors(path).last().copied()).collect();
    if ids.len() < 2 {
        return Ok(Vec::new());
    }
    let names = areas::names(&mut visitor.app.db().read().await?, &ids).await?;
    let step = |id: &&str| {
        let to = Links { area: (*id).to_owned(), ..links.clone() };
        let label = names.get(*id).cloned().unwrap_or_else(|| (*id).to_owned());
        Step { href: to.here(), label, current: links.area == **id }
    };
    Ok(ids.iter().map(step).collect())
}

/// What residents reported, or what enterprises did: the two are never added up.
fn whose_steps(s: &Shell, links: &Links) -> Vec<Step> {
    let step = |(enterprises, message): (bool, &str)| {
        let to = Links { enterprises, category: String::new(), unit: String::new(), ..links.clone() };
        Step { href: to.here(), label: s.t(message), current: links.enterprises == enterprises }
    };
    [(false, "figures-of-residents"), (true, "figures-of-enterprises")].map(step).into()
}

fn category_choices(catalogue: &Catalogue, s: &Shell, links: &Links) -> Vec<Choice> {
    let choice = |category: &std::sync::Arc<crate::category::Category>| Choice {
        value: category.code.clone(),
        label: category.name(s.language()).to_owned(),
        chosen: category.code == links.category,
    };
    let asked = catalogue.all().iter().filter(|category| category.for_enterprises() == links.enterprises);
    asked.map(choice).collect()
}

async fn unit_choices(visitor: &Visitor, report: &Report, chosen: &str) -> Result<Vec<Choice>> {
    if report.depth() < COUNTY {
        return Ok(Vec::new());
    }
    let units = store::units(&mut visitor.app.db().read().await?, &report.path()).await?;
    let choice = |(id, name): (Uuid, String)| {
        let value = id.to_string();
        Choice { label: name, chosen: value == chosen, value }
    };
    Ok(units.into_iter().map(choice).collect())
}

/// `GET /staff/figures.csv`: a table of the staff page, for those whose posts let them take lists away.
pub(super) async fn staff_file(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Extension(cache): Extension<Cache>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let table = asked.table()?;
    let export = visitor.scope(Right::Export)?;
    visitor.from_within()?;
    let scope = visitor.scope(Right::SeeFigures)?;
    let question = asked.of_staff(scope, &matters.catalogue, visitor.now)?.ok_or_else(Problem::not_found)?;
    let report = cache.report(&visitor.app, &question).await?;
    // Who may take lists of one place away may see figures of others.
    export.require(&report.path(), &[question.unit])?;
    let take = TakeFigures { question: &question, table: table.code() };
    visitor.app.act(visitor.signed_in()?, &take).await?;
    let rows = rows(table, &report, &matters.catalogue, &visitor.words);
    Ok(csv::file(table, &rows, &report, &visitor.words))
}
