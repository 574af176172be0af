//! Statements of terms of office.

use std::collections::{BTreeSet, HashMap};

use lianxin_foundation::db::{Value, marks, sql, sql_with};
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use super::AT_ONCE;
use crate::organisation::Organisation;
use crate::organisation::term::Term;

/// The terms of an organisation, the newest first.
pub async fn terms_of(tx: &mut Tx, county: &str, organisation: Uuid) -> Result<Vec<Term>> {
    sql("select id, valid_from, valid_to, approval from organisation_term \
         where county = $1 and organisation = $2 order by valid_from desc, id desc")
    .bind(county)
    .bind(organisation)
    .all(tx)
    .await
}

/// Writes a new term.
pub async fn insert_term(tx: &mut Tx, county: &str, organisation: Uuid, term: &Term) -> Result<()> {
    sql("insert into organisation_term (county, id, organisation, valid_from, valid_to, approval) \
         values ($1, $2, $3, $4, $5, $6)")
    .bind(county)
    .bind(term.id)
    .bind(organisation)
    .bind(term.from)
    .bind(term.to)
    .bind(term.approval.clone())
    .run(tx)
    .await?;
    Ok(())
}

/// When the next elections of organisations are due, by organisation; those without terms are left out.
pub async fn newest_terms(tx: &mut Tx, organisations: &[Organisation]) -> Result<HashMap<Uuid, Micros>> {
    let mut found = HashMap::new();
    for some in organisations.chunks(AT_ONCE) {
        let counties: BTreeSet<&str> = some.iter().map(|one| one.county.as_str()).collect();
        let rows: Vec<(Uuid, Micros)> = sql_with(
            "select organisation, max(valid_to) from organisation_term \
             where county in ({counties}) and organisation in ({ids}) group by organisation",
            &[("counties", &marks(1, counties.len())), ("ids", &marks(1 + counties.len(), some.len()))],
        )
        .bind_all(counties.iter().map(|county| Value::from(*county)))
        .bind_all(some.iter().map(|one| Value::from(one.id)))
        .all(tx)
        .await?;
        found.extend(rows);
    }
    Ok(found)
}
