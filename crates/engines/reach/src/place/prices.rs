//! The bound: a price on every group proves how many people any `k` sites can cover at most.
//!
//! Let every group pay its price to each open site that covers it, and pay at most its people. A group is
//! then worth at most its people less its price by itself, and `k` sites take in at most the `k` highest sums
//! of prices: no choice covers more than both together (Lagrangian relaxation of "covered only by an open
//! site"). All of it is counted in whole numbers, so that no rounding can spoil the proof. Good prices are
//! found by walking down the subgradient.

use super::cover::{Cover, Fate};

/// Prices on the groups of a cover, and what they prove.
#[derive(Debug, Clone)]
pub(super) struct Prices {
    /// In parts of a person.
    pub(super) price: Vec<i64>,
    /// What each site takes in.
    worth: Vec<i64>,
    /// The sites that take in most.
    top: Vec<u32>,
    /// The least worth among the top, and the greatest outside it.
    last_in: i64,
    first_out: i64,
    /// No choice covers more: in parts of a person.
    bound: i128,
}

/// How many parts a person is counted in: as many as the numbers allow, at most 65,536.
pub(super) fn parts(total: i64) -> i64 {
    (i64::MAX / 8 / total.max(1)).clamp(1, 1 << 16)
}

impl Prices {
    /// What these prices prove about `k` sites of `cover`.
    pub(super) fn new(cover: &Cover, k: usize, parts: i64, price: Vec<i64>) -> Prices {
        let sum = |groups: &[u32]| groups.iter().map(|group| price[*group as usize]).sum();
        let worth: Vec<i64> = cover.groups.iter().map(sum).collect();
        let mut top: Vec<u32> = (0..worth.len() as u32).collect();
        let order = |site: &u32| (std::cmp::Reverse(worth[*site as usize]), *site);
        let mut first_out = 0;
        if k < top.len() {
            let (_, next, _) = top.select_nth_unstable_by_key(k, order);
            first_out = worth[*next as usize];
            top.truncate(k);
        }
        let taken = top.iter().map(|site| i128::from(worth[*site as usize])).sum::<i128>();
        let last_in = top.iter().map(|site| worth[*site as usize]).min().unwrap_or(0);
        let left = |(price, people): (&i64, &i64)| i128::from(people * parts - price);
        let bound = taken + price.iter().zip(&cover.people).map(left).sum::<i128>();
        Prices { price, worth, top, last_in, first_out, bound }
    }

    /// The most people any choice can cover.
    pub(super) fn bound(&self, parts: i64) -> i64 {
        whole(self.bound, parts)
    }

    /// The sites that take in most: the choice that the prices suggest.
    pub(super) fn top(&self) -> &[u32] {
        &self.top
    }

    /// What follows for a choice that covers more than `known` people: some sites must be in it, and some
    /// cannot be.
    pub(super) fn fates(&self, known: i64, parts: i64) -> Vec<Fate> {
        let hopeless = |change: i64| whole(self.bound - i128::from(change), parts) <= known;
        let mut fates: Vec<Fate> = self
            .worth
            .iter()
            .map(|worth| if hopeless(self.last_in - worth) { Fate::Out } else { Fate::Open })
            .collect();
        for site in &self.top {
            let without = hopeless(self.worth[*site as usize] - self.first_out);
            fates[*site as usize] = if without { Fate::In } else { Fate::Open };
        }
        fates
    }
}

fn whole(sum: i128, parts: i64) -> i64 {
    i64::try_from(sum.div_euclid(i128::from(parts))).unwrap_or(i64::MAX)
}

/// Walks down to better prices.
#[derive(Debug)]
pub(super) struct Descent {
    /// The best so far.
    pub(super) best: Prices,
    at: Prices,
    direction: Vec<f64>,
    /// How often each site was at the top of late, between 0 and 1.
    often: Vec<f64>,
    step: f64,
    idle: u32,
}

impl Descent {
    pub(super) fn new(start: Prices, step: f64) -> Self {
        let (direction, often) = (vec![0.0; start.price.len()], vec![0.0; start.worth.len()]);
        Descent { at: start.clone(), best: start, direction, often, step, idle: 0 }
    }

    /// The site about which the prices waver most: it costs the bound most to decide it either way.
    pub(super) fn doubtful(&self) -> Option<u32> {
        let waver = |site: &u32| {
            let often = self.often[*site as usize];
            often.min(1.0 - often) * self.best.worth[*site as usize] as f64
        };
        (0..self.often.len() as u32).max_by(|a, b| waver(a).total_cmp(&waver(b)).then(b.cmp(a)))
    }

    /// No more is to be hoped for.
    pub(super) fn is_spent(&self) -> bool {
        self.step < 1e-3
    }

    /// One step: a group that is paid for by several top sites pays less, one that none covers pays more.
    /// Directions are averaged with those before, because single ones point this way and that.
    pub(super) fn step(&mut self, cover: &Cover, k: usize, parts: i64, known: i64) {
        const KEEP: f64 = 0.7;
        const FORGET: f64 = 0.05;
        let mut times = vec![0_i32; cover.people.len()];
        self.often.iter_mut().for_each(|often| *often *= 1.0 - FORGET);
        for site in &self.at.top {
            self.often[*site as usize] += FORGET;
            cover.groups.get(*site as usize).iter().for_each(|group| times[*group as usize] += 1);
        }
        let mut square = 0.0;
        for (group, direction) in self.direction.iter_mut().enumerate() {
            let (price, most) = (self.at.price[group], cover.people[group] * parts);
            let counts_itself = i32::from(price < most || times[group] > 0);
            let mut slope = f64::from(counts_itself - times[group]);
            if price == 0 && slope < 0.0 {
                slope = 0.0;
            }
            *direction = KEEP * *direction + (1.0 - KEEP) * slope;
            square += *direction * *direction;
        }
        if square <= f64::EPSILON {
            self.step = 0.0;
            return;
        }
        let gap = (self.at.bound - i128::from(known) * i128::from(parts)).max(1) as f64;
        let length = self.step * gap / square;
        let moved = |group: usize| {
            let price = self.at.price[group] as f64 + length * self.direction[group];
            (price as i64).clamp(0, cover.people[group] * parts)
        };
        let price = (0..cover.people.len()).map(moved).collect();
        self.at = Prices::new(cover, k, parts, price);
        if self.at.bound < self.best.bound {
            self.best = self.at.clone();
            self.idle = 0;
        } else {
            self.idle += 1;
        }
        if self.idle >= 15 {
            self.idle = 0;
            self.step /= 2.0;
            self.at = self.best.clone();
            self.direction.fill(0.0);
        }
    }

    /// Where the walk stands now.
    pub(super) fn now(&self) -> &Prices {
        &self.at
    }
}
