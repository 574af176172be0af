//! Places in one tree, from the province down to the micro-grid.

pub mod change;
pub mod outline;
pub mod spoken;
pub mod store;

use lianxin_foundation::{Micros, every};

/// What kind of place, which is also how deep it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AreaKind {
    /// 省、自治区、直辖市
    Province,
    /// 市、州
    City,
    /// 县、区、市
    County,
    /// 镇、乡、街道
    Town,
    /// 村、社区
    Village,
    /// 网格
    Grid,
    /// 微网格
    MicroGrid,
}

/// A stored kind that this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("unknown kind of area {0:?}")]
pub struct UnknownAreaKind(String);

every! {
    /// Every kind, the widest first.
    AreaKind {
        Province  = "province",   "area-kind-province";
        City      = "city",       "area-kind-city";
        County    = "county",     "area-kind-county";
        Town      = "town",       "area-kind-town";
        Village   = "village",    "area-kind-village";
        Grid      = "grid",       "area-kind-grid";
        MicroGrid = "micro-grid", "area-kind-micro-grid";
    }
}

impl AreaKind {
    /// How deep it lies: 1 for a province to 7 for a micro-grid.
    pub fn level(self) -> i64 {
        self as i64 + 1
    }

    /// The kind one level deeper; nothing lies below a micro-grid.
    pub fn below(self) -> Option<AreaKind> {
        AreaKind::ALL.get(self as usize + 1).copied()
    }
}

impl TryFrom<String> for AreaKind {
    type Error = UnknownAreaKind;

    fn try_from(code: String) -> Result<AreaKind, UnknownAreaKind> {
        AreaKind::from_code(&code).ok_or(UnknownAreaKind(code))
    }
}

/// A place.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Area {
    /// Six digits: see [`county_of`].
    pub county: String,
    /// Its division code; below a village the village's code and two digits a level.
    pub id: String,
    /// The area it lies in; none for a province.
    pub parent: Option<String>,
    /// Its kind.
    #[sqlx(try_from = "String")]
    pub kind: AreaKind,
    /// Its name without the names above it.
    pub name: String,
    /// The ids from the province down to itself, each ended by `/`.
    pub path: String,
    /// How many ids the path has.
    pub depth: i64,
    /// Households, where counted.
    pub households: Option<i64>,
    /// Its boundary as the text of a GeoJSON geometry in WGS-84.
    pub shape: Option<String>,
    /// Longitude of its middle, WGS-84 degrees.
    pub lon: Option<f64>,
    /// Latitude of its middle, WGS-84 degrees.
    pub lat: Option<f64>,
    /// From when it is in use.
    pub valid_from: Micros,
    /// Since when it is no longer.
    pub valid_to: Option<Micros>,
}

/// The county column of an area: the first six digits of its id, a shorter code filled with zeros
/// (`42` → `420000`, `4212` → `421200`, `421223100001-01` → `421223`).
pub fn county_of(area_id: &str) -> String {
    let digits: String = area_id.chars().take(6).collect();
    format!("{digits:0<6}")
}

/// The code under which the organisations of the city around a county are kept: `421223` → `421200`.
/// None for a city's or province's own code.
pub fn city_of(county: &str) -> Option<String> {
    let city = county.get(..4)?;
    (county.len() == 6 && !county.ends_with("00")).then(|| format!("{city}00"))
}

/// The area a county code stands for: `420000` → `42`, `421200` → `4212`, `421223` itself. The few
/// cities that have towns but no counties (`441900`) give the city.
pub fn root_of(county: &str) -> &str {
    let county = county.strip_suffix("00").unwrap_or(county);
    if county.len() == 4 { county.strip_suffix("00").unwrap_or(county) } else { county }
}

/// The ids in a path, the province first.
pub fn ancestors(path: &str) -> Vec<&str> {
    path.split('/').filter(|id| !id.is_empty()).collect()
}

/// Whether a text can be an area's id at all: digits and hyphens, not too many. Whatever somebody
/// wrote into an address is asked this before the database is.
pub fn is_id(text: &str) -> bool {
    (2..=24).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// The path of a division code, which its own digits spell: `421223100` → `42/4212/421223/421223100/`.
/// Below a village the parts after the hyphens follow.
pub fn path_of(area_id: &str) -> String {
    let (digits, rest) =
        area_id.split_once('-').map_or((area_id, None), |(digits, rest)| (digits, Some(rest)));
    let mut path = String::with_capacity(64);
    for part in [2, 4, 6, 9, 12].into_iter().filter_map(|length| digits.get(..length)) {
        path.push_str(part);
        path.push('/');
    }
    let mut id = digits.to_owned();
    for part in rest.into_iter().flat_map(|rest| rest.split('-')) {
        id.push('-');
        id.push_str(part);
        path.push_str(&id);
        path.push('/');
    }
    path
}

/// An area named in a list: id and name.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Crumb {
    /// The area's id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Names joined as screens show them: 「天城镇 › 桃溪社区 › 第1网格」.
pub fn joined(crumbs: &[Crumb]) -> String {
    crumbs.iter().map(|crumb| crumb.name.as_str()).collect::<Vec<_>>().join(" › ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counties_are_six_digits_whatever_the_area() {
        for (area, county) in [
            ("42", "420000"),
            ("4212", "421200"),
            ("421223", "421223"),
            ("421223100", "421223"),
            ("421223100001-01-02", "421223"),
        ] {
            assert_eq!(county_of(area), county);
        }
    }

    #[test]
    fn a_county_code_stands_for_an_area() {
        for (county, area) in [("420000", "42"), ("421200", "4212"), ("421223", "421223"), ("100100", "1001")]
        {
            assert_eq!(root_of(county), area);
        }
    }

    #[test]
    fn a_city_has_a_code_for_its_own() {
        assert_eq!(city_of("421223").as_deref(), Some("421200"));
        for other in ["421200", "420000", "4212", ""] {
            assert_eq!(city_of(other), None, "{other}");
        }
    }

    #[test]
    fn a_code_spells_its_own_path() {
        for (area, path) in [
            ("42", "42/"),
            ("421223100", "42/4212/421223/421223100/"),
            (
                "421223100001-01-02",
                "42/4212/421223/421223100/421223100001/421223100001-01/421223100001-01-02/",
            ),
        ] {
            assert_eq!(path_of(area), path);
            assert_eq!(ancestors(path).last(), Some(&area));
        }
    }

    #[test]
    fn kinds_go_down_one_level_at_a_time() {
        for (at, kind) in AreaKind::ALL.into_iter().enumerate() {
            assert_eq!(AreaKind::from_code(kind.code()), Some(kind));
            assert_eq!(usize::try_from(kind.level()), Ok(at + 1));
            assert_eq!(kind.below(), AreaKind::ALL.get(at + 1).copied());
        }
    }
}
