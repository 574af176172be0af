//! A computation tells how far it is and stops when it is told to.

#![expect(clippy::unwrap_used, reason = "a test stops where it meets what it does not expect")]

use std::ops::ControlFlow;

use lianxin_reach::{Ask, Day, Hours, Place, Station, Stopped, Street, Streets, Wanted, coverage, place};

/// A square of `side` by `side` crossings, 100 m apart.
fn town(side: u32) -> Streets {
    let spot = |number: u32| (number % side, number / side);
    let places = (0..side * side).map(spot).map(|(x, y)| Place {
        x_dm: x as i32 * 1_000,
        y_dm: y as i32 * 1_000,
        z_dm: 0,
        people: 1 + (x * 7 + y * 13) % 5,
    });
    let east = (0..side * side).filter(|number| spot(*number).0 + 1 < side).map(|from| (from, from + 1));
    let north = (0..side * (side - 1)).map(|from| (from, from + side));
    let streets = east.chain(north).map(|(from, to)| Street { from, to, length_dm: 1_000 });
    Streets::level(places.collect(), streets.collect()).unwrap()
}

#[test]
fn a_coverage_stops() {
    let streets = town(20);
    let stations: Vec<Station> =
        (0..400).map(|place| Station { place, service: 0, hours: Hours::ALWAYS }).collect();
    let ask = Ask {
        stations: &stations,
        services: &["post".to_owned()],
        limit: 3_000,
        walkers: &[],
        day: Day::MONDAY,
        areas: &[],
        area_of: &[],
    };
    let mut told = Vec::new();
    let mut watch = |done: usize, of: usize| {
        told.push((done, of));
        if done < 200 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    assert_eq!(coverage(&streets, &ask, &mut watch).map(drop), Err(Stopped));
    assert!(told.is_sorted() && told.iter().all(|(_, of)| *of == 400));
    assert!((200..300).contains(&told.last().unwrap().0));
}

#[test]
fn placing_stops_and_is_the_same_every_time() {
    let streets = town(30);
    let candidates: Vec<u32> = (0..900).collect();
    let wanted = Wanted { candidates: &candidates, stations: &[0], k: 12, limit: 3_500, effort: 20_000_000 };
    let mut steps = 0;
    let mut count = |_: usize, _: usize| {
        steps += 1;
        ControlFlow::Continue(())
    };
    let placed = place(&streets, &wanted, &mut count).unwrap();
    assert!(placed.newly_covered_population <= placed.bound_population);
    assert_eq!(placed.sites.len(), 12);
    let last = steps;
    let again = place(&streets, &wanted, &mut |_: usize, _: usize| ControlFlow::Continue(())).unwrap();
    assert_eq!(placed, again);
    for stop in [1, 5, last] {
        let mut left = stop;
        let mut watch = |_: usize, _: usize| {
            left -= 1;
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        assert_eq!(place(&streets, &wanted, &mut watch), Err(Stopped));
    }
}
