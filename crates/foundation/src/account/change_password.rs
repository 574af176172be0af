//! A person's own new password.

use serde_json::json;

use super::hashing::{self, NewPassword};
use super::sign_in::{CountAttempt, program};
use super::{own_account, store};
use crate::action::{Action, Context};
use crate::app::App;
use crate::audit::Entry;
use crate::db::Tx;
use crate::error::{Error, Problem, Result};
use crate::scope::Who;

/// Sets one's own new password. Every session ends and every access token is revoked: whoever had the
/// old password may have made some.
pub struct ChangePassword {
    /// The password so far.
    pub current: String,
    /// The new one.
    pub new: String,
}

impl ChangePassword {
    /// Verifies the password so far, hashes the new one, and only then writes. A wrong one counts as it does at
    /// sign-in: a browser left open is no place to guess at leisure.
    ///
    /// # Errors
    /// [`Problem::invalid`] on `current` when it is wrong, was changed meanwhile, or was guessed at too often; on
    /// `new` when it is too weak.
    pub async fn attempt(&self, app: &App, who: &Who) -> Result<()> {
        let login = own_account(&mut app.db().read().await?, who).await?.login;
        let Some(counted) = app.act(&program(), &CountAttempt { login }).await? else {
            return Err(Problem::invalid().field("current", "account-password-rests").into());
        };
        let account = &counted.account;
        if !hashing::matches(app, &self.current, Some(&account.password)).await? {
            counted.was_wrong(app).await?;
            return Err(wrong());
        }
        counted.was_right(app).await?;
        let new = NewPassword::new(app, &self.new, &account.login).await?;
        app.act(who, &Replace { verified: &account.password, new: &new }).await
    }
}

fn wrong() -> Error {
    Problem::invalid().field("current", "account-password-wrong").into()
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
            store::hold(tx, &cx.who.county, id).await?;
        }
        let account = own_account(tx, cx.who).await?;
        let hash = self.new.hash().map_err(|weakness| Problem::invalid().field("new", weakness.code()))?;
        if account.password != self.verified {
            return Err(wrong());
        }
        store::set_password(tx, &account.county, account.id, hash).await?;
        let shut = store::shut_out(tx, &account.county, account.id, cx.now).await?;
        let entry = Entry::new(cx.who, &account.county, "account-password", "account", account.id);
        tx.audit(entry.detail(json!({ "sessions": shut.sessions, "tokens": shut.tokens })));
        Ok(())
    }
}
