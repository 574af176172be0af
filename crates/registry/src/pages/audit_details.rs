//! The further facts of an entry, in the reader's words.

use std::collections::{BTreeSet, HashMap};

use lianxin_foundation::audit::Link;
use lianxin_foundation::clock::{MINUTE, parse_rfc3339};
use lianxin_foundation::web::Shell;
use lianxin_foundation::{Result, Role, Tx};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::CategoryNames;
use crate::area::{is_id, store as areas};
use crate::organisation::store as organisations;

/// Hashes are for `lianxin audit verify`, not for a reader; a matter's number is what its entries are called.
const NOT_SHOWN: [&str; 3] = ["facts", "words", "number"];

/// Facts that are organisations.
const UNITS: [&str; 4] = ["unit", "organisation", "superior", "shared_with"];

/// Facts that are moments, in microseconds.
const MOMENTS: [&str; 3] = ["at", "agreed_at", "since"];

/// How the message begins that says a fact's code, each tried in turn.
const CODES: [(&str, &[&str]); 11] = [
    ("status", &["status-"]),
    ("party", &["party-"]),
    ("fields", &["audit-detail-"]),
    ("kind", &["membership-kind-", "source-entry-", "area-change-"]),
    ("outcome", &["dispute-", "source-", "patrol-"]),
    ("every", &["patrol-every-"]),
    ("form", &["dispute-"]),
    ("part", &["dispute-"]),
    ("state", &["exclusion-"]),
    ("step", &["bulk-do-"]),
    ("why", &["departure-"]),
];

/// One fact of an entry, in the reader's words.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// The names of what the details of one page of the trail speak of.
pub(super) struct Details {
    areas: HashMap<String, String>,
    organisations: HashMap<Uuid, String>,
    categories: CategoryNames,
}

impl Details {
    /// Reads the names.
    pub(super) async fn of(tx: &mut Tx, categories: CategoryNames, links: &[Link]) -> Result<Details> {
        let (mut places, mut units) = (BTreeSet::new(), BTreeSet::<Uuid>::new());
        for detail in links.iter().filter_map(read) {
            places
                .extend(detail.get("area").and_then(Json::as_str).filter(|id| is_id(id)).map(str::to_owned));
            let named = UNITS.iter().filter_map(|name| detail.get(*name)?.as_str()?.parse::<Uuid>().ok());
            units.extend(named);
        }
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        let units: Vec<Uuid> = units.into_iter().collect();
        Ok(Details {
            areas: areas::names(tx, &places).await?,
            organisations: organisations::names(tx, &units).await?,
            categories,
        })
    }

    /// What an entry adds: name and value.
    pub(super) fn told(&self, s: &Shell, link: &Link) -> Vec<Fact> {
        read(link).map_or(Vec::new(), |detail| self.facts(s, &detail))
    }

    fn facts(&self, s: &Shell, detail: &Map<String, Json>) -> Vec<Fact> {
        let shown =
            detail.iter().filter(|(name, value)| !NOT_SHOWN.contains(&name.as_str()) && !value.is_null());
        shown.map(|(name, value)| Fact { name: named(s, name), value: self.value(s, name, value) }).collect()
    }

    fn value(&self, s: &Shell, name: &str, value: &Json) -> String {
        match value {
            Json::Array(parts) => {
                parts.iter().map(|part| self.value(s, name, part)).collect::<Vec<_>>().join(" · ")
            }
            Json::Object(inner) => {
                let facts = self.facts(s, inner).into_iter();
                facts.map(|fact| format!("{} {}", fact.name, fact.value)).collect::<Vec<_>>().join(" · ")
            }
            Json::Bool(yes) => s.t(if *yes { "audit-yes" } else { "audit-no" }),
            Json::Number(minutes) if ["respond", "climb", "resolve"].contains(&name) => {
                s.span(&(minutes.as_i64().unwrap_or(0) * MINUTE))
            }
            Json::Number(at) if MOMENTS.contains(&name) => s.time(&at.as_i64().unwrap_or(0)),
            Json::String(text) => self.text(s, name, text),
            other => other.to_string(),
        }
    }

    fn text(&self, s: &Shell, name: &str, text: &str) -> String {
        let found = match name {
            "area" => self.areas.get(text).cloned(),
            name if UNITS.contains(&name) => {
                text.parse().ok().and_then(|id: Uuid| self.organisations.get(&id).cloned())
            }
            "category" | "categories" => Some(self.categories.name(text, s.language())),
            "role" => Role::from_code(text).map(|role| s.t(role.message())),
            _ => coded(s, name, text),
        };
        let moment = || parse_rfc3339(text).map(|at| s.time(&at));
        found.or_else(|| short_id(text)).or_else(moment).unwrap_or_else(|| text.to_owned())
    }
}

/// What is only an id tells entries apart by its end, and says nothing to a reader.
pub(super) fn short_id(text: &str) -> Option<String> {
    text.parse::<Uuid>().ok().map(|_| format!("…{}", &text[text.len() - 8..]))
}

/// What a fact's code says, where one of its rooms has a word for it.
fn coded(s: &Shell, name: &str, code: &str) -> Option<String> {
    let (_, beginnings) = CODES.iter().find(|(fact, _)| *fact == name)?;
    beginnings.iter().find_map(|beginning| known(s, &format!("{beginning}{code}")))
}

fn read(link: &Link) -> Option<Map<String, Json>> {
    serde_json::from_str(&link.detail).ok()
}

/// What a fact is called; a newer program beside this one may write facts without a name here.
fn named(s: &Shell, name: &str) -> String {
    known(s, &format!("audit-detail-{}", name.replace('_', "-"))).unwrap_or_else(|| name.to_owned())
}

fn known(s: &Shell, message: &str) -> Option<String> {
    let said = s.t(message);
    (said != message).then_some(said)
}
