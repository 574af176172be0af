//! Lists of matters for staff.
//!
//! Conditions are put together from what is asked for, so that each shape meets its index; at a
//! million matters a page then costs milliseconds:
//!
//! | asked for | index |
//! |---|---|
//! | newest in a county or a place | `(county, created_at, id)`, walked backwards |
//! | one status, newest | `(county, status, created_at)` |
//! | what a unit has, by status | `(county, unit, status)`, `(county, first_unit)` |
//! | what is due next, what is overdue | `(county, due, id)` |
//! | by telephone number | `(county, phone_key)` |
//! | by number | unique `(county, number)` |
//!
//! Words are looked for in the text itself, within the other conditions: narrow them by date or place.

use lianxin_foundation::db::{Statement, Value, sql_with};
use lianxin_foundation::scope::path_range;
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Micros, Result, Scope, Tx};
use uuid::Uuid;

use super::{COLUMNS, MatterRow, SCOPE};
use crate::model::{Matter, Status};

/// Counting stops here: a screen says "more than 10,000".
pub const MOST_COUNTED: i64 = 10_000;

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The newest first.
    #[default]
    Newest,
    /// What is due next first; what is not due last.
    Due,
}

/// Which matters are asked for. What is left empty does not narrow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// Six digits. Named whenever it is known: every index begins with it.
    pub county: Option<String>,
    /// In any of these statuses.
    pub statuses: Vec<Status>,
    /// Of this category.
    pub category: Option<String>,
    /// That this organisation has.
    pub unit: Option<Uuid>,
    /// At or below this path.
    pub path: Option<String>,
    /// That any of these organisations have: an account's own units.
    pub mine: Vec<Uuid>,
    /// Past what is due now.
    pub overdue: bool,
    /// Whose text, place or number holds these words.
    pub words: Option<String>,
    /// With exactly this number.
    pub number: Option<String>,
    /// Whose reporter has the telephone number with this search key.
    pub phone_key: Option<Vec<u8>>,
    /// That came in at or after this moment.
    pub from: Option<Micros>,
    /// That came in before this moment.
    pub to: Option<Micros>,
    /// In which order.
    pub order: Order,
}

/// Conditions and their values, numbered as they come.
struct Conditions {
    texts: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    fn of(query: &Query, scope: &Scope, now: Micros) -> Conditions {
        let mut all = Conditions { texts: Vec::new(), values: Vec::new() };
        all.equal("m.county", query.county.as_deref().map(Value::from));
        all.among("m.status", query.statuses.iter().map(|status| status.code().into()));
        all.equal("m.category", query.category.as_deref().map(Value::from));
        all.equal("m.unit", query.unit.map(Value::from));
        all.among("m.unit", query.mine.iter().map(|unit| (*unit).into()));
        all.equal("m.number", query.number.as_deref().map(Value::from));
        all.equal("m.phone_key", query.phone_key.clone().map(Value::from));
        all.compare("m.created_at >=", query.from);
        all.compare("m.created_at <", query.to);
        all.compare("m.due <=", query.overdue.then_some(now));
        if let Some(path) = &query.path {
            let (from, below) = path_range(path);
            let (from, below) = (all.mark(from.into()), all.mark(below.into()));
            all.texts.push(format!("m.path >= {from} and m.path < {below}"));
        }
        if let Some(words) = query.words.as_deref().map(str::trim).filter(|words| !words.is_empty()) {
            let mark = all.mark(words.into());
            let holds = |column: &str| format!("replace({column}, {mark}, '') <> {column}");
            all.texts.push(format!("({} or {} or {})", holds("m.text"), holds("m.place"), holds("m.number")));
        }
        let allowed = scope.condition(SCOPE, all.values.len());
        all.texts.push(allowed.text);
        all.values.extend(allowed.values);
        all
    }

    fn mark(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    fn equal(&mut self, column: &str, value: Option<Value>) {
        if let Some(value) = value {
            let mark = self.mark(value);
            self.texts.push(format!("{column} = {mark}"));
        }
    }

    fn compare(&mut self, comparison: &str, value: Option<Micros>) {
        if let Some(value) = value {
            let mark = self.mark(value.into());
            self.texts.push(format!("{comparison} {mark}"));
        }
    }

    fn among(&mut self, column: &str, values: impl Iterator<Item = Value>) {
        let marks: Vec<String> = values.map(|value| self.mark(value)).collect();
        match marks.as_slice() {
            [] => {}
            [one] => self.texts.push(format!("{column} = {one}")),
            several => self.texts.push(format!("{column} in ({})", several.join(", "))),
        }
    }

    /// The statement with these conditions in its gap `{where}` and their values bound.
    fn fill(self, text: &'static str, gaps: &[(&str, &str)]) -> Statement {
        let condition = self.texts.join(" and ");
        let gaps: Vec<(&str, &str)> = [("where", condition.as_str())].into_iter().chain(gaps.iter().copied()).collect();
        sql_with(text, &gaps).bind_all(self.values)
    }
}

/// One page of the matters within `scope` that are asked for.
pub async fn list(tx: &mut Tx, scope: &Scope, query: &Query, paging: Paging, now: Micros) -> Result<Vec<Matter>> {
    let mut conditions = Conditions::of(query, scope, now);
    let (size, offset) = (conditions.mark(paging.size.into()), conditions.mark(paging.offset().into()));
    let order = match query.order {
        Order::Newest => "m.created_at desc, m.id desc",
        Order::Due => "m.due nulls last, m.id",
    };
    let rows: Vec<MatterRow> = conditions
        .fill(
            "select {columns} from matter m where {where} order by {order} limit {size} offset {offset}",
            &[("columns", COLUMNS), ("order", order), ("size", &size), ("offset", &offset)],
        )
        .all(tx)
        .await?;
    rows.into_iter().map(MatterRow::read).collect()
}

/// How many matters within `scope` are asked for; beyond [`MOST_COUNTED`] one more than that.
pub async fn count(tx: &mut Tx, scope: &Scope, query: &Query, now: Micros) -> Result<i64> {
    let mut conditions = Conditions::of(query, scope, now);
    let most = conditions.mark((MOST_COUNTED + 1).into());
    conditions
        .fill("select count(*) from (select 1 as one from matter m where {where} limit {most}) as counted", &[("most", &most)])
        .scalar(tx)
        .await
}

/// How many matters within `scope` stand in each status that is asked for (all when none is), each
/// counted as by [`count`]; statuses without any are left out.
pub async fn counts_by_status(tx: &mut Tx, scope: &Scope, query: &Query, now: Micros) -> Result<Vec<(Status, i64)>> {
    let asked = if query.statuses.is_empty() { Status::ALL.to_vec() } else { query.statuses.clone() };
    let mut counts = Vec::new();
    for status in asked {
        let found = count(tx, scope, &Query { statuses: vec![status], ..query.clone() }, now).await?;
        if found > 0 {
            counts.push((status, found));
        }
    }
    Ok(counts)
}
