//! What a matter's columns say, derived from its events and from nothing else.
//!
//! Each written event is applied here once, and replaying all of them gives the same columns again:
//! that is what makes the figures recomputable by anyone from the log.

use super::Step;
use crate::model::{ClosedBy, Event, Matter, Party, Status};

/// Applies one event to the facts of its matter.
pub fn apply(matter: &mut Matter, event: &Event) {
    matter.status = event.status;
    matter.unit = event.unit;
    matter.level = event.level;
    matter.events = event.seq;
    match event.kind {
        Step::Dispatch => {
            matter.dispatched_at.get_or_insert(event.at);
        }
        Step::Accept => {
            if matter.responded_at.is_none() {
                matter.responded_at = Some(event.at);
                matter.responded_in_time = event.detail.in_time;
            }
            // Who first takes it stays responsible for the answer, whoever works on it later.
            matter.first_unit = matter.first_unit.or(event.unit);
        }
        Step::Object => matter.objections += 1,
        Step::Climb => {
            matter.hops += 1;
            late_unless_answered(matter);
        }
        Step::Idle if event.status == Status::Dispatched => late_unless_answered(matter),
        Step::Resolve => {
            matter.resolved_at = Some(event.at);
            matter.settled_level = event.level;
        }
        Step::ConfirmSolved => {
            matter.solved = Some(true);
            matter.satisfied = event.detail.satisfied;
            end(
                matter,
                event,
                if event.party == Party::Reporter { ClosedBy::Reporter } else { ClosedBy::CallBack },
            );
        }
        Step::ConfirmUnsolved => {
            matter.solved = Some(false);
            matter.satisfied = Some(false);
            matter.settled_level = None;
            matter.reopened += 1;
        }
        Step::TimeOut => end(matter, event, ClosedBy::TimeOut),
        Step::Withdraw | Step::Dismiss => matter.closed_at = Some(event.at),
        Step::Report => matter.enterprise = event.detail.enterprise,
        Step::Ask
        | Step::Pause
        | Step::Answer
        | Step::Resume
        | Step::Note
        | Step::HandOver
        | Step::Idle
        | Step::Correct
        | Step::Merge
        | Step::Part
        | Step::Gather
        | Step::LetGo
        | Step::Whistle
        | Step::Arrive
        | Step::CallOff
        | Step::Mediate
        | Step::Agree
        | Step::FailMediation => {}
    }
}

/// Nobody spoke to the reporter in time: a later response cannot undo that.
fn late_unless_answered(matter: &mut Matter) {
    if matter.responded_at.is_none() {
        matter.responded_in_time = Some(false);
    }
}

fn end(matter: &mut Matter, event: &Event, by: ClosedBy) {
    matter.closed_at = Some(event.at);
    matter.closed_by = Some(by);
}

/// The facts of a matter as they were before its first event.
pub fn blank(matter: &Matter) -> Matter {
    Matter {
        enterprise: None,
        unit: None,
        level: None,
        first_unit: None,
        settled_level: None,
        dispatched_at: None,
        responded_at: None,
        resolved_at: None,
        closed_at: None,
        closed_by: None,
        solved: None,
        satisfied: None,
        responded_in_time: None,
        hops: 0,
        reopened: 0,
        objections: 0,
        events: 0,
        ..matter.clone()
    }
}

/// All facts again, from the whole log.
pub fn replay(matter: &Matter, events: &[Event]) -> Matter {
    let mut again = blank(matter);
    events.iter().for_each(|event| apply(&mut again, event));
    again
}
