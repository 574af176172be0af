//! New accounts, and the second factor.

use serde_json::json;
use uuid::Uuid;

use super::{Account, NewPassword, own_account, store, totp_place};
use crate::action::{Action, Context};
use crate::audit::Entry;
use crate::clock::SECOND;
use crate::db::Tx;
use crate::error::{Kind, Problem, Result};
use crate::totp;

/// Makes an account. Its posts, which give it rights, are granted apart.
pub struct AddAccount {
    /// The account's own county: six digits.
    pub county: String,
    /// What the person will type: 2–40 letters, digits, `.`, `-`, `_`.
    pub login: String,
    /// The name shown beside what they do.
    pub name: String,
    /// The first password.
    pub password: NewPassword,
    /// The language of its pages.
    pub language: String,
}

impl AddAccount {
    /// The password's hash, once nothing is wrong.
    fn checked(&self) -> Result<&str> {
        let mut problem = Problem::invalid();
        let login_ok = (2..=40).contains(&self.login.len())
            && self
                .login
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b));
        if !login_ok {
            problem = problem.field("login", "account-login-form");
        }
        if self.name.trim().is_empty() || self.name.chars().count() > 60 {
            problem = problem.field("name", "account-name-missing");
        }
        if self.county.len() != 6 || !self.county.bytes().all(|b| b.is_ascii_digit()) {
            problem = problem.field("county", "account-county-form");
        }
        match self.password.hash() {
            Ok(hash) => problem.when_fields().map(|()| hash),
            Err(weakness) => Err(problem.field("password", weakness.code()).into()),
        }
    }
}

impl Action for AddAccount {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let hash = self.checked()?;
        let id = cx.app.ids().new_id(cx.now);
        if !store::reserve_login(tx, &self.login, &self.county, id).await? {
            return Err(Problem::new(Kind::Conflict, "account-login-taken")
                .field("login", "account-login-taken")
                .into());
        }
        let account = Account {
            county: self.county.clone(),
            id,
            login: self.login.clone(),
            name: self.name.trim().to_owned(),
            password: hash.to_owned(),
            totp: None,
            totp_step: None,
            failures: 0,
            locked_until: None,
            disabled_at: None,
            language: self.language.clone(),
        };
        store::insert_account(tx, &account, cx.now).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "account-add", "account", id)
                .detail(json!({ "login": self.login })),
        );
        Ok(id)
    }
}

/// Turns one's own second factor on by proving that the phone shows the right digits. One that is on is
/// not replaced: whoever finds a browser left open must not put their own phone in its place.
pub struct EnrolTotp {
    /// The secret that was shown, in base 32.
    pub secret: String,
    /// The digits the phone shows for it.
    pub code: String,
}

impl Action for EnrolTotp {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let account = own_account(tx, cx.who).await?;
        if account.totp.is_some() {
            return Err(Problem::new(Kind::Conflict, "account-factor-already").into());
        }
        if totp::verify(&self.secret, self.code.trim(), cx.now / SECOND, None).is_none() {
            return Err(Problem::invalid().field("code", "account-code-wrong").into());
        }
        let sealed = cx.app.vault().seal(cx.app.ids(), &totp_place(account.id), &self.secret);
        store::set_totp(tx, &account.county, account.id, Some(sealed)).await?;
        tx.audit(Entry::new(cx.who, &account.county, "account-two-factors", "account", account.id));
        Ok(())
    }
}
