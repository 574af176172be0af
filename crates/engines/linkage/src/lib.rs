//! Finds who is on two lists: probabilistic record linkage for people, made for Chinese lists and good for others.

mod assign;
mod blocking;
mod characters;
pub mod columns;
mod compare;
mod fields;
mod link;
mod lists;
mod model;
mod people;
mod promise;
pub mod sample;
mod sorting;
mod table;
mod text;
mod threads;

pub use fields::resident_id::ResidentId;
pub use link::{Linkage, Options, Pair, Stage, Stopped, link};
pub use lists::{Keys, ListError, Lists};
pub use people::{Column, Gather, Kind, MOST_COLUMNS, People, Side, TooManyColumns};
pub use table::{Table, TableError};
