//! How a long computation is followed and stopped.

use std::ops::ControlFlow;

/// Is told now and then how far a computation has come, and says whether it goes on. Any
/// `FnMut(usize, usize) -> ControlFlow<()>` will do; it is called some hundred times at most per second
/// of work.
pub trait Watch {
    /// `done` of `of` steps lie behind. [`ControlFlow::Break`] stops the computation.
    fn step(&mut self, done: usize, of: usize) -> ControlFlow<()>;
}

impl<F: FnMut(usize, usize) -> ControlFlow<()>> Watch for F {
    fn step(&mut self, done: usize, of: usize) -> ControlFlow<()> {
        self(done, of)
    }
}

/// Watches nothing and never stops.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn step(&mut self, _: usize, _: usize) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// The [`Watch`] stopped the computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped before it was done")]
pub struct Stopped;

/// Tells the watch every `EVERY` steps, and turns a break into an error.
pub(crate) fn tell(watch: &mut dyn Watch, done: usize, of: usize) -> Result<(), Stopped> {
    const EVERY: usize = 64;
    if done.is_multiple_of(EVERY) && watch.step(done, of).is_break() {
        return Err(Stopped);
    }
    Ok(())
}
