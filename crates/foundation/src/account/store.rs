//! Statements of sign-ins and posts.

use std::collections::HashMap;

use uuid::Uuid;

use super::Account;
use crate::clock::Micros;
use crate::db::{Tx, Value, marks, sql, sql_with};
use crate::error::Result;
use crate::every;
use crate::outbox;
use crate::scope::{Columns, Post, Role, Scope};
use crate::web::Paging;

/// The account with this login, if any.
pub async fn account_by_login(tx: &mut Tx, login: &str) -> Result<Option<Account>> {
    let place: Option<(String, Uuid)> =
        sql("select county, account from login where login = $1").bind(login).optional(tx).await?;
    match place {
        Some((county, id)) => account(tx, &county, id).await,
        None => Ok(None),
    }
}

/// One account.
pub async fn account(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Account>> {
    sql("select county, id, login, name, password, totp, totp_step, failures, locked_until, disabled_at, \
         language from account where county = $1 and id = $2")
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// Keeps an account, and what hangs on it, from being changed by anybody else before the commit.
pub async fn lock(tx: &mut Tx, county: &str, id: Uuid) -> Result<()> {
    let lock = [("lock", tx.row_lock("for update"))];
    let found = sql_with("select id from account where county = $1 and id = $2 {lock}", &lock);
    found.bind(county).bind(id).optional::<(Uuid,)>(tx).await?;
    Ok(())
}

/// The names of accounts of one county, by id: for a page's worth of them.
pub async fn names(tx: &mut Tx, county: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let marks = marks(2, ids.len());
    let rows: Vec<(Uuid, String)> =
        sql_with("select id, name from account where county = $1 and id in ({ids})", &[("ids", &marks)])
            .bind(county)
            .bind_all(ids.iter().map(|id| Value::from(*id)))
            .all(tx)
            .await?;
    Ok(rows.into_iter().collect())
}

/// Reserves a login; `false` when it is taken.
pub async fn reserve_login(tx: &mut Tx, login: &str, county: &str, account: Uuid) -> Result<bool> {
    sql("insert into login (login, county, account) values ($1, $2, $3) on conflict do nothing")
        .bind(login)
        .bind(county)
        .bind(account)
        .inserted(tx)
        .await
}

/// Writes a new account.
pub async fn insert_account(tx: &mut Tx, account: &Account, now: Micros) -> Result<()> {
    sql("insert into account (county, id, login, name, password, failures, language, created_at) \
         values ($1, $2, $3, $4, $5, 0, $6, $7)")
    .bind(&account.county)
    .bind(account.id)
    .bind(&account.login)
    .bind(&account.name)
    .bind(&account.password)
    .bind(&account.language)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Counts an attempt before it is looked at, and rests the account until `rest` at every `most`th
/// without a success between. Gives the new count, or `None` while the account rests. One statement
/// both asks and counts, so that of attempts sent together each sees the one before.
pub async fn count_attempt(
    tx: &mut Tx,
    account: &Account,
    most: i64,
    rest: Micros,
    now: Micros,
) -> Result<Option<i64>> {
    let counted: Option<(i64,)> = sql("update account set failures = failures + 1, \
         locked_until = case when (failures + 1) % $3 = 0 then $4 else locked_until end \
         where county = $1 and id = $2 and (locked_until is null or locked_until <= $5) returning failures")
    .bind(&account.county)
    .bind(account.id)
    .bind(most)
    .bind(rest)
    .bind(now)
    .optional(tx)
    .await?;
    Ok(counted.map(|row| row.0))
}

/// Takes back an attempt whose password was right and whose second factor is still to come: it was no
/// failure, and the account does not rest because of it.
pub async fn uncount_attempt(tx: &mut Tx, account: &Account, most: i64) -> Result<()> {
    sql("update account set failures = failures - 1, \
         locked_until = case when failures % $3 = 0 then null else locked_until end \
         where county = $1 and id = $2 and failures > 0")
    .bind(&account.county)
    .bind(account.id)
    .bind(most)
    .run(tx)
    .await?;
    Ok(())
}

/// Forgets failed attempts after a success, and remembers the step of the code that was used; `false`
/// when that step, or a later one, was used before, or when the account is no longer the one that was
/// looked at: its password or second factor was changed meanwhile, or it was closed.
pub async fn forget_attempts(tx: &mut Tx, seen: &Account, totp_step: Option<i64>) -> Result<bool> {
    let touched = sql("update account set failures = 0, locked_until = null, totp_step = $3 \
         where county = $1 and id = $2 and (totp_step is null or totp_step < $3 or $3 is null) \
         and password = $4 and totp is not distinct from $5 and disabled_at is null")
    .bind(&seen.county)
    .bind(seen.id)
    .bind(totp_step)
    .bind(&seen.password)
    .bind(seen.totp.clone())
    .run(tx)
    .await?;
    Ok(touched == 1)
}

/// Replaces the password.
pub async fn set_password(tx: &mut Tx, county: &str, id: Uuid, password: &str) -> Result<()> {
    sql("update account set password = $3, failures = 0, locked_until = null \
         where county = $1 and id = $2")
    .bind(county)
    .bind(id)
    .bind(password)
    .run(tx)
    .await?;
    Ok(())
}

/// Turns two factors on, or off with `None`.
pub async fn set_totp(tx: &mut Tx, county: &str, id: Uuid, totp: Option<Vec<u8>>) -> Result<()> {
    sql("update account set totp = $3, totp_step = null where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .bind(totp)
        .run(tx)
        .await?;
    Ok(())
}

/// Opens a session.
pub async fn insert_session(
    tx: &mut Tx,
    account: &Account,
    token: &[u8],
    now: Micros,
    expires_at: Micros,
) -> Result<()> {
    sql("insert into session (county, token, account, created_at, seen_at, expires_at) \
         values ($1, $2, $3, $4, $4, $5)")
    .bind(&account.county)
    .bind(token)
    .bind(account.id)
    .bind(now)
    .bind(expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// Who holds a session or an access token that still counts, of an account that is not closed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Holding {
    /// The account.
    pub account: Uuid,
    /// Its name.
    pub name: String,
    /// When the session or token was last used, to the minute.
    pub used_at: Option<Micros>,
}

/// Who holds the session with this token, unless it is over or was idle too long. In a transaction that
/// writes, the account is not closed and its password not changed before the commit.
pub async fn by_session(
    tx: &mut Tx,
    county: &str,
    token: &[u8],
    now: Micros,
    idle: Micros,
) -> Result<Option<Holding>> {
    sql_with(
        "select a.id as account, a.name, s.seen_at as used_at from session s \
         join account a on a.county = s.county and a.id = s.account \
         where s.county = $1 and s.token = $2 and s.expires_at > $3 and s.seen_at > $4 \
         and a.disabled_at is null {lock}",
        &[("lock", tx.row_lock("for share of a"))],
    )
    .bind(county)
    .bind(token)
    .bind(now)
    .bind(now - idle)
    .optional(tx)
    .await
}

/// Notes that a session was used.
pub async fn touch_session(tx: &mut Tx, county: &str, token: &[u8], now: Micros) -> Result<()> {
    sql("update session set seen_at = $3 where county = $1 and token = $2")
        .bind(county)
        .bind(token)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// Ends one session.
pub async fn delete_session(tx: &mut Tx, county: &str, token: &[u8]) -> Result<()> {
    sql("delete from session where county = $1 and token = $2").bind(county).bind(token).run(tx).await?;
    Ok(())
}

/// Ends every session of an account; tells how many.
pub async fn delete_sessions_of(tx: &mut Tx, county: &str, account: Uuid) -> Result<u64> {
    sql("delete from session where county = $1 and account = $2").bind(county).bind(account).run(tx).await
}

/// What a new password, or the end of an account, took from whoever held it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShutOut {
    /// Sessions that ended.
    pub sessions: u64,
    /// Access tokens that were revoked.
    pub tokens: u64,
}

/// Ends every session of an account, revokes its access tokens and the secret addresses of its feeds, and forgets
/// the browsers that are told its news: whoever had the old password may hold some.
pub async fn shut_out(tx: &mut Tx, county: &str, account: Uuid, now: Micros) -> Result<ShutOut> {
    let sessions = delete_sessions_of(tx, county, account).await?;
    let tokens = revoke_tokens_of(tx, county, account, now).await?;
    outbox::store::cut_off(tx, county, account, now).await?;
    Ok(ShutOut { sessions, tokens })
}

/// An access token as its owner sees it: never its secret.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Token {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub account: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// When it ends, if it does.
    pub expires_at: Option<Micros>,
    /// When it was last used, to the minute.
    pub used_at: Option<Micros>,
    /// When it was revoked.
    pub revoked_at: Option<Micros>,
}

/// Writes a new token.
pub async fn insert_token(
    tx: &mut Tx,
    county: &str,
    token: &Token,
    digest: &[u8],
    now: Micros,
) -> Result<()> {
    sql("insert into access_token (county, id, account, name, token, created_at, expires_at) \
         values ($1, $2, $3, $4, $5, $6, $7)")
    .bind(county)
    .bind(token.id)
    .bind(token.account)
    .bind(&token.name)
    .bind(digest)
    .bind(now)
    .bind(token.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// Who holds the token with this secret, unless it is over or revoked; kept as by [`by_session`].
pub async fn by_token(tx: &mut Tx, county: &str, digest: &[u8], now: Micros) -> Result<Option<Holding>> {
    sql_with(
        "select a.id as account, a.name, t.used_at from access_token t \
         join account a on a.county = t.county and a.id = t.account \
         where t.county = $1 and t.token = $2 and t.revoked_at is null \
         and (t.expires_at is null or t.expires_at > $3) and a.disabled_at is null {lock}",
        &[("lock", tx.row_lock("for share of a"))],
    )
    .bind(county)
    .bind(digest)
    .bind(now)
    .optional(tx)
    .await
}

/// Notes that a token was used.
pub async fn touch_token(tx: &mut Tx, county: &str, digest: &[u8], now: Micros) -> Result<()> {
    sql("update access_token set used_at = $3 where county = $1 and token = $2")
        .bind(county)
        .bind(digest)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// The tokens of an account, newest first.
pub async fn tokens_of(tx: &mut Tx, county: &str, account: Uuid) -> Result<Vec<Token>> {
    sql("select id, account, name, expires_at, used_at, revoked_at from access_token \
         where county = $1 and account = $2 order by created_at desc")
    .bind(county)
    .bind(account)
    .all(tx)
    .await
}

/// Revokes a token of an account; `false` when there is none such.
pub async fn revoke_token(tx: &mut Tx, county: &str, account: Uuid, id: Uuid, now: Micros) -> Result<bool> {
    let touched = sql("update access_token set revoked_at = $4 \
         where county = $1 and account = $2 and id = $3 and revoked_at is null")
    .bind(county)
    .bind(account)
    .bind(id)
    .bind(now)
    .run(tx)
    .await?;
    Ok(touched == 1)
}

/// Revokes every access token of an account that still counts; tells how many.
pub async fn revoke_tokens_of(tx: &mut Tx, county: &str, account: Uuid, now: Micros) -> Result<u64> {
    sql("update access_token set revoked_at = $3 where county = $1 and account = $2 and revoked_at is null \
         and (expires_at is null or expires_at > $3)")
    .bind(county)
    .bind(account)
    .bind(now)
    .run(tx)
    .await
}

#[derive(sqlx::FromRow)]
struct PostRow {
    id: Uuid,
    role: String,
    area: String,
    path: String,
    organisation: Option<Uuid>,
    valid_from: Micros,
    valid_to: Option<Micros>,
}

impl PostRow {
    /// A role this program does not know gives no right: an older binary meets a newer table.
    fn into_post(self) -> Option<Post> {
        Some(Post {
            id: self.id,
            role: Role::from_code(&self.role)?,
            area: self.area,
            path: self.path,
            organisation: self.organisation,
            from: self.valid_from,
            to: self.valid_to,
        })
    }
}

/// Every post of an account, whatever its dates.
pub async fn posts_of(tx: &mut Tx, county: &str, account: Uuid) -> Result<Vec<Post>> {
    let rows: Vec<PostRow> =
        sql("select id, role, area, path, organisation, valid_from, valid_to from post \
         where county = $1 and account = $2 order by valid_from, id")
        .bind(county)
        .bind(account)
        .all(tx)
        .await?;
    Ok(rows.into_iter().filter_map(PostRow::into_post).collect())
}

/// An area that ended, and the path of the one that answers for what still stands under its own.
#[derive(sqlx::FromRow)]
struct Heir {
    area: String,
    path: String,
    heir: String,
    valid_from: Micros,
}

/// What the posts of an account give it: the posts themselves, and the same ones over areas that ended and whose heirs lie
/// within them, from the day they fell to those. Matters stay where they were reported: whoever answers for a place
/// today answers for them too.
pub async fn rights_of(tx: &mut Tx, county: &str, account: Uuid) -> Result<Vec<Post>> {
    let mut posts = posts_of(tx, county, account).await?;
    let within = Scope::over(posts.iter().map(|post| post.path.as_str()));
    let within = within.condition(Columns { county: "county", path: "heir", units: &[] }, 0);
    let heirs: Vec<Heir> = sql_with(
        "select area, path, heir, valid_from from area_heir where {scope} order by area",
        &[("scope", &within.text)],
    )
    .bind_all(within.values)
    .all(tx)
    .await?;
    let mut inherited = Vec::new();
    for post in &posts {
        let falls = |heir: &&Heir| heir.heir.starts_with(&post.path) && !heir.path.starts_with(&post.path);
        inherited.extend(heirs.iter().filter(falls).map(|heir| Post {
            area: heir.area.clone(),
            path: heir.path.clone(),
            from: post.from.max(heir.valid_from),
            ..post.clone()
        }));
    }
    posts.extend(inherited);
    Ok(posts)
}

/// Writes a post.
pub async fn insert_post(tx: &mut Tx, county: &str, account: Uuid, post: &Post) -> Result<()> {
    sql("insert into post (county, id, account, role, area, path, organisation, valid_from, valid_to) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    .bind(county)
    .bind(post.id)
    .bind(account)
    .bind(post.role.code())
    .bind(&post.area)
    .bind(&post.path)
    .bind(post.organisation)
    .bind(post.from)
    .bind(post.to)
    .run(tx)
    .await?;
    Ok(())
}

/// Ends a post from `at` on; `false` when there is none such that still holds.
pub async fn end_post(tx: &mut Tx, county: &str, id: Uuid, at: Micros) -> Result<bool> {
    let touched = sql("update post set valid_to = $3 \
         where county = $1 and id = $2 and (valid_to is null or valid_to > $3)")
    .bind(county)
    .bind(id)
    .bind(at)
    .run(tx)
    .await?;
    Ok(touched == 1)
}

/// A post with the account that holds it, for lists.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Holder {
    /// The county of the account.
    pub county: String,
    /// The post.
    pub id: Uuid,
    /// The account.
    pub account: Uuid,
    /// Its login.
    pub login: String,
    /// Its name.
    pub name: String,
    /// The role's code.
    pub role: String,
    /// The area.
    pub area: String,
    /// The area's path.
    pub path: String,
    /// The organisation.
    pub organisation: Option<Uuid>,
    /// From when.
    pub valid_from: Micros,
    /// Until when.
    pub valid_to: Option<Micros>,
    /// When the account was closed, if it was.
    pub disabled_at: Option<Micros>,
}

/// Which posts a list asks for by whether they still hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Term {
    /// Those that hold, or will.
    #[default]
    Running,
    /// Those that ended, or whose account was closed.
    Ended,
    /// Both.
    All,
}

every! {
    /// As the choice lists them.
    Term {
        Running = "running";
        Ended   = "ended";
        All     = "all";
    }
}

/// Which posts a list asks for.
#[derive(Debug, Clone, Default)]
pub struct PostFilter {
    /// Only over this area or below it: its path; empty for everywhere.
    pub path: String,
    /// Only of this role, by code; empty for all.
    pub role: String,
    /// Only for this organisation.
    pub organisation: Option<Uuid>,
    /// Only of people whose name or login holds this text; empty for all.
    pub person: String,
    /// Whether they hold.
    pub term: Term,
}

/// The posts over places within `scope` that `filter` asks for, by place, role and login.
pub async fn holders(
    tx: &mut Tx,
    scope: &Scope,
    filter: &PostFilter,
    paging: Paging,
    now: Micros,
) -> Result<Vec<Holder>> {
    let allowed = scope.condition(Columns { county: "p.county", path: "p.path", units: &[] }, 10);
    sql_with(
        "select p.county, p.id, p.account, a.login, a.name, p.role, p.area, p.path, p.organisation, \
         p.valid_from, p.valid_to, a.disabled_at from post p \
         join account a on a.county = p.county and a.id = p.account \
         where p.path >= $1 and p.path < $2 and ($3 = '' or p.role = $3) and (p.organisation = $4 or $4 is null) \
         and ($5 = '' or replace(a.name, $5, '') <> a.name or replace(a.login, $6, '') <> a.login) \
         and ($7 = 'all' or ($7 = 'ended') = ((p.valid_to is not null and p.valid_to <= $8) \
         or a.disabled_at is not null)) \
         and {scope} order by p.path, p.role, a.login, p.id limit $9 offset $10",
        &[("scope", &allowed.text)],
    )
    .bind_all(asked_for(filter, now))
    .bind(paging.size)
    .bind(paging.offset())
    .bind_all(allowed.values)
    .all(tx)
    .await
}

/// How many posts [`holders`] has to give in all.
pub async fn count_holders(tx: &mut Tx, scope: &Scope, filter: &PostFilter, now: Micros) -> Result<i64> {
    let allowed = scope.condition(Columns { county: "p.county", path: "p.path", units: &[] }, 8);
    sql_with(
        "select count(*) from post p join account a on a.county = p.county and a.id = p.account \
         where p.path >= $1 and p.path < $2 and ($3 = '' or p.role = $3) and (p.organisation = $4 or $4 is null) \
         and ($5 = '' or replace(a.name, $5, '') <> a.name or replace(a.login, $6, '') <> a.login) \
         and ($7 = 'all' or ($7 = 'ended') = ((p.valid_to is not null and p.valid_to <= $8) \
         or a.disabled_at is not null)) and {scope}",
        &[("scope", &allowed.text)],
    )
    .bind_all(asked_for(filter, now))
    .bind_all(allowed.values)
    .scalar(tx)
    .await
}

fn asked_for(filter: &PostFilter, now: Micros) -> [Value; 8] {
    let (from, below) = crate::scope::path_range(&filter.path);
    [
        from.into(),
        below.into(),
        filter.role.as_str().into(),
        filter.organisation.into(),
        filter.person.as_str().into(),
        // Logins are kept in small letters.
        filter.person.to_lowercase().into(),
        filter.term.code().into(),
        now.into(),
    ]
}

/// Closes an account or opens it again.
pub async fn set_disabled(tx: &mut Tx, county: &str, id: Uuid, at: Option<Micros>) -> Result<()> {
    sql("update account set disabled_at = $3 where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .bind(at)
        .run(tx)
        .await?;
    Ok(())
}

/// Sets the language of an account's pages.
pub async fn set_language(tx: &mut Tx, county: &str, id: Uuid, language: &str) -> Result<()> {
    sql("update account set language = $3 where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .bind(language)
        .run(tx)
        .await?;
    Ok(())
}
