//! The base map's addresses. They name no person and no county: whoever sees a map may ask for its ground.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use super::archive::unpacked;
use super::{BaseMap, Form};
use crate::app::App;
use crate::error::{Problem, Result, While};
use crate::web::Path;

/// A tile's address changes with its map, so a browser may keep it for good.
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// A picture of nothing, for a place that a map of pictures leaves out: PNG, one transparent point.
const EMPTY: &[u8] = include_bytes!("empty.png");

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/base-map/{version}/map.json", get(about))
        .route("/base-map/{version}/{z}/{x}/{y}", get(tile))
}

/// The base map of that version, which is the one this program was started with.
fn map_of(app: &App, version: &str) -> Result<BaseMap> {
    let map = app.settings().base_map.as_ref().filter(|map| map.0.version == version);
    Ok(map.cloned().ok_or_else(Problem::not_found)?)
}

/// `GET /base-map/{version}/map.json`
async fn about(State(app): State<App>, Path(version): Path<String>) -> Result<Response> {
    let map = map_of(&app, &version)?;
    Ok(([(header::CACHE_CONTROL, FOR_GOOD)], Json(map.tilejson())).into_response())
}

/// `GET /base-map/{version}/{z}/{x}/{y}`
async fn tile(
    State(app): State<App>,
    Path((version, z, x, y)): Path<(String, u8, u32, u32)>,
    headers: HeaderMap,
) -> Result<Response> {
    let map = map_of(&app, &version)?;
    let reading = map.clone();
    let found = tokio::task::spawn_blocking(move || reading.tile(z, x, y));
    let found = found.await.while_doing("reading a tile")??;
    let gzip_ok = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .any(|value| value.to_str().is_ok_and(|value| value.contains("gzip")));
    let mut answer = match found {
        None if map.0.archive.form == Form::Vector => StatusCode::NO_CONTENT.into_response(),
        None => ([(header::CONTENT_TYPE, "image/png")], EMPTY).into_response(),
        Some(bytes) => whole(&map, bytes, gzip_ok)?,
    };
    answer.headers_mut().insert(header::CACHE_CONTROL, FOR_GOOD);
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Ok(answer)
}

/// A tile goes out packed as it lies in the file, unless whoever asks cannot unpack it.
fn whole(map: &BaseMap, bytes: Vec<u8>, gzip_ok: bool) -> Result<Response> {
    let kind = [(header::CONTENT_TYPE, map.0.archive.form.media_type())];
    Ok(match (map.0.archive.packed, gzip_ok) {
        (true, true) => (kind, [(header::CONTENT_ENCODING, "gzip")], bytes).into_response(),
        (true, false) => (kind, unpacked(&bytes)?).into_response(),
        (false, _) => (kind, bytes).into_response(),
    })
}
