//! How far a campaign's visits are, grid by grid, who goes there, and what they found that somebody has to go on with.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::response::Response;
use lianxin_foundation::web::{Path, Shell, Visitor, html};
use lianxin_foundation::{Micros, Problem, Result, Role, Tx};
use lianxin_registry::area::ancestors;
use lianxin_registry::form::place_names;
use lianxin_registry::post::store as posts;
use uuid::Uuid;

use super::super::{Asked, PersonLine, known, notice, person_line};
use crate::model::Campaign;
use crate::rules::findings::{Outcome, Side};
use crate::store::coverage::VILLAGE;
use crate::store::visits;
use crate::visit::VisitState;

/// At most so many people are named.
const NAMED: i64 = 100;

/// The doors of a place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) place: String,
    pub(crate) href: String,
    pub(crate) open: i64,
    pub(crate) again: i64,
    pub(crate) done: i64,
    /// Doors whose place within it is still to be said.
    pub(crate) unplaced: i64,
    pub(crate) workers: Vec<String>,
}

/// Somebody found at a door.
#[derive(Debug, Clone)]
pub(crate) struct FoundPerson {
    pub(crate) person: Option<PersonLine>,
    pub(crate) says: &'static str,
    pub(crate) place: String,
    pub(crate) visit: String,
}

#[derive(Template)]
#[template(path = "check-visits.html")]
pub(in super::super) struct ProgressPage {
    pub(in super::super) s: Shell,
    pub(in super::super) campaign: String,
    pub(in super::super) name: String,
    pub(in super::super) open: bool,
    pub(in super::super) rows: Vec<Row>,
    pub(in super::super) whole: Row,
    /// People by what was found: message and number.
    pub(in super::super) outcomes: Vec<(&'static str, i64)>,
    pub(in super::super) met: Vec<FoundPerson>,
    pub(in super::super) office: Vec<FoundPerson>,
    pub(in super::super) notice: Option<String>,
}

pub(in super::super) async fn page(
    visitor: Visitor,
    Path((county, id)): Path<(String, Uuid)>,
    query: Asked,
) -> Result<Response> {
    let mut tx = visitor.app.db().read().await?;
    let (campaign, standing) = known(&mut tx, &visitor, &county, id).await?;
    if !standing.runs {
        return Err(Problem::forbidden().into());
    }
    let (rows, whole) = rows(&mut tx, &visitor, &campaign).await?;
    let counted = visits::outcomes(&mut tx, &county, id).await?;
    let of = |outcome: &str| {
        counted.iter().filter(|one| one.1 == outcome && one.0 != Side::Met.code()).map(|one| one.2).sum()
    };
    let outcomes = Outcome::ALL.map(|outcome| (outcome.message(), of(outcome.code())));
    let (met, office) = remarkable(&mut tx, &visitor, &campaign).await?;
    html(&ProgressPage {
        s: visitor.shell(visitor.words.t("check-visits")),
        campaign: format!("/checks/{county}/{id}"),
        name: campaign.title.clone(),
        open: campaign.is_open(visitor.now),
        rows,
        whole,
        outcomes: outcomes.into_iter().filter(|(_, n)| *n > 0).collect(),
        met,
        office,
        notice: notice(&visitor, &query),
    })
}

async fn rows(tx: &mut Tx, visitor: &Visitor, campaign: &Campaign) -> Result<(Vec<Row>, Row)> {
    let mut by_path: BTreeMap<String, Row> = BTreeMap::new();
    let mut whole = Row { place: visitor.words.t("check-coverage-whole"), ..Row::default() };
    for (path, placed, state, n) in visits::progress(tx, &campaign.county, campaign.id).await? {
        for row in [by_path.entry(path).or_default(), &mut whole] {
            match VisitState::from_code(&state) {
                Some(VisitState::Done) => row.done += n,
                Some(VisitState::Again) => row.again += n,
                _ => row.open += n,
            }
            if !placed && state != VisitState::Done.code() {
                row.unplaced += n;
            }
        }
    }
    let names = place_names(tx, by_path.keys().map(String::as_str)).await?;
    let mut rows = Vec::with_capacity(by_path.len());
    for (path, mut row) in by_path {
        row.workers = workers(tx, &path, visitor.now).await?;
        row.place = names.get(&path).cloned().unwrap_or_default();
        let area = ancestors(&path).last().copied().unwrap_or_default().to_owned();
        row.href = format!("/visits?campaign={}&area={area}", campaign.id);
        rows.push(row);
    }
    Ok((rows, whole))
}

/// The grid workers of a place; where it has none of its own, those of its village.
async fn workers(tx: &mut Tx, path: &str, now: Micros) -> Result<Vec<String>> {
    let village = path.get(..VILLAGE).unwrap_or(path);
    for place in [path, village] {
        let held = posts::over(tx, place, now).await?.into_iter();
        let mut names: Vec<String> =
            held.filter(|post| post.role == Role::GridWorker.code()).map(|post| post.name).collect();
        names.dedup();
        if !names.is_empty() {
            return Ok(names);
        }
    }
    Ok(Vec::new())
}

/// Who stands on no list, and with whom an office has to go on.
async fn remarkable(
    tx: &mut Tx,
    visitor: &Visitor,
    campaign: &Campaign,
) -> Result<(Vec<FoundPerson>, Vec<FoundPerson>)> {
    let found = visits::remarkable(tx, &campaign.county, campaign.id, NAMED).await?;
    let places: HashMap<String, String> = place_names(tx, found.iter().map(|one| one.4.as_str())).await?;
    let (mut met, mut office) = (Vec::new(), Vec::new());
    for (kind, outcome, person, visit, path) in found {
        let person = match person {
            Some(person) => person_line(tx, visitor, &campaign.county, person).await?,
            None => None,
        };
        let (side, outcome) = (Side::from_code(&kind), Outcome::from_code(&outcome));
        let row = FoundPerson {
            person,
            says: outcome.map_or("visit-unknown", Outcome::message),
            place: places.get(&path).cloned().unwrap_or_default(),
            visit: format!("/visits/{}/{visit}", campaign.county),
        };
        match side.zip(outcome) {
            Some((Side::Met, _)) => met.push(row),
            Some((side, outcome)) if outcome.is_for_the_office(side) => office.push(row),
            _ => {}
        }
    }
    Ok((met, office))
}
