//! What the token's owner was told.

use axum::Json;
use lianxin_foundation::clock::{parse_rfc3339, rfc3339};
use lianxin_foundation::error::{Problem, Result};
use lianxin_foundation::scope::Right;
use lianxin_foundation::web::Caller;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::Sent;
use super::shapes::Refusals;
use crate::told::actions::Look;
use crate::told::store::{self, Notice};

/// How many are listed.
const MOST: i64 = 100;

/// One thing the token's owner was told.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NoticeBody {
    /// The event's id.
    id: Uuid,
    /// arrived, climbed, late, answered, reopened, returned, called, call-due, call-late, came or invited: the last is
    /// about a sitting, whose id the event's is.
    news: &'static str,
    /// When it happened, RFC 3339.
    #[schema(format = DateTime)]
    at: String,
    /// Whether it was looked at.
    read: bool,
    /// The matter's county.
    county: String,
    /// The matter's id.
    matter: Uuid,
    /// The matter's number.
    number: String,
}

impl From<Notice> for NoticeBody {
    fn from(notice: Notice) -> NoticeBody {
        NoticeBody {
            id: notice.event,
            news: notice.news.code(),
            at: rfc3339(notice.at),
            read: notice.read,
            county: notice.matter.county,
            matter: notice.matter.id,
            number: notice.matter.number,
        }
    }
}

/// Up to which moment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SeenBody {
    /// RFC 3339: everything told until then counts as looked at.
    #[schema(format = DateTime)]
    until: String,
}

/// What was marked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LookedAtBody {
    /// How many had not been looked at before.
    marked: u64,
}

/// The newest hundred notices about matters that the token's owner may see.
#[utoipa::path(
    get, path = "/api/v1/notices", tag = "matters", operation_id = "listNotices",
    responses((status = 200, description = "The newest first", body = [NoticeBody]), Refusals),
    security(("token" = []))
)]
pub(super) async fn list(caller: Caller) -> Result<Json<Vec<NoticeBody>>> {
    let scope = caller.scope(Right::SeeMatters)?;
    let account = caller.who.account.ok_or_else(Problem::sign_in)?;
    let mut tx = caller.app.db().read().await?;
    let found = store::notices(&mut tx, &scope, &caller.who.county, account, MOST).await?;
    Ok(Json(found.into_iter().map(NoticeBody::from).collect()))
}

/// Marks notices as looked at; gives how many were not.
#[utoipa::path(
    post, path = "/api/v1/notices/seen", tag = "matters", operation_id = "lookAtNotices",
    request_body = SeenBody,
    responses((status = 200, description = "How many were not looked at before", body = LookedAtBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn seen(caller: Caller, Sent(body): Sent<SeenBody>) -> Result<Json<LookedAtBody>> {
    let until =
        parse_rfc3339(&body.until).ok_or_else(|| Problem::invalid().field("until", "api-time-form"))?;
    let marked = caller.app.act(&caller.who, &Look { matter: None, until }).await?;
    Ok(Json(LookedAtBody { marked }))
}
