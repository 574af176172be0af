//! From a cookie or a token to who is asking.

use std::borrow::Cow;

use super::store;
use crate::app::App;
use crate::clock::{MINUTE, Micros};
use crate::db::Tx;
use crate::error::{Problem, Result};
use crate::ids::digest;
use crate::outbox;
use crate::scope::{Means, Who};

/// The session cookie's name.
pub const SESSION_COOKIE: &str = "lx_session";

/// How the cookie is set: for this site only, out of reach of scripts.
pub fn session_cookie(value: &str, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    let age = if value.is_empty() { "; Max-Age=0" } else { "" };
    format!("{SESSION_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
}

impl App {
    /// Who holds this session cookie's value, `county.secret`, if the session still counts.
    pub async fn who_by_session(&self, cookie: &str) -> Result<Option<Who>> {
        Ok(self.visit(cookie).await?.map(|(who, _)| who))
    }

    /// Who holds this session cookie's value, and how many notices they have not looked at: every page asks both, in
    /// one transaction.
    pub(crate) async fn visit(&self, cookie: &str) -> Result<Option<(Who, i64)>> {
        let Some((county, secret)) = cookie.split_once('.') else { return Ok(None) };
        let (now, token) = (self.clock().now(), digest(secret));
        let mut tx = self.db().read().await?;
        let idle = self.settings().session_idle;
        let Some(held) = store::by_session(&mut tx, county, &token, now, idle).await? else {
            return Ok(None);
        };
        let (used_at, account) = (held.used_at, held.account);
        let who = known(&mut tx, county, held, Means::Session(token.clone())).await?;
        let unread = outbox::store::unread(&mut tx, county, account).await?;
        drop(tx);
        // Once a minute is enough to know that it is in use, and spares a write per page.
        if used_at.is_none_or(|used| now - used > MINUTE) {
            let mut tx = self.db().write().await?;
            store::touch_session(&mut tx, county, &token, now).await?;
            tx.commit().await?;
        }
        Ok(Some((who, unread)))
    }

    /// Who holds this access token, `lx_county_secret`, if it still counts.
    pub async fn who_by_token(&self, bearer: &str) -> Result<Option<Who>> {
        let Some((county, secret)) = bearer.strip_prefix("lx_").and_then(|rest| rest.split_once('_')) else {
            return Ok(None);
        };
        let (now, token) = (self.clock().now(), digest(secret));
        let mut tx = self.db().read().await?;
        let Some(held) = store::by_token(&mut tx, county, &token, now).await? else {
            return Ok(None);
        };
        let used_at = held.used_at;
        let who = known(&mut tx, county, held, Means::Token(token.clone())).await?;
        drop(tx);
        if used_at.is_none_or(|used| now - used > MINUTE) {
            let mut tx = self.db().write().await?;
            store::touch_token(&mut tx, county, &token, now).await?;
            tx.commit().await?;
        }
        Ok(Some(who))
    }
}

/// `who` as they are in this very transaction. A request is told whose it is by its head, and its body may
/// take minutes: whoever signed out, was dismissed or had their token revoked meanwhile acts no more, and
/// whoever lost a post acts without it.
///
/// # Errors
/// [`Problem::sign_in`] when their session or token counts no longer.
pub(crate) async fn still<'w>(tx: &mut Tx, app: &App, who: &'w Who, now: Micros) -> Result<Cow<'w, Who>> {
    let held = match &who.means {
        Means::Session(token) => {
            store::by_session(tx, &who.county, token, now, app.settings().session_idle).await?
        }
        Means::Token(token) => store::by_token(tx, &who.county, token, now).await?,
        Means::Link | Means::Program | Means::Assumed => return Ok(Cow::Borrowed(who)),
    };
    let held = held.ok_or_else(Problem::sign_in)?;
    known(tx, &who.county, held, who.means.clone()).await.map(Cow::Owned)
}

async fn known(tx: &mut Tx, county: &str, held: store::Holding, means: Means) -> Result<Who> {
    let posts = store::rights_of(tx, county, held.account).await?;
    Ok(Who { account: Some(held.account), county: county.to_owned(), name: held.name, posts, means })
}
