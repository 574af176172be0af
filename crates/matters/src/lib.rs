//! Matters: what residents ask for and report, from the first word to the verified result.
//!
//! - [`model`] and [`rules`]: what a matter is, the one table of what can happen to it, its clock;
//! - [`category`]: the catalogue of what can be reported, and the words staff can start from;
//! - [`store`]: all SQL; every read for staff goes through a scope;
//! - [`actions`]: everything a person can do; pages, JSON and Open311 run the same ones;
//! - [`clock_worker`]: what happens by itself when nobody does anything;
//! - [`pages`], [`api`], [`open311`], [`figures`]: the ways in and out.

pub mod actions;
pub mod api;
pub mod category;
pub mod clock_worker;
pub mod figures;
pub mod model;
pub mod open311;
pub mod pages;
pub mod photos;
pub mod rules;
pub mod store;

use std::sync::Arc;

use axum::Router;
use lianxin_foundation::i18n::Messages;
use lianxin_foundation::{App, Error, Result};
use lianxin_registry::Places;
use lianxin_worktime::Calendar;

use crate::category::{Catalogue, Category};
use crate::model::Matter;
use crate::rules::clock::Deadlines;

/// This room's messages.
pub const MESSAGES: Messages = [
    include_str!("../locales/zh-CN.ftl"),
    include_str!("../locales/zh-TW.ftl"),
    include_str!("../locales/en.ftl"),
];

/// What matters need besides the program's parts: made once at start, handed to handlers as an
/// `axum::Extension`. Cheap to clone.
#[derive(Clone)]
pub struct Matters {
    /// What can be reported.
    pub catalogue: Catalogue,
    /// Working days and hours.
    pub calendar: Arc<Calendar>,
    /// From a point to an area.
    pub places: Places,
}

impl Matters {
    /// Reads the catalogue from the database; the calendar and the boundaries are shared with others.
    pub async fn load(app: &App, calendar: Arc<Calendar>, places: Places) -> Result<Matters> {
        let catalogue = Catalogue::load(&mut app.db().read().await?).await?;
        Ok(Matters { catalogue, calendar, places })
    }

    /// The category of a matter, retired ones too.
    ///
    /// # Errors
    /// [`Error::Failed`] when the catalogue lost it, which no action does.
    pub fn category_of(&self, matter: &Matter) -> Result<Arc<Category>> {
        self.catalogue.get(&matter.category).ok_or_else(|| {
            Error::failed(format!("finding the category of matter {}", matter.id), matter.category.clone())
        })
    }

    /// The clock a matter runs by.
    pub(crate) fn deadlines(&self, matter: &Matter) -> Result<Deadlines<'_>> {
        Ok(Deadlines { calendar: &self.calendar, limits: self.category_of(matter)?.limits })
    }
}

/// Every page and interface of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(pages::routes())
        .merge(api::routes())
        .merge(open311::routes())
        .merge(figures::routes())
}
