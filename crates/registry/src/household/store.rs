//! Statements of households and of who lives in them.

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use super::{Household, Residence};

/// One household.
pub async fn household(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Household>> {
    sql("select county, id, code, area, path, sealed_address, valid_from, valid_to from household \
         where county = $1 and id = $2")
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// The household of a county with this booklet number.
pub async fn by_code(tx: &mut Tx, county: &str, code: &str) -> Result<Option<Household>> {
    sql("select county, id, code, area, path, sealed_address, valid_from, valid_to from household \
         where county = $1 and code = $2 and valid_to is null")
    .bind(county)
    .bind(code)
    .optional(tx)
    .await
}

/// Where somebody lived and lives, the newest first.
pub async fn of_person(tx: &mut Tx, county: &str, person: Uuid) -> Result<Vec<Residence>> {
    sql("select id, person, household, relation, area, path, valid_from, valid_to, ended from residence \
         where county = $1 and person = $2 order by valid_from desc, id desc")
    .bind(county)
    .bind(person)
    .all(tx)
    .await
}

/// Somebody in a household's list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Lodger {
    /// Who.
    pub person: Uuid,
    /// Their name.
    pub name: String,
    /// The sex's code.
    pub sex: Option<String>,
    /// The day of birth.
    pub birth: Option<String>,
    /// The relation's code.
    pub relation: String,
    /// Where the household stood then.
    pub path: String,
    /// From when.
    pub valid_from: Micros,
    /// Until when.
    pub valid_to: Option<Micros>,
}

/// Who lived and lives in a household, the newest last.
pub async fn lodgers(tx: &mut Tx, county: &str, household: Uuid) -> Result<Vec<Lodger>> {
    sql("select r.person, p.name, p.sex, p.birth, r.relation, r.path, r.valid_from, r.valid_to from residence r \
         join person p on p.county = r.county and p.id = r.person \
         where r.county = $1 and r.household = $2 order by r.valid_from, r.id")
    .bind(county)
    .bind(household)
    .all(tx)
    .await
}

/// Where these people live at a moment.
pub async fn homes(tx: &mut Tx, county: &str, people: &[Uuid], at: Micros) -> Result<Vec<Residence>> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let marks = marks(3, people.len());
    sql_with(
        "select id, person, household, relation, area, path, valid_from, valid_to, ended from residence \
         where county = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2) and person in ({ids})",
        &[("ids", &marks)],
    )
    .bind(county)
    .bind(at)
    .bind_all(people.iter().map(|id| Value::from(*id)))
    .all(tx)
    .await
}

/// Writes a new household.
pub(crate) async fn insert(tx: &mut Tx, household: &Household) -> Result<()> {
    sql("insert into household (county, id, code, area, path, sealed_address, version, valid_from) \
         values ($1, $2, $3, $4, $5, $6, 1, $7)")
    .bind(&household.county)
    .bind(household.id)
    .bind(household.code.clone())
    .bind(&household.area)
    .bind(&household.path)
    .bind(household.sealed_address.clone())
    .bind(household.valid_from)
    .run(tx)
    .await?;
    Ok(())
}

/// Writes where a household stands now, and its address.
pub(crate) async fn place(tx: &mut Tx, household: &Household) -> Result<()> {
    sql("update household set area = $3, path = $4, sealed_address = $5, version = version + 1 \
         where county = $1 and id = $2")
    .bind(&household.county)
    .bind(household.id)
    .bind(&household.area)
    .bind(&household.path)
    .bind(household.sealed_address.clone())
    .run(tx)
    .await?;
    Ok(())
}

/// Writes that somebody lives in a household.
pub(crate) async fn lodge(tx: &mut Tx, county: &str, residence: &Residence) -> Result<()> {
    sql("insert into residence (county, id, person, household, relation, area, path, valid_from, valid_to) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
    .bind(county)
    .bind(residence.id)
    .bind(residence.person)
    .bind(residence.household)
    .bind(&residence.relation)
    .bind(&residence.area)
    .bind(&residence.path)
    .bind(residence.from)
    .bind(residence.to)
    .run(tx)
    .await?;
    Ok(())
}

/// Ends a residence.
pub(crate) async fn end(tx: &mut Tx, county: &str, residence: Uuid, at: Micros, why: &str) -> Result<()> {
    sql("update residence set valid_to = $3, ended = $4 where county = $1 and id = $2")
        .bind(county)
        .bind(residence)
        .bind(at)
        .bind(why)
        .run(tx)
        .await?;
    Ok(())
}

/// Lets a residence that was ended go on.
pub(crate) async fn go_on(tx: &mut Tx, county: &str, residence: Uuid) -> Result<()> {
    sql("update residence set valid_to = null, ended = null where county = $1 and id = $2")
        .bind(county)
        .bind(residence)
        .run(tx)
        .await?;
    Ok(())
}
