//! A plan that is kept warm: shelters close, fill and open, and the next plan is there at once.

use crate::Cancelled;
use crate::few::Few;
use crate::ground::Ground;
use crate::plan::{Plan, Progress, summed_up};
use crate::problem::{Piece, Points, Problem};
use crate::transport::{Transport, solve};

/// The best plan for a problem whose capacities change. Everything the search found stays in memory, about
/// 1 kB for each household, so that a change costs only what it changes.
#[derive(Debug, Clone)]
pub struct Planner {
    problem: Problem,
    pieces: Vec<Few<Piece>>,
    transport: Transport<Ground>,
}

impl Planner {
    /// Plans from nothing.
    ///
    /// # Errors
    /// When `progress` stopped it.
    pub fn new(problem: Problem, progress: &mut Progress<'_>) -> Result<Self, Cancelled> {
        let Points { ground, pieces } = problem.points();
        let transport = solve(ground, &problem.capacities(), progress)?;
        Ok(Self { problem, pieces, transport })
    }

    /// The problem as it is now.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Sets how many persons a shelter takes, 0 to close it, and plans again.
    ///
    /// # Errors
    /// When `progress` stopped it; the next call goes on from there.
    pub fn set_capacity(
        &mut self,
        shelter: usize,
        capacity: u32,
        progress: &mut Progress<'_>,
    ) -> Result<(), Cancelled> {
        let before = self.problem.shelters().get(shelter).map_or(0, |shelter| shelter.capacity);
        if shelter < self.problem.shelters().len() {
            self.problem.set_capacity(shelter, capacity);
            self.transport.set_capacity(shelter, i64::from(capacity));
        }
        // Who would come to where room is won is found sooner beside the ways that are kept.
        if capacity > before { self.transport.resettle(progress) } else { self.transport.settle(progress) }
    }

    /// The best plan and its certificate.
    pub fn plan(&self) -> Plan {
        summed_up(&self.problem, &self.transport, &self.pieces)
    }
}
