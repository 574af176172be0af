//! What was found of somebody at a door: the registry is corrected once, by its own actions, and every line that asked is
//! told.

use lianxin_foundation::audit::Entry;
use lianxin_foundation::clock::{civil, start_of_day};
use lianxin_foundation::error::Kind;
use lianxin_foundation::vault::{normalise_id, normalise_phone};
use lianxin_foundation::{Action, Context, Micros, Problem, Result, Tx};
use lianxin_registry::actions::people::{CorrectPerson, Depart, Departure, Receive, Received};
use lianxin_registry::area::ancestors;
use lianxin_registry::person::standing::Standing;
use lianxin_registry::person::{Person, Sex, store as people};
use serde_json::json;
use uuid::Uuid;

use super::{Told, given, noted, open};
use crate::model::Campaign;
use crate::rules::answers::{self, Unsaid};
use crate::rules::findings::{Outcome, Side, disputed, joined, wrong_fields};
use crate::sealed::{Listed, row_place};
use crate::store::matches::{self, Decision};
use crate::store::visits::{self, Answered, Teller};
use crate::visit::{Found, Question, Visit};

/// The longest answer to where somebody moved, in characters.
const LONGEST_PLACE: usize = 120;

/// What was found of one person.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The county.
    pub county: String,
    /// The visit.
    pub visit: Uuid,
    /// The question.
    pub question: Uuid,
    /// What was found: what [`answers`] allows.
    pub outcome: Outcome,
    /// What is right, for [`Outcome::Corrected`]; of the others only `another` counts.
    pub told: Told,
    /// Where they moved to, for [`Outcome::Moved`].
    pub to: String,
    /// The last day they lived here or lived, any moment of it; the day it was seen when not said.
    pub last: Option<Micros>,
    /// Whether what `told` leaves empty of somebody unregistered is as all who tell of them say: a phone does not show it
    /// whole.
    pub as_listed: bool,
    /// What to know of it, for those who go there.
    pub note: String,
}

/// What is to be written of an answer.
struct Written {
    outcome: Outcome,
    person: Option<Uuid>,
    changed: bool,
    found: Found,
}

impl Action for Answer {
    type Output = Outcome;

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<Outcome> {
        let (campaign, visit) = open(tx, cx, &self.county, self.visit).await?;
        let question = visits::question(tx, &self.county, self.question).await?;
        let Some(question) = question.filter(|one| one.visit == visit.id) else {
            return Err(Problem::not_found().into());
        };
        let mut tellers = visits::tellers(tx, &self.county, visit.id).await?;
        tellers.retain(|one| one.question == question.id && !one.rests);
        let person = match question.person {
            Some(person) => people::person(tx, &self.county, person).await?,
            None => None,
        };
        self.allowed(cx, &question, (person.as_ref(), &tellers))?;
        let received = self.received(tx, cx, (&campaign, &visit), (&question, person.as_ref())).await?;
        let mut written = self.carried_out(tx, cx, &visit, (person, &tellers)).await?;
        written.changed |= received.is_some();
        self.told_lists(tx, cx, &question, (&written, &tellers)).await?;
        let answered = Answered {
            question: &question,
            person: written.person,
            outcome: written.outcome.code(),
            sealed: written.found.sealed(cx.app, question.id)?,
            changed: written.changed,
            moved: received.map(|homes| (homes.before, homes.since)),
            by: cx.who.account,
            at: cx.seen_at(),
        };
        if !visits::answer(tx, answered).await? {
            return Err(answered_already(None).into());
        }
        visits::finish(tx, &self.county, visit.id, cx.now).await?;
        self.on_record(tx, cx, &campaign, (&question, &written, tellers.len()));
        Ok(written.outcome)
    }
}

impl Answer {
    /// Whether it can be said at all, by the table that pages and phones show.
    fn allowed(
        &self,
        cx: Context<'_>,
        question: &Question,
        (person, tellers): (Option<&Person>, &[Teller]),
    ) -> Result<()> {
        let mut told = opened(cx, tellers)?;
        told.extend(person.map(registered));
        let agreed = disputed(&told).is_empty();
        let problem = match answers::answered(question.side(), question.stands(), agreed, self.outcome) {
            Ok(_) => return Ok(()),
            Err(Unsaid::Settled) => answered_already(question.outcome()),
            Err(Unsaid::Disputed) => Problem::new(Kind::Conflict, "visit-told-differs"),
            Err(Unsaid::Nothing) => Problem::invalid().field("outcome", "visit-outcome-form"),
        };
        Err(problem.into())
    }

    /// Whether it says nothing else than what was found already.
    pub(super) fn says_the_same(&self, cx: Context<'_>, question: &Question) -> Result<bool> {
        let found = match &question.sealed {
            Some(sealed) => Found::opened(cx.app, question.id, sealed)?,
            None => Found::default(),
        };
        let told = self.right(&self.told)?;
        let last = self.last.map(|last| civil(last).date().to_string());
        Ok(question.outcome() == Some(self.outcome)
            && wrong_fields(&told, &found.is).is_empty()
            && wrong_fields(&found.is, &told).is_empty()
            && last.is_none_or(|last| last == found.last)
            && (self.to.trim().is_empty() || self.to.trim() == found.to))
    }

    /// Moves somebody here who is registered in another place of the county and was found here.
    async fn received(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        (campaign, visit): (&Campaign, &Visit),
        (question, person): (&Question, Option<&Person>),
    ) -> Result<Option<Received>> {
        let here = question.side() == Side::Moved && self.outcome.lives_here();
        let Some(person) = person.filter(|_| here) else { return Ok(None) };
        if !visit.placed {
            return Err(Problem::new(Kind::Conflict, "visit-place-first").into());
        }
        let receive = Receive {
            county: self.county.clone(),
            id: person.id,
            household: visit.household,
            area: ancestors(&visit.path).last().copied().unwrap_or_default().to_owned(),
            address: given(&visit.address(cx.app)?),
            relation: self.told.relation,
            from: Some(cx.seen_at()),
            reason: format!("{} · {}", campaign.title, campaign.purpose),
        };
        let received = receive.run(tx, cx).await?;
        if let Some(received) = received.filter(|_| visit.household.is_none()) {
            visits::settle_in(tx, &self.county, visit.id, received.household).await?;
        }
        Ok(received)
    }

    /// Corrects the registry, as far as the finding says something about it.
    async fn carried_out(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        visit: &Visit,
        (person, tellers): (Option<Person>, &[Teller]),
    ) -> Result<Written> {
        let mut written = Written {
            outcome: self.outcome,
            person: person.as_ref().map(|one| one.id),
            changed: false,
            found: Found { note: noted(&self.note)?, ..Found::default() },
        };
        match self.outcome {
            Outcome::Lives => {
                written.found.is = joined(&opened(cx, tellers)?);
                if person.is_none() {
                    let told = Told::listed(&written.found.is, self.told.another);
                    written.registered(told.register(tx, cx, visit).await)?;
                }
            }
            Outcome::Corrected => {
                let told = match person {
                    None if self.as_listed => self.told.filled(&opened(cx, tellers)?),
                    _ => self.told.clone(),
                };
                written.found.is = self.right(&told)?;
                match &person {
                    Some(person) => {
                        self.correction(person)?.run(tx, cx).await?;
                        written.changed = true;
                    }
                    None => written.registered(told.register(tx, cx, visit).await)?,
                }
            }
            Outcome::Moved | Outcome::Died => {
                let last = self.last.unwrap_or(cx.seen_at());
                if start_of_day(last) > cx.now {
                    return Err(Problem::invalid().field("last", "people-day-future").into());
                }
                written.found.last = civil(last).date().to_string();
                written.found.to = self.moved_to()?;
                if let Some(person) = &person {
                    written.changed = self.departed(tx, cx, (person, last)).await?;
                }
            }
            Outcome::Unknown | Outcome::Refused => {}
            // Nothing that can be said at a door: the table refused it.
            Outcome::Elsewhere | Outcome::Desk => {}
        }
        Ok(written)
    }

    /// What is right about somebody, in one spelling.
    fn right(&self, told: &Told) -> Result<Listed> {
        Ok(Listed {
            name: told.name.trim().to_owned(),
            id_number: normalise_id(&told.id_number).unwrap_or_default(),
            birth: told.born()?.map(|day| day.to_string()).unwrap_or_default(),
            sex: told.sex.map(Sex::code).unwrap_or_default().to_owned(),
            phone: normalise_phone(&told.phone).unwrap_or_default(),
            address: String::new(),
        })
    }

    /// What is not told stays as it is registered.
    fn correction(&self, person: &Person) -> Result<CorrectPerson> {
        Ok(CorrectPerson {
            county: self.county.clone(),
            id: person.id,
            version: person.version,
            name: self.told.name.clone(),
            sex: self.told.sex.or(person.sex()),
            birth: self.told.born()?,
            id_number: given(&self.told.id_number),
            phone: given(&self.told.phone),
            drop_phone: false,
        })
    }

    fn moved_to(&self) -> Result<String> {
        let to = if self.outcome == Outcome::Moved { self.to.trim() } else { "" };
        if to.chars().count() > LONGEST_PLACE {
            return Err(Problem::invalid().field("to", "visit-to-form").into());
        }
        Ok(to.to_owned())
    }

    /// Ends where somebody lives; whether that was left to do.
    async fn departed(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        (person, last): (&Person, Micros),
    ) -> Result<bool> {
        if Standing::of(tx, person).await?.home(cx.now).is_none() {
            return Ok(false);
        }
        let why = if self.outcome == Outcome::Died { Departure::Died } else { Departure::MovedAway };
        let depart = Depart { county: self.county.clone(), id: person.id, why, last: Some(last) };
        depart.run(tx, cx).await?;
        Ok(true)
    }

    /// Every line that asked is told who it is.
    async fn told_lists(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        question: &Question,
        (written, tellers): (&Written, &[Teller]),
    ) -> Result<()> {
        let Some((same, person)) = written.outcome.is_same().zip(written.person) else { return Ok(()) };
        // Who is not where a list says may still be whom it means.
        if question.side() == Side::Moved && !same {
            return Ok(());
        }
        for teller in tellers {
            let Some(run) = teller.run else { continue };
            let thought = matches::thought(tx, &self.county, run, teller.line).await?;
            let probability = match question.side() {
                Side::Unclear | Side::Moved => match thought {
                    Some((whom, probability)) if whom == Some(person) => probability,
                    // The list was linked again, with somebody else: what was found says nothing about that.
                    _ => continue,
                },
                _ => {
                    matches::settle(tx, &self.county, run, teller.line, person).await?;
                    1.0
                }
            };
            let (roll, line) = (teller.roll, teller.line);
            if question.side() == Side::Moved {
                matches::set_away(tx, &self.county, run, line, false).await?;
            }
            let decision = Decision { roll, line, person, same, probability, by: cx.who.account, at: cx.now };
            matches::decide(tx, &self.county, &decision).await?;
        }
        Ok(())
    }

    fn on_record(
        &self,
        tx: &mut Tx,
        cx: Context<'_>,
        campaign: &Campaign,
        (question, written, lines): (&Question, &Written, usize),
    ) {
        let entry = Entry::new(cx.who, &self.county, "visit-answer", "campaign", campaign.id);
        tx.audit(entry.because(&campaign.purpose).detail(json!({
            "visit": question.visit,
            "outcome": written.outcome.code(),
            "lines": lines,
        })));
        // The person's own trail says why the registry was corrected.
        if let Some(person) = written.person.filter(|_| written.changed) {
            let why = format!("{} · {}", campaign.title, campaign.purpose);
            let entry = Entry::new(cx.who, &self.county, "visit-correct", "person", person);
            tx.audit(entry.because(&why).detail(json!({ "outcome": written.outcome.code() })));
        }
    }
}

impl Written {
    /// Notes who was registered. A number that is somebody else's is no mistake at the door: an office has to go on.
    fn registered(&mut self, person: Result<Person>) -> Result<()> {
        match person {
            Ok(person) => {
                self.person = Some(person.id);
                self.changed = true;
                Ok(())
            }
            Err(lianxin_foundation::Error::Refused(problem))
                if problem.fields.iter().any(|wrong| wrong.code == "person-id-taken") =>
            {
                self.outcome = Outcome::Elsewhere;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

/// Somebody was quicker; what they found goes with it.
fn answered_already(found: Option<Outcome>) -> Problem {
    let problem = Problem::new(Kind::Conflict, "visit-answered");
    match found {
        Some(found) => problem.field("outcome", found.message()),
        None => problem,
    }
}

/// What the lines tell, opened.
fn opened(cx: Context<'_>, tellers: &[Teller]) -> Result<Vec<Listed>> {
    tellers.iter().map(|one| Listed::opened(cx.app, &row_place(one.roll, one.line), &one.sealed)).collect()
}

/// What the registry tells of somebody without opening anything.
fn registered(person: &Person) -> Listed {
    Listed {
        name: person.name.clone(),
        birth: person.birth.clone().unwrap_or_default(),
        sex: person.sex.clone().unwrap_or_default(),
        ..Listed::default()
    }
}
