//! Statements of what is held about reporters, and of what was deleted of it.

use lianxin_foundation::db::{sql, sql_with};
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Error, Micros, Result, Scope, Tx};
use uuid::Uuid;

use super::{Deletion, Rule};
use crate::model::Matter;
use crate::store::SCOPE;

/// How many photos a matter has.
pub(crate) async fn photos(tx: &mut Tx, county: &str, matter: Uuid) -> Result<i64> {
    sql("select count(*) from file where county = $1 and subject_kind = 'matter' and subject = $2")
        .bind(county)
        .bind(matter)
        .scalar(tx)
        .await
}

/// Forgets whose the photos of a matter are: their files are swept within hours, as those of no matter.
pub(crate) async fn drop_photos(tx: &mut Tx, county: &str, matter: Uuid) -> Result<u64> {
    sql("delete from file where county = $1 and subject_kind = 'matter' and subject = $2")
        .bind(county)
        .bind(matter)
        .run(tx)
        .await
}

/// Forgets how to reach whoever reported a matter, the browsers they subscribed with included.
pub(crate) async fn forget_contact(tx: &mut Tx, county: &str, matter: Uuid) -> Result<()> {
    sql("update matter set sealed_name = null, sealed_phone = null, sealed_email = null, sealed_address = null, \
         phone_key = null where county = $1 and id = $2")
    .bind(county)
    .bind(matter)
    .run(tx)
    .await?;
    sql("delete from push_device where county = $1 and holder = 'reporter' and holder_id = $2")
        .bind(county)
        .bind(matter)
        .run(tx)
        .await?;
    Ok(())
}

/// Forgets what somebody answered to a category's questions, and where in words.
pub(crate) async fn forget_answers(tx: &mut Tx, county: &str, matter: Uuid) -> Result<()> {
    sql("update matter set attributes = $3, place = '' where county = $1 and id = $2")
        .bind(county)
        .bind(matter)
        .bind("{}")
        .run(tx)
        .await?;
    sql("update hidden_words set sealed = null, shown = '' where county = $1 and matter = $2")
        .bind(county)
        .bind(matter)
        .run(tx)
        .await?;
    Ok(())
}

/// Takes every word out of an event, and leaves it these salts.
pub(crate) async fn forget_said(tx: &mut Tx, matter: &Matter, seq: i64, salts: Option<String>) -> Result<()> {
    sql("update matter_event set note = null, sealed_note = null, salts = $4 \
         where county = $1 and matter = $2 and seq = $3")
    .bind(&matter.county)
    .bind(matter.id)
    .bind(seq)
    .bind(salts)
    .run(tx)
    .await?;
    Ok(())
}

/// Writes down what was deleted.
pub(crate) async fn insert(tx: &mut Tx, deletion: &Deletion) -> Result<()> {
    sql("insert into deletion (county, id, at, rule, matter, words, by_name) values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(&deletion.county)
        .bind(deletion.id)
        .bind(deletion.at)
        .bind(deletion.rule.code())
        .bind(deletion.matter)
        .bind(&deletion.words)
        .bind(&deletion.by_name)
        .run(tx)
        .await?;
    Ok(())
}

/// A deletion as it is stored, with the matter's number.
type DeletionRow = (String, Uuid, Micros, String, Uuid, String, String, String);

/// What was deleted of matters within `scope`, the newest first, one page of it; each with the matter's number.
pub async fn list(tx: &mut Tx, scope: &Scope, paging: Paging) -> Result<Vec<(Deletion, String)>> {
    let allowed = scope.condition(SCOPE, 0);
    let rows: Vec<DeletionRow> = sql_with(
        "select d.county, d.id, d.at, d.rule, d.matter, d.words, d.by_name, m.number from deletion d \
         cross join matter m where m.county = d.county and m.id = d.matter and {scope} \
         order by d.at desc, d.id desc limit {size} offset {offset}",
        &[
            ("scope", &allowed.text),
            ("size", &paging.size.to_string()),
            ("offset", &paging.offset().to_string()),
        ],
    )
    .bind_all(allowed.values)
    .all(tx)
    .await?;
    let read = |(county, id, at, rule, matter, words, by_name, number): DeletionRow| {
        let rule = Rule::from_code(&rule)
            .ok_or_else(|| Error::failed(format!("reading deletion {id}"), "unknown code"))?;
        Ok((Deletion { county, id, at, rule, matter, words, by_name }, number))
    };
    rows.into_iter().map(read).collect()
}
