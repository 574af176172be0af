//! 溯源治理: a cause found behind matters, what belongs to it, measures, and whether it stopped.

use lianxin_foundation::account::AddToken;
use lianxin_foundation::clock::{DAY, rfc3339, start_of_day};
use lianxin_foundation::scope::Post;
use lianxin_foundation::web::Paging;
use lianxin_foundation::{Right, Role, Who, audit};
use lianxin_matters::actions::{EndSource, LinkMatter, NoteSource, OpenSource, ReopenSource, Report};
use lianxin_matters::sources::flow::{Verdict, WEEK};
use lianxin_matters::sources::{Outcome, Source, store};
use lianxin_testkit::both_engines;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::place::{COUNTY, County, GRID, TOWN, VILLAGE, code};

impl County {
    fn source(&self, matter: Uuid) -> OpenSource {
        OpenSource {
            county: COUNTY.into(),
            matter,
            title: "演示：路口垃圾箱太小".into(),
            words: "演示：垃圾两天就满，箱子装不下".into(),
            area: VILLAGE.into(),
            unit: self.units[0],
        }
    }

    async fn reported(&self, text: &str, village: &str) -> (Uuid, String) {
        let report = Report { key: None, text: text.into(), area: Some(village.into()), ..self.report() };
        let reported = self.file(&report).await.unwrap();
        (reported.id, reported.number)
    }

    async fn sources(&self, who: &Who, open: bool) -> Vec<Source> {
        let scope = who.scope(Right::SeeMatters, self.house.now());
        let mut tx = self.house.db().read().await.unwrap();
        let found = store::list(&mut tx, &scope, open, Paging::new(None, 50)).await.unwrap();
        assert_eq!(store::count(&mut tx, &scope, open).await.unwrap(), found.len() as i64);
        found
    }
}

fn link(id: Uuid, number: &str, belongs: bool) -> LinkMatter {
    LinkMatter { county: COUNTY.into(), id, number: number.into(), belongs }
}

fn note(id: Uuid, since: Option<i64>) -> NoteSource {
    NoteSource { county: COUNTY.into(), id, words: "演示：换了大箱子".into(), since }
}

fn end(id: Uuid) -> EndSource {
    EndSource {
        county: COUNTY.into(), id, outcome: Outcome::Stopped, result: "演示：四周没有来过".into()
    }
}

fn again(id: Uuid) -> ReopenSource {
    ReopenSource { county: COUNTY.into(), id, reason: "演示：又满了".into() }
}

both_engines! {
    rooms = [lianxin_matters::MESSAGES];

    /// Twelve weeks of the same, a measure, five weeks of nothing: it stopped, and ends; then it is taken up again.
    async fn a_cause_is_found_worked_on_and_ends(house: House) {
        let county = County::new(&house).await;
        let (app, owner) = (house.app(), &county.handlers[0]);
        let begin = start_of_day(house.now());
        let mut last = (Uuid::nil(), String::new());
        for week in 0..12 {
            house.clock().set(begin + week * WEEK + DAY);
            last = county.reported("演示：路口的垃圾箱满了，垃圾堆在外面", GRID).await;
        }
        let id = app.act(owner, &county.source(last.0)).await.unwrap();
        let measured = begin + 12 * WEEK;
        house.clock().set(measured + 5 * WEEK + DAY);
        app.act(owner, &note(id, None)).await.unwrap();
        app.act(owner, &note(id, Some(measured))).await.unwrap();
        let token = AddToken { county: COUNTY.into(), account: Uuid::nil(), name: "演示".into(), expires_at: None };
        let post = Post { organisation: Some(county.units[0]), ..house.post(Role::UnitHandler, COUNTY) };
        let program = house.person("program", &[post]).await;
        let token = app.act(&program.who, &AddToken { account: program.account(), ..token }).await.unwrap();
        let routes = || lianxin_matters::routes().layer(axum::Extension(county.matters.clone()));
        let mut reader = house.browser(routes());
        reader.sign_in(&program).await;
        let listed = reader.get("/sources").await.text();
        for said in ["演示：路口垃圾箱太小", "关联 1 件", "演示网格"] {
            assert!(listed.contains(said), "{said}: {listed}");
        }
        let mut caller = house.browser(routes()).bearing(&token);
        let address = format!("/api/v1/sources/{COUNTY}/{id}");
        let told = caller.get(&address).await.json();
        assert_eq!(told["verdict"], Verdict::Stopped.code(), "{told}");
        let weeks = told["weeks"].as_array().unwrap();
        assert_eq!(weeks.len(), 17);
        assert!(weeks.iter().all(|week| week["alike"] == i64::from(week["after"] == false)), "{weeks:?}");
        assert_eq!(weeks.iter().filter(|week| week["linked"] == 1).count(), 1, "one is linked so far");
        assert_eq!(code(app.act(owner, &EndSource { result: " ".into(), ..end(id) }).await), "source-result-missing");
        assert_eq!(code(app.act(owner, &again(id)).await), "source-not-over");
        app.act(owner, &end(id)).await.unwrap();
        assert_eq!(county.sources(owner, true).await, []);
        assert_eq!(county.sources(owner, false).await[0].outcome, Some(Outcome::Stopped));
        for refused in [code(app.act(owner, &end(id)).await), code(app.act(owner, &note(id, None)).await), code(app.act(owner, &link(id, &last.1, true)).await)] {
            assert_eq!(refused, "source-over");
        }
        app.act(owner, &again(id)).await.unwrap();
        assert_eq!(county.sources(owner, true).await[0].outcome, None);
        let kinds: Vec<Json> = caller.get(&address).await.json()["entries"].as_array().unwrap().iter().map(|entry| entry["kind"].clone()).collect();
        assert_eq!(kinds, [json!("note"), json!("measure"), json!("end"), json!("again")]);
        let verdicts = audit::verify(house.db(), app.vault()).await.unwrap();
        assert!(verdicts.iter().all(|verdict| verdict.broken.is_none()), "{verdicts:?}");
    }

    /// Who may take one up and for whom; what has to be said.
    async fn taking_one_up_has_its_limits(house: House) {
        let county = County::new(&house).await;
        let (app, owner, matter) = (house.app(), &county.handlers[0], county.accepted().await);
        for (open, refused) in [
            (OpenSource { title: " ".into(), ..county.source(matter) }, "source-title-missing"),
            (OpenSource { title: "长".repeat(61), ..county.source(matter) }, "source-title-long"),
            (OpenSource { words: String::new(), ..county.source(matter) }, "source-words-missing"),
            (OpenSource { area: "421223101".into(), ..county.source(matter) }, "source-area-missing"),
            (OpenSource { area: "4212".into(), ..county.source(matter) }, "source-area-missing"),
            (OpenSource { unit: county.units[2], ..county.source(matter) }, "source-unit-own"),
            (OpenSource { matter: Uuid::from_u128(9), ..county.source(matter) }, "problem-not-found"),
        ] {
            assert_eq!(code(app.act(owner, &open).await), refused);
        }
        assert_eq!(code(app.act(&county.handlers[3], &county.source(matter)).await), "problem-not-found");
        let wide = OpenSource { area: TOWN.into(), unit: county.units[2], ..county.source(matter) };
        assert_eq!(code(app.act(&county.dispatcher, &OpenSource { unit: Uuid::from_u128(9), ..county.source(matter) }).await), "matter-unit-missing");
        let id = app.act(&county.dispatcher, &wide).await.unwrap();
        // The town's unit works on it, and who supervises; the grid's, whose matter it was, only if it were its own.
        assert_eq!(code(app.act(&county.dispatcher, &note(id, None)).await), "source-not-yours");
        assert_eq!(code(app.act(owner, &note(id, None)).await), "problem-not-found");
        app.act(&county.handlers[2], &note(id, None)).await.unwrap();
        app.act(&county.supervisor, &note(id, Some(house.now()))).await.unwrap();
        for since in [house.now() + DAY, house.now() - 366 * DAY] {
            assert_eq!(code(app.act(&county.supervisor, &note(id, Some(since))).await), "source-since-range");
        }
        assert_eq!(code(app.act(&county.supervisor, &NoteSource { words: " ".into(), ..note(id, None) }).await), "source-note-missing");
        assert_eq!(code(app.act(&county.supervisor, &link(id, "000000-000000", true)).await), "source-number-missing");
        assert_eq!(county.sources(owner, true).await, []);
        assert_eq!(county.sources(&county.supervisor, true).await.len(), 1);
        let elsewhere = house.who(&[house.post(Role::Supervisor, "421202")]);
        assert_eq!(county.sources(&elsewhere, true).await, []);
        assert_eq!(code(app.act(&elsewhere, &note(id, None)).await), "problem-not-found");
    }

    /// What says the same is proposed before what only lies there; what was taken out is not proposed again. All of
    /// it by the page's forms.
    async fn pages_propose_and_link(house: House) {
        let county = County::new(&house).await;
        let post = Post { organisation: Some(county.units[0]), ..house.post(Role::UnitHandler, COUNTY) };
        let owner = house.person("owner", &[post]).await;
        let matter = county.accepted().await;
        let (_, twin) = county.reported("演示：垃圾好几天没人清，臭得很", GRID).await;
        let (_, other) = county.reported("演示：有人往河里倒建筑渣土", GRID).await;
        let routes = || lianxin_matters::routes().layer(axum::Extension(county.matters.clone()));
        let mut browser = house.browser(routes());
        browser.sign_in(&owner).await;
        let form = format!("/sources/new/{COUNTY}/{matter}");
        assert!(browser.get(&format!("/matters/{COUNTY}/{matter}")).await.text().contains(&form));
        let number = county.stored(matter).await.number;
        assert_eq!(browser.get(&format!("/sources?county={COUNTY}&number={number}")).await.location(), form);
        assert_eq!(browser.get(&form).await.status, 200);
        let unit = county.units[0].to_string();
        let mut fields = vec![("title", "演示：垃圾清运"), ("words", "演示：垃圾没人清"), ("area", VILLAGE), ("unit", unit.as_str())];
        assert_eq!(browser.post(&form, &fields[1..]).await.status, 422);
        let opened = browser.post(&form, &fields).await;
        assert_eq!(opened.status, 303, "{}", opened.text());
        let id = county.sources(&owner.who, true).await[0].id;
        let page = format!("/sources/{COUNTY}/{id}");
        let shown = browser.get(&page).await.text();
        let at = |what: &str| shown.find(what).unwrap_or_else(|| panic!("{what} is not on the page"));
        assert!(at(&twin) < at(&other), "what says the same comes first");
        assert_eq!(browser.post(&format!("{page}/links"), &[("number", &twin)]).await.status, 303);
        assert_eq!(browser.post(&format!("{page}/parting"), &[("number", &other)]).await.status, 303);
        let shown = browser.get(&page).await.text();
        assert!(shown.contains(&twin) && !shown.contains(&other), "taken out is not proposed again");
        assert_eq!(browser.post(&format!("{page}/links"), &[("number", "x")]).await.status, 422);
        let day = rfc3339(house.now())[..10].to_owned();
        assert_eq!(browser.post(&format!("{page}/notes"), &[("words", "演示：加一班车"), ("since", &day)]).await.status, 303);
        assert_eq!(browser.post(&format!("{page}/notes"), &[("words", "演示"), ("since", "soon")]).await.status, 422);
        assert!(browser.get(&page).await.text().contains("演示：加一班车"));
        assert_eq!(browser.post(&format!("{page}/end"), &[("result", "演示")]).await.status, 422);
        assert_eq!(browser.post(&format!("{page}/end"), &[("outcome", "eased"), ("result", "演示：少了")]).await.status, 303);
        assert_eq!(browser.post(&format!("{page}/again"), &[("reason", "演示：又来了")]).await.status, 303);
        assert_eq!(browser.post(&format!("{page}/nothing"), &[]).await.status, 404);
        assert_eq!(browser.get("/sources?show=all").await.status, 200);
        fields[0] = ("title", "");
        let secretary = house.person("secretary", &[house.post(Role::Secretary, COUNTY)]).await;
        browser.sign_in(&secretary).await;
        assert_eq!(browser.get(&page).await.status, 200);
        assert_eq!(browser.get(&form).await.status, 403);
        assert_eq!(browser.post(&format!("{page}/notes"), &[("words", "演示")]).await.status, 403);
    }
}
