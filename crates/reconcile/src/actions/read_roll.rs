//! Reads a list once its columns are known: each line a person, what is wrong with it named, no line lost.

use std::collections::HashMap;

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::{SECOND, civil};
use lianxin_foundation::error::{Kind, While};
use lianxin_foundation::{Action, App, Context, Micros, Problem, Result, Tx, Who};
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

/// Lines are written so many in a transaction: whoever else writes waits for no more.
const AT_ONCE: usize = 2_000;
/// Whoever reads a list and was silent for so long is taken for gone.
pub const SILENT: Micros = 10 * SECOND;

impl ReadRoll {
    /// Reads the list and tells how many people stand on it. Its lines are read and sealed outside of any transaction and
    /// written in parts; they count when the last of them is there. Cut off in the middle, the list is as unread as before,
    /// and reading it anew begins from its file.
    ///
    /// # Errors
    /// What cannot be read, what is refused, and those of the database.
    pub async fn carry_out(&self, app: &App, who: &Who) -> Result<i64> {
        let now = app.clock().now();
        let (roll, text) = self.unread(app, who, now).await?;
        let header = Table::new(&text).map_err(|error| said(&error))?.header().to_vec();
        let fields: Vec<Option<Field>> = (0..header.len()).map(|at| self.fields.get(&at).copied()).collect();
        check(&fields)?;
        let sealing = (app.clone(), roll.clone(), fields.clone());
        let sealed = tokio::task::spawn_blocking(move || {
            let (app, roll, fields) = sealing;
            rows(&app, now, &roll, &text, &fields)
        });
        let rows = sealed.await.while_doing("reading a list")??;
        if rows.is_empty() {
            return Err(Problem::new(Kind::Invalid, "check-file-no-lines").into());
        }
        let reader = app.ids().new_id(now);
        app.act(who, &Begin { of: self, reader }).await?;
        for rows in rows.chunks(AT_ONCE) {
            app.act(who, &Write { of: self, reader, rows }).await?;
        }
        let faulty = rows.iter().filter(|row| !row.faults.is_empty()).count();
        let [people, faulty] = [rows.len(), faulty].map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        app.act(
            who,
            &Finish { of: self, reader, people, faulty, columns: header.iter().zip(&fields).collect() },
        )
        .await?;
        Ok(people)
    }

    /// The list and its file, where the asker may read it.
    async fn unread(&self, app: &App, who: &Who, now: Micros) -> Result<(Roll, String)> {
        let mut tx = app.db().read().await?;
        let (_, roll) = roll_of(&mut tx, Context::new(app, who, now), &self.county, self.roll).await?;
        match file_text(app, &roll)? {
            Some(text) => Ok((roll, text)),
            None => Err(read_already().into()),
        }
    }
}

/// Takes a list up to be read; what an interrupted reading left goes.
struct Begin<'a> {
    of: &'a ReadRoll,
    reader: Uuid,
}

impl Action for Begin<'_> {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (_, roll) = roll_of(tx, cx, &self.of.county, self.of.roll).await?;
        if !rolls::begin_reading(tx, &roll, self.reader, (cx.now, cx.now - SILENT)).await? {
            let going_on = Problem::new(Kind::Conflict, "check-roll-being-read");
            return Err(if roll.sealed_file.is_some() { going_on } else { read_already() }.into());
        }
        rolls::forget_rows(tx, &roll).await
    }
}

/// Writes some of a list's lines; somebody else reads or dropped it where they are refused.
struct Write<'a> {
    of: &'a ReadRoll,
    reader: Uuid,
    rows: &'a [NewRow],
}

impl Action for Write<'_> {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (_, roll) = roll_of(tx, cx, &self.of.county, self.of.roll).await?;
        if !rolls::read_on(tx, &roll, self.reader, cx.now).await? {
            return Err(read_already().into());
        }
        rolls::insert_rows(tx, &roll, self.rows).await
    }
}

/// Makes the lines the list's own, and remembers what its columns hold.
struct Finish<'a> {
    of: &'a ReadRoll,
    reader: Uuid,
    people: i64,
    faulty: i64,
    columns: Vec<(&'a String, &'a Option<Field>)>,
}

impl Action for Finish<'_> {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let (campaign, roll) = roll_of(tx, cx, &self.of.county, self.of.roll).await?;
        if !rolls::was_read(tx, &roll, self.reader, (self.people, self.faulty)).await? {
            return Err(read_already().into());
        }
        for (heading, field) in self.columns.iter().filter(|(heading, _)| !heading.is_empty()) {
            let code = field.map_or("", Field::code);
            rolls::remember(tx, &roll.county, roll.organisation, heading, code).await?;
        }
        tx.audit(Entry::new(cx.who, &roll.county, "check-read", "campaign", campaign.id).detail(json!({
            "unit": roll.organisation,
            "name": roll.title,
            "people": self.people,
            "faulty": self.faulty,
        })));
        Ok(())
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
