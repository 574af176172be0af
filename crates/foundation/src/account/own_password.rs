//! One's own password, asked for once more: a browser left open is no place to change how its owner signs in.

use super::sign_in::{CountAttempt, program};
use super::{Account, hashing, own_account};
use crate::app::App;
use crate::error::{Error, Problem, Result};
use crate::scope::Who;

/// The asker's account, once `typed` is its password. A wrong one counts as it does at sign-in, so that nobody
/// guesses at leisure.
///
/// # Errors
/// [`Problem::invalid`] on `field` when it is wrong, or was guessed at too often.
pub(super) async fn own_password(app: &App, who: &Who, field: &'static str, typed: &str) -> Result<Account> {
    let login = own_account(&mut app.db().read().await?, who).await?.login;
    let Some(counted) = app.act(&program(), &CountAttempt { login }).await? else {
        return Err(Problem::invalid().field(field, "account-password-rests").into());
    };
    if !hashing::matches(app, typed, Some(&counted.account.password)).await? {
        counted.was_wrong(app).await?;
        return Err(wrong(field));
    }
    counted.was_right(app).await?;
    Ok(counted.account)
}

/// What was typed is not the password, or no longer.
pub(super) fn wrong(field: &'static str) -> Error {
    Problem::invalid().field(field, "account-password-wrong").into()
}
