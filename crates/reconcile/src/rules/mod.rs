//! What is decided without asking anybody: how sure a match is, what is wrong with a line, how complete a
//! list is, which door an address names, what follows from what is found there.

pub mod answers;
pub mod bands;
pub mod coverage;
pub mod doors;
pub mod findings;
pub mod lines;
pub mod tables;
