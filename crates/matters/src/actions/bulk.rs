//! One step on many matters: each is taken by its own action, in its own transaction, with its own entry in the trail.

use lianxin_foundation::action::Made;
use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, App, Context, Error, Problem, Result, Right, Tx, Who, every};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid, Variant, Version};

use super::{Accept, AddNote, Dispatch, Resolve, find, words};
use crate::Matters;
use crate::model::Matter;
use crate::rules::Step;
use crate::store;

/// The most matters one step is taken on at once.
pub const MOST_AT_ONCE: usize = 200;

/// A step that can say the same to many people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkStep {
    /// The unit takes them.
    Accept,
    /// They are sent to a unit.
    Dispatch,
    /// They are settled.
    Resolve,
    /// Something is noted.
    Note,
}

every! {
    /// Every such step, in the order they are offered.
    BulkStep {
        Accept   = "accept",   "bulk-do-accept";
        Dispatch = "dispatch", "bulk-do-dispatch";
        Resolve  = "resolve",  "bulk-do-resolve";
        Note     = "note",     "bulk-do-note";
    }
}

impl BulkStep {
    /// The step on one matter.
    pub fn step(self) -> Step {
        match self {
            BulkStep::Accept => Step::Accept,
            BulkStep::Dispatch => Step::Dispatch,
            BulkStep::Resolve => Step::Resolve,
            BulkStep::Note => Step::Note,
        }
    }

    /// What forms call the words that go with it.
    pub fn words(self) -> &'static str {
        match self {
            BulkStep::Resolve => "reply",
            BulkStep::Accept | BulkStep::Dispatch | BulkStep::Note => "note",
        }
    }
}

/// What is done with each of them.
pub struct Chore {
    /// Which step.
    pub step: BulkStep,
    /// The words that go with it.
    pub words: String,
    /// The organisation, for a dispatch.
    pub unit: Option<Uuid>,
    /// Whether a note is for staff only.
    pub internal: bool,
}

impl Chore {
    /// Refuses what no matter could be given, before any is touched.
    fn check(&self) -> Result<()> {
        let field = self.step.words();
        match self.step {
            BulkStep::Dispatch if self.unit.is_none() => {
                return Err(Problem::invalid().field("unit", "matter-unit-missing").into());
            }
            BulkStep::Accept | BulkStep::Dispatch => words::optional(field, &self.words)?,
            BulkStep::Resolve | BulkStep::Note => {
                Some(words::required(field, &self.words, "matter-note-missing")?)
            }
        };
        words::filled_in(field, Some(self.words.clone())).map(drop)
    }
}

/// What became of one matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// This very sending had done it before.
    Already,
    /// It was refused.
    Refused(Problem),
}

/// Takes a step on each of these matters (county and id), in turn. `id` is that of the sending, made with its form: sent
/// twice, nothing is done twice. Gives what became of each, in their order.
///
/// # Errors
/// What is wrong with the step itself; then nothing was done. [`Kind::SignIn`] when the asker is signed out meanwhile,
/// or a failure of the database: what was done before stays done, and is not done again when it is sent again.
pub async fn in_bulk(
    app: &App,
    who: &Who,
    matters: &Matters,
    id: Uuid,
    chore: &Chore,
    picked: &[(String, Uuid)],
) -> Result<Vec<Outcome>> {
    chore.check()?;
    if picked.len() > MOST_AT_ONCE {
        return Err(Problem::new(Kind::TooLarge, "bulk-most").with("n", MOST_AT_ONCE).into());
    }
    let mut outcomes = Vec::with_capacity(picked.len());
    for (county, matter) in picked {
        let one = One { matters, bulk: id, chore, county, matter: *matter };
        outcomes.push(match app.act(who, &one).await {
            Ok(outcome) => outcome,
            Err(Error::Refused(problem)) if problem.kind != Kind::SignIn => Outcome::Refused(*problem),
            Err(error) => return Err(error),
        });
    }
    app.act(who, &NoteBulk { id, step: chore.step, outcomes: &outcomes }).await?;
    Ok(outcomes)
}

/// The step on one of them.
struct One<'a> {
    matters: &'a Matters,
    bulk: Uuid,
    chore: &'a Chore,
    county: &'a str,
    matter: Uuid,
}

impl Action for One<'_> {
    type Output = Outcome;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Outcome> {
        let Chore { step, words, unit, internal } = self.chore;
        let (matters, county, id, words) = (self.matters, self.county.to_owned(), self.matter, words.clone());
        find(tx, cx, &county, id).await?;
        let made = Made { id: event_id(self.bulk, *step, id), at: cx.now };
        if store::event_of(tx, &county, made.id).await?.is_some() {
            return Ok(Outcome::Already);
        }
        let cx = Context { made: Some(made), ..cx };
        let done: Result<Matter> = match step {
            BulkStep::Accept => Accept { matters, county, id, note: words }.run(tx, cx).await,
            BulkStep::Dispatch => {
                let unit = unit.ok_or_else(|| Problem::invalid().field("unit", "matter-unit-missing"))?;
                Dispatch { matters, county, id, unit, note: words }.run(tx, cx).await
            }
            BulkStep::Resolve => {
                Resolve { matters, county, id, reply: words, photos: Vec::new() }.run(tx, cx).await
            }
            BulkStep::Note => {
                let note =
                    AddNote { matters, county, id, note: words, internal: *internal, photos: Vec::new() };
                note.run(tx, cx).await
            }
        };
        done.map(|_| Outcome::Done)
    }
}

/// The id of the event that a sending makes in a matter: the same whenever it is sent.
fn event_id(bulk: Uuid, step: BulkStep, matter: Uuid) -> Uuid {
    let digest = Sha256::new()
        .chain_update(bulk.as_bytes())
        .chain_update(step.code().as_bytes())
        .chain_update(matter.as_bytes())
        .finalize();
    let mut bytes = *bulk.as_bytes();
    // The moment stays, so that ids keep their order.
    bytes[6..].copy_from_slice(&digest[..10]);
    Builder::from_bytes(bytes).with_version(Version::SortRand).with_variant(Variant::RFC4122).into_uuid()
}

/// Puts on record that many were done at once; each has its own entry besides.
struct NoteBulk<'a> {
    id: Uuid,
    step: BulkStep,
    outcomes: &'a [Outcome],
}

impl Action for NoteBulk<'_> {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        if cx.scope(Right::SeeMatters).is_empty() {
            return Err(Problem::forbidden().into());
        }
        let count = |which: fn(&Outcome) -> bool| self.outcomes.iter().filter(|one| which(one)).count();
        let entry = Entry::new(cx.who, &cx.who.county, "matters-bulk", "list", self.id);
        tx.audit(entry.detail(json!({
            "step": self.step.code(),
            "done": count(|one| *one == Outcome::Done),
            "already": count(|one| *one == Outcome::Already),
            "refused": count(|one| matches!(one, Outcome::Refused(_))),
        })));
        Ok(())
    }
}
