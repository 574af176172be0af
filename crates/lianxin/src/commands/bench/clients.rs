//! Several clients doing one kind of work for a while.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use lianxin_foundation::Result;
use lianxin_foundation::error::While;

use super::machine::Meter;

/// How long each piece of work took, and what all of it cost.
#[derive(Debug, Clone)]
pub(super) struct Timing {
    /// From the first piece's beginning to the last one's end.
    seconds: f64,
    /// Processor seconds, the database server's included.
    cpu: f64,
    /// Microseconds of each piece, the quickest first.
    micros: Vec<u128>,
}

impl Timing {
    /// Pieces of work a second.
    pub(super) fn per_second(&self) -> f64 {
        self.micros.len() as f64 / self.seconds
    }

    /// Pieces of work for a second of processor time.
    pub(super) fn per_cpu_second(&self) -> f64 {
        // Processor time is told in hundredths of a second.
        self.micros.len() as f64 / self.cpu.max(0.01)
    }

    /// The milliseconds that this share of the pieces did not exceed.
    pub(super) fn milliseconds(&self, share: f64) -> f64 {
        share_of(&self.micros, share)
    }
}

/// The milliseconds that this share of sorted microseconds does not exceed.
pub(super) fn share_of(micros: &[u128], share: f64) -> f64 {
    let at = (micros.len() as f64 * share).ceil() as usize;
    micros.get(at.saturating_sub(1)).map_or(f64::NAN, |micros| *micros as f64 / 1e3)
}

/// Lets `clients` do `work` until `budget` is over: each piece gets the next number from 0 and says
/// whether there was anything left to do. What has begun is finished, and at least one piece is done.
pub(super) async fn drive<Work, Done>(
    clients: usize,
    budget: Duration,
    meter: Meter,
    work: Work,
) -> Result<Timing>
where
    Work: Fn(usize) -> Done + Send + Sync + 'static,
    Done: Future<Output = Result<bool>> + Send + 'static,
{
    let (work, next) = (Arc::new(work), Arc::new(AtomicUsize::new(0)));
    let (cpu, since) = (meter.cpu_seconds(), Instant::now());
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let (work, next) = (work.clone(), next.clone());
            tokio::spawn(async move {
                let mut micros = Vec::new();
                while micros.is_empty() || since.elapsed() < budget {
                    let begun = Instant::now();
                    if !work(next.fetch_add(1, Ordering::SeqCst)).await? {
                        break;
                    }
                    micros.push(begun.elapsed().as_micros());
                }
                Ok(micros)
            })
        })
        .collect();
    let mut micros = Vec::new();
    for task in tasks {
        let done: Result<Vec<u128>> = task.await.while_doing("working as a client")?;
        micros.extend(done?);
    }
    micros.sort_unstable();
    Ok(Timing { seconds: since.elapsed().as_secs_f64(), cpu: meter.cpu_seconds() - cpu, micros })
}

/// The middle of several measurements.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_from_sorted_times() {
        let timing = Timing { seconds: 2.0, cpu: 0.5, micros: (1..=100).map(|at| at * 1000).collect() };
        assert_eq!((timing.milliseconds(0.5), timing.milliseconds(0.99)), (50.0, 99.0));
        assert_eq!((timing.per_second(), timing.per_cpu_second()), (50.0, 200.0));
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
    }
}
