//! `GET discovery`: where the endpoint is and what it speaks.

use lianxin_foundation::clock::rfc3339;
use lianxin_foundation::web::site;

use super::ask::{Ask, Said};
use super::faults::Refused;
use super::format::Format;
use super::node::Node;
use crate::store::changes;

/// Clients compare this with exactly this text.
const SPECIFICATION: &str = "http://wiki.open311.org/GeoReport_v2";

pub(super) async fn discovery(ask: &Ask) -> Result<Said, Refused> {
    let changeset = changeset(ask).await?;
    let formats = [Format::Xml, Format::Json].map(|format| format.listed().into());
    let endpoint = Node::Object(vec![
        ("specification", SPECIFICATION.into()),
        ("url", format!("{}/open311/v2", site(ask.app.settings(), &ask.headers)).into()),
        ("changeset", changeset.as_str().into()),
        ("type", "production".into()),
        ("formats", Node::List("format", formats.into())),
    ]);
    let body = Node::Object(vec![
        ("changeset", changeset.into()),
        ("contact", ask.words.t("open311-contact").into()),
        ("key_service", ask.words.t("open311-key-service").into()),
        ("endpoints", Node::List("endpoint", vec![endpoint])),
    ]);
    Ok(("discovery", body))
}

/// When the services of the jurisdiction asked for last changed, built-in ones and its own decisions; of
/// any jurisdiction, where none is named. A text that sorts, as the specification asks.
async fn changeset(ask: &Ask) -> Result<String, Refused> {
    let mut tx = ask.app.db().read().await?;
    let own = if ask.sent.one("jurisdiction_id").is_some() {
        let county = ask.county(&mut tx, None).await?;
        ask.matters.local(&mut tx, &county).await?.changed().unwrap_or_default()
    } else {
        changes::newest(&mut tx).await?
    };
    Ok(rfc3339(own.max(ask.matters.catalogue.changed())))
}
