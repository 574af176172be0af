//! The audit trail of a county, newest first.

use askama::Template;
use axum::response::Response;
use lianxin_foundation::audit::Link;
use lianxin_foundation::audit::store::{self as trail, Filter};
use lianxin_foundation::clock::{DAY, start_of};
use lianxin_foundation::scope::Grant;
use lianxin_foundation::web::{Shell, Visitor, escaped, html};
use lianxin_foundation::{Micros, Result, Right, Scope, Tx};

use super::{Asked, Choice, asked};
use crate::area::{ancestors, county_of, is_id, root_of, store};

/// Entries on a page.
const SIZE: i64 = 100;

/// An entry as listed.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) seq: i64,
    pub(crate) at: Micros,
    pub(crate) actor: String,
    pub(crate) action: String,
    pub(crate) action_code: String,
    pub(crate) subject: String,
    /// Where the subject can be looked at, if it has a page here.
    pub(crate) href: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) detail: String,
    pub(crate) hash: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
pub(crate) struct AuditPage {
    pub(crate) s: Shell,
    pub(crate) counties: Vec<Choice>,
    pub(crate) county: String,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) day: String,
    pub(crate) rows: Vec<Row>,
    /// The address of older entries, where there are any.
    pub(crate) older: Option<String>,
}

pub(super) async fn list(visitor: Visitor, query: Asked) -> Result<Response> {
    let scope = visitor.scope(Right::SeeAudit)?;
    let mut tx = visitor.app.db().read().await?;
    let counties = counties(&mut tx, &scope).await?;
    let text = |name: &str| asked(&query, name).to_owned();
    let county = match asked(&query, "county") {
        "" => counties.first().map(|county| county.value.clone()).unwrap_or_default(),
        given => given.to_owned(),
    };
    let day = asked(&query, "day").parse().ok();
    let filter = Filter {
        action: Some(text("action")).filter(|text| !text.is_empty()),
        subject: Some(text("subject")).filter(|text| !text.is_empty()),
        before: day.map(|day| start_of(day) + DAY),
        below: asked(&query, "below").parse().ok(),
    };
    let mut links = trail::page(&mut tx, &scope, &county, root_of(&county), &filter, SIZE + 1).await?;
    let more = links.len() > usize::try_from(SIZE).unwrap_or(usize::MAX);
    links.truncate(usize::try_from(SIZE).unwrap_or(usize::MAX));
    let older = links.last().filter(|_| more).map(|last| {
        let part = |name: &str| format!("{name}={}", escaped(&text(name)));
        let [action, subject, day] = ["action", "subject", "day"].map(part);
        format!("/audit?county={}&{action}&{subject}&{day}&below={}", escaped(&county), last.seq)
    });
    html(&AuditPage {
        s: visitor.shell(visitor.words.t("audit-title")),
        counties,
        county,
        action: text("action"),
        subject: text("subject"),
        day: text("day"),
        rows: links.into_iter().map(|link| row(&visitor, link)).collect(),
        older,
    })
}

/// The trails the reader may see: those of the places of their posts and, below a city or province,
/// of the areas directly in them.
async fn counties(tx: &mut Tx, scope: &Scope) -> Result<Vec<Choice>> {
    let mut found = Vec::new();
    for grant in scope.grants() {
        let Grant::Place(path) = grant else { continue };
        let Some(id) = ancestors(path).last().copied().filter(|id| id.len() <= 6) else { continue };
        if let Some(area) = store::area(tx, id).await? {
            found.push(Choice::new(area.county, area.name));
        }
        if id.len() < 6 {
            let children = store::children(tx, id).await?;
            found.extend(children.into_iter().map(|area| Choice::new(county_of(&area.id), area.name)));
        }
    }
    Ok(found)
}

fn row(visitor: &Visitor, link: Link) -> Row {
    let id = &link.subject;
    let href = match link.subject_kind.as_str() {
        "area" if is_id(id) => Some(format!("/areas/{id}")),
        "organisation" => Some(format!("/organisations/{id}")),
        "account" => Some(format!("/posts/accounts/{}/{id}", link.county)),
        _ => None,
    };
    let message = format!("audited-{}", link.action);
    let said = visitor.words.t(&message);
    Row {
        seq: link.seq,
        at: link.at,
        actor: link.actor_name,
        action: if said == message { link.action.clone() } else { said },
        action_code: link.action,
        subject: link.subject,
        href,
        reason: link.reason,
        detail: if link.detail == "null" { String::new() } else { link.detail },
        hash: link.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
