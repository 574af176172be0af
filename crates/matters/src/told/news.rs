//! What is news, and for whom.

use crate::rules::Step;

/// A kind of news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum News {
    /// A matter came to the unit.
    Arrived,
    /// The unit is called to help with another's matter.
    Called,
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
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Everybody who does the work of the unit that has it.
    Unit,
    /// Everybody who does the work of a unit that was called to it.
    Called,
    /// The dispatchers nearest to its place.
    Dispatchers,
    /// The supervisors nearest to its place.
    Supervisors,
    /// Whoever reported it.
    Reporter,
}

impl News {
    /// Every kind, in the order screens list them.
    pub const ALL: [News; 15] = [
        News::Arrived,
        News::Called,
        News::Came,
        News::Climbed,
        News::Late,
        News::Answered,
        News::Reopened,
        News::Returned,
        News::Received,
        News::Accepted,
        News::Asked,
        News::Resolved,
        News::Dismissed,
        News::Agreed,
        News::Unmediated,
    ];

    /// What an event tells somebody, if anything.
    pub fn of(step: Step) -> Option<News> {
        match step {
            Step::Report => Some(News::Received),
            Step::Dispatch | Step::HandOver => Some(News::Arrived),
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
            News::Arrived | News::Late | News::Climbed | News::Answered | News::Came => Whom::Unit,
            News::Called => Whom::Called,
            News::Returned => Whom::Dispatchers,
            News::Reopened => Whom::Supervisors,
            News::Received
            | News::Accepted
            | News::Asked
            | News::Resolved
            | News::Dismissed
            | News::Agreed
            | News::Unmediated => Whom::Reporter,
        }
    }

    /// The kinds that staff are told, in the order screens list them.
    pub fn for_staff() -> impl Iterator<Item = News> {
        News::ALL.into_iter().filter(|news| news.whom() != Whom::Reporter)
    }

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            News::Arrived => "arrived",
            News::Called => "called",
            News::Came => "came",
            News::Returned => "returned",
            News::Late => "late",
            News::Climbed => "climbed",
            News::Answered => "answered",
            News::Reopened => "reopened",
            News::Received => "received",
            News::Accepted => "accepted",
            News::Asked => "asked",
            News::Resolved => "resolved",
            News::Dismissed => "dismissed",
            News::Agreed => "agreed",
            News::Unmediated => "unmediated",
        }
    }

    /// The message id of what it is, for the list and the choices.
    pub fn message(self) -> &'static str {
        match self {
            News::Arrived => "news-arrived",
            News::Called => "news-called",
            News::Came => "news-came",
            News::Returned => "news-returned",
            News::Late => "news-late",
            News::Climbed => "news-climbed",
            News::Answered => "news-answered",
            News::Reopened => "news-reopened",
            News::Received => "news-received",
            News::Accepted => "news-accepted",
            News::Asked => "news-asked",
            News::Resolved => "news-resolved",
            News::Dismissed => "news-dismissed",
            News::Agreed => "news-agreed",
            News::Unmediated => "news-unmediated",
        }
    }

    /// The kind with this code.
    pub fn from_code(code: &str) -> Option<News> {
        News::ALL.into_iter().find(|news| news.code() == code)
    }
}
