//! The three coordinate systems Chinese maps speak, and the way between them.
//!
//! Sources of the formulas, none of which was ever published officially:
//! - GCJ-02: the reverse-engineered obfuscation of WGS-84 known as "EvilTransform" (2010) and spread by the
//!   `eviltransform` and `coordtransform` libraries: a fixed sum of sines on the Krasovsky 1940 ellipsoid.
//! - BD-09: Baidu's second obfuscation of GCJ-02, a small rotation and stretch in polar coordinates plus a
//!   constant shift, as given by the same libraries.
//!
//! The inverses those libraries print are approximate by metres. Here an inverse is the fixed point of
//! "subtract the shift this place would get", which gains about two digits with each round.

use std::f64::consts::PI;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Point;

/// The coordinate system a pair of degrees is given in.
///
/// Written and read as `wgs84`, `gcj02` and `bd09`, in JSON, on the command line and in addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Datum {
    /// What satellites give and what is stored.
    #[default]
    Wgs84,
    /// The state's obfuscation: Amap, Tencent, and every licensed Chinese map.
    Gcj02,
    /// Baidu's, on top of GCJ-02.
    Bd09,
}

/// A name that is none of `wgs84`, `gcj02`, `bd09`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown datum {0:?}: expected wgs84, gcj02 or bd09")]
pub struct UnknownDatum(pub String);

impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        })
    }
}

impl FromStr for Datum {
    type Err = UnknownDatum;

    fn from_str(name: &str) -> Result<Self, UnknownDatum> {
        match name {
            "wgs84" => Ok(Self::Wgs84),
            "gcj02" => Ok(Self::Gcj02),
            "bd09" => Ok(Self::Bd09),
            _ => Err(UnknownDatum(name.to_owned())),
        }
    }
}

/// The place in WGS-84 that `datum` calls `point`; exact to better than 1e-9 degrees (0.1 mm).
///
/// Outside [the rectangle around China](from_wgs84) the point is returned as it is. Within a hundredth of a
/// degree of that rectangle's edge, at sea or abroad, a shifted place and an unshifted one can bear the same
/// coordinates; the shifted one is meant then.
#[must_use]
pub fn to_wgs84(point: Point, datum: Datum) -> Point {
    let origin = match datum {
        Datum::Wgs84 => return point,
        Datum::Gcj02 => solve(point, gcj02_of_wgs84),
        Datum::Bd09 => solve(solve(point, bd09_of_gcj02), gcj02_of_wgs84),
    };
    if is_shifted(origin) { origin } else { point }
}

/// What `datum` calls the WGS-84 `point`.
///
/// The shift applies in the rectangle 72.004–137.8347° E, 0.8293–55.8271° N that map services use for "in
/// China". Outside it they keep WGS-84, so all three datums agree there.
#[must_use]
pub fn from_wgs84(point: Point, datum: Datum) -> Point {
    if !is_shifted(point) {
        return point;
    }
    match datum {
        Datum::Wgs84 => point,
        Datum::Gcj02 => gcj02_of_wgs84(point),
        Datum::Bd09 => bd09_of_gcj02(gcj02_of_wgs84(point)),
    }
}

fn is_shifted(wgs84: Point) -> bool {
    (72.004..=137.8347).contains(&wgs84.lon()) && (0.8293..=55.8271).contains(&wgs84.lat())
}

/// The origin that `forward` takes to `target`. Both forward maps move a point by a vector that changes at
/// most 1/50 as fast as the point itself, so the iteration converges from anywhere.
fn solve(target: Point, forward: fn(Point) -> Point) -> Point {
    const ROUNDS: usize = 30;
    const CLOSE_ENOUGH_DEG: f64 = 1e-13;

    let mut origin = target;
    for _ in 0..ROUNDS {
        let image = forward(origin);
        let (lon_miss, lat_miss) = (target.lon() - image.lon(), target.lat() - image.lat());
        origin = Point::computed(origin.lon() + lon_miss, origin.lat() + lat_miss);
        if lon_miss.abs().max(lat_miss.abs()) < CLOSE_ENOUGH_DEG {
            break;
        }
    }
    origin
}

fn gcj02_of_wgs84(point: Point) -> Point {
    /// Krasovsky 1940: semi-major axis in metres and squared eccentricity.
    const AXIS_M: f64 = 6_378_245.0;
    const ECCENTRICITY_2: f64 = 0.006_693_421_622_965_943;

    let (east_m, north_m) = gcj02_shift_m(point.lon() - 105.0, point.lat() - 35.0);
    let lat = point.lat().to_radians();
    let bulge = 1.0 - ECCENTRICITY_2 * lat.sin().powi(2);
    let meridian_m = AXIS_M * (1.0 - ECCENTRICITY_2) / (bulge * bulge.sqrt());
    let parallel_m = AXIS_M / bulge.sqrt() * lat.cos();
    Point::computed(
        point.lon() + (east_m / parallel_m).to_degrees(),
        point.lat() + (north_m / meridian_m).to_degrees(),
    )
}

/// The obfuscating shift in metres (east, north), `x` and `y` degrees away from 105° E 35° N.
fn gcj02_shift_m(x: f64, y: f64) -> (f64, f64) {
    let waves = |parts: [(f64, f64); 2], angle: f64| -> f64 {
        parts.iter().map(|(amplitude, frequency)| amplitude * (frequency * angle * PI).sin()).sum::<f64>()
            * 2.0
            / 3.0
    };
    let common = waves([(20.0, 6.0), (20.0, 2.0)], x);
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + common
        + waves([(20.0, 1.0), (40.0, 1.0 / 3.0)], x)
        + waves([(150.0, 1.0 / 12.0), (300.0, 1.0 / 30.0)], x);
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + common
        + waves([(20.0, 1.0), (40.0, 1.0 / 3.0)], y)
        + waves([(160.0, 1.0 / 12.0), (320.0, 1.0 / 30.0)], y);
    (east, north)
}

fn bd09_of_gcj02(point: Point) -> Point {
    /// Angular frequency of Baidu's ripple, radians per degree.
    const RIPPLE: f64 = PI * 3000.0 / 180.0;

    let (x, y) = (point.lon(), point.lat());
    let radius = x.hypot(y) + 0.000_02 * (y * RIPPLE).sin();
    let angle = y.atan2(x) + 0.000_003 * (x * RIPPLE).cos();
    Point::computed(radius * angle.cos() + 0.0065, radius * angle.sin() + 0.006)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SHIFTED: [Datum; 2] = [Datum::Gcj02, Datum::Bd09];

    fn point(lon: f64, lat: f64) -> Point {
        Point::new(lon, lat).unwrap()
    }

    fn apart(a: Point, b: Point) -> f64 {
        (a.lon() - b.lon()).abs().max((a.lat() - b.lat()).abs())
    }

    /// Vectors printed by the `coordtransform` library for 116.404, 39.915 (Beijing).
    #[test]
    fn known_vectors() {
        let beijing = point(116.404, 39.915);
        let gcj02 = point(116.410_244_499_169_38, 39.916_404_281_501_64);
        assert!(apart(from_wgs84(beijing, Datum::Gcj02), gcj02) < 1e-12);
        let bd09 = point(116.410_369_493_710_29, 39.921_336_993_510_22);
        assert!(apart(bd09_of_gcj02(beijing), bd09) < 1e-12);
        // The library's own inverse of BD-09 is approximate, to about a metre.
        let approximate = point(116.397_627_291_193_15, 39.908_656_739_576_31);
        assert!(apart(solve(beijing, bd09_of_gcj02), approximate) < 1e-5);
    }

    #[test]
    fn abroad_all_datums_agree() {
        for abroad in [point(-0.1276, 51.5072), point(151.2, -33.9), point(180.0, 90.0), point(-180.0, -90.0)]
        {
            for datum in SHIFTED {
                assert_eq!(from_wgs84(abroad, datum), abroad);
                assert_eq!(to_wgs84(abroad, datum), abroad);
            }
        }
    }

    #[test]
    fn names() {
        for datum in [Datum::Wgs84, Datum::Gcj02, Datum::Bd09] {
            assert_eq!(datum.to_string().parse(), Ok(datum));
            assert_eq!(serde_json::to_string(&datum).unwrap(), format!("{:?}", datum.to_string()));
        }
        assert_eq!("WGS-84".parse::<Datum>(), Err(UnknownDatum("WGS-84".to_owned())));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn there_and_back(lon in 72.004..137.8347, lat in 0.8293..55.8271) {
            let here = point(lon, lat);
            for datum in SHIFTED {
                let there = from_wgs84(here, datum);
                let moved = crate::distance_m(here, there);
                // The sum of sines has zeros: by Sumatra a place is moved by eight metres, elsewhere by none.
                prop_assert!(moved < 2500.0, "moved {moved} m");
                prop_assert!(apart(to_wgs84(there, datum), here) < 1e-9);
            }
        }

        #[test]
        fn any_point_on_earth_stays_a_point(lon in -180.0..=180.0, lat in -90.0..=90.0) {
            for datum in SHIFTED {
                for image in [from_wgs84(point(lon, lat), datum), to_wgs84(point(lon, lat), datum)] {
                    prop_assert!(Point::new(image.lon(), image.lat()).is_ok());
                }
            }
        }

        /// On the line where the formula has a kink (its square root of the longitude's distance).
        #[test]
        fn there_and_back_at_the_kink(step in -1e-9..1e-9, lat in 1.0..55.0) {
            let here = point(105.0 + step, lat);
            for datum in SHIFTED {
                prop_assert!(apart(to_wgs84(from_wgs84(here, datum), datum), here) < 1e-9);
            }
        }
    }
}
