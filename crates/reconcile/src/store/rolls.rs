//! Lists and their lines.

use lianxin_foundation::db::{Bulk, Value, sql};
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use super::visits;
use crate::model::Roll;

/// One list.
pub async fn roll(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Roll>> {
    sql("select county, id, campaign, organisation, title, sealed_file, people, faulty, run, brought_at from roll \
         where county = $1 and id = $2")
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// The lists of a campaign, in the order they came, without their files.
pub async fn of_campaign(tx: &mut Tx, county: &str, campaign: Uuid) -> Result<Vec<Roll>> {
    sql("select county, id, campaign, organisation, title, \
         case when sealed_file is null then null else substr(sealed_file, 1, 1) end as sealed_file, \
         people, faulty, run, brought_at from roll where county = $1 and campaign = $2 order by brought_at, id")
    .bind(county)
    .bind(campaign)
    .all(tx)
    .await
}

/// Writes a list whose columns are still to be said.
pub(crate) async fn insert(tx: &mut Tx, roll: &Roll, by: Option<Uuid>) -> Result<()> {
    sql("insert into roll (county, id, campaign, organisation, title, sealed_file, people, faulty, brought_by, brought_at) \
         values ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8)")
    .bind(&roll.county)
    .bind(roll.id)
    .bind(roll.campaign)
    .bind(roll.organisation)
    .bind(&roll.title)
    .bind(roll.sealed_file.clone())
    .bind(by)
    .bind(roll.brought_at)
    .run(tx)
    .await?;
    Ok(())
}

/// Takes an unread list up to be read; `false` when it was read, or when somebody reads it and spoke since `silent`.
pub(crate) async fn begin_reading(
    tx: &mut Tx,
    roll: &Roll,
    reader: Uuid,
    (now, silent): (Micros, Micros),
) -> Result<bool> {
    sql("update roll set reading = $3, reading_at = $4 where county = $1 and id = $2 and sealed_file is not null \
         and (reading_at is null or reading_at < $5)")
    .bind(&roll.county)
    .bind(roll.id)
    .bind(reader)
    .bind(now)
    .bind(silent)
    .inserted(tx)
    .await
}

/// Says that a list is still being read; `false` when it is not this reader's any more.
pub(crate) async fn read_on(tx: &mut Tx, roll: &Roll, reader: Uuid, now: Micros) -> Result<bool> {
    sql("update roll set reading_at = $4 where county = $1 and id = $2 and reading = $3 and sealed_file is not null")
        .bind(&roll.county)
        .bind(roll.id)
        .bind(reader)
        .bind(now)
        .inserted(tx)
        .await
}

/// Notes that a list was read: its lines stand by themselves now. `false` when it is not this reader's any more.
pub(crate) async fn was_read(
    tx: &mut Tx,
    roll: &Roll,
    reader: Uuid,
    (people, faulty): (i64, i64),
) -> Result<bool> {
    sql("update roll set sealed_file = null, reading = null, reading_at = null, people = $3, faulty = $4 \
         where county = $1 and id = $2 and reading = $5 and sealed_file is not null")
    .bind(&roll.county)
    .bind(roll.id)
    .bind(people)
    .bind(faulty)
    .bind(reader)
    .inserted(tx)
    .await
}

/// Removes the lines of a list that was not read to its end.
pub(crate) async fn forget_rows(tx: &mut Tx, roll: &Roll) -> Result<()> {
    erase("delete from roll_row where county = $1 and roll = $2", tx, &roll.county, roll.id).await.map(drop)
}

/// A line on its way into the table.
pub(crate) struct NewRow {
    pub(crate) line: i64,
    pub(crate) sealed: Vec<u8>,
    pub(crate) id_key: Option<Vec<u8>>,
    pub(crate) faults: String,
}

/// Writes some of a list's lines.
pub(crate) async fn insert_rows(tx: &mut Tx, roll: &Roll, rows: &[NewRow]) -> Result<()> {
    let mut bulk = Bulk::new("roll_row", &["county", "roll", "line", "sealed", "id_key", "faults"]);
    for row in rows {
        let values: [Value; 6] = [
            (&roll.county).into(),
            roll.id.into(),
            row.line.into(),
            row.sealed.clone().into(),
            row.id_key.clone().into(),
            (&row.faults).into(),
        ];
        bulk.push(tx, values).await?;
    }
    bulk.finish(tx).await
}

/// A line as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct StoredRow {
    pub(crate) line: i64,
    pub(crate) sealed: Vec<u8>,
}

/// A part of a list, after a line.
pub(crate) async fn rows_after(
    tx: &mut Tx,
    county: &str,
    roll: Uuid,
    line: i64,
    most: i64,
) -> Result<Vec<StoredRow>> {
    sql("select line, sealed from roll_row where county = $1 and roll = $2 and line > $3 order by line limit $4")
        .bind(county)
        .bind(roll)
        .bind(line)
        .bind(most)
        .all(tx)
        .await
}

/// The first lines with something wrong: line and codes.
pub async fn faulty(tx: &mut Tx, county: &str, roll: Uuid, most: i64) -> Result<Vec<(i64, String)>> {
    sql("select line, faults from roll_row where county = $1 and roll = $2 and faults <> '' order by line limit $3")
        .bind(county)
        .bind(roll)
        .bind(most)
        .all(tx)
        .await
}

/// Removes a list with its lines, what was found of them, what was decided and what they ask at the doors.
pub(crate) async fn drop_roll(tx: &mut Tx, county: &str, roll: Uuid) -> Result<()> {
    visits::withdraw_roll(tx, county, roll).await?;
    erase(
        "delete from roll_match where county = $1 and run in (select id from check_run where county = $1 and roll = $2)",
        tx,
        county,
        roll,
    )
    .await?;
    erase("delete from check_run where county = $1 and roll = $2", tx, county, roll).await?;
    erase("delete from roll_decision where county = $1 and roll = $2", tx, county, roll).await?;
    erase("delete from roll_row where county = $1 and roll = $2", tx, county, roll).await?;
    erase("delete from roll where county = $1 and id = $2", tx, county, roll).await?;
    Ok(())
}

async fn erase(text: &'static str, tx: &mut Tx, county: &str, roll: Uuid) -> Result<u64> {
    sql(text).bind(county).bind(roll).run(tx).await
}

/// What an office's columns held last time: heading and field.
pub async fn columns(tx: &mut Tx, county: &str, office: Uuid) -> Result<Vec<(String, String)>> {
    sql("select heading, field from office_column where county = $1 and organisation = $2 order by heading")
        .bind(county)
        .bind(office)
        .all(tx)
        .await
}

/// Remembers what an office's column holds.
pub(crate) async fn remember(
    tx: &mut Tx,
    county: &str,
    office: Uuid,
    heading: &str,
    field: &str,
) -> Result<()> {
    sql("insert into office_column (county, organisation, heading, field) values ($1, $2, $3, $4) \
         on conflict (county, organisation, heading) do update set field = excluded.field")
    .bind(county)
    .bind(office)
    .bind(heading)
    .bind(field)
    .run(tx)
    .await?;
    Ok(())
}
