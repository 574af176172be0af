//! Comparing every matter and every event with what the audit trail holds of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lianxin_foundation::audit::{Link, store as audit};
use lianxin_foundation::{App, Result, Tx};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{ByWords, hash_of_facts, hash_of_words, words};
use crate::model::{Event, Matter};
use crate::rules::{Step, facts};
use crate::store::trail as store;
use crate::store::{EventRow, MatterRow};

/// The audit code under which erased words are on record: its detail names the `event` by its number and
/// its `words` by their names. Words that are gone without such an entry count as an edit.
pub const ERASED: &str = "matter-erase-words";

/// What the subjects of the trail are called here.
const KIND: &str = "matter";

/// Matters compared at once.
const PAGE: i64 = 200;

/// Flaws of one county that are named; the rest is counted.
const NAMED: usize = 50;

/// What comparing one county found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The county.
    pub county: String,
    /// Events that are as they were written.
    pub sound: u64,
    /// Events from before the trail held hashes: compared with what their entries say of time, kind, who,
    /// unit and state; nothing tells whether their words are still the same.
    pub older: u64,
    /// Pieces of words that were erased, with an entry saying so.
    pub erased: u64,
    /// What is not as it was written, at most fifty.
    pub flaws: Vec<Found>,
    /// How many flaws there are.
    pub flawed: u64,
}

/// A flaw and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The matter's id.
    pub matter: String,
    /// The event's number within the matter, unless it is about the matter itself.
    pub event: Option<i64>,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Facts of the event are not those the trail holds.
    Changed,
    /// Words were changed, added, or taken away without an entry saying so.
    Words,
    /// The trail knows an event that is not there.
    Removed,
    /// An event is there that the trail does not know.
    Inserted,
    /// The matter does not stand where its events leave it.
    Matter,
}

/// Compares every county in one moment of the database.
///
/// # Errors
/// When the database cannot be read. Whatever is stored otherwise than written is a finding.
pub async fn verify(app: &App) -> Result<Vec<Verdict>> {
    let mut tx = app.db().snapshot().await?;
    let mut counties: BTreeSet<String> = audit::counties(&mut tx).await?.into_iter().collect();
    counties.extend(store::counties(&mut tx).await?);
    let mut verdicts = Vec::new();
    for county in counties {
        verdicts.push(verify_county(app, &mut tx, county).await?);
    }
    Ok(verdicts)
}

async fn verify_county(app: &App, tx: &mut Tx, county: String) -> Result<Verdict> {
    let mut verdict = Verdict { county: county.clone(), ..Verdict::default() };
    let (mut after, mut met) = (Uuid::nil(), BTreeSet::new());
    loop {
        let rows = store::matters_after(tx, &county, after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        met.extend(ids.iter().copied());
        let names: Vec<String> = ids.iter().map(Uuid::to_string).collect();
        let mut events: HashMap<Uuid, Vec<EventRow>> = HashMap::new();
        for event in store::events_of(tx, &county, &ids).await? {
            events.entry(event.matter).or_default().push(event);
        }
        let mut entries: HashMap<String, Vec<Link>> = HashMap::new();
        for entry in audit::about(tx, &county, KIND, &names).await? {
            entries.entry(entry.subject.clone()).or_default().push(entry);
        }
        for (row, name) in rows.into_iter().zip(names) {
            let history = events.remove(&row.id).unwrap_or_default();
            compare(app, &mut verdict, row, history, entries.remove(&name).unwrap_or_default());
        }
    }
    for event in store::stray_events(tx, &county).await? {
        verdict.flaw(&event.matter.to_string(), Some(event.seq), Flaw::Inserted);
    }
    lost(tx, &mut verdict, &met).await?;
    Ok(verdict)
}

/// Finds what the trail says of matters that are no longer there.
async fn lost(tx: &mut Tx, verdict: &mut Verdict, met: &BTreeSet<Uuid>) -> Result<()> {
    for subject in audit::subjects(tx, &verdict.county, KIND, Step::Report.audit_code()).await? {
        if subject.parse().is_ok_and(|id| met.contains(&id)) {
            continue;
        }
        let entries = audit::about(tx, &verdict.county, KIND, std::slice::from_ref(&subject)).await?;
        for entry in entries.iter().filter_map(EntryOf::read) {
            verdict.flaw(&subject, Some(entry.event), Flaw::Removed);
        }
    }
    Ok(())
}

impl Verdict {
    fn flaw(&mut self, matter: &str, event: Option<i64>, flaw: Flaw) {
        self.flawed += 1;
        if self.flaws.len() < NAMED {
            self.flaws.push(Found { matter: matter.to_owned(), event, flaw });
        }
    }
}

/// An entry about an event.
struct EntryOf<'a> {
    link: &'a Link,
    detail: Json,
    event: i64,
}

impl EntryOf<'_> {
    fn read(link: &Link) -> Option<EntryOf<'_>> {
        Step::ALL.iter().find(|step| step.audit_code() == link.action)?;
        let detail: Json = serde_json::from_str(&link.detail).ok()?;
        let event = detail["event"].as_i64()?;
        Some(EntryOf { link, detail, event })
    }

    /// The hashes of the event's words, where the entry is one that holds hashes.
    fn hashes(&self) -> Option<(&str, ByWords)> {
        let facts = self.detail["facts"].as_str()?;
        Some((facts, serde_json::from_value(self.detail["words"].clone()).unwrap_or_default()))
    }

    /// Whether an event is what an entry without hashes says of it.
    fn tells_of(&self, row: &EventRow) -> bool {
        let person =
            row.actor.is_none() || (row.actor == self.link.actor && row.actor_name == self.link.actor_name);
        let code = Step::from_code(&row.kind).map(Step::audit_code);
        let unit = row.unit.map(|unit| unit.to_string());
        person
            && code == Some(self.link.action.as_str())
            && row.at == self.link.at
            && self.detail["party"].as_str() == Some(row.actor_kind.as_str())
            && self.detail["status"].as_str() == Some(row.status.as_str())
            && self.detail["unit"].as_str() == unit.as_deref()
    }
}

/// Which words of which events were erased, with an entry saying so.
fn erasures(links: &[Link]) -> BTreeSet<(i64, String)> {
    let mut erased = BTreeSet::new();
    for link in links.iter().filter(|link| link.action == ERASED) {
        let Ok(detail) = serde_json::from_str::<Json>(&link.detail) else { continue };
        let names = detail["words"].as_array().into_iter().flatten().filter_map(Json::as_str);
        if let Some(event) = detail["event"].as_i64() {
            erased.extend(names.map(|name| (event, name.to_owned())));
        }
    }
    erased
}

fn compare(app: &App, verdict: &mut Verdict, row: MatterRow, history: Vec<EventRow>, links: Vec<Link>) {
    let id = row.id.to_string();
    let number = row.number.clone();
    // What no program wrote cannot be read, and is no reason to stop looking at the rest.
    let Ok(matter) = row.read() else { return verdict.flaw(&id, None, Flaw::Matter) };
    let mut entries: BTreeMap<i64, EntryOf> =
        links.iter().filter_map(EntryOf::read).map(|entry| (entry.event, entry)).collect();
    let erased = erasures(&links);
    let mut events = Vec::with_capacity(history.len());
    for row in history {
        let Some(entry) = entries.remove(&row.seq) else {
            verdict.flaw(&id, Some(row.seq), Flaw::Inserted);
            continue;
        };
        let Ok(event) = row.clone().read() else {
            verdict.flaw(&id, Some(row.seq), Flaw::Changed);
            continue;
        };
        let renumbered = entry.detail["number"].as_str() != Some(number.as_str());
        match flaw(app, verdict, &matter, &row, &event, &entry, &erased) {
            Some(flaw) => verdict.flaw(&id, Some(row.seq), flaw),
            None if renumbered && event.kind == Step::Report => verdict.flaw(&id, None, Flaw::Matter),
            None => {}
        }
        events.push(event);
    }
    for missing in entries.into_keys() {
        verdict.flaw(&id, Some(missing), Flaw::Removed);
    }
    if facts::replay(&matter, &events) != matter || events.is_empty() {
        verdict.flaw(&id, None, Flaw::Matter);
    }
}

/// What is wrong with an event; counts it where nothing is.
fn flaw(
    app: &App,
    verdict: &mut Verdict,
    matter: &Matter,
    row: &EventRow,
    event: &Event,
    entry: &EntryOf<'_>,
    erased: &BTreeSet<(i64, String)>,
) -> Option<Flaw> {
    let Some((facts, hashes)) = entry.hashes() else {
        // A salt came later than this entry, and not from the program.
        if !entry.tells_of(row) || row.salts.is_some() {
            return Some(Flaw::Changed);
        }
        verdict.older += 1;
        return None;
    };
    if facts != hash_of_facts(matter, row) {
        return Some(Flaw::Changed);
    }
    let Some(gone) = erased_words(app, matter, row, event, &hashes) else { return Some(Flaw::Words) };
    if gone.iter().any(|name| !erased.contains(&(row.seq, name.clone()))) {
        return Some(Flaw::Words);
    }
    verdict.erased += gone.len() as u64;
    verdict.sound += 1;
    None
}

/// Compares the words that are there with the hashes, and names those that are gone with their salt;
/// `None` when any is not what was hashed.
fn erased_words(
    app: &App,
    matter: &Matter,
    row: &EventRow,
    event: &Event,
    hashes: &ByWords,
) -> Option<Vec<String>> {
    let mut salts: ByWords = match &row.salts {
        Some(salts) => serde_json::from_str(salts).ok()?,
        None => ByWords::new(),
    };
    let mut left = hashes.clone();
    for (name, words) in words(app, matter, event) {
        let (hash, salt) = (left.remove(name)?, salts.remove(name)?);
        if hash != hash_of_words(&salt, name, &words.ok()?) {
            return None;
        }
    }
    salts.is_empty().then(|| left.into_keys().collect())
}
