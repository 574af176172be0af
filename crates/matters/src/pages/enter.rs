//! Staff enter a matter for someone who called or came, or for what they found on their round.

use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use lianxin_foundation::scope::Grant;
use lianxin_foundation::web::{Form, Path, Shell, Submission, Visitor, html, html_with};
use lianxin_foundation::{Problem, Result, Right, Scope, Tx};
use lianxin_registry::area::{ancestors, store as areas};
use serde::Deserialize;

use super::find::holder;
use super::place::{PlaceForm, known_county};
use super::report::{Kept, Question, questions, report, residents_groups};
use super::view::{Chip, Choice, Errors, Group, Parts, Reader, next};
use crate::Matters;
use crate::actions::Reported;
use crate::model::Channel;
use crate::store;

/// How it may have come in.
const CHANNELS: [Channel; 3] = [Channel::Phone, Channel::Visit, Channel::Grid];

#[derive(Template)]
#[template(path = "enter.html")]
pub(super) struct EnterPage {
    pub s: Shell,
    pub county: String,
    pub counties: Vec<Choice>,
    pub id: String,
    pub key: String,
    pub channels: Vec<Choice>,
    pub kept: Kept,
    pub place: PlaceForm,
    pub categories: Vec<Group>,
    pub questions: Vec<Question>,
    pub errors: Errors,
}

#[derive(Template)]
#[template(path = "entered.html")]
pub(super) struct EnteredPage {
    pub s: Shell,
    pub county: String,
    pub number: String,
    pub chip: Chip,
    pub holder: String,
    pub next: String,
    pub link: String,
    pub href: String,
}

/// What the address may already say.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    county: String,
    area: String,
}

/// `GET /matters/new`
pub(super) async fn page(
    visitor: Visitor,
    Extension(matters): Extension<Matters>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let scope = visitor.scope(Right::EnterMatters)?;
    let mut tx = visitor.app.db().read().await?;
    let counties = counties(&mut tx, &scope, &asked.county).await?;
    let county = match counties.as_slice() {
        [only] => only.value.clone(),
        several => {
            several.iter().find(|choice| choice.chosen).map(|choice| choice.value.clone()).unwrap_or_default()
        }
    };
    let start = if asked.area.is_empty() { own_area(&scope) } else { asked.area };
    let s = visitor.shell(visitor.words.t("enter-title"));
    html(&EnterPage {
        id: visitor.app.ids().new_id(visitor.now).to_string(),
        key: visitor.app.ids().secret(),
        channels: channels(&s, Channel::Phone.code()),
        kept: Kept::default(),
        place: if county.is_empty() {
            PlaceForm::default()
        } else {
            place(PlaceForm::at(&mut tx, &county, &start).await?)
        },
        categories: residents_groups(&s, &matters.catalogue, ""),
        questions: Vec::new(),
        errors: Errors::default(),
        counties,
        county,
        s,
    })
}

/// Staff see the grids too on the map they point at.
fn place(form: PlaceForm) -> PlaceForm {
    if form.shapes.is_empty() {
        return form;
    }
    PlaceForm { shapes: format!("/areas/{}/shapes.geojson", form.area), ..form }
}

fn channels(s: &Shell, now: &str) -> Vec<Choice> {
    CHANNELS.iter().map(|channel| Choice::new(channel.code(), s.t(channel.message()), now)).collect()
}

/// The counties this person may enter for: those of their places, and those in a city or province
/// whose places are known.
async fn counties(tx: &mut Tx, scope: &Scope, now: &str) -> Result<Vec<Choice>> {
    let mut codes: Vec<String> = Vec::new();
    for grant in scope.grants() {
        let Grant::Place(path) = grant else { continue };
        match ancestors(path).get(2) {
            Some(county) => codes.push((*county).to_owned()),
            None => codes.extend(areas::shaped_counties(tx).await?),
        }
    }
    codes.sort_unstable();
    codes.dedup();
    let mut choices = Vec::new();
    for code in codes {
        if let Some(name) = known_county(tx, &code).await? {
            choices.push(Choice::new(code, name, now));
        }
    }
    Ok(choices)
}

/// Where the list of places starts for somebody who looks after one place.
fn own_area(scope: &Scope) -> String {
    match scope.grants() {
        [Grant::Place(path)] => ancestors(path).last().map_or(String::new(), |area| (*area).to_owned()),
        _ => String::new(),
    }
}

/// `POST /matters/new/{county}`
pub(super) async fn send(
    Extension(matters): Extension<Matters>,
    Path(county): Path<String>,
    Form { visitor, mut sent }: Form,
) -> Result<Response> {
    visitor.scope(Right::EnterMatters)?;
    if !sent.text("step").is_empty() {
        return give_back(&visitor, &matters, &county, &sent, Errors::default(), StatusCode::OK).await;
    }
    let channel =
        CHANNELS.into_iter().find(|channel| channel.code() == sent.text("channel")).unwrap_or(Channel::Phone);
    match report(&visitor, &matters, visitor.signed_in()?, &county, channel, &mut sent).await {
        Ok(reported) => entered(&visitor, &reported).await,
        Err(error) => {
            let (errors, _) = Errors::from_refusal(error, &visitor.words)?;
            give_back(&visitor, &matters, &county, &sent, errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn give_back(
    visitor: &Visitor,
    matters: &Matters,
    county: &str,
    sent: &Submission,
    errors: Errors,
    status: StatusCode,
) -> Result<Response> {
    let mut tx = visitor.app.db().read().await?;
    let s = visitor.shell(visitor.words.t("enter-title"));
    let kept = Kept::from(sent);
    let page = EnterPage {
        counties: Vec::new(),
        county: county.to_owned(),
        id: sent.text("id").to_owned(),
        key: sent.text("key").to_owned(),
        channels: channels(&s, sent.text("channel")),
        place: place(PlaceForm::given_back(&mut tx, county, sent).await?),
        categories: residents_groups(&s, &matters.catalogue, &kept.category),
        questions: questions(&s, &matters.catalogue, sent, &errors),
        kept,
        errors,
        s,
    };
    html_with(status, &page)
}

/// The page to read out from: number, who has it, the reporter's link. Shown at once and never again,
/// because only a digest of the link is kept.
async fn entered(visitor: &Visitor, reported: &Reported) -> Result<Response> {
    let s = visitor.shell(visitor.words.t("enter-title"));
    let (county, id) = (&reported.county, reported.id);
    let scope = visitor.scope(Right::SeeMatters)?;
    let mut tx = visitor.app.db().read().await?;
    let matter = store::matter(&mut tx, &scope, county, id).await?.ok_or_else(Problem::not_found)?;
    let unit = holder(&mut tx, &matter).await?;
    let link = |secret: &String| format!("{}/m/{county}/{secret}", visitor.site);
    html(&EnteredPage {
        number: reported.number.clone(),
        chip: Chip::of(&s, &matter, &unit).big(),
        next: next(&s, &matter, &unit, Reader::Staff),
        holder: if unit.is_empty() { s.t("matter-holder-none") } else { s.t1("mine-holder", "unit", unit) },
        link: reported.secret.as_ref().map(link).unwrap_or_default(),
        href: format!("/matters/{county}/{id}"),
        county: county.clone(),
        s,
    })
}
