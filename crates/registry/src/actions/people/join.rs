//! Somebody begins to be something in an organisation.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::civil;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{begins, seen};
use crate::membership::{Membership, MembershipKind, store};
use crate::organisation::{Organisation, standing, store as organisations};
use crate::person::joining;

/// Enters that a person is something in an organisation from a day on.
#[derive(Debug, Clone)]
pub struct Join {
    /// The person's county.
    pub county: String,
    /// The person.
    pub person: Uuid,
    /// The organisation.
    pub organisation: Uuid,
    /// What they are there: a code of [`MembershipKind`].
    pub kind: String,
    /// The first day; today when not said.
    pub from: Option<Micros>,
    /// Why, where it is unusual; it joins the audit trail.
    pub reason: String,
}

impl Action for Join {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let (person, standing) = seen(tx, cx, &self.county, self.person).await?;
        let (organisation, kind) = self.checked(tx, cx).await?;
        let from = begins(cx, self.from)?;
        let overlaps = |one: &&Membership| one.to.is_none_or(|to| from < to);
        let mut held = standing.memberships.iter().filter(overlaps);
        if held.any(|one| one.organisation == self.organisation && one.code == self.kind) {
            return Err(Problem::invalid().field("kind", "membership-held").into());
        }
        let mut stages =
            standing.memberships.iter().filter(overlaps).filter(|one| joining::is_stage(&one.code));
        if kind.stage.is_some() && stages.next().is_some() {
            return Err(Problem::invalid().field("kind", "joining-stage-held").into());
        }
        let unusual = match kind.stage {
            Some(1) => joining::under_age(person.birth(), civil(from).date()),
            _ => None,
        };
        if let Some(unusual) = unusual.filter(|_| self.reason.trim().is_empty()) {
            let said = Problem::new(Kind::Conflict, unusual.code).with("instead", unusual.instead);
            return Err(said.with("source", unusual.source).into());
        }
        let membership = Membership {
            id: cx.app.ids().new_id(cx.now),
            person: self.person,
            organisation: organisation.id,
            path: organisation.path,
            code: self.kind.clone(),
            from,
            to: None,
            ended: None,
        };
        store::insert(tx, &self.county, &membership).await?;
        let mut entry = Entry::new(cx.who, &self.county, "person-join", "person", self.person)
            .detail(json!({ "unit": organisation.id, "kind": self.kind }));
        if !self.reason.trim().is_empty() {
            entry = entry.because(self.reason.trim());
        }
        tx.audit(entry);
        Ok(membership.id)
    }
}

impl Join {
    async fn checked(&self, tx: &mut Tx, cx: Context<'_>) -> Result<(Organisation, &'static MembershipKind)> {
        let found = organisations::serving(tx, &self.county, self.organisation).await?;
        let kept = cx.scope(Right::KeepPeople);
        let found = found.filter(|one| one.valid_to.is_none() && kept.covers(&one.path, &[Some(one.id)]));
        let Some(organisation) = found else {
            return Err(Problem::invalid().field("organisation", "membership-organisation-unknown").into());
        };
        match MembershipKind::from_code(&self.kind) {
            None => Err(Problem::invalid().field("kind", "membership-kind-missing").into()),
            Some(kind) if !kind.fits(organisation.kind) => {
                Err(Problem::invalid().field("kind", "membership-kind-not-there").into())
            }
            Some(kind) if joining::admits(kind) && !standing::admits(&organisation) => {
                Err(Problem::invalid().field("kind", "membership-temporary").into())
            }
            Some(kind) => Ok((organisation, kind)),
        }
    }
}
