//! Does what a proposal says: founds the branch, has it cover its units, and asks their members over.

use std::collections::BTreeSet;

use lianxin_formation::Rules;
use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::undecided;
use crate::actions::people::ask_over;
use crate::actions::{AddOrganisation, ChangeOrganisation, Founding};
use crate::coverage::facts::{self, Fact};
use crate::coverage::{Decision, Line, Plan, Way, store};
use crate::organisation::{Form, Organisation, OrganisationKind, store as organisations};

/// Accepts a proposal, as it stands or changed.
#[derive(Debug, Clone)]
pub struct AcceptProposal {
    /// The plan's county.
    pub county: String,
    /// The plan.
    pub plan: Uuid,
    /// The proposal: the unit that leads it.
    pub seat: Uuid,
    /// What the new branch is called; means nothing where a unit is attached.
    pub name: String,
    /// The organisation above the new branch.
    pub superior: Option<Uuid>,
    /// The paper by which the superior approved.
    pub approval: Option<String>,
    /// The units to be covered, the one that leads among them; none: all of the proposal.
    pub units: BTreeSet<Uuid>,
    /// Why, for the history of the units and for the transfers of their members.
    pub reason: String,
}

/// What was done.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The organisation that covers the units now.
    pub organisation: Organisation,
    /// How many units.
    pub units: usize,
    /// How many members were asked over; their own organisations answer.
    pub asked: usize,
}

impl Action for AcceptProposal {
    type Output = Accepted;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Accepted> {
        let (plan, lines) = undecided(tx, cx, &self.county, self.plan, self.seat).await?;
        let way = lines[0].way;
        if !way.proposes() {
            return Err(Problem::new(Kind::Conflict, "coverage-nothing-to-accept").into());
        }
        let units = self.fresh(tx, cx, &plan, &lines).await?;
        self.check(way, &units)?;
        let organisation = match way {
            Way::Attached => host(tx, &plan, &lines[0]).await?,
            _ => self.found(tx, cx, way, &lines[0], &units).await?,
        };
        let decision = Decision {
            id: cx.app.ids().new_id(cx.now),
            seat: self.seat,
            decision: "accepted".to_owned(),
            organisation: Some(organisation.id),
            founded: way != Way::Attached,
            reason: self.reason.clone(),
            made_at: cx.now,
            made_by: cx.who.name.clone(),
        };
        store::decide(tx, &plan, &decision).await?;
        for unit in &units {
            self.cover(tx, cx, unit, &organisation).await?;
            store::did(tx, &self.county, decision.id, ("unit", unit.row.id, unit.row.superior)).await?;
        }
        let ids: Vec<Uuid> = units.iter().map(|unit| unit.row.id).collect();
        let mut asked = 0;
        for (person, membership, from) in store::people(tx, &self.county, &plan.path, &ids, cx.now).await? {
            if from == organisation.id {
                continue;
            }
            let whom = (self.county.as_str(), person, membership);
            if let Some(transfer) = ask_over(tx, cx, whom, &organisation, &self.reason).await? {
                store::did(tx, &self.county, decision.id, ("transfer", transfer, None)).await?;
                asked += 1;
            }
        }
        tx.audit(
            Entry::new(cx.who, &self.county, "coverage-accept", "organisation", organisation.id)
                .because(&self.reason)
                .detail(json!({ "units": units.len(), "transfers": asked })),
        );
        Ok(Accepted { organisation, units: units.len(), asked })
    }
}

impl AcceptProposal {
    /// The chosen units as they are now, the one that leads first.
    ///
    /// # Errors
    /// A conflict when one of the proposal's is not what the plan was made from.
    async fn fresh(&self, tx: &mut Tx, cx: Context<'_>, plan: &Plan, lines: &[Line]) -> Result<Vec<Fact>> {
        let ids: Vec<Uuid> = lines.iter().map(|line| line.unit).collect();
        let mut now = facts::units(tx, (&self.county, &plan.path), &ids, cx.now).await?;
        for line in lines {
            let same = now.iter().any(|fact| fact.row.id == line.unit && fact.basis() == line.basis);
            if !same {
                let names = organisations::names(tx, &[line.unit]).await?;
                let name = names.get(&line.unit).map_or("", String::as_str);
                return Err(Problem::new(Kind::Conflict, "coverage-changed").with("name", name).into());
            }
        }
        now.retain(|fact| self.units.is_empty() || self.units.contains(&fact.row.id));
        now.sort_by_key(|fact| fact.row.id != self.seat);
        Ok(now)
    }

    /// Refuses what the rules say must be otherwise.
    fn check(&self, way: Way, units: &[Fact]) -> Result<()> {
        if units.first().is_none_or(|unit| unit.row.id != self.seat) {
            return Err(Problem::invalid().field("units", "coverage-seat-missing").into());
        }
        let members: i64 = units.iter().map(|unit| unit.members).sum();
        let least = i64::from(Rules::built_in().own_least.value);
        if way != Way::Attached && members < least {
            return Err(Problem::invalid().field("units", "coverage-too-few").into());
        }
        Ok(())
    }

    async fn found(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        way: Way,
        line: &Line,
        units: &[Fact],
    ) -> Result<Organisation> {
        let kind = line.founds.as_deref().and_then(OrganisationKind::from_code);
        let joint = way == Way::Joint && units.len() > 1;
        let Some(seat) = organisations::organisation(tx, &self.county, self.seat).await? else {
            return Err(Problem::not_found().into());
        };
        let founding = Founding {
            form: if joint { Form::Joint } else { Form::Ordinary },
            superior: self.superior,
            approval: self.approval.clone(),
            ends: None,
        };
        let add = AddOrganisation {
            code: None,
            kind: kind.unwrap_or(OrganisationKind::Branch),
            name: self.name.clone(),
            area: seat.area,
            phone: None,
            founding,
        };
        add.run(tx, cx).await
    }

    async fn cover(&self, tx: &mut Tx, cx: Context<'_>, unit: &Fact, by: &Organisation) -> Result<()> {
        let found = organisations::organisation(tx, &self.county, unit.row.id).await?;
        let Some(found) = found else { return Err(Problem::not_found().into()) };
        let change = ChangeOrganisation {
            county: found.county,
            id: found.id,
            name: found.name,
            area: found.area,
            superior: Some(by.id),
            reason: self.reason.clone(),
        };
        change.run(tx, cx).await
    }
}

/// The organisation that takes a unit on: one that exists, or the one that the unit's host has been given meanwhile.
async fn host(tx: &mut Tx, plan: &Plan, line: &Line) -> Result<Organisation> {
    let id = match (line.host, line.host_unit) {
        (Some(host), _) => Some(host),
        (None, Some(unit)) => {
            organisations::organisation(tx, &plan.county, unit).await?.and_then(|unit| unit.superior)
        }
        (None, None) => None,
    };
    let found = match id {
        Some(id) => organisations::organisation(tx, &plan.county, id).await?,
        None => None,
    };
    let open = found.filter(|one| one.valid_to.is_none());
    open.ok_or_else(|| Problem::new(Kind::Conflict, "coverage-host-first").into())
}
