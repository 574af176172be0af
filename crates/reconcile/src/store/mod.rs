//! Statements of two-way checks.

pub mod campaigns;
pub mod coverage;
pub mod matches;
pub mod rolls;
pub mod runs;

/// Placeholders `$first, …`, `count` of them.
fn marks(first: usize, count: usize) -> String {
    (first..first + count).map(|mark| format!("${mark}")).collect::<Vec<_>>().join(", ")
}
