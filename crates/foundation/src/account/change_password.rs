//! A person's own new password.

use serde_json::json;

use super::hashing::NewPassword;
use super::own_password::{own_password, wrong};
use super::{own_account, store};
use crate::action::{Action, Context};
use crate::app::App;
use crate::audit::Entry;
use crate::db::Tx;
use crate::error::{Problem, Result};
use crate::scope::Who;

/// What a form calls the password so far.
const CURRENT: &str = "current";

/// Sets one's own new password. Every session ends and every access token is revoked: whoever had the
/// old password may have made some.
pub struct ChangePassword {
    /// The password so far.
    pub current: String,
    /// The new one.
    pub new: String,
}

impl ChangePassword {
    /// Verifies the password so far, hashes the new one, and only then writes.
    ///
    /// # Errors
    /// [`Problem::invalid`] on `current` when it is wrong, was changed meanwhile, or was guessed at too often; on
    /// `new` when it is too weak.
    pub async fn attempt(&self, app: &App, who: &Who) -> Result<()> {
        let account = own_password(app, who, CURRENT, &self.current).await?;
        let new = NewPassword::new(app, &self.new, &account.login).await?;
        app.act(who, &Replace { verified: &account.password, new: &new }).await
    }
}

struct Replace<'a> {
    /// The stored hash that the password so far was compared with.
    verified: &'a str,
    new: &'a NewPassword,
}

impl Action for Replace<'_> {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        // Of two at once the second waits, and then finds another password than it verified.
        if let Some(id) = cx.who.account {
            store::lock(tx, &cx.who.county, id).await?;
        }
        let account = own_account(tx, cx.who).await?;
        let hash = self.new.hash().map_err(|weakness| Problem::invalid().field("new", weakness.code()))?;
        if account.password != self.verified {
            return Err(wrong(CURRENT));
        }
        store::set_password(tx, &account.county, account.id, hash).await?;
        let shut = store::shut_out(tx, &account.county, account.id, cx.now).await?;
        let entry = Entry::new(cx.who, &account.county, "account-password", "account", account.id);
        tx.audit(entry.detail(json!({ "sessions": shut.sessions, "tokens": shut.tokens })));
        Ok(())
    }
}
