//! The real program, as an operator starts, stops and kills it.

mod commands;
mod house;
mod http;
mod kill;
