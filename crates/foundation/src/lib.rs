//! What every room of Lianxin stands on: ids, time, errors, the database handle, sign-in, posts and
//! scope, the audit trail, sealed personal fields, photos, languages and the page shell.
//!
//! Nothing here knows what a matter or a village is. A capability crate brings its own types, rules,
//! statements and pages; it borrows from here how a change is made ([`action`]), how it is refused
//! ([`error`]), who may see what ([`scope`]) and how it is remembered ([`audit`]).

pub mod account;
pub mod action;
mod advice;
pub mod app;
pub mod audit;
pub mod base_map;
pub mod clock;
pub mod db;
pub mod error;
mod every;
pub mod files;
pub mod i18n;
pub mod ids;
pub mod limits;
pub mod outbox;
pub mod password;
pub mod qr;
pub mod scope;
pub mod sheets;
pub mod text;
pub mod totp;
pub mod vault;
pub mod web;

pub use action::{Action, Context};
pub use app::App;
pub use clock::{Clock, Micros};
pub use db::{Db, Tx, sql};
pub use error::{Error, Problem, Result};
pub use ids::Ids;
pub use scope::{Right, Role, Scope, Who};
