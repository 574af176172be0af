//! What every page and API answer shares: who visits, in which language and look; the shell around a
//! page; refusals as pages or RFC 9457 problems; security headers; embedded assets.

pub mod assets;
mod body;
mod client;
mod csv;
mod explain;
mod forms;
mod layers;
mod metered;
mod paging;
mod path;
mod shell;
mod visitor;
mod xlsx;

pub use body::unread;
pub use client::{Client, Network, NoNetwork};
pub use csv::Csv;
pub use explain::{ProblemBody, problem_body};
pub use forms::{Form, Submission, Upload, is_same_site};
pub use layers::{HEADERS, wrap};
pub use paging::{Beside, Paging};
pub use path::Path;
pub use shell::{NavItem, Shell, escaped, html, html_with};
pub use visitor::{Caller, Look, Visitor, holder_of, local, site};
pub use xlsx::{Cell, Column, Workbook};

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// The foundation's own pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/assets/{file}", get(assets::serve))
        .route("/look", post(visitor::choose_look))
        .merge(crate::base_map::routes())
}
