//! Causes behind many matters, for programs.

use axum::Json;
use lianxin_foundation::clock::parse_rfc3339;
use lianxin_foundation::error::{Problem, Result};
use lianxin_foundation::web::Caller;
use lianxin_foundation::{Action, Micros, Right};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::{Asked, CasesQuery, Of, Sent};
use super::shapes::{Refusals, Time};
use crate::actions::{EndSource, LinkMatter, NoteSource, OpenSource, ReopenSource};
use crate::sources::flow::{self, Span, Week};
use crate::sources::{Entry, Outcome, Source, store};

/// How many linked matters one answer names.
const LINKED: i64 = 500;

/// A cause behind many matters.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourceBody {
    /// Six digits.
    county: String,
    /// Its id.
    id: Uuid,
    /// What it is, in a few words.
    title: String,
    /// What seems to be behind the matters.
    words: String,
    /// The category of those matters.
    category: String,
    /// The area it works in.
    area: String,
    /// The organisation that answers for it.
    unit: Uuid,
    /// When it was taken up.
    opened_at: Time,
    /// When work on it ended.
    ended_at: Option<Time>,
    /// stopped, eased, above or mistaken.
    outcome: Option<&'static str>,
}

impl From<Source> for SourceBody {
    fn from(source: Source) -> SourceBody {
        SourceBody {
            county: source.county,
            id: source.id,
            title: source.title,
            words: source.words,
            category: source.category,
            area: source.area,
            unit: source.unit,
            opened_at: source.opened_at.into(),
            ended_at: source.ended_at.map(Time::from),
            outcome: source.outcome.map(Outcome::code),
        }
    }
}

/// Something noted or done about it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourceEntryBody {
    /// note, measure, end or again.
    kind: &'static str,
    /// When it was written.
    at: Time,
    /// Of a measure: since when it holds.
    since: Option<Time>,
    /// Who wrote it.
    by: String,
    /// The words.
    words: String,
}

impl From<Entry> for SourceEntryBody {
    fn from(entry: Entry) -> SourceEntryBody {
        SourceEntryBody {
            kind: entry.kind.code(),
            at: entry.at.into(),
            since: entry.since.map(Time::from),
            by: entry.by_name,
            words: entry.words,
        }
    }
}

/// Matters that came in within one week.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WeekBody {
    /// Its first moment.
    from: Time,
    /// Whether the measure held by then.
    after: bool,
    /// All of the category in the place that the owner of this token sees.
    alike: i64,
    /// Those linked.
    linked: i64,
}

impl From<&Week> for WeekBody {
    fn from(week: &Week) -> WeekBody {
        WeekBody { from: week.from.into(), after: week.after, alike: week.alike, linked: week.linked }
    }
}

/// A cause with everything about it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeSourceBody {
    /// The cause.
    source: SourceBody,
    /// What was noted and done, the oldest first.
    entries: Vec<SourceEntryBody>,
    /// The ids of the linked matters that the owner of this token sees, the newest first; 500 at most.
    matters: Vec<Uuid>,
    /// The weeks around the measure that held first.
    weeks: Vec<WeekBody>,
    /// What they say: no-measure, early, nothing, stopped, fewer, more or unclear.
    verdict: &'static str,
}

/// One page of sources.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourcesBody {
    /// How many there are in all.
    total: i64,
    /// Which page this is, from 1.
    page: i64,
    /// How many a page holds.
    size: i64,
    /// The sources.
    sources: Vec<SourceBody>,
}

/// The causes in places and of units that the owner of this token sees.
///
/// Open are those still worked on; the newest come first.
#[utoipa::path(
    get, path = "/api/v1/sources", tag = "matters", operation_id = "listSources", params(CasesQuery),
    responses((status = 200, description = "One page of them", body = SourcesBody), Refusals), security(("token" = []))
)]
pub(super) async fn list(caller: Caller, Asked(asked): Asked<CasesQuery>) -> Result<Json<SourcesBody>> {
    let scope = caller.scope(Right::SeeMatters)?;
    let (open, paging) = asked.read()?;
    let mut tx = caller.app.db().read().await?;
    let total = store::count(&mut tx, &scope, open).await?;
    let found = store::list(&mut tx, &scope, open, paging).await?;
    let sources = found.into_iter().map(SourceBody::from).collect();
    Ok(Json(SourcesBody { total, page: paging.page, size: paging.size, sources }))
}

/// One cause: what was done about it, which matters are linked, whether it stopped.
#[utoipa::path(
    get, path = "/api/v1/sources/{county}/{id}", tag = "matters", operation_id = "getSource",
    params(Of),
    responses((status = 200, description = "Everything about it", body = WholeSourceBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn one(caller: Caller, of: Of) -> Result<Json<WholeSourceBody>> {
    whole(&caller, &of.county, of.id).await
}

async fn whole(caller: &Caller, county: &str, id: Uuid) -> Result<Json<WholeSourceBody>> {
    let scope = caller.scope(Right::SeeMatters)?;
    let mut tx = caller.app.db().read().await?;
    let source = store::source(&mut tx, &scope, county, id).await?.ok_or_else(Problem::not_found)?;
    let entries = store::entries(&mut tx, &source).await?;
    let since = entries.iter().filter_map(|entry| entry.since).min();
    let span = Span::around(since, caller.now);
    let linked = store::linked_by_week(&mut tx, &scope, &source, span).await?;
    let alike = store::alike_by_week(&mut tx, &scope, &source, span).await?;
    let weeks = flow::weeks(span, &linked, &alike);
    let matters = store::linked(&mut tx, &scope, &source, LINKED).await?;
    Ok(Json(WholeSourceBody {
        verdict: flow::verdict(span, &weeks, since.is_some()).code(),
        weeks: weeks.iter().map(WeekBody::from).collect(),
        matters: matters.iter().map(|matter| matter.id).collect(),
        entries: entries.into_iter().map(SourceEntryBody::from).collect(),
        source: source.into(),
    }))
}

/// A cause that was found behind a matter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenSourceBody {
    /// What it is, in a few words.
    #[schema(min_length = 1, max_length = 60, pattern = r"\S")]
    title: String,
    /// What seems to be behind the matters.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    words: String,
    /// The area it works in: the matter's own or one around it, at most the county.
    #[schema(example = "421223100")]
    area: String,
    /// The organisation that answers for it.
    unit: Uuid,
}

/// Takes up a cause found behind a matter.
#[utoipa::path(
    post, path = "/api/v1/matters/{county}/{id}/source", tag = "matters", operation_id = "openSource",
    request_body = OpenSourceBody,
    params(Of),
    responses((status = 200, description = "The cause", body = WholeSourceBody), Refusals), security(("token" = []))
)]
pub(super) async fn open(
    caller: Caller,
    of: Of,
    Sent(sent): Sent<OpenSourceBody>,
) -> Result<Json<WholeSourceBody>> {
    let OpenSourceBody { title, words, area, unit } = sent;
    let open = OpenSource { county: of.county.clone(), matter: of.id, title, words, area, unit };
    let id = caller.app.act(&caller.who, &open).await?;
    whole(&caller, &of.county, id).await
}

async fn done(caller: &Caller, of: &Of, action: impl Action<Output = ()>) -> Result<Json<WholeSourceBody>> {
    caller.app.act(&caller.who, &action).await?;
    whole(caller, &of.county, of.id).await
}

/// Something noted or done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceNoteBody {
    /// The words.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    words: String,
    /// Of a measure: since when it holds, at most a year back.
    #[serde(default)]
    #[schema(format = DateTime, example = "2026-10-08T00:00:00+08:00")]
    since: Option<String>,
}

/// Notes something about a cause, or a measure.
#[utoipa::path(
    post, path = "/api/v1/sources/{county}/{id}/notes", tag = "matters", operation_id = "noteSource",
    request_body = SourceNoteBody,
    params(Of),
    responses((status = 200, description = "How it stands now", body = WholeSourceBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn note(
    caller: Caller,
    of: Of,
    Sent(sent): Sent<SourceNoteBody>,
) -> Result<Json<WholeSourceBody>> {
    let moment = |text: &str| -> Result<Micros> {
        parse_rfc3339(text).ok_or_else(|| Problem::invalid().field("since", "api-time-form").into())
    };
    let since = sent.since.as_deref().map(moment).transpose()?;
    let note = NoteSource { county: of.county.clone(), id: of.id, words: sent.words, since };
    done(&caller, &of, note).await
}

/// Whether a matter belongs to a cause.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceLinkBody {
    /// The matter's number.
    #[schema(min_length = 1, max_length = 20, example = "261122-048213")]
    number: String,
    /// Otherwise it is taken out, and not proposed again.
    belongs: bool,
}

/// Links a matter to a cause, or takes it out.
#[utoipa::path(
    post, path = "/api/v1/sources/{county}/{id}/links", tag = "matters", operation_id = "linkToSource",
    request_body = SourceLinkBody,
    params(Of),
    responses((status = 200, description = "How it stands now", body = WholeSourceBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn link(
    caller: Caller,
    of: Of,
    Sent(sent): Sent<SourceLinkBody>,
) -> Result<Json<WholeSourceBody>> {
    let (number, belongs) = (sent.number, sent.belongs);
    let link = LinkMatter { county: of.county.clone(), id: of.id, number, belongs };
    done(&caller, &of, link).await
}

/// How work on a cause ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceEndBody {
    /// stopped, eased, above or mistaken.
    #[schema(pattern = "^(stopped|eased|above|mistaken)$", example = "stopped")]
    outcome: String,
    /// With which result.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    result: String,
}

/// Ends work on a cause.
#[utoipa::path(
    post, path = "/api/v1/sources/{county}/{id}/end", tag = "matters", operation_id = "endSource",
    request_body = SourceEndBody,
    params(Of),
    responses((status = 200, description = "How it stands now", body = WholeSourceBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn end(
    caller: Caller,
    of: Of,
    Sent(sent): Sent<SourceEndBody>,
) -> Result<Json<WholeSourceBody>> {
    let outcome = Outcome::from_code(&sent.outcome);
    let outcome = outcome.ok_or_else(|| Problem::invalid().field("outcome", "source-outcome-missing"))?;
    let end = EndSource { county: of.county.clone(), id: of.id, outcome, result: sent.result };
    done(&caller, &of, end).await
}

/// Why it is taken up again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceAgainBody {
    /// Why.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    reason: String,
}

/// Takes a cause up again.
#[utoipa::path(
    post, path = "/api/v1/sources/{county}/{id}/reopening", tag = "matters", operation_id = "reopenSource",
    request_body = SourceAgainBody,
    params(Of),
    responses((status = 200, description = "How it stands now", body = WholeSourceBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn again(
    caller: Caller,
    of: Of,
    Sent(sent): Sent<SourceAgainBody>,
) -> Result<Json<WholeSourceBody>> {
    let again = ReopenSource { county: of.county.clone(), id: of.id, reason: sent.reason };
    done(&caller, &of, again).await
}
