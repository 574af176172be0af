//! How complete the registry and each list are, village by village, and where to look next.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use askama::Template;
use axum::response::Response;
use lianxin_foundation::web::{Path, Shell, Visitor, html};
use lianxin_foundation::{Problem, Result, Tx};
use lianxin_registry::form::place_names;
use uuid::Uuid;

use super::known;
use crate::model::{Campaign, Roll};
use crate::rules::bands::Thresholds;
use crate::rules::coverage::{Estimate, Histories, Method};
use crate::store::matches::{self, Whom};
use crate::store::{coverage as stored, rolls};

/// How many stand on a source, and how complete that is: percent, and the interval's ends.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) people: i64,
    pub(crate) share: Option<(i64, i64, i64)>,
}

/// A village, or the whole area.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) place: String,
    /// The registry, then each list.
    pub(crate) cells: Vec<Cell>,
    /// How many there are in all: the likeliest number, and the interval's ends.
    pub(crate) all: Option<(i64, i64, i64)>,
    /// How many the registry most likely lacks.
    pub(crate) unseen: i64,
}

#[derive(Template)]
#[template(path = "check-coverage.html")]
pub(super) struct CoveragePage {
    pub(super) s: Shell,
    pub(super) campaign: String,
    pub(super) name: String,
    pub(super) lists: Vec<String>,
    pub(super) method: &'static str,
    pub(super) whole: Row,
    pub(super) rows: Vec<Row>,
}

pub(super) async fn page(visitor: Visitor, Path((county, id)): Path<(String, Uuid)>) -> Result<Response> {
    let mut tx = visitor.app.db().read().await?;
    let (campaign, standing) = known(&mut tx, &visitor, &county, id).await?;
    if !standing.runs {
        return Err(Problem::forbidden().into());
    }
    let mut lists = rolls::of_campaign(&mut tx, &county, id).await?;
    lists.retain(|roll| roll.run.is_some());
    let villages = histories(&mut tx, &campaign, &lists, visitor.now).await?;
    let sources = lists.len() + 1;
    let mut whole = Histories::default();
    villages.values().for_each(|village| whole.join(village));
    let names = place_names(&mut tx, villages.keys().map(String::as_str)).await?;
    let named = |path: &String| names.get(path).cloned().unwrap_or_default();
    let mut rows: Vec<Row> =
        villages.iter().map(|(path, village)| row(named(path), village, sources)).collect();
    // Where most are likely missing comes first: that is where to look next.
    rows.sort_by_key(|row| std::cmp::Reverse(row.unseen));
    html(&CoveragePage {
        s: visitor.shell(visitor.words.t("check-coverage")),
        campaign: format!("/checks/{county}/{id}"),
        name: campaign.title,
        lists: lists.into_iter().map(|roll| roll.title).collect(),
        method: Method::for_sources(sources).message(),
        whole: row(visitor.words.t("check-coverage-whole"), &whole, sources),
        rows,
    })
}

/// Who stands on which sources, by village.
async fn histories(
    tx: &mut Tx,
    campaign: &Campaign,
    lists: &[Roll],
    now: i64,
) -> Result<BTreeMap<String, Histories>> {
    let (county, id) = (campaign.county.as_str(), campaign.id);
    let thresholds = Thresholds::taught(&matches::decisions(tx, county, id).await?);
    let whom = Whom::of(campaign, now);
    let ids: Vec<Uuid> = lists.iter().map(|roll| roll.id).collect();
    let mut villages: BTreeMap<String, Histories> = BTreeMap::new();
    if lists.is_empty() {
        return Ok(villages);
    }
    for (village, on, people) in stored::registered(tx, &whom, id, &ids, &thresholds).await? {
        // The registry's own bit is the lowest.
        let sources = u32::try_from(on).unwrap_or(0) << 1 | 1;
        villages.entry(village).or_default().add(sources, people);
    }
    // One ID number on several lists is one person; lines without one count each for themselves.
    let mut seen: HashMap<(String, Vec<u8>), BTreeSet<usize>> = HashMap::new();
    for (village, id_key, roll) in stored::above(tx, county, id, &thresholds).await? {
        let Some(at) = ids.iter().position(|one| *one == roll) else { continue };
        match id_key {
            Some(key) => {
                seen.entry((village, key)).or_default().insert(at);
            }
            None => villages.entry(village).or_default().add(2 << at, 1),
        }
    }
    for ((village, _), on) in seen {
        let sources = on.into_iter().map(|at| 2_u32 << at).sum();
        villages.entry(village).or_default().add(sources, 1);
    }
    Ok(villages)
}

fn row(place: String, village: &Histories, sources: usize) -> Row {
    let estimate = village.estimate(sources);
    let percent = |share: f64| (share * 100.0).round() as i64;
    let cell = |source: usize| {
        let people = village.on(source);
        let share = estimate.map(|all: Estimate| {
            let (share, low, high) = all.completeness(people);
            (percent(share), percent(low), percent(high))
        });
        Cell { people, share }
    };
    let cells: Vec<Cell> = (0..sources).map(cell).collect();
    let all = estimate.map(|all| (all.all.round() as i64, all.low.round() as i64, all.high.round() as i64));
    let unseen = all.map_or(0, |(all, _, _)| all - cells[0].people);
    Row { place, cells, all, unseen }
}
