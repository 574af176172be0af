//! A unit says it is settled.

use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use uuid::Uuid;

use super::{With, find, parties, take, words};
use crate::Matters;
use crate::disputes::store as disputes;
use crate::model::{Detail, Matter};
use crate::photos::StoredPhoto;
use crate::rules::Step;

/// The unit says it is settled, in words the reporter reads; the reporter then has the word.
pub struct Resolve<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// What was done.
    pub reply: String,
    /// Photos of it.
    pub photos: Vec<StoredPhoto>,
}

impl Action for Resolve<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let reply = words::required("reply", &self.reply, "matter-note-missing")?;
        let note = words::filled_in("reply", Some(reply))?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        // What was begun between the parties is ended first, one way or the other.
        let disputes = disputes::of_matter(tx, &self.county, self.id).await?;
        if disputes.iter().any(|dispute| dispute.ended_at.is_none()) {
            return Err(Problem::new(Kind::Conflict, "dispute-still-open").into());
        }
        let in_time = matter.resolve_due.map(|due| cx.now <= due);
        let parties = parties(&matter, cx.who, cx.now);
        let detail = Detail { in_time, ..Detail::default() };
        let with = With { note, detail, photos: &self.photos, ..With::default() };
        take(tx, cx, self.matters, matter, &parties, Step::Resolve, with).await
    }
}
