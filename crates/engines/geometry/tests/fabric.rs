//! Outlines side by side: random ones, some of which cross, touch, lie within each other or repeat each other's lines.

use lianxin_geometry::{CutError, Fabric, FaultKind, Point, Shape, UNITS_PER_DEGREE, cut, union};
use proptest::prelude::*;

type Node = (i64, i64);

/// A lattice coarse enough that lines often meet in its points, and fine enough that they often do not.
const STEP: f64 = 0.001;

fn point((x, y): Node) -> Point {
    Point::new(114.0 + x as f64 * STEP, 29.5 + y as f64 * STEP).expect("the lattice is on earth")
}

fn shape(nodes: &[Node]) -> Option<Shape> {
    let ring = nodes.iter().chain(&nodes[..1]).copied().map(point).collect();
    Shape::new(vec![vec![ring]]).ok()
}

fn rectangle(west: i64, south: i64, east: i64, north: i64) -> Shape {
    shape(&[(west, south), (east, south), (east, north), (west, north)]).expect("a rectangle is sound")
}

fn outlines() -> impl Strategy<Value = Vec<Shape>> {
    let node = (0..24_i64, 0..24_i64);
    let outline = prop::collection::vec(node, 3..7).prop_filter_map("crosses itself", |nodes| shape(&nodes));
    prop::collection::vec(outline, 1..5)
}

/// A square metre is far below what these lattices hold; rounding shifts a line by a centimetre at most.
fn is_near(one: f64, other: f64) -> bool {
    (one - other).abs() < 200.0
}

fn area(shape: Option<&Shape>) -> f64 {
    shape.map_or(0.0, Shape::area_m2)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Nothing is lost or counted twice: the faces of an outline are the outline.
    #[test]
    fn faces_add_up(outlines in outlines()) {
        let fabric = Fabric::weave(&outlines.iter().collect::<Vec<_>>(), &[]).unwrap();
        for (layer, outline) in outlines.iter().enumerate() {
            let own: f64 = fabric.faces().iter().filter(|face| face.layers.contains(&layer)).map(|face| face.area_m2()).sum();
            prop_assert!(is_near(own, outline.area_m2()), "{own} of {}", outline.area_m2());
            prop_assert!(is_near(area(fabric.layer(layer).as_ref()), outline.area_m2()));
        }
        for face in fabric.faces() {
            prop_assert!(face.area_m2() > 0.0);
        }
    }

    /// What was woven is a sound boundary, and weaving it again changes nothing.
    #[test]
    fn woven_outlines_stay_as_they_are(outlines in outlines()) {
        let once = Fabric::weave(&outlines.iter().collect::<Vec<_>>(), &[]).unwrap();
        let woven: Vec<Shape> = (0..outlines.len()).filter_map(|layer| once.layer(layer)).collect();
        for shape in &woven {
            let read = Shape::new(shape.polygons().to_vec());
            prop_assert!(read.is_ok(), "{read:?}");
        }
        let twice = Fabric::weave(&woven.iter().collect::<Vec<_>>(), &[]).unwrap();
        for (layer, shape) in woven.iter().enumerate() {
            let again = twice.layer(layer).expect("it is still there");
            prop_assert_eq!(again.area_m2().to_bits(), shape.area_m2().to_bits());
        }
        prop_assert_eq!(once.faces().len(), twice.faces().len());
    }

    /// An overlap is what both contain, asked point by point; a union is what either contains.
    #[test]
    fn faults_are_where_they_are_said_to_be(outlines in outlines(), at in (0..2_300_i64, 0..2_300_i64)) {
        let spot = Point::new(114.0 + (at.0 as f64 + 0.37) * 1e-5, 29.5 + (at.1 as f64 + 0.61) * 1e-5).unwrap();
        let fabric = Fabric::weave(&outlines.iter().collect::<Vec<_>>(), &[]).unwrap();
        let holders: Vec<usize> = (0..outlines.len()).filter(|layer| outlines[*layer].contains(spot)).collect();
        let overlaps = fabric.faults(None);
        for fault in &overlaps {
            let both = fault.layers.iter().all(|layer| holders.contains(layer));
            prop_assert_eq!(fault.shape.contains(spot), both, "{:?}", fault.layers);
        }
        let pairs = holders.len() * holders.len().saturating_sub(1) / 2;
        prop_assert_eq!(overlaps.iter().filter(|fault| fault.shape.contains(spot)).count(), pairs);
        let all = union(&outlines.iter().collect::<Vec<_>>()).unwrap();
        prop_assert_eq!(all.is_some_and(|all| all.contains(spot)), !holders.is_empty());
    }

    /// However carelessly somebody drew: mended without bound, the frame is filled and nobody has the same ground.
    #[test]
    fn mended_outlines_lie_side_by_side(outlines in outlines(), touched in 0..4_usize) {
        let frame = rectangle(2, 2, 20, 20);
        let parts = outlines.len();
        let all: Vec<&Shape> = outlines.iter().chain([&frame]).collect();
        let mended = Fabric::weave(&all, &[]).unwrap().mended(Some(parts), &[touched], f64::INFINITY);
        let left: Vec<Shape> = mended.layers.into_iter().flatten().collect();
        prop_assume!(!left.is_empty());
        let again: Vec<&Shape> = left.iter().chain([&frame]).collect();
        let faults = Fabric::weave(&again, &[]).unwrap().faults(Some(left.len()));
        prop_assert!(faults.is_empty(), "{faults:?}");
        let all: f64 = left.iter().map(Shape::area_m2).sum();
        prop_assert!(is_near(all, frame.area_m2()));
    }

    /// A cut gives two parts that are the whole, the first of them the smaller, with nothing between them.
    #[test]
    fn a_cut_parts(outlines in outlines(), line in prop::collection::vec((-2..26_i64, -2..26_i64), 2..4)) {
        let line: Vec<Point> = line.into_iter().map(point).collect();
        let Ok((part, rest)) = cut(&outlines[0], &line) else { return Ok(()) };
        prop_assert!(is_near(part.area_m2() + rest.area_m2(), outlines[0].area_m2()));
        prop_assert!(part.area_m2() <= rest.area_m2() + 1.0);
        let both = Fabric::weave(&[&part, &rest], &[]).unwrap();
        prop_assert!(both.faults(None).is_empty());
        let whole = union(&[&part, &rest]).unwrap().expect("two parts have ground");
        prop_assert!(is_near(whole.area_m2(), outlines[0].area_m2()));
        // An outline may touch itself in a corner: what is whole then falls into as many pieces, cut or not.
        let before = union(&[&outlines[0]]).unwrap().expect("an outline has ground");
        prop_assert_eq!(whole.polygons().len(), before.polygons().len());
    }
}

#[test]
fn a_gap_and_an_overlap_are_named_and_closed() {
    let frame = rectangle(0, 0, 20, 10);
    let west = rectangle(0, 0, 10, 10);
    // A careless neighbour: half a metre short of the border in the south, half a metre over it in the north.
    let off = 0.005;
    let lon = |x: f64| 114.0 + x * STEP;
    let east: Vec<Point> =
        [(10.0 + off, 0.0), (20.0, 0.0), (20.0, 10.0), (10.0 - off, 10.0), (10.0 + off, 0.0)]
            .map(|(x, y)| Point::new(lon(x), 29.5 + y * STEP).unwrap())
            .into();
    let east = Shape::new(vec![vec![east]]).unwrap();
    let fabric = Fabric::weave(&[&west, &east, &frame], &[]).unwrap();
    let faults = fabric.faults(Some(2));
    let kinds: Vec<FaultKind> = faults.iter().map(|fault| fault.kind).collect();
    assert_eq!(kinds, [FaultKind::Overlap, FaultKind::Gap]);
    assert_eq!((faults[0].layers.as_slice(), faults[1].layers.as_slice()), (&[0, 1][..], &[0, 1][..]));
    // A triangle of 0.48 metres by 554.
    assert!((120.0..150.0).contains(&faults[0].shape.area_m2()), "{}", faults[0].shape.area_m2());

    assert_eq!(fabric.clone().mended(Some(2), &[1], 0.1).closed, 0, "wider than that");
    let mended = fabric.mended(Some(2), &[1], 1.0);
    assert_eq!(mended.closed, 2);
    let [Some(west), Some(east)] = &mended.layers[..] else { panic!("both are there") };
    assert!(Fabric::weave(&[west, east, &frame], &[]).unwrap().faults(Some(2)).is_empty());
}

#[test]
fn a_line_that_does_not_part_is_refused() {
    let land = rectangle(0, 0, 10, 10);
    let line = |nodes: &[Node]| nodes.iter().copied().map(point).collect::<Vec<_>>();
    assert_eq!(cut(&land, &line(&[(20, 0), (20, 10)])), Err(CutError::Misses));
    assert_eq!(cut(&land, &line(&[(3, 3), (5, 5)])), Err(CutError::Misses), "it ends in the middle");
    let bay = shape(&[(0, 0), (10, 0), (10, 10), (7, 10), (7, 3), (3, 3), (3, 10), (0, 10)]).unwrap();
    assert_eq!(cut(&bay, &line(&[(-1, 8), (11, 8)])), Err(CutError::Parts(3)));
    let (part, rest) = cut(&land, &line(&[(0, 0), (10, 10)])).expect("from corner to corner");
    assert!(is_near(part.area_m2(), rest.area_m2()));
    assert_eq!(UNITS_PER_DEGREE, 1e7);
}

#[test]
fn holes_and_islands_keep_their_places() {
    let (lake, isle) = (rectangle(2, 2, 8, 8), rectangle(4, 4, 6, 6));
    let fabric = Fabric::weave(&[&rectangle(0, 0, 10, 10), &lake, &isle], &[]).unwrap();
    let land = fabric.ground(|face| face.layers == [0]).unwrap();
    assert_eq!((land.polygons().len(), land.polygons()[0].len()), (1, 2), "a ring around a hole");
    let dry = fabric.ground(|face| face.layers == [0] || face.layers.contains(&2)).unwrap();
    assert_eq!(dry.polygons().len(), 2, "and the isle in the lake");
    let all = union(&[&rectangle(0, 0, 5, 10), &rectangle(5, 0, 10, 10)]).unwrap().unwrap();
    assert_eq!((all.polygons().len(), all.polygons()[0].len()), (1, 1), "no line is left between neighbours");
}
