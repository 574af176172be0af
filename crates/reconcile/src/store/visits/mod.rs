//! Visits: the doors, the questions, and the lines that ask them.

mod entries;
mod leaving;

use std::collections::HashSet;

use lianxin_foundation::db::{Bulk, Value, sql, sql_with};
use lianxin_foundation::scope::{Columns, path_range};
use lianxin_foundation::{Micros, Result, Scope, Tx};
use uuid::Uuid;

pub(crate) use self::entries::{entry_of, note_entry};
pub(crate) use self::leaving::{ask_again, recall, remove, rest, withdraw_roll};
use super::matches::Whom;
use crate::rules::bands::Thresholds;
use crate::visit::{Question, Visit};

/// One visit.
pub async fn visit(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Visit>> {
    sql("select county, id, campaign, path, placed, household, sealed_address, sealed_note, state, tries, \
         tried_at, made_at, done_at \
         from visit where county = $1 and id = $2")
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// Which visits are asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Those of one campaign alone.
    pub campaign: Option<Uuid>,
    /// At or below this path; everywhere when empty.
    pub path: String,
    /// Those that are done, instead of those that are not.
    pub done: bool,
}

/// A visit with how much is asked there.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Asked {
    /// The visit.
    #[sqlx(flatten)]
    pub visit: Visit,
    /// The campaign's title.
    pub title: String,
    /// How many people are asked about.
    pub people: i64,
    /// How many of them are still open.
    pub open: i64,
    /// How many of them are settled; what is neither may be asked again.
    pub settled: i64,
}

/// The visits of open campaigns in the places that a scope reaches, by place.
pub async fn in_scope(
    tx: &mut Tx,
    scope: &Scope,
    wanted: &Wanted,
    now: Micros,
    most: i64,
) -> Result<Vec<Asked>> {
    let (from, below) = path_range(&wanted.path);
    let whole = wanted.campaign.is_none();
    let over = scope.condition(Columns { county: "v.county", path: "v.path", units: &[] }, 7);
    sql_with(
        "select v.county, v.id, v.campaign, v.path, v.placed, v.household, v.sealed_address, v.sealed_note, \
         v.state, v.tries, v.tried_at, v.made_at, v.done_at, c.title, \
         (select count(*) from visit_question q where q.county = v.county and q.visit = v.id) as people, \
         (select count(*) from visit_question q where q.county = v.county and q.visit = v.id \
         and q.outcome is null) as open, \
         (select count(*) from visit_question q where q.county = v.county and q.visit = v.id \
         and q.outcome <> 'refused') as settled \
         from visit v join campaign c on c.county = v.county and c.id = v.campaign \
         where ($1 or v.campaign = $2) and v.path >= $3 and v.path < $4 and (v.state = 'done') = $5 \
         and c.closed_at is null and c.erased_at is null and c.ends_at > $6 and {over} \
         order by v.path, v.id limit $7",
        &[("over", &over.text)],
    )
    .bind(whole)
    .bind(wanted.campaign.unwrap_or_default())
    .bind(from)
    .bind(below)
    .bind(wanted.done)
    .bind(now)
    .bind(most)
    .bind_all(over.values)
    .all(tx)
    .await
}

/// One question.
pub async fn question(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Question>> {
    sql("select county, id, campaign, visit, kind, person, outcome, sealed, changed, found_by, found_at, \
         home_before, home_since from visit_question where county = $1 and id = $2")
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// The questions of a visit, in the order they were made.
pub async fn questions(tx: &mut Tx, county: &str, visit: Uuid) -> Result<Vec<Question>> {
    sql("select county, id, campaign, visit, kind, person, outcome, sealed, changed, found_by, found_at, \
         home_before, home_since from visit_question where county = $1 and visit = $2 order by id")
    .bind(county)
    .bind(visit)
    .all(tx)
    .await
}

/// A line that asks a question.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Teller {
    /// The question.
    pub question: Uuid,
    /// The list.
    pub roll: Uuid,
    /// The line.
    pub line: i64,
    /// What the list is called.
    pub title: String,
    /// Whose list it is.
    pub organisation: Uuid,
    /// The list's run, whose match the line has.
    pub run: Option<Uuid>,
    /// Who stands there, sealed.
    pub sealed: Vec<u8>,
    /// Whether a clerk decided at the desk what it asked.
    pub rests: bool,
}

/// The lines that ask the questions of a visit.
pub async fn tellers(tx: &mut Tx, county: &str, visit: Uuid) -> Result<Vec<Teller>> {
    sql("select a.question, a.roll, a.line, l.title, l.organisation, l.run, w.sealed, \
         a.rests_at is not null as rests from visit_question q \
         join visit_line a on a.county = q.county and a.question = q.id \
         join roll l on l.county = a.county and l.id = a.roll \
         join roll_row w on w.county = a.county and w.roll = a.roll and w.line = a.line \
         where q.county = $1 and q.visit = $2 order by l.brought_at, a.roll, a.line")
    .bind(county)
    .bind(visit)
    .all(tx)
    .await
}

/// The lines of a campaign's lists that ask already: list and line.
pub(crate) async fn asking(tx: &mut Tx, county: &str, campaign: Uuid) -> Result<Vec<(Uuid, i64)>> {
    sql("select a.roll, a.line from roll l join visit_line a on a.county = l.county and a.roll = l.id \
         where l.county = $1 and l.campaign = $2 and a.rests_at is null")
    .bind(county)
    .bind(campaign)
    .all(tx)
    .await
}

/// Whom the campaign is about and no list of it holds, nor perhaps holds, and nobody asks about yet; by id.
pub(crate) async fn on_no_list(
    tx: &mut Tx,
    whom: &Whom,
    campaign: Uuid,
    thresholds: &Thresholds,
    most: i64,
) -> Result<Vec<(Uuid,)>> {
    sql("select distinct r.person from residence r join person p on p.county = r.county and p.id = r.person \
         where r.county = $6 and r.path >= $1 and r.path < $2 and r.valid_from <= $5 \
         and (r.valid_to is null or r.valid_to > $5) and p.merged_into is null \
         and ($3 = '' or p.birth <= $3) and ($4 = '' or p.birth > $4) \
         and not exists (select 1 from roll l join roll_match m on m.county = l.county and m.run = l.run \
         left join roll_decision d on d.county = m.county and d.roll = l.id and d.line = m.line and d.person = m.person \
         where l.county = r.county and l.campaign = $7 and m.person = r.person \
         and (d.same or (d.line is null and m.probability >= $8))) \
         and not exists (select 1 from visit_question q where q.county = r.county and q.campaign = $7 \
         and q.person = r.person) order by r.person limit $9")
    .bind_all(whom.values())
    .bind(campaign)
    .bind(thresholds.none)
    .bind(most)
    .all(tx)
    .await
}

/// The doors of a campaign that visits are made for: the door's hash and the visit.
pub(crate) async fn doors(tx: &mut Tx, county: &str, campaign: Uuid) -> Result<Vec<(Vec<u8>, Uuid)>> {
    sql("select door, id from visit where county = $1 and campaign = $2")
        .bind(county)
        .bind(campaign)
        .all(tx)
        .await
}

/// A visit on its way into the table.
pub(crate) struct NewVisit<'a> {
    pub(crate) id: Uuid,
    pub(crate) path: &'a str,
    pub(crate) placed: bool,
    pub(crate) household: Option<Uuid>,
    pub(crate) door: Vec<u8>,
    pub(crate) sealed_address: Vec<u8>,
}

/// Writes visits.
pub(crate) async fn insert_visits(
    tx: &mut Tx,
    (county, campaign): (&str, Uuid),
    visits: Vec<NewVisit<'_>>,
    now: Micros,
) -> Result<()> {
    let mut bulk = Bulk::new(
        "visit",
        &[
            "county",
            "id",
            "campaign",
            "path",
            "placed",
            "household",
            "door",
            "sealed_address",
            "state",
            "tries",
            "made_at",
        ],
    );
    for one in visits {
        let values: [Value; 11] = [
            county.into(),
            one.id.into(),
            campaign.into(),
            one.path.into(),
            one.placed.into(),
            one.household.into(),
            one.door.into(),
            one.sealed_address.into(),
            "open".into(),
            0_i64.into(),
            now.into(),
        ];
        bulk.push(tx, values).await?;
    }
    bulk.finish(tx).await
}

/// A question on its way into the table, and the lines that ask it.
pub(crate) struct NewQuestion {
    pub(crate) id: Uuid,
    pub(crate) visit: Uuid,
    pub(crate) kind: &'static str,
    pub(crate) person: Option<Uuid>,
    pub(crate) lines: Vec<(Uuid, i64)>,
}

/// Writes questions, then the lines that ask them.
pub(crate) async fn insert_questions(
    tx: &mut Tx,
    (county, campaign): (&str, Uuid),
    questions: Vec<NewQuestion>,
) -> Result<()> {
    let mut bulk =
        Bulk::new("visit_question", &["county", "id", "campaign", "visit", "kind", "person", "changed"]);
    for one in &questions {
        let values: [Value; 7] = [
            county.into(),
            one.id.into(),
            campaign.into(),
            one.visit.into(),
            one.kind.into(),
            one.person.into(),
            false.into(),
        ];
        bulk.push(tx, values).await?;
    }
    bulk.finish(tx).await?;
    let resting: Vec<(Uuid, i64)> = sql("select a.roll, a.line from roll l join visit_line a \
         on a.county = l.county and a.roll = l.id where l.county = $1 and l.campaign = $2 and a.rests_at is not null")
    .bind(county)
    .bind(campaign)
    .all(tx)
    .await?;
    let resting: HashSet<(Uuid, i64)> = resting.into_iter().collect();
    // What was asked once and decided at the desk asks something else now.
    for (roll, line) in questions.iter().flat_map(|one| &one.lines).filter(|line| resting.contains(line)) {
        sql("delete from visit_line where county = $1 and roll = $2 and line = $3")
            .bind(county)
            .bind(*roll)
            .bind(*line)
            .run(tx)
            .await?;
    }
    let mut bulk = Bulk::new("visit_line", &["county", "roll", "line", "question"]);
    for one in &questions {
        for (roll, line) in &one.lines {
            let values: [Value; 4] = [county.into(), (*roll).into(), (*line).into(), one.id.into()];
            bulk.push(tx, values).await?;
        }
    }
    bulk.finish(tx).await
}

/// Says that a visit has something to ask again.
pub(crate) async fn reopen(tx: &mut Tx, county: &str, visit: Uuid) -> Result<()> {
    sql("update visit set state = 'open', done_at = null where county = $1 and id = $2 and state = 'done'")
        .bind(county)
        .bind(visit)
        .run(tx)
        .await?;
    Ok(())
}

/// What was found of a question.
pub(crate) struct Answered<'a> {
    pub(crate) question: &'a Question,
    pub(crate) person: Option<Uuid>,
    pub(crate) outcome: &'static str,
    pub(crate) sealed: Vec<u8>,
    pub(crate) changed: bool,
    /// The homes before and since, where they moved here by it.
    pub(crate) moved: Option<(Uuid, Uuid)>,
    pub(crate) by: Option<Uuid>,
    pub(crate) at: Micros,
}

/// Notes it; `false` when somebody else was quicker.
pub(crate) async fn answer(tx: &mut Tx, one: Answered<'_>) -> Result<bool> {
    sql("update visit_question set person = $3, outcome = $4, sealed = $5, changed = $6, found_by = $7, found_at = $8, \
         home_before = $9, home_since = $10 \
         where county = $1 and id = $2 and (outcome is null or outcome = 'refused')")
    .bind(&one.question.county)
    .bind(one.question.id)
    .bind(one.person)
    .bind(one.outcome)
    .bind(one.sealed)
    .bind(one.changed)
    .bind(one.by)
    .bind(one.at)
    .bind(one.moved.map(|homes| homes.0))
    .bind(one.moved.map(|homes| homes.1))
    .inserted(tx)
    .await
}

/// Takes back what was found, as long as it corrected nothing but where they live; `false` where it did, or where nothing was found.
pub(crate) async fn unanswer(tx: &mut Tx, county: &str, question: Uuid) -> Result<bool> {
    sql("update visit_question set outcome = null, sealed = null, found_by = null, found_at = null, changed = false, \
         home_before = null, home_since = null where county = $1 and id = $2 and outcome is not null \
         and outcome <> 'desk' and kind <> 'met' and (not changed or (home_since is not null and outcome = 'lives'))")
    .bind(county)
    .bind(question)
    .inserted(tx)
    .await
}

/// Says that a visit is done when no question is left.
pub(crate) async fn finish(tx: &mut Tx, county: &str, visit: Uuid, now: Micros) -> Result<()> {
    sql("update visit set state = 'done', done_at = $3 where county = $1 and id = $2 and not exists \
         (select 1 from visit_question q where q.county = $1 and q.visit = $2 and q.outcome is null)")
    .bind(county)
    .bind(visit)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Notes that nobody was home; `false` when the visit is done.
pub(crate) async fn nobody_home(
    tx: &mut Tx,
    county: &str,
    visit: Uuid,
    sealed_note: Option<Vec<u8>>,
    at: Micros,
) -> Result<bool> {
    sql("update visit set state = 'again', tries = tries + 1, tried_at = $3, \
         sealed_note = coalesce($4, sealed_note) where county = $1 and id = $2 and state <> 'done'")
    .bind(county)
    .bind(visit)
    .bind(at)
    .bind(sealed_note)
    .inserted(tx)
    .await
}

/// Says where a visit lies.
pub(crate) async fn place(tx: &mut Tx, county: &str, visit: Uuid, path: &str) -> Result<()> {
    sql("update visit set path = $3, placed = true where county = $1 and id = $2")
        .bind(county)
        .bind(visit)
        .bind(path)
        .run(tx)
        .await?;
    Ok(())
}

/// Says which household lives behind a visit's door.
pub(crate) async fn settle_in(tx: &mut Tx, county: &str, visit: Uuid, household: Uuid) -> Result<()> {
    sql("update visit set household = $3 where county = $1 and id = $2")
        .bind(county)
        .bind(visit)
        .bind(household)
        .run(tx)
        .await?;
    Ok(())
}

/// How many visits of a campaign stand where: path, whether it is placed, state, number.
pub async fn progress(tx: &mut Tx, county: &str, campaign: Uuid) -> Result<Vec<(String, bool, String, i64)>> {
    sql("select path, placed, state, count(*) from visit where county = $1 and campaign = $2 \
         group by path, placed, state order by path")
    .bind(county)
    .bind(campaign)
    .all(tx)
    .await
}

/// How many people were found how: side, outcome (empty while open), number.
pub async fn outcomes(tx: &mut Tx, county: &str, campaign: Uuid) -> Result<Vec<(String, String, i64)>> {
    sql("select kind, coalesce(outcome, ''), count(*) from visit_question where county = $1 and campaign = $2 \
         group by kind, coalesce(outcome, '')")
    .bind(county)
    .bind(campaign)
    .all(tx)
    .await
}

/// People of whom something is to be known beyond their visit: who was met and stands on no list, and with whom an office
/// has to go on. Side, outcome, person, visit and its path.
pub async fn remarkable(
    tx: &mut Tx,
    county: &str,
    campaign: Uuid,
    most: i64,
) -> Result<Vec<(String, String, Option<Uuid>, Uuid, String)>> {
    sql("select q.kind, q.outcome, q.person, v.id, v.path from visit_question q \
         join visit v on v.county = q.county and v.id = q.visit where q.county = $1 and q.campaign = $2 \
         and q.outcome is not null and (q.kind = 'met' or q.outcome = 'elsewhere' \
         or (q.kind = 'below' and q.outcome = 'unknown')) order by q.found_at desc, q.id limit $3")
    .bind(county)
    .bind(campaign)
    .bind(most)
    .all(tx)
    .await
}

/// What was found of a list's lines from one to another: line and question.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FoundLine {
    /// The line.
    pub line: i64,
    /// The question it asked.
    #[sqlx(flatten)]
    pub question: Question,
}

/// What was found of a list's lines, from one to another.
pub async fn found(
    tx: &mut Tx,
    county: &str,
    roll: Uuid,
    (from, to): (i64, i64),
    most: i64,
) -> Result<Vec<FoundLine>> {
    sql("select a.line, q.county, q.id, q.campaign, q.visit, q.kind, q.person, q.outcome, q.sealed, q.changed, \
         q.found_by, q.found_at, q.home_before, q.home_since from visit_line a \
         join visit_question q on q.county = a.county and q.id = a.question \
         where a.county = $1 and a.roll = $2 and a.line >= $3 and a.line <= $4 and q.outcome <> 'desk' \
         order by a.line limit $5")
    .bind(county)
    .bind(roll)
    .bind(from)
    .bind(to)
    .bind(most)
    .all(tx)
    .await
}

/// How many lines of a list were asked about at the doors, with an answer.
pub async fn count_found(tx: &mut Tx, county: &str, roll: Uuid) -> Result<i64> {
    sql("select count(*) from visit_line a join visit_question q on q.county = a.county and q.id = a.question \
         where a.county = $1 and a.roll = $2 and q.outcome <> 'desk'")
    .bind(county)
    .bind(roll)
    .scalar(tx)
    .await
}
