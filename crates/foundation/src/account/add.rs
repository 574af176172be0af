//! New accounts, new passwords, the second factor.

use serde_json::json;
use uuid::Uuid;

use super::{Account, store, totp_place};
use crate::action::{Action, Context};
use crate::audit::Entry;
use crate::clock::SECOND;
use crate::db::Tx;
use crate::error::{Kind, Problem, Result, While};
use crate::{password, totp};

/// Makes an account. Its posts, which give it rights, are granted apart.
pub struct AddAccount {
    /// The account's own county: six digits.
    pub county: String,
    /// What the person will type: 2–40 letters, digits, `.`, `-`, `_`.
    pub login: String,
    /// The name shown beside what they do.
    pub name: String,
    /// The first password.
    pub password: String,
    /// The language of its pages.
    pub language: String,
}

impl AddAccount {
    fn check(&self) -> Result<()> {
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
        if let Err(weakness) = password::check_new(&self.password, &self.login) {
            problem = problem.field("password", weakness.code());
        }
        problem.when_fields()
    }
}

impl Action for AddAccount {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        self.check()?;
        let id = cx.app.ids().new_id(cx.now);
        if !store::reserve_login(tx, &self.login, &self.county, id).await? {
            return Err(Problem::new(Kind::Conflict, "account-login-taken")
                .field("login", "account-login-taken")
                .into());
        }
        let hash = password::hash(&self.password, &cx.app.settings().password_cost, cx.app.ids())
            .while_doing("hashing a password")?;
        let account = Account {
            county: self.county.clone(),
            id,
            login: self.login.clone(),
            name: self.name.trim().to_owned(),
            password: hash,
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

/// Sets one's own new password; every other session ends.
pub struct ChangePassword {
    /// The password so far.
    pub current: String,
    /// The new one.
    pub new: String,
}

impl Action for ChangePassword {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let account = own_account(tx, cx).await?;
        if !password::verify(&self.current, &account.password) {
            return Err(Problem::invalid().field("current", "account-password-wrong").into());
        }
        if let Err(weakness) = password::check_new(&self.new, &account.login) {
            return Err(Problem::invalid().field("new", weakness.code()).into());
        }
        let hash = password::hash(&self.new, &cx.app.settings().password_cost, cx.app.ids())
            .while_doing("hashing a password")?;
        store::set_password(tx, &account.county, account.id, &hash).await?;
        store::delete_sessions_of(tx, &account.county, account.id).await?;
        tx.audit(Entry::new(cx.who, &account.county, "account-password", "account", account.id));
        Ok(())
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
        let account = own_account(tx, cx).await?;
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

async fn own_account(tx: &mut Tx, cx: Context<'_>) -> Result<Account> {
    let Some(id) = cx.who.account else { return Err(Problem::sign_in().into()) };
    store::account(tx, &cx.who.county, id).await?.ok_or_else(|| Problem::sign_in().into())
}
