//! From one organisation to another, by consent of both.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::start_of_day;
use lianxin_foundation::error::Kind;
use lianxin_foundation::{Action, Context, Problem, Result, Right, Tx};
use serde_json::json;
use uuid::Uuid;

use super::seen;
use crate::membership::{Membership, MembershipKind, store as memberships};
use crate::organisation::{Organisation, store as organisations};
use crate::person::joining;
use crate::person::standing::Standing;
use crate::person::store as people;
use crate::transfer::{ANSWER_WITHIN, Transfer, store};

/// The longest reason or answer, in characters.
const LONGEST: usize = 200;

/// Asks that somebody goes from one organisation to another. Whoever keeps either end may ask; the other end
/// answers.
#[derive(Debug, Clone)]
pub struct AskTransfer {
    /// The person's county.
    pub county: String,
    /// The person.
    pub person: Uuid,
    /// What they are now, and will be there.
    pub membership: Uuid,
    /// The full name of the organisation they go to.
    pub to: String,
    /// Why.
    pub reason: String,
}

impl Action for AskTransfer {
    type Output = Transfer;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Transfer> {
        let (_, standing) = seen(tx, cx, &self.county, self.person).await?;
        let held = standing.held(cx.now).find(|one| one.id == self.membership && one.to.is_none());
        let Some(held) = held else { return Err(Problem::not_found().into()) };
        let reason = said(&self.reason)?;
        let to = self.destination(tx, held).await?;
        if store::waits(tx, &self.county, held.id, cx.now).await? {
            return Err(Problem::new(Kind::Conflict, "transfer-waits").into());
        }
        ask(tx, cx, (&self.county, held), &to, reason).await
    }
}

/// Writes that a membership is to go to another organisation; whoever keeps neither end may not ask.
async fn ask(
    tx: &mut Tx,
    cx: Context<'_>,
    (county, held): (&str, &Membership),
    to: &Organisation,
    reason: &str,
) -> Result<Transfer> {
    let keeps = cx.scope(Right::KeepPeople);
    let asked_from = held.covered(&keeps);
    if !asked_from && !keeps.covers(&to.path, &[Some(to.id)]) {
        return Err(Problem::forbidden().into());
    }
    let transfer = Transfer {
        county: county.to_owned(),
        id: cx.app.ids().new_id(cx.now),
        person: held.person,
        kind: held.code.clone(),
        membership: held.id,
        from_organisation: held.organisation,
        from_path: held.path.clone(),
        to_organisation: to.id,
        to_path: to.path.clone(),
        asked_from,
        asked_by: cx.who.name.clone(),
        asked_at: cx.now,
        reason: reason.to_owned(),
        due_at: cx.now + ANSWER_WITHIN,
        state: "open".to_owned(),
        answered_by: None,
        answered_at: None,
        answer: None,
    };
    store::insert(tx, &transfer).await?;
    tx.audit(
        Entry::new(cx.who, county, "transfer-ask", "person", held.person)
            .because(reason)
            .detail(json!({ "unit": to.id, "kind": held.code })),
    );
    Ok(transfer)
}

/// Asks that a member whom the asker sees comes over to `to`; tells the transfer. Nothing is asked of whom the asker does
/// not see, and where an answer is waited for already.
pub(crate) async fn ask_over(
    tx: &mut Tx,
    cx: Context<'_>,
    (county, person, membership): (&str, Uuid, Uuid),
    to: &Organisation,
    reason: &str,
) -> Result<Option<Uuid>> {
    let found = people::locked(tx, county, person).await?.filter(|person| person.merged_into.is_none());
    let Some(person) = found else { return Ok(None) };
    let standing = Standing::of(tx, &person).await?;
    if !standing.covered(&cx.scope(Right::SeePeople), cx.now) {
        return Ok(None);
    }
    let held = standing.held(cx.now).find(|one| one.id == membership && one.to.is_none());
    match held {
        Some(held) if !store::waits(tx, county, held.id, cx.now).await? => {
            Ok(Some(ask(tx, cx, (county, held), to, said(reason)?).await?.id))
        }
        _ => Ok(None),
    }
}

/// Takes back a transfer that was asked for; `false` when it was agreed to already. One that was refused or has lapsed
/// needs nothing more.
pub(crate) async fn withdraw(
    tx: &mut Tx,
    cx: Context<'_>,
    county: &str,
    id: Uuid,
    reason: &str,
) -> Result<bool> {
    let Some(transfer) = store::transfer(tx, county, id).await? else { return Ok(true) };
    if transfer.state == "accepted" {
        return Ok(false);
    }
    if transfer.is_open(cx.now) {
        store::answer(tx, &transfer, "withdrawn", (&cx.who.name, cx.now, reason)).await?;
        tx.audit(
            Entry::new(cx.who, county, "transfer-decline", "person", transfer.person)
                .because(reason)
                .detail(json!({ "unit": transfer.to_organisation, "status": "withdrawn" })),
        );
    }
    Ok(true)
}

impl AskTransfer {
    async fn destination(&self, tx: &mut Tx, held: &Membership) -> Result<Organisation> {
        let refused = |code| Err(Problem::invalid().field("to", code).into());
        let city = crate::area::city_of(&self.county).unwrap_or_default();
        let named = store::named(tx, &self.county, &city, self.to.trim()).await?;
        let found = match named.as_slice() {
            [(only,)] => organisations::serving(tx, &self.county, *only).await?,
            [] => return refused("transfer-organisation-unknown"),
            _ => return refused("roster-organisation-several"),
        };
        match found {
            None => refused("transfer-organisation-unknown"),
            Some(to) if to.id == held.organisation => refused("transfer-same"),
            Some(to) if !fits(&held.code, &to) => refused("membership-kind-not-there"),
            Some(to) => Ok(to),
        }
    }
}

fn fits(code: &str, to: &Organisation) -> bool {
    MembershipKind::from_code(code).is_some_and(|kind| kind.fits(to.kind))
}

fn said(text: &str) -> Result<&str> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST {
        return Err(Problem::invalid().field("reason", "registry-reason-missing").into());
    }
    Ok(text)
}

/// A transfer with an end that the asker keeps, still waiting.
async fn waiting(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<Transfer> {
    let keeps = cx.scope(Right::KeepPeople);
    let found = store::transfer(tx, county, id).await?;
    let found = found.filter(|one| one.asked_within(&keeps) || one.answered_within(&keeps));
    let Some(transfer) = found else { return Err(Problem::not_found().into()) };
    if !transfer.is_open(cx.now) {
        return Err(Problem::new(Kind::Conflict, "transfer-over").into());
    }
    Ok(transfer)
}

/// Agrees to a transfer: today ends the one membership and begins the other.
#[derive(Debug, Clone)]
pub struct AcceptTransfer {
    /// The person's county.
    pub county: String,
    /// The transfer.
    pub id: Uuid,
}

impl Action for AcceptTransfer {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let transfer = waiting(tx, cx, &self.county, self.id).await?;
        if !transfer.answered_within(&cx.scope(Right::KeepPeople)) {
            return Err(Problem::forbidden().into());
        }
        let changed = || Problem::new(Kind::Conflict, "transfer-changed");
        let person = people::locked(tx, &self.county, transfer.person).await?;
        let person = person.filter(|person| person.merged_into.is_none()).ok_or_else(changed)?;
        let standing = Standing::of(tx, &person).await?;
        let to = organisations::serving(tx, &self.county, transfer.to_organisation).await?;
        let to = to.filter(|to| to.valid_to.is_none() && fits(&transfer.kind, to)).ok_or_else(changed)?;
        let open = |one: &&Membership| one.to.is_none();
        let held = standing.memberships.iter().filter(open).find(|one| one.id == transfer.membership);
        let Some(held) = held else { return Err(changed().into()) };
        let stage = joining::is_stage(&transfer.kind);
        let others = standing.memberships.iter().filter(open).filter(|one| one.id != held.id);
        let doubled = |one: &Membership| {
            (one.organisation == to.id && one.code == transfer.kind)
                || (stage && joining::is_stage(&one.code))
        };
        if others.clone().any(doubled) {
            return Err(changed().into());
        }
        let today = start_of_day(cx.now);
        // Whoever leaves holds no post there any more.
        for one in others.filter(|one| one.organisation == held.organisation).chain([held]) {
            memberships::end(tx, &self.county, one.id, today.max(one.from), "transferred").await?;
        }
        let next = Membership {
            id: cx.app.ids().new_id(cx.now),
            person: person.id,
            organisation: to.id,
            path: to.path,
            code: transfer.kind.clone(),
            from: today.max(held.from),
            to: None,
            ended: None,
        };
        memberships::insert(tx, &self.county, &next).await?;
        store::answer(tx, &transfer, "accepted", (&cx.who.name, cx.now, "")).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "transfer-accept", "person", person.id)
                .detail(json!({ "unit": to.id, "kind": transfer.kind })),
        );
        Ok(())
    }
}

/// Says no to a transfer, or, by the end that asked, takes it back.
#[derive(Debug, Clone)]
pub struct DeclineTransfer {
    /// The person's county.
    pub county: String,
    /// The transfer.
    pub id: Uuid,
    /// Why.
    pub reason: String,
}

impl Action for DeclineTransfer {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let transfer = waiting(tx, cx, &self.county, self.id).await?;
        let reason = said(&self.reason)?;
        let answers = transfer.answered_within(&cx.scope(Right::KeepPeople));
        let state = if answers { "refused" } else { "withdrawn" };
        store::answer(tx, &transfer, state, (&cx.who.name, cx.now, reason)).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "transfer-decline", "person", transfer.person)
                .because(reason)
                .detail(json!({ "unit": transfer.to_organisation, "status": state })),
        );
        Ok(())
    }
}
