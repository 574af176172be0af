//! Statements of figures. Whole months are read from the sums that are kept in step with the matters
//! (`figure_sum`, `figure_place`, `figure_length`: see [`super::sums`]), parts of a month from the matters
//! themselves. None of them reads what a matter says or who reported it.

use std::collections::BTreeMap;
use std::ops::Range;

use lianxin_foundation::db::{Row, Value, sql, sql_with};
use lianxin_foundation::scope::{Columns, county_in, path_range};
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Micros, Result, Scope, Tx};
use uuid::Uuid;

use super::counts::{Counted, Counts, Stretch};
use super::period::Month;
use crate::store::UNLED_PATH;

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
    /// What enterprises reported, instead of what residents did.
    pub enterprises: bool,
    /// Only what the asker may count; `None` for the public's figures, which are numbers alone.
    pub scope: Option<Scope>,
}

/// Each column of [`Counts`] with what one matter adds to it: first those that the published rates need and what may be told of them.
/// Seconds instead of microseconds: the sum over a million matters of a year would not fit into 64 bits
/// otherwise.
const COUNTS: [(&str, &str); 29] = [
    ("received", "1"),
    ("closed", "case when m.closed_by is not null then 1 else 0 end"),
    ("dispatched", "case when m.dispatched_at is not null then 1 else 0 end"),
    ("judged", "case when m.dispatched_at is not null and m.responded_in_time is not null then 1 else 0 end"),
    ("in_time", "case when m.dispatched_at is not null and m.responded_in_time then 1 else 0 end"),
    ("solved", "case when m.solved then 1 else 0 end"),
    ("satisfied", "case when m.satisfied then 1 else 0 end"),
    ("unsolved", "m.reopened"),
    ("settled", "case when m.settled_level is not null then 1 else 0 end"),
    ("reopened", "case when m.reopened > 0 then 1 else 0 end"),
    ("climbs", "m.hops"),
    ("climbed", "case when m.hops > 0 then 1 else 0 end"),
    ("settled_county", "case when m.settled_level <= 3 then 1 else 0 end"),
    ("settled_town", "case when m.settled_level = 4 then 1 else 0 end"),
    ("settled_village", "case when m.settled_level = 5 then 1 else 0 end"),
    ("settled_grid", "case when m.settled_level = 6 then 1 else 0 end"),
    ("settled_micro", "case when m.settled_level >= 7 then 1 else 0 end"),
    ("closed_reporter", "case when m.closed_by = 'reporter' then 1 else 0 end"),
    ("closed_call_back", "case when m.closed_by = 'call-back' then 1 else 0 end"),
    ("closed_time_out", "case when m.closed_by = 'time-out' then 1 else 0 end"),
    ("closed_entered", "case when m.closed_by = 'reporter' and m.entered_by is not null then 1 else 0 end"),
    ("withdrawn", "case when m.status = 'withdrawn' then 1 else 0 end"),
    ("dismissed", "case when m.status = 'dismissed' then 1 else 0 end"),
    ("responded", "case when m.responded_at - m.dispatched_at is not null then 1 else 0 end"),
    ("resolved", "case when m.resolved_at - m.dispatched_at is not null then 1 else 0 end"),
    ("dispatch_seconds", "coalesce((m.dispatched_at - m.created_at) / 1000000, 0)"),
    ("response_seconds", "coalesce((m.responded_at - m.dispatched_at) / 1000000, 0)"),
    ("resolve_seconds", "coalesce((m.resolved_at - m.dispatched_at) / 1000000, 0)"),
    (
        "close_seconds",
        "case when m.closed_by is not null then (m.closed_at - m.created_at) / 1000000 else 0 end",
    ),
];

/// The condition under which a matter is one of those counted.
pub(crate) fn counted(counted: Counted, enterprises: bool) -> String {
    let each = COUNTS.iter().find(|(name, _)| *name == counted.code());
    let fits =
        each.map_or_else(|| "(m.reopened > 0 or m.solved)".to_owned(), |(_, each)| format!("({each}) > 0"));
    format!("({fits} and {})", apart(enterprises))
}

/// What was merged into another matter is counted there, once; what enterprises report is not mixed with what
/// residents do.
fn apart(enterprises: bool) -> &'static str {
    if enterprises { "m.status <> 'merged' and m.enterprise is not null" } else { BY_RESIDENTS }
}

/// What the sums are of.
const BY_RESIDENTS: &str = "m.status <> 'merged' and m.enterprise is null";

/// How many of [`COUNTS`] come first for the published rates.
const RATES: usize = 9;

/// The unit a matter is counted for: the one that first took it and stays responsible for the answer
/// (首接负责), before that the one it was sent to. Otherwise a unit that never answers would not count.
pub(crate) const UNIT: &str = "coalesce(m.first_unit, m.unit)";

/// `sum(…) as name`, for each of the first `n` counts: over matters, or over sums.
fn sums(n: usize, of: Of) -> String {
    let sum = |(name, each): &(&str, &str)| {
        let each = if of == Of::Matters { (*each).to_owned() } else { format!("m.{name}") };
        format!("cast(coalesce(sum({each}), 0) as BIGINT) as {name}")
    };
    COUNTS[..n].iter().map(sum).collect::<Vec<_>>().join(", ")
}

/// What counts are added up from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// From the matters, one by one.
    Matters,
    /// From the sums of whole months.
    Sums,
    /// From the sums of whole months, where neither category nor unit matters: a fiftieth of the rows.
    Places,
}

impl Of {
    /// What whole months of a selection are read from, where the rows are told apart by place or time.
    fn months(selection: &Selection) -> Of {
        match selection {
            Selection { enterprises: true, .. } => Of::Matters,
            Selection { category: None, unit: None, .. } => Of::Places,
            _ => Of::Sums,
        }
    }

    /// What whole months of a selection are read from, where the rows are told apart by category or unit.
    fn parts(selection: &Selection) -> Of {
        if selection.enterprises { Of::Matters } else { Of::Sums }
    }

    fn table(self) -> &'static str {
        match self {
            Of::Matters => "matter",
            Of::Sums => "figure_sum",
            Of::Places => "figure_place",
        }
    }
}

/// The counts of one group.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Group<K> {
    /// What the group has in common.
    pub key: K,
    /// Its counts.
    #[sqlx(flatten)]
    pub counts: Counts,
}

/// The counts behind the published rates, all in one, of any moments; the other counts stay 0.
pub(super) async fn rates(tx: &mut Tx, selection: &Selection) -> Result<Counts> {
    let (condition, values) = condition(selection, Of::Matters, 0);
    sql_with(
        "select {rates} from matter m where {selection}",
        &[("rates", &sums(RATES, Of::Matters)), ("selection", &condition)],
    )
    .bind_all(values)
    .one(tx)
    .await
}

/// The same of whole months, by the month's first moment; months without a matter are left out.
pub(super) async fn by_month(tx: &mut Tx, selection: &Selection) -> Result<Vec<Group<Micros>>> {
    let of = Of::months(selection);
    if of == Of::Matters {
        return matters_by_month(tx, selection).await;
    }
    let (condition, values) = condition(selection, of, 0);
    sql_with(
        "select m.month as key, {rates} from {table} m where {selection} group by m.month",
        &[("table", of.table()), ("rates", &sums(RATES, of)), ("selection", &condition)],
    )
    .bind_all(values)
    .all(tx)
    .await
}

/// The same where no sums are kept: of enterprises, whose matters are few.
async fn matters_by_month(tx: &mut Tx, selection: &Selection) -> Result<Vec<Group<Micros>>> {
    let (mut month, mut groups) = (Month::of(selection.from), Vec::new());
    while month.start() < selection.to {
        let (key, next) = (month.start(), month.later(1));
        let within = Selection { from: key, to: next.start().min(selection.to), ..selection.clone() };
        groups.push(Group { key, counts: rates(tx, &within).await? });
        month = next;
    }
    groups.retain(|group| group.counts.received > 0);
    Ok(groups)
}

/// What the public's rates rest on in every place, month by month: of the counties everywhere by their code,
/// or of a county's places by their path.
pub(super) async fn by_place_and_month(
    tx: &mut Tx,
    county: Option<&str>,
    months: Range<Micros>,
) -> Result<Vec<(Group<String>, Micros)>> {
    #[derive(sqlx::FromRow)]
    struct Monthly {
        month: Micros,
        #[sqlx(flatten)]
        group: Group<String>,
    }
    let (place, within) = match county {
        Some(_) => ("m.path", "m.county = $3"),
        None => ("m.county", "1 = 1"),
    };
    let rows: Vec<Monthly> = sql_with(
        "select {place} as key, m.month, {rates} from figure_place m where {selection} and m.month >= $1 and m.month < $2 \
         group by {place}, m.month having sum(m.received) > 0",
        &[("place", place), ("rates", &sums(RATES, Of::Places)), ("selection", within)],
    )
    .bind(months.start)
    .bind(months.end)
    .bind_all(county.map(Value::from))
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.group, row.month)).collect())
}

/// By category.
pub(super) async fn by_category(tx: &mut Tx, selection: &Selection) -> Result<Vec<Group<String>>> {
    grouped(tx, "m.category", Of::parts(selection), selection).await
}

/// By unit; nil for what no unit has had yet.
pub(super) async fn by_unit(tx: &mut Tx, selection: &Selection) -> Result<Vec<Group<Uuid>>> {
    if Of::parts(selection) == Of::Sums {
        return grouped(tx, "m.unit", Of::Sums, selection).await;
    }
    let groups: Vec<Group<Option<Uuid>>> = grouped(tx, UNIT, Of::Matters, selection).await?;
    let key = |group: Group<Option<Uuid>>| Group { key: group.key.unwrap_or_default(), counts: group.counts };
    Ok(groups.into_iter().map(key).collect())
}

/// By county code, for a place above the counties: it is the first column of every key.
pub(super) async fn by_county(tx: &mut Tx, selection: &Selection) -> Result<Vec<Group<String>>> {
    grouped(tx, "m.county", Of::months(selection), selection).await
}

/// By the path of the smallest area they lie in, for a county or below: the caller adds paths up to
/// the areas it shows. A join with those areas takes as long on SQLite, and PostgreSQL may choose to
/// walk the whole area index for it.
pub(super) async fn by_path(tx: &mut Tx, selection: &Selection) -> Result<Vec<Group<String>>> {
    grouped(tx, "m.path", Of::months(selection), selection).await
}

async fn grouped<K>(tx: &mut Tx, key: &str, of: Of, selection: &Selection) -> Result<Vec<Group<K>>>
where
    Group<K>: Row,
{
    let (condition, values) = condition(selection, of, 0);
    // A matter put right leaves a sum of nothing behind.
    let some = if of == Of::Matters { "count(*)" } else { "sum(m.received)" };
    sql_with(
        "select {key} as key, {counts} from {table} m where {selection} group by {key} having {some} > 0",
        &[
            ("some", some),
            ("table", of.table()),
            ("key", key),
            ("counts", &sums(COUNTS.len(), of)),
            ("selection", &condition),
        ],
    )
    .bind_all(values)
    .all(tx)
    .await
}

/// From when to when a stretch goes, and which matters went along it.
fn ends(stretch: Stretch) -> (&'static str, &'static str, &'static str) {
    match stretch {
        Stretch::Dispatch => ("m.created_at", "m.dispatched_at", "m.dispatched_at is not null"),
        Stretch::Response => {
            ("m.dispatched_at", "m.responded_at", "m.responded_at - m.dispatched_at is not null")
        }
        Stretch::Resolution => {
            ("m.dispatched_at", "m.resolved_at", "m.resolved_at - m.dispatched_at is not null")
        }
        Stretch::Closing => ("m.created_at", "m.closed_at", "m.closed_by is not null"),
    }
}

/// The length of a stretch in seconds as [`super::sums::rounded`] has it.
fn length(stretch: Stretch) -> String {
    let (from, to, _) = ends(stretch);
    let seconds = format!("({to} - {from}) / 1000000");
    format!(
        "case when {seconds} < 3600 then {seconds} / 60 * 60 when {seconds} < 172800 then {seconds} / 3600 * 3600 \
         else {seconds} / 86400 * 86400 end"
    )
}

/// How deep a county's path is in characters, `42/4212/421223/`.
const COUNTY: usize = 15;
/// How deep a town's path is in characters, `42/4212/421223/421223100/`: lengths are kept by town.
pub(super) const TOWN: usize = 25;

/// The length of a stretch that the matter in the middle took, rounded down as a page says it
/// ([`super::sums::rounded`]); of two in the middle the shorter. `n` is how many went along it, as
/// [`Counts::along`] says.
pub(super) async fn median(
    tx: &mut Tx,
    stretch: Stretch,
    n: i64,
    selection: &Selection,
) -> Result<Option<i64>> {
    if n == 0 {
        return Ok(None);
    }
    let middle = (n - 1) / 2;
    let whole = selection.category.is_none() && selection.unit.is_none() && !selection.enterprises;
    let kept = whole && selection.path.len() <= TOWN;
    if kept {
        kept_median(tx, stretch, middle, selection).await
    } else {
        sorted_median(tx, stretch, middle, selection).await
    }
}

/// From the lengths kept by town and month: the first up to which enough matters are.
async fn kept_median(
    tx: &mut Tx,
    stretch: Stretch,
    middle: i64,
    selection: &Selection,
) -> Result<Option<i64>> {
    let (condition, values) = condition(selection, Of::Sums, 1);
    let lengths: Vec<(i64, i64)> = sql_with(
        "select m.seconds, cast(sum(m.n) as BIGINT) from figure_length m where m.stretch = $1 and {selection} \
         group by m.seconds order by m.seconds",
        &[("selection", &condition)],
    )
    .bind(stretch.code())
    .bind_all(values)
    .all(tx)
    .await?;
    let mut before = 0;
    let reached = |(_, n): &&(i64, i64)| {
        before += n;
        before > middle
    };
    Ok(lengths.iter().find(reached).map(|(seconds, _)| *seconds))
}

/// From the matters, for a selection of few.
async fn sorted_median(
    tx: &mut Tx,
    stretch: Stretch,
    middle: i64,
    selection: &Selection,
) -> Result<Option<i64>> {
    let (condition, values) = condition(selection, Of::Matters, 1);
    let row: Option<(i64,)> = sql_with(
        "select {length} from matter m where {along} and {selection} order by 1 limit 1 offset $1",
        &[("length", &length(stretch)), ("along", ends(stretch).2), ("selection", &condition)],
    )
    .bind(middle)
    .bind_all(values)
    .optional(tx)
    .await?;
    Ok(row.map(|row| row.0))
}

/// The condition of a selection, its placeholders after the `bound` ones before it.
///
/// It names what the engine is to go by: the months of a county or a town, the path of what is smaller.
/// Of two ranges, SQLite would take either, and a county's path leads to all its matters of all years.
fn condition(selection: &Selection, of: Of, bound: usize) -> (String, Vec<Value>) {
    let (at, unit) = if of == Of::Matters { ("m.created_at", UNIT) } else { ("m.month", "m.unit") };
    let by_time = (COUNTY..=TOWN).contains(&selection.path.len());
    let path = if by_time || of != Of::Matters { UNLED_PATH } else { "m.path" };
    let mut values: Vec<Value> = Vec::new();
    let mut parts: Vec<String> = Vec::new();
    if of == Of::Matters {
        parts.push(apart(selection.enterprises).to_owned());
    }
    let mut also = |text: &str, value: Value| {
        values.push(value);
        parts.push(text.replace('?', &format!("${}", bound + values.len())));
    };
    also(&format!("{at} >= ?"), selection.from.into());
    also(&format!("{at} < ?"), selection.to.into());
    match county_in(&selection.path) {
        // The whole county: its key alone, so that the engine may go by time instead of by path.
        Some(county) if is_county(&selection.path) => also("m.county = ?", county.into()),
        found => {
            if let Some(county) = found {
                also("m.county = ?", county.into());
            }
            let (from, below) = path_range(&selection.path);
            also(&format!("{path} >= ?"), from.into());
            also(&format!("{path} < ?"), below.into());
        }
    }
    if let Some(category) = &selection.category {
        also("m.category = ?", category.into());
    }
    if let Some(id) = selection.unit {
        also(&format!("{unit} = ?"), id.into());
    }
    if let Some(scope) = &selection.scope {
        let columns = Columns { county: "m.county", path: UNLED_PATH, units: &[] };
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

/// A matter behind a public number: how the work on it went, and nothing of what it says.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(super) struct Behind {
    pub number: String,
    pub county: String,
    pub created_at: Micros,
    pub dispatched_at: Option<Micros>,
    pub responded_at: Option<Micros>,
    pub responded_in_time: Option<bool>,
    pub resolved_at: Option<Micros>,
}

/// The matters behind a number, the newest first: those counted as this, or all received.
pub(super) async fn behind(
    tx: &mut Tx,
    selection: &Selection,
    number: Option<Counted>,
    paging: Paging,
) -> Result<Vec<Behind>> {
    let (condition, values) = condition(selection, Of::Matters, 0);
    sql_with(
        "select m.number, m.county, m.created_at, m.dispatched_at, m.responded_at, m.responded_in_time, m.resolved_at \
         from matter m where {selection} and {counted} order by m.created_at desc, m.id limit {size} offset {offset}",
        &[
            ("selection", &condition),
            ("counted", &number.map_or_else(|| "1 = 1".to_owned(), |number| counted(number, selection.enterprises))),
            ("size", &paging.size.to_string()),
            ("offset", &paging.offset().to_string()),
        ],
    )
    .bind_all(values)
    .all(tx)
    .await
}

/// The columns that tell sums apart.
const KEY: &str = "county, month, path, category, unit";

/// The columns that tell the sums of places apart.
const PLACE_KEY: &str = "county, month, path";

/// The columns that tell lengths apart.
const LENGTH_KEY: &str = "county, month, path, stretch, seconds";

fn names() -> String {
    COUNTS.map(|(name, _)| name).join(", ")
}

/// What one matter adds to the sums of its month, and where.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct Part {
    pub path: String,
    pub category: String,
    /// Nil for none.
    pub unit: Uuid,
    #[sqlx(flatten)]
    pub counts: Counts,
    dispatch: Option<i64>,
    response: Option<i64>,
    resolution: Option<i64>,
    closing: Option<i64>,
}

impl Part {
    /// How long each stretch took it as pages say it, of those that it went along.
    pub(super) fn lengths(&self) -> impl Iterator<Item = (Stretch, i64)> {
        let seconds = [self.dispatch, self.response, self.resolution, self.closing];
        Stretch::ALL.into_iter().zip(seconds).filter_map(|(stretch, seconds)| Some((stretch, seconds?)))
    }

    /// The town whose lengths it is counted among, or what lies above the towns.
    pub(super) fn town(&self) -> &str {
        self.path.get(..TOWN).unwrap_or(&self.path)
    }
}

/// What a matter adds as it stands in this transaction.
pub(super) async fn part(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Part>> {
    let counts = COUNTS.map(|(name, each)| format!("cast({each} as BIGINT) as {name}")).join(", ");
    let lengths = Stretch::ALL.map(|stretch| {
        format!(
            "cast(case when {} then {} end as BIGINT) as {}",
            ends(stretch).2,
            length(stretch),
            stretch.code()
        )
    });
    sql_with(
        "select m.path, m.category, coalesce({unit}, $3) as unit, {one}, {stretches} from matter m \
         where m.county = $1 and m.id = $2 and {residents}",
        &[("residents", BY_RESIDENTS), ("unit", UNIT), ("one", &counts), ("stretches", &lengths.join(", "))],
    )
    .bind_all([county.into(), id.into(), Uuid::nil().into()])
    .optional(tx)
    .await
}

/// Adds to the sums of the place, category and unit of `at`, and to those of its place.
pub(super) async fn add(tx: &mut Tx, county: &str, month: Micros, at: &Part, change: &Counts) -> Result<()> {
    let sum = COUNTS.map(|(name, _)| format!("{name} = kept.{name} + excluded.{name}")).join(", ");
    let marks = |before: usize| {
        (1..=COUNTS.len()).map(|nth| format!("${}", before + nth)).collect::<Vec<_>>().join(", ")
    };
    sql_with(
        "insert into figure_sum as kept ({key}, {names}) values ($1, $2, $3, $4, $5, {change}) \
         on conflict ({key}) do update set {sum}",
        &[("key", KEY), ("names", &names()), ("change", &marks(5)), ("sum", &sum)],
    )
    .bind_all([
        county.into(),
        month.into(),
        at.path.as_str().into(),
        at.category.as_str().into(),
        at.unit.into(),
    ])
    .bind_all(change.values().map(Value::from))
    .run(tx)
    .await?;
    sql_with(
        "insert into figure_place as kept ({key}, {names}) values ($1, $2, $3, {change}) \
         on conflict ({key}) do update set {sum}",
        &[("key", PLACE_KEY), ("names", &names()), ("change", &marks(3)), ("sum", &sum)],
    )
    .bind_all([county.into(), month.into(), at.path.as_str().into()])
    .bind_all(change.values().map(Value::from))
    .run(tx)
    .await?;
    Ok(())
}

/// Adds to the lengths of a county's month.
pub(super) async fn add_lengths(
    tx: &mut Tx,
    county: &str,
    month: Micros,
    changes: Vec<Length>,
) -> Result<()> {
    let (mut rows, mut values) = (Vec::new(), vec![county.into(), month.into()]);
    for (town, stretch, seconds, n) in changes {
        let at = values.len();
        rows.push(format!("($1, $2, ${}, ${}, ${}, ${})", at + 1, at + 2, at + 3, at + 4));
        values.extend([Value::from(town), stretch.into(), seconds.into(), n.into()]);
    }
    if rows.is_empty() {
        return Ok(());
    }
    sql_with(
        "insert into figure_length as kept ({key}, n) values {lengths} \
         on conflict ({key}) do update set n = kept.n + excluded.n",
        &[("key", LENGTH_KEY), ("lengths", &rows.join(", "))],
    )
    .bind_all(values)
    .run(tx)
    .await?;
    Ok(())
}

/// A length to add to: path, stretch, seconds, how many.
pub(super) type Length = (String, String, i64, i64);

/// What is kept of a county's month; what came to nothing is left out.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Kept {
    /// By path, category and unit; nil for none.
    pub sums: BTreeMap<(String, String, Uuid), Counts>,
    /// By path.
    pub places: BTreeMap<String, Counts>,
    /// How many, by path, stretch and seconds.
    pub lengths: BTreeMap<(String, String, i64), i64>,
}

/// See [`Kept`].
pub(super) async fn kept(tx: &mut Tx, county: &str, month: Micros) -> Result<Kept> {
    #[derive(sqlx::FromRow)]
    struct Sum {
        path: String,
        category: String,
        unit: Uuid,
        #[sqlx(flatten)]
        counts: Counts,
    }
    let sums: Vec<Sum> = sql_with(
        "select path, category, unit, {names} from figure_sum where county = $1 and month = $2",
        &[("names", &names())],
    )
    .bind(county)
    .bind(month)
    .all(tx)
    .await?;
    let places: Vec<Group<String>> = sql_with(
        "select path as key, {names} from figure_place where county = $1 and month = $2",
        &[("names", &names())],
    )
    .bind(county)
    .bind(month)
    .all(tx)
    .await?;
    let lengths: Vec<Length> = sql(
        "select path, stretch, seconds, n from figure_length where county = $1 and month = $2 and n <> 0",
    )
    .bind(county)
    .bind(month)
    .all(tx)
    .await?;
    let some = |counts: &Counts| *counts != Counts::default();
    Ok(Kept {
        sums: sums
            .into_iter()
            .filter(|sum| some(&sum.counts))
            .map(|sum| ((sum.path, sum.category, sum.unit), sum.counts))
            .collect(),
        places: places
            .into_iter()
            .filter(|place| some(&place.counts))
            .map(|place| (place.key, place.counts))
            .collect(),
        lengths: lengths
            .into_iter()
            .map(|(path, stretch, seconds, n)| ((path, stretch, seconds), n))
            .collect(),
    })
}

/// The months of which anything is kept, in order.
pub(super) async fn months_kept(tx: &mut Tx, county: &str) -> Result<Vec<Micros>> {
    let months: Vec<(Micros,)> = sql(
        "select month from figure_sum where county = $1 union select month from figure_place where county = $1 \
         union select month from figure_length where county = $1 order by 1",
    )
    .bind(county)
    .all(tx)
    .await?;
    Ok(months.into_iter().map(|row| row.0).collect())
}

/// The counts by name, as the columns are called.
pub(super) fn named(counts: &Counts) -> impl Iterator<Item = (&'static str, i64)> {
    COUNTS.into_iter().map(|(name, _)| name).zip(counts.values())
}

/// Counts a county's month again from its matters: from its first moment up to the next month's.
pub(super) async fn recount(tx: &mut Tx, county: &str, month: Micros, next: Micros) -> Result<()> {
    sql("delete from figure_sum where county = $1 and month = $2").bind(county).bind(month).run(tx).await?;
    sql("delete from figure_place where county = $1 and month = $2").bind(county).bind(month).run(tx).await?;
    sql("delete from figure_length where county = $1 and month = $2")
        .bind(county)
        .bind(month)
        .run(tx)
        .await?;
    let within = format!("m.county = $1 and m.created_at >= $2 and m.created_at < $3 and {BY_RESIDENTS}");
    let each = COUNTS.map(|(_, each)| format!("cast(sum({each}) as BIGINT)")).join(", ");
    sql_with(
        "insert into figure_sum ({key}, {names}) select m.county, $2, m.path, m.category, coalesce({unit}, $4), {each} \
         from matter m where {within} group by 1, 3, 4, 5",
        &[("key", KEY), ("names", &names()), ("unit", UNIT), ("each", &each), ("within", &within)],
    )
    .bind_all([county.into(), month.into(), next.into(), Uuid::nil().into()])
    .run(tx)
    .await?;
    sql_with(
        "insert into figure_place ({key}, {names}) select county, month, path, {counts} from figure_sum m \
         where county = $1 and month = $2 group by 1, 2, 3",
        &[("key", PLACE_KEY), ("names", &names()), ("counts", &sums(COUNTS.len(), Of::Sums))],
    )
    .bind_all([county.into(), month.into()])
    .run(tx)
    .await?;
    for stretch in Stretch::ALL {
        sql_with(
            "insert into figure_length ({key}, n) select m.county, $2, substr(m.path, 1, {town}), $4, {length}, count(*) \
             from matter m where {within} and {along} group by 1, 3, 5",
            &[
                ("key", LENGTH_KEY),
                ("town", &TOWN.to_string()),
                ("length", &length(stretch)),
                ("along", ends(stretch).2),
                ("within", &within),
            ],
        )
        .bind_all([county.into(), month.into(), next.into(), stretch.code().into()])
        .run(tx)
        .await?;
    }
    Ok(())
}

/// Every county with matters, and from when to when they came in.
pub(super) async fn spans(tx: &mut Tx) -> Result<Vec<(String, Micros, Micros)>> {
    sql("select county, min(created_at), max(created_at) from matter group by county order by county")
        .all(tx)
        .await
}

/// Whether nothing was ever summed up, or only by an earlier program, which kept no sums of places.
pub(super) async fn is_empty(tx: &mut Tx) -> Result<bool> {
    let one: Option<(i64,)> = sql("select month from figure_place limit 1").optional(tx).await?;
    Ok(one.is_none())
}
