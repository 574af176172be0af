//! `GET /search`: one field for everything, the results by kind.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Extension, Query};
use axum::response::Response;
use lianxin_foundation::web::{Shell, Visitor, escaped, html};
use lianxin_foundation::{Result, Tx};
use lianxin_registry::area::{joined, store as areas};
use lianxin_registry::household::store as households;
use lianxin_registry::search::{Hit, People};
use uuid::Uuid;

use super::view::Parts;
use crate::Matters;
use crate::search::{Everything, everywhere};

/// Rows of each kind.
const MOST: usize = 8;

/// One result.
pub(super) struct Row {
    pub href: String,
    pub name: String,
    /// What it is, or more about it.
    pub about: String,
    pub place: String,
}

/// The results of one kind.
pub(super) struct Group {
    /// The message that names the kind.
    pub title: &'static str,
    pub icon: &'static str,
    pub rows: Vec<Row>,
    /// Where the whole list is, when there are more.
    pub more: Option<String>,
}

#[derive(Template)]
#[template(path = "search.html")]
pub(super) struct SearchPage {
    pub s: Shell,
    pub q: String,
    pub groups: Vec<Group>,
}

pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Query(asked): Query<HashMap<String, String>>,
) -> Result<Response> {
    let who = visitor.signed_in()?;
    let q = asked.get("q").map(|typed| typed.replace('\0', "").trim().to_owned()).unwrap_or_default();
    let mut groups = Vec::new();
    if !q.is_empty() {
        let found = everywhere((&visitor.app, &matters), who, visitor.now, (&q, MOST)).await?;
        groups = shown(&visitor, found, &q).await?;
    }
    html(&SearchPage { s: visitor.shell(visitor.words.t("search-title")), q, groups })
}

async fn shown(visitor: &Visitor, found: Everything, q: &str) -> Result<Vec<Group>> {
    let Everything { matters, people, organisations, areas } = found;
    let mut tx = visitor.app.db().read().await?;
    let more = |count: usize, list: &str| (count > MOST).then(|| format!("{list}?q={}", escaped(q)));
    let matter = |matter: crate::model::Matter| Row {
        href: format!("/matters/{}/{}", matter.county, matter.id),
        name: matter.number,
        about: visitor.words.t(matter.status.message()),
        place: matter.place,
    };
    let groups = [
        Group {
            title: "search-matters",
            icon: "list",
            rows: matters.into_iter().map(matter).collect(),
            more: None,
        },
        Group {
            title: "search-people",
            icon: "person",
            more: more(people.found.len(), "/people"),
            rows: person_rows(&mut tx, visitor, people).await?,
        },
        Group {
            title: "search-organisations",
            icon: "people",
            more: None,
            rows: hit_rows(&mut tx, visitor, organisations, "/organisations").await?,
        },
        Group {
            title: "search-areas",
            icon: "pin",
            more: None,
            rows: hit_rows(&mut tx, visitor, areas, "/areas").await?,
        },
    ];
    Ok(groups.into_iter().filter(|group| !group.rows.is_empty()).collect())
}

/// People with the year they were born and where they live.
async fn person_rows(tx: &mut Tx, visitor: &Visitor, people: People) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for person in people.found.into_iter().take(MOST) {
        let home = households::homes(tx, &person.county, &[person.id], visitor.now).await?;
        let place = match home.first() {
            Some(home) => joined(&areas::place_name(tx, &home.path).await?),
            None => String::new(),
        };
        let year = person.birth.as_deref().and_then(|birth| birth.get(..4));
        rows.push(Row {
            href: format!("/people/{}/{}", person.county, person.id),
            name: person.name,
            about: year.map(|year| visitor.words.t1("search-born", "year", year)).unwrap_or_default(),
            place,
        });
    }
    Ok(rows)
}

async fn hit_rows(tx: &mut Tx, visitor: &Visitor, hits: Vec<Hit>, list: &str) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for hit in hits.into_iter().take(MOST) {
        let known = hit.id.parse::<Uuid>().is_ok();
        let mut crumbs = areas::place_name(tx, &hit.path).await?;
        if !known && crumbs.len() > 1 {
            // An area's own name stands in the row already.
            crumbs.pop();
        }
        rows.push(Row {
            href: format!("{list}/{}", hit.id),
            name: hit.name,
            about: visitor.words.t(hit.kind),
            place: joined(&crumbs),
        });
    }
    Ok(rows)
}
