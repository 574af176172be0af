//! Who lives in an area, by id.

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::scope::path_range;
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

/// Somebody who lives there, sealed as stored.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct LivingRow {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) sex: Option<String>,
    pub(crate) birth: Option<String>,
    pub(crate) sealed_id: Option<Vec<u8>>,
    pub(crate) sealed_phone: Option<Vec<u8>>,
    pub(crate) household: Uuid,
    pub(crate) path: String,
    pub(crate) sealed_address: Option<Vec<u8>>,
}

/// At most `most` people of an area of a county at a moment, by id, after one.
pub(crate) async fn living(
    tx: &mut Tx,
    (county, path): (&str, &str),
    at: Micros,
    after: Uuid,
    most: i64,
) -> Result<Vec<LivingRow>> {
    let (from, below) = path_range(path);
    sql("select p.id, p.name, p.sex, p.birth, p.sealed_id, p.sealed_phone, r.household, r.path, h.sealed_address \
         from person p join residence r on r.county = p.county and r.person = p.id \
         join household h on h.county = r.county and h.id = r.household \
         where p.county = $1 and p.id > $2 and p.merged_into is null and r.path >= $3 and r.path < $4 \
         and r.valid_from <= $5 and (r.valid_to is null or r.valid_to > $5) order by p.id limit $6")
    .bind(county)
    .bind(after)
    .bind(from)
    .bind(below)
    .bind(at)
    .bind(most)
    .all(tx)
    .await
}

/// What people elsewhere are found by.
pub(crate) struct Keyed {
    pub(crate) names: Vec<String>,
    pub(crate) births: Vec<String>,
    pub(crate) ids: Vec<Vec<u8>>,
    pub(crate) phones: Vec<Vec<u8>>,
}

/// Whoever lives in the county outside a path and has one of these ID numbers, or one of these names and one of these births
/// or telephones; somebody found by several keys comes several times.
pub(crate) async fn elsewhere(
    tx: &mut Tx,
    (county, path): (&str, &str),
    at: Micros,
    keys: &Keyed,
) -> Result<Vec<LivingRow>> {
    let mut found = Vec::new();
    let names = marks(5, keys.names.len());
    let further = 5 + keys.names.len();
    let [ids, births, phones] = [
        (marks(5, keys.ids.len()), keys.ids.len()),
        (marks(further, keys.births.len()), keys.births.len()),
        (marks(further, keys.phones.len()), keys.phones.len()),
    ];
    let by_ids =
        format!("p.id in (select i.person from identity i where i.county = $1 and i.id_key in ({}))", ids.0);
    let by_births = format!("p.plain in ({names}) and p.birth in ({})", births.0);
    let by_phones = format!("p.plain in ({names}) and p.phone_key in ({})", phones.0);
    let named = || keys.names.iter().map(Value::from);
    // A search by nothing is left out: a list of no marks is no statement.
    let wanted: [(usize, String, Vec<Value>); 3] = [
        (ids.1, by_ids, keys.ids.iter().map(|key| key.clone().into()).collect()),
        (
            births.1.min(keys.names.len()),
            by_births,
            named().chain(keys.births.iter().map(Value::from)).collect(),
        ),
        (
            phones.1.min(keys.names.len()),
            by_phones,
            named().chain(keys.phones.iter().map(|key| key.clone().into())).collect(),
        ),
    ];
    let (from, below) = path_range(path);
    for (_, keyed, values) in wanted.into_iter().filter(|one| one.0 > 0) {
        let some: Vec<LivingRow> = sql_with(
            "select p.id, p.name, p.sex, p.birth, p.sealed_id, p.sealed_phone, r.household, r.path, h.sealed_address \
             from person p join residence r on r.county = p.county and r.person = p.id \
             join household h on h.county = r.county and h.id = r.household \
             where p.county = $1 and p.merged_into is null and not (r.path >= $2 and r.path < $3) \
             and r.valid_from <= $4 and (r.valid_to is null or r.valid_to > $4) and {also} order by p.id",
            &[("also", &keyed)],
        )
        .bind(county)
        .bind(from.as_str())
        .bind(below.as_str())
        .bind(at)
        .bind_all(values)
        .all(tx)
        .await?;
        found.extend(some);
    }
    Ok(found)
}
