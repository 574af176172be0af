//! The catalogue: what can be reported, how long each thing may take in a county, and where that comes
//! from.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::web::{Form, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Problem, Result, Right, Tx};
use lianxin_registry::holidays;
use lianxin_worktime::Kind;
use serde::Deserialize;

use super::length::{self, UNITS};
use super::place::{county_name, known_county};
use super::view::{Choice, Errors, level_message};
use crate::Matters;
use crate::actions::{SetLimits, may_set_limits};
use crate::category::{Catalogue, Category};
use crate::rules::clock::Limits;
use crate::store::open311 as served;

/// A limit as its row shows it.
pub(super) struct Limit {
    /// The field of the form.
    pub field: &'static str,
    /// The field's label.
    pub label: String,
    /// As it holds.
    pub now: String,
    /// As built in.
    pub built_in: String,
    /// Whether the two differ.
    pub differs: bool,
    /// What the form's field holds: a number in `units`' chosen one, or what was typed.
    pub typed: String,
    /// Minutes, hours, days.
    pub units: Vec<Choice>,
    /// What is wrong with it.
    pub error: String,
}

/// A category as its row shows it.
pub(super) struct CategoryRow {
    pub code: String,
    pub name: String,
    pub description: String,
    pub private: bool,
    pub changed: bool,
    /// Respond, climb, resolve: each with the heading it stands under.
    pub limits: [(String, Limit); 3],
    pub first: String,
    pub basis: String,
    /// What the form's boxes say.
    pub working_ticked: bool,
    pub private_ticked: bool,
    /// What the boxes are as built in, in words.
    pub built_in: String,
    pub reason: String,
    pub reason_error: String,
    /// Whether the form stands open, because something in it was refused.
    pub open: bool,
}

/// A group's rows.
pub(super) struct CategoryGroup {
    pub name: String,
    pub rows: Vec<CategoryRow>,
}

#[derive(Template)]
#[template(path = "categories.html")]
pub(super) struct CategoriesPage {
    pub s: Shell,
    pub said: String,
    pub errors: Errors,
    /// The county whose limits are shown; empty where none is served yet.
    pub county: String,
    pub county_name: String,
    pub counties: Vec<Choice>,
    pub groups: Vec<CategoryGroup>,
    pub may_manage: bool,
    /// The year whose holidays nobody has entered, told to whoever may change limits.
    pub holidays_missing: Option<i16>,
}

/// Which county is asked for, and what was just changed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    county: String,
    changed: String,
}

/// A form that was refused: the category it was for, what it held, and why.
#[derive(Clone, Copy)]
pub(super) struct Refused<'a> {
    pub code: &'a str,
    pub sent: &'a Submission,
    pub errors: &'a Errors,
}

/// `GET /categories`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let mut page = build(&visitor, &matters, &asked.county, None).await?;
    if let Some(category) = matters.catalogue.get(&asked.changed) {
        page.said = page.s.t1("limits-saved", "name", category.name(page.s.language()));
    }
    html(&page)
}

async fn build(
    visitor: &Visitor,
    matters: &Matters,
    asked: &str,
    refused: Option<Refused<'_>>,
) -> Result<CategoriesPage> {
    let mut tx = visitor.app.db().read().await?;
    let s = visitor.shell(visitor.words.t("categories-title"));
    let (county, counties) = counties(&mut tx, visitor, asked).await?;
    let local = matters.local(&mut tx, &county).await?;
    let kept = visitor.who.as_ref().map(|who| who.scope(Right::Manage, visitor.now));
    let may_manage = !county.is_empty() && kept.is_some_and(|kept| may_set_limits(&kept, &county));
    Ok(CategoriesPage {
        said: String::new(),
        errors: refused.map(|refused| refused.errors.clone()).unwrap_or_default(),
        county_name: if county.is_empty() { String::new() } else { county_name(&mut tx, &county).await? },
        groups: groups(&s, &matters.catalogue, local.catalogue(), refused),
        holidays_missing: holidays::missing(&matters.calendar, visitor.now).filter(|_| may_manage),
        may_manage,
        county,
        counties,
        s,
    })
}

/// The county to show and those to choose from: those with units that answer, and the one at home.
async fn counties(tx: &mut Tx, visitor: &Visitor, asked: &str) -> Result<(String, Vec<Choice>)> {
    let mut codes = served::counties(tx).await?;
    let home = &visitor.app.settings().home;
    let own = visitor.who.as_ref().map_or("", |who| who.county.as_str());
    for code in [asked, own, home] {
        if !codes.iter().any(|known| known == code) && known_county(tx, code).await?.is_some() {
            codes.push(code.to_owned());
        }
    }
    codes.sort_unstable();
    let known = |code: &&str| codes.iter().any(|known| known == code);
    let county = [asked, own, home].into_iter().find(known).map(str::to_owned);
    let county = county.or_else(|| codes.first().cloned()).unwrap_or_default();
    let mut choices = Vec::new();
    for code in codes {
        let name = county_name(tx, &code).await?;
        choices.push(Choice::new(code, name, &county));
    }
    Ok((county, choices))
}

pub(super) fn groups(
    s: &Shell,
    built_in: &Catalogue,
    local: &Catalogue,
    refused: Option<Refused<'_>>,
) -> Vec<CategoryGroup> {
    let language = s.language();
    let rows = |code: &str| {
        let pairs = local.all().iter().zip(built_in.all()).filter(|(category, _)| category.group == code);
        pairs
            .map(|(category, built_in)| {
                row(s, category, built_in, refused.filter(|form| form.code == category.code))
            })
            .collect()
    };
    let groups = built_in.groups().iter();
    let named =
        groups.map(|group| CategoryGroup { name: group.name(language).to_owned(), rows: rows(&group.code) });
    named.filter(|group: &CategoryGroup| !group.rows.is_empty()).collect()
}

fn row(s: &Shell, category: &Category, built_in: &Category, refused: Option<Refused<'_>>) -> CategoryRow {
    let language = s.language();
    let (now, before) = (category.limits, built_in.limits);
    let limit = |head: &str, field: &'static str, label: &str, now_minutes: u32, minutes: u32| {
        let kind = now.kind;
        let (now, built_in) = (span(s, kind, now_minutes), span(s, before.kind, minutes));
        let (number, unit) = length::written(kind, now_minutes);
        let (typed, unit) = refused.map_or_else(
            || (number.to_string(), unit.to_owned()),
            |refused| {
                (
                    refused.sent.text(field).to_owned(),
                    refused.sent.text(&length::unit_field(field)).to_owned(),
                )
            },
        );
        let limit = Limit {
            field,
            label: s.t(label),
            differs: now != built_in,
            now,
            built_in,
            typed,
            units: UNITS.map(|code| Choice::new(code, s.t(&format!("limit-in-{code}")), &unit)).into(),
            error: refused.map(|refused| refused.errors.of(field).to_owned()).unwrap_or_default(),
        };
        (s.t(head), limit)
    };
    let ticked = |field: &str, now: bool| refused.map_or(now, |refused| refused.sent.ticked(field));
    CategoryRow {
        code: category.code.clone(),
        name: category.name(language).to_owned(),
        description: category.description(language).to_owned(),
        private: category.private,
        changed: (now, category.private) != (before, built_in.private),
        limits: [
            limit("limit-respond", "respond", "limit-respond-within", now.respond, before.respond),
            limit("limit-climb", "climb", "limit-climb-within", now.climb, before.climb),
            limit("limit-resolve", "resolve", "limit-resolve-within", now.resolve, before.resolve),
        ],
        first: s.t(level_message(category.first_level)),
        basis: category.basis(language).to_owned(),
        working_ticked: ticked("working", now.kind == Kind::Working),
        private_ticked: ticked("private", category.private),
        built_in: s.t2(
            "limits-built-in-boxes",
            "time",
            s.t(if before.kind == Kind::Working { "limit-working" } else { "limit-calendar" }),
            "words",
            s.t(if built_in.private { "limit-private" } else { "limit-public" }),
        ),
        reason: refused.map(|refused| refused.sent.text("reason").to_owned()).unwrap_or_default(),
        reason_error: refused.map(|refused| refused.errors.of("reason").to_owned()).unwrap_or_default(),
        open: refused.is_some(),
    }
}

/// A limit in words.
pub(super) fn span(s: &Shell, kind: Kind, minutes: u32) -> String {
    let (number, unit) = length::written(kind, minutes);
    let message = match (unit, kind) {
        ("days", Kind::Working) => "span-working-days",
        ("days", Kind::Calendar) => "span-days",
        ("hours", Kind::Working) => "span-working-hours",
        ("hours", Kind::Calendar) => "span-hours",
        (_, Kind::Working) => "span-working-minutes",
        (_, Kind::Calendar) => "span-minutes",
    };
    s.t1(message, "n", number)
}

/// `POST /categories/{county}/{code}`
pub(super) async fn change(
    Extension(matters): Extension<Matters>,
    Path((county, code)): Path<(String, String)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    match changed(&visitor, &matters, &county, &code, &sent).await {
        Ok(()) => {
            Ok(Redirect::to(&format!("/categories?county={county}&changed={code}#{code}")).into_response())
        }
        Err(error) => {
            let (errors, _) = Errors::from_refusal(error, &visitor.words)?;
            let refused = Refused { code: &code, sent: &sent, errors: &errors };
            let page = build(&visitor, &matters, &county, Some(refused)).await?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn changed(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    code: &str,
    sent: &Submission,
) -> Result<()> {
    let mut wrong = Problem::invalid();
    let kind = if sent.ticked("working") { Kind::Working } else { Kind::Calendar };
    let mut minutes = |field: &'static str| {
        length::read(sent, field, kind).unwrap_or_else(|code| {
            wrong.fields.extend(Problem::invalid().field(field, code).fields);
            0
        })
    };
    let limits =
        Limits { respond: minutes("respond"), climb: minutes("climb"), resolve: minutes("resolve"), kind };
    wrong.when_fields()?;
    let action = SetLimits {
        matters,
        county: county.to_owned(),
        code: code.to_owned(),
        limits,
        private: sent.ticked("private"),
        reason: sent.text("reason").to_owned(),
    };
    visitor.app.act(visitor.signed_in()?, &action).await
}
