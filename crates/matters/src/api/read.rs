//! Lists, one matter, and what happened to it.

use axum::{Extension, Json};
use lianxin_foundation::clock::parse_rfc3339;
use lianxin_foundation::error::{Problem, Result};
use lianxin_foundation::scope::Right;
use lianxin_foundation::web::{Caller, Paging};
use lianxin_foundation::{Micros, Tx};
use lianxin_registry::area::store as areas;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::input::{Asked, Of, is_county};
use super::shapes::{CategoriesBody, CategoryBody, EventBody, GroupBody, MatterBody, MattersBody, Refusals};
use crate::Matters;
use crate::model::{Matter, Status};
use crate::rules::clock::By;
use crate::store::{self, Order, Query};

/// Rows on a page unless asked otherwise.
const PAGE: i64 = 50;

/// What a list of matters is narrowed to. What is left out or empty does not narrow.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// The county that settles it: six digits. Naming it makes the answer quick.
    #[param(pattern = r"^([0-9]{6})?$", example = "421223")]
    county: String,
    /// Statuses, separated by commas: received, dispatched, accepted, waiting, objected, resolved, reopened,
    /// closed, withdrawn, dismissed.
    #[param(
        pattern = r"^((received|dispatched|accepted|waiting|objected|resolved|reopened|closed|withdrawn|dismissed)(,|$))*$"
    )]
    status: String,
    /// A category's code.
    category: String,
    /// The id of the organisation that has it.
    #[param(format = Uuid)]
    unit: String,
    /// The code of an area it lies in or below.
    #[param(pattern = r"^([0-9]{2,12}(-[0-9]{2}){0,2})?$", example = "421223100")]
    area: String,
    /// Only what is past due.
    overdue: Option<bool>,
    /// Words in its text, place or number; without `from` looked for in the county's newest 100,000 matters.
    words: String,
    /// Exactly this number.
    #[param(example = "261122-048213")]
    number: String,
    /// Came in at or after this moment, RFC 3339.
    #[param(format = DateTime)]
    from: String,
    /// Came in before this moment, RFC 3339.
    #[param(format = DateTime)]
    to: String,
    /// `newest` (first, unless said otherwise) or `due` (what is due next first).
    #[param(pattern = r"^(newest|due)?$")]
    order: String,
    /// Which page, from 1.
    #[param(minimum = 1, maximum = 10000)]
    page: Option<i64>,
    /// How many matters a page holds: 1 to 500, 50 unless said otherwise.
    #[param(minimum = 1, maximum = 500)]
    size: Option<i64>,
}

/// The matters the token's owner may see.
#[utoipa::path(
    get, path = "/api/v1/matters", tag = "matters", operation_id = "listMatters",
    params(ListQuery), responses((status = 200, description = "One page of them", body = MattersBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn list(caller: Caller, Asked(asked): Asked<ListQuery>) -> Result<Json<MattersBody>> {
    let scope = caller.scope(Right::SeeMatters)?;
    let mut tx = caller.app.db().read().await?;
    let mut query = asked.read(&mut tx).await?;
    query.from = query.from.or(store::words_since(&mut tx, &scope, &query, caller.now).await?);
    let paging = Paging::new(asked.page, asked.size.unwrap_or(PAGE));
    let total = store::count(&mut tx, &scope, &query, caller.now).await?;
    let found = store::list(&mut tx, &scope, &query, paging, caller.now).await?;
    let body = |matter: Matter| MatterBody::of(matter, &caller.who, caller.now);
    let matters = found.into_iter().map(body).collect();
    Ok(Json(MattersBody { total, page: paging.page, size: paging.size, matters }))
}

impl ListQuery {
    async fn read(&self, tx: &mut Tx) -> Result<Query> {
        let mut wrong = Problem::invalid();
        let mut fault = |field: &'static str, code: &'static str| {
            wrong = std::mem::replace(&mut wrong, Problem::invalid()).field(field, code);
        };
        let county = given(&self.county);
        if county.as_deref().is_some_and(|county| !is_county(county)) {
            fault("county", "api-county-form");
        }
        let statuses: Option<Vec<Status>> = listed(&self.status).map(Status::from_code).collect();
        if statuses.is_none() {
            fault("status", "api-status-unknown");
        }
        let unit = given(&self.unit).map(|unit| unit.parse::<Uuid>());
        if matches!(unit, Some(Err(_))) {
            fault("unit", "api-id-form");
        }
        let order = match self.order.as_str() {
            "" | "newest" => Order::Newest,
            "due" => Order::Due,
            _ => {
                fault("order", "api-order-unknown");
                Order::Newest
            }
        };
        let mut time = |field: &'static str, text: &str| -> Option<Micros> {
            let at = given(text).map(|text| parse_rfc3339(&text.replace(' ', "+")));
            if at == Some(None) {
                fault(field, "api-time-form");
            }
            at.flatten()
        };
        let (from, to) = (time("from", &self.from), time("to", &self.to));
        let path = path_of(tx, &self.area).await?;
        if path.is_none() && !self.area.is_empty() {
            wrong = wrong.field("area", "matter-area-unknown");
        }
        wrong.when_fields()?;
        Ok(Query {
            county,
            statuses: statuses.unwrap_or_default(),
            category: given(&self.category),
            unit: unit.and_then(Result::ok),
            path,
            by: self.overdue.unwrap_or(false).then_some(By::Over),
            words: given(&self.words),
            number: given(&self.number),
            from,
            to,
            order,
            ..Query::default()
        })
    }
}

fn given(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty())
}

async fn path_of(tx: &mut Tx, area: &str) -> Result<Option<String>> {
    let Some(area) = given(area) else { return Ok(None) };
    Ok(areas::area(tx, &area).await?.map(|area| area.path))
}

/// One matter.
#[utoipa::path(
    get, path = "/api/v1/matters/{county}/{id}", tag = "matters", operation_id = "getMatter",
    params(Of),
    responses((status = 200, description = "The matter", body = MatterBody), Refusals), security(("token" = []))
)]
pub(super) async fn one(caller: Caller, of: Of) -> Result<Json<MatterBody>> {
    let matter = seen(&caller, &of).await?;
    Ok(Json(MatterBody::of(matter, &caller.who, caller.now)))
}

/// What happened to a matter, in order.
#[utoipa::path(
    get, path = "/api/v1/matters/{county}/{id}/events", tag = "matters", operation_id = "listEvents",
    params(Of),
    responses((status = 200, description = "All of it", body = [EventBody]), Refusals), security(("token" = []))
)]
pub(super) async fn events(caller: Caller, of: Of) -> Result<Json<Vec<EventBody>>> {
    let matter = seen(&caller, &of).await?;
    let mut tx = caller.app.db().read().await?;
    let events = store::events(&mut tx, &matter.county, matter.id).await?;
    Ok(Json(events.into_iter().map(EventBody::from).collect()))
}

/// The matter, if the caller may see it.
pub(super) async fn seen(caller: &Caller, of: &Of) -> Result<Matter> {
    let scope = caller.scope(Right::SeeMatters)?;
    let mut tx = caller.app.db().read().await?;
    let matter = store::matter(&mut tx, &scope, &of.county, of.id).await?;
    Ok(matter.ok_or_else(Problem::not_found)?)
}

/// Whose catalogue.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct CatalogueQuery {
    /// The county whose limits and privacy are given, six digits; the built-in ones when left out.
    #[param(pattern = r"^([0-9]{6})?$", example = "421223")]
    county: String,
}

/// What can be reported, and which questions come with it.
#[utoipa::path(
    get, path = "/api/v1/categories", tag = "matters", operation_id = "listCategories",
    params(CatalogueQuery),
    responses((status = 200, description = "The catalogue", body = CategoriesBody), Refusals), security(("token" = []))
)]
pub(super) async fn categories(
    caller: Caller,
    Extension(matters): Extension<Matters>,
    Asked(asked): Asked<CatalogueQuery>,
) -> Result<Json<CategoriesBody>> {
    if !asked.county.is_empty() && !is_county(&asked.county) {
        return Err(Problem::invalid().field("county", "api-county-form").into());
    }
    let local = matters.local(&mut caller.app.db().read().await?, &asked.county).await?;
    let categories = local.catalogue().all().iter();
    Ok(Json(CategoriesBody {
        groups: matters.catalogue.groups().iter().map(GroupBody::from).collect(),
        categories: categories.map(|category| CategoryBody::from(category.as_ref())).collect(),
    }))
}
