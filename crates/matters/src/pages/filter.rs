//! What an inbox is asked for, as its address has it; files, saved views and what is done to many at once ask alike.

use lianxin_foundation::clock::Micros;
use lianxin_foundation::scope::Grant;
use lianxin_foundation::vault::{mask_phone, normalise_phone};
use lianxin_foundation::web::Visitor;
use lianxin_foundation::{Result, Right, Scope, Tx, Who};
use lianxin_registry::area::{ancestors, path_of, store as areas};
use lianxin_registry::county_of;
use serde::Deserialize;
use uuid::Uuid;

use super::address;
use super::view::Choice;
use crate::figures::counts::Counted;
use crate::figures::pages::{ENTERPRISES, RESIDENTS};
use crate::figures::period::Period;
use crate::model::Status;
use crate::rules::clock::By;
use crate::store::{Order, Query};

/// Of no unit yet.
pub(crate) const NO_UNIT: &str = "none";

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
    /// `enterprises` or `residents`: whose matters.
    pub of: String,
    /// Anything: in the area itself and in none below it.
    pub exact: String,
    /// By when it is due: [`By`].
    pub by: String,
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
            ("of", &self.of),
            ("exact", &self.exact),
            ("by", &self.by),
            ("order", &self.order),
        ])
    }

    pub(super) fn href(&self) -> String {
        format!("/inbox?{}", self.query())
    }

    pub(super) fn on(&self, page: i64) -> String {
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

    /// Whether nothing narrows the open tab but what narrows them all.
    pub(super) fn is_whole_tab(&self) -> bool {
        self.status.is_empty() && self.by.is_empty()
    }

    /// Whether the clock runs for what is listed, so that it can be due by a day.
    pub(super) fn runs(&self) -> bool {
        let live = Status::from_code(&self.status).is_none_or(|status| !status.is_over());
        matches!(self.tab.as_str(), "todo" | "open") && live
    }

    /// What the store is asked.
    pub(super) fn asked(&self, visitor: &Visitor, who: &Who, scope: &Scope) -> Query {
        let months = self.months(visitor.now);
        let mut query = Query {
            by: By::from_code(&self.by),
            from: months.map(Period::start),
            to: months.map(Period::end),
            // Above the counties there is none to name.
            county: if self.area.len() < 6 { only_county(who, scope) } else { Some(county_of(&self.area)) },
            counted: Counted::from_code(&self.counted),
            responsible: self.responsible(),
            enterprises: self.enterprises(),
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
    pub(super) fn months(&self, now: Micros) -> Option<Period> {
        let any = !self.from.is_empty() || !self.to.is_empty();
        any.then(|| Period::asked(&self.from, &self.to, now).ok()).flatten()
    }

    pub(super) fn responsible(&self) -> Option<Uuid> {
        if self.responsible == NO_UNIT { Some(Uuid::nil()) } else { Uuid::try_parse(&self.responsible).ok() }
    }

    fn enterprises(&self) -> Option<bool> {
        [(ENTERPRISES, true), (RESIDENTS, false)].into_iter().find(|(of, _)| *of == self.of).map(|(_, is)| is)
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
                query.by = Some(By::Over);
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

/// The places a scope reaches, without what it reaches by a unit.
pub(super) fn place_ids(scope: &Scope) -> Vec<&str> {
    scope
        .grants()
        .iter()
        .filter_map(|grant| match grant {
            Grant::Place(path) => ancestors(path).last().copied(),
            Grant::Unit(_) => None,
        })
        .collect()
}

/// These places by name, to choose from, in the order of their codes.
pub(super) async fn place_choices(tx: &mut Tx, ids: &[&str], chosen: &str) -> Result<Vec<Choice>> {
    let names = areas::names(tx, ids).await?;
    let mut choices: Vec<Choice> =
        names.into_iter().map(|(id, name)| Choice::new(id, name, chosen)).collect();
    choices.sort_by(|one, other| one.value.cmp(&other.value));
    Ok(choices)
}

/// What waits for this very person, by what they may do: statuses, and their own units where only
/// those are theirs to handle. `None` for those who only look.
pub(super) fn todo(who: &Who, now: Micros) -> Option<(Vec<Status>, Vec<Uuid>)> {
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
