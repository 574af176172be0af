//! First prices for a small problem, by trial: everyone leans towards where they pay least, prices follow how full
//! the sinks would be, and the leaning grows firmer from round to round.

use super::Costs;

/// How often everyone is asked, and how much firmer they are each time.
const ROUNDS: usize = 160;
const FIRMER: f32 = 0.97;
/// Up to how many pairs it is worth while.
const PAIRS: usize = 4_000_000;
/// Prices go this much farther than the last round asks for, since the next will ask for more.
const AHEAD: f32 = 1.5;
/// Who pays so many leanings more goes nowhere: e⁻⁸ is less than one in two thousand.
const UNLIKELY: f32 = 8.0;

/// About the right price for every sink. Nothing is proved by them; better ones are found sooner from here.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "only about right")]
pub(super) fn haggle<C: Costs>(costs: &C, capacity: &[i64]) -> Vec<i64> {
    let (points, sinks) = (costs.points(), costs.sinks());
    if sinks < 2 || points.saturating_mul(sinks) > PAIRS {
        return vec![0; sinks];
    }
    let table: Vec<f32> = (0..points)
        .flat_map(|point| (0..sinks).map(move |sink| (point, sink)))
        .map(|(point, sink)| costs.cost(point, sink).map_or(f32::INFINITY, |cost| cost as f32))
        .collect();
    let weights: Vec<f32> = (0..points).map(|point| costs.weight(point) as f32).collect();
    let room: Vec<f32> = capacity.iter().map(|capacity| (*capacity as f32).max(0.5)).collect();
    let widest = table.iter().copied().filter(|cost| cost.is_finite()).fold(1.0, f32::max);
    let mut leaning = widest / 20.0;
    let mut price = vec![0.0_f32; sinks];
    let mut load = vec![0.0_f32; sinks];
    for _ in 0..ROUNDS {
        load.fill(0.0);
        for (row, weight) in table.chunks_exact(sinks).zip(&weights) {
            ask(row, &price, *weight, leaning, &mut load);
        }
        for sink in 0..sinks {
            let fuller = (load[sink].max(0.001) / room[sink]).ln();
            price[sink] = (price[sink] + AHEAD * leaning * fuller.clamp(-2.0, 2.0)).max(0.0);
        }
        leaning *= FIRMER;
    }
    price.into_iter().map(|price| price as i64).collect()
}

/// Spreads the persons of one point over the sinks, fewer by e for every leaning that one is dearer.
fn ask(row: &[f32], price: &[f32], weight: f32, leaning: f32, load: &mut [f32]) {
    let pays = || row.iter().zip(price).map(|(cost, price)| cost + price);
    let least = pays().fold(f32::INFINITY, f32::min);
    if !least.is_finite() {
        return;
    }
    let likely = least + UNLIKELY * leaning;
    let share = |pays: f32| ((least - pays) / leaning).exp();
    let all: f32 = pays().filter(|pays| *pays < likely).map(share).sum();
    for (pays, load) in pays().zip(load) {
        if pays < likely {
            *load += weight * share(pays) / all;
        }
    }
}
