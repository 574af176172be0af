//! The proof: prices bound the problem, decide most sites and leave a smaller one; what stays in doubt is
//! tried both ways.

use super::choice::Choice;
use super::cover::{Cover, Fate};
use super::prices::{Descent, Prices, parts};
use crate::watch::{Stopped, Watch};

/// The best choice known, and how many people none can exceed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) sites: Vec<u32>,
    pub(super) people: i64,
    pub(super) bound: i64,
    /// How many problems were looked into.
    pub(super) problems: usize,
}

/// A problem with some sites decided.
struct Problem {
    cover: Cover,
    /// How many sites are still to be chosen.
    k: usize,
    /// The candidates that are in, and whom they cover.
    taken: Vec<u32>,
    served: i64,
    prices: Vec<i64>,
    /// No choice here covers more.
    bound: i64,
}

/// Steps between two looks at what the prices decide.
const ROUND: usize = 40;

/// The best `k` sites, looking at no more than about `effort` pairs of a site and a group.
pub(super) fn search(cover: Cover, k: usize, effort: u64, watch: &mut dyn Watch) -> Result<Found, Stopped> {
    let total: i64 = cover.people.iter().sum();
    let best = Found { sites: Vec::new(), people: 0, bound: total, problems: 0 };
    let mut search = Search { parts: parts(total), effort, spent: 0, best, watch };
    let prices = vec![0; cover.people.len()];
    let first = Problem { cover, k, taken: Vec::new(), served: 0, prices, bound: total };
    let mut open = vec![first];
    while let Some(at) = search.next(&open) {
        let problem = open.remove(at);
        if search.spent >= effort {
            open.push(problem);
            break;
        }
        if problem.bound > search.best.people {
            search.best.problems += 1;
            open.extend(search.look_into(problem)?);
        }
    }
    let doubt = open.iter().map(|problem| problem.bound).max().unwrap_or(0);
    search.best.bound = doubt.max(search.best.people);
    Ok(search.best)
}

struct Search<'w> {
    parts: i64,
    effort: u64,
    /// How many pairs of a site and a group were looked at.
    spent: u64,
    best: Found,
    watch: &'w mut dyn Watch,
}

impl Search<'_> {
    /// Which problem comes next: mostly the last, to go down to a choice, and now and then the one that
    /// keeps the bound up.
    fn next(&self, open: &[Problem]) -> Option<usize> {
        const DIVES: usize = 4;
        if !self.best.problems.is_multiple_of(DIVES) {
            return open.len().checked_sub(1);
        }
        (0..open.len()).max_by_key(|at| (open[*at].bound, *at))
    }

    /// Settles a problem or parts it in two.
    fn look_into(&mut self, mut problem: Problem) -> Result<Vec<Problem>, Stopped> {
        self.tell()?;
        self.clear(&mut problem);
        self.try_choice(&problem, &[]);
        loop {
            if problem.k == 0 || problem.cover.people.is_empty() {
                self.keep(problem.taken.clone(), problem.served);
                return Ok(Vec::new());
            }
            let (prices, doubtful) = self.descend(&problem)?;
            let known = self.best.people - problem.served;
            problem.bound = problem.bound.min(problem.served + prices.bound(self.parts));
            if problem.bound <= self.best.people {
                return Ok(Vec::new());
            }
            let fates = prices.fates(known, self.parts);
            let decided = fates.iter().filter(|fate| **fate != Fate::Open).count();
            problem.prices = prices.price;
            if decided > 0 {
                let Some(smaller) = problem.decided(&fates) else { return Ok(Vec::new()) };
                problem = smaller;
                self.clear(&mut problem);
            }
            if self.spent >= self.effort {
                return Ok(vec![problem]);
            }
            if let Some(site) = doubtful.filter(|_| decided == 0) {
                return Ok(problem.parted(site));
            }
        }
    }

    /// The effort that is spent is how far it is: a proof may come long before.
    fn tell(&mut self) -> Result<(), Stopped> {
        let percent = (self.spent.saturating_mul(100) / self.effort.max(1)).min(100) as usize;
        if self.watch.step(percent, 100).is_break() { Err(Stopped) } else { Ok(()) }
    }

    /// Leaves out the sites that another outdoes.
    fn clear(&self, problem: &mut Problem) {
        let fate = |out: bool| if out { Fate::Out } else { Fate::Open };
        let fates: Vec<Fate> = problem.cover.dominated().into_iter().map(fate).collect();
        if fates.contains(&Fate::Out) {
            (problem.cover, problem.prices) = problem.cover.rest(&fates, &problem.prices);
        }
    }

    fn try_choice(&mut self, problem: &Problem, sites: &[u32]) {
        let mut choice = Choice::new(&problem.cover, sites.iter().copied());
        choice.fill(problem.k);
        // What falls far short now will not be the best after a few exchanges either.
        if (problem.served + choice.people) as f64 > 0.99 * self.best.people as f64 {
            self.spent += problem.cover.pairs() * choice.improve();
        }
        if problem.served + choice.people > self.best.people {
            let sites = problem.taken.iter().copied().chain(choice.names()).collect();
            self.keep(sites, problem.served + choice.people);
        }
    }

    fn keep(&mut self, sites: Vec<u32>, people: i64) {
        if people > self.best.people {
            self.best.sites = sites;
            self.best.people = people;
        }
    }

    /// Steps towards better prices. When more of them would not help it also gives the site to try both
    /// ways.
    fn descend(&mut self, problem: &Problem) -> Result<(Prices, Option<u32>), Stopped> {
        let (cover, k) = (&problem.cover, problem.k);
        let start = Prices::new(cover, k, self.parts, problem.prices.clone());
        // The prices of a problem that was parted are nearly right for its parts.
        let stride = if self.best.problems == 1 { 1.0 } else { 0.25 };
        let mut descent = Descent::new(start, stride);
        let mut steps = 0;
        while !descent.is_spent() && problem.served + descent.best.bound(self.parts) > self.best.people {
            descent.step(cover, k, self.parts, self.best.people - problem.served);
            steps += 1;
            self.spent += cover.pairs();
            if steps % (ROUND / 2) == 0 {
                self.tell()?;
                self.try_choice(problem, descent.now().top());
            }
            if steps % ROUND == 0 {
                let fates = descent.best.fates(self.best.people - problem.served, self.parts);
                let decided = fates.iter().filter(|fate| **fate != Fate::Open).count();
                if decided * 10 >= fates.len() || self.spent >= self.effort {
                    return Ok((descent.best, None));
                }
            }
        }
        let doubtful = descent.doubtful();
        Ok((descent.best, doubtful))
    }
}

impl Problem {
    /// What is left once these sites are decided; nothing when more are in than may be.
    fn decided(&self, fates: &[Fate]) -> Option<Problem> {
        let is_in = |site: &usize| fates[*site] == Fate::In;
        let names = (0..fates.len()).filter(is_in).map(|site| self.cover.names[site]);
        let taken: Vec<u32> = self.taken.iter().copied().chain(names).collect();
        let k = (self.k + self.taken.len()).checked_sub(taken.len())?;
        let served = self.served + self.cover.served(fates);
        let (cover, prices) = self.cover.rest(fates, &self.prices);
        Some(Problem { cover, k, taken, served, prices, bound: self.bound })
    }

    /// The problem without `site`, and the one with it, which is looked into first.
    fn parted(self, site: u32) -> Vec<Problem> {
        let ways = [Fate::Out, Fate::In].map(|fate| {
            let mut fates = vec![Fate::Open; self.cover.names.len()];
            fates[site as usize] = fate;
            self.decided(&fates)
        });
        ways.into_iter().flatten().collect()
    }
}
