//! Deadlines in working or calendar time, with Chinese public holidays and make-up workdays (调休) as data.
//!
//! Instants are microseconds since the Unix epoch; days are those of China standard time, a fixed UTC+8.
//! Nothing here reads a clock.
//!
//! Working time is a line of its own: [`Calendar`] knows how much of it lies before any instant, so the time
//! between two instants is a difference, and a deadline is the place where a certain amount is reached. That
//! makes adding and measuring exact inverses of each other, to the microsecond and at any distance.
//!
//! ```
//! use lianxin_worktime::{Calendar, Span, date_of, start_of};
//!
//! let calendar = Calendar::china();
//! // Friday 2026-02-13, 17:00; Saturday is a make-up workday, then Spring Festival until the 23rd.
//! let reported = start_of("2026-02-13".parse()?) + 17 * 3_600_000_000;
//! let deadline = calendar.add(reported, Span::working(8 * 60));
//! assert_eq!(date_of(deadline).to_string(), "2026-02-24");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod calendar;
mod china_time;
mod document;
mod hours;
mod span;
mod workdays;

pub use calendar::{BUILT_IN, Calendar};
pub use china_time::{date_of, start_of};
pub use document::{CalendarError, Flaw, Year};
pub use span::{Kind, Span};
