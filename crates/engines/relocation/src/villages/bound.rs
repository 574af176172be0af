//! How few shelters villages could do with at the least.
//!
//! Let every person pay something to be placed and every shelter ask a price for each place, and let no village gain more than a
//! pair is worth by any one shelter: whatever its people pay beyond their metres and the price there, added up where that
//! is more than nothing. Then in any plan a pair of a village and a shelter it uses gains at most its worth, and so
//!
//! metres + worth × pairs ≥ Σ payments − Σ price × capacity.
//!
//! Payments rise village by village until the shelters allow no more, as in Erlenkotter's ascent for facilities that are to be
//! opened; then prices follow where too many would go. In metres everything is whole, so the bound holds without rounding;
//! only the search for prices is about right.

use std::ops::Range;

use crate::Cancelled;
use crate::ground::Ground;
use crate::plan::Progress;
use crate::transport::Costs;

/// How many shelters are looked at for each point, and how often they are looked for anew.
const KNOWN: usize = 16;
const LOOK: usize = 16;
/// How often prices follow.
const ROUNDS: usize = 80;
/// A step goes this part of the way to what is hoped for, and less where nothing gets better for a while.
const STEP: f64 = 0.5;
const SHORTER: f64 = 0.7;
const PATIENCE: usize = 6;
/// How much of a step's direction is new.
const NEW: f64 = 0.6;

/// How many of a village would go to a shelter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flow {
    pub(super) village: u32,
    pub(super) shelter: u32,
    pub(super) persons: i64,
}

/// The best that was found.
pub(super) struct Found {
    /// No plan that is short enough uses fewer pairs.
    pub(super) pairs: i64,
    /// What a pair is worth, in the ground's part of a metre.
    pub(super) worth: i64,
    pub(super) prices: Vec<i64>,
    /// By point: what each of its persons pays.
    pub(super) pays: Vec<i64>,
    /// Who would go where if there were room.
    pub(super) flows: Vec<Flow>,
}

/// One look at all villages.
#[derive(Default)]
struct Look {
    payments: i128,
    /// By point.
    pays: Vec<i64>,
    /// By shelter.
    load: Vec<i64>,
    flows: Vec<Flow>,
}

/// What a point pays at a shelter, its price counted.
type Offer = (i64, u32);

/// The points of each village, and the cheapest shelters of each point.
pub(super) struct Bound<'a> {
    ground: &'a Ground,
    capacity: &'a [i64],
    /// What a plan may cost at most, those who are left out counted.
    most: i128,
    villages: Vec<Range<usize>>,
    /// By point: cost without price, and the shelter.
    known: Vec<Vec<(i64, u32)>>,
    /// By point: no other shelter costs less at the prices of that time.
    others: Vec<i64>,
    looked_at: Vec<i64>,
}

impl<'a> Bound<'a> {
    /// For plans that cost at most so much.
    pub(super) fn new(ground: &'a Ground, capacity: &'a [i64], most: i128) -> Self {
        let mut villages: Vec<Range<usize>> = Vec::new();
        let village = |point: usize| ground.units()[point].village;
        for point in 0..ground.points() {
            match villages.last_mut() {
                Some(run) if village(run.start) == village(point) => run.end = point + 1,
                _ => villages.push(point..point + 1),
            }
        }
        let (known, others, looked_at) = (Vec::new(), Vec::new(), Vec::new());
        Self { ground, capacity, most, villages, known, others, looked_at }
    }

    /// Looks for the best bound from these prices on. So many pairs are known to do.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "steps are about right")]
    pub(super) fn search(
        mut self,
        mut prices: Vec<i64>,
        mut worth: i64,
        used: i64,
        progress: &mut Progress<'_>,
    ) -> Result<Found, Cancelled> {
        let mut best = Found { pairs: 0, worth, prices: prices.clone(), pays: Vec::new(), flows: Vec::new() };
        let mut most = f64::NEG_INFINITY;
        let (mut step, mut waited) = (STEP, 0);
        let mut direction = vec![0.0; prices.len()];
        for round in 0..ROUNDS {
            if round % LOOK == 0 {
                self.look_around(&prices);
            }
            let look = self.look(&prices, worth);
            let over = self.over(&look, &prices);
            let pairs = over as f64 / worth as f64;
            let opened = look.flows.len() as f64;
            let excess = |(load, room): (&i64, &i64)| (load - room).max(0);
            if progress(look.load.iter().zip(self.capacity).map(excess).sum()).is_break() {
                return Err(Cancelled);
            }
            waited = if pairs > most * 1.002 { 0 } else { waited + 1 };
            if pairs > most {
                most = pairs;
                let pairs = i64::try_from(-(-over).div_euclid(i128::from(worth))).unwrap_or(0);
                best = Found { pairs, worth, prices: prices.clone(), pays: look.pays, flows: look.flows };
            }
            if best.pairs >= used {
                break;
            }
            if waited > PATIENCE {
                (step, waited) = (step * SHORTER, 0);
                prices.clone_from(&best.prices);
                worth = best.worth;
                continue;
            }
            let mut square = 0.0;
            for (sink, direction) in direction.iter_mut().enumerate() {
                let over = (look.load[sink] - self.capacity[sink]) as f64;
                let towards = if prices[sink] == 0 { over.max(0.0) } else { over };
                *direction += NEW * (towards - *direction);
                square += *direction * *direction;
            }
            let hoped = (most * 1.03).max(used as f64 * 0.4);
            let length = step * (hoped - pairs) * worth as f64 / square.max(1.0);
            for (price, direction) in prices.iter_mut().zip(&direction) {
                *price = price.saturating_add((length * direction) as i64).max(0);
            }
            // Where more pairs are opened than the bound has, a dearer pair gives a better one.
            let dearer = 0.1 * (opened - pairs) / pairs.max(1.0);
            worth = ((worth as f64 * (1.0 + dearer.clamp(-0.1, 0.1))) as i64).max(1);
        }
        Ok(best)
    }

    /// By how much payments exceed what prices take in and a plan may cost.
    fn over(&self, look: &Look, prices: &[i64]) -> i128 {
        let paid = |(price, room): (&i64, &i64)| i128::from(*price) * i128::from(*room);
        look.payments - prices.iter().zip(self.capacity).map(paid).sum::<i128>() - self.most
    }

    /// Looks for the cheapest shelters of every point at these prices.
    fn look_around(&mut self, prices: &[i64]) {
        self.known.clear();
        self.others.clear();
        for (block, points) in self.ground.blocks().iter().enumerate() {
            let least =
                |sink: u32| Some((self.ground.at_least(block, sink as usize)? + prices[sink as usize], sink));
            let mut sinks: Vec<Offer> = (0_u32..).take(prices.len()).filter_map(least).collect();
            sinks.sort_unstable();
            for point in points.clone() {
                let (known, others) = self.cheapest_of(point, &sinks, prices);
                self.known.push(known);
                self.others.push(others);
            }
        }
        self.looked_at = prices.to_vec();
    }

    /// The cheapest shelters of a point, and what no other costs less than.
    fn cheapest_of(&self, point: usize, sinks: &[Offer], prices: &[i64]) -> (Vec<(i64, u32)>, i64) {
        let mut best: Vec<(i64, i64, u32)> = Vec::with_capacity(KNOWN + 2);
        for (least, sink) in sinks {
            if best.len() > KNOWN && *least >= best[KNOWN].0 {
                break;
            }
            let Some(cost) = self.ground.cost(point, *sink as usize) else { continue };
            let found = (cost + prices[*sink as usize], cost, *sink);
            let place = best.partition_point(|other| *other < found);
            if place <= KNOWN {
                best.truncate(KNOWN);
                best.insert(place, found);
            }
        }
        let others = best.get(KNOWN).map_or(i64::MAX, |other| other.0);
        best.truncate(KNOWN);
        (best.into_iter().map(|(_, cost, sink)| (cost, sink)).collect(), others)
    }

    /// What everyone pays at these prices where a pair is worth so much.
    fn look(&self, prices: &[i64], worth: i64) -> Look {
        let mut look = Look { load: vec![0; prices.len()], ..Look::default() };
        let mut room = vec![worth; prices.len()];
        // Other shelters may have become cheaper since they were looked at.
        let cheaper =
            prices.iter().zip(&self.looked_at).map(|(now, then)| now - then).min().unwrap_or(0).min(0);
        for points in &self.villages {
            let rows: Vec<Vec<Offer>> = points.clone().map(|point| self.offers(point, prices)).collect();
            let most: Vec<i64> = points
                .clone()
                .map(|point| self.others[point].saturating_add(cheaper).min(self.ground.left_out(point)))
                .collect();
            let weights: Vec<i64> = points.clone().map(|point| self.ground.weight(point)).collect();
            rows.iter().flatten().for_each(|(_, sink)| room[*sink as usize] = worth);
            let pays = ascend(&rows, &most, &weights, &mut room);
            let sum = |(pays, weight): (&i64, &i64)| i128::from(*pays) * i128::from(*weight);
            look.payments += pays.iter().zip(&weights).map(sum).sum::<i128>();
            look.pays.extend(pays);
            let village = self.ground.units()[points.start].village;
            for (shelter, persons) in opened(&rows, &weights, &room, worth) {
                look.load[shelter as usize] += persons;
                look.flows.push(Flow { village, shelter, persons });
            }
        }
        look
    }

    fn offers(&self, point: usize, prices: &[i64]) -> Vec<Offer> {
        let known = self.known[point].iter();
        let mut row: Vec<Offer> = known.map(|(cost, sink)| (cost + prices[*sink as usize], *sink)).collect();
        row.sort_unstable();
        row
    }
}

/// Raises what each point pays, step by step from offer to offer, as long as every shelter has room for what that is beyond
/// its offers, and at most to `most`. By point: what it pays.
fn ascend(rows: &[Vec<Offer>], most: &[i64], weights: &[i64], room: &mut [i64]) -> Vec<i64> {
    let first = |(row, most): (&Vec<Offer>, &i64)| row.first().map_or(*most, |best| best.0.min(*most));
    let mut pays: Vec<i64> = rows.iter().zip(most).map(first).collect();
    let mut rising: Vec<usize> = (0..rows.len()).filter(|at| pays[*at] < most[*at]).collect();
    while !rising.is_empty() {
        rising.retain(|at| {
            let (row, weight, now) = (&rows[*at], weights[*at].max(1), pays[*at]);
            let (reached, dearer) = row.split_at(row.partition_point(|(offer, _)| *offer <= now));
            let next = dearer.first().map_or(most[*at], |next| next.0.min(most[*at]));
            let allowed = reached.iter().map(|(_, sink)| room[*sink as usize] / weight).min().unwrap_or(0);
            let step = (next - now).min(allowed);
            reached.iter().for_each(|(_, sink)| room[*sink as usize] -= step * weight);
            pays[*at] += step;
            step < allowed && pays[*at] < most[*at]
        });
    }
    pays
}

/// The shelters a village would open and how many would go there: those without room left, but for those that are not worth it.
fn opened(rows: &[Vec<Offer>], weights: &[i64], room: &[i64], worth: i64) -> Vec<(u32, i64)> {
    let full = |sink: &u32| room[*sink as usize] < worth / 50;
    let mut open: Vec<u32> = rows.iter().flatten().map(|(_, sink)| *sink).filter(full).collect();
    open.sort_unstable();
    open.dedup();
    loop {
        // By open shelter: who would go there, and how much dearer the next best would be for them.
        let mut going = vec![(0_i64, 0_i64); open.len()];
        for (row, weight) in rows.iter().zip(weights) {
            let mut best =
                row.iter().filter_map(|(offer, sink)| Some((offer, open.binary_search(sink).ok()?)));
            let Some((offer, at)) = best.next() else { continue };
            let next = best.next().map_or(i64::MAX / 4, |next| (next.0 - offer).saturating_mul(*weight));
            going[at] = (going[at].0 + weight, going[at].1.saturating_add(next));
        }
        let least = (0..open.len()).min_by_key(|at| going[*at].1);
        match least.filter(|at| going[*at].1 < worth) {
            Some(at) => open.remove(at),
            None => return open.into_iter().zip(going).map(|(sink, (persons, _))| (sink, persons)).collect(),
        };
    }
}
