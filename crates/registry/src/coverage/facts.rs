//! What a plan is made from: units, their members and places, and the branches there are, as the registry has them today.

use std::collections::{BTreeMap, HashMap};

use lianxin_formation::{Organisation as Host, OrganisationKind as HostKind, Unit, UnitKind};
use lianxin_foundation::{Micros, Result, Tx};
use lianxin_geometry::EARTH_RADIUS_M;
use uuid::Uuid;

use super::store::{self, HostRow, UnitRow};
use crate::area::{ancestors, store as areas};
use crate::organisation::{Form, OrganisationKind};

/// A unit as it is known.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) row: UnitRow,
    /// Formal members who work there.
    pub(crate) members: i64,
    /// Everybody who works there.
    pub(crate) staff: i64,
    /// The association it belongs to, the longest standing where there are several.
    pub(crate) association: Option<Uuid>,
    /// Degrees east and north: its own, else those of the smallest area around it that has any.
    pub(crate) point: Option<(f64, f64)>,
}

impl Fact {
    /// What a line of a plan rests on; two that differ say that it is out of date.
    pub(crate) fn basis(&self) -> String {
        let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        let (lon, lat) = self.point.unwrap_or_default();
        format!(
            "{}|{}|{}|{lon:.5}|{lat:.5}|{}|{}",
            self.members,
            id(self.row.superior),
            self.row.path,
            self.row.trade.as_deref().unwrap_or_default(),
            id(self.association),
        )
    }
}

/// The units of an area, by place and name; only `ids` where any are given.
pub(crate) async fn units(
    tx: &mut Tx,
    (county, path): (&str, &str),
    ids: &[Uuid],
    at: Micros,
) -> Result<Vec<Fact>> {
    let rows = store::units(tx, county, path, ids, at).await?;
    let members: HashMap<Uuid, i64> = store::members(tx, county, path, ids, at).await?.into_iter().collect();
    let staff: HashMap<Uuid, i64> = store::staff(tx, county, path, ids, at).await?.into_iter().collect();
    let mut associations: HashMap<Uuid, Uuid> = HashMap::new();
    for (unit, association) in store::affiliations(tx, county, path, ids, at).await? {
        associations.entry(unit).or_insert(association);
    }
    let points = points(tx, rows.iter().map(|row| row.path.as_str())).await?;
    let fact = |row: UnitRow| Fact {
        members: members.get(&row.id).copied().unwrap_or(0),
        staff: staff.get(&row.id).copied().unwrap_or(0),
        association: associations.get(&row.id).copied(),
        point: row.lon.zip(row.lat).or_else(|| nearest(&points, &row.path)),
        row,
    };
    Ok(rows.into_iter().map(fact).collect())
}

/// A branch there is already.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) row: HostRow,
    pub(crate) members: i64,
    pub(crate) units: i64,
    pub(crate) point: Option<(f64, f64)>,
}

/// The branches, general branches and committees of an area that have members of their own.
pub(crate) async fn hosts(tx: &mut Tx, county: &str, path: &str, at: Micros) -> Result<Vec<Known>> {
    let rows = store::hosts(tx, county, path, at).await?;
    let members: HashMap<Uuid, i64> = store::host_members(tx, county, path, at).await?.into_iter().collect();
    let units: HashMap<Uuid, i64> = store::host_units(tx, county, at).await?.into_iter().collect();
    let points = points(tx, rows.iter().map(|row| row.path.as_str())).await?;
    let known = |row: HostRow| Known {
        members: members.get(&row.id).copied().unwrap_or(0),
        units: units.get(&row.id).copied().unwrap_or(0),
        point: row.lon.zip(row.lat).or_else(|| nearest(&points, &row.path)),
        row,
    };
    Ok(rows.into_iter().map(known).collect())
}

async fn points<'p>(
    tx: &mut Tx,
    paths: impl Iterator<Item = &'p str>,
) -> Result<HashMap<String, (f64, f64)>> {
    let ids: Vec<&str> = paths.flat_map(ancestors).filter(|id| id.len() >= 6).collect();
    areas::points(tx, &ids).await
}

/// The point of the smallest area of a path that has one.
fn nearest(points: &HashMap<String, (f64, f64)>, path: &str) -> Option<(f64, f64)> {
    ancestors(path).iter().rev().find_map(|id| points.get(*id).copied())
}

/// The same facts as the engine reads them: in metres on a plane that touches the earth amid the units.
pub(crate) struct Ground {
    pub(crate) units: Vec<Unit>,
    pub(crate) hosts: Vec<Host>,
}

impl Ground {
    /// Lays out units that have a place, and the branches there are.
    pub(crate) fn of(units: &[Fact], hosts: &[Known]) -> Ground {
        let placed: Vec<(&Fact, (f64, f64))> =
            units.iter().filter_map(|fact| Some((fact, fact.point?))).collect();
        let plane = Plane::amid(placed.iter().map(|(_, point)| *point));
        let associations: BTreeMap<Uuid, ()> = placed
            .iter()
            .filter(|(fact, _)| is_association(fact.row.kind))
            .map(|(fact, _)| (fact.row.id, ()))
            .collect();
        let mut known: BTreeMap<Uuid, Host> =
            hosts.iter().filter_map(|host| Some((host.row.id, plane.host(host, host.point?)))).collect();
        let units = placed.iter().map(|(fact, point)| {
            let (x, y) = plane.of(*point);
            let association = match is_association(fact.row.kind) {
                true => Some(fact.row.id),
                false => fact.association.filter(|id| associations.contains_key(id)),
            };
            // Whoever covers it from outside the area takes nobody else on, and stands where it does.
            if let Some(superior) = fact.row.superior {
                known.entry(superior).or_insert_with(|| Host {
                    id: superior.to_string(),
                    kind: HostKind::Branch,
                    name: String::new(),
                    area: fact.row.path.clone(),
                    x,
                    y,
                    members: 0,
                    units: 1,
                    takes: 0,
                });
            }
            Unit {
                id: fact.row.id.to_string(),
                kind: if is_association(fact.row.kind) {
                    UnitKind::Association
                } else {
                    UnitKind::Enterprise
                },
                name: fact.row.name.clone(),
                area: fact.row.path.clone(),
                x,
                y,
                trade: fact.row.trade.clone().unwrap_or_default(),
                association: association.map(|id| id.to_string()).unwrap_or_default(),
                members: count(fact.members),
                staff: count(fact.staff.max(fact.members)),
                organisation: fact.row.superior.map(|id| id.to_string()).unwrap_or_default(),
            }
        });
        Ground { units: units.collect(), hosts: known.into_values().collect() }
    }
}

fn count(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX).min(lianxin_formation::MOST_PEOPLE)
}

fn is_association(kind: OrganisationKind) -> bool {
    matches!(kind, OrganisationKind::Association | OrganisationKind::Chamber)
}

/// A plane that touches the earth at a latitude: within a county its distances are off by less than one in a thousand.
struct Plane {
    east: f64,
    north: f64,
    narrow: f64,
}

impl Plane {
    fn amid(points: impl Iterator<Item = (f64, f64)>) -> Plane {
        let (mut east, mut north, mut count) = (0.0, 0.0, 0.0_f64);
        for (lon, lat) in points {
            (east, north, count) = (east + lon, north + lat, count + 1.0);
        }
        let (east, north) = (east / count.max(1.0), north / count.max(1.0));
        Plane { east, north, narrow: north.to_radians().cos() }
    }

    /// Metres east and north of its middle.
    #[expect(clippy::cast_possible_truncation, reason = "half the earth's girth in metres fits")]
    fn of(&self, (lon, lat): (f64, f64)) -> (i32, i32) {
        let metres = |degrees: f64| (degrees.to_radians() * EARTH_RADIUS_M).round() as i32;
        (metres((lon - self.east) * self.narrow), metres(lat - self.north))
    }

    fn host(&self, known: &Known, point: (f64, f64)) -> Host {
        let (x, y) = self.of(point);
        let kind = match known.row.kind {
            OrganisationKind::Committee => HostKind::Committee,
            OrganisationKind::GeneralBranch => HostKind::GeneralBranch,
            _ if known.row.form == Form::Joint => HostKind::JointBranch,
            _ => HostKind::Branch,
        };
        // A joint branch takes on neighbours as far as the rules let it; any other only when it says so.
        let takes = match (known.row.takes, kind) {
            (Some(takes), _) => count(takes),
            (None, HostKind::JointBranch) => u32::MAX,
            (None, _) => 0,
        };
        Host {
            id: known.row.id.to_string(),
            kind,
            name: known.row.name.clone(),
            area: known.row.path.clone(),
            x,
            y,
            members: count(known.members),
            units: count(known.units),
            takes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plane_measures_as_the_earth_does() {
        let plane = Plane::amid([(114.0, 29.5), (114.1, 29.6)].into_iter());
        let ((x, y), (u, v)) = (plane.of((114.0, 29.5)), plane.of((114.1, 29.6)));
        let along = f64::from(u - x).hypot(f64::from(v - y));
        let point = |lon, lat| lianxin_geometry::Point::new(lon, lat).unwrap();
        let true_metres = lianxin_geometry::distance_m(point(114.0, 29.5), point(114.1, 29.6));
        assert!((along / true_metres - 1.0).abs() < 0.001, "{along} {true_metres}");
    }

    #[test]
    fn the_smallest_area_with_a_point_places_a_unit() {
        let points = HashMap::from([("421223".to_owned(), (1.0, 1.0)), ("421223100".to_owned(), (2.0, 2.0))]);
        assert_eq!(nearest(&points, "42/4212/421223/421223100/421223100001/"), Some((2.0, 2.0)));
        assert_eq!(nearest(&points, "42/4212/421223/"), Some((1.0, 1.0)));
        assert_eq!(nearest(&points, "42/4212/"), None);
    }
}
