//! Statements of who belongs to which organisation.

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::scope::{Columns, path_range};
use lianxin_foundation::{Micros, Result, Scope, Tx};
use uuid::Uuid;

use super::{Membership, MembershipKind, Posting};

/// What somebody belonged and belongs to, the newest first.
pub async fn of_person(tx: &mut Tx, county: &str, person: Uuid) -> Result<Vec<Membership>> {
    sql("select id, person, organisation, path, kind, valid_from, valid_to, ended from membership \
         where county = $1 and person = $2 order by valid_from desc, id desc")
    .bind(county)
    .bind(person)
    .all(tx)
    .await
}

/// What these people belong to at a moment.
pub async fn held(tx: &mut Tx, county: &str, people: &[Uuid], at: Micros) -> Result<Vec<Membership>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let marks = marks(3, people.len());
    sql_with(
        "select id, person, organisation, path, kind, valid_from, valid_to, ended from membership \
         where county = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2) and person in ({ids}) \
         order by valid_from, id",
        &[("ids", &marks)],
    )
    .bind(county)
    .bind(at)
    .bind_all(people.iter().map(|id| Value::from(*id)))
    .all(tx)
    .await
}

/// How many people are what in an organisation at a moment, by kind.
pub async fn counted(tx: &mut Tx, organisation: Uuid, at: Micros) -> Result<Vec<(String, i64)>> {
    sql("select kind, count(*) from membership where organisation = $1 \
         and valid_from <= $2 and (valid_to is null or valid_to > $2) group by kind order by kind")
    .bind(organisation)
    .bind(at)
    .all(tx)
    .await
}

/// Writes that somebody belongs to an organisation.
pub(crate) async fn insert(tx: &mut Tx, county: &str, membership: &Membership) -> Result<()> {
    sql("insert into membership (county, id, person, organisation, path, kind, valid_from, valid_to) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(county)
    .bind(membership.id)
    .bind(membership.person)
    .bind(membership.organisation)
    .bind(&membership.path)
    .bind(&membership.code)
    .bind(membership.from)
    .bind(membership.to)
    .run(tx)
    .await?;
    Ok(())
}

/// Ends a membership.
pub(crate) async fn end(tx: &mut Tx, county: &str, id: Uuid, at: Micros, why: &str) -> Result<()> {
    sql("update membership set valid_to = $3, ended = $4 where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .bind(at)
        .bind(why)
        .run(tx)
        .await?;
    Ok(())
}

/// Lets the memberships of an organisation stand where it stands now.
pub(crate) async fn follow(tx: &mut Tx, organisation: Uuid, path: &str) -> Result<()> {
    sql("update membership set path = $2 where organisation = $1")
        .bind(organisation)
        .bind(path)
        .run(tx)
        .await?;
    Ok(())
}

/// Who leads an organisation or sits on its committee at a moment, by kind and since when: county, person, name, kind,
/// since.
pub(crate) async fn leading(
    tx: &mut Tx,
    organisation: Uuid,
    kinds: &[String],
    at: Micros,
) -> Result<Vec<(String, Uuid, String, String, Micros)>> {
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let marks = marks(3, kinds.len());
    sql_with(
        "select m.county, m.person, p.name, m.kind, m.valid_from from membership m \
         join person p on p.county = m.county and p.id = m.person \
         where m.organisation = $1 and m.valid_from <= $2 and (m.valid_to is null or m.valid_to > $2) \
         and m.kind in ({marks}) order by m.kind, m.valid_from, m.person",
        &[("marks", &marks)],
    )
    .bind(organisation)
    .bind(at)
    .bind_all(kinds.iter().map(|kind| Value::from(kind.as_str())))
    .all(tx)
    .await
}

/// Which postings a list asks for.
#[derive(Debug, Clone, Default)]
pub struct Posted {
    /// Only at organisations of this area or below it: its path; empty for everywhere.
    pub path: String,
    /// Only this kind, by code; empty for all.
    pub kind: String,
    /// Only at this organisation.
    pub organisation: Option<Uuid>,
    /// Only those whose last day comes before this moment.
    pub before: Option<Micros>,
}

/// The postings within a scope that hold at a moment, those that end first, at most so many.
pub async fn postings(
    tx: &mut Tx,
    scope: &Scope,
    asked: &Posted,
    at: Micros,
    most: i64,
) -> Result<Vec<Posting>> {
    let kinds: Vec<Value> = MembershipKind::postings()
        .filter(|kind| asked.kind.is_empty() || kind.code == asked.kind)
        .map(|kind| Value::from(kind.code.as_str()))
        .collect();
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let columns = Columns { county: "m.county", path: "m.path", units: &["m.organisation"] };
    let allowed = scope.condition(columns, 7 + kinds.len());
    let (from, below) = path_range(&asked.path);
    sql_with(
        "select m.county, m.person, p.name, m.kind, m.organisation, o.name as unit, m.path, m.valid_from, m.valid_to \
         from membership m join person p on p.county = m.county and p.id = m.person \
         join organisation o on o.id = m.organisation \
         where m.path >= $1 and m.path < $2 and m.valid_from <= $3 and (m.valid_to is null or m.valid_to > $3) \
         and ($4 or m.organisation = $5) and ($6 = 0 or m.valid_to < $6) and m.kind in ({marks}) and {scope} \
         order by m.valid_to nulls last, p.name, m.id limit $7",
        &[("marks", &marks(8, kinds.len())), ("scope", &allowed.text)],
    )
    .bind(from)
    .bind(below)
    .bind(at)
    .bind(asked.organisation.is_none())
    .bind(asked.organisation.unwrap_or_default())
    .bind(asked.before.unwrap_or(0))
    .bind(most)
    .bind_all(kinds)
    .bind_all(allowed.values)
    .all(tx)
    .await
}

/// Says until when a membership lasts.
pub(crate) async fn set_end(tx: &mut Tx, county: &str, id: Uuid, to: Option<Micros>) -> Result<()> {
    sql("update membership set valid_to = $3 where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .bind(to)
        .run(tx)
        .await?;
    Ok(())
}
