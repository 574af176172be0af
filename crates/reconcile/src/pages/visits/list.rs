//! The visits of who keeps people somewhere: grid by grid, door by door as one walks.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use lianxin_foundation::vault::mask_address;
use lianxin_foundation::web::{Shell, Visitor, html};
use lianxin_foundation::{Micros, Result, Right};
use lianxin_registry::area::path_of;
use lianxin_registry::form::place_names;

use super::super::{Asked, asked};
use super::look;
use crate::actions::visits::OpenVisits;
use crate::rules::doors::walk;
use crate::store::visits::{self, Wanted};
use crate::visit::VisitState;

/// At most so many doors on a page.
const MOST: i64 = 300;

/// A door.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) href: String,
    pub(crate) address: String,
    pub(crate) campaign: String,
    pub(crate) people: i64,
    pub(crate) open: i64,
    pub(crate) look: &'static str,
    pub(crate) state: &'static str,
    pub(crate) tried: Option<Micros>,
    pub(crate) tries: i64,
    pub(crate) placed: bool,
}

/// The doors of one place.
#[derive(Debug, Clone)]
pub(crate) struct Round {
    pub(crate) place: String,
    pub(crate) rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "visits.html")]
pub(in super::super) struct ListPage {
    pub(in super::super) s: Shell,
    pub(in super::super) done: bool,
    /// What a link to the other tab keeps of the address.
    pub(in super::super) kept: String,
    pub(in super::super) narrowed: String,
    pub(in super::super) rounds: Vec<Round>,
    pub(in super::super) more: bool,
}

pub(in super::super) async fn list(visitor: Visitor, query: Asked) -> Result<Response> {
    let scope = visitor.scope(Right::KeepPeople)?;
    let opens = visitor.signed_in()?.scope(Right::OpenPeople, visitor.now);
    let area = asked(&query, "area");
    let wanted = Wanted {
        campaign: asked(&query, "campaign").parse().ok(),
        path: if lianxin_registry::area::is_id(area) { path_of(area) } else { String::new() },
        done: asked(&query, "show") == "done",
    };
    let mut tx = visitor.app.db().read().await?;
    let mut found = visits::in_scope(&mut tx, &scope, &wanted, visitor.now, MOST + 1).await?;
    let more = i64::try_from(found.len()).is_ok_and(|n| n > MOST);
    found.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let paths = found.iter().map(|one| one.visit.path.as_str()).chain([wanted.path.as_str()]);
    let places = place_names(&mut tx, paths).await?;
    drop(tx);
    let mut opened = HashMap::<String, usize>::new();
    let mut doors = Vec::with_capacity(found.len());
    for one in found {
        let address = one.visit.address(&visitor.app)?;
        let whole = opens.covers(&one.visit.path, &[]);
        if whole {
            *opened.entry(one.visit.county.clone()).or_default() += 1;
        }
        let key = (!one.visit.placed, one.visit.path.clone(), walk(&address));
        let address = if whole { address } else { mask_address(&address) };
        doors.push((key, address, one));
    }
    for (county, visits) in opened {
        visitor.app.act(visitor.signed_in()?, &OpenVisits { county, visits, along: false }).await?;
    }
    doors.sort_by(|one, other| one.0.cmp(&other.0));
    let mut rounds: Vec<(String, Round)> = Vec::new();
    for (_, address, one) in doors {
        let visit = &one.visit;
        if rounds.last().is_none_or(|(path, _)| *path != visit.path) {
            let place = places.get(&visit.path).cloned().unwrap_or_default();
            rounds.push((visit.path.clone(), Round { place, rows: Vec::new() }));
        }
        let row = Row {
            href: format!("/visits/{}/{}", visit.county, visit.id),
            address,
            campaign: one.title.clone(),
            people: one.people,
            open: one.open,
            look: look(visit.state()),
            state: visit.state().message(),
            tried: visit.tried_at.filter(|_| visit.state() == VisitState::Again),
            tries: visit.tries,
            placed: visit.placed,
        };
        if let Some((_, round)) = rounds.last_mut() {
            round.rows.push(row);
        }
    }
    let campaign = wanted.campaign.map(|id| format!("&campaign={id}")).unwrap_or_default();
    let area = if wanted.path.is_empty() { String::new() } else { format!("&area={area}") };
    html(&ListPage {
        s: visitor.shell(visitor.words.t("visits-title")),
        done: wanted.done,
        kept: campaign + &area,
        narrowed: places.get(&wanted.path).cloned().unwrap_or_default(),
        rounds: rounds.into_iter().map(|(_, round)| round).collect(),
        more,
    })
}
