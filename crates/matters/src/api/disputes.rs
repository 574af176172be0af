//! Mediation, for programs: what is sealed is opened one dispute at a time, with a reason.

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::{Extension, extract};
use lianxin_foundation::clock::parse_rfc3339;
use lianxin_foundation::error::{Error, Problem, Result};
use lianxin_foundation::web::Caller;
use lianxin_foundation::{Action, Micros, Right};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::input::{Asked, CasesQuery, Of, Sent, is_county};
use super::shapes::{Refusals, Time};
use crate::Matters;
use crate::actions::{
    AddTaker, Agree, Arrange, ConfirmAgreement, FailMediation, File, Mediate, OpenDispute, RecordSession,
};
use crate::disputes::{Dispute, Form, Outcome, Part, store};

/// A dispute as it stands. What is sealed of it is not here.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DisputeBody {
    /// The matter's county: six digits.
    county: String,
    /// Its id.
    id: Uuid,
    /// The matter it hangs on.
    matter: Uuid,
    /// When it was taken up.
    opened_at: Time,
    /// When the usual month is over.
    due: Time,
    /// When it ended.
    ended_at: Option<Time>,
    /// agreed, failed or dropped.
    outcome: Option<&'static str>,
    /// oral or written.
    form: Option<&'static str>,
    /// Since when the agreement holds.
    agreed_at: Option<Time>,
    /// The first moment at which a court no longer takes a joint request.
    confirm_by: Option<Time>,
    /// When both sides asked a court.
    confirmed_at: Option<Time>,
    /// Which court, under which number.
    court: Option<String>,
}

impl From<Dispute> for DisputeBody {
    fn from(dispute: Dispute) -> DisputeBody {
        DisputeBody {
            county: dispute.county,
            id: dispute.id,
            matter: dispute.matter,
            opened_at: dispute.opened_at.into(),
            due: dispute.due.into(),
            ended_at: dispute.ended_at.map(Time::from),
            outcome: dispute.outcome.map(Outcome::code),
            form: dispute.form.map(Form::code),
            agreed_at: dispute.agreed_at.map(Time::from),
            confirm_by: dispute.confirm_by.map(Time::from),
            confirmed_at: dispute.confirmed_at.map(Time::from),
            court: dispute.confirm_note,
        }
    }
}

/// Something that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MadeBody {
    /// Its id.
    id: Uuid,
}

/// One page of disputes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DisputesBody {
    /// How many there are in all.
    total: i64,
    /// Which page this is, from 1.
    page: i64,
    /// How many a page holds.
    size: i64,
    /// The disputes.
    disputes: Vec<DisputeBody>,
}

/// The disputes on matters that the owner of this token sees.
///
/// The open ones come by when their month ends, all of them the newest first.
#[utoipa::path(
    get, path = "/api/v1/disputes", tag = "matters", operation_id = "listDisputes", params(CasesQuery),
    responses((status = 200, description = "One page of them", body = DisputesBody), Refusals), security(("token" = []))
)]
pub(super) async fn list(caller: Caller, Asked(asked): Asked<CasesQuery>) -> Result<Json<DisputesBody>> {
    let scope = caller.scope(Right::SeeMatters)?;
    let (open, paging) = asked.read()?;
    let mut tx = caller.app.db().read().await?;
    let total = store::count(&mut tx, &scope, open).await?;
    let found = store::list(&mut tx, &scope, open, paging).await?;
    let disputes = found.into_iter().map(|(dispute, _)| dispute.into()).collect();
    Ok(Json(DisputesBody { total, page: paging.page, size: paging.size, disputes }))
}

/// The disputes on a matter, the oldest first.
#[utoipa::path(
    get, path = "/api/v1/matters/{county}/{id}/disputes", tag = "matters", operation_id = "listDisputesOfMatter",
    params(Of),
    responses((status = 200, description = "All of them", body = [DisputeBody]), Refusals), security(("token" = []))
)]
pub(super) async fn of_matter(caller: Caller, of: Of) -> Result<Json<Vec<DisputeBody>>> {
    let matter = super::read::seen(&caller, &of).await?;
    let mut tx = caller.app.db().read().await?;
    let found = store::of_matter(&mut tx, &matter.county, matter.id).await?;
    Ok(Json(found.into_iter().map(DisputeBody::from).collect()))
}

/// What a dispute is about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MediationBody {
    /// For those who mediate; sealed.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    about: String,
}

/// The unit that has the matter takes up mediation.
#[utoipa::path(
    post, path = "/api/v1/matters/{county}/{id}/mediation", tag = "matters", operation_id = "mediate",
    request_body = MediationBody,
    params(Of),
    responses((status = 200, description = "The dispute's id", body = MadeBody), Refusals), security(("token" = []))
)]
pub(super) async fn mediate(
    caller: Caller,
    of: Of,
    Extension(matters): Extension<Matters>,
    Sent(sent): Sent<MediationBody>,
) -> Result<Json<MadeBody>> {
    made(&caller, Mediate { matters: &matters, county: of.county, id: of.id, about: sent.about }).await
}

async fn made(caller: &Caller, action: impl Action<Output = Uuid>) -> Result<Json<MadeBody>> {
    Ok(Json(MadeBody { id: caller.app.act(&caller.who, &action).await? }))
}

/// The dispute as it stands now.
async fn again(caller: &Caller, county: &str, id: Uuid) -> Result<Json<DisputeBody>> {
    let mut tx = caller.app.db().read().await?;
    let dispute = store::any(&mut tx, county, id).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(dispute.into()))
}

/// A sitting that the address names; what cannot be one is not found.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct OfSession {
    /// Six digits.
    #[param(pattern = "^[0-9]{6}$", example = "421223")]
    county: String,
    /// The dispute's id.
    id: Uuid,
    /// The sitting's id.
    session: Uuid,
}

impl<S: Send + Sync> FromRequestParts<S> for OfSession {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<OfSession> {
        match extract::Path::<(String, Uuid, Uuid)>::from_request_parts(parts, state).await {
            Ok(extract::Path((county, id, session))) if is_county(&county) => {
                Ok(OfSession { county, id, session })
            }
            _ => Err(Problem::not_found().into()),
        }
    }
}

fn moment(field: &'static str, text: &str) -> Result<Micros> {
    parse_rfc3339(text).ok_or_else(|| Problem::invalid().field(field, "api-time-form").into())
}

/// Writes one thing done about a dispute: its body, its document and its handler.
macro_rules! thing {
    (
        $(#[doc = $doc:literal])+
        $name:ident, $path:literal, $operation:literal, $answer:ident,
        $(#[doc = $body_doc:literal])+
        $body:ident { $($(#[$meta:meta])* $field:ident: $kind:ty,)* },
        |$caller:ident, $matters:ident, $of:ident, $sent:ident| $done:expr
    ) => {
        $(#[doc = $body_doc])+
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $body { $($(#[$meta])* $field: $kind,)* }

        $(#[doc = $doc])+
        #[utoipa::path(
            post, path = $path, tag = "matters", operation_id = $operation, request_body = $body,
            params(Of),
            responses((status = 200, description = "How it stands now, or what was made", body = $answer), Refusals),
            security(("token" = []))
        )]
        pub(super) async fn $name(
            caller: Caller,
            $of: Of,
            Extension(matters): Extension<Matters>,
            Sent($sent): Sent<$body>,
        ) -> Result<Json<$answer>> {
            let ($caller, $matters) = (&caller, &matters);
            $done
        }
    };
}

thing! {
    /// Adds somebody who takes part: an organisation, or a person by name.
    add, "/api/v1/disputes/{county}/{id}/parties", "addParty", MadeBody,
    /// Who, and in which part.
    PartyBody {
        /// branch, property, owners, side or adviser.
        #[schema(pattern = "^(branch|property|owners|side|adviser)$", example = "side")]
        part: String,
        /// The organisation's id, where it is one.
        organisation: Option<Uuid>,
        /// Otherwise the person's name; sealed.
        #[serde(default)]
        #[schema(max_length = 80)]
        name: String,
        /// Their telephone number; sealed.
        #[serde(default)]
        #[schema(max_length = 20)]
        phone: String,
    },
    |caller, _matters, of, sent| {
        let part = Part::from_code(&sent.part);
        let part = part.ok_or_else(|| Problem::invalid().field("part", "dispute-part-missing"))?;
        let (organisation, name, phone) = (sent.organisation, sent.name, sent.phone);
        made(caller, AddTaker { county: of.county, id: of.id, part, organisation, name, phone }).await
    }
}

thing! {
    /// Invites those who take part to sit together.
    arrange, "/api/v1/disputes/{county}/{id}/sessions", "arrangeSession", MadeBody,
    /// When, where and whom.
    SessionBody {
        /// When.
        #[schema(format = DateTime, example = "2026-11-24T09:30:00+08:00")]
        at: String,
        /// Where.
        #[schema(min_length = 1, max_length = 80, pattern = r"\S")]
        place: String,
        /// The ids of those invited.
        #[schema(max_items = 40)]
        invited: Vec<Uuid>,
    },
    |caller, _matters, of, sent| {
        let at = moment("at", &sent.at)?;
        let (county, id, place, invited) = (of.county, of.id, sent.place, sent.invited);
        made(caller, Arrange { county, id, at, place, invited }).await
    }
}

thing! {
    /// They agreed.
    agree, "/api/v1/disputes/{county}/{id}/agreement", "agree", DisputeBody,
    /// How, since when and what.
    AgreementBody {
        /// oral or written.
        #[schema(pattern = "^(oral|written)$", example = "written")]
        form: String,
        /// Since when it holds.
        #[schema(format = DateTime, example = "2026-11-24T10:30:00+08:00")]
        at: String,
        /// What was agreed; sealed.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        terms: String,
    },
    |caller, matters, of, sent| {
        let form = Form::from_code(&sent.form);
        let form = form.ok_or_else(|| Problem::invalid().field("form", "dispute-form-missing"))?;
        let at = moment("at", &sent.at)?;
        let agree = Agree { matters, county: of.county, id: of.id, form, at, terms: sent.terms };
        Ok(Json(caller.app.act(&caller.who, &agree).await?.into()))
    }
}

thing! {
    /// They did not agree; the mediation is over.
    fail, "/api/v1/disputes/{county}/{id}/failure", "failMediation", DisputeBody,
    /// Why not.
    FailureBody {
        /// For those who mediate; sealed.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        reason: String,
    },
    |caller, matters, of, sent| {
        let fail = FailMediation { matters, county: of.county, id: of.id, reason: sent.reason };
        Ok(Json(caller.app.act(&caller.who, &fail).await?.into()))
    }
}

thing! {
    /// Both sides asked a court together to confirm what they agreed.
    confirm, "/api/v1/disputes/{county}/{id}/confirmation", "noteConfirmation", DisputeBody,
    /// When, and which court.
    ConfirmationBody {
        /// When they asked.
        #[schema(format = DateTime, example = "2026-11-30T09:00:00+08:00")]
        at: String,
        /// Which court, under which number.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        note: String,
    },
    |caller, _matters, of, sent| {
        let at = moment("at", &sent.at)?;
        let confirm = ConfirmAgreement { county: of.county.clone(), id: of.id, at, note: sent.note };
        caller.app.act(&caller.who, &confirm).await?;
        again(caller, &of.county, of.id).await
    }
}

/// Everything sealed of a dispute, opened.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FileBody {
    /// The dispute.
    dispute: DisputeBody,
    /// What it is about.
    about: String,
    /// What was agreed, or why not.
    terms: Option<String>,
    /// Who takes part.
    parties: Vec<TakerBody>,
    /// The sittings.
    sessions: Vec<SittingBody>,
}

/// Somebody who takes part.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TakerBody {
    /// Their id.
    id: Uuid,
    /// branch, property, owners, side or adviser.
    part: &'static str,
    /// The organisation, where it is one.
    organisation: Option<Uuid>,
    /// The person's name.
    name: Option<String>,
    /// Their telephone number.
    phone: Option<String>,
}

/// A sitting.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SittingBody {
    /// Its id.
    id: Uuid,
    /// When it is or was to begin.
    at: Time,
    /// Where.
    place: String,
    /// When it was noted that it took place.
    held_at: Option<Time>,
    /// What was said.
    record: Option<String>,
    /// Who was invited.
    invited: Vec<InvitedBody>,
}

/// Somebody invited to a sitting.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InvitedBody {
    /// The id of whoever takes part.
    party: Uuid,
    /// Whether they came; null while nobody knows.
    came: Option<bool>,
}

impl From<File> for FileBody {
    fn from(file: File) -> FileBody {
        let taker = |(taker, name, phone): (crate::disputes::Taker, _, _)| TakerBody {
            id: taker.id,
            part: taker.part.code(),
            organisation: taker.organisation,
            name,
            phone,
        };
        let sitting = |(session, record): (crate::disputes::Session, _)| SittingBody {
            id: session.id,
            at: session.at.into(),
            place: session.place,
            held_at: session.held_at.map(Time::from),
            record,
            invited: session.invited.into_iter().map(|(party, came)| InvitedBody { party, came }).collect(),
        };
        FileBody {
            dispute: file.dispute.into(),
            about: file.about,
            terms: file.terms,
            parties: file.takers.into_iter().map(taker).collect(),
            sessions: file.sessions.into_iter().map(sitting).collect(),
        }
    }
}

thing! {
    /// Opens all that is sealed of a dispute. The reason is on record.
    file, "/api/v1/disputes/{county}/{id}/file", "openDisputeFile", FileBody,
    /// Why it is opened.
    FileOpeningBody {
        /// The reason; it is remembered with who asked.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        reason: String,
    },
    |caller, _matters, of, sent| {
        let open = OpenDispute { county: of.county, id: of.id, reason: sent.reason };
        Ok(Json(caller.app.act(&caller.who, &open).await?.into()))
    }
}

/// What was said at a sitting, and who came.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordBody {
    /// The ids of those invited who came.
    #[schema(max_items = 40)]
    came: Vec<Uuid>,
    /// What was said; sealed.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    record: String,
}

/// Notes that a sitting took place.
#[utoipa::path(
    post, path = "/api/v1/disputes/{county}/{id}/sessions/{session}/record", tag = "matters",
    operation_id = "noteSession", request_body = RecordBody,
    params(OfSession),
    responses((status = 200, description = "How the dispute stands", body = DisputeBody), Refusals),
    security(("token" = []))
)]
pub(super) async fn record_session(
    caller: Caller,
    of: OfSession,
    Sent(sent): Sent<RecordBody>,
) -> Result<Json<DisputeBody>> {
    let OfSession { county, id, session } = of;
    let record = RecordSession { county: county.clone(), id, session, came: sent.came, record: sent.record };
    caller.app.act(&caller.who, &record).await?;
    again(&caller, &county, id).await
}
