//! New accounts.

use serde_json::json;
use uuid::Uuid;

use super::{Account, NewPassword, store};
use crate::action::{Action, Context};
use crate::audit::Entry;
use crate::db::Tx;
use crate::error::{Kind, Problem, Result};

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
