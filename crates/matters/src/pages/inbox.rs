//! The inbox: a list that is a workplace. What is asked for lives in the address.

use askama::Template;
use axum::Extension;
use axum::extract::Query as Asked;
use axum::response::Response;
use lianxin_foundation::clock::Micros;
use lianxin_foundation::scope::Grant;
use lianxin_foundation::vault::{mask_phone, normalise_phone};
use lianxin_foundation::web::{Paging, Shell, Visitor, html};
use lianxin_foundation::{Result, Right, Scope, Tx, Who};
use lianxin_registry::area::{ancestors, path_of, store as areas};
use lianxin_registry::county_of;
use lianxin_registry::organisation::store as organisations;
use serde::Deserialize;
use uuid::Uuid;

use super::address;
use super::report::category_groups;
use super::rows::{DueGroup, Names};
use super::view::{Choice, Group, Parts};
use crate::Matters;
use crate::actions::NotePhoneSearch;
use crate::category::Catalogue;
use crate::figures::counts::Counted;
use crate::figures::period::Period;
use crate::model::Status;
use crate::store::{self, MOST_COUNTED, Order, Query};

/// Of no unit yet.
pub(crate) const NO_UNIT: &str = "none";

/// Rows on a page.
const ROWS: i64 = 40;

/// Matters the house has to do something about.
const OPEN: [Status; 5] =
    [Status::Received, Status::Dispatched, Status::Accepted, Status::Objected, Status::Reopened];
const WAITING: [Status; 2] = [Status::Waiting, Status::Resolved];
const OVER: [Status; 4] = [Status::Closed, Status::Withdrawn, Status::Dismissed, Status::Merged];

/// What the address asks for; empty fields do not narrow.
#[derive(Deserialize, Default, Clone, Debug, PartialEq)]
#[serde(default)]
pub(super) struct Filter {
    /// Which tab.
    pub tab: String,
    /// Words, a number or a telephone number.
    pub q: String,
    /// A status's code.
    pub status: String,
    /// A category's code.
    pub category: String,
    /// An area's id.
    pub area: String,
    /// The first month they came in, `2026-09`: figures open here.
    pub from: String,
    /// The last month they came in.
    pub to: String,
    /// What figures counted them as: [`Counted`].
    pub counted: String,
    /// The unit that answers for them, or `none`: as figures have it.
    pub responsible: String,
    /// Anything: in the area itself and in none below it.
    pub exact: String,
    /// `due` or `new`.
    pub order: String,
    /// From 1.
    pub page: String,
}

impl Filter {
    /// As the address has it, without the page.
    pub(super) fn query(&self) -> String {
        address::query(&[
            ("tab", &self.tab),
            ("q", &self.q),
            ("status", &self.status),
            ("category", &self.category),
            ("area", &self.area),
            ("from", &self.from),
            ("to", &self.to),
            ("counted", &self.counted),
            ("responsible", &self.responsible),
            ("exact", &self.exact),
            ("order", &self.order),
        ])
    }

    fn href(&self) -> String {
        format!("/inbox?{}", self.query())
    }

    fn on(&self, page: i64) -> String {
        format!("{}&page={page}", self.href())
    }

    /// Fills in the tab and order that an address without them means.
    pub(super) fn settled(mut self, who: &Who, now: Micros) -> Filter {
        if self.tab.is_empty() {
            self.tab = if todo(who, now).is_some() { "todo".into() } else { "open".into() };
        }
        if self.order.is_empty() {
            self.order =
                if matches!(self.tab.as_str(), "over" | "all") { "new".into() } else { "due".into() };
        }
        self
    }

    /// What the store is asked.
    pub(super) fn asked(&self, visitor: &Visitor, who: &Who, scope: &Scope) -> Query {
        let months = self.months(visitor.now);
        let mut query = Query {
            from: months.map(Period::start),
            to: months.map(Period::end),
            // Above the counties there is none to name.
            county: if self.area.len() < 6 { only_county(who, scope) } else { Some(county_of(&self.area)) },
            counted: Counted::from_code(&self.counted),
            responsible: self.responsible(),
            exact: !self.exact.is_empty(),
            path: Some(self.area.as_str()).filter(|area| !area.is_empty()).map(path_of),
            category: Some(self.category.clone()).filter(|code| !code.is_empty()),
            order: if self.order == "new" { Order::Newest } else { Order::Due },
            ..Query::default()
        };
        self.take_tab(who, visitor.now, &mut query);
        if let Some(status) = Status::from_code(&self.status) {
            query.statuses = vec![status];
        }
        self.take_words(visitor, who, &mut query);
        query
    }

    /// The months asked for, if they are months.
    fn months(&self, now: Micros) -> Option<Period> {
        let any = !self.from.is_empty() || !self.to.is_empty();
        any.then(|| Period::asked(&self.from, &self.to, now).ok()).flatten()
    }

    fn responsible(&self) -> Option<Uuid> {
        if self.responsible == NO_UNIT { Some(Uuid::nil()) } else { Uuid::try_parse(&self.responsible).ok() }
    }

    fn take_tab(&self, who: &Who, now: Micros, query: &mut Query) {
        match self.tab.as_str() {
            "todo" => {
                if let Some((statuses, mine)) = todo(who, now) {
                    query.statuses = statuses;
                    query.mine = mine;
                }
            }
            "open" => query.statuses = OPEN.to_vec(),
            "overdue" => {
                query.statuses = OPEN.to_vec();
                query.overdue = true;
            }
            "waiting" => query.statuses = WAITING.to_vec(),
            "over" => query.statuses = OVER.to_vec(),
            _ => {}
        }
    }

    /// The telephone number that was typed, normalised, if it is one.
    fn typed_phone(&self) -> Option<String> {
        normalise_phone(self.q.trim()).filter(|phone| phone.len() >= 7)
    }

    /// The telephone number that is looked up. Whoever may not open one may not search by one either.
    pub(super) fn phone(&self, who: &Who, now: Micros) -> Option<String> {
        self.typed_phone().filter(|_| !self.is_number() && who.may(Right::OpenPersonal, now))
    }

    /// As the audit trail may keep it: a telephone number only masked.
    pub(super) fn on_record(&self) -> Filter {
        let masked = self.typed_phone().filter(|_| !self.is_number()).map(|phone| mask_phone(&phone));
        Filter { q: masked.unwrap_or_else(|| self.q.clone()), ..self.clone() }
    }

    /// Whether what was typed has the form of a matter's number.
    fn is_number(&self) -> bool {
        let typed = self.q.trim().bytes();
        typed.len() == 13
            && typed.enumerate().all(|(at, b)| if at == 6 { b == b'-' } else { b.is_ascii_digit() })
    }

    /// What looks like a number or a telephone number is looked up as one: both have an index.
    fn take_words(&self, visitor: &Visitor, who: &Who, query: &mut Query) {
        let typed = self.q.trim();
        match self.phone(who, visitor.now) {
            _ if typed.is_empty() => {}
            _ if self.is_number() => query.number = Some(typed.to_owned()),
            Some(phone) => query.phone_key = Some(visitor.app.vault().search_key("phone", &phone)),
            None => query.words = Some(typed.to_owned()),
        }
    }
}

/// Where the list looks: whatever may be seen, but a telephone number only where it may be opened. Who
/// reports from a telephone is personal too.
pub(super) fn looked_at(query: &Query, who: &Who, seen: &Scope, now: Micros) -> Scope {
    if query.phone_key.is_some() { who.scope(Right::OpenPersonal, now) } else { seen.clone() }
}

/// What waits for this very person, by what they may do: statuses, and their own units where only
/// those are theirs to handle. `None` for those who only look.
fn todo(who: &Who, now: Micros) -> Option<(Vec<Status>, Vec<Uuid>)> {
    let mut statuses = Vec::new();
    if who.may(Right::DispatchMatters, now) {
        statuses.extend([Status::Received, Status::Objected]);
    }
    if who.may(Right::SuperviseMatters, now) {
        statuses.push(Status::Reopened);
    }
    if !statuses.is_empty() {
        return Some((statuses, Vec::new()));
    }
    let grants = who.scope(Right::HandleMatters, now);
    let units: Vec<Uuid> = grants
        .grants()
        .iter()
        .filter_map(|grant| match grant {
            Grant::Unit(unit) => Some(*unit),
            Grant::Place(_) => None,
        })
        .collect();
    (!units.is_empty()).then(|| (vec![Status::Dispatched, Status::Accepted], units))
}

/// The one county a scope lies in; `None` when it is wider.
pub(super) fn only_county(who: &Who, scope: &Scope) -> Option<String> {
    let mut counties: Vec<String> = scope
        .grants()
        .iter()
        .map(|grant| match grant {
            Grant::Place(path) => ancestors(path).get(2).map_or(String::new(), |county| (*county).to_owned()),
            Grant::Unit(_) => who.county.clone(),
        })
        .collect();
    counties.dedup();
    match counties.as_slice() {
        [one] if !one.is_empty() && !one.ends_with("00") => Some(one.clone()),
        _ => None,
    }
}

/// A tab.
pub(super) struct Tab {
    pub href: String,
    pub label: String,
    pub count: String,
    pub current: bool,
}

/// Where in a long list this page is.
#[derive(Default)]
pub(super) struct Pages {
    pub said: String,
    pub previous: String,
    pub next: String,
}

impl Pages {
    fn of(s: &Shell, filter: &Filter, paging: Paging, shown: usize, total: i64) -> Pages {
        let from = paging.offset() + 1;
        let to = paging.offset() + i64::try_from(shown).unwrap_or(0);
        Pages {
            said: s.t2("pages-said", "from", from, "to", to),
            previous: if paging.page > 1 { filter.on(paging.page - 1) } else { String::new() },
            next: if to < total { filter.on(paging.page + 1) } else { String::new() },
        }
    }

    /// Whether there is more than one page.
    pub(super) fn many(&self) -> bool {
        !self.previous.is_empty() || !self.next.is_empty()
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
    pub statuses: Vec<Choice>,
    pub categories: Vec<Group>,
    pub areas: Vec<Choice>,
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
    let (tabs, here) = tabs(&mut tx, &visitor, &s, who, &within, &filter).await?;
    let total = match (i64::try_from(found.len()), here) {
        // A first page that is not full is all there is.
        (Ok(all), _) if paging.page == 1 && all < ROWS => all,
        (_, Some(all)) if filter.status.is_empty() => all,
        _ => store::count(&mut tx, &within, &query, visitor.now).await?,
    };
    let unit = responsible_name(&mut tx, &query).await?;
    let names = Names::of(&mut tx, &found).await?;
    let areas = area_choices(&mut tx, &scope, &filter.area).await?;
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
        statuses: Status::ALL
            .map(|status| Choice::new(status.code(), s.t(status.message()), &filter.status))
            .into(),
        categories: category_groups(&s, &matters.catalogue, &filter.category),
        applied: applied(&s, &matters.catalogue, &filter, &areas, &unit),
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

/// The tabs, and how many the one open counts. Those without end are not counted: nobody works them off.
async fn tabs(
    tx: &mut Tx,
    visitor: &Visitor,
    s: &Shell,
    who: &Who,
    scope: &Scope,
    filter: &Filter,
) -> Result<(Vec<Tab>, Option<i64>)> {
    let (mut tabs, mut queries) = (Vec::new(), Vec::new());
    for (code, message) in [
        ("todo", "inbox-tab-todo"),
        ("overdue", "inbox-tab-overdue"),
        ("open", "inbox-tab-open"),
        ("waiting", "inbox-tab-waiting"),
        ("over", "inbox-tab-over"),
        ("all", "inbox-tab-all"),
    ] {
        if code == "todo" && todo(who, visitor.now).is_none() {
            continue;
        }
        let mine = Filter {
            tab: code.into(),
            status: String::new(),
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
    let counts = store::count_each(tx, scope, &queries, visitor.now).await?;
    let mut here = None;
    for (tab, count) in tabs.iter_mut().zip(counts) {
        tab.count = counted(count);
        here = here.or(tab.current.then_some(count));
    }
    Ok((tabs, here))
}

/// The areas to narrow by: those below the only place of a scope, else the places themselves.
async fn area_choices(tx: &mut Tx, scope: &Scope, now: &str) -> Result<Vec<Choice>> {
    let places: Vec<&str> = scope
        .grants()
        .iter()
        .filter_map(|grant| match grant {
            Grant::Place(path) => ancestors(path).last().copied(),
            Grant::Unit(_) => None,
        })
        .collect();
    if let [only] = places.as_slice() {
        let below = areas::children(tx, only).await?;
        return Ok(below.into_iter().map(|area| Choice::new(area.id, area.name, now)).collect());
    }
    let names = areas::names(tx, &places).await?;
    let mut choices: Vec<Choice> = names.into_iter().map(|(id, name)| Choice::new(id, name, now)).collect();
    choices.sort_by(|one, other| one.value.cmp(&other.value));
    Ok(choices)
}

/// The conditions in force, each with the address that lacks it.
fn applied(s: &Shell, catalogue: &Catalogue, filter: &Filter, areas: &[Choice], unit: &str) -> Vec<Choice> {
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
    if !filter.exact.is_empty() {
        applied.push(Choice::new(without(|filter| filter.exact.clear()), s.t("figures-area-rest"), ""));
    }
    applied
}
