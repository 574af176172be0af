//! The real program, as an operator starts, stops and kills it.

mod backups;
mod commands;
mod doors;
mod extract;
mod form;
mod house;
mod http;
mod kill;
mod link;
mod reach;
mod relocate;
mod told;
