//! Two matters say the same: one is kept, with its owner and its clock; the other is counted there.

use lianxin_foundation::error::Kind;
use lianxin_foundation::ids::digest;
use lianxin_foundation::scope::Who;
use lianxin_foundation::{Action, Context, Error, Problem, Result, Tx};
use uuid::Uuid;

use super::{With, find, parties, take, words};
use crate::Matters;
use crate::model::{Detail, Matter, Party};
use crate::rules::Step;
use crate::store;
use crate::store::twins;

/// A matter is merged into another that is open. Whoever does it answers for both in the same capacity, so
/// nobody gets rid of their own matter on somebody else's clock. Gives the merged one.
pub struct Merge<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The county of both.
    pub county: String,
    /// The one that is merged.
    pub id: Uuid,
    /// The number of the one that is kept.
    pub into: String,
    /// Why, for everyone who may see them; or empty.
    pub note: String,
}

/// Not the same after all: it stands where it stood, with the deadlines it had. Gives it.
pub struct Part<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The county.
    pub county: String,
    /// The one that was merged.
    pub id: Uuid,
    /// Why.
    pub reason: String,
}

/// The reporter says that theirs is another matter, by their link alone.
pub struct ReporterPart<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The secret of their link.
    pub secret: String,
    /// How it differs.
    pub reason: String,
}

impl Action for Merge<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let note = words::optional("note", &self.note)?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        let kept = self.kept(tx, cx, &matter).await?;
        let (mine, theirs) = (parties(&matter, cx.who, cx.now), parties(&kept, cx.who, cx.now));
        let of_both: Vec<Party> = mine.into_iter().filter(|party| theirs.contains(party)).collect();
        if !twins::merged(tx, &self.county, matter.id).await?.is_empty() {
            return Err(Problem::new(Kind::Conflict, "matter-merge-keeps").into());
        }
        let detail = Detail { twin: Some(kept.number.clone()), ..Detail::default() };
        let with = With { note, detail, ..With::default() };
        let merged = take(tx, cx, self.matters, matter, &of_both, Step::Merge, with).await?;
        twins::insert_merge(tx, &self.county, merged.id, kept.id, cx.now).await?;
        beside(tx, cx, self.matters, kept, Step::Gather, &merged).await?;
        Ok(merged)
    }
}

impl Merge<'_> {
    async fn kept(&self, tx: &mut Tx, cx: Context<'_>, matter: &Matter) -> Result<Matter> {
        let unknown = |code| Error::from(Problem::invalid().field("into", code));
        let seen = cx.scope(lianxin_foundation::Right::SeeMatters);
        let number = self.into.trim();
        let kept = store::matter_by_number(tx, &seen, &self.county, number)
            .await?
            .ok_or_else(|| unknown("matter-merge-unknown"))?;
        if kept.id == matter.id {
            return Err(unknown("matter-merge-self"));
        }
        if kept.enterprise != matter.enterprise {
            return Err(unknown("matter-merge-enterprise"));
        }
        if kept.status.is_over() {
            return Err(unknown("matter-merge-over"));
        }
        Ok(kept)
    }
}

impl Action for Part<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        let parties = parties(&matter, cx.who, cx.now);
        parted(tx, cx, self.matters, matter, &parties, reason).await
    }
}

impl Action for ReporterPart<'_> {
    type Output = Matter;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Matter> {
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        if cx.who.account.is_some() {
            return Err(Problem::forbidden().into());
        }
        let found = store::matter_by_secret(tx, &self.county, &digest(&self.secret)).await?;
        let matter = found.ok_or_else(Problem::not_found)?;
        parted(tx, cx, self.matters, matter, &[Party::Reporter], reason).await
    }
}

/// Parts a matter from the one it was merged into.
async fn parted(
    tx: &mut Tx,
    cx: Context<'_>,
    matters: &Matters,
    matter: Matter,
    parties: &[Party],
    reason: String,
) -> Result<Matter> {
    let kept = match twins::kept(tx, &matter.county, matter.id).await? {
        Some(kept) => store::any(tx, &matter.county, kept).await?,
        None => None,
    };
    // The last thing that happened was the merging; before it stood where the event before says.
    let events = store::events(tx, &matter.county, matter.id).await?;
    let before = events.iter().rev().find(|event| !event.status.is_over()).map(|event| event.status);
    let twin = kept.as_ref().map(|kept| kept.number.clone());
    let detail = Detail { twin, ..Detail::default() };
    let with = With { note: Some(reason), detail, before, ..With::default() };
    let matter = take(tx, cx, matters, matter, parties, Step::Part, with).await?;
    twins::remove_merge(tx, &matter.county, matter.id).await?;
    // What is over stays as it is: its log already says that the other was gathered.
    if let Some(kept) = kept.filter(|kept| !kept.status.is_over()) {
        beside(tx, cx, matters, kept, Step::LetGo, &matter).await?;
    }
    Ok(matter)
}

/// Writes into the other matter's log what happened beside it; its clock does not notice.
async fn beside(
    tx: &mut Tx,
    cx: Context<'_>,
    matters: &Matters,
    kept: Matter,
    step: Step,
    other: &Matter,
) -> Result<()> {
    let program = Who::program(&kept.county);
    let cx = Context { who: &program, ..cx };
    let detail = Detail { twin: Some(other.number.clone()), ..Detail::default() };
    take(tx, cx, matters, kept, &[Party::Program], step, With { detail, ..With::default() }).await?;
    Ok(())
}
