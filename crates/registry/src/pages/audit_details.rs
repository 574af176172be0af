//! The further facts of an entry, in the reader's words.

use std::collections::{BTreeSet, HashMap};

use lianxin_foundation::audit::Link;
use lianxin_foundation::clock::MINUTE;
use lianxin_foundation::web::Shell;
use lianxin_foundation::{Result, Role, Tx};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::CategoryNames;
use crate::area::{is_id, store as areas};
use crate::organisation::store as organisations;

/// Hashes are for `lianxin audit verify`, not for a reader; a matter's number is what its entries are called.
const NOT_SHOWN: [&str; 3] = ["facts", "words", "number"];

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
            units.extend(detail.get("unit").and_then(Json::as_str).and_then(|id| id.parse::<Uuid>().ok()));
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
            Json::String(text) => self.text(s, name, text),
            other => other.to_string(),
        }
    }

    fn text(&self, s: &Shell, name: &str, text: &str) -> String {
        let found = match name {
            "area" => self.areas.get(text).cloned(),
            "unit" => text.parse().ok().and_then(|id: Uuid| self.organisations.get(&id).cloned()),
            "category" | "categories" => Some(self.categories.name(text, s.language())),
            "role" => Role::from_code(text).map(|role| s.t(role.message())),
            "status" => known(s, &format!("status-{text}")),
            "party" => known(s, &format!("party-{text}")),
            "fields" => known(s, &format!("audit-detail-{text}")),
            // What is only an id tells entries apart by its end, and says nothing to a reader.
            _ => text.parse::<Uuid>().ok().map(|_| format!("…{}", &text[text.len() - 8..])),
        };
        found.unwrap_or_else(|| text.to_owned())
    }
}

fn read(link: &Link) -> Option<Map<String, Json>> {
    serde_json::from_str(&link.detail).ok()
}

/// What a fact is called; a newer program beside this one may write facts without a name here.
fn named(s: &Shell, name: &str) -> String {
    known(s, &format!("audit-detail-{name}")).unwrap_or_else(|| name.to_owned())
}

fn known(s: &Shell, message: &str) -> Option<String> {
    let said = s.t(message);
    (said != message).then_some(said)
}
