//! Where the reader's own places begin, and finding an area by name.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::scope::Grant;
use lianxin_foundation::web::{Shell, Visitor, html};
use lianxin_foundation::{Result, Right};

use super::{Asked, asked, place_names};
use crate::area::{Area, ancestors, store};

/// At most this many areas are found.
const MOST: i64 = 100;

/// An area in a list.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) kind: &'static str,
}

#[derive(Template)]
#[template(path = "areas.html")]
pub(crate) struct AreasPage {
    pub(crate) s: Shell,
    pub(crate) q: String,
    pub(crate) areas: Vec<Found>,
    /// Whether the reader keeps any place.
    pub(crate) keeps: bool,
}

pub(super) async fn list(visitor: Visitor, query: Asked) -> Result<Response> {
    let scope = visitor.scope(Right::SeeRegistry)?;
    let q = asked(&query, "q");
    let mut tx = visitor.app.db().read().await?;
    let areas = if q.is_empty() {
        let mut own = Vec::new();
        for grant in scope.grants() {
            let Grant::Place(path) = grant else { continue };
            if let Some(id) = ancestors(path).last() {
                own.extend(store::area(&mut tx, id).await?);
            }
        }
        if let [only] = &own[..] {
            return Ok(Redirect::to(&format!("/areas/{}", only.id)).into_response());
        }
        own
    } else {
        store::named(&mut tx, &scope, q, MOST).await?
    };
    let places = place_names(&mut tx, areas.iter().map(|area| area.path.as_str())).await?;
    let found = |area: Area| Found {
        place: places.get(&area.path).cloned().unwrap_or_default(),
        kind: area.kind.message(),
        id: area.id,
        name: area.name,
    };
    let s = visitor.shell(visitor.words.t("areas-title"));
    let keeps = visitor.scope(Right::Manage).is_ok();
    html(&AreasPage { s, q: q.to_owned(), areas: areas.into_iter().map(found).collect(), keeps })
}
