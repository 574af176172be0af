//! Which unit a matter goes to by itself: the lowest level that answers for it tries first.

use lianxin_foundation::{Micros, Result, Tx};
use lianxin_registry::area::city_of;
use lianxin_registry::duty;

use super::Unit;
use crate::model::Matter;

/// The unit that is to try first, no level deeper than `deepest`: the county's own, whose duty for the
/// category lies deepest at the place. Where none of the county's answers for it, the one of the city's
/// that does, for the whole city or for this county; else nobody, and the county's dispatcher decides.
pub(super) async fn first(tx: &mut Tx, matter: &Matter, deepest: i64, now: Micros) -> Result<Option<Unit>> {
    if let Some(unit) = responsible(tx, matter, &matter.county, deepest, now).await? {
        return Ok(Some(unit));
    }
    match city_of(&matter.county) {
        Some(city) => responsible(tx, matter, &city, deepest, now).await,
        None => Ok(None),
    }
}

/// The unit kept under `county` whose duty for the matter's category lies deepest at its place, levels
/// deeper than `deepest` left out of account.
async fn responsible(
    tx: &mut Tx,
    matter: &Matter,
    county: &str,
    deepest: i64,
    now: Micros,
) -> Result<Option<Unit>> {
    let found = duty::responsible(tx, county, &matter.category, &matter.path, deepest, now).await?;
    Ok(found.map(|unit| Unit { id: unit.organisation, name: unit.name, level: unit.depth }))
}

/// The next level above the one that has the matter, within the county, and another unit than that.
pub(super) async fn above(tx: &mut Tx, matter: &Matter, now: Micros) -> Result<Option<Unit>> {
    let mut level = matter.level.unwrap_or(0);
    while level > 1 {
        match responsible(tx, matter, &matter.county, level - 1, now).await? {
            Some(unit) if matter.unit == Some(unit.id) => level = unit.level,
            found => return Ok(found),
        }
    }
    Ok(None)
}
