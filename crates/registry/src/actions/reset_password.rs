//! Gives somebody who forgot theirs a new password.

use lianxin_foundation::account::store as accounts;
use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::While;
use lianxin_foundation::{Action, Context, Problem, Result, Tx, password};
use uuid::Uuid;

use crate::post::require_account;

/// A new password for an account. The second factor is turned off too, since the phone may be lost
/// with it; sessions end and access tokens are revoked, since somebody else may hold them.
pub struct ResetPassword {
    /// The account's county.
    pub county: String,
    /// The account.
    pub id: Uuid,
    /// The new password.
    pub new: String,
}

impl Action for ResetPassword {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let account = accounts::account(tx, &self.county, self.id).await?;
        let Some(account) = account.filter(|account| account.disabled_at.is_none()) else {
            return Err(Problem::not_found().into());
        };
        require_account(tx, cx, &self.county, self.id).await?;
        if let Err(weakness) = password::check_new(&self.new, &account.login) {
            return Err(Problem::invalid().field("new", weakness.code()).into());
        }
        let hash = password::hash(&self.new, &cx.app.settings().password_cost, cx.app.ids())
            .while_doing("hashing a password")?;
        accounts::set_password(tx, &self.county, self.id, &hash).await?;
        accounts::set_totp(tx, &self.county, self.id, None).await?;
        accounts::delete_sessions_of(tx, &self.county, self.id).await?;
        accounts::revoke_tokens_of(tx, &self.county, self.id, cx.now).await?;
        tx.audit(Entry::new(cx.who, &self.county, "account-reset", "account", self.id));
        Ok(())
    }
}
