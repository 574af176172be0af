//! Mediation, one thing after another: taken up, who takes part, sittings, an agreement or none.

use lianxin_foundation::audit::{self, Entry};
use lianxin_foundation::clock::DAY;
use lianxin_foundation::error::{Kind, While};
use lianxin_foundation::vault::normalise_phone;
use lianxin_foundation::{Action, App, Context, Error, Micros, Problem, Result, Tx};
use serde_json::json;
use uuid::Uuid;

use super::{With, find, parties, take, unit_in_force, words};
use crate::Matters;
use crate::disputes::{
    Dispute, Form, MOST_PARTIES, Outcome, Part, Session, Taker, USUAL, confirm_by, place, store,
};
use crate::model::{Matter, Party};
use crate::rules::Step;
use crate::told::sittings;

/// How far ahead a sitting may be arranged, and how far back it may be noted.
const AHEAD: Micros = 90 * DAY;
/// The longest name or place, in characters.
const MOST_NAME: usize = 80;

/// A dispute is taken up by the unit that has its matter.
pub struct Mediate<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The matter's county.
    pub county: String,
    /// The matter.
    pub id: Uuid,
    /// What it is about: for those who mediate, sealed.
    pub about: String,
}

/// Somebody takes part: an organisation, or a person by name.
pub struct AddTaker {
    /// The dispute's county.
    pub county: String,
    /// The dispute.
    pub id: Uuid,
    /// In which part.
    pub part: Part,
    /// The organisation, where it is one.
    pub organisation: Option<Uuid>,
    /// Otherwise the person's name; sealed.
    pub name: String,
    /// Their telephone number, or empty; sealed.
    pub phone: String,
}

/// They are invited to sit together.
pub struct Arrange {
    /// The dispute's county.
    pub county: String,
    /// The dispute.
    pub id: Uuid,
    /// When.
    pub at: Micros,
    /// Where.
    pub place: String,
    /// Who is invited.
    pub invited: Vec<Uuid>,
}

/// They sat together.
pub struct RecordSession {
    /// The dispute's county.
    pub county: String,
    /// The dispute.
    pub id: Uuid,
    /// The sitting.
    pub session: Uuid,
    /// Who of those invited came.
    pub came: Vec<Uuid>,
    /// What was said; sealed.
    pub record: String,
}

/// They agreed.
pub struct Agree<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The dispute's county.
    pub county: String,
    /// The dispute.
    pub id: Uuid,
    /// By word of mouth or on paper.
    pub form: Form,
    /// Since when it holds: said by both, or signed and sealed.
    pub at: Micros,
    /// What was agreed; sealed.
    pub terms: String,
}

/// They did not agree; it ends, and they are told what else there is.
pub struct FailMediation<'a> {
    /// What matters need.
    pub matters: &'a Matters,
    /// The dispute's county.
    pub county: String,
    /// The dispute.
    pub id: Uuid,
    /// Why not; sealed.
    pub reason: String,
}

/// Both sides asked a court together to confirm what they agreed.
pub struct ConfirmAgreement {
    /// The dispute's county.
    pub county: String,
    /// The dispute.
    pub id: Uuid,
    /// When they asked.
    pub at: Micros,
    /// Which court, under which number.
    pub note: String,
}

/// Opens all that is sealed of a dispute, for its file on paper. The reason joins the audit trail.
pub struct OpenDispute {
    /// The dispute's county.
    pub county: String,
    /// The dispute.
    pub id: Uuid,
    /// Why.
    pub reason: String,
}

/// Everything of a dispute, opened.
#[derive(Debug)]
pub struct File {
    /// The dispute.
    pub dispute: Dispute,
    /// Its matter.
    pub matter: Matter,
    /// What it is about.
    pub about: String,
    /// What was agreed, or why not.
    pub terms: Option<String>,
    /// Who takes part, with the name and number of each person.
    pub takers: Vec<(Taker, Option<String>, Option<String>)>,
    /// The sittings, with what was said.
    pub sessions: Vec<(Session, Option<String>)>,
}

impl Action for Mediate<'_> {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let about = words::required("about", &self.about, "dispute-about-missing")?;
        let matter = find(tx, cx, &self.county, self.id).await?;
        let parties = parties(&matter, cx.who, cx.now);
        let open = store::of_matter(tx, &self.county, self.id).await?;
        if open.iter().any(|dispute| dispute.ended_at.is_none()) {
            return Err(Problem::new(Kind::Conflict, "dispute-open-already").into());
        }
        let number = matter.number.clone();
        take(tx, cx, self.matters, matter, &parties, Step::Mediate, With::default()).await?;
        let id = cx.app.ids().new_id(cx.now);
        let dispute = Dispute {
            county: self.county.clone(),
            id,
            matter: self.id,
            sealed_about: seal(cx.app, "about", id, &about),
            opened_at: cx.now,
            due: cx.now + USUAL,
            ended_at: None,
            outcome: None,
            form: None,
            agreed_at: None,
            sealed_terms: None,
            confirm_by: None,
            confirmed_at: None,
            confirm_note: None,
        };
        store::insert(tx, &dispute).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "dispute-open", "dispute", id)
                .detail(json!({ "matter": number })),
        );
        Ok(id)
    }
}

impl Action for AddTaker {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let (dispute, _) = mediated(tx, cx, &self.county, self.id).await?;
        let already = store::takers(tx, &self.county, dispute.id).await?;
        if already.len() >= MOST_PARTIES {
            return Err(Problem::new(Kind::Conflict, "dispute-parties-most").into());
        }
        if self.organisation.is_some() && already.iter().any(|taker| taker.organisation == self.organisation)
        {
            return Err(Problem::invalid().field("organisation", "dispute-party-already").into());
        }
        let taker = self.taker(tx, cx).await?;
        store::insert_taker(tx, &self.county, dispute.id, &taker, cx.now).await?;
        tx.audit(Entry::new(cx.who, &self.county, "dispute-party", "dispute", dispute.id).detail(
            json!({ "party": taker.id, "part": taker.part.code(), "organisation": taker.organisation }),
        ));
        Ok(taker.id)
    }
}

impl AddTaker {
    async fn taker(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Taker> {
        let (name, phone) = (self.name.trim(), self.phone.trim());
        let normal = normalise_phone(phone);
        let mut problem = Problem::invalid();
        match self.organisation {
            Some(organisation) => {
                unit_in_force(tx, "organisation", &self.county, organisation, cx.now).await?;
            }
            None if name.is_empty() || name.chars().count() > MOST_NAME => {
                problem = problem.field("name", "dispute-name-missing");
            }
            None => {}
        }
        if !phone.is_empty() && normal.is_none() {
            problem = problem.field("phone", "matter-phone-form");
        }
        problem.when_fields()?;
        let id = cx.app.ids().new_id(cx.now);
        let person = self.organisation.is_none();
        Ok(Taker {
            id,
            part: self.part,
            organisation: self.organisation,
            sealed_name: person.then(|| seal(cx.app, "name", id, name)),
            sealed_phone: normal.map(|phone| seal(cx.app, "phone", id, &phone)),
        })
    }
}

impl Action for Arrange {
    type Output = Uuid;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Uuid> {
        let (dispute, matter) = mediated(tx, cx, &self.county, self.id).await?;
        let where_to = self.place.trim();
        let mut problem = Problem::invalid();
        if where_to.is_empty() || where_to.chars().count() > MOST_NAME {
            problem = problem.field("place", "dispute-place-missing");
        }
        if self.at > cx.now + AHEAD || self.at < dispute.opened_at - AHEAD {
            problem = problem.field("at", "dispute-time-range");
        }
        let takers = store::takers(tx, &self.county, dispute.id).await?;
        let mut invited = self.invited.clone();
        invited.sort_unstable();
        invited.dedup();
        let part = |id: &Uuid| takers.iter().find(|taker| taker.id == *id).map(|taker| taker.part);
        if invited.iter().any(|id| part(id).is_none()) {
            return Err(Problem::not_found().into());
        }
        if invited.iter().filter_map(part).filter(|part| part.agrees()).count() < 2 {
            problem = problem.field("invited", "dispute-invited-few");
        }
        problem.when_fields()?;
        let session = Session {
            id: cx.app.ids().new_id(cx.now),
            at: self.at,
            place: where_to.to_owned(),
            held_at: None,
            sealed_record: None,
            invited: invited.into_iter().map(|party| (party, None)).collect(),
        };
        store::insert_session(tx, &self.county, dispute.id, &session).await?;
        sittings::note(tx, &self.county, matter.id, session.id, cx.now).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "dispute-arrange", "dispute", dispute.id)
                .detail(json!({ "session": session.id, "at": session.at, "invited": session.invited.len() })),
        );
        Ok(session.id)
    }
}

impl Action for RecordSession {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let record = words::required("record", &self.record, "dispute-record-missing")?;
        let (dispute, _) = mediated(tx, cx, &self.county, self.id).await?;
        let sessions = store::sessions(tx, &self.county, dispute.id).await?;
        let found = sessions.into_iter().find(|session| session.id == self.session);
        let mut session = found.ok_or_else(Problem::not_found)?;
        if session.at > cx.now {
            return Err(Problem::new(Kind::Conflict, "dispute-session-early").into());
        }
        session.sealed_record = Some(seal(cx.app, "record", session.id, &record));
        if !store::record_session(tx, &self.county, &session, &self.came, cx.now).await? {
            return Err(Problem::new(Kind::Conflict, "dispute-session-held").into());
        }
        let came = session.invited.iter().filter(|(party, _)| self.came.contains(party)).count();
        tx.audit(
            Entry::new(cx.who, &self.county, "dispute-hold", "dispute", dispute.id)
                .detail(json!({ "session": session.id, "came": came, "invited": session.invited.len() })),
        );
        Ok(())
    }
}

impl Action for Agree<'_> {
    type Output = Dispute;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Dispute> {
        let terms = words::required("terms", &self.terms, "dispute-terms-missing")?;
        let (dispute, matter) = mediated(tx, cx, &self.county, self.id).await?;
        let sessions = store::sessions(tx, &self.county, dispute.id).await?;
        let sat = |session: &Session| {
            session.held_at.is_some()
                && session.invited.iter().filter(|(_, came)| *came == Some(true)).count() >= 2
        };
        if !sessions.iter().any(sat) {
            return Err(Problem::new(Kind::Conflict, "dispute-session-missing").into());
        }
        if self.at > cx.now || self.at < dispute.opened_at - AHEAD {
            return Err(Problem::invalid().field("at", "dispute-agreed-range").into());
        }
        let ended = Dispute {
            ended_at: Some(cx.now),
            outcome: Some(Outcome::Agreed),
            form: Some(self.form),
            agreed_at: Some(self.at),
            sealed_terms: Some(seal(cx.app, "terms", dispute.id, &terms)),
            confirm_by: Some(confirm_by(self.at)),
            ..dispute
        };
        finish(tx, cx, self.matters, matter, &ended, Step::Agree).await?;
        Ok(ended)
    }
}

impl Action for FailMediation<'_> {
    type Output = Dispute;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Dispute> {
        let reason = words::required("reason", &self.reason, "matter-reason-missing")?;
        let (dispute, matter) = mediated(tx, cx, &self.county, self.id).await?;
        let ended = Dispute {
            ended_at: Some(cx.now),
            outcome: Some(Outcome::Failed),
            sealed_terms: Some(seal(cx.app, "terms", dispute.id, &reason)),
            ..dispute
        };
        finish(tx, cx, self.matters, matter, &ended, Step::FailMediation).await?;
        Ok(ended)
    }
}

/// Ends a dispute, on its matter's history too.
async fn finish(
    tx: &mut Tx,
    cx: Context<'_>,
    matters: &Matters,
    matter: Matter,
    dispute: &Dispute,
    step: Step,
) -> Result<()> {
    let parties = parties(&matter, cx.who, cx.now);
    take(tx, cx, matters, matter, &parties, step, With::default()).await?;
    if !store::end(tx, dispute).await? {
        return Err(over());
    }
    tx.audit(Entry::new(cx.who, &dispute.county, "dispute-end", "dispute", dispute.id).detail(json!({
        "outcome": dispute.outcome.map(Outcome::code),
        "form": dispute.form.map(Form::code),
        "agreed_at": dispute.agreed_at,
    })));
    Ok(())
}

impl Action for ConfirmAgreement {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        let note = words::required("note", &self.note, "dispute-court-missing")?;
        let (dispute, _) = seen(tx, cx, &self.county, self.id).await?;
        let (Some(agreed), Some(until)) = (dispute.agreed_at, dispute.confirm_by) else {
            return Err(Problem::new(Kind::Conflict, "dispute-not-agreed").into());
        };
        if self.at < agreed || self.at > cx.now {
            return Err(Problem::invalid().field("at", "dispute-confirm-range").into());
        }
        if self.at >= until {
            return Err(Problem::invalid().field("at", "dispute-confirm-late").into());
        }
        if !store::confirm(tx, &self.county, dispute.id, self.at, &note).await? {
            return Err(Problem::new(Kind::Conflict, "dispute-confirmed-already").into());
        }
        tx.audit(
            Entry::new(cx.who, &self.county, "dispute-confirm", "dispute", dispute.id)
                .detail(json!({ "at": self.at })),
        );
        Ok(())
    }
}

impl Action for OpenDispute {
    type Output = File;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<File> {
        let (dispute, matter) = seen(tx, cx, &self.county, self.id).await?;
        let reason = audit::reason(&self.reason, "matter-reason-short")?;
        let file = opened(tx, cx.app, dispute, matter).await?;
        tx.audit(
            Entry::new(cx.who, &self.county, "dispute-open-file", "dispute", self.id)
                .because(reason)
                .detail(json!({ "matter": file.matter.number, "parties": file.takers.len() })),
        );
        Ok(file)
    }
}

async fn opened(tx: &mut Tx, app: &App, dispute: Dispute, matter: Matter) -> Result<File> {
    let takers = store::takers(tx, &dispute.county, dispute.id).await?;
    let takers = takers
        .into_iter()
        .map(|taker| {
            let name = unsealed(app, "name", taker.id, taker.sealed_name.as_deref())?;
            let phone = unsealed(app, "phone", taker.id, taker.sealed_phone.as_deref())?;
            Ok((taker, name, phone))
        })
        .collect::<Result<_>>()?;
    let sessions = store::sessions(tx, &dispute.county, dispute.id).await?;
    let sessions = sessions
        .into_iter()
        .map(|session| {
            let record = unsealed(app, "record", session.id, session.sealed_record.as_deref())?;
            Ok((session, record))
        })
        .collect::<Result<_>>()?;
    Ok(File {
        about: unsealed(app, "about", dispute.id, Some(&dispute.sealed_about))?.unwrap_or_default(),
        terms: unsealed(app, "terms", dispute.id, dispute.sealed_terms.as_deref())?,
        takers,
        sessions,
        dispute,
        matter,
    })
}

fn seal(app: &App, what: &str, id: Uuid, plain: &str) -> Vec<u8> {
    app.vault().seal(app.ids(), &place(what, id), plain)
}

/// Opens what was sealed; only for those who mediate.
pub(crate) fn unsealed(app: &App, what: &str, id: Uuid, sealed: Option<&[u8]>) -> Result<Option<String>> {
    let open = |sealed| app.vault().open(&place(what, id), sealed);
    sealed.map(open).transpose().while_doing(format!("opening the {what} of dispute part {id}"))
}

fn over() -> Error {
    Problem::new(Kind::Conflict, "dispute-over").into()
}

/// What stands for what a dispute was about once that is erased: sealed, and empty.
pub(crate) fn empty_about(cx: Context<'_>, id: Uuid) -> Vec<u8> {
    cx.app.vault().seal(cx.app.ids(), &place("about", id), "")
}

/// Whether somebody mediates at a matter: whoever does the work of its unit, or supervises it.
pub(crate) fn mediates(parties: &[Party]) -> bool {
    parties.iter().any(|party| matches!(party, Party::Unit | Party::Supervisor))
}

/// The dispute and its matter, for whoever mediates.
pub(super) async fn seen(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<(Dispute, Matter)> {
    let dispute = store::any(tx, county, id).await?.ok_or_else(Problem::not_found)?;
    let matter = find(tx, cx, county, dispute.matter).await?;
    if !mediates(&parties(&matter, cx.who, cx.now)) {
        return Err(Problem::new(Kind::Forbidden, "matter-step-party").into());
    }
    Ok((dispute, matter))
}

/// The same, while it is not over.
async fn mediated(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<(Dispute, Matter)> {
    let (dispute, matter) = seen(tx, cx, county, id).await?;
    if dispute.ended_at.is_some() { Err(over()) } else { Ok((dispute, matter)) }
}
