//! Whether the holidays are entered that working-time clocks will soon run into. Where they are not,
//! weekdays count, and administrators are told in time: on their pages and in the log.

use std::sync::Arc;
use std::time::Duration;

use lianxin_foundation::clock::DAY;
use lianxin_foundation::{Clock, Micros};
use lianxin_worktime::{Calendar, date_of};
use tokio::sync::watch;

/// So far ahead the holidays should be known: longer than any built-in limit in working time, and not
/// before the State Council has usually announced the next year's, in the first half of November.
const AHEAD: Micros = 60 * DAY;

/// How often the log is told.
const EVERY: Duration = Duration::from_secs(24 * 3600);

/// The first year within the next sixty days whose holidays are not entered.
pub fn missing(calendar: &Calendar, now: Micros) -> Option<i16> {
    calendar.unknown_year(date_of(now), date_of(now + AHEAD))
}

/// Warns in the log now and once a day, while a year is missing, until `shutdown` turns true or its
/// sender is gone.
pub async fn watch(calendar: Arc<Calendar>, clock: Clock, mut shutdown: watch::Receiver<bool>) {
    loop {
        if let Some(year) = missing(&calendar, clock.now()) {
            tracing::warn!(
                year,
                "the holidays of {year} are not entered: working time there counts weekdays only; \
                 name a file of them by the setting `calendar`"
            );
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = shutdown.wait_for(|stop| *stop) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use lianxin_foundation::clock::parse_rfc3339;

    use super::*;

    #[test]
    fn a_year_is_missed_from_sixty_days_before_it_begins() {
        let calendar = Calendar::china();
        let missing = |at: &str| missing(&calendar, parse_rfc3339(at).expect("a moment"));
        assert_eq!(missing("2025-11-30T00:00:00+08:00"), None, "2026 is built in");
        assert_eq!(missing("2026-11-01T23:59:59+08:00"), None);
        assert_eq!(missing("2026-11-02T00:00:00+08:00"), Some(2027));
        assert_eq!(missing("2027-07-01T00:00:00+08:00"), Some(2027));
    }
}
