//! Streets from an OpenStreetMap extract, as people walk.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use lianxin_foundation::error::While;
use lianxin_foundation::{Error, Result};
use lianxin_reach::{Origin, distance_dm};
use osmpbf::{Element, ElementReader};

/// Ways that are for walking, or have room for it, unless their tags say otherwise.
const WALKED: [&str; 22] = [
    "bridleway",
    "corridor",
    "cycleway",
    "footway",
    "living_street",
    "path",
    "pedestrian",
    "primary",
    "primary_link",
    "residential",
    "road",
    "secondary",
    "secondary_link",
    "service",
    "steps",
    "tertiary",
    "tertiary_link",
    "track",
    "trunk",
    "trunk_link",
    "unclassified",
    "crossing",
];

/// What keeps walkers out, and what lets them in all the same.
const CLOSED: [&str; 4] = ["no", "private", "military", "use_sidepath"];
const OPEN: [&str; 4] = ["yes", "designated", "permissive", "official"];

/// An extract's streets as the tables that `--nodes` and `--edges` would hold.
pub struct Extract {
    /// `id,x_dm,y_dm,population`, with nobody in it: a map of streets does not know who lives there.
    pub nodes: String,
    /// `u,v,length_dm`.
    pub edges: String,
    /// Where the plane touches the earth.
    pub origin: Origin,
}

/// Reads the walkable ways of `file`, then the nodes on them.
pub fn read(file: &Path) -> Result<Extract> {
    let doing = || format!("reading {}", file.display());
    let mut ways: Vec<Vec<i64>> = Vec::new();
    each(file, |element| {
        if let Element::Way(way) = element
            && is_walked(way.tags())
        {
            ways.push(way.refs().collect());
        }
    })?;
    let on_ways: HashSet<i64> = ways.iter().flatten().copied().collect();
    let (mut spots, mut locked) = (HashMap::new(), HashSet::new());
    let mut node = |id: i64, at: (f64, f64), is_locked: bool| {
        if on_ways.contains(&id) && at.0.is_finite() && at.1.is_finite() {
            spots.insert(id, at);
            if is_locked {
                locked.insert(id);
            }
        }
    };
    each(file, |element| match element {
        Element::Node(one) => node(one.id(), (one.lon(), one.lat()), is_locked(one.tags())),
        Element::DenseNode(one) => node(one.id(), (one.lon(), one.lat()), is_locked(one.tags())),
        _ => {}
    })?;
    if spots.is_empty() {
        return Err(Error::failed(doing(), "it holds no street that can be walked"));
    }
    extract(&ways, &spots, &locked).while_doing(doing())
}

/// Hands over every element of an extract. Damaged numbers may add up to more than a number holds: the library that reads
/// them stops there where sums are checked, and that is an error of the file.
fn each(file: &Path, take: impl FnMut(Element<'_>)) -> Result<()> {
    let doing = || format!("reading {}", file.display());
    let reader = ElementReader::from_path(file).while_doing(doing())?;
    catch_unwind(AssertUnwindSafe(|| reader.for_each(take)))
        .map_err(|_| Error::failed(doing(), "its numbers are damaged"))?
        .while_doing(doing())
}

/// Whether people walk a way: by its kind, unless `foot` or `access` says otherwise.
fn is_walked<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> bool {
    let (mut kind, mut foot, mut access, mut beside) = ("", "", "", false);
    for (key, value) in tags {
        match key {
            "highway" => kind = value,
            "foot" => foot = value,
            "access" => access = value,
            "sidewalk" | "sidewalk:left" | "sidewalk:right" | "sidewalk:both" => beside |= value != "no",
            _ => {}
        }
    }
    let allowed = OPEN.contains(&foot);
    // Trunk roads are no place to walk without a pavement.
    let is_fit = !kind.starts_with("trunk") || allowed || beside;
    let is_closed = CLOSED.contains(&foot) || CLOSED.contains(&access) && !allowed;
    WALKED.contains(&kind) && is_fit && !is_closed
}

/// Whether nobody passes a node: a gate or wall whose tags let no walker through.
fn is_locked<'a>(tags: impl Iterator<Item = (&'a str, &'a str)>) -> bool {
    let (mut barrier, mut foot, mut access) = ("", "", "");
    for (key, value) in tags {
        match key {
            "barrier" => barrier = value,
            "foot" => foot = value,
            "access" => access = value,
            _ => {}
        }
    }
    let is_wall = ["wall", "fence", "debris"].contains(&barrier);
    let is_closed = CLOSED.contains(&foot) || CLOSED.contains(&access) || is_wall;
    !barrier.is_empty() && is_closed && !OPEN.contains(&foot)
}

/// Lays the ways out on a plane. Nodes keep the extract's ids; a way is cut where a node is missing, as at the
/// edge of an extract, and at locked gates.
fn extract(
    ways: &[Vec<i64>],
    spots: &HashMap<i64, (f64, f64)>,
    locked: &HashSet<i64>,
) -> std::result::Result<Extract, std::fmt::Error> {
    let middle = |of: fn(&(f64, f64)) -> f64| {
        let least = spots.values().map(of).fold(f64::INFINITY, f64::min);
        let most = spots.values().map(of).fold(f64::NEG_INFINITY, f64::max);
        // Rounded, so that extracts of one city share their frame more often.
        ((least + most) * 50.0).round() / 100.0
    };
    let origin = Origin { lon: middle(|at| at.0), lat: middle(|at| at.1) };
    let (mut nodes, mut edges) = ("id,x_dm,y_dm,population\n".to_owned(), "u,v,length_dm\n".to_owned());
    let mut ids: Vec<i64> = spots.keys().copied().collect();
    ids.sort_unstable();
    let mut known = HashSet::new();
    for id in ids {
        let (lon, lat) = spots[&id];
        if let Some((x, y)) = origin.plane(lon, lat) {
            known.insert(id);
            writeln!(nodes, "{id},{x},{y},0")?;
        }
    }
    for (from, to) in ways.iter().flat_map(|way| way.windows(2)).map(|pair| (pair[0], pair[1])) {
        let is_open = |id| known.contains(&id) && !locked.contains(&id);
        if is_open(from) && is_open(to) {
            let length = distance_dm(spots[&from], spots[&to]).round();
            writeln!(edges, "{from},{to},{length}")?;
        }
    }
    Ok(Extract { nodes, edges, origin })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walking_rules() {
        let walked = |tags: &[(&'static str, &'static str)]| is_walked(tags.iter().copied());
        assert!(walked(&[("highway", "footway")]));
        assert!(walked(&[("highway", "residential"), ("access", "destination")]));
        assert!(walked(&[("highway", "service"), ("access", "private"), ("foot", "yes")]));
        assert!(walked(&[("highway", "trunk"), ("sidewalk", "both")]));
        assert!(!walked(&[("highway", "trunk")]));
        assert!(!walked(&[("highway", "trunk"), ("sidewalk", "no")]));
        assert!(!walked(&[("highway", "motorway"), ("foot", "yes")]));
        assert!(!walked(&[("highway", "path"), ("foot", "no")]));
        assert!(!walked(&[("highway", "service"), ("access", "private")]));
        assert!(!walked(&[("highway", "proposed")]));
        assert!(!walked(&[("waterway", "river")]));
    }

    #[test]
    fn gates_let_people_through_unless_they_are_locked() {
        let locked = |tags: &[(&'static str, &'static str)]| is_locked(tags.iter().copied());
        assert!(!locked(&[("barrier", "gate")]));
        assert!(!locked(&[("barrier", "bollard"), ("motor_vehicle", "no")]));
        assert!(locked(&[("barrier", "gate"), ("access", "private")]));
        assert!(!locked(&[("barrier", "gate"), ("access", "private"), ("foot", "designated")]));
        assert!(locked(&[("barrier", "wall")]));
        assert!(!locked(&[("access", "private")]), "a node that is no barrier stops nobody");
    }

    #[test]
    fn ways_are_laid_out_and_cut() {
        let spots = HashMap::from([
            (1, (24.93, 60.17)),
            (2, (24.94, 60.17)),
            (3, (24.95, 60.17)),
            (4, (24.96, 60.17)),
        ]);
        let ways = [vec![1, 2, 3, 4], vec![3, 9, 4]];
        let extract = extract(&ways, &spots, &HashSet::from([4])).unwrap();
        // A hundredth of a degree is 11,119.51 dm on a great circle of 63,710,088 dm radius; times cos 60.17° = 0.497428
        // these are 5,531.16 dm, rounded to 5,531.
        assert_eq!(extract.edges, "u,v,length_dm\n1,2,5531\n2,3,5531\n");
        assert_eq!(extract.origin, Origin { lon: 24.95, lat: 60.17 });
        assert_eq!(extract.nodes.lines().nth(3), Some("3,0,0,0"));
        assert_eq!(extract.nodes.lines().count(), 5);
    }
}
