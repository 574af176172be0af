//! A length of time and the way it is counted.

use serde::{Deserialize, Serialize};

/// Which time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Only working hours of workdays.
    Working,
    /// Every minute.
    Calendar,
}

/// A length of time, such as a deadline's: `{"minutes": 120, "kind": "working"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// How many minutes.
    pub minutes: u32,
    /// Minutes of which time.
    pub kind: Kind,
}

impl Span {
    /// So many minutes of working time.
    #[must_use]
    pub const fn working(minutes: u32) -> Self {
        Self { minutes, kind: Kind::Working }
    }

    /// So many minutes by the clock on the wall.
    #[must_use]
    pub const fn calendar(minutes: u32) -> Self {
        Self { minutes, kind: Kind::Calendar }
    }

    /// Its length in microseconds.
    #[must_use]
    pub fn micros(self) -> i64 {
        i64::from(self.minutes) * 60_000_000
    }
}
