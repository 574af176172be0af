//! Whom the stations reach, by service, area, hour of the day and walker.

use serde::Serialize;

use crate::hours::{Day, HourSet, Hours};
use crate::streets::{Decimetres, PlaceId, Streets};
use crate::walk::{Nearest, Reached, Walk, nearest};
use crate::watch::{Stopped, Watch, tell};

/// A station that offers one service at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Station {
    /// Where it stands.
    pub place: PlaceId,
    /// Which service: its place in [`Ask::services`].
    pub service: u32,
    /// When it is open.
    pub hours: Hours,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The stations; what names no service of the list or no place of the streets reaches nobody.
    pub stations: &'a [Station],
    /// The services' names.
    pub services: &'a [String],
    /// How far people walk.
    pub limit: Decimetres,
    /// Limits of other walkers, who are slower or quicker.
    pub walkers: &'a [Decimetres],
    /// The day whose hours are told.
    pub day: Day,
    /// The areas' names.
    pub areas: &'a [String],
    /// The area of each place, as its number in [`Ask::areas`]; places beyond the end lie in none.
    pub area_of: &'a [u32],
}

/// The answer, as it is written to JSON. A place ("node") is covered when some station is within the limit;
/// one exactly at the limit is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// Places within the limit of a station of any service.
    pub covered_nodes: u64,
    /// The people at them.
    pub covered_population: u64,
    /// All people.
    pub population: u64,
    /// `covered_population` of `population`; 0 where nobody lives.
    pub share: f64,
    /// From every covered place to the nearest station, decimetres, summed.
    pub sum_nearest_dm: u64,
    /// Pairs of a station and a place within its limit.
    pub reach_pairs: u64,
    /// The distances of these pairs, summed.
    pub sum_pair_dm: u64,
    /// How many places each station reaches, in the order of the stations.
    pub reach_nodes_per_station: Vec<u64>,
    /// How many people each station reaches, in the order of the stations.
    pub reach_population_per_station: Vec<u64>,
    /// The limit that was asked for.
    pub limit_dm: Decimetres,
    /// All places.
    pub nodes: u64,
    /// Places from which some station can be walked to at all.
    pub connected_nodes: u64,
    /// From every connected place to the nearest station, however far, summed.
    pub sum_nearest_connected_dm: u64,
    /// The same for each service by itself.
    pub services: Vec<ServiceCoverage>,
}

/// How one service is covered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceCoverage {
    /// Its name.
    pub service: String,
    /// How many stations offer it.
    pub stations: u64,
    /// Places within the limit.
    pub covered_nodes: u64,
    /// The people at them.
    pub covered_population: u64,
    /// Of all people.
    pub share: f64,
    /// From every covered place to the nearest station, summed.
    pub sum_nearest_dm: u64,
    /// People within the limit of a station that is open throughout the hour, for each of 24 hours.
    pub open_population_by_hour: [u64; 24],
    /// People within other walkers' limits, in the order of [`Ask::walkers`].
    pub walkers: Vec<WalkerCoverage>,
    /// The same by area.
    pub areas: Vec<AreaCoverage>,
}

/// How a service is covered for people of another speed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WalkerCoverage {
    /// How far they walk.
    pub limit_dm: Decimetres,
    /// People within it.
    pub covered_population: u64,
    /// Of all people.
    pub share: f64,
}

/// How a service is covered in one area.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AreaCoverage {
    /// Its name.
    pub area: String,
    /// Its people.
    pub population: u64,
    /// Those within the limit.
    pub covered_population: u64,
    /// Of its people.
    pub share: f64,
    /// Those within the limit of a station open throughout the hour.
    pub open_population_by_hour: [u64; 24],
}

/// For each place what is nearest, by service, then by place; [`Nearest::station`] counts in
/// [`Ask::stations`].
pub type Doors = Vec<Vec<Option<Nearest>>>;

/// A place is within the limit: the bit above the 24 hours.
const WITHIN: HourSet = 1 << 31;

/// Whom the stations reach, and for every place the nearest of each service.
///
/// # Errors
/// When the watch stops it.
pub fn coverage(
    streets: &Streets,
    ask: &Ask<'_>,
    watch: &mut dyn Watch,
) -> Result<(Coverage, Doors), Stopped> {
    let mut survey = Survey::new(streets, ask);
    for service in 0..ask.services.len() {
        survey.service(service, watch)?;
    }
    Ok(survey.finish())
}

/// A coverage in the making.
struct Survey<'a> {
    streets: &'a Streets,
    ask: &'a Ask<'a>,
    walk: Walk<'a>,
    /// The hours at which each place reaches an open station of the service at hand.
    hours: Vec<HourSet>,
    reach: Vec<Reach>,
    services: Vec<ServiceCoverage>,
    doors: Doors,
    done: usize,
}

/// What one station reaches.
#[derive(Debug, Clone, Copy, Default)]
struct Reach {
    places: u64,
    people: u64,
    sum_dm: u64,
}

impl<'a> Survey<'a> {
    fn new(streets: &'a Streets, ask: &'a Ask<'a>) -> Self {
        Survey {
            streets,
            ask,
            walk: Walk::new(streets),
            hours: vec![0; streets.places().len()],
            reach: vec![Reach::default(); ask.stations.len()],
            services: Vec::new(),
            doors: Vec::new(),
            done: 0,
        }
    }

    fn service(&mut self, service: usize, watch: &mut dyn Watch) -> Result<(), Stopped> {
        self.hours.fill(0);
        let offers = |station: &Station| station.service as usize == service;
        let mut offering = Vec::new();
        for (number, station) in (0..).zip(self.ask.stations).filter(|(_, station)| offers(station)) {
            tell(watch, self.done, self.ask.stations.len())?;
            self.done += 1;
            self.station(number as usize, station);
            offering.push(number);
        }
        let spots: Vec<PlaceId> =
            offering.iter().map(|number: &u32| self.ask.stations[*number as usize].place).collect();
        let mut near = nearest(self.streets, &spots);
        near.iter_mut().flatten().for_each(|near| near.station = offering[near.station as usize]);
        self.services.push(self.sum(service, offering.len(), &near));
        self.doors.push(near);
        Ok(())
    }

    fn station(&mut self, number: usize, station: &Station) {
        let open = station.hours.on(self.ask.day) | WITHIN;
        let mut reach = Reach::default();
        for Reached { place, far } in self.walk.within(station.place, self.ask.limit) {
            let place = *place as usize;
            self.hours[place] |= open;
            reach.places += 1;
            reach.people += u64::from(self.streets.places()[place].people);
            reach.sum_dm += u64::from(*far);
        }
        self.reach[number] = reach;
    }

    fn sum(&self, service: usize, stations: usize, near: &[Option<Nearest>]) -> ServiceCoverage {
        let mut all = Tally::default();
        let mut areas = vec![Tally::default(); self.ask.areas.len()];
        let mut walkers = vec![0; self.ask.walkers.len()];
        let (mut covered_nodes, mut sum_nearest_dm) = (0, 0);
        for (place, (spot, hours)) in self.streets.places().iter().zip(&self.hours).enumerate() {
            let people = u64::from(spot.people);
            all.add(people, *hours);
            let area = self.ask.area_of.get(place).and_then(|area| areas.get_mut(*area as usize));
            if let Some(area) = area {
                area.add(people, *hours);
            }
            let Some(Nearest { far, .. }) = near[place] else { continue };
            if far <= self.ask.limit {
                covered_nodes += 1;
                sum_nearest_dm += u64::from(far);
            }
            for (sum, limit) in walkers.iter_mut().zip(self.ask.walkers) {
                *sum += if far <= *limit { people } else { 0 };
            }
        }
        let walker = |(limit, people): (&Decimetres, u64)| WalkerCoverage {
            limit_dm: *limit,
            covered_population: people,
            share: share(people, all.people),
        };
        ServiceCoverage {
            service: self.ask.services[service].clone(),
            stations: stations as u64,
            covered_nodes,
            covered_population: all.covered,
            share: share(all.covered, all.people),
            sum_nearest_dm,
            open_population_by_hour: all.by_hour,
            walkers: self.ask.walkers.iter().zip(walkers).map(walker).collect(),
            areas: self.ask.areas.iter().zip(areas).map(|(name, tally)| tally.area(name)).collect(),
        }
    }

    fn finish(self) -> (Coverage, Doors) {
        let mut answer = Coverage {
            covered_nodes: 0,
            covered_population: 0,
            population: self.streets.people(),
            share: 0.0,
            sum_nearest_dm: 0,
            reach_pairs: self.reach.iter().map(|reach| reach.places).sum(),
            sum_pair_dm: self.reach.iter().map(|reach| reach.sum_dm).sum(),
            reach_nodes_per_station: self.reach.iter().map(|reach| reach.places).collect(),
            reach_population_per_station: self.reach.iter().map(|reach| reach.people).collect(),
            limit_dm: self.ask.limit,
            nodes: self.streets.places().len() as u64,
            connected_nodes: 0,
            sum_nearest_connected_dm: 0,
            services: self.services,
        };
        for (place, spot) in self.streets.places().iter().enumerate() {
            let far = self.doors.iter().filter_map(|near| near[place]).map(|near| near.far).min();
            let Some(far) = far else { continue };
            answer.connected_nodes += 1;
            answer.sum_nearest_connected_dm += u64::from(far);
            if far <= self.ask.limit {
                answer.covered_nodes += 1;
                answer.covered_population += u64::from(spot.people);
                answer.sum_nearest_dm += u64::from(far);
            }
        }
        answer.share = share(answer.covered_population, answer.population);
        (answer, self.doors)
    }
}

/// People, and those of them who reach a station.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    people: u64,
    covered: u64,
    by_hour: [u64; 24],
}

impl Tally {
    fn add(&mut self, people: u64, hours: HourSet) {
        self.people += people;
        if hours & WITHIN != 0 {
            self.covered += people;
            for (hour, sum) in self.by_hour.iter_mut().enumerate() {
                *sum += people * u64::from(hours >> hour & 1);
            }
        }
    }

    fn area(&self, name: &str) -> AreaCoverage {
        AreaCoverage {
            area: name.to_owned(),
            population: self.people,
            covered_population: self.covered,
            share: share(self.covered, self.people),
            open_population_by_hour: self.by_hour,
        }
    }
}

/// A share of people; 0 where there are none.
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
