//! Which pairs may break the rule that everyone stands where cost plus price is least.
//!
//! Where the rule holds for all pairs, a price that rises can break it only for those who stand there, one that falls only
//! towards that sink, and a move only for who was moved. So after a small change few pairs are to be looked at again.

use super::state::number;

/// What happened since all pairs were looked at.
#[derive(Debug, Clone)]
pub(super) struct Doubt {
    /// Nothing is known yet.
    pub(super) all: bool,
    /// By sink: whether its price has risen.
    risen: Vec<bool>,
    /// By sink: whether its price has fallen.
    fallen: Vec<bool>,
    /// Points that were moved.
    moved: Vec<u32>,
}

impl Doubt {
    /// Of everything, or of nothing yet.
    pub(super) fn new(all: bool, sinks: usize) -> Self {
        Self { all, risen: vec![false; sinks], fallen: vec![false; sinks], moved: Vec::new() }
    }

    /// A price has changed by so much.
    pub(super) fn priced(&mut self, sink: usize, by: i64) {
        self.risen[sink] |= by > 0;
        self.fallen[sink] |= by < 0;
    }

    /// A point was moved, or may not stand where it does.
    pub(super) fn moved(&mut self, point: u32) {
        if !self.all {
            self.moved.push(point);
        }
    }

    /// Points that may pay less at any sink: a mark for each.
    pub(super) fn points(&self, points: usize, standing: &[Vec<u32>]) -> Vec<bool> {
        let mut marks = vec![self.all; points];
        let at_risen =
            standing.iter().zip(&self.risen).filter(|(_, risen)| **risen).flat_map(|(there, _)| there);
        at_risen.chain(&self.moved).for_each(|point| marks[*point as usize] = true);
        marks
    }

    /// Sinks where anyone may pay less, nowhere not among them: its price never changes.
    pub(super) fn sinks(&self) -> Vec<u32> {
        let sinks = 0..self.fallen.len().saturating_sub(1);
        sinks.filter(|sink| self.fallen[*sink]).map(number).collect()
    }
}
