//! Finding a matter again: by its number how it stands, by its link everything.

use askama::Template;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::clock::Micros;
use lianxin_foundation::limits::Limit;
use lianxin_foundation::web::{Shell, Visitor, html};
use lianxin_foundation::{Result, Tx};
use lianxin_registry::organisation::store as organisations;
use serde::Deserialize;

use super::view::{Chip, Choice, Parts};
use crate::model::Matter;
use crate::store;

/// What a number alone shows: how far it has got, and nothing from which its content could be guessed.
/// Numbers can be tried out, so it is the same for every matter: what was left out of a private one only
/// would say that it is private.
pub(super) struct Found {
    pub number: String,
    pub chip: Chip,
    pub created: Micros,
}

#[derive(Template)]
#[template(path = "find.html")]
pub(super) struct FindPage {
    pub s: Shell,
    pub counties: Vec<Choice>,
    pub number: String,
    pub asked: bool,
    pub found: Option<Found>,
}

/// What is looked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    county: String,
    number: String,
}

/// `GET /find`
pub(super) async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response> {
    if let Some(address) = own_page(&asked.number) {
        return Ok(Redirect::to(&address).into_response());
    }
    let s = visitor.shell(visitor.words.t("nav-find"));
    let mut tx = visitor.app.db().read().await?;
    let home = visitor.app.settings().home.clone();
    let county = if asked.county.is_empty() { &home } else { &asked.county };
    let number: String = asked.number.chars().filter(|c| !c.is_whitespace()).collect();
    let matter = match number.as_str() {
        "" => None,
        number => {
            visitor.count(Limit::Lookup)?;
            store::matter_by_number_for_all(&mut tx, county, number).await?
        }
    };
    let found = matter.as_ref().map(|matter| found(&s, matter));
    let counties =
        if home.is_empty() || county != &home { known_counties(&mut tx, county).await? } else { Vec::new() };
    html(&FindPage { counties, asked: !number.is_empty(), number, found, s })
}

/// The way to the reporter's own page, when what was typed is its link.
fn own_page(typed: &str) -> Option<String> {
    let (_, rest) = typed.split_once("/m/")?;
    let (county, secret) = rest.split(['?', '#']).next()?.trim_end_matches('/').split_once('/')?;
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (plain(county) && plain(secret)).then(|| format!("/m/{county}/{secret}"))
}

fn found(s: &Shell, matter: &Matter) -> Found {
    Found { number: matter.number.clone(), chip: Chip::short(s, matter).big(), created: matter.created_at }
}

/// The name of the organisation that has it; empty when none has.
pub(super) async fn holder(tx: &mut Tx, matter: &Matter) -> Result<String> {
    let Some(unit) = matter.unit else { return Ok(String::new()) };
    Ok(organisations::names_of(tx, &matter.county, &[unit]).await?.remove(&unit).unwrap_or_default())
}

/// Where no county is at home, those whose boundaries are known: they are the ones in use.
async fn known_counties(tx: &mut Tx, now: &str) -> Result<Vec<Choice>> {
    let mut choices = Vec::new();
    for code in lianxin_registry::area::store::shaped_counties(tx).await? {
        let name = super::place::county_name(tx, &code).await?;
        choices.push(Choice::new(code, name, now));
    }
    Ok(choices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_typed_as_a_number_leads_to_its_page() {
        let page = Some("/m/421223/k2x9".to_owned());
        assert_eq!(own_page("https://lianxin.example/m/421223/k2x9?new=1"), page);
        assert_eq!(own_page("/m/421223/k2x9/"), page);
        assert_eq!(own_page("261122-048213"), None);
        assert_eq!(own_page("/m/421223/../x"), None);
    }
}
