//! Which unit a matter goes to by itself: the lowest level that answers for it tries first.

use lianxin_foundation::{Micros, Result, Tx};
use lianxin_registry::duty;

use super::Unit;
use crate::model::Matter;

/// The unit whose duty for the matter's category lies deepest at its place, levels deeper than
/// `deepest` left out of account.
pub(super) async fn responsible(
    tx: &mut Tx,
    matter: &Matter,
    deepest: i64,
    now: Micros,
) -> Result<Option<Unit>> {
    let found = duty::responsible(tx, &matter.county, &matter.category, &matter.path, deepest, now).await?;
    Ok(found.map(|unit| Unit { id: unit.organisation, name: unit.name, level: unit.depth }))
}

/// The next level above the one that has the matter, and another unit than that.
pub(super) async fn above(tx: &mut Tx, matter: &Matter, now: Micros) -> Result<Option<Unit>> {
    let mut level = matter.level.unwrap_or(0);
    while level > 1 {
        match responsible(tx, matter, level - 1, now).await? {
            Some(unit) if matter.unit == Some(unit.id) => level = unit.level,
            found => return Ok(found),
        }
    }
    Ok(None)
}
