//! What the audit trail holds of an event, so that an edit behind the program's back is found.
//!
//! The event's entry carries a hash of its facts, and one salted hash for each piece of words that may
//! have to be erased one day. The salts stand beside the event: erasing words takes their salt along,
//! and what the chain keeps of them can then be compared with nothing. See
//! `docs/decisions/0008-events-in-the-audit-trail.md`.

mod verify;

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lianxin_foundation::error::While;
use lianxin_foundation::{App, Result};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::actions::{opened, said_in};
use crate::model::{Event, Matter};
use crate::rules::Step;
use crate::store::EventRow;

pub use verify::{ERASED, Flaw, Found, Verdict, verify};

/// Bytes of a salt: nobody guesses it, whatever the words.
const SALT: usize = 16;

/// Something by the name of the words it belongs to.
pub(crate) type ByWords = BTreeMap<String, String>;

/// The hashes of an event, for its audit entry.
pub(crate) struct Hashes {
    pub(crate) facts: String,
    pub(crate) words: ByWords,
}

/// Draws the salts of an event that is about to be written, and hashes it.
pub(crate) fn seal(app: &App, matter: &Matter, event: &Event, row: &mut EventRow) -> Result<Hashes> {
    let (mut salts, mut hashes) = (ByWords::new(), ByWords::new());
    for (name, words) in words(app, matter, event) {
        let salt = URL_SAFE_NO_PAD.encode(app.ids().bytes::<SALT>());
        hashes.insert(name.to_owned(), hash_of_words(&salt, name, &words?));
        salts.insert(name.to_owned(), salt);
    }
    if !salts.is_empty() {
        row.salts = Some(serde_json::to_string(&salts).while_doing("writing the salts of an event")?);
    }
    Ok(Hashes { facts: hash_of_facts(matter, row), words: hashes })
}

/// Every column that is no words, and of a report what its matter keeps from then on.
fn hash_of_facts(matter: &Matter, row: &EventRow) -> String {
    let reported = (row.kind == Step::Report.code()).then(|| {
        let Matter { channel, language, entered_by, created_at, .. } = matter;
        json!([channel.code(), language, entered_by, created_at]).to_string()
    });
    let id = |id: Option<Uuid>| id.map(|id| id.to_string());
    hash([
        Some(matter.county.clone()),
        Some(matter.id.to_string()),
        Some(row.seq.to_string()),
        Some(row.id.to_string()),
        Some(row.at.to_string()),
        Some(row.kind.clone()),
        id(row.actor),
        Some(row.actor_kind.clone()),
        Some(row.actor_name.clone()),
        id(row.unit),
        row.unit_name.clone(),
        row.level.map(|level| level.to_string()),
        Some(row.status.clone()),
        Some(row.detail.clone()),
        reported,
    ])
}

fn hash_of_words(salt: &str, name: &str, words: &str) -> String {
    hash([salt, name, words].map(|part| Some(part.to_owned())))
}

/// SHA-256 over parts that can be told apart: each after its length, nothing otherwise than empty.
fn hash(parts: impl IntoIterator<Item = Option<String>>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        let length = part.as_ref().map_or(u64::MAX, |part| part.len() as u64);
        hash.update(length.to_be_bytes());
        hash.update(part.unwrap_or_default());
    }
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// The words an event brought, by name, opened; a report brought its matter's. What is not there is left out.
fn words(app: &App, matter: &Matter, event: &Event) -> Vec<(&'static str, Result<String>)> {
    let mut found = vec![("note", Ok(event.note.clone())), ("sealed-note", said_in(app, event))];
    if event.kind == Step::Report {
        let some = |text: String| (!text.is_empty()).then_some(text);
        let open = |field, sealed: &Option<Vec<u8>>| opened(app, field, matter.id, sealed.as_deref());
        let answers = match &matter.attributes {
            Json::Object(answers) if answers.is_empty() => None,
            answers => Some(answers.to_string()),
        };
        // They are in the one column or in the other, and move when a category turns out private.
        let text = open("text", &matter.sealed_text).map(|text| text.unwrap_or_default() + &matter.text);
        found.extend([
            ("text", text.map(some)),
            ("place", Ok(some(matter.place.clone()))),
            ("answers", Ok(answers)),
            ("address", open("address", &matter.sealed_address)),
            ("name", open("name", &matter.sealed_name)),
            ("phone", open("phone", &matter.sealed_phone)),
            ("email", open("email", &matter.sealed_email)),
        ]);
    }
    found.into_iter().filter_map(|(name, words)| Some((name, words.transpose()?))).collect()
}
