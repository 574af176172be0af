//! Search everywhere, for programs.

use axum::{Extension, Json};
use lianxin_foundation::Result;
use lianxin_foundation::web::Caller;
use lianxin_registry::search::Hit;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::input::Asked;
use super::shapes::Refusals;
use crate::Matters;
use crate::search::everywhere;

/// Results of each kind.
const MOST: usize = 20;

/// What is looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// A name in characters, pinyin or initials, a code, a matter's number, or a telephone's last four digits.
    #[param(example = "taoxi")]
    q: String,
}

/// A matter that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MatterFound {
    /// The county.
    county: String,
    /// The id.
    id: Uuid,
    /// The number.
    number: String,
}

/// Somebody who was found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PersonFound {
    /// The county.
    county: String,
    /// The id.
    id: Uuid,
    /// The name.
    name: String,
    /// The year of birth, where known.
    birth_year: Option<String>,
}

/// An organisation or an area that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlaceFound {
    /// The code that leads its key: six digits.
    county: String,
    /// The id: of an area its division code.
    id: String,
    /// The name.
    name: String,
}

/// What was found of each kind, at most twenty, those that fit best first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SearchBody {
    /// Matters with this number.
    matters: Vec<MatterFound>,
    /// People.
    people: Vec<PersonFound>,
    /// Organisations.
    organisations: Vec<PlaceFound>,
    /// Areas.
    areas: Vec<PlaceFound>,
}

fn place(hit: Hit) -> PlaceFound {
    PlaceFound { county: hit.county, id: hit.id, name: hit.name }
}

/// Looks everywhere within what the token's owner may see.
#[utoipa::path(
    get, path = "/api/v1/search", tag = "registry", operation_id = "search", params(SearchQuery),
    responses((status = 200, description = "What was found", body = SearchBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn search(
    caller: Caller,
    Extension(matters): Extension<Matters>,
    Asked(asked): Asked<SearchQuery>,
) -> Result<Json<SearchBody>> {
    let found = everywhere((&caller.app, &matters), &caller.who, caller.now, (&asked.q, MOST)).await?;
    let year = |birth: Option<String>| birth.and_then(|birth| birth.get(..4).map(str::to_owned));
    let people = found.people.found.into_iter().take(MOST).map(|one| PersonFound {
        county: one.county,
        id: one.id,
        name: one.name,
        birth_year: year(one.birth),
    });
    let matters = found.matters.into_iter().map(|matter| MatterFound {
        county: matter.county,
        id: matter.id,
        number: matter.number,
    });
    Ok(Json(SearchBody {
        matters: matters.collect(),
        people: people.collect(),
        organisations: found.organisations.into_iter().take(MOST).map(place).collect(),
        areas: found.areas.into_iter().take(MOST).map(place).collect(),
    }))
}
