//! A word is added.

use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use uuid::Uuid;

use super::whistle::parties_and_called;
use super::{With, find, take, words};
use crate::Matters;
use crate::model::Matter;
use crate::photos::StoredPhoto;
use crate::rules::Step;

/// Staff add words or photos, for everyone who may see the matter or for staff only.
pub struct AddNote<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// The words; may be empty when photos come.
    pub note: String,
    /// Whether the words are for staff only; they are then sealed.
    pub internal: bool,
    /// Photos.
    pub photos: Vec<StoredPhoto>,
}

impl Action for AddNote<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let words = words::filled_in("note", words::optional("note", &self.note)?)?;
        if words.is_none() && self.photos.is_empty() {
            return Err(Problem::invalid().field("note", "matter-note-missing").into());
        }
        let (note, sealed) = if self.internal { (None, words) } else { (words, None) };
        let matter = find(tx, cx, &self.county, self.id).await?;
        let parties = parties_and_called(tx, cx, &matter).await?;
        let with = With { note, sealed, photos: &self.photos, ..With::default() };
        take(tx, cx, self.matters, matter, &parties, Step::Note, with).await
    }
}
