//! The bare problem: sites that each cover some groups of people, of which few may be opened.

use std::collections::HashMap;

use crate::lists::Lists;

/// Sites and groups. A group is all people whom exactly the same sites reach: whether one or another of them
/// is meant never matters, and there are far fewer groups than doors.
#[derive(Debug, Clone, Default)]
pub(super) struct Cover {
    /// Each site's number among the candidates.
    pub(super) names: Vec<u32>,
    /// The groups that each site covers.
    pub(super) groups: Lists,
    /// The sites that cover each group.
    pub(super) sites: Lists,
    /// The people of each group: never 0.
    pub(super) people: Vec<i64>,
}

/// A site in a smaller problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Still to be decided.
    Open,
    /// Built: whom it covers is counted already.
    In,
    /// Not built.
    Out,
}

impl Cover {
    /// From the sites that reach each group of people. Groups of the same sites become one, those that none
    /// reaches fall away; `prices` are summed with them.
    fn new(names: Vec<u32>, reached: &Lists, people: &[i64], prices: &[i64]) -> (Cover, Vec<i64>) {
        let mut cover = Cover { names, ..Cover::default() };
        let mut summed: Vec<i64> = Vec::new();
        let mut known: HashMap<&[u32], usize> = HashMap::new();
        for (group, sites) in reached.iter().enumerate() {
            if sites.is_empty() || people[group] == 0 {
                continue;
            }
            let next = cover.people.len();
            let at = *known.entry(sites).or_insert(next);
            if at == next {
                cover.sites.push(sites.iter().copied());
                cover.people.push(0);
                summed.push(0);
            }
            cover.people[at] += people[group];
            summed[at] += prices[group];
        }
        cover.groups = cover.sites.turned(cover.names.len());
        (cover, summed)
    }

    /// From the doors that each candidate reaches.
    pub(super) fn of_doors(doors: &Lists, people: &[i64]) -> Cover {
        let names = (0..).take(doors.len()).collect();
        Cover::new(names, &doors.turned(people.len()), people, &vec![0; people.len()]).0
    }

    /// What is left to decide once some sites are in and some are out.
    pub(super) fn rest(&self, fates: &[Fate], prices: &[i64]) -> (Cover, Vec<i64>) {
        let mut number = vec![u32::MAX; fates.len()];
        let mut names = Vec::new();
        for (site, _) in fates.iter().enumerate().filter(|(_, fate)| **fate == Fate::Open) {
            number[site] = names.len() as u32;
            names.push(self.names[site]);
        }
        let mut reached = Lists::default();
        for sites in self.sites.iter() {
            let served = sites.iter().any(|site| fates[*site as usize] == Fate::In);
            let open = sites.iter().map(|site| number[*site as usize]).filter(|site| *site != u32::MAX);
            reached.push(open.filter(|_| !served));
        }
        Cover::new(names, &reached, &self.people, prices)
    }

    /// How many pairs there are of a site and a group it covers: what one look at everything costs.
    pub(super) fn pairs(&self) -> u64 {
        self.groups.total() as u64
    }

    /// How many people the sites marked as in cover.
    pub(super) fn served(&self, fates: &[Fate]) -> i64 {
        let is_served = |sites: &[u32]| sites.iter().any(|site| fates[*site as usize] == Fate::In);
        self.sites
            .iter()
            .zip(&self.people)
            .filter(|(sites, _)| is_served(sites))
            .map(|(_, people)| people)
            .sum()
    }

    /// Sites that cover nothing another site does not cover as well: some best choice does without them.
    pub(super) fn dominated(&self) -> Vec<bool> {
        let mut out = vec![false; self.names.len()];
        let mut held = vec![false; self.people.len()];
        for site in 0..self.names.len() {
            let mine = self.groups.get(site);
            // Whoever covers all of mine covers the one that fewest cover.
            let rarest = mine.iter().min_by_key(|group| self.sites.get(**group as usize).len());
            let Some(rarest) = rarest else {
                out[site] = true;
                continue;
            };
            for other in self.sites.get(*rarest as usize).iter().map(|other| *other as usize) {
                let theirs = self.groups.get(other);
                let may = other != site && !out[other] && theirs.len() >= mine.len();
                // Of two equal sites the first stays.
                if !may || (theirs.len() == mine.len() && other > site) {
                    continue;
                }
                theirs.iter().for_each(|group| held[*group as usize] = true);
                let all = mine.iter().all(|group| held[*group as usize]);
                theirs.iter().for_each(|group| held[*group as usize] = false);
                if all {
                    out[site] = true;
                    break;
                }
            }
        }
        out
    }
}
