//! Work shared out among threads, its results in order whatever the number of threads.

use std::ops::Range;

/// Cuts `0..count` into as many ranges as there are threads and does each in its own.
pub(crate) fn shared_out<T: Send>(
    count: usize,
    threads: usize,
    work: impl Fn(Range<usize>) -> T + Sync,
) -> Vec<T> {
    let parts = threads.clamp(1, 64).min(count.max(1));
    let range = |part: usize| count * part / parts..count * (part + 1) / parts;
    if parts == 1 {
        return vec![work(range(0))];
    }
    let work = &work;
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..parts).map(|part| scope.spawn(move || work(range(part)))).collect();
        running
            .into_iter()
            .map(|thread| match thread.join() {
                Ok(done) => done,
                Err(cause) => std::panic::resume_unwind(cause),
            })
            .collect()
    })
}
