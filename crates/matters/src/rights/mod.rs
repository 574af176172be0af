//! What is held about whoever reported a matter: seen and copied by them, erased on their word or when a rule says so.
//!
//! Erasing takes words and photos; the matter, its times and what was done stay, for the work on it has to be accounted
//! for. The audit trail still holds afterwards (`docs/decisions/0008-events-in-the-audit-trail.md`). What was erased,
//! when and by which rule stands in a log that says nothing of what it was.

pub mod store;

use lianxin_foundation::Micros;
use lianxin_foundation::audit::{Link, store as audit};
use lianxin_foundation::every;
use lianxin_foundation::{App, Result, Tx};
use serde::Serialize;
use uuid::Uuid;

use crate::actions::{opened, said_in};
use crate::model::{Event, Matter, Party};
use crate::store as matters;

/// The pieces of a report that say how to reach its reporter.
pub const CONTACT: [&str; 4] = ["name", "phone", "email", "address"];

/// By which rule something was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The reporter asked for it.
    Asked,
    /// Staff did it for the reporter.
    ForThem,
    /// It was kept long enough.
    Kept,
}

every! {
    /// Every rule.
    Rule {
        Asked   = "asked",    "deletion-asked";
        ForThem = "for-them", "deletion-for-them";
        Kept    = "kept",     "deletion-kept";
    }
}

/// Something that was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deletion {
    /// The matter's county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: Micros,
    /// By which rule.
    pub rule: Rule,
    /// Of which matter.
    pub matter: Uuid,
    /// What: names of pieces, with commas between them.
    pub words: String,
    /// Who did it.
    pub by_name: String,
}

/// Something said, as its reporter reads it.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct SaidThen {
    /// When, as RFC 3339.
    pub at: String,
    /// What it was: a step's code.
    pub step: &'static str,
    /// Who: reporter, unit, dispatcher, …
    pub party: &'static str,
    /// The words.
    pub words: String,
}

/// Somebody who opened what is sealed.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Opening {
    /// When, as RFC 3339.
    pub at: String,
    /// Who.
    pub by: String,
    /// Why.
    pub why: String,
}

/// Everything held about whoever reported a matter.
#[derive(Debug, Clone, Default, Serialize, PartialEq, Eq)]
pub struct Held {
    /// The matter's number.
    pub number: String,
    /// The category's code.
    pub category: String,
    /// When it came in, as RFC 3339.
    pub received: String,
    /// What they wrote.
    pub text: String,
    /// Where, in words.
    pub place: String,
    /// Their name.
    pub name: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The exact address.
    pub address: Option<String>,
    /// Their answers to the category's questions.
    pub answers: serde_json::Value,
    /// How many photos are kept.
    pub photos: i64,
    /// What was said in public since, and what they said themselves.
    pub said: Vec<SaidThen>,
    /// Who opened what is sealed, and why.
    pub opened: Vec<Opening>,
}

/// What the trail calls it when somebody opened sealed fields.
const OPENINGS: [&str; 2] = ["matter-open-personal", "matter-copy-held"];

/// Reads everything held about whoever reported `matter`, opened.
///
/// # Errors
/// Those of the database, and of the vault.
pub async fn held(tx: &mut Tx, app: &App, matter: &Matter) -> Result<Held> {
    let open = |field, sealed: &Option<Vec<u8>>| opened(app, field, matter.id, sealed.as_deref());
    let text = open("text", &matter.sealed_text)?.unwrap_or_else(|| matter.text.clone());
    let events = matters::events(tx, &matter.county, matter.id).await?;
    let subject = matter.id.to_string();
    let trail = audit::about(tx, &matter.county, "matter", &[subject]).await?;
    Ok(Held {
        number: matter.number.clone(),
        category: matter.category.clone(),
        received: lianxin_foundation::clock::rfc3339(matter.created_at),
        text,
        place: matter.place.clone(),
        name: open("name", &matter.sealed_name)?,
        phone: open("phone", &matter.sealed_phone)?,
        email: open("email", &matter.sealed_email)?,
        address: open("address", &matter.sealed_address)?,
        answers: matter.attributes.clone(),
        photos: store::photos(tx, &matter.county, matter.id).await?,
        said: events
            .iter()
            .map(|event| said(app, event))
            .collect::<Result<Vec<_>>>()?
            .into_iter()
            .flatten()
            .collect(),
        opened: trail.iter().filter(|link| OPENINGS.contains(&link.action.as_str())).map(opening).collect(),
    })
}

/// What an event said to everyone, or what the reporter said, sealed or not. What staff say among themselves is theirs.
fn said(app: &App, event: &Event) -> Result<Option<SaidThen>> {
    let own = if event.party == Party::Reporter { said_in(app, event)? } else { None };
    Ok(event.note.clone().or(own).map(|words| SaidThen {
        at: lianxin_foundation::clock::rfc3339(event.at),
        step: event.kind.code(),
        party: event.party.code(),
        words,
    }))
}

fn opening(link: &Link) -> Opening {
    Opening {
        at: lianxin_foundation::clock::rfc3339(link.at),
        by: link.actor_name.clone(),
        why: link.reason.clone().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart() {
        assert!(Rule::ALL.iter().all(|rule| Rule::from_code(rule.code()) == Some(*rule)));
        assert_eq!(Rule::from_code("x"), None);
    }
}
