//! Gives somebody who forgot theirs a new password.

use lianxin_foundation::account::{Account, NewPassword, store as accounts};
use lianxin_foundation::audit::Entry;
use lianxin_foundation::{Action, App, Context, Problem, Result, Tx, Who};
use serde_json::json;
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

impl ResetPassword {
    /// Sees whether the account is the asker's to keep, hashes the password, and only then writes.
    ///
    /// # Errors
    /// [`Problem::not_found`] or [`Problem::forbidden`] for an account that is not theirs,
    /// [`Problem::invalid`] on `new` for a weak password.
    pub async fn attempt(&self, app: &App, who: &Who) -> Result<()> {
        let cx = Context::new(app, who, app.clock().now());
        let account = self.kept(&mut app.db().read().await?, cx).await?;
        let new = NewPassword::new(app, &self.new, &account.login).await?;
        app.act(who, &Replace { asked: self, new: &new }).await
    }

    /// The account, if it is open and the asker keeps it.
    async fn kept(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Account> {
        let account = accounts::account(tx, &self.county, self.id).await?;
        let Some(account) = account.filter(|account| account.disabled_at.is_none()) else {
            return Err(Problem::not_found().into());
        };
        require_account(tx, cx, &self.county, self.id).await?;
        Ok(account)
    }
}

struct Replace<'a> {
    asked: &'a ResetPassword,
    new: &'a NewPassword,
}

impl Action for Replace<'_> {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let Account { county, id, .. } = self.asked.kept(tx, cx).await?;
        let hash = self.new.hash().map_err(|weakness| Problem::invalid().field("new", weakness.code()))?;
        accounts::set_password(tx, &county, id, hash).await?;
        accounts::set_totp(tx, &county, id, None).await?;
        let shut = accounts::shut_out(tx, &county, id, cx.now).await?;
        tx.audit(
            Entry::new(cx.who, &county, "account-reset", "account", id)
                .detail(json!({ "sessions": shut.sessions, "tokens": shut.tokens })),
        );
        Ok(())
    }
}
