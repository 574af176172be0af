//! The proposals of the newest plan for a place, and many accepted at once.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::web::{Form, Paging, Path, Shell, Visitor, escaped, html, html_with};
use lianxin_foundation::{Result, Right, Tx};
use uuid::Uuid;

use super::told::{Proposal, tell};
use super::{proposal, visible};
use crate::actions::coverage::PlanCoverage;
use crate::area::path_of;
use crate::county_of;
use crate::coverage::{Plan, Way, store};
use crate::organisation::store as organisations;
use crate::pages::place::{self, PlaceField, sent_area};
use crate::pages::{Asked, Wrong, asked, notice, wrong};

/// Proposals on a page.
const SIZE: i64 = 50;

/// Some of a plan's proposals, to choose from.
#[derive(Debug, Clone)]
pub(crate) struct Tab {
    pub(crate) show: &'static str,
    pub(crate) label: String,
    pub(crate) count: i64,
    pub(crate) current: bool,
}

#[derive(Template)]
#[template(path = "coverage.html")]
pub(crate) struct CoveragePage {
    pub(crate) s: Shell,
    /// The code of the place; empty while none is chosen.
    pub(crate) area: String,
    pub(crate) within: PlaceField,
    pub(crate) nowhere: bool,
    pub(crate) plan: Option<Plan>,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) show: String,
    pub(crate) rows: Vec<Proposal>,
    pub(crate) page: i64,
    pub(crate) total: i64,
    /// Organisations that may stand above a new branch, to complete what is typed.
    pub(crate) offered: Vec<String>,
    pub(crate) superior: String,
    pub(crate) approval: String,
    pub(crate) notice: Option<String>,
    pub(crate) wrong: Wrong,
}

impl CoveragePage {
    /// The address of another page of the same list.
    pub(crate) fn at(&self, page: i64) -> String {
        format!(
            "/organisations/coverage?area={}&show={}&page={page}",
            escaped(&self.area),
            escaped(&self.show)
        )
    }

    /// Whether there is something to pick.
    pub(crate) fn picks(&self) -> bool {
        self.rows.iter().any(|row| row.is_open() && row.way.proposes())
    }

    /// Whether more rows follow.
    pub(crate) fn goes_on(&self) -> bool {
        self.page * SIZE < self.total
    }
}

/// Where the visitor keeps organisations and no place was asked for: their own, where they have one.
fn home(visitor: &Visitor) -> String {
    let Some(who) = &visitor.who else { return String::new() };
    let scope = who.scope(Right::Manage, visitor.now);
    let own = who.posts.iter().find(|post| post.area.len() >= 6 && scope.covers(&post.path, &[]));
    own.map_or_else(String::new, |post| post.area.clone())
}

pub(crate) async fn list(visitor: Visitor, query: Asked) -> Result<Response> {
    let typed = match asked(&query, "area") {
        "" => home(&visitor),
        typed => typed.to_owned(),
    };
    let page = asked(&query, "page").parse().ok();
    let mut page = load(&visitor, &typed, asked(&query, "show"), page).await?;
    page.notice = notice(&visitor, &query);
    html(&page)
}

async fn load(visitor: &Visitor, typed: &str, show: &str, page: Option<i64>) -> Result<CoveragePage> {
    let (manages, sees) = (visitor.scope(Right::Manage)?, visitor.scope(Right::SeePeople)?);
    let mut tx = visitor.app.db().read().await?;
    let place::Asked { field: within, area } = PlaceField::asked(&mut tx, &manages, typed).await?;
    let nowhere = area.is_none() && !typed.is_empty();
    let area = area.unwrap_or_default();
    let plan = match area.len() {
        6.. => store::of_area(&mut tx, &county_of(&area), &path_of(&area), 1).await?.pop(),
        _ => None,
    };
    let plan = plan.filter(|plan| plan.within(&manages, &sees));
    let show = ["open", "decided"]
        .into_iter()
        .chain(Way::ALL.map(Way::code))
        .find(|known| *known == show)
        .unwrap_or("open");
    let paging = Paging::new(page, SIZE);
    let (mut tabs, mut rows, mut offered) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(plan) = plan.as_ref().filter(|plan| plan.is_done()) {
        tabs = tally(&mut tx, visitor, plan, show).await?;
        let seats = store::proposals(&mut tx, plan, show, paging).await?;
        rows = proposals(&mut tx, visitor, plan, seats.iter().map(|line| line.seat).collect()).await?;
        offered = proposal::offered(&mut tx, plan).await?;
    }
    Ok(CoveragePage {
        s: visitor.shell(visitor.words.t("coverage-title")),
        area,
        within,
        nowhere,
        plan,
        total: tabs.iter().find(|tab| tab.current).map_or(0, |tab| tab.count),
        tabs,
        show: show.to_owned(),
        rows,
        page: paging.page,
        offered,
        superior: String::new(),
        approval: String::new(),
        notice: None,
        wrong: Wrong::default(),
    })
}

/// How many proposals there are of each kind.
async fn tally(tx: &mut Tx, visitor: &Visitor, plan: &Plan, show: &str) -> Result<Vec<Tab>> {
    let counts = store::tally(tx, plan).await?;
    let of =
        |way: Way| counts.iter().find(|(code, _, _)| code == way.code()).map_or((0, 0), |one| (one.1, one.2));
    let open: i64 = Way::ALL.into_iter().filter(|way| way.proposes()).map(|way| of(way).0 - of(way).1).sum();
    let decided: i64 = Way::ALL.into_iter().map(|way| of(way).1).sum();
    let tab = |code: &'static str, message: &str, count| Tab {
        show: code,
        label: visitor.words.t(message),
        count,
        current: code == show,
    };
    let mut tabs = vec![tab("open", "coverage-show-open", open)];
    tabs.extend(Way::ALL.map(|way| tab(way.code(), way.message(), of(way).0)));
    tabs.push(tab("decided", "coverage-show-decided", decided));
    Ok(tabs)
}

async fn proposals(tx: &mut Tx, visitor: &Visitor, plan: &Plan, seats: Vec<Uuid>) -> Result<Vec<Proposal>> {
    let mut lines = store::lines_of(tx, plan, &seats).await?;
    let lines = seats.iter().filter_map(|seat| lines.remove(seat)).collect();
    tell(tx, &visitor.words, plan, lines).await
}

/// Where the proposals of a plan are listed.
pub(super) fn address(plan: &Plan) -> String {
    format!("/organisations/coverage?area={}", plan.area)
}

/// Asks for a plan.
pub(crate) async fn begin(Form { visitor, sent }: Form) -> Result<Response> {
    visitor.scope(Right::Manage)?;
    let read = async {
        let area = sent_area(&visitor, &sent).await?;
        visitor.app.act(visitor.signed_in()?, &PlanCoverage { area }).await
    };
    match read.await {
        Ok(plan) => Ok(Redirect::to(&address(&plan)).into_response()),
        Err(error) => {
            let mut page = load(&visitor, sent.text("area"), "open", None).await?;
            page.wrong = wrong(&visitor, error)?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// Accepts what was picked, as it stands, one after another; what is refused is named, the rest is done.
pub(crate) async fn many(
    Path((county, plan)): Path<(String, Uuid)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    let mut tx = visitor.app.db().read().await?;
    let plan = visible(&mut tx, &visitor, &county, plan).await?;
    let picked: Vec<Uuid> = sent.all("pick").iter().filter_map(|id| id.parse().ok()).collect();
    let mut picked = proposals(&mut tx, &visitor, &plan, picked).await?;
    // Whoever is to be attached to a new branch comes after that branch.
    picked.sort_by_key(|one| one.way == Way::Attached);
    let typed = sent.given("superior");
    let named = match &typed {
        Some(name) => organisations::called(&mut tx, &county, name).await?,
        None => Vec::new(),
    };
    drop(tx);
    let mut refused = Wrong::default();
    if picked.is_empty() {
        refused.whole = Some(visitor.words.t("coverage-none-picked"));
    }
    if typed.is_some() && named.len() != 1 {
        refused.fields.push(("superior".to_owned(), visitor.words.t("organisation-superior-unknown")));
        picked.clear();
    }
    for one in &picked {
        let superior = match named.first() {
            Some(superior) => Some(*superior),
            None => proposal::usual_superior(&visitor, &plan, one).await?.map(|(id, _)| id),
        };
        let accept = proposal::usual(&visitor, &plan, one, superior, sent.given("approval"))?;
        match visitor.app.act(visitor.signed_in()?, &accept).await {
            Ok(_) => {}
            Err(error) => {
                let why = wrong(&visitor, error)?;
                let words = why.whole.into_iter().chain(why.fields.into_iter().map(|(_, words)| words));
                let words: Vec<String> = words.collect();
                refused.fields.push((one.seat.clone(), format!("{}：{}", one.lead(), words.join(" "))));
            }
        }
    }
    if refused.is_empty() {
        return Ok(Redirect::to(&format!("{}&done=coverage-accepted", address(&plan))).into_response());
    }
    let mut page = load(&visitor, &plan.area, sent.text("show"), None).await?;
    page.wrong = refused;
    page.superior = sent.text("superior").to_owned();
    page.approval = sent.text("approval").to_owned();
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
