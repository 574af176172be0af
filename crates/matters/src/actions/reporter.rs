//! What the reporter can do, by the secret link alone: no account is asked for, none counts.

use lianxin_foundation::ids::digest;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};

use super::{With, take, words};
use crate::Matters;
use crate::model::{Detail, Matter, Party};
use crate::photos::StoredPhoto;
use crate::rules::Step;
use crate::store;

/// The reporter answers what was asked; the clock runs on.
pub struct ReporterAnswer<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The secret of their link.
    pub secret: String,
    /// The answer.
    pub text: String,
    /// Photos.
    pub photos: Vec<StoredPhoto>,
}

/// The reporter says whether it is solved, once, and whether they are satisfied.
pub struct ReporterConfirm<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The secret of their link.
    pub secret: String,
    /// Is it solved?
    pub solved: bool,
    /// Are they satisfied? `None` when they did not say.
    pub satisfied: Option<bool>,
    /// What else they say, or empty.
    pub comment: String,
}

/// The reporter adds a word or photos.
pub struct ReporterNote<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The secret of their link.
    pub secret: String,
    /// The words; may be empty when photos come.
    pub text: String,
    /// Photos.
    pub photos: Vec<StoredPhoto>,
}

/// The reporter takes it back.
pub struct Withdraw<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The secret of their link.
    pub secret: String,
    /// Why, or empty.
    pub reason: String,
}

impl Action for ReporterAnswer<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let said = words::required("text", &self.text, "matter-note-missing")?;
        let matter = own(tx, cx, &self.county, &self.secret).await?;
        let with = With { photos: &self.photos, ..With::default() };
        step(tx, cx, self.matters, matter, Step::Answer, Some(said), with).await
    }
}

impl Action for ReporterConfirm<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let said = words::optional("comment", &self.comment)?;
        let matter = own(tx, cx, &self.county, &self.secret).await?;
        let detail = Detail { solved: Some(self.solved), satisfied: self.satisfied, ..Detail::default() };
        let go = if self.solved { Step::ConfirmSolved } else { Step::ConfirmUnsolved };
        step(tx, cx, self.matters, matter, go, said, With { detail, ..With::default() }).await
    }
}

impl Action for ReporterNote<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let said = words::optional("text", &self.text)?;
        if said.is_none() && self.photos.is_empty() {
            return Err(Problem::invalid().field("text", "matter-note-missing").into());
        }
        let matter = own(tx, cx, &self.county, &self.secret).await?;
        let with = With { photos: &self.photos, ..With::default() };
        step(tx, cx, self.matters, matter, Step::Note, said, with).await
    }
}

impl Action for Withdraw<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let said = words::optional("reason", &self.reason)?;
        let matter = own(tx, cx, &self.county, &self.secret).await?;
        step(tx, cx, self.matters, matter, Step::Withdraw, said, With::default()).await
    }
}

/// The matter of this secret; an account never stands in for one.
async fn own(tx: &mut Tx, cx: Context<'_>, county: &str, secret: &str) -> Result<Matter> {
    if cx.who.account.is_some() {
        return Err(Problem::forbidden().into());
    }
    store::matter_by_secret(tx, county, &digest(secret)).await?.ok_or_else(|| Problem::not_found().into())
}

/// Takes a step as the reporter, whose words are sealed where the category is private.
pub(super) async fn step(
    tx: &mut Tx,
    cx: Context<'_>,
    matters: &Matters,
    matter: Matter,
    step: Step,
    said: Option<String>,
    with: With<'_>,
) -> Result<Matter> {
    let private = matter.sealed_text.is_some();
    let (note, sealed) = if private { (None, said) } else { (said, None) };
    take(tx, cx, matters, matter, &[Party::Reporter], step, With { note, sealed, ..with }).await
}
