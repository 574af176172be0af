//! The catalogue: what can be reported, how long each thing may take, and where that comes from.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::web::{Form, Shell, Visitor, html};
use lianxin_foundation::{Problem, Result, Right};
use lianxin_worktime::Kind;
use serde::Deserialize;

use super::view::level_message;
use crate::actions::{SetLimits, may_set_limits};
use crate::category::{Catalogue, Category};
use crate::rules::clock::Limits;

/// A category as its row shows it.
pub(super) struct CategoryRow {
    pub code: String,
    pub name: String,
    pub description: String,
    pub private: bool,
    pub changed: bool,
    pub respond: String,
    pub climb: String,
    pub resolve: String,
    pub first: String,
    pub basis: String,
    pub respond_minutes: u32,
    pub climb_minutes: u32,
    pub resolve_minutes: u32,
    pub working: bool,
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
    pub groups: Vec<CategoryGroup>,
    pub may_manage: bool,
}

/// What was just changed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    changed: String,
}

/// `GET /categories`
pub(super) async fn page(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response> {
    let s = visitor.shell(visitor.words.t("categories-title"));
    // Read afresh: what somebody just changed is shown at once.
    let catalogue = Catalogue::load(&mut visitor.app.db().read().await?).await?;
    let changed = catalogue.get(&asked.changed).map(|category| category.name(s.language()).to_owned());
    html(&CategoriesPage {
        said: changed.map(|name| s.t1("limits-saved", "name", name)).unwrap_or_default(),
        groups: groups(&s, &catalogue)?,
        may_manage: visitor
            .who
            .as_ref()
            .is_some_and(|who| may_set_limits(&who.scope(Right::Manage, visitor.now))),
        s,
    })
}

pub(super) fn groups(s: &Shell, catalogue: &Catalogue) -> Result<Vec<CategoryGroup>> {
    let language = s.language();
    let defaults = Catalogue::defaults()?;
    let rows = |code: &str| {
        let mine = catalogue.all().iter().filter(|category| category.group == code);
        mine.map(|category| row(s, category, defaults.get(&category.code).as_deref())).collect()
    };
    let groups = catalogue.groups().iter();
    let named =
        groups.map(|group| CategoryGroup { name: group.name(language).to_owned(), rows: rows(&group.code) });
    Ok(named.filter(|group| !group.rows.is_empty()).collect())
}

fn row(s: &Shell, category: &Category, default: Option<&Category>) -> CategoryRow {
    let language = s.language();
    let limits = category.limits;
    CategoryRow {
        code: category.code.clone(),
        name: category.name(language).to_owned(),
        description: category.description(language).to_owned(),
        private: category.private,
        changed: default
            .is_none_or(|default| default.limits != limits || default.private != category.private),
        respond: span(s, limits.kind, limits.respond),
        climb: span(s, limits.kind, limits.climb),
        resolve: span(s, limits.kind, limits.resolve),
        first: s.t(level_message(category.first_level)),
        basis: category.basis(language).to_owned(),
        respond_minutes: limits.respond,
        climb_minutes: limits.climb,
        resolve_minutes: limits.resolve,
        working: limits.kind == Kind::Working,
    }
}

/// A limit in its largest whole unit: a working day has 480 minutes.
fn span(s: &Shell, kind: Kind, minutes: u32) -> String {
    let (day, days, hours, rest) = match kind {
        Kind::Working => (480, "span-working-days", "span-working-hours", "span-working-minutes"),
        Kind::Calendar => (1440, "span-days", "span-hours", "span-minutes"),
    };
    if minutes >= day && minutes.is_multiple_of(day) {
        s.t1(days, "n", minutes / day)
    } else if minutes >= 60 && minutes.is_multiple_of(60) {
        s.t1(hours, "n", minutes / 60)
    } else {
        s.t1(rest, "n", minutes)
    }
}

/// `POST /categories/{code}`
pub(super) async fn change(Path(code): Path<String>, Form { visitor, sent }: Form) -> Result<Response> {
    let minutes = |field: &'static str| -> Result<u32> {
        sent.parsed(field, "limits-range")?
            .ok_or_else(|| Problem::invalid().field(field, "limits-range").into())
    };
    let limits = Limits {
        respond: minutes("respond")?,
        climb: minutes("climb")?,
        resolve: minutes("resolve")?,
        kind: if sent.ticked("working") { Kind::Working } else { Kind::Calendar },
    };
    let action = SetLimits {
        code: code.clone(),
        limits,
        private: sent.ticked("private"),
        reason: sent.text("reason").to_owned(),
    };
    visitor.app.act(visitor.signed_in()?, &action).await?;
    Ok(Redirect::to(&format!("/categories?changed={code}")).into_response())
}
