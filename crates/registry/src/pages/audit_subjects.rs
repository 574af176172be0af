//! What the entries of a page of the audit trail are about: what it is called, and whether the reader may
//! open it. A link that would lead to a refusal is none.

use std::collections::{HashMap, HashSet};

use lianxin_foundation::account::store as accounts;
use lianxin_foundation::audit::Link;
use lianxin_foundation::web::{Shell, Visitor};
use lianxin_foundation::{Context, Error, Result, Right, Scope, Tx};
use serde_json::Value as Json;
use uuid::Uuid;

use super::audit_details::short_id;
use crate::area::{is_id, path_of, root_of, store as areas};
use crate::organisation::store as organisations;
use crate::post::require_account;

/// The subjects of one page of one county's trail.
pub(super) struct Subjects {
    areas: HashMap<String, String>,
    organisations: HashMap<Uuid, String>,
    accounts: HashMap<Uuid, String>,
    /// The accounts that the reader keeps.
    kept: HashSet<Uuid>,
    registry: Scope,
    /// Whether the reader sees every matter of the county.
    sees_matters: bool,
    /// Whether the reader sees every organisation of the county.
    sees_organisations: bool,
}

impl Subjects {
    /// Reads the names of everything that `links`, all of `county`, are about.
    pub(super) async fn of(tx: &mut Tx, visitor: &Visitor, county: &str, links: &[Link]) -> Result<Subjects> {
        let who = visitor.signed_in()?;
        let whole = path_of(root_of(county));
        let sees = |right| who.scope(right, visitor.now).covers(&whole, &[]);
        let accounts = accounts::names(tx, county, &ids(links, "account")).await?;
        let cx = Context::new(&visitor.app, who, visitor.now);
        let mut kept = HashSet::new();
        if who.may(Right::Manage, visitor.now) {
            for id in accounts.keys() {
                match require_account(tx, cx, county, *id).await {
                    Ok(()) => {
                        kept.insert(*id);
                    }
                    Err(Error::Refused(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        let named: Vec<&str> =
            of_kind(links, "area").map(|link| link.subject.as_str()).filter(|id| is_id(id)).collect();
        Ok(Subjects {
            areas: areas::names(tx, &named).await?,
            organisations: organisations::names(tx, &ids(links, "organisation")).await?,
            accounts,
            kept,
            registry: who.scope(Right::SeeRegistry, visitor.now),
            sees_matters: sees(Right::SeeMatters),
            sees_organisations: sees(Right::SeeRegistry),
        })
    }

    /// What the subject is called; its kind and the end of its id where it has no name.
    pub(super) fn name(&self, s: &Shell, link: &Link) -> String {
        let id = || link.subject.parse::<Uuid>().ok();
        let name = match link.subject_kind.as_str() {
            "area" => self.areas.get(&link.subject).cloned(),
            "organisation" => id().and_then(|id| self.organisations.get(&id).cloned()),
            "account" => id().and_then(|id| self.accounts.get(&id).cloned()),
            "matter" => number(link),
            _ => None,
        };
        let unnamed = || {
            let message = format!("audit-subject-{}", link.subject_kind);
            let kind = s.t(&message);
            let id = short_id(&link.subject)?;
            Some(if kind == message { id } else { format!("{kind} {id}") })
        };
        name.or_else(unnamed).unwrap_or_else(|| link.subject.clone())
    }

    /// Where the reader may open the subject. A post's entries are about the account that holds it.
    pub(super) fn href(&self, link: &Link) -> Option<String> {
        let (county, subject) = (&link.county, &link.subject);
        let id = || subject.parse::<Uuid>().ok();
        match link.subject_kind.as_str() {
            "area" if self.areas.contains_key(subject) && self.registry.covers(&path_of(subject), &[]) => {
                Some(format!("/areas/{subject}"))
            }
            "organisation" if self.sees_organisations => Some(format!("/organisations/{}", id()?)),
            "account" if self.kept.contains(&id()?) => Some(format!("/posts/accounts/{county}/{subject}")),
            "matter" if self.sees_matters => Some(format!("/matters/{county}/{}", id()?)),
            "category" => Some(format!("/categories#{subject}")),
            _ => None,
        }
    }
}

fn of_kind<'l>(links: &'l [Link], kind: &'l str) -> impl Iterator<Item = &'l Link> {
    links.iter().filter(move |link| link.subject_kind == kind)
}

fn ids(links: &[Link], kind: &str) -> Vec<Uuid> {
    let found: HashSet<Uuid> = of_kind(links, kind).filter_map(|link| link.subject.parse().ok()).collect();
    found.into_iter().collect()
}

/// A matter's number, which its entries carry.
fn number(link: &Link) -> Option<String> {
    let detail: Json = serde_json::from_str(&link.detail).ok()?;
    detail["number"].as_str().map(str::to_owned)
}
