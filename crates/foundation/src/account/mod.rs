//! Sign-ins: accounts, sessions, access tokens, and the posts that give them rights.

mod add;
mod change_password;
mod hashing;
mod known;
mod own_password;
mod sign_in;
pub mod store;
mod tokens;
mod two_factors;

pub use add::AddAccount;
pub use change_password::ChangePassword;
pub use hashing::NewPassword;
pub(crate) use known::still;
pub use known::{SESSION_COOKIE, session_cookie};
pub use sign_in::{Outcome, SignIn, SignOut};
pub use tokens::{AddToken, RevokeToken};
pub use two_factors::EnrolTotp;

use uuid::Uuid;

use crate::clock::Micros;
use crate::db::Tx;
use crate::error::{Problem, Result};
use crate::scope::Who;

/// An account as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Account {
    /// The county it belongs to.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// The name typed to sign in, lower case.
    pub login: String,
    /// The name shown.
    pub name: String,
    /// The Argon2id hash in PHC form.
    pub password: String,
    /// The sealed TOTP secret, where two factors are on.
    pub totp: Option<Vec<u8>>,
    /// The newest TOTP step that was used, so that a code counts once.
    pub totp_step: Option<i64>,
    /// Failed attempts since the last success.
    pub failures: i64,
    /// Until when no attempt is looked at.
    pub locked_until: Option<Micros>,
    /// Since when it can no longer sign in.
    pub disabled_at: Option<Micros>,
    /// The language of its pages.
    pub language: String,
}

/// The place a TOTP secret is sealed for.
pub(crate) fn totp_place(account: Uuid) -> String {
    format!("account.totp/{account}")
}

/// The asker's own account.
async fn own_account(tx: &mut Tx, who: &Who) -> Result<Account> {
    let Some(id) = who.account else { return Err(Problem::sign_in().into()) };
    store::account(tx, &who.county, id).await?.ok_or_else(|| Problem::sign_in().into())
}
