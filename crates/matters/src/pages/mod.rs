//! The pages of matters: a handler, its template's typed struct, nothing else. Rules and statements
//! are elsewhere.

mod address;
mod bulk;
mod calls;
mod categories;
mod choices;
mod design;
mod disputes;
mod enter;
mod enterprise;
mod exclusions;
mod export;
mod feeds;
mod field;
mod filter;
mod find;
mod held;
mod inbox;
mod invitations;
mod joined;
mod length;
mod letters;
mod lists;
mod look;
mod map;
mod matter;
mod mine;
mod notices;
mod patrols;
mod photos;
mod place;
mod report;
mod retention;
mod rows;
mod same;
#[cfg(test)]
mod samples;
mod search;
mod sources;
mod start;
mod step_form;
mod still;
mod store;
mod units;
mod view;
mod views;
mod whistles;
mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
pub(crate) use filter::NO_UNIT;
use lianxin_foundation::App;
#[cfg(test)]
pub(crate) use step_form::offered;

/// Nine photos of 20 MB and the words beside them.
const LARGEST_FORM: usize = 9 * 20 * 1024 * 1024 + 1024 * 1024;

/// Every page of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(start::page))
        .route("/report", get(report::page))
        .route("/report/{county}", get(report::county_page).post(report::send))
        .route("/report/{county}/spoken", post(report::spoken))
        .route("/report/{county}/look", post(look::piece))
        .route("/p/{area}", get(report::plate))
        .route("/j/{county}/{secret}", get(joined::page))
        .route("/words", get(words::page))
        .route("/enterprise", get(enterprise::list))
        .route("/enterprise/report/{county}/{id}", get(enterprise::form).post(enterprise::send))
        .route("/enterprise/matters/{county}/{id}", get(enterprise::page))
        .route("/enterprise/matters/{county}/{id}/{step}", post(enterprise::act))
        .route("/m/{county}/{secret}", get(mine::page))
        .route("/m/{county}/{secret}/{step}", post(mine::act))
        .route("/m/{county}/{secret}/held", get(held::own))
        .route("/m/{county}/{secret}/held/{what}", post(held::own_act))
        .route("/held/{county}/{id}", get(held::for_them))
        .route("/held/{county}/{id}/{what}", post(held::act_for_them))
        .route("/deletions", get(held::deletions))
        .route("/retention", get(retention::page))
        .route("/retention/{county}/{kind}", post(retention::change))
        .route("/m/{county}/{secret}/devices", post(choices::reporter_device))
        .route("/notices", get(notices::page))
        .route("/notices/seen", post(notices::seen))
        .route("/me/told", get(choices::page).post(choices::keep))
        .route("/me/told/devices", post(choices::add_device))
        .route("/me/told/devices/{id}/forget", post(choices::drop_device))
        .route("/me/told/feeds", post(choices::add_feed))
        .route("/me/told/feeds/{id}/revoke", post(choices::revoke_feed))
        .route("/letters", get(letters::page))
        .route("/letters/{county}/{message}/{what}", post(letters::act))
        .route("/feeds/areas/{area}", get(feeds::area))
        .route("/feeds/mine/{county}/{secret}/inbox.atom", get(feeds::inbox))
        .route("/feeds/mine/{county}/{secret}/deadlines.ics", get(feeds::deadlines))
        .route("/find", get(find::page))
        .route("/search", get(search::page))
        .route("/inbox", get(inbox::page))
        .route("/inbox/views", get(views::page).post(views::keep))
        .route("/inbox/views/{id}/drop", post(views::drop))
        .route("/inbox/bulk/{step}", get(bulk::back).post(bulk::act))
        .route("/matters.csv", get(export::csv))
        .route("/matters.xlsx", get(export::xlsx))
        .route("/matters/new", get(enter::page))
        .route("/matters/new/{county}", post(enter::send))
        .route("/matters/{county}/{id}", get(matter::page))
        .route("/matters/{county}/{id}/point.geojson", get(map::point))
        .route("/matters/{county}/{id}/{step}", post(matter::act))
        .route("/map", get(map::page))
        .route("/map/matters.geojson", get(map::points))
        .route("/map/heat.geojson", get(map::heat))
        .route("/field", get(field::page))
        .route("/field/worker.js", get(field::worker))
        .route("/field/app.webmanifest", get(field::manifest))
        .route("/field/matters.json", get(field::taken_along))
        .route("/field/entries", post(field::send))
        .route("/disputes", get(disputes::list))
        .route("/disputes/{county}/{id}", get(disputes::page))
        .route("/disputes/{county}/{id}/{what}", post(disputes::act))
        .route("/invitations/{county}/{session}", get(invitations::own))
        .route("/exclusions", get(exclusions::list))
        .route("/exclusions/{county}/{id}", get(exclusions::page))
        .route("/exclusions/{county}/{id}/{what}", post(exclusions::act))
        .route("/sources", get(sources::list))
        .route("/sources/new/{county}/{id}", get(sources::form).post(sources::open))
        .route("/sources/{county}/{id}", get(sources::page))
        .route("/sources/{county}/{id}/{what}", post(sources::act))
        .route("/patrols", get(patrols::list))
        .route("/patrols/new/{area}", get(patrols::form).post(patrols::plan))
        .route("/patrols/{county}/{id}", get(patrols::page))
        .route("/patrols/{county}/{id}/{what}", post(patrols::act))
        .route("/whistles", get(whistles::page))
        .route("/whistles/limits/{county}/{kind}", post(whistles::change))
        .route("/categories", get(categories::page))
        .route("/categories/{county}/{code}", post(categories::change))
        .route("/files/{county}/{id}", get(photos::serve))
        .route("/privacy", get(still::privacy))
        .route("/design", get(still::shown))
        .route("/api", get(still::api))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
}
