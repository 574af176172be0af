//! Campaigns, the lists that offices bring into them, and who is on those.

use jiff::ToSpan;
use lianxin_foundation::Micros;
use lianxin_foundation::clock::civil;
use lianxin_foundation::every;
use uuid::Uuid;

/// A two-way check of an area: for a purpose, on a legal ground, until a day.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Campaign {
    /// The county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub title: String,
    /// What for.
    pub purpose: String,
    /// The legal ground on which personal data may be used for it.
    pub ground: String,
    /// The area: a county or an area in one.
    pub area: String,
    /// That area's path.
    pub path: String,
    /// Whom the lists are about: at least so old, on the day it was opened.
    pub age_from: Option<i64>,
    /// And younger than this.
    pub age_to: Option<i64>,
    /// The first moment after its last day: nothing personal is kept from then on.
    pub ends_at: Micros,
    /// When it was opened.
    pub created_at: Micros,
    /// When it was closed, if it was.
    pub closed_at: Option<Micros>,
    /// When what was personal was removed, if it was.
    pub erased_at: Option<Micros>,
}

impl Campaign {
    /// Whether lists can be brought, linked and checked.
    pub fn is_open(&self, now: Micros) -> bool {
        self.closed_at.is_none() && self.erased_at.is_none() && now < self.ends_at
    }

    /// Born when, whom the lists are about: on the first day or before, and after the second, as `1966-11-22`; empty
    /// where there is no such end.
    pub fn born(&self) -> (String, String) {
        let opened = civil(self.created_at).date();
        let ago = |years: i64| opened.saturating_sub(years.years()).to_string();
        [self.age_from, self.age_to].map(|years| years.map(ago).unwrap_or_default()).into()
    }
}

/// An office's list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Roll {
    /// The county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// For which campaign.
    pub campaign: Uuid,
    /// Whose list it is.
    pub organisation: Uuid,
    /// What it is called.
    pub title: String,
    /// The file as text, sealed, until its columns are known.
    pub sealed_file: Option<Vec<u8>>,
    /// How many people stand on it.
    pub people: i64,
    /// Lines with something wrong.
    pub faulty: i64,
    /// The last run that linked it whole.
    pub run: Option<Uuid>,
    /// When it was brought.
    pub brought_at: Micros,
}

/// What a column of a list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// 姓名
    Name,
    /// 身份证号
    IdNumber,
    /// 出生日期
    Birth,
    /// 性别
    Sex,
    /// 电话
    Phone,
    /// 住址; several columns are read as one.
    Address,
}

every! {
    /// Every field, in the order screens list them.
    Field {
        Name     = "name",      "person-name";
        IdNumber = "id-number", "person-id-number";
        Birth    = "birth",     "person-birth";
        Sex      = "sex",       "person-sex";
        Phone    = "phone",     "person-phone";
        Address  = "address",   "person-address";
    }
}

/// How sure it is who somebody on a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// In the registry, beyond reasonable doubt, or because a clerk said so.
    Certain,
    /// In the registry, most likely.
    Likely,
    /// In the registry at least likely, in another place of the county than the list names.
    Moved,
    /// A clerk has to look.
    Unclear,
    /// On the list only.
    Above,
}

every! {
    /// Every band, the surest first.
    Band {
        Certain = "certain", "check-band-certain";
        Likely  = "likely",  "check-band-likely";
        Moved   = "moved",   "check-band-moved";
        Unclear = "unclear", "check-band-unclear";
        Above   = "above",   "check-band-above";
    }
}

/// Where work in the background stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunState {
    /// Nobody works on it yet.
    Waiting,
    /// Somebody does.
    Running,
    /// It is done.
    Done,
    /// Somebody stopped it.
    Stopped,
    /// It could not be done.
    Failed,
}

every! {
    /// Every state.
    RunState {
        Waiting = "waiting", "check-run-waiting";
        Running = "running", "check-run-running";
        Done    = "done",    "check-run-done";
        Stopped = "stopped", "check-run-stopped";
        Failed  = "failed",  "check-run-failed";
    }
}

impl RunState {
    /// Whether it goes on.
    pub fn is_under_way(self) -> bool {
        matches!(self, RunState::Waiting | RunState::Running)
    }
}

/// What a run does, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reads the list and the registry.
    Reading,
    /// Finds pairs worth comparing.
    Blocking,
    /// Compares them.
    Comparing,
    /// Learns how much each field says.
    Learning,
    /// Gives each line its person.
    Choosing,
    /// Writes what was found.
    Writing,
}

every! {
    /// Every stage, in order.
    Stage {
        Reading   = "reading",   "check-stage-reading";
        Blocking  = "blocking",  "check-stage-blocking";
        Comparing = "comparing", "check-stage-comparing";
        Learning  = "learning",  "check-stage-learning";
        Choosing  = "choosing",  "check-stage-choosing";
        Writing   = "writing",   "check-stage-writing";
    }
}

/// Work in the background.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Run {
    /// The county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// For which campaign.
    pub campaign: Uuid,
    /// The list to link.
    pub roll: Uuid,
    /// [`RunState`]'s code.
    pub state: String,
    /// What is being done: [`Stage`]'s code, empty before it begins.
    pub stage: String,
    /// How much of the stage is done, in hundredths.
    pub share: i64,
    /// Which start of the program works on it.
    pub holder: Option<Uuid>,
    /// When that one said so last.
    pub beat_at: Micros,
    /// When it ended.
    pub ended_at: Option<Micros>,
}

impl Run {
    /// Where it stands; a state of a newer program counts as failed.
    pub fn state(&self) -> RunState {
        RunState::from_code(&self.state).unwrap_or(RunState::Failed)
    }
}
