//! 溯源治理: a cause is taken up, matters are linked to it, what is done about it is noted, it ends.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::error::Kind as Refusal;
use lianxin_foundation::{Action, Context, Error, Micros, Problem, Result, Right, Tx};
use lianxin_registry::area::{ancestors, path_of};
use serde_json::json;
use uuid::Uuid;

use super::{find, parties, unit_in_force, words};
use crate::model::{Matter, Party};
use crate::sources::{self, Kind, MOST_LINKED, MOST_TITLE, Outcome, Source, store, works_on};

/// How far back a measure may be noted.
const BACK: Micros = 365 * DAY;

/// A cause is taken up, found behind a first matter, whose category it has.
pub struct OpenSource {
    /// The matter's county.
    pub county: String,
    /// The first matter.
    pub matter: Uuid,
    /// What it is, in a few words.
    pub title: String,
    /// What seems to be behind the matters.
    pub words: String,
    /// The area it works in: the matter's own or one around it, at most the county.
    pub area: String,
    /// The organisation that answers for it.
    pub unit: Uuid,
}

/// Something is noted, or done about it.
pub struct NoteSource {
    /// The source's county.
    pub county: String,
    /// The source.
    pub id: Uuid,
    /// The words.
    pub words: String,
    /// Of a measure: since when it holds.
    pub since: Option<Micros>,
}

/// A matter is linked to a source, or taken out and not proposed again.
pub struct LinkMatter {
    /// The county of both.
    pub county: String,
    /// The source.
    pub id: Uuid,
    /// The matter's number.
    pub number: String,
    /// Whether it belongs to the source.
    pub belongs: bool,
}

/// Work on a source ends.
pub struct EndSource {
    /// The source's county.
    pub county: String,
    /// The source.
    pub id: Uuid,
    /// How.
    pub outcome: Outcome,
    /// With which result.
    pub result: String,
}

/// A source is taken up again.
pub struct ReopenSource {
    /// The source's county.
    pub county: String,
    /// The source.
    pub id: Uuid,
    /// Why.
    pub reason: String,
}

impl Action for OpenSource {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let title = words::required("title", &self.title, "source-title-missing")?;
        if title.chars().count() > MOST_TITLE {
            return Err(Problem::invalid().field("title", "source-title-long").into());
        }
        let words = words::required("words", &self.words, "source-words-missing")?;
        let matter = find(tx, cx, &self.county, self.matter).await?;
        self.entitled(&matter, cx)?;
        if !ancestors(&matter.path).contains(&self.area.as_str()) || self.area.len() < self.county.len() {
            return Err(Problem::invalid().field("area", "source-area-missing").into());
        }
        let unit = unit_in_force(tx, "unit", &self.county, self.unit, cx.now).await?;
        let source = Source {
            county: self.county.clone(),
            id: cx.app.ids().new_id(cx.now),
            title,
            words,
            category: matter.category.clone(),
            path: path_of(&self.area),
            area: self.area.clone(),
            unit: unit.id,
            opened_at: cx.now,
            ended_at: None,
            outcome: None,
        };
        store::insert(tx, &source).await?;
        store::link(tx, &source, matter.id, cx.now).await?;
        let detail = json!({ "matter": matter.number, "area": source.area, "unit": source.unit });
        tx.audit(Entry::new(cx.who, &source.county, "source-open", "source", source.id).detail(detail));
        Ok(source.id)
    }
}

impl OpenSource {
    /// Whoever directs work there may give a source to any unit; a unit that has the matter takes it for itself:
    /// nobody pushes work on to another.
    fn entitled(&self, matter: &Matter, cx: Context<'_>) -> Result<()> {
        let parties = parties(matter, cx.who, cx.now);
        if parties.iter().any(|party| matches!(party, Party::Supervisor | Party::Dispatcher)) {
            return Ok(());
        }
        if !parties.contains(&Party::Unit) {
            return Err(Problem::new(Refusal::Forbidden, "matter-step-party").into());
        }
        if !cx.scope(Right::HandleMatters).covers("", &[Some(self.unit)]) {
            return Err(Problem::invalid().field("unit", "source-unit-own").into());
        }
        Ok(())
    }
}

impl Action for NoteSource {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let words = words::required("words", &self.words, "source-note-missing")?;
        if self.since.is_some_and(|since| !(cx.now - BACK..=cx.now).contains(&since)) {
            return Err(Problem::invalid().field("since", "source-since-range").into());
        }
        let source = worked_on(tx, cx, &self.county, self.id).await?;
        let kind = if self.since.is_some() { Kind::Measure } else { Kind::Note };
        write(tx, cx, &source, kind, self.since, words).await?;
        let detail = json!({ "kind": kind.code(), "since": self.since });
        tx.audit(Entry::new(cx.who, &source.county, "source-note", "source", source.id).detail(detail));
        Ok(())
    }
}

impl Action for LinkMatter {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let source = worked_on(tx, cx, &self.county, self.id).await?;
        let seen = cx.scope(Right::SeeMatters);
        let number = self.number.trim();
        let matter = crate::store::matter_by_number(tx, &seen, &self.county, number).await?;
        let matter = matter.ok_or_else(|| Problem::invalid().field("number", "source-number-missing"))?;
        if self.belongs {
            if store::links(tx, &source).await? >= MOST_LINKED {
                return Err(Problem::new(Refusal::Conflict, "source-links-most").into());
            }
            store::link(tx, &source, matter.id, cx.now).await?;
        } else {
            store::unlink(tx, &source, matter.id, cx.now).await?;
        }
        let detail = json!({ "matter": matter.number, "belongs": self.belongs });
        tx.audit(Entry::new(cx.who, &source.county, "source-link", "source", source.id).detail(detail));
        Ok(())
    }
}

impl Action for EndSource {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let result = words::required("result", &self.result, "source-result-missing")?;
        let source = worked_on(tx, cx, &self.county, self.id).await?;
        if !store::end(tx, &source, Some(cx.now), Some(self.outcome)).await? {
            return Err(over());
        }
        write(tx, cx, &source, Kind::End, None, result).await?;
        let detail = json!({ "outcome": self.outcome.code() });
        tx.audit(Entry::new(cx.who, &source.county, "source-end", "source", source.id).detail(detail));
        Ok(())
    }
}

impl Action for ReopenSource {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        let source = own(tx, cx, &self.county, self.id).await?;
        if !store::end(tx, &source, None, None).await? {
            return Err(Problem::new(Refusal::Conflict, "source-not-over").into());
        }
        write(tx, cx, &source, Kind::Again, None, reason).await?;
        tx.audit(Entry::new(cx.who, &source.county, "source-again", "source", source.id));
        Ok(())
    }
}

/// The source, where the asker sees it and works on it.
async fn own(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<Source> {
    let found = store::source(tx, &cx.scope(Right::SeeMatters), county, id).await?;
    let source = found.ok_or_else(Problem::not_found)?;
    if works_on(cx.who, &source.path, source.unit, cx.now) {
        Ok(source)
    } else {
        Err(Problem::new(Refusal::Forbidden, "source-not-yours").into())
    }
}

/// The same while it is not over.
async fn worked_on(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<Source> {
    let source = own(tx, cx, county, id).await?;
    if source.ended_at.is_some() { Err(over()) } else { Ok(source) }
}

fn over() -> Error {
    Problem::new(Refusal::Conflict, "source-over").into()
}

async fn write(
    tx: &mut Tx,
    cx: Context<'_>,
    source: &Source,
    kind: Kind,
    since: Option<Micros>,
    words: String,
) -> Result<()> {
    let (id, by_name) = (cx.app.ids().new_id(cx.now), cx.who.name.clone());
    store::insert_entry(tx, source, &sources::Entry { id, kind, at: cx.now, since, by_name, words }).await
}
