//! Statements of transfers.

use lianxin_foundation::db::{Value, sql, sql_with};
use lianxin_foundation::scope::Columns;
use lianxin_foundation::{Micros, Result, Scope, Tx};
use uuid::Uuid;

use super::Transfer;

/// The columns of [`Transfer`], for a table called `t`.
const TRANSFER: &str = "t.county, t.id, t.person, t.kind, t.membership, t.from_organisation, t.from_path, \
    t.to_organisation, t.to_path, t.asked_from, t.asked_by, t.asked_at, t.reason, t.due_at, t.state, \
    t.answered_by, t.answered_at, t.answer";

/// One transfer.
pub(crate) async fn transfer(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Transfer>> {
    let lock = tx.row_lock("for update");
    sql_with(
        "select {columns} from transfer t where t.county = $1 and t.id = $2 {lock}",
        &[("columns", TRANSFER), ("lock", lock)],
    )
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// Whether a membership waits for an answer already.
pub(crate) async fn waits(tx: &mut Tx, county: &str, membership: Uuid, now: Micros) -> Result<bool> {
    let waiting: i64 = sql("select count(*) from transfer where county = $1 and membership = $2 \
         and state = 'open' and due_at > $3")
    .bind(county)
    .bind(membership)
    .bind(now)
    .scalar(tx)
    .await?;
    Ok(waiting > 0)
}

/// Transfers with an end within a scope, open ones first, then the newest.
pub async fn within(tx: &mut Tx, scope: &Scope, now: Micros, most: i64) -> Result<Vec<Transfer>> {
    let mut values: Vec<Value> = vec![now.into(), most.into()];
    let from = Columns { county: "t.county", path: "t.from_path", units: &["t.from_organisation"] };
    let from = scope.condition(from, values.len());
    values.extend(from.values);
    let to = Columns { county: "t.county", path: "t.to_path", units: &["t.to_organisation"] };
    let to = scope.condition(to, values.len());
    values.extend(to.values);
    sql_with(
        "select {columns} from transfer t where ({living} or {belonging}) \
         order by case when t.state = 'open' and t.due_at > $1 then 0 else 1 end, t.asked_at desc, t.id limit $2",
        &[("columns", TRANSFER), ("living", &from.text), ("belonging", &to.text)],
    )
    .bind_all(values)
    .all(tx)
    .await
}

/// Writes a transfer that was asked for.
pub(crate) async fn insert(tx: &mut Tx, new: &Transfer) -> Result<()> {
    sql("insert into transfer (county, id, person, kind, membership, from_organisation, from_path, \
         to_organisation, to_path, asked_from, asked_by, asked_at, reason, due_at, state) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'open')")
    .bind(&new.county)
    .bind(new.id)
    .bind(new.person)
    .bind(&new.kind)
    .bind(new.membership)
    .bind(new.from_organisation)
    .bind(&new.from_path)
    .bind(new.to_organisation)
    .bind(&new.to_path)
    .bind(new.asked_from)
    .bind(&new.asked_by)
    .bind(new.asked_at)
    .bind(&new.reason)
    .bind(new.due_at)
    .run(tx)
    .await?;
    Ok(())
}

/// Writes how it was answered.
pub(crate) async fn answer(
    tx: &mut Tx,
    transfer: &Transfer,
    state: &str,
    (by, at, said): (&str, Micros, &str),
) -> Result<()> {
    sql("update transfer set state = $3, answered_by = $4, answered_at = $5, answer = $6 \
         where county = $1 and id = $2")
    .bind(&transfer.county)
    .bind(transfer.id)
    .bind(state)
    .bind(by)
    .bind(at)
    .bind(said)
    .run(tx)
    .await?;
    Ok(())
}

/// The organisations with this name that a county's people may belong to: its own, and its city's.
pub(crate) async fn named(tx: &mut Tx, county: &str, city: &str, name: &str) -> Result<Vec<(Uuid,)>> {
    sql("select id from organisation where county in ($1, $2) and name = $3 and valid_to is null limit 2")
        .bind(county)
        .bind(city)
        .bind(name)
        .all(tx)
        .await
}
