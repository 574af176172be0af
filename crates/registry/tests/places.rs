//! Grids, boundaries, organisations and what they answer for.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;

use futures_util::future::join_all;
use lianxin_foundation::{Role, Who};
use lianxin_geometry::{Datum, Point, from_wgs84};
use lianxin_registry::Places;
use lianxin_registry::actions::{
    AddArea, AddOrganisation, CloseOrganisation, Founding, ImportShapes, RenameArea, SetDuties, SetShape,
    ShapesImported,
};
use lianxin_registry::area::store;
use lianxin_registry::duty::responsible;
use lianxin_registry::organisation::OrganisationKind;
use lianxin_testkit::{House, both_engines};
use serde_json::{Value, json};

const VILLAGE: &str = "421223100001";

/// A square of `size` degrees whose south-west corner is given.
fn square(lon: f64, lat: f64, size: f64) -> Value {
    let (east, north) = (lon + size, lat + size);
    json!({ "type": "Polygon", "coordinates": [[[lon, lat], [east, lat], [east, north], [lon, north], [lon, lat]]] })
}

fn feature(properties: Value, geometry: Value) -> Value {
    json!({ "type": "Feature", "properties": properties, "geometry": geometry })
}

fn collection(features: &[Value]) -> Value {
    json!({ "type": "FeatureCollection", "features": features })
}

fn keeper(house: &House, area: &str) -> Who {
    house.who(&[house.post(Role::Administrator, area)])
}

async fn at(house: &House, places: &Places, lon: f64, lat: f64) -> Option<String> {
    let mut tx = house.db().read().await.unwrap();
    places.at(&mut tx, "421223", Point::new(lon, lat).unwrap()).await.unwrap()
}

fn add(parent: &str, name: &str) -> AddArea {
    AddArea { parent: parent.to_owned(), name: name.to_owned(), households: None }
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn grids_are_numbered_one_after_another(house: House) {
        house.area(VILLAGE).await;
        let who = keeper(&house, "421223100");
        for (parent, name, id) in [
            (VILLAGE, "第一网格", "421223100001-01"),
            (VILLAGE, "第二网格", "421223100001-02"),
            ("421223100001-02", "第一网格", "421223100001-02-01"),
        ] {
            assert_eq!(house.app().act(&who, &add(parent, name)).await.unwrap(), id);
        }
        let mut tx = house.db().read().await.unwrap();
        let grid = store::area(&mut tx, "421223100001-02-01").await.unwrap().unwrap();
        assert_eq!((grid.depth, grid.kind.code()), (7, "micro-grid"));
        assert_eq!(store::children(&mut tx, VILLAGE).await.unwrap().len(), 2);
    }

    async fn one_grid_comes_of_a_button_pressed_eight_times(house: House) {
        house.area(VILLAGE).await;
        let (who, pressed) = (keeper(&house, "421223100"), add(VILLAGE, "网格"));
        let made = join_all((0..8).map(|_| house.app().act(&who, &pressed))).await;
        assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
        let refused = made.into_iter().find_map(Result::err).unwrap();
        let lianxin_foundation::Error::Refused(problem) = refused else { panic!("{refused}") };
        assert_eq!(problem.fields[0].code, "area-name-taken");
        let mut tx = house.db().read().await.unwrap();
        assert_eq!(store::children(&mut tx, VILLAGE).await.unwrap().len(), 1);
    }

    async fn grids_are_refused_where_they_do_not_belong(house: House) {
        house.area(VILLAGE).await;
        let who = keeper(&house, "421223");
        let other = keeper(&house, "421202");
        for (who, parent, name, code) in [
            (&who, "421223100", "网格", "area-parent-kind"),
            (&who, VILLAGE, " ", "problem-invalid"),
            (&who, "421223100009", "网格", "problem-not-found"),
            (&who, "'; drop", "网格", "problem-not-found"),
            (&other, VILLAGE, "网格", "problem-forbidden"),
        ] {
            let refused = house.app().act(who, &add(parent, name)).await.unwrap_err();
            assert_eq!(refused.code(), Some(code), "{parent}");
        }
    }

    async fn a_point_falls_into_the_smallest_area(house: House) {
        house.area("421223100001-01").await;
        let (who, places) = (keeper(&house, "421223"), Places::new());
        assert_eq!(at(&house, &places, 114.05, 29.55).await, None);
        let shape = |id: &str, size| SetShape {
            id: id.to_owned(),
            shape: square(114.0, 29.5, size).to_string().parse().unwrap(),
            datum: Datum::Wgs84,
        };
        house.app().act(&who, &shape("421223100", 0.2)).await.unwrap();
        assert_eq!(at(&house, &places, 114.05, 29.55).await.as_deref(), Some("421223100"));
        // Another process changed it: what is held in memory notices by itself.
        house.app().act(&who, &shape("421223100001-01", 0.1)).await.unwrap();
        assert_eq!(at(&house, &places, 114.05, 29.55).await.as_deref(), Some("421223100001-01"));
        assert_eq!(at(&house, &places, 114.15, 29.65).await.as_deref(), Some("421223100"));

        let mut tx = house.db().read().await.unwrap();
        let mut county = async |lon, lat| places.county_at(&mut tx, Point::new(lon, lat).unwrap()).await.unwrap();
        assert_eq!(county(114.05, 29.55).await.as_deref(), Some("421223"));
        assert_eq!(county(114.3, 29.6).await.as_deref(), Some("421223"), "near is near enough");
        assert_eq!(county(120.0, 30.0).await, None);
    }

    async fn boundaries_come_from_a_file_in_any_datum(house: House) {
        house.area("421223100001-01").await;
        let corner = from_wgs84(Point::new(114.0, 29.5).unwrap(), Datum::Gcj02);
        let import = ImportShapes {
            collection: collection(&[
                feature(json!({ "id": "421223100001-01" }), square(corner.lon(), corner.lat(), 0.01)),
                feature(json!({ "name": "东网格", "households": 310 }), square(corner.lon() + 0.01, corner.lat(), 0.01)),
            ]),
            datum: Datum::Gcj02,
            parent: Some(VILLAGE.to_owned()),
        };
        let who = keeper(&house, "421223100");
        let done = house.app().act(&who, &import).await.unwrap();
        assert_eq!(done, ShapesImported { added: 1, shaped: 2 });
        let again = house.app().act(&who, &import).await.unwrap();
        assert_eq!(again, ShapesImported { added: 0, shaped: 2 });

        let mut tx = house.db().read().await.unwrap();
        let new = store::area(&mut tx, "421223100001-02").await.unwrap().unwrap();
        assert_eq!((new.name.as_str(), new.households), ("东网格", Some(310)));
        let old = store::area(&mut tx, "421223100001-01").await.unwrap().unwrap();
        let (lon, lat) = (old.lon.unwrap(), old.lat.unwrap());
        assert!((lon - 114.005).abs() < 1e-4 && (lat - 29.505).abs() < 1e-4, "{lon}, {lat}");
    }

    async fn wrong_features_are_named_and_nothing_is_kept(house: House) {
        house.area("421223100001-01").await;
        house.area("421202001").await;
        let mut open = square(114.0, 29.5, 0.01);
        open["coordinates"][0].as_array_mut().unwrap().pop();
        let import = ImportShapes {
            collection: collection(&[
                feature(json!({ "name": "好网格", "parent": VILLAGE }), square(114.0, 29.5, 0.01)),
                feature(json!({ "id": "421223100001-01" }), open),
                feature(json!({ "id": "421223100001-77" }), square(114.0, 29.5, 0.01)),
                feature(json!({ "id": "421202001" }), square(114.0, 29.5, 0.01)),
                feature(json!({ "name": "无处" }), square(114.0, 29.5, 0.01)),
                feature(json!({ "name": "镇下", "parent": "421223100" }), square(114.0, 29.5, 0.01)),
            ]),
            datum: Datum::Wgs84,
            parent: None,
        };
        let error = house.app().act(&keeper(&house, "421223"), &import).await.unwrap_err();
        let lianxin_foundation::Error::Refused(problem) = error else { panic!("not a refusal") };
        let wrong: Vec<(&str, &str)> = problem.fields.iter().map(|wrong| (wrong.field.as_ref(), wrong.code)).collect();
        assert_eq!(wrong, [
            ("features/2", "shape-open"),
            ("features/3", "shape-no-such-area"),
            ("features/4", "shape-not-yours"),
            ("features/5", "shape-parent-missing"),
            ("features/6", "area-parent-kind"),
        ]);
        let mut tx = house.db().read().await.unwrap();
        assert_eq!(store::children(&mut tx, VILLAGE).await.unwrap().len(), 1);
    }

    /// Drawn so that every edge has to be compared with every other.
    async fn boundaries_that_would_keep_everybody_waiting_are_refused(house: House) {
        house.area(VILLAGE).await;
        let zigzag = |points: usize| {
            let mut line: Vec<[f64; 2]> =
                (0..points).map(|at| [if at % 2 == 0 { 114.0 } else { 114.02 }, 29.5 + at as f64 * 1e-6]).collect();
            line.push(line[0]);
            json!({ "type": "Polygon", "coordinates": [line] })
        };
        for (each, count, field) in [(10_001, 1, "features/1"), (9_000, 23, "file")] {
            let features: Vec<_> = (0..count).map(|_| feature(json!({ "name": "锯齿" }), zigzag(each))).collect();
            let parent = Some(VILLAGE.to_owned());
            let import = ImportShapes { collection: collection(&features), datum: Datum::Wgs84, parent };
            let error = house.app().act(&keeper(&house, "421223"), &import).await.unwrap_err();
            let lianxin_foundation::Error::Refused(problem) = error else { panic!("not a refusal") };
            assert_eq!(problem.fields.iter().map(|wrong| wrong.field.as_ref()).collect::<Vec<_>>(), [field]);
        }
    }

    async fn a_name_changes_and_is_remembered(house: House) {
        house.area(VILLAGE).await;
        let rename = RenameArea { id: VILLAGE.to_owned(), name: " 桃溪社区 ".to_owned() };
        house.app().act(&keeper(&house, VILLAGE), &rename).await.unwrap();
        let mut tx = house.db().read().await.unwrap();
        assert_eq!(store::area(&mut tx, VILLAGE).await.unwrap().unwrap().name, "桃溪社区");
        let links = lianxin_foundation::audit::store::links_after(&mut tx, "421223", 0, 10).await.unwrap();
        assert_eq!(links.last().map(|link| link.action.as_str()), Some("area-rename"));
    }

    async fn the_nearest_organisation_answers(house: House) {
        house.area("421223100001-01").await;
        let who = keeper(&house, "421223");
        let mut ids = Vec::new();
        for area in ["421223", "421223100", VILLAGE] {
            let new = AddOrganisation {
                code: Some(format!("o-{area}")),
                kind: OrganisationKind::Unit,
                name: format!("组织 {area}"),
                area: area.to_owned(),
                phone: None,
                founding: Founding::default(),
            };
            let one = house.app().act(&who, &new).await.unwrap();
            let duties = SetDuties {
                county: one.county.clone(),
                organisation: one.id,
                area: area.to_owned(),
                categories: BTreeSet::from(["road".to_owned()]),
            };
            house.app().act(&who, &duties).await.unwrap();
            ids.push(one.id);
        }
        let path = "42/4212/421223/421223100/421223100001/421223100001-01/";
        let answers = async |category: &str, deepest| {
            let mut tx = house.db().read().await.unwrap();
            responsible(&mut tx, "421223", category, path, deepest, house.now()).await.unwrap()
        };
        for (deepest, organisation, depth) in [(7, ids[2], 5), (5, ids[2], 5), (4, ids[1], 4), (3, ids[0], 3)] {
            let found = answers("road", deepest).await.unwrap();
            assert_eq!((found.organisation, found.depth), (organisation, depth), "{deepest}");
        }
        assert_eq!(answers("road", 2).await, None);
        assert_eq!(answers("noise", 7).await, None);

        let close = CloseOrganisation { county: "421223".to_owned(), id: ids[2], reason: "撤并".to_owned() };
        house.app().act(&who, &close).await.unwrap();
        assert_eq!(answers("road", 7).await.unwrap().organisation, ids[1]);
    }

    async fn one_category_has_one_organisation_in_a_place(house: House) {
        let first = house.organisation("421223100", "unit", "甲").await;
        let second = house.organisation("421223100", "unit", "乙").await;
        let who = keeper(&house, "421223100");
        let set = |organisation, categories: &[&str]| SetDuties {
            county: "421223".to_owned(),
            organisation,
            area: "421223100".to_owned(),
            categories: categories.iter().map(|code| (*code).to_owned()).collect(),
        };
        let done = house.app().act(&who, &set(first, &["road", "noise"])).await.unwrap();
        assert_eq!((done.added, done.ended), (2, 0));
        let refused = house.app().act(&who, &set(second, &["road"])).await.unwrap_err();
        assert_eq!(refused.code(), Some("duty-taken"));
        let done = house.app().act(&who, &set(first, &["noise", "light"])).await.unwrap();
        assert_eq!((done.added, done.ended), (1, 1));
        house.app().act(&who, &set(second, &["road"])).await.unwrap();
        let outside = keeper(&house, "421223101");
        assert!(house.app().act(&outside, &set(first, &[])).await.is_err());
    }
}
