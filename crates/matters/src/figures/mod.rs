//! Public and staff figures: how quickly matters were answered, whether they were solved, and whether
//! those who reported them are satisfied.
//!
//! Every number is a plain count over the columns that [`crate::rules::facts`] derives from the event
//! log, so anyone with the log can compute it again; pages read it from [`sums`] kept in step. A rate stands beside its sample and its interval
//! ([`formulas`]); nothing is ever put in order by a rate, and a sample under thirty is set apart.
//! The public sees numbers for every place, a private category only as part of a sum below the county;
//! staff see what their posts let them see.
//!
//! Way of a request: [`period`] and a [`report::Question`] → [`report`] (one snapshot, given again for
//! a minute) → [`tables`] → `pages`, `csv` or [`api`].

mod action;
pub mod api;
mod behind;
pub mod counts;
mod csv;
pub mod formulas;
mod held;
mod monthly;
pub(crate) mod pages;
pub mod period;
pub mod recompute;
pub mod report;
#[cfg(test)]
pub(crate) mod samples;
pub(crate) mod store;
pub mod sums;
mod tables;
#[cfg(test)]
mod tests;
mod view;

use axum::routing::get;
use axum::{Extension, Router};
use lianxin_foundation::App;

/// The pages, files and JSON of figures.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/figures", get(pages::home))
        .route("/figures.csv", get(pages::home_file))
        .route("/figures/method", get(pages::method))
        .route("/figures/{area}", get(pages::area))
        .route("/figures/{area}/matters", get(behind::page))
        .route("/staff/figures/monthly", get(monthly::page))
        .route("/staff/figures/monthly.xlsx", get(monthly::file))
        .route("/staff/figures", get(pages::staff))
        .route("/staff/figures.csv", get(pages::staff_file))
        .route("/api/v1/figures", get(api::figures))
        .layer(Extension(report::Cache::default()))
}
