//! Statements of doubles: who may be whom, merges and their log, who is said to be somebody else.

use lianxin_foundation::db::{Value, sql, sql_with};
use lianxin_foundation::scope::path_range;
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use super::plan::{Carried, Stretch};
use super::{Likeness, Merge, What};
use crate::person::Person;
use crate::person::naming::Keys;

/// A person with everything that finds them.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Record {
    #[sqlx(flatten)]
    pub(crate) person: Person,
    pub(crate) phone_key: Option<Vec<u8>>,
    pub(crate) phone_tail: Option<Vec<u8>>,
}

/// A person's whole record.
pub(crate) async fn record(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Record>> {
    sql("select county, id, name, sex, birth, sealed_id, id_key, sealed_phone, merged_into, version, \
         phone_key, phone_tail from person where county = $1 and id = $2")
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// Writes a person's record anew, all of it; `false` when somebody else changed it since `seen`.
pub(crate) async fn write(tx: &mut Tx, new: &Record, seen: i64) -> Result<bool> {
    let keys = Keys::of(&new.person.name);
    sql("update person set name = $4, plain = $5, sound = $6, initials = $7, sex = $8, birth = $9, sealed_id = $10, \
         id_key = $11, sealed_phone = $12, phone_key = $13, phone_tail = $14, version = version + 1 \
         where county = $1 and id = $2 and version = $3")
    .bind(&new.person.county)
    .bind(new.person.id)
    .bind(seen)
    .bind(&new.person.name)
    .bind(&keys.plain)
    .bind(&keys.sound)
    .bind(&keys.initials)
    .bind(new.person.sex.clone())
    .bind(new.person.birth.clone())
    .bind(new.person.sealed_id.clone())
    .bind(new.person.id_key.clone())
    .bind(new.person.sealed_phone.clone())
    .bind(new.phone_key.clone())
    .bind(new.phone_tail.clone())
    .inserted(tx)
    .await
}

/// Leaves the mark that a record went into another one, or takes it away; `false` when somebody else changed it since `seen`.
pub(crate) async fn forward(
    tx: &mut Tx,
    (county, gone): (&str, Uuid),
    into: Option<Uuid>,
    seen: i64,
) -> Result<bool> {
    sql("update person set merged_into = $4, version = version + 1 \
         where county = $1 and id = $2 and version = $3")
    .bind(county)
    .bind(gone)
    .bind(seen)
    .bind(into)
    .inserted(tx)
    .await
}

/// Writes a merge, with the kept record as it was before.
pub(crate) async fn insert(tx: &mut Tx, merge: &Merge, was: &Record) -> Result<()> {
    sql("insert into person_merge (county, id, kept, gone, made_at, made_by, reason, version, name, sex, birth, \
         sealed_id, id_key, sealed_phone, phone_key, phone_tail) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)")
    .bind(&merge.county)
    .bind(merge.id)
    .bind(merge.kept)
    .bind(merge.gone)
    .bind(merge.made_at)
    .bind(&merge.made_by)
    .bind(&merge.reason)
    .bind(merge.version)
    .bind(&was.person.name)
    .bind(was.person.sex.clone())
    .bind(was.person.birth.clone())
    .bind(was.person.sealed_id.clone())
    .bind(was.person.id_key.clone())
    .bind(was.person.sealed_phone.clone())
    .bind(was.phone_key.clone())
    .bind(was.phone_tail.clone())
    .run(tx)
    .await?;
    Ok(())
}

/// One merge.
pub async fn merge(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Merge>> {
    sql("select county, id, kept, gone, made_at, made_by, reason, version, undone_at, undone_by from person_merge \
         where county = $1 and id = $2")
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// The kept record as it was before a merge; county, id and version are those it has.
pub(crate) async fn before(tx: &mut Tx, merge: &Merge) -> Result<Record> {
    sql("select county, kept as id, name, sex, birth, sealed_id, id_key, sealed_phone, \
         cast(null as UUID) as merged_into, version, phone_key, phone_tail from person_merge \
         where county = $1 and id = $2")
    .bind(&merge.county)
    .bind(merge.id)
    .one(tx)
    .await
}

/// The merges into a record, the newest first.
pub async fn merges_into(tx: &mut Tx, county: &str, kept: Uuid) -> Result<Vec<Merge>> {
    sql("select county, id, kept, gone, made_at, made_by, reason, version, undone_at, undone_by from person_merge \
         where county = $1 and kept = $2 order by made_at desc, id desc")
    .bind(county)
    .bind(kept)
    .all(tx)
    .await
}

/// Writes that a merge was undone; `false` when it was already.
pub(crate) async fn set_undone(tx: &mut Tx, merge: &Merge, (at, by): (Micros, &str)) -> Result<bool> {
    sql("update person_merge set undone_at = $3, undone_by = $4 \
         where county = $1 and id = $2 and undone_at is null")
    .bind(&merge.county)
    .bind(merge.id)
    .bind(at)
    .bind(by)
    .inserted(tx)
    .await
}

/// Lets earlier merges know a record's new version, where undoing a later one made it what they left.
pub(crate) async fn refit(tx: &mut Tx, (county, kept): (&str, Uuid), (was, now): (i64, i64)) -> Result<()> {
    sql("update person_merge set version = $4 where county = $1 and kept = $2 and version = $3 and undone_at is null")
        .bind(county)
        .bind(kept)
        .bind(was)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// A line of a merge's log.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Logged {
    pub(crate) what: String,
    /// The fact's id; of another room's row whatever it calls it.
    pub(crate) fact: String,
    pub(crate) was_person: Uuid,
    pub(crate) was_from: Option<Micros>,
    pub(crate) was_to: Option<Micros>,
    pub(crate) was_ended: Option<String>,
    pub(crate) person: Uuid,
    pub(crate) valid_from: Option<Micros>,
    pub(crate) valid_to: Option<Micros>,
    pub(crate) ended: Option<String>,
}

impl Logged {
    /// A fact with days.
    pub(crate) fn carried(one: &Carried) -> Logged {
        let (was, now) = (one.was.clone(), one.becomes.clone());
        Logged {
            what: one.what.code().to_owned(),
            fact: one.id.to_string(),
            was_person: was.person,
            was_from: Some(was.from),
            was_to: was.to,
            was_ended: was.ended,
            person: now.person,
            valid_from: Some(now.from),
            valid_to: now.to,
            ended: now.ended,
        }
    }

    /// Something without days.
    pub(crate) fn bare(what: What, fact: String, (was, person): (Uuid, Uuid)) -> Logged {
        Logged {
            what: what.code().to_owned(),
            fact,
            was_person: was,
            was_from: None,
            was_to: None,
            was_ended: None,
            person,
            valid_from: None,
            valid_to: None,
            ended: None,
        }
    }

    /// What kind of thing, and which.
    pub(crate) fn subject(&self) -> Option<(What, Option<Uuid>)> {
        Some((What::from_code(&self.what)?, self.fact.parse().ok()))
    }

    /// As it was before the merge.
    pub(crate) fn was(&self) -> Option<Stretch> {
        let ended = self.was_ended.clone();
        Some(Stretch { person: self.was_person, from: self.was_from?, to: self.was_to, ended })
    }

    /// As the merge left it.
    pub(crate) fn left(&self) -> Option<Stretch> {
        let ended = self.ended.clone();
        Some(Stretch { person: self.person, from: self.valid_from?, to: self.valid_to, ended })
    }
}

/// Adds a line to a merge's log.
pub(crate) async fn log(tx: &mut Tx, merge: &Merge, line: &Logged) -> Result<()> {
    sql("insert into person_merge_fact (county, merge, what, fact, was_person, was_from, was_to, was_ended, person, \
         valid_from, valid_to, ended) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
    .bind(&merge.county)
    .bind(merge.id)
    .bind(&line.what)
    .bind(&line.fact)
    .bind(line.was_person)
    .bind(line.was_from)
    .bind(line.was_to)
    .bind(line.was_ended.clone())
    .bind(line.person)
    .bind(line.valid_from)
    .bind(line.valid_to)
    .bind(line.ended.clone())
    .run(tx)
    .await?;
    Ok(())
}

/// A merge's log.
pub(crate) async fn logged(tx: &mut Tx, merge: &Merge) -> Result<Vec<Logged>> {
    sql("select what, fact, was_person, was_from, was_to, was_ended, person, valid_from, valid_to, ended \
         from person_merge_fact where county = $1 and merge = $2 order by what, fact")
    .bind(&merge.county)
    .bind(merge.id)
    .all(tx)
    .await
}

/// Lets a fact with days be somebody's from then until then.
pub(crate) async fn set_stretch(tx: &mut Tx, what: What, at: (&str, Uuid), to: &Stretch) -> Result<()> {
    let statement = match what {
        What::Residence => {
            sql("update residence set person = $3, valid_from = $4, valid_to = $5, ended = $6 \
                 where county = $1 and id = $2")
        }
        _ => sql("update membership set person = $3, valid_from = $4, valid_to = $5, ended = $6 \
                 where county = $1 and id = $2"),
    };
    let (county, id) = at;
    let statement = statement.bind(county).bind(id).bind(to.person).bind(to.from).bind(to.to);
    statement.bind(to.ended.clone()).run(tx).await?;
    Ok(())
}

/// The transfers of a person: which, and whether each still waits.
pub(crate) async fn transfers(
    tx: &mut Tx,
    county: &str,
    person: Uuid,
    now: Micros,
) -> Result<Vec<(Uuid, bool)>> {
    sql("select id, state = 'open' and due_at > $3 from transfer where county = $1 and person = $2 order by id")
        .bind(county)
        .bind(person)
        .bind(now)
        .all(tx)
        .await
}

/// Lets a transfer be somebody's.
pub(crate) async fn set_transfer(tx: &mut Tx, county: &str, id: Uuid, person: Uuid) -> Result<()> {
    sql("update transfer set person = $3 where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .bind(person)
        .run(tx)
        .await?;
    Ok(())
}

fn ordered(one: Uuid, other: Uuid) -> (Uuid, Uuid) {
    (one.min(other), one.max(other))
}

/// Writes that two records are of two people.
pub(crate) async fn set_apart(
    tx: &mut Tx,
    county: &str,
    pair: (Uuid, Uuid),
    (at, by): (Micros, &str),
) -> Result<bool> {
    let (one, other) = ordered(pair.0, pair.1);
    sql("insert into person_apart (county, one, other, said_at, said_by) values ($1, $2, $3, $4, $5) \
         on conflict do nothing")
    .bind(county)
    .bind(one)
    .bind(other)
    .bind(at)
    .bind(by)
    .inserted(tx)
    .await
}

/// Takes back that two records are of two people; `false` when nobody said so.
pub(crate) async fn forget_apart(tx: &mut Tx, county: &str, pair: (Uuid, Uuid)) -> Result<bool> {
    let (one, other) = ordered(pair.0, pair.1);
    let statement = sql("delete from person_apart where county = $1 and one = $2 and other = $3");
    Ok(statement.bind(county).bind(one).bind(other).run(tx).await? == 1)
}

/// Who said that two records are of two people, and when.
pub async fn apart(tx: &mut Tx, county: &str, pair: (Uuid, Uuid)) -> Result<Option<(String, Micros)>> {
    let (one, other) = ordered(pair.0, pair.1);
    sql("select said_by, said_at from person_apart where county = $1 and one = $2 and other = $3")
        .bind(county)
        .bind(one)
        .bind(other)
        .optional(tx)
        .await
}

/// Those who are said not to be this person.
pub async fn others(tx: &mut Tx, county: &str, person: Uuid) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = sql("select other from person_apart where county = $1 and one = $2 \
         union all select one from person_apart where county = $1 and other = $2")
    .bind(county)
    .bind(person)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// At most `most` pairs of records that may be of one person, one of each pair living in a place: by name.
pub async fn pairs(
    tx: &mut Tx,
    (county, path): (&str, &str),
    likeness: Likeness,
    now: Micros,
    most: i64,
) -> Result<Vec<(Uuid, Uuid)>> {
    let (from, below) = path_range(path);
    let same = match likeness {
        Likeness::Birth => "q.plain = p.plain and q.birth = p.birth",
        // Whoever shares a telephone is fewer than whoever shares a name: SQLite cannot know.
        Likeness::Phone => "q.plain || '' = p.plain and q.phone_key = p.phone_key",
    };
    let values: [Value; 5] = [county.into(), from.into(), below.into(), now.into(), most.into()];
    sql_with(
        "select p.id, q.id from residence d cross join person p cross join person q \
         where d.county = $1 and d.path >= $2 and d.path < $3 \
         and d.valid_from <= $4 and (d.valid_to is null or d.valid_to > $4) \
         and p.county = d.county and p.id = d.person and p.merged_into is null \
         and q.county = p.county and {same} and q.id <> p.id and q.merged_into is null \
         and not exists (select 1 from person_apart a where a.county = p.county \
         and a.one = case when p.id < q.id then p.id else q.id end \
         and a.other = case when p.id < q.id then q.id else p.id end) \
         order by p.plain, p.id, q.id limit $5",
        &[("same", same)],
    )
    .bind_all(values)
    .all(tx)
    .await
}
