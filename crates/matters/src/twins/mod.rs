//! Open matters that probably say the same as a report about to be sent, or as another matter.
//!
//! Only what a stranger may see takes part: words that are neither sealed nor of a private category, shown
//! without what looks personal in them.

use lianxin_foundation::clock::{DAY, HOUR, Micros};
use lianxin_foundation::{Result, Tx};
use lianxin_geometry::Point;
use lianxin_hanzi::personal::masked;
use lianxin_hanzi::twins::{Report, likeliest};
use lianxin_registry::area::{ancestors, path_of};
use uuid::Uuid;

use crate::Matters;
use crate::model::{Matter, Status};
use crate::store::twins::{self, Candidate, Near};

/// Older open matters are not looked at.
const SINCE: Micros = 120 * DAY;
/// So many of the newest are compared.
const COMPARED: i64 = 1000;
/// So many are shown.
const SHOWN: usize = 3;
/// What is known to lie farther away in either direction is not looked at, in metres.
const NEAR: f64 = 2_000.0;
/// The depth of a town: twins lie in the same one.
const TOWN: usize = 4;
/// The depth of a grid: what lies in one is near, also where nobody knows the point.
const GRID: usize = 6;

/// What somebody is about to say.
#[derive(Debug, Clone, Default)]
pub struct Asking {
    /// The words.
    pub text: String,
    /// Where, in words.
    pub place: String,
    /// The category, where one was chosen.
    pub category: Option<String>,
    /// The area's code, where one was chosen.
    pub area: Option<String>,
    /// Longitude, WGS-84 degrees.
    pub lon: Option<f64>,
    /// Latitude, WGS-84 degrees.
    pub lat: Option<f64>,
}

impl Asking {
    /// As a matter says it; `None` where its words are not for others.
    pub fn of(matter: &Matter) -> Option<Asking> {
        matter.sealed_text.is_none().then(|| Asking {
            text: matter.text.clone(),
            place: matter.place.clone(),
            category: Some(matter.category.clone()),
            area: Some(matter.area.clone()),
            lon: matter.lon,
            lat: matter.lat,
        })
    }
}

/// A matter that probably says the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Twin {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// Its category's code.
    pub category: String,
    /// Its words, without what looks personal.
    pub text: String,
    /// Where, in words, likewise.
    pub place: String,
    /// Where it stands.
    pub status: Status,
    /// When it came in.
    pub created_at: Micros,
    /// How many others have met it beside its reporter.
    pub others: i64,
    /// How likely it is the same, from 0 to 1.
    pub likelihood: f64,
}

/// The open matters near by that probably say the same, the likeliest first; `except` is left out.
///
/// # Errors
/// Those of the database.
pub async fn find(
    tx: &mut Tx,
    matters: &Matters,
    county: &str,
    asking: &Asking,
    except: Option<Uuid>,
    now: Micros,
) -> Result<Vec<Twin>> {
    if asking.text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let path = path(tx, matters, county, asking).await?;
    let local = matters.local(tx, county).await?;
    let private: Vec<&str> = local
        .catalogue()
        .all()
        .iter()
        .filter(|category| category.private)
        .map(|category| category.code.as_str())
        .collect();
    let point = asking.lon.zip(asking.lat);
    let around = Near { path: &up_to(&path, TOWN), square: point.map(square_around), since: now - SINCE };
    let mut near = twins::candidates(tx, county, around, &private, COMPARED).await?;
    near.retain(|candidate| Some(candidate.id) != except);
    let words = format!("{} {}", asking.text, asking.place);
    let mine = Report::new(&words, point, asking.category.as_deref(), hours(now));
    let others: Vec<Report> = near.iter().map(|candidate| comparable(candidate, point, &path)).collect();
    let mut found = Vec::new();
    for (at, likelihood) in likeliest(&mine, &others, SHOWN) {
        let Candidate { id, number, category, text, place, status, created_at, .. } = near[at].clone();
        found.push(Twin {
            others: twins::others(tx, county, id).await?,
            status: Status::from_code(&status).unwrap_or(Status::Received),
            text: masked(&text),
            place: masked(&place),
            id,
            number,
            category,
            created_at,
            likelihood,
        });
    }
    Ok(found)
}

/// The path of the smallest area known.
async fn path(tx: &mut Tx, matters: &Matters, county: &str, asking: &Asking) -> Result<String> {
    let point = asking.lon.zip(asking.lat).and_then(|(lon, lat)| Point::new(lon, lat).ok());
    let named = asking.area.clone().filter(|area| lianxin_registry::county_of(area) == county);
    let around = match point {
        Some(point) if named.is_none() => matters.places.at(tx, county, point).await?,
        _ => None,
    };
    Ok(path_of(&named.or(around).unwrap_or_else(|| county.to_owned())))
}

/// What lies near a point: west, south, east, north in degrees.
fn square_around((lon, lat): (f64, f64)) -> [f64; 4] {
    const DEGREE: f64 = 111_320.0;
    let north = NEAR / DEGREE;
    // At the poles every longitude is near.
    let east = north / lat.to_radians().cos().max(1e-6);
    [lon - east, lat - north, lon + east, lat + north]
}

/// A path's beginning, at most so many areas deep.
fn up_to(path: &str, depth: usize) -> String {
    ancestors(path).into_iter().take(depth).map(|id| format!("{id}/")).collect()
}

/// A candidate as it is compared. Without both points, what lies in the same grid counts as near.
fn comparable(candidate: &Candidate, point: Option<(f64, f64)>, path: &str) -> Report {
    /// What two places of one grid are usually apart, in degrees of latitude: a hundred metres.
    const IN_ONE_GRID: f64 = 0.0009;
    let same_grid = ancestors(path).len() >= GRID && up_to(&candidate.path, GRID) == up_to(path, GRID);
    let own = candidate.lon.zip(candidate.lat);
    let place = own.or_else(|| point.filter(|_| same_grid).map(|(lon, lat)| (lon, lat + IN_ONE_GRID)));
    let words = format!("{} {}", candidate.text, candidate.place);
    Report::new(&words, place, Some(&candidate.category), hours(candidate.created_at))
}

fn hours(at: Micros) -> f64 {
    at as f64 / HOUR as f64
}
