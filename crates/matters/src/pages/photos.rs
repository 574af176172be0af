//! Photos by links that open for whoever the page was made for, and not for long.

use axum::extract::{Query, RawQuery};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use lianxin_foundation::clock::{Micros, SECOND};
use lianxin_foundation::error::While;
use lianxin_foundation::files::links;
use lianxin_foundation::scope::Means;
use lianxin_foundation::web::{Path, Visitor};
use lianxin_foundation::{Problem, Result};
use serde::Deserialize;
use uuid::Uuid;

use super::view::{LINK_LIFE, Picture};
use crate::photos::{Size, key};

/// The viewer of a page that needs no sign-in: whoever holds the short-lived link.
const HOLDER: &str = "holder";

/// Who a link on a staff page is for: this very session.
pub(super) fn session(visitor: &Visitor) -> String {
    match visitor.who.as_ref().map(|who| &who.means) {
        Some(Means::Session(key)) => key.iter().map(|byte| format!("{byte:02x}")).collect(),
        _ => HOLDER.to_owned(),
    }
}

/// Who a link on the reporter's own page is for.
pub(super) fn holder() -> String {
    HOLDER.to_owned()
}

/// Links to a matter's photos, signed for one viewer.
pub(super) fn signed(visitor: &Visitor, county: &str, viewer: &str, photos: &[Uuid]) -> Vec<Picture> {
    // Rounded, so that a page loaded twice shows the browser the same addresses: a link lives for more
    // than half its life and never longer than the whole.
    let half = LINK_LIFE / 2;
    let expires = (visitor.now / half + 2) * half;
    let link = |photo: &Uuid| {
        let query = links::sign(visitor.app.vault(), *photo, viewer, expires);
        let full = format!("/files/{county}/{photo}?{query}");
        Picture { thumb: format!("{full}&size=thumb"), full }
    };
    photos.iter().map(link).collect()
}

/// What a photo's address may ask for.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    size: String,
    #[serde(default)]
    until: Micros,
}

/// `GET /files/{county}/{id}?until=…&sig=…[&size=thumb]`
pub(super) async fn serve(
    visitor: Visitor,
    Path((_county, id)): Path<(String, Uuid)>,
    Query(asked): Query<Asked>,
    RawQuery(query): RawQuery,
) -> Result<Response> {
    let query = query.unwrap_or_default();
    let opens = |viewer: &str| links::check(visitor.app.vault(), id, viewer, &query, visitor.now).is_ok();
    if !opens(&session(&visitor)) && !opens(HOLDER) {
        return Err(Problem::not_found().into());
    }
    let size = if asked.size == "thumb" { Size::Thumbnail } else { Size::Full };
    let found = visitor.app.blobs().get(&key(id, size)).await.while_doing(format!("reading photo {id}"))?;
    let bytes = found.ok_or_else(Problem::not_found)?;
    // The browser forgets the picture when its link ends.
    let age = format!("private, max-age={}", (asked.until - visitor.now) / SECOND);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CACHE_CONTROL, HeaderValue::try_from(age).while_doing("writing a header")?),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline")),
    ];
    Ok((headers, bytes).into_response())
}
