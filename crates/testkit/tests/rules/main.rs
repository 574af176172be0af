//! The rules of the house, read from its own source: crates that are added later are held to them
//! without a change here.

#![expect(clippy::unwrap_used, reason = "a test stops where it meets what it does not expect")]

mod audit;
mod doors;
mod messages;
mod samples;
mod schema;
mod source;
mod statements;
