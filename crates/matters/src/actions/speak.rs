//! What whoever speaks for an enterprise does with its matters: what a resident does by their link, by their post.

use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use uuid::Uuid;

use super::reporter::step;
use super::{With, words};
use crate::Matters;
use crate::model::{Detail, Matter};
use crate::photos::StoredPhoto;
use crate::rules::Step;
use crate::store::enterprises;

/// Says something in an enterprise's matter, as its voice. The trail says who spoke.
pub struct Speak<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// What is said.
    pub saying: Saying,
}

/// What may be said.
pub enum Saying {
    /// The answer to what was asked, with photos.
    Answer(String, Vec<StoredPhoto>),
    /// A further word, or photos alone.
    Note(String, Vec<StoredPhoto>),
    /// Whether it is solved, whether the enterprise is satisfied, and a comment or nothing.
    Confirm(bool, Option<bool>, String),
    /// It is taken back: why, or nothing.
    Withdraw(String),
}

impl Action for Speak<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let scope = cx.scope(Right::SpeakForEnterprise);
        let found = enterprises::matter(tx, &scope, &self.county, self.id).await?;
        let matter = found.ok_or_else(Problem::not_found)?;
        let (go, said, with) = match &self.saying {
            Saying::Answer(text, photos) => {
                let said = words::required("text", text, "matter-note-missing")?;
                (Step::Answer, Some(said), With { photos, ..With::default() })
            }
            Saying::Note(text, photos) => {
                let said = words::optional("text", text)?;
                if said.is_none() && photos.is_empty() {
                    return Err(Problem::invalid().field("text", "matter-note-missing").into());
                }
                (Step::Note, said, With { photos, ..With::default() })
            }
            Saying::Confirm(solved, satisfied, comment) => {
                let said = words::optional("comment", comment)?;
                let detail = Detail { solved: Some(*solved), satisfied: *satisfied, ..Detail::default() };
                let go = if *solved { Step::ConfirmSolved } else { Step::ConfirmUnsolved };
                (go, said, With { detail, ..With::default() })
            }
            Saying::Withdraw(reason) => (Step::Withdraw, words::optional("reason", reason)?, With::default()),
        };
        step(tx, cx, self.matters, matter, go, said, with).await
    }
}
