//! Which lines name a person, for when two records of one become one: the registry knows nothing of lists.

use lianxin_foundation::db::sql;
use lianxin_foundation::{Result, Tx};
use uuid::Uuid;

/// The lines of a county that runs found, or clerks decided, to be a person, and what is asked about them at doors, each as
/// text for [`name_another`].
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
    let asked: Vec<(Uuid,)> =
        sql("select id from visit_question where county = $1 and person = $2 order by id")
            .bind(county)
            .bind(person)
            .all(tx)
            .await?;
    let found = found.into_iter().map(|(run, line)| format!("match/{run}/{line}"));
    let decided = decided.into_iter().map(|(roll, line)| format!("decision/{roll}/{line}"));
    let asked = asked.into_iter().map(|(id,)| format!("question/{id}"));
    Ok(found.chain(decided).chain(asked).collect())
}

/// Lets a line that [`naming`] told name another person; one that was removed since stays so.
///
/// # Errors
/// Those of the database.
pub async fn name_another(tx: &mut Tx, county: &str, row: &str, person: Uuid) -> Result<()> {
    let mut parts = row.split('/');
    let (what, of) = (parts.next(), parts.next().and_then(|id| id.parse::<Uuid>().ok()));
    let line = parts.next().and_then(|line| line.parse::<i64>().ok());
    let statement = match (what, of, line) {
        (Some("match"), Some(run), Some(line)) => {
            sql("update roll_match set person = $2 where county = $1 and run = $3 and line = $4")
                .bind(county)
                .bind(person)
                .bind(run)
                .bind(line)
        }
        (Some("decision"), Some(roll), Some(line)) => {
            sql("update roll_decision set person = $2 where county = $1 and roll = $3 and line = $4")
                .bind(county)
                .bind(person)
                .bind(roll)
                .bind(line)
        }
        (Some("question"), Some(question), _) => {
            sql("update visit_question set person = $2 where county = $1 and id = $3")
                .bind(county)
                .bind(person)
                .bind(question)
        }
        _ => return Ok(()),
    };
    statement.run(tx).await?;
    Ok(())
}
