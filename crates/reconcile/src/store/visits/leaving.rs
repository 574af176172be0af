//! Questions that are asked no longer: decided at the desk, taken out with their list, or gone with their campaign.

use lianxin_foundation::db::sql;
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use super::{finish, reopen};

/// A line rests: it was decided at the desk. A question that only resting lines ask is settled by that.
pub(crate) async fn rest(tx: &mut Tx, county: &str, roll: Uuid, line: i64, now: Micros) -> Result<()> {
    let asked: Option<(Uuid, Uuid)> = sql("select q.id, q.visit from visit_line a \
         join visit_question q on q.county = a.county and q.id = a.question \
         where a.county = $1 and a.roll = $2 and a.line = $3 and q.outcome is null")
    .bind(county)
    .bind(roll)
    .bind(line)
    .optional(tx)
    .await?;
    let Some((question, visit)) = asked else { return Ok(()) };
    sql("update visit_line set rests_at = $4 where county = $1 and roll = $2 and line = $3")
        .bind(county)
        .bind(roll)
        .bind(line)
        .bind(now)
        .run(tx)
        .await?;
    sql("update visit_question set outcome = 'desk', found_at = $3 where county = $1 and id = $2 and outcome is null \
         and not exists (select 1 from visit_line a where a.county = $1 and a.question = $2 and a.rests_at is null)")
    .bind(county)
    .bind(question)
    .bind(now)
    .run(tx)
    .await?;
    finish(tx, county, visit, now).await
}

/// A line asks again at its door: what was decided at the desk was taken back.
pub(crate) async fn ask_again(tx: &mut Tx, county: &str, roll: Uuid, line: i64) -> Result<()> {
    let resting: Option<(Uuid, Uuid)> = sql("select q.id, q.visit from visit_line a \
         join visit_question q on q.county = a.county and q.id = a.question \
         where a.county = $1 and a.roll = $2 and a.line = $3 and a.rests_at is not null")
    .bind(county)
    .bind(roll)
    .bind(line)
    .optional(tx)
    .await?;
    let Some((question, visit)) = resting else { return Ok(()) };
    sql("update visit_line set rests_at = null where county = $1 and roll = $2 and line = $3")
        .bind(county)
        .bind(roll)
        .bind(line)
        .run(tx)
        .await?;
    let asks = sql("update visit_question set outcome = null, found_at = null \
         where county = $1 and id = $2 and outcome = 'desk'")
    .bind(county)
    .bind(question)
    .inserted(tx)
    .await?;
    if asks { reopen(tx, county, visit).await } else { Ok(()) }
}

/// Takes every line of a list out of the questions, and questions and visits that then ask nothing.
pub(crate) async fn withdraw_roll(tx: &mut Tx, county: &str, roll: Uuid) -> Result<()> {
    let asked: Vec<(Uuid, Uuid)> = sql("select distinct q.id, q.visit from visit_line a \
         join visit_question q on q.county = a.county and q.id = a.question where a.county = $1 and a.roll = $2")
    .bind(county)
    .bind(roll)
    .all(tx)
    .await?;
    sql("delete from visit_line where county = $1 and roll = $2").bind(county).bind(roll).run(tx).await?;
    for (question, visit) in asked {
        drop_idle(tx, county, question, visit).await?;
    }
    Ok(())
}

/// Removes a question that no line asks any more and nobody answered, and its visit when nothing else is asked there.
async fn drop_idle(tx: &mut Tx, county: &str, question: Uuid, visit: Uuid) -> Result<()> {
    sql("delete from visit_question where county = $1 and id = $2 and (outcome is null or outcome = 'desk') and kind in ('above', 'unclear', 'moved') \
         and not exists (select 1 from visit_line a where a.county = $1 and a.question = $2)")
    .bind(county)
    .bind(question)
    .run(tx)
    .await?;
    sql("delete from visit where county = $1 and id = $2 \
         and not exists (select 1 from visit_question q where q.county = $1 and q.visit = $2)")
    .bind(county)
    .bind(visit)
    .run(tx)
    .await?;
    Ok(())
}

/// Takes back what nobody answered; how many questions that were.
pub(crate) async fn recall(tx: &mut Tx, county: &str, campaign: Uuid) -> Result<u64> {
    removed(
        "delete from visit_line where county = $1 and question in \
         (select id from visit_question where county = $1 and campaign = $2 and outcome is null)",
        tx,
        county,
        campaign,
    )
    .await?;
    let questions = removed(
        "delete from visit_question where county = $1 and campaign = $2 and outcome is null",
        tx,
        county,
        campaign,
    )
    .await?;
    removed(
        "delete from visit where county = $1 and campaign = $2 and not exists \
         (select 1 from visit_question q where q.county = $1 and q.visit = visit.id)",
        tx,
        county,
        campaign,
    )
    .await?;
    // Where something was found, nothing is left to ask.
    sql("update visit set state = 'done' where county = $1 and campaign = $2 and state <> 'done'")
        .bind(county)
        .bind(campaign)
        .run(tx)
        .await?;
    Ok(questions)
}

/// Removes everything about a campaign's visits.
pub(crate) async fn remove(tx: &mut Tx, county: &str, campaign: Uuid) -> Result<()> {
    removed(
        "delete from visit_line where county = $1 and question in \
         (select id from visit_question where county = $1 and campaign = $2)",
        tx,
        county,
        campaign,
    )
    .await?;
    removed("delete from visit_question where county = $1 and campaign = $2", tx, county, campaign).await?;
    removed("delete from visit_entry where county = $1 and campaign = $2", tx, county, campaign).await?;
    removed("delete from visit where county = $1 and campaign = $2", tx, county, campaign).await?;
    Ok(())
}

async fn removed(text: &'static str, tx: &mut Tx, county: &str, campaign: Uuid) -> Result<u64> {
    sql(text).bind(county).bind(campaign).run(tx).await
}
