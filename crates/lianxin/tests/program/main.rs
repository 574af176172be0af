//! The real program, as an operator starts, stops and kills it.

mod commands;
mod doors;
mod house;
mod http;
mod kill;
mod reach;
