//! Everybody who lives in an area, with what is sealed about them opened: for linking lists with them. Whoever reads
//! this has an action on record that says for which purpose; nothing of it goes onto a page.

use lianxin_foundation::{App, Micros, Result, Tx};
use uuid::Uuid;

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
