//! From a cookie or a token to who is asking.

use super::{digest, store};
use crate::app::App;
use crate::clock::MINUTE;
use crate::db::Tx;
use crate::error::Result;
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
        let Some((county, secret)) = cookie.split_once('.') else { return Ok(None) };
        let (now, token) = (self.clock().now(), digest(secret));
        let mut tx = self.db().read().await?;
        let idle = self.settings().session_idle;
        let Some(session) = store::session(&mut tx, county, &token, now, idle).await? else {
            return Ok(None);
        };
        let means = Means::Session(token.clone());
        let who = known(&mut tx, county, session.account, means).await?;
        drop(tx);
        // Once a minute is enough to know that it is in use, and spares a write per page.
        if who.is_some() && now - session.seen_at > MINUTE {
            let mut tx = self.db().write().await?;
            store::touch_session(&mut tx, county, &token, now).await?;
            tx.commit().await?;
        }
        Ok(who)
    }

    /// Who holds this access token, `lx_county_secret`, if it still counts.
    pub async fn who_by_token(&self, bearer: &str) -> Result<Option<Who>> {
        let Some((county, secret)) = bearer.strip_prefix("lx_").and_then(|rest| rest.split_once('_')) else {
            return Ok(None);
        };
        let now = self.clock().now();
        let mut tx = self.db().read().await?;
        let Some(token) = store::token(&mut tx, county, &digest(secret), now).await? else {
            return Ok(None);
        };
        let who = known(&mut tx, county, token.account, Means::Token).await?;
        drop(tx);
        if who.is_some() && token.used_at.is_none_or(|used| now - used > MINUTE) {
            let mut tx = self.db().write().await?;
            store::touch_token(&mut tx, county, token.id, now).await?;
            tx.commit().await?;
        }
        Ok(who)
    }
}

async fn known(tx: &mut Tx, county: &str, account: uuid::Uuid, means: Means) -> Result<Option<Who>> {
    let Some(account) = store::account(tx, county, account).await? else { return Ok(None) };
    if account.disabled_at.is_some() {
        return Ok(None);
    }
    let posts = store::posts_of(tx, county, account.id).await?;
    Ok(Some(Who { account: Some(account.id), county: account.county, name: account.name, posts, means }))
}
