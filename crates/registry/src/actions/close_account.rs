//! Closes a sign-in for good: its posts end, its sessions and access tokens too.

use lianxin_foundation::account::store as accounts;
use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::post::{require_account, store};

/// An account that may no longer sign in.
pub struct CloseAccount {
    /// Its county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// Why.
    pub reason: String,
}

impl Action for CloseAccount {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let account = accounts::account(tx, &self.county, self.id).await?;
        let Some(account) = account.filter(|account| account.disabled_at.is_none()) else {
            return Err(Problem::not_found().into());
        };
        require_account(tx, cx, &self.county, self.id).await?;
        if self.reason.trim().is_empty() {
            return Err(Problem::invalid().field("reason", "registry-reason-missing").into());
        }
        accounts::set_disabled(tx, &self.county, self.id, Some(cx.now)).await?;
        accounts::shut_out(tx, &self.county, self.id, cx.now).await?;
        let posts = store::end_of_account(tx, &self.county, self.id, cx.now).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "account-close", "account", self.id)
                .because(self.reason.trim())
                .detail(json!({ "login": account.login, "posts": posts })),
        );
        Ok(())
    }
}
