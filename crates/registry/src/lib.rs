//! Who and where: the area tree, organisations and the matters they answer for, posts and sign-ins.
//!
//! What other rooms use:
//! - [`area`]: [`area::Area`], [`area::AreaKind`], [`county_of`], `area::store::{area, children, names,
//!   crumbs, place_name}`, [`area::ancestors`];
//! - [`organisation`]: [`organisation::Organisation`], `organisation::store::{organisation, names_of,
//!   in_scope, duties_of}`;
//! - [`duty::responsible`]: which organisation answers for a category at a place;
//! - [`Places`]: from a point to the smallest area around it, made once by the program and handed to
//!   pages as an `axum::Extension`;
//! - [`CategoryNames`]: the other way round, the names of categories that the program lends to the
//!   pages here, also an `axum::Extension`; [`MattersAt`]: likewise how many matters a place has;
//! - [`doubles::Elsewhere`]: what other rooms hold about people, lent by the program for when two records become one;
//! - [`form`]: what an address asks for, the field for a place, and a form's refusals; the templates beside them are
//!   `place-field.html`, `field.html` and `errors.html`;
//! - [`person::living`]: everybody of an area with what is sealed about them opened, for linking;
//! - [`holidays::missing`]: the next year whose holidays nobody has entered;
//! - [`import::divisions`]: the country's division table;
//! - [`actions`]: everything an administrator can do; commands run the same actions as the program.
//!
//! [`routes`] are the pages and the JSON interface, [`openapi`] describes the latter, [`MESSAGES`] are
//! the words. [`area::is_id`] keeps nonsense in addresses away from the database.

pub mod actions;
mod api;
pub mod area;
mod categories;
pub mod codes;
pub mod coverage;
pub mod doubles;
pub mod duty;
pub mod holidays;
pub mod household;
pub mod import;
pub mod membership;
pub mod organisation;
mod pages;
pub mod person;
mod places;
pub mod plate;
pub mod post;
pub mod roster;
pub mod search;
pub mod transfer;

/// What other rooms' pages have in common with those here: what an address asks for, a place to name in a form, what
/// was refused and why, and the way back.
pub mod form {
    pub use crate::pages::place::{PlaceField, sent_place};
    pub use crate::pages::{Asked, Choice, Mark, Wrong, asked, done, place_names, wrong};
}

pub use api::openapi;
pub use area::county_of;
pub use categories::{CategoryName, CategoryNames};
pub use pages::{CountMatters, MattersAt};
pub use places::Places;

/// Every address of this room: its pages, and its JSON interface under `/api/v1`. The pages need
/// [`CategoryNames`] and the working `Arc<Calendar>`, the interface [`Places`], each as an
/// `axum::Extension`.
pub fn routes() -> axum::Router<lianxin_foundation::App> {
    pages::routes().merge(api::routes())
}

/// The words of this room in every language.
pub const MESSAGES: lianxin_foundation::i18n::Messages = [
    include_str!("../locales/zh-CN.ftl"),
    include_str!("../locales/zh-TW.ftl"),
    include_str!("../locales/en.ftl"),
];
