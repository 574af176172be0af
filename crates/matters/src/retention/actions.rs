//! A county decides how long something is kept; the program erases what was kept long enough.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::scope::Means;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use lianxin_registry::area::{root_of, store as areas};
use serde_json::json;
use uuid::Uuid;

use super::store::{self, Decided};
use super::{Bounds, Kind, before};
use crate::actions::{empty_about, may_set_limits, required_reason};
use crate::disputes::store as disputes;
use crate::rights::{Deletion, Rule, store as rights};

/// Sets how long a county keeps something from now on. What was kept longer than that goes with the next sweep.
pub struct SetRetention {
    /// The county: six digits.
    pub county: String,
    /// What.
    pub kind: Kind,
    /// For how many days after it was over.
    pub days: i64,
    /// By which decision; it joins the audit trail.
    pub reason: String,
}

impl Action for SetRetention {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        if !may_set_limits(&cx.scope(Right::Manage), &self.county) {
            return Err(Problem::forbidden().into());
        }
        areas::area(tx, root_of(&self.county)).await?.ok_or_else(Problem::not_found)?;
        let Bounds { least, most, .. } = self.kind.bounds();
        if !(least..=most).contains(&self.days) {
            return Err(Problem::invalid().field("days", "retention-range").into());
        }
        let reason = required_reason(&self.reason)?;
        let before = store::days(tx, &self.county, self.kind).await?;
        if before == self.days {
            return Err(Problem::invalid().field("days", "limits-same").into());
        }
        let decided = Decided {
            days: self.days,
            valid_from: cx.now,
            by_name: cx.who.name.clone(),
            reason: reason.clone(),
        };
        store::decide(tx, &self.county, self.kind, &decided).await?;
        let entry = Entry::new(cx.who, &self.county, "retention-set", "retention", self.kind.code());
        tx.audit(entry.because(reason).detail(json!({ "before": before, "after": self.days })));
        Ok(())
    }
}

/// Erases one batch of what a county has kept long enough. Run for `Who::program`; gives how much. How to reach
/// reporters goes matter by matter: [`crate::actions::EraseHeld`].
pub(crate) struct EraseKept<'a> {
    pub(crate) county: &'a str,
    pub(crate) kind: Kind,
    pub(crate) most: i64,
}

impl Action for EraseKept<'_> {
    type Output = u64;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<u64> {
        if cx.who.means != Means::Program || cx.who.account.is_some() {
            return Err(Problem::forbidden().into());
        }
        let (county, kind) = (self.county, self.kind);
        let before = before(cx.now, store::days(tx, county, kind).await?);
        let gone = match kind {
            Kind::Calls => store::drop_calls(tx, county, before, self.most).await?,
            Kind::Messages => store::drop_messages(tx, county, before, self.most).await?,
            Kind::Contact => 0,
            Kind::Photos | Kind::Mediation => {
                let mut gone = 0;
                for id in store::some_due(tx, county, kind, before, self.most).await? {
                    let erased = if kind == Kind::Photos {
                        self.photos(tx, cx, id).await?
                    } else {
                        self.mediation(tx, cx, id).await?
                    };
                    gone += u64::from(erased);
                }
                gone
            }
        };
        if gone > 0 {
            let entry = Entry::new(cx.who, county, "retention-erase", "retention", kind.code());
            tx.audit(entry.detail(json!({ "gone": gone })));
        }
        Ok(gone)
    }
}

impl EraseKept<'_> {
    /// Their files are swept within hours, as those of no matter.
    async fn photos(&self, tx: &mut Tx, cx: Context<'_>, matter: Uuid) -> Result<bool> {
        let gone = rights::drop_photos(tx, self.county, matter).await? > 0;
        if gone {
            self.log(tx, cx, matter, "photos").await?;
        }
        Ok(gone)
    }

    async fn mediation(&self, tx: &mut Tx, cx: Context<'_>, id: Uuid) -> Result<bool> {
        let Some(dispute) = disputes::any(tx, self.county, id).await? else { return Ok(false) };
        let gone = store::erase_mediation(tx, &dispute, empty_about(cx, id), cx.now).await?;
        if gone {
            self.log(tx, cx, dispute.matter, "mediation").await?;
        }
        Ok(gone)
    }

    async fn log(&self, tx: &mut Tx, cx: Context<'_>, matter: Uuid, words: &str) -> Result<()> {
        let deletion = Deletion {
            county: self.county.to_owned(),
            id: cx.app.ids().new_id(cx.now),
            at: cx.now,
            rule: Rule::Kept,
            matter,
            words: words.to_owned(),
            by_name: cx.who.name.clone(),
        };
        rights::insert(tx, &deletion).await
    }
}
