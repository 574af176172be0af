//! Whoever looks matters up by a telephone number is on record, and the number is not.

use axum::Extension;
use lianxin_foundation::audit::{Link, store as trail};
use lianxin_foundation::scope::Post;
use lianxin_foundation::{Micros, Role};
use lianxin_matters::actions::Report;
use lianxin_testkit::{Browser, House, both_engines};

use crate::place::{COUNTY, County, TOWN};

const PHONE: &str = "13800000000";

/// A browser that nobody signed in with.
pub(crate) fn stranger(house: &House, county: &County) -> Browser {
    house.browser(lianxin_matters::routes().layer(Extension(county.matters.clone())))
}

pub(crate) async fn browser(house: &House, county: &County, login: &str, posts: &[Post]) -> Browser {
    let person = house.person(login, posts).await;
    let mut browser = stranger(house, county);
    browser.sign_in(&person).await;
    browser
}

/// The entries on searches and exports since a moment.
async fn recorded(house: &House, since: Micros) -> Vec<Link> {
    let mut tx = house.db().read().await.unwrap();
    let links = trail::links_after(&mut tx, COUNTY, 0, 1_000).await.unwrap();
    let kinds = ["matters-find-phone", "matters-export"];
    links.into_iter().filter(|link| link.at >= since && kinds.contains(&link.action.as_str())).collect()
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES, lianxin_matters::MESSAGES];

    async fn a_search_by_telephone_is_on_record(house: House) {
        let county = County::new(&house).await;
        let filed = county.file(&Report { phone: Some(PHONE.into()), ..county.report() }).await.unwrap();
        let mut dispatcher = browser(&house, &county, "dispatcher", &[house.post(Role::Dispatcher, COUNTY)]).await;
        let number = &county.stored(filed.id).await.number;
        for harmless in ["垃圾", number, "12345", ""] {
            assert_eq!(dispatcher.get(&format!("/inbox?tab=all&q={harmless}")).await.status, 200);
        }
        assert_eq!(recorded(&house, house.now()).await, [], "neither words nor a matter's number are personal");

        let page = dispatcher.get("/inbox?tab=all&q=%2B86+138-0000-0000").await.text();
        assert!(page.contains(number), "it is found");
        dispatcher.get("/inbox?tab=all&q=13900000000").await;
        dispatcher.get(&format!("/inbox?tab=all&q={PHONE}")).await;
        let seen = recorded(&house, house.now()).await;
        let facts: Vec<&str> = seen.iter().map(|link| link.detail.as_str()).collect();
        let said = |masked: &str, found: i64| format!(r#"{{"found":{found},"telephone":"{masked}"}}"#);
        assert_eq!(facts, [said("138****0000", 1), said("139****0000", 0), said("138****0000", 1)]);
        assert!(seen[0].subject == seen[2].subject && seen[0].subject != seen[1].subject, "one number, one subject");
        assert!(seen.iter().all(|link| link.actor_name == "测试dispatcher" && !link.subject.contains(PHONE)));
    }

    async fn who_may_not_open_a_telephone_searches_words_and_is_not_on_record(house: House) {
        let county = County::new(&house).await;
        county.file(&Report { phone: Some(PHONE.into()), ..county.report() }).await.unwrap();
        let mut secretary = browser(&house, &county, "secretary", &[house.post(Role::Secretary, TOWN)]).await;
        let page = secretary.get(&format!("/inbox?tab=all&q={PHONE}")).await;
        assert!(page.status == 200 && !page.text().contains("演示：垃圾三天没清了"));
        assert_eq!(recorded(&house, house.now()).await, []);
    }

    async fn a_link_on_another_site_puts_nothing_on_record(house: House) {
        let county = County::new(&house).await;
        county.file(&Report { phone: Some(PHONE.into()), ..county.report() }).await.unwrap();
        let posts = [house.post(Role::Dispatcher, COUNTY)];
        let mut led = browser(&house, &county, "dispatcher", &posts).await.with("sec-fetch-site", "cross-site");
        for target in [format!("/inbox?tab=all&q={PHONE}"), "/matters.csv?tab=all".to_owned(), "/staff/figures.csv".to_owned()] {
            let answer = led.get(&target).await;
            assert_eq!(answer.status, 403, "{target}");
            assert!(answer.text().contains("别的网站") && !answer.text().contains("演示：垃圾三天没清了"), "{target}");
        }
        assert_eq!(led.get("/inbox?tab=all").await.status, 200, "what leaves no record may be linked to");
        assert_eq!(recorded(&house, house.now()).await, []);
    }

    async fn an_export_by_telephone_keeps_the_number_out_of_the_trail(house: House) {
        let county = County::new(&house).await;
        county.file(&Report { phone: Some(PHONE.into()), ..county.report() }).await.unwrap();
        let posts = [house.post(Role::Dispatcher, COUNTY)];
        let mut dispatcher = browser(&house, &county, "dispatcher", &posts).await;
        let file = dispatcher.get(&format!("/matters.csv?tab=all&q={PHONE}")).await;
        assert!(file.status == 200 && file.text().contains("演示：垃圾三天没清了"));
        let seen = recorded(&house, house.now()).await;
        assert_eq!(seen.iter().map(|link| link.action.as_str()).collect::<Vec<_>>(), ["matters-find-phone", "matters-export"]);
        assert!(seen.iter().all(|link| !link.detail.contains(PHONE)), "{seen:?}");
        assert!(seen[1].detail.contains("138"), "masked: {}", seen[1].detail);
    }
}
