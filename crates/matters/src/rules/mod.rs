//! The one state machine of a matter: which step is possible from where, by whom, and where it leads.
//!
//! The table below is the whole of it. Screens ask it which buttons to show, actions ask it before
//! they write, the docs draw it, and the tests walk it.

pub mod clock;
pub mod facts;

use lianxin_foundation::every;

use crate::model::{Party, Status};

/// Something that can happen to a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// It came in.
    Report,
    /// Sent to a unit: by the duty lists, or by a dispatcher or supervisor.
    Dispatch,
    /// The unit takes it and has spoken to the reporter (先行联系).
    Accept,
    /// The unit says it is not theirs (派单异议): one step back, with a reason.
    Object,
    /// The reporter is asked something; the clock rests.
    Ask,
    /// The clock rests for another reason, on a supervisor's word.
    Pause,
    /// The reporter answers what was asked.
    Answer,
    /// The clock runs again without an answer.
    Resume,
    /// A word added, for everyone or for staff only.
    Note,
    /// Passed to another unit; who first took it stays responsible.
    HandOver,
    /// Not settled in time: the next level takes over.
    Climb,
    /// Not settled in time, and no level above: on record, again and again.
    Idle,
    /// The unit says it is settled.
    Resolve,
    /// Asked back: it is solved.
    ConfirmSolved,
    /// Asked back: it is not solved.
    ConfirmUnsolved,
    /// Nobody answered within the time shown.
    TimeOut,
    /// The reporter takes it back.
    Withdraw,
    /// Not a matter for this house, with a reason the reporter sees.
    Dismiss,
    /// Category or place put right.
    Correct,
    /// It says the same as another, which is kept: one owner, one clock.
    Merge,
    /// Not the same after all: everything as before the merging.
    Part,
    /// Another that says the same was merged into it.
    Gather,
    /// One that was merged into it goes its own way again.
    LetGo,
    /// Other units are called to it (吹哨).
    Whistle,
    /// A called unit is there (报到).
    Arrive,
    /// A called unit need not come any longer.
    CallOff,
    /// The unit takes up mediation between the parties (调解).
    Mediate,
    /// The parties agreed.
    Agree,
    /// They did not; the mediation is over.
    FailMediation,
}

/// Where a step leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// To this status.
    Status(Status),
    /// It stays where it is.
    Same,
    /// To where it stood before it was merged, as its own log says.
    Before,
}

/// One row of the table.
struct Rule {
    step: Step,
    by: &'static [Party],
    from: &'static [Status],
    to: To,
}

use Party::{Called, Dispatcher, Program, Reporter, Staff, Supervisor, Unit};
use Status::{
    Accepted, Closed, Dismissed, Dispatched, Merged, Objected, Received, Reopened, Resolved, Waiting,
    Withdrawn,
};

/// Every status in which work may still be done.
const OPEN: &[Status] = &[Received, Dispatched, Accepted, Waiting, Objected, Resolved, Reopened];

/// Every status in which somebody works on it, or is about to again: not fresh, not settled, not over.
const UNDER_WAY: &[Status] = &[Dispatched, Accepted, Waiting, Objected, Reopened];

const TABLE: &[Rule] = &[
    Rule {
        step: Step::Dispatch,
        by: &[Dispatcher, Supervisor, Program],
        from: &[Received],
        to: To::Status(Dispatched),
    },
    Rule {
        step: Step::Dispatch,
        by: &[Dispatcher, Supervisor],
        from: &[Objected],
        to: To::Status(Dispatched),
    },
    Rule { step: Step::Dispatch, by: &[Supervisor], from: &[Reopened], to: To::Status(Dispatched) },
    Rule { step: Step::Accept, by: &[Unit], from: &[Dispatched], to: To::Status(Accepted) },
    Rule { step: Step::Object, by: &[Unit], from: &[Dispatched], to: To::Status(Objected) },
    Rule { step: Step::Ask, by: &[Unit], from: &[Accepted], to: To::Status(Waiting) },
    Rule { step: Step::Pause, by: &[Supervisor], from: &[Accepted], to: To::Status(Waiting) },
    Rule { step: Step::Answer, by: &[Reporter], from: &[Waiting], to: To::Status(Accepted) },
    Rule { step: Step::Resume, by: &[Unit, Supervisor, Program], from: &[Waiting], to: To::Status(Accepted) },
    Rule {
        step: Step::Note,
        by: &[Reporter, Unit, Dispatcher, Supervisor, Staff, Called],
        from: OPEN,
        to: To::Same,
    },
    Rule { step: Step::HandOver, by: &[Unit], from: &[Accepted], to: To::Status(Dispatched) },
    Rule { step: Step::Climb, by: &[Program], from: &[Dispatched, Accepted], to: To::Status(Dispatched) },
    Rule {
        step: Step::Idle,
        by: &[Program],
        from: &[Received, Dispatched, Accepted, Objected, Reopened],
        to: To::Same,
    },
    Rule { step: Step::Resolve, by: &[Unit], from: &[Accepted], to: To::Status(Resolved) },
    Rule {
        step: Step::ConfirmSolved,
        by: &[Reporter, Dispatcher, Supervisor],
        from: &[Resolved],
        to: To::Status(Closed),
    },
    Rule {
        step: Step::ConfirmUnsolved,
        by: &[Reporter, Dispatcher, Supervisor],
        from: &[Resolved],
        to: To::Status(Reopened),
    },
    Rule { step: Step::TimeOut, by: &[Program], from: &[Resolved], to: To::Status(Closed) },
    Rule {
        step: Step::Withdraw,
        by: &[Reporter],
        from: &[Received, Dispatched, Accepted, Waiting, Objected, Reopened],
        to: To::Status(Withdrawn),
    },
    Rule {
        step: Step::Dismiss,
        by: &[Dispatcher, Supervisor],
        from: &[Received, Objected],
        to: To::Status(Dismissed),
    },
    Rule {
        step: Step::Correct,
        by: &[Dispatcher, Supervisor],
        from: &[Received, Dispatched, Objected, Reopened],
        to: To::Same,
    },
    Rule {
        step: Step::Merge,
        by: &[Unit, Dispatcher, Supervisor],
        from: &[Received, Dispatched, Accepted, Waiting, Objected, Reopened],
        to: To::Status(Merged),
    },
    Rule { step: Step::Part, by: &[Reporter, Dispatcher, Supervisor], from: &[Merged], to: To::Before },
    // Written by the program beside the other matter's own step.
    Rule { step: Step::Gather, by: &[Program], from: OPEN, to: To::Same },
    Rule { step: Step::LetGo, by: &[Program], from: OPEN, to: To::Same },
    // Others help; whoever has it keeps it, and its clock runs as it ran.
    Rule { step: Step::Whistle, by: &[Unit, Supervisor], from: &[Accepted], to: To::Same },
    Rule { step: Step::Whistle, by: &[Supervisor], from: &[Dispatched, Reopened], to: To::Same },
    Rule { step: Step::Arrive, by: &[Called, Unit], from: UNDER_WAY, to: To::Same },
    Rule { step: Step::CallOff, by: &[Unit, Supervisor], from: UNDER_WAY, to: To::Same },
    // Who has it mediates, whoever that is by then: the matter's clock carries a mediation up.
    Rule { step: Step::Mediate, by: &[Unit, Supervisor], from: &[Accepted], to: To::Same },
    Rule { step: Step::Agree, by: &[Unit, Supervisor], from: UNDER_WAY, to: To::Same },
    Rule { step: Step::FailMediation, by: &[Unit, Supervisor], from: UNDER_WAY, to: To::Same },
];

/// Why a step is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Impossible {
    /// Not from where the matter stands now.
    Now,
    /// Never by this party.
    Party,
}

/// Where `step` by `party` leads from `from`.
///
/// # Errors
/// [`Impossible::Party`] when no row lets this party take the step at all, else [`Impossible::Now`].
pub fn advance(from: Status, step: Step, party: Party) -> Result<Status, Impossible> {
    let mut mine = TABLE.iter().filter(|rule| rule.step == step && rule.by.contains(&party)).peekable();
    if mine.peek().is_none() {
        return Err(Impossible::Party);
    }
    match mine.find(|rule| rule.from.contains(&from)) {
        Some(Rule { to: To::Status(to), .. }) => Ok(*to),
        // The log knows where it stood; until it was asked, it stays.
        Some(Rule { to: To::Same | To::Before, .. }) => Ok(from),
        None => Err(Impossible::Now),
    }
}

/// The steps open to `party` from `from`, in the table's order, each once.
pub fn steps(from: Status, party: Party) -> Vec<Step> {
    let mut steps: Vec<Step> = TABLE
        .iter()
        .filter(|rule| rule.by.contains(&party) && rule.from.contains(&from))
        .map(|rule| rule.step)
        .collect();
    steps.dedup();
    steps
}

/// The steps that `party` may take from anywhere at all, in the table's order, each once.
pub fn steps_of(party: Party) -> Vec<Step> {
    let theirs = |step: &Step| TABLE.iter().any(|rule| rule.step == *step && rule.by.contains(&party));
    let mut steps: Vec<Step> = TABLE.iter().map(|rule| rule.step).filter(theirs).collect();
    steps.dedup();
    steps
}

/// The table as other programs read it: a phone without signal decides by the very rows the program does.
/// Each row is `step`, `by` (parties), `from` (statuses) and `to` (a status, or `null` for "as before").
pub fn rows() -> serde_json::Value {
    let codes = |from: &[Status]| from.iter().map(|status| status.code()).collect::<Vec<_>>();
    let row = |rule: &Rule| {
        serde_json::json!({
            "step": rule.step.code(),
            "by": rule.by.iter().map(|party| party.code()).collect::<Vec<_>>(),
            "from": codes(rule.from),
            "to": match rule.to {
                To::Status(to) => Some(to.code()),
                To::Same | To::Before => None,
            },
        })
    };
    TABLE.iter().map(row).collect()
}

/// The state machine as a Mermaid diagram, for docs/matter-states.md.
pub fn diagram() -> String {
    let mut lines = vec!["stateDiagram-v2".to_owned(), "    [*] --> received: report".to_owned()];
    for rule in TABLE {
        let by: Vec<&str> = rule.by.iter().map(|party| party.code()).collect();
        let to = match rule.to {
            To::Status(to) => to,
            To::Same => continue,
            To::Before => {
                for to in merged_from() {
                    let (step, by) = (rule.step.code(), by.join(", "));
                    lines.push(format!("    merged --> {}: {step} ({by})", to.code()));
                }
                continue;
            }
        };
        for from in rule.from {
            let (from, to, step) = (from.code(), to.code(), rule.step.code());
            lines.push(format!("    {from} --> {to}: {step} ({})", by.join(", ")));
        }
    }
    for over in Status::ALL.into_iter().filter(|status| status.is_over()) {
        lines.push(format!("    {} --> [*]", over.code()));
    }
    lines.join("\n") + "\n"
}

/// Where a matter can stand before it is merged.
fn merged_from() -> impl Iterator<Item = &'static Status> {
    TABLE.iter().filter(|rule| rule.step == Step::Merge).flat_map(|rule| rule.from)
}

every! {
    /// Every step.
    Step {
        Report          = "report",           "step-report";
        Dispatch        = "dispatch",         "step-dispatch";
        Accept          = "accept",           "step-accept";
        Object          = "object",           "step-object";
        Ask             = "ask",              "step-ask";
        Pause           = "pause",            "step-pause";
        Answer          = "answer",           "step-answer";
        Resume          = "resume",           "step-resume";
        Note            = "note",             "step-note";
        HandOver        = "hand-over",        "step-hand-over";
        Climb           = "climb",            "step-climb";
        Idle            = "idle",             "step-idle";
        Resolve         = "resolve",          "step-resolve";
        ConfirmSolved   = "confirm-solved",   "step-confirm-solved";
        ConfirmUnsolved = "confirm-unsolved", "step-confirm-unsolved";
        TimeOut         = "time-out",         "step-time-out";
        Withdraw        = "withdraw",         "step-withdraw";
        Dismiss         = "dismiss",          "step-dismiss";
        Correct         = "correct",          "step-correct";
        Merge           = "merge",            "step-merge";
        Part            = "part",             "step-part";
        Gather          = "gather",           "step-gather";
        LetGo           = "let-go",           "step-let-go";
        Whistle         = "whistle",          "step-whistle";
        Arrive          = "arrive",           "step-arrive";
        CallOff         = "call-off",         "step-call-off";
        Mediate         = "mediate",          "step-mediate";
        Agree           = "agree",            "step-agree";
        FailMediation   = "fail-mediation",   "step-fail-mediation";
    }
}

impl Step {
    /// The audit trail's code for it.
    pub fn audit_code(self) -> &'static str {
        match self {
            Step::Report => "matter-report",
            Step::Dispatch => "matter-dispatch",
            Step::Accept => "matter-accept",
            Step::Object => "matter-object",
            Step::Ask => "matter-ask",
            Step::Pause => "matter-pause",
            Step::Answer => "matter-answer",
            Step::Resume => "matter-resume",
            Step::Note => "matter-note",
            Step::HandOver => "matter-hand-over",
            Step::Climb => "matter-climb",
            Step::Idle => "matter-idle",
            Step::Resolve => "matter-resolve",
            Step::ConfirmSolved => "matter-confirm-solved",
            Step::ConfirmUnsolved => "matter-confirm-unsolved",
            Step::TimeOut => "matter-time-out",
            Step::Withdraw => "matter-withdraw",
            Step::Dismiss => "matter-dismiss",
            Step::Correct => "matter-correct",
            Step::Merge => "matter-merge",
            Step::Part => "matter-part",
            Step::Gather => "matter-gather",
            Step::LetGo => "matter-let-go",
            Step::Whistle => "matter-whistle",
            Step::Arrive => "matter-arrive",
            Step::CallOff => "matter-call-off",
            Step::Mediate => "matter-mediate",
            Step::Agree => "matter-agree",
            Step::FailMediation => "matter-fail-mediation",
        }
    }

    /// Whether idle time is counted anew from it: a word beside the matter is no work on it.
    pub fn moves(self) -> bool {
        match self {
            Step::Note | Step::Gather | Step::LetGo => false,
            Step::Report
            | Step::Dispatch
            | Step::Accept
            | Step::Object
            | Step::Ask
            | Step::Pause
            | Step::Answer
            | Step::Resume
            | Step::HandOver
            | Step::Climb
            | Step::Idle
            | Step::Resolve
            | Step::ConfirmSolved
            | Step::ConfirmUnsolved
            | Step::TimeOut
            | Step::Withdraw
            | Step::Dismiss
            | Step::Correct
            | Step::Merge
            | Step::Part
            | Step::Whistle
            | Step::Arrive
            | Step::CallOff
            | Step::Mediate
            | Step::Agree
            | Step::FailMediation => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_table_says_what_the_house_rules_say() {
        for (from, step, party, expected) in [
            (Received, Step::Dispatch, Dispatcher, Ok(Dispatched)),
            (Received, Step::Dispatch, Program, Ok(Dispatched)),
            (Reopened, Step::Dispatch, Dispatcher, Err(Impossible::Now)),
            (Reopened, Step::Dispatch, Supervisor, Ok(Dispatched)),
            (Dispatched, Step::Accept, Unit, Ok(Accepted)),
            (Accepted, Step::Accept, Unit, Err(Impossible::Now)),
            (Dispatched, Step::Accept, Reporter, Err(Impossible::Party)),
            (Dispatched, Step::Object, Unit, Ok(Objected)),
            (Accepted, Step::Object, Unit, Err(Impossible::Now)),
            (Dispatched, Step::Resolve, Unit, Err(Impossible::Now)),
            (Accepted, Step::Resolve, Unit, Ok(Resolved)),
            (Resolved, Step::ConfirmSolved, Unit, Err(Impossible::Party)),
            (Resolved, Step::ConfirmSolved, Reporter, Ok(Closed)),
            (Resolved, Step::ConfirmUnsolved, Reporter, Ok(Reopened)),
            (Resolved, Step::TimeOut, Program, Ok(Closed)),
            (Waiting, Step::Answer, Reporter, Ok(Accepted)),
            (Closed, Step::Note, Unit, Err(Impossible::Now)),
            (Waiting, Step::Climb, Program, Err(Impossible::Now)),
            (Accepted, Step::Whistle, Unit, Ok(Accepted)),
            (Dispatched, Step::Whistle, Unit, Err(Impossible::Now)),
            (Accepted, Step::Whistle, Called, Err(Impossible::Party)),
            (Waiting, Step::Arrive, Called, Ok(Waiting)),
            (Resolved, Step::Arrive, Called, Err(Impossible::Now)),
            (Accepted, Step::Resolve, Called, Err(Impossible::Party)),
        ] {
            assert_eq!(advance(from, step, party), expected, "{step:?} from {from:?} by {party:?}");
        }
    }

    #[test]
    fn what_is_over_stays_over() {
        for status in Status::ALL.into_iter().filter(|status| status.is_over()) {
            for party in Party::ALL {
                // What was merged can be parted, and nothing else.
                let may = steps(status, party);
                let none = may.is_empty() || (status == Merged && may == [Step::Part]);
                assert!(none, "{party:?} in {status:?}: {may:?}");
            }
        }
    }

    #[test]
    fn every_open_status_has_a_way_on_that_needs_no_luck() {
        // The program or the house itself can always move a matter: none is lost waiting for a reporter.
        let house = [Unit, Dispatcher, Supervisor, Program];
        for status in OPEN {
            let moves = house.iter().flat_map(|party| {
                steps(*status, *party).into_iter().filter_map(|step| advance(*status, step, *party).ok())
            });
            assert!(moves.into_iter().any(|to| to != *status), "{status:?} is a dead end");
        }
    }

    #[test]
    fn codes_are_told_apart() {
        for step in Step::ALL {
            assert_eq!(Step::from_code(step.code()), Some(step));
        }
        for status in Status::ALL {
            assert_eq!(Status::from_code(status.code()), Some(status));
        }
    }

    proptest! {
        #[test]
        fn buttons_and_actions_agree(
            from in proptest::sample::select(&Status::ALL[..]),
            step in proptest::sample::select(&Step::ALL[..]),
            party in proptest::sample::select(&Party::ALL[..]),
        ) {
            prop_assert_eq!(steps(from, party).contains(&step), advance(from, step, party).is_ok());
        }

        #[test]
        fn any_walk_stays_within_the_table(
            walk in proptest::collection::vec(
                (proptest::sample::select(&Step::ALL[..]), proptest::sample::select(&Party::ALL[..])), 0..60),
        ) {
            let mut at = Received;
            for (step, party) in walk {
                match advance(at, step, party) {
                    Ok(to) => {
                        prop_assert!(!at.is_over() || (at, step) == (Merged, Step::Part));
                        at = if step == Step::Part { Received } else { to };
                    }
                    Err(_) => prop_assert!(!steps(at, party).contains(&step)),
                }
            }
        }
    }
}
