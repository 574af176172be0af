//! Statements of units that were called to a matter.

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::scope::{Columns, Grant};
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Error, Micros, Result, Scope, Tx};
use lianxin_worktime::Kind;
use uuid::Uuid;

use super::{Call, CallKind, Limit};
use crate::model::Matter;
use crate::store::{COLUMNS, MatterRow};

/// The columns of a call `w` of a matter `m` that a scope looks at: who watches over the matter's place, who has
/// it, and who was called.
const SCOPE: Columns<'static> =
    Columns { county: "w.county", path: "m.path", units: &["w.unit", "m.unit", "m.first_unit"] };

/// The columns of [`CallRow`], for a table called `w`; their names differ from those of a matter beside it.
const CALL: &str = "w.county as call_county, w.id as call_id, w.matter as call_matter, w.unit as call_unit, \
    w.caller, w.kind as call_kind, w.called_at, w.due as call_due, w.arrived_at, w.ended_at";

#[derive(sqlx::FromRow)]
struct CallRow {
    call_county: String,
    call_id: Uuid,
    call_matter: Uuid,
    call_unit: Uuid,
    caller: Option<Uuid>,
    call_kind: String,
    called_at: Micros,
    call_due: Micros,
    arrived_at: Option<Micros>,
    ended_at: Option<Micros>,
}

#[derive(sqlx::FromRow)]
struct Listed {
    #[sqlx(flatten)]
    call: CallRow,
    #[sqlx(flatten)]
    matter: MatterRow,
}

impl CallRow {
    fn read(self) -> Result<Call> {
        let kind = CallKind::from_code(&self.call_kind).ok_or_else(|| {
            Error::failed(
                format!("reading call {}", self.call_id),
                format!("unknown kind {:?}", self.call_kind),
            )
        })?;
        Ok(Call {
            county: self.call_county,
            id: self.call_id,
            matter: self.call_matter,
            unit: self.call_unit,
            caller: self.caller,
            kind,
            called_at: self.called_at,
            due: self.call_due,
            arrived_at: self.arrived_at,
            ended_at: self.ended_at,
        })
    }
}

/// The organisations for which `scope` was given.
fn units_of(scope: &Scope) -> Vec<Uuid> {
    let unit = |grant: &Grant| match grant {
        Grant::Unit(unit) => Some(*unit),
        Grant::Place(_) => None,
    };
    scope.grants().iter().filter_map(unit).collect()
}

/// Writes a call.
pub(crate) async fn insert(tx: &mut Tx, call: &Call) -> Result<()> {
    sql("insert into whistle_call (county, id, matter, unit, caller, kind, called_at, due) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(&call.county)
    .bind(call.id)
    .bind(call.matter)
    .bind(call.unit)
    .bind(call.caller)
    .bind(call.kind.code())
    .bind(call.called_at)
    .bind(call.due)
    .run(tx)
    .await?;
    Ok(())
}

/// The calls of a matter, the oldest first.
pub async fn of_matter(tx: &mut Tx, county: &str, matter: Uuid) -> Result<Vec<Call>> {
    let rows: Vec<CallRow> = sql_with(
        "select {columns} from whistle_call w where w.county = $1 and w.matter = $2 order by w.called_at, w.id",
        &[("columns", CALL)],
    )
    .bind(county)
    .bind(matter)
    .all(tx)
    .await?;
    rows.into_iter().map(CallRow::read).collect()
}

/// Notes that a unit was there.
pub(crate) async fn arrive(tx: &mut Tx, call: &Call, at: Micros) -> Result<()> {
    sql("update whistle_call set arrived_at = $3 where county = $1 and id = $2")
        .bind(&call.county)
        .bind(call.id)
        .bind(at)
        .run(tx)
        .await?;
    Ok(())
}

/// Notes that nobody waits for a unit any longer.
pub(crate) async fn end(tx: &mut Tx, call: &Call, at: Micros) -> Result<()> {
    sql("update whistle_call set ended_at = $3 where county = $1 and id = $2")
        .bind(&call.county)
        .bind(call.id)
        .bind(at)
        .run(tx)
        .await?;
    Ok(())
}

/// Notes that nobody waits any longer for whoever was called to a matter and is not there.
pub(crate) async fn end_all(tx: &mut Tx, county: &str, matter: Uuid, at: Micros) -> Result<()> {
    sql("update whistle_call set ended_at = $3 where county = $1 and matter = $2 \
         and arrived_at is null and ended_at is null")
    .bind(county)
    .bind(matter)
    .bind(at)
    .run(tx)
    .await?;
    Ok(())
}

/// How long before it is due a called unit is reminded, as [`crate::told::remind::remind_at`] has it: a quarter of its
/// time, no less than ten minutes and no more than four hours.
const BEFORE: &str = "case when w.due - w.called_at < 2400000000 then 600000000 \
    when w.due - w.called_at > 57600000000 then 14400000000 else (w.due - w.called_at) / 4 end";

/// The awaited calls of which somebody is to be told by `now`: that it will soon be late, or that it is.
pub(crate) async fn to_tell(tx: &mut Tx, now: Micros, most: i64) -> Result<Vec<Call>> {
    let rows: Vec<CallRow> = sql_with(
        "select {columns} from whistle_call w where w.arrived_at is null and w.ended_at is null \
         and ((w.reminded_at is null and w.due >= $1 and w.due - ({before}) <= $1) \
         or (w.late_told_at is null and w.due < $1)) order by w.due, w.id limit $2",
        &[("columns", CALL), ("before", BEFORE)],
    )
    .bind(now)
    .bind(most)
    .all(tx)
    .await?;
    rows.into_iter().map(CallRow::read).collect()
}

/// Notes that a called unit was reminded; `false` when it was before, or need not be any more.
pub(crate) async fn mark_reminded(tx: &mut Tx, county: &str, id: Uuid, now: Micros) -> Result<bool> {
    let touched = sql("update whistle_call set reminded_at = $3 where county = $1 and id = $2 \
         and reminded_at is null and arrived_at is null and ended_at is null")
    .bind(county)
    .bind(id)
    .bind(now)
    .run(tx)
    .await?;
    Ok(touched == 1)
}

/// Notes that the supervisors know it is late; `false` when they did, or it came meanwhile.
pub(crate) async fn mark_late(tx: &mut Tx, county: &str, id: Uuid, now: Micros) -> Result<bool> {
    let touched = sql("update whistle_call set late_told_at = $3 where county = $1 and id = $2 \
         and late_told_at is null and arrived_at is null and ended_at is null")
    .bind(county)
    .bind(id)
    .bind(now)
    .run(tx)
    .await?;
    Ok(touched == 1)
}

/// Whether a unit of `scope` is called to a matter, or came to it.
pub(crate) async fn is_called(tx: &mut Tx, scope: &Scope, county: &str, matter: Uuid) -> Result<bool> {
    let units = units_of(scope);
    if units.is_empty() {
        return Ok(false);
    }
    let found: i64 = sql_with(
        "select count(*) from whistle_call w where w.county = $1 and w.matter = $2 \
         and (w.arrived_at is not null or w.ended_at is null) and w.unit in ({marks})",
        &[("marks", &marks(3, units.len()))],
    )
    .bind(county)
    .bind(matter)
    .bind_all(units.into_iter().map(Value::from))
    .scalar(tx)
    .await?;
    Ok(found > 0)
}

/// The condition that a unit of `scope` is called to `matter m`, or came to it, and its values; `None` where the
/// scope is of no unit. Its placeholders begin after the `bound` ones.
pub(crate) fn called(scope: &Scope, bound: usize) -> Option<(String, Vec<Value>)> {
    let units = units_of(scope);
    if units.is_empty() {
        return None;
    }
    let marks = marks(bound + 1, units.len());
    let text = format!(
        "exists (select 1 from whistle_call w where w.county = m.county and w.matter = m.id \
         and (w.arrived_at is not null or w.ended_at is null) and w.unit in ({marks}))"
    );
    Some((text, units.into_iter().map(Value::from).collect()))
}

/// Which calls are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Those still awaited, what is due first.
    Open,
    /// All, the newest first.
    All,
}

/// The calls within `scope`, one page of them, with their matters.
pub async fn list(tx: &mut Tx, scope: &Scope, asked: Asked, paging: Paging) -> Result<Vec<(Call, Matter)>> {
    let allowed = scope.condition(SCOPE, 0);
    let (also, order) = match asked {
        Asked::Open => ("w.arrived_at is null and w.ended_at is null", "w.due, w.id"),
        Asked::All => ("1 = 1", "w.called_at desc, w.id"),
    };
    let rows: Vec<Listed> = sql_with(
        "select {call}, {columns} from whistle_call w cross join matter m where m.county = w.county and m.id = w.matter \
         and {scope} and {also} order by {order} limit {size} offset {offset}",
        &[
            ("call", CALL),
            ("columns", COLUMNS),
            ("scope", &allowed.text),
            ("also", also),
            ("order", order),
            ("size", &paging.size.to_string()),
            ("offset", &paging.offset().to_string()),
        ],
    )
    .bind_all(allowed.values)
    .all(tx)
    .await?;
    rows.into_iter().map(|row| Ok((row.call.read()?, row.matter.read()?))).collect()
}

/// How many calls are within `scope`.
pub async fn count(tx: &mut Tx, scope: &Scope, asked: Asked) -> Result<i64> {
    let allowed = scope.condition(SCOPE, 0);
    let also = match asked {
        Asked::Open => "w.arrived_at is null and w.ended_at is null",
        Asked::All => "1 = 1",
    };
    sql_with(
        "select count(*) from whistle_call w cross join matter m where m.county = w.county and m.id = w.matter \
         and {scope} and {also}",
        &[("scope", &allowed.text), ("also", also)],
    )
    .bind_all(allowed.values)
    .scalar(tx)
    .await
}

/// The calls within `scope` made in a period, for figures.
pub async fn between(tx: &mut Tx, scope: &Scope, from: Micros, to: Micros) -> Result<Vec<Call>> {
    let allowed = scope.condition(SCOPE, 2);
    let rows: Vec<CallRow> = sql_with(
        "select {columns} from whistle_call w cross join matter m where m.county = w.county and m.id = w.matter \
         and w.called_at >= $1 and w.called_at < $2 and {scope} order by w.called_at, w.id",
        &[("columns", CALL), ("scope", &allowed.text)],
    )
    .bind(from)
    .bind(to)
    .bind_all(allowed.values)
    .all(tx)
    .await?;
    rows.into_iter().map(CallRow::read).collect()
}

/// What a county decided a called unit has, as it holds now; `None` where it decided nothing.
pub async fn limit(tx: &mut Tx, county: &str, kind: CallKind) -> Result<Option<Limit>> {
    let row: Option<(i64, bool)> =
        sql("select minutes, working_time from whistle_limit where county = $1 and kind = $2 \
         order by valid_from desc limit 1")
        .bind(county)
        .bind(kind.code())
        .optional(tx)
        .await?;
    Ok(row.map(|(minutes, working)| Limit {
        minutes: u32::try_from(minutes).unwrap_or(u32::MAX),
        kind: if working { Kind::Working } else { Kind::Calendar },
    }))
}

/// Writes what a county decided, to hold from `from` on.
pub(crate) async fn set_limit(
    tx: &mut Tx,
    county: &str,
    kind: CallKind,
    from: Micros,
    limit: Limit,
) -> Result<()> {
    sql("insert into whistle_limit (county, kind, valid_from, minutes, working_time) values ($1, $2, $3, $4, $5) \
         on conflict (county, kind, valid_from) do update set minutes = excluded.minutes, \
         working_time = excluded.working_time")
    .bind(county)
    .bind(kind.code())
    .bind(from)
    .bind(i64::from(limit.minutes))
    .bind(limit.kind == Kind::Working)
    .run(tx)
    .await?;
    Ok(())
}
