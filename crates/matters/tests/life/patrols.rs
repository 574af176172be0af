//! 巡查: planned by whoever directs work there, noted on the spot once, with or without signal; what is found is a matter.

use lianxin_foundation::account::AddToken;
use lianxin_foundation::clock::{DAY, HOUR, rfc3339, start_of_day};
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Role, Who, audit};
use lianxin_matters::actions::{CallOffPatrols, NotePatrol, PlanPatrols};
use lianxin_matters::patrols::{Every, Outcome, Patrol, seen_by, store};
use lianxin_testkit::{House, both_engines};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::place::{COUNTY, County, GRID, TOWN, VILLAGE, code};

fn plan(house: &House, every: Every, days: i64) -> PlanPatrols {
    PlanPatrols {
        area: GRID.into(),
        place: "演示：水库大坝".into(),
        look: "演示：坝面有没有渗水".into(),
        first: house.now(),
        last: house.now() + days * DAY,
        every,
    }
}

fn note(house: &House, id: Uuid, entry: u128, outcome: Outcome, words: &str) -> NotePatrol {
    NotePatrol {
        county: COUNTY.into(),
        id,
        entry: Uuid::from_u128(entry),
        outcome,
        words: words.into(),
        seen_at: house.now(),
        matter: None,
    }
}

fn worker(house: &House) -> Who {
    house.who(&[house.post(Role::GridWorker, GRID)])
}

/// What waits until tomorrow's end, and everything, as somebody sees it.
async fn seen(house: &House, who: &Who) -> (Vec<Patrol>, Vec<Patrol>) {
    let (scope, until) = (seen_by(who, house.now()), start_of_day(house.now()) + 2 * DAY);
    let mut tx = house.db().read().await.unwrap();
    let waiting = store::waiting(&mut tx, &scope, until, Paging::new(None, 100)).await.unwrap();
    let all = store::all(&mut tx, &scope, Paging::new(None, 100)).await.unwrap();
    let counted = store::counted(&mut tx, &scope, until).await.unwrap();
    assert_eq!(counted, (waiting.len() as i64, all.len() as i64));
    (waiting, all)
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    async fn a_plan_is_noted_day_by_day_and_called_off(house: House) {
        let county = County::new(&house).await;
        let (app, worker) = (house.app(), worker(&house));
        let planned = app.act(&county.dispatcher, &plan(&house, Every::Day, 4)).await.unwrap();
        assert_eq!(planned.days, 5);
        let (waiting, all) = seen(&house, &worker).await;
        assert_eq!((waiting.len(), all.len()), (2, 5), "today's and tomorrow's");
        let id = waiting[0].id;
        assert_eq!(id, planned.first);
        // Tomorrow's cannot be noted today, what could not be looked at needs its reason.
        assert_eq!(code(app.act(&worker, &note(&house, waiting[1].id, 1, Outcome::Fine, "")).await), "patrol-early");
        assert_eq!(code(app.act(&worker, &note(&house, id, 1, Outcome::Missed, " ")).await), "patrol-why-missing");
        assert_eq!(code(app.act(&worker, &note(&house, id, 1, Outcome::Found, "渗水")).await), "patrol-matter-missing");
        // Sent again it is known, another's word comes too late.
        assert!(app.act(&worker, &note(&house, id, 1, Outcome::Fine, "水位正常")).await.unwrap());
        assert!(!app.act(&worker, &note(&house, id, 1, Outcome::Fine, "水位正常")).await.unwrap());
        assert_eq!(code(app.act(&worker, &note(&house, id, 2, Outcome::Fine, "")).await), "patrol-noted-now");
        assert_eq!(code(app.act(&county.dispatcher, &CallOffPatrols { county: COUNTY.into(), id }).await), "patrol-noted-now");
        // The day after: one more is noted late, the rest called off; what was noted stays.
        house.clock().set(house.now() + DAY);
        let (waiting, _) = seen(&house, &worker).await;
        let mut late = note(&house, waiting[0].id, 3, Outcome::Missed, "演示：路断了");
        late.seen_at = house.now() - HOUR;
        assert!(app.act(&worker, &late).await.unwrap());
        let off = CallOffPatrols { county: COUNTY.into(), id: waiting[1].id };
        assert_eq!(code(app.act(&worker, &off).await), "problem-forbidden");
        assert_eq!(app.act(&county.supervisor, &off).await.unwrap(), 3);
        let (waiting, all) = seen(&house, &worker).await;
        assert_eq!((waiting.len(), all.len()), (0, 2));
        let noted = all[0].noted.as_ref().unwrap();
        assert_eq!((noted.outcome, noted.words.as_deref()), (Outcome::Missed, Some("演示：路断了")));
        assert_eq!(noted.at - noted.seen_at, HOUR);
        let verdicts = audit::verify(house.db(), house.app().vault()).await.unwrap();
        assert!(verdicts.iter().all(|verdict| verdict.broken.is_none()), "{verdicts:?}");
    }

    async fn what_cannot_be_planned_is_refused(house: House) {
        let county = County::new(&house).await;
        let app = house.app();
        let base = || plan(&house, Every::Week, 28);
        for (asked, refusal) in [
            (PlanPatrols { area: TOWN.into(), ..base() }, "patrol-area-large"),
            (PlanPatrols { place: " ".into(), ..base() }, "patrol-place-missing"),
            (PlanPatrols { place: "长".repeat(201), ..base() }, "matter-text-long"),
            (PlanPatrols { look: String::new(), ..base() }, "patrol-look-missing"),
            (PlanPatrols { first: house.now() - DAY, ..base() }, "patrol-first-range"),
            (PlanPatrols { first: house.now() + 94 * DAY, ..base() }, "patrol-first-range"),
            (PlanPatrols { last: house.now() + 94 * DAY, ..base() }, "patrol-last-range"),
            (PlanPatrols { last: house.now() - DAY, ..base() }, "patrol-days-none"),
            (PlanPatrols { area: "421223999".into(), ..base() }, "problem-not-found"),
        ] {
            assert_eq!(code(app.act(&county.dispatcher, &asked).await), refusal);
        }
        let elsewhere = house.who(&[house.post(Role::Dispatcher, "421202")]);
        assert_eq!(code(app.act(&elsewhere, &base()).await), "problem-not-found");
        assert_eq!(code(app.act(&worker(&house), &base()).await), "problem-not-found");
        app.act(&county.dispatcher, &base()).await.unwrap();
        let (waiting, _) = seen(&house, &elsewhere).await;
        assert_eq!(waiting, []);
        let id = seen(&house, &county.dispatcher).await.0[0].id;
        assert_eq!(code(app.act(&elsewhere, &note(&house, id, 1, Outcome::Fine, "")).await), "problem-not-found");
        assert_eq!(code(app.act(&elsewhere, &CallOffPatrols { county: COUNTY.into(), id }).await), "problem-not-found");
    }

    /// By the page and as a phone sends it: what is found becomes one matter, however often it is sent.
    async fn what_is_found_becomes_a_matter_once(house: House) {
        let county = County::new(&house).await;
        let worker = house.person("worker", &[house.post(Role::GridWorker, GRID)]).await;
        let planner = house.person("planner", &[house.post(Role::Dispatcher, COUNTY)]).await;
        let routes = || lianxin_matters::routes().layer(axum::Extension(county.matters.clone()));
        let mut office = house.browser(routes());
        office.sign_in(&planner).await;
        let form = format!("/patrols/new/{GRID}");
        assert!(office.get("/patrols").await.text().contains("/patrols/new/421223"));
        for area in [COUNTY, TOWN, VILLAGE, GRID] {
            assert_eq!(office.get(&format!("/patrols/new/{area}")).await.status, 200, "{area}");
        }
        let day = rfc3339(house.now())[..10].to_owned();
        let fields = [("place", "演示：变压器"), ("look", "演示：有没有漏油"), ("every", "once"), ("first", day.as_str())];
        assert_eq!(office.post(&form, &fields[1..]).await.status, 422);
        assert_eq!(office.post(&form, &fields[..3]).await.status, 422);
        for _ in 0..2 {
            assert_eq!(office.post(&form, &fields).await.status, 303);
        }
        let (waiting, _) = seen(&house, &worker.who).await;
        let mut phone = house.browser(routes());
        phone.sign_in(&worker).await;
        let along: Json = phone.get("/field/matters.json").await.json();
        assert_eq!(along["patrols"].as_array().unwrap().len(), 2);
        let (first, second) = (waiting[0].id.to_string(), waiting[1].id.to_string());
        let entry = Uuid::from_u128(9).to_string();
        let fields = [
            ("id", entry.as_str()), ("step", "patrol"), ("county", COUNTY), ("patrol", first.as_str()),
            ("outcome", "found"), ("words", "演示：变压器漏油，地上一摊"), ("category", "garbage"),
        ];
        let sent = phone.post("/field/entries", &fields).await;
        assert_eq!(sent.status, 200, "{}", sent.text());
        let (body, again) = (sent.json(), phone.post("/field/entries", &fields).await.json());
        assert_eq!((&body["outcome"], &again["outcome"]), (&json!("done"), &json!("already")));
        assert_eq!(body["number"], again["number"]);
        let (_, all) = seen(&house, &worker.who).await;
        let noted = all.iter().filter_map(|patrol| patrol.noted.as_ref()).collect::<Vec<_>>();
        assert_eq!(noted.len(), 1);
        let matter = county.stored(noted[0].matter.unwrap()).await;
        assert_eq!((matter.number.as_str(), matter.area.as_str(), matter.place.as_str()), (body["number"].as_str().unwrap(), GRID, "演示：变压器"));
        assert!(phone.get(&format!("/patrols/{COUNTY}/{first}")).await.text().contains(&matter.number));
        // Two find the same: both are matters, the place is noted once.
        let other = Uuid::from_u128(10).to_string();
        let late = phone.post("/field/entries", &[("id", other.as_str()), fields[1], fields[2], fields[3], fields[4], ("words", "演示：漏油")]).await;
        assert_eq!(late.json()["outcome"], "done");
        // With signal, by the page.
        let page = format!("/patrols/{COUNTY}/{second}");
        assert_eq!(phone.get(&page).await.status, 200);
        assert_eq!(phone.post(&format!("{page}/missed"), &[("id", other.as_str())]).await.status, 422);
        assert_eq!(phone.post(&format!("{page}/nothing"), &[("id", other.as_str())]).await.status, 404);
        assert_eq!(phone.post(&format!("{page}/fine"), &[("id", other.as_str()), ("words", "")]).await.status, 303);
        assert_eq!(phone.post(&format!("{page}/off"), &[]).await.status, 403);
        assert_eq!(phone.get("/patrols?show=all").await.status, 200);
        assert_eq!(phone.get(&form).await.status, 403);
    }

    async fn programs_plan_note_and_call_off(house: House) {
        let county = County::new(&house).await;
        let planner = house.person("planner", &[house.post(Role::Dispatcher, COUNTY)]).await;
        let add = AddToken { county: COUNTY.into(), account: planner.account(), name: "演示程序".into(), expires_at: None };
        let token = house.app().act(&planner.who, &add).await.unwrap();
        let routes = lianxin_matters::api::routes().layer(axum::Extension(county.matters.clone()));
        let mut program = house.browser(routes).bearing(&token);
        let at = "/api/v1/patrols";
        let body = json!({
            "area": GRID, "place": "演示：桥头", "look": "演示：护栏", "every": "day",
            "first": rfc3339(house.now()), "last": rfc3339(house.now() + 2 * DAY),
        });
        let planned = program.json("POST", at, &body).await;
        assert_eq!(planned.status, 200, "{}", planned.text());
        assert_eq!(planned.json()["days"], 3);
        let id = planned.json()["first"]["id"].as_str().unwrap().to_owned();
        let listed = program.get(&format!("{at}?show=open")).await.json();
        assert_eq!((&listed["total"], &listed["patrols"][0]["id"]), (&json!(1), &json!(id)));
        assert_eq!(program.get(at).await.json()["total"], 3);
        let one = format!("{at}/{COUNTY}/{id}");
        for (sent, status) in [
            (json!({ "outcome": "else" }), 422),
            (json!({ "outcome": "missed" }), 422),
            (json!({ "outcome": "found", "matter": "000000-000000" }), 422),
            (json!({ "outcome": "fine" }), 200),
            (json!({ "outcome": "fine" }), 409),
        ] {
            assert_eq!(program.json("POST", &format!("{one}/note"), &sent).await.status, status, "{sent}");
        }
        assert_eq!(program.get(&one).await.json()["outcome"], "fine");
        let all = program.get(at).await.json();
        let next = all["patrols"].as_array().unwrap().iter().rfind(|patrol| patrol["outcome"].is_null()).unwrap()["id"].clone();
        let off = format!("{at}/{COUNTY}/{}/calling-off", next.as_str().unwrap());
        assert_eq!(program.json("POST", &off, &json!({})).await.json()["days"], 2);
        assert_eq!(program.json("POST", &off, &json!({})).await.status, 404);
        for (change, value) in [("every", json!("year")), ("first", json!("soon")), ("area", json!(TOWN))] {
            let mut wrong = body.clone();
            wrong[change] = value;
            assert_eq!(program.json("POST", at, &wrong).await.status, 422, "{change}");
        }
    }
}
