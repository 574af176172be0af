//! One household: where it stands and who lives there, as of a day.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use lianxin_foundation::web::{Form, Path, Shell, Visitor, html, html_with};
use lianxin_foundation::{Micros, Problem, Result, Right};
use uuid::Uuid;

use super::{as_of, years};
use crate::actions::people::MoveHousehold;
use crate::household::Relation;
use crate::household::store::{self, Lodger};
use crate::pages::place::{PlaceField, sent_place};
use crate::pages::{Asked, Step, Wrong, day, done, notice, steps, wrong};
use crate::person::Sex;

/// Somebody who lives or lived there.
#[derive(Debug, Clone)]
pub(crate) struct LodgerRow {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) sex: Option<&'static str>,
    pub(crate) age: Option<i64>,
    pub(crate) relation: &'static str,
    pub(crate) from: Micros,
    pub(crate) to: Option<Micros>,
}

#[derive(Template)]
#[template(path = "household.html")]
pub(crate) struct HouseholdPage {
    pub(crate) s: Shell,
    pub(crate) steps: Vec<Step>,
    pub(crate) county: String,
    pub(crate) id: String,
    pub(crate) code: Option<String>,
    pub(crate) area: String,
    pub(crate) has_address: bool,
    pub(crate) here: Vec<LodgerRow>,
    pub(crate) before: Vec<LodgerRow>,
    pub(crate) day: String,
    pub(crate) keeps: bool,
    pub(crate) place: PlaceField,
    pub(crate) address: String,
    pub(crate) from: String,
    pub(crate) notice: Option<String>,
    pub(crate) wrong: Wrong,
}

pub(crate) async fn page(
    visitor: Visitor,
    Path((county, id)): Path<(String, Uuid)>,
    query: Asked,
) -> Result<Response> {
    let mut page = load(&visitor, &county, id, as_of(&visitor, &query)).await?;
    page.notice = notice(&visitor, &query);
    html(&page)
}

async fn load(
    visitor: &Visitor,
    county: &str,
    id: Uuid,
    (day, at): (String, Micros),
) -> Result<HouseholdPage> {
    let scope = visitor.scope(Right::SeePeople)?;
    let mut tx = visitor.app.db().read().await?;
    let Some(household) = store::household(&mut tx, county, id).await? else {
        return Err(Problem::not_found().into());
    };
    let mut lodgers = store::lodgers(&mut tx, county, id).await?;
    // Somebody may have been entered here twice: what was set aside holds on no day.
    lodgers.retain(|one| one.valid_to != Some(one.valid_from));
    let holds = |one: &Lodger| one.valid_from <= at && one.valid_to.is_none_or(|to| at < to);
    // Where it stood that day: with whoever lived there then, else where it stands now.
    let path = lodgers.iter().find(|one| holds(one)).map_or(&household.path, |one| &one.path).clone();
    if !scope.covers(&path, &[]) {
        return Err(Problem::not_found().into());
    }
    let keeping = visitor.signed_in()?.scope(Right::KeepPeople, visitor.now);
    let row = |one: &Lodger| LodgerRow {
        id: one.person.to_string(),
        name: one.name.clone(),
        sex: one.sex.as_deref().and_then(Sex::from_code).map(Sex::message),
        age: years(one.birth.as_deref(), at),
        relation: Relation::from_code(&one.relation).unwrap_or(Relation::Other).message(),
        from: one.valid_from,
        to: one.valid_to.map(|to| to - 1),
    };
    let mut here: Vec<&Lodger> = lodgers.iter().filter(|one| holds(one)).collect();
    let order = |one: &&Lodger| Relation::ALL.iter().position(|relation| relation.code() == one.relation);
    here.sort_by_key(order);
    // Those before are shown where the reader keeps the place they lived in then.
    let gone = |one: &&Lodger| one.valid_to.is_some_and(|to| to <= at) && scope.covers(&one.path, &[]);
    Ok(HouseholdPage {
        s: visitor.shell(visitor.words.t("household-title")),
        steps: steps(&mut tx, &path, &scope).await?,
        county: county.to_owned(),
        id: id.to_string(),
        code: household.code,
        area: household.area,
        has_address: household.sealed_address.is_some(),
        here: here.into_iter().map(row).collect(),
        before: lodgers.iter().filter(gone).map(row).collect(),
        keeps: day.is_empty() && keeping.covers(&path, &[]),
        day,
        place: PlaceField::of(&mut tx, &keeping, "").await?,
        address: String::new(),
        from: String::new(),
        notice: None,
        wrong: Wrong::default(),
    })
}

pub(crate) async fn relocate(
    Path((county, id)): Path<(String, Uuid)>,
    Form { visitor, sent }: Form,
) -> Result<Response> {
    visitor.scope(Right::KeepPeople)?;
    let outcome = match sent_place(&visitor, Right::KeepPeople, &sent).await {
        Err(error) => Err(error),
        Ok(area) => match day(&sent, "from") {
            Err(error) => Err(error),
            Ok(from) => {
                let address = sent.given("address");
                let relocate = MoveHousehold { county: county.clone(), id, area, address, from };
                visitor.app.act(visitor.signed_in()?, &relocate).await
            }
        },
    };
    match outcome {
        Ok(()) => Ok(done(&format!("/households/{county}/{id}"), "household-moved").into_response()),
        Err(error) => {
            let mut page = load(&visitor, &county, id, (String::new(), visitor.now)).await?;
            page.wrong = wrong(&visitor, error)?;
            page.place = PlaceField::given_back(&visitor, Right::KeepPeople, &sent).await?;
            sent.text("address").clone_into(&mut page.address);
            sent.text("from").clone_into(&mut page.from);
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}
