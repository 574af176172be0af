//! What is done on a person's page: each form is one action.

use axum::response::{IntoResponse, Response};
use lianxin_foundation::web::{Form, Path, Submission, Visitor};
use lianxin_foundation::{Problem, Result, Right};
use uuid::Uuid;

use super::new::lodging;
use super::person::{opened, refused};
use super::{birth, chosen_sex};
use crate::actions::people::{
    Advance, AskTransfer, BeginPosting, Contact, CorrectPerson, Depart, Departure, Join, Leave, MovePerson,
    OpenPerson, ProlongPosting, TakeContact,
};
use crate::membership::Membership;
use crate::organisation::store as organisations;
use crate::pages::place::PlaceField;
use crate::pages::{day, done, place_names, vcard, wrong};
use crate::person::card::Card;

/// The fields given back as typed.
const FIELDS: [&str; 19] = [
    "name",
    "sex",
    "birth",
    "id-number",
    "phone",
    "drop-phone",
    "household",
    "relation",
    "address",
    "from",
    "last",
    "until",
    "why",
    "organisation",
    "kind",
    "reason",
    "to",
    "membership",
    "version",
];

pub(crate) async fn take(
    Path((county, id, step)): Path<(String, Uuid, String)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    visitor.scope(Right::SeePeople)?;
    let said = match taken(&visitor, (&county, id), &step, &sent).await {
        Ok(Outcome::Done(said)) => said,
        Ok(Outcome::Shown(page)) => return Ok(page),
        Err(error) => {
            let wrong = wrong(&visitor, error)?;
            let typed = FIELDS.map(|field| (field.to_owned(), sent.text(field).to_owned())).into();
            let place = match step.as_str() {
                "move" => Some(PlaceField::given_back(&visitor, Right::KeepPeople, &sent).await?),
                _ => None,
            };
            return refused(&visitor, (&county, id), (&step, typed), (wrong, place)).await;
        }
    };
    Ok(done(&format!("/people/{county}/{id}"), said).into_response())
}

/// What a step led to: something to say on the page, or a page of its own.
enum Outcome {
    Done(&'static str),
    Shown(Response),
}

async fn taken(visitor: &Visitor, of: (&str, Uuid), step: &str, sent: &Submission) -> Result<Outcome> {
    let (app, who) = (&visitor.app, visitor.signed_in()?);
    let (county, id) = (of.0.to_owned(), of.1);
    let text = |field: &str| sent.text(field).to_owned();
    match step {
        "open" => {
            let fields = app.act(who, &OpenPerson { county, id, reason: text("reason") }).await?;
            return Ok(Outcome::Shown(opened(visitor, of.0, id, fields).await?));
        }
        "contact" => {
            let taken = app.act(who, &TakeContact { county, id, reason: text("reason") }).await?;
            return Ok(Outcome::Shown(card(visitor, taken).await?));
        }
        "correct" => {
            let correct = CorrectPerson {
                county,
                id,
                version: sent.parsed("version", "person-changed")?.unwrap_or_default(),
                name: text("name"),
                sex: chosen_sex(sent),
                birth: birth(sent)?,
                id_number: sent.given("id-number"),
                phone: sent.given("phone"),
                drop_phone: sent.ticked("drop-phone"),
            };
            app.act(who, &correct).await?;
            Ok(Outcome::Done("person-corrected"))
        }
        "move" => {
            let (lodging, from) = (lodging(visitor, sent).await?, day(sent, "from")?);
            app.act(who, &MovePerson { county, id, lodging, from }).await?;
            Ok(Outcome::Done("person-moved"))
        }
        "depart" => {
            let Some(why) = Departure::from_code(sent.text("why")) else {
                return Err(Problem::invalid().field("why", "departure-missing").into());
            };
            app.act(who, &Depart { county, id, why, last: day(sent, "last")? }).await?;
            Ok(Outcome::Done("person-departed"))
        }
        "join" => {
            let organisation = sent.parsed("organisation", "membership-organisation-unknown")?;
            let Some(organisation) = organisation else {
                return Err(Problem::invalid()
                    .field("organisation", "membership-organisation-unknown")
                    .into());
            };
            let (kind, from, reason) = (text("kind"), day(sent, "from")?, text("reason"));
            let join = Join { county, person: id, organisation, kind, from, reason };
            match day(sent, "until")? {
                None => app.act(who, &join).await?,
                until => app.act(who, &BeginPosting { join, until }).await?,
            };
            Ok(Outcome::Done("person-joined"))
        }
        "stage" => {
            let (to, from, reason) = (text("to"), day(sent, "from")?, text("reason"));
            app.act(who, &Advance { county, person: id, to, from, reason }).await?;
            Ok(Outcome::Done("person-stage"))
        }
        "leave" => {
            let Some(membership) = sent.parsed("membership", "problem-not-found")? else {
                return Err(Problem::not_found().into());
            };
            let (last, reason) = (day(sent, "last")?, text("reason"));
            app.act(who, &Leave { county, person: id, membership, last, reason }).await?;
            Ok(Outcome::Done("person-left"))
        }
        "prolong" => {
            let Some(membership) = sent.parsed("membership", "problem-not-found")? else {
                return Err(Problem::not_found().into());
            };
            let until = day(sent, "until")?;
            app.act(who, &ProlongPosting { county, person: id, membership, until }).await?;
            Ok(Outcome::Done("posting"))
        }
        "transfer" => {
            let Some(membership) = sent.parsed("membership", "problem-not-found")? else {
                return Err(Problem::not_found().into());
            };
            let ask = AskTransfer { county, person: id, membership, to: text("to"), reason: text("reason") };
            app.act(who, &ask).await?;
            Ok(Outcome::Done("person-transfer"))
        }
        _ => Err(Problem::not_found().into()),
    }
}

/// A contact as a file.
async fn card(visitor: &Visitor, taken: Contact) -> Result<Response> {
    let mut tx = visitor.app.db().read().await?;
    let place = match &taken.home {
        Some(home) => place_names(&mut tx, [home.as_str()].into_iter()).await?.remove(home),
        None => None,
    };
    let units: Vec<Uuid> = taken.roles.iter().map(|role| role.organisation).collect();
    let names = organisations::names(&mut tx, &units).await?;
    let role = |one: &Membership| {
        (visitor.words.t(&one.message()), names.get(&one.organisation).cloned().unwrap_or_default())
    };
    let card = Card {
        name: taken.person.name,
        organisation: false,
        phone: taken.phone,
        place: place.unwrap_or_default(),
        roles: taken.roles.iter().map(role).collect(),
        id: taken.person.id,
    };
    Ok(vcard(&card))
}
