//! Statements of what two people leave out of rates.

use lianxin_foundation::db::{sql, sql_with};
use lianxin_foundation::scope::path_range;
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Error, Micros, Result, Scope, Tx};
use uuid::Uuid;

use super::{Exclusion, Said, State};
use crate::model::Matter;
use crate::store::{COLUMNS, MatterRow, SCOPE};

/// The columns of [`ExclusionRow`]; their names differ from those of a matter beside it.
const EXCLUSION: &str = "e.county as e_county, e.id as e_id, e.matter as e_matter, e.state, e.proposed_at, \
    e.proposed_by, e.proposed_name, e.reason, e.decided_at, e.decided_name, e.decided_reason, e.lifted_at, \
    e.lifted_name, e.lifted_reason";

#[derive(sqlx::FromRow)]
struct ExclusionRow {
    e_county: String,
    e_id: Uuid,
    e_matter: Uuid,
    state: String,
    proposed_at: Micros,
    proposed_by: Uuid,
    proposed_name: String,
    reason: String,
    decided_at: Option<Micros>,
    decided_name: Option<String>,
    decided_reason: Option<String>,
    lifted_at: Option<Micros>,
    lifted_name: Option<String>,
    lifted_reason: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Listed {
    #[sqlx(flatten)]
    exclusion: ExclusionRow,
    #[sqlx(flatten)]
    matter: MatterRow,
}

fn said(at: Option<Micros>, name: Option<String>, reason: Option<String>) -> Option<Said> {
    Some(Said { at: at?, name: name?, reason: reason? })
}

impl ExclusionRow {
    fn read(self) -> Result<Exclusion> {
        let state = State::from_code(&self.state)
            .ok_or_else(|| Error::failed(format!("reading exclusion {}", self.e_id), "unknown code"))?;
        Ok(Exclusion {
            county: self.e_county,
            id: self.e_id,
            matter: self.e_matter,
            state,
            proposed_by: self.proposed_by,
            proposed: Said { at: self.proposed_at, name: self.proposed_name, reason: self.reason },
            decided: said(self.decided_at, self.decided_name, self.decided_reason),
            lifted: said(self.lifted_at, self.lifted_name, self.lifted_reason),
        })
    }
}

/// Writes a proposal.
pub(crate) async fn insert(tx: &mut Tx, exclusion: &Exclusion) -> Result<()> {
    sql(
        "insert into exclusion (county, id, matter, state, proposed_at, proposed_by, proposed_name, reason) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&exclusion.county)
    .bind(exclusion.id)
    .bind(exclusion.matter)
    .bind(exclusion.state.code())
    .bind(exclusion.proposed.at)
    .bind(exclusion.proposed_by)
    .bind(&exclusion.proposed.name)
    .bind(&exclusion.proposed.reason)
    .run(tx)
    .await?;
    Ok(())
}

/// What was proposed of a matter, the oldest first. Who may see it is who may see the matter.
pub async fn of_matter(tx: &mut Tx, county: &str, matter: Uuid) -> Result<Vec<Exclusion>> {
    let rows: Vec<ExclusionRow> = sql_with(
        "select {columns} from exclusion e where e.county = $1 and e.matter = $2 order by e.proposed_at, e.id",
        &[("columns", EXCLUSION)],
    )
    .bind(county)
    .bind(matter)
    .all(tx)
    .await?;
    rows.into_iter().map(ExclusionRow::read).collect()
}

/// Notes the second person's word; `false` when somebody decided meanwhile.
pub(crate) async fn decide(tx: &mut Tx, of: &Exclusion, state: State, word: &Said) -> Result<bool> {
    let touched =
        sql("update exclusion set state = $3, decided_at = $4, decided_name = $5, decided_reason = $6 \
         where county = $1 and id = $2 and state = 'proposed'")
        .bind(&of.county)
        .bind(of.id)
        .bind(state.code())
        .bind(word.at)
        .bind(&word.name)
        .bind(&word.reason)
        .run(tx)
        .await?;
    Ok(touched == 1)
}

/// Notes that it counts again; `false` when somebody said so meanwhile.
pub(crate) async fn lift(tx: &mut Tx, of: &Exclusion, word: &Said) -> Result<bool> {
    let touched =
        sql("update exclusion set state = 'lifted', lifted_at = $3, lifted_name = $4, lifted_reason = $5 \
         where county = $1 and id = $2 and state = 'confirmed'")
        .bind(&of.county)
        .bind(of.id)
        .bind(word.at)
        .bind(&word.name)
        .bind(&word.reason)
        .run(tx)
        .await?;
    Ok(touched == 1)
}

fn which(open: bool) -> &'static str {
    if open { "e.state = 'proposed'" } else { "1 = 1" }
}

/// The proposals on matters within `scope`, the newest first, one page of them; `open` for those that wait for a
/// second person.
pub async fn list(
    tx: &mut Tx,
    scope: &Scope,
    open: bool,
    paging: Paging,
) -> Result<Vec<(Exclusion, Matter)>> {
    let allowed = scope.condition(SCOPE, 0);
    let rows: Vec<Listed> = sql_with(
        "select {exclusion}, {columns} from exclusion e cross join matter m where m.county = e.county \
         and m.id = e.matter and {scope} and {also} order by e.proposed_at desc, e.id limit {size} offset {offset}",
        &[
            ("exclusion", EXCLUSION),
            ("columns", COLUMNS),
            ("scope", &allowed.text),
            ("also", which(open)),
            ("size", &paging.size.to_string()),
            ("offset", &paging.offset().to_string()),
        ],
    )
    .bind_all(allowed.values)
    .all(tx)
    .await?;
    rows.into_iter().map(|row| Ok((row.exclusion.read()?, row.matter.read()?))).collect()
}

/// How many proposals there are on matters within `scope`.
pub async fn count(tx: &mut Tx, scope: &Scope, open: bool) -> Result<i64> {
    let allowed = scope.condition(SCOPE, 0);
    sql_with(
        "select count(*) from exclusion e cross join matter m where m.county = e.county and m.id = e.matter \
         and {scope} and {also}",
        &[("scope", &allowed.text), ("also", which(open))],
    )
    .bind_all(allowed.values)
    .scalar(tx)
    .await
}

/// What is left out of residents' matters that came in at or below a path between two moments, within `scope`.
pub(crate) async fn left_out(
    tx: &mut Tx,
    scope: &Scope,
    path: &str,
    from: Micros,
    to: Micros,
) -> Result<Vec<(Exclusion, Matter)>> {
    let (first, below) = path_range(path);
    let allowed = scope.condition(SCOPE, 4);
    let rows: Vec<Listed> = sql_with(
        "select {exclusion}, {columns} from exclusion e cross join matter m where e.state = 'confirmed' \
         and m.county = e.county and m.id = e.matter and m.enterprise is null and m.path >= $1 and m.path < $2 and m.created_at >= $3 \
         and m.created_at < $4 and {scope} order by e.proposed_at, e.id",
        &[("exclusion", EXCLUSION), ("columns", COLUMNS), ("scope", &allowed.text)],
    )
    .bind(first)
    .bind(below)
    .bind(from)
    .bind(to)
    .bind_all(allowed.values)
    .all(tx)
    .await?;
    rows.into_iter().map(|row| Ok((row.exclusion.read()?, row.matter.read()?))).collect()
}
