//! Distances in whole metres.

/// The floor of the straight distance between two points, in metres, exactly.
pub fn distance_m(from: (i32, i32), to: (i32, i32)) -> i64 {
    let east = i64::from(from.0) - i64::from(to.0);
    let north = i64::from(from.1) - i64::from(to.1);
    length_m(east, north)
}

/// The floor of the length of a vector whose parts are below 2³¹.
pub(crate) fn length_m(east: i64, north: i64) -> i64 {
    let square = (east * east).saturating_add(north * north);
    // The processor's root is off by one at most; the squares are exact.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "mended below")]
    let mut root = (square as f64).sqrt() as i64;
    // Roots below 2²⁶ are further from the next whole number than they are rounded by.
    if square < 1 << 52 {
        return root;
    }
    if root.saturating_mul(root) > square {
        root -= 1;
    }
    if (root + 1).saturating_mul(root + 1) <= square {
        root += 1;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The root of a number that is one less than a square, as a vector's length.
    fn root_of(square: i64) -> i64 {
        // n² − 1 = (n − 1)² + 2(n − 1): the second part seldom is a square, so the first root is tried alone.
        let root = (square as f64).sqrt() as i64;
        assert!(root * root <= square && (root + 1) * (root + 1) > square);
        root
    }

    #[test]
    fn the_floor_is_exact_beside_every_square() {
        for root in (1..1 << 26).step_by(9_973) {
            assert_eq!((length_m(root, 0), root_of(root * root - 1)), (root, root - 1), "{root}");
        }
        for root in [0_i64, 1, 2, 3, 1000, 46_340, 94_906_265, 94_906_267, 200_000_000, 282_842_712] {
            assert_eq!(length_m(root, 0), root);
        }
        assert_eq!(distance_m((0, 0), (3, 4)), 5);
        assert_eq!(distance_m((0, 0), (1, 1)), 1);
        assert_eq!(distance_m((-100_000_000, -100_000_000), (100_000_000, 100_000_000)), 282_842_712);
        // 94906266² − 1 = 94906265 · 94906267: its root rounds up in floating point.
        assert_eq!(length_m(94_906_265, 13_776), 94_906_265);
    }
}
