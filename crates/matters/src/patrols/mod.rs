//! 巡查: places that somebody goes and looks at on a day, planned ahead, noted on the spot, with or without signal.
//!
//! What is noted is the place and what was found, never the way there: no positions but of what was found, no times but
//! when it was noted, no counts by person. A hazard that is found becomes a matter, and the patrol points at it. See
//! `docs/decisions/0033-patrols-without-tracks.md`.

pub mod store;

use lianxin_foundation::clock::{DAY, civil, start_of, start_of_day};
use lianxin_foundation::{Micros, Right, Scope, Who, every};
use uuid::Uuid;

/// The most patrols planned at once.
pub const MOST_DAYS: usize = 100;

/// How far ahead patrols are planned: somebody should look at a plan once a quarter.
pub const AHEAD: Micros = 92 * DAY;

/// How often a place is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// 只一次
    Once,
    /// 每天
    Day,
    /// 每周
    Week,
    /// 每月
    Month,
}

every! {
    /// Every rhythm.
    Every {
        Once  = "once",  "patrol-every-once";
        Day   = "day",   "patrol-every-day";
        Week  = "week",  "patrol-every-week";
        Month = "month", "patrol-every-month";
    }
}

impl Every {
    /// The days of a plan from `first` to `last`, both at any moment of their day: each as its first moment. In a month
    /// without that day, its last.
    pub fn days(self, first: Micros, last: Micros) -> Vec<Micros> {
        let start = civil(first).date();
        let day = |count: i64| match self {
            Every::Once => (count == 0).then_some(start),
            Every::Day => start.checked_add(jiff::Span::new().try_days(count).ok()?).ok(),
            Every::Week => start.checked_add(jiff::Span::new().try_weeks(count).ok()?).ok(),
            Every::Month => start.checked_add(jiff::Span::new().try_months(count).ok()?).ok(),
        };
        let days = (0_i64..).map_while(day).map(start_of);
        // One more than may be planned, so that a plan that is too long shows.
        days.take_while(|day| *day <= last).take(MOST_DAYS + 1).collect()
    }
}

/// What a look showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 正常: nothing is wrong there.
    Fine,
    /// 发现问题: something is, and became a matter.
    Found,
    /// 没去成: nobody could look.
    Missed,
}

every! {
    /// Every outcome.
    Outcome {
        Fine   = "fine",   "patrol-fine";
        Found  = "found",  "patrol-found";
        Missed = "missed", "patrol-missed";
    }
}

/// What was noted.
#[derive(Debug, Clone, PartialEq)]
pub struct Noted {
    /// What the look showed.
    pub outcome: Outcome,
    /// Words to it, or why nobody could look; what was found is told by its matter.
    pub words: Option<String>,
    /// The id of the entry, made where it was noted: what is sent again is known by it.
    pub entry: Uuid,
    /// When the program heard of it.
    pub at: Micros,
    /// When it was noted, by a phone's clock; otherwise as `at`.
    pub seen_at: Micros,
    /// Who noted it.
    pub by: String,
    /// The matter that came of it.
    pub matter: Option<Uuid>,
}

/// A place to look at on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Patrol {
    /// Its county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// What was planned together has one.
    pub round: Uuid,
    /// The area, a village, community or grid.
    pub area: String,
    /// That area's path.
    pub path: String,
    /// The place in words.
    pub place: String,
    /// What to look at.
    pub look: String,
    /// The day's first moment.
    pub due: Micros,
    /// When it was planned.
    pub planned_at: Micros,
    /// Who planned it.
    pub planned_by: String,
    /// What was noted, once somebody did.
    pub noted: Option<Noted>,
}

impl Patrol {
    /// Whether its day has come.
    pub fn has_come(&self, now: Micros) -> bool {
        self.due <= now
    }

    /// Whether its day is over and nobody noted anything.
    pub fn is_left(&self, now: Micros) -> bool {
        self.noted.is_none() && self.due < start_of_day(now)
    }
}

/// The patrols somebody sees: those of the places they enter matters for, else of those whose matters they see.
pub fn seen_by(who: &Who, now: Micros) -> Scope {
    let walked = who.scope(Right::EnterMatters, now);
    if walked.is_empty() { who.scope(Right::SeeMatters, now) } else { walked }
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::clock::parse_rfc3339;

    use super::*;

    fn day(text: &str) -> Micros {
        parse_rfc3339(&format!("{text}T00:00:00+08:00")).unwrap()
    }

    fn days(every: Every, first: &str, last: &str) -> Vec<String> {
        let found = every.days(day(first) + DAY / 2, day(last) + DAY / 3);
        found.iter().map(|at| civil(*at).date().to_string()).collect()
    }

    #[test]
    fn a_plan_has_the_days_between() {
        assert_eq!(days(Every::Once, "2026-11-23", "2026-12-31"), ["2026-11-23"]);
        assert_eq!(days(Every::Day, "2026-11-29", "2026-12-01"), ["2026-11-29", "2026-11-30", "2026-12-01"]);
        assert_eq!(days(Every::Week, "2026-11-23", "2026-12-08"), ["2026-11-23", "2026-11-30", "2026-12-07"]);
        assert_eq!(
            days(Every::Month, "2026-12-31", "2027-03-30"),
            ["2026-12-31", "2027-01-31", "2027-02-28"]
        );
        assert_eq!(days(Every::Day, "2026-11-23", "2026-11-22"), [""; 0]);
        assert_eq!(days(Every::Day, "2026-11-23", "2027-11-23").len(), MOST_DAYS + 1);
    }
}
