//! A point and the distance between two.

use serde::{Deserialize, Serialize};

/// Mean radius of the earth in metres (IUGG), used for every distance and area.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A place: longitude and latitude in degrees, finite and in range. WGS-84 unless a [`Datum`](crate::Datum)
/// is named beside it.
///
/// As JSON it is `{"lon": 114.04, "lat": 29.54}`; reading checks the range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Point {
    lon: f64,
    lat: f64,
}

/// Why a pair of numbers is not a [`Point`].
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PointError {
    /// Not a number, infinite, or outside -180..=180.
    #[error("longitude {0} is not between -180 and 180")]
    Longitude(f64),
    /// Not a number, infinite, or outside -90..=90.
    #[error("latitude {0} is not between -90 and 90")]
    Latitude(f64),
}

impl Point {
    /// A point at `lon`, `lat` degrees.
    ///
    /// # Errors
    /// Names the coordinate that is not finite or out of range; the longitude is looked at first.
    pub fn new(lon: f64, lat: f64) -> Result<Self, PointError> {
        // NaN is in no range, so these two tests also refuse what is not a number.
        if !(-180.0..=180.0).contains(&lon) {
            return Err(PointError::Longitude(lon));
        }
        if !(-90.0..=90.0).contains(&lat) {
            return Err(PointError::Latitude(lat));
        }
        Ok(Self { lon, lat })
    }

    /// A point computed from checked ones, whose range the computation itself guarantees.
    pub(crate) const fn computed(lon: f64, lat: f64) -> Self {
        Self { lon, lat }
    }

    /// Degrees east of Greenwich, -180 to 180.
    #[must_use]
    pub const fn lon(self) -> f64 {
        self.lon
    }

    /// Degrees north of the equator, -90 to 90.
    #[must_use]
    pub const fn lat(self) -> f64 {
        self.lat
    }
}

/// What JSON gives before it is checked.
#[derive(Deserialize)]
struct Unchecked {
    lon: f64,
    lat: f64,
}

impl TryFrom<Unchecked> for Point {
    type Error = PointError;

    fn try_from(raw: Unchecked) -> Result<Self, PointError> {
        Self::new(raw.lon, raw.lat)
    }
}

/// Metres between two points along the surface of a sphere (the haversine formula); within 0.6 % of the
/// ellipsoid's distance.
#[must_use]
pub fn distance_m(a: Point, b: Point) -> f64 {
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let half_lat = (lat_b - lat_a) / 2.0;
    let half_lon = (b.lon - a.lon).to_radians() / 2.0;
    let h = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
    // Rounding may push h a hair above 1 for antipodes.
    2.0 * EARTH_RADIUS_M * h.min(1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(lon: f64, lat: f64) -> Point {
        Point::new(lon, lat).unwrap()
    }

    #[test]
    fn range_is_checked() {
        assert!(Point::new(180.0, -90.0).is_ok());
        assert_eq!(Point::new(180.1, 0.0), Err(PointError::Longitude(180.1)));
        assert_eq!(Point::new(29.5, 114.0), Err(PointError::Latitude(114.0)));
        assert!(Point::new(f64::NAN, 0.0).is_err());
        assert!(Point::new(0.0, f64::INFINITY).is_err());
    }

    #[test]
    fn json_is_checked_too() {
        let read = |text| serde_json::from_str::<Point>(text);
        assert_eq!(read(r#"{"lon": 114.5, "lat": 29.5}"#).unwrap(), point(114.5, 29.5));
        let error = read(r#"{"lon": 114.5, "lat": 95}"#).unwrap_err().to_string();
        assert!(error.contains("latitude 95"), "{error}");
        assert_eq!(serde_json::to_string(&point(114.5, 29.5)).unwrap(), r#"{"lon":114.5,"lat":29.5}"#);
    }

    #[test]
    fn distances() {
        let quarter = EARTH_RADIUS_M * std::f64::consts::FRAC_PI_2;
        let cases = [
            (point(0.0, 0.0), point(0.0, 0.0), 0.0),
            (point(0.0, 0.0), point(90.0, 0.0), quarter),
            (point(114.0, 0.0), point(20.0, 90.0), quarter),
            (point(0.0, 0.0), point(180.0, 0.0), 2.0 * quarter),
            (point(179.5, 0.0), point(-179.5, 0.0), quarter / 90.0),
        ];
        for (a, b, expected) in cases {
            assert!((distance_m(a, b) - expected).abs() < 1e-6, "{a:?} {b:?}");
            assert_eq!(distance_m(a, b).to_bits(), distance_m(b, a).to_bits());
        }
    }
}
