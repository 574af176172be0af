//! Statements of patrols.

use lianxin_foundation::db::{sql, sql_with};
use lianxin_foundation::scope::Columns;
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Error, Micros, Result, Scope, Tx};
use uuid::Uuid;

use super::{Noted, Outcome, Patrol};

/// The columns of `patrol p` that a scope looks at: no unit has one.
const OF: Columns<'static> = Columns { county: "p.county", path: "p.path", units: &[] };

/// The columns of [`PatrolRow`].
const PATROL_COLUMNS: &str = "p.county, p.id, p.round, p.area, p.path, p.place, p.look, p.due, p.planned_at, p.planned_by, \
    p.outcome, p.words, p.entry, p.noted_at, p.seen_at, p.noted_by, p.matter";

#[derive(sqlx::FromRow)]
struct PatrolRow {
    county: String,
    id: Uuid,
    round: Uuid,
    area: String,
    path: String,
    place: String,
    look: String,
    due: Micros,
    planned_at: Micros,
    planned_by: String,
    outcome: Option<String>,
    words: Option<String>,
    entry: Option<Uuid>,
    noted_at: Option<Micros>,
    seen_at: Option<Micros>,
    noted_by: Option<String>,
    matter: Option<Uuid>,
}

impl PatrolRow {
    fn read(self) -> Result<Patrol> {
        let damaged = || Error::failed(format!("reading patrol {}", self.id), "what was noted is not whole");
        let noted = match (&self.outcome, self.entry, self.noted_at, self.seen_at, &self.noted_by) {
            (None, ..) => None,
            (Some(outcome), Some(entry), Some(at), Some(seen_at), Some(by)) => Some(Noted {
                outcome: Outcome::from_code(outcome).ok_or_else(damaged)?,
                words: self.words.clone(),
                entry,
                at,
                seen_at,
                by: by.clone(),
                matter: self.matter,
            }),
            _ => return Err(damaged()),
        };
        Ok(Patrol {
            county: self.county,
            id: self.id,
            round: self.round,
            area: self.area,
            path: self.path,
            place: self.place,
            look: self.look,
            due: self.due,
            planned_at: self.planned_at,
            planned_by: self.planned_by,
            noted,
        })
    }
}

/// Writes a patrol that was planned.
pub(crate) async fn insert(tx: &mut Tx, patrol: &Patrol) -> Result<()> {
    sql("insert into patrol (county, id, round, area, path, place, look, due, planned_at, planned_by) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
    .bind(&patrol.county)
    .bind(patrol.id)
    .bind(patrol.round)
    .bind(&patrol.area)
    .bind(&patrol.path)
    .bind(&patrol.place)
    .bind(&patrol.look)
    .bind(patrol.due)
    .bind(patrol.planned_at)
    .bind(&patrol.planned_by)
    .run(tx)
    .await?;
    Ok(())
}

/// A patrol within `scope`.
pub async fn patrol(tx: &mut Tx, scope: &Scope, county: &str, id: Uuid) -> Result<Option<Patrol>> {
    let allowed = scope.condition(OF, 2);
    let row: Option<PatrolRow> = sql_with(
        "select {columns} from patrol p where p.county = $1 and p.id = $2 and {scope}",
        &[("columns", PATROL_COLUMNS), ("scope", &allowed.text)],
    )
    .bind(county)
    .bind(id)
    .bind_all(allowed.values)
    .optional(tx)
    .await?;
    row.map(PatrolRow::read).transpose()
}

/// The patrols within `scope` that wait to be noted and whose day comes before `until`, one page of them, the oldest
/// day first.
pub async fn waiting(tx: &mut Tx, scope: &Scope, until: Micros, paging: Paging) -> Result<Vec<Patrol>> {
    let allowed = scope.condition(OF, 1);
    let rows: Vec<PatrolRow> = sql_with(
        "select {columns} from patrol p where p.due < $1 and p.outcome is null and {scope} \
         order by p.due, p.path, p.id limit {size} offset {offset}",
        &[
            ("columns", PATROL_COLUMNS),
            ("scope", &allowed.text),
            ("size", &paging.size.to_string()),
            ("offset", &paging.offset().to_string()),
        ],
    )
    .bind(until)
    .bind_all(allowed.values)
    .all(tx)
    .await?;
    rows.into_iter().map(PatrolRow::read).collect()
}

/// All patrols within `scope`, one page of them, the latest day first.
pub async fn all(tx: &mut Tx, scope: &Scope, paging: Paging) -> Result<Vec<Patrol>> {
    let allowed = scope.condition(OF, 0);
    let rows: Vec<PatrolRow> = sql_with(
        "select {columns} from patrol p where {scope} order by p.due desc, p.path, p.id limit {size} offset {offset}",
        &[
            ("columns", PATROL_COLUMNS),
            ("scope", &allowed.text),
            ("size", &paging.size.to_string()),
            ("offset", &paging.offset().to_string()),
        ],
    )
    .bind_all(allowed.values)
    .all(tx)
    .await?;
    rows.into_iter().map(PatrolRow::read).collect()
}

/// How many patrols within `scope` wait to be noted and have their day before `until`, and how many there are in all.
pub async fn counted(tx: &mut Tx, scope: &Scope, until: Micros) -> Result<(i64, i64)> {
    let allowed = scope.condition(OF, 1);
    sql_with(
        "select coalesce(sum(case when p.due < $1 and p.outcome is null then 1 else 0 end), 0), count(*) \
         from patrol p where {scope}",
        &[("scope", &allowed.text)],
    )
    .bind(until)
    .bind_all(allowed.values)
    .one(tx)
    .await
}

/// Writes what was noted; `false` when somebody else noted something meanwhile.
pub(crate) async fn note(tx: &mut Tx, patrol: &Patrol, noted: &Noted) -> Result<bool> {
    let changed = sql(
        "update patrol set outcome = $3, words = $4, entry = $5, noted_at = $6, seen_at = $7, noted_by = $8, \
         matter = $9 where county = $1 and id = $2 and outcome is null",
    )
    .bind(&patrol.county)
    .bind(patrol.id)
    .bind(noted.outcome.code())
    .bind(noted.words.as_deref())
    .bind(noted.entry)
    .bind(noted.at)
    .bind(noted.seen_at)
    .bind(&noted.by)
    .bind(noted.matter)
    .run(tx)
    .await?;
    Ok(changed > 0)
}

/// Removes what is still to be noted of a round from a day on; how many there were.
pub(crate) async fn call_off(tx: &mut Tx, county: &str, round: Uuid, from: Micros) -> Result<u64> {
    sql("delete from patrol where county = $1 and round = $2 and due >= $3 and outcome is null")
        .bind(county)
        .bind(round)
        .bind(from)
        .run(tx)
        .await
}
