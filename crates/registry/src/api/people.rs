//! People for programs: what pages show, with personal fields left out.

use axum::Json;
use axum::extract::Path;
use lianxin_foundation::clock::{civil, start_of};
use lianxin_foundation::web::Caller;
use lianxin_foundation::{Micros, Problem, Result, Right};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Refusals;
use super::input::Asked;
use crate::area::{is_id, path_of};
use crate::household::Residence;
use crate::membership::Membership;
use crate::person::naming::Look;
use crate::person::standing::Standing;
use crate::person::store::{self, Found, Lister, Within};

/// Rows on a page unless asked otherwise, and at most.
const PAGE: i64 = 100;
const MOST: i64 = 500;

/// What a list of people is narrowed to.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// The beginning of a name, in characters, pinyin or initials.
    #[param(example = "zhang")]
    name: String,
    /// The code of an area they live in, or have an organisation in; below it too.
    area: String,
    /// An organisation they belong to.
    organisation: Option<Uuid>,
    /// What they are in an organisation, such as `member`.
    kind: String,
    /// As of this day, `2026-11-22`; today when left out.
    day: String,
    /// Go on after this place in the list: `next` of the page before.
    after: String,
    /// How many a page holds: 1 to 500, 100 unless said otherwise.
    size: Option<i64>,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PersonBody {
    /// The county.
    county: String,
    /// The id.
    id: Uuid,
    /// The name.
    name: String,
    /// `female` or `male`, where known.
    sex: Option<String>,
    /// The year of birth, where known.
    birth_year: Option<String>,
}

impl From<Found> for PersonBody {
    fn from(one: Found) -> PersonBody {
        let birth_year = one.birth.as_deref().and_then(|day| day.get(..4)).map(str::to_owned);
        PersonBody { county: one.county, id: one.id, name: one.name, sex: one.sex, birth_year }
    }
}

/// One page of people.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PeopleBody {
    /// Those on this page.
    people: Vec<PersonBody>,
    /// Where the next page begins; none after the last.
    next: Option<String>,
}

/// The moment a caller asks about: the first of a day that is not in the future.
fn moment(day: &str, now: Micros) -> Result<Micros> {
    if day.is_empty() {
        return Ok(now);
    }
    let at = day.parse().ok().map(start_of).filter(|at| *at <= now);
    at.ok_or_else(|| Problem::invalid().field("day", "registry-day-form").into())
}

fn day_of(at: Micros) -> String {
    civil(at).date().to_string()
}

/// The people the token's owner may see, as of a day.
#[utoipa::path(
    get, path = "/api/v1/people", tag = "registry", operation_id = "listPeople",
    params(ListQuery), responses((status = 200, description = "One page of them", body = PeopleBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn list(caller: Caller, Asked(asked): Asked<ListQuery>) -> Result<Json<PeopleBody>> {
    let scope = caller.scope(Right::SeePeople)?;
    if !asked.area.is_empty() && !is_id(&asked.area) {
        return Err(Problem::invalid().field("area", "area-unknown").into());
    }
    let at = moment(&asked.day, caller.now)?;
    let within = Within {
        look: Look::of(&asked.name),
        path: if asked.area.is_empty() { String::new() } else { path_of(&asked.area) },
        organisation: asked.organisation,
        kind: asked.kind,
    };
    let mut parts = asked.after.splitn(3, ':');
    let after = match (parts.next(), parts.next().and_then(|id| id.parse().ok()), parts.next()) {
        (Some(county), Some(id), Some(key)) => Some((county.to_owned(), key.to_owned(), id)),
        _ => None,
    };
    let size = asked.size.unwrap_or(PAGE).clamp(1, MOST);
    let mut tx = caller.app.db().read().await?;
    let counties = store::counties(&mut tx, &scope, &within.path).await?;
    let lister = Lister { scope: &scope, within: &within, at };
    let mut found = lister.page(&mut tx, &counties, after.as_ref(), size + 1).await?;
    let whole = usize::try_from(size).unwrap_or(usize::MAX);
    let more = found.len() > whole;
    found.truncate(whole);
    let next =
        found.last().filter(|_| more).map(|last| format!("{}:{}:{}", last.county, last.id, last.sorted));
    Ok(Json(PeopleBody { people: found.into_iter().map(PersonBody::from).collect(), next }))
}

/// Where a person lived from a day to a day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HomeBody {
    /// The household.
    household: Uuid,
    /// What they are to its head: `head`, `spouse`, `child`, …
    relation: String,
    /// The area the household stood in.
    area: String,
    /// The first day.
    from: String,
    /// The last day, if it is over.
    last: Option<String>,
}

impl From<Residence> for HomeBody {
    fn from(home: Residence) -> HomeBody {
        HomeBody {
            household: home.household,
            relation: home.relation,
            area: home.area,
            from: day_of(home.from),
            last: home.to.map(|to| day_of(to - 1)),
        }
    }
}

/// What a person was in an organisation from a day to a day.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MembershipBody {
    /// The organisation.
    organisation: Uuid,
    /// As what.
    #[schema(example = "member")]
    kind: String,
    /// The first day.
    from: String,
    /// The last day, if that is known.
    last: Option<String>,
}

impl From<Membership> for MembershipBody {
    fn from(one: Membership) -> MembershipBody {
        MembershipBody {
            organisation: one.organisation,
            kind: one.code,
            from: day_of(one.from),
            last: one.to.map(|to| day_of(to - 1)),
        }
    }
}

/// A person with everything dated about them, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PersonWholeBody {
    /// The person.
    person: PersonBody,
    /// Where they lived and live.
    homes: Vec<HomeBody>,
    /// What they belonged and belong to.
    memberships: Vec<MembershipBody>,
}

/// One person, without personal fields: those are opened on the page, with a reason.
#[utoipa::path(
    get, path = "/api/v1/people/{county}/{id}", tag = "registry", operation_id = "getPerson",
    params(
        ("county" = String, Path, description = "Six digits", pattern = r"^[0-9]{6}$", example = "421223"),
        ("id" = Uuid, Path, description = "The person's id")
    ),
    responses((status = 200, description = "The person", body = PersonWholeBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn one(
    caller: Caller,
    Path((county, id)): Path<(String, String)>,
) -> Result<Json<PersonWholeBody>> {
    let scope = caller.scope(Right::SeePeople)?;
    let Ok(id) = id.parse::<Uuid>() else { return Err(Problem::not_found().into()) };
    let mut tx = caller.app.db().read().await?;
    let found = store::person(&mut tx, &county, id).await?;
    let Some(person) = found.filter(|person| person.merged_into.is_none()) else {
        return Err(Problem::not_found().into());
    };
    let standing = Standing::of(&mut tx, &person).await?;
    if !standing.covered(&scope, caller.now) {
        return Err(Problem::not_found().into());
    }
    let birth_year = person.birth.as_deref().and_then(|day| day.get(..4)).map(str::to_owned);
    Ok(Json(PersonWholeBody {
        person: PersonBody { county, id, name: person.name, sex: person.sex, birth_year },
        homes: standing.residences.into_iter().map(HomeBody::from).collect(),
        memberships: standing.memberships.into_iter().map(MembershipBody::from).collect(),
    }))
}
