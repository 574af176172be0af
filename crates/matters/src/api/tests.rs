//! What a program with a token sees, on both engines.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Extension;
use lianxin_foundation::Role;
use lianxin_foundation::account::AddToken;
use lianxin_foundation::scope::Post;
use lianxin_registry::Places;
use lianxin_testkit::{Answer, Browser, House, both_engines};
use lianxin_worktime::Calendar;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::rules::Step;
use crate::{MESSAGES, Matters};

const MATTERS: &str = "/api/v1/matters";

/// A county with one unit, and the people who work there.
struct Office {
    house: House,
    matters: Matters,
    unit: Uuid,
}

impl Office {
    async fn new(house: House) -> Office {
        let unit = house.organisation("421223", "unit", "演示城管局").await;
        house.duty(unit, "street-light", "421223").await;
        let matters = Matters::new(Arc::new(Calendar::china()), Places::new()).unwrap();
        Office { house, matters, unit }
    }

    /// A program that acts as somebody with this post.
    async fn caller(&self, role: Role, area: &str, organisation: Option<Uuid>) -> Browser {
        self.house.area(area).await;
        let post = Post { organisation, ..self.house.post(role, area) };
        let person = self.house.person(&format!("{}-{area}", role.code()), &[post]).await;
        let county = person.who.county.clone();
        let token =
            AddToken { county, account: person.account(), name: "演示程序".into(), expires_at: None };
        let token = self.house.app().act(&person.who, &token).await.unwrap();
        let routes = crate::api::routes().merge(crate::figures::routes());
        self.house.browser(routes.layer(Extension(self.matters.clone()))).bearing(&token)
    }

    async fn dispatcher(&self) -> Browser {
        self.caller(Role::Dispatcher, "421223", None).await
    }
}

fn light() -> Json {
    json!({ "county": "421223", "category": "street-light", "text": "演示：路灯不亮", "place": "大桥路口" })
}

/// Reports and gives the address of the matter.
async fn reported(caller: &mut Browser, body: &Json) -> String {
    let made = caller.json("POST", MATTERS, body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    format!("{MATTERS}/421223/{}", made.json()["id"].as_str().unwrap())
}

/// Status, problem type and wrong fields.
fn problem(answer: &Answer) -> (u16, String, Vec<String>) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{}", answer.text());
    let body = answer.json();
    let fields = body["errors"].as_array().into_iter().flatten();
    let fields = fields.map(|wrong| wrong["pointer"].as_str().unwrap().to_owned()).collect();
    (answer.status, body["type"].as_str().unwrap().trim_start_matches("/problems/").to_owned(), fields)
}

/// The names of the schemas that a document refers to.
fn references(value: &Json) -> Vec<&str> {
    match value {
        Json::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| match value.as_str().filter(|_| key == "$ref") {
                Some(reference) => vec![reference.trim_start_matches("#/components/schemas/")],
                None => references(value),
            })
            .collect(),
        Json::Array(values) => values.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// An address of the document, about a matter that is not there.
fn address(path: &str) -> String {
    path.replace("{county}", "421223")
        .replace("{id}", "0197a6f0-0000-7000-8000-000000000001")
        .replace("{session}", "0197a6f0-0000-7000-8000-000000000002")
}

/// `METHOD /path` of everything that answers.
async fn served(caller: &mut Browser) -> BTreeSet<String> {
    let figures = "/api/v1/figures".to_owned();
    let paths = crate::api::addresses().into_iter().map(|(path, _)| path).chain([figures]);
    let mut served = BTreeSet::new();
    for path in paths {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if caller.json(method, &address(&path), &json!({})).await.status != 405 {
                served.insert(format!("{method} {path}"));
            }
        }
    }
    served
}

/// Where the API takes a step that a page offers; `None` for what no form is for.
fn resource(step: Step) -> Option<&'static str> {
    match step {
        Step::Dispatch => Some("dispatch"),
        Step::Accept => Some("acceptance"),
        Step::Object => Some("objection"),
        Step::Ask => Some("question"),
        Step::Pause => Some("pause"),
        Step::Resume => Some("resumption"),
        Step::Note => Some("notes"),
        Step::HandOver => Some("hand-over"),
        Step::Resolve => Some("resolution"),
        Step::ConfirmSolved | Step::ConfirmUnsolved => Some("call-back"),
        Step::Dismiss => Some("dismissal"),
        Step::Correct => Some("correction"),
        Step::Merge => Some("merge"),
        Step::Part => Some("parting"),
        Step::Report | Step::Answer | Step::Climb | Step::Idle | Step::TimeOut | Step::Withdraw => None,
        // Written by the program beside the other matter's merging or parting.
        Step::Gather | Step::LetGo => None,
        Step::Whistle => Some("whistle"),
        Step::Arrive => Some("arrival"),
        Step::CallOff => Some("calling-off"),
        Step::Mediate => Some("mediation"),
        // Of the dispute, not of its matter.
        Step::Agree | Step::FailMediation => None,
    }
}

both_engines! {
    rooms = [MESSAGES];

    async fn every_step_a_page_offers_is_taken_by_page_and_api(house: House) {
        let office = Office::new(house).await;
        let matter = reported(&mut office.dispatcher().await, &light()).await;
        let reader = office.house.person("reader", &[office.house.post(Role::Supervisor, "421223")]).await;
        let mut page = office.house.browser(crate::routes().layer(Extension(office.matters.clone())));
        page.sign_in(&reader).await;
        let shown = matter.trim_start_matches("/api/v1");
        assert_eq!(page.post(&format!("{shown}/nothing"), &[]).await.status, 404, "what no page offers");
        let paths = crate::api::openapi().paths.paths;
        for (step, code) in crate::pages::offered() {
            let answer = page.post(&format!("{shown}/{code}"), &[]).await;
            assert_ne!(answer.status, 404, "the page offers {code} and does not take it");
            let resource = resource(step).unwrap_or_else(|| panic!("the API has no resource for {step:?}"));
            let path = format!("/api/v1/matters/{{county}}/{{id}}/{resource}");
            assert!(paths.contains_key(&path), "the API does not take {step:?}: no {path}");
        }
    }

    async fn a_matter_goes_its_whole_way(house: House) {
        let office = Office::new(house).await;
        let mut dispatcher = office.dispatcher().await;
        let mut handler = office.caller(Role::UnitHandler, "421223", Some(office.unit)).await;
        let matter = reported(&mut dispatcher, &light()).await;
        for (step, body, status) in [
            ("notes", json!({ "note": "看过现场", "internal": true }), "dispatched"),
            ("acceptance", json!({ "note": "已联系" }), "accepted"),
            ("question", json!({ "question": "是哪一盏？" }), "waiting"),
            ("resumption", json!({ "reason": "自己找到了" }), "accepted"),
            ("resolution", json!({ "reply": "灯泡已换" }), "resolved"),
        ] {
            let answer = handler.json("POST", &format!("{matter}/{step}"), &body).await;
            assert_eq!(answer.status, 200, "{step}: {}", answer.text());
            assert_eq!(answer.json()["status"], status, "{step}");
        }
        let closed = dispatcher.json("POST", &format!("{matter}/call-back"), &json!({ "solved": true, "satisfied": true })).await;
        assert_eq!(closed.status, 200, "{}", closed.text());
        let closed = closed.json();
        assert_eq!((&closed["status"], &closed["closed_by"]), (&json!("closed"), &json!("call-back")));
        assert_eq!(closed["created_at"], "2026-11-22T08:30:00+08:00");
        assert_eq!(closed["steps"], json!([]));
        assert_eq!(dispatcher.get(&matter).await.json(), closed);
        let events = dispatcher.get(&format!("{matter}/events")).await.json();
        let kinds: Vec<&str> = events.as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
        assert_eq!(
            kinds,
            ["report", "dispatch", "note", "accept", "ask", "resume", "resolve", "confirm-solved"]
        );
        assert_eq!((&events[2]["note"], &events[2]["internal"]), (&Json::Null, &json!(true)));
    }

    async fn units_object_and_hand_over_and_dispatchers_decide(house: House) {
        let office = Office::new(house).await;
        let other = office.house.organisation("421223", "unit", "演示供电所").await;
        let dispatcher = office.dispatcher().await;
        let supervisor = office.caller(Role::Supervisor, "421223", None).await;
        let handler = office.caller(Role::UnitHandler, "421223", Some(office.unit)).await;
        let matter = reported(&mut dispatcher.clone(), &light()).await;
        let reason = office.matters.catalogue.templates("object")[0].code.clone();
        for (caller, step, body, status) in [
            (&handler, "objection", json!({ "reason": reason, "note": "不归我们" }), "objected"),
            (&dispatcher, "correction", json!({ "category": "power-cut", "reason": "是停电" }), "objected"),
            (&dispatcher, "dispatch", json!({ "unit": office.unit, "note": "归你们" }), "dispatched"),
            (&handler, "acceptance", json!({}), "accepted"),
            (&supervisor, "pause", json!({ "reason": "等备件" }), "waiting"),
            (&supervisor, "resumption", json!({ "reason": "到货" }), "accepted"),
            (&handler, "hand-over", json!({ "unit": other, "reason": "线路是他们的" }), "dispatched"),
        ] {
            let answer = caller.clone().json("POST", &format!("{matter}/{step}"), &body).await;
            assert_eq!((answer.status, &answer.json()["status"]), (200, &json!(status)), "{step}: {}", answer.text());
        }
        let second = reported(&mut dispatcher.clone(), &json!({
            "county": "421223", "category": "trees", "text": "演示", "place": "大桥路口",
        })).await;
        let dismissed = dispatcher.clone().json("POST", &format!("{second}/dismissal"), &json!({ "reason": "不属于受理范围" })).await;
        assert_eq!(dismissed.json()["status"], "dismissed", "{}", dismissed.text());
    }

    async fn the_same_id_is_the_same_matter(house: House) {
        let office = Office::new(house).await;
        let mut caller = office.dispatcher().await;
        let mut body = light();
        body["id"] = json!("0197a6f0-0000-7000-8000-000000000001");
        let first = caller.json("POST", MATTERS, &body).await;
        let again = caller.json("POST", MATTERS, &body).await;
        assert_eq!((first.status, again.status), (201, 200));
        assert_eq!((&first.json()["new"], &again.json()["new"]), (&json!(true), &json!(false)));
        assert_eq!(first.json()["number"], again.json()["number"]);
        assert_eq!(first.json()["secret"].as_str().unwrap().len(), 26);
        assert_eq!(again.json()["secret"], Json::Null);
        assert_eq!(first.json()["unit_name"], "演示城管局");
        assert_eq!(caller.get(MATTERS).await.json()["total"], 1);
    }

    async fn lists_keep_to_the_scope_and_the_question(house: House) {
        let office = Office::new(house).await;
        let mut caller = office.dispatcher().await;
        reported(&mut caller, &light()).await;
        let mut trees = light();
        trees["category"] = json!("trees");
        reported(&mut caller, &trees).await;
        for (query, total) in [
            ("", 2),
            ("county=421223&status=", 2),
            ("status=received", 1),
            ("status=received,%20dispatched", 2),
            ("category=trees", 1),
            ("area=421223", 2),
            ("overdue=true", 0),
            ("words=%E8%B7%AF%E7%81%AF", 2),
            ("from=2026-11-22T08:30:00%2B08:00", 2),
            ("from=2026-11-22T08:30:00+08:00", 2),
            ("to=2026-11-22T08:30:00%2B08:00", 0),
            ("order=due&size=1", 2),
            ("county=421202", 0),
        ] {
            let answer = caller.get(&format!("{MATTERS}?{query}")).await;
            assert_eq!(answer.status, 200, "{query}: {}", answer.text());
            assert_eq!(answer.json()["total"], total, "{query}");
        }
        assert_eq!(caller.get(&format!("{MATTERS}?size=1")).await.json()["matters"].as_array().unwrap().len(), 1);
        let mut elsewhere = office.caller(Role::Dispatcher, "421202", None).await;
        assert_eq!(elsewhere.get(MATTERS).await.json()["total"], 0);
    }

    async fn personal_fields_are_opened_with_a_reason(house: House) {
        let office = Office::new(house).await;
        let mut caller = office.dispatcher().await;
        let mut body = light();
        body["phone"] = json!("13800000000");
        body["name"] = json!("演示居民");
        let matter = reported(&mut caller, &body).await;
        assert!(!caller.get(&matter).await.text().contains("13800000000"));
        let bare = caller.json("POST", &format!("{matter}/personal"), &json!({ "reason": " " })).await;
        assert_eq!(problem(&bare), (422, "problem-invalid".into(), vec!["/reason".into()]));
        let opened = caller.json("POST", &format!("{matter}/personal"), &json!({ "reason": "电话回访需要" })).await;
        assert_eq!(opened.status, 200, "{}", opened.text());
        assert_eq!((&opened.json()["name"], &opened.json()["address"]), (&json!("演示居民"), &Json::Null));
    }

    async fn refusals_are_problems(house: House) {
        let office = Office::new(house).await;
        let mut caller = office.dispatcher().await;
        let matter = reported(&mut caller, &light()).await;
        let mut nobody = office.house.browser(crate::api::routes().layer(Extension(office.matters.clone())));
        assert_eq!(problem(&nobody.get(MATTERS).await).0, 401);
        let mut elsewhere = office.caller(Role::Dispatcher, "421202", None).await;
        assert_eq!(problem(&elsewhere.get(&matter).await), (404, "problem-not-found".into(), vec![]));
        let unseen = elsewhere.json("POST", &format!("{matter}/acceptance"), &json!({})).await;
        assert_eq!(problem(&unseen).0, 404);
        let mut clerk = office.caller(Role::Administrator, "421223", None).await;
        assert_eq!(problem(&clerk.get(MATTERS).await), (403, "problem-forbidden".into(), vec![]));
        let not_theirs = caller.json("POST", &format!("{matter}/acceptance"), &json!({})).await;
        assert_eq!(problem(&not_theirs).0, 403);
        let mut handler = office.caller(Role::UnitHandler, "421223", Some(office.unit)).await;
        let too_early = handler.json("POST", &format!("{matter}/resolution"), &json!({ "reply": "好了" })).await;
        assert_eq!(problem(&too_early), (409, "matter-step-now".into(), vec![]));
        for id in ["421223/nothing", "42122x/0197a6f0-0000-7000-8000-000000000001", "421223/%ff", "%00/%00"] {
            assert_eq!(problem(&caller.get(&format!("{MATTERS}/{id}")).await).0, 404, "{id}");
        }
        assert_eq!(problem(&caller.json("DELETE", MATTERS, &json!({})).await).0, 405);
    }

    async fn what_is_wrong_is_pointed_at(house: House) {
        let office = Office::new(house).await;
        let mut caller = office.dispatcher().await;
        for (query, field) in [
            ("county=1", "/county"),
            ("status=gone", "/status"),
            ("unit=me", "/unit"),
            ("area=nowhere", "/area"),
            ("from=yesterday", "/from"),
            ("order=random", "/order"),
        ] {
            let answer = caller.get(&format!("{MATTERS}?{query}")).await;
            assert_eq!(problem(&answer), (422, "problem-invalid".into(), vec![field.to_owned()]), "{query}");
        }
        for query in ["page=many", "overdue=perhaps", "words=%00", "page=99999999999999999999"] {
            assert_eq!(problem(&caller.get(&format!("{MATTERS}?{query}")).await).0, 422, "{query}");
        }
        let with = |field: &str, value: Json| {
            let mut body = light();
            body[field] = value;
            body
        };
        for (body, field) in [
            (with("county", json!("four")), "/county"),
            (with("text", json!(" ")), "/text"),
            (with("phone", json!("x")), "/phone"),
            (with("category", json!("none")), "/category"),
            (with("channel", json!("web")), "/channel"),
            (with("attributes", json!([])), "/attributes"),
            (with("lon", json!(114.0)), "/lon"),
            (with("area", json!("nowhere")), "/area"),
            (with("attributes", json!({ "lights_out": "many" })), "/attribute[lights_out]"),
        ] {
            let answer = caller.json("POST", MATTERS, &body).await;
            assert_eq!(problem(&answer), (422, "problem-invalid".into(), vec![field.to_owned()]), "{body}");
        }
        for (body, pointer, code) in [
            (json!({ "county": "421223" }), "/text", "api-field-missing"),
            (with("texxt", json!("x")), "/texxt", "api-field-unknown"),
            (with("lon", json!("far")), "/lon", "api-field-form"),
            (with("text", json!("\0")), "/text", "matter-text-missing"),
        ] {
            let answer = caller.json("POST", MATTERS, &body).await;
            assert_eq!(problem(&answer), (422, "problem-invalid".into(), vec![pointer.to_owned()]), "{body}");
            assert_eq!(answer.json()["errors"][0]["code"], code, "{body}");
        }
        for body in [json!(null), json!([])] {
            let answer = caller.json("POST", MATTERS, &body).await;
            assert_eq!(problem(&answer), (422, "api-body-form".into(), vec![]), "{body}");
        }
        let large = caller.json("POST", MATTERS, &with("text", json!("a".repeat(300_000)))).await;
        assert_eq!(problem(&large).0, 413);
    }

    async fn the_catalogue_is_given_in_every_language(house: House) {
        let office = Office::new(house).await;
        let mut caller = office.dispatcher().await;
        let catalogue = caller.get("/api/v1/categories").await.json();
        assert_eq!(catalogue["groups"][0]["name"]["en"], "Streets and public works");
        let light = &catalogue["categories"][1];
        assert_eq!((&light["code"], &light["name"]["zh-TW"]), (&json!("street-light"), &json!("路燈不亮")));
        assert_eq!((&light["resolve_minutes"], &light["working_time"]), (&json!(10_080), &json!(false)));
        assert_eq!(light["questions"][1]["datatype"], "number");
        let theirs = caller.get("/api/v1/categories?county=421223").await.json();
        assert_eq!(theirs, catalogue, "this county decided nothing otherwise");
        assert_eq!(problem(&caller.get("/api/v1/categories?county=x").await).0, 422);
    }

    async fn the_document_knows_the_codes(house: House) {
        let _office = Office::new(house).await;
        let document = serde_json::to_value(crate::api::openapi()).unwrap();
        let codes = |body: &str, field: &str| {
            document["components"]["schemas"][body]["properties"][field]["enum"].as_array().unwrap().clone()
        };
        for body in ["ReportBody", "CorrectionBody"] {
            let codes = codes(body, "category");
            assert!(codes.contains(&json!("street-light")) && codes.contains(&Json::Null), "{body}");
        }
        assert!(!codes("ObjectionBody", "reason").is_empty());
        assert_eq!(document["components"]["schemas"]["ReportBody"]["properties"]["lon"]["minimum"], -180);
    }

    async fn the_document_names_every_address_and_refusal(house: House) {
        let office = Office::new(house).await;
        let mut caller = office.dispatcher().await;
        let document = serde_json::to_value(crate::api::openapi()).unwrap();
        let mut documented = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            let address = address(path);
            for (method, operation) in methods.as_object().unwrap() {
                documented.insert(format!("{} {path}", method.to_uppercase()));
                for status in ["401", "403", "404", "409", "413", "422"] {
                    let content = &operation["responses"][status]["content"]["application/problem+json"];
                    assert!(content.is_object(), "{method} {path} does not document {status}");
                }
                let answer = caller.json(&method.to_uppercase(), &address, &json!({})).await;
                assert!(
                    operation["responses"][answer.status.to_string()].is_object(),
                    "{method} {path} answered {}",
                    answer.status
                );
            }
        }
        let served = served(&mut caller).await;
        assert_eq!(documented.difference(&served).collect::<Vec<_>>(), [""; 0], "documented, and served nowhere");
        assert_eq!(served.difference(&documented).collect::<Vec<_>>(), [""; 0], "served, and not in the document");
        for name in references(&document) {
            assert!(document["components"]["schemas"][name].is_object(), "the document lacks {name}");
        }
    }
}
