//! How much computing each step of a command took.

use std::time::{Duration, Instant};

/// Says after each step how long it took, if that was asked.
pub struct Steps {
    begun: Instant,
    before: Duration,
    is_told: bool,
}

impl Steps {
    /// Begins with the first step.
    pub fn new(is_told: bool) -> Self {
        let begun = Instant::now();
        Steps { begun, before: spent(begun), is_told }
    }

    /// Ends a step: `planning: 123.40 ms`.
    pub fn done(&mut self, step: &str) {
        if self.is_told {
            let now = spent(self.begun);
            eprintln!("{step}: {:.2} ms", now.saturating_sub(self.before).as_secs_f64() * 1e3);
            self.before = now;
        }
    }
}

/// What this thread has computed for so far, where the system tells; else what has gone by.
fn spent(begun: Instant) -> Duration {
    // Linux adds up what a thread computed when another may run.
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split_whitespace().next()?.parse().ok());
    nanoseconds.map_or_else(|| begun.elapsed(), Duration::from_nanos)
}
