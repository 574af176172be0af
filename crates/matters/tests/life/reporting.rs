//! What comes in, and what is said about it.

use lianxin_foundation::clock::DAY;
use lianxin_foundation::ids::digest;
use lianxin_foundation::{Right, Role, sql};
use lianxin_matters::actions::{MOST_TEXT, Report};
use lianxin_matters::model::{Channel, Status};
use lianxin_matters::store;
use lianxin_testkit::both_engines;
use serde_json::json;
use uuid::Uuid;

use crate::place::{COUNTY, County, GRID, KEY, OTHER_KEY, VILLAGE, code, reporter};

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// The lowest level that the category allows tries first.
    async fn the_lowest_level_tries_first(house: House) {
        let county = County::new(&house).await;
        for unit in county.units {
            house.duty(unit, "parking", if unit == county.units[0] { GRID } else { COUNTY }).await;
        }
        // Parking begins at the town: the grid's duty does not count, the county's does.
        let parking = Report { category: Some("parking".into()), ..county.report() };
        let filed = county.file(&parking).await.unwrap();
        let matter = county.stored(filed.id).await;
        assert_eq!((matter.level, matter.area.as_str()), (Some(3), GRID));
        // Garbage in another village: nobody below the town answers there.
        house.area("421223100002").await;
        let elsewhere = Report { key: None, area: Some("421223100002".into()), ..county.report() };
        let filed = county.file(&elsewhere).await.unwrap();
        assert_eq!((filed.unit_name.as_deref(), county.stored(filed.id).await.level), (Some("演示镇城管所"), Some(4)));
        // Only words say where: the county itself.
        let vague = Report { key: None, area: None, ..county.report() };
        let filed = county.file(&vague).await.unwrap();
        assert_eq!((filed.unit_name.as_deref(), county.stored(filed.id).await.area.as_str()), (Some("演示县城管局"), COUNTY));
    }

    /// A point finds the smallest area around it.
    async fn a_point_finds_its_area(house: House) {
        let county = County::new(&house).await;
        let shape = r#"{"type":"Polygon","coordinates":[[[114.0,29.5],[114.1,29.5],[114.1,29.6],[114.0,29.6],[114.0,29.5]]]}"#;
        let mut tx = house.db().write().await.unwrap();
        lianxin_registry::area::store::set_shape(&mut tx, VILLAGE, shape, 114.05, 29.55).await.unwrap();
        lianxin_registry::area::store::shapes_changed(&mut tx, COUNTY).await.unwrap();
        tx.commit().await.unwrap();
        let there = Report { area: None, lon: Some(114.05), lat: Some(29.55), place: String::new(), ..county.report() };
        let filed = county.file(&there).await.unwrap();
        assert_eq!((county.stored(filed.id).await.area.as_str(), filed.unit_name.as_deref()), (VILLAGE, Some("演示村委会")));
        let outside = Report { key: None, area: None, lon: Some(110.0), lat: Some(20.0), ..county.report() };
        let filed = county.file(&outside).await.unwrap();
        assert_eq!(county.stored(filed.id).await.area, COUNTY);
    }

    /// Every field that is wrong is named at once.
    async fn all_that_is_wrong_is_said_at_once(house: House) {
        let county = County::new(&house).await;
        let wrong = Report {
            key: Some("short".into()),
            category: Some("gas".into()),
            text: "  ".into(),
            place: " ".into(),
            area: None,
            phone: Some("12".into()),
            email: Some("nobody".into()),
            ..county.report()
        };
        let Err(lianxin_foundation::Error::Refused(problem)) = county.file(&wrong).await else { panic!("taken") };
        let fields: Vec<(&str, &str)> = problem.fields.iter().map(|field| (field.field.as_ref(), field.code)).collect();
        assert_eq!(fields, [
            ("text", "matter-text-missing"),
            ("place", "matter-place-missing"),
            ("phone", "matter-phone-form"),
            ("email", "matter-email-form"),
            ("key", "matter-key-form"),
            ("attribute[smell]", "matter-attribute-required"),
        ]);
        for (report, expected) in [
            (Report { category: Some("nothing".into()), ..county.report() }, "matter-category-unknown"),
            (Report { lon: Some(1.0), ..county.report() }, "matter-coordinates-form"),
            (Report { lon: Some(f64::NAN), lat: Some(1.0), ..county.report() }, "matter-coordinates-form"),
            (Report { lon: Some(1.0), lat: Some(91.0), ..county.report() }, "matter-coordinates-form"),
            (Report { area: Some("421202".into()), ..county.report() }, "matter-area-unknown"),
            (Report { area: Some("421223999".into()), ..county.report() }, "matter-area-unknown"),
            (Report { text: "长".repeat(MOST_TEXT + 1), ..county.report() }, "matter-text-long"),
            (Report { place: "长".repeat(201), ..county.report() }, "matter-text-long"),
        ] {
            assert_eq!(code(county.file(&report).await), expected);
        }
        let mut tx = house.db().read().await.unwrap();
        assert_eq!(sql("select count(*) from matter").scalar::<i64>(&mut tx).await.unwrap(), 0);
    }

    /// Answers are kept in their kind; others are refused or left out.
    async fn answers_are_of_their_kind(house: House) {
        let county = County::new(&house).await;
        let answered = |category: &str, attributes| Report { key: None, category: Some(category.into()), attributes, ..county.report() };
        let given = json!({ "waste": ["household"], "unasked": "x" });
        let catalogue = &county.matters.catalogue;
        let keys: Vec<String> = catalogue.get("garbage").unwrap().attributes[0].values.iter().map(|value| value.key.clone()).collect();
        let given = json!({ "waste": keys, "unasked": given });
        let filed = county.file(&answered("garbage", given)).await.unwrap();
        assert_eq!(county.stored(filed.id).await.attributes, json!({ "waste": keys }));
        let filed = county.file(&answered("drainage", json!({ "depth_cm": 30, "noticed_at": "2026-11-20T07:00" }))).await.unwrap();
        assert_eq!(county.stored(filed.id).await.attributes, json!({ "depth_cm": "30", "noticed_at": "2026-11-20T07:00" }));
        for (category, attributes) in [
            ("garbage", json!({ "waste": ["nothing such"] })),
            ("drainage", json!({ "depth_cm": "deep" })),
            ("drainage", json!({ "noticed_at": "yesterday" })),
            ("street-light", json!({ "pole_number": ["1", "2"] })),
        ] {
            assert_eq!(code(county.file(&answered(category, attributes)).await), "matter-attribute-form", "{category}");
        }
        // Nobody was asked the questions of a category that was only suggested.
        let filed = county.file(&Report { key: None, category: None, text: "燃气管漏气，一股味".into(), ..county.report() }).await.unwrap();
        assert_eq!(county.stored(filed.id).await.category, "gas");
        let filed = county.file(&Report { key: None, category: None, text: "嗯".into(), ..county.report() }).await.unwrap();
        assert_eq!(county.stored(filed.id).await.category, "enquiry");
    }

    /// The same id is the same matter; with another key it is somebody else's.
    async fn the_same_id_is_the_same_matter(house: House) {
        let county = County::new(&house).await;
        let id = Uuid::from_u128(77);
        let form = Report { id: Some(id), ..county.report() };
        let first = county.file(&form).await.unwrap();
        let again = county.file(&Report { text: "改了字".into(), id: Some(id), ..county.report() }).await.unwrap();
        assert_eq!((again.new, again.number.as_str(), again.secret.as_deref()), (false, first.number.as_str(), Some(KEY)));
        let blind = county.file(&Report { key: None, id: Some(id), ..county.report() }).await.unwrap();
        assert_eq!((blind.new, blind.secret), (false, None));
        assert_eq!(code(county.file(&Report { key: Some(OTHER_KEY.into()), id: Some(id), ..county.report() }).await), "matter-id-taken");
        assert_eq!(code(county.file(&county.report()).await), "matter-id-taken", "a secret opens one matter only");
        assert_eq!(county.events(id).await.len(), 2);
        assert_eq!(county.stored(id).await.text, "演示：垃圾三天没清了");
        let mut tx = house.db().read().await.unwrap();
        let found = store::matter_by_secret(&mut tx, COUNTY, &digest(KEY)).await.unwrap().unwrap();
        assert_eq!(found.id, id);
    }

    /// A number that is taken gives way to the next one of the same matter.
    async fn numbers_never_collide(house: House) {
        let county = County::new(&house).await;
        let wanted = county.file(&Report { id: Some(Uuid::from_u128(5)), ..county.report() }).await.unwrap().number;
        let mut tx = house.db().write().await.unwrap();
        sql("delete from matter_event").run(&mut tx).await.unwrap();
        sql("update matter set id = $1, secret = $2").bind(Uuid::from_u128(6)).bind(vec![0_u8]).run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let next = county.file(&Report { id: Some(Uuid::from_u128(5)), ..county.report() }).await.unwrap();
        assert!(next.new);
        assert_ne!(next.number, wanted);
    }

    /// Staff enter for someone else only where they work.
    async fn staff_enter_where_they_work(house: House) {
        let county = County::new(&house).await;
        let phone = Report { channel: Channel::Phone, ..county.report() };
        assert_eq!(code(county.file(&phone).await), "problem-forbidden", "a resident is not staff");
        let elsewhere = house.who(&[house.post(Role::GridWorker, "421223100002-01")]);
        assert_eq!(code(house.app().act(&elsewhere, &phone).await), "problem-forbidden");
        let here = house.who(&[house.post(Role::ContactHousehold, VILLAGE)]);
        let filed = house.app().act(&here, &Report { channel: Channel::Grid, ..county.report() }).await.unwrap();
        let matter = county.stored(filed.id).await;
        assert_eq!((matter.entered_by, matter.channel), (here.account, Channel::Grid));
        assert_eq!(county.events(filed.id).await[0].actor, here.account);
        assert_eq!(matter.status, Status::Dispatched);
        // Another day, another beginning of the number.
        house.clock().set(house.now() + DAY);
        assert!(county.file(&Report { key: None, ..county.report() }).await.unwrap().number.starts_with("261123-"));
        assert!(reporter().scope(Right::SeeMatters, house.now()).is_empty());
    }
}
