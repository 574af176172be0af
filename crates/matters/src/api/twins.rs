//! Matters that say the same, for programs.

use axum::{Extension, Json};
use lianxin_foundation::error::{Problem, Result};
use lianxin_foundation::web::Caller;
use lianxin_foundation::{Right, i18n};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::{Of, Sent};
use super::shapes::Refusals;
use crate::Matters;
use crate::actions::Join;
use crate::store;
use crate::twins::{Asking, find};

/// A matter that probably says the same.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TwinBody {
    /// Its id.
    id: Uuid,
    /// Its number.
    number: String,
    /// Its category's code.
    category: String,
    /// Its words, without what looks personal.
    text: String,
    /// Where, in words, likewise.
    place: String,
    /// Where it stands.
    status: &'static str,
    /// How many others have met it beside its reporter.
    others: i64,
    /// How likely it is the same, from 0 to 1.
    likelihood: f64,
}

/// Open matters near by that probably say the same, the likeliest first, at most three.
#[utoipa::path(
    get, path = "/api/v1/matters/{county}/{id}/twins", tag = "matters", operation_id = "listTwins",
    params(Of),
    responses((status = 200, description = "The likeliest first", body = Vec<TwinBody>), Refusals),
    security(("token" = []))
)]
pub(super) async fn near(
    caller: Caller,
    of: Of,
    Extension(matters): Extension<Matters>,
) -> Result<Json<Vec<TwinBody>>> {
    let scope = caller.scope(Right::SeeMatters)?;
    let mut tx = caller.app.db().read().await?;
    let matter = store::matter(&mut tx, &scope, &of.county, of.id).await?.ok_or_else(Problem::not_found)?;
    let Some(asking) = Asking::of(&matter) else { return Ok(Json(Vec::new())) };
    let mut bodies = Vec::new();
    for twin in find(&mut tx, &matters, &of.county, &asking, Some(matter.id), caller.now).await? {
        // What lies outside of the caller's view is not there.
        if store::matter(&mut tx, &scope, &of.county, twin.id).await?.is_none() {
            continue;
        }
        bodies.push(TwinBody {
            id: twin.id,
            number: twin.number,
            category: twin.category,
            text: twin.text,
            place: twin.place,
            status: twin.status.code(),
            others: twin.others,
            likelihood: twin.likelihood,
        });
    }
    Ok(Json(bodies))
}

/// Who has met the same.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct JoinBody {
    /// What stands for the person: each counts once for a matter. Not kept as it is.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    person: String,
    /// A telephone number to be told by; sealed.
    #[serde(default)]
    #[schema(max_length = 80)]
    phone: Option<String>,
    /// Their language tag.
    #[serde(default)]
    language: Option<String>,
}

/// What whoever joined gets.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JoinedBody {
    /// The number of the matter that is worked on.
    number: String,
    /// The secret of their link, `/j/{county}/{secret}`; `null` when they had joined before.
    secret: Option<String>,
    /// Whether they are counted anew.
    new: bool,
    /// How many others have met the same by now.
    others: i64,
}

/// Joins an open matter for somebody who has met the same.
#[utoipa::path(
    post, path = "/api/v1/matters/{county}/{id}/joins", tag = "matters", operation_id = "joinMatter",
    request_body = JoinBody,
    params(Of),
    responses((status = 200, description = "Joined, now or before", body = JoinedBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn join(
    caller: Caller,
    of: Of,
    Extension(matters): Extension<Matters>,
    Sent(sent): Sent<JoinBody>,
) -> Result<Json<JoinedBody>> {
    let action = Join {
        matters: &matters,
        county: of.county,
        id: of.id,
        browser: sent.person.trim().to_owned(),
        key: None,
        phone: sent.phone,
        language: sent.language.unwrap_or_else(|| i18n::Language::default().tag().to_owned()),
    };
    let joined = caller.app.act(&caller.who, &action).await?;
    Ok(Json(JoinedBody {
        number: joined.number,
        secret: joined.secret,
        new: joined.new,
        others: joined.others,
    }))
}
