//! Reporting a matter: no account, at most two required fields, nothing lost on a second press.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use lianxin_foundation::limits::Limit;
use lianxin_foundation::scope::Who;
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Problem, Result, Tx};
use lianxin_registry::county_of;
use serde::Deserialize;
use uuid::Uuid;

use super::look::{self, Look};
use super::place::{Counties, PlaceForm, Spoken, chosen, known_county};
use super::view::{Choice, Errors, Group, Parts};
use crate::Matters;
use crate::actions::{Report, Reported};
use crate::category::{Attribute, AttributeValue, Catalogue, Datatype};
use crate::model::{Channel, Matter};
use crate::photos;

/// What was typed, to be given back.
#[derive(Default)]
pub(super) struct Kept {
    pub text: String,
    pub phone: String,
    pub name: String,
    pub address: String,
    pub private: bool,
    pub category: String,
}

impl Kept {
    /// As sent.
    pub(super) fn from(sent: &Submission) -> Kept {
        let text = |field: &str| sent.text(field).to_owned();
        Kept {
            text: text("text"),
            phone: text("phone"),
            name: text("name"),
            address: text("address"),
            private: sent.ticked("private"),
            category: text("category"),
        }
    }

    fn has_more(&self) -> bool {
        self.private
            || [&self.phone, &self.name, &self.address, &self.category].iter().any(|text| !text.is_empty())
    }
}

#[derive(Template)]
#[template(path = "report.html")]
pub(super) struct ReportPage {
    pub s: Shell,
    pub county: String,
    pub county_name: String,
    pub id: String,
    pub key: String,
    pub kept: Kept,
    pub place: PlaceForm,
    pub categories: Vec<Group>,
    pub questions: Vec<Question>,
    pub errors: Errors,
    pub more_open: bool,
    /// What is to be said before it is sent.
    pub look: Option<Look>,
    /// Photos that came before, sealed for this form, and how many.
    pub photos_kept: String,
    pub photos_said: String,
}

#[derive(Template)]
#[template(path = "choose.html")]
pub(super) struct ChoosePage {
    pub s: Shell,
    pub counties: Counties,
}

/// What the address may already say.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    at: String,
    plate: String,
    area: String,
}

/// `GET /report`: the home county's form, or the choice of a county.
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    if !asked.plate.is_empty() {
        return Ok(plate_address(&asked.plate).into_response());
    }
    let home = visitor.app.settings().home.clone();
    if !home.is_empty() {
        return form(visitor, &matters, &home, &asked.area).await;
    }
    let counties = Counties::below(&mut visitor.app.db().read().await?, "/report", &asked.at).await?;
    html(&ChoosePage { s: visitor.shell(visitor.words.t("nav-report")), counties })
}

/// `GET /report/{county}`
pub(super) async fn county_page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Path(county): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let area = if asked.plate.is_empty() { asked.area } else { asked.plate };
    form(visitor, &matters, &county, &area).await
}

/// `GET /p/{area}`: the short address on a plate.
pub(super) async fn plate(Path(area): Path<String>) -> Redirect {
    plate_address(&area)
}

fn plate_address(area: &str) -> Redirect {
    let known: String = area.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
    Redirect::to(&format!("/report/{}?area={known}", county_of(&known)))
}

async fn form(visitor: Visitor, matters: &Matters, county: &str, area: &str) -> Result<Response> {
    let mut tx = visitor.app.db().read().await?;
    let county_name = known_county(&mut tx, county).await?.ok_or_else(Problem::not_found)?;
    let place = PlaceForm::at(&mut tx, county, area).await?;
    let signed_in = visitor.who.is_some();
    let s = visitor.shell(visitor.words.t("nav-report"));
    let mut response = html(&ReportPage {
        id: visitor.app.ids().new_id(visitor.now).to_string(),
        key: visitor.app.ids().secret(),
        county: county.to_owned(),
        county_name,
        kept: Kept::default(),
        place,
        categories: residents_groups(&s, &matters.catalogue, ""),
        questions: Vec::new(),
        errors: Errors::default(),
        more_open: false,
        look: None,
        photos_kept: String::new(),
        photos_said: String::new(),
        s,
    })?;
    if !signed_in {
        // Going back shows this very form again, with the id it had: sent once more, it is the same matter.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    Ok(response)
}

/// A question asked for a category.
pub(super) struct Question {
    /// The field's name: `attribute[CODE]`.
    pub name: String,
    pub label: String,
    pub required: bool,
    /// What can be chosen; empty where the answer is typed.
    pub choices: Vec<Choice>,
    pub several: bool,
    pub kept: String,
    pub error: String,
}

/// The questions of the category somebody chose; a suggested one asks nothing.
pub(super) fn questions(
    s: &Shell,
    catalogue: &Catalogue,
    sent: &Submission,
    errors: &Errors,
) -> Vec<Question> {
    let Some(category) = catalogue.get(sent.text("category")) else { return Vec::new() };
    let language = s.language();
    let ask = |attribute: &Attribute| {
        let name = format!("attribute[{}]", attribute.code);
        let kept = sent.all(&name);
        let choice = |value: &AttributeValue| Choice {
            chosen: kept.contains(&value.key),
            value: value.key.clone(),
            label: value.name(language).to_owned(),
        };
        Question {
            label: attribute.description(language).to_owned(),
            required: attribute.required,
            choices: attribute.values.iter().map(choice).collect(),
            several: attribute.datatype == Datatype::MultiValueList,
            kept: sent.text(&name).to_owned(),
            error: errors.of(&name).to_owned(),
            name,
        }
    };
    category.attributes.iter().map(ask).collect()
}

/// The answers as sent: `attribute[CODE]` once or several times.
fn answers(sent: &Submission) -> serde_json::Value {
    let fields = sent.beginning("attribute[");
    let answers =
        fields.filter_map(|(rest, values)| Some((rest.strip_suffix(']')?.to_owned(), values.into())));
    serde_json::Value::Object(answers.collect())
}

/// The categories that can be chosen, under their groups.
pub(super) fn category_groups(s: &Shell, catalogue: &Catalogue, now: &str) -> Vec<Group> {
    let language = s.language();
    let of_group = |code: &str| {
        let mine = catalogue.all().iter().filter(|category| category.group == code);
        mine.map(|category| Choice::new(&category.code, category.name(language), now)).collect()
    };
    let groups = catalogue.groups().iter();
    groups
        .map(|group| Group { name: group.name(language).to_owned(), choices: of_group(&group.code) })
        .filter(|group| !group.choices.is_empty())
        .collect()
}

/// The categories that residents report, or those that enterprises do.
fn groups_of(s: &Shell, catalogue: &Catalogue, now: &str, enterprises: bool) -> Vec<Group> {
    let mut groups = category_groups(s, catalogue, now);
    groups.retain(|group| {
        let first = group.choices.first().and_then(|choice| catalogue.get(&choice.value));
        first.is_some_and(|category| category.for_enterprises() == enterprises)
    });
    groups
}

/// The categories that residents report.
pub(super) fn residents_groups(s: &Shell, catalogue: &Catalogue, now: &str) -> Vec<Group> {
    groups_of(s, catalogue, now, false)
}

/// The categories that enterprises report.
pub(super) fn enterprises_groups(s: &Shell, catalogue: &Catalogue, now: &str) -> Vec<Group> {
    groups_of(s, catalogue, now, true)
}

/// The categories that a matter may have: an enterprise's problem stays one.
pub(super) fn groups_for(s: &Shell, catalogue: &Catalogue, matter: &Matter) -> Vec<Group> {
    groups_of(s, catalogue, &matter.category, matter.enterprise.is_some())
}

/// `POST /report/{county}`: sends it, or goes one step down the list of places.
pub(super) async fn send(
    Extension(matters): Extension<Matters>,
    Path(county): Path<String>,
    headers: HeaderMap,
    Form { visitor, mut sent }: Form,
) -> Result<Response> {
    if !sent.text("step").is_empty() {
        return give_back(&visitor, &matters, &county, &sent, Errors::default(), StatusCode::OK).await;
    }
    visitor.count(Limit::Write)?;
    if sent.given("join").is_some() {
        return match look::join(&visitor, &matters, &county, &headers, &sent).await {
            Err(error) => {
                let (errors, _) = Errors::from_refusal(error, &visitor.words)?;
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                give_back(&visitor, &matters, &county, &sent, errors, status).await
            }
            joined => joined,
        };
    }
    let who = Who::reporter(&county);
    if let Some(look) = look::before(&visitor, &matters, &county, &mut sent).await? {
        return looked(&visitor, &matters, &county, &mut sent, look).await;
    }
    match report(&visitor, &matters, &who, &county, Channel::Web, &mut sent).await {
        Ok(Reported { secret: Some(secret), .. }) => {
            Ok(Redirect::to(&format!("/m/{county}/{secret}?new=1")).into_response())
        }
        Ok(reported) => {
            Ok(Redirect::to(&format!("/find?county={county}&number={}", reported.number)).into_response())
        }
        Err(error) => {
            let (errors, _) = Errors::from_refusal(error, &visitor.words)?;
            give_back(&visitor, &matters, &county, &sent, errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

/// The form as it was sent, with what is to be said about it; the photos are put away until it comes again.
async fn looked(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    sent: &mut Submission,
    look: Look,
) -> Result<Response> {
    let (photos_kept, n) = match photos::keep(visitor, sent).await {
        Ok(kept) => kept,
        Err(error) => {
            let (errors, _) = Errors::from_refusal(error, &visitor.words)?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return give_back(visitor, matters, county, sent, errors, status).await;
        }
    };
    let mut page = page_of(visitor, matters, county, sent, Errors::default()).await?;
    page.photos_said = if n > 0 { page.s.t1("report-photos-kept", "n", n) } else { String::new() };
    page.photos_kept = photos_kept;
    page.look = Some(look);
    html(&page)
}

async fn give_back(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    sent: &Submission,
    errors: Errors,
    status: StatusCode,
) -> Result<Response> {
    html_with(status, &page_of(visitor, matters, county, sent, errors).await?)
}

async fn page_of(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    sent: &Submission,
    errors: Errors,
) -> Result<ReportPage> {
    let mut tx = visitor.app.db().read().await?;
    let county_name = known_county(&mut tx, county).await?.ok_or_else(Problem::not_found)?;
    let place = PlaceForm::given_back(&mut tx, county, sent).await?;
    let s = visitor.shell(visitor.words.t("nav-report"));
    let kept = Kept::from(sent);
    Ok(ReportPage {
        look: None,
        photos_said: String::new(),
        photos_kept: sent.text("kept-photos").to_owned(),
        county: county.to_owned(),
        county_name,
        id: sent.text("id").to_owned(),
        key: sent.text("key").to_owned(),
        categories: residents_groups(&s, &matters.catalogue, &kept.category),
        questions: questions(&s, &matters.catalogue, sent, &errors),
        more_open: kept.has_more(),
        kept,
        place,
        errors,
        s,
    })
}

/// Puts photos away and reports what a form says: the resident's own and the one staff fill in.
pub(super) async fn report(
    visitor: &Visitor,
    matters: &Matters,
    who: &Who,
    county: &str,
    channel: Channel,
    sent: &mut Submission,
) -> Result<Reported> {
    let mut tx = visitor.app.db().read().await?;
    known_county(&mut tx, county).await?.ok_or_else(Problem::not_found)?;
    let area = smaller_than_county(&mut tx, county, sent).await?;
    let spoken = Spoken::of(&mut tx, county, sent).await?;
    drop(tx);
    // A page cannot give photos back: rather than lose them, a dispatcher is told what the words seem to name.
    let ask = spoken.as_ref().is_some_and(|spoken| spoken.right.is_none()) && sent.files.is_empty();
    let named = spoken.filter(|spoken| ask || spoken.right == Some(true)).map(|spoken| spoken.id);
    let uploads = std::mem::take(&mut sent.files).into_iter().map(|file| file.bytes).collect();
    let mut action = Report {
        matters,
        id: sent.parsed::<Uuid>("id", "problem-unreadable")?,
        key: sent.given("key"),
        county: county.to_owned(),
        category: sent.given("category"),
        text: sent.text("text").to_owned(),
        place: sent.text("place").to_owned(),
        address: sent.given("address"),
        name: sent.given("name"),
        phone: sent.given("phone"),
        email: None,
        lon: sent.parsed("lon", "matter-coordinates-form")?,
        lat: sent.parsed("lat", "matter-coordinates-form")?,
        area: named.or(area),
        attributes: answers(sent),
        channel,
        language: visitor.words.tag().to_owned(),
        private: sent.ticked("private"),
        photos: Vec::new(),
        enterprise: None,
    };
    action.check()?;
    if ask {
        return Err(Problem::invalid().field("spoken", "report-spoken-which").into());
    }
    action.photos = photos::kept(&visitor.app, sent)?;
    action.photos.extend(photos::store(&visitor.app, visitor.asker(), uploads).await?);
    if action.photos.len() > photos::MOST {
        return Err(Problem::invalid().field("photos", "photo-too-many").into());
    }
    visitor.app.act(who, &action).await
}

/// What the words of an unsent form seem to name, for a script that asks while somebody writes.
#[derive(Template)]
#[template(path = "parts/spoken.html")]
struct SpokenPart {
    s: Shell,
    spoken: Spoken,
}

/// `POST /report/{county}/spoken`: the question whether a place is meant, nothing where none seems to be. What has been
/// written so far comes as the form would send it, not in the address: servers on the way keep addresses.
pub(super) async fn spoken(Path(county): Path<String>, Form { visitor, sent }: Form) -> Result<Response> {
    visitor.count(Limit::Read)?;
    let mut tx = visitor.app.db().read().await?;
    known_county(&mut tx, &county).await?.ok_or_else(Problem::not_found)?;
    let Some(spoken) = Spoken::of(&mut tx, &county, &sent).await? else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    html(&SpokenPart { s: visitor.shell(String::new()), spoken })
}

/// The area chosen from the list, unless it is only the county itself, which places nothing.
async fn smaller_than_county(tx: &mut Tx, county: &str, sent: &Submission) -> Result<Option<String>> {
    let area = chosen(sent);
    if area == county || area.is_empty() {
        return Ok(None);
    }
    let known = lianxin_registry::area::store::area(tx, &area).await?;
    let known = known.filter(|known| known.county == county);
    known
        .map(|area| Some(area.id))
        .ok_or_else(|| Problem::invalid().field("area", "matter-area-unknown").into())
}
