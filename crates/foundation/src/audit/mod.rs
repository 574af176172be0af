//! The audit trail: every change, every opening of personal data, every export, in one chain per
//! county, each entry sealed with a key the database does not hold.
//!
//! An entry's hash covers the one before it, so an edit, a removal or an insertion anywhere breaks
//! every hash after it; because the hash is keyed, somebody who can only write to the database
//! cannot mend the chain. Cutting off the newest entries together with the head is the one thing a
//! chain cannot show by itself: `audit verify` therefore prints the head, to be kept elsewhere.

pub mod store;

use serde_json::Value as Json;
use uuid::Uuid;

use crate::clock::Micros;
use crate::db::{Db, Tx};
use crate::error::{Problem, Result};
use crate::scope::Who;
use crate::vault::{Purpose, Vault};

/// The fewest characters of a reason that somebody else will understand.
const SHORTEST_REASON: usize = 4;

/// The reason that goes on record, of what was typed into the field `reason`.
///
/// # Errors
/// [`Problem::invalid`] with `code` where it says next to nothing.
pub fn reason<'t>(typed: &'t str, code: &'static str) -> Result<&'t str> {
    let reason = typed.trim();
    if reason.chars().count() < SHORTEST_REASON {
        return Err(Problem::invalid().field("reason", code).into());
    }
    Ok(reason)
}

/// Something worth remembering.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The county whose trail it joins.
    pub county: String,
    /// The account, unless a resident or the program acted.
    pub actor: Option<Uuid>,
    /// The name shown beside it.
    pub actor_name: String,
    /// What was done: a stable code such as `matter-accept`.
    pub action: &'static str,
    /// What kind of thing it was done to: `matter`, `post`, `area`, …
    pub subject_kind: &'static str,
    /// Which one: its id or code.
    pub subject: String,
    /// Why, where a reason is asked for.
    pub reason: Option<String>,
    /// Further facts, without personal data.
    pub detail: Json,
}

impl Entry {
    /// `who` did `action` to a subject in `county`.
    pub fn new(
        who: &Who,
        county: &str,
        action: &'static str,
        subject_kind: &'static str,
        subject: impl ToString,
    ) -> Entry {
        Entry {
            county: county.to_owned(),
            actor: who.account,
            actor_name: who.name.clone(),
            action,
            subject_kind,
            subject: subject.to_string(),
            reason: None,
            detail: Json::Null,
        }
    }

    /// Adds the reason given.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Entry {
        self.reason = Some(reason.into());
        self
    }

    /// Adds further facts.
    #[must_use]
    pub fn detail(mut self, detail: Json) -> Entry {
        self.detail = detail;
        self
    }
}

/// A stored entry with its place in the chain.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Link {
    /// The county.
    pub county: String,
    /// 1, 2, 3, … without a gap.
    pub seq: i64,
    /// When.
    pub at: Micros,
    /// The account, if one acted.
    pub actor: Option<Uuid>,
    /// The name shown.
    pub actor_name: String,
    /// What was done.
    pub action: String,
    /// To what kind of thing.
    pub subject_kind: String,
    /// To which one.
    pub subject: String,
    /// Why.
    pub reason: Option<String>,
    /// Further facts, as JSON text.
    pub detail: String,
    /// The seal over this entry and the one before.
    pub hash: Vec<u8>,
}

impl Link {
    fn seal(&self, vault: &Vault, before: &[u8]) -> Vec<u8> {
        self.with_parts(before, |parts| vault.mac(Purpose::Audit, parts)).to_vec()
    }

    /// Keys are rotated by adding one: an entry sealed with an older key still holds.
    fn holds(&self, vault: &Vault, before: &[u8]) -> bool {
        self.with_parts(before, |parts| vault.verify_mac(Purpose::Audit, parts, &self.hash))
    }

    fn with_parts<T>(&self, before: &[u8], using: impl FnOnce(&[&[u8]]) -> T) -> T {
        let actor = self.actor.map(|id| id.to_string()).unwrap_or_default();
        let (seq, at) = (self.seq.to_be_bytes(), self.at.to_be_bytes());
        // A missing reason and an empty one are different facts.
        let reason = self.reason.as_ref().map_or(String::new(), |reason| format!("={reason}"));
        using(&[
            before,
            self.county.as_bytes(),
            &seq,
            &at,
            actor.as_bytes(),
            self.actor_name.as_bytes(),
            self.action.as_bytes(),
            self.subject_kind.as_bytes(),
            self.subject.as_bytes(),
            reason.as_bytes(),
            self.detail.as_bytes(),
        ])
    }
}

/// Appends the transaction's entries to their counties' chains. Called last before a commit: on
/// PostgreSQL the head row's lock orders the writers of one county from here on.
pub async fn chain(tx: &mut Tx, vault: &Vault, now: Micros) -> Result<()> {
    let mut entries = std::mem::take(&mut tx.entries);
    // A fixed order of counties, so that two transactions over the same two never wait for each other.
    entries.sort_by(|a, b| a.county.cmp(&b.county));
    for of_county in entries.chunk_by(|a, b| a.county == b.county) {
        let county = &of_county[0].county;
        let count = i64::try_from(of_county.len()).unwrap_or(i64::MAX);
        let head = store::advance_head(tx, county, count).await?;
        let mut hash = head.hash;
        for (at, entry) in of_county.iter().enumerate() {
            let seq = head.seq - count + 1 + i64::try_from(at).unwrap_or(0);
            let mut link = Link {
                county: county.clone(),
                seq,
                at: now,
                actor: entry.actor,
                actor_name: entry.actor_name.clone(),
                action: entry.action.to_owned(),
                subject_kind: entry.subject_kind.to_owned(),
                subject: entry.subject.clone(),
                reason: entry.reason.clone(),
                detail: entry.detail.to_string(),
                hash: Vec::new(),
            };
            hash = link.seal(vault, &hash);
            link.hash = hash.clone();
            store::insert_link(tx, &link).await?;
        }
        store::set_head_hash(tx, county, &hash).await?;
    }
    Ok(())
}

/// What a check of one county's chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The county.
    pub county: String,
    /// How many entries hold together from the first on.
    pub sound: i64,
    /// The first entry that does not, if any, and what is wrong with it.
    pub broken: Option<(i64, Break)>,
    /// The hash of the last sound entry, to be kept elsewhere.
    pub head: Vec<u8>,
}

/// How a chain can be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// An entry is missing or was put in.
    Gap,
    /// An entry, or its seal, was changed.
    Edited,
    /// The newest entries are gone, or the head was changed.
    Head,
}

/// Reads every chain again and compares.
pub async fn verify(db: &Db, vault: &Vault) -> Result<Vec<Verdict>> {
    let mut tx = db.read().await?;
    let mut verdicts = Vec::new();
    for county in store::counties(&mut tx).await? {
        verdicts.push(verify_county(&mut tx, vault, county).await?);
    }
    Ok(verdicts)
}

async fn verify_county(tx: &mut Tx, vault: &Vault, county: String) -> Result<Verdict> {
    let mut verdict = Verdict { county, sound: 0, broken: None, head: vec![0; 32] };
    loop {
        let links = store::links_after(tx, &verdict.county, verdict.sound, 2_000).await?;
        if links.is_empty() {
            break;
        }
        for link in links {
            let flaw = if link.seq != verdict.sound + 1 {
                Some(Break::Gap)
            } else if !link.holds(vault, &verdict.head) {
                Some(Break::Edited)
            } else {
                None
            };
            if let Some(flaw) = flaw {
                verdict.broken = Some((verdict.sound + 1, flaw));
                return Ok(verdict);
            }
            verdict.sound = link.seq;
            verdict.head = link.hash;
        }
    }
    let head = store::head(tx, &verdict.county).await?;
    if head.is_none_or(|head| head.seq != verdict.sound || head.hash != verdict.head) {
        verdict.broken = Some((verdict.sound + 1, Break::Head));
    }
    Ok(verdict)
}
