//! Bringing loads and capacities together, one cheapest path after the other.

use super::search::Search;
use super::state::{Lane, Transport, number};
use super::{Costs, Watch};
use crate::Cancelled;

/// How many paths lie between two reports.
const PATHS_PER_REPORT: usize = 1000;

impl<C: Costs> Transport<C> {
    /// Goes on from an earlier plan: who may not stand there any more goes where they pay least, then loads are mended.
    pub(super) fn resume(&mut self, watch: Watch<'_>) -> Result<(), Cancelled> {
        self.improve();
        self.mend(watch)?;
        self.balance(watch)
    }

    /// The best plan over all pairs, whatever was believed before.
    pub(crate) fn prove(&mut self, watch: Watch<'_>) -> Result<(), Cancelled> {
        self.doubt_all();
        self.improve();
        self.settle(watch)
    }

    /// The best plan over all pairs: balances, looks for pairs that would help, and so on until none does.
    pub(crate) fn settle(&mut self, watch: Watch<'_>) -> Result<(), Cancelled> {
        loop {
            self.balance(watch)?;
            if !self.improve() {
                return Ok(());
            }
        }
    }

    /// The best plan again, after capacities changed since it was.
    pub(crate) fn resettle(&mut self, watch: Watch<'_>) -> Result<(), Cancelled> {
        self.mend(watch)?;
        self.settle(watch)
    }

    fn balance(&mut self, watch: Watch<'_>) -> Result<(), Cancelled> {
        let mut search = Search::new(self.load.len());
        let mut paths = 0;
        for sink in 0..self.nowhere() {
            while self.load[sink] > self.capacity[sink] {
                self.relieve(&mut search, sink);
                paths += 1;
                if paths % PATHS_PER_REPORT == 0 {
                    self.report(watch)?;
                }
            }
        }
        let wanting = |sink: usize| self.load[sink] < self.capacity[sink] && self.price[sink] > 0;
        // A plan from nothing has all its points look around first; then all ways are there.
        if self.looked.iter().all(|looked| *looked) && (0..self.nowhere()).any(wanting) {
            (0..self.load.len()).for_each(|sink| self.open(sink));
        }
        for sink in 0..self.nowhere() {
            while self.load[sink] < self.capacity[sink] && self.price[sink] > 0 {
                self.fill(&mut search, sink);
                paths += 1;
                if paths % PATHS_PER_REPORT == 0 {
                    self.report(watch)?;
                }
            }
        }
        self.report(watch)
    }

    pub(super) fn report(&self, watch: Watch<'_>) -> Result<(), Cancelled> {
        let excess = |sink: usize| (self.load[sink] - self.capacity[sink]).max(0);
        if watch((0..self.nowhere()).map(excess).sum()).is_break() { Err(Cancelled) } else { Ok(()) }
    }

    /// Moves some of the persons who are too many at `source` along the cheapest path to where there is room.
    /// Prices rise on the way, so that everyone else still stands where it is cheapest.
    fn relieve(&mut self, search: &mut Search, source: usize) {
        search.start(source);
        while let Some((sink, distance)) = search.next() {
            if self.load[sink] < self.capacity[sink] {
                if sink == self.nowhere() && self.widen(&search.settled) {
                    return;
                }
                for settled in &search.settled {
                    self.change_price(*settled, distance - search.distance[*settled]);
                }
                self.follow(search, source, sink);
                return;
            }
            search.settled.push(sink);
            self.open(sink);
            self.freshen(sink);
            let price = self.price[sink];
            for lane in self.lanes[sink].iter().flatten() {
                let (Some((delta, point)), to) = (lane.top, lane.to as usize) else { continue };
                let there = distance + delta + self.price[to] - price;
                if there < search.limit && !search.done[to] {
                    if self.load[to] < self.capacity[to] {
                        search.limit = there;
                    }
                    search.reach(to, there, (number(sink), point));
                }
            }
        }
    }

    pub(super) fn change_price(&mut self, sink: usize, by: i64) {
        self.price[sink] += by;
        self.doubt.priced(sink, by);
    }

    fn follow(&mut self, search: &Search, source: usize, target: usize) {
        let mut persons =
            (self.load[source] - self.capacity[source]).min(self.capacity[target] - self.load[target]);
        let mut sink = target;
        while sink != source {
            let (from, point) = search.by[sink];
            persons = persons.min(self.persons_at(point, from));
            sink = from as usize;
        }
        let mut sink = target;
        while sink != source {
            let (from, point) = search.by[sink];
            self.shift(point, from as usize, sink, persons);
            sink = from as usize;
        }
    }

    /// Fills a sink that has room and yet a price: lowers prices around it, and lets in whoever then would
    /// rather stand there, until it is full or costs nothing.
    fn fill(&mut self, search: &mut Search, target: usize) {
        search.start(target);
        // The price that would first become nothing, as a distance, and whose.
        let mut free = (i64::MAX, target);
        while let Some((sink, distance)) = search.next() {
            if distance >= free.0 {
                break;
            }
            search.settled.push(sink);
            self.make_known(sink);
            free = free.min((distance + self.price[sink], sink));
            for index in 0..self.into[sink].len() {
                let from = self.into[sink][index] as usize;
                if search.done[from] {
                    continue;
                }
                self.freshen(from);
                let to_here = |lanes: &Vec<Lane>| {
                    let lane = lanes.binary_search_by_key(&number(sink), |lane| lane.to).ok()?;
                    lanes[lane].top
                };
                let Some((delta, point)) = self.lanes[from].as_ref().and_then(to_here) else { continue };
                let step = delta + self.price[sink] - self.price[from];
                search.reach(from, distance + step, (number(sink), point));
            }
        }
        let (lower, source) = free;
        for settled in &search.settled {
            self.change_price(*settled, -(lower - search.distance[*settled]).max(0));
        }
        self.lead(search, source, target);
    }

    /// Moves persons along the path that [`Self::fill`] found, from a sink that costs nothing now.
    fn lead(&mut self, search: &Search, source: usize, target: usize) {
        let mut persons = self.capacity[target] - self.load[target];
        let mut sink = source;
        while sink != target {
            let (to, point) = search.by[sink];
            persons = persons.min(self.persons_at(point, number(sink)));
            sink = to as usize;
        }
        let mut sink = source;
        while sink != target {
            let (to, point) = search.by[sink];
            self.shift(point, sink, to as usize, persons);
            sink = to as usize;
        }
    }
}
