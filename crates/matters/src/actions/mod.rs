//! Everything a person can do with a matter: one file per thing, one way of doing it.
//!
//! [`take`] is that way: party of the asker → the table in [`rules`] → event → facts → deadlines →
//! written only if nobody wrote meanwhile → audited. Two people pressing the same button make one
//! event; the other is told how the matter stands now.

mod accept;
mod bulk;
mod call_back;
mod correct;
mod dismiss;
mod dispatch;
mod dispute;
mod exclusion;
mod export;
mod field;
mod hand_over;
mod held;
mod hide;
mod invitation;
mod join;
mod limits;
mod merge;
mod note;
mod object;
mod patrol;
mod personal;
mod phone_search;
mod report;
mod reporter;
mod resolve;
mod rest;
mod route;
mod source;
mod speak;
mod tick;
mod views;
mod whistle;
mod words;

pub use accept::Accept;
pub use bulk::{BulkStep, Chore, MOST_AT_ONCE, Outcome, in_bulk};
pub use call_back::CallBack;
pub use correct::Correct;
pub use dismiss::Dismiss;
pub use dispatch::Dispatch;
pub use dispute::{
    AddTaker, Agree, Arrange, ConfirmAgreement, FailMediation, File, Mediate, OpenDispute, RecordSession,
};
pub(crate) use dispute::{empty_about, mediates, unsealed};
pub use exclusion::{DecideExclusion, LiftExclusion, ProposeExclusion};
pub use export::NoteExport;
pub use field::{Caught, Deferred, FieldStep, catch_up};
pub use hand_over::HandOver;
pub use held::{Asker as HeldAsker, CopyHeld, EraseHeld};
pub use hide::HideWords;
pub use invitation::{Invitations, PrintInvitations};
pub(crate) use join::opened_phone;
pub use join::{Join, Joined};
pub use limits::{SetLimits, may_set_limits};
pub use merge::{Merge, Part, ReporterPart};
pub use note::AddNote;
pub use object::Object;
pub use patrol::{CallOffPatrols, NotePatrol, PlanPatrols, Planned};
pub use personal::{OpenPersonal, Personal, said, said_in};
pub(crate) use personal::{contact_of, opened};
pub use phone_search::NotePhoneSearch;
pub(crate) use report::looks_like_email;
pub use report::{Report, Reported};
pub use reporter::{ReporterAnswer, ReporterConfirm, ReporterNote, Withdraw};
pub use resolve::Resolve;
pub use rest::{Ask, Pause, Resume};
pub use source::{EndSource, LinkMatter, NoteSource, OpenSource, ReopenSource};
pub use speak::{Saying, Speak};
pub use tick::Tick;
pub use views::{DropView, KeepView, circles};
pub use whistle::{Arrive, CallOff, SetArrival, Whistle};
pub use words::{MOST_PLACE, MOST_TEXT};

use lianxin_foundation::action::Context;
use lianxin_foundation::audit::Entry;
use lianxin_foundation::error::Kind;
use lianxin_foundation::scope::Means;
use lianxin_foundation::{Micros, Problem, Result, Right, Tx, Who};
use lianxin_registry::organisation::store as organisations;
use serde_json::json;
use uuid::Uuid;

use crate::Matters;
use crate::disputes::store as disputes;
use crate::model::{Detail, Event, Matter, Party, Status};
use crate::photos::StoredPhoto;
use crate::rules::{self, Impossible, Step, facts};
use crate::store;
use crate::told;
use crate::trail;
use crate::whistle::store as calls;

/// In which capacities `who` meets this matter, the most particular first.
pub fn parties(matter: &Matter, who: &Who, now: Micros) -> Vec<Party> {
    if who.means == Means::Program && who.account.is_none() {
        return vec![Party::Program];
    }
    let units = [matter.unit, matter.first_unit];
    let covers = |right: Right, units: &[Option<Uuid>]| who.scope(right, now).covers(&matter.path, units);
    let entered = who.account.is_some() && who.account == matter.entered_by;
    [
        (Party::Unit, matter.unit.is_some() && covers(Right::HandleMatters, &units[..1])),
        (Party::Supervisor, covers(Right::SuperviseMatters, &[])),
        (Party::Dispatcher, covers(Right::DispatchMatters, &[])),
        // Who entered it, and who stays responsible for the answer, may still add to it.
        (Party::Staff, entered || covers(Right::HandleMatters, &units)),
    ]
    .into_iter()
    .filter_map(|(party, is)| is.then_some(party))
    .collect()
}

/// The steps `who` can take here and now, in the table's order: what buttons to show. Those that go on with a call
/// or a mediation, which the matter itself does not tell of, are not among them: see [`available_as`].
pub fn available(matter: &Matter, who: &Who, now: Micros) -> Vec<Step> {
    let mut steps = available_as(matter, &parties(matter, who, now), who, now);
    steps.retain(|step| !matches!(step, Step::Arrive | Step::CallOff | Step::Agree | Step::FailMediation));
    steps
}

/// The steps `who` can take as one of `parties`.
pub fn available_as(matter: &Matter, parties: &[Party], who: &Who, now: Micros) -> Vec<Step> {
    let mut steps: Vec<Step> = Step::ALL
        .into_iter()
        .filter(|step| parties.iter().any(|party| rules::advance(matter.status, *step, *party).is_ok()))
        .collect();
    if works_for(who, matter.unit, now) {
        steps.retain(|step| !matches!(step, Step::ConfirmSolved | Step::ConfirmUnsolved));
    }
    steps
}

/// Whether `who` holds a post in the organisation.
fn works_for(who: &Who, unit: Option<Uuid>, now: Micros) -> bool {
    unit.is_some() && who.posts.iter().any(|post| post.holds(now) && post.organisation == unit)
}

/// The matter within what the asker may see.
async fn find(tx: &mut Tx, cx: Context<'_>, county: &str, id: Uuid) -> Result<Matter> {
    let seen = cx.scope(Right::SeeMatters);
    store::matter(tx, &seen, county, id).await?.ok_or_else(|| Problem::not_found().into())
}

/// The party as which one of `parties` may take the step.
fn entitled(matter: &Matter, step: Step, parties: &[Party]) -> Result<Party> {
    let mut never = true;
    for party in parties {
        match rules::advance(matter.status, step, *party) {
            Ok(_) => return Ok(*party),
            Err(Impossible::Now) => never = false,
            Err(Impossible::Party) => {}
        }
    }
    if never {
        return Err(Problem::new(Kind::Forbidden, "matter-step-party").into());
    }
    Err(stands_differently(matter))
}

/// "It stands differently by now."
fn stands_differently(matter: &Matter) -> lianxin_foundation::Error {
    Problem::new(Kind::Conflict, "matter-step-now").with("status", matter.status.code()).into()
}

/// What a step brings beside itself.
#[derive(Default)]
struct With<'a> {
    /// The organisation that has the matter from now on, where the step changes it.
    unit: Option<Unit>,
    /// Words for everyone who may see the matter.
    note: Option<String>,
    /// Words to be sealed.
    sealed: Option<String>,
    /// Further facts.
    detail: Detail,
    /// Where it stands again, for the one step that leads back.
    before: Option<crate::model::Status>,
    /// Photos that come with it.
    photos: &'a [StoredPhoto],
}

/// An organisation that gets a matter.
struct Unit {
    id: Uuid,
    name: String,
    /// The depth of the area it answers for.
    level: i64,
}

/// Takes a step as one of `parties`, and gives the matter as it then stands.
async fn take(
    tx: &mut Tx,
    cx: Context<'_>,
    matters: &Matters,
    mut matter: Matter,
    parties: &[Party],
    step: Step,
    with: With<'_>,
) -> Result<Matter> {
    let party = entitled(&matter, step, parties)?;
    let version = matter.version;
    let photos = with.photos;
    let event = happen(tx, cx, matters, &mut matter, party, step, with).await?;
    matter.version += 1;
    if !store::update(tx, &matter, version).await? {
        let now = store::any(tx, &matter.county, matter.id).await?.ok_or_else(Problem::not_found)?;
        return Err(stands_differently(&now));
    }
    remember(tx, cx, cx.who, &matter, &event, photos).await?;
    // Who was called and is not there need not come to what is settled.
    if matter.status == Status::Resolved || matter.status.is_over() {
        calls::end_all(tx, &matter.county, matter.id, cx.now).await?;
    }
    if matter.status.is_over() {
        disputes::drop_all(tx, &matter.county, matter.id, cx.now).await?;
    }
    Ok(matter)
}

/// Makes the event and brings the matter's facts and deadlines to what it says. Nothing is written.
async fn happen(
    tx: &mut Tx,
    cx: Context<'_>,
    matters: &Matters,
    matter: &mut Matter,
    party: Party,
    step: Step,
    with: With<'_>,
) -> Result<Event> {
    let status = match step {
        Step::Report => matter.status,
        Step::Part => with.before.ok_or_else(|| stands_differently(matter))?,
        _ => rules::advance(matter.status, step, party).map_err(|_| stands_differently(matter))?,
    };
    let (unit, unit_name, level) = match with.unit {
        Some(unit) => (Some(unit.id), Some(unit.name), Some(unit.level)),
        None => (matter.unit, name_of(tx, &matter.county, matter.unit).await?, matter.level),
    };
    let id = cx.made.map_or_else(|| cx.app.ids().new_id(cx.now), |made| made.id);
    let seal = |words: String| cx.app.vault().seal(cx.app.ids(), &note_place(id), &words);
    let by_person = !matches!(party, Party::Program | Party::Reporter);
    let event = Event {
        seq: matter.events + 1,
        id,
        at: cx.now,
        kind: step,
        actor: if by_person { cx.who.account } else { None },
        party,
        actor_name: if by_person { cx.who.name.clone() } else { party.code().to_owned() },
        unit,
        unit_name,
        level,
        status,
        note: with.note,
        sealed_note: with.sealed.map(seal),
        detail: Detail {
            photos: with.photos.iter().map(|photo| photo.id).collect(),
            // Made just now: there is no other moment to tell of.
            made_at: cx.made.map(|made| made.at).filter(|at| *at != cx.now),
            ..with.detail
        },
    };
    facts::apply(matter, &event);
    matters.deadlines(tx, matter).await?.keep(matter, step, cx.now);
    Ok(event)
}

/// Writes an event with its photos, and audits it with its hashes.
async fn remember(
    tx: &mut Tx,
    cx: Context<'_>,
    who: &Who,
    matter: &Matter,
    event: &Event,
    photos: &[StoredPhoto],
) -> Result<()> {
    let mut row = store::EventRow::of(matter.id, event);
    let hashes = trail::seal(cx.app, matter, event, &mut row)?;
    store::insert_event(tx, &matter.county, row).await?;
    told::note(tx, matter, event).await?;
    for photo in photos {
        store::insert_photo(tx, matter, photo, cx.now).await?;
    }
    tx.audit(Entry::new(who, &matter.county, event.kind.audit_code(), "matter", matter.id).detail(json!({
        "number": matter.number,
        "event": event.seq,
        "party": event.party.code(),
        "status": event.status.code(),
        "unit": event.unit,
        "facts": hashes.facts,
        "words": hashes.words,
    })));
    Ok(())
}

/// Why something was decided, which has to be said.
pub(crate) fn required_reason(reason: &str) -> Result<String> {
    words::required("reason", reason, "matter-reason-missing")
}

async fn name_of(tx: &mut Tx, county: &str, unit: Option<Uuid>) -> Result<Option<String>> {
    let Some(id) = unit else { return Ok(None) };
    Ok(organisations::serving(tx, county, id).await?.map(|unit| unit.name))
}

/// An organisation of the county in force, or of the city around it, to be given a matter.
///
/// # Errors
/// `matter-unit-missing` on the `field` it was named in.
async fn unit_in_force(
    tx: &mut Tx,
    field: &'static str,
    county: &str,
    id: Uuid,
    now: Micros,
) -> Result<Unit> {
    let found = organisations::serving(tx, county, id).await?;
    let in_force = found.filter(|unit| unit.valid_from <= now && unit.valid_to.is_none_or(|to| now < to));
    let unit = in_force.ok_or_else(|| Problem::invalid().field(field, "matter-unit-missing"))?;
    let level = i64::try_from(unit.path.matches('/').count()).unwrap_or(i64::MAX);
    Ok(Unit { id, name: unit.name, level })
}

/// The place an event's words are sealed for.
fn note_place(event: Uuid) -> String {
    format!("matter_event.sealed_note/{event}")
}
