//! Statements of what else is known of an organisation: its trade, where it stands, its associations, whom it takes on.

use lianxin_foundation::db::sql;
use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use crate::organisation::Profile;

/// What else is known of an organisation.
pub async fn profile(tx: &mut Tx, county: &str, id: Uuid) -> Result<Option<Profile>> {
    sql("select trade, lon, lat, takes from organisation where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .optional(tx)
        .await
}

/// Writes it.
pub(crate) async fn set_profile(tx: &mut Tx, county: &str, id: Uuid, profile: &Profile) -> Result<()> {
    sql("update organisation set trade = $3, lon = $4, lat = $5, takes = $6 where county = $1 and id = $2")
        .bind(county)
        .bind(id)
        .bind(profile.trade.clone())
        .bind(profile.lon)
        .bind(profile.lat)
        .bind(profile.takes)
        .run(tx)
        .await?;
    Ok(())
}

/// The associations an organisation belongs to at a moment: id and name, those of longest standing first.
pub async fn associations(tx: &mut Tx, county: &str, id: Uuid, at: Micros) -> Result<Vec<(Uuid, String)>> {
    sql("select o.id, o.name from affiliation a join organisation o on o.county = a.county and o.id = a.association \
         where a.county = $1 and a.organisation = $2 and a.valid_from <= $3 and (a.valid_to is null or a.valid_to > $3) \
         order by a.valid_from, o.name, o.id")
    .bind(county)
    .bind(id)
    .bind(at)
    .all(tx)
    .await
}

/// Writes that an organisation belongs to an association from a day on.
pub(crate) async fn affiliate(
    tx: &mut Tx,
    county: &str,
    (id, organisation, association): (Uuid, Uuid, Uuid),
    from: Micros,
) -> Result<()> {
    sql("insert into affiliation (county, id, organisation, association, valid_from) values ($1, $2, $3, $4, $5)")
        .bind(county)
        .bind(id)
        .bind(organisation)
        .bind(association)
        .bind(from)
        .run(tx)
        .await?;
    Ok(())
}

/// Writes that it belongs there no more.
pub(crate) async fn part(
    tx: &mut Tx,
    county: &str,
    organisation: Uuid,
    association: Uuid,
    at: Micros,
) -> Result<()> {
    sql("update affiliation set valid_to = $4 where county = $1 and organisation = $2 and association = $3 \
         and valid_to is null")
    .bind(county)
    .bind(organisation)
    .bind(association)
    .bind(at)
    .run(tx)
    .await?;
    Ok(())
}

/// The trades that a county's organisations work in, to complete what is typed.
pub async fn trades(tx: &mut Tx, county: &str) -> Result<Vec<(String,)>> {
    sql("select distinct trade from organisation where county = $1 and trade is not null order by trade limit 200")
        .bind(county)
        .all(tx)
        .await
}
