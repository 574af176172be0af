//! Finds who is on two lists: probabilistic record linkage for people, made for Chinese lists and good for others.

mod assign;
mod blocking;
mod characters;
pub mod columns;
mod compare;
mod explain;
mod fields;
mod groups;
mod household;
mod link;
mod lists;
mod model;
mod people;
mod promise;
mod report;
pub mod sample;
mod sorting;
pub mod sound;
mod table;
mod text;
mod threads;

pub use explain::{Evidence, Explainer, Threshold, Weight};
pub use fields::resident_id::ResidentId;
pub use link::{Choice, Linkage, Options, Pair, Stage, Stopped, link};
pub use lists::{Keys, ListError, Lists};
pub use people::{Column, Gather, Kind, MOST_COLUMNS, People, Side, TooManyColumns};
pub use report::report;
pub use table::{Table, TableError};
