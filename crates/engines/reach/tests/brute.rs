//! Every answer on small random cities against the slow, obvious way to find it.

#![expect(clippy::unwrap_used, reason = "a test stops where it meets what it does not expect")]

use lianxin_reach::{
    Ask, Day, Hours, Nearest, Place, Reached, Station, Street, Streets, UNREACHED, Unwatched, Walk, Wanted,
    close, coverage, nearest, place,
};
use lianxin_reach::{Barrier, Slopes};
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct City {
    places: Vec<Place>,
    streets: Vec<Street>,
}

impl City {
    fn level(&self) -> Streets {
        Streets::level(self.places.clone(), self.streets.clone()).unwrap()
    }

    /// All shortest ways towards each place, by Floyd and Warshall: `far[to][from]`.
    fn far(&self, cost: impl Fn(&Street, bool) -> u32) -> Vec<Vec<u32>> {
        let count = self.places.len();
        let mut far = vec![vec![UNREACHED; count]; count];
        (0..count).for_each(|at| far[at][at] = 0);
        for street in &self.streets {
            let (u, v) = (street.from as usize, street.to as usize);
            far[v][u] = far[v][u].min(cost(street, true));
            far[u][v] = far[u][v].min(cost(street, false));
        }
        (0..count).for_each(|at| far[at][at] = 0);
        for via in 0..count {
            for to in 0..count {
                for from in 0..count {
                    let sum = far[to][via].saturating_add(far[via][from]);
                    far[to][from] = far[to][from].min(sum);
                }
            }
        }
        far
    }
}

fn city() -> impl Strategy<Value = City> {
    (1_u32..14).prop_flat_map(|count| {
        let spot = (-50..50, -50..50, -9..9, 0_u32..20);
        let place = spot.prop_map(|(x_dm, y_dm, z_dm, people)| Place { x_dm, y_dm, z_dm, people });
        let street =
            (0..count, 0..count, 0_u32..12).prop_map(|(from, to, length_dm)| Street { from, to, length_dm });
        let places = prop::collection::vec(place, count as usize);
        let streets = prop::collection::vec(street, 0..count as usize * 2);
        (places, streets).prop_map(|(places, streets)| City { places, streets })
    })
}

fn some(count: usize) -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(0..count as u32 + 1, 0..6)
}

proptest! {
    #[test]
    fn walks_find_the_shortest_ways(city in city(), limit in 0_u32..40) {
        let streets = city.level();
        let far = city.far(|street, _| street.length_dm);
        let mut walk = Walk::new(&streets);
        for from in 0..city.places.len() {
            let mut reached = walk.within(from as u32, limit).to_vec();
            prop_assert!(reached.is_sorted_by_key(|reached| reached.far));
            reached.sort_unstable();
            let expected: Vec<Reached> = (0..).zip(&far[from]).filter(|(_, far)| **far <= limit)
                .map(|(place, far)| Reached { place, far: *far }).collect();
            prop_assert_eq!(reached, expected);
        }
    }

    #[test]
    fn the_nearest_station_is_the_nearest((city, stations) in city().prop_flat_map(|city| {
        let count = city.places.len();
        (Just(city), some(count))
    })) {
        let far = city.far(|street, _| street.length_dm);
        let found = nearest(&city.level(), &stations);
        for (place, found) in found.iter().enumerate() {
            let known = (0..).zip(&stations).filter(|(_, at)| (**at as usize) < city.places.len());
            let best = known.map(|(station, at)| (far[*at as usize][place], station)).min();
            let best = best.filter(|(far, _)| *far != UNREACHED);
            prop_assert_eq!(*found, best.map(|(far, station)| Nearest { station, far }));
        }
    }

    #[test]
    fn heights_cost_those_who_climb(city in city(), limit in 0_u32..60) {
        let slopes = Slopes::default();
        let streets = Streets::new(city.places.clone(), city.streets.clone(), slopes).unwrap();
        let height = |at: u32| i64::from(city.places[at as usize].z_dm);
        let far = city.far(|street, forth| {
            let rise = height(street.to) - height(street.from);
            slopes.level(street.length_dm, if forth { rise } else { -rise })
        });
        let mut walk = Walk::new(&streets);
        for to in 0..city.places.len() {
            let mut reached = walk.within(to as u32, limit).to_vec();
            reached.sort_unstable();
            let expected: Vec<Reached> = (0..).zip(&far[to]).filter(|(_, far)| **far <= limit)
                .map(|(place, far)| Reached { place, far: *far }).collect();
            prop_assert_eq!(reached, expected);
        }
    }

    #[test]
    fn coverage_counts_every_pair((city, spots) in city().prop_flat_map(|city| {
        let count = city.places.len();
        (Just(city), prop::collection::vec((0..count as u32, 0_u32..3, 0_usize..3), 0..6))
    }), limit in 0_u32..30) {
        let hours = ["", "08:00-12:00", "Mo 11:30-14:00"].map(|text| text.parse::<Hours>().unwrap());
        let stations: Vec<Station> = spots.iter()
            .map(|(place, service, open)| Station { place: *place, service: *service, hours: hours[*open] }).collect();
        let services = ["a", "b", "c"].map(str::to_owned);
        let areas = ["even", "odd"].map(str::to_owned);
        let area_of: Vec<u32> = (0..city.places.len() as u32).map(|place| place % 2).collect();
        let ask = Ask {
            stations: &stations, services: &services, limit, walkers: &[limit / 2, limit * 2],
            day: Day::MONDAY, areas: &areas, area_of: &area_of,
        };
        let streets = city.level();
        let (found, doors) = coverage(&streets, &ask, &mut Unwatched).unwrap();
        let far = city.far(|street, _| street.length_dm);
        let people = |at: usize| u64::from(city.places[at].people);
        let near = |at: usize, keep: &dyn Fn(&Station) -> bool| {
            stations.iter().filter(|station| keep(station)).map(|station| far[station.place as usize][at]).min()
                .unwrap_or(UNREACHED)
        };
        let all = || 0..city.places.len();
        let covered = |keep: &dyn Fn(&Station) -> bool, limit: u32, area: Option<usize>| -> u64 {
            all().filter(|at| near(*at, keep) <= limit && area.is_none_or(|area| at % 2 == area)).map(people).sum()
        };
        prop_assert_eq!(found.covered_nodes, all().filter(|at| near(*at, &|_| true) <= limit).count() as u64);
        prop_assert_eq!(found.covered_population, covered(&|_| true, limit, None));
        prop_assert_eq!(found.population, all().map(people).sum::<u64>());
        let sums = all().map(|at| near(at, &|_| true)).filter(|far| *far <= limit).map(u64::from);
        prop_assert_eq!(found.sum_nearest_dm, sums.sum::<u64>());
        let pairs: Vec<Vec<u32>> = stations.iter()
            .map(|station| far[station.place as usize].iter().copied().filter(|far| *far <= limit).collect()).collect();
        prop_assert_eq!(found.reach_pairs, pairs.iter().map(|pairs| pairs.len() as u64).sum::<u64>());
        prop_assert_eq!(found.sum_pair_dm, pairs.iter().flatten().map(|far| u64::from(*far)).sum::<u64>());
        let counts: Vec<u64> = pairs.iter().map(|pairs| pairs.len() as u64).collect();
        prop_assert_eq!(&found.reach_nodes_per_station, &counts);
        for (number, service) in found.services.iter().enumerate() {
            let of_it = |station: &Station| station.service as usize == number;
            prop_assert_eq!(service.covered_population, covered(&of_it, limit, None));
            for (walker, limit) in service.walkers.iter().zip(ask.walkers) {
                prop_assert_eq!(walker.covered_population, covered(&of_it, *limit, None));
            }
            for hour in 0..24 {
                let open = |station: &Station| of_it(station) && station.hours.on(Day::MONDAY) >> hour & 1 == 1;
                prop_assert_eq!(service.open_population_by_hour[hour], covered(&open, limit, None));
                for (area, told) in service.areas.iter().enumerate() {
                    prop_assert_eq!(told.open_population_by_hour[hour], covered(&open, limit, Some(area)));
                    prop_assert_eq!(told.covered_population, covered(&of_it, limit, Some(area)));
                }
            }
            for (at, door) in doors[number].iter().enumerate() {
                prop_assert_eq!(door.map_or(UNREACHED, |door| door.far), near(at, &of_it));
            }
        }
    }

    #[test]
    fn the_best_sites_are_the_best((city, candidates, stations) in city().prop_flat_map(|city| {
        let count = city.places.len();
        (Just(city), prop::collection::vec(0..count as u32, 0..9), prop::collection::vec(0..count as u32, 0..2))
    }), k in 0_usize..5, limit in 0_u32..20) {
        let streets = city.level();
        let far = city.far(|street, _| street.length_dm);
        let reaches = |site: &u32, at: usize| far[*site as usize][at] <= limit;
        let newly = |sites: &[u32]| -> u64 {
            (0..city.places.len())
                .filter(|at| !stations.iter().any(|station| reaches(station, *at)))
                .filter(|at| sites.iter().any(|site| reaches(site, *at)))
                .map(|at| u64::from(city.places[at].people)).sum()
        };
        let best = (0_u32..1 << candidates.len()).filter(|set| set.count_ones() as usize <= k)
            .map(|set| candidates.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).map(|(_, site)| *site).collect())
            .map(|sites: Vec<u32>| newly(&sites)).max().unwrap();
        let wanted = Wanted { candidates: &candidates, stations: &stations, k, limit, effort: Wanted::EFFORT };
        let found = place(&streets, &wanted, &mut Unwatched).unwrap();
        prop_assert!(found.optimal);
        prop_assert_eq!((found.newly_covered_population, found.bound_population), (best, best));
        prop_assert!(found.sites.len() <= k);
        let sites: Vec<u32> = found.sites.iter().map(|site| candidates[site.candidate as usize]).collect();
        prop_assert_eq!(newly(&sites), best);
        prop_assert_eq!(found.sites.iter().map(|site| site.newly_covered_population).sum::<u64>(), best);
        // With no effort allowed the bound still holds.
        for effort in [0, 1] {
            let hasty = place(&streets, &Wanted { effort, ..wanted }, &mut Unwatched).unwrap();
            prop_assert!(hasty.newly_covered_population <= best && best <= hasty.bound_population);
        }
    }

    #[test]
    fn barriers_close_what_they_name(city in city(), a in 0_u32..14, b in 0_u32..14, locked in 0_u32..14) {
        let mut left = city.streets.clone();
        close(&mut left, &[Barrier::Street(a, b), Barrier::Place(locked)]);
        let closed = |street: &Street| {
            let ends = [street.from, street.to];
            ends == [a, b] || ends == [b, a] || ends.contains(&locked)
        };
        let expected: Vec<Street> = city.streets.iter().copied().filter(|street| !closed(street)).collect();
        prop_assert_eq!(left, expected);
    }
}
