//! 吹哨报到: the unit that has a matter calls others to it, and how quickly each came is plain.
//!
//! All work on the one matter, which keeps its one owner and its one clock: a call is a promise of another unit to
//! be there, beside the matter's own. Whoever was called sees the matter from then on and may add to it. What
//! happened stands in the matter's events; a [`Call`] is the same as lists and figures read it.

pub mod arrivals;
pub mod store;

use lianxin_foundation::{Micros, every};
use lianxin_worktime::{Calendar, Kind, Span};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The most units that are called at once.
pub const MOST_UNITS: usize = 12;

/// What kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallKind {
    /// 日常: something that needs several units, as it comes.
    Daily,
    /// 攻坚: something hard, for which units come prepared.
    Tough,
    /// 应急: at once.
    Emergency,
}

/// How long a called unit has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Minutes until it must be there.
    pub minutes: u32,
    /// Which minutes count.
    pub kind: Kind,
}

every! {
    /// Every kind, the most usual first.
    CallKind {
        Daily     = "daily",     "whistle-daily";
        Tough     = "tough",     "whistle-tough";
        Emergency = "emergency", "whistle-emergency";
    }
}

impl CallKind {
    /// The message id of where its built-in limit comes from.
    pub fn basis(self) -> &'static str {
        match self {
            CallKind::Daily => "whistle-basis-daily",
            CallKind::Tough => "whistle-basis-tough",
            CallKind::Emergency => "whistle-basis-emergency",
        }
    }

    /// The limit where a county decided nothing: our defaults, after the dispatch times of city management
    /// (safety an hour, general matters a day), since no regulation names one for calls.
    pub fn built_in(self) -> Limit {
        match self {
            CallKind::Daily => Limit { minutes: 480, kind: Kind::Working },
            CallKind::Tough => Limit { minutes: 2 * 480, kind: Kind::Working },
            CallKind::Emergency => Limit { minutes: 60, kind: Kind::Calendar },
        }
    }
}

impl Limit {
    /// By when a unit called at `now` must be there.
    pub fn due(self, calendar: &Calendar, now: Micros) -> Micros {
        calendar.add(now, Span { minutes: self.minutes, kind: self.kind })
    }
}

/// One unit that was called to one matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The matter's county.
    pub county: String,
    /// Its id.
    pub id: Uuid,
    /// The matter.
    pub matter: Uuid,
    /// The unit that was called.
    pub unit: Uuid,
    /// The unit that had the matter when it called.
    pub caller: Option<Uuid>,
    /// What kind of call.
    pub kind: CallKind,
    /// When it was called.
    pub called_at: Micros,
    /// By when it must be there.
    pub due: Micros,
    /// When it was there.
    pub arrived_at: Option<Micros>,
    /// When nobody waited for it any longer: it was called off, or the matter was settled without it.
    pub ended_at: Option<Micros>,
}

/// How a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is awaited, and has time.
    Expected,
    /// It is awaited and late.
    Overdue,
    /// It came in time.
    InTime,
    /// It came late.
    Late,
    /// It was let off before it was late.
    LetOff,
    /// It was late, and never came.
    NeverCame,
}

impl Standing {
    /// The stable code in the API.
    pub fn code(self) -> &'static str {
        match self {
            Standing::Expected => "expected",
            Standing::Overdue => "overdue",
            Standing::InTime => "in-time",
            Standing::Late => "late",
            Standing::LetOff => "let-off",
            Standing::NeverCame => "never-came",
        }
    }
}

impl Call {
    /// Whether it is still awaited.
    pub fn is_open(&self) -> bool {
        self.arrived_at.is_none() && self.ended_at.is_none()
    }

    /// How it stands at `now`. Who was late stays late, whoever calls it off afterwards.
    pub fn standing(&self, now: Micros) -> Standing {
        match (self.arrived_at, self.ended_at) {
            (Some(at), _) if at <= self.due => Standing::InTime,
            (Some(_), _) => Standing::Late,
            (None, Some(at)) if at <= self.due => Standing::LetOff,
            (None, Some(_)) => Standing::NeverCame,
            (None, None) if now <= self.due => Standing::Expected,
            (None, None) => Standing::Overdue,
        }
    }
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::clock::{DAY, HOUR};

    use super::*;

    #[test]
    fn who_was_late_stays_late() {
        let call = |arrived_at, ended_at| Call {
            county: "421223".into(),
            id: Uuid::nil(),
            matter: Uuid::nil(),
            unit: Uuid::nil(),
            caller: None,
            kind: CallKind::Emergency,
            called_at: 0,
            due: HOUR,
            arrived_at,
            ended_at,
        };
        for (arrived, ended, now, standing) in [
            (None, None, HOUR, Standing::Expected),
            (None, None, HOUR + 1, Standing::Overdue),
            (Some(HOUR), None, DAY, Standing::InTime),
            (Some(HOUR + 1), None, DAY, Standing::Late),
            (Some(HOUR), Some(2 * HOUR), DAY, Standing::InTime),
            (None, Some(HOUR), DAY, Standing::LetOff),
            (None, Some(HOUR + 1), DAY, Standing::NeverCame),
        ] {
            assert_eq!(call(arrived, ended).standing(now), standing, "{arrived:?} {ended:?} {now}");
        }
    }

    #[test]
    fn an_emergency_runs_at_night_and_the_others_in_working_time() {
        let calendar = Calendar::china();
        // Saturday 2026-11-21, 22:00 in China.
        let now = lianxin_foundation::clock::parse_rfc3339("2026-11-21T22:00:00+08:00").unwrap();
        let due = CallKind::ALL.map(|kind| kind.built_in().due(&calendar, now) - now);
        assert_eq!(due[2], HOUR);
        assert!(due[0] > DAY && due[1] > due[0], "{due:?}");
        for kind in CallKind::ALL {
            assert_eq!(CallKind::from_code(kind.code()), Some(kind));
        }
    }
}
