//! Two-way verification (双向排查): lists from above are matched with the registry below.
//!
//! A [`model::Campaign`] has a purpose, a legal ground and a last day; offices bring their lists into it
//! ([`actions::BringRoll`], [`actions::ReadRoll`]), [`worker`] links each with the people of the area by
//! `lianxin_linkage`, outside of any transaction and from the beginning again after a crash. [`rules::bands`] says what
//! is certain, likely, unclear or on the list only, and learns from clerks' decisions; [`rules::coverage`] says how
//! complete each list is. What stays open is asked at the doors: [`plan`] says which, [`actions::visits`] what is found there,
//! and how the registry is corrected by it. After the last day the worker removes what is personal.
//!
//! [`routes`] are the pages and the JSON interface, [`openapi`] describes the latter, [`MESSAGES`] are the words. The
//! templates for a place and a form's refusals are the registry's own.

pub mod actions;
mod api;
pub mod model;
mod pages;
pub mod plan;
pub mod reasons;
pub mod rules;
pub mod sealed;
pub mod store;
pub mod visit;
pub mod worker;

pub use api::openapi;

/// Every address of this room: its pages, and its JSON interface under `/api/v1`.
pub fn routes() -> axum::Router<lianxin_foundation::App> {
    pages::routes().merge(api::routes())
}

/// The words of this room in every language.
pub const MESSAGES: lianxin_foundation::i18n::Messages = [
    include_str!("../locales/zh-CN.ftl"),
    include_str!("../locales/zh-TW.ftl"),
    include_str!("../locales/en.ftl"),
];
