//! The second factor.

use super::own_password::{own_password, wrong};
use super::{own_account, store, totp_place};
use crate::action::{Action, Context};
use crate::app::App;
use crate::audit::Entry;
use crate::clock::SECOND;
use crate::db::Tx;
use crate::error::{Kind, Problem, Result};
use crate::scope::Who;
use crate::totp;

/// What a form calls the password.
const PASSWORD: &str = "password";

/// Turns one's own second factor on by proving that the phone shows the right digits, and with one's password:
/// whoever finds a browser left open must not put their own phone in its owner's place. One that is on is not
/// replaced; an administrator turns it off first.
pub struct EnrolTotp {
    /// One's password.
    pub password: String,
    /// The secret that was shown, in base 32.
    pub secret: String,
    /// The digits the phone shows for it.
    pub code: String,
}

impl EnrolTotp {
    /// Verifies the password, and only then writes.
    ///
    /// # Errors
    /// [`Problem::invalid`] on `password` when it is wrong, was changed meanwhile, or was guessed at too often; on
    /// `code` when the digits are not the secret's. [`Kind::Conflict`] when a second factor is on.
    pub async fn attempt(&self, app: &App, who: &Who) -> Result<()> {
        let account = own_password(app, who, PASSWORD, &self.password).await?;
        app.act(who, &Enrol { verified: &account.password, asked: self }).await
    }
}

struct Enrol<'a> {
    /// The stored hash that the password was compared with.
    verified: &'a str,
    asked: &'a EnrolTotp,
}

impl Action for Enrol<'_> {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let EnrolTotp { secret, code, .. } = self.asked;
        // Of two at once the second waits, and then finds the first one's factor.
        if let Some(id) = cx.who.account {
            store::lock(tx, &cx.who.county, id).await?;
        }
        let account = own_account(tx, cx.who).await?;
        if account.totp.is_some() {
            return Err(Problem::new(Kind::Conflict, "account-factor-already").into());
        }
        if account.password != self.verified {
            return Err(wrong(PASSWORD));
        }
        if totp::verify(secret, code.trim(), cx.now / SECOND, None).is_none() {
            return Err(Problem::invalid().field("code", "account-code-wrong").into());
        }
        let sealed = cx.app.vault().seal(cx.app.ids(), &totp_place(account.id), secret);
        store::set_totp(tx, &account.county, account.id, Some(sealed)).await?;
        tx.audit(Entry::new(cx.who, &account.county, "account-two-factors", "account", account.id));
        Ok(())
    }
}
