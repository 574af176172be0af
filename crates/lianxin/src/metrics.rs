//! Counts and times for the operator's monitoring, in OpenMetrics text.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::App;
use lianxin_foundation::web::Client;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use subtle::ConstantTimeEq;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    method: &'static str,
    // The route, never the path: a path may hold a secret link, and each would be a series of its own.
    route: String,
    status: u16,
}

/// The program's own metrics.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Histogram,
    /// What opens them; empty where only this machine may look.
    token: String,
}

impl Metrics {
    /// Empty metrics, to be opened with `token`, or without one from this machine alone.
    pub fn new(token: &str) -> Metrics {
        let requests = Family::default();
        let seconds = Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5]);
        let mut registry = Registry::with_prefix("lianxin");
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time to answer", seconds.clone());
        Metrics(Arc::new(Inner { registry, requests, seconds, token: token.to_owned() }))
    }
}

/// A method by its name, those nobody uses here together: anybody may make one up, and each would be a
/// series for ever.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Counts a request on its way through.
pub async fn count(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = known(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let response = next.run(request).await;
    let labels = Labels { method, route, status: response.status().as_u16() };
    metrics.0.requests.get_or_create(&labels).inc();
    metrics.0.seconds.observe(began.elapsed().as_secs_f64());
    response
}

impl Metrics {
    fn opens(&self, app: &App, request: &Request) -> Result<(), Refusal> {
        let token = self.0.token.as_bytes();
        if token.is_empty() {
            let client = Client::of(app, request.extensions(), request.headers());
            return if client.here { Ok(()) } else { Err(Refusal::Elsewhere) };
        }
        let sent = bearer(request.headers()).unwrap_or_default().as_bytes();
        if bool::from(sent.ct_eq(token)) { Ok(()) } else { Err(Refusal::Token) }
    }
}

/// Why metrics are not shown. Only an operator asks for them, so the words are for an operator.
enum Refusal {
    Elsewhere,
    Token,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Refusal::Elsewhere => {
                (StatusCode::FORBIDDEN, "only this machine may read these; or set metrics_token\n")
                    .into_response()
            }
            Refusal::Token => {
                let how = [(header::WWW_AUTHENTICATE, "Bearer")];
                (StatusCode::UNAUTHORIZED, how, "send the metrics_token as a bearer token\n").into_response()
            }
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// Everything counted so far.
pub async fn show(State((metrics, app)): State<(Metrics, App)>, request: Request) -> Response {
    if let Err(refusal) = metrics.opens(&app, &request) {
        return refusal.into_response();
    }
    let mut text = String::new();
    if encode(&mut text, &metrics.0.registry).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
        .into_response()
}
