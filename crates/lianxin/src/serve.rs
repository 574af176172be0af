//! Serving pages and programs.

#[cfg(test)]
mod tests;

use axum::routing::get;
use axum::{Extension, Json, Router, middleware};
use lianxin_foundation::db::Engine;
use lianxin_foundation::error::While;
use lianxin_foundation::{App, Result, web};
use lianxin_matters::{Matters, told};
use lianxin_registry::holidays;
use tokio::sync::watch;

use crate::config::Config;
use crate::metrics::{self, Metrics};
use crate::ready::{Readiness, readyz};
use crate::{house, listen};

/// Serves until told to stop, then finishes what it has begun.
///
/// # Errors
/// When the database or the address cannot be opened, or the schema is too old.
pub async fn serve(config: &Config, demo: bool) -> Result<()> {
    let db = house::database(config).await?;
    match db.engine() {
        // One file beside the program has no operator to migrate it; a server's schema is theirs to change.
        Engine::Sqlite => db.migrate().await?,
        Engine::Postgres => drop(db.check_schema().await?),
    }
    let app = house::serving(config, db, demo)?;
    let (channels, ways) = house::channels(config, &app)?;
    let matters = house::matters(config)?.with_ways(ways);
    lianxin_matters::figures::sums::begin(&app).await?;
    let listener = listen::bind(config.get("listen"))
        .await
        .while_doing(format!("listening on {}", config.get("listen")))?;
    let (stop, stopped) = watch::channel(false);
    let photos = tokio::spawn(lianxin_matters::photo_worker::run(app.clone(), stopped.clone()));
    let kept = tokio::spawn(lianxin_matters::retention::worker::run(app.clone(), stopped.clone()));
    let words = tokio::spawn(lianxin_matters::words::worker::run(app.clone(), stopped.clone()));
    let checks = tokio::spawn(lianxin_reconcile::worker::run(app.clone(), stopped.clone()));
    let rosters = tokio::spawn(lianxin_registry::roster::worker::run(app.clone(), stopped.clone()));
    let coverage = tokio::spawn(lianxin_registry::coverage::worker::run(app.clone(), stopped.clone()));
    let calendar = matters.calendar.clone();
    let holidays = tokio::spawn(holidays::watch(calendar, app.clock().clone(), stopped.clone()));
    let telling = told::worker::run(app.clone(), matters.clone(), channels, stopped.clone());
    let telling = tokio::spawn(telling);
    let clock = tokio::spawn(lianxin_matters::clock_worker::run(app.clone(), matters.clone(), stopped));
    tracing::info!("serving on http://{}", config.get("listen"));
    let router = router(&app, matters, Metrics::new(config.get("metrics_token")));
    listen::serve(listener, router, config.head_patience()?, told_to_stop()).await;
    stop.send_replace(true);
    clock.await.while_doing("stopping the clock")?;
    telling.await.while_doing("stopping to tell people")?;
    photos.await.while_doing("stopping the sweep of photos")?;
    kept.await.while_doing("stopping to delete what was kept long enough")?;
    words.await.while_doing("stopping to learn from words")?;
    checks.await.while_doing("stopping two-way checks")?;
    rosters.await.while_doing("stopping to bring in rosters")?;
    coverage.await.while_doing("stopping to plan branches")?;
    holidays.await.while_doing("stopping the watch over holidays")?;
    app.db().close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Every page and every answer to programs.
pub fn router(app: &App, matters: Matters, metrics: Metrics) -> Router {
    let routes = furnished(web::routes().merge(rooms()), matters, &metrics);
    let own = Router::new().route("/metrics", get(metrics::show)).with_state((metrics, app.clone()));
    web::wrap(routes, app.clone()).merge(own)
}

/// The addresses of every room, and the program's own.
fn rooms() -> Router<App> {
    Router::new()
        .merge(lianxin_registry::routes())
        .merge(lianxin_matters::routes())
        .merge(lianxin_reconcile::routes())
        .route("/api/openapi.json", get(openapi))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
}

/// Routes with everything that their handlers ask the program for.
fn furnished(routes: Router<App>, matters: Matters, metrics: &Metrics) -> Router<App> {
    routes
        .layer(Extension(Readiness::default()))
        .layer(Extension(matters.places.clone()))
        .layer(Extension(house::category_names(&matters)))
        .layer(Extension(house::MATTERS_AT))
        .layer(Extension(house::PEOPLE_ELSEWHERE))
        .layer(Extension(matters.calendar.clone()))
        .layer(Extension(matters))
        .route_layer(middleware::from_fn_with_state(metrics.clone(), metrics::count))
}

/// The program runs.
async fn healthz() -> &'static str {
    "ok\n"
}

async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(document())
}

fn document() -> utoipa::openapi::OpenApi {
    let mut document = lianxin_matters::api::openapi();
    document.merge(lianxin_registry::openapi());
    document.merge(lianxin_reconcile::openapi());
    document.info.title = "Lianxin".to_owned();
    document.info.description = Some(
        "What residents ask for and report, from the first word to the verified result. Every call takes an access \
         token and sees what its owner sees; refusals are problem details (RFC 9457). docs/api.md says the rest."
            .to_owned(),
    );
    document.info.version = env!("CARGO_PKG_VERSION").to_owned();
    document
}

/// The OpenAPI document as text.
pub fn openapi_text() -> String {
    serde_json::to_string_pretty(&document()).unwrap_or_default()
}

async fn told_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
    tracing::info!("stopping: finishing what has begun");
}
