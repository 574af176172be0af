//! Everybody who lives in an area, with what is sealed about them opened: for linking lists with them. Whoever reads
//! this has an action on record that says for which purpose; nothing of it goes onto a page.

use std::collections::HashSet;

use lianxin_foundation::{App, Micros, Result, Tx};
use uuid::Uuid;

use super::naming::Keys;
use super::{sealed, store};

/// Somebody who lives in the area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Living {
    /// The person.
    pub id: Uuid,
    /// The name.
    pub name: String,
    /// The sex's code, where known.
    pub sex: Option<String>,
    /// The day of birth, `1985-03-21`, where known.
    pub birth: Option<String>,
    /// The ID number, where known.
    pub id_number: Option<String>,
    /// The telephone number, where known.
    pub phone: Option<String>,
    /// The household.
    pub household: Uuid,
    /// Where it stands: the path of the smallest area.
    pub path: String,
    /// The rest of its address, where known.
    pub address: Option<String>,
}

/// At most `most` of those who live at or below `path` at a moment, by id, after one of them; a nil id begins.
///
/// # Errors
/// Those of the database, and a sealed field that does not open.
pub async fn page(
    tx: &mut Tx,
    app: &App,
    (county, path): (&str, &str),
    at: Micros,
    after: Uuid,
    most: i64,
) -> Result<Vec<Living>> {
    let rows = store::living(tx, (county, path), at, after, most).await?;
    rows.into_iter().map(|row| opened(app, row)).collect()
}

/// By what somebody on a line is looked for beyond the area.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    /// The name as written.
    pub name: String,
    /// The day of birth, `1985-03-21`; empty where not known.
    pub birth: String,
    /// The ID number in one spelling; empty where not known.
    pub id_number: String,
    /// The telephone number in one spelling; empty where not known.
    pub phone: String,
}

/// Whoever lives in the county at a moment, but not at or below `path`, and has the ID number of one of these, or the name of
/// one and their birth or telephone. In no order, nobody twice. At most some hundreds should be sought at once.
///
/// # Errors
/// Those of the database, and a sealed field that does not open.
pub async fn elsewhere(
    tx: &mut Tx,
    app: &App,
    (county, path): (&str, &str),
    at: Micros,
    sought: &[Sought],
) -> Result<Vec<Living>> {
    let told = |text: &str| !text.is_empty();
    let plain: HashSet<String> =
        sought.iter().map(|one| Keys::of(&one.name).plain).filter(|one| told(one)).collect();
    let births: HashSet<&str> = sought.iter().map(|one| one.birth.as_str()).filter(|one| told(one)).collect();
    let ids = sought.iter().filter(|one| told(&one.id_number)).map(|one| sealed::id_key(app, &one.id_number));
    let phones = sought.iter().filter(|one| told(&one.phone)).map(|one| sealed::phone_key(app, &one.phone));
    let keys = store::Keyed {
        names: plain.into_iter().collect(),
        births: births.into_iter().map(str::to_owned).collect(),
        ids: ids.collect(),
        phones: phones.collect(),
    };
    let mut seen = HashSet::new();
    let mut rows = store::elsewhere(tx, (county, path), at, &keys).await?;
    rows.retain(|row| seen.insert(row.id));
    rows.into_iter().map(|row| opened(app, row)).collect()
}

fn opened(app: &App, row: store::LivingRow) -> Result<Living> {
    let address = sealed::open_address(app, row.household, row.sealed_address.as_deref())?;
    Ok(Living {
        id_number: sealed::open(app, &sealed::place_of_id(row.id), row.sealed_id.as_deref())?,
        phone: sealed::open(app, &sealed::place_of_phone(row.id), row.sealed_phone.as_deref())?,
        id: row.id,
        name: row.name,
        sex: row.sex,
        birth: row.birth,
        household: row.household,
        path: row.path,
        address,
    })
}
