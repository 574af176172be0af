//! Statements of figures. Each counts in one pass over the matters of a period and a place, grouped by
//! one thing; none of them reads what a matter says or who reported it.

use lianxin_foundation::db::{Row, Value, sql, sql_with};
use lianxin_foundation::scope::{Columns, county_in, path_range};
use lianxin_foundation::{Micros, Result, Scope, Tx};
use uuid::Uuid;

use super::counts::{Counts, Stretch};

/// Which matters are counted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Selection {
    /// At or below this path; empty for everywhere.
    pub path: String,
    /// Received from this moment on …
    pub from: Micros,
    /// … and before this one.
    pub to: Micros,
    /// Only of this category.
    pub category: Option<String>,
    /// Only of this unit: see [`by_unit`].
    pub unit: Option<Uuid>,
    /// Only what the asker may count; `None` for the public's figures, which are numbers alone.
    pub scope: Option<Scope>,
}

/// The counts that the published rates need.
const RATES: &str = "\
    count(*) as received, \
    count(m.closed_by) as closed, \
    count(m.dispatched_at) as dispatched, \
    count(case when m.dispatched_at is not null then m.responded_in_time end) as judged, \
    count(case when m.dispatched_at is not null and m.responded_in_time then 1 end) as in_time, \
    count(case when m.solved then 1 end) as solved, \
    count(case when m.satisfied then 1 end) as satisfied, \
    cast(coalesce(sum(m.reopened), 0) as BIGINT) as unsolved";

/// The other columns of [`Counts`]. Seconds instead of microseconds: the sum over a million matters
/// of a year would not fit into 64 bits otherwise.
const REST: &str = "\
    count(case when m.reopened > 0 then 1 end) as reopened, \
    cast(coalesce(sum(m.hops), 0) as BIGINT) as climbs, \
    count(case when m.hops > 0 then 1 end) as climbed, \
    count(m.settled_level) as settled, \
    count(case when m.settled_level <= 3 then 1 end) as settled_county, \
    count(case when m.settled_level = 4 then 1 end) as settled_town, \
    count(case when m.settled_level = 5 then 1 end) as settled_village, \
    count(case when m.settled_level = 6 then 1 end) as settled_grid, \
    count(case when m.settled_level >= 7 then 1 end) as settled_micro, \
    count(case when m.closed_by = 'reporter' then 1 end) as closed_reporter, \
    count(case when m.closed_by = 'call-back' then 1 end) as closed_call_back, \
    count(case when m.closed_by = 'time-out' then 1 end) as closed_time_out, \
    count(case when m.status = 'withdrawn' then 1 end) as withdrawn, \
    count(case when m.status = 'dismissed' then 1 end) as dismissed, \
    count(m.responded_at - m.dispatched_at) as responded, \
    count(m.resolved_at - m.dispatched_at) as resolved, \
    cast(coalesce(sum((m.dispatched_at - m.created_at) / 1000000), 0) as BIGINT) as dispatch_seconds, \
    cast(coalesce(sum((m.responded_at - m.dispatched_at) / 1000000), 0) as BIGINT) as response_seconds, \
    cast(coalesce(sum((m.resolved_at - m.dispatched_at) / 1000000), 0) as BIGINT) as resolve_seconds, \
    cast(coalesce(sum(case when m.closed_by is not null then (m.closed_at - m.created_at) / 1000000 end), 0) \
        as BIGINT) as close_seconds";

/// The unit a matter is counted for: the one that first took it and stays responsible for the answer
/// (首接负责), before that the one it was sent to. Otherwise a unit that never answers would not count.
const UNIT: &str = "coalesce(m.first_unit, m.unit)";

/// The counts of one group.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Group<K> {
    /// What the group has in common.
    pub key: K,
    /// Its counts.
    #[sqlx(flatten)]
    pub counts: Counts,
}

/// The counts behind the published rates, all in one; the other counts stay 0. A range of moments
/// needs no grouping: twelve of these, a month each, take half as long as one statement grouped by day.
pub(super) async fn rates(tx: &mut Tx, selection: &Selection) -> Result<Counts> {
    let (condition, values) = condition(selection, 0);
    sql_with("select {rates} from matter m where {selection}", &[("rates", RATES), ("selection", &condition)])
        .bind_all(values)
        .one(tx)
        .await
}

/// By category.
pub(super) async fn by_category(tx: &mut Tx, selection: &Selection) -> Result<Vec<Group<String>>> {
    grouped(tx, "m.category", selection).await
}

/// By unit; `None` for what no unit has had yet.
pub(super) async fn by_unit(tx: &mut Tx, selection: &Selection) -> Result<Vec<Group<Option<Uuid>>>> {
    grouped(tx, UNIT, selection).await
}

/// By county code, for a place above the counties: it is the first column of every key.
pub(super) async fn by_county(tx: &mut Tx, selection: &Selection) -> Result<Vec<Group<String>>> {
    grouped(tx, "m.county", selection).await
}

/// By the path of the smallest area they lie in, for a county or below: the caller adds paths up to
/// the areas it shows. A join with those areas takes as long on SQLite, and PostgreSQL may choose to
/// walk the whole area index for it.
pub(super) async fn by_path(tx: &mut Tx, selection: &Selection) -> Result<Vec<Group<String>>> {
    grouped(tx, "m.path", selection).await
}

async fn grouped<K>(tx: &mut Tx, key: &str, selection: &Selection) -> Result<Vec<Group<K>>>
where
    Group<K>: Row,
{
    let (condition, values) = condition(selection, 0);
    sql_with(
        "select {key} as key, {rates}, {rest} from matter m where {selection} group by 1",
        &[("key", key), ("rates", RATES), ("rest", REST), ("selection", &condition)],
    )
    .bind_all(values)
    .all(tx)
    .await
}

/// The length of a stretch that the matter in the middle took, in whole seconds; of two in the
/// middle the shorter. `n` is how many went along it, as [`Counts::along`] says.
pub(super) async fn median(
    tx: &mut Tx,
    stretch: Stretch,
    n: i64,
    selection: &Selection,
) -> Result<Option<i64>> {
    if n == 0 {
        return Ok(None);
    }
    let (from, to, also) = match stretch {
        Stretch::Dispatch => ("m.created_at", "m.dispatched_at", "m.dispatched_at is not null"),
        Stretch::Response => {
            ("m.dispatched_at", "m.responded_at", "m.responded_at - m.dispatched_at is not null")
        }
        Stretch::Resolution => {
            ("m.dispatched_at", "m.resolved_at", "m.resolved_at - m.dispatched_at is not null")
        }
        Stretch::Closing => ("m.created_at", "m.closed_at", "m.closed_by is not null"),
    };
    let (condition, values) = condition(selection, 1);
    let row: Option<(i64,)> = sql_with(
        "select ({to} - {from}) / 1000000 from matter m where {also} and {selection} order by 1 limit 1 offset $1",
        &[("from", from), ("to", to), ("also", also), ("selection", &condition)],
    )
    .bind((n - 1) / 2)
    .bind_all(values)
    .optional(tx)
    .await?;
    Ok(row.map(|row| row.0))
}

/// The condition of a selection, its placeholders after the `bound` ones before it.
fn condition(selection: &Selection, bound: usize) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = Vec::new();
    let mut parts: Vec<String> = Vec::new();
    let mut also = |text: &str, value: Value| {
        values.push(value);
        parts.push(text.replace('?', &format!("${}", bound + values.len())));
    };
    also("m.created_at >= ?", selection.from.into());
    also("m.created_at < ?", selection.to.into());
    match county_in(&selection.path) {
        // The whole county: its key alone, so that the engine may go by time instead of by path.
        Some(county) if is_county(&selection.path) => also("m.county = ?", county.into()),
        found => {
            if let Some(county) = found {
                also("m.county = ?", county.into());
            }
            let (from, below) = path_range(&selection.path);
            also("m.path >= ?", from.into());
            also("m.path < ?", below.into());
        }
    }
    if let Some(category) = &selection.category {
        also("m.category = ?", category.into());
    }
    if let Some(unit) = selection.unit {
        also(&format!("{UNIT} = ?"), unit.into());
    }
    if let Some(scope) = &selection.scope {
        let columns = Columns { county: "m.county", path: "m.path", units: &[] };
        let allowed = scope.condition(columns, bound + values.len());
        parts.push(allowed.text);
        values.extend(allowed.values);
    }
    (parts.join(" and "), values)
}

fn is_county(path: &str) -> bool {
    path.matches('/').count() == 3
}

/// The units responsible for anything in a place, for a choice: id and name, by name.
pub(super) async fn units(tx: &mut Tx, path: &str) -> Result<Vec<(Uuid, String)>> {
    let (from, below) = path_range(path);
    sql("select id, name from organisation where path >= $1 and path < $2 \
         and id in (select organisation from duty) order by name, id limit 500")
    .bind(from)
    .bind(below)
    .all(tx)
    .await
}
