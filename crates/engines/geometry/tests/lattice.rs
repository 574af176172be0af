//! The boundary's answers against slow, obvious and exact ones: all coordinates lie on a lattice of 1/64
//! degree, so that an oracle can work in whole numbers.

use lianxin_geometry::{Index, Point, Polygon, Ring, Shape, ShapeError};
use proptest::prelude::*;

type Node = (i64, i64);

const UNIT: f64 = 1.0 / 64.0;

fn point((x, y): Node) -> Point {
    Point::new(114.0 + x as f64 * UNIT, 29.5 + y as f64 * UNIT).expect("the lattice is on earth")
}

fn ring(nodes: &[Node]) -> Ring {
    nodes.iter().chain(&nodes[..1]).copied().map(point).collect()
}

fn turn(a: Node, b: Node, c: Node) -> i64 {
    (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
}

fn edges(nodes: &[Node]) -> Vec<(Node, Node)> {
    (0..nodes.len()).map(|i| (nodes[i], nodes[(i + 1) % nodes.len()])).collect()
}

fn is_between(a: Node, b: Node, c: Node) -> bool {
    turn(a, b, c) == 0
        && (a.0.min(b.0)..=a.0.max(b.0)).contains(&c.0)
        && (a.1.min(b.1)..=a.1.max(b.1)).contains(&c.1)
}

/// How often the line winds around the node; `None` on the line.
fn winding(nodes: &[Node], at: Node) -> Option<i64> {
    let mut number = 0;
    for (a, b) in edges(nodes) {
        if is_between(a, b, at) {
            return None;
        }
        if a.1 <= at.1 && b.1 > at.1 && turn(a, b, at) > 0 {
            number += 1;
        }
        if a.1 > at.1 && b.1 <= at.1 && turn(a, b, at) < 0 {
            number -= 1;
        }
    }
    Some(number)
}

fn oracle_contains(exterior: &[Node], hole: &[Node], at: Node) -> bool {
    match (winding(exterior, at), winding(hole, at)) {
        (None, _) | (_, None) => true,
        (Some(outer), Some(inner)) => outer != 0 && inner == 0,
    }
}

/// A simple line around the origin: nodes in order of direction, at least one in each quarter.
fn star() -> impl Strategy<Value = Vec<Node>> {
    let reach = 1..64_i64;
    let axes = (reach.clone(), reach.clone(), reach.clone(), reach);
    let others = prop::collection::vec((-64..64_i64, -64..64_i64), 0..12);
    (axes, others, any::<bool>()).prop_map(|((e, n, w, s), mut nodes, reverse)| {
        nodes.extend([(e, 0), (0, n), (-w, 0), (0, -s)]);
        nodes.retain(|node| *node != (0, 0));
        nodes.sort_by_key(|&(x, y)| x * x + y * y);
        nodes.sort_by(|a, b| half(*a).cmp(&half(*b)).then(0.cmp(&turn((0, 0), *a, *b))));
        nodes.dedup_by(|a, b| half(*a) == half(*b) && turn((0, 0), *a, *b) == 0);
        if reverse {
            nodes.reverse();
        }
        nodes
    })
}

fn half((x, y): Node) -> bool {
    y < 0 || (y == 0 && x < 0)
}

/// A star with itself, half as large, as its hole.
fn holed(nodes: &[Node]) -> (Vec<Node>, Vec<Node>) {
    (nodes.iter().map(|(x, y)| (2 * x, 2 * y)).collect(), nodes.to_vec())
}

fn polygon(exterior: &[Node], hole: &[Node]) -> Polygon {
    vec![ring(exterior), ring(hole)]
}

/// Whether edges that are no neighbours meet, or neighbours overlap.
fn oracle_meets_itself(nodes: &[Node]) -> bool {
    let edges = edges(nodes);
    let count = edges.len();
    let mut pairs = (0..count).flat_map(|i| (i + 1..count).map(move |j| (i, j)));
    pairs.any(|(i, j)| {
        let ((a, b), (c, d)) = (edges[i], edges[j]);
        if j == i + 1 {
            is_between(a, b, d) || is_between(c, d, a)
        } else if i == 0 && j == count - 1 {
            is_between(a, b, c) || is_between(c, d, b)
        } else {
            meet((a, b), (c, d))
        }
    })
}

fn meet((a, b): (Node, Node), (c, d): (Node, Node)) -> bool {
    let through = turn(a, b, c).signum() * turn(a, b, d).signum() < 0
        && turn(c, d, a).signum() * turn(c, d, b).signum() < 0;
    through || is_between(a, b, c) || is_between(a, b, d) || is_between(c, d, a) || is_between(c, d, b)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn contains_as_the_winding_number_says(nodes in star(), asked in prop::collection::vec((-130..130_i64, -130..130_i64), 40)) {
        let (exterior, hole) = holed(&nodes);
        let shape = Shape::new(vec![polygon(&exterior, &hole)]).unwrap();
        for at in asked.into_iter().chain(exterior.clone()).chain(hole.clone()).chain([(0, 0)]) {
            prop_assert_eq!(shape.contains(point(at)), oracle_contains(&exterior, &hole, at), "at {:?}", at);
        }
    }

    #[test]
    fn a_point_of_an_edge_is_inside(nodes in star(), share in 0.0..=1.0_f64) {
        let shape = Shape::new(vec![vec![ring(&nodes)]]).unwrap();
        for (a, b) in edges(&nodes) {
            let (a, b) = (point(a), point(b));
            let on = Point::new(a.lon() + share * (b.lon() - a.lon()), a.lat() + share * (b.lat() - a.lat())).unwrap();
            prop_assert!(shape.contains(on));
        }
    }

    #[test]
    fn a_ring_that_meets_itself_is_refused(nodes in prop::collection::vec((0..8_i64, 0..8_i64), 3..8)) {
        let made = Shape::new(vec![vec![ring(&nodes)]]);
        let mut distinct = nodes.clone();
        distinct.dedup();
        if distinct.len() > 1 && distinct.first() == distinct.last() {
            distinct.pop();
        }
        if distinct.len() < 3 {
            let is_too_few = matches!(made, Err(ShapeError::TooFewPoints { .. }));
            prop_assert!(is_too_few);
        } else {
            let is_refused = matches!(made, Err(ShapeError::SelfIntersection { .. }));
            prop_assert_eq!(is_refused, oracle_meets_itself(&distinct));
            prop_assert_eq!(made.is_ok(), !is_refused);
        }
    }

    #[test]
    fn area_and_centroid(nodes in star(), first in 0..4_usize) {
        let (exterior, hole) = holed(&nodes);
        let full = Shape::new(vec![vec![ring(&exterior)]]).unwrap();
        let cut = Shape::new(vec![polygon(&exterior, &hole)]).unwrap();
        let plug = Shape::new(vec![vec![ring(&hole)]]).unwrap();
        prop_assert!((full.area_m2() - plug.area_m2() - cut.area_m2()).abs() < full.area_m2() * 1e-9);
        let doubled: i64 = edges(&exterior).iter().map(|(a, b)| turn((0, 0), *a, *b)).sum();
        // The sphere's area lies between the plane's at its northern and at its southern end.
        let metres = |lat: f64| (lianxin_geometry::EARTH_RADIUS_M.to_radians() * UNIT).powi(2) * lat.to_radians().cos();
        let plane = doubled.abs() as f64 / 2.0;
        let bounds = full.bounds();
        prop_assert!(full.area_m2() >= plane * metres(bounds.north) * 0.999_99 && full.area_m2() <= plane * metres(bounds.south) * 1.000_01);
        let mut turned = exterior.clone();
        turned.rotate_left(first);
        let center = full.centroid();
        let again = Shape::new(vec![vec![ring(&turned)]]).unwrap().centroid();
        prop_assert!((center.lon() - again.lon()).abs() < 1e-9 && (center.lat() - again.lat()).abs() < 1e-9);
        prop_assert!(bounds.contains(center));
    }

    #[test]
    fn geojson_there_and_back(nodes in star()) {
        let (exterior, hole) = holed(&nodes);
        let far: Vec<Node> = nodes.iter().map(|(x, y)| (x + 400, *y)).collect();
        for polygons in [vec![polygon(&exterior, &hole)], vec![polygon(&exterior, &hole), vec![ring(&far)]]] {
            let shape = Shape::new(polygons).unwrap();
            prop_assert_eq!(&Shape::from_geojson(&shape.to_geojson()).unwrap(), &shape);
            let text = serde_json::to_string(&shape).unwrap();
            prop_assert_eq!(&text.parse::<Shape>().unwrap(), &shape);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_index_finds_what_a_plain_search_finds(
        stars in prop::collection::vec((star(), (-300..300_i64, -300..300_i64)), 0..300),
        asked in prop::collection::vec((-400..400_i64, -400..400_i64), 100),
    ) {
        let placed: Vec<Vec<Node>> =
            stars.iter().map(|(nodes, (dx, dy))| nodes.iter().map(|(x, y)| (x + dx, y + dy)).collect()).collect();
        let shapes: Vec<Shape> = placed.iter().map(|nodes| Shape::new(vec![vec![ring(nodes)]]).unwrap()).collect();
        let index = Index::new(shapes.iter().cloned().enumerate());
        prop_assert_eq!(index.len(), shapes.len());
        for at in asked.into_iter().chain(placed.iter().map(|nodes| nodes[0])) {
            let mut expected: Vec<usize> = (0..shapes.len()).filter(|i| shapes[*i].contains(point(at))).collect();
            expected.sort_by(|a, b| shapes[*a].area_m2().total_cmp(&shapes[*b].area_m2()));
            prop_assert_eq!(index.containing(point(at)).into_iter().copied().collect::<Vec<_>>(), expected);
        }
    }
}
