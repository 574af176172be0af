//! Visits without signal: what a worker's phone takes along for the doors it goes to, and what it sends when the signal is
//! back. The page that holds it is `/field`; nothing of a door stays there once nobody asks at it.

use std::collections::BTreeMap;

use axum::Json;
use lianxin_foundation::action::Made;
use lianxin_foundation::scope::Grant;
use lianxin_foundation::vault::mask_address;
use lianxin_foundation::web::{Form, Submission, Visitor};
use lianxin_foundation::{Micros, Problem, Result, Right, Scope, Tx};
use lianxin_registry::area::ancestors;
use lianxin_registry::form::{Asked, asked, place_names};
use lianxin_registry::household::Relation;
use lianxin_registry::person::{Sex, store as people};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::one::{answer_sent, fields, living, typed};
use crate::actions::visits::{Caught, Late, Meet, NobodyHome, OpenVisits, Step};
use crate::rules::answers;
use crate::rules::doors::walk;
use crate::rules::findings::{Outcome, disputed, joined};
use crate::sealed::{Listed, row_place};
use crate::store::campaigns;
use crate::store::visits::{self, Asked as Door, Teller, Wanted};
use crate::visit::{Question, VisitState};

/// The most doors a phone takes along.
const MOST: i64 = 200;
/// The depth of a village's path: who keeps more goes to no doors.
const VILLAGE: usize = 5;

/// What the phone says about visits, beside the words of its page.
const WORDS: [&str; 27] = [
    "visits-title",
    "visit-no-address",
    "visit-people",
    "visit-purpose",
    "visit-differs-says",
    "visit-corrected-says",
    "visit-nobody-home",
    "visit-tries",
    "visit-living",
    "visit-meet",
    "visit-meet-says",
    "visit-meet-do",
    "visit-note",
    "visit-note-was",
    "visit-to",
    "visit-last",
    "visit-kept",
    "visit-another-again",
    "visit-phone-masked",
    "person-name",
    "person-birth",
    "person-sex",
    "person-phone",
    "person-id-number",
    "household-relation",
    "registry-optional",
    "registry-choose",
];

/// Somebody to ask about, as the phone takes them along: numbers are masked, the rest is what has to be asked.
#[derive(Serialize)]
struct Whom {
    id: Uuid,
    side: &'static str,
    said: String,
    name: String,
    birth: String,
    sex: String,
    stands: &'static str,
    agreed: bool,
    new: bool,
    /// Who tells what: a list or the registry, and its fields.
    sources: Vec<(String, Vec<(String, String)>)>,
}

/// A door as the phone takes it along.
#[derive(Serialize)]
struct Along {
    county: String,
    id: Uuid,
    address: String,
    place: String,
    check: String,
    purpose: String,
    /// From then on nothing of it may be kept.
    until: Micros,
    /// The chip's class and words.
    chip: (&'static str, String),
    tries: i64,
    note: String,
    living: Vec<(String, String)>,
    people: Vec<Whom>,
}

/// `GET /field/visits.json`: the table of answers and the doors this person goes to. A phone that has them already, by
/// the mark it names, is told so; only what is sent anew is opened, on record.
pub(in super::super) async fn taken_along(visitor: Visitor, query: Asked) -> Result<Json<Value>> {
    let scope = visitor.scope(Right::KeepPeople)?;
    let who = visitor.signed_in()?;
    let s = visitor.shell("");
    let mut tx = visitor.app.db().read().await?;
    let doors = at_hand(&mut tx, &scope, visitor.now).await?;
    let mark = mark(&visitor, &doors);
    if asked(&query, "known") == mark {
        return Ok(Json(json!({ "account": who.account, "mark": mark, "same": true })));
    }
    let opens = who.scope(Right::OpenPeople, visitor.now);
    let places = place_names(&mut tx, doors.iter().map(|one| one.visit.path.as_str())).await?;
    let mut opened = BTreeMap::<String, usize>::new();
    let mut along = Vec::with_capacity(doors.len());
    for door in doors {
        let whole = opens.covers(&door.visit.path, &[]);
        if whole {
            *opened.entry(door.visit.county.clone()).or_default() += 1;
        }
        let place = places.get(&door.visit.path).cloned().unwrap_or_default();
        along.push(carry(&mut tx, &visitor, &door, (place, whole)).await?);
    }
    drop(tx);
    for (county, visits) in opened {
        visitor.app.act(who, &OpenVisits { county, visits, along: true }).await?;
    }
    along.sort_by_cached_key(|door| (door.place.clone(), walk(&door.address)));
    let sexes = [Sex::Female, Sex::Male].map(|sex| (sex.code(), s.t(sex.message())));
    Ok(Json(json!({
        "account": who.account,
        "mark": mark,
        "words": WORDS.map(|id| (id, s.with_blanks(id, &["n", "purpose", "note"]))).into_iter().collect::<BTreeMap<_, _>>(),
        "rules": answers::rows(),
        "outcomes": Outcome::ALL.map(|outcome| (outcome.code(), s.t(outcome.message()))),
        "sexes": sexes,
        "relations": Relation::ALL.map(|one| (one.code(), s.t(one.message()))),
        "visits": along,
    })))
}

/// The doors that somebody goes to: those they keep people at, as far as a village's worth is theirs.
async fn at_hand(tx: &mut Tx, scope: &Scope, now: Micros) -> Result<Vec<Door>> {
    let near = |grant: &Grant| match grant {
        Grant::Place(path) => ancestors(path).len() >= VILLAGE,
        Grant::Unit(_) => true,
    };
    if !scope.grants().iter().all(near) {
        return Ok(Vec::new());
    }
    let mut doors = visits::in_scope(tx, scope, &Wanted::default(), now, MOST).await?;
    // In which grid the others lie has to be said first, where there is a list of grids.
    doors.retain(|one| one.visit.placed);
    Ok(doors)
}

/// Says whether a phone has what stands here: it changes with every door, answer and language.
fn mark(visitor: &Visitor, doors: &[Door]) -> String {
    let mut text =
        format!("{} {:?}", visitor.words.language().tag(), visitor.who.as_ref().map(|who| who.account));
    for Door { visit, people, open, settled, .. } in doors {
        let (id, state, tried) = (visit.id, &visit.state, visit.tried_at);
        text += &format!("\n{id} {state} {tried:?} {people} {open} {settled} {}", visit.path);
    }
    let hash = visitor.app.vault().search_key("visits-along", &text);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn carry(tx: &mut Tx, visitor: &Visitor, door: &Door, (place, whole): (String, bool)) -> Result<Along> {
    let visit = &door.visit;
    let (app, words) = (&visitor.app, &visitor.words);
    let campaign = campaigns::campaign(tx, &visit.county, visit.campaign).await?;
    let campaign = campaign.ok_or_else(Problem::not_found)?;
    let tellers = visits::tellers(tx, &visit.county, visit.id).await?;
    let mut along = Vec::new();
    for question in visits::questions(tx, &visit.county, visit.id).await? {
        let told = tellers.iter().filter(|one| one.question == question.id && !one.rests);
        along.extend(whom(tx, visitor, &question, told).await?);
    }
    let address = visit.address(app)?;
    let living = living(tx, visitor, visit).await?;
    Ok(Along {
        county: visit.county.clone(),
        id: visit.id,
        address: if whole { address } else { mask_address(&address) },
        place,
        check: campaign.title,
        purpose: campaign.purpose,
        until: campaign.ends_at,
        chip: (super::look(visit.state()), words.t(visit.state().message())),
        tries: if visit.state() == VisitState::Again { visit.tries } else { 0 },
        note: if whole { visit.note(app)? } else { String::new() },
        living: living.into_iter().map(|(_, name, relation)| (name, words.t(relation))).collect(),
        people: along,
    })
}

/// Somebody to ask about; nobody where everything is known of them.
async fn whom<'t>(
    tx: &mut Tx,
    visitor: &Visitor,
    question: &Question,
    tellers: impl Iterator<Item = &'t Teller>,
) -> Result<Option<Whom>> {
    let (side, stands) = (question.side(), question.stands());
    if answers::offered(side, stands, true).next().is_none() {
        return Ok(None);
    }
    let words = &visitor.words;
    let mut told = Vec::new();
    for one in tellers {
        let listed = Listed::opened(&visitor.app, &row_place(one.roll, one.line), &one.sealed)?;
        told.push((one.title.clone(), listed));
    }
    if let Some(id) = question.person
        && let Some(person) = people::person(tx, &question.county, id).await?
    {
        let (birth, sex) = (person.birth.unwrap_or_default(), person.sex.unwrap_or_default());
        told.push((
            words.t("check-registered"),
            Listed { name: person.name, birth, sex, ..Listed::default() },
        ));
    }
    let all: Vec<Listed> = told.iter().map(|one| one.1.clone()).collect();
    let is = joined(&all);
    let shown = |listed: Listed| {
        let masked = Listed { address: String::new(), ..listed.masked() };
        fields(visitor, masked).into_iter().map(|(name, text)| (words.t(name), text)).collect()
    };
    Ok(Some(Whom {
        id: question.id,
        side: side.code(),
        said: words.t(side.message()),
        name: is.name,
        birth: is.birth,
        sex: is.sex,
        stands: stands.code(),
        agreed: disputed(&all).is_empty(),
        new: question.person.is_none(),
        sources: told.into_iter().map(|(title, listed)| (title, shown(listed))).collect(),
    }))
}

/// What the phone is told about an entry.
#[derive(Serialize)]
pub(in super::super) struct Answered {
    /// `done`, `already` or `same`.
    outcome: &'static str,
    /// The check it belongs to: what stays in the phone's log names nobody.
    number: String,
}

/// `POST /field/visits/entries`: one entry about a visit. It arrives once, however often it is sent; what is refused the
/// phone keeps for its owner to read, as long as the check lasts.
pub(in super::super) async fn send(Form { visitor, sent }: Form) -> Result<Json<Answered>> {
    let who = visitor.signed_in()?;
    visitor.scope(Right::KeepPeople)?;
    let late = late(&visitor, &sent)?;
    let outcome = match visitor.app.act(who, &late).await? {
        Caught::Done => "done",
        Caught::Already => "already",
        Caught::Same => "same",
    };
    let mut tx = visitor.app.db().read().await?;
    let number = match visits::visit(&mut tx, &late.county, late.visit).await? {
        Some(visit) => campaigns::campaign(&mut tx, &late.county, visit.campaign).await?.map(|one| one.title),
        None => None,
    };
    Ok(Json(Answered { outcome, number: number.unwrap_or_default() }))
}

fn late(visitor: &Visitor, sent: &Submission) -> Result<Late> {
    let unreadable = |field: &'static str| Problem::invalid().field(field, "problem-unreadable");
    let id = sent.parsed::<Uuid>("id", "problem-unreadable")?.ok_or_else(|| unreadable("id"))?;
    let visit = sent.parsed::<Uuid>("visit", "problem-unreadable")?.ok_or_else(Problem::not_found)?;
    let said = sent.parsed::<Micros>("made_at", "problem-unreadable")?.unwrap_or(visitor.now);
    let county = sent.text("county").to_owned();
    let step = match sent.text("step") {
        "answer" => Step::Answer(answer_sent(&county, visit, sent, true)?),
        "meet" => Step::Meet(Meet { county: county.clone(), visit, told: typed(sent) }),
        "home" => {
            let note = sent.text("note").to_owned();
            Step::NobodyHome(NobodyHome { county: county.clone(), visit, note })
        }
        _ => return Err(Problem::invalid().field("step", "field-step-unknown").into()),
    };
    Ok(Late { county, visit, made: Made::told(id, said, visitor.now), step })
}
