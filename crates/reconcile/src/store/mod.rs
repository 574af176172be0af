//! Statements of two-way checks.

pub mod campaigns;
pub mod coverage;
pub mod matches;
pub mod rolls;
pub mod runs;
pub mod visits;
