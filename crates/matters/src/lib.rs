//! Matters: what residents ask for and report, from the first word to the verified result.
//!
//! - [`model`] and [`rules`]: what a matter is, the one table of what can happen to it, its clock;
//! - [`category`]: the catalogue of what can be reported, and the words staff can start from; [`local`]:
//!   what a county decided otherwise;
//! - [`store`]: all SQL; every read for staff goes through a scope; [`tally`]: large numbers, not counted anew each time;
//! - [`actions`]: everything a person can do; pages, JSON and Open311 run the same ones;
//! - [`trail`]: what the audit trail holds of every event, and whether it is still so;
//! - [`twins`]: open matters that say the same; [`words`]: categories learned from a county's own matters;
//! - [`whistle`]: other units called to a matter, and how quickly they came; [`disputes`]: mediation on a matter;
//! - [`sources`]: causes behind many matters; [`exclusions`]: what two people leave out of a report's rates;
//! - [`patrols`]: places to look at on a day, and what was found there;
//! - [`rights`]: what is held about reporters: seen, copied, erased; [`retention`]: what is kept how long, and erased by rule;
//! - [`clock_worker`], [`photo_worker`]: what happens by itself when nobody does anything;
//! - [`pages`], [`api`], [`open311`], [`figures`]: the ways in and out.

pub mod actions;
pub mod api;
pub mod category;
pub mod clock_worker;
pub mod disputes;
pub mod exclusions;
pub mod figures;
pub mod local;
pub mod model;
pub mod open311;
pub mod pages;
pub mod patrols;
pub mod photo_worker;
pub mod photos;
pub mod retention;
pub mod rights;
pub mod rules;
mod search;
pub mod sources;
pub mod store;
pub mod tally;
pub mod told;
pub mod trail;
pub mod twins;
pub mod whistle;
pub mod words;

use std::sync::Arc;

use axum::Router;
use lianxin_foundation::i18n::Messages;
use lianxin_foundation::outbox::Ways;
use lianxin_foundation::{App, Error, Result, Tx};
use lianxin_registry::Places;
use lianxin_registry::search::Names;
use lianxin_worktime::Calendar;

use crate::category::{Catalogue, Category};
use crate::local::{Local, Locals};
use crate::model::Matter;
use crate::rules::clock::Deadlines;
use crate::tally::Tallies;

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
    /// What can be reported, as built in: names, questions, words. For limits and privacy ask
    /// [`Matters::local`].
    pub catalogue: Catalogue,
    /// Working days and hours.
    pub calendar: Arc<Calendar>,
    /// From a point to an area.
    pub places: Places,
    /// How people are told outside the program; no way by default.
    pub ways: Arc<Ways>,
    /// The names of areas and organisations, for the search.
    pub names: Names,
    locals: Locals,
    pub(crate) tallies: Tallies,
    pub(crate) models: words::Models,
}

impl Matters {
    /// Puts the parts together; the calendar and the boundaries are shared with others.
    pub fn new(calendar: Arc<Calendar>, places: Places) -> Result<Matters> {
        Ok(Matters {
            catalogue: Catalogue::defaults()?,
            calendar,
            places,
            ways: Arc::default(),
            names: Names::default(),
            locals: Locals::default(),
            tallies: Tallies::default(),
            models: words::Models::default(),
        })
    }

    /// The same, with the ways out that the operator set up.
    #[must_use]
    pub fn with_ways(self, ways: Ways) -> Matters {
        Matters { ways: Arc::new(ways), ..self }
    }

    /// The catalogue as a county has it at this moment.
    pub async fn local(&self, tx: &mut Tx, county: &str) -> Result<Arc<Local>> {
        self.locals.of(tx, &self.catalogue, county).await
    }

    /// The built-in category of a matter.
    ///
    /// # Errors
    /// [`Error::Failed`] when the catalogue lost it, which no action does.
    pub fn category_of(&self, matter: &Matter) -> Result<Arc<Category>> {
        self.catalogue.get(&matter.category).ok_or_else(|| {
            Error::failed(format!("finding the category of matter {}", matter.id), matter.category.clone())
        })
    }

    /// The clock a matter runs by: its category's limits in its county, as they were when it came in.
    pub(crate) async fn deadlines(&self, tx: &mut Tx, matter: &Matter) -> Result<Deadlines<'_>> {
        let category = self.category_of(matter)?;
        let local = self.local(tx, &matter.county).await?;
        Ok(Deadlines { calendar: &self.calendar, limits: local.limits_at(&category, matter.created_at) })
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
