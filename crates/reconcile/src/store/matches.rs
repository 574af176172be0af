//! What runs found of a list's lines, and what clerks decided.

use lianxin_foundation::db::{Bulk, Value, sql, sql_with};
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use crate::model::{Campaign, Roll, Run};
use crate::rules::bands::{CERTAIN, Decisions, Thresholds};

/// How sure it is who a line is: what was decided, else what the run found. `$1` and `$2` are county and run, `$3` to
/// `$5` where the certain, the likely and the unclear begin.
const BAND: &str = "case when m.away and (d.same or (d.line is null and m.person is not null and m.probability >= $4)) then 'moved' when d.same then 'certain' when d.line is not null then 'above' when m.person is null then 'above' \
    when m.probability >= $3 then 'certain' when m.probability >= $4 then 'likely' \
    when m.probability >= $5 then 'unclear' else 'above' end";

/// What a run found of one line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NewMatch {
    pub(crate) line: i64,
    pub(crate) person: Option<Uuid>,
    pub(crate) probability: f64,
    pub(crate) reasons: String,
    pub(crate) path: Option<String>,
    pub(crate) away: bool,
}

/// Writes what a run found.
pub(crate) async fn insert(tx: &mut Tx, run: &Run, found: &[NewMatch]) -> Result<()> {
    let mut bulk = Bulk::new(
        "roll_match",
        &["county", "run", "line", "person", "probability", "reasons", "path", "away"],
    );
    for one in found {
        let values: [Value; 8] = [
            (&run.county).into(),
            run.id.into(),
            one.line.into(),
            one.person.into(),
            one.probability.into(),
            (&one.reasons).into(),
            one.path.clone().into(),
            one.away.into(),
        ];
        bulk.push(tx, values).await?;
    }
    bulk.finish(tx).await
}

/// Removes what a run wrote so far, or what an older run of its list found.
pub(crate) async fn forget(tx: &mut Tx, county: &str, run: Uuid) -> Result<u64> {
    sql("delete from roll_match where county = $1 and run = $2").bind(county).bind(run).run(tx).await
}

/// The lines of a list that a clerk said are somebody: line, person, and how likely that was then.
pub(crate) async fn decided(tx: &mut Tx, county: &str, roll: Uuid) -> Result<Vec<(i64, Uuid, f64)>> {
    sql("select line, person, probability from roll_decision where county = $1 and roll = $2 and same order by line")
        .bind(county)
        .bind(roll)
        .all(tx)
        .await
}

/// Every decision of a campaign, by probability. Whom a visit registered, nobody had compared: that teaches nothing.
pub async fn decisions(tx: &mut Tx, county: &str, campaign: Uuid) -> Result<Decisions> {
    let rows: Vec<(f64, bool)> = sql("select d.probability, d.same from roll r join roll_decision d \
         on d.county = r.county and d.roll = r.id where r.county = $1 and r.campaign = $2 \
         and not exists (select 1 from visit_line a join visit_question q on q.county = a.county and q.id = a.question \
         where a.county = d.county and a.roll = d.roll and a.line = d.line and q.kind = 'above')")
    .bind(county)
    .bind(campaign)
    .all(tx)
    .await?;
    let mut decisions = Decisions::default();
    rows.into_iter().for_each(|(probability, same)| decisions.note(probability, same));
    Ok(decisions)
}

/// The beginning of every statement that asks for bands: county, run and thresholds.
fn bound(county: &str, run: Uuid, thresholds: &Thresholds) -> [Value; 5] {
    [county.into(), run.into(), CERTAIN.into(), thresholds.likely.into(), thresholds.none.into()]
}

/// How many lines of a linked list lie in each band: band and number.
pub async fn by_band(
    tx: &mut Tx,
    roll: &Roll,
    run: Uuid,
    thresholds: &Thresholds,
) -> Result<Vec<(String, i64)>> {
    sql_with(
        "select banded.band, count(*) from (select {band} as band from roll_match m left join roll_decision d \
         on d.county = m.county and d.roll = $6 and d.line = m.line and d.person = m.person \
         where m.county = $1 and m.run = $2) banded group by banded.band",
        &[("band", BAND)],
    )
    .bind_all(bound(&roll.county, run, thresholds))
    .bind(roll.id)
    .all(tx)
    .await
}

/// A line and what was found of it.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Matched {
    /// The line.
    pub line: i64,
    /// Who stands there, sealed.
    pub sealed: Vec<u8>,
    /// Codes of what is wrong with the line.
    pub faults: String,
    /// The likeliest person.
    pub person: Option<Uuid>,
    /// How likely it is they.
    pub probability: f64,
    /// Why: [`crate::reasons`] as text.
    pub reasons: String,
    /// The place the line is about, where known.
    pub path: Option<String>,
    /// Whether the person is registered in another place of the county than the line names.
    pub away: bool,
    /// Whether a clerk decided.
    pub decided: bool,
    /// How sure it is who it is: [`crate::model::Band`]'s code.
    pub band: String,
}

/// Lines of a linked list in a band, after one, in order.
pub async fn lines(
    tx: &mut Tx,
    roll: &Roll,
    run: Uuid,
    thresholds: &Thresholds,
    (band, after): (&str, i64),
    most: i64,
) -> Result<Vec<Matched>> {
    sql_with(
        "select banded.line, w.sealed, w.faults, banded.person, banded.probability, banded.reasons, banded.path, \
         banded.away, banded.decided, banded.band from (select m.line, m.person, m.probability, m.reasons, m.path, m.away, \
         d.line is not null as decided, {band} as band from roll_match m left join roll_decision d \
         on d.county = m.county and d.roll = $6 and d.line = m.line and d.person = m.person \
         where m.county = $1 and m.run = $2 and m.line > $8) banded \
         join roll_row w on w.county = $1 and w.roll = $6 and w.line = banded.line \
         where banded.band = $7 order by banded.line limit $9",
        &[("band", BAND)],
    )
    .bind_all(bound(&roll.county, run, thresholds))
    .bind(roll.id)
    .bind(band)
    .bind(after)
    .bind(most)
    .all(tx)
    .await
}

/// One line of a linked list.
pub async fn line(
    tx: &mut Tx,
    roll: &Roll,
    run: Uuid,
    thresholds: &Thresholds,
    line: i64,
) -> Result<Option<Matched>> {
    sql_with(
        "select m.line, w.sealed, w.faults, m.person, m.probability, m.reasons, m.path, m.away, \
         d.line is not null as decided, {band} as band from roll_match m \
         join roll_row w on w.county = m.county and w.roll = $6 and w.line = m.line \
         left join roll_decision d on d.county = m.county and d.roll = $6 and d.line = m.line and d.person = m.person \
         where m.county = $1 and m.run = $2 and m.line = $7",
        &[("band", BAND)],
    )
    .bind_all(bound(&roll.county, run, thresholds))
    .bind(roll.id)
    .bind(line)
    .optional(tx)
    .await
}

/// Lines on which people of the registry stand twice or more: the person, and how many lines.
pub async fn twice(
    tx: &mut Tx,
    roll: &Roll,
    run: Uuid,
    thresholds: &Thresholds,
    most: i64,
) -> Result<Vec<(Uuid, i64)>> {
    sql_with(
        "select banded.person, count(*) from (select m.person, {band} as band from roll_match m \
         left join roll_decision d on d.county = m.county and d.roll = $6 and d.line = m.line and d.person = m.person \
         where m.county = $1 and m.run = $2 and m.person is not null) banded \
         where banded.band in ('certain', 'likely', 'moved') group by banded.person having count(*) > 1 \
         order by banded.person limit $7",
        &[("band", BAND)],
    )
    .bind_all(bound(&roll.county, run, thresholds))
    .bind(roll.id)
    .bind(most)
    .all(tx)
    .await
}

/// A clerk's decision.
pub(crate) struct Decision {
    pub(crate) roll: Uuid,
    pub(crate) line: i64,
    pub(crate) person: Uuid,
    pub(crate) same: bool,
    pub(crate) probability: f64,
    pub(crate) by: Option<Uuid>,
    pub(crate) at: Micros,
}

/// Writes a decision, in the place of an earlier one.
pub(crate) async fn decide(tx: &mut Tx, county: &str, one: &Decision) -> Result<()> {
    sql("insert into roll_decision (county, roll, line, person, same, probability, decided_by, decided_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (county, roll, line) do update set \
         person = excluded.person, same = excluded.same, probability = excluded.probability, \
         decided_by = excluded.decided_by, decided_at = excluded.decided_at")
    .bind(county)
    .bind(one.roll)
    .bind(one.line)
    .bind(one.person)
    .bind(one.same)
    .bind(one.probability)
    .bind(one.by)
    .bind(one.at)
    .run(tx)
    .await?;
    Ok(())
}

/// Whom a run found for a line, and how likely that is.
pub(crate) async fn thought(
    tx: &mut Tx,
    county: &str,
    run: Uuid,
    line: i64,
) -> Result<Option<(Option<Uuid>, f64)>> {
    sql("select person, probability from roll_match where county = $1 and run = $2 and line = $3")
        .bind(county)
        .bind(run)
        .bind(line)
        .optional(tx)
        .await
}

/// Writes that a line is a person who was not registered when the run looked.
pub(crate) async fn settle(tx: &mut Tx, county: &str, run: Uuid, line: i64, person: Uuid) -> Result<()> {
    sql("update roll_match set person = $4, probability = 1.0, reasons = '' \
         where county = $1 and run = $2 and line = $3")
    .bind(county)
    .bind(run)
    .bind(line)
    .bind(person)
    .run(tx)
    .await?;
    Ok(())
}

/// Writes whether the person of a line is registered in another place than the line names.
pub(crate) async fn set_away(tx: &mut Tx, county: &str, run: Uuid, line: i64, away: bool) -> Result<()> {
    sql("update roll_match set away = $4 where county = $1 and run = $2 and line = $3")
        .bind(county)
        .bind(run)
        .bind(line)
        .bind(away)
        .run(tx)
        .await?;
    Ok(())
}

/// Takes a decision back; `false` when there was none.
pub(crate) async fn undecide(tx: &mut Tx, county: &str, roll: Uuid, line: i64) -> Result<bool> {
    sql("delete from roll_decision where county = $1 and roll = $2 and line = $3")
        .bind(county)
        .bind(roll)
        .bind(line)
        .inserted(tx)
        .await
}

/// The last decisions of a campaign: list, line, whether "the same", when.
pub async fn last_decided(
    tx: &mut Tx,
    county: &str,
    campaign: Uuid,
    most: i64,
) -> Result<Vec<(Uuid, i64, bool, Micros)>> {
    sql("select d.roll, d.line, d.same, d.decided_at from roll r join roll_decision d \
         on d.county = r.county and d.roll = r.id where r.county = $1 and r.campaign = $2 \
         order by d.decided_at desc, d.line desc limit $3")
    .bind(county)
    .bind(campaign)
    .bind(most)
    .all(tx)
    .await
}

/// Somebody of the registry whom a list lacks.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Lacking {
    /// The person.
    pub person: Uuid,
    /// Their name.
    pub name: String,
    /// The sex's code.
    pub sex: Option<String>,
    /// The day of birth.
    pub birth: Option<String>,
    /// Where it stands.
    pub path: String,
}

/// Whom lists are about: who lives below `path` at `now`, born in a range of days (empty ends for no end).
pub struct Whom {
    /// The county.
    pub county: String,
    /// The area's path.
    pub path: String,
    /// Born on this day or before, `1966-11-22`.
    pub born_until: String,
    /// Born after this day.
    pub born_after: String,
    /// The moment.
    pub now: Micros,
}

impl Whom {
    /// Whom a campaign's lists are about, of those who live there at `now`.
    pub fn of(campaign: &Campaign, now: Micros) -> Whom {
        let (born_until, born_after) = campaign.born();
        let (county, path) = (campaign.county.clone(), campaign.path.clone());
        Whom { county, path, born_until, born_after, now }
    }

    pub(super) fn values(&self) -> [Value; 6] {
        let (from, below) = lianxin_foundation::scope::path_range(&self.path);
        let (until, after) = (self.born_until.as_str(), self.born_after.as_str());
        [from.into(), below.into(), until.into(), after.into(), self.now.into(), (&self.county).into()]
    }
}

/// How many people of the registry the lists of a campaign are about.
pub async fn count_whom(tx: &mut Tx, whom: &Whom) -> Result<i64> {
    sql("select count(*) from residence r join person p on p.county = r.county and p.id = r.person \
         where r.county = $6 and r.path >= $1 and r.path < $2 and r.valid_from <= $5 \
         and (r.valid_to is null or r.valid_to > $5) and p.merged_into is null \
         and ($3 = '' or p.birth <= $3) and ($4 = '' or p.birth > $4)")
    .bind_all(whom.values())
    .scalar(tx)
    .await
}

/// How many of them a linked list lacks. Whom it may hold, as long as a clerk has not decided, is not counted.
pub async fn count_lacking(
    tx: &mut Tx,
    roll: &Roll,
    run: Uuid,
    thresholds: &Thresholds,
    whom: &Whom,
) -> Result<i64> {
    sql("select count(*) from residence r join person p on p.county = r.county and p.id = r.person \
         where r.county = $6 and r.path >= $1 and r.path < $2 and r.valid_from <= $5 \
         and (r.valid_to is null or r.valid_to > $5) and p.merged_into is null \
         and ($3 = '' or p.birth <= $3) and ($4 = '' or p.birth > $4) \
         and not exists (select 1 from roll_match m left join roll_decision d on d.county = m.county and d.roll = $8 \
         and d.line = m.line and d.person = m.person where m.county = r.county and m.run = $7 and m.person = r.person \
         and (d.same or (d.line is null and m.probability >= $9)))")
    .bind_all(whom.values())
    .bind(run)
    .bind(roll.id)
    .bind(thresholds.none)
    .scalar(tx)
    .await
}

/// Some of them, by id, after one.
pub async fn lacking(
    tx: &mut Tx,
    roll: &Roll,
    run: Uuid,
    thresholds: &Thresholds,
    whom: &Whom,
    (after, most): (Uuid, i64),
) -> Result<Vec<Lacking>> {
    sql("select r.person, p.name, p.sex, p.birth, r.path \
         from residence r join person p on p.county = r.county and p.id = r.person \
         where r.county = $6 and r.path >= $1 and r.path < $2 and r.valid_from <= $5 \
         and (r.valid_to is null or r.valid_to > $5) and p.merged_into is null \
         and ($3 = '' or p.birth <= $3) and ($4 = '' or p.birth > $4) and r.person > $10 \
         and not exists (select 1 from roll_match m left join roll_decision d on d.county = m.county and d.roll = $8 \
         and d.line = m.line and d.person = m.person where m.county = r.county and m.run = $7 and m.person = r.person \
         and (d.same or (d.line is null and m.probability >= $9))) order by r.person limit $11")
    .bind_all(whom.values())
    .bind(run)
    .bind(roll.id)
    .bind(thresholds.none)
    .bind(after)
    .bind(most)
    .all(tx)
    .await
}
