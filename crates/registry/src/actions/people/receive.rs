//! Somebody registered in another place of the county who was found living here.

use lianxin_foundation::audit::{self, Entry};
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{Lodging, begins, dwelling};
use crate::household::{Relation, store as households};
use crate::person::{Person, standing::Standing, store};

/// Moves somebody here who was found here, within the county and once. Whoever keeps the place where they were found does so,
/// though they do not keep the place left: nobody can stand at two doors. That place sees in the person's trail why they went.
#[derive(Debug, Clone)]
pub struct Receive {
    /// The county.
    pub county: String,
    /// The person.
    pub id: Uuid,
    /// The household they live in now, where there is one; else where the new one stands.
    pub household: Option<Uuid>,
    /// The village, grid or micro-grid.
    pub area: String,
    /// The rest of a new household's address.
    pub address: Option<String>,
    /// What they are to its head.
    pub relation: Option<Relation>,
    /// The first day there; today when not said.
    pub from: Option<Micros>,
    /// Why, in at least four characters; it joins the audit trail.
    pub reason: String,
}

/// A move within the county: which home ended, which began, and in which household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// The residence that ended.
    pub before: Uuid,
    /// The residence that began.
    pub since: Uuid,
    /// The household they live in now.
    pub household: Uuid,
}

/// A person who was not merged into another.
async fn person(tx: &mut Tx, county: &str, id: Uuid) -> Result<Person> {
    let found = store::person(tx, county, id).await?.filter(|person| person.merged_into.is_none());
    found.ok_or_else(|| Problem::not_found().into())
}

impl Action for Receive {
    type Output = Option<Received>;

    /// Nothing where they live there already.
    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Option<Received>> {
        let reason = audit::reason(&self.reason, "person-reason-short")?;
        let area = dwelling(tx, cx, &self.area).await?;
        let person = person(tx, &self.county, self.id).await?;
        let standing = Standing::of(tx, &person).await?;
        let Some(home) = standing.residences.iter().find(|one| one.to.is_none()) else {
            return Err(Problem::not_found().into());
        };
        if area.county != self.county {
            return Err(Problem::invalid().field("area", "household-other-county").into());
        }
        let household = match self.household {
            Some(id) => households::household(tx, &self.county, id).await?,
            None => None,
        };
        let there = household.as_ref().map_or(home.path == area.path, |one| one.id == home.household);
        if there {
            return Ok(None);
        }
        if household.as_ref().is_some_and(|one| !cx.scope(Right::KeepPeople).covers(&one.path, &[])) {
            return Err(Problem::not_found().into());
        }
        let from = begins(cx, self.from)?;
        if home.from > from {
            return Err(Problem::invalid().field("from", "person-lives-later").into());
        }
        households::end(tx, &self.county, home.id, from, "moved").await?;
        let relation = self.relation;
        let lodging = Lodging { code: None, relation, area: area.id.clone(), address: self.address.clone() };
        let household = lodging.lodge(tx, cx, (person.id, from), household, &area).await?;
        let homes = households::homes(tx, &self.county, &[person.id], from).await?;
        let Some(since) = homes.iter().find(|one| one.household == household) else {
            return Err(Problem::not_found().into());
        };
        tx.audit(
            Entry::new(cx.who, &self.county, "person-receive", "person", self.id)
                .because(reason)
                .detail(json!({ "area": area.id, "from": home.area })),
        );
        Ok(Some(Received { before: home.id, since: since.id, household }))
    }
}

/// Takes such a move back: they live where they lived, as if nothing had been.
#[derive(Debug, Clone)]
pub struct UndoReceive {
    /// The county.
    pub county: String,
    /// The person.
    pub id: Uuid,
    /// The residence that ended.
    pub before: Uuid,
    /// The residence that began.
    pub since: Uuid,
    /// Why; it joins the audit trail.
    pub reason: String,
}

impl Action for UndoReceive {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let person = person(tx, &self.county, self.id).await?;
        let standing = Standing::of(tx, &person).await?;
        let of = |id: Uuid| standing.residences.iter().find(|one| one.id == id);
        let Some((before, since)) = of(self.before).zip(of(self.since)) else {
            return Err(Problem::not_found().into());
        };
        cx.scope(Right::KeepPeople).require(&since.path, &[])?;
        let latest = standing.residences.iter().all(|one| one.from <= since.from || one.id == since.id);
        if since.to.is_some() || before.to != Some(since.from) || !latest {
            // They moved on meanwhile: what is right now, nobody knows by undoing.
            return Err(Problem::new(Kind::Conflict, "person-changed").into());
        }
        households::end(tx, &self.county, since.id, since.from, "undone").await?;
        households::go_on(tx, &self.county, before.id).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "person-receive-undo", "person", self.id)
                .because(&self.reason)
                .detail(json!({ "area": before.area, "from": since.area })),
        );
        Ok(())
    }
}
