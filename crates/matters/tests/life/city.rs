//! Where no unit of the county answers, the city's does; and what a bare number tells.

use std::collections::BTreeSet;

use lianxin_foundation::scope::Post;
use lianxin_foundation::{Role, Who, sql};
use lianxin_matters::actions::{Dispatch, Object, Report, ReporterConfirm};
use lianxin_matters::clock_worker::sweep;
use lianxin_matters::model::{Channel, ClosedBy, Status};
use lianxin_matters::rules::Step;
use lianxin_registry::actions::SetDuties;
use lianxin_testkit::{House, both_engines};
use uuid::Uuid;

use crate::place::{COUNTY, County, KEY, code};

/// A unit of the city that answers for potholes in all of it.
async fn city_unit(house: &House) -> (Uuid, Who) {
    let unit = house.organisation("4212", "unit", "演示市公路局").await;
    house.duty(unit, "road-damage", "4212").await;
    (unit, house.who(&[Post { organisation: Some(unit), ..house.post(Role::UnitHandler, "4212") }]))
}

fn pothole(county: &County) -> Report<'_> {
    Report { category: Some("road-damage".into()), ..county.report() }
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// It goes to the city's unit by itself, who works it like any other; the county sees all of it.
    async fn the_city_answers_where_the_county_does_not(house: House) {
        let county = County::new(&house).await;
        let (app, (unit, handler)) = (house.app(), city_unit(&house).await);
        let id = county.file(&pothole(&county)).await.unwrap().id;
        let sent = county.stored(id).await;
        assert_eq!((sent.status, sent.unit, sent.level), (Status::Dispatched, Some(unit), Some(2)));
        assert_eq!(sent.county, COUNTY, "the matter stays the county's");
        let event = county.events(id).await.pop().unwrap();
        assert_eq!(event.unit_name.as_deref(), Some("演示市公路局"));
        app.act(&handler, &county.accept(id)).await.unwrap();
        app.act(&handler, &county.resolve(id)).await.unwrap();
        let names = lianxin_registry::organisation::store::names_of(
            &mut house.db().read().await.unwrap(), COUNTY, &[unit],
        ).await.unwrap();
        assert_eq!(names[&unit], "演示市公路局");
        let settled = county.stored(id).await;
        assert_eq!((settled.first_unit, settled.settled_level), (Some(unit), Some(2)));
        county.check_log(id).await;
    }

    /// The county's own unit comes first; a city elsewhere, or a duty that ended, counts for nothing.
    async fn the_county_comes_first(house: House) {
        let county = County::new(&house).await;
        let elsewhere = house.organisation("4201", "unit", "演示别市公路局").await;
        house.duty(elsewhere, "road-damage", "4201").await;
        let id = county.file(&Report { key: None, ..pothole(&county) }).await.unwrap().id;
        assert_eq!(county.stored(id).await.status, Status::Received, "left to the county's dispatcher");
        let (unit, handler) = city_unit(&house).await;
        let dispatch = |unit| Dispatch { matters: &county.matters, county: COUNTY.into(), id, unit, note: String::new() };
        assert_eq!(code(house.app().act(&county.dispatcher, &dispatch(elsewhere)).await), "matter-unit-missing");
        assert_eq!(code(house.app().act(&handler, &county.accept(id)).await), "problem-not-found", "not theirs yet");
        house.app().act(&county.dispatcher, &dispatch(unit)).await.unwrap();
        house.duty(county.units[3], "road-damage", COUNTY).await;
        let own = county.file(&Report { key: None, ..pothole(&county) }).await.unwrap().id;
        assert_eq!(county.stored(own).await.unit, Some(county.units[3]));
        let mut tx = house.db().write().await.unwrap();
        sql("update duty set valid_to = $1").bind(house.now()).run(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        let none = county.file(&Report { key: None, ..pothole(&county) }).await.unwrap().id;
        assert_eq!(county.stored(none).await.status, Status::Received);
    }

    /// A city's duty may be for one county; above the city nobody takes over, and what it refuses comes
    /// back to the county's dispatcher.
    async fn a_city_may_answer_for_one_county(house: House) {
        let county = County::new(&house).await;
        house.area("421202").await;
        let unit = house.organisation("4212", "unit", "演示市公交公司").await;
        let keeper = house.who(&[house.post(Role::Administrator, "4212")]);
        let duties = |area: &str| SetDuties {
            county: "421200".into(), organisation: unit, area: area.into(),
            categories: BTreeSet::from(["road-damage".to_owned()]),
        };
        house.app().act(&keeper, &duties(COUNTY)).await.unwrap();
        house.area("4201").await;
        assert_eq!(code(house.app().act(&keeper, &duties("4201")).await), "area-unknown");
        let id = county.file(&pothole(&county)).await.unwrap().id;
        let sent = county.stored(id).await;
        assert_eq!((sent.unit, sent.level), (Some(unit), Some(3)));
        house.clock().set(sent.next_due.unwrap());
        sweep(house.app(), &county.matters).await.unwrap();
        assert_eq!(county.events(id).await.pop().unwrap().kind, Step::Idle);
        let handler = house.who(&[Post { organisation: Some(unit), ..house.post(Role::UnitHandler, "4212") }]);
        let reason = county.matters.catalogue.templates("object")[0].code.clone();
        let object = Object { matters: &county.matters, county: COUNTY.into(), id, reason, note: String::new() };
        house.app().act(&handler, &object).await.unwrap();
        assert_eq!(county.stored(id).await.status, Status::Objected);
        county.check_log(id).await;
    }

    /// A bare number tells how far it is, and nothing of what it is about or who has it.
    async fn a_number_tells_only_how_far_it_is(house: House) {
        let county = County::new(&house).await;
        let number = county.file(&county.report()).await.unwrap().number;
        let routes = lianxin_matters::routes().layer(axum::Extension(county.matters.clone()));
        let mut browser = house.browser(routes);
        let page = browser.get(&format!("/find?county={COUNTY}&number={number}")).await.text();
        assert!(page.contains(&number));
        let name = county.matters.catalogue.name("garbage", lianxin_foundation::i18n::Language::ZhCn);
        for told in [name.as_str(), "演示网格", "演示路口", "垃圾"] {
            assert!(!page.contains(told), "{told}");
        }
    }

    /// What came by the link of a matter that staff entered says so, to staff and to the reporter.
    async fn a_link_that_staff_held_is_told_apart(house: House) {
        let county = County::new(&house).await;
        let entered = Report { channel: Channel::Phone, ..county.report() };
        let who = house.person("desk", &[house.post(Role::Dispatcher, COUNTY)]).await;
        let id = house.app().act(&who.who, &entered).await.unwrap().id;
        house.app().act(&county.handlers[0], &county.accept(id)).await.unwrap();
        house.app().act(&county.handlers[0], &county.resolve(id)).await.unwrap();
        let confirm = ReporterConfirm {
            matters: &county.matters, county: COUNTY.into(), secret: KEY.into(), solved: true, satisfied: Some(true),
            comment: String::new(),
        };
        assert_eq!(code(house.app().act(&who.who, &confirm).await), "problem-forbidden", "signed in, the link is of no use");
        house.app().act(&crate::place::reporter(), &confirm).await.unwrap();
        assert_eq!(county.stored(id).await.closed_by, Some(ClosedBy::Reporter));
        let routes = lianxin_matters::routes().layer(axum::Extension(county.matters.clone()));
        let mut browser = house.browser(routes);
        assert!(browser.get(&format!("/m/{COUNTY}/{KEY}")).await.text().contains("由工作人员代录"));
        browser.sign_in(&who).await;
        assert!(browser.get(&format!("/matters/{COUNTY}/{id}")).await.text().contains("由工作人员代录"));
    }
}
