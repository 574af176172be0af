//! Answers for a whole town, held against what any right answer must fulfil: an independent check needs no
//! second search.

#![expect(clippy::unwrap_used, reason = "a test stops where it meets what it does not expect")]

use std::collections::{BTreeMap, BTreeSet};

use lianxin_reach::{
    Corner, Grain, Ground, Nearest, Place, Street, Streets, Unwatched, Walk, Wanted, nearest, place,
};

const SIDE: u32 = 60;

/// Numbers that look random and are always the same.
fn drawn(number: u32, of: u32) -> u32 {
    let mixed = (u64::from(number) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 33) % u64::from(of)) as u32
}

/// 3,600 crossings some 80 m apart, a seventh of the streets missing.
fn town() -> Streets {
    let places = (0..SIDE * SIDE).map(|number| Place {
        x_dm: (number % SIDE * 800 + drawn(number, 300)) as i32,
        y_dm: (number / SIDE * 800 + drawn(number + 7_000, 300)) as i32,
        z_dm: 0,
        people: drawn(number + 20_000, 40),
    });
    let places: Vec<Place> = places.collect();
    let pairs = (0..SIDE * SIDE).flat_map(|from| {
        let east = (from % SIDE + 1 < SIDE).then_some((from, from + 1));
        let north = (from + SIDE < SIDE * SIDE).then_some((from, from + SIDE));
        east.into_iter().chain(north)
    });
    let kept = pairs.filter(|(from, to)| drawn(from * 31 + to, 7) > 0);
    let streets = kept.map(|(from, to)| {
        let [a, b] = [from, to].map(|at| places[at as usize]);
        let straight = f64::from(a.x_dm - b.x_dm).hypot(f64::from(a.y_dm - b.y_dm));
        Street { from, to, length_dm: straight as u32 + drawn(from ^ to, 90) }
    });
    let streets = streets.collect();
    Streets::level(places, streets).unwrap()
}

fn directions(streets: &Streets) -> impl Iterator<Item = (u32, u32, u32)> {
    let both = |street: &Street| {
        [(street.from, street.to, street.length_dm), (street.to, street.from, street.length_dm)]
    };
    streets.streets().iter().flat_map(both)
}

#[test]
fn reaches_hold() {
    let streets = town();
    let mut walk = Walk::new(&streets);
    const LIMIT: u32 = 7_500;
    for station in (0..SIDE * SIDE).step_by(97) {
        let far: BTreeMap<u32, u32> =
            walk.within(station, LIMIT).iter().map(|reached| (reached.place, reached.far)).collect();
        assert_eq!(far[&station], 0);
        let mut explained: BTreeSet<u32> = [station].into();
        for (from, to, length) in directions(&streets) {
            let Some(start) = far.get(&from) else { continue };
            match far.get(&to) {
                Some(end) => assert!(*end <= start + length, "a shorter way leads over {from}"),
                None => assert!(start + length > LIMIT, "{to} is within reach"),
            }
            if far.get(&to) == Some(&(start + length)) {
                explained.insert(to);
            }
        }
        // Lengths are above 0, so that a tight street from somewhere nearer leads back to the station.
        assert_eq!(explained.len(), far.len(), "every distance is that of a way");
    }
}

#[test]
fn the_nearest_stations_hold() {
    let streets = town();
    let stations: Vec<u32> = (0..40).map(|number| drawn(number + 500, SIDE * SIDE)).collect();
    let near = nearest(&streets, &stations);
    let known = |place: u32| near[place as usize].map(|Nearest { station, far }| (far, station));
    let mut explained = BTreeSet::new();
    for (number, place) in (0..).zip(&stations) {
        assert_eq!(known(*place).unwrap().0, 0);
        if known(*place).unwrap().1 == number {
            explained.insert(*place);
        }
    }
    for (from, to, length) in directions(&streets) {
        if let Some((far, station)) = known(from) {
            let over = (far + length, station);
            assert!(known(to).unwrap() <= over);
            if known(to) == Some(over) {
                explained.insert(to);
            }
        }
    }
    assert_eq!(explained.len(), near.iter().flatten().count());
}

#[test]
fn a_placement_holds() {
    let streets = town();
    let candidates: Vec<u32> = (0..SIDE * SIDE).step_by(9).collect();
    let stations = [5, 1_800];
    let wanted =
        Wanted { candidates: &candidates, stations: &stations, k: 15, limit: 5_000, effort: 200_000_000 };
    let found = place(&streets, &wanted, &mut Unwatched).unwrap();
    assert!(found.optimal, "{found:?}");
    let mut walk = Walk::new(&streets);
    let mut reached = |place: u32| -> BTreeSet<u32> {
        walk.within(place, wanted.limit).iter().map(|reached| reached.place).collect()
    };
    let mut covered: BTreeSet<u32> = stations.into_iter().flat_map(&mut reached).collect();
    let people = |places: &BTreeSet<u32>| -> u64 {
        places.iter().map(|place| u64::from(streets.places()[*place as usize].people)).sum()
    };
    assert_eq!(people(&covered), found.covered_population_before);
    for site in &found.sites {
        let before = people(&covered);
        covered.extend(reached(candidates[site.candidate as usize]));
        assert_eq!(people(&covered) - before, site.newly_covered_population);
    }
    assert_eq!(people(&covered), found.covered_population_before + found.newly_covered_population);
}

#[test]
fn outlines_hold() {
    let streets = town();
    let mut ground = Ground::new(&streets, Grain::default());
    let mut walk = Walk::new(&streets);
    for station in (0..SIDE * SIDE).step_by(211) {
        let outline = ground.outline(station, 7_500);
        let reached: BTreeSet<u32> =
            walk.within(station, 7_500).iter().map(|reached| reached.place).collect();
        for (number, place) in (0..).zip(streets.places()) {
            let at = Corner { x: f64::from(place.x_dm), y: f64::from(place.y_dm) };
            assert_eq!(outline.contains(at), reached.contains(&number), "place {number} from {station}");
        }
    }
}
