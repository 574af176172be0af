//! Saved views: an inbox' conditions under a name, for oneself or for those who do the same work.

use askama::Template;
use axum::Extension;
use axum::extract::Query as Asked;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::clock::Micros;
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html_with};
use lianxin_foundation::{Result, Right, Tx, Who};
use lianxin_registry::area::store as areas;
use lianxin_registry::organisation::store as organisations;
use uuid::Uuid;

use super::filter::Filter;
use super::inbox::{TABS, applied};
use super::view::{Choice, Errors, Parts, Refused};
use crate::Matters;
use crate::actions::{DropView, KeepView, circles};
use crate::store::views::{self, View};

/// A view in the list of views.
pub(super) struct KeptView {
    pub id: Uuid,
    pub name: String,
    pub href: String,
    /// With whom it is shared or who shares it; empty for one's own alone.
    pub shared: String,
    pub own: bool,
}

#[derive(Template)]
#[template(path = "views.html")]
pub(super) struct ViewsPage {
    pub s: Shell,
    pub errors: Errors,
    pub refused: String,
    /// The conditions to keep, as the address has them.
    pub query: String,
    /// The same in words.
    pub conditions: Vec<String>,
    pub name: String,
    /// With whom it can be shared.
    pub circles: Vec<Choice>,
    pub views: Vec<KeptView>,
}

/// The views that somebody keeps or is offered.
pub(super) async fn offered(tx: &mut Tx, who: &Who, now: Micros) -> Result<Vec<View>> {
    match who.account {
        Some(account) => views::views(tx, &who.county, account, &circles(who, now)).await,
        None => Ok(Vec::new()),
    }
}

/// A view as the inbox offers it: its address, its name, and whether it is the list at hand.
pub(super) fn labelled(s: &Shell, view: &View, who: &Who, here: &str) -> Choice {
    let own = Some(view.account) == who.account;
    let label =
        if own { view.name.clone() } else { s.t2("view-by", "name", &view.name, "owner", &view.owner) };
    Choice { value: format!("/inbox?{}", view.query), label, chosen: view.query == here }
}

/// `GET /inbox/views`, with the conditions that could be kept.
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Asked(filter): Asked<Filter>,
) -> Result<Response> {
    let page = build(&visitor, &matters, filter, None, String::new(), Errors::default()).await?;
    html_with(StatusCode::OK, &page)
}

/// `POST /inbox/views`
pub(super) async fn keep(
    Extension(matters): Extension<Matters>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let who = visitor.signed_in()?;
    let filter: Filter = serde_urlencoded::from_str(sent.text("query")).unwrap_or_default();
    let filter = filter.settled(who, visitor.now);
    let text = |field: &str| sent.text(field).to_owned();
    // Only what the inbox knows is kept, and no page of it.
    let action = KeepView { name: text("name"), query: filter.query(), shared_with: text("shared_with") };
    match visitor.app.act(who, &action).await {
        Ok(()) => Ok(Redirect::to(&filter.href()).into_response()),
        Err(error) => {
            let Refused { status, said: refused, errors } = Refused::of(error, &visitor.words)?;
            let page = build(&visitor, &matters, filter, Some(&sent), refused, errors).await?;
            html_with(status, &page)
        }
    }
}

/// `POST /inbox/views/{id}/drop`
pub(super) async fn drop(Path(id): Path<Uuid>, Form { visitor, sent }: Form) -> Result<Response> {
    visitor.app.act(visitor.signed_in()?, &DropView { id }).await?;
    let filter: Filter = serde_urlencoded::from_str(sent.text("query")).unwrap_or_default();
    Ok(Redirect::to(&format!("/inbox/views?{}", filter.query())).into_response())
}

async fn build(
    visitor: &Visitor,
    matters: &Matters,
    filter: Filter,
    sent: Option<&Submission>,
    refused: String,
    errors: Errors,
) -> Result<ViewsPage> {
    visitor.scope(Right::SeeMatters)?;
    let who = visitor.signed_in()?;
    let filter = filter.settled(who, visitor.now);
    let s = visitor.shell(visitor.words.t("views-title"));
    let mut tx = visitor.app.db().read().await?;
    let found = offered(&mut tx, who, visitor.now).await?;
    let kept = sent.map(|sent| sent.text("shared_with")).unwrap_or_default();
    let circles = circle_names(&mut tx, who, kept, visitor.now).await?;
    let area = Some(filter.area.as_str()).filter(|area| !area.is_empty());
    let area = areas::names(&mut tx, area.as_slice()).await?;
    let area: Vec<Choice> = area.into_iter().map(|(id, name)| Choice::new(id, name, "")).collect();
    let unit = unit_name(&mut tx, &filter, who).await?;
    std::mem::drop(tx);
    let conditions = applied(&s, &matters.catalogue, &filter, &area, &unit);
    let tab = TABS.into_iter().find(|(code, _)| *code == filter.tab).map(|(_, message)| s.t(message));
    let circle_name = |circle: String| {
        circles.iter().find(|one| one.value == circle).map_or(circle, |one| one.label.clone())
    };
    let own = |view: &View| Some(view.account) == who.account;
    let view = |view: View| KeptView {
        own: own(&view),
        shared: match (own(&view), view.shared_with) {
            (false, _) => s.t1("view-owner", "owner", view.owner.as_str()),
            (true, None) => String::new(),
            (true, Some(circle)) => s.t1("view-shared", "with", circle_name(circle)),
        },
        id: view.id,
        name: view.name,
        href: format!("/inbox?{}", view.query),
    };
    Ok(ViewsPage {
        views: found.into_iter().map(view).collect(),
        conditions: tab.into_iter().chain(conditions.into_iter().map(|one| one.label)).collect(),
        query: filter.query(),
        name: sent.map(|sent| sent.text("name").to_owned()).unwrap_or_default(),
        circles,
        refused,
        errors,
        s,
    })
}

async fn unit_name(tx: &mut Tx, filter: &Filter, who: &Who) -> Result<String> {
    let Some(unit) = filter.responsible() else { return Ok(String::new()) };
    Ok(organisations::names_of(tx, &who.county, &[unit]).await?.remove(&unit).unwrap_or_default())
}

/// Those with whom somebody can share, by name.
async fn circle_names(tx: &mut Tx, who: &Who, chosen: &str, now: Micros) -> Result<Vec<Choice>> {
    let circles = circles(who, now);
    let units: Vec<Uuid> = circles.iter().filter_map(|circle| Uuid::try_parse(circle).ok()).collect();
    let places: Vec<&str> =
        circles.iter().filter(|circle| Uuid::try_parse(circle).is_err()).map(String::as_str).collect();
    let units = organisations::names_of(tx, &who.county, &units).await?;
    let units = units.into_iter().map(|(id, name)| (id.to_string(), name));
    let places = areas::names(tx, &places).await?.into_iter();
    let mut names: Vec<Choice> =
        units.chain(places).map(|(value, name)| Choice::new(value, name, chosen)).collect();
    names.sort_by(|one, other| one.value.cmp(&other.value));
    Ok(names)
}
