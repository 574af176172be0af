//! Words that should not have been public are hidden afterwards, history included.

use std::collections::BTreeMap;

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::{Kind, While};
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use lianxin_hanzi::personal::masked;
use serde_json::json;
use uuid::Uuid;

use super::{find, personal, stands_differently, words};
use crate::model::{Event, Matter};
use crate::rules::Step;
use crate::store;
use crate::store::hidden::{self, Hiding};

/// Whoever supervises a matter hides words in it: of an event what was said to everyone, of the report what the
/// reporter wrote. What looked personal is masked; the words as they were stay sealed, or are erased for good.
/// The trail still holds: it says which words went, and its hash of them tells nothing.
pub struct HideWords {
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// The event's number; 1 is the report, whose words are the matter's own.
    pub event: i64,
    /// Whether the words are erased for good instead of sealed.
    pub erase: bool,
    /// Why; it joins the audit trail.
    pub reason: String,
}

impl Action for HideWords {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        cx.scope(Right::SuperviseMatters).require(&matter.path, &[])?;
        let events = store::events(tx, &self.county, self.id).await?;
        let event =
            events.into_iter().find(|event| event.seq == self.event).ok_or_else(Problem::not_found)?;
        let gone = if event.kind == Step::Report {
            self.report(tx, cx, matter.clone(), &reason).await?
        } else {
            self.note(tx, cx, &matter, &event, &reason).await?
        };
        let entry = if gone.is_empty() {
            Entry::new(cx.who, &self.county, "matter-hide-words", "matter", self.id)
        } else {
            Entry::new(cx.who, &self.county, "matter-erase-words", "matter", self.id)
        };
        tx.audit(entry.because(&reason).detail(json!({
            "number": matter.number, "event": self.event, "words": gone, "sealed": !self.erase,
        })));
        Ok(())
    }
}

impl HideWords {
    /// Hides what an event said to everyone; gives the names of the words that left the log.
    async fn note(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        matter: &Matter,
        event: &Event,
        reason: &str,
    ) -> Result<Vec<&'static str>> {
        let note = event.note.as_deref().ok_or_else(nothing)?;
        let shown = masked(note);
        let shown = if shown == note { "" } else { &shown };
        let part = event.seq.to_string();
        self.put(tx, cx, matter, &part, note, shown, reason).await?;
        let salts = salts_without(tx, (&self.county, self.id), event.seq, &["note"]).await?;
        hidden::take_note(tx, &self.county, self.id, event.seq, salts).await?;
        Ok(vec!["note"])
    }

    /// Hides what the reporter wrote: their words are sealed like those of a private matter, or erased.
    async fn report(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        mut matter: Matter,
        reason: &str,
    ) -> Result<Vec<&'static str>> {
        let mut gone = Vec::new();
        let said = std::mem::take(&mut matter.text);
        if said.is_empty() && !(self.erase && matter.sealed_text.is_some()) {
            return Err(nothing().into());
        }
        if self.erase {
            // Sealed and empty: it stays private, and there is nothing to open.
            matter.sealed_text = Some(personal::sealed(cx.app, "text", matter.id, ""));
            gone.push("text");
        } else {
            matter.sealed_text = Some(personal::sealed(cx.app, "text", matter.id, &said));
        }
        if masked(&matter.place) != matter.place {
            let place = std::mem::take(&mut matter.place);
            self.put(tx, cx, &matter, "place", &place, &masked(&place), reason).await?;
            gone.push("place");
        }
        let version = matter.version;
        matter.version += 1;
        if !store::update(tx, &matter, version).await? {
            return Err(stands_differently(&matter));
        }
        store::set_place(tx, &matter).await?;
        if !gone.is_empty() {
            let salts = salts_without(tx, (&self.county, self.id), 1, &gone).await?;
            hidden::put_salts(tx, &self.county, self.id, 1, salts).await?;
        }
        Ok(gone)
    }

    #[expect(clippy::too_many_arguments, reason = "one row is written, column by column")]
    async fn put(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        matter: &Matter,
        part: &str,
        words: &str,
        shown: &str,
        reason: &str,
    ) -> Result<()> {
        let place = format!("hidden_words.sealed/{}/{part}", matter.id);
        let sealed = (!self.erase).then(|| cx.app.vault().seal(cx.app.ids(), &place, words));
        let (county, by) = (self.county.as_str(), cx.who.name.as_str());
        let hiding = Hiding { county, matter: matter.id, part, shown, sealed, by, reason, at: cx.now };
        if hidden::insert(tx, hiding).await? { Ok(()) } else { Err(nothing().into()) }
    }
}

/// The salts that an event of a matter, by county and id, keeps when words leave it.
pub(super) async fn salts_without(
    tx: &mut Tx,
    (county, matter): (&str, Uuid),
    seq: i64,
    gone: &[&str],
) -> Result<Option<String>> {
    let Some(written) = hidden::salts(tx, county, matter, seq).await? else { return Ok(None) };
    let mut salts: BTreeMap<String, String> =
        serde_json::from_str(&written).while_doing("reading the salts of an event")?;
    salts.retain(|name, _| !gone.contains(&name.as_str()));
    let left = (!salts.is_empty()).then(|| serde_json::to_string(&salts)).transpose();
    left.while_doing("writing the salts of an event")
}

/// "There are no public words here."
fn nothing() -> Problem {
    Problem::new(Kind::Conflict, "matter-hide-nothing")
}
