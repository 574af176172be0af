//! `GET discovery`: where the endpoint is and what it speaks.

use axum::http::header;

use super::ask::{Ask, Said};
use super::faults::Refused;
use super::format::Format;
use super::node::Node;

/// Clients compare this with exactly this text.
const SPECIFICATION: &str = "http://wiki.open311.org/GeoReport_v2";

/// The day the built-in catalogue of services last changed. A text that sorts, as the specification asks.
const CHANGESET: &str = "2026-11-22T00:00:00+08:00";

pub(super) fn discovery(ask: &Ask) -> Result<Said, Refused> {
    let formats = [Format::Xml, Format::Json].map(|format| format.listed().into());
    let endpoint = Node::Object(vec![
        ("specification", SPECIFICATION.into()),
        ("url", format!("{}/open311/v2", address(ask)).into()),
        ("changeset", CHANGESET.into()),
        ("type", "production".into()),
        ("formats", Node::List("format", formats.into())),
    ]);
    let body = Node::Object(vec![
        ("changeset", CHANGESET.into()),
        ("contact", ask.words.t("open311-contact").into()),
        ("key_service", ask.words.t("open311-key-service").into()),
        ("endpoints", Node::List("endpoint", vec![endpoint])),
    ]);
    Ok(("discovery", body))
}

/// Where the program is reached: as the operator set it, else as this client reached it.
fn address(ask: &Ask) -> String {
    let settings = ask.app.settings();
    if !settings.base_url.is_empty() {
        return settings.base_url.trim_end_matches('/').to_owned();
    }
    let scheme = if settings.secure_cookies { "https" } else { "http" };
    format!("{scheme}://{}", ask.header(header::HOST).unwrap_or("localhost"))
}
