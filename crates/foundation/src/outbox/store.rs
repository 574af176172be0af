//! Statements of letters, and of how many notices somebody has not looked at.

use uuid::Uuid;

use super::Letter;
use crate::clock::Micros;
use crate::db::{Tx, sql, sql_with};
use crate::error::Result;
use crate::scope::{Columns, Scope};

/// The columns of a [`Letter`].
const COLUMNS: &str = "county, destination, event, channel, holder, holder_id, kind, matter_county, matter, path, \
     language, urgent, at, due_at, expires_at, message, attempts";

/// No more than so many unread notices are counted.
pub const MOST_UNREAD: i64 = 100;

/// Writes a letter; `false` when it was written before.
pub async fn put(tx: &mut Tx, letter: &Letter) -> Result<bool> {
    sql("insert into letter (county, destination, event, channel, holder, holder_id, kind, matter_county, matter, \
         path, language, urgent, at, due_at, expires_at, attempts, state) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 'waiting') \
         on conflict do nothing")
    .bind(&letter.county)
    .bind(letter.destination)
    .bind(letter.event)
    .bind(&letter.channel)
    .bind(&letter.holder)
    .bind(letter.holder_id)
    .bind(&letter.kind)
    .bind(&letter.matter_county)
    .bind(letter.matter)
    .bind(&letter.path)
    .bind(&letter.language)
    .bind(letter.urgent)
    .bind(letter.at)
    .bind(letter.due_at)
    .bind(letter.expires_at)
    .inserted(tx)
    .await
}

/// Ends every way by which an account's news leaves the program without a sign-in: the secret addresses of its feeds,
/// and the browsers that agreed to be told.
pub async fn cut_off(tx: &mut Tx, county: &str, account: Uuid, now: Micros) -> Result<()> {
    sql("update feed_key set revoked_at = $3 where county = $1 and account = $2 and revoked_at is null")
        .bind(county)
        .bind(account)
        .bind(now)
        .run(tx)
        .await?;
    sql("delete from push_device where county = $1 and holder = 'account' and holder_id = $2")
        .bind(county)
        .bind(account)
        .run(tx)
        .await?;
    Ok(())
}

/// Something that waits to be sent and whose time has come.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Due {
    pub(super) county: String,
    pub(super) destination: Uuid,
    pub(super) channel: String,
    pub(super) urgent: bool,
    pub(super) message: Option<Uuid>,
    /// Set when whoever took it never came back.
    pub(super) leased_until: Option<Micros>,
}

/// What is due and not taken, the longest waiting first.
pub(super) async fn due(tx: &mut Tx, now: Micros, most: i64) -> Result<Vec<Due>> {
    sql("select county, destination, channel, urgent, message, leased_until from letter \
         where state = 'waiting' and due_at <= $1 and (leased_until is null or leased_until <= $1) \
         order by due_at, county, destination, event limit $2")
    .bind(now)
    .bind(most)
    .all(tx)
    .await
}

/// Takes letters as the message `message`, until `until`: those begun as it before, else whatever waits for the
/// destination, or of that only what is due where `urgent` news goes ahead. Nothing when somebody was quicker.
pub(super) async fn take(
    tx: &mut Tx,
    due: &Due,
    message: Uuid,
    now: Micros,
    until: Micros,
) -> Result<Vec<Letter>> {
    let touched = sql("update letter set message = $4, leased_until = $5, attempts = attempts + 1 \
         where county = $1 and destination = $2 and channel = $3 and state = 'waiting' \
         and (leased_until is null or leased_until <= $6) \
         and (message = $4 or (not $7 and message is null and (due_at <= $6 or not $8)))")
    .bind(&due.county)
    .bind(due.destination)
    .bind(&due.channel)
    .bind(message)
    .bind(until)
    .bind(now)
    .bind(due.message.is_some())
    .bind(due.urgent)
    .run(tx)
    .await?;
    if touched == 0 {
        return Ok(Vec::new());
    }
    sql_with(
        "select {columns} from letter where county = $1 and message = $2 and state = 'waiting' order by at, event",
        &[("columns", COLUMNS)],
    )
    .bind(&due.county)
    .bind(message)
    .all(tx)
    .await
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    Sent,
    /// To be tried again then, because of this.
    Waits(Micros, String),
    /// For an administrator, because of this.
    Dead(String),
    /// Nothing to be sent, because of this.
    Dropped(&'static str),
}

/// Writes what became of a message, unless it was decided meanwhile.
pub(super) async fn settle(
    tx: &mut Tx,
    county: &str,
    message: Uuid,
    fate: &Fate,
    now: Micros,
) -> Result<bool> {
    let (state, due, why) = match fate {
        Fate::Sent => ("sent", None, None),
        Fate::Waits(due, why) => ("waiting", Some(*due), Some(why.as_str())),
        Fate::Dead(why) => ("dead", None, Some(why.as_str())),
        Fate::Dropped(why) => ("dropped", None, Some(*why)),
    };
    let touched =
        sql("update letter set state = $3, leased_until = null, due_at = coalesce($4, due_at), why = $5, \
         done_at = $6 where county = $1 and message = $2 and state = 'waiting'")
        .bind(county)
        .bind(message)
        .bind(state)
        .bind(due)
        .bind(why)
        .bind(now)
        .run(tx)
        .await?;
    Ok(touched > 0)
}

/// A message that could not be sent.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Stuck {
    /// The county of whoever was to be told.
    pub county: String,
    /// The message.
    pub message: Uuid,
    /// The channel's code.
    pub channel: String,
    /// What kind of party was to be told.
    pub holder: String,
    /// What kind of news, of one of its letters.
    pub kind: String,
    /// The newest matter's path.
    pub path: String,
    /// Why, as a code.
    pub why: String,
    /// How many things it says.
    pub things: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was given up.
    pub done_at: Micros,
}

/// The columns of `letter` that a scope looks at.
const SCOPE: Columns<'static> = Columns { county: "matter_county", path: "path", units: &[] };

/// What could not be sent, within `scope`, the newest first.
pub async fn stuck(tx: &mut Tx, scope: &Scope, most: i64) -> Result<Vec<Stuck>> {
    let allowed = scope.condition(SCOPE, 1);
    sql_with(
        "select county, message, channel, holder, max(kind) as kind, max(path) as path, \
         max(coalesce(why, '')) as why, count(*) as things, max(attempts) as attempts, max(done_at) as done_at \
         from letter where state = 'dead' and message is not null and {scope} \
         group by county, message, channel, holder order by max(done_at) desc, message limit $1",
        &[("scope", &allowed.text)],
    )
    .bind(most)
    .bind_all(allowed.values)
    .all(tx)
    .await
}

/// The message that could not be sent, if it is within `scope`.
pub(super) async fn stuck_one(
    tx: &mut Tx,
    scope: &Scope,
    county: &str,
    message: Uuid,
) -> Result<Option<String>> {
    let allowed = scope.condition(SCOPE, 2);
    let row: Option<(String,)> = sql_with(
        "select channel from letter where county = $1 and message = $2 and state = 'dead' and {scope} limit 1",
        &[("scope", &allowed.text)],
    )
    .bind(county)
    .bind(message)
    .bind_all(allowed.values)
    .optional(tx)
    .await?;
    Ok(row.map(|row| row.0))
}

/// Lets a message that could not be sent wait again, from the beginning.
pub(super) async fn revive(
    tx: &mut Tx,
    county: &str,
    message: Uuid,
    now: Micros,
    worth: Micros,
) -> Result<()> {
    sql("update letter set state = 'waiting', due_at = $3, expires_at = $4, attempts = 0, why = null, done_at = null \
         where county = $1 and message = $2 and state = 'dead'")
    .bind(county)
    .bind(message)
    .bind(now)
    .bind(worth)
    .run(tx)
    .await?;
    Ok(())
}

/// Gives a message up for good.
pub(super) async fn give_up(tx: &mut Tx, county: &str, message: Uuid, now: Micros) -> Result<()> {
    sql("update letter set state = 'dropped', done_at = $3 \
         where county = $1 and message = $2 and state = 'dead'")
    .bind(county)
    .bind(message)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// How many notices an account has not looked at, up to [`MOST_UNREAD`].
pub async fn unread(tx: &mut Tx, county: &str, account: Uuid) -> Result<i64> {
    sql("select count(*) from (select 1 as one from notice \
         where county = $1 and account = $2 and read_at is null limit $3) n")
    .bind(county)
    .bind(account)
    .bind(MOST_UNREAD)
    .scalar(tx)
    .await
}
