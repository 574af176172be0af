//! Boundaries as people send them: what is read, what is refused and in which words.

use std::error::Error;

use lianxin_geometry::{Datum, Index, Point, Shape, distance_m, features};
use serde_json::{Value, json};

fn point(lon: f64, lat: f64) -> Point {
    Point::new(lon, lat).expect("a place on earth")
}

fn square(west: f64, south: f64, side: f64) -> Value {
    let (east, north) = (west + side, south + side);
    json!([[west, south], [east, south], [east, north], [west, north], [west, south]])
}

fn polygon(rings: &[Value]) -> Value {
    json!({"type": "Polygon", "coordinates": rings})
}

/// The error and its causes in one line.
fn told(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

#[test]
fn refusals_say_what_is_wrong_and_where() {
    let open = json!([[114, 29], [115, 29], [115, 30], [114, 30]]);
    let bow_tie = json!([[114, 29], [115, 30], [115, 29], [114, 30], [114, 29]]);
    let spike = json!([[114, 29], [115, 29], [116, 29], [114, 29]]);
    let cases = [
        (
            json!({"type": "Point", "coordinates": [114, 29]}),
            "expected \"type\" to be Polygon or MultiPolygon, found \"Point\"",
        ),
        (json!(null), "found nothing"),
        (json!({"type": "Polygon"}), "the array of rings in polygon 0 is missing or not an array"),
        (json!({"type": "MultiPolygon", "coordinates": {}}), "coordinates is missing or not an array"),
        (json!({"type": "MultiPolygon", "coordinates": []}), "polygon 0 has no exterior ring"),
        (
            json!({"type": "MultiPolygon", "coordinates": [[square(1.0, 1.0, 1.0)], [7]]}),
            "positions in polygon 1, ring 0",
        ),
        (polygon(&[]), "polygon 0 has no exterior ring"),
        (polygon(&[json!([])]), "ring 0 is open"),
        (polygon(&[open]), "polygon 0, ring 0 is open: its last point must repeat its first"),
        (polygon(&[json!([[114, 29], [115, 29], [114, 29]])]), "has 3 different points in a row"),
        (polygon(&[json!([[114, 29], [115, 29], [115, 29], [114, 29]])]), "has 3 different points in a row"),
        (
            polygon(&[json!([[114, 29], [115, "29"]])]),
            "polygon 0, ring 0, position 1 is missing or not an array of two numbers",
        ),
        (
            polygon(&[json!([[29.5, 114.0]])]),
            "polygon 0, ring 0, position 0 is no place: latitude 114 is not between -90 and 90",
        ),
        (polygon(&[bow_tie]), "polygon 0, ring 0 meets itself near 114.000000, 29.000000"),
        (polygon(&[spike]), "polygon 0, ring 0 meets itself"),
        (polygon(&[square(114.0, 29.0, 1.0), square(114.5, 29.5, 1.0)]), "polygon 0: rings [0, 1] cross"),
        (
            polygon(&[square(114.0, 29.0, 1.0), square(116.0, 29.0, 1.0)]),
            "the hole in ring 1 is not inside the exterior ring",
        ),
    ];
    for (geometry, expected) in cases {
        let error = told(&Shape::from_geojson(&geometry).unwrap_err());
        assert!(error.contains(expected), "{geometry}: {error}");
    }
    assert!(told(&"{".parse::<Shape>().unwrap_err()).starts_with("not JSON: "));
}

#[test]
fn edges_holes_and_parts() {
    let shape = Shape::from_geojson(&json!({"type": "MultiPolygon", "coordinates": [
        [square(114.0, 29.0, 1.0), square(114.25, 29.25, 0.5)],
        [square(116.0, 29.0, 1.0)],
    ]}))
    .unwrap();
    let cases = [
        (114.1, 29.1, true, "inside"),
        (114.5, 29.5, false, "in the hole"),
        (114.25, 29.5, true, "on the hole's edge"),
        (114.25, 29.25, true, "on the hole's vertex"),
        (114.0, 29.0, true, "on a vertex"),
        (115.0, 29.7, true, "on an edge"),
        (115.5, 29.5, false, "between the parts"),
        (113.5, 29.0, false, "level with a vertex"),
        (116.5, 29.5, true, "in the second part"),
        (115.0 + 5e-10, 29.7, true, "a twentieth of a millimetre outside"),
        (115.0 + 5e-9, 29.7, false, "half a millimetre outside"),
    ];
    for (lon, lat, expected, place) in cases {
        assert_eq!(shape.contains(point(lon, lat)), expected, "{place}");
    }
    let bounds = shape.bounds();
    assert_eq!([bounds.west, bounds.south, bounds.east, bounds.north], [114.0, 29.0, 117.0, 30.0]);
    let balance = 114.5 + 2.0 * (1.0 / 1.75);
    assert!((shape.centroid().lon() - balance).abs() < 1e-9);
    assert!((shape.centroid().lat() - 29.5).abs() < 1e-9);
}

#[test]
fn rings_may_touch_in_a_point() {
    let hole = json!([[114.0, 29.5], [114.5, 29.25], [114.5, 29.75], [114.0, 29.5]]);
    assert!(Shape::from_geojson(&polygon(&[square(114.0, 29.0, 1.0), hole])).is_ok());
}

#[test]
fn the_area_of_known_pieces() {
    let radius = lianxin_geometry::EARTH_RADIUS_M;
    // A degree square has the closed form R² · Δλ · (sin φ₂ - sin φ₁).
    let degree = Shape::from_geojson(&polygon(&[square(114.0, 29.0, 1.0)])).unwrap();
    let exact =
        radius * radius * 1_f64.to_radians() * (30_f64.to_radians().sin() - 29_f64.to_radians().sin());
    assert!((degree.area_m2() / exact - 1.0).abs() < 1e-12);
    // A yard of about 10 m keeps its digits.
    let yard = Shape::from_geojson(&polygon(&[square(114.0, 29.5, 1e-4)])).unwrap();
    let sides = distance_m(point(114.0, 29.500_05), point(114.000_1, 29.500_05))
        * distance_m(point(114.0, 29.5), point(114.0, 29.500_1));
    assert!((yard.area_m2() / sides - 1.0).abs() < 1e-8);
}

#[test]
fn a_collection_is_read_feature_by_feature() {
    let collection = json!({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "one"}, "geometry": polygon(&[square(114.0, 29.0, 1.0)])},
        {"type": "Feature", "properties": {"name": "two"}, "geometry": polygon(&[json!([[114, 29]])])},
        {"type": "Feature", "properties": null, "geometry": polygon(&[square(115.0, 29.0, 1.0)])},
        {"type": "Feature", "geometry": null},
    ]});
    let read: Vec<_> = features(&collection).unwrap().collect();
    assert_eq!(read.len(), 4);
    assert_eq!(read[0].as_ref().unwrap().properties["name"], "one");
    assert_eq!(
        told(read[1].as_ref().unwrap_err()),
        "feature 1: polygon 0, ring 0 has 1 different points in a row: a ring needs at least 4"
    );
    assert!(read[2].as_ref().unwrap().properties.is_empty());
    assert_eq!(
        told(read[3].as_ref().unwrap_err()),
        "feature 3: expected \"type\" to be Polygon or MultiPolygon, found nothing"
    );
    assert!(features(&json!({"type": "Feature"})).is_err());
    assert!(features(&json!({"type": "FeatureCollection"})).is_err());
}

#[test]
fn a_boundary_drawn_on_another_map_comes_back() {
    let shape = Shape::from_geojson(&polygon(&[square(114.0, 29.5, 0.01)])).unwrap();
    for datum in [Datum::Gcj02, Datum::Bd09] {
        let drawn = shape.from_wgs84(datum);
        assert!(distance_m(drawn.centroid(), shape.centroid()) > 100.0);
        let back = drawn.to_wgs84(datum);
        assert!(distance_m(back.centroid(), shape.centroid()) < 1e-3);
    }
    assert_eq!(shape.to_wgs84(Datum::Wgs84), shape);
}

#[test]
fn the_smallest_of_nested_areas_comes_first_among_twenty_thousand() {
    // 141 × 142 grids of a hundredth of a degree under one county: 20,023 boundaries.
    let grids = (0..141).flat_map(|x| (0..142).map(move |y| (x, y)));
    let mut shapes: Vec<((i32, i32), Shape)> = grids
        .map(|(x, y)| {
            let ring = square(114.0 + f64::from(x) * 0.01, 29.0 + f64::from(y) * 0.01, 0.01);
            ((x, y), Shape::from_geojson(&polygon(&[ring])).unwrap())
        })
        .collect();
    shapes.insert(0, ((-1, -1), Shape::from_geojson(&polygon(&[square(114.0, 29.0, 2.0)])).unwrap()));
    let index = Index::new(shapes);
    assert_eq!(index.len(), 20_023);
    for x in 0..141 {
        for y in 0..142 {
            let middle = point(114.005 + f64::from(x) * 0.01, 29.005 + f64::from(y) * 0.01);
            assert_eq!(index.containing(middle), [&(x, y), &(-1, -1)]);
        }
    }
    assert_eq!(index.containing(point(114.01, 29.01)).len(), 5, "four grids meet in a corner");
    assert!(index.containing(point(100.0, 20.0)).is_empty());
    assert!(Index::<u8>::new([]).is_empty());
    assert!(Index::<u8>::new([]).containing(point(100.0, 20.0)).is_empty());
}
