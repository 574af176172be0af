//! Being written.

use axum::Router;
use lianxin_foundation::App;

/// Its routes.
pub fn routes() -> Router<App> {
    Router::new()
}
