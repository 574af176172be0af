//! `GET requests` and `GET requests/ID`: what was asked for and how it stands.

use std::collections::HashMap;

use lianxin_foundation::Tx;
use lianxin_registry::organisation::store as organisations;
use uuid::Uuid;

use super::ask::{Ask, Said};
use super::faults::{Refused, missing};
use super::filter::Filter;
use super::node::Node;
use super::request::{Known, request};
use crate::store::open311::{self as store, OpenMatter};

pub(super) async fn list(ask: &Ask) -> Result<Said, Refused> {
    let mut tx = ask.app.db().read().await?;
    let county = ask.county(&mut tx, None).await?;
    let filter = Filter::read(&ask.sent, ask.now).map_err(Refused::Faults)?;
    let local = ask.matters.local(&mut tx, &county).await?;
    let categories = local.catalogue().all().iter();
    let private: Vec<&str> =
        categories.filter(|category| category.private).map(|category| category.code.as_str()).collect();
    let matters = store::matters(&mut tx, &county, &filter, &private).await?;
    shown(ask, &mut tx, &county, &matters).await
}

pub(super) async fn one(ask: &Ask, number: &str) -> Result<Said, Refused> {
    let mut tx = ask.app.db().read().await?;
    let county = ask.county(&mut tx, None).await?;
    let matters = store::matters(&mut tx, &county, &Filter::Numbers(vec![number.to_owned()]), &[]).await?;
    if matters.is_empty() {
        return Err(missing("open311-no-request", number).into());
    }
    shown(ask, &mut tx, &county, &matters).await
}

async fn shown(ask: &Ask, tx: &mut Tx, county: &str, matters: &[OpenMatter]) -> Result<Said, Refused> {
    let ids: Vec<Uuid> = matters.iter().map(|matter| matter.id).collect();
    let mut units: Vec<Uuid> = matters.iter().filter_map(|matter| matter.unit).collect();
    units.sort_unstable();
    units.dedup();
    let names: HashMap<Uuid, String> = organisations::names_of(tx, county, &units).await?;
    let events = store::events(tx, county, &ids).await?;
    let local = ask.matters.local(tx, county).await?;
    let requests = matters.iter().map(|matter| {
        let category = local.catalogue().get(&matter.category);
        let built_in = ask.matters.catalogue.get(&matter.category);
        let known = Known {
            category: category.as_deref(),
            limits: built_in.map(|built_in| local.limits_at(&built_in, matter.created_at)),
            unit: matter.unit.and_then(|unit| names.get(&unit)).map(String::as_str),
            events: events.get(&matter.id).map_or(&[], Vec::as_slice),
        };
        request(matter, &known, &ask.words, ask.extended())
    });
    Ok(("service_requests", Node::List("request", requests.collect())))
}
