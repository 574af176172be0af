//! The moves from one sink to another.

/// What a move costs without prices, and of which point.
pub(super) type Move = (i64, u32);

/// No move.
pub(super) const NOBODY: Move = (i64::MAX / 4, u32::MAX);

/// The moves from one sink to another, as far as they are looked for.
#[derive(Debug, Clone)]
pub(super) struct Lane {
    pub(super) to: u32,
    /// The cheapest; [`NOBODY`] where there is none.
    pub(super) first: Move,
    /// The others, and some of points that have left.
    others: Vec<Move>,
    /// Whether the last of the others come next.
    is_sorted: bool,
}

impl Lane {
    pub(super) fn new(to: u32) -> Self {
        Self { to, first: NOBODY, others: Vec::new(), is_sorted: false }
    }

    /// The same moves, to this sink.
    pub(super) fn towards(self, to: u32) -> Self {
        Self { to, ..self }
    }

    /// Adds a move.
    pub(super) fn add(&mut self, new: Move) {
        let later = std::cmp::max(self.first, new);
        self.first = self.first.min(new);
        if later == NOBODY {
            return;
        }
        let place = match self.is_sorted {
            true => self.others.partition_point(|other| *other > later),
            false => self.others.len(),
        };
        self.others.insert(place, later);
    }

    /// The next move of somebody who stands there comes first.
    pub(super) fn drop_first(&mut self, stands: impl Fn(u32) -> bool) {
        if !std::mem::replace(&mut self.is_sorted, true) {
            self.others.sort_unstable_by(|one, other| other.cmp(one));
        }
        self.first = NOBODY;
        while let Some(next) = self.others.pop() {
            if stands(next.1) {
                self.first = next;
                break;
            }
        }
    }
}

/// Lanes from or to one sink while they are made.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// By sink at their other end: which lane.
    place: Vec<usize>,
    lanes: Vec<(usize, Lane)>,
}

impl Found {
    pub(super) fn new(sinks: usize) -> Self {
        Self { place: vec![usize::MAX; sinks], lanes: Vec::new() }
    }

    pub(super) fn add(&mut self, sink: usize, new: Move) {
        let place = &mut self.place[sink];
        if *place == usize::MAX {
            *place = self.lanes.len();
            self.lanes.push((sink, Lane::new(0)));
        }
        self.lanes[*place].1.add(new);
    }

    pub(super) fn drain(&mut self) -> Vec<(usize, Lane)> {
        let lanes = std::mem::take(&mut self.lanes);
        lanes.iter().for_each(|(sink, _)| self.place[*sink] = usize::MAX);
        lanes
    }
}

pub(super) fn lane_to(lanes: &[Lane], to: u32) -> Option<&Lane> {
    lanes.binary_search_by_key(&to, |lane| lane.to).ok().map(|at| &lanes[at])
}
