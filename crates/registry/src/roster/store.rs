//! Statements of rosters: their state, and the questions asked for many rows at once.

use lianxin_foundation::db::{Row, Value, marks, sql, sql_with};
use lianxin_foundation::scope::path_range;
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use super::{Counts, Roster, Spot};
use crate::household::{Household, Residence};
use crate::membership::Membership;
use crate::person::Person;

/// How many values one statement asks for.
const AT_ONCE: usize = 500;

/// The columns of [`Roster`].
const ROSTER: &str = "county, id, home, account, digest, area, organisation, kind, columns, state, total, next_row, \
    added, changed, same, refused, created_at, changed_at";

/// The columns of [`Known`].
const KNOWN: &str = "county, id, name, sex, birth, sealed_id, id_key, sealed_phone, merged_into, version, plain, \
    phone_key";

/// Writes a new roster.
pub(crate) async fn insert(tx: &mut Tx, roster: &Roster) -> Result<()> {
    sql("insert into roster (county, id, home, account, digest, area, organisation, kind, columns, state, total, \
         next_row, added, changed, same, refused, created_at, changed_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, 0, 0, 0, $12, $12)")
    .bind(&roster.county)
    .bind(roster.id)
    .bind(&roster.home)
    .bind(roster.account)
    .bind(roster.digest.clone())
    .bind(roster.area.clone())
    .bind(roster.organisation)
    .bind(&roster.kind)
    .bind(&roster.columns)
    .bind(&roster.state)
    .bind(roster.total)
    .bind(roster.created_at)
    .run(tx)
    .await?;
    Ok(())
}

/// One roster.
pub(crate) async fn roster(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Roster>> {
    let lock = tx.row_lock("for update");
    sql_with(
        "select {columns} from roster where county = $1 and id = $2 {lock}",
        &[("columns", ROSTER), ("lock", lock)],
    )
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// What an account brought in lately, the newest first.
pub(crate) async fn of_account(tx: &mut Tx, account: Uuid, most: i64) -> Result<Vec<Roster>> {
    sql_with(
        "select {columns} from roster where account = $1 order by created_at desc limit $2",
        &[("columns", ROSTER)],
    )
    .bind(account)
    .bind(most)
    .all(tx)
    .await
}

/// The roster that began with the same rows for the same place by a command and is not yet in.
pub(crate) async fn begun(tx: &mut Tx, county: &str, digest: &[u8]) -> Result<Option<Roster>> {
    sql_with(
        "select {columns} from roster \
         where state = 'running' and county = $1 and digest = $2 and account is null order by created_at limit 1",
        &[("columns", ROSTER)],
    )
    .bind(county)
    .bind(digest)
    .optional(tx)
    .await
}

/// Those in a state that have not moved since a moment, the oldest first.
pub(crate) async fn waiting(tx: &mut Tx, state: &str, before: Micros) -> Result<Vec<(String, Uuid)>> {
    sql("select county, id from roster where state = $1 and changed_at <= $2 and account is not null \
         order by changed_at limit 100")
    .bind(state)
    .bind(before)
    .all(tx)
    .await
}

/// Moves a roster to another state.
pub(crate) async fn set_state(tx: &mut Tx, roster: &Roster, state: &str, at: Micros) -> Result<()> {
    sql("update roster set state = $3, changed_at = $4 where county = $1 and id = $2")
        .bind(&roster.county)
        .bind(roster.id)
        .bind(state)
        .bind(at)
        .run(tx)
        .await?;
    Ok(())
}

/// Sets what its columns hold.
pub(crate) async fn set_columns(tx: &mut Tx, roster: &Roster, columns: &str, at: Micros) -> Result<()> {
    sql("update roster set columns = $3, state = 'checking', changed_at = $4 where county = $1 and id = $2")
        .bind(&roster.county)
        .bind(roster.id)
        .bind(columns)
        .bind(at)
        .run(tx)
        .await?;
    Ok(())
}

/// Writes what a look at all rows found.
pub(crate) async fn set_checked(tx: &mut Tx, roster: &Roster, found: Counts, at: Micros) -> Result<bool> {
    sql("update roster set state = 'checked', added = $4, changed = $5, same = $6, refused = $7, changed_at = $8 \
         where county = $1 and id = $2 and state = 'checking' and columns = $3")
    .bind(&roster.county)
    .bind(roster.id)
    .bind(&roster.columns)
    .bind(found.added)
    .bind(found.changed)
    .bind(found.same)
    .bind(found.refused)
    .bind(at)
    .inserted(tx)
    .await
}

/// Begins to write from the first row.
pub(crate) async fn begin(tx: &mut Tx, roster: &Roster, at: Micros) -> Result<()> {
    sql("update roster set state = 'running', next_row = 0, added = 0, changed = 0, same = 0, refused = 0, \
         changed_at = $3 where county = $1 and id = $2")
    .bind(&roster.county)
    .bind(roster.id)
    .bind(at)
    .run(tx)
    .await?;
    Ok(())
}

/// Writes that a batch is in.
pub(crate) async fn move_on(tx: &mut Tx, roster: &Roster, next: i64, done: Counts, at: Micros) -> Result<()> {
    sql("update roster set next_row = $3, added = added + $4, changed = changed + $5, same = same + $6, \
         refused = refused + $7, changed_at = $8 where county = $1 and id = $2")
    .bind(&roster.county)
    .bind(roster.id)
    .bind(next)
    .bind(done.added)
    .bind(done.changed)
    .bind(done.same)
    .bind(done.refused)
    .bind(at)
    .run(tx)
    .await?;
    Ok(())
}

/// Remembers why a row was not taken.
pub(crate) async fn refuse(tx: &mut Tx, roster: &Roster, line: u32, reasons: &str) -> Result<()> {
    sql("insert into roster_refusal (county, roster, line, reasons) values ($1, $2, $3, $4) on conflict do nothing")
        .bind(&roster.county)
        .bind(roster.id)
        .bind(line)
        .bind(reasons)
        .run(tx)
        .await?;
    Ok(())
}

/// The rows that were not taken, with their reasons.
pub(crate) async fn refusals(tx: &mut Tx, roster: &Roster) -> Result<Vec<(i64, String)>> {
    sql("select line, reasons from roster_refusal where county = $1 and roster = $2 order by line")
        .bind(&roster.county)
        .bind(roster.id)
        .all(tx)
        .await
}

/// Forgets the rows that were not taken.
pub(crate) async fn forget(tx: &mut Tx, roster: &Roster) -> Result<()> {
    sql("delete from roster_refusal where county = $1 and roster = $2")
        .bind(&roster.county)
        .bind(roster.id)
        .run(tx)
        .await?;
    Ok(())
}

/// What headings were said to hold at a place: heading and field.
pub(crate) async fn headings(tx: &mut Tx, county: &str, place: &str) -> Result<Vec<(String, String)>> {
    sql("select heading, field from roster_heading where county = $1 and place = $2 order by heading")
        .bind(county)
        .bind(place)
        .all(tx)
        .await
}

/// Remembers what a heading holds; an empty field: nothing.
pub(crate) async fn remember(
    tx: &mut Tx,
    county: &str,
    place: &str,
    (heading, field): (&str, &str),
) -> Result<()> {
    sql("insert into roster_heading (county, place, heading, field) values ($1, $2, $3, $4) \
         on conflict (county, place, heading) do update set field = excluded.field")
    .bind(county)
    .bind(place)
    .bind(heading)
    .bind(field)
    .run(tx)
    .await?;
    Ok(())
}

/// The villages and deeper areas at or below a path, for finding them by name.
pub(crate) async fn spots(tx: &mut Tx, county: &str, path: &str) -> Result<Vec<Spot>> {
    let (from, below) = path_range(path);
    sql("select id, name, path from area where county = $1 and path >= $2 and path < $3 and depth >= 5 \
         and valid_to is null order by id")
    .bind(county)
    .bind(from)
    .bind(below)
    .all(tx)
    .await
}

/// Asks for the rows of many values, some at a time: `{marks}` in the text stands for them, its placeholders before
/// those for `first`.
async fn of_each<T: Row>(
    text: &'static str,
    gaps: &[(&str, &str)],
    tx: &mut Tx,
    first: &[Value],
    all: impl Iterator<Item = Value>,
) -> Result<Vec<T>> {
    let all: Vec<Value> = all.collect();
    let mut found = Vec::new();
    for some in all.chunks(AT_ONCE) {
        let marks = marks(first.len() + 1, some.len());
        let gaps = [gaps, &[("marks", marks.as_str())]].concat();
        let values = [first, some].concat();
        found.extend(sql_with(text, &gaps).bind_all(values).all(tx).await?);
    }
    Ok(found)
}

/// Whose these ID numbers are: key, county and person.
pub(crate) async fn owners(tx: &mut Tx, keys: &[&[u8]]) -> Result<Vec<(Vec<u8>, String, Uuid)>> {
    of_each(
        "select id_key, county, person from identity where id_key in ({marks})",
        &[],
        tx,
        &[],
        keys.iter().map(|key| Value::from(*key)),
    )
    .await
}

/// Somebody there already, with what they are found by.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Known {
    #[sqlx(flatten)]
    pub(crate) person: Person,
    pub(crate) plain: String,
    pub(crate) phone_key: Option<Vec<u8>>,
}

/// These people of a county.
pub(crate) async fn people(tx: &mut Tx, county: &str, ids: &[Uuid]) -> Result<Vec<Known>> {
    of_each(
        "select {known} from person where county = $1 and id in ({marks})",
        &[("known", KNOWN)],
        tx,
        &[county.into()],
        ids.iter().map(|id| Value::from(*id)),
    )
    .await
}

/// People of a county with one of these names and births.
pub(crate) async fn born(tx: &mut Tx, county: &str, pairs: &[(&str, &str)]) -> Result<Vec<Known>> {
    let mut found = Vec::new();
    for some in pairs.chunks(AT_ONCE) {
        let each = |at: usize| format!("(${}, ${})", 2 * at + 2, 2 * at + 3);
        let values = (0..some.len()).map(each).collect::<Vec<_>>().join(", ");
        let rows: Vec<Known> = sql_with(
            "with wanted (plain, birth) as (values {pairs}) \
             select {known} from person where county = $1 and merged_into is null and id in (select q.id \
             from wanted w cross join person q where q.county = $1 and q.plain = w.plain and q.birth = w.birth)",
            &[("known", KNOWN), ("pairs", &values)],
        )
        .bind(county)
        .bind_all(some.iter().flat_map(|(plain, birth)| [Value::from(*plain), Value::from(*birth)]))
        .all(tx)
        .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// People of a county with one of these telephones.
pub(crate) async fn called(tx: &mut Tx, county: &str, keys: &[&[u8]]) -> Result<Vec<Known>> {
    of_each(
        "select {known} from person where county = $1 and merged_into is null and phone_key in ({marks})",
        &[("known", KNOWN)],
        tx,
        &[county.into()],
        keys.iter().map(|key| Value::from(*key)),
    )
    .await
}

/// Where these people lived and live.
pub(crate) async fn residences(tx: &mut Tx, county: &str, people: &[Uuid]) -> Result<Vec<Residence>> {
    of_each(
        "select id, person, household, relation, area, path, valid_from, valid_to, ended from residence \
         where county = $1 and person in ({marks})",
        &[],
        tx,
        &[county.into()],
        people.iter().map(|id| Value::from(*id)),
    )
    .await
}

/// What these people belonged and belong to.
pub(crate) async fn memberships(tx: &mut Tx, county: &str, people: &[Uuid]) -> Result<Vec<Membership>> {
    of_each(
        "select id, person, organisation, path, kind, valid_from, valid_to, ended from membership \
         where county = $1 and person in ({marks})",
        &[],
        tx,
        &[county.into()],
        people.iter().map(|id| Value::from(*id)),
    )
    .await
}

/// The households of a county with these booklet numbers.
pub(crate) async fn households(tx: &mut Tx, county: &str, codes: &[&str]) -> Result<Vec<Household>> {
    of_each(
        "select county, id, code, area, path, sealed_address, valid_from, valid_to from household \
         where county = $1 and valid_to is null and code in ({marks})",
        &[],
        tx,
        &[county.into()],
        codes.iter().map(|code| Value::from(*code)),
    )
    .await
}

/// Who heads these households at a moment: household and person.
pub(crate) async fn heads(
    tx: &mut Tx,
    county: &str,
    households: &[Uuid],
    at: Micros,
) -> Result<Vec<(Uuid, Uuid)>> {
    of_each(
        "select household, person from residence where county = $1 and relation = 'head' \
         and (valid_to is null or valid_to > $2) and household in ({marks})",
        &[],
        tx,
        &[county.into(), at.into()],
        households.iter().map(|id| Value::from(*id)),
    )
    .await
}
