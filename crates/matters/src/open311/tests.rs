//! What a client on the other side of the wire sees, on both engines.

use std::sync::Arc;

use axum::Extension;
use lianxin_foundation::account::AddToken;
use lianxin_foundation::clock::{DAY, MINUTE, SECOND, rfc3339};
use lianxin_foundation::{Role, sql};
use lianxin_registry::Places;
use lianxin_testkit::{Answer, Browser, House, NOW, both_engines};
use lianxin_worktime::{Calendar, Kind};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::actions::{Accept, Dismiss, Resolve, SetLimits};
use crate::rules::clock::Limits;
use crate::{MESSAGES, Matters};

const REQUESTS: &str = "/open311/v2/requests.json";

/// One blue pixel.
const PNG: [u8; 69] = [
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 144,
    119, 83, 222, 0, 0, 0, 12, 73, 68, 65, 84, 120, 156, 99, 216, 172, 38, 7, 0, 2, 135, 0, 248, 159, 103,
    95, 185, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

/// A county with one unit, and a program that may enter matters there.
struct City {
    house: House,
    matters: Matters,
    unit: Uuid,
    client: Browser,
    key: String,
}

impl City {
    async fn new(house: House) -> City {
        let unit = house.organisation("421223", "unit", "演示城管局").await;
        house.duty(unit, "street-light", "421223").await;
        let matters = Matters::new(Arc::new(Calendar::china()), Places::new()).unwrap();
        let client = house.browser(super::routes().layer(Extension(matters.clone())));
        let key = key(&house, "dispatcher", "421223").await;
        City { house, matters, unit, client, key }
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.client.get(path).await
    }

    async fn post(&mut self, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("api_key", self.key.clone())];
        all.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.client.post(REQUESTS, &all).await
    }

    /// Files something and gives its number.
    async fn file(&mut self, fields: &[(&str, &str)]) -> String {
        let made = self.post(fields).await;
        assert_eq!(made.status, 200, "{}", made.text());
        made.json()[0]["service_request_id"].as_str().unwrap().to_owned()
    }

    async fn light(&mut self) -> String {
        self.file(&[("service_code", "street-light"), ("lat", "29.5568"), ("long", "114.0413")]).await
    }

    /// The numbers that a list gives, in its order.
    async fn numbers(&mut self, query: &str) -> Vec<String> {
        let answer = self.get(&format!("{REQUESTS}?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text());
        let list = answer.json();
        let number = |request: &Json| request["service_request_id"].as_str().unwrap().to_owned();
        list.as_array().unwrap().iter().map(number).collect()
    }

    async fn id_of(&self, number: &str) -> Uuid {
        let mut tx = self.house.db().read().await.unwrap();
        sql("select id from matter where number = $1").bind(number).scalar(&mut tx).await.unwrap()
    }
}

async fn key(house: &House, login: &str, area: &str) -> String {
    house.area(area).await;
    let person = house.person(login, &[house.post(Role::Dispatcher, area)]).await;
    let county = person.who.county.clone();
    let token = AddToken { county, account: person.account(), name: "演示程序".into(), expires_at: None };
    house.app().act(&person.who, &token).await.unwrap()
}

/// Status and codes of a refusal; its first description says `word`.
fn refusal(answer: &Answer, word: &str) -> (u16, Vec<i64>) {
    let faults = answer.json();
    let faults = faults.as_array().unwrap();
    let first = faults[0]["description"].as_str().unwrap();
    assert!(first.contains(word), "{first:?} says nothing of {word:?}");
    (answer.status, faults.iter().map(|fault| fault["code"].as_i64().unwrap()).collect())
}

both_engines! {
    rooms = [MESSAGES];

    async fn discovery_leads_to_the_endpoint(house: House) {
        let mut city = City::new(house).await;
        city.client = city.client.with("host", "127.0.0.1:8080").with("accept-language", "en");
        for path in ["/open311/discovery.json", "/open311/v2/discovery.json"] {
            let found = city.get(path).await;
            assert_eq!(found.header("content-type"), "application/json; charset=utf-8");
            assert_eq!(found.header("access-control-allow-origin"), "*");
            assert_eq!(
                found.json()["endpoints"],
                json!([{
                    "specification": "http://wiki.open311.org/GeoReport_v2",
                    "url": "http://127.0.0.1:8080/open311/v2",
                    "changeset": "2026-11-22T06:00:00+08:00",
                    "type": "production",
                    "formats": ["text/xml", "application/json"],
                }])
            );
        }
        let xml = city.get("/open311/discovery.xml").await;
        assert_eq!(xml.header("content-type"), "text/xml; charset=utf-8");
        let text = xml.text();
        assert!(text.starts_with(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><discovery><changeset>2026-11-22T06:00:00+08:00</changeset><contact>"
        ));
        assert!(text.ends_with(
            "<type>production</type><formats><format>text/xml</format><format>application/json</format></formats>\
             </endpoint></endpoints></discovery>"
        ));
    }

    async fn services_are_listed_with_their_questions(house: House) {
        let mut city = City::new(house).await;
        city.client = city.client.with("accept-language", "en");
        let services = city.get("/open311/v2/services.json").await.json();
        assert_eq!(services.as_array().unwrap().len(), city.matters.catalogue.for_residents().count());
        assert_eq!(
            services[1],
            json!({
                "service_code": "street-light",
                "service_name": "Street light out",
                "description": "A street light is out, always on, leaning or has bare wires.",
                "metadata": true,
                "type": "realtime",
                "keywords": "路灯, 灯杆, 不亮, 太阳能灯, 黑灯瞎火, street, light, lamp, dark",
                "group": "Streets and public works",
            })
        );
        let xml = city.get("/open311/v2/services.xml").await.text();
        assert!(xml.contains("<service><service_code>street-light</service_code><service_name>Street light out</service_name>"));
        assert!(xml.contains("<metadata>true</metadata><type>realtime</type><keywords>"));
        assert!(xml.ends_with("</service></services>"));
    }

    async fn a_definition_asks_every_kind_of_question(house: House) {
        let mut city = City::new(house).await;
        city.client = city.client.with("accept-language", "en");
        let road = city.get("/open311/v2/services/road-damage.json").await.json();
        assert_eq!(
            road,
            json!({ "service_code": "road-damage", "attributes": [
                {
                    "variable": true, "code": "size", "datatype": "singlevaluelist", "required": false,
                    "datatype_description": null, "order": 1, "description": "How large is the hole?",
                    "values": [
                        { "key": "small", "name": "One step across" },
                        { "key": "wheel", "name": "Can trap a wheel" },
                        { "key": "lane", "name": "Half the road or more" },
                    ],
                },
                {
                    "variable": true, "code": "noticed_at", "datatype": "datetime", "required": false,
                    "datatype_description": null, "order": 2, "description": "When was it noticed?", "values": [],
                },
            ]})
        );
        assert_eq!(
            city.get("/open311/v2/services/street-light.xml").await.text(),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><service_definition><service_code>street-light</service_code>\
             <attributes><attribute><variable>true</variable><code>pole_number</code><datatype>string</datatype>\
             <required>false</required><datatype_description/><order>1</order>\
             <description>Lamp pole number, if there is a plate</description><values/></attribute>\
             <attribute><variable>true</variable><code>lights_out</code><datatype>number</datatype>\
             <required>false</required><datatype_description/><order>2</order>\
             <description>About how many lights are out?</description><values/></attribute></attributes>\
             </service_definition>"
        );
        assert_eq!(
            city.get("/open311/v2/services/trees.json").await.json(),
            json!({ "service_code": "trees", "attributes": [] })
        );
        let mut kinds: Vec<&str> =
            city.matters.catalogue.all().iter().flat_map(|category| &category.attributes).map(|q| q.datatype.code()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds, ["datetime", "multivaluelist", "number", "singlevaluelist", "string", "text"]);
    }

    async fn a_request_is_filed_and_followed_in_both_forms(house: House) {
        let mut city = City::new(house).await;
        let made = city.post(&[
            ("service_code", "street-light"),
            ("lat", "29.5568"),
            ("long", "114.0413"),
            ("address_string", "天城镇大桥路口"),
            ("description", "路灯不亮 <b>&\n第二行"),
            ("attribute[pole_number]", "DS-017"),
            ("attribute[lights_out]", "3"),
            ("media_url", "https://photos.example/1.jpg"),
            ("email", "demo@example.org"),
            ("phone", "13800000000"),
            ("first_name", "演示"),
            ("last_name", "王"),
            ("device_id", "device-1"),
        ]).await;
        assert_eq!(made.status, 200, "{}", made.text());
        let number = made.json()[0]["service_request_id"].as_str().unwrap().to_owned();
        let notice = "24 小时内联系您，7 天内办结。";
        assert_eq!(
            made.json(),
            json!([{ "service_request_id": number, "service_notice": notice, "account_id": null }])
        );
        let expected = json!([{
            "service_request_id": number,
            "status": "open",
            "status_notes": null,
            "service_name": "路灯不亮",
            "service_code": "street-light",
            "description": "路灯不亮 <b>&\n第二行\nhttps://photos.example/1.jpg",
            "agency_responsible": "演示城管局",
            "service_notice": notice,
            "requested_datetime": "2026-11-22T08:30:00+08:00",
            "updated_datetime": "2026-11-22T08:30:00+08:00",
            "expected_datetime": "2026-11-29T08:30:00+08:00",
            "address": "天城镇大桥路口",
            "address_id": "421223",
            "zipcode": null,
            "lat": 29.5568,
            "long": 114.0413,
            "media_url": null,
        }]);
        let one = city.get(&format!("/open311/v2/requests/{number}.json")).await;
        assert_eq!(one.json(), expected);
        assert_eq!(city.get(REQUESTS).await.json(), expected);
        assert_eq!(
            city.get(&format!("/open311/v2/requests/{number}.xml")).await.text(),
            format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><service_requests><request>\
                 <service_request_id>{number}</service_request_id><status>open</status><status_notes/>\
                 <service_name>路灯不亮</service_name><service_code>street-light</service_code>\
                 <description>路灯不亮 &lt;b&gt;&amp;\n第二行\nhttps://photos.example/1.jpg</description>\
                 <agency_responsible>演示城管局</agency_responsible><service_notice>{notice}</service_notice>\
                 <requested_datetime>2026-11-22T08:30:00+08:00</requested_datetime>\
                 <updated_datetime>2026-11-22T08:30:00+08:00</updated_datetime>\
                 <expected_datetime>2026-11-29T08:30:00+08:00</expected_datetime>\
                 <address>天城镇大桥路口</address><address_id>421223</address_id><zipcode/>\
                 <lat>29.5568</lat><long>114.0413</long><media_url/></request></service_requests>"
            )
        );
        // The token of a request is its id: clients that poll for one get the number at once.
        let id = city.id_of(&number).await;
        let token = city.get(&format!("/open311/v2/tokens/{id}.json")).await.json();
        assert_eq!(token, json!([{ "service_request_id": number, "token": id.to_string() }]));
    }

    async fn extensions_come_only_when_asked_for(house: House) {
        let mut city = City::new(house).await;
        let number = city.file(&[
            ("service_code", "garbage"), ("address_string", "大桥路口"), ("attribute[waste][]", "household"),
        ]).await;
        let path = format!("/open311/v2/requests/{number}.json");
        let keys = |answer: &Answer| answer.json()[0].as_object().unwrap().len();
        for plain in ["", "?extensions=false", "?extensions=1", "?extensions="] {
            assert_eq!(keys(&city.get(&format!("{path}{plain}")).await), 17, "{plain}");
        }
        let more = city.get(&format!("{path}?extensions=true")).await;
        assert_eq!(keys(&more), 20);
        let more = &more.json()[0];
        assert_eq!(more["attributes"][0]["code"], "waste");
        assert_eq!(more["attributes"][0]["value"], "household");
        assert_eq!(
            more["extended_attributes"],
            json!({
                "area_code": "421223", "area_path": "42/4212/421223", "level": null, "hops": 0, "channel": "open311",
            })
        );
        assert_eq!(more["notes"][0]["type"], "submitted");
    }

    async fn what_the_house_says_can_be_read_and_no_more(house: House) {
        let mut city = City::new(house).await;
        let number = city.light().await;
        let id = city.id_of(&number).await;
        let handler = lianxin_foundation::scope::Post {
            organisation: Some(city.unit), ..city.house.post(Role::UnitHandler, "421223")
        };
        let handler = city.house.who(&[handler]);
        let (county, matters) = ("421223".to_owned(), &city.matters);
        city.house.clock().set(NOW + MINUTE);
        let accept = Accept { matters, county: county.clone(), id, note: "已联系".into() };
        city.house.app().act(&handler, &accept).await.unwrap();
        city.house.clock().set(NOW + 2 * MINUTE);
        let resolve = Resolve { matters, county, id, reply: "灯泡已换".into(), photos: Vec::new() };
        city.house.app().act(&handler, &resolve).await.unwrap();
        let request = &city.get(&format!("/open311/v2/requests/{number}.json?extensions=true")).await.json()[0];
        assert_eq!(request["status"], "open", "the reporter has the last word");
        assert_eq!(request["status_notes"], "灯泡已换");
        assert_eq!(request["updated_datetime"], "2026-11-22T08:32:00+08:00");
        let types: Vec<&Json> = request["notes"].as_array().unwrap().iter().map(|note| &note["type"]).collect();
        assert_eq!(types, ["submitted", "routed", "opened", "resolved"]);
    }

    async fn a_private_matter_shows_only_how_it_stands(house: House) {
        let mut city = City::new(house).await;
        let number = city.file(&[
            ("service_code", "wage-dispute"), ("description", "工钱"), ("address_string", "某某家"),
            ("attribute[amount]", "5000"), ("lat", "29.5"), ("long", "114.0"),
        ]).await;
        let answer = city.get(&format!("/open311/v2/requests/{number}.json?extensions=true")).await;
        let request = &answer.json()[0];
        assert_eq!((&request["status"], &request["service_request_id"]), (&json!("open"), &json!(number)));
        for hidden in [
            "service_code", "service_name", "agency_responsible", "service_notice", "expected_datetime",
            "description", "address", "address_id", "lat", "long", "status_notes", "media_url",
        ] {
            assert_eq!(request[hidden], Json::Null, "{hidden}");
        }
        assert_eq!((&request["notes"], &request["attributes"]), (&json!([]), &json!([])));
        for told in ["wage", "工钱", "某某家", "5000", "421223", "29.5"] {
            assert!(!answer.text().contains(told), "{told}");
        }
        for list in ["", "service_code=wage-dispute", "status=open"] {
            assert_eq!(city.numbers(list).await, [""; 0], "on no list: {list}");
        }
        assert_eq!(city.numbers(&format!("service_request_id={number}")).await, [number]);
    }

    async fn a_county_decides_for_its_own_services(house: House) {
        let mut city = City::new(house).await;
        let number = city.light().await;
        let built_in = city.get("/open311/discovery.json").await.json()["changeset"].clone();
        let keeper = city.house.who(&[city.house.post(Role::Administrator, "421223")]);
        let limits = Limits { respond: 60, climb: 120, resolve: 240, kind: Kind::Calendar };
        let matters = city.matters.clone();
        let set = SetLimits {
            matters: &matters, county: "421223".into(), code: "street-light".into(), limits, private: true,
            reason: "演示决定".into(),
        };
        let before = city.get(&format!("/open311/v2/requests/{number}.json")).await.json()[0].clone();
        assert_ne!(before["description"], Json::Null);
        city.house.app().act(&keeper, &set).await.unwrap();
        let changed = json!(rfc3339(city.house.now()));
        assert_ne!(built_in, changed);
        for path in ["discovery.json", "v2/discovery.json", "discovery.json?jurisdiction_id=421223"] {
            let found = city.get(&format!("/open311/{path}")).await.json();
            assert_eq!((&found["changeset"], &found["endpoints"][0]["changeset"]), (&changed, &changed), "{path}");
        }
        let elsewhere = city.get("/open311/discovery.json?jurisdiction_id=999999").await;
        assert_eq!(refusal(&elsewhere, "999999"), (404, vec![404]));
        let after = city.get(&format!("/open311/v2/requests/{number}.json")).await.json()[0].clone();
        assert_eq!(after["description"], Json::Null, "private from now on, what was open before too");
        assert_eq!(city.numbers("").await, [""; 0]);
        let filed = city.post(&[("service_code", "street-light"), ("lat", "29.5568"), ("long", "114.0413")]).await;
        let notice = filed.json()[0]["service_notice"].as_str().unwrap().to_owned();
        assert!(notice.contains('4'), "promised by the county's own limits: {notice}");
    }

    async fn lists_are_not_endless(house: House) {
        let mut city = City::new(house).await;
        for (parameter, most) in [("service_code", 200), ("service_request_id", 1000)] {
            let many = |count: usize| (0..count).map(|at| at.to_string()).collect::<Vec<_>>().join(",");
            let enough = city.get(&format!("{REQUESTS}?{parameter}={}", many(most))).await;
            assert_eq!((enough.status, enough.json()), (200, json!([])));
            for format in ["json", "xml"] {
                let refused = city.get(&format!("/open311/v2/requests.{format}?{parameter}={}", many(most + 1))).await;
                assert_eq!(refused.status, 400);
                assert!(refused.text().contains(parameter) && refused.text().contains(&most.to_string()));
            }
        }
    }

    async fn personal_fields_never_come_back(house: House) {
        let mut city = City::new(house).await;
        city.file(&[
            ("service_code", "trees"), ("address_string", "大桥路口"), ("email", "secret@example.org"),
            ("phone", "13800000000"), ("first_name", "Ada"), ("last_name", "Example"), ("account_id", "acc-7"),
        ]).await;
        for path in ["requests.json?extensions=true", "requests.xml?extensions=true"] {
            let text = city.get(&format!("/open311/v2/{path}")).await.text();
            for secret in ["secret@", "1380000", "Ada", "acc-7"] {
                assert!(!text.contains(secret), "{secret} in {path}");
            }
        }
    }

    async fn what_was_dismissed_is_not_shown(house: House) {
        let mut city = City::new(house).await;
        let number = city.file(&[("service_code", "trees"), ("address_string", "大桥路口")]).await;
        let id = city.id_of(&number).await;
        let dispatcher = city.house.who(&[city.house.post(Role::Dispatcher, "421223")]);
        let dismiss = Dismiss { matters: &city.matters, county: "421223".into(), id, reason: "演示".into() };
        city.house.app().act(&dispatcher, &dismiss).await.unwrap();
        assert_eq!(city.numbers("").await, Vec::<String>::new());
        assert_eq!(city.numbers(&format!("service_request_id={number}")).await, Vec::<String>::new());
        assert_eq!(city.get(&format!("/open311/v2/requests/{number}.json")).await.status, 404);
        assert_eq!(city.get(&format!("/open311/v2/tokens/{id}.json")).await.status, 404);
    }

    async fn requests_are_filtered_and_paged(house: House) {
        let mut city = City::new(house).await;
        let mut numbers = Vec::new();
        for days in [100, 30, 2, 1] {
            city.house.clock().set(NOW - days * DAY);
            let code = if days == 2 { "trees" } else { "street-light" };
            numbers.push(city.file(&[("service_code", code), ("address_string", "大桥路口")]).await);
        }
        let [old, month, two, one] = numbers.as_slice() else { panic!("four were filed") };
        let id = city.id_of(month).await;
        let dispatcher = city.house.who(&[city.house.post(Role::Dispatcher, "421223")]);
        let note = crate::actions::AddNote {
            matters: &city.matters, county: "421223".into(), id, note: "在办".into(), internal: false, photos: Vec::new(),
        };
        city.house.clock().set(NOW - DAY / 2);
        city.house.app().act(&dispatcher, &note).await.unwrap();
        city.house.clock().set(NOW);
        let everything = format!("service_request_id={old},%20{one},{old},nobody&status=closed&page=9");
        for (query, expected) in [
            ("", vec![one, two, month]),
            ("status=&service_code=&page=&jurisdiction_id=421223", vec![one, two, month]),
            ("status=open", vec![one, two, month]),
            ("status=closed", vec![]),
            ("status=open,closed", vec![one, two, month]),
            ("service_code=trees", vec![two]),
            ("service_code=trees,street-light", vec![one, two, month]),
            ("service_code=trees&service_code=none", vec![two]),
            ("service_code=none", vec![]),
            ("page=1&page_size=2", vec![one, two]),
            ("page=2&page_size=2", vec![month]),
            ("page=3&page_size=2", vec![]),
            ("page=9223372036854775807", vec![]),
            ("end_date=2026-10-01", vec![old]),
            ("start_date=2026-11-20T08:30:00Z", vec![one]),
            ("start_date=2026-11-20T08:30:00+08:00", vec![one, two]),
            ("end_date=2026-11-20T08:30:00%2B08:00", vec![two, month]),
            ("start_date=2026-11-20&end_date=2026-11-20", vec![two]),
            ("updated_after=2026-11-21T20:00:00%2B08:00", vec![month]),
            ("updated_before=2026-11-20T08:30:00%2B08:00", vec![two]),
            (everything.as_str(), vec![old, one]),
            ("service_request_id=nobody", vec![]),
            ("what_is_this=1", vec![one, two, month]),
        ] {
            assert_eq!(city.numbers(query).await.iter().collect::<Vec<_>>(), expected, "{query}");
        }
        let none = city.get("/open311/v2/requests.xml?status=closed").await.text();
        assert!(none.ends_with("?><service_requests/>"), "{none}");
    }

    async fn bad_arguments_are_named(house: House) {
        let mut city = City::new(house).await;
        for (query, word, codes) in [
            ("status=ajar", "status", vec![400]),
            ("start_date=yesterday", "start_date", vec![400]),
            ("end_date=2026-01-01T00:00:00", "end_date", vec![400]),
            ("page=0&page_size=-1", "page", vec![400, 400]),
            ("start_date=2026-01-01&end_date=2026-12-31", "90", vec![400]),
        ] {
            let answer = city.get(&format!("{REQUESTS}?{query}")).await;
            assert_eq!(refusal(&answer, word), (400, codes), "{query}");
        }
    }

    async fn addresses_that_are_none_have_a_body_too(house: House) {
        let mut city = City::new(house).await;
        for (path, word) in [
            ("services/none.json", "none"),
            ("requests/none.json", "none"),
            ("tokens/none.json", "none"),
            ("nothing.json", "nothing"),
            ("services/a/b.json", "a/b"),
        ] {
            let answer = city.get(&format!("/open311/v2/{path}")).await;
            assert_eq!(refusal(&answer, word), (404, vec![404]), "{path}");
            assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
        }
        let unknown = city.get("/open311/v2/services.yaml").await;
        assert_eq!((unknown.status, unknown.header("content-type")), (404, "text/xml; charset=utf-8"));
        assert_eq!(
            unknown.text(),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><errors><error><code>404</code><description>没有这个地址：\
             v2/services.yaml。地址要以 .json 或 .xml 结尾。</description></error></errors>"
        );
        let bytes = city.get("/open311/v2/%ff.json").await;
        assert_eq!((bytes.status, bytes.header("content-type")), (400, "text/xml; charset=utf-8"));
        let method = city.client.send("DELETE", REQUESTS, None, Vec::new()).await;
        assert_eq!((method.status, method.header("allow")), (405, "GET, HEAD, POST"));
        let method = city.client.post("/open311/v2/services.json", &[]).await;
        assert_eq!((method.status, method.header("allow")), (405, "GET, HEAD"));
        let before = city.client.send("OPTIONS", REQUESTS, None, Vec::new()).await;
        assert_eq!((before.status, before.header("access-control-allow-origin")), (204, "*"));
        assert!(city.get("/open311/v2/services").await.text().starts_with("<?xml"));
    }

    async fn only_a_key_files(house: House) {
        let mut city = City::new(house).await;
        let elsewhere = key(&city.house, "elsewhere", "421202").await;
        let fields = [("service_code", "trees"), ("address_string", "大桥路口")];
        for bad in ["", "wrong", "lx_421223_wrong", elsewhere.as_str()] {
            let all = [fields.as_slice(), &[("api_key", bad)]].concat();
            let answer = city.client.post(REQUESTS, &all).await;
            assert_eq!(refusal(&answer, "api_key"), (403, vec![403]), "{bad}");
        }
        let nothing = city.client.post(REQUESTS, &[("service_code", "no-such")]).await;
        assert_eq!(refusal(&nothing, "api_key").0, 403, "the key comes before everything else");
        let key = city.key.clone();
        let in_address = city.client.post(&format!("{REQUESTS}?api_key={key}"), &fields).await;
        assert_eq!(in_address.status, 200, "{}", in_address.text());
        let in_header = city.client.clone().bearing(&key).post(REQUESTS, &fields).await;
        assert_eq!(in_header.status, 200, "{}", in_header.text());
    }

    async fn what_is_wrong_with_a_report_is_said_at_once(house: House) {
        let mut city = City::new(house).await;
        let long = "字".repeat(4001);
        let trees = ("service_code", "trees");
        let place = ("address_string", "大桥路口");
        for (fields, word, codes) in [
            (vec![place], "service_code", vec![400]),
            (vec![place, ("service_code", "none")], "none", vec![404]),
            (vec![trees], "address_string", vec![400]),
            (vec![trees, ("lat", "29.5")], "long", vec![400]),
            (vec![trees, ("lat", "here"), ("long", "114")], "lat", vec![400]),
            (vec![trees, ("address_id", "999999999999")], "address_id", vec![400]),
            (vec![trees, place, ("description", &long)], "description", vec![400]),
            (vec![trees, place, ("media_url", "javascript:alert(1)")], "media_url", vec![400]),
            (vec![trees, place, ("email", "nobody")], "email", vec![400]),
            (vec![("service_code", "lift"), place], "trapped", vec![400]),
            (
                vec![("service_code", "lift"), ("lat", "99"), ("long", "114"), ("attribute[trapped]", "odd")],
                "lat",
                vec![400, 400],
            ),
        ] {
            let answer = city.post(&fields).await;
            assert_eq!((refusal(&answer, word)), (codes[0] as u16, codes), "{fields:?}");
        }
        let json = city.client.clone().bearing(&city.key).json("POST", REQUESTS, &json!({})).await;
        assert_eq!(refusal(&json, "form").0, 400);
    }

    async fn four_thousand_characters_are_taken(house: House) {
        let mut city = City::new(house).await;
        let text = "字".repeat(4000);
        let number =
            city.file(&[("service_code", "trees"), ("address_string", "大桥路口"), ("description", &text)]).await;
        let request = city.get(&format!("/open311/v2/requests/{number}.json")).await.json();
        assert_eq!(request[0]["description"], text);
    }

    async fn a_photo_comes_along_and_stays_inside(house: House) {
        let mut city = City::new(house).await;
        let key = city.key.clone();
        let fields = [("api_key", key.as_str()), ("service_code", "trees"), ("address_string", "大桥路口")];
        let made = city.client.post_files(REQUESTS, &fields, &[("media", "photo", &PNG)]).await;
        assert_eq!(made.status, 200, "{}", made.text());
        let number = made.json()[0]["service_request_id"].as_str().unwrap().to_owned();
        let id = city.id_of(&number).await;
        let mut tx = city.house.db().read().await.unwrap();
        assert_eq!(crate::store::photos(&mut tx, "421223", id).await.unwrap().len(), 1);
        drop(tx);
        let request = city.get(&format!("/open311/v2/requests/{number}.json")).await.json();
        assert_eq!(request[0]["media_url"], Json::Null);
        let text = city.client.post_files(REQUESTS, &fields, &[("media", "photo.png", b"not a picture")]).await;
        assert_eq!(refusal(&text, "JPEG"), (400, vec![400]));
    }

    async fn several_counties_must_be_told_apart(house: House) {
        let mut city = City::new(house).await;
        let number = city.light().await;
        assert_eq!(city.get("/open311/v2/services.json").await.status, 200);
        let other = city.get("/open311/v2/services.json?jurisdiction_id=999999").await;
        assert_eq!(refusal(&other, "999999"), (404, vec![404]));
        city.house.organisation("421202", "unit", "演示另一县的局").await;
        let which = city.get("/open311/v2/services.json").await;
        assert_eq!(refusal(&which, "421202, 421223"), (400, vec![400]));
        assert_eq!(city.get("/open311/v2/services.json?jurisdiction_id=421202").await.status, 200);
        let one = format!("/open311/v2/requests/{number}.json");
        assert_eq!(city.get(&format!("{one}?jurisdiction_id=421202")).await.status, 404);
        assert_eq!(city.get(&format!("{one}?jurisdiction_id=421223")).await.status, 200);
        let fields = [("service_code", "trees"), ("address_string", "大桥路口")];
        assert_eq!(refusal(&city.post(&fields).await, "jurisdiction_id"), (400, vec![400]));
        let key = city.key.clone();
        let body_wins = [fields.as_slice(), &[("api_key", key.as_str()), ("jurisdiction_id", "421223")]].concat();
        let made = city.client.post(&format!("{REQUESTS}?jurisdiction_id=999999"), &body_wins).await;
        assert_eq!(made.status, 200, "{}", made.text());
    }

    async fn a_second_is_a_whole_second(house: House) {
        let mut city = City::new(house).await;
        city.house.clock().set(NOW + SECOND / 2);
        let number = city.light().await;
        let to_the_second = city.numbers("end_date=2026-11-22T08:30:00%2B08:00").await;
        assert_eq!(to_the_second, [number], "what a client reads as a moment, it can ask for again");
    }
}
