//! What the foundation promises every room, told on SQLite and on PostgreSQL.

mod actions;
mod audit;
mod database;
mod scope;
mod sign_in;
mod tokens;
mod web;
