//! What people are in organisations, from a day to a day. What there is to be is data:
//! `data/memberships.toml`.

pub mod store;

use std::sync::OnceLock;

use lianxin_foundation::{Micros, Scope};
use serde::Deserialize;
use uuid::Uuid;

use crate::organisation::OrganisationKind;

/// Something a person can be in an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MembershipKind {
    /// The stable code in tables, files and the API; `membership-kind-…` is its name.
    pub code: String,
    /// The kinds of organisation that have it, by code; none: all.
    #[serde(default, rename = "in")]
    pub within: Vec<String>,
    /// Whether somebody is sent or asked there for a time: it may have a last day from the beginning.
    #[serde(default)]
    pub posting: bool,
    /// Which stage of joining the Party it is, from 1, if it is one.
    pub stage: Option<i64>,
}

#[derive(Deserialize)]
struct Kinds {
    kind: Vec<MembershipKind>,
}

impl MembershipKind {
    /// Every kind, in the order screens list them.
    pub fn all() -> &'static [MembershipKind] {
        static KINDS: OnceLock<Vec<MembershipKind>> = OnceLock::new();
        KINDS.get_or_init(|| {
            let kinds: Kinds = toml::from_str(include_str!("../../data/memberships.toml"))
                .expect("the built-in kinds of membership are well formed: a test reads them");
            kinds.kind
        })
    }

    /// Those that somebody is sent or asked to for a time.
    pub fn postings() -> impl Iterator<Item = &'static MembershipKind> {
        MembershipKind::all().iter().filter(|kind| kind.posting)
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<&'static MembershipKind> {
        MembershipKind::all().iter().find(|kind| kind.code == code)
    }

    /// The message id of its name.
    pub fn message(&self) -> String {
        format!("membership-kind-{}", self.code)
    }

    /// Whether an organisation of this kind has it.
    pub fn fits(&self, kind: OrganisationKind) -> bool {
        self.within.is_empty() || self.within.iter().any(|code| code == kind.code())
    }
}

/// Somebody being something in an organisation from a day to a day.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Membership {
    /// Its id.
    pub id: Uuid,
    /// Who.
    pub person: Uuid,
    /// In which organisation.
    pub organisation: Uuid,
    /// The organisation's path.
    pub path: String,
    /// [`MembershipKind`]'s code.
    #[sqlx(rename = "kind")]
    pub code: String,
    /// The first moment of the first day.
    #[sqlx(rename = "valid_from")]
    pub from: Micros,
    /// The first moment of the day after the last, if that is known.
    #[sqlx(rename = "valid_to")]
    pub to: Option<Micros>,
    /// Why it is over, in the words given.
    pub ended: Option<String>,
}

impl Membership {
    /// Whether it holds at a moment.
    pub fn holds(&self, at: Micros) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }

    /// Whether it lies within a scope: by the organisation's place, or the organisation itself.
    pub fn covered(&self, scope: &Scope) -> bool {
        scope.covers(&self.path, &[Some(self.organisation)])
    }

    /// Its kind, unless a newer program beside this one wrote it.
    pub fn kind(&self) -> Option<&'static MembershipKind> {
        MembershipKind::from_code(&self.code)
    }

    /// The message id of its kind.
    pub fn message(&self) -> String {
        format!("membership-kind-{}", self.code)
    }
}

/// Somebody sent or asked to an organisation for a time, as a list tells it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Posting {
    /// The person's county.
    pub county: String,
    /// Who.
    pub person: Uuid,
    /// Their name.
    pub name: String,
    /// [`MembershipKind`]'s code.
    #[sqlx(rename = "kind")]
    pub code: String,
    /// Where to.
    pub organisation: Uuid,
    /// What it is called.
    pub unit: String,
    /// The organisation's path.
    pub path: String,
    /// The first moment of the first day.
    #[sqlx(rename = "valid_from")]
    pub from: Micros,
    /// The first moment after the last day, where that was said.
    #[sqlx(rename = "valid_to")]
    pub to: Option<Micros>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn kinds_are_named_once_and_speak_of_organisations_that_exist() {
        let kinds = MembershipKind::all();
        let codes: BTreeSet<&str> = kinds.iter().map(|kind| kind.code.as_str()).collect();
        assert_eq!(codes.len(), kinds.len());
        for code in kinds.iter().flat_map(|kind| &kind.within) {
            assert!(OrganisationKind::from_code(code).is_some(), "{code}");
        }
        let stages: BTreeSet<i64> = kinds.iter().filter_map(|kind| kind.stage).collect();
        assert_eq!(stages, (1..=5).collect());
    }

    #[test]
    fn a_kind_fits_the_organisations_it_names() {
        let member = MembershipKind::from_code("member").unwrap();
        assert!(member.fits(OrganisationKind::Branch) && !member.fits(OrganisationKind::Enterprise));
        let sent = MembershipKind::from_code("first-secretary").unwrap();
        assert!(OrganisationKind::ALL.into_iter().all(|kind| sent.fits(kind)));
    }
}
