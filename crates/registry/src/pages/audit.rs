//! The audit trail of a county, newest first.

use askama::Template;
use axum::Extension;
use axum::response::Response;
use lianxin_foundation::audit::Link;
use lianxin_foundation::audit::store::{self as trail, Filter};
use lianxin_foundation::clock::{end_of_day, start_of};
use lianxin_foundation::scope::Grant;
use lianxin_foundation::web::{Shell, Visitor, escaped, html};
use lianxin_foundation::{Micros, Result, Right, Scope, Tx};

use super::audit_details::{Details, Fact};
use super::audit_subjects::Subjects;
use super::{Asked, Choice, asked};
use crate::CategoryNames;
use crate::area::{ancestors, county_of, root_of, store};

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
    /// What the subject is called.
    pub(crate) subject: String,
    /// Its id or code, as the filter takes it.
    pub(crate) subject_code: String,
    /// The address of every entry about the same subject.
    pub(crate) same: String,
    /// Where the reader may open it, if anywhere.
    pub(crate) href: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) hash: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
pub(crate) struct AuditPage {
    pub(crate) s: Shell,
    pub(crate) counties: Vec<Choice>,
    pub(crate) county: String,
    pub(crate) actions: Vec<Choice>,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) day: String,
    pub(crate) rows: Vec<Row>,
    /// The address of older entries, where there are any.
    pub(crate) older: Option<String>,
}

pub(super) async fn list(
    visitor: Visitor,
    query: Asked,
    Extension(categories): Extension<CategoryNames>,
) -> Result<Response> {
    let scope = visitor.scope(Right::SeeAudit)?;
    let mut tx = visitor.app.db().read().await?;
    let counties = counties(&mut tx, &scope).await?;
    let text = |name: &str| asked(&query, name).to_owned();
    let county = match asked(&query, "county") {
        "" => counties.first().map(|county| county.value.clone()).unwrap_or_default(),
        given => given.to_owned(),
    };
    let day = asked(&query, "day").parse().ok().map(start_of);
    let filter = Filter {
        action: Some(text("action")).filter(|text| !text.is_empty()),
        subject: Some(text("subject")).filter(|text| !text.is_empty()),
        from: day,
        before: day.map(end_of_day),
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
    let subjects = Subjects::of(&mut tx, &visitor, &county, &links).await?;
    let details = Details::of(&mut tx, categories, &links).await?;
    let s = visitor.shell(visitor.words.t("audit-title"));
    html(&AuditPage {
        rows: links.into_iter().map(|link| row(&visitor, &s, &subjects, &details, link)).collect(),
        s,
        actions: actions(&visitor),
        counties,
        county,
        action: text("action"),
        subject: text("subject"),
        day: text("day"),
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

/// What a message id says before an action's code.
const NAMED: &str = "audited-";

/// Everything the trail may say was done, by name.
fn actions(visitor: &Visitor) -> Vec<Choice> {
    let ids = visitor.words.beginning(NAMED);
    ids.into_iter().map(|id| Choice::new(&id[NAMED.len()..], visitor.words.t(id))).collect()
}

/// Who did it: a person by name, a resident with their link and the program itself in words.
fn actor(visitor: &Visitor, link: &Link) -> String {
    match link.actor_name.as_str() {
        "reporter" if link.actor.is_none() => visitor.words.t("audit-actor-reporter"),
        "lianxin" if link.actor.is_none() => visitor.words.t("audit-actor-program"),
        name => name.to_owned(),
    }
}

fn row(visitor: &Visitor, s: &Shell, subjects: &Subjects, details: &Details, link: Link) -> Row {
    let message = format!("{NAMED}{}", link.action);
    let said = visitor.words.t(&message);
    Row {
        seq: link.seq,
        at: link.at,
        // An entry of a newer program beside this one has no name here.
        action: if said == message { link.action.clone() } else { said },
        subject: subjects.name(s, &link),
        facts: details.told(s, &link),
        same: format!("/audit?county={}&subject={}", escaped(&link.county), escaped(&link.subject)),
        href: subjects.href(&link),
        actor: actor(visitor, &link),
        action_code: link.action,
        subject_code: link.subject,
        reason: link.reason,
        hash: link.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
