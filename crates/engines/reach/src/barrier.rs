//! What cannot be walked: a closed street, a locked gate.

use std::collections::HashSet;

use crate::streets::{PlaceId, Street};

/// Something that stops walkers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barrier {
    /// Every street between two places is closed, in both directions.
    Street(PlaceId, PlaceId),
    /// Nobody passes this place, so that every street to it is closed. People who live there reach nothing.
    Place(PlaceId),
}

/// Takes away the streets that barriers close.
pub fn close(streets: &mut Vec<Street>, barriers: &[Barrier]) {
    let pair = |a: PlaceId, b: PlaceId| (a.min(b), a.max(b));
    let mut closed = HashSet::new();
    let mut locked = HashSet::new();
    for barrier in barriers {
        match *barrier {
            Barrier::Street(a, b) => drop(closed.insert(pair(a, b))),
            Barrier::Place(place) => drop(locked.insert(place)),
        }
    }
    streets.retain(|street| {
        let ends = [street.from, street.to];
        !ends.iter().any(|end| locked.contains(end)) && !closed.contains(&pair(ends[0], ends[1]))
    });
}
