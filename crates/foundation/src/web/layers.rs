//! What every answer passes through on its way out.

use std::any::Any;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use super::body::in_time;
use super::client::know;
use super::explain::explain;
use crate::app::App;
use crate::error::{Error, Problem};

/// Headers on every answer. Scripts and styles come only from this address: nothing inline, nothing
/// from elsewhere, no frame around our pages.
pub const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
         worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "geolocation=(self), camera=(self), microphone=()"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// Wraps the whole program: who asks, how long their body may take, explanations, compression, security headers, and an
/// answer for every other address and for a handler that broke off.
pub fn wrap(routes: Router<App>, app: App) -> Router {
    routes
        .fallback(nowhere)
        .layer(CatchPanicLayer::custom(broke_off))
        .layer(middleware::from_fn_with_state(app.clone(), explain))
        .layer(middleware::from_fn_with_state(app.clone(), in_time))
        .layer(middleware::from_fn_with_state(app.clone(), know))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(secure))
        .with_state(app)
}

async fn nowhere() -> Error {
    Problem::not_found().into()
}

/// A fault of ours that nobody foresaw ends one answer, not the connection with the answers that wait behind it.
fn broke_off(cause: Box<dyn Any + Send>) -> Response {
    let said = cause.downcast_ref::<&str>().map(|said| (*said).to_owned());
    let said = said.or_else(|| cause.downcast_ref::<String>().cloned());
    Error::failed("answering a request", said.unwrap_or_else(|| "a handler broke off".to_owned()))
        .into_response()
}

async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    // Pages show personal matters: no shared cache and no back button after signing out keeps them.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
