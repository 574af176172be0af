//! Grids drawn on the map: what is refused, what is closed, what a cut and a joining make of outlines, taking it back.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use lianxin_foundation::clock::DAY;
use lianxin_foundation::{Error, Role, Who};
use lianxin_geometry::{Datum, Fabric, FaultKind, Shape};
use lianxin_registry::actions::{ChangeAreas, ImportShapes, UndoAreas};
use lianxin_registry::area::change::plan::{Asked, Cut};
use lianxin_registry::area::outline::{Drawing, look};
use lianxin_registry::area::{Area, store};
use lianxin_testkit::{House, both_engines};
use serde_json::{Value, json};
use uuid::Uuid;

const VILLAGE: &str = "421223100001";
const ONE: &str = "421223100001-01";
const TWO: &str = "421223100001-02";

/// A rectangle by its west, south, east and north, in thousandths of a degree from a corner: about a hundred metres each.
fn land(west: f64, south: f64, east: f64, north: f64) -> Value {
    let at = |x: f64, y: f64| json!([114.0 + x * 0.001, 29.5 + y * 0.001]);
    json!({ "type": "Polygon", "coordinates": [[at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)]] })
}

fn keeper(house: &House) -> Who {
    house.who(&[house.post(Role::Administrator, VILLAGE)])
}

fn code(error: &Error) -> &str {
    let Error::Refused(problem) = error else { panic!("{error}") };
    problem.fields.first().map_or(problem.code, |field| field.code)
}

/// A village of two grids, west and east, as wide as each other.
async fn settle(house: &House) {
    house.area(VILLAGE).await;
    house.area("421223100002-01").await;
    let feature = |properties: Value, geometry: Value| json!({ "type": "Feature", "properties": properties, "geometry": geometry });
    let grid = |name: &str, geometry| {
        feature(json!({ "parent": VILLAGE, "name": name, "households": 400 }), geometry)
    };
    let features = [
        feature(json!({ "id": VILLAGE }), land(0.0, 0.0, 20.0, 10.0)),
        grid("西网格", land(0.0, 0.0, 10.0, 10.0)),
        grid("东网格", land(10.0, 0.0, 20.0, 10.0)),
    ];
    let collection = json!({ "type": "FeatureCollection", "features": features });
    let import = ImportShapes { collection, datum: Datum::Wgs84, parent: None };
    house.app().act(&keeper_of_town(house), &import).await.unwrap();
    house.clock().set(house.now() + 30 * DAY);
}

fn keeper_of_town(house: &House) -> Who {
    house.who(&[house.post(Role::Administrator, "421223100")])
}

fn redraw(drawn: &Value, snap: bool, leave: bool) -> Asked {
    Asked::Redraw { area: VILLAGE.into(), drawn: drawn.to_string(), snap, leave }
}

async fn change(house: &House, asked: Asked) -> Result<Uuid, Error> {
    let change = ChangeAreas { asked, reason: "演示：核对过边界".to_owned() };
    house.app().act(&keeper_of_town(house), &change).await
}

async fn undo(house: &House, change: Uuid) {
    let undo = UndoAreas { county: "421223".into(), change, reason: "画错了".into() };
    house.app().act(&keeper_of_town(house), &undo).await.unwrap();
}

async fn area(house: &House, id: &str) -> Area {
    store::area(&mut house.db().read().await.unwrap(), id).await.unwrap().unwrap()
}

async fn shape(house: &House, id: &str) -> Shape {
    area(house, id).await.shape.unwrap().parse().unwrap()
}

/// Whether the outlines of the village's grids lie side by side and fill it.
async fn is_sound(house: &House) -> bool {
    let mut tx = house.db().read().await.unwrap();
    let children = store::children(&mut tx, VILLAGE).await.unwrap();
    drop(tx);
    let mut shapes = Vec::new();
    for child in children {
        shapes.push(shape(house, &child.id).await);
    }
    shapes.push(shape(house, VILLAGE).await);
    let all: Vec<&Shape> = shapes.iter().collect();
    Fabric::weave(&all, &[]).unwrap().faults(Some(all.len() - 1)).is_empty()
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn a_border_moves_for_both_neighbours_and_back(house: House) {
        settle(&house).await;
        let before = (area(&house, ONE).await, area(&house, TWO).await);
        let drawn = json!({ ONE: land(0.0, 0.0, 12.0, 10.0), TWO: land(12.0, 0.0, 20.0, 10.0) });
        let id = change(&house, redraw(&drawn, false, false)).await.unwrap();
        let wider = area(&house, ONE).await;
        assert!(is_sound(&house).await);
        assert_eq!(wider.households, Some(400), "nobody was counted anew");
        assert!(wider.lon > before.0.lon, "its middle went along");
        undo(&house, id).await;
        assert_eq!((area(&house, ONE).await, area(&house, TWO).await), before);
    }

    async fn ground_that_a_neighbour_has_is_not_taken(house: House) {
        settle(&house).await;
        let drawn = json!({ ONE: land(0.0, 0.0, 12.0, 10.0) });
        for (snap, leave) in [(false, false), (true, false), (false, true)] {
            let refused = change(&house, redraw(&drawn, snap, leave)).await.unwrap_err();
            assert_eq!(code(&refused), "outline-overlaps", "two hundred metres are no slip");
        }
        let short = json!({ ONE: land(0.0, 0.0, 9.0, 10.0) });
        assert_eq!(code(&change(&house, redraw(&short, false, false)).await.unwrap_err()), "outline-gaps");
        change(&house, redraw(&short, false, true)).await.unwrap();
        let narrower = json!({ ONE: land(0.0, 0.0, 9.0, 10.0), TWO: land(10.0, 0.0, 20.0, 9.99) });
        let refused = change(&house, redraw(&narrower, false, false)).await.unwrap_err();
        assert_eq!(code(&refused), "outline-gaps", "what was empty before is no news, what is empty since is");
        let over = json!({ ONE: land(-1.0, 0.0, 10.0, 10.0) });
        assert_eq!(code(&change(&house, redraw(&over, false, false)).await.unwrap_err()), "outline-gaps");
    }

    async fn narrow_slips_are_closed_when_asked_and_hairs_always(house: House) {
        settle(&house).await;
        // Some three metres over the border.
        let over = json!({ ONE: land(0.0, 0.0, 10.03, 10.0) });
        assert_eq!(code(&change(&house, redraw(&over, false, false)).await.unwrap_err()), "outline-overlaps");
        let before = shape(&house, ONE).await;
        change(&house, redraw(&over, true, false)).await.unwrap();
        assert!(shape(&house, ONE).await.has_same_points(&before), "snapped to the neighbour's border it is what it was");
        // Three centimetres, and three metres short elsewhere.
        let short = json!({ ONE: land(0.0, 0.0, 9.97, 10.0), TWO: land(10.0003, 0.0, 20.0, 10.0) });
        assert_eq!(code(&change(&house, redraw(&short, false, false)).await.unwrap_err()), "outline-gaps");
        change(&house, redraw(&short, true, false)).await.unwrap();
        assert!(is_sound(&house).await);
    }

    async fn what_is_said_is_how_much_it_is(house: House) {
        settle(&house).await;
        let mut tx = house.db().read().await.unwrap();
        let village = store::area(&mut tx, VILLAGE).await.unwrap().unwrap();
        let drawn = Drawing::read(&json!({ ONE: land(0.0, 0.0, 12.0, 9.0) }).to_string()).unwrap();
        let looked = look(&mut tx, &village, &drawn, false).await.unwrap();
        let kinds: Vec<FaultKind> = looked.wrong.iter().map(|wrong| wrong.fault.kind).collect();
        assert_eq!(kinds, [FaultKind::Overlap, FaultKind::Gap]);
        assert_eq!(looked.wrong[0].grids, [ONE, TWO]);
        let overlap = looked.wrong[0].fault.shape.area_m2();
        assert!((190_000.0..200_000.0).contains(&overlap), "194 by 1,001 metres less a strip: {overlap}");
        let one = &looked.grids[0].households;
        assert_eq!((one.told, one.by_ground), (Some(400), Some(432)), "400 of 10 by 9, 72 of 2 by 9");
        assert_eq!(looked.grids[1].households.by_ground, None, "nobody drew it");
    }

    async fn a_cut_makes_two_grids_that_lie_side_by_side(house: House) {
        settle(&house).await;
        let split = |line: &str, larger| Asked::Split {
            area: ONE.into(),
            name: "北网格".into(),
            code: None,
            children: Vec::new(),
            households: Some(150),
            cut: Some(Cut { line: line.into(), larger }),
        };
        for (line, why) in [
            ("114.001,29.503", "area-cut-form"),
            ("114.001,x 114.2,29.5", "area-cut-form"),
            ("115.0,29.503 115.1,29.503", "area-cut-misses"),
        ] {
            assert_eq!(code(&change(&house, split(line, false)).await.unwrap_err()), why);
        }
        let before = area(&house, TWO).await;
        let id = change(&house, split("114.0,29.5073 114.01,29.5061", false)).await.unwrap();
        let new = area(&house, "421223100001-03").await;
        assert_eq!((new.households, area(&house, ONE).await.households), (Some(150), Some(250)));
        assert!(new.lon.is_some() && is_sound(&house).await);
        assert!(shape(&house, &new.id).await.area_m2() < shape(&house, ONE).await.area_m2());
        assert_ne!(area(&house, TWO).await.shape, before.shape, "the neighbour has the new corner too");
        undo(&house, id).await;
        assert_eq!(area(&house, TWO).await, before);
        assert!(is_sound(&house).await);
    }

    async fn joined_grids_lose_the_line_between_them(house: House) {
        settle(&house).await;
        let merge = Asked::Merge { area: TWO.into(), into: ONE.into() };
        let id = change(&house, merge).await.unwrap();
        let whole = shape(&house, ONE).await;
        assert_eq!((whole.polygons().len(), whole.polygons()[0].len()), (1, 1));
        assert!(is_sound(&house).await);
        undo(&house, id).await;
        assert!(is_sound(&house).await && area(&house, TWO).await.valid_to.is_none());
    }

    async fn only_who_keeps_a_place_draws_in_it(house: House) {
        settle(&house).await;
        let drawn = json!({ ONE: land(0.0, 0.0, 12.0, 10.0), TWO: land(12.0, 0.0, 20.0, 10.0) });
        let asked = || ChangeAreas { asked: redraw(&drawn, false, false), reason: "演示".into() };
        let clerk = house.who(&[house.post(Role::GridWorker, VILLAGE)]);
        assert_eq!(code(&house.app().act(&clerk, &asked()).await.unwrap_err()), "problem-forbidden");
        let stranger = house.who(&[house.post(Role::Administrator, "421223100002")]);
        assert_eq!(code(&house.app().act(&stranger, &asked()).await.unwrap_err()), "problem-not-found");
        house.app().act(&keeper(&house), &asked()).await.unwrap();
        for (drawn, why) in [
            (json!({ "421223100002-01": land(0.0, 0.0, 1.0, 1.0) }), "outline-not-here"),
            (json!([]), "outline-unreadable"),
            (json!({ ONE: { "type": "Point" } }), "outline-unsound"),
            (json!({ ONE: land(12.0, 0.0, 20.0, 10.0) }), "outline-overlaps"),
        ] {
            assert_eq!(code(&change(&house, redraw(&drawn, false, false)).await.unwrap_err()), why);
        }
        let of_town = Asked::Redraw { area: "421223100".into(), drawn: String::new(), snap: false, leave: false };
        assert_eq!(code(&change(&house, of_town).await.unwrap_err()), "outline-place");
    }

    async fn the_page_says_what_is_wrong_and_keeps_what_was_drawn(house: House) {
        settle(&house).await;
        let person = house.person("keeper", &[house.post(Role::Administrator, VILLAGE)]).await;
        let mut browser = house.browser(lianxin_registry::routes());
        browser.sign_in(&person).await;
        let page = format!("/areas/{VILLAGE}/outlines");
        assert_eq!(browser.get(&page).await.status, 200);
        assert!(browser.get(&format!("{page}.geojson")).await.text().contains("西网格"));
        let drawn = json!({ ONE: land(0.0, 0.0, 12.0, 10.0) }).to_string();
        let said = browser.post(&format!("{page}/look"), &[("drawn", &drawn)]).await;
        assert_eq!(said.status, 200);
        assert!(said.text().contains("西网格、东网格 有"), "{}", said.text());
        let files = [("drawn", "drawn.json", drawn.as_bytes())];
        let refused = browser.post_files(&page, &[("reason", "演示")], &files).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("data-drawn"), "it comes back to be drawn on");
        let empty = browser.post(&page, &[("reason", "演示")]).await;
        assert!(empty.text().contains("边界没有变化"));
        let drawn = json!({ ONE: land(0.0, 0.0, 12.0, 10.0), TWO: land(12.0, 0.0, 20.0, 10.0) }).to_string();
        let kept = browser.post_files(&page, &[("reason", "演示")], &[("drawn", "drawn.json", drawn.as_bytes())]).await;
        assert_eq!(kept.status, 303, "{}", kept.text());
        assert!(browser.get(&format!("/areas/{VILLAGE}/change")).await.text().contains("改边界"));
        let clerk = house.person("clerk", &[house.post(Role::GridWorker, VILLAGE)]).await;
        let mut browser = house.browser(lianxin_registry::routes());
        browser.sign_in(&clerk).await;
        assert_eq!(browser.get(&page).await.status, 403);
        assert_eq!(browser.get("/areas/421223100002/outlines").await.status, 404);
    }
}
