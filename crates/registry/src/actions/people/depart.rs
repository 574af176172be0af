//! Somebody lives here no more: moved away, died, or never did.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::start_of_day;
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Tx, every};
use serde_json::json;
use uuid::Uuid;

use super::{ends, kept};
use crate::household::store as households;
use crate::membership::store as memberships;

/// Why somebody lives here no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// 迁出: moved to another county.
    MovedAway,
    /// 去世: everything they belong to ends as well.
    Died,
}

every! {
    /// Both, in the order screens list them.
    Departure {
        MovedAway = "moved-away", "departure-moved-away";
        Died      = "died",       "departure-died";
    }
}

/// Ends where somebody lives; they stay in lists as of the days before.
#[derive(Debug, Clone)]
pub struct Depart {
    /// The county.
    pub county: String,
    /// The person.
    pub id: Uuid,
    /// Why.
    pub why: Departure,
    /// The last day; today when not said.
    pub last: Option<Micros>,
}

impl Action for Depart {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (_, standing) = kept(tx, cx, &self.county, self.id).await?;
        let Some(home) = standing.residences.iter().find(|one| one.to.is_none()) else {
            return Err(Problem::invalid().field("last", "person-lives-nowhere").into());
        };
        let end = ends(cx, self.last, start_of_day(home.from))?;
        households::end(tx, &self.county, home.id, end, self.why.code()).await?;
        let mut left = 0;
        if self.why == Departure::Died {
            for membership in standing.memberships.iter().filter(|one| one.to.is_none_or(|to| to > end)) {
                let end = end.max(membership.from);
                memberships::end(tx, &self.county, membership.id, end, self.why.code()).await?;
                left += 1;
            }
        }
        tx.audit(
            Entry::new(cx.who, &self.county, "person-depart", "person", self.id)
                .detail(json!({ "why": self.why.code(), "memberships": left })),
        );
        Ok(())
    }
}
