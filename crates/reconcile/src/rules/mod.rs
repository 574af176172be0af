//! What is decided without asking anybody: how sure a match is, what is wrong with a line, how complete a
//! list is.

pub mod bands;
pub mod coverage;
pub mod lines;
pub mod tables;
