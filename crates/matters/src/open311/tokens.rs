//! `GET tokens/TOKEN`: the number of a request. Every service here gives it at once, so a token is only
//! another name for one: the matter's id.

use uuid::Uuid;

use super::ask::{Ask, Said};
use super::faults::{Refused, missing};
use super::node::Node;
use crate::store::open311 as store;

pub(super) async fn token(ask: &Ask, token: &str) -> Result<Said, Refused> {
    let mut tx = ask.app.db().read().await?;
    let county = ask.county(&mut tx, None).await?;
    let unknown = || missing("open311-no-token", token);
    let id: Uuid = token.parse().map_err(|_| unknown())?;
    let matter = store::by_id(&mut tx, &county, id).await?.ok_or_else(unknown)?;
    let request = Node::Object(vec![
        ("service_request_id", matter.number.into()),
        ("token", id.hyphenated().to_string().into()),
    ]);
    Ok(("service_requests", Node::List("request", vec![request])))
}
