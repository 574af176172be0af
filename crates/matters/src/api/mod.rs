//! The JSON interface of matters, `/api/v1`, for programs that hold an access token.
//!
//! A handler is the sibling of a page: both run one action. Refusals are RFC 9457 problems; the document
//! that [`openapi`] gives names every one of them, and is what the program is fuzzed against.

mod disputes;
mod exclusions;
mod input;
mod notices;
mod patrols;
mod read;
mod report;
mod search;
mod shapes;
mod sources;
mod steps;
#[cfg(test)]
mod tests;
mod twins;
mod whistles;

pub(crate) use shapes::Refusals;

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodRouter, get, post};
use lianxin_foundation::App;
use lianxin_foundation::web::ProblemBody;
use serde_json::Value as Json;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{Modify, OpenApi};

use crate::category::{Catalogue, Category};

/// The addresses of this interface.
pub fn routes() -> Router<App> {
    addresses().into_iter().fold(Router::new(), |router, (path, methods)| router.route(&path, methods))
}

/// Every address with what it answers to. A test compares the list with the document.
fn addresses() -> Vec<(String, MethodRouter<App>)> {
    let matter = "/api/v1/matters/{county}/{id}";
    let source = "/api/v1/sources/{county}/{id}";
    let patrol = "/api/v1/patrols/{county}/{id}";
    let below = |name: &str| format!("{matter}/{name}");
    let dispute = |name: &str| format!("/api/v1/disputes/{{county}}/{{id}}/{name}");
    vec![
        ("/api/v1/categories".to_owned(), get(read::categories)),
        ("/api/v1/matters".to_owned(), get(read::list).post(report::report)),
        ("/api/v1/search".to_owned(), get(search::search)),
        ("/api/v1/notices".to_owned(), get(notices::list)),
        ("/api/v1/notices/seen".to_owned(), post(notices::seen)),
        (matter.to_owned(), get(read::one)),
        (below("events"), get(read::events)),
        (below("dispatch"), post(steps::dispatch)),
        (below("acceptance"), post(steps::accept)),
        (below("objection"), post(steps::object)),
        (below("question"), post(steps::ask)),
        (below("pause"), post(steps::pause)),
        (below("resumption"), post(steps::resume)),
        (below("notes"), post(steps::note)),
        (below("hand-over"), post(steps::hand_over)),
        (below("resolution"), post(steps::resolve)),
        (below("dismissal"), post(steps::dismiss)),
        (below("correction"), post(steps::correct)),
        (below("call-back"), post(steps::call_back)),
        (below("merge"), post(steps::merge)),
        (below("parting"), post(steps::part)),
        (below("twins"), get(twins::near)),
        (below("joins"), post(twins::join)),
        (below("personal"), post(steps::personal)),
        (below("disputes"), get(disputes::of_matter)),
        (below("mediation"), post(disputes::mediate)),
        ("/api/v1/disputes".to_owned(), get(disputes::list)),
        (dispute("parties"), post(disputes::add)),
        (dispute("sessions"), post(disputes::arrange)),
        (dispute("sessions/{session}/record"), post(disputes::record_session)),
        (dispute("agreement"), post(disputes::agree)),
        (dispute("failure"), post(disputes::fail)),
        (dispute("confirmation"), post(disputes::confirm)),
        (dispute("file"), post(disputes::file)),
        (below("exclusion"), post(exclusions::step)),
        ("/api/v1/exclusions".to_owned(), get(exclusions::list)),
        (below("source"), post(sources::open)),
        ("/api/v1/sources".to_owned(), get(sources::list)),
        (source.to_owned(), get(sources::one)),
        (format!("{source}/notes"), post(sources::note)),
        (format!("{source}/links"), post(sources::link)),
        (format!("{source}/end"), post(sources::end)),
        (format!("{source}/reopening"), post(sources::again)),
        ("/api/v1/patrols".to_owned(), get(patrols::list).post(patrols::plan)),
        (patrol.to_owned(), get(patrols::one)),
        (format!("{patrol}/note"), post(patrols::note)),
        (format!("{patrol}/calling-off"), post(patrols::call_off)),
        (below("whistle"), post(steps::whistle)),
        (below("arrival"), post(steps::arrive)),
        (below("calling-off"), post(steps::call_off)),
        (below("calls"), get(whistles::of_matter)),
        ("/api/v1/calls".to_owned(), get(whistles::list)),
        ("/api/v1/calls/arrivals".to_owned(), get(whistles::arrivals)),
    ]
}

#[derive(OpenApi)]
#[openapi(
    paths(
        read::categories, read::list, report::report, read::one, read::events, steps::dispatch, steps::accept,
        steps::object, steps::ask, steps::pause, steps::resume, steps::note, steps::hand_over, steps::resolve,
        steps::dismiss, steps::correct, steps::call_back, steps::personal, steps::merge, steps::part, twins::near,
        twins::join, steps::whistle, steps::arrive, steps::call_off, whistles::of_matter, whistles::list,
        whistles::arrivals, disputes::list, disputes::of_matter, disputes::mediate, disputes::add,
        disputes::arrange, disputes::record_session, disputes::agree, disputes::fail, disputes::confirm, disputes::file,
        exclusions::list, exclusions::step, sources::list, sources::one,
        sources::open, sources::note, sources::link, sources::end, sources::again,
        patrols::list, patrols::one, patrols::plan, patrols::note, patrols::call_off,
        search::search, notices::list, notices::seen, crate::figures::api::figures,
    ),
    // What refusals are made of is not found by itself.
    components(schemas(ProblemBody)),
    tags((name = "matters", description = "What residents ask for and report, from the first word to the verified result."),
         (name = "figures", description = "How quickly matters were answered and whether they were solved, with samples and intervals.")),
    modifiers(&BearerToken, &Codes)
)]
struct Document;

struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("token", token);
    }
}

/// The codes of the catalogue, where a body takes one: the types alone do not know them.
struct Codes;

impl Modify for Codes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        // Built in, and read without fault by a test of its own.
        let Ok(catalogue) = Catalogue::defaults() else { return };
        let codes = |category: &Arc<Category>| Json::from(category.code.as_str());
        let residents: Vec<Json> = catalogue.for_residents().map(codes).chain([Json::Null]).collect();
        let objections: Vec<Json> =
            catalogue.templates("object").iter().map(|reason| reason.code.as_str().into()).collect();
        let every: Vec<Json> = catalogue.all().iter().map(codes).chain([Json::Null]).collect();
        let components = document.components.get_or_insert_default();
        for (body, field, codes) in [
            ("ReportBody", "category", residents),
            ("CorrectionBody", "category", every),
            ("ObjectionBody", "reason", objections),
        ] {
            if let Some(RefOr::T(Schema::Object(object))) = components.schemas.get_mut(body)
                && let Some(RefOr::T(Schema::Object(property))) = object.properties.get_mut(field)
            {
                property.enum_values = Some(codes);
            }
        }
    }
}

/// The OpenAPI document of this interface; the program merges it with the other rooms'.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
