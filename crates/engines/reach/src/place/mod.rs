//! Where the next stations reach the most people who reach none yet.

mod choice;
mod cover;
mod prices;
mod search;

use serde::Serialize;

use crate::coverage::share;
use crate::lists::Lists;
use crate::streets::{Decimetres, PlaceId, Streets};
use crate::walk::{Reached, Walk};
use crate::watch::{Stopped, Watch, tell};
use choice::Choice;
use cover::Cover;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Where a station could be built.
    pub candidates: &'a [PlaceId],
    /// Where one stands already: whom they reach needs no other.
    pub stations: &'a [PlaceId],
    /// How many are to be built at most.
    pub k: usize,
    /// How far people walk.
    pub limit: Decimetres,
    /// How many pairs of a site and a group of people may be looked at before the gap is told instead of
    /// a proof. The count, not a clock, so that the answer is the same everywhere.
    pub effort: u64,
}

impl Wanted<'_> {
    /// Some ten seconds. 3,000 candidates in a city of 83,000 places need a twentieth of it.
    pub const EFFORT: u64 = 3_000_000_000;
}

/// The sites, and how good they provably are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Placement {
    /// The sites, those that gain most first. Fewer than asked for when more would reach nobody new.
    pub sites: Vec<Site>,
    /// People who newly reach a station: the sites' sum.
    pub newly_covered_population: u64,
    /// No choice of as many sites newly covers more people: equal when the choice is the best there is.
    pub bound_population: u64,
    /// Whether the choice is proven best.
    pub optimal: bool,
    /// How far the bound lies above the choice, in parts of the choice.
    pub gap: f64,
    /// People who reached a station before.
    pub covered_population_before: u64,
    /// All people.
    pub population: u64,
    /// Their share with the new sites.
    pub share_after: f64,
    /// How many smaller problems the proof went through.
    pub problems: u64,
}

/// One site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Site {
    /// Its number among the candidates.
    pub candidate: u32,
    /// People who reach it, and neither a station nor a site before it in the list.
    pub newly_covered_population: u64,
}

/// The best `k` of the candidates.
///
/// # Errors
/// When the watch stops it.
pub fn place(streets: &Streets, wanted: &Wanted<'_>, watch: &mut dyn Watch) -> Result<Placement, Stopped> {
    let mut walk = Walk::new(streets);
    let mut people: Vec<i64> = streets.places().iter().map(|place| i64::from(place.people)).collect();
    let total: i64 = people.iter().sum();
    for station in wanted.stations {
        for Reached { place, .. } in walk.within(*station, wanted.limit) {
            people[*place as usize] = 0;
        }
    }
    let before = total - people.iter().sum::<i64>();
    let mut doors = Lists::default();
    for (done, candidate) in wanted.candidates.iter().enumerate() {
        tell(watch, done, wanted.candidates.len())?;
        let reached = walk.within(*candidate, wanted.limit).iter().map(|reached| reached.place);
        doors.push(reached.filter(|place| people[*place as usize] > 0));
    }
    let cover = Cover::of_doors(&doors, &people);
    drop((doors, walk));
    let found = search::search(cover.clone(), wanted.k, wanted.effort, watch)?;
    Ok(told(&cover, &found, before as u64, total as u64))
}

fn told(cover: &Cover, found: &search::Found, before: u64, total: u64) -> Placement {
    let mut fates = vec![cover::Fate::Out; cover.names.len()];
    found.sites.iter().for_each(|site| fates[*site as usize] = cover::Fate::Open);
    let (chosen, _) = cover.rest(&fates, &vec![0; cover.people.len()]);
    let added = Choice::new(&chosen, []).fill(found.sites.len());
    let site = |(candidate, gain): (u32, i64)| Site { candidate, newly_covered_population: gain as u64 };
    let sites = added.into_iter().map(site).collect();
    let (people, bound) = (found.people as u64, found.bound as u64);
    Placement {
        sites,
        newly_covered_population: people,
        bound_population: bound,
        optimal: people == bound,
        gap: share(bound - people, people.max(1)),
        covered_population_before: before,
        population: total,
        share_after: share(before + people, total),
        problems: found.problems as u64,
    }
}
