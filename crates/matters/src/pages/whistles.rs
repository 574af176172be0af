//! Everybody's calls: which units are awaited where, how quickly they come, and how long they have.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::clock::DAY;
use lianxin_foundation::web::{Form, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Problem, Result, Right, Scope, Tx};
use lianxin_registry::organisation::store as organisations;
use lianxin_worktime::Kind;
use serde::Deserialize;

use super::calls::{chip, facts};
use super::length::{self, UNITS};
use super::lists::{Tabs, Which};
use super::place::{county_name, known_county};
use super::rows::Names;
use super::view::{Chip, Choice, Errors};
use crate::Matters;
use crate::actions::{SetArrival, may_set_limits};
use crate::model::Matter;
use crate::whistle::arrivals::{Arrivals, by_unit};
use crate::whistle::{Call, CallKind, Limit, store};

/// How far back the figures look.
const COUNTED: i64 = 92 * DAY;

/// One call in the list.
pub(super) struct CallLine {
    pub unit: String,
    pub chip: Chip,
    pub facts: String,
    /// The matter's words, or its number alone where whoever reads may not see it any longer.
    pub title: String,
    /// The matter's address; empty likewise.
    pub href: String,
    pub number: String,
    pub place: String,
}

/// How one unit came.
pub(super) struct ArrivalLine {
    pub unit: String,
    pub arrivals: Arrivals,
    pub median: String,
}

/// How long one kind of call gives.
pub(super) struct LimitLine {
    pub code: &'static str,
    pub name: String,
    pub now: String,
    pub built_in: String,
    pub differs: bool,
    pub basis: String,
    pub typed: String,
    pub units: Vec<Choice>,
    pub working: bool,
    pub reason: String,
    pub errors: Errors,
}

#[derive(Template)]
#[template(path = "whistles.html")]
pub(super) struct WhistlesPage {
    pub s: Shell,
    pub said: String,
    /// Open are those still awaited.
    pub tabs: Tabs,
    pub calls: Vec<CallLine>,
    pub arrivals: Vec<ArrivalLine>,
    /// The county whose limits are shown; empty where none is known.
    pub county: String,
    pub county_name: String,
    pub limits: Vec<LimitLine>,
    pub may_manage: bool,
}

/// Of which kind of call the limit was just changed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    changed: String,
}

/// `GET /whistles`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Query(which): Query<Which>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let mut page = build(&visitor, &matters, &which, None).await?;
    if let Some(kind) = CallKind::from_code(&asked.changed) {
        page.said = page.s.t1("limits-saved", "name", page.s.t(kind.message()));
    }
    html(&page)
}

/// A form that was refused: for which kind, what it held, and why.
type Refused<'a> = (&'a str, &'a Submission, Errors);

async fn build(
    visitor: &Visitor,
    matters: &Matters,
    which: &Which,
    refused: Option<Refused<'_>>,
) -> Result<WhistlesPage> {
    // Who keeps the tree of areas sees no matter, and still says how long units have.
    visitor.signed_in()?;
    let seen = visitor.scope(Right::SeeMatters);
    let kept = visitor.scope(Right::Manage);
    let scope = match (&seen, &kept) {
        (Ok(scope), _) => Some(scope),
        (Err(_), Ok(_)) => None,
        (Err(_), Err(_)) => return Err(Problem::forbidden().into()),
    };
    let s = visitor.shell(visitor.words.t("whistles-title"));
    let mut tx = visitor.app.db().read().await?;
    let (mut awaited, mut all, mut calls) = (0, 0, Vec::new());
    if let Some(scope) = scope {
        awaited = store::count(&mut tx, scope, store::Asked::Open).await?;
        all = store::count(&mut tx, scope, store::Asked::All).await?;
        let asked = if which.open() { store::Asked::Open } else { store::Asked::All };
        let found = store::list(&mut tx, scope, asked, which.paging()).await?;
        calls = lines(&mut tx, &s, matters, scope, &found).await?;
    }
    let arrivals = match visitor.scope(Right::SeeFigures) {
        Ok(scope) => arrivals(&mut tx, &s, &scope).await?,
        Err(_) => Vec::new(),
    };
    let county = visitor.who.as_ref().map(|who| who.county.clone()).unwrap_or_default();
    let county = if known_county(&mut tx, &county).await?.is_some() { county } else { String::new() };
    Ok(WhistlesPage {
        said: String::new(),
        tabs: which.tabs("/whistles", awaited, all),
        calls,
        arrivals,
        limits: limits(&mut tx, &s, &county, refused).await?,
        may_manage: !county.is_empty() && kept.is_ok_and(|kept| may_set_limits(&kept, &county)),
        county_name: if county.is_empty() { String::new() } else { county_name(&mut tx, &county).await? },
        county,
        s,
    })
}

async fn lines(
    tx: &mut Tx,
    s: &Shell,
    matters: &Matters,
    scope: &Scope,
    found: &[(Call, Matter)],
) -> Result<Vec<CallLine>> {
    let units: Vec<_> = found.iter().map(|(call, _)| call.unit).collect();
    let units = organisations::names(tx, &units).await?;
    let of: Vec<Matter> = found.iter().map(|(_, matter)| matter.clone()).collect();
    let names = Names::of(tx, &of).await?;
    let line = |(call, matter): &(Call, Matter)| {
        let row = names.row(s, &matters.catalogue, matter);
        // A unit that was let off without having come has nothing more to do with the matter.
        let sees = scope.covers(&matter.path, &[matter.unit, matter.first_unit])
            || call.arrived_at.is_some()
            || call.ended_at.is_none();
        CallLine {
            unit: units.get(&call.unit).cloned().unwrap_or_default(),
            chip: chip(s, call),
            facts: facts(s, call),
            title: if sees { row.title } else { row.number.clone() },
            href: if sees { format!("{}#calls", row.href) } else { String::new() },
            number: row.number,
            place: if sees { row.place } else { String::new() },
        }
    };
    Ok(found.iter().map(line).collect())
}

/// The units called in the last three months, by name: a handful of calls makes no ranking.
async fn arrivals(tx: &mut Tx, s: &Shell, scope: &Scope) -> Result<Vec<ArrivalLine>> {
    let calls = store::between(tx, scope, s.now - COUNTED, s.now + 1).await?;
    let counted = by_unit(&calls, s.now);
    let ids: Vec<_> = counted.keys().copied().collect();
    let names = organisations::names(tx, &ids).await?;
    let mut lines: Vec<ArrivalLine> = counted
        .into_iter()
        .map(|(unit, arrivals)| ArrivalLine {
            unit: names.get(&unit).cloned().unwrap_or_default(),
            median: arrivals.median.map(|median| s.span(&median)).unwrap_or_default(),
            arrivals,
        })
        .collect();
    lines.sort_by(|a, b| a.unit.cmp(&b.unit));
    Ok(lines)
}

async fn limits(
    tx: &mut Tx,
    s: &Shell,
    county: &str,
    refused: Option<Refused<'_>>,
) -> Result<Vec<LimitLine>> {
    let mut lines = Vec::with_capacity(CallKind::ALL.len());
    for kind in CallKind::ALL {
        let built_in = kind.built_in();
        let now = store::limit(tx, county, kind).await?.unwrap_or(built_in);
        let form = refused.as_ref().filter(|(code, ..)| *code == kind.code());
        let (number, unit) = length::written(now.kind, now.minutes);
        let (typed, unit) = match form {
            Some((_, sent, _)) => {
                (sent.text("minutes").to_owned(), sent.text(&length::unit_field("minutes")).to_owned())
            }
            None => (number.to_string(), unit.to_owned()),
        };
        lines.push(LimitLine {
            code: kind.code(),
            name: s.t(kind.message()),
            now: super::calls::length(s, now),
            built_in: super::calls::length(s, built_in),
            differs: now != built_in,
            basis: s.t(kind.basis()),
            typed,
            units: UNITS.map(|code| Choice::new(code, s.t(&format!("limit-in-{code}")), &unit)).into(),
            working: form.map_or(now.kind == Kind::Working, |(_, sent, _)| sent.ticked("working")),
            reason: form.map(|(_, sent, _)| sent.text("reason").to_owned()).unwrap_or_default(),
            errors: form.map(|(.., errors)| errors.clone()).unwrap_or_default(),
        });
    }
    Ok(lines)
}

/// `POST /whistles/limits/{county}/{kind}`
pub(super) async fn change(
    Extension(matters): Extension<Matters>,
    Path((county, code)): Path<(String, String)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    match changed(&visitor, &county, &code, &sent).await {
        Ok(()) => Ok(Redirect::to(&format!("/whistles?changed={code}#limits")).into_response()),
        Err(error) => {
            let (errors, _) = Errors::from_refusal(error, &visitor.words)?;
            let refused = Some((code.as_str(), &sent, errors));
            let page = build(&visitor, &matters, &Which::default(), refused).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn changed(visitor: &Visitor, county: &str, code: &str, sent: &Submission) -> Result<()> {
    let kind = CallKind::from_code(code).ok_or_else(Problem::not_found)?;
    let counts = if sent.ticked("working") { Kind::Working } else { Kind::Calendar };
    let minutes =
        length::read(sent, "minutes", counts).map_err(|code| Problem::invalid().field("minutes", code))?;
    let action = SetArrival {
        county: county.to_owned(),
        kind,
        limit: Limit { minutes, kind: counts },
        reason: sent.text("reason").to_owned(),
    };
    visitor.app.act(visitor.signed_in()?, &action).await
}
