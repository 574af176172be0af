//! What the foundation promises every room, told on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test stops where it meets what it does not expect")]

mod actions;
mod audit;
mod base_map;
mod database;
mod limits;
mod meanwhile;
mod outbox;
mod scope;
mod sign_in;
mod tokens;
mod web;
