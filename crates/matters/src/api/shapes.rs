//! What the API sends: every shape, with its place in the OpenAPI document.

use lianxin_foundation::clock::rfc3339;
use lianxin_foundation::i18n::Language;
use lianxin_foundation::web::ProblemBody;
use lianxin_foundation::{Micros, Who};
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoResponses, ToSchema};
use uuid::Uuid;

use crate::actions::{Personal, Reported, available};
use crate::category::{Attribute, AttributeValue, Category, Group};
use crate::model::{Detail, Event, Matter};

/// A moment, RFC 3339 with its offset.
#[derive(Debug, Serialize, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2026-11-22T08:30:00+08:00")]
pub(super) struct Time(String);

impl From<Micros> for Time {
    fn from(at: Micros) -> Time {
        Time(rfc3339(at))
    }
}

/// A matter as it stands. Personal fields are not in it: they are opened one matter at a time, with a reason.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MatterBody {
    /// The county that settles it: six digits.
    #[schema(example = "421223")]
    county: String,
    /// Its id.
    id: Uuid,
    /// What people read out.
    #[schema(example = "261122-048213")]
    number: String,
    /// The category's code.
    category: String,
    /// The reporter's words; null where they are private.
    text: Option<String>,
    /// Where, in words.
    place: String,
    /// Answers to the category's questions, by code.
    #[schema(value_type = Object)]
    attributes: Value,
    /// How it came in: web, phone, visit, grid, open311 or api.
    channel: &'static str,
    /// The reporter's language.
    language: String,
    /// The smallest area it is known to lie in.
    area: String,
    /// That area's path, from the province down.
    path: String,
    /// WGS-84 longitude in degrees.
    lon: Option<f64>,
    /// WGS-84 latitude in degrees.
    lat: Option<f64>,
    /// Where it stands.
    status: &'static str,
    /// The organisation that has it.
    unit: Option<Uuid>,
    /// The depth of the area that organisation answers at: 3 county to 7 micro-grid.
    level: Option<i64>,
    /// The organisation that first took it and stays responsible for the answer.
    first_unit: Option<Uuid>,
    /// The level that settled it.
    settled_level: Option<i64>,
    /// When it came in.
    created_at: Time,
    /// When it was first sent to a unit.
    dispatched_at: Option<Time>,
    /// When a unit first took it.
    responded_at: Option<Time>,
    /// When a unit last said it was settled.
    resolved_at: Option<Time>,
    /// When it ended.
    closed_at: Option<Time>,
    /// Who ended it: reporter, call-back or time-out.
    closed_by: Option<&'static str>,
    /// Whether the reporter says it is solved.
    solved: Option<bool>,
    /// Whether the reporter is satisfied.
    satisfied: Option<bool>,
    /// Whether the first response came in time.
    responded_in_time: Option<bool>,
    /// By when the unit that has it must take it.
    respond_due: Option<Time>,
    /// By when it must be settled, whoever has it.
    resolve_due: Option<Time>,
    /// By when the level that has it must have settled it, or the next takes over.
    climb_due: Option<Time>,
    /// Since when the clock rests.
    paused_at: Option<Time>,
    /// How often it climbed.
    hops: i64,
    /// How often it was reopened.
    reopened: i64,
    /// How often a unit objected.
    objections: i64,
    /// Counts writes.
    version: i64,
    /// The steps the owner of this token can take now.
    steps: Vec<&'static str>,
}

impl MatterBody {
    pub(super) fn of(matter: Matter, who: &Who, now: Micros) -> MatterBody {
        let steps = available(&matter, who, now).into_iter().map(|step| step.code()).collect();
        MatterBody {
            county: matter.county,
            id: matter.id,
            number: matter.number,
            category: matter.category,
            text: if matter.sealed_text.is_some() { None } else { Some(matter.text) },
            place: matter.place,
            attributes: matter.attributes,
            channel: matter.channel.code(),
            language: matter.language,
            area: matter.area,
            path: matter.path,
            lon: matter.lon,
            lat: matter.lat,
            status: matter.status.code(),
            unit: matter.unit,
            level: matter.level,
            first_unit: matter.first_unit,
            settled_level: matter.settled_level,
            created_at: matter.created_at.into(),
            dispatched_at: matter.dispatched_at.map(Time::from),
            responded_at: matter.responded_at.map(Time::from),
            resolved_at: matter.resolved_at.map(Time::from),
            closed_at: matter.closed_at.map(Time::from),
            closed_by: matter.closed_by.map(|by| by.code()),
            solved: matter.solved,
            satisfied: matter.satisfied,
            responded_in_time: matter.responded_in_time,
            respond_due: matter.respond_due.map(Time::from),
            resolve_due: matter.resolve_due.map(Time::from),
            climb_due: matter.climb_due.map(Time::from),
            paused_at: matter.paused_at.map(Time::from),
            hops: matter.hops,
            reopened: matter.reopened,
            objections: matter.objections,
            version: matter.version,
            steps,
        }
    }
}

/// One page of matters.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MattersBody {
    /// How many there are in all; 10,001 stands for more than 10,000.
    pub(super) total: i64,
    /// Which page this is, from 1.
    pub(super) page: i64,
    /// How many a page holds.
    pub(super) size: i64,
    /// The matters.
    pub(super) matters: Vec<MatterBody>,
}

/// One thing that happened. Words for staff only stay sealed and are not in it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventBody {
    /// 1, 2, 3, … within the matter.
    seq: i64,
    /// Its id.
    id: Uuid,
    /// When.
    at: Time,
    /// What: a step's code.
    kind: &'static str,
    /// What kind of party it was: reporter, unit, dispatcher, supervisor, staff or program.
    party: &'static str,
    /// The name staff see beside it.
    actor: String,
    /// The organisation that has the matter after this.
    unit: Option<Uuid>,
    /// Its name at that time.
    unit_name: Option<String>,
    /// The level that has the matter after this.
    level: Option<i64>,
    /// Where the matter stands after this.
    status: &'static str,
    /// Words for everyone who may see the matter.
    note: Option<String>,
    /// Whether there are words for staff only.
    internal: bool,
    /// Further facts.
    #[schema(value_type = Object)]
    detail: Detail,
}

impl From<Event> for EventBody {
    fn from(event: Event) -> EventBody {
        EventBody {
            seq: event.seq,
            id: event.id,
            at: event.at.into(),
            kind: event.kind.code(),
            party: event.party.code(),
            actor: event.actor_name,
            unit: event.unit,
            unit_name: event.unit_name,
            level: event.level,
            status: event.status.code(),
            note: event.note,
            internal: event.sealed_note.is_some(),
            detail: event.detail,
        }
    }
}

/// What was reported.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReportedBody {
    /// The county that settles it.
    county: String,
    /// Its id.
    id: Uuid,
    /// What people read out.
    number: String,
    /// The word in the reporter's secret link; null when the matter was there already.
    secret: Option<String>,
    /// Whether it was written now; false when the same id had been sent before.
    new: bool,
    /// Where it stands.
    status: &'static str,
    /// The organisation that has it.
    unit_name: Option<String>,
}

impl From<Reported> for ReportedBody {
    fn from(reported: Reported) -> ReportedBody {
        ReportedBody {
            county: reported.county,
            id: reported.id,
            number: reported.number,
            secret: reported.secret,
            new: reported.new,
            status: reported.status.code(),
            unit_name: reported.unit_name,
        }
    }
}

/// The personal fields of a matter, opened; null where nothing was given.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PersonalBody {
    name: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    address: Option<String>,
    /// The reporter's words, where they are private.
    text: Option<String>,
}

impl From<Personal> for PersonalBody {
    fn from(personal: Personal) -> PersonalBody {
        let Personal { name, phone, email, address, text } = personal;
        PersonalBody { name, phone, email, address, text }
    }
}

/// A text in the languages of the program.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NamesBody {
    #[serde(rename = "zh-CN")]
    zh_cn: String,
    #[serde(rename = "zh-TW")]
    zh_tw: String,
    en: String,
}

impl From<&[String; 3]> for NamesBody {
    fn from(names: &[String; 3]) -> NamesBody {
        let in_language = |language: Language| names[language as usize].clone();
        NamesBody {
            zh_cn: in_language(Language::ZhCn),
            zh_tw: in_language(Language::ZhTw),
            en: in_language(Language::En),
        }
    }
}

/// What can be reported.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CategoriesBody {
    /// The groups, in order.
    pub(super) groups: Vec<GroupBody>,
    /// The categories that can be chosen, in order.
    pub(super) categories: Vec<CategoryBody>,
}

/// A group of categories.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupBody {
    code: String,
    name: NamesBody,
}

impl From<&Group> for GroupBody {
    fn from(group: &Group) -> GroupBody {
        GroupBody { code: group.code.clone(), name: (&group.names).into() }
    }
}

/// One thing that can be reported.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CategoryBody {
    /// Its stable code, as in matters and duty lists.
    code: String,
    /// Its group's code.
    group: String,
    name: NamesBody,
    description: NamesBody,
    /// How much a delay costs: safety, utility or general.
    urgency: &'static str,
    /// Whether what is said is hidden from the public.
    private: bool,
    /// Minutes until the unit must have taken it.
    respond_minutes: u32,
    /// Minutes until it must be settled.
    resolve_minutes: u32,
    /// Minutes one level may hold it.
    climb_minutes: u32,
    /// Whether only minutes in office hours count.
    working_time: bool,
    /// Where these values come from.
    basis: NamesBody,
    /// The questions asked, in order.
    questions: Vec<AskedBody>,
}

impl From<&Category> for CategoryBody {
    fn from(category: &Category) -> CategoryBody {
        CategoryBody {
            code: category.code.clone(),
            group: category.group.clone(),
            name: (&category.names).into(),
            description: (&category.descriptions).into(),
            urgency: category.urgency.code(),
            private: category.private,
            respond_minutes: category.limits.respond,
            resolve_minutes: category.limits.resolve,
            climb_minutes: category.limits.climb,
            working_time: category.limits.kind == lianxin_worktime::Kind::Working,
            basis: (&category.basis).into(),
            questions: category.attributes.iter().map(AskedBody::from).collect(),
        }
    }
}

/// A question asked for a category.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AskedBody {
    code: String,
    required: bool,
    /// string, number, datetime, text, singlevaluelist or multivaluelist, as in Open311.
    datatype: &'static str,
    name: NamesBody,
    /// What can be chosen; empty unless it is a list.
    values: Vec<ValueBody>,
}

impl From<&Attribute> for AskedBody {
    fn from(question: &Attribute) -> AskedBody {
        AskedBody {
            code: question.code.clone(),
            required: question.required,
            datatype: question.datatype.code(),
            name: (&question.descriptions).into(),
            values: question.values.iter().map(ValueBody::from).collect(),
        }
    }
}

/// One value of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ValueBody {
    key: String,
    name: NamesBody,
}

impl From<&AttributeValue> for ValueBody {
    fn from(value: &AttributeValue) -> ValueBody {
        ValueBody { key: value.key.clone(), name: (&value.names).into() }
    }
}

/// How any operation may be refused: RFC 9457, in the reader's language.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "it only describes what the foundation sends")]
pub(crate) enum Refusals {
    /// There is no token, or it no longer counts.
    #[response(status = 401, content_type = "application/problem+json")]
    SignIn(ProblemBody),
    /// The token's owner may not do this.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemBody),
    /// There is no such thing, or none that the token's owner may see.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemBody),
    /// It cannot be done now, because of what happened meanwhile.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemBody),
    /// The body did not arrive in time.
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(ProblemBody),
    /// Too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemBody),
    /// What was sent is wrong; `errors` points at the fields.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(ProblemBody),
    /// Too often; `Retry-After` says how many seconds to wait.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(ProblemBody),
}
