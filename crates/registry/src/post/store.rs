//! Statements of posts and accounts as the pages of this room list them.

use lianxin_foundation::db::sql;
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

/// One post with whose it is.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Held {
    /// The county of the account.
    pub county: String,
    /// The post.
    pub id: Uuid,
    /// The account.
    pub account: Uuid,
    /// The name of who holds it.
    pub name: String,
    /// The role's code.
    pub role: String,
    /// The area it is over.
    pub area: String,
    /// That area's path.
    pub path: String,
    /// From when.
    pub valid_from: Micros,
    /// Until when.
    pub valid_to: Option<Micros>,
}

/// One post.
pub async fn post(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Held>> {
    sql("select p.county, p.id, p.account, a.name, p.role, p.area, p.path, p.valid_from, p.valid_to from post p \
         join account a on a.county = p.county and a.id = p.account where p.county = $1 and p.id = $2")
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// Who holds a post over exactly this area now, whatever their own county.
pub async fn over(tx: &mut Tx, path: &str, now: Micros) -> Result<Vec<Held>> {
    sql("select p.county, p.id, p.account, a.name, p.role, p.area, p.path, p.valid_from, p.valid_to from post p \
         join account a on a.county = p.county and a.id = p.account \
         where p.path = $1 and p.valid_from <= $2 and (p.valid_to is null or p.valid_to > $2) \
         and a.disabled_at is null order by p.role, a.name")
    .bind(path)
    .bind(now)
    .all(tx)
    .await
}

/// Who works for an organisation now.
pub async fn of_organisation(tx: &mut Tx, organisation: Uuid, now: Micros) -> Result<Vec<Held>> {
    sql("select p.county, p.id, p.account, a.name, p.role, p.area, p.path, p.valid_from, p.valid_to from post p \
         join account a on a.county = p.county and a.id = p.account \
         where p.organisation = $1 and p.valid_from <= $2 and (p.valid_to is null or p.valid_to > $2) \
         and a.disabled_at is null order by p.role, a.name")
    .bind(organisation)
    .bind(now)
    .all(tx)
    .await
}

/// Ends every post of an account; tells how many.
pub async fn end_of_account(tx: &mut Tx, county: &str, account: Uuid, at: Micros) -> Result<u64> {
    sql("update post set valid_to = $3 where county = $1 and account = $2 and (valid_to is null or valid_to > $3)")
        .bind(county)
        .bind(account)
        .bind(at)
        .run(tx)
        .await
}

/// Ends the posts that work for an organisation; tells how many.
pub async fn end_of_organisation(tx: &mut Tx, organisation: Uuid, at: Micros) -> Result<u64> {
    sql("update post set valid_to = $2 where organisation = $1 and (valid_to is null or valid_to > $2)")
        .bind(organisation)
        .bind(at)
        .run(tx)
        .await
}
