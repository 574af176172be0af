//! Every step of staff, each a resource below its matter: what is posted is done, and the answer is the
//! matter as it then stands.

use axum::{Extension, Json};
use lianxin_foundation::Action;
use lianxin_foundation::error::Result;
use lianxin_foundation::web::Caller;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::input::{Of, Sent};
use super::shapes::{MatterBody, PersonalBody, Refusals};
use crate::Matters;
use crate::actions::{
    Accept, AddNote, Arrive, Ask, CallBack, CallOff, Correct, Dismiss, Dispatch, HandOver, Merge, Object,
    OpenPersonal, Part, Pause, Resolve, Resume, Whistle,
};
use crate::model::Matter;
use crate::whistle::CallKind;

async fn act(caller: &Caller, action: impl Action<Output = Matter>) -> Result<Json<MatterBody>> {
    let matter = caller.app.act(&caller.who, &action).await?;
    Ok(Json(MatterBody::of(matter, &caller.who, caller.now)))
}

/// Writes one step: its body, its document and its handler, which differ in nothing else.
macro_rules! step {
    (
        $(#[doc = $doc:literal])+
        $name:ident, $path:literal, $operation:literal,
        $(#[doc = $body_doc:literal])+
        $body:ident { $($(#[$meta:meta])* $field:ident: $kind:ty,)* },
        |$matters:ident, $of:ident, $sent:ident| $action:expr
    ) => {
        $(#[doc = $body_doc])+
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub(super) struct $body { $($(#[$meta])* $field: $kind,)* }

        $(#[doc = $doc])+
        #[utoipa::path(
            post, path = $path, tag = "matters", operation_id = $operation, request_body = $body,
            params(Of),
            responses((status = 200, description = "The matter as it stands now", body = MatterBody), Refusals),
            security(("token" = []))
        )]
        pub(super) async fn $name(
            caller: Caller,
            $of: Of,
            Extension(matters): Extension<Matters>,
            Sent($sent): Sent<$body>,
        ) -> Result<Json<MatterBody>> {
            let $matters = &matters;
            act(&caller, $action).await
        }
    };
}

step! {
    /// Sends the matter to a unit: a dispatcher's or supervisor's decision.
    dispatch, "/api/v1/matters/{county}/{id}/dispatch", "dispatchMatter",
    /// Which unit gets it.
    DispatchBody {
        /// The organisation's id.
        unit: Uuid,
        /// Why, for everyone who may see the matter.
        #[serde(default)]
        #[schema(max_length = 4000)]
        note: String,
    },
    |matters, of, sent| Dispatch { matters, county: of.county, id: of.id, unit: sent.unit, note: sent.note }
}

step! {
    /// The unit takes the matter, having spoken to the reporter.
    accept, "/api/v1/matters/{county}/{id}/acceptance", "acceptMatter",
    /// What was said.
    AcceptanceBody {
        /// What the reporter was told.
        #[serde(default)]
        #[schema(max_length = 4000)]
        note: String,
    },
    |matters, of, sent| Accept { matters, county: of.county, id: of.id, note: sent.note }
}

step! {
    /// The unit says the matter is not theirs; a dispatcher decides.
    object, "/api/v1/matters/{county}/{id}/objection", "objectToMatter",
    /// Why it is not theirs.
    ObjectionBody {
        /// The reason's code: that of a template for objections.
        reason: String,
        /// The reason in words.
        #[serde(default)]
        #[schema(max_length = 4000)]
        note: String,
    },
    |matters, of, sent| Object { matters, county: of.county, id: of.id, reason: sent.reason, note: sent.note }
}

step! {
    /// Asks the reporter something; the clock rests.
    ask, "/api/v1/matters/{county}/{id}/question", "askReporter",
    /// What is asked.
    QuestionBody {
        /// The question.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        question: String,
    },
    |matters, of, sent| Ask { matters, county: of.county, id: of.id, question: sent.question }
}

step! {
    /// Lets the clock rest, on a supervisor's word.
    pause, "/api/v1/matters/{county}/{id}/pause", "pauseMatter",
    /// Why it rests.
    PauseBody {
        /// The reason, for everyone who may see the matter.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        reason: String,
    },
    |matters, of, sent| Pause { matters, county: of.county, id: of.id, reason: sent.reason }
}

step! {
    /// Lets the clock run again.
    resume, "/api/v1/matters/{county}/{id}/resumption", "resumeMatter",
    /// Why it runs again.
    ResumptionBody {
        /// The reason, for everyone who may see the matter.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        reason: String,
    },
    |matters, of, sent| Resume { matters, county: of.county, id: of.id, reason: sent.reason }
}

step! {
    /// Adds words, for everyone who may see the matter or for staff only.
    note, "/api/v1/matters/{county}/{id}/notes", "addNote",
    /// The words.
    NoteBody {
        /// What is to be said.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        note: String,
        /// Whether it is for staff only; it is then sealed.
        #[serde(default)]
        internal: bool,
    },
    |matters, of, sent| AddNote {
        matters,
        county: of.county,
        id: of.id,
        note: sent.note,
        internal: sent.internal,
        photos: Vec::new(),
    }
}

step! {
    /// Passes the matter to another unit; who first took it stays responsible for the answer.
    hand_over, "/api/v1/matters/{county}/{id}/hand-over", "handOverMatter",
    /// To whom and why.
    HandOverBody {
        /// The organisation's id.
        unit: Uuid,
        /// The reason, for everyone who may see the matter.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        reason: String,
    },
    |matters, of, sent| HandOver { matters, county: of.county, id: of.id, unit: sent.unit, reason: sent.reason }
}

step! {
    /// The unit says the matter is settled; the reporter has the word.
    resolve, "/api/v1/matters/{county}/{id}/resolution", "resolveMatter",
    /// The answer.
    ResolutionBody {
        /// What the reporter is told.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        reply: String,
    },
    |matters, of, sent| Resolve { matters, county: of.county, id: of.id, reply: sent.reply, photos: Vec::new() }
}

step! {
    /// The matter is not for this house.
    dismiss, "/api/v1/matters/{county}/{id}/dismissal", "dismissMatter",
    /// Why not.
    DismissalBody {
        /// The reason, which the reporter sees.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        reason: String,
    },
    |matters, of, sent| Dismiss { matters, county: of.county, id: of.id, reason: sent.reason }
}

step! {
    /// Puts category or place right.
    correct, "/api/v1/matters/{county}/{id}/correction", "correctMatter",
    /// What is put right; what is left out stays.
    CorrectionBody {
        /// The right category's code.
        category: Option<String>,
        /// The right area's code.
        #[schema(pattern = r"^[0-9]{2,12}(-[0-9]{2}){0,2}$", example = "421223100")]
        area: Option<String>,
        /// WGS-84 longitude in degrees; together with `lat`.
        #[schema(minimum = -180, maximum = 180)]
        lon: Option<f64>,
        /// WGS-84 latitude in degrees.
        #[schema(minimum = -90, maximum = 90)]
        lat: Option<f64>,
        /// The reason, for everyone who may see the matter.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        reason: String,
    },
    |matters, of, sent| Correct {
        matters,
        county: of.county,
        id: of.id,
        category: sent.category,
        area: sent.area,
        lon: sent.lon,
        lat: sent.lat,
        reason: sent.reason,
    }
}

step! {
    /// Writes down what the reporter said when called back; not by the unit that settled it.
    call_back, "/api/v1/matters/{county}/{id}/call-back", "callBack",
    /// What they said.
    CallBackBody {
        /// Whether it is solved.
        solved: bool,
        /// Whether they are satisfied, if they said.
        satisfied: Option<bool>,
        /// What else they said.
        #[serde(default)]
        #[schema(max_length = 4000)]
        comment: String,
    },
    |matters, of, sent| CallBack {
        matters,
        county: of.county,
        id: of.id,
        solved: sent.solved,
        satisfied: sent.satisfied,
        comment: sent.comment,
    }
}

/// Why personal fields are opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpeningBody {
    /// The reason; it is remembered with who asked.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    reason: String,
}

/// Opens the personal fields of a matter. The reason is on record.
#[utoipa::path(
    post, path = "/api/v1/matters/{county}/{id}/personal", tag = "matters", operation_id = "openPersonal",
    request_body = OpeningBody,
    params(Of),
    responses((status = 200, description = "The fields", body = PersonalBody), Refusals), security(("token" = []))
)]
pub(super) async fn personal(
    caller: Caller,
    of: Of,
    Sent(sent): Sent<OpeningBody>,
) -> Result<Json<PersonalBody>> {
    let action = OpenPersonal { county: of.county, id: of.id, reason: sent.reason };
    Ok(Json(caller.app.act(&caller.who, &action).await?.into()))
}

step! {
    /// Merges the matter into another that says the same: one owner, one clock, counted once.
    merge, "/api/v1/matters/{county}/{id}/merge", "mergeMatter",
    /// Which one is kept.
    MergeBody {
        /// The number of the matter that is kept.
        #[schema(min_length = 1, max_length = 20, pattern = r"\S")]
        into: String,
        /// Why, for everyone who may see them.
        #[serde(default)]
        #[schema(max_length = 4000)]
        note: String,
    },
    |matters, of, sent| Merge { matters, county: of.county, id: of.id, into: sent.into, note: sent.note }
}

step! {
    /// Parts a merged matter again: it stands where it stood, with the deadlines it had.
    part, "/api/v1/matters/{county}/{id}/parting", "partMatter",
    /// Why it is another.
    PartingBody {
        /// How it differs.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        reason: String,
    },
    |matters, of, sent| Part { matters, county: of.county, id: of.id, reason: sent.reason }
}

step! {
    /// Calls other units to the matter (吹哨); its owner and its clock stay.
    whistle, "/api/v1/matters/{county}/{id}/whistle", "callUnits",
    /// Whom, as what, and what for.
    WhistleBody {
        /// How soon they must be there.
        kind: KindBody,
        /// The organisations' ids.
        #[schema(min_items = 1, max_items = 12)]
        units: Vec<Uuid>,
        /// Where to, and what for; for everyone who may see the matter.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        note: String,
    },
    |matters, of, sent| Whistle {
        matters,
        county: of.county,
        id: of.id,
        kind: sent.kind.into(),
        units: sent.units,
        note: sent.note,
    }
}

/// What kind of call.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum KindBody {
    /// Something that needs several units, as it comes.
    Daily,
    /// Something hard, for which units come prepared.
    Tough,
    /// At once.
    Emergency,
}

impl From<KindBody> for CallKind {
    fn from(kind: KindBody) -> CallKind {
        match kind {
            KindBody::Daily => CallKind::Daily,
            KindBody::Tough => CallKind::Tough,
            KindBody::Emergency => CallKind::Emergency,
        }
    }
}

step! {
    /// A called unit is there (报到).
    arrive, "/api/v1/matters/{county}/{id}/arrival", "noteArrival",
    /// Who came.
    ArrivalBody {
        /// The organisation's id.
        unit: Uuid,
        /// What it did there, for everyone who may see the matter.
        #[serde(default)]
        #[schema(max_length = 4000)]
        note: String,
    },
    |matters, of, sent| Arrive { matters, county: of.county, id: of.id, unit: sent.unit, note: sent.note }
}

step! {
    /// A called unit need not come any longer.
    call_off, "/api/v1/matters/{county}/{id}/calling-off", "callOff",
    /// Whom, and why.
    CallingOffBody {
        /// The organisation's id.
        unit: Uuid,
        /// The reason, for everyone who may see the matter.
        #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
        reason: String,
    },
    |matters, of, sent| CallOff { matters, county: of.county, id: of.id, unit: sent.unit, reason: sent.reason }
}
