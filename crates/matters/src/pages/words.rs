//! What a county's own matters taught about categories, and how far it can be trusted: for administrators.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::response::Response;
use lianxin_foundation::clock::Micros;
use lianxin_foundation::web::{Shell, Visitor, html};
use lianxin_foundation::{Problem, Result, Right};
use lianxin_hanzi::classify::Told;
use serde::Deserialize;

use super::place::county_name;
use super::view::Parts;
use crate::Matters;
use crate::actions::may_set_limits;
use crate::words::{ENOUGH, store};

/// How one category is told.
pub(super) struct WordRow {
    pub name: String,
    pub examples: u32,
    pub found: String,
    pub right: String,
}

#[derive(Template)]
#[template(path = "words.html")]
pub(super) struct WordsPage {
    pub s: Shell,
    pub county: String,
    pub county_name: String,
    /// How many closed matters it takes before anything is learned.
    pub enough: usize,
    pub version: i64,
    pub at: Micros,
    pub examples: i64,
    pub share: String,
    pub rows: Vec<WordRow>,
}

/// Which county.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    county: String,
}

/// `GET /words`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let kept = visitor.scope(Right::Manage)?;
    let own = visitor.signed_in()?.county.clone();
    let county = if asked.county.is_empty() { own } else { asked.county };
    if !may_set_limits(&kept, &county) {
        return Err(Problem::forbidden().into());
    }
    let mut tx = visitor.app.db().read().await?;
    let newest = store::learnings(&mut tx, &county, 1).await?.into_iter().next();
    let county_name = county_name(&mut tx, &county).await?;
    drop(tx);
    let s = visitor.shell(visitor.words.t("words-title"));
    let row = |told: &Told| WordRow {
        name: matters.catalogue.name(&told.category, s.language()),
        examples: told.examples,
        found: share(told.right, told.examples),
        right: share(told.right, told.said),
    };
    let mut rows: Vec<&Told> = newest.iter().flat_map(|learning| &learning.told).collect();
    rows.sort_by_key(|told| std::cmp::Reverse(told.examples));
    let rows = rows.into_iter().map(row).collect();
    let (version, at, examples, right) =
        newest.map_or((0, 0, 0, 0), |one| (one.version, one.at, one.examples, one.right));
    html(&WordsPage {
        county,
        county_name,
        enough: ENOUGH,
        version,
        at,
        examples,
        share: share(u32::try_from(right).unwrap_or(0), u32::try_from(examples).unwrap_or(0)),
        rows,
        s,
    })
}

/// Whole per cent, or a dash where there is nothing to divide by.
fn share(part: u32, whole: u32) -> String {
    match whole {
        0 => "–".to_owned(),
        whole => format!("{} %", (u64::from(part) * 100 + u64::from(whole) / 2) / u64::from(whole)),
    }
}
