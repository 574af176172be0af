//! Whole households and many members who can take a few each: the shortest choice over all pairs.
//!
//! Every household stays, from beginning to end, with a member where metres + price is least; members have too many
//! at first. Prices begin at nothing and only rise: first each member who has too many asks so much that just enough
//! look elsewhere ([`Choice::haggle`]), then one cheapest path after the other leads from a member with too many to one with a
//! free hand ([`Choice::relieve`]). A price above nothing is only ever asked by members whose hands are full, so the prices
//! prove the choice.
//!
//! A household knows a few of the cheapest members and how cheap any other is at least; since prices only rise, that
//! holds until a search goes beyond it, and then the household looks around again.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use crate::Cancelled;
use crate::cheapest::{Cheapest, Found};
use crate::ground::Sink;
use crate::plan::Progress;

/// How many members a household knows.
const KNOWN: usize = 16;
/// How often members may ask for more before paths are searched, for each of them.
const ASKED: usize = 60;
/// After so many paths the boxes of the tree learn the prices, and the outside how far the work is.
const PATHS: usize = 500;

/// A member a household knows.
#[derive(Debug, Clone, Copy)]
struct Way {
    to: u32,
    metres: i64,
}

/// What a search may come to next: a member, or the edge of what a household knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Member(u32),
    Edge(u32),
}

/// Which household is with which member.
pub(super) struct Choice {
    homes: Vec<(i32, i32)>,
    tree: Cheapest,
    capacity: Vec<usize>,
    /// By household: the member, or [`Self::nobody`], and the metres.
    at: Vec<Way>,
    /// By member: the households.
    with: Vec<Vec<u32>>,
    ways: Vec<Vec<Way>>,
    /// By household: at most what any member costs that it does not know.
    edge: Vec<i64>,
    /// What it costs to be with nobody.
    far: i64,
    found: Vec<Found>,
}

/// A search from one member.
struct Search {
    distance: Vec<i64>,
    by: Vec<(u32, u32)>,
    settled: Vec<u32>,
    done: Vec<bool>,
    reached: Vec<u32>,
    open: BinaryHeap<Reverse<(i64, Next)>>,
    /// The least distance of anyone with a free hand so far.
    end: i64,
}

impl Choice {
    /// Everyone with the nearest member.
    pub(super) fn new(homes: Vec<(i32, i32)>, members: Vec<Sink>, capacity: Vec<usize>, far: i64) -> Self {
        let (count, all) = (members.len(), homes.len());
        let prices = vec![0; count];
        let mut choice = Self {
            at: Vec::with_capacity(all),
            ways: vec![Vec::new(); all],
            edge: vec![0; all],
            with: vec![Vec::new(); count + 1],
            tree: Cheapest::new(members, prices),
            found: Vec::new(),
            homes,
            capacity,
            far,
        };
        for home in 0..all {
            choice.look(home, KNOWN);
            let nobody = Way { to: choice.nobody(), metres: far };
            let nearest = choice.ways[home].first().copied().filter(|way| way.metres < far).unwrap_or(nobody);
            choice.at.push(nearest);
            choice.with[nearest.to as usize].push(number(home));
        }
        choice
    }

    /// Who is with nobody is with this one.
    pub(super) fn nobody(&self) -> u32 {
        number(self.capacity.len())
    }

    /// By household, the member.
    pub(super) fn chosen(&self) -> impl Iterator<Item = u32> {
        self.at.iter().map(|way| way.to)
    }

    /// By member, the price.
    pub(super) fn prices(&self) -> &[i64] {
        self.tree.prices()
    }

    fn price(&self, member: u32) -> i64 {
        self.tree.prices().get(member as usize).copied().unwrap_or(0)
    }

    fn has_room(&self, member: u32) -> bool {
        self.capacity.get(member as usize).is_none_or(|capacity| self.with[member as usize].len() < *capacity)
    }

    fn too_many(&self, member: u32) -> usize {
        let capacity = self.capacity.get(member as usize).copied().unwrap_or(usize::MAX);
        self.with[member as usize].len().saturating_sub(capacity)
    }

    /// Learns the cheapest members.
    fn look(&mut self, home: usize, most: usize) {
        let mut found = std::mem::take(&mut self.found);
        self.tree.find(self.homes[home], 0, (most, i64::MAX), |_| true, &mut found);
        self.edge[home] =
            if found.len() < most { i64::MAX } else { found.last().map_or(i64::MAX, |last| last.0) };
        self.ways[home].clear();
        self.ways[home].extend(found.iter().map(|(_, to, metres)| Way { to: *to, metres: *metres }));
        self.found = found;
    }

    /// Learns of members beyond the edge.
    fn look_farther(&mut self, home: usize) {
        let edge = self.edge[home];
        let mut most = self.ways[home].len().max(KNOWN);
        self.look(home, most);
        while self.edge[home] <= edge {
            most *= 2;
            self.look(home, most);
        }
    }

    /// The cheapest way but the one to `but`.
    fn next_best(&mut self, home: usize, but: u32) -> (i64, Way) {
        loop {
            let nobody = (self.far, Way { to: self.nobody(), metres: self.far });
            let best = self.ways[home]
                .iter()
                .filter(|way| way.to != but)
                .map(|way| (way.metres + self.price(way.to), *way))
                .fold(nobody, |best, other| if other.0 < best.0 { other } else { best });
            if best.0 <= self.edge[home] {
                return best;
            }
            self.look_farther(home);
        }
    }

    /// Finds the shortest choice.
    pub(super) fn settle(&mut self, progress: &mut Progress<'_>) -> Result<(), Cancelled> {
        self.haggle();
        self.report(progress)?;
        let mut search = Search::new(self.with.len());
        let mut paths = 0;
        for member in 0..self.nobody() {
            while self.too_many(member) > 0 {
                self.relieve(&mut search, member);
                paths += 1;
                if paths % PATHS == 0 {
                    self.tree.refresh();
                    self.report(progress)?;
                }
            }
        }
        self.report(progress)
    }

    fn report(&self, progress: &mut Progress<'_>) -> Result<(), Cancelled> {
        let excess: usize = (0..self.nobody()).map(|member| self.too_many(member)).sum();
        if progress(i64::try_from(excess).unwrap_or(i64::MAX)).is_break() { Err(Cancelled) } else { Ok(()) }
    }

    /// Whoever has too many asks for more until just enough would rather go elsewhere.
    fn haggle(&mut self) {
        let mut waiting: VecDeque<u32> =
            (0..self.nobody()).filter(|member| self.too_many(*member) > 0).collect();
        let mut asked = 0;
        while let Some(member) = waiting.pop_front() {
            let leaving = self.too_many(member);
            if leaving == 0 {
                continue;
            }
            asked += 1;
            if asked > ASKED * self.capacity.len() {
                break;
            }
            if asked % self.capacity.len().max(64) == 0 {
                self.tree.refresh();
            }
            let homes = std::mem::take(&mut self.with[member as usize]);
            let price = self.price(member);
            let mut by_loss: Vec<(i64, u32, Way)> = Vec::with_capacity(homes.len());
            for home in homes {
                let (pays, way) = self.next_best(home as usize, member);
                by_loss.push((pays - self.at[home as usize].metres - price, home, way));
            }
            by_loss.sort_unstable_by_key(|(loss, home, _)| (*loss, *home));
            let more = by_loss[leaving - 1].0;
            self.tree.raise(member as usize, more);
            for (_, home, way) in &by_loss[..leaving] {
                self.at[*home as usize] = *way;
                self.with[way.to as usize].push(*home);
                if self.too_many(way.to) == 1 {
                    waiting.push_back(way.to);
                }
            }
            self.with[member as usize].extend(by_loss[leaving..].iter().map(|(_, home, _)| *home));
        }
        self.tree.refresh();
    }

    /// Moves one household too many along the cheapest path to a free hand. Prices rise on the way, so that all
    /// others still are where it is cheapest.
    fn relieve(&mut self, search: &mut Search, source: u32) {
        search.start(source);
        while let Some(Reverse((distance, next))) = search.open.pop() {
            match next {
                Next::Edge(home) => {
                    let home = home as usize;
                    // It may have looked around since.
                    if distance < search.end {
                        self.look_farther(home);
                        self.reach_from(search, home);
                    }
                }
                Next::Member(member) => {
                    if std::mem::replace(&mut search.done[member as usize], true) {
                        continue;
                    }
                    if self.has_room(member) {
                        for settled in &search.settled {
                            self.tree.raise(*settled as usize, distance - search.distance[*settled as usize]);
                        }
                        return self.follow(search, source, member);
                    }
                    search.settled.push(member);
                    for index in 0..self.with[member as usize].len() {
                        let home = self.with[member as usize][index] as usize;
                        self.reach_from(search, home);
                    }
                }
            }
        }
    }

    fn reach_from(&self, search: &mut Search, home: usize) {
        let here = self.at[home];
        let by = (here.to, number(home));
        let base = search.distance[here.to as usize] - here.metres - self.price(here.to);
        for way in &self.ways[home] {
            let distance = base + way.metres + self.price(way.to);
            search.reach(way.to, distance, by, self.has_room(way.to));
        }
        search.reach(self.nobody(), base + self.far, by, true);
        if let Some(edge) = base.checked_add(self.edge[home]).filter(|edge| *edge < search.end) {
            search.open.push(Reverse((edge, Next::Edge(number(home)))));
        }
    }

    fn follow(&mut self, search: &Search, source: u32, target: u32) {
        let mut member = target;
        while member != source {
            let (from, home) = search.by[member as usize];
            let to = self.ways[home as usize].iter().find(|way| way.to == member).copied();
            self.at[home as usize] = to.unwrap_or(Way { to: member, metres: self.far });
            self.with[from as usize].retain(|other| *other != home);
            self.with[member as usize].push(home);
            member = from;
        }
    }
}

impl Search {
    fn new(members: usize) -> Self {
        Self {
            distance: vec![i64::MAX; members],
            by: vec![(0, 0); members],
            settled: Vec::new(),
            done: vec![false; members],
            reached: Vec::new(),
            open: BinaryHeap::new(),
            end: i64::MAX,
        }
    }

    fn start(&mut self, source: u32) {
        for member in self.reached.drain(..) {
            self.distance[member as usize] = i64::MAX;
            self.done[member as usize] = false;
        }
        self.settled.clear();
        self.open.clear();
        self.end = i64::MAX;
        self.reach(source, 0, (0, 0), false);
    }

    fn reach(&mut self, member: u32, distance: i64, by: (u32, u32), room: bool) {
        let known = &mut self.distance[member as usize];
        if distance >= *known || distance >= self.end {
            return;
        }
        if *known == i64::MAX {
            self.reached.push(member);
        }
        *known = distance;
        self.by[member as usize] = by;
        self.open.push(Reverse((distance, Next::Member(member))));
        if room {
            self.end = distance;
        }
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
