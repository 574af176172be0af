//! What is news, and for whom.

use lianxin_foundation::every;

use crate::rules::Step;

/// A kind of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum News {
    /// A matter came to the unit. Tables have called it `arrived` from the first day.
    Assigned,
    /// The unit is called to help with another's matter.
    Called,
    /// The unit will soon be late where it was called to.
    CallDue,
    /// A unit that was called is late, and not there.
    CallLate,
    /// The unit is a party to a mediation, and is to come to a sitting.
    Invited,
    /// A unit that was called is there.
    Came,
    /// A unit says that a matter is not theirs.
    Returned,
    /// A matter will soon be late.
    Late,
    /// A matter climbed to the unit.
    Climbed,
    /// The reporter answered what was asked.
    Answered,
    /// The reporter says it is not solved.
    Reopened,
    /// It came in.
    Received,
    /// A unit took it.
    Accepted,
    /// A unit asks something.
    Asked,
    /// A unit says it is settled: is it?
    Resolved,
    /// It is no matter for this house.
    Dismissed,
    /// The parties to a dispute agreed.
    Agreed,
    /// They did not; what else there is.
    Unmediated,
    /// When and where they sit together.
    Sitting,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Everybody who does the work of the unit that has it.
    Unit,
    /// Everybody who does the work of a unit that was called to it, or is a party to its mediation.
    Called,
    /// The dispatchers nearest to its place.
    Dispatchers,
    /// The supervisors nearest to its place.
    Supervisors,
    /// Whoever reported it.
    Reporter,
}

every! {
    /// Every kind, in the order screens list them.
    News {
        Assigned   = "arrived",    "news-arrived";
        Called     = "called",     "news-called";
        CallDue    = "call-due",   "news-call-due";
        CallLate   = "call-late",  "news-call-late";
        Invited    = "invited",    "news-invited";
        Came       = "came",       "news-came";
        Climbed    = "climbed",    "news-climbed";
        Late       = "late",       "news-late";
        Answered   = "answered",   "news-answered";
        Reopened   = "reopened",   "news-reopened";
        Returned   = "returned",   "news-returned";
        Received   = "received",   "news-received";
        Accepted   = "accepted",   "news-accepted";
        Asked      = "asked",      "news-asked";
        Resolved   = "resolved",   "news-resolved";
        Dismissed  = "dismissed",  "news-dismissed";
        Agreed     = "agreed",     "news-agreed";
        Unmediated = "unmediated", "news-unmediated";
        Sitting    = "sitting",    "news-sitting";
    }
}

impl News {
    /// What an event tells somebody, if anything.
    pub fn of(step: Step) -> Option<News> {
        match step {
            Step::Report => Some(News::Received),
            Step::Dispatch | Step::HandOver => Some(News::Assigned),
            Step::Climb => Some(News::Climbed),
            Step::Object => Some(News::Returned),
            Step::Accept => Some(News::Accepted),
            Step::Ask => Some(News::Asked),
            Step::Answer => Some(News::Answered),
            Step::Resolve => Some(News::Resolved),
            Step::ConfirmUnsolved => Some(News::Reopened),
            Step::Dismiss => Some(News::Dismissed),
            Step::Agree => Some(News::Agreed),
            Step::FailMediation => Some(News::Unmediated),
            Step::Whistle => Some(News::Called),
            Step::Arrive => Some(News::Came),
            Step::Pause
            | Step::Resume
            | Step::Note
            | Step::Idle
            | Step::ConfirmSolved
            | Step::TimeOut
            | Step::Withdraw
            | Step::Correct
            | Step::Merge
            | Step::Part
            | Step::Gather
            | Step::LetGo
            | Step::CallOff
            | Step::Mediate => None,
        }
    }

    /// Whom it is for.
    pub fn whom(self) -> Whom {
        match self {
            News::Assigned | News::Late | News::Climbed | News::Answered | News::Came => Whom::Unit,
            News::Called | News::CallDue | News::Invited => Whom::Called,
            News::Returned => Whom::Dispatchers,
            News::Reopened | News::CallLate => Whom::Supervisors,
            News::Received
            | News::Accepted
            | News::Asked
            | News::Resolved
            | News::Dismissed
            | News::Agreed
            | News::Unmediated
            | News::Sitting => Whom::Reporter,
        }
    }

    /// The kinds that staff are told, in the order screens list them.
    pub fn for_staff() -> impl Iterator<Item = News> {
        News::ALL.into_iter().filter(|news| news.whom() != Whom::Reporter)
    }
}
