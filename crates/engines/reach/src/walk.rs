//! Shortest ways: from one place as far as a limit, and from many stations to every place.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::streets::{Decimetres, PlaceId, Streets, UNREACHED};

/// A place within reach, and how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reached {
    /// Which place.
    pub place: PlaceId,
    /// How far it is to walk from there.
    pub far: Decimetres,
}

/// The nearest of several stations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nearest {
    /// Where the station stands in the list it was given in.
    pub station: u32,
    /// How far it is to walk there.
    pub far: Decimetres,
}

/// What is still to be visited, nearest first: the distance in the upper half, the rank in the lower.
#[derive(Debug, Default)]
struct Queue(BinaryHeap<Reverse<u64>>);

impl Queue {
    fn push(&mut self, far: Decimetres, rank: u32) {
        self.0.push(Reverse(u64::from(far) << 32 | u64::from(rank)));
    }

    fn pop(&mut self) -> Option<(Decimetres, u32)> {
        self.0.pop().map(|Reverse(key)| ((key >> 32) as u32, key as u32))
    }
}

/// Walks outwards from one place after the other, in buffers that are used again: a walk costs what it
/// reaches, whatever the size of the city. 4 bytes a place.
#[derive(Debug)]
pub struct Walk<'a> {
    streets: &'a Streets,
    /// By rank; [`UNREACHED`] between two walks.
    far: Vec<Decimetres>,
    /// The ranks in the order in which they were settled.
    settled: Vec<u32>,
    /// The ranks whose distance must be taken back.
    touched: Vec<u32>,
    queue: Queue,
    reached: Vec<Reached>,
}

impl<'a> Walk<'a> {
    /// Buffers for these streets.
    #[must_use]
    pub fn new(streets: &'a Streets) -> Self {
        let far = vec![UNREACHED; streets.places().len()];
        let (settled, touched, reached) = (Vec::new(), Vec::new(), Vec::new());
        Walk { streets, far, settled, touched, queue: Queue::default(), reached }
    }

    /// Everyone who walks at most `limit` to `station`, nearest first. A place exactly at the limit is
    /// within. A station that is not on these streets reaches nobody.
    pub fn within(&mut self, station: PlaceId, limit: Decimetres) -> &[Reached] {
        self.walk(station, limit);
        let at = |rank: &u32| (self.streets.place_at(*rank), self.far[*rank as usize]);
        self.reached.clear();
        self.reached.extend(self.settled.iter().map(at).map(|(place, far)| Reached { place, far }));
        for rank in self.touched.drain(..) {
            self.far[rank as usize] = UNREACHED;
        }
        &self.reached
    }

    fn walk(&mut self, station: PlaceId, limit: Decimetres) {
        self.settled.clear();
        let Some(start) = self.streets.rank(station) else { return };
        // The last number is not a distance.
        let limit = limit.min(UNREACHED - 1);
        self.far[start as usize] = 0;
        self.touched.push(start);
        self.queue.push(0, start);
        while let Some((far, rank)) = self.queue.pop() {
            if far > self.far[rank as usize] {
                continue;
            }
            self.settled.push(rank);
            for arc in self.streets.arcs_of(rank) {
                let there = far.saturating_add(arc.cost);
                let known = &mut self.far[arc.to as usize];
                if there <= limit && there < *known {
                    if *known == UNREACHED {
                        self.touched.push(arc.to);
                    }
                    *known = there;
                    self.queue.push(there, arc.to);
                }
            }
        }
    }
}

/// The nearest station of every place, in the order of the places; nothing where no way leads to any.
/// Of equally near stations the one given first.
#[must_use]
pub fn nearest(streets: &Streets, stations: &[PlaceId]) -> Vec<Option<Nearest>> {
    let nobody = Nearest { station: u32::MAX, far: UNREACHED };
    let mut best = vec![nobody; streets.places().len()];
    let mut queue = Queue::default();
    for (station, place) in (0..).zip(stations) {
        let Some(rank) = streets.rank(*place) else { continue };
        if best[rank as usize].far != 0 {
            best[rank as usize] = Nearest { station, far: 0 };
            queue.push(0, rank);
        }
    }
    while let Some((far, rank)) = queue.pop() {
        let Nearest { station, far: known } = best[rank as usize];
        if far > known {
            continue;
        }
        for arc in streets.arcs_of(rank) {
            let there = Nearest { station, far: far.saturating_add(arc.cost) };
            let old = &mut best[arc.to as usize];
            if (there.far, there.station) < (old.far, old.station) && there.far != UNREACHED {
                *old = there;
                queue.push(there.far, arc.to);
            }
        }
    }
    let found = |place| streets.rank(place).map(|rank| best[rank as usize]);
    (0..streets.count()).map(|place| found(place).filter(|near| near.far != UNREACHED)).collect()
}
