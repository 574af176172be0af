//! What is counted of a set of matters, and the figures that follow from the counts.

use lianxin_foundation::every;
use lianxin_foundation::i18n::Words;

use super::formulas::Rate;
use crate::model::{ClosedBy, Matter, Status};

/// The counts of a set of matters, each a plain sum over the columns that `rules::facts` derives from
/// the event log: anyone who replays the log gets the same numbers. Times are whole seconds of the
/// calendar, nights and holidays included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, sqlx::FromRow)]
#[sqlx(default)]
pub struct Counts {
    /// Matters received.
    pub received: i64,
    /// Of them sent to a unit.
    pub dispatched: i64,
    /// Of those the ones whose first response came, or is late: what still has time is not judged.
    pub judged: i64,
    /// Of those first responded to in time.
    pub in_time: i64,
    /// The reporter's last word is: solved.
    pub solved: i64,
    /// The reporter's last word is: satisfied.
    pub satisfied: i64,
    /// How often a reporter said: not solved.
    pub unsolved: i64,
    /// Matters reopened at least once.
    pub reopened: i64,
    /// How often the next level took over.
    pub climbs: i64,
    /// Matters the next level took over at least once.
    pub climbed: i64,
    /// Matters that stand as settled by some unit.
    pub settled: i64,
    /// Settled by a unit of the county, or above it.
    pub settled_county: i64,
    /// Settled by a town unit.
    pub settled_town: i64,
    /// Settled in the village or community.
    pub settled_village: i64,
    /// Settled in the grid.
    pub settled_grid: i64,
    /// Settled in the micro-grid.
    pub settled_micro: i64,
    /// Closed by a reporter's word or by the time-out.
    pub closed: i64,
    /// Closed by the reporter.
    pub closed_reporter: i64,
    /// Closed by the reporter's word to somebody who called back.
    pub closed_call_back: i64,
    /// Closed because nobody answered within the time shown.
    pub closed_time_out: i64,
    /// Of those closed by the reporter, the ones that staff had entered for somebody: the link that closed
    /// them was shown to staff first.
    pub closed_entered: i64,
    /// Taken back by the reporter.
    pub withdrawn: i64,
    /// Not taken up, with a reason.
    pub dismissed: i64,
    /// Matters with a first response.
    pub responded: i64,
    /// Matters that a unit said were settled.
    pub resolved: i64,
    /// Seconds from receipt to dispatch, over the dispatched.
    pub dispatch_seconds: i64,
    /// Seconds from dispatch to the first response, over the responded.
    pub response_seconds: i64,
    /// Seconds from dispatch to the last solution, over the resolved.
    pub resolve_seconds: i64,
    /// Seconds from receipt to the end, over the closed.
    pub close_seconds: i64,
}

/// A stretch of a matter's way whose length is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stretch {
    /// From receipt to the first dispatch.
    Dispatch,
    /// From dispatch to the first response.
    Response,
    /// From dispatch to the last time a unit said it was settled.
    Resolution,
    /// From receipt to the close.
    Closing,
}

every! {
    /// Every stretch, in the order of a matter's life.
    Stretch {
        Dispatch   = "dispatch",   "figures-stretch-dispatch";
        Response   = "response",   "figures-stretch-response";
        Resolution = "resolution", "figures-stretch-resolution";
        Closing    = "closing",    "figures-stretch-closing";
    }
}

impl Stretch {
    /// How many seconds it took a matter that went along it.
    pub fn seconds(self, matter: &Matter) -> Option<i64> {
        let (from, to) = match self {
            Stretch::Dispatch => (Some(matter.created_at), matter.dispatched_at),
            Stretch::Response => (matter.dispatched_at, matter.responded_at),
            Stretch::Resolution => (matter.dispatched_at, matter.resolved_at),
            Stretch::Closing => (Some(matter.created_at), matter.closed_by.and(matter.closed_at)),
        };
        Some((to? - from?) / 1_000_000)
    }

    /// Which matters went along it.
    pub fn counted(self) -> Counted {
        Counted(match self {
            Stretch::Dispatch => "dispatched",
            Stretch::Response => "responded",
            Stretch::Resolution => "resolved",
            Stretch::Closing => "closed",
        })
    }
}

/// A rate that is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Indicator {
    /// 响应率
    Response,
    /// 解决率
    Solved,
    /// 满意率
    Satisfied,
}

every! {
    /// Every indicator, in the order screens list them.
    Indicator {
        Response  = "response",  "figures-response";
        Solved    = "solved",    "figures-solved";
        Satisfied = "satisfied", "figures-satisfied";
    }
}

impl Indicator {
    /// The message id of what it is measured against.
    pub fn sample_message(self) -> &'static str {
        match self {
            Indicator::Response => "figures-dispatched",
            Indicator::Solved | Indicator::Satisfied => "figures-called-back",
        }
    }

    /// Which matters are its hits, and which its sample.
    pub fn counted(self) -> (Counted, Counted) {
        match self {
            Indicator::Response => (Counted("in_time"), Counted("judged")),
            Indicator::Solved => (Counted("solved"), Counted::CALLED_BACK),
            Indicator::Satisfied => (Counted("satisfied"), Counted::CALLED_BACK),
        }
    }
}

/// A number of a page of figures that opens into the matters behind it, by its name in [`Counts`]. What
/// was called back counts answers, of which a matter may have several; the others count matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted(&'static str);

impl Counted {
    /// Reporters were asked back and answered.
    pub const CALLED_BACK: Counted = Counted("called_back");

    /// The next level took them over.
    pub const CLIMBED: Counted = Counted("climbed");
    /// Reopened.
    pub const REOPENED: Counted = Counted("reopened");
    /// Closed.
    pub const CLOSED: Counted = Counted("closed");
    /// Settled at each of [`LEVELS`].
    pub const LEVELS: [Counted; 5] = [
        Counted("settled_micro"),
        Counted("settled_grid"),
        Counted("settled_village"),
        Counted("settled_town"),
        Counted("settled_county"),
    ];
    /// Closed in each way of [`CLOSERS`].
    pub const CLOSERS: [Counted; 3] =
        [Counted("closed_reporter"), Counted("closed_call_back"), Counted("closed_time_out")];

    const ALL: [&'static str; 19] = [
        "closed",
        "dispatched",
        "judged",
        "in_time",
        "solved",
        "satisfied",
        "called_back",
        "reopened",
        "climbed",
        "settled_county",
        "settled_town",
        "settled_village",
        "settled_grid",
        "settled_micro",
        "closed_reporter",
        "closed_call_back",
        "closed_time_out",
        "responded",
        "resolved",
    ];

    /// What of a number opens to everybody: how the staff's work went. What reporters answered is told in numbers
    /// alone.
    pub fn is_work(self) -> bool {
        ["dispatched", "judged", "in_time", "climbed", "responded", "resolved"].contains(&self.0)
    }

    /// The number with this name.
    pub fn from_code(code: &str) -> Option<Counted> {
        Counted::ALL.into_iter().find(|known| *known == code).map(Counted)
    }

    /// Its name.
    pub fn code(self) -> &'static str {
        self.0
    }

    /// How a page says what such a matter is.
    pub fn name(self, words: &Words) -> String {
        let hits = |indicator: Indicator| words.t1("figures-csv-hits", "rate", words.t(indicator.message()));
        let level = |at: usize| words.t1("figures-settled-at", "level", words.t(LEVELS[at].1));
        match self.0 {
            "in_time" => hits(Indicator::Response),
            "solved" => hits(Indicator::Solved),
            "satisfied" => hits(Indicator::Satisfied),
            "judged" => words.t("figures-dispatched"),
            "called_back" => words.t("figures-called-back"),
            "dispatched" => words.t("figures-stretch-dispatch"),
            "responded" => words.t("figures-stretch-response"),
            "resolved" => words.t("figures-stretch-resolution"),
            "reopened" => words.t("figures-reopened"),
            "climbed" => words.t("figures-climbed"),
            "settled_micro" => level(0),
            "settled_grid" => level(1),
            "settled_village" => level(2),
            "settled_town" => level(3),
            "settled_county" => level(4),
            "closed_reporter" => words.t(CLOSERS[0].1),
            "closed_call_back" => words.t(CLOSERS[1].1),
            "closed_time_out" => words.t(CLOSERS[2].1),
            _ => words.t("figures-closed"),
        }
    }
}

/// A level that may settle a matter, with the message id of its name.
pub const LEVELS: [(&str, &str); 5] = [
    ("micro-grid", "figures-level-micro-grid"),
    ("grid", "figures-level-grid"),
    ("village", "figures-level-village"),
    ("town", "figures-level-town"),
    ("county", "figures-level-county"),
];

/// A way of closing, with the message id of its name.
pub const CLOSERS: [(&str, &str); 3] = [
    ("reporter", "figures-closed-reporter"),
    ("call-back", "figures-closed-call-back"),
    ("time-out", "figures-closed-time-out"),
];

impl Counts {
    /// What one matter adds: the definition of every count in plain words, beside the one in SQL that pages rest
    /// on. `lianxin figures recompute` and the tests hold the two against each other.
    pub fn of(matter: &Matter) -> Counts {
        let one = i64::from;
        let level =
            |from: i64, to: i64| one(matter.settled_level.is_some_and(|level| (from..=to).contains(&level)));
        let by = |by: ClosedBy| one(matter.closed_by == Some(by));
        let seconds = |stretch: Stretch| stretch.seconds(matter).unwrap_or_default();
        let along = |stretch: Stretch| one(stretch.seconds(matter).is_some());
        Counts {
            received: 1,
            dispatched: along(Stretch::Dispatch),
            judged: one(matter.dispatched_at.is_some() && matter.responded_in_time.is_some()),
            in_time: one(matter.dispatched_at.is_some() && matter.responded_in_time == Some(true)),
            solved: one(matter.solved == Some(true)),
            satisfied: one(matter.satisfied == Some(true)),
            unsolved: matter.reopened,
            reopened: one(matter.reopened > 0),
            climbs: matter.hops,
            climbed: one(matter.hops > 0),
            settled: one(matter.settled_level.is_some()),
            settled_county: level(0, 3),
            settled_town: level(4, 4),
            settled_village: level(5, 5),
            settled_grid: level(6, 6),
            settled_micro: level(7, i64::MAX),
            closed: along(Stretch::Closing),
            closed_reporter: by(ClosedBy::Reporter),
            closed_call_back: by(ClosedBy::CallBack),
            closed_time_out: by(ClosedBy::TimeOut),
            closed_entered: one(matter.closed_by == Some(ClosedBy::Reporter) && matter.entered_by.is_some()),
            withdrawn: one(matter.status == Status::Withdrawn),
            dismissed: one(matter.status == Status::Dismissed),
            responded: along(Stretch::Response),
            resolved: along(Stretch::Resolution),
            dispatch_seconds: seconds(Stretch::Dispatch),
            response_seconds: seconds(Stretch::Response),
            resolve_seconds: seconds(Stretch::Resolution),
            close_seconds: seconds(Stretch::Closing),
        }
    }

    /// How often a reporter was asked back and answered: each "not solved" and the last "solved".
    pub fn called_back(&self) -> i64 {
        self.unsolved + self.solved
    }

    /// One of the published rates.
    pub fn rate(&self, indicator: Indicator) -> Rate {
        match indicator {
            Indicator::Response => Rate { hits: self.in_time, n: self.judged },
            Indicator::Solved => Rate { hits: self.solved, n: self.called_back() },
            Indicator::Satisfied => Rate { hits: self.satisfied, n: self.called_back() },
        }
    }

    /// Settled at each level of [`LEVELS`], out of all settled.
    pub fn levels(&self) -> [Rate; 5] {
        [self.settled_micro, self.settled_grid, self.settled_village, self.settled_town, self.settled_county]
            .map(|hits| Rate { hits, n: self.settled })
    }

    /// Closed in each way of [`CLOSERS`], out of all closed.
    pub fn closers(&self) -> [Rate; 3] {
        [self.closed_reporter, self.closed_call_back, self.closed_time_out]
            .map(|hits| Rate { hits, n: self.closed })
    }

    /// How many matters went along a stretch, and how many seconds they took together.
    pub fn along(&self, stretch: Stretch) -> (i64, i64) {
        match stretch {
            Stretch::Dispatch => (self.dispatched, self.dispatch_seconds),
            Stretch::Response => (self.responded, self.response_seconds),
            Stretch::Resolution => (self.resolved, self.resolve_seconds),
            Stretch::Closing => (self.closed, self.close_seconds),
        }
    }

    /// The mean length of a stretch in whole seconds.
    pub fn mean(&self, stretch: Stretch) -> Option<i64> {
        let (n, seconds) = self.along(stretch);
        (n > 0).then(|| seconds / n)
    }

    /// Adds what another set counted.
    pub fn add(&mut self, other: &Counts) {
        let mut other = *other;
        for (mine, theirs) in self.fields().into_iter().zip(other.fields()) {
            *mine += *theirs;
        }
    }

    /// What is left without a part of it.
    #[must_use]
    pub fn less(&self, part: &Counts) -> Counts {
        let (mut rest, mut part) = (*self, *part);
        for (mine, theirs) in rest.fields().into_iter().zip(part.fields()) {
            *mine -= *theirs;
        }
        rest
    }

    /// In the order that the columns have in the statements of figures.
    pub(super) fn values(mut self) -> [i64; 29] {
        self.fields().map(|field| *field)
    }

    fn fields(&mut self) -> [&mut i64; 29] {
        [
            &mut self.received,
            &mut self.closed,
            &mut self.dispatched,
            &mut self.judged,
            &mut self.in_time,
            &mut self.solved,
            &mut self.satisfied,
            &mut self.unsolved,
            &mut self.settled,
            &mut self.reopened,
            &mut self.climbs,
            &mut self.climbed,
            &mut self.settled_county,
            &mut self.settled_town,
            &mut self.settled_village,
            &mut self.settled_grid,
            &mut self.settled_micro,
            &mut self.closed_reporter,
            &mut self.closed_call_back,
            &mut self.closed_time_out,
            &mut self.closed_entered,
            &mut self.withdrawn,
            &mut self.dismissed,
            &mut self.responded,
            &mut self.resolved,
            &mut self.dispatch_seconds,
            &mut self.response_seconds,
            &mut self.resolve_seconds,
            &mut self.close_seconds,
        ]
    }
}

impl<'c> FromIterator<&'c Counts> for Counts {
    fn from_iter<I: IntoIterator<Item = &'c Counts>>(all: I) -> Counts {
        let mut sum = Counts::default();
        all.into_iter().for_each(|counts| sum.add(counts));
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_is_added() {
        let mut ones = Counts::default();
        ones.fields().into_iter().for_each(|field| *field = 1);
        let sum: Counts = [&ones, &ones].into_iter().collect();
        let mut twos = sum;
        assert!(twos.fields().iter().all(|field| **field == 2));
        // Written out in full, so that a count left out of `fields` is noticed here.
        assert_eq!(format!("{sum:?}").matches(": 2").count(), format!("{sum:?}").matches(": ").count());
    }

    #[test]
    fn rates_are_the_published_ones() {
        let counts = Counts {
            dispatched: 40,
            judged: 40,
            in_time: 38,
            solved: 30,
            unsolved: 10,
            satisfied: 20,
            ..Counts::default()
        };
        assert_eq!(counts.rate(Indicator::Response), Rate { hits: 38, n: 40 });
        assert_eq!(counts.rate(Indicator::Solved), Rate { hits: 30, n: 40 });
        assert_eq!(counts.rate(Indicator::Satisfied), Rate { hits: 20, n: 40 });
        assert_eq!(counts.mean(Stretch::Closing), None);
    }
}
