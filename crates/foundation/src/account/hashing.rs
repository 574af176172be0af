//! The slow work on passwords. It is done before a transaction begins, never within one: SQLite has one
//! writer, and everybody else would wait for it.

use tokio::sync::Semaphore;

use crate::app::App;
use crate::error::{Result, While};
use crate::password::{self, Weakness};

/// One password takes some 20 MB: a few at a time, the others wait, so that strangers who try hundreds
/// at once use up neither memory nor the threads.
static TURNS: Semaphore = Semaphore::const_new(4);

/// Whether `typed` is the password behind `hash`. Without a hash the answer is no, and takes as long.
pub(super) async fn matches(app: &App, typed: &str, hash: Option<&str>) -> Result<bool> {
    let (typed, hash, cost) = (typed.to_owned(), hash.map(str::to_owned), app.settings().password_cost);
    in_turn("verifying a password", move || match hash {
        Some(hash) => password::verify(&typed, &hash),
        None => password::verify_dummy(&typed, &cost),
    })
    .await
}

/// A hash of `typed`, the password behind `hash`, at the cost now configured; `None` where it was made at that.
pub(super) async fn renewed(app: &App, typed: &str, hash: &str) -> Result<Option<String>> {
    if !password::needs_rehash(hash, &app.settings().password_cost) {
        return Ok(None);
    }
    hashed(app, typed).await.map(Some)
}

async fn hashed(app: &App, password: &str) -> Result<String> {
    let doing = "hashing a password";
    let (password, app) = (password.to_owned(), app.clone());
    let work = move || password::hash(&password, &app.settings().password_cost, app.ids());
    in_turn(doing, work).await?.while_doing(doing)
}

async fn in_turn<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    let _turn = TURNS.acquire().await.while_doing(doing)?;
    tokio::task::spawn_blocking(work).await.while_doing(doing)
}

/// A new password that was judged and, being good enough, hashed. An action takes it ready-made.
#[derive(Clone)]
pub struct NewPassword(Result<String, Weakness>);

impl NewPassword {
    /// Judges `password` for whoever signs in as `login`. A weak one is not worth hashing: the action it
    /// is handed to says so, together with whatever else is wrong.
    ///
    /// # Errors
    /// When hashing fails, as when memory is short.
    pub async fn new(app: &App, password: &str, login: &str) -> Result<NewPassword> {
        if let Err(weakness) = password::check_new(password, login) {
            return Ok(NewPassword(Err(weakness)));
        }
        Ok(NewPassword(Ok(hashed(app, password).await?)))
    }

    /// The hash to store, or what is wrong with the password.
    pub fn hash(&self) -> Result<&str, Weakness> {
        self.0.as_deref().map_err(|weakness| *weakness)
    }
}
