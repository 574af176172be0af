//! Which organisation answers for which kind of matter where: the published duty list (履职清单).

pub mod answering;
pub mod store;

use lianxin_foundation::{Micros, Result, Tx};
use uuid::Uuid;

use crate::area::ancestors;
use crate::area::change::store::current;

/// An organisation's duty for one category in an area and everything below it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Duty {
    /// The organisation's county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// The organisation.
    pub organisation: Uuid,
    /// The category's code.
    pub category: String,
    /// The area.
    pub area: String,
    /// How deep the area lies.
    pub depth: i64,
    /// From when.
    pub valid_from: Micros,
    /// Until when.
    pub valid_to: Option<Micros>,
}

/// Who answers for a category at a place.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Responsible {
    /// The organisation.
    pub organisation: Uuid,
    /// Its name.
    pub name: String,
    /// The area it answers for: the place itself or one above it.
    pub area: String,
    /// How deep that area lies.
    pub depth: i64,
}

/// The organisation that answers for `category` at `path` now: the one whose duty lies deepest, areas
/// deeper than `deepest` left out of account. Only organisations of `county` are asked.
pub async fn responsible(
    tx: &mut Tx,
    county: &str,
    category: &str,
    path: &str,
    deepest: i64,
    now: Micros,
) -> Result<Option<Responsible>> {
    // What was reported in a place that ended since is answered for where its heir lies.
    let path = current(tx, path).await?;
    let areas: Vec<&str> = ancestors(&path).into_iter().zip(1..=deepest).map(|(area, _)| area).collect();
    if areas.is_empty() {
        return Ok(None);
    }
    store::deepest(tx, county, category, &areas, now).await
}
