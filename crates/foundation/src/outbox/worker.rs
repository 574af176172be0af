//! Sends what is due, and what an administrator can do with what could not be sent.

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::json;
use uuid::Uuid;

use super::store::{self, Due, Fate};
use super::{Carrier, Channel, Letter, Outcome, Writer, rules};
use crate::action::{Action, Context};
use crate::app::App;
use crate::audit::Entry;
use crate::clock::SECOND;
use crate::db::Tx;
use crate::error::{Error, Problem, Result};
use crate::scope::Right;

/// How many letters are looked at, and how many messages travel, at once.
const BATCH: i64 = 200;
const AT_ONCE: usize = 8;

/// What is due: taken, put into words, sent, and its fate written. Tells how many messages were sent.
///
/// # Errors
/// When the database cannot be read. What fails for one message is logged and holds up no other.
pub async fn send_due(app: &App, writer: &impl Writer, carrier: &impl Carrier) -> Result<usize> {
    let mut tx = app.db().read().await?;
    let mut due = store::due(&mut tx, app.clock().now(), BATCH).await?;
    drop(tx);
    // Several letters of one destination leave as one message.
    let mut seen = Vec::new();
    due.retain(|due| {
        let key = (due.county.clone(), due.destination, due.channel.clone(), due.message);
        let new = !seen.contains(&key);
        if new {
            seen.push(key);
        }
        new
    });
    let sent = stream::iter(due)
        .map(|due| async move {
            match send(app, writer, carrier, &due).await {
                Ok(sent) => usize::from(sent),
                Err(error) => {
                    tracing::error!("a message by {} was not sent: {}", due.channel, error.chain());
                    0
                }
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<usize>>()
        .await;
    Ok(sent.iter().sum())
}

async fn send(app: &App, writer: &impl Writer, carrier: &impl Carrier, due: &Due) -> Result<bool> {
    let Some(channel) = Channel::from_code(&due.channel) else { return Ok(false) };
    let now = app.clock().now();
    let message = due.message.unwrap_or_else(|| app.ids().new_id(now));
    let mut tx = app.db().write().await?;
    let letters = match store::take(&mut tx, due, message, now, now + rules::LEASE).await {
        // Two programs reached for it at once.
        Err(Error::Again(_)) => return Ok(false),
        taken => taken?,
    };
    tx.commit().await?;
    let Some(first) = letters.first() else { return Ok(false) };
    let fate = if due.leased_until.is_some() && !channel.knows_repeats() {
        // Whoever took it went away in the middle: only somebody who asks the other side can tell.
        Fate::Dead("interrupted".to_owned())
    } else if letters.iter().all(|letter| letter.expires_at <= now) {
        Fate::Dropped("too-late")
    } else {
        match writer.write(app, &letters).await? {
            None => Fate::Dropped("nobody"),
            Some((address, mut words)) => {
                words.id = message;
                let outcome = carrier.carry(channel, &address, &words).await;
                if outcome == Outcome::Gone {
                    writer.forget(app, first).await?;
                }
                fate(app, channel, first, outcome)
            }
        }
    };
    let mut tx = app.db().write().await?;
    store::settle(&mut tx, &due.county, message, &fate, app.clock().now()).await?;
    tx.commit().await?;
    if let Fate::Dead(why) = &fate {
        tracing::warn!("a message by {} could not be sent: {why}", due.channel);
    }
    Ok(fate == Fate::Sent)
}

fn fate(app: &App, channel: Channel, letter: &Letter, outcome: Outcome) -> Fate {
    let (why, asked) = match outcome {
        Outcome::Sent => return Fate::Sent,
        Outcome::Gone => return Fate::Dropped("gone"),
        Outcome::Refused(why) => return Fate::Dead(why),
        Outcome::Unclear(why) if !channel.knows_repeats() => return Fate::Dead(why),
        Outcome::Unclear(why) => (why, None),
        Outcome::Later(why, seconds) => (why, seconds),
    };
    let asked =
        asked.and_then(|seconds| i64::try_from(seconds).ok()).map(|seconds| seconds.saturating_mul(SECOND));
    let chance = u16::from_be_bytes(app.ids().bytes());
    match rules::again(letter.attempts, app.clock().now(), asked, chance) {
        Some(at) => Fate::Waits(at, why),
        None => Fate::Dead(why),
    }
}

/// Sends a message that was given up once more.
pub struct TryAgain {
    /// The county of whoever was to be told.
    pub county: String,
    /// The message.
    pub message: Uuid,
}

impl Action for TryAgain {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let channel = theirs(tx, cx, &self.county, self.message).await?;
        store::revive(tx, &self.county, self.message, cx.now, cx.now + rules::WORTH).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "letter-again", "letter", self.message)
                .detail(json!({ "channel": channel })),
        );
        Ok(())
    }
}

/// Gives a message up that could not be sent.
pub struct GiveUp {
    /// The county of whoever was to be told.
    pub county: String,
    /// The message.
    pub message: Uuid,
}

impl Action for GiveUp {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let channel = theirs(tx, cx, &self.county, self.message).await?;
        store::give_up(tx, &self.county, self.message, cx.now).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "letter-drop", "letter", self.message)
                .detail(json!({ "channel": channel })),
        );
        Ok(())
    }
}

async fn theirs(tx: &mut Tx, cx: Context<'_>, county: &str, message: Uuid) -> Result<String> {
    let kept = cx.scope(Right::Manage);
    store::stuck_one(tx, &kept, county, message).await?.ok_or_else(|| Problem::not_found().into())
}
