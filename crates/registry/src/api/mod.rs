//! The JSON interface of the registry, `/api/v1`, for programs that hold an access token.

mod areas;
mod coverage;
mod input;
mod organisations;
mod people;

use axum::Router;
use axum::routing::get;
use lianxin_foundation::App;
use lianxin_foundation::web::ProblemBody;
use utoipa::{IntoResponses, OpenApi};

/// The addresses of this interface.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/areas", get(areas::find))
        .route("/api/v1/areas/{id}", get(areas::one))
        .route("/api/v1/areas/{id}/children", get(areas::children))
        .route("/api/v1/coverage/{area}", get(coverage::one))
        .route("/api/v1/organisations", get(organisations::list))
        .route("/api/v1/organisations/{id}", get(organisations::one))
        .route("/api/v1/people", get(people::list))
        .route("/api/v1/people/{county}/{id}", get(people::one))
}

#[derive(OpenApi)]
#[openapi(
    paths(
        areas::find, areas::one, areas::children, coverage::one, organisations::list, organisations::one, people::list,
        people::one
    ),
    tags((name = "registry", description = "Areas from the province to the micro-grid, organisations and their duties, people and what they belong to."))
)]
struct Document;

/// The OpenAPI document of this interface; the program merges it with the other rooms', which declare
/// the security scheme `token`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// How reading may be refused: RFC 9457, in the reader's language.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it only describes what the foundation sends")]
enum Refusals {
    /// There is no token, or it no longer counts.
    #[response(status = 401, content_type = "application/problem+json")]
    SignIn(ProblemBody),
    /// The token's owner may not do this.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemBody),
    /// There is no such thing, or none that the token's owner may see.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemBody),
    /// What was asked is wrong; `errors` points at the fields.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(ProblemBody),
    /// Too often; `Retry-After` says how many seconds to wait.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(ProblemBody),
}
