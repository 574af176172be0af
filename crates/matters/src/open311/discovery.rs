//! `GET discovery`: where the endpoint is and what it speaks.

use lianxin_foundation::web::site;

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
        ("url", format!("{}/open311/v2", site(ask.app.settings(), &ask.headers)).into()),
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
