//! Signing in and out.

use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{Account, digest, store, totp_place};
use crate::action::{Action, Context};
use crate::app::App;
use crate::audit::Entry;
use crate::clock::{MINUTE, Micros, SECOND};
use crate::db::Tx;
use crate::error::{Error, Kind, Problem, Result, While};
use crate::scope::{Means, Who};
use crate::{password, totp};

/// After this many failures in a row an account rests.
const ATTEMPTS: i64 = 5;

/// How long it rests. Nobody learns whether a login exists from it: every refusal reads the same.
const REST: Micros = 15 * MINUTE;

/// Looking at one password takes some 20 MB: a few at a time, the others wait, so that strangers who try
/// hundreds at once use up neither memory nor the threads.
static LOOKING: Semaphore = Semaphore::const_new(4);

/// What a person types to sign in.
#[derive(Clone)]
pub struct SignIn {
    /// The login, in any case.
    pub login: String,
    /// The password.
    pub password: String,
    /// The six digits of the second factor, where it is on.
    pub code: Option<String>,
}

/// How it went.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Signed in: the secret for the cookie, `county.secret`.
    In(String),
    /// The password is right; the second factor is still to be given.
    NeedsCode,
}

impl SignIn {
    /// Looks at the attempt. It is counted before the password is, so that many at once are no way
    /// around the limit; and it takes as long for a login that does not exist.
    ///
    /// # Errors
    /// One refusal, `problem-sign-in-failed`, whatever was wrong.
    pub async fn attempt(self, app: &App) -> Result<Outcome> {
        let login = self.login.trim().to_lowercase();
        let counted = app.act(&Who::program("000000"), &CountAttempt { login }).await?;
        let cost = app.settings().password_cost;
        let (typed, hash) = (self.password, counted.as_ref().map(|account| account.password.clone()));
        let turn = LOOKING.acquire().await.while_doing("waiting to verify a password")?;
        let right = tokio::task::spawn_blocking(move || match hash {
            Some(hash) => password::verify(&typed, &hash),
            None => password::verify_dummy(&typed, &cost),
        })
        .await
        .while_doing("verifying a password")?;
        drop(turn);
        let Some(account) = counted.filter(|account| right && account.disabled_at.is_none()) else {
            return Err(refused());
        };
        let step = match (&account.totp, self.code.filter(|code| !code.trim().is_empty())) {
            (None, _) => account.totp_step,
            (Some(_), None) => return Ok(Outcome::NeedsCode),
            (Some(sealed), Some(code)) => Some(used_step(app, &account, sealed, &code)?),
        };
        let who = Who {
            account: Some(account.id),
            county: account.county.clone(),
            name: account.name.clone(),
            posts: Vec::new(),
            means: Means::Program,
        };
        let secret = app.ids().secret();
        app.act(&who, &OpenSession { account: &account, secret: &secret, step }).await?;
        Ok(Outcome::In(format!("{}.{secret}", account.county)))
    }
}

fn refused() -> Error {
    Problem::new(Kind::SignIn, "problem-sign-in-failed").into()
}

fn used_step(app: &App, account: &Account, sealed: &[u8], code: &str) -> Result<i64> {
    let secret = app.vault().open(&totp_place(account.id), sealed).while_doing("opening a TOTP secret")?;
    totp::verify(&secret, code.trim(), app.clock().now() / SECOND, account.totp_step).ok_or_else(refused)
}

struct CountAttempt {
    login: String,
}

impl Action for CountAttempt {
    type Output = Option<Account>;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Option<Account>> {
        let Some(account) = store::account_by_login(tx, &self.login).await? else { return Ok(None) };
        let counted = store::count_attempt(tx, &account, ATTEMPTS, cx.now + REST, cx.now).await?;
        let Some(failures) = counted else { return Ok(None) };
        if failures % ATTEMPTS == 0 {
            tx.audit(Entry::new(cx.who, &account.county, "sign-in-locked", "account", account.id));
        }
        Ok(Some(account))
    }
}

struct OpenSession<'a> {
    account: &'a Account,
    secret: &'a str,
    step: Option<i64>,
}

impl Action for OpenSession<'_> {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        // Of two sign-ins with the same code only one counts.
        if !store::forget_attempts(tx, self.account, self.step).await? {
            return Err(refused());
        }
        let expires = cx.now + cx.app.settings().session_limit;
        store::insert_session(tx, self.account, &digest(self.secret), cx.now, expires).await?;
        tx.audit(Entry::new(cx.who, &self.account.county, "sign-in", "account", self.account.id));
        Ok(())
    }
}

/// Ends the session it is asked from.
pub struct SignOut;

impl Action for SignOut {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let Means::Session(token) = &cx.who.means else { return Ok(()) };
        store::delete_session(tx, &cx.who.county, token).await?;
        let account = cx.who.account.unwrap_or(Uuid::nil());
        tx.audit(Entry::new(cx.who, &cx.who.county, "sign-out", "account", account));
        Ok(())
    }
}
