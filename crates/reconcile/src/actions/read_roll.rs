//! Reads a list once its columns are known: each line a person, what is wrong with it named, no line lost.

use std::collections::HashMap;

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::civil;
use lianxin_foundation::error::{Kind, While};
use lianxin_foundation::{Action, App, Context, Micros, Problem, Result, Tx};
use lianxin_linkage::{Table, TableError};
use serde_json::json;
use uuid::Uuid;

use super::roll_of;
use crate::model::{Field, Roll};
use crate::rules::lines::{self, Fault};
use crate::rules::tables::{MOST, long, said};
use crate::sealed::{file_place, id_key, row_place};
use crate::store::rolls::{self, NewRow};

/// What a list's columns hold, and that it can be read so.
#[derive(Debug, Clone)]
pub struct ReadRoll {
    /// The county.
    pub county: String,
    /// The list.
    pub roll: Uuid,
    /// What each column holds, by its place; those left out hold nothing a list is read for.
    pub fields: HashMap<usize, Field>,
}

impl Action for ReadRoll {
    type Output = i64;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<i64> {
        let (campaign, roll) = roll_of(tx, cx, &self.county, self.roll).await?;
        let Some(text) = file_text(cx.app, &roll)? else { return Err(read_already().into()) };
        let header = Table::new(&text).map_err(|error| said(&error))?.header().to_vec();
        let fields: Vec<Option<Field>> = (0..header.len()).map(|at| self.fields.get(&at).copied()).collect();
        check(&fields)?;
        let rows = rows(cx.app, cx.now, &roll, &text, &fields)?;
        let (people, faulty) = (rows.len(), rows.iter().filter(|row| !row.faults.is_empty()).count());
        if people == 0 {
            return Err(Problem::new(Kind::Invalid, "check-file-no-lines").into());
        }
        let [people, faulty] = [people, faulty].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        if !rolls::was_read(tx, &roll, people, faulty).await? {
            return Err(read_already().into());
        }
        rolls::insert_rows(tx, &roll, rows).await?;
        for (heading, field) in header.iter().zip(&fields).filter(|(heading, _)| !heading.is_empty()) {
            let code = field.map_or("", Field::code);
            rolls::remember(tx, &self.county, roll.organisation, heading, code).await?;
        }
        tx.audit(Entry::new(cx.who, &self.county, "check-read", "campaign", campaign.id).detail(json!({
            "unit": roll.organisation,
            "name": roll.title,
            "people": people,
            "faulty": faulty,
        })));
        Ok(people)
    }
}

/// A list's file as text, as long as its columns are not known.
pub(crate) fn file_text(app: &App, roll: &Roll) -> Result<Option<String>> {
    let place = file_place(roll.id);
    let open = |sealed: &Vec<u8>| app.vault().open(&place, sealed);
    roll.sealed_file.as_ref().map(open).transpose().while_doing(format!("opening {place}"))
}

fn read_already() -> Problem {
    Problem::new(Kind::Conflict, "check-roll-read-already")
}

/// A list needs a name, and something that tells namesakes apart; only an address may stand in several columns.
fn check(fields: &[Option<Field>]) -> Result<()> {
    let has = |field: Field| fields.contains(&Some(field));
    let mut problem = Problem::invalid();
    if !has(Field::Name) {
        problem = problem.field("columns", "check-columns-name");
    }
    let telling = [Field::IdNumber, Field::Birth, Field::Phone, Field::Address];
    if !telling.into_iter().any(has) {
        problem = problem.field("columns", "check-columns-telling");
    }
    let several = |field: Field| fields.iter().filter(|one| **one == Some(field)).count() > 1;
    if Field::ALL.into_iter().any(|field| field != Field::Address && several(field)) {
        problem = problem.field("columns", "check-columns-twice");
    }
    problem.when_fields()
}

fn rows(app: &App, now: Micros, roll: &Roll, text: &str, fields: &[Option<Field>]) -> Result<Vec<NewRow>> {
    let today = civil(now).date();
    let mut table = Table::new(text).map_err(|error| said(&error))?;
    let (mut rows, mut cells) = (Vec::new(), Vec::new());
    loop {
        let (line, overlong) = match table.next_row(&mut cells) {
            Ok(None) => return Ok(rows),
            Ok(Some(line)) => (line, false),
            // The fields are there all the same: what has a heading is read, the line is named.
            Err(TableError::TooManyFields { line, .. }) => (line, true),
            Err(error) => return Err(said(&error).into()),
        };
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == MOST {
            return Err(long().into());
        }
        let (listed, mut faults) = lines::read(&cells, fields, today);
        faults.extend(overlong.then_some(Fault::Columns));
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        rows.push(NewRow {
            line,
            sealed: listed.sealed(app, &row_place(roll.id, line))?,
            id_key: lines::has_id(&listed).then(|| id_key(app, &listed.id_number)),
            faults: Fault::written(&faults),
        });
    }
}
