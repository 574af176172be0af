//! Pages as strangers knock at them: too often, with an odd address, with odd characters.

use std::sync::Arc;

use axum::Extension;
use lianxin_foundation::Role;
use lianxin_foundation::account::AddToken;
use lianxin_foundation::clock::MINUTE;
use lianxin_foundation::limits::{Limit, Rate};
use lianxin_matters::Matters;
use lianxin_registry::Places;
use lianxin_testkit::{Browser, House, both_engines};
use lianxin_worktime::Calendar;
use serde_json::json;

use crate::place::{COUNTY, County, VILLAGE};

async fn browser(house: &House) -> Browser {
    let matters = Matters::new(Arc::new(Calendar::china()), Places::new()).unwrap();
    house.browser(lianxin_matters::routes().layer(Extension(matters))).from("192.0.2.1")
}

const REPORT: [(&str, &str); 3] =
    [("text", "演示：路灯\u{1b}[31m不亮"), ("place", "大桥\u{7}路口"), ("area", VILLAGE)];

both_engines! {
    rooms = [lianxin_matters::MESSAGES, lianxin_registry::MESSAGES];

    async fn reports_from_one_address_are_limited_and_say_so(house: House) {
        County::new(&house).await;
        let house = house.with(|settings| settings.limits.set(Limit::Write, Some(Rate::new(1, 1, MINUTE))));
        let mut resident = browser(&house).await;
        let made = resident.post(&format!("/report/{COUNTY}"), &REPORT).await;
        assert_eq!(made.status, 303, "{}", made.text());
        let mine = made.location().split('?').next().unwrap().to_owned();
        let page = resident.get(&mine).await.text();
        assert!(page.contains("路灯[31m不亮") && page.contains("大桥路口") && !page.contains(['\u{1b}', '\u{7}']));
        for (path, fields) in [(format!("/report/{COUNTY}"), &REPORT[..]), (format!("{mine}/note"), &[("text", "补充")])] {
            let refused = resident.post(&path, fields).await;
            assert_eq!((refused.status, refused.header("retry-after")), (429, "60"), "{path}");
            assert!(refused.text().contains("没有丢"), "{path}");
        }
        let step = resident.post(&format!("/report/{COUNTY}"), &[("step", "area")]).await;
        assert_eq!(step.status, 200, "going down the list of places sends nothing yet");
    }

    async fn looking_up_by_number_or_link_is_limited(house: House) {
        County::new(&house).await;
        let house = house.with(|settings| settings.limits.set(Limit::Lookup, Some(Rate::new(2, 1, MINUTE))));
        let mut resident = browser(&house).await;
        assert_eq!(resident.get(&format!("/find?county={COUNTY}&number=261122-000001")).await.status, 200);
        assert_eq!(resident.get(&format!("/m/{COUNTY}/nosuchsecret")).await.status, 404);
        for path in [format!("/find?county={COUNTY}&number=261122-000002"), format!("/m/{COUNTY}/othersecret")] {
            let refused = resident.get(&path).await;
            assert_eq!((refused.status, refused.header("retry-after")), (429, "60"), "{path}");
        }
        assert_eq!(resident.get("/find").await.status, 200);
    }

    /// Figures add up a year of a county, or of all of them: whoever walks through every place of the country waits.
    async fn reading_what_is_public_is_limited(house: House) {
        County::new(&house).await;
        let house = house.with(|settings| settings.limits.set(Limit::Read, Some(Rate::new(2, 1, MINUTE))));
        let mut resident = browser(&house).await;
        for path in ["/figures", "/figures.csv?table=areas"] {
            assert_eq!(resident.get(path).await.status, 200, "{path}");
        }
        for path in ["/figures/42", "/figures.csv?table=months", "/figures/421223/matters?counted=climbed"] {
            let refused = resident.get(path).await;
            assert_eq!((refused.status, refused.header("retry-after")), (429, "60"), "{path}");
        }
        let mut other = browser(&house).await.from("192.0.2.2");
        assert_eq!(other.get("/figures").await.status, 200, "somebody else is not held up");
        assert_eq!(resident.get("/figures/method").await.status, 200, "what costs nothing is not counted");
    }

    async fn a_program_sends_no_control_characters_either(house: House) {
        County::new(&house).await;
        let person = house.person("program", &[house.post(Role::Dispatcher, COUNTY)]).await;
        let add = AddToken { county: COUNTY.into(), account: person.account(), name: "接口".into(), expires_at: None };
        let token = house.app().act(&person.who, &add).await.unwrap();
        let mut program = browser(&house).await.bearing(&token);
        let body = json!({ "county": COUNTY, "text": "演示：\u{1b}[31m路灯\u{0}不亮", "place": "大桥\u{7}路口" });
        let made = program.json("POST", "/api/v1/matters", &body).await;
        assert_eq!(made.status, 201, "{}", made.text());
        let path = format!("/api/v1/matters/{COUNTY}/{}", made.json()["id"].as_str().unwrap());
        let matter = program.get(&path).await.json();
        assert_eq!((&matter["text"], &matter["place"]), (&"演示：[31m路灯不亮".into(), &"大桥路口".into()));
    }

    async fn an_id_that_is_none_is_not_found(house: House) {
        County::new(&house).await;
        let mut browser = browser(&house).await;
        for path in [format!("/matters/{COUNTY}/not-an-id"), format!("/files/{COUNTY}/7"), format!("/matters/{COUNTY}/7/point.geojson")] {
            assert_eq!(browser.get(&path).await.status, 404, "{path}");
        }
    }
}
