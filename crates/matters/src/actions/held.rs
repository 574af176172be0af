//! A reporter's rights: everything held about them is copied, and erased; by their link, by staff for them, by a rule.

use lianxin_foundation::audit::{self, Entry};
use lianxin_foundation::error::Kind;
use lianxin_foundation::ids::digest;
use lianxin_foundation::scope::Means;
use lianxin_foundation::vault::normalise_phone;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::hide::salts_without;
use super::personal::{self, opened};
use super::{find, stands_differently};
use crate::model::{Event, Matter, Party};
use crate::rights::{CONTACT, Deletion, Held, Rule, held, store as rights};
use crate::rules::Step;
use crate::store;
use crate::store::hidden;

/// Who asks.
#[derive(Debug, Clone)]
pub enum Asker {
    /// Whoever holds the link; where a telephone number was left, they name it, for links are passed on.
    Link {
        /// The secret of the link.
        secret: String,
        /// The number they left.
        phone: String,
    },
    /// A supervisor, for the reporter.
    Staff {
        /// The matter.
        id: Uuid,
        /// Who asked for it, and how they were recognised; it joins the audit trail.
        reason: String,
    },
    /// The program: it was kept long enough.
    Rule {
        /// The matter.
        id: Uuid,
    },
}

/// Gives everything held about whoever reported a matter.
pub struct CopyHeld {
    /// The matter's county.
    pub county: String,
    /// Who asks.
    pub asker: Asker,
}

/// Erases how to reach whoever reported a matter, or with it everything they said and sent.
pub struct EraseHeld {
    /// The matter's county.
    pub county: String,
    /// Who asks.
    pub asker: Asker,
    /// Whether what they said and their photos go too; only of a matter that is over.
    pub everything: bool,
}

impl EraseHeld {
    /// What the program erases when it was kept long enough.
    pub(crate) fn by_rule(county: &str, id: Uuid) -> EraseHeld {
        EraseHeld { county: county.to_owned(), asker: Asker::Rule { id }, everything: false }
    }
}

impl Asker {
    /// The matter, for whoever has a right to it, and what stands in the trail as the reason.
    async fn matter(&self, tx: &mut Tx, cx: Context<'_>, county: &str) -> Result<(Matter, Option<String>)> {
        match self {
            Asker::Link { secret, phone } => {
                // Who is signed in is no reporter, even with the link at hand.
                if cx.who.account.is_some() {
                    return Err(Problem::forbidden().into());
                }
                let found = store::matter_by_secret(tx, county, &digest(secret)).await?;
                let matter = found.ok_or_else(Problem::not_found)?;
                let left = opened(cx.app, "phone", matter.id, matter.sealed_phone.as_deref())?;
                if left.is_some() && left != normalise_phone(phone) {
                    return Err(Problem::invalid().field("phone", "mydata-phone-wrong").into());
                }
                Ok((matter, None))
            }
            Asker::Staff { id, reason } => {
                let matter = find(tx, cx, county, *id).await?;
                cx.scope(Right::SuperviseMatters).require(&matter.path, &[])?;
                let reason = audit::reason(reason, "matter-reason-short")?;
                Ok((matter, Some(reason.to_owned())))
            }
            Asker::Rule { id } => {
                if cx.who.means != Means::Program || cx.who.account.is_some() {
                    return Err(Problem::forbidden().into());
                }
                Ok((store::any(tx, county, *id).await?.ok_or_else(Problem::not_found)?, None))
            }
        }
    }

    fn rule(&self) -> Rule {
        match self {
            Asker::Link { .. } => Rule::Asked,
            Asker::Staff { .. } => Rule::ForThem,
            Asker::Rule { .. } => Rule::Kept,
        }
    }
}

impl Action for CopyHeld {
    type Output = Held;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Held> {
        let (matter, reason) = self.asker.matter(tx, cx, &self.county).await?;
        let found = held(tx, cx.app, &matter).await?;
        let entry = Entry::new(cx.who, &self.county, "matter-copy-held", "matter", matter.id);
        let entry = entry.detail(json!({ "number": matter.number }));
        tx.audit(match reason {
            Some(reason) => entry.because(reason),
            None => entry,
        });
        Ok(found)
    }
}

impl Action for EraseHeld {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (matter, reason) = self.asker.matter(tx, cx, &self.county).await?;
        if self.everything && !matter.status.is_over() {
            return Err(Problem::new(Kind::Conflict, "mydata-not-over").into());
        }
        let erasing = Erasing { matter: &matter, reason };
        let mut gone = contact(&matter);
        if self.everything {
            let said = erasing.said(tx, cx).await?;
            let photos = rights::drop_photos(tx, &self.county, matter.id).await?;
            if said.is_some() || photos > 0 || wrote(cx, &matter)? {
                gone.extend(["text", "place", "answers"]);
                gone.extend(said);
            }
        }
        if gone.is_empty() {
            return Err(Problem::new(Kind::Conflict, "mydata-nothing").into());
        }
        erasing.report(tx, cx, &gone, self.everything).await?;
        let deletion = Deletion {
            county: self.county.clone(),
            id: cx.app.ids().new_id(cx.now),
            at: cx.now,
            rule: self.asker.rule(),
            matter: matter.id,
            words: gone.join(","),
            by_name: cx.who.name.clone(),
        };
        rights::insert(tx, &deletion).await
    }
}

/// Which of the ways to reach the reporter are held.
fn contact(matter: &Matter) -> Vec<&'static str> {
    let held = [&matter.sealed_name, &matter.sealed_phone, &matter.sealed_email, &matter.sealed_address];
    CONTACT.into_iter().zip(held).filter_map(|(name, sealed)| sealed.is_some().then_some(name)).collect()
}

/// Whether the report itself still says anything.
fn wrote(cx: Context<'_>, matter: &Matter) -> Result<bool> {
    let sealed = opened(cx.app, "text", matter.id, matter.sealed_text.as_deref())?;
    let text = sealed.as_ref().unwrap_or(&matter.text);
    let answered = matter.attributes.as_object().is_some_and(|answers| !answers.is_empty());
    Ok(answered || !text.is_empty() || !matter.place.is_empty())
}

/// A matter out of which words go, and why where somebody had to say so.
struct Erasing<'a> {
    matter: &'a Matter,
    reason: Option<String>,
}

impl Erasing<'_> {
    /// Erases what is held of the report itself.
    async fn report(&self, tx: &mut Tx, cx: Context<'_>, gone: &[&'static str], all: bool) -> Result<()> {
        let (county, id) = (self.matter.county.as_str(), self.matter.id);
        rights::forget_contact(tx, county, id).await?;
        if all {
            let mut matter = self.matter.clone();
            matter.text.clear();
            // Sealed and empty: it stays private, and there is nothing to open.
            matter.sealed_text = Some(personal::sealed(cx.app, "text", id, ""));
            matter.version += 1;
            if !store::update(tx, &matter, self.matter.version).await? {
                return Err(stands_differently(&matter));
            }
            rights::forget_answers(tx, county, id).await?;
        }
        let salts = salts_without(tx, (county, id), 1, gone).await?;
        hidden::put_salts(tx, county, id, 1, salts).await?;
        self.on_record(tx, cx, 1, gone);
        Ok(())
    }

    /// Erases what the reporter said afterwards; gives the name of that, where there was any.
    async fn said(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Option<&'static str>> {
        let (county, id) = (self.matter.county.as_str(), self.matter.id);
        let events = store::events(tx, county, id).await?;
        let own = |event: &&Event| event.party == Party::Reporter && event.kind != Step::Report;
        let spoke = |event: &&Event| event.note.is_some() || event.sealed_note.is_some();
        let mut any = None;
        for event in events.iter().filter(own).filter(spoke) {
            let gone = ["note", "sealed-note"];
            let salts = salts_without(tx, (county, id), event.seq, &gone).await?;
            rights::forget_said(tx, self.matter, event.seq, salts).await?;
            self.on_record(tx, cx, event.seq, &gone);
            any = Some("said");
        }
        Ok(any)
    }

    /// The trail says which words went from which event: without it, they would count as edited.
    fn on_record(&self, tx: &mut Tx, cx: Context<'_>, event: i64, gone: &[&'static str]) {
        let entry = Entry::new(cx.who, &self.matter.county, "matter-erase-words", "matter", self.matter.id);
        let detail = json!({ "number": self.matter.number, "event": event, "words": gone, "sealed": false });
        let entry = entry.detail(detail);
        tx.audit(match &self.reason {
            Some(reason) => entry.because(reason.clone()),
            None => entry,
        });
    }
}
