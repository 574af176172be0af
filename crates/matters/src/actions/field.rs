//! What was done where there was no signal, and arrives now.

use lianxin_foundation::action::Made;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, App, Context, Error, Problem, Result, Tx, Who};
use uuid::Uuid;

use super::{Accept, AddNote, Ask, Resolve, find};
use crate::Matters;
use crate::model::Matter;
use crate::photos::StoredPhoto;
use crate::rules::Step;
use crate::store;

/// A step that was taken on a phone.
pub struct Deferred {
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub matter: Uuid,
    /// Its id and moment, as the phone made them.
    pub made: Made,
    /// Which step: see [`Deferred::STEPS`].
    pub step: Step,
    /// The words that go with it.
    pub words: String,
    /// Whether a note is for staff only.
    pub internal: bool,
    /// Photos that go with it, put away already.
    pub photos: Vec<StoredPhoto>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Arrival {
    /// It is done, and the matter stands like this.
    Done(Matter),
    /// It had arrived before: the phone never heard the answer.
    Already(Matter),
    /// The matter stands differently by now, so the step could not be taken; words and photos are
    /// kept as a note.
    Merged(Matter),
}

impl Deferred {
    /// The steps that can be taken without signal: those that need nothing but the worker's own words and eyes.
    pub const STEPS: [Step; 4] = [Step::Accept, Step::Resolve, Step::Ask, Step::Note];

    fn has_something_to_say(&self) -> bool {
        !self.words.trim().is_empty() || !self.photos.is_empty()
    }
}

/// Takes a step that a phone sends late, once however often it is sent. Where somebody else was
/// quicker, what was said and shown is not lost: it becomes a note.
///
/// # Errors
/// What the step itself refuses; then nothing was written, and the phone keeps its entry.
pub async fn arrive(app: &App, who: &Who, matters: &Matters, entry: &Deferred) -> Result<Arrival> {
    match app.act(who, &Late { matters, entry, step: entry.step }).await {
        Err(Error::Refused(problem)) if overtaken(&problem, entry) => {
            let noted = app.act(who, &Late { matters, entry, step: Step::Note }).await?;
            Ok(match noted {
                Arrival::Done(matter) => Arrival::Merged(matter),
                other => other,
            })
        }
        arrived => arrived,
    }
}

/// Whether the step came too late rather than being wrong in itself.
fn overtaken(problem: &Problem, entry: &Deferred) -> bool {
    let late = problem.kind == Kind::Conflict || problem.code == "matter-step-party";
    late && entry.step != Step::Note && entry.has_something_to_say()
}

/// The entry taken as this step.
struct Late<'a> {
    matters: &'a Matters,
    entry: &'a Deferred,
    step: Step,
}

impl Action for Late<'_> {
    type Output = Arrival;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Arrival> {
        let Deferred { county, matter: id, made, words, internal, photos, .. } = self.entry;
        let matter = find(tx, cx, county, *id).await?;
        if let Some(of) = store::event_of(tx, county, made.id).await? {
            // An id made for another matter's event is no id of ours.
            return if of == *id { Ok(Arrival::Already(matter)) } else { Err(Problem::not_found().into()) };
        }
        let cx = Context { made: Some(*made), ..cx };
        let (matters, county, id, words) = (self.matters, county.clone(), *id, words.clone());
        let photos = photos.clone();
        let done = match self.step {
            Step::Accept if photos.is_empty() => {
                Accept { matters, county, id, note: words }.run(tx, cx).await
            }
            Step::Resolve => Resolve { matters, county, id, reply: words, photos }.run(tx, cx).await,
            Step::Ask if photos.is_empty() => Ask { matters, county, id, question: words }.run(tx, cx).await,
            Step::Note => {
                let internal = *internal;
                AddNote { matters, county, id, note: words, internal, photos }.run(tx, cx).await
            }
            _ => Err(Problem::invalid().field("step", "field-step-unknown").into()),
        };
        done.map(Arrival::Done)
    }
}
