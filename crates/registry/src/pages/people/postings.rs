//! Who is sent or asked where for a time, and whose time runs out.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::web::{Shell, Visitor, html};
use lianxin_foundation::{Micros, Result, Right, Scope, Tx};

use crate::area::path_of;
use crate::membership::store::{self, Posted};
use crate::membership::{MembershipKind, Posting};
use crate::pages::place::{self, PlaceField};
use crate::pages::{Asked, Choice, asked, place_names};

/// At most this many are listed.
const MOST: i64 = 500;
/// A posting that ends within this time runs out soon: our default, time to find a successor.
const SOON: Micros = 60 * DAY;

/// A posting in a list.
#[derive(Debug, Clone)]
pub(crate) struct PostingRow {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) kind: String,
    pub(crate) unit: String,
    /// Where the reader may open the organisation.
    pub(crate) unit_href: Option<String>,
    pub(crate) place: String,
    pub(crate) from: Micros,
    /// The last moment, where that is known.
    pub(crate) to: Option<Micros>,
    pub(crate) soon: bool,
}

#[derive(Template)]
#[template(path = "postings.html")]
pub(crate) struct PostingsPage {
    pub(crate) s: Shell,
    pub(crate) within: PlaceField,
    pub(crate) nowhere: bool,
    pub(crate) kind: String,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) due: bool,
    pub(crate) rows: Vec<PostingRow>,
    pub(crate) more: bool,
}

pub(crate) async fn list(visitor: Visitor, query: Asked) -> Result<Response> {
    let scope = visitor.scope(Right::SeePeople)?;
    let mut tx = visitor.app.db().read().await?;
    let typed = asked(&query, "area");
    let place::Asked { field: within, area } = PlaceField::asked(&mut tx, &scope, typed).await?;
    let nowhere = area.is_none() && !typed.is_empty();
    let due = !asked(&query, "due").is_empty();
    let posted = Posted {
        path: area.map(|area| path_of(&area)).unwrap_or_default(),
        kind: asked(&query, "kind").to_owned(),
        organisation: None,
        before: due.then_some(visitor.now + SOON),
    };
    let rows = if nowhere { Vec::new() } else { rows(&mut tx, &visitor, &scope, &posted, MOST).await? };
    let choice = |kind: &MembershipKind| Choice::new(kind.code.clone(), visitor.words.t(&kind.message()));
    html(&PostingsPage {
        s: visitor.shell(visitor.words.t("postings-title")),
        within,
        nowhere,
        kind: posted.kind,
        kinds: MembershipKind::postings().map(choice).collect(),
        due,
        more: rows.len() >= usize::try_from(MOST).unwrap_or(usize::MAX),
        rows,
    })
}

/// Postings as a page shows them.
pub(crate) async fn rows(
    tx: &mut Tx,
    visitor: &Visitor,
    scope: &Scope,
    posted: &Posted,
    most: i64,
) -> Result<Vec<PostingRow>> {
    let found = store::postings(tx, scope, posted, visitor.now, most).await?;
    let places: HashMap<String, String> = place_names(tx, found.iter().map(|one| one.path.as_str())).await?;
    let registry = visitor.signed_in()?.scope(Right::SeeRegistry, visitor.now);
    let row = |one: Posting| PostingRow {
        href: format!("/people/{}/{}", one.county, one.person),
        kind: visitor.words.t(&format!("membership-kind-{}", one.code)),
        unit_href: registry.covers(&one.path, &[]).then(|| format!("/organisations/{}", one.organisation)),
        place: places.get(&one.path).cloned().unwrap_or_default(),
        soon: one.to.is_some_and(|to| to < visitor.now + SOON),
        to: one.to.map(|to| to - 1),
        name: one.name,
        unit: one.unit,
        from: one.from,
    };
    Ok(found.into_iter().map(row).collect())
}
