//! A choice of sites, made greedily and improved by exchanges: what the bound is measured against.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::cover::Cover;

/// Sites that are chosen, and how often each group is covered by them.
#[derive(Debug, Clone)]
pub(super) struct Choice<'a> {
    cover: &'a Cover,
    chosen: Vec<u32>,
    times: Vec<u32>,
    pub(super) people: i64,
}

/// The best exchange of one chosen site for another.
struct Exchange {
    gain: i64,
    /// Its place among the chosen.
    out: usize,
    site: u32,
}

impl<'a> Choice<'a> {
    pub(super) fn new(cover: &'a Cover, sites: impl IntoIterator<Item = u32>) -> Self {
        let mut choice = Choice { cover, chosen: Vec::new(), times: vec![0; cover.people.len()], people: 0 };
        sites.into_iter().for_each(|site| choice.add(site));
        choice
    }

    pub(super) fn names(&self) -> impl Iterator<Item = u32> {
        self.chosen.iter().map(|site| self.cover.names[*site as usize])
    }

    fn add(&mut self, site: u32) {
        self.chosen.push(site);
        for group in self.cover.groups.get(site as usize).iter().map(|group| *group as usize) {
            self.people += if self.times[group] == 0 { self.cover.people[group] } else { 0 };
            self.times[group] += 1;
        }
    }

    fn drop_at(&mut self, at: usize) {
        let site = self.chosen.swap_remove(at);
        for group in self.cover.groups.get(site as usize).iter().map(|group| *group as usize) {
            self.times[group] -= 1;
            self.people -= if self.times[group] == 0 { self.cover.people[group] } else { 0 };
        }
    }

    fn gain(&self, site: u32) -> i64 {
        let groups = self.cover.groups.get(site as usize).iter().map(|group| *group as usize);
        groups.filter(|group| self.times[*group] == 0).map(|group| self.cover.people[group]).sum()
    }

    /// Adds the site that gains most, again and again, up to `k` sites, and gives each with its gain. A gain
    /// only ever falls, so that the top of the heap is right as soon as it has been counted anew.
    pub(super) fn fill(&mut self, k: usize) -> Vec<(u32, i64)> {
        let mut added = Vec::new();
        let rival = |site: u32| Reverse(site);
        let mut heap: BinaryHeap<_> = (0..self.cover.names.len() as u32)
            .map(|site| (self.gain(site), rival(site)))
            .filter(|(gain, _)| *gain > 0)
            .collect();
        while self.chosen.len() < k {
            let Some((believed, Reverse(site))) = heap.pop() else { break };
            match self.gain(site) {
                0 => {}
                gain if gain == believed => {
                    self.add(site);
                    added.push((self.cover.names[site as usize], gain));
                }
                gain => heap.push((gain, rival(site))),
            }
        }
        added
    }

    /// Exchanges single sites as long as that gains people, and says how often it looked at all sites.
    pub(super) fn improve(&mut self) -> u64 {
        let mut looks = 1;
        while let Some(best) = self.best_exchange().filter(|best| best.gain > 0) {
            self.drop_at(best.out);
            self.add(best.site);
            looks += 1;
        }
        looks
    }

    /// One pass over all sites finds the best exchange: what leaves with a chosen site is what it alone
    /// covers, less what the newcomer covers of that.
    fn best_exchange(&self) -> Option<Exchange> {
        let cover = self.cover;
        let mut only = vec![u32::MAX; cover.people.len()];
        let mut loss = vec![0; self.chosen.len()];
        let mut is_chosen = vec![false; cover.names.len()];
        for (at, site) in (0..).zip(&self.chosen) {
            is_chosen[*site as usize] = true;
            for group in cover.groups.get(*site as usize).iter().map(|group| *group as usize) {
                if self.times[group] == 1 {
                    only[group] = at;
                    loss[at as usize] += cover.people[group];
                }
            }
        }
        let least = (0..loss.len()).min_by_key(|at| loss[*at])?;
        let mut kept = vec![0; loss.len()];
        let mut best: Option<Exchange> = None;
        for site in (0..cover.names.len() as u32).filter(|site| !is_chosen[*site as usize]) {
            let groups = || cover.groups.get(site as usize).iter().map(|group| *group as usize);
            let mut gain = 0;
            let mut out = least;
            for group in groups() {
                if self.times[group] == 0 {
                    gain += cover.people[group];
                } else if only[group] != u32::MAX {
                    let at = only[group] as usize;
                    kept[at] += cover.people[group];
                    if loss[at] - kept[at] < loss[out] - kept[out] {
                        out = at;
                    }
                }
            }
            gain += kept[out] - loss[out];
            groups()
                .filter(|group| only[*group] != u32::MAX)
                .for_each(|group| kept[only[group] as usize] = 0);
            if gain > best.as_ref().map_or(0, |best| best.gain) {
                best = Some(Exchange { gain, out, site });
            }
        }
        best
    }
}
