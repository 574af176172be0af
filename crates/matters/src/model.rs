//! What a matter is.

use lianxin_foundation::clock::Micros;
use lianxin_foundation::every;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::whistle::CallKind;

/// Where a matter stands. Drawn in docs/matter-states.md from the table in `rules`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// 待派单: received; nobody answers for it yet.
    Received,
    /// 待接收: sent to a unit that has not yet taken it.
    Dispatched,
    /// 办理中: the unit has taken it and spoken to the reporter.
    Accepted,
    /// 等待中: the clock rests, for a reason on record.
    Waiting,
    /// 有异议: the unit says it is not theirs; a dispatcher decides.
    Objected,
    /// 待确认: the unit says it is settled; the reporter has the word.
    Resolved,
    /// 重新办理: the reporter says it is not solved; the supervisor has it.
    Reopened,
    /// 已办结.
    Closed,
    /// 已撤回 by the reporter.
    Withdrawn,
    /// 不受理, with a reason the reporter sees.
    Dismissed,
    /// 已并办: says the same as another matter, and is worked on there.
    Merged,
}

every! {
    /// Every status, in the order of a matter's life.
    Status {
        Received   = "received",   "status-received";
        Dispatched = "dispatched", "status-dispatched";
        Accepted   = "accepted",   "status-accepted";
        Waiting    = "waiting",    "status-waiting";
        Objected   = "objected",   "status-objected";
        Resolved   = "resolved",   "status-resolved";
        Reopened   = "reopened",   "status-reopened";
        Closed     = "closed",     "status-closed";
        Withdrawn  = "withdrawn",  "status-withdrawn";
        Dismissed  = "dismissed",  "status-dismissed";
        Merged     = "merged",     "status-merged";
    }
}

impl Status {
    /// Whether nothing more is due: it ended, or another matter stands for it.
    pub fn is_over(self) -> bool {
        matches!(self, Status::Closed | Status::Withdrawn | Status::Dismissed | Status::Merged)
    }
}

/// How a matter came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// The report page.
    Web,
    /// Someone called; staff entered it.
    Phone,
    /// Someone came; staff entered it.
    Visit,
    /// A grid worker or contact household found it.
    Grid,
    /// Another program, by Open311.
    Open311,
    /// Another program, by our own API.
    Api,
    /// An enterprise's problem, by the specialist sent to it (第一专员).
    Specialist,
    /// An enterprise's problem, by the enterprise itself.
    Enterprise,
}

every! {
    /// Every channel.
    Channel {
        Web        = "web",        "channel-web";
        Phone      = "phone",      "channel-phone";
        Visit      = "visit",      "channel-visit";
        Grid       = "grid",       "channel-grid";
        Open311    = "open311",    "channel-open311";
        Api        = "api",        "channel-api";
        Specialist = "specialist", "channel-specialist";
        Enterprise = "enterprise", "channel-enterprise";
    }
}

/// Who ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedBy {
    /// The reporter's own word.
    Reporter,
    /// The reporter's word, given to someone who called them back.
    CallBack,
    /// The visible time-out.
    TimeOut,
}

every! {
    /// The reporter's own word first.
    ClosedBy {
        Reporter = "reporter";
        CallBack = "call-back";
        TimeOut  = "time-out";
    }
}

/// A matter as it stands. Personal fields stay sealed until someone opens them with a reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Matter {
    /// The county that settles it: six digits.
    pub county: String,
    /// Its id, made by the program or by the phone that recorded it.
    pub id: Uuid,
    /// What people read out: `261122-048213`.
    pub number: String,
    /// The category's code.
    pub category: String,
    /// The reporter's words; empty where they are sealed.
    pub text: String,
    /// The reporter's words, sealed because the category or a person made them private.
    pub sealed_text: Option<Vec<u8>>,
    /// Where, in words that are no one's address: 「农商行门口」.
    pub place: String,
    /// An exact address, sealed.
    pub sealed_address: Option<Vec<u8>>,
    /// The reporter's name, sealed.
    pub sealed_name: Option<Vec<u8>>,
    /// The reporter's telephone number, sealed.
    pub sealed_phone: Option<Vec<u8>>,
    /// The reporter's e-mail address, sealed.
    pub sealed_email: Option<Vec<u8>>,
    /// Answers to the category's questions: a JSON object, code to value or list of values.
    pub attributes: serde_json::Value,
    /// How it came in.
    pub channel: Channel,
    /// The reporter's language tag.
    pub language: String,
    /// The smallest area it is known to lie in.
    pub area: String,
    /// That area's path.
    pub path: String,
    /// WGS-84 longitude in degrees, if the place is known to the point.
    pub lon: Option<f64>,
    /// WGS-84 latitude in degrees.
    pub lat: Option<f64>,
    /// Where it stands.
    pub status: Status,
    /// The organisation that has it.
    pub unit: Option<Uuid>,
    /// The depth of the area that organisation answers at: 3 county … 7 micro-grid.
    pub level: Option<i64>,
    /// The organisation that first took it and stays responsible for the answer (首接负责).
    pub first_unit: Option<Uuid>,
    /// The level that settled it.
    pub settled_level: Option<i64>,
    /// The account that entered it for someone.
    pub entered_by: Option<Uuid>,
    /// The enterprise whose problem it is; `None` for what residents report.
    pub enterprise: Option<Uuid>,
    /// When it came in.
    pub created_at: Micros,
    /// When it was first sent to a unit: the clock's start.
    pub dispatched_at: Option<Micros>,
    /// When a unit first took it.
    pub responded_at: Option<Micros>,
    /// When a unit last said it was settled.
    pub resolved_at: Option<Micros>,
    /// When it ended.
    pub closed_at: Option<Micros>,
    /// Who ended it.
    pub closed_by: Option<ClosedBy>,
    /// The reporter's answer: is it solved?
    pub solved: Option<bool>,
    /// The reporter's answer: satisfied?
    pub satisfied: Option<bool>,
    /// Whether the first response came in time.
    pub responded_in_time: Option<bool>,
    /// By when the unit that has it must take it.
    pub respond_due: Option<Micros>,
    /// By when it must be settled, whoever has it: no reassignment moves it.
    pub resolve_due: Option<Micros>,
    /// By when the level that has it must have settled it, or the next takes over.
    pub climb_due: Option<Micros>,
    /// When the program must next look at it.
    pub next_due: Option<Micros>,
    /// Since when the clock rests.
    pub paused_at: Option<Micros>,
    /// How often it climbed.
    pub hops: i64,
    /// How often it was reopened.
    pub reopened: i64,
    /// How often a unit objected.
    pub objections: i64,
    /// How many events it has.
    pub events: i64,
    /// Counts writes, so that two people do not overwrite each other.
    pub version: i64,
}

/// What kind of party did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// The person who reported, by their secret link.
    Reporter,
    /// Somebody of the unit that has it.
    Unit,
    /// A dispatcher.
    Dispatcher,
    /// A supervisor.
    Supervisor,
    /// Other staff: whoever entered it.
    Staff,
    /// Somebody of a unit that was called to it.
    Called,
    /// The program's clock.
    Program,
}

every! {
    /// Every party.
    Party {
        Reporter   = "reporter",   "party-reporter";
        Unit       = "unit",       "party-unit";
        Dispatcher = "dispatcher", "party-dispatcher";
        Supervisor = "supervisor", "party-supervisor";
        Staff      = "staff",      "party-staff";
        Called     = "called",     "party-called";
        Program    = "program",    "party-program";
    }
}

/// One thing that happened to a matter. Never changed once written.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// 1, 2, 3, … within the matter.
    pub seq: i64,
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: Micros,
    /// What: a step's code.
    pub kind: crate::rules::Step,
    /// The account, if one acted.
    pub actor: Option<Uuid>,
    /// What kind of party it was.
    pub party: Party,
    /// The name staff see beside it.
    pub actor_name: String,
    /// The organisation that has the matter after this.
    pub unit: Option<Uuid>,
    /// Its name at that time.
    pub unit_name: Option<String>,
    /// The level that has the matter after this.
    pub level: Option<i64>,
    /// Where the matter stands after this.
    pub status: Status,
    /// Words for everyone who may see the matter, the reporter too.
    pub note: Option<String>,
    /// Words for staff only, sealed.
    pub sealed_note: Option<Vec<u8>>,
    /// Further facts.
    pub detail: Detail,
}

/// Further facts of an event; what does not apply is left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// Whether a response or a solution came in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_time: Option<bool>,
    /// A reason's code, such as an objection's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The reporter's answer: solved?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub solved: Option<bool>,
    /// The reporter's answer: satisfied?
    #[serde(skip_serializing_if = "Option::is_none")]
    pub satisfied: Option<bool>,
    /// The category before it was corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category_before: Option<String>,
    /// The area before it was corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area_before: Option<String>,
    /// Photos that came with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<Uuid>,
    /// The number of the other matter, where two were merged or parted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twin: Option<String>,
    /// What was suggested as its category, and by which learning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested: Option<Suggested>,
    /// For how long nobody moved it, in whole hours of its own clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_hours: Option<i64>,
    /// When it was made on a device without signal, by that device's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_at: Option<Micros>,
    /// The units that were called to it, came, or need not come any longer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub called: Vec<CalledUnit>,
    /// As which kind of call, and by when they are to be there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promise: Option<Promise>,
    /// The enterprise whose problem it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<Uuid>,
}

/// A unit that was called to a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalledUnit {
    /// The organisation.
    pub id: Uuid,
    /// Its name at that time.
    pub name: String,
}

/// What a call expects of those called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The kind of call.
    pub kind: CallKind,
    /// By when they must be there.
    pub due: Micros,
}

/// A category that the words suggested. What was taken stands in the matter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggested {
    /// Its code.
    pub category: String,
    /// The version of what the county's own matters taught; `None`: the built-in word list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

/// A matter in the middle of nowhere, for tests and samples.
#[cfg(test)]
pub(crate) fn sample_matter() -> Matter {
    Matter {
        county: "421223".into(),
        id: Uuid::from_u128(1),
        number: "261122-048213".into(),
        category: "road-damage".into(),
        text: "演示：路面有坑".into(),
        sealed_text: None,
        place: "演示路口".into(),
        sealed_address: None,
        sealed_name: None,
        sealed_phone: None,
        sealed_email: None,
        attributes: serde_json::json!({}),
        channel: Channel::Web,
        language: "zh-CN".into(),
        area: "421223100001".into(),
        path: "42/4212/421223/421223100/421223100001/".into(),
        lon: Some(114.04),
        lat: Some(29.55),
        status: Status::Received,
        unit: None,
        level: None,
        first_unit: None,
        settled_level: None,
        entered_by: None,
        enterprise: None,
        created_at: 0,
        dispatched_at: None,
        responded_at: None,
        resolved_at: None,
        closed_at: None,
        closed_by: None,
        solved: None,
        satisfied: None,
        responded_in_time: None,
        respond_due: None,
        resolve_due: None,
        climb_due: None,
        next_due: None,
        paused_at: None,
        hops: 0,
        reopened: 0,
        objections: 0,
        events: 0,
        version: 0,
    }
}
