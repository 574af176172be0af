//! Statements of people.

mod list;
mod living;

use std::collections::HashMap;

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

pub use list::{Found, Lister, Within, counties};
pub(crate) use living::{Keyed, LivingRow, elsewhere, living};

use super::Person;
use super::naming::Keys;

/// How many people are asked for in one statement.
const AT_ONCE: usize = 500;

/// One person; merged ones too.
pub async fn person(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Person>> {
    sql("select county, id, name, sex, birth, sealed_id, id_key, sealed_phone, merged_into, version \
         from person where county = $1 and id = $2")
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// One person whose facts are about to change, kept from other changes until the commit: nobody joins anything while their
/// record goes into another one.
pub async fn locked(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Person>> {
    let lock = tx.row_lock("for no key update");
    sql_with(
        "select county, id, name, sex, birth, sealed_id, id_key, sealed_phone, merged_into, version \
         from person where county = $1 and id = $2 {lock}",
        &[("lock", lock)],
    )
    .bind(county)
    .bind(id)
    .optional(tx)
    .await
}

/// These people of a county, by id; merged ones too.
pub async fn people(tx: &mut Tx, county: &str, ids: &[Uuid]) -> Result<HashMap<Uuid, Person>> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let rows: Vec<Person> = sql_with(
            "select county, id, name, sex, birth, sealed_id, id_key, sealed_phone, merged_into, version \
             from person where county = $1 and id in ({ids})",
            &[("ids", &marks(2, some.len()))],
        )
        .bind(county)
        .bind_all(some.iter().map(|id| Value::from(*id)))
        .all(tx)
        .await?;
        found.extend(rows.into_iter().map(|person| (person.id, person)));
    }
    Ok(found)
}

/// A person to write.
pub(crate) struct New<'a> {
    pub(crate) county: &'a str,
    pub(crate) id: Uuid,
    pub(crate) name: &'a str,
    pub(crate) keys: &'a Keys,
    pub(crate) sex: Option<&'a str>,
    pub(crate) birth: Option<String>,
    pub(crate) sealed_id: Option<Vec<u8>>,
    pub(crate) id_key: Option<Vec<u8>>,
    pub(crate) sealed_phone: Option<Vec<u8>>,
    pub(crate) phone_key: Option<Vec<u8>>,
    pub(crate) phone_tail: Option<Vec<u8>>,
    pub(crate) at: Micros,
}

/// Writes a new person.
pub(crate) async fn insert(tx: &mut Tx, new: New<'_>) -> Result<()> {
    sql("insert into person (county, id, name, plain, sound, initials, sex, birth, sealed_id, id_key, \
         sealed_phone, phone_key, phone_tail, version, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14)")
    .bind(new.county)
    .bind(new.id)
    .bind(new.name)
    .bind(&new.keys.plain)
    .bind(&new.keys.sound)
    .bind(&new.keys.initials)
    .bind(new.sex)
    .bind(new.birth)
    .bind(new.sealed_id)
    .bind(new.id_key)
    .bind(new.sealed_phone)
    .bind(new.phone_key)
    .bind(new.phone_tail)
    .bind(new.at)
    .run(tx)
    .await?;
    Ok(())
}

/// Writes name, sex and birth anew; `false` when somebody else corrected the person meanwhile.
pub(crate) async fn correct(tx: &mut Tx, person: &Person, keys: &Keys, seen: i64) -> Result<bool> {
    sql("update person set name = $4, plain = $5, sound = $6, initials = $7, sex = $8, birth = $9, \
         version = version + 1 where county = $1 and id = $2 and version = $3")
    .bind(&person.county)
    .bind(person.id)
    .bind(seen)
    .bind(&person.name)
    .bind(&keys.plain)
    .bind(&keys.sound)
    .bind(&keys.initials)
    .bind(person.sex.clone())
    .bind(person.birth.clone())
    .inserted(tx)
    .await
}

/// Sets a person's ID number and its keyed hash.
pub(crate) async fn set_id(tx: &mut Tx, person: &Person, sealed: Vec<u8>, key: Vec<u8>) -> Result<()> {
    sql("update person set sealed_id = $3, id_key = $4 where county = $1 and id = $2")
        .bind(&person.county)
        .bind(person.id)
        .bind(sealed)
        .bind(key)
        .run(tx)
        .await?;
    Ok(())
}

/// Sets a person's telephone and its keyed hashes, or removes it.
pub(crate) async fn set_phone(
    tx: &mut Tx,
    person: &Person,
    sealed: Option<Vec<u8>>,
    key: Option<Vec<u8>>,
    tail: Option<Vec<u8>>,
) -> Result<()> {
    sql("update person set sealed_phone = $3, phone_key = $4, phone_tail = $5 where county = $1 and id = $2")
        .bind(&person.county)
        .bind(person.id)
        .bind(sealed)
        .bind(key)
        .bind(tail)
        .run(tx)
        .await?;
    Ok(())
}

/// Whose an ID number is, in the whole country.
pub(crate) async fn by_id(tx: &mut Tx, key: &[u8]) -> Result<Option<(String, Uuid)>> {
    sql("select county, person from identity where id_key = $1").bind(key).optional(tx).await
}

/// Claims an ID number for a person; `false` when it is somebody's already.
pub(crate) async fn claim_id(tx: &mut Tx, key: &[u8], county: &str, person: Uuid) -> Result<bool> {
    sql("insert into identity (id_key, county, person) values ($1, $2, $3) on conflict do nothing")
        .bind(key)
        .bind(county)
        .bind(person)
        .inserted(tx)
        .await
}

/// Gives an ID number back that was entered wrongly.
pub(crate) async fn free_id(tx: &mut Tx, key: &[u8], county: &str, person: Uuid) -> Result<()> {
    sql("delete from identity where id_key = $1 and county = $2 and person = $3")
        .bind(key)
        .bind(county)
        .bind(person)
        .run(tx)
        .await?;
    Ok(())
}

/// At most this many people are looked at who share a number's last digits, or a name and more.
const SHARING: i64 = 400;

/// People of a county with this telephone, or, by `tail`, with its last digits; `|| ''` keeps SQLite from walking the whole
/// county in the order of names.
pub(crate) async fn by_phone(tx: &mut Tx, county: &str, key: &[u8], tail: bool) -> Result<Vec<Person>> {
    let column = if tail { "phone_tail" } else { "phone_key" };
    sql_with(
        "select county, id, name, sex, birth, sealed_id, id_key, sealed_phone, merged_into, version \
         from person where county = $1 and {keyed} = $2 and merged_into is null order by plain || '', id limit $3",
        &[("keyed", column)],
    )
    .bind(county)
    .bind(key)
    .bind(SHARING)
    .all(tx)
    .await
}

/// People of a county who may be the same: with the same name and birth, or the same name and telephone.
pub(crate) async fn alike(
    tx: &mut Tx,
    county: &str,
    plain: &str,
    birth: Option<String>,
    phone_key: Option<Vec<u8>>,
) -> Result<Vec<Person>> {
    sql("select county, id, name, sex, birth, sealed_id, id_key, sealed_phone, merged_into, version \
         from person where county = $1 and plain = $2 and (birth = $3 or phone_key = $4) \
         and merged_into is null order by id limit $5")
    .bind(county)
    .bind(plain)
    .bind(birth)
    .bind(phone_key)
    .bind(SHARING)
    .all(tx)
    .await
}
