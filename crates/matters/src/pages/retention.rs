//! How long things are kept: the rules in force, what each would erase now, and a county's own numbers.

use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::scope::{Grant, county_in};
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Problem, Result, Right, Tx};
use lianxin_registry::area::path_of;
use serde::Deserialize;

use super::place::{county_name, known_county};
use super::view::{Errors, Parts};
use crate::actions::may_set_limits;
use crate::retention::actions::SetRetention;
use crate::retention::store::{self, Decided, Run};
use crate::retention::{Bounds, Kind, before};

/// Counting stops here: the page says "more than".
const MOST: i64 = 10_000;

/// One rule.
pub(super) struct RuleLine {
    pub code: &'static str,
    pub name: String,
    pub basis: String,
    pub days: i64,
    pub bounds: Bounds,
    pub decided: Option<Decided>,
    pub run: Option<Run>,
    /// How much the next sweep erases, in words.
    pub due: String,
    pub typed: String,
    pub reason: String,
    /// How much would go by what was typed, in words; empty where nobody asked.
    pub preview: String,
    pub errors: Errors,
}

#[derive(Template)]
#[template(path = "retention.html")]
pub(super) struct RetentionPage {
    pub s: Shell,
    pub said: String,
    pub county: String,
    pub county_name: String,
    pub may_manage: bool,
    pub rules: Vec<RuleLine>,
}

/// Which county, and what was just changed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    county: String,
    changed: String,
}

/// A form that was sent and is given back: for which kind, what it held, what was wrong.
struct Sent<'a> {
    kind: Kind,
    sent: &'a Submission,
    errors: Errors,
}

/// `GET /retention`
pub(super) async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response> {
    let mut page = build(&visitor, &asked.county, None).await?;
    if let Some(kind) = Kind::from_code(&asked.changed) {
        page.said = page.s.t1("limits-saved", "name", page.s.t(kind.message()));
    }
    html(&page)
}

async fn build(visitor: &Visitor, county: &str, form: Option<Sent<'_>>) -> Result<RetentionPage> {
    let kept = visitor.scope(Right::Manage)?;
    let own = visitor.signed_in()?.county.clone();
    let county = if county.is_empty() { own } else { county.to_owned() };
    let s = visitor.shell(visitor.words.t("retention-title"));
    let mut tx = visitor.app.db().read().await?;
    known_county(&mut tx, &county).await?.ok_or_else(Problem::not_found)?;
    // Who keeps a town sees what holds in their county; another's is not theirs to see.
    let lies_in = |grant: &Grant| matches!(grant, Grant::Place(path) if county_in(path) == Some(&county));
    if !kept.covers(&path_of(&county), &[]) && !kept.grants().iter().any(lies_in) {
        return Err(Problem::not_found().into());
    }
    let mut rules = Vec::with_capacity(Kind::ALL.len());
    for kind in Kind::ALL {
        let sent = form.as_ref().filter(|form| form.kind == kind);
        rules.push(line(&mut tx, &s, &county, kind, sent).await?);
    }
    Ok(RetentionPage {
        said: String::new(),
        may_manage: may_set_limits(&kept, &county),
        county_name: county_name(&mut tx, &county).await?,
        county,
        rules,
        s,
    })
}

async fn line(tx: &mut Tx, s: &Shell, county: &str, kind: Kind, sent: Option<&Sent<'_>>) -> Result<RuleLine> {
    let decided = store::decided(tx, county, kind).await?;
    let bounds = kind.bounds();
    let days = decided.as_ref().map_or(bounds.built_in, |decided| decided.days);
    let typed = sent.map_or_else(|| days.to_string(), |sent| sent.sent.text("days").trim().to_owned());
    let asked: Option<i64> = sent.and_then(|_| typed.parse().ok());
    let preview = match asked.filter(|days| (bounds.least..=bounds.most).contains(days)) {
        Some(days) => s.t1("retention-would-go", "n", counted(tx, s, county, kind, days).await?),
        None => String::new(),
    };
    Ok(RuleLine {
        code: kind.code(),
        name: s.t(kind.message()),
        basis: s.t(kind.basis()),
        due: counted(tx, s, county, kind, days).await?,
        run: store::last_run(tx, county, kind).await?,
        reason: sent.map(|sent| sent.sent.text("reason").to_owned()).unwrap_or_default(),
        errors: sent.map(|sent| sent.errors.clone()).unwrap_or_default(),
        typed,
        preview,
        days,
        bounds,
        decided,
    })
}

async fn counted(tx: &mut Tx, s: &Shell, county: &str, kind: Kind, days: i64) -> Result<String> {
    let n = store::count_due(tx, county, kind, before(s.now, days), MOST + 1).await?;
    Ok(if n > MOST { format!("{MOST}+") } else { n.to_string() })
}

/// `POST /retention/{county}/{kind}`: a look at what would go, or the county's decision.
pub(super) async fn change(
    Path((county, code)): Path<(String, String)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let kind = Kind::from_code(&code).ok_or_else(Problem::not_found)?;
    if sent.text("step") == "look" {
        let form = Sent { kind, sent: &sent, errors: Errors::default() };
        return html(&build(&visitor, &county, Some(form)).await?);
    }
    match changed(&visitor, &county, kind, &sent).await {
        Ok(()) => Ok(Redirect::to(&format!("/retention?county={county}&changed={code}")).into_response()),
        Err(error) => {
            let (errors, _) = Errors::from_refusal(error, &visitor.words)?;
            let form = Sent { kind, sent: &sent, errors };
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &build(&visitor, &county, Some(form)).await?)
        }
    }
}

async fn changed(visitor: &Visitor, county: &str, kind: Kind, sent: &Submission) -> Result<()> {
    let set = SetRetention {
        county: county.to_owned(),
        kind,
        days: sent.parsed("days", "retention-range")?.unwrap_or_default(),
        reason: sent.text("reason").to_owned(),
    };
    visitor.app.act(visitor.signed_in()?, &set).await
}
