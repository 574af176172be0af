//! The inbox: a list that is a workplace. What is asked for lives in the address.

use askama::Template;
use axum::Extension;
use axum::extract::Query as Asked;
use axum::response::Response;
use lianxin_foundation::web::{Beside, Paging, Shell, Visitor, html};
use lianxin_foundation::{Result, Right, Scope, Tx, Who};
use lianxin_registry::area::store as areas;
use lianxin_registry::organisation::store as organisations;

use super::bulk::chores;
use super::filter::{Filter, NO_UNIT, looked_at, place_choices, place_ids, todo};
use super::report::category_groups;
use super::rows::{DueGroup, Names};
use super::view::{Chip, Choice, Group, Parts};
use super::views::{labelled, offered};
use crate::Matters;
use crate::actions::{MOST_AT_ONCE, NotePhoneSearch};
use crate::category::Catalogue;
use crate::figures::counts::Counted;
use crate::figures::pages::{ENTERPRISES, RESIDENTS};
use crate::model::Status;
use crate::rules::clock::By;
use crate::store::{self, MOST_COUNTED, Query};
use crate::tally::Tallies;

/// Rows on a page.
const ROWS: i64 = 40;

/// Every tab: its code in the address and the message that names it.
pub(super) const TABS: [(&str, &str); 6] = [
    ("todo", "inbox-tab-todo"),
    ("overdue", "inbox-tab-overdue"),
    ("open", "inbox-tab-open"),
    ("waiting", "inbox-tab-waiting"),
    ("over", "inbox-tab-over"),
    ("all", "inbox-tab-all"),
];

/// A tab.
pub(super) struct Tab {
    pub href: String,
    pub label: String,
    pub count: String,
    pub current: bool,
}

/// How much is due by a day, with the way there; the one in force leads back.
pub(super) struct Glance {
    pub href: String,
    pub chip: Chip,
    pub count: String,
    pub current: bool,
}

/// What stands above the list.
struct Heads {
    tabs: Vec<Tab>,
    glance: Vec<Glance>,
    /// How many are listed, where that was counted already.
    here: Option<i64>,
    /// Whether these numbers may be some seconds old.
    lately: bool,
}

/// Where in a long list this page is.
#[derive(Default)]
pub(super) struct Pages {
    pub said: String,
    pub beside: Beside,
}

impl Pages {
    fn of(s: &Shell, filter: &Filter, paging: Paging, shown: usize, total: i64) -> Pages {
        let from = paging.offset() + 1;
        let to = paging.offset() + i64::try_from(shown).unwrap_or(0);
        Pages {
            said: s.t2("pages-said", "from", from, "to", to),
            beside: paging.beside(to < total, |page| filter.on(page)),
        }
    }
}

#[derive(Template)]
#[template(path = "inbox.html")]
pub(super) struct InboxPage {
    pub s: Shell,
    pub roles: String,
    pub may_enter: bool,
    pub may_export: bool,
    pub query: String,
    pub filter: Filter,
    pub tabs: Vec<Tab>,
    /// Deadlines at a glance; empty where none run.
    pub glance: Vec<Glance>,
    /// Whether these numbers, and those of the tabs, may be some seconds old.
    pub lately: bool,
    /// The views this person keeps or is offered: address and name.
    pub views: Vec<Choice>,
    /// What can be done to several at once: code and name.
    pub acts: Vec<Choice>,
    /// The whole list, as far as it can be picked at once.
    pub all: String,
    pub statuses: Vec<Choice>,
    pub categories: Vec<Group>,
    pub areas: Vec<Choice>,
    pub whose: Vec<Choice>,
    pub applied: Vec<Choice>,
    pub groups: Vec<DueGroup>,
    pub total: String,
    /// From when on words were looked for, where that is not everything.
    pub since: String,
    pub pages: Pages,
}

/// `GET /inbox`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Asked(filter): Asked<Filter>,
) -> Result<Response> {
    let scope = visitor.scope(Right::SeeMatters)?;
    let who = visitor.signed_in()?;
    let filter = filter.settled(who, visitor.now);
    let mut query = filter.asked(&visitor, who, &scope);
    let paging = Paging::new(filter.page.parse().ok(), ROWS);
    let s = visitor.shell(visitor.words.t("inbox-title"));

    let mut tx = visitor.app.db().read().await?;
    let within = looked_at(&query, who, &scope, visitor.now);
    let since = store::words_since(&mut tx, &within, &query, visitor.now).await?;
    query.from = query.from.or(since);
    let found = store::list(&mut tx, &within, &query, paging, visitor.now).await?;
    let Heads { tabs, glance, here, lately } =
        heads(&mut tx, &visitor, &s, &matters.tallies, &within, &filter).await?;
    let total = match (i64::try_from(found.len()), here) {
        // A first page that is not full is all there is.
        (Ok(all), _) if paging.page == 1 && all < ROWS => all,
        (_, Some(all)) => all,
        _ => store::count(&mut tx, &within, &query, visitor.now).await?,
    };
    let unit = responsible_name(&mut tx, &query).await?;
    let names = Names::of(&mut tx, &found).await?;
    let areas = area_choices(&mut tx, &scope, &filter.area).await?;
    let views = offered(&mut tx, who, visitor.now).await?;
    drop(tx);
    // What a telephone number finds is shown only once the trail says so.
    if let Some(phone) = filter.phone(who, visitor.now) {
        visitor.from_within()?;
        visitor.app.act(who, &NotePhoneSearch { phone: &phone, found: total }).await?;
    }
    let roles = roles(&s, who);
    html(&InboxPage {
        groups: names.groups(&s, &matters.catalogue, &found, filter.order == "due"),
        roles,
        may_enter: who.may(Right::EnterMatters, visitor.now),
        may_export: who.may(Right::Export, visitor.now),
        query: filter.query(),
        tabs,
        glance,
        lately,
        views: views.iter().map(|view| labelled(&s, view, who, &filter.query())).collect(),
        all: s.t1("bulk-all", "n", total.min(i64::try_from(MOST_AT_ONCE).unwrap_or(i64::MAX))),
        acts: chores(who, visitor.now)
            .into_iter()
            .map(|step| Choice::new(step.code(), s.t(step.message()), ""))
            .collect(),
        statuses: Status::ALL
            .map(|status| Choice::new(status.code(), s.t(status.message()), &filter.status))
            .into(),
        categories: category_groups(&s, &matters.catalogue, &filter.category),
        applied: applied(&s, &matters.catalogue, &filter, &areas, &unit),
        whose: [RESIDENTS, ENTERPRISES]
            .into_iter()
            .filter_map(|of| Some(Choice::new(of, s.t(whose(of)?), &filter.of)))
            .collect(),
        areas,
        total: counted(total),
        since: since.map(|since| s.t1("inbox-words-since", "date", s.day(&since))).unwrap_or_default(),
        pages: Pages::of(&s, &filter, paging, found.len(), total),
        filter,
        s,
    })
}

/// The name of the unit that answers, where the list is narrowed to one.
async fn responsible_name(tx: &mut Tx, query: &Query) -> Result<String> {
    let (Some(county), Some(unit)) = (&query.county, query.responsible) else { return Ok(String::new()) };
    Ok(organisations::names_of(tx, county, &[unit]).await?.remove(&unit).unwrap_or_default())
}

/// A count as a screen says it.
fn counted(count: i64) -> String {
    if count > MOST_COUNTED { format!("{MOST_COUNTED}+") } else { count.to_string() }
}

fn roles(s: &Shell, who: &Who) -> String {
    who.roles(s.now).into_iter().map(|role| s.t(role.message())).collect::<Vec<_>>().join(&s.t("comma"))
}

/// The tabs, and deadlines at a glance where they run. Tabs without end are not counted: nobody works them off.
async fn heads(
    tx: &mut Tx,
    visitor: &Visitor,
    s: &Shell,
    tallies: &Tallies,
    scope: &Scope,
    filter: &Filter,
) -> Result<Heads> {
    let who = visitor.signed_in()?;
    let (mut tabs, mut queries) = (Vec::new(), Vec::new());
    for (code, message) in TABS {
        if code == "todo" && todo(who, visitor.now).is_none() {
            continue;
        }
        let mine = Filter {
            tab: code.into(),
            status: String::new(),
            by: String::new(),
            order: String::new(),
            page: String::new(),
            ..filter.clone()
        };
        if !matches!(code, "over" | "all") {
            queries.push(mine.clone().settled(who, visitor.now).asked(visitor, who, scope));
        }
        let current = filter.tab == code;
        tabs.push(Tab { href: mine.href(), label: s.t(message), count: String::new(), current });
    }
    let counted_tabs = queries.len();
    let mut glance = glances(s, filter);
    let of_glance = |by: By| Filter { by: by.code().into(), ..filter.clone() }.asked(visitor, who, scope);
    queries.extend(GLANCED.into_iter().take(glance.len()).map(of_glance));

    let counts = tallies.count_each(tx, scope, &queries, visitor.now).await?;
    let (of_tabs, of_glances) = counts.split_at(counted_tabs);
    let mut here = None;
    for (tab, count) in tabs.iter_mut().zip(of_tabs) {
        tab.count = counted(*count);
        here = here.or(tab.current.then_some(*count)).filter(|_| filter.is_whole_tab());
    }
    for (one, count) in glance.iter_mut().zip(of_glances) {
        one.count = counted(*count);
        here = here.or(one.current.then_some(*count));
    }
    Ok(Heads { tabs, glance, here, lately: tallies.is_large(&counts) })
}

/// What a day's plan needs at a glance; what comes later is in the list.
const GLANCED: [By; 4] = [By::Over, By::Today, By::Tomorrow, By::Week];

/// The ways to what is due by a day, not counted yet; none where no clock runs.
fn glances(s: &Shell, filter: &Filter) -> Vec<Glance> {
    if !filter.runs() {
        return Vec::new();
    }
    let one = |by: By| {
        let current = filter.by == by.code();
        let to = if current { "" } else { by.code() };
        let class = match by {
            By::Over => "overdue",
            By::Today => "due-today",
            _ => "on-time",
        };
        Glance {
            href: Filter { by: to.into(), ..filter.clone() }.href(),
            chip: Chip::new(class, s.t(by.message())),
            count: String::new(),
            current,
        }
    };
    GLANCED.into_iter().map(one).collect()
}

/// The areas to narrow by: those below the only place of a scope, else the places themselves.
async fn area_choices(tx: &mut Tx, scope: &Scope, now: &str) -> Result<Vec<Choice>> {
    let places = place_ids(scope);
    if let [only] = places.as_slice() {
        let below = areas::children(tx, only).await?;
        return Ok(below.into_iter().map(|area| Choice::new(area.id, area.name, now)).collect());
    }
    place_choices(tx, &places, now).await
}

/// The conditions in force, each with the address that lacks it.
/// How a filter by whose matters they are is said: a message id.
fn whose(of: &str) -> Option<&'static str> {
    match of {
        ENTERPRISES => Some("figures-of-enterprises"),
        RESIDENTS => Some("figures-of-residents"),
        _ => None,
    }
}

pub(super) fn applied(
    s: &Shell,
    catalogue: &Catalogue,
    filter: &Filter,
    areas: &[Choice],
    unit: &str,
) -> Vec<Choice> {
    let without = |take: fn(&mut Filter)| {
        let mut rest = filter.clone();
        take(&mut rest);
        rest.href()
    };
    let mut applied = Vec::new();
    if !filter.q.trim().is_empty() {
        applied.push(Choice::new(without(|filter| filter.q.clear()), filter.q.trim(), ""));
    }
    if let Some(status) = Status::from_code(&filter.status) {
        applied.push(Choice::new(without(|filter| filter.status.clear()), s.t(status.message()), ""));
    }
    if !filter.category.is_empty() {
        let name = catalogue.name(&filter.category, s.language());
        applied.push(Choice::new(without(|filter| filter.category.clear()), name, ""));
    }
    if !filter.area.is_empty() {
        let known = areas.iter().find(|choice| choice.value == filter.area);
        let name = known.map_or(filter.area.as_str(), |choice| choice.label.as_str());
        applied.push(Choice::new(without(|filter| filter.area.clear()), name, ""));
    }
    if let Some(months) = filter.months(s.now) {
        let rest = without(|filter| {
            filter.from.clear();
            filter.to.clear();
        });
        applied.push(Choice::new(rest, format!("{} – {}", months.first.code(), months.last.code()), ""));
    }
    if let Some(counted) = Counted::from_code(&filter.counted) {
        applied.push(Choice::new(without(|filter| filter.counted.clear()), counted.name(s), ""));
    }
    if filter.responsible().is_some() {
        let name = if filter.responsible == NO_UNIT { s.t("figures-unit-none") } else { unit.to_owned() };
        applied.push(Choice::new(without(|filter| filter.responsible.clear()), name, ""));
    }
    if let Some(message) = whose(&filter.of) {
        applied.push(Choice::new(without(|filter| filter.of.clear()), s.t(message), ""));
    }
    if let Some(by) = By::from_code(&filter.by) {
        applied.push(Choice::new(without(|filter| filter.by.clear()), s.t(by.message()), ""));
    }
    if !filter.exact.is_empty() {
        applied.push(Choice::new(without(|filter| filter.exact.clear()), s.t("figures-area-rest"), ""));
    }
    applied
}
