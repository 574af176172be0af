//! Statements of who is told what.

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::outbox::rules::Quiet;
use lianxin_foundation::{Micros, Result, Role, Scope, Tx};
use lianxin_registry::area::ancestors;
use uuid::Uuid;

use super::{Choice, News};
use crate::model::Matter;
use crate::store::{COLUMNS, MatterRow, seen};

/// An event whose people have yet to be worked out.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct ToTell {
    pub(crate) county: String,
    pub(crate) event: Uuid,
    pub(crate) matter: Uuid,
    pub(crate) seq: i64,
    pub(crate) at: Micros,
}

/// Notes, with the event itself, that it has to be told.
pub(crate) async fn note(tx: &mut Tx, told: &ToTell) -> Result<()> {
    sql("insert into to_tell (county, event, matter, seq, at) values ($1, $2, $3, $4, $5) on conflict do nothing")
        .bind(&told.county)
        .bind(told.event)
        .bind(told.matter)
        .bind(told.seq)
        .bind(told.at)
        .run(tx)
        .await?;
    Ok(())
}

/// The events that wait to be told, the oldest first.
pub(crate) async fn waiting(tx: &mut Tx, most: i64) -> Result<Vec<ToTell>> {
    sql("select county, event, matter, seq, at from to_tell order by at, event limit $1")
        .bind(most)
        .all(tx)
        .await
}

/// Takes one of them; `false` when somebody was quicker.
pub(crate) async fn taken(tx: &mut Tx, county: &str, event: Uuid) -> Result<bool> {
    let gone =
        sql("delete from to_tell where county = $1 and event = $2").bind(county).bind(event).run(tx).await?;
    Ok(gone == 1)
}

/// Somebody of the staff.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
pub(crate) struct Person {
    pub(crate) county: String,
    pub(crate) account: Uuid,
    /// The language of their account.
    pub(crate) language: String,
}

/// Who does the work of a unit now.
pub(crate) async fn of_unit(tx: &mut Tx, unit: Uuid, now: Micros) -> Result<Vec<Person>> {
    sql("select distinct p.county, p.account, a.language from post p \
         join account a on a.county = p.county and a.id = p.account \
         where p.organisation = $1 and p.role in ('unit-handler', 'grid-worker') and p.valid_from <= $2 \
         and (p.valid_to is null or p.valid_to > $2) and a.disabled_at is null order by p.county, p.account")
    .bind(unit)
    .bind(now)
    .all(tx)
    .await
}

/// Who holds a post of this role over the place, as near to it as there is anybody.
pub(crate) async fn nearest(tx: &mut Tx, role: Role, path: &str, now: Micros) -> Result<Vec<Person>> {
    let ids = ancestors(path);
    for depth in (1..=ids.len()).rev() {
        let above = ids[..depth].iter().map(|id| format!("{id}/")).collect::<String>();
        let found: Vec<Person> = sql("select distinct p.county, p.account, a.language from post p \
             join account a on a.county = p.county and a.id = p.account \
             where p.path = $1 and p.role = $2 and p.valid_from <= $3 \
             and (p.valid_to is null or p.valid_to > $3) and a.disabled_at is null order by p.county, p.account")
        .bind(&above)
        .bind(role.code())
        .bind(now)
        .all(tx)
        .await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// Tells one person one thing within the program, once. What is `seen` needs no look any more.
pub(crate) async fn put_notice(
    tx: &mut Tx,
    person: &Person,
    event: Uuid,
    news: News,
    matter: &Matter,
    at: Micros,
    seen: bool,
) -> Result<bool> {
    sql("insert into notice (county, account, event, kind, matter_county, matter, at, read_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing")
    .bind(&person.county)
    .bind(person.account)
    .bind(event)
    .bind(news.code())
    .bind(&matter.county)
    .bind(matter.id)
    .bind(at)
    .bind(seen.then_some(at))
    .inserted(tx)
    .await
}

#[derive(sqlx::FromRow)]
struct NoticeRow {
    notice_event: Uuid,
    notice_kind: String,
    notice_at: Micros,
    notice_read: Option<Micros>,
    #[sqlx(flatten)]
    matter: MatterRow,
}

/// A thing somebody was told, with the matter as it stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// The event's id.
    pub event: Uuid,
    /// What kind of news.
    pub news: News,
    /// When it happened.
    pub at: Micros,
    /// Whether it was looked at.
    pub read: bool,
    /// The matter.
    pub matter: Matter,
}

/// What an account was told about matters that it may still see, the newest first; an invitation stays with who was
/// invited, and shows nothing of the matter but its number.
pub async fn notices(
    tx: &mut Tx,
    scope: &Scope,
    county: &str,
    account: Uuid,
    most: i64,
) -> Result<Vec<Notice>> {
    let allowed = seen(scope, 3);
    let rows: Vec<NoticeRow> = sql_with(
        "select n.event as notice_event, n.kind as notice_kind, n.at as notice_at, n.read_at as notice_read, {columns} \
         from notice n cross join matter m where m.county = n.matter_county and m.id = n.matter and n.county = $1 and n.account = $2 and (n.kind = 'invited' or {scope}) order by n.at desc, n.event limit $3",
        &[("columns", COLUMNS), ("scope", &allowed.text)],
    )
    .bind(county)
    .bind(account)
    .bind(most)
    .bind_all(allowed.values)
    .all(tx)
    .await?;
    let mut notices = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(news) = News::from_code(&row.notice_kind) else { continue };
        let matter = row.matter.read()?;
        let (event, at, read) = (row.notice_event, row.notice_at, row.notice_read.is_some());
        notices.push(Notice { event, news, at, read, matter });
    }
    Ok(notices)
}

/// Marks what an account was told until `until` as looked at; tells how many were not.
pub(crate) async fn read_until(
    tx: &mut Tx,
    county: &str,
    account: Uuid,
    until: Micros,
    now: Micros,
) -> Result<u64> {
    sql("update notice set read_at = $4 where county = $1 and account = $2 and read_at is null and at <= $3")
        .bind(county)
        .bind(account)
        .bind(until)
        .bind(now)
        .run(tx)
        .await
}

/// Marks what an account was told about one matter as looked at.
pub(crate) async fn read_matter(
    tx: &mut Tx,
    county: &str,
    account: Uuid,
    matter: Uuid,
    now: Micros,
) -> Result<u64> {
    sql("update notice set read_at = $4 where county = $1 and account = $2 and read_at is null and matter = $3")
        .bind(county)
        .bind(account)
        .bind(matter)
        .bind(now)
        .run(tx)
        .await
}

/// Forgets notices that were looked at before `before`; tells how many.
pub(crate) async fn forget_before(tx: &mut Tx, before: Micros) -> Result<u64> {
    sql("delete from notice where read_at < $1").bind(before).run(tx).await
}

#[derive(sqlx::FromRow)]
struct ChoiceRow {
    ways: String,
    sealed_email: Option<Vec<u8>>,
    sealed_phone: Option<Vec<u8>>,
    quiet_from: i64,
    quiet_to: i64,
    wait_minutes: i64,
    language: String,
}

/// How an account wants to be told, if it said so.
pub(crate) async fn choice(tx: &mut Tx, county: &str, account: Uuid) -> Result<Option<Choice>> {
    let row: Option<ChoiceRow> = sql(
        "select ways, sealed_email, sealed_phone, quiet_from, quiet_to, wait_minutes, language from told_choice \
         where county = $1 and account = $2",
    )
    .bind(county)
    .bind(account)
    .optional(tx)
    .await?;
    Ok(row.map(|row| Choice {
        ways: Choice::stored(&row.ways),
        email: row.sealed_email,
        phone: row.sealed_phone,
        quiet: Quiet { from: row.quiet_from, to: row.quiet_to },
        wait: row.wait_minutes,
        language: row.language,
    }))
}

/// Keeps how an account wants to be told.
pub(crate) async fn put_choice(tx: &mut Tx, county: &str, account: Uuid, choice: &Choice) -> Result<()> {
    sql("insert into told_choice (county, account, ways, sealed_email, sealed_phone, quiet_from, quiet_to, \
         wait_minutes, language) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         on conflict (county, account) do update set ways = excluded.ways, sealed_email = excluded.sealed_email, \
         sealed_phone = excluded.sealed_phone, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, \
         wait_minutes = excluded.wait_minutes, language = excluded.language")
    .bind(county)
    .bind(account)
    .bind(choice.written())
    .bind(choice.email.clone())
    .bind(choice.phone.clone())
    .bind(choice.quiet.from)
    .bind(choice.quiet.to)
    .bind(choice.wait)
    .bind(&choice.language)
    .run(tx)
    .await?;
    Ok(())
}

/// A browser that agreed to be told.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DeviceRow {
    /// Its id.
    pub id: Uuid,
    /// Its address and keys, sealed.
    pub sealed: Vec<u8>,
    /// Since when.
    pub made_at: Micros,
}

/// The browsers of an account, or of a matter's reporter.
pub async fn devices(tx: &mut Tx, county: &str, holder: &str, id: Uuid) -> Result<Vec<DeviceRow>> {
    sql("select id, sealed, made_at from push_device where county = $1 and holder = $2 and holder_id = $3 \
         order by made_at, id")
    .bind(county)
    .bind(holder)
    .bind(id)
    .all(tx)
    .await
}

/// One browser.
pub(crate) async fn device(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<DeviceRow>> {
    sql("select id, sealed, made_at from push_device where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .optional(tx)
        .await
}

/// Adds a browser; `false` when it is there already. `endpoint` is a digest of its address.
pub(crate) async fn put_device(
    tx: &mut Tx,
    county: &str,
    holder: &str,
    holder_id: Uuid,
    endpoint: Vec<u8>,
    device: &DeviceRow,
) -> Result<bool> {
    sql("insert into push_device (county, id, holder, holder_id, endpoint, sealed, made_at) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing")
    .bind(county)
    .bind(device.id)
    .bind(holder)
    .bind(holder_id)
    .bind(endpoint)
    .bind(device.sealed.clone())
    .bind(device.made_at)
    .inserted(tx)
    .await
}

/// Forgets a browser.
pub(crate) async fn drop_device(tx: &mut Tx, county: &str, id: Uuid) -> Result<()> {
    sql("delete from push_device where county = $1 and id = $2").bind(county).bind(id).run(tx).await?;
    Ok(())
}

/// Forgets a browser of one holder; `false` when there is none.
pub(crate) async fn drop_own_device(
    tx: &mut Tx,
    county: &str,
    holder: &str,
    holder_id: Uuid,
    id: Uuid,
) -> Result<bool> {
    let gone =
        sql("delete from push_device where county = $1 and holder = $2 and holder_id = $3 and id = $4")
            .bind(county)
            .bind(holder)
            .bind(holder_id)
            .bind(id)
            .run(tx)
            .await?;
    Ok(gone == 1)
}

/// A secret address of feeds.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FeedKey {
    /// Its id.
    pub id: Uuid,
    /// Since when.
    pub made_at: Micros,
    /// When it was last asked for.
    pub used_at: Option<Micros>,
}

/// The addresses of an account that still open something.
pub async fn feed_keys(tx: &mut Tx, county: &str, account: Uuid) -> Result<Vec<FeedKey>> {
    sql(
        "select id, made_at, used_at from feed_key where county = $1 and account = $2 and revoked_at is null \
         order by made_at, id",
    )
    .bind(county)
    .bind(account)
    .all(tx)
    .await
}

/// Adds an address.
pub(crate) async fn put_feed_key(
    tx: &mut Tx,
    county: &str,
    account: Uuid,
    key: &FeedKey,
    token: Vec<u8>,
) -> Result<()> {
    sql("insert into feed_key (county, id, account, token, made_at) values ($1, $2, $3, $4, $5)")
        .bind(county)
        .bind(key.id)
        .bind(account)
        .bind(token)
        .bind(key.made_at)
        .run(tx)
        .await?;
    Ok(())
}

/// Revokes an address of one's own; `false` when there is none.
pub(crate) async fn revoke_feed_key(
    tx: &mut Tx,
    county: &str,
    account: Uuid,
    id: Uuid,
    now: Micros,
) -> Result<bool> {
    let gone = sql("update feed_key set revoked_at = $4 \
         where county = $1 and account = $2 and id = $3 and revoked_at is null")
    .bind(county)
    .bind(account)
    .bind(id)
    .bind(now)
    .run(tx)
    .await?;
    Ok(gone == 1)
}

/// Whose feeds an address opens: the account, its name and language, and when the address was last used.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct FeedHolder {
    pub(crate) id: Uuid,
    pub(crate) account: Uuid,
    pub(crate) language: String,
    pub(crate) used_at: Option<Micros>,
}

/// Whose feeds this address opens.
pub(crate) async fn feed_holder(tx: &mut Tx, county: &str, token: &[u8]) -> Result<Option<FeedHolder>> {
    sql("select f.id, f.account, a.language, f.used_at from feed_key f \
         join account a on a.county = f.county and a.id = f.account \
         where f.county = $1 and f.token = $2 and f.revoked_at is null and a.disabled_at is null")
    .bind(county)
    .bind(token)
    .optional(tx)
    .await
}

/// Notes that an address was used.
pub(crate) async fn touch_feed_key(tx: &mut Tx, county: &str, id: Uuid, now: Micros) -> Result<()> {
    sql("update feed_key set used_at = $3 where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// A matter of which somebody will be reminded.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Reminder {
    pub(crate) county: String,
    pub(crate) matter: Uuid,
    pub(crate) remind_at: Micros,
    pub(crate) due: Micros,
}

/// Reminders whose time has come, the oldest first.
pub(crate) async fn reminders(tx: &mut Tx, now: Micros, most: i64) -> Result<Vec<Reminder>> {
    sql("select county, matter, remind_at, due from reminder where remind_at <= $1 order by remind_at, matter limit $2")
        .bind(now)
        .bind(most)
        .all(tx)
        .await
}

/// Sets when a matter's unit is reminded of what.
pub(crate) async fn put_reminder(tx: &mut Tx, reminder: &Reminder) -> Result<()> {
    sql("insert into reminder (county, matter, remind_at, due) values ($1, $2, $3, $4) \
         on conflict (county, matter) do update set remind_at = excluded.remind_at, due = excluded.due")
    .bind(&reminder.county)
    .bind(reminder.matter)
    .bind(reminder.remind_at)
    .bind(reminder.due)
    .run(tx)
    .await?;
    Ok(())
}

/// Drops a matter's reminder; `false` when there is none.
pub(crate) async fn drop_reminder(tx: &mut Tx, county: &str, matter: Uuid) -> Result<bool> {
    let gone = sql("delete from reminder where county = $1 and matter = $2")
        .bind(county)
        .bind(matter)
        .run(tx)
        .await?;
    Ok(gone == 1)
}

/// A public matter of an area, for a feed: nothing sealed, nothing dismissed.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct PublicMatter {
    pub(crate) id: Uuid,
    pub(crate) number: String,
    pub(crate) category: String,
    pub(crate) text: String,
    pub(crate) path: String,
    pub(crate) status: String,
    pub(crate) created_at: Micros,
    pub(crate) updated_at: Micros,
}

/// The newest public matters at or below `path`, categories in `private` left out.
pub(crate) async fn public(
    tx: &mut Tx,
    county: &str,
    path: &str,
    private: &[&str],
    most: i64,
) -> Result<Vec<PublicMatter>> {
    let (from, below) = lianxin_foundation::scope::path_range(path);
    let marks = marks(5, private.len());
    let marks = if marks.is_empty() { "''".to_owned() } else { marks };
    sql_with(
        "select m.id, m.number, m.category, m.text, m.path, m.status, m.created_at, \
         (select max(e.at) from matter_event e where e.county = m.county and e.matter = m.id) as updated_at \
         from matter m where m.county = $1 and m.path >= $2 and m.path < $3 and m.sealed_text is null \
         and m.status <> 'dismissed' and m.category not in ({marks}) order by m.created_at desc, m.id limit $4",
        &[("marks", &marks)],
    )
    .bind(county)
    .bind(from)
    .bind(below)
    .bind(most)
    .bind_all(private.iter().map(|code| Value::from(*code)))
    .all(tx)
    .await
}
