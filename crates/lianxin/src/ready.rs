//! Whether the program can do its work.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::clock::SECOND;
use lianxin_foundation::error::While;
use lianxin_foundation::{App, Micros};
use tokio::sync::Mutex;

/// How long an answer about the photo store is good. It can only be told by writing, and a monitor that asks
/// every second must not write every second.
const GOOD_FOR: Micros = 30 * SECOND;
/// The same after a failure, so that mending it is noticed soon.
const BAD_FOR: Micros = 5 * SECOND;

/// What is known of the photo store.
#[derive(Clone, Default)]
pub struct Readiness(Arc<Mutex<Option<Probed>>>);

#[derive(Clone, Copy)]
struct Probed {
    at: Micros,
    good: bool,
}

impl Readiness {
    /// The database answers and photos can be kept.
    async fn check(&self, app: &App) -> bool {
        if let Err(error) = app.db().read().await {
            tracing::error!("not ready: {}", error.chain());
            return false;
        }
        let now = app.clock().now();
        // Held while probing: those who ask meanwhile wait for the one answer.
        let mut known = self.0.lock().await;
        if let Some(probed) = *known {
            let good_for = if probed.good { GOOD_FOR } else { BAD_FOR };
            if (probed.at..probed.at + good_for).contains(&now) {
                return probed.good;
            }
        }
        let probe = app.blobs().probe().await.while_doing("probing the photo store");
        if let Err(error) = &probe {
            tracing::error!("not ready: {}", error.chain());
        }
        *known = Some(Probed { at: now, good: probe.is_ok() });
        probe.is_ok()
    }
}

/// `GET /readyz`
pub async fn readyz(State(app): State<App>, readiness: axum::Extension<Readiness>) -> Response {
    if readiness.check(&app).await {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
    }
}
