//! Outlines hold what is reached and nothing else, on random cities.

#![expect(clippy::unwrap_used, reason = "a test stops where it meets what it does not expect")]

use std::collections::BTreeSet;

use lianxin_reach::{Corner, Grain, Ground, Outline, Place, Street, Streets, Walk};
use proptest::prelude::*;

fn places(count: usize, wide: i32) -> impl Strategy<Value = Vec<Place>> {
    let place = (-wide..wide, -wide..wide).prop_map(|(x_dm, y_dm)| Place { x_dm, y_dm, ..Place::default() });
    prop::collection::vec(place, count)
}

fn city(wide: i32) -> impl Strategy<Value = Streets> {
    (2_usize..30)
        .prop_flat_map(move |count| {
            let ends = (0..count as u32, 0..count as u32, 0..wide as u32);
            (places(count, wide), prop::collection::vec(ends, 1..count * 2))
        })
        .prop_map(|(places, ends)| {
            let streets =
                ends.into_iter().map(|(from, to, length_dm)| Street { from, to, length_dm }).collect();
            Streets::level(places, streets).unwrap()
        })
}

fn sides(outline: &Outline) -> Vec<(Corner, Corner)> {
    let rings = outline.polygons.iter().flatten();
    rings.flat_map(|ring| ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))).collect()
}

fn turn(a: Corner, b: Corner, c: Corner) -> f64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

fn cross((a, b): (Corner, Corner), (c, d): (Corner, Corner)) -> bool {
    turn(a, b, c) * turn(a, b, d) < 0.0 && turn(c, d, a) * turn(c, d, b) < 0.0
}

fn hold(streets: &Streets, grain: Grain, limit: u32) -> Result<(), TestCaseError> {
    let mut ground = Ground::new(streets, grain);
    let mut walk = Walk::new(streets);
    for station in 0..streets.places().len() as u32 {
        let outline = ground.outline(station, limit);
        let reached: BTreeSet<u32> =
            walk.within(station, limit).iter().map(|reached| reached.place).collect();
        let spot = |place: &Place| (place.x_dm, place.y_dm);
        let inside: BTreeSet<_> = reached.iter().map(|at| spot(&streets.places()[*at as usize])).collect();
        for place in streets.places() {
            let at = Corner { x: f64::from(place.x_dm), y: f64::from(place.y_dm) };
            prop_assert_eq!(outline.contains(at), inside.contains(&spot(place)), "{:?}", place);
        }
        let sides = sides(&outline);
        for (number, side) in sides.iter().enumerate() {
            for other in &sides[number + 1..] {
                prop_assert!(!cross(*side, *other), "{:?} crosses {:?}", side, other);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn outlines_hold_what_is_reached(streets in city(5_000), limit in 0_u32..6_000, tolerance_dm in 0_u32..800) {
        hold(&streets, Grain { tolerance_dm, ..Grain::default() }, limit)?;
    }

    #[test]
    fn outlines_hold_what_is_reached_in_a_crowd(streets in city(6), limit in 0_u32..8, tolerance_dm in 0_u32..9) {
        hold(&streets, Grain { tolerance_dm, off_street_dm: 3, step_dm: 2 }, limit)?;
    }
}

#[test]
fn a_lake_is_a_hole() {
    // A street around a lake of 600 m; everything on it is within reach.
    let round = (0..24).map(|step| f64::from(step) / 24.0 * std::f64::consts::TAU);
    let places: Vec<Place> = round
        .map(|angle| Place {
            x_dm: (3e3 * angle.cos()) as i32,
            y_dm: (3e3 * angle.sin()) as i32,
            ..Place::default()
        })
        .collect();
    let streets = (0..24).map(|from| Street { from, to: (from + 1) % 24, length_dm: 790 }).collect();
    let streets = Streets::level(places, streets).unwrap();
    let outline = Ground::new(&streets, Grain::default()).outline(0, 20_000);
    assert_eq!(outline.polygons.len(), 1);
    assert_eq!(outline.polygons[0].len(), 2, "an outer ring and the lake");
    assert!(!outline.contains(Corner { x: 0.0, y: 0.0 }));
    assert!(outline.area_m2() > 100_000.0);
}
