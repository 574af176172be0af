//! In which order people move, when they leave, and what holds them up.
//!
//! The most endangered villages go first. Who lives near enough and needs no help walks; the others ride in
//! buses that go to and fro. Whether buses are enough is told by a bound that no timetable can beat.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::model::Need;
use crate::plan::Assignment;
use crate::problem::Problem;

/// Minutes in a day.
const DAY: i64 = 24 * 60;
/// Everyone is to be away so long before the flood.
const BEFORE_FLOOD: i64 = 3 * 60;
/// A flood from this hour on, and until the other in the morning, comes at night: all are away by the first.
const EVENING: i64 = 18 * 60;
const MORNING: i64 = 6 * 60;

/// What threatens a village.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Danger {
    /// Higher moves earlier.
    pub level: u32,
    /// When the water comes, in minutes since the midnight before the moving begins; `None` if it is not known.
    pub flood: Option<i64>,
}

impl Danger {
    /// By when everyone must be away: three hours before the flood, and by 18:00 where it comes at night.
    pub fn deadline(&self) -> Option<i64> {
        let flood = self.flood?;
        let hour = flood.rem_euclid(DAY);
        let evening = match hour {
            EVENING.. => flood - hour + EVENING,
            ..MORNING => flood - hour + EVENING - DAY,
            _ => i64::MAX,
        };
        Some(evening.min(flood.saturating_sub(BEFORE_FLOOD)))
    }
}

/// How people move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Means {
    /// When the first may leave, in minutes since midnight.
    pub start: i64,
    /// How many buses there are; they wait where they are first needed.
    pub buses: u32,
    /// Seats in each.
    pub seats: u32,
    /// Metres a bus goes in a minute.
    pub bus_speed: u32,
    /// Minutes for getting on, and again for getting off.
    pub boarding: u32,
    /// Who needs no help and has at most so many metres to go walks.
    pub walk_limit: u32,
    /// Metres walked in a minute.
    pub walk_speed: u32,
    /// Persons a shelter can register in a minute; 0 for any number.
    pub registration: u32,
    /// By when all must be away in any case, in minutes since midnight.
    pub clear_by: Option<i64>,
}

impl Default for Means {
    /// 40 buses of 45 seats at 30 km/h, 10 minutes for getting on or off; up to 1,500 m on foot at 60 m a
    /// minute; from 08:00; 20 persons a minute are registered.
    fn default() -> Self {
        Self {
            start: 8 * 60,
            buses: 40,
            seats: 45,
            bus_speed: 500,
            boarding: 10,
            walk_limit: 1500,
            walk_speed: 60,
            registration: 20,
            clear_by: None,
        }
    }
}

/// A group that leaves together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// Minutes since midnight.
    pub leaves: i64,
    /// When all are there.
    pub arrives: i64,
    /// The village.
    pub village: String,
    /// The shelter's place in the list.
    pub shelter: u32,
    /// How many persons.
    pub persons: u32,
    /// Which bus, from 1; `None` on foot.
    pub bus: Option<u32>,
}

/// What holds the moving up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bottleneck {
    /// Even without a minute lost the buses cannot bring everyone who is due by then.
    Buses {
        /// The deadline, in minutes since midnight.
        deadline: i64,
        /// How many buses would be needed at least.
        needed: u32,
    },
    /// Persons who cannot walk so far, and nobody drives them.
    NoBus {
        /// How many.
        persons: u32,
    },
    /// A village is not clear in time.
    Village {
        /// Which.
        village: String,
        /// Its deadline.
        deadline: i64,
        /// When its last persons leave.
        clear: i64,
        /// Persons who leave after the deadline.
        late: u32,
    },
    /// More persons arrive at a shelter than it can register.
    Registration {
        /// The shelter's place in the list.
        shelter: u32,
        /// The longest that anyone waits, in minutes.
        wait: i64,
    },
}

/// Who leaves when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timetable {
    /// By time.
    pub departures: Vec<Departure>,
    /// When the last persons leave.
    pub clear: i64,
    /// What holds the moving up; none means that every village is clear in time.
    pub bottlenecks: Vec<Bottleneck>,
}

/// Persons who go from one village to one shelter.
struct Group<'a> {
    village: &'a str,
    shelter: u32,
    level: u32,
    deadline: i64,
    persons: u32,
    /// Their mean distance, in metres.
    metres: i64,
    /// The first household: buses come to it.
    from: u32,
}

/// A timetable for a plan. Villages that `dangers` does not name are moved last.
pub fn timetable(
    problem: &Problem,
    assignments: &[Assignment],
    dangers: &BTreeMap<String, Danger>,
    means: &Means,
) -> Timetable {
    let (walking, riding) = groups(problem, assignments, dangers, means);
    let mut departures = Vec::new();
    for group in &walking {
        let minutes = group.metres.div_euclid(i64::from(means.walk_speed.max(1))) + 1;
        departures.push(Departure {
            leaves: means.start,
            arrives: means.start + minutes,
            village: group.village.to_owned(),
            shelter: group.shelter,
            persons: group.persons,
            bus: None,
        });
    }
    ride(problem, &riding, means, &mut departures);
    departures.sort_by(|a, b| {
        (a.leaves, a.bus, &a.village, a.shelter).cmp(&(b.leaves, b.bus, &b.village, b.shelter))
    });
    let clear = departures.iter().map(|departure| departure.leaves).max().unwrap_or(means.start);
    let mut bottlenecks = Vec::new();
    if means.buses == 0 || means.seats == 0 {
        let persons = riding.iter().map(|group| group.persons).sum();
        bottlenecks.extend((persons > 0).then_some(Bottleneck::NoBus { persons }));
    } else {
        bottlenecks.extend(fleet(&riding, means));
    }
    bottlenecks.extend(late(&departures, dangers, means));
    bottlenecks.extend(registration(&departures, means));
    Timetable { departures, clear, bottlenecks }
}

/// By when a village must be clear: by its flood, or by the hour given for all if that is sooner.
fn deadline(danger: Option<&Danger>, means: &Means) -> Option<i64> {
    danger.and_then(Danger::deadline).into_iter().chain(means.clear_by).min()
}

/// Persons of one village who go to one shelter the same way, added up.
struct Sum {
    persons: u32,
    metres: i64,
    from: u32,
}

/// Who goes together, on foot and by bus, in the order of moving.
fn groups<'a>(
    problem: &'a Problem,
    assignments: &[Assignment],
    dangers: &BTreeMap<String, Danger>,
    means: &Means,
) -> (Vec<Group<'a>>, Vec<Group<'a>>) {
    let mut all: BTreeMap<(&str, u32, bool), Sum> = BTreeMap::new();
    for row in assignments {
        let household = problem.households().get(row.household as usize);
        let metres = problem.metres(row.household as usize, row.shelter as usize);
        let (Some(household), Some(metres)) = (household, metres) else { continue };
        let from = row.household;
        let walks = household.need == Need::Any && metres <= i64::from(means.walk_limit);
        let group = all.entry((&household.village, row.shelter, walks)).or_insert(Sum {
            persons: 0,
            metres: 0,
            from,
        });
        group.persons += row.persons;
        group.metres += metres * i64::from(row.persons);
    }
    let (mut walking, mut riding) = (Vec::new(), Vec::new());
    for ((village, shelter, walks), Sum { persons, metres, from }) in all {
        let danger = dangers.get(village);
        let group = Group {
            village,
            shelter,
            level: danger.map_or(0, |danger| danger.level),
            deadline: deadline(danger, means).unwrap_or(i64::MAX),
            persons,
            metres: metres / i64::from(persons.max(1)),
            from,
        };
        if walks { walking.push(group) } else { riding.push(group) }
    }
    // The most endangered first, then the most urgent, then the farthest.
    riding.sort_by_key(|group| (Reverse(group.level), group.deadline, Reverse(group.metres)));
    (walking, riding)
}

/// Minutes a bus needs for so many metres.
fn drive(metres: i64, means: &Means) -> i64 {
    metres.div_euclid(i64::from(means.bus_speed.max(1))) + 1
}

/// Sends the bus that is free first, time and again, to the next who are to leave.
fn ride(problem: &Problem, riding: &[Group<'_>], means: &Means, departures: &mut Vec<Departure>) {
    if means.buses == 0 || means.seats == 0 {
        return;
    }
    let mut free: BinaryHeap<Reverse<(i64, u32)>> =
        (1..=means.buses).map(|bus| Reverse((means.start, bus))).collect();
    let mut stands: Vec<Option<u32>> = vec![None; means.buses as usize + 1];
    for group in riding {
        let mut left = group.persons;
        while left > 0 {
            let Some(Reverse((time, bus))) = free.pop() else { return };
            let persons = left.min(means.seats);
            left -= persons;
            let way = |at: u32| problem.metres(group.from as usize, at as usize);
            let back = stands[bus as usize].map_or(0, |at| drive(way(at).unwrap_or(group.metres), means));
            let leaves = time + back + i64::from(means.boarding);
            let arrives = leaves + drive(group.metres, means) + i64::from(means.boarding);
            departures.push(Departure {
                leaves,
                arrives,
                village: group.village.to_owned(),
                shelter: group.shelter,
                persons,
                bus: Some(bus),
            });
            stands[bus as usize] = Some(group.shelter);
            free.push(Reverse((arrives, bus)));
        }
    }
}

/// Deadlines by which even full buses that never drive empty could not bring everyone away.
fn fleet(riding: &[Group<'_>], means: &Means) -> Vec<Bottleneck> {
    let mut due: BTreeMap<i64, i64> = BTreeMap::new();
    for group in riding.iter().filter(|group| group.deadline < i64::MAX) {
        let trip = drive(group.metres, means) + 2 * i64::from(means.boarding);
        let trips = i64::from(group.persons).div_euclid(i64::from(means.seats.max(1)));
        *due.entry(group.deadline).or_default() += trip * trips;
    }
    let mut work = 0;
    let mut found = Vec::new();
    for (deadline, minutes) in due {
        work += minutes;
        // The last trip of each bus may end after the deadline, if it left before.
        let longest = riding.iter().map(|group| drive(group.metres, means)).max().unwrap_or(0);
        let each = (deadline - means.start + longest + i64::from(means.boarding)).max(1);
        let needed = u32::try_from((work + each - 1) / each).unwrap_or(u32::MAX);
        if needed > means.buses {
            found.push(Bottleneck::Buses { deadline, needed });
        }
    }
    found
}

fn late(departures: &[Departure], dangers: &BTreeMap<String, Danger>, means: &Means) -> Vec<Bottleneck> {
    let mut villages: BTreeMap<&str, (i64, i64, u32)> = BTreeMap::new();
    for departure in departures {
        let Some(deadline) = deadline(dangers.get(&departure.village), means) else { continue };
        let village = villages.entry(&departure.village).or_insert((deadline, departure.leaves, 0));
        village.1 = village.1.max(departure.leaves);
        if departure.leaves > deadline {
            village.2 += departure.persons;
        }
    }
    let tell = |(village, (deadline, clear, late)): (&str, (i64, i64, u32))| Bottleneck::Village {
        village: village.to_owned(),
        deadline,
        clear,
        late,
    };
    villages.into_iter().filter(|(_, (_, _, late))| *late > 0).map(tell).collect()
}

/// How long people wait at each shelter's door, where it is more than a quarter of an hour.
fn registration(departures: &[Departure], means: &Means) -> Vec<Bottleneck> {
    if means.registration == 0 {
        return Vec::new();
    }
    let mut arrivals: BTreeMap<u32, Vec<(i64, u32)>> = BTreeMap::new();
    for departure in departures {
        arrivals.entry(departure.shelter).or_default().push((departure.arrives, departure.persons));
    }
    let mut found = Vec::new();
    for (shelter, mut groups) in arrivals {
        groups.sort_unstable();
        let (mut free, mut wait) = (i64::MIN, 0);
        for (arrives, persons) in groups {
            let begins = free.max(arrives);
            free = begins + i64::from(persons.div_ceil(means.registration));
            wait = wait.max(free - arrives);
        }
        if wait > 15 {
            found.push(Bottleneck::Registration { shelter, wait });
        }
    }
    found
}
