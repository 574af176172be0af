//! Takes a finding back that corrected nothing, or nothing but where somebody of the county lives: then they live again where
//! they lived. What else the registry was told is corrected in the registry.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::open;
use lianxin_registry::actions::people::UndoReceive;

use crate::rules::findings::Side;
use crate::store::{matches, visits};

/// A finding to take back.
#[derive(Debug, Clone)]
pub struct TakeBack {
    /// The county.
    pub county: String,
    /// The visit.
    pub visit: Uuid,
    /// The question.
    pub question: Uuid,
}

impl Action for TakeBack {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (campaign, visit) = open(tx, cx, &self.county, self.visit).await?;
        let question = visits::question(tx, &self.county, self.question).await?;
        let Some(question) = question.filter(|one| one.visit == visit.id) else {
            return Err(Problem::not_found().into());
        };
        if let Some(((before, since), id)) = question.moved().zip(question.person) {
            let (county, reason) =
                (self.county.clone(), format!("{} · {}", campaign.title, campaign.purpose));
            UndoReceive { county, id, before, since, reason }.run(tx, cx).await?;
        }
        if !visits::unanswer(tx, &self.county, question.id).await? {
            return Err(Problem::new(Kind::Conflict, "visit-not-taken-back").into());
        }
        let mut tellers = visits::tellers(tx, &self.county, visit.id).await?;
        let asked = matches!(question.side(), Side::Unclear | Side::Moved);
        tellers.retain(|one| one.question == question.id && asked);
        for one in tellers {
            matches::undecide(tx, &self.county, one.roll, one.line).await?;
            if let Some(run) = one.run.filter(|_| question.side() == Side::Moved) {
                matches::set_away(tx, &self.county, run, one.line, true).await?;
            }
        }
        visits::reopen(tx, &self.county, visit.id).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "visit-take-back", "campaign", campaign.id)
                .detail(json!({ "visit": visit.id })),
        );
        Ok(())
    }
}
