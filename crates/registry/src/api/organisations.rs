//! Organisations and their duties for programs.

use axum::Json;
use lianxin_foundation::clock::rfc3339;
use lianxin_foundation::web::{Caller, Paging};
use lianxin_foundation::{Problem, Result, Right};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Refusals;
use super::input::{Asked, Id};
use crate::area::{is_id, path_of};
use crate::duty::Duty;
use crate::organisation::Organisation;
use crate::organisation::store::{self, Filter};

/// Rows on a page unless asked otherwise.
const PAGE: i64 = 100;

/// What a list of organisations is narrowed to.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// The code of an area it belongs to or lies below.
    area: String,
    /// A kind, such as `unit` or `branch`.
    kind: String,
    /// A part of its name.
    name: String,
    /// Which page, from 1.
    page: Option<i64>,
    /// How many a page holds: 1 to 500, 100 unless said otherwise.
    size: Option<i64>,
}

/// An organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrganisationBody {
    /// Its id.
    id: Uuid,
    /// The six digits of its county.
    county: String,
    /// A short name, where it has one.
    code: Option<String>,
    /// Its kind.
    #[schema(example = "unit")]
    kind: &'static str,
    /// Its name.
    name: String,
    /// The area it belongs to.
    area: String,
    /// Its public phone number.
    phone: Option<String>,
    /// Since when it is closed.
    closed_at: Option<String>,
}

impl From<Organisation> for OrganisationBody {
    fn from(one: Organisation) -> OrganisationBody {
        OrganisationBody {
            id: one.id,
            county: one.county,
            code: one.code,
            kind: one.kind.code(),
            name: one.name,
            area: one.area,
            phone: one.phone,
            closed_at: one.valid_to.map(rfc3339),
        }
    }
}

/// One page of organisations.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrganisationsBody {
    /// How many there are on all pages.
    total: i64,
    /// This page, from 1.
    page: i64,
    /// How many a page holds.
    size: i64,
    /// Those on this page.
    organisations: Vec<OrganisationBody>,
}

/// The organisations the token's owner may see.
#[utoipa::path(
    get, path = "/api/v1/organisations", tag = "registry", operation_id = "listOrganisations",
    params(ListQuery), responses((status = 200, description = "One page of them", body = OrganisationsBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn list(caller: Caller, Asked(asked): Asked<ListQuery>) -> Result<Json<OrganisationsBody>> {
    let scope = caller.scope(Right::SeeRegistry)?;
    if !asked.area.is_empty() && !is_id(&asked.area) {
        return Err(Problem::invalid().field("area", "area-unknown").into());
    }
    let path = if asked.area.is_empty() { String::new() } else { path_of(&asked.area) };
    let filter = Filter { path, kind: asked.kind, name: asked.name, ..Filter::default() };
    let paging = Paging::new(asked.page, asked.size.unwrap_or(PAGE));
    let mut tx = caller.app.db().read().await?;
    let found = store::in_scope(&mut tx, &scope, &filter, paging, caller.now).await?;
    let total = store::count(&mut tx, &scope, &filter, caller.now).await?;
    let organisations = found.into_iter().map(OrganisationBody::from).collect();
    Ok(Json(OrganisationsBody { total, page: paging.page, size: paging.size, organisations }))
}

/// An organisation with what it answers for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrganisationDutiesBody {
    /// The organisation.
    organisation: OrganisationBody,
    /// Its duties that are in force or still to come.
    duties: Vec<DutyBody>,
}

/// A duty.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DutyBody {
    /// The category's code.
    category: String,
    /// The area; it holds below it too, where nobody nearer answers.
    area: String,
    /// From when.
    from: String,
    /// Until when, if that is known.
    to: Option<String>,
}

impl From<Duty> for DutyBody {
    fn from(duty: Duty) -> DutyBody {
        DutyBody {
            category: duty.category,
            area: duty.area,
            from: rfc3339(duty.valid_from),
            to: duty.valid_to.map(rfc3339),
        }
    }
}

/// One organisation with its duties.
#[utoipa::path(
    get, path = "/api/v1/organisations/{id}", tag = "registry", operation_id = "getOrganisation",
    params(("id" = Uuid, Path, description = "The organisation's id")),
    responses((status = 200, description = "The organisation", body = OrganisationDutiesBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn one(caller: Caller, Id(id): Id) -> Result<Json<OrganisationDutiesBody>> {
    let scope = caller.scope(Right::SeeRegistry)?;
    let Ok(id) = id.parse::<Uuid>() else { return Err(Problem::not_found().into()) };
    let mut tx = caller.app.db().read().await?;
    let found = store::find(&mut tx, id).await?.filter(|found| scope.covers(&found.path, &[]));
    let Some(found) = found else { return Err(Problem::not_found().into()) };
    let duties = store::duties_of(&mut tx, &found.county, id, caller.now).await?;
    let duties = duties.into_iter().map(DutyBody::from).collect();
    Ok(Json(OrganisationDutiesBody { organisation: found.into(), duties }))
}
