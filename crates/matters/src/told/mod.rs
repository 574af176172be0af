//! Who is told what, when, and how.
//!
//! - [`news`]: the one table of what is news for whom; [`choice`]: how a person wants to be told;
//! - [`spread`]: an event's people are worked out after it, from a row written with it, once: each gets a notice
//!   within the program, and a letter for every way they chose;
//! - [`remind`]: one reminder before something is late;
//! - [`writer`]: letters put into the reader's words, their addresses opened on record;
//! - [`worker`]: all of it, every few seconds; [`actions`]: what people do with it; [`calendar`], [`feed`]: what
//!   other programs read.

pub mod actions;
pub mod calendar;
pub mod choice;
pub mod feed;
pub mod news;
pub mod remind;
pub mod spread;
pub mod store;
pub mod worker;
pub mod writer;

pub use choice::Choice;
pub use news::News;
