//! Work in the background: asked for, taken up, told of, done.

use lianxin_foundation::db::{sql, sql_with};
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use crate::model::{Run, RunState, Stage};

/// The columns of [`Run`].
const RUN: &str = "county, id, campaign, roll, state, stage, share, holder, beat_at, ended_at";

/// One run.
pub async fn run(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Run>> {
    sql_with("select {columns} from check_run where county = $1 and id = $2", &[("columns", RUN)])
        .bind(county)
        .bind(id)
        .optional(tx)
        .await
}

/// The runs of a campaign, the newest first.
pub async fn of_campaign(tx: &mut Tx, county: &str, campaign: Uuid) -> Result<Vec<Run>> {
    sql_with(
        "select {columns} from check_run where county = $1 and campaign = $2 order by asked_at desc, id desc",
        &[("columns", RUN)],
    )
    .bind(county)
    .bind(campaign)
    .all(tx)
    .await
}

/// Asks for a run.
pub(crate) async fn ask(
    tx: &mut Tx,
    county: &str,
    id: Uuid,
    (campaign, roll): (Uuid, Uuid),
    by: Option<Uuid>,
    now: Micros,
) -> Result<()> {
    sql("insert into check_run (county, id, campaign, roll, state, stage, share, asked_by, asked_at, beat_at, above, \
         below, compared) values ($1, $2, $3, $4, 'waiting', '', 0, $5, $6, $6, 0, 0, 0)")
    .bind(county)
    .bind(id)
    .bind(campaign)
    .bind(roll)
    .bind(by)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// What waits, or whose holder has not been heard of since `silent`: the oldest first.
pub(crate) async fn due(tx: &mut Tx, silent: Micros, most: i64) -> Result<Vec<Run>> {
    sql_with(
        "select {columns} from check_run where state = 'waiting' or (state = 'running' and beat_at < $1) \
         order by asked_at, id limit $2",
        &[("columns", RUN)],
    )
    .bind(silent)
    .bind(most)
    .all(tx)
    .await
}

/// Takes a run up as it was seen; `false` when another program was quicker.
pub(crate) async fn take(tx: &mut Tx, run: &Run, holder: Uuid, now: Micros) -> Result<bool> {
    sql("update check_run set state = 'running', stage = '', share = 0, holder = $5, beat_at = $6 \
         where county = $1 and id = $2 and state = $3 and beat_at = $4")
    .bind(&run.county)
    .bind(run.id)
    .bind(&run.state)
    .bind(run.beat_at)
    .bind(holder)
    .bind(now)
    .inserted(tx)
    .await
}

/// Says how far a run is; `false` when it was stopped, or another program took it up.
pub(crate) async fn beat(
    tx: &mut Tx,
    (county, id): (&str, Uuid),
    holder: Uuid,
    (stage, share): (Stage, i64),
    now: Micros,
) -> Result<bool> {
    sql("update check_run set stage = $4, share = $5, beat_at = $6 \
         where county = $1 and id = $2 and holder = $3 and state = 'running'")
    .bind(county)
    .bind(id)
    .bind(holder)
    .bind(stage.code())
    .bind(share)
    .bind(now)
    .inserted(tx)
    .await
}

/// Ends a run that `holder` works on, or gives it back as waiting; `false` when it is not theirs any more.
pub(crate) async fn end(
    tx: &mut Tx,
    (county, id): (&str, Uuid),
    holder: Uuid,
    state: RunState,
    now: Micros,
) -> Result<bool> {
    sql("update check_run set state = $4, ended_at = $5 \
         where county = $1 and id = $2 and holder = $3 and state = 'running'")
    .bind(county)
    .bind(id)
    .bind(holder)
    .bind(state.code())
    .bind((state != RunState::Waiting).then_some(now))
    .inserted(tx)
    .await
}

/// Notes what a run compared.
pub(crate) async fn note_size(
    tx: &mut Tx,
    (county, id): (&str, Uuid),
    (above, below, compared): (i64, i64, i64),
) -> Result<()> {
    sql("update check_run set above = $3, below = $4, compared = $5 where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .bind(above)
        .bind(below)
        .bind(compared)
        .run(tx)
        .await?;
    Ok(())
}

/// Stops a run that goes on; `false` when it had ended.
pub(crate) async fn stop(tx: &mut Tx, county: &str, id: Uuid, now: Micros) -> Result<bool> {
    sql("update check_run set state = 'stopped', ended_at = $3 \
         where county = $1 and id = $2 and state in ('waiting', 'running')")
    .bind(county)
    .bind(id)
    .bind(now)
    .inserted(tx)
    .await
}

/// Makes a run's matches those of its list.
pub(crate) async fn adopt(tx: &mut Tx, run: &Run) -> Result<()> {
    sql("update roll set run = $3 where county = $1 and id = $2")
        .bind(&run.county)
        .bind(run.roll)
        .bind(run.id)
        .run(tx)
        .await?;
    Ok(())
}
