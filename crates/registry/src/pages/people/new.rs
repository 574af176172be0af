//! The form for a person not yet registered.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::vault::normalise_phone;
use lianxin_foundation::web::{Form, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Context, Error, Result, Right};

use super::{birth, chosen_relation, chosen_sex, relations, sexes};
use crate::actions::people::{AddPerson, Lodging, alike};
use crate::pages::place::{PlaceField, sent_place};
use crate::pages::{Asked, Choice, Wrong, asked, day, done, wrong};
use crate::person::naming::Keys;
use crate::person::sealed;

/// Somebody who may be the same: county, id, name and year of birth.
#[derive(Debug, Clone)]
pub(crate) struct Twin {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) birth: Option<String>,
}

#[derive(Template)]
#[template(path = "person-new.html")]
pub(crate) struct NewPage {
    pub(crate) s: Shell,
    pub(crate) wrong: Wrong,
    pub(crate) sexes: Vec<Choice>,
    pub(crate) relations: Vec<Choice>,
    pub(crate) place: PlaceField,
    pub(crate) typed: Vec<(&'static str, String)>,
    /// Who may be the same, when the form came back for that.
    pub(crate) twins: Vec<Twin>,
}

/// The fields given back as typed.
const FIELDS: [&str; 9] =
    ["name", "id-number", "phone", "sex", "birth", "household", "relation", "address", "from"];

impl NewPage {
    /// What was typed into a field that came back.
    pub(crate) fn typed(&self, field: &str) -> &str {
        self.typed.iter().find(|(name, _)| *name == field).map_or("", |(_, text)| text.as_str())
    }
}

pub(crate) async fn new(visitor: Visitor, query: Asked) -> Result<Response> {
    let scope = visitor.scope(Right::KeepPeople)?;
    let mut tx = visitor.app.db().read().await?;
    html(&NewPage {
        s: visitor.shell(visitor.words.t("person-new")),
        wrong: Wrong::default(),
        sexes: sexes(&visitor),
        relations: relations(&visitor),
        place: PlaceField::of(&mut tx, &scope, asked(&query, "area")).await?,
        typed: vec![("household", asked(&query, "household").to_owned())],
        twins: Vec::new(),
    })
}

pub(crate) async fn add(Form { visitor, sent }: Form) -> Result<Response> {
    visitor.scope(Right::KeepPeople)?;
    let outcome = match read(&visitor, &sent).await {
        Err(error) => Err(error),
        Ok(add) => visitor.app.act(visitor.signed_in()?, &add).await,
    };
    match outcome {
        Ok(new) => Ok(done(&format!("/people/{}/{}", new.county, new.id), "person").into_response()),
        Err(error) => {
            let twins =
                if error.code() == Some("person-alike") { twins(&visitor, &sent).await? } else { Vec::new() };
            given_back(&visitor, &sent, error, twins).await
        }
    }
}

async fn given_back(
    visitor: &Visitor,
    sent: &Submission,
    error: Error,
    twins: Vec<Twin>,
) -> Result<Response> {
    let page = NewPage {
        s: visitor.shell(visitor.words.t("person-new")),
        wrong: wrong(visitor, error)?,
        sexes: sexes(visitor),
        relations: relations(visitor),
        place: PlaceField::given_back(visitor, Right::KeepPeople, sent).await?,
        typed: FIELDS.map(|field| (field, sent.text(field).to_owned())).into(),
        twins,
    };
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn read(visitor: &Visitor, sent: &Submission) -> Result<AddPerson> {
    Ok(AddPerson {
        name: sent.text("name").to_owned(),
        id_number: sent.given("id-number"),
        phone: sent.given("phone"),
        sex: chosen_sex(sent),
        birth: birth(sent)?,
        lodging: lodging(visitor, sent).await?,
        from: day(sent, "from")?,
        another: sent.ticked("another"),
    })
}

/// Where somebody lives, as a form says it.
pub(super) async fn lodging(visitor: &Visitor, sent: &Submission) -> Result<Lodging> {
    Ok(Lodging {
        code: sent.given("household"),
        relation: chosen_relation(sent),
        area: sent_place(visitor, Right::KeepPeople, sent).await?,
        address: sent.given("address"),
    })
}

/// Those whom the form's person may be, of those the reader may see.
async fn twins(visitor: &Visitor, sent: &Submission) -> Result<Vec<Twin>> {
    let add = read(visitor, sent).await?;
    let phone = add.phone.as_deref().and_then(normalise_phone);
    let told = add.id_number.as_deref().and_then(lianxin_foundation::vault::normalise_id);
    let born = told.as_deref().and_then(crate::person::told_by_id).map(|(birth, _)| birth).or(add.birth);
    let county = crate::county_of(&add.lodging.area);
    let cx = Context::new(&visitor.app, visitor.signed_in()?, visitor.now);
    let mut tx = visitor.app.db().read().await?;
    let found = alike(
        &mut tx,
        cx,
        &county,
        &Keys::of(&add.name),
        born.map(|day| day.to_string()),
        phone.map(|phone| sealed::phone_key(&visitor.app, &phone)),
    )
    .await?;
    let twin = |person: crate::person::Person| Twin {
        href: format!("/people/{}/{}", person.county, person.id),
        birth: person.birth.as_deref().and_then(|day| day.get(..4)).map(str::to_owned),
        name: person.name,
    };
    Ok(found.into_iter().map(twin).collect())
}
