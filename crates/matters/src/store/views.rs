//! Statements of saved views.

use lianxin_foundation::db::{sql, sql_with};
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

/// A view as stored.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct View {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub account: Uuid,
    /// That person's name.
    pub owner: String,
    /// With whom it is shared: an organisation's or an area's id.
    pub shared_with: Option<String>,
    /// What it is called.
    pub name: String,
    /// The conditions, as the address has them.
    pub query: String,
}

/// A person's own views, then those that others share with `circles`, each by name.
pub async fn views(tx: &mut Tx, county: &str, account: Uuid, circles: &[String]) -> Result<Vec<View>> {
    let marks: Vec<String> = (0..circles.len()).map(|at| format!("${}", at + 3)).collect();
    let marks = if marks.is_empty() { "null".to_owned() } else { marks.join(", ") };
    sql_with(
        "select v.id, v.account, a.name as owner, v.shared_with, v.name, v.query from saved_view v \
         join account a on a.county = v.county and a.id = v.account \
         where v.county = $1 and (v.account = $2 or v.shared_with in ({marks})) \
         order by case when v.account = $2 then 0 else 1 end, v.name, v.id",
        &[("marks", &marks)],
    )
    .bind(county)
    .bind(account)
    .bind_all(circles.iter().map(|circle| circle.as_str().into()))
    .all(tx)
    .await
}

/// How many views a person has under other names than this.
pub(crate) async fn others(tx: &mut Tx, county: &str, account: Uuid, name: &str) -> Result<i64> {
    sql("select count(*) from saved_view where county = $1 and account = $2 and name <> $3")
        .bind(county)
        .bind(account)
        .bind(name)
        .scalar(tx)
        .await
}

/// Keeps a view; one of the same name and person changes.
pub(crate) async fn keep(tx: &mut Tx, county: &str, view: &View, now: Micros) -> Result<()> {
    sql("insert into saved_view (county, id, account, shared_with, name, query, made_at) \
         values ($1, $2, $3, $4, $5, $6, $7) \
         on conflict (county, account, name) do update \
         set shared_with = excluded.shared_with, query = excluded.query, made_at = excluded.made_at")
    .bind(county)
    .bind(view.id)
    .bind(view.account)
    .bind(view.shared_with.clone())
    .bind(view.name.as_str())
    .bind(view.query.as_str())
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Takes a person's own view away; whether there was one.
pub(crate) async fn take_away(tx: &mut Tx, county: &str, account: Uuid, id: Uuid) -> Result<bool> {
    let gone = sql("delete from saved_view where county = $1 and account = $2 and id = $3")
        .bind(county)
        .bind(account)
        .bind(id)
        .run(tx)
        .await?;
    Ok(gone > 0)
}
