//! Statements of matters, their events and photos.
//!
//! Whoever asks for staff goes through a [`Scope`]; the reporter through the digest of their secret;
//! the program's own clock through [`any`].

pub(crate) mod changes;
pub(crate) mod enterprises;
pub(crate) mod hidden;
pub mod list;
pub mod open311;
mod row;
pub(crate) mod trail;
pub(crate) mod twins;
pub mod views;

use std::collections::HashSet;

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::scope::{Columns, Condition, path_range};
use lianxin_foundation::{Micros, Result, Scope, Tx};
use uuid::Uuid;

pub(crate) use list::UNLED_PATH;
pub use list::{Cell, MOST_COUNTED, Order, Query, cells, count, count_each, list, words_since};
pub(crate) use row::{COLUMNS, EVENT_COLUMNS, EventRow, MatterRow};

use crate::figures::sums;
use crate::model::{Event, Matter};
use crate::photos::StoredPhoto;
use crate::rules::{Step, clock};
use crate::whistle::store as whistle;

/// The columns of `matter m` that a scope looks at.
pub const SCOPE: Columns<'static> =
    Columns { county: "m.county", path: "m.path", units: &["m.unit", "m.first_unit"] };

/// The condition on `matter m` that `scope` covers it, or that one of its units is called to it or came to it.
/// Its placeholders begin after the `bound` ones. Lists and figures are of what units have, and use [`SCOPE`].
pub(crate) fn seen(scope: &Scope, bound: usize) -> Condition {
    let Condition { mut text, mut values } = scope.condition(SCOPE, bound);
    if let Some((called, units)) = whistle::called(scope, bound + values.len()) {
        text = format!("({text} or {called})");
        values.extend(units);
    }
    Condition { text, values }
}

/// The matter with this id, if it is within `scope` or a unit of it was called to it.
pub async fn matter(tx: &mut Tx, scope: &Scope, county: &str, id: Uuid) -> Result<Option<Matter>> {
    let allowed = seen(scope, 2);
    let row: Option<MatterRow> = sql_with(
        "select {columns} from matter m where m.county = $1 and m.id = $2 and {scope}",
        &[("columns", COLUMNS), ("scope", &allowed.text)],
    )
    .bind(county)
    .bind(id)
    .bind_all(allowed.values)
    .optional(tx)
    .await?;
    row.map(MatterRow::read).transpose()
}

/// The matter with this number, if it is within `scope`.
pub async fn matter_by_number(
    tx: &mut Tx,
    scope: &Scope,
    county: &str,
    number: &str,
) -> Result<Option<Matter>> {
    let allowed = scope.condition(SCOPE, 2);
    let row: Option<MatterRow> = sql_with(
        "select {columns} from matter m where m.county = $1 and m.number = $2 and {scope}",
        &[("columns", COLUMNS), ("scope", &allowed.text)],
    )
    .bind(county)
    .bind(number)
    .bind_all(allowed.values)
    .optional(tx)
    .await?;
    row.map(MatterRow::read).transpose()
}

/// The matter with this number, for a page that shows anybody how it stands and nothing of what it says.
pub async fn matter_by_number_for_all(tx: &mut Tx, county: &str, number: &str) -> Result<Option<Matter>> {
    let row: Option<MatterRow> = sql_with(
        "select {columns} from matter m where m.county = $1 and m.number = $2",
        &[("columns", COLUMNS)],
    )
    .bind(county)
    .bind(number)
    .optional(tx)
    .await?;
    row.map(MatterRow::read).transpose()
}

/// The matter whose secret link has this digest: see [`lianxin_foundation::ids::digest`].
pub async fn matter_by_secret(tx: &mut Tx, county: &str, digest: &[u8]) -> Result<Option<Matter>> {
    let row: Option<MatterRow> = sql_with(
        "select {columns} from matter m where m.county = $1 and m.secret = $2",
        &[("columns", COLUMNS)],
    )
    .bind(county)
    .bind(digest)
    .optional(tx)
    .await?;
    row.map(MatterRow::read).transpose()
}

/// The matter with this id, for the program itself.
pub(crate) async fn any(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Matter>> {
    let row: Option<MatterRow> =
        sql_with("select {columns} from matter m where m.county = $1 and m.id = $2", &[("columns", COLUMNS)])
            .bind(county)
            .bind(id)
            .optional(tx)
            .await?;
    row.map(MatterRow::read).transpose()
}

/// The digest of the secret of the matter with this id, and its number.
pub(crate) async fn secret_of(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Vec<u8>>> {
    let row: Option<(Vec<u8>,)> = sql("select secret from matter where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .optional(tx)
        .await?;
    Ok(row.map(|row| row.0))
}

/// How many matters of one county stand at and below a path: still open, and in all. For the page on which whoever keeps
/// the place changes the tree, not for lists: numbers only, and no scope of matters bounds them.
pub async fn standing_at(tx: &mut Tx, county: &str, path: &str) -> Result<(i64, i64)> {
    let (from, below) = path_range(path);
    sql("select coalesce(sum(case when status in ('closed', 'withdrawn', 'dismissed', 'merged') then 0 else 1 end), 0), \
         count(*) from matter where county = $1 and path >= $2 and path < $3")
    .bind(county)
    .bind(from)
    .bind(below)
    .one(tx)
    .await
}

/// What happened to a matter, in order.
pub async fn events(tx: &mut Tx, county: &str, id: Uuid) -> Result<Vec<Event>> {
    let rows: Vec<EventRow> = sql_with(
        "select {columns} from matter_event e where e.county = $1 and e.matter = $2 order by e.seq",
        &[("columns", EVENT_COLUMNS)],
    )
    .bind(county)
    .bind(id)
    .all(tx)
    .await?;
    let mut events: Vec<Event> = rows.into_iter().map(EventRow::read).collect::<Result<_>>()?;
    for (part, shown) in hidden::shown(tx, county, id).await? {
        let seq: Option<i64> = part.parse().ok();
        if let Some(event) = events.iter_mut().find(|event| Some(event.seq) == seq) {
            event.note = Some(shown).filter(|shown| !shown.is_empty());
        }
    }
    Ok(events)
}

/// The matter that the event with this id happened to, if it is there already.
pub(crate) async fn event_of(tx: &mut Tx, county: &str, event: Uuid) -> Result<Option<Uuid>> {
    let row: Option<(Uuid,)> = sql("select matter from matter_event where county = $1 and id = $2")
        .bind(county)
        .bind(event)
        .optional(tx)
        .await?;
    Ok(row.map(|row| row.0))
}

/// When a matter last moved: at the newest event whose step [moves](Step::moves) it.
pub(crate) async fn last_moved(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Micros>> {
    let moving: Vec<Step> = Step::ALL.into_iter().filter(|step| step.moves()).collect();
    let marks = marks(3, moving.len());
    sql_with(
        "select max(at) from matter_event where county = $1 and matter = $2 and kind in ({marks})",
        &[("marks", &marks)],
    )
    .bind(county)
    .bind(id)
    .bind_all(moving.into_iter().map(|step| Value::from(step.code())))
    .scalar(tx)
    .await
}

/// A photo of a matter; its files lie where [`crate::photos::key`] says.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Photo {
    /// Its id.
    pub id: Uuid,
    /// Width of the full picture in pixels.
    pub width: i64,
    /// Height in pixels.
    pub height: i64,
}

/// The photos of a matter, those of later events too, in the order they came.
pub async fn photos(tx: &mut Tx, county: &str, matter: Uuid) -> Result<Vec<Photo>> {
    sql("select id, width, height from file where county = $1 and subject = $2 and subject_kind = 'matter' \
         order by created_at, id")
    .bind(county)
    .bind(matter)
    .all(tx)
    .await
}

/// Every photo that belongs to something, of all counties.
pub(crate) async fn photo_ids(tx: &mut Tx) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = sql("select id from file order by county, id").all(tx).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Those of the photos that belong to something, in whichever county.
pub(crate) async fn photos_among(tx: &mut Tx, photos: &[Uuid]) -> Result<HashSet<Uuid>> {
    if photos.is_empty() {
        return Ok(HashSet::new());
    }
    let marks = marks(1, photos.len());
    let rows: Vec<(Uuid,)> = sql_with("select id from file where id in ({ids})", &[("ids", &marks)])
        .bind_all(photos.iter().map(|photo| Value::from(*photo)))
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Makes a photo part of a matter.
pub(crate) async fn insert_photo(
    tx: &mut Tx,
    matter: &Matter,
    photo: &StoredPhoto,
    now: Micros,
) -> Result<()> {
    sql("insert into file (county, id, subject_kind, subject, width, height, bytes, sha256, created_at) \
         values ($1, $2, 'matter', $3, $4, $5, $6, $7, $8)")
    .bind(&matter.county)
    .bind(photo.id)
    .bind(matter.id)
    .bind(photo.width)
    .bind(photo.height)
    .bind(photo.bytes)
    .bind(photo.sha256.clone())
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Writes a new matter; `false` when its id, number or secret is taken.
pub(crate) async fn insert(
    tx: &mut Tx,
    matter: &Matter,
    secret: &[u8],
    phone_key: Option<Vec<u8>>,
) -> Result<bool> {
    sql("insert into matter (county, id, number, secret, phone_key, channel, language, entered_by, enterprise, created_at, \
         sealed_address, sealed_name, sealed_phone, sealed_email, place, attributes, \
         category, text, sealed_text, area, path, lon, lat, status, unit, level, first_unit, settled_level, \
         dispatched_at, responded_at, resolved_at, closed_at, closed_by, solved, satisfied, responded_in_time, \
         respond_due, resolve_due, climb_due, next_due, due, paused_at, hops, reopened, objections, events, version) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
         $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, \
         $44, $45, $46, $47) on conflict do nothing")
    .bind(&matter.county)
    .bind(matter.id)
    .bind(&matter.number)
    .bind(secret)
    .bind(phone_key)
    .bind(matter.channel.code())
    .bind(&matter.language)
    .bind(matter.entered_by)
    .bind(matter.enterprise)
    .bind(matter.created_at)
    .bind(matter.sealed_address.clone())
    .bind(matter.sealed_name.clone())
    .bind(matter.sealed_phone.clone())
    .bind(matter.sealed_email.clone())
    .bind(&matter.place)
    .bind(matter.attributes.to_string())
    .bind_all(moving(matter))
    .bind(matter.version)
    .inserted(tx)
    .await
}

/// Adds a matter just inserted to the sums. Whoever reports from the same place in that moment waits for their rows
/// until the commit: so it comes after everything else that is written with the matter.
pub(crate) async fn count_in(tx: &mut Tx, matter: &Matter) -> Result<()> {
    sums::enters(tx, matter, None).await
}

/// Writes what a step changed, unless somebody wrote since `matter` was read at `version`; then
/// `false`, and nothing is written.
pub(crate) async fn update(tx: &mut Tx, matter: &Matter, version: i64) -> Result<bool> {
    let before = sums::before(tx, matter).await?;
    let touched = sql("update matter set category = $3, text = $4, sealed_text = $5, area = $6, path = $7, lon = $8, \
         lat = $9, status = $10, unit = $11, level = $12, first_unit = $13, settled_level = $14, dispatched_at = $15, \
         responded_at = $16, resolved_at = $17, closed_at = $18, closed_by = $19, solved = $20, satisfied = $21, \
         responded_in_time = $22, respond_due = $23, resolve_due = $24, climb_due = $25, next_due = $26, due = $27, \
         paused_at = $28, hops = $29, reopened = $30, objections = $31, events = $32, version = $33 \
         where county = $1 and id = $2 and version = $34")
    .bind(&matter.county)
    .bind(matter.id)
    .bind_all(moving(matter))
    .bind(matter.version)
    .bind(version)
    .run(tx)
    .await?;
    if touched == 1 {
        sums::enters(tx, matter, before).await?;
    }
    Ok(touched == 1)
}

/// Writes a matter's place in words, which no step changes: only hiding what is personal in it does.
pub(crate) async fn set_place(tx: &mut Tx, matter: &Matter) -> Result<()> {
    sql("update matter set place = $3 where county = $1 and id = $2")
        .bind(&matter.county)
        .bind(matter.id)
        .bind(&matter.place)
        .run(tx)
        .await?;
    Ok(())
}

/// What steps may change, in the order both statements above name it.
fn moving(matter: &Matter) -> [Value; 30] {
    [
        matter.category.as_str().into(),
        matter.text.as_str().into(),
        matter.sealed_text.clone().into(),
        matter.area.as_str().into(),
        matter.path.as_str().into(),
        matter.lon.into(),
        matter.lat.into(),
        matter.status.code().into(),
        matter.unit.into(),
        matter.level.into(),
        matter.first_unit.into(),
        matter.settled_level.into(),
        matter.dispatched_at.into(),
        matter.responded_at.into(),
        matter.resolved_at.into(),
        matter.closed_at.into(),
        matter.closed_by.map(|by| by.code()).into(),
        matter.solved.into(),
        matter.satisfied.into(),
        matter.responded_in_time.into(),
        matter.respond_due.into(),
        matter.resolve_due.into(),
        matter.climb_due.into(),
        matter.next_due.into(),
        clock::due(matter).into(),
        matter.paused_at.into(),
        matter.hops.into(),
        matter.reopened.into(),
        matter.objections.into(),
        matter.events.into(),
    ]
}

/// Writes what happened.
pub(crate) async fn insert_event(tx: &mut Tx, county: &str, row: EventRow) -> Result<()> {
    sql("insert into matter_event (county, matter, seq, id, at, kind, actor, actor_kind, actor_name, unit, unit_name, \
         level, status, note, sealed_note, detail, salts) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)")
    .bind(county)
    .bind(row.matter)
    .bind(row.seq)
    .bind(row.id)
    .bind(row.at)
    .bind(row.kind)
    .bind(row.actor)
    .bind(row.actor_kind)
    .bind(row.actor_name)
    .bind(row.unit)
    .bind(row.unit_name)
    .bind(row.level)
    .bind(row.status)
    .bind(row.note)
    .bind(row.sealed_note)
    .bind(row.detail)
    .bind(row.salts)
    .run(tx)
    .await?;
    Ok(())
}

/// Matters that the program must look at, the longest waiting first: county and id.
pub(crate) async fn due(tx: &mut Tx, now: Micros, most: i64) -> Result<Vec<(String, Uuid)>> {
    sql("select county, id from matter where next_due <= $1 order by next_due limit $2")
        .bind(now)
        .bind(most)
        .all(tx)
        .await
}
