//! Somebody met at a door whom neither a list nor the registry knows: registered once, and shown as found on no list.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{Told, open};
use crate::rules::findings::{Outcome, Side};
use crate::store::visits::{self, Answered, NewQuestion};
use crate::visit::Found;

/// Who was met.
#[derive(Debug, Clone)]
pub struct Meet {
    /// The county.
    pub county: String,
    /// The visit.
    pub visit: Uuid,
    /// Who they are.
    pub told: Told,
}

impl Action for Meet {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let (campaign, visit) = open(tx, cx, &self.county, self.visit).await?;
        let person = self.told.register(tx, cx, &visit).await?;
        let id = cx.app.ids().new_id(cx.now);
        let of = (self.county.as_str(), campaign.id);
        let met = NewQuestion {
            id,
            visit: visit.id,
            kind: Side::Met.code(),
            person: Some(person.id),
            lines: Vec::new(),
        };
        visits::insert_questions(tx, of, vec![met]).await?;
        if let Some(question) = visits::question(tx, &self.county, id).await? {
            let answered = Answered {
                question: &question,
                person: Some(person.id),
                outcome: Outcome::Lives.code(),
                sealed: Found::default().sealed(cx.app, id)?,
                changed: true,
                moved: None,
                by: cx.who.account,
                at: cx.now,
            };
            visits::answer(tx, answered).await?;
        }
        let why = format!("{} · {}", campaign.title, campaign.purpose);
        tx.audit(
            Entry::new(cx.who, &self.county, "visit-correct", "person", person.id)
                .because(&why)
                .detail(json!({ "outcome": Side::Met.code() })),
        );
        Ok(person.id)
    }
}
