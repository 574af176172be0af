//! Everything one page of figures says, computed in one snapshot.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use lianxin_foundation::clock::{MINUTE, Micros};
use lianxin_foundation::error::Problem;
use lianxin_foundation::scope::county_in;
use lianxin_foundation::{App, Result, Scope, Tx};
use lianxin_registry::area::store as areas;
use lianxin_registry::area::{Area, Crumb, ancestors, path_of};
use lianxin_registry::organisation::store as organisations;
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::counts::{Counts, Stretch};
use super::held::{Held, Sheet, of_area};
use super::period::{Month, Period};
use super::store::{self, Selection};

/// How deep a county lies, below its province and its city.
pub(super) const COUNTY: usize = 3;

/// What is asked for. Two equal questions within a minute get the same answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The area's code; empty for everywhere.
    pub area: String,
    /// Which months.
    pub period: Period,
    /// Only this category.
    pub category: Option<String>,
    /// Only this unit.
    pub unit: Option<Uuid>,
    /// What enterprises reported, instead of what residents did.
    pub enterprises: bool,
    /// What the asker may count; `None` for the public's figures.
    pub scope: Option<Scope>,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Line<K> {
    /// Its code or id.
    pub key: K,
    /// Its name, where the database knows it.
    pub name: String,
    /// What was counted.
    pub counts: Counts,
}

/// What is held back of an area's counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Withheld {
    /// Of the period's.
    pub whole: Held,
    /// Of those of the period before, when it is over.
    pub before: Held,
    /// Of each of [`Report::months`].
    pub months: Vec<Held>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What was asked.
    pub question: Question,
    /// The moment it was computed at.
    pub as_of: Micros,
    /// The areas from the province down to the one asked for; empty for everywhere.
    pub crumbs: Vec<Crumb>,
    /// Everything together.
    pub whole: Counts,
    /// What the rates need, of as many months before; of as many days where the period is not over yet.
    pub before: Counts,
    /// How many more came in that are counted with another matter, into which they were merged.
    pub merged: i64,
    /// The median of each stretch in seconds, in the order of [`Stretch::ALL`].
    pub medians: [Option<i64>; 4],
    /// What the rates need, month by month: the last twelve up to the period's end, or all of a longer period.
    pub months: Vec<(Month, Counts)>,
    /// By the areas directly below, by code. The last one, without a code, is what lies in none of them.
    pub areas: Vec<Line<String>>,
    /// By category, by code.
    pub categories: Vec<Line<String>>,
    /// By unit, by name; only for staff, and only within one county.
    pub units: Vec<Line<Option<Uuid>>>,
    /// What the public is not told of it; nothing is held back from staff.
    pub(super) held: Withheld,
}

impl Report {
    /// The area's own name; empty for everywhere.
    pub fn area_name(&self) -> &str {
        self.crumbs.last().map_or("", |crumb| &crumb.name)
    }

    /// The area's path; empty for everywhere.
    pub fn path(&self) -> String {
        self.crumbs.iter().map(|crumb| format!("{}/", crumb.id)).collect()
    }

    /// How deep the area lies: 0 for everywhere, 3 for a county.
    pub fn depth(&self) -> usize {
        self.crumbs.len()
    }
}

/// How long an answer is given again without a second thought.
const FRESH: Micros = MINUTE;
/// How long it is still given while a new one is computed behind it.
const STALE: Micros = 10 * MINUTE;
/// How many answers are kept at most.
const MOST: usize = 512;
/// How many sheets: a large county's may take some megabytes.
const MOST_SHEETS: usize = 16;

/// Answers of the last minutes, so that many readers of one page cost one computation and hardly any
/// of them waits for it. Cheap to clone.
#[derive(Clone, Default)]
pub struct Cache {
    reports: Arc<Mutex<HashMap<String, Kept>>>,
    sheets: Arc<Mutex<HashMap<SheetKey, (Micros, SheetCell)>>>,
}

/// The county, or `None` for everywhere; from when to when.
type SheetKey = (Option<String>, Micros, Micros);
type SheetCell = Arc<OnceCell<Arc<Sheet>>>;

type Cell = Arc<OnceCell<Arc<Report>>>;

struct Kept {
    since: Micros,
    now: Cell,
    /// The answer before, as long as the new one is not there yet.
    before: Option<Arc<Report>>,
}

impl Cache {
    /// The answer to a question, as [`Report::as_of`] says how old. Those who ask the same at once
    /// wait for one computation.
    ///
    /// # Errors
    /// "Not found" for an area that does not exist or lies outside the question's scope.
    pub async fn report(&self, app: &App, question: &Question) -> Result<Arc<Report>> {
        let (cell, before, renew) = self.look_up(question, app.clock().now());
        let Some(before) = before else {
            return self.filled(&cell, app, question).await;
        };
        if renew {
            let (cache, app, question) = (self.clone(), app.clone(), question.clone());
            tokio::spawn(async move {
                if let Err(error) = cache.filled(&cell, &app, &question).await {
                    tracing::warn!("figures were not renewed: {}", error.chain());
                }
            });
        }
        Ok(before)
    }

    /// The cell that holds or will hold the answer; an older answer to give meanwhile; and whether it
    /// is for this asker to see that the cell is filled.
    fn look_up(&self, question: &Question, now: Micros) -> (Cell, Option<Arc<Report>>, bool) {
        let mut kept = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, kept| (0..STALE).contains(&(now - kept.since)));
        if kept.len() >= MOST {
            kept.clear();
        }
        let entry = kept.entry(format!("{question:?}")).or_insert_with(|| Kept::new(now, None));
        let mut renew = false;
        if now - entry.since >= FRESH
            && let Some(old) = entry.now.get().cloned()
        {
            *entry = Kept::new(now, Some(old));
            renew = true;
        }
        if entry.now.initialized() {
            entry.before = None;
        }
        (entry.now.clone(), entry.before.clone(), renew)
    }

    async fn filled(&self, cell: &Cell, app: &App, question: &Question) -> Result<Arc<Report>> {
        let computed =
            || async { compute(self, app, question.clone(), app.clock().now()).await.map(Arc::new) };
        cell.get_or_try_init(computed).await.cloned()
    }

    /// What every page of the public rests on, counted once a minute for all of them.
    async fn sheet(
        &self,
        tx: &mut Tx,
        county: Option<&str>,
        months: &Range<Micros>,
        now: Micros,
    ) -> Result<Arc<Sheet>> {
        let cell = {
            let mut sheets = self.sheets.lock().unwrap_or_else(PoisonError::into_inner);
            sheets.retain(|_, (since, _)| (0..FRESH).contains(&(now - *since)));
            if sheets.len() >= MOST_SHEETS {
                sheets.clear();
            }
            let key = (county.map(str::to_owned), months.start, months.end);
            sheets.entry(key).or_insert_with(|| (now, SheetCell::default())).1.clone()
        };
        cell.get_or_try_init(|| counted(tx, county, months.clone())).await.cloned()
    }
}

impl Kept {
    fn new(since: Micros, before: Option<Arc<Report>>) -> Kept {
        Kept { since, now: Cell::default(), before }
    }
}

async fn compute(cache: &Cache, app: &App, question: Question, now: Micros) -> Result<Report> {
    let mut tx = app.db().read().await?;
    let path = place(&mut tx, &question).await?;
    let selection = selection(&question, path);
    let period = question.period;
    let categories = by_category(&mut tx, &selection).await?;
    let whole: Counts = categories.iter().map(|line| &line.counts).collect();
    let held = match question.scope {
        Some(_) => Withheld::default(),
        None => withheld(cache, &mut tx, &selection.path, period, now).await?,
    };
    Ok(Report {
        as_of: now,
        held,
        crumbs: areas::crumbs(&mut tx, &selection.path).await?,
        merged: crate::store::twins::merged_between(
            &mut tx,
            &selection.path,
            selection.from,
            selection.to,
            selection.enterprises,
        )
        .await?,
        before: before(&mut tx, &selection, period, now).await?,
        medians: medians(&mut tx, &selection, &whole).await?,
        months: months(&mut tx, &selection, period).await?,
        areas: by_area(&mut tx, &selection, &whole).await?,
        units: if question.scope.is_some() { by_unit(&mut tx, &selection).await? } else { Vec::new() },
        categories,
        whole,
        question,
    })
}

/// What the public is not told of an area, in the period and in each of its months.
async fn withheld(cache: &Cache, tx: &mut Tx, path: &str, period: Period, now: Micros) -> Result<Withheld> {
    let span = period.year().start().min(period.before().start())..period.end();
    let everywhere = cache.sheet(tx, None, &span, now).await?;
    let county = match county_in(path) {
        Some(county) => cache.sheet(tx, Some(county), &span, now).await?,
        None => Arc::default(),
    };
    let of = |period: Period| of_area(&everywhere, &county, path, &(period.start()..period.end()));
    let month = |month: Month| of(Period { first: month, last: month });
    Ok(Withheld {
        whole: of(period),
        before: of(period.before()),
        months: period.year().each().into_iter().map(month).collect(),
    })
}

async fn counted(tx: &mut Tx, county: Option<&str>, months: Range<Micros>) -> Result<Arc<Sheet>> {
    let groups = store::by_place_and_month(tx, county, months).await?;
    // A county's code spells the city and the province it lies in.
    let path = |key: String| if county.is_some() { key } else { path_of(&key) };
    let rows = groups.into_iter().map(|(group, month)| (path(group.key), month, group.counts));
    Ok(Arc::new(Sheet(rows.collect())))
}

/// The path of the area asked for. Outside the scope it does not exist.
async fn place(tx: &mut Tx, question: &Question) -> Result<String> {
    let path = match question.area.as_str() {
        "" => String::new(),
        area => areas::area(tx, area).await?.ok_or_else(Problem::not_found)?.path,
    };
    match &question.scope {
        Some(scope) if !scope.covers(&path, &[]) => Err(Problem::not_found().into()),
        _ => Ok(path),
    }
}

pub(super) fn selection(question: &Question, path: String) -> Selection {
    Selection {
        path,
        from: question.period.start(),
        to: question.period.end(),
        category: question.category.clone(),
        unit: question.unit,
        enterprises: question.enterprises,
        scope: question.scope.clone(),
    }
}

/// Whole months from the sums, the part of a month that an open period is compared with from its matters.
async fn before(tx: &mut Tx, selection: &Selection, period: Period, now: Micros) -> Result<Counts> {
    let (from, to) = (period.before().start(), period.fair_end_before(now));
    let part = Month::of(to).start();
    let whole = store::by_month(tx, &Selection { from, to: part, ..selection.clone() }).await?;
    let mut counts: Counts = whole.iter().map(|month| &month.counts).collect();
    if part < to {
        counts.add(&store::rates(tx, &Selection { from: part.max(from), to, ..selection.clone() }).await?);
    }
    Ok(counts)
}

async fn months(tx: &mut Tx, selection: &Selection, period: Period) -> Result<Vec<(Month, Counts)>> {
    let (from, to) = (period.year().start(), period.end());
    let counted = store::by_month(tx, &Selection { from, to, ..selection.clone() }).await?;
    let of = |month: Month| counted.iter().find(|group| group.key == month.start());
    let each = period.year().each().into_iter();
    Ok(each.map(|month| (month, of(month).map_or_else(Counts::default, |group| group.counts))).collect())
}

async fn medians(tx: &mut Tx, selection: &Selection, whole: &Counts) -> Result<[Option<i64>; 4]> {
    let mut medians = [None; 4];
    for (median, stretch) in medians.iter_mut().zip(Stretch::ALL) {
        *median = store::median(tx, stretch, whole.along(stretch).0, selection).await?;
    }
    Ok(medians)
}

async fn by_area(tx: &mut Tx, selection: &Selection, whole: &Counts) -> Result<Vec<Line<String>>> {
    let above = ancestors(&selection.path);
    let children = match above.last() {
        Some(parent) => areas::children(tx, parent).await?,
        None => areas::provinces(tx).await?,
    };
    if children.is_empty() {
        return Ok(Vec::new());
    }
    let mut counted: HashMap<String, Counts> = HashMap::new();
    for (path, counts) in by_place(tx, selection, above.len()).await? {
        if let Some(child) = ancestors(&path).get(above.len()) {
            counted.entry((*child).to_owned()).or_default().add(&counts);
        }
    }
    let line = |child: Area| Line {
        counts: counted.get(&child.id).copied().unwrap_or_default(),
        key: child.id,
        name: child.name,
    };
    let mut lines: Vec<Line<String>> = children.into_iter().map(line).collect();
    let below: Counts = lines.iter().map(|line| &line.counts).collect();
    let rest = whole.less(&below);
    if rest.received > 0 {
        lines.push(Line { key: String::new(), name: String::new(), counts: rest });
    }
    Ok(lines)
}

/// Counts by paths that lie deeper than `depth`: above the counties, the counties' own.
async fn by_place(tx: &mut Tx, selection: &Selection, depth: usize) -> Result<Vec<(String, Counts)>> {
    let counties = depth < COUNTY;
    let groups =
        if counties { store::by_county(tx, selection).await? } else { store::by_path(tx, selection).await? };
    // A county's code spells the city and the province it lies in.
    let path = |key: String| if counties { path_of(&key) } else { key };
    Ok(groups.into_iter().map(|group| (path(group.key), group.counts)).collect())
}

async fn by_category(tx: &mut Tx, selection: &Selection) -> Result<Vec<Line<String>>> {
    let groups = store::by_category(tx, selection).await?;
    let mut lines: Vec<Line<String>> = groups
        .into_iter()
        .map(|group| Line { key: group.key, name: String::new(), counts: group.counts })
        .collect();
    lines.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(lines)
}

async fn by_unit(tx: &mut Tx, selection: &Selection) -> Result<Vec<Line<Option<Uuid>>>> {
    let Some(county) = county_in(&selection.path) else { return Ok(Vec::new()) };
    let groups = store::by_unit(tx, selection).await?;
    let unit = |id: Uuid| Some(id).filter(|id| !id.is_nil());
    let ids: Vec<Uuid> = groups.iter().filter_map(|group| unit(group.key)).collect();
    let names = organisations::names_of(tx, county, &ids).await?;
    let mut lines: Vec<Line<Option<Uuid>>> = groups
        .into_iter()
        .map(|group| Line {
            name: names.get(&group.key).cloned().unwrap_or_default(),
            key: unit(group.key),
            counts: group.counts,
        })
        .collect();
    // By name; what no unit has had yet at the end.
    lines.sort_by(|one, other| {
        (one.key.is_none(), &one.name, one.key).cmp(&(other.key.is_none(), &other.name, other.key))
    });
    Ok(lines)
}
