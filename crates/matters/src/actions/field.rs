//! What was done where there was no signal, and is sent now.

use lianxin_foundation::action::Made;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, App, Context, Error, Problem, Result, Tx, Who, every};
use uuid::Uuid;

use super::{Accept, AddNote, Ask, Resolve, find};
use crate::Matters;
use crate::model::Matter;
use crate::photos::StoredPhoto;
use crate::rules::Step;
use crate::store;

/// A step that can be taken without signal: it needs nothing but the worker's own words and eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldStep {
    /// The unit takes it.
    Accept,
    /// It is settled.
    Resolve,
    /// The reporter is asked something.
    Ask,
    /// Something is noted.
    Note,
}

every! {
    /// Every such step, in the order they are offered.
    FieldStep {
        Accept  = "accept";
        Resolve = "resolve";
        Ask     = "ask";
        Note    = "note";
    }
}

impl FieldStep {
    /// The step on the matter.
    pub fn step(self) -> Step {
        match self {
            FieldStep::Accept => Step::Accept,
            FieldStep::Resolve => Step::Resolve,
            FieldStep::Ask => Step::Ask,
            FieldStep::Note => Step::Note,
        }
    }
}

/// A step that was taken on a phone.
pub struct Deferred {
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub matter: Uuid,
    /// Its id and moment, as the phone made them.
    pub made: Made,
    /// Which step.
    pub step: FieldStep,
    /// The words that go with it.
    pub words: String,
    /// Whether a note is for staff only.
    pub internal: bool,
    /// Photos that go with it, put away already.
    pub photos: Vec<StoredPhoto>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Caught {
    /// It is done, and the matter stands like this.
    Done(Matter),
    /// It had been sent before: the phone never heard the answer.
    Already(Matter),
    /// The matter stands differently by now, so the step could not be taken; words and photos are
    /// kept as a note.
    Noted(Matter),
}

impl Deferred {
    fn has_something_to_say(&self) -> bool {
        !self.words.trim().is_empty() || !self.photos.is_empty()
    }
}

/// Takes a step that a phone sends late, once however often it is sent. Where somebody else was
/// quicker, what was said and shown is not lost: it becomes a note.
///
/// # Errors
/// What the step itself refuses; then nothing was written, and the phone keeps its entry.
pub async fn catch_up(app: &App, who: &Who, matters: &Matters, entry: &Deferred) -> Result<Caught> {
    match app.act(who, &Late { matters, entry, step: entry.step }).await {
        Err(Error::Refused(problem)) if overtaken(&problem, entry) => {
            let noted = app.act(who, &Late { matters, entry, step: FieldStep::Note }).await?;
            Ok(match noted {
                Caught::Done(matter) => Caught::Noted(matter),
                other => other,
            })
        }
        caught => caught,
    }
}

/// Whether the step came too late rather than being wrong in itself.
fn overtaken(problem: &Problem, entry: &Deferred) -> bool {
    let late = problem.kind == Kind::Conflict || problem.code == "matter-step-party";
    late && entry.step != FieldStep::Note && entry.has_something_to_say()
}

/// The entry taken as this step.
struct Late<'a> {
    matters: &'a Matters,
    entry: &'a Deferred,
    step: FieldStep,
}

impl Action for Late<'_> {
    type Output = Caught;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Caught> {
        let Deferred { county, matter: id, made, words, internal, photos, .. } = self.entry;
        let matter = find(tx, cx, county, *id).await?;
        if let Some(of) = store::event_of(tx, county, made.id).await? {
            // An id made for another matter's event is no id of ours.
            return if of == *id { Ok(Caught::Already(matter)) } else { Err(Problem::not_found().into()) };
        }
        let cx = Context { made: Some(*made), ..cx };
        let (matters, county, id, words) = (self.matters, county.clone(), *id, words.clone());
        let photos = photos.clone();
        let done = match self.step {
            // The phone offers photos only with what they can show.
            FieldStep::Accept | FieldStep::Ask if !photos.is_empty() => {
                Err(Problem::invalid().field("step", "field-step-unknown").into())
            }
            FieldStep::Accept => Accept { matters, county, id, note: words }.run(tx, cx).await,
            FieldStep::Ask => Ask { matters, county, id, question: words }.run(tx, cx).await,
            FieldStep::Resolve => Resolve { matters, county, id, reply: words, photos }.run(tx, cx).await,
            FieldStep::Note => {
                let internal = *internal;
                AddNote { matters, county, id, note: words, internal, photos }.run(tx, cx).await
            }
        };
        done.map(Caught::Done)
    }
}
