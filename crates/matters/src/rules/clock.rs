//! The deadline clock of a matter: what each step does to its deadlines.
//!
//! Three deadlines run side by side, in the category's own kind of time:
//! - **respond**: the unit that has it must take it; a new unit gets a new one.
//! - **climb**: the level that has it must settle it, or the next level takes over.
//! - **resolve**: it must be settled, whoever has it. It starts with the first dispatch and survives
//!   every reassignment; only a rest with a logged reason moves it, by exactly the time rested.
//!
//! A category put right changes the limits, not the history: the promise becomes what the same events
//! would have made of it under the right category from the start, every rest and reopening counted
//! ([`Deadlines::promise`]). Whoever has the matter keeps the time they were given to take it and to hold
//! it, unless the right category gives less, counted from the correction: an urgent matter that was
//! filed as a slow one is urgent from then on, and nobody is late for what they could not know.

use lianxin_foundation::clock::{DAY, Micros, end_of_day};
use lianxin_foundation::every;
use lianxin_worktime::{Calendar, Kind, Span};

use super::{Step, facts};
use crate::model::{Event, Matter, Status};

/// How long the reporter has to say whether it is solved, before it closes by itself. Our default.
pub const CONFIRM: Micros = 7 * DAY;
/// How long the clock rests for an answer before it runs on without one. Our default.
pub const REST: Micros = 7 * DAY;

/// A category's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Minutes until the unit must have taken it.
    pub respond: u32,
    /// Minutes until it must be settled.
    pub resolve: u32,
    /// Minutes one level may hold it.
    pub climb: u32,
    /// Which minutes count.
    pub kind: Kind,
}

/// A category's limits together with the calendar they run in.
#[derive(Clone, Copy)]
pub struct Deadlines<'c> {
    /// Working days and hours.
    pub calendar: &'c Calendar,
    /// The category's limits.
    pub limits: Limits,
}

impl Deadlines<'_> {
    fn after(&self, now: Micros, minutes: u32) -> Micros {
        self.calendar.add(now, Span { minutes, kind: self.limits.kind })
    }

    /// Sets the deadlines after `step` has brought `matter` to its present status.
    pub fn keep(&self, matter: &mut Matter, step: Step, now: Micros) {
        match step {
            Step::Dispatch | Step::HandOver | Step::Climb => self.send(matter, now),
            Step::Accept => matter.respond_due = None,
            Step::Ask | Step::Pause => matter.paused_at = Some(now),
            Step::Answer | Step::Resume => self.run_on(matter, now),
            Step::Report | Step::Object => self.wait_for_decision(matter, now),
            Step::ConfirmUnsolved => {
                // A new round: the promise made for the first one has been kept or broken already.
                matter.resolve_due = None;
                self.wait_for_decision(matter, now);
            }
            // Nothing moved, and a missed response stays missed: the program looks again after a level's share.
            Step::Idle => {
                matter.climb_due = Some(self.after(now, self.limits.climb));
                matter.next_due = matter.climb_due;
                return;
            }
            Step::Correct => return self.hurry(matter, now),
            Step::Note
            | Step::Gather
            | Step::LetGo
            | Step::Whistle
            | Step::Arrive
            | Step::CallOff
            | Step::Mediate
            | Step::Agree
            | Step::FailMediation => return,
            // What was merged keeps its own deadlines: parted, it stands to them as if nothing had been.
            Step::Merge
            | Step::Part
            | Step::Resolve
            | Step::ConfirmSolved
            | Step::TimeOut
            | Step::Withdraw
            | Step::Dismiss => {}
        }
        self.tidy(matter);
    }

    fn send(&self, matter: &mut Matter, now: Micros) {
        let resolve = *matter.resolve_due.get_or_insert_with(|| self.after(now, self.limits.resolve));
        let hold = self.after(now, self.limits.climb);
        matter.respond_due = Some(self.after(now, self.limits.respond));
        // The whole promise counts more than one level's share of it.
        matter.climb_due = Some(if resolve > now { hold.min(resolve) } else { hold });
    }

    fn wait_for_decision(&self, matter: &mut Matter, now: Micros) {
        matter.respond_due = None;
        matter.climb_due = Some(self.after(now, self.limits.respond));
    }

    /// Moves what was still to come by exactly the time rested; what had passed before stays passed.
    fn run_on(&self, matter: &mut Matter, now: Micros) {
        let Some(rested) = matter.paused_at.take() else { return };
        let kind = self.limits.kind;
        for due in [&mut matter.resolve_due, &mut matter.climb_due, &mut matter.respond_due] {
            if let Some(due) = due.as_mut().filter(|due| **due > rested) {
                *due = self.calendar.add_us(now, self.calendar.between(rested, *due, kind), kind);
            }
        }
    }

    /// By when it must be settled, had the category had these limits when these events happened.
    pub fn promise(&self, matter: &Matter, events: &[Event]) -> Option<Micros> {
        let mut again = Matter {
            respond_due: None,
            resolve_due: None,
            climb_due: None,
            next_due: None,
            paused_at: None,
            ..facts::blank(matter)
        };
        for event in events {
            facts::apply(&mut again, event);
            self.keep(&mut again, event.kind, event.at);
        }
        again.resolve_due
    }

    /// What is still to come comes no later than these limits, begun now, would have it; what was missed
    /// stays missed.
    fn hurry(&self, matter: &mut Matter, now: Micros) {
        let hold = match matter.status {
            Status::Dispatched => self.limits.climb,
            _ => self.limits.respond,
        };
        let dues = [(&mut matter.respond_due, self.limits.respond), (&mut matter.climb_due, hold)];
        for (due, minutes) in dues {
            if let Some(due) = due.as_mut().filter(|due| **due > now) {
                *due = self.after(now, minutes).min(*due);
                matter.next_due = matter.next_due.map(|next| next.min(*due));
            }
        }
    }

    /// Keeps only the deadlines that mean something now, and when the program must look again.
    fn tidy(&self, matter: &mut Matter) {
        let earliest = |dues: [Option<Micros>; 2]| dues.into_iter().flatten().min();
        match matter.status {
            Status::Dispatched => matter.next_due = earliest([matter.respond_due, matter.climb_due]),
            Status::Accepted | Status::Received | Status::Objected | Status::Reopened => {
                matter.respond_due = None;
                matter.next_due = matter.climb_due;
            }
            Status::Waiting => matter.next_due = matter.paused_at.map(|at| at + REST),
            Status::Resolved => {
                matter.respond_due = None;
                matter.climb_due = None;
                matter.next_due = matter.resolved_at.map(|at| at + CONFIRM);
            }
            Status::Merged => matter.next_due = None,
            Status::Closed | Status::Withdrawn | Status::Dismissed => {
                matter.respond_due = None;
                matter.climb_due = None;
                matter.next_due = None;
                matter.paused_at = None;
            }
        }
    }

    /// For how many whole hours of the category's own time nothing happened since `since`.
    pub fn idle_hours(&self, since: Micros, now: Micros) -> i64 {
        self.calendar.between(since, now, self.limits.kind) / (60 * 60 * 1_000_000)
    }
}

/// How a matter stands to its deadlines, for the reader's eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is due: nobody has it yet, or it is over.
    None,
    /// The clock rests.
    Waiting,
    /// Due, and not today.
    OnTime(Micros),
    /// Due before the day ends.
    DueToday(Micros),
    /// Past due since then.
    Overdue(Micros),
}

/// The deadline that comes next for whoever has the matter; none while it rests or waits for the reporter. What a
/// unit handed back is due first where a dispatcher decides.
pub fn due(matter: &Matter) -> Option<Micros> {
    let first = |dues: [Option<Micros>; 2]| dues.into_iter().flatten().min();
    match matter.status {
        Status::Dispatched => first([matter.respond_due, matter.resolve_due]),
        Status::Objected => first([matter.climb_due, matter.resolve_due]),
        Status::Accepted => matter.resolve_due,
        Status::Received | Status::Reopened => matter.climb_due,
        _ => None,
    }
}

/// By when something has to happen, as people plan their days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// It should have happened.
    Over,
    /// Before this day ends.
    Today,
    /// Before the next one ends.
    Tomorrow,
    /// Within seven days, today being the first.
    Week,
    /// After that.
    Later,
}

every! {
    /// The soonest first.
    By {
        Over     = "over",     "inbox-due-over";
        Today    = "today",    "inbox-due-today";
        Tomorrow = "tomorrow", "inbox-due-tomorrow";
        Week     = "week",     "inbox-due-week";
        Later    = "later",    "inbox-due-later";
    }
}

impl By {
    /// What is due from the first of these moments on and before the second one; `None` is without end.
    pub fn span(self, now: Micros) -> (Option<Micros>, Option<Micros>) {
        let today = end_of_day(now);
        match self {
            By::Over => (None, Some(now + 1)),
            By::Today => (Some(now + 1), Some(today)),
            By::Tomorrow => (Some(today), Some(today + DAY)),
            By::Week => (Some(today + DAY), Some(today + 6 * DAY)),
            By::Later => (Some(today + 6 * DAY), None),
        }
    }

    /// By when what is due at this moment has to happen.
    pub fn of(due: Micros, now: Micros) -> By {
        let before = |by: &By| by.span(now).1.is_none_or(|end| due < end);
        By::ALL.into_iter().find(before).unwrap_or(By::Later)
    }
}

/// Whether anything can be [`due`] while a matter stands like this.
pub fn can_be_due(status: Status) -> bool {
    matches!(
        status,
        Status::Dispatched | Status::Accepted | Status::Objected | Status::Received | Status::Reopened
    )
}

/// How `matter` stands at `now`, by what is [`due`].
pub fn standing(matter: &Matter, now: Micros) -> Standing {
    let tomorrow = end_of_day(now);
    match due(matter) {
        _ if matter.status == Status::Waiting => Standing::Waiting,
        None => Standing::None,
        Some(due) if due <= now => Standing::Overdue(due),
        Some(due) if due < tomorrow => Standing::DueToday(due),
        Some(due) => Standing::OnTime(due),
    }
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::clock::{HOUR, MINUTE};
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Detail, Party, sample_matter};
    use crate::rules::advance;

    fn deadlines(calendar: &Calendar, kind: Kind) -> Deadlines<'_> {
        Deadlines { calendar, limits: Limits { respond: 60, resolve: 2880, climb: 1440, kind } }
    }

    fn at(matter: &mut Matter, deadlines: &Deadlines<'_>, step: Step, status: Status, now: Micros) {
        matter.status = status;
        deadlines.keep(matter, step, now);
    }

    #[test]
    fn the_promise_survives_every_reassignment() {
        let calendar = Calendar::china();
        let clock = deadlines(&calendar, Kind::Calendar);
        let mut matter = sample_matter();
        at(&mut matter, &clock, Step::Dispatch, Status::Dispatched, 0);
        let promise = matter.resolve_due;
        at(&mut matter, &clock, Step::Accept, Status::Accepted, 5 * MINUTE);
        at(&mut matter, &clock, Step::HandOver, Status::Dispatched, 3 * HOUR);
        assert_eq!(matter.resolve_due, promise);
        assert_eq!(matter.respond_due, Some(4 * HOUR));
        at(&mut matter, &clock, Step::Climb, Status::Dispatched, 30 * HOUR);
        assert_eq!(matter.resolve_due, promise);
        assert_eq!(matter.climb_due, promise, "a level's share never reaches past the promise");
    }

    #[test]
    fn a_rest_moves_the_promise_by_the_time_rested() {
        let calendar = Calendar::china();
        let clock = deadlines(&calendar, Kind::Calendar);
        let mut matter = sample_matter();
        at(&mut matter, &clock, Step::Dispatch, Status::Dispatched, 0);
        at(&mut matter, &clock, Step::Accept, Status::Accepted, HOUR);
        at(&mut matter, &clock, Step::Ask, Status::Waiting, 10 * HOUR);
        assert_eq!(matter.next_due, Some(10 * HOUR + REST));
        at(&mut matter, &clock, Step::Answer, Status::Accepted, 15 * HOUR);
        assert_eq!(matter.resolve_due, Some(48 * HOUR + 5 * HOUR));
        assert_eq!(matter.paused_at, None);
    }

    #[test]
    fn what_was_handed_back_is_due_when_a_dispatcher_must_decide() {
        let calendar = Calendar::china();
        let clock = deadlines(&calendar, Kind::Calendar);
        let mut matter = sample_matter();
        at(&mut matter, &clock, Step::Dispatch, Status::Dispatched, 0);
        let promise = matter.resolve_due;
        at(&mut matter, &clock, Step::Object, Status::Objected, HOUR);
        assert!(due(&matter) == matter.climb_due && due(&matter) < promise, "{matter:?}");
        matter.resolve_due = Some(HOUR);
        assert_eq!(due(&matter), Some(HOUR), "the whole promise may end sooner");
    }

    #[test]
    fn only_where_something_can_be_due_something_is() {
        for status in Status::ALL {
            let dues = Some(1);
            let matter =
                Matter { status, respond_due: dues, resolve_due: dues, climb_due: dues, ..sample_matter() };
            assert_eq!(due(&matter).is_some(), can_be_due(status), "{status:?}");
        }
    }

    #[test]
    fn every_moment_falls_into_one_part_of_the_plan() {
        let now = 1_790_000_000_000_000;
        for due in (now - 9 * DAY..now + 12 * DAY).step_by(HOUR as usize / 3) {
            let holds = |by: &By| {
                let (from, before) = by.span(now);
                from.is_none_or(|from| from <= due) && before.is_none_or(|before| due < before)
            };
            assert_eq!(By::ALL.into_iter().filter(holds).collect::<Vec<_>>(), [By::of(due, now)]);
        }
        assert!(By::ALL.into_iter().all(|by| By::from_code(by.code()) == Some(by)));
    }

    #[test]
    fn what_is_over_is_due_no_more() {
        let calendar = Calendar::china();
        let clock = deadlines(&calendar, Kind::Calendar);
        let mut matter = sample_matter();
        at(&mut matter, &clock, Step::Dispatch, Status::Dispatched, 0);
        at(&mut matter, &clock, Step::Withdraw, Status::Withdrawn, HOUR);
        assert_eq!((matter.next_due, matter.respond_due, matter.climb_due), (None, None, None));
        assert_eq!(standing(&matter, 2 * HOUR), Standing::None);
    }

    /// One thing after another, each as the table allows it, told to two clocks at once.
    fn walk(
        clocks: [&Deadlines<'_>; 2],
        steps: &[(Step, Party, Micros)],
        mut each: impl FnMut(&[Matter; 2], &[Event]) -> Result<(), TestCaseError>,
    ) -> Result<(), TestCaseError> {
        let mut matters = [sample_matter(), sample_matter()];
        let (mut events, mut now): (Vec<Event>, Micros) = (Vec::new(), 0);
        let first = [(Step::Report, Party::Reporter, 0), (Step::Dispatch, Party::Program, 0)];
        for &(step, party, waited) in first.iter().chain(steps) {
            let from = matters[0].status;
            let to = if step == Step::Report { Ok(from) } else { advance(from, step, party) };
            let Ok(status) = to else { continue };
            now += waited;
            let event = Event {
                seq: matters[0].events + 1,
                id: uuid::Uuid::nil(),
                at: now,
                kind: step,
                actor: None,
                party,
                actor_name: String::new(),
                unit: None,
                unit_name: None,
                level: Some(5),
                status,
                note: None,
                sealed_note: None,
                detail: Detail::default(),
            };
            for (matter, clock) in matters.iter_mut().zip(clocks) {
                facts::apply(matter, &event);
                clock.keep(matter, step, now);
            }
            events.push(event);
            each(&matters, &events)?;
        }
        Ok(())
    }

    #[test]
    fn a_correction_keeps_the_rests_on_record() {
        let calendar = Calendar::china();
        let (slow, mut quick) = (deadlines(&calendar, Kind::Calendar), deadlines(&calendar, Kind::Calendar));
        quick.limits = Limits { respond: 30, resolve: 1440, climb: 60, kind: Kind::Calendar };
        let history = [
            (Step::Accept, Party::Unit, HOUR),
            (Step::Ask, Party::Unit, HOUR),
            (Step::Answer, Party::Reporter, 5 * HOUR),
            (Step::HandOver, Party::Unit, HOUR),
        ];
        walk([&slow, &quick], &history, |matters, events| {
            if events.len() == 6 {
                let mut matter = matters[0].clone();
                prop_assert_eq!(matter.resolve_due, Some(48 * HOUR + 5 * HOUR));
                prop_assert_eq!(quick.promise(&matter, events), Some(24 * HOUR + 5 * HOUR));
                // Handed over an hour ago with an hour to take it; the right category gives half an hour.
                at(&mut matter, &quick, Step::Correct, Status::Dispatched, 8 * HOUR + 10 * MINUTE);
                prop_assert_eq!(matter.respond_due, Some(8 * HOUR + 40 * MINUTE));
                prop_assert_eq!(matter.next_due, matter.respond_due);
            }
            Ok(())
        })
        .unwrap();
    }

    #[test]
    fn a_correction_gives_nobody_more_time() {
        let calendar = Calendar::china();
        let (quick, mut slow) = (deadlines(&calendar, Kind::Calendar), deadlines(&calendar, Kind::Calendar));
        slow.limits = Limits { respond: 600, resolve: 28_800, climb: 14_400, kind: Kind::Calendar };
        let mut matter = sample_matter();
        at(&mut matter, &quick, Step::Dispatch, Status::Dispatched, 0);
        let given = (matter.respond_due, matter.climb_due, matter.next_due);
        at(&mut matter, &slow, Step::Correct, Status::Dispatched, MINUTE);
        assert_eq!((matter.respond_due, matter.climb_due, matter.next_due), given);
        at(&mut matter, &slow, Step::Correct, Status::Dispatched, 2 * HOUR);
        assert_eq!(matter.respond_due, given.0, "what was missed stays missed");
    }

    fn limits() -> impl Strategy<Value = Limits> {
        (1_u32..600, 1_u32..3000, 1_u32..9000, any::<bool>()).prop_map(
            |(respond, climb, resolve, working)| Limits {
                respond,
                climb,
                resolve,
                kind: if working { Kind::Working } else { Kind::Calendar },
            },
        )
    }

    proptest! {
        /// Whatever happened, putting the category right gives the promise that the same events would have
        /// given under the right category from the start.
        #[test]
        fn a_correction_is_as_if_it_had_been_right_from_the_start(
            wrong in limits(),
            right in limits(),
            steps in proptest::collection::vec(
                (
                    proptest::sample::select(&Step::ALL[..]),
                    proptest::sample::select(&Party::ALL[..]),
                    0_i64..60 * HOUR,
                ),
                0..300,
            ),
        ) {
            let calendar = Calendar::china();
            let (filed, meant) =
                (Deadlines { calendar: &calendar, limits: wrong }, Deadlines { calendar: &calendar, limits: right });
            walk([&filed, &meant], &steps, |[as_filed, as_meant], events| {
                prop_assert_eq!(meant.promise(as_filed, events), as_meant.resolve_due);
                prop_assert_eq!(filed.promise(as_filed, events), as_filed.resolve_due, "and nothing without a change");
                Ok(())
            })?;
        }

        #[test]
        fn resting_in_pieces_is_resting_once(
            working in any::<bool>(),
            start in 0_i64..400 * DAY,
            rests in proptest::collection::vec((1_i64..9 * HOUR, 1_i64..40 * HOUR), 0..5),
        ) {
            let calendar = Calendar::china();
            let kind = if working { Kind::Working } else { Kind::Calendar };
            let clock = deadlines(&calendar, kind);
            let mut matter = sample_matter();
            at(&mut matter, &clock, Step::Dispatch, Status::Dispatched, start);
            at(&mut matter, &clock, Step::Accept, Status::Accepted, start);
            let mut now = start;
            let mut worked = 0;
            for (run, rest) in rests {
                let stop = now + run;
                if matter.resolve_due.is_some_and(|due| due <= stop) { break; }
                worked += calendar.between(now, stop, kind);
                at(&mut matter, &clock, Step::Ask, Status::Waiting, stop);
                now = stop + rest;
                at(&mut matter, &clock, Step::Answer, Status::Accepted, now);
            }
            let due = matter.resolve_due.unwrap();
            prop_assert_eq!(worked + calendar.between(now, due, kind), 2880 * MINUTE);
        }
    }
}
