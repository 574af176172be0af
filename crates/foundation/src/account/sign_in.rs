//! Signing in and out.

use serde_json::json;

use super::{Account, hashing, store, totp_place};
use crate::action::{Action, Context};
use crate::app::App;
use crate::audit::Entry;
use crate::clock::{MINUTE, Micros, SECOND};
use crate::db::Tx;
use crate::error::{Error, Kind, Problem, Result, While};
use crate::i18n::Language;
use crate::ids::digest;
use crate::scope::{Means, Who};
use crate::totp;

/// After this many failures in a row an account rests.
const ATTEMPTS: i64 = 5;

/// How long it rests. Nobody learns whether a login exists from it: every refusal reads the same.
const REST: Micros = 15 * MINUTE;

/// What a person types to sign in.
#[derive(Clone)]
pub struct SignIn {
    /// The login, in any case.
    pub login: String,
    /// The password.
    pub password: String,
    /// The six digits of the second factor, where it is on.
    pub code: Option<String>,
    /// The language of the page it is typed on: from now on that of the account too, in which its owner is told
    /// things where they chose no other. `None` leaves it.
    pub language: Option<Language>,
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
    /// Looks at the attempt. It is counted before the password is looked at, so that many at once are no
    /// way around the limit; and it takes as long for a login that does not exist.
    ///
    /// # Errors
    /// One refusal, `problem-sign-in-failed`, whatever was wrong.
    pub async fn attempt(self, app: &App) -> Result<Outcome> {
        let login = self.login.trim().to_lowercase();
        let Some(counted) = app.act(&program(), &CountAttempt { login }).await? else {
            hashing::matches(app, &self.password, None).await?;
            return Err(refused());
        };
        let account = &counted.account;
        let right = hashing::matches(app, &self.password, Some(&account.password)).await?;
        if !right || account.disabled_at.is_some() {
            return failed(app, &counted).await;
        }
        let step = match (&account.totp, self.code.filter(|code| !code.trim().is_empty())) {
            (None, _) => account.totp_step,
            (Some(_), None) => {
                counted.was_right(app).await?;
                return Ok(Outcome::NeedsCode);
            }
            (Some(sealed), Some(code)) => match used_step(app, account, sealed, &code)? {
                Some(step) => Some(step),
                None => return failed(app, &counted).await,
            },
        };
        let who = Who {
            account: Some(account.id),
            county: account.county.clone(),
            name: account.name.clone(),
            posts: Vec::new(),
            means: Means::Program,
        };
        let renewed = hashing::renewed(app, &self.password, &account.password).await?;
        let language = self.language.map(Language::tag).filter(|tag| *tag != account.language);
        let secret = app.ids().secret();
        app.act(&who, &OpenSession { account, secret: &secret, step, renewed, language }).await?;
        Ok(Outcome::In(format!("{}.{secret}", account.county)))
    }
}

/// Nobody is signed in yet: the program writes.
pub(super) fn program() -> Who {
    Who::program("000000")
}

fn refused() -> Error {
    Problem::new(Kind::SignIn, "problem-sign-in-failed").into()
}

/// Refuses a counted attempt that turned out wrong; the one that makes the account rest is put on record.
async fn failed<T>(app: &App, counted: &Counted) -> Result<T> {
    counted.was_wrong(app).await?;
    Err(refused())
}

impl Counted {
    /// Puts on record that the account rests, where this attempt is the one that made it.
    pub(super) async fn was_wrong(&self, app: &App) -> Result<()> {
        if self.failures % ATTEMPTS != 0 {
            return Ok(());
        }
        app.act(&program(), &NoteRest { account: &self.account }).await
    }

    /// Takes the attempt back: it was no failure.
    pub(super) async fn was_right(&self, app: &App) -> Result<()> {
        app.act(&program(), &TakeBack { account: &self.account }).await
    }
}

/// The step of a right code that was not used before.
fn used_step(app: &App, account: &Account, sealed: &[u8], code: &str) -> Result<Option<i64>> {
    let secret = app.vault().open(&totp_place(account.id), sealed).while_doing("opening a TOTP secret")?;
    Ok(totp::verify(&secret, code.trim(), app.clock().now() / SECOND, account.totp_step))
}

/// Counts an attempt before it is looked at; `None` while the account rests, or when there is none.
pub(super) struct CountAttempt {
    pub(super) login: String,
}

/// An attempt that may be looked at.
pub(super) struct Counted {
    pub(super) account: Account,
    /// Attempts without a success between, this one too.
    failures: i64,
}

impl Action for CountAttempt {
    type Output = Option<Counted>;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Option<Counted>> {
        let Some(account) = store::account_by_login(tx, &self.login).await? else { return Ok(None) };
        let failures = store::count_attempt(tx, &account, ATTEMPTS, cx.now + REST, cx.now).await?;
        Ok(failures.map(|failures| Counted { account, failures }))
    }
}

struct TakeBack<'a> {
    account: &'a Account,
}

impl Action for TakeBack<'_> {
    type Output = ();

    async fn run(&self, tx: &mut Tx, _: Context<'_>) -> Result<()> {
        store::uncount_attempt(tx, self.account, ATTEMPTS).await
    }
}

struct NoteRest<'a> {
    account: &'a Account,
}

impl Action for NoteRest<'_> {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let Account { county, id, .. } = self.account;
        let account = store::account(tx, county, *id).await?;
        // A right password beside this one may have ended the rest already.
        if account.is_some_and(|account| account.locked_until.is_some_and(|until| cx.now < until)) {
            tx.audit(Entry::new(cx.who, county, "sign-in-locked", "account", id));
        }
        Ok(())
    }
}

struct OpenSession<'a> {
    account: &'a Account,
    secret: &'a str,
    step: Option<i64>,
    /// The same password's hash at today's cost, where it was made at another.
    renewed: Option<String>,
    /// The language it is to speak, where that is another.
    language: Option<&'static str>,
}

impl Action for OpenSession<'_> {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        // Of two sign-ins with the same code only one counts; and what was verified outside this transaction
        // must still be what is stored, or the old password would outlive its change.
        if !store::forget_attempts(tx, self.account, self.step).await? {
            return Err(refused());
        }
        let Account { county, id, .. } = self.account;
        if let Some(hash) = &self.renewed {
            store::set_password(tx, county, *id, hash).await?;
        }
        if let Some(language) = self.language {
            store::set_language(tx, county, *id, language).await?;
        }
        let expires = cx.now + cx.app.settings().session_limit;
        store::insert_session(tx, self.account, &digest(self.secret), cx.now, expires).await?;
        let entry = Entry::new(cx.who, county, "sign-in", "account", id);
        tx.audit(match self.language {
            Some(language) => entry.detail(json!({ "language": language })),
            None => entry,
        });
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
        let account = cx.who.account.unwrap_or_default();
        tx.audit(Entry::new(cx.who, &cx.who.county, "sign-out", "account", account));
        Ok(())
    }
}
