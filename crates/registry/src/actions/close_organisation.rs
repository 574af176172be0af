//! Closes an organisation; its duties and the posts that work for it end with it, and the units it covered are free
//! again. Members and organisations below it go elsewhere first.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::duty::store as duties;
use crate::organisation::{standing, store};
use crate::post::{require_kept, store as posts};

/// An organisation that is no more.
pub struct CloseOrganisation {
    /// Its county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// Why.
    pub reason: String,
}

impl Action for CloseOrganisation {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let found = store::organisation(tx, &self.county, self.id).await?;
        let Some(organisation) = found.filter(|found| found.valid_to.is_none()) else {
            return Err(Problem::not_found().into());
        };
        require_kept(cx, &organisation.path)?;
        if self.reason.trim().is_empty() {
            return Err(Problem::invalid().field("reason", "registry-reason-missing").into());
        }
        let facts = standing::facts(tx, &organisation, cx.now).await?;
        let below = store::below(tx, self.id, cx.now).await?;
        if let Some(first) = below.iter().find(|below| below.kind.is_party()) {
            return Err(Problem::new(Kind::Conflict, "organisation-close-below")
                .with("name", &first.name)
                .into());
        }
        if organisation.kind.is_party() && facts.formal() > 0 {
            return Err(Problem::new(Kind::Conflict, "organisation-close-members")
                .with("n", facts.formal())
                .into());
        }
        let covered = store::release(tx, self.id).await?;
        store::close(tx, &self.county, self.id, cx.now).await?;
        let duties = duties::end_all(tx, &self.county, self.id, cx.now).await?;
        let posts = posts::end_of_organisation(tx, self.id, cx.now).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "organisation-close", "organisation", self.id)
                .because(self.reason.trim())
                .detail(json!({ "duties": duties, "posts": posts, "covered": covered })),
        );
        Ok(())
    }
}
