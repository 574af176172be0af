//! Organisations and their duties for programs.

use axum::Json;
use lianxin_foundation::clock::{civil, rfc3339, start_of};
use lianxin_foundation::web::{Caller, Paging};
use lianxin_foundation::{Problem, Result, Right};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Refusals;
use super::input::{Asked, Id};
use crate::area::{is_id, path_of};
use crate::duty::Duty;
use crate::organisation::rules::{Finding, Law};
use crate::organisation::store::{self, Filter};
use crate::organisation::term::Term;
use crate::organisation::{Organisation, standing};

/// Rows on a page unless asked otherwise.
const PAGE: i64 = 100;
/// At most this many are listed as of a day.
const MOST_AS_OF: i64 = 5_000;

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
    /// A day before today, as of which they are listed: as they were called and where they stood then, on one page of at
    /// most 5,000.
    #[param(example = "2026-06-30")]
    day: Option<String>,
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
    /// How it is formed, such as `joint` or `temporary`; `ordinary` for whatever is no branch.
    #[schema(example = "ordinary")]
    form: &'static str,
    /// The organisation above it; for an enterprise or an association the one that covers it.
    superior: Option<Uuid>,
    /// The day its task is over, where it is for a task.
    ends: Option<String>,
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
            form: one.form.code(),
            superior: one.superior,
            ends: one.ends.map(|ends| civil(ends - 1).date().to_string()),
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
    if let Some(day) = asked.day {
        let Ok(day) = day.parse() else {
            return Err(Problem::invalid().field("day", "registry-day-form").into());
        };
        let at = start_of(day).min(caller.now);
        let found = store::as_of(&mut tx, &scope, &filter, at, MOST_AS_OF).await?;
        let organisations: Vec<_> = found.into_iter().map(OrganisationBody::from).collect();
        let total = i64::try_from(organisations.len()).unwrap_or(i64::MAX);
        return Ok(Json(OrganisationsBody { total, page: 1, size: MOST_AS_OF, organisations }));
    }
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
    /// Its terms of office, the newest first.
    terms: Vec<TermBody>,
    /// What its rules ask for; missing where the token's owner may not know how many people are what in it.
    findings: Option<Vec<FindingBody>>,
}

/// A term of office.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TermBody {
    /// The day of the election.
    #[schema(example = "2024-06-01")]
    from: String,
    /// The day the next one is due.
    to: String,
    /// The paper that approves of an early or late election.
    approval: Option<String>,
}

/// A rule that an organisation does not keep, or a day that comes near.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FindingBody {
    /// What the rule is about.
    #[schema(example = "members-least")]
    rule: String,
    /// Whether the text says it must be so; else it is usual.
    must: bool,
    /// The rule's number.
    value: i64,
    /// What is so.
    has: i64,
    /// The day it is about.
    day: Option<String>,
    /// The text.
    source: String,
}

impl From<Finding> for FindingBody {
    fn from(found: Finding) -> FindingBody {
        FindingBody {
            rule: found.rule.code.clone(),
            must: found.must(),
            value: found.rule.value,
            has: found.has,
            day: found.day.map(|day| civil(day).date().to_string()),
            source: found.rule.source.clone(),
        }
    }
}

impl From<Term> for TermBody {
    fn from(term: Term) -> TermBody {
        let day = |at| civil(at).date().to_string();
        TermBody { from: day(term.from), to: day(term.to), approval: term.approval }
    }
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
    let terms = store::terms_of(&mut tx, &found.county, id).await?;
    let terms = terms.into_iter().map(TermBody::from).collect();
    let knows = caller.who.scope(Right::SeePeople, caller.now).covers(&found.path, &[Some(id)]);
    let findings = if knows {
        let facts = standing::facts(&mut tx, &found, caller.now).await?;
        let found = Law::of(found.kind, &facts).check(caller.now);
        Some(found.into_iter().map(FindingBody::from).collect())
    } else {
        None
    };
    Ok(Json(OrganisationDutiesBody { organisation: found.into(), duties, terms, findings }))
}
