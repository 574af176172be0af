//! Looking for people by a personal number: a telephone, its end, or an ID number.

use lianxin_foundation::vault::{half_width, mask_id, mask_phone, normalise_id, normalise_phone};
use lianxin_foundation::{App, Micros, Result, Right, Tx, Who};

use super::Person;
use super::sealed::{self, TAIL};
use super::standing::Standing;
use super::store::{self, Found};

/// Digits that may be a telephone number, its end, or an ID number.
pub(crate) enum Digits {
    Id(String),
    Phone(String),
    Tail(String),
}

impl Digits {
    /// The digits somebody typed, if they are such.
    pub(crate) fn of(typed: &str) -> Option<Digits> {
        let compact: String = typed.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
        if !compact.starts_with(|c: char| c.is_ascii_digit() || c == '+') {
            return None;
        }
        if compact.len() == TAIL && compact.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Digits::Tail(compact));
        }
        normalise_id(&compact).map(Digits::Id).or_else(|| normalise_phone(&compact).map(Digits::Phone))
    }

    /// As the audit trail holds it.
    pub(crate) fn masked(&self) -> String {
        match self {
            Digits::Id(id) => mask_id(id),
            Digits::Phone(phone) => mask_phone(phone),
            Digits::Tail(_) => "*".repeat(TAIL),
        }
    }

    /// Who has such a number, of those whose fields the asker may open, at or below a path; `None` when they may
    /// open nobody's.
    pub(crate) async fn people(
        &self,
        tx: &mut Tx,
        (app, who): (&App, &Who),
        path: &str,
        at: Micros,
        most: usize,
    ) -> Result<Option<Vec<Found>>> {
        let now = app.clock().now();
        let (opens, sees) = (who.scope(Right::OpenPeople, now), who.scope(Right::SeePeople, now));
        if opens.is_empty() {
            return Ok(None);
        }
        let mut people: Vec<Person> = Vec::new();
        match self {
            Digits::Id(id) => {
                if let Some((county, id)) = store::by_id(tx, &sealed::id_key(app, id)).await? {
                    people.extend(store::person(tx, &county, id).await?);
                }
            }
            Digits::Phone(phone) | Digits::Tail(phone) => {
                let tail = matches!(self, Digits::Tail(_));
                let hash = if tail { sealed::phone_tail } else { sealed::phone_key };
                for county in store::counties(tx, &opens, path).await? {
                    people.extend(store::by_phone(tx, &county, &hash(app, phone), tail).await?);
                }
            }
        }
        let mut found = Vec::new();
        for person in people {
            if found.len() == most {
                break;
            }
            let standing = Standing::of(tx, &person).await?;
            if standing.covered(&opens, at) && standing.covered(&sees, at) {
                let Person { county, id, name, sex, birth, .. } = person;
                found.push(Found { county, id, sorted: name.clone(), name, sex, birth });
            }
        }
        Ok(Some(found))
    }
}
