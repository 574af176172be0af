//! The order of places along a Hilbert curve: near on the map is near in the list.

use crate::streets::Place;

/// The curve runs over a square of 2^16 by 2^16 cells.
const BITS: u32 = 16;

/// The places' numbers in the order in which the curve passes them; in one cell, as they were given.
pub(crate) fn order(places: &[Place]) -> Vec<u32> {
    let west = places.iter().map(|place| i64::from(place.x_dm)).min().unwrap_or(0);
    let south = places.iter().map(|place| i64::from(place.y_dm)).min().unwrap_or(0);
    let out = |place: &Place| (i64::from(place.x_dm) - west).max(i64::from(place.y_dm) - south);
    let side = places.iter().map(out).max().unwrap_or(0) + 1;
    let cell = |at: i64| u32::try_from((at << BITS) / side).unwrap_or(0);
    let mut keyed: Vec<(u32, u32)> = (0..)
        .zip(places)
        .map(|(number, place)| {
            let (x, y) = (i64::from(place.x_dm) - west, i64::from(place.y_dm) - south);
            (along(cell(x), cell(y)), number)
        })
        .collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, number)| number).collect()
}

/// How far along the curve a cell lies.
fn along(mut x: u32, mut y: u32) -> u32 {
    let mut passed = 0;
    for level in (0..BITS).rev() {
        let right = (x >> level) & 1;
        let upper = (y >> level) & 1;
        passed = passed << 2 | ((3 * right) ^ upper);
        // Each quarter holds the curve again, turned so that the ends meet.
        if upper == 0 {
            if right == 1 {
                (x, y) = (!x, !y);
            }
            (x, y) = (y, x);
        }
    }
    passed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_steps_from_cell_to_neighbour() {
        let side = 64_u32;
        let mut cells: Vec<(u32, u32, u32)> =
            (0..side * side).map(|n| (n % side, n / side)).map(|(x, y)| (along(x, y), x, y)).collect();
        cells.sort_unstable();
        for (number, pair) in cells.windows(2).enumerate() {
            let [(at, x, y), (next, x2, y2)] = [pair[0], pair[1]];
            assert_eq!((at as usize, next), (number, at + 1));
            assert_eq!(x.abs_diff(x2) + y.abs_diff(y2), 1, "{x},{y} to {x2},{y2}");
        }
    }
}
