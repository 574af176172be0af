//! Statements of two-way checks.

pub mod campaigns;
pub mod coverage;
pub mod matches;
mod naming;
pub mod rolls;
pub mod runs;
pub mod visits;

pub use naming::{name_another, naming};
