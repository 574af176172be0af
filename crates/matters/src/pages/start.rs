//! The start page: what this is, and the one obvious button.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::web::{Shell, Visitor, html};
use lianxin_foundation::{Result, Tx};
use serde::Deserialize;

use super::place::{Counties, county_name};
use super::store::{self, Counted};

/// The line of figures counts this far back: long enough that part of it is settled.
const LATELY: i64 = 30 * DAY;

#[derive(Template)]
#[template(path = "start.html")]
pub(super) struct StartPage {
    pub s: Shell,
    pub home: String,
    pub home_name: String,
    pub counties: Counties,
    pub counted: Option<Counted>,
}

/// How far the list of counties has got.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct At {
    at: String,
}

/// `GET /`
pub(super) async fn page(visitor: Visitor, Query(at): Query<At>) -> Result<Response> {
    let home = visitor.app.settings().home.clone();
    let mut tx = visitor.app.db().read().await?;
    let counties =
        if home.is_empty() { Counties::below(&mut tx, "/", &at.at).await? } else { Counties::none() };
    let (home_name, counted) = served(&mut tx, &home, visitor.now).await?;
    let s = visitor.shell(visitor.words.t("start-title"));
    html(&StartPage { s, home, home_name, counties, counted })
}

async fn served(tx: &mut Tx, home: &str, now: i64) -> Result<(String, Option<Counted>)> {
    if home.is_empty() {
        return Ok((String::new(), None));
    }
    let counted = store::counted(tx, home, now - LATELY).await?;
    // An empty month says nothing: then there is no line.
    Ok((county_name(tx, home).await?, Some(counted).filter(|counted| counted.received > 0)))
}
