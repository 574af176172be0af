//! Lists of matters for staff.
//!
//! At a million matters a page must cost milliseconds, whatever the engine knows of its own
//! statistics (SQLite knows none). So each shape names the index that is to [`Lead`]:
//!
//! | asked for | index |
//! |---|---|
//! | newest in a county or town | `(county, created_at, id)`, walked backwards until the page is full |
//! | one status, newest | `(county, status, created_at, id)`, walked likewise |
//! | what is due next, and what is due by a day | `(county, due, id)`, walked likewise |
//! | newest or due in a village or below | `(county, path, status)`, then sorted |
//! | the same of what is not over | `(county, status, path, …)`, which holds nothing else, then sorted |
//! | what a handler's units have or first took | `(county, unit, status)` and `(county, first_unit, status)`, then sorted |
//! | by unit, telephone number, number, rare statuses | the index of that column, then sorted |
//! | words among what is not over | `(county, status, created_at, id)`, then sorted |
//!
//! What must not lead is written as an expression (`m.path || ''`), which no index fits. Words are
//! looked for in the text itself, row by row, so the rows are bounded: [`words_since`].

use lianxin_foundation::clock::DAY;
use lianxin_foundation::db::{Statement, Value, sql, sql_with};
use lianxin_foundation::scope::{Columns, Grant, county_in, path_range};
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Micros, Result, Scope, Tx};
use lianxin_registry::area::path_of;
use uuid::Uuid;

use super::{COLUMNS, MatterRow, SCOPE};
use crate::figures::counts::Counted;
use crate::figures::store as figures;
use crate::model::{Matter, Status};
use crate::rules::clock::{By, can_be_due};

/// Counting stops here: a screen says "more than 10,000".
pub const MOST_COUNTED: i64 = 10_000;

/// Words are looked for in so many of a county's newest matters.
pub const MOST_SEARCHED: i64 = 100_000;

/// In a scope wider than a county, words are looked for in what came in since so long ago.
const SEARCHED_WIDE: Micros = 31 * DAY;

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
    /// That this organisation answers for, as figures have it; nil: no organisation yet.
    pub responsible: Option<Uuid>,
    /// That figures counted as this.
    pub counted: Option<Counted>,
    /// Reported by enterprises, or by residents.
    pub enterprises: Option<bool>,
    /// At or below this path.
    pub path: Option<String>,
    /// At this path, and not below it.
    pub exact: bool,
    /// That any of these organisations have: an account's own units.
    pub mine: Vec<Uuid>,
    /// Due by then.
    pub by: Option<By>,
    /// Whose text, place or number holds these words.
    pub words: Option<String>,
    /// Whose point lies in this box: west, south, east, north, in degrees.
    pub within: Option<[f64; 4]>,
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

impl Query {
    /// Whether nothing is asked for that is over.
    fn live(&self) -> bool {
        !self.statuses.is_empty() && !self.statuses.iter().any(|status| status.is_over())
    }

    /// Whether words are looked for only in what is not over: few, and the oldest may matter most.
    fn words_among_open(&self) -> bool {
        self.words.is_some() && self.live()
    }
}

/// From when on words are looked for, where that is not everything asked for: a county's newest
/// [`MOST_SEARCHED`] matters. Whoever names months is searched for in those, and what is narrowed to a
/// village, a unit or what is not over is searched as a whole.
pub async fn words_since(tx: &mut Tx, scope: &Scope, query: &Query, now: Micros) -> Result<Option<Micros>> {
    let whole = Lead::of(query, scope, NARROW_TO_LIST) != Lead::Order;
    if query.words.is_none() || query.from.is_some() || whole {
        return Ok(None);
    }
    let Some(county) = &query.county else { return Ok(Some(now - SEARCHED_WIDE)) };
    let oldest: Option<(Micros,)> =
        sql("select created_at from matter where county = $1 order by created_at desc limit 1 offset $2")
            .bind(county)
            .bind(MOST_SEARCHED)
            .optional(tx)
            .await?;
    Ok(oldest.map(|row| row.0))
}

/// What is not over, as the index `matter_live` says it. Of a county's matters these are the few that
/// people work on.
pub(super) const LIVE: &str = "m.status not in ('closed', 'withdrawn', 'dismissed', 'merged')";

/// The condition that a matter is an enterprise's, or that it is not.
fn whose(enterprises: bool) -> String {
    format!("m.enterprise is {}null", if enterprises { "not " } else { "" })
}

/// The path as an expression that no index fits.
pub(crate) const UNLED_PATH: &str = "m.path || ''";

/// The category likewise: its index is for counting by the week.
const UNLED_CATEGORY: &str = "m.category || ''";

/// Which index the engine is to begin with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// That of the order: walked until the page is full, since what is asked for is common.
    Order,
    /// That of a column asked for: few rows, then sorted.
    Column,
    /// That of the path asked for.
    Path,
    /// Those of the grants: what a village or a unit has.
    Scope,
}

/// From how deep a place on a page of its matters is sorted rather than the county walked.
const NARROW_TO_LIST: usize = 5;
/// From how deep a place on its matters are counted by its path.
const NARROW_TO_COUNT: usize = 4;

impl Lead {
    fn of(query: &Query, scope: &Scope, narrow: usize) -> Lead {
        let deep = |path: &str| path.matches('/').count() >= narrow;
        let rare = (2..=3).contains(&query.statuses.len()) && query.live();
        let key = query.number.is_some()
            || query.phone_key.is_some()
            || query.unit.is_some()
            || !query.mine.is_empty();
        let within = |grant: &Grant| match grant {
            Grant::Place(path) => deep(path),
            Grant::Unit(_) => query.county.is_some(),
        };
        if key {
            Lead::Column
        } else if query.path.as_deref().is_some_and(deep) {
            Lead::Path
        } else if !scope.is_empty() && scope.grants().iter().all(within) {
            Lead::Scope
        } else if rare || (query.by.is_some() && query.order == Order::Newest) || query.words_among_open() {
            Lead::Column
        } else {
            Lead::Order
        }
    }
}

/// Conditions and their values, numbered as they come.
struct Conditions {
    texts: Vec<String>,
    values: Vec<Value>,
}

impl Conditions {
    fn of(query: &Query, scope: &Scope, lead: Lead, now: Micros) -> Conditions {
        Conditions::after(Vec::new(), query, scope, lead, now)
    }

    /// The same behind values that are bound already.
    fn after(values: Vec<Value>, query: &Query, scope: &Scope, lead: Lead, now: Micros) -> Conditions {
        let mut all = Conditions { texts: Vec::new(), values };
        let county = if lead == Lead::Scope { "m.county || ''" } else { SCOPE.county };
        all.equal(county, query.county.as_deref().map(Value::from));
        // What is due by a day is found by what is due, which says as much as all statuses that can be.
        let every = Status::ALL.into_iter().filter(|status| can_be_due(*status));
        let said = query.by.is_some() && every.clone().all(|status| query.statuses.contains(&status));
        if !said || lead != Lead::Order {
            let status =
                if query.by.is_some() && lead == Lead::Order { "m.status || ''" } else { "m.status" };
            all.among(status, query.statuses.iter().map(|status| status.code().into()));
        }
        all.equal(UNLED_CATEGORY, query.category.as_deref().map(Value::from));
        all.equal("m.unit", query.unit.map(Value::from));
        all.among("m.unit", query.mine.iter().map(|unit| (*unit).into()));
        all.equal("m.number", query.number.as_deref().map(Value::from));
        all.equal("m.phone_key", query.phone_key.clone().map(Value::from));
        all.compare("m.created_at >=", query.from);
        all.compare("m.created_at <", query.to);
        let (due_from, due_before) = query.by.map(|by| by.span(now)).unwrap_or_default();
        all.compare("m.due >=", due_from);
        all.compare("m.due <", due_before);
        for (comparison, edge) in
            ["m.lon >=", "m.lat >=", "m.lon <", "m.lat <"].into_iter().zip(query.within.into_iter().flatten())
        {
            let mark = all.mark(edge.into());
            all.texts.push(format!("{comparison} {mark}"));
        }
        match query.responsible {
            Some(unit) if unit.is_nil() => all.texts.push(format!("{} is null", figures::UNIT)),
            unit => all.equal(figures::UNIT, unit.map(Value::from)),
        }
        let enterprises = query.enterprises == Some(true);
        all.texts.extend(query.counted.map(|number| figures::counted(number, enterprises)));
        all.texts.extend(query.enterprises.map(whose));
        if query.exact {
            all.equal("m.path", query.path.as_deref().map(Value::from));
        } else if let Some(path) = &query.path {
            let within =
                if lead == Lead::Path { all.led_by(query, path) } else { all.within(UNLED_PATH, path) };
            all.texts.push(within);
        }
        if let Some(words) = query.words.as_deref().map(str::trim).filter(|words| !words.is_empty()) {
            let mark = all.mark(words.into());
            let holds = |column: &str| format!("replace({column}, {mark}, '') <> {column}");
            all.texts.push(format!("({} or {} or {})", holds("m.text"), holds("m.place"), holds("m.number")));
        }
        if lead == Lead::Scope {
            all.lead_by_grants(query, scope);
        }
        // Who may see the whole county asked for needs no further condition, and its indexes serve alone.
        if query.county.as_deref().is_some_and(|county| scope.covers(&path_of(county), &[])) {
            return all;
        }
        // What decides is the scope's own condition; the lead above only finds the rows sooner.
        let allowed = scope.condition(Columns { path: UNLED_PATH, ..SCOPE }, all.values.len());
        all.texts.push(allowed.text);
        all.values.extend(allowed.values);
        all
    }

    /// Each way in with a county of its own, so that each finds its own index.
    fn lead_by_grants(&mut self, query: &Query, scope: &Scope) {
        let mut ways = Vec::new();
        for grant in scope.grants() {
            match grant {
                Grant::Place(path) => {
                    let county = county_in(path).or(query.county.as_deref()).unwrap_or_default();
                    let (county, within) = (self.mark(county.into()), self.led_by(query, path));
                    ways.push(format!("({} = {county} and {within})", SCOPE.county));
                }
                Grant::Unit(unit) => {
                    for column in SCOPE.units {
                        let county = self.mark(query.county.as_deref().unwrap_or_default().into());
                        let unit = self.mark((*unit).into());
                        ways.push(format!("({} = {county} and {column} = {unit})", SCOPE.county));
                    }
                }
            }
        }
        self.texts.push(format!("({})", ways.join(" or ")));
    }

    /// Within a path that finds the rows, by the index of what is not over where that holds them all.
    fn led_by(&mut self, query: &Query, path: &str) -> String {
        let within = self.within(SCOPE.path, path);
        if query.live() { format!("{within} and {LIVE}") } else { within }
    }

    fn within(&mut self, column: &str, path: &str) -> String {
        let (from, below) = path_range(path);
        let (from, below) = (self.mark(from.into()), self.mark(below.into()));
        format!("{column} >= {from} and {column} < {below}")
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
        let gaps: Vec<(&str, &str)> =
            [("where", condition.as_str())].into_iter().chain(gaps.iter().copied()).collect();
        sql_with(text, &gaps).bind_all(self.values)
    }
}

/// One page of the matters within `scope` that are asked for.
pub async fn list(
    tx: &mut Tx,
    scope: &Scope,
    query: &Query,
    paging: Paging,
    now: Micros,
) -> Result<Vec<Matter>> {
    let lead = Lead::of(query, scope, NARROW_TO_LIST);
    let mut conditions = Conditions::of(query, scope, lead, now);
    let (size, offset) = (conditions.mark(paging.size.into()), conditions.mark(paging.offset().into()));
    let order = match (query.order, lead) {
        (Order::Newest, Lead::Order) => "m.created_at desc, m.id desc",
        (Order::Newest, _) => "m.created_at + 0 desc, m.id desc",
        (Order::Due, Lead::Order) => "m.due nulls last, m.id",
        (Order::Due, _) => "m.due + 0 nulls last, m.id",
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
    let lead = Lead::of(query, scope, NARROW_TO_COUNT);
    // Where many are asked for, each status walks its own index up to the bound.
    let each: Vec<Query> = match query.statuses.as_slice() {
        several @ [_, _, ..] if lead == Lead::Order && query.by.is_none() => {
            several.iter().map(|status| Query { statuses: vec![*status], ..query.clone() }).collect()
        }
        _ => vec![query.clone()],
    };
    let (mut parts, mut values) = (Vec::new(), Vec::new());
    for one in &each {
        let mut conditions = Conditions::after(values, one, scope, lead, now);
        let most = conditions.mark((MOST_COUNTED + 1).into());
        let condition = conditions.texts.join(" and ");
        parts.push(format!(
            "select count(*) as n from (select 1 as one from matter m where {condition} limit {most}) as found"
        ));
        values = conditions.values;
    }
    let found: i64 = sql_with(
        "select cast(sum(n) as BIGINT) from ({parts}) as parts",
        &[("parts", &parts.join(" union all "))],
    )
    .bind_all(values)
    .scalar(tx)
    .await?;
    Ok(found.min(MOST_COUNTED + 1))
}

/// Matters that lie close together.
#[derive(Debug, Clone, Copy, PartialEq, sqlx::FromRow)]
pub struct Cell {
    /// How many.
    pub n: i64,
    /// How many of them are overdue.
    pub late: i64,
    /// Their middle, in degrees.
    pub lon: f64,
    /// Their middle, in degrees.
    pub lat: f64,
}

/// The matters within `scope` that are asked for and have a point, counted by squares of `side` degrees, the fullest
/// first.
pub async fn cells(
    tx: &mut Tx,
    scope: &Scope,
    query: &Query,
    side: f64,
    most: i64,
    now: Micros,
) -> Result<Vec<Cell>> {
    let lead = Lead::of(query, scope, NARROW_TO_COUNT);
    let mut conditions = Conditions::after(vec![now.into(), side.into()], query, scope, lead, now);
    let most = conditions.mark(most.into());
    conditions
        .fill(
            "select count(*) as n, cast(sum(case when m.due <= $1 then 1 else 0 end) as BIGINT) as late, \
             avg(m.lon) as lon, avg(m.lat) as lat from matter m \
             where {where} and m.lon is not null and m.lat is not null \
             group by cast(round(m.lon / $2) as BIGINT), cast(round(m.lat / $2) as BIGINT) \
             order by n desc, lon, lat limit {most}",
            &[("most", &most)],
        )
        .all(tx)
        .await
}

/// How many matters each of several queries asks for, none of them for what is over, when they differ in
/// nothing but statuses, one's own units and by when they are due: the tabs of an inbox, and its deadlines at
/// a glance. What a village or a unit has is few and is passed over once for all of them.
pub async fn count_each(tx: &mut Tx, scope: &Scope, queries: &[Query], now: Micros) -> Result<Vec<i64>> {
    let Some(first) = queries.first() else { return Ok(Vec::new()) };
    debug_assert!(queries.iter().all(Query::live), "what is over is not few");
    let together = Query {
        statuses: Status::ALL
            .into_iter()
            .filter(|one| queries.iter().any(|query| query.statuses.contains(one)))
            .collect(),
        mine: Vec::new(),
        by: None,
        ..first.clone()
    };
    let lead = Lead::of(&together, scope, NARROW_TO_COUNT);
    let mine = queries.iter().map(|query| &query.mine).find(|mine| !mine.is_empty());
    if lead != Lead::Order
        && let Some(shares) = shares(tx, scope, &together, lead, mine.map_or(&[], Vec::as_slice), now).await?
    {
        let of =
            |query: &Query| shares.iter().filter(|share| share.counts_for(query)).map(|share| share.n).sum();
        return Ok(queries.iter().map(of).collect());
    }
    let mut counts = Vec::with_capacity(queries.len());
    for query in queries {
        counts.push(count(tx, scope, query, now).await?);
    }
    Ok(counts)
}

/// How many matters stand alike before an inbox's tabs.
#[derive(sqlx::FromRow)]
struct Share {
    status: String,
    /// 1 where one of one's own units has them.
    own: i64,
    /// By when they are due: the place in [`By::ALL`], or -1 where nothing is due.
    due_by: i64,
    n: i64,
}

impl Share {
    fn counts_for(&self, query: &Query) -> bool {
        query.statuses.iter().any(|status| status.code() == self.status)
            && (query.mine.is_empty() || self.own == 1)
            && query.by.is_none_or(|by| self.due_by == by as i64)
    }
}

/// Everything asked for in its shares; `None` where it is more than [`MOST_COUNTED`] matters.
async fn shares(
    tx: &mut Tx,
    scope: &Scope,
    query: &Query,
    lead: Lead,
    mine: &[Uuid],
    now: Micros,
) -> Result<Option<Vec<Share>>> {
    let ends = By::ALL.map(|by| by.span(now).1).into_iter().flatten().map(Value::from);
    let mut conditions = Conditions::after(ends.collect(), query, scope, lead, now);
    let most = conditions.mark((MOST_COUNTED + 1).into());
    let marks: Vec<String> = mine.iter().map(|unit| conditions.mark((*unit).into())).collect();
    let marks = if marks.is_empty() { "null".to_owned() } else { marks.join(", ") };
    let shares: Vec<Share> = conditions
        .fill(
            "select status, own, due_by, count(*) as n from (select m.status, \
             cast(case when m.unit in ({marks}) then 1 else 0 end as BIGINT) as own, \
             cast(case when m.due is null then -1 when m.due < $1 then 0 when m.due < $2 then 1 \
             when m.due < $3 then 2 when m.due < $4 then 3 else 4 end as BIGINT) as due_by \
             from matter m where {where} limit {most}) as found group by status, own, due_by",
            &[("marks", &marks), ("most", &most)],
        )
        .all(tx)
        .await?;
    let together: i64 = shares.iter().map(|share| share.n).sum();
    Ok(Some(shares).filter(|_| together <= MOST_COUNTED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_of_what_is_not_over_leaves_out_what_is() {
        let over = Status::ALL.into_iter().filter(|status| status.is_over());
        let codes: Vec<String> = over.map(|status| format!("'{}'", status.code())).collect();
        assert_eq!(LIVE, format!("m.status not in ({})", codes.join(", ")));
        let index = include_str!("../../../../migrations/0010_live_matters_and_place_sums.sql");
        assert!(index.contains(&format!("where {};", LIVE.replace("m.", ""))), "the index says it otherwise");
    }
}
