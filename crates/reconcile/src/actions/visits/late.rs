//! What was found where there was no signal, and is sent now.

use lianxin_foundation::action::Made;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use uuid::Uuid;

use super::{Answer, Meet, NobodyHome, kept};
use crate::rules::answers::Stands;
use crate::store::visits;
use crate::visit::VisitState;

/// What can be done at a door without signal.
#[derive(Debug, Clone)]
pub enum Step {
    /// Something was found of somebody.
    Answer(Answer),
    /// Somebody was met whom nobody told of.
    Meet(Meet),
    /// Nobody was home.
    NobodyHome(NobodyHome),
}

/// A step at a door, sent under the id that the phone made for it: it happens once, however often it is sent.
#[derive(Debug, Clone)]
pub struct Late {
    /// The county.
    pub county: String,
    /// The visit.
    pub visit: Uuid,
    /// Its id and moment, as the phone made them.
    pub made: Made,
    /// What was done.
    pub step: Step,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caught {
    /// It is done.
    Done,
    /// It had been sent before: the phone never heard the answer.
    Already,
    /// Somebody else was quicker and found nothing else: there was nothing left to write.
    Same,
}

impl Action for Late {
    type Output = Caught;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Caught> {
        let (campaign, visit) = kept(tx, cx, &self.county, self.visit).await?;
        let of = (self.county.as_str(), campaign.id, visit.id);
        if !visits::note_entry(tx, of, self.made.id, cx.now).await? {
            // An id made for another visit is no id of ours.
            return match visits::entry_of(tx, &self.county, self.made.id).await? {
                Some(other) if other == visit.id => Ok(Caught::Already),
                _ => Err(Problem::not_found().into()),
            };
        }
        let cx = Context { made: Some(self.made), ..cx };
        match &self.step {
            Step::Answer(answer) => {
                let question = visits::question(tx, &self.county, answer.question).await?;
                let question =
                    question.filter(|one| one.visit == visit.id && one.stands() == Stands::Settled);
                if let Some(question) = question
                    && campaign.is_open(cx.now)
                    && answer.says_the_same(cx, &question)?
                {
                    return Ok(Caught::Same);
                }
                answer.run(tx, cx).await?;
            }
            Step::Meet(meet) => {
                meet.run(tx, cx).await?;
            }
            // Whoever found everybody contradicts nobody who found none.
            Step::NobodyHome(_) if visit.state() == VisitState::Done => return Ok(Caught::Same),
            Step::NobodyHome(home) => home.run(tx, cx).await?,
        }
        Ok(Caught::Done)
    }
}
