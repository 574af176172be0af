//! Which lines name a person, for when two records of one become one: the registry knows nothing of lists.

use lianxin_foundation::db::sql;
use lianxin_foundation::{Result, Tx};
use uuid::Uuid;

/// The lines of a county that runs found, or clerks decided, to be a person, each as text for [`name_another`].
///
/// # Errors
/// Those of the database.
pub async fn naming(tx: &mut Tx, county: &str, person: Uuid) -> Result<Vec<String>> {
    let found: Vec<(Uuid, i64)> =
        sql("select run, line from roll_match where county = $1 and person = $2 order by run, line")
            .bind(county)
            .bind(person)
            .all(tx)
            .await?;
    let decided: Vec<(Uuid, i64)> =
        sql("select roll, line from roll_decision where county = $1 and person = $2 order by roll, line")
            .bind(county)
            .bind(person)
            .all(tx)
            .await?;
    let found = found.into_iter().map(|(run, line)| format!("match/{run}/{line}"));
    Ok(found.chain(decided.into_iter().map(|(roll, line)| format!("decision/{roll}/{line}"))).collect())
}

/// Lets a line that [`naming`] told name another person; one that was removed since stays so.
///
/// # Errors
/// Those of the database.
pub async fn name_another(tx: &mut Tx, county: &str, row: &str, person: Uuid) -> Result<()> {
    let mut parts = row.split('/');
    let (what, of, line) = (parts.next(), parts.next(), parts.next());
    let (Some(of), Some(line)) =
        (of.and_then(|id| id.parse::<Uuid>().ok()), line.and_then(|n| n.parse::<i64>().ok()))
    else {
        return Ok(());
    };
    let statement = match what {
        Some("match") => {
            sql("update roll_match set person = $4 where county = $1 and run = $2 and line = $3")
        }
        _ => sql("update roll_decision set person = $4 where county = $1 and roll = $2 and line = $3"),
    };
    statement.bind(county).bind(of).bind(line).bind(person).run(tx).await?;
    Ok(())
}
