//! The pages of people and households, and the interface for programs, without a network.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use axum::Extension;
use lianxin_foundation::account::AddToken;
use lianxin_foundation::clock::DAY;
use lianxin_foundation::{Role, sql};
use lianxin_registry::{CategoryNames, Places};
use lianxin_testkit::{Browser, House, Person, both_engines};
use lianxin_worktime::Calendar;

const VILLAGE: &str = "421223100001";

fn browser(house: &House) -> Browser {
    let routes = lianxin_registry::routes()
        .layer(Extension(CategoryNames::new(Vec::new())))
        .layer(Extension(Arc::new(Calendar::china())))
        .layer(Extension(Places::new()));
    house.browser(routes)
}

async fn somebody(house: &House, role: Role, area: &str) -> Person {
    house.area(area).await;
    house.person(&format!("{}-{area}", role.code()), &[house.post(role, area)]).await
}

async fn signed_in(house: &House, role: Role, area: &str) -> Browser {
    let person = somebody(house, role, area).await;
    let mut browser = browser(house);
    browser.sign_in(&person).await;
    browser
}

/// Registers somebody by the form and gives the address of their page.
async fn register(browser: &mut Browser, fields: &[(&str, &str)]) -> String {
    let fields: Vec<_> = [("area", VILLAGE)].iter().chain(fields).copied().collect();
    let answer = browser.post("/people/new", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location().split('?').next().unwrap().to_owned()
}

async fn audited(house: &House, action: &str) -> Vec<String> {
    let mut tx = house.db().read().await.unwrap();
    let rows: Vec<(String,)> = sql("select detail from audit where action = $1 order by county, seq")
        .bind(action)
        .all(&mut tx)
        .await
        .unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn a_grid_worker_registers_finds_and_opens_somebody(house: House) {
        let mut worker = signed_in(&house, Role::GridWorker, VILLAGE).await;
        assert_eq!(worker.get("/people").await.status, 200);
        assert_eq!(worker.get(&format!("/people/new?area={VILLAGE}")).await.status, 200);
        let page = register(
            &mut worker,
            &[("name", "张伟"), ("id-number", "11010519491231002X"), ("phone", "13812345678"), ("address", "3 组 12 号")],
        ).await;
        let shown = worker.get(&page).await.text();
        assert!(shown.contains("138****5678") && !shown.contains("13812345678"));
        assert!(!shown.contains("3 组 12 号") && !shown.contains("11010519491231002X"));
        for (typed, found) in [
            ("张", true), ("zhangwei", true), ("zw", true), ("5678", true), ("13812345678", true),
            ("110105491231002", true), ("李", false), ("1111", false),
        ] {
            let list = worker.get(&format!("/people?q={typed}")).await;
            assert_eq!((list.status, list.text().contains(&page)), (200, found), "{typed}");
        }
        let searched = audited(&house, "people-find").await;
        assert_eq!(searched.len(), 4);
        assert!(searched.iter().all(|detail| !detail.contains("5678\"") || detail.contains("138****5678")), "{searched:?}");
        let short = worker.post(&format!("{page}/open"), &[("reason", "看")]).await;
        assert_eq!(short.status, 422);
        assert!(!short.text().contains("13812345678"));
        let opened = worker.post(&format!("{page}/open"), &[("reason", "核对电话")]).await;
        assert_eq!(opened.status, 200);
        assert!(opened.text().contains("13812345678") && opened.text().contains("3 组 12 号"));
        let after = worker.get(&page).await.text();
        assert!(!after.contains("13812345678") && after.contains("核对电话"), "who looked is on the page");
    }

    async fn a_form_that_is_refused_comes_back_as_typed(house: House) {
        let mut worker = signed_in(&house, Role::GridWorker, VILLAGE).await;
        let answer = worker.post("/people/new", &[("name", "王1"), ("area", VILLAGE), ("birth", "85年")]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("王1") && answer.text().contains("85年"));
        register(&mut worker, &[("name", "王芳"), ("birth", "1985年3月21日")]).await;
        let twin = worker.post("/people/new", &[("name", "王芳"), ("birth", "19850321"), ("area", VILLAGE)]).await;
        assert_eq!(twin.status, 422);
        assert!(twin.text().contains("name=\"another\""), "{}", twin.text());
        let other = [("name", "王芳"), ("birth", "19850321"), ("another", "1")];
        register(&mut worker, &other).await;
    }

    async fn steps_are_taken_on_the_page(house: House) {
        let branch = house.organisation(VILLAGE, "branch", "桃溪社区党支部").await;
        let mut worker = signed_in(&house, Role::GridWorker, VILLAGE).await;
        let page = register(&mut worker, &[("name", "王芳"), ("household", "H-1"), ("birth", "1985-03-21")]).await;
        let organisation = branch.to_string();
        let joined = worker
            .post(&format!("{page}/join"), &[("organisation", &organisation), ("kind", "applicant")])
            .await;
        assert_eq!(joined.location(), format!("{page}?done=person-joined"));
        let shown = worker.get(&page).await.text();
        assert!(shown.contains("入党申请人") && shown.contains("转为下一步：入党积极分子"));
        assert!(worker.get(&format!("/organisations/{branch}")).await.text().contains("入党申请人"));
        let members = worker.get(&format!("/people?organisation={branch}")).await.text();
        assert!(members.contains("王芳"));
        assert_eq!(worker.post(&format!("{page}/stage"), &[("to", "activist")]).await.status, 303);
        let early = worker.post(&format!("{page}/stage"), &[("to", "candidate")]).await;
        assert_eq!(early.status, 422);
        assert!(early.text().contains("细则"));
        let done = worker.post(&format!("{page}/stage"), &[("to", "candidate"), ("reason", "外地已满一年")]).await;
        assert_eq!(done.status, 303);
        assert_eq!(worker.post(&format!("{page}/fly"), &[]).await.status, 404);
        assert_eq!(worker.post(&format!("{page}/depart"), &[]).await.status, 422);
        let moved = worker.post(&format!("{page}/move"), &[("area", VILLAGE), ("household", "H-2")]).await;
        assert_eq!(moved.status, 303, "{}", moved.text());
        let shown = worker.get(&page).await.text();
        let household = shown.split("href=\"/households/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let home = worker.get(&format!("/households/{household}")).await;
        assert!(home.text().contains("王芳") && home.text().contains("H-2"));
    }

    async fn outside_the_scope_there_is_nobody(house: House) {
        let mut worker = signed_in(&house, Role::GridWorker, VILLAGE).await;
        let page = register(&mut worker, &[("name", "王芳"), ("household", "H-1")]).await;
        let shown = worker.get(&page).await.text();
        let household = shown.split("href=\"/households/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let mut stranger = signed_in(&house, Role::GridWorker, "421223100002").await;
        for path in [page.clone(), format!("/households/{household}"), format!("{page}?day=2026-11-22")] {
            assert_eq!(stranger.get(&path).await.status, 404, "{path}");
        }
        assert_eq!(stranger.post(&format!("{page}/open"), &[("reason", "核对电话")]).await.status, 404);
        assert_eq!(stranger.post(&format!("/households/{household}/move"), &[("area", "421223100002")]).await.status, 404);
        assert!(!stranger.get("/people?q=王").await.text().contains("王芳"));
        let mut dispatcher = signed_in(&house, Role::Dispatcher, "421223").await;
        for path in ["/people", "/people/new", "/people.csv", &page] {
            assert_eq!(dispatcher.get(path).await.status, 403, "{path}");
        }
        assert!(!dispatcher.get("/organisations").await.text().contains("href=\"/people\""));
        let mut nobody = browser(&house);
        assert_eq!(nobody.get("/people").await.status, 303);
    }

    async fn a_list_is_taken_away_by_who_may_and_on_record(house: House) {
        let mut worker = signed_in(&house, Role::GridWorker, VILLAGE).await;
        register(&mut worker, &[("name", "王芳"), ("birth", "1985-03-21"), ("phone", "13812345678")]).await;
        assert_eq!(worker.get("/people.csv").await.status, 403, "a grid worker exports nothing");
        let mut secretary = signed_in(&house, Role::Secretary, "421223100").await;
        assert_eq!(secretary.get("/people.csv?q=wf").await.status, 422, "nobody said what for");
        assert_eq!(audited(&house, "people-export").await.len(), 0);
        let file = secretary.get("/people.csv?q=wf&reason=演示：核对").await;
        assert!(file.text().lines().last().unwrap().ends_with("用途：演示：核对"), "{}", file.text());
        assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
        assert!(file.text().contains("王芳,,1985") && !file.text().contains("1381234"), "{}", file.text());
        assert_eq!(worker.get("/people.xlsx").await.status, 403);
        let book = secretary.get("/people.xlsx?q=wf&reason=演示：核对").await;
        assert!(book.status == 200 && book.header("content-type").contains("spreadsheetml"));
        assert_eq!(audited(&house, "people-export").await.len(), 2);
        let mut admin = signed_in(&house, Role::Administrator, "421223").await;
        assert!(admin.get("/people?q=5678").await.text().contains("按电话或身份证号找人"));
        assert_eq!(audited(&house, "people-find").await.len(), 0);
    }

    async fn a_contact_is_taken_away_by_who_may_with_a_reason(house: House) {
        let mut worker = signed_in(&house, Role::GridWorker, VILLAGE).await;
        let fields = [("name", "王芳"), ("id-number", "11010519491231002X"), ("phone", "13812345678"), ("address", "3 组 12 号")];
        let page = register(&mut worker, &fields).await;
        let contact = format!("{page}/contact");
        assert_eq!(worker.post(&contact, &[("reason", "入户联系")]).await.status, 403, "a grid worker exports nothing");
        assert!(!worker.get(&page).await.text().contains(&contact), "and is offered no file");
        let mut secretary = signed_in(&house, Role::Secretary, "421223100").await;
        assert!(secretary.get(&page).await.text().contains(&contact));
        assert_eq!(secretary.post(&contact, &[("reason", "看")]).await.status, 422);
        assert!(audited(&house, "person-contact").await.is_empty());
        let file = secretary.post(&contact, &[("reason", "入户联系")]).await;
        assert_eq!((file.status, file.header("content-type")), (200, "text/vcard; charset=utf-8"));
        let text = file.text();
        assert!(text.contains("FN:王芳\r\n") && text.contains("TEL;VALUE=text:13812345678\r\n"), "{text}");
        assert!(!text.contains("1949") && !text.contains("12 号"), "nothing else that is sealed: {text}");
        assert_eq!(audited(&house, "person-contact").await.len(), 1);
        assert!(worker.get(&page).await.text().contains("入户联系"), "who took it is on the page");
        let mut stranger = signed_in(&house, Role::Secretary, "421223101").await;
        assert_eq!(stranger.post(&contact, &[("reason", "入户联系")]).await.status, 404);
        let branch = house.organisation(VILLAGE, "branch", "桃溪社区党支部").await;
        let card = secretary.get(&format!("/organisations/{branch}/contact.vcf")).await.text();
        assert!(card.contains("KIND:org\r\nFN:桃溪社区党支部\r\n"), "{card}");
        assert_eq!(stranger.get(&format!("/organisations/{branch}/contact.vcf")).await.status, 404);
        let map = secretary.get("/organisations.geojson?kind=branch").await;
        assert_eq!(map.header("content-type"), "application/geo+json");
        assert_eq!(map.json()["features"][0]["properties"]["name"], "桃溪社区党支部");
        assert_eq!(stranger.get("/organisations.geojson").await.json()["features"].as_array().map(Vec::len), Some(0));
        assert_eq!(secretary.get("/organisations.geojson?area=nowhere").await.status, 404);
    }

    async fn a_page_is_of_a_day(house: House) {
        let mut worker = signed_in(&house, Role::GridWorker, VILLAGE).await;
        let page = register(&mut worker, &[("name", "王芳"), ("from", "2026-11-01")]).await;
        assert_eq!(worker.post(&format!("{page}/depart"), &[("why", "moved-away")]).await.status, 303);
        house.clock().set(house.now() + 2 * DAY);
        worker = { let mut again = browser(&house); again.sign_in(&again_person(&house).await).await; again };
        assert!(!worker.get("/people").await.text().contains("王芳"), "gone from today's list");
        assert!(worker.get("/people?day=2026-11-10").await.text().contains("王芳"));
        assert!(!worker.get("/people?day=2026-10-31").await.text().contains("王芳"));
        assert_eq!(worker.get(&page).await.status, 200, "still with who kept them");
    }

    async fn programs_read_people_by_token(house: House) {
        let mut worker = signed_in(&house, Role::GridWorker, VILLAGE).await;
        let page = register(&mut worker, &[("name", "王芳"), ("phone", "13812345678")]).await;
        let mut program = caller(&house, Role::GridWorker, VILLAGE).await;
        let list = program.get("/api/v1/people?name=wangf").await.json();
        assert_eq!(list["people"][0]["name"], "王芳");
        assert!(!list.to_string().contains("1381234"));
        let one = program.get(&format!("/api/v1{page}")).await.json();
        assert_eq!((one["person"]["name"].as_str(), one["homes"][0]["area"].as_str()), (Some("王芳"), Some(VILLAGE)));
        assert_eq!(program.get("/api/v1/people?day=yesterday").await.status, 422);
        assert_eq!(program.get("/api/v1/people?area=x").await.status, 422);
        assert_eq!(program.get("/api/v1/people/421223/none").await.status, 404);
        let mut stranger = caller(&house, Role::GridWorker, "421223100002").await;
        assert_eq!(stranger.get(&format!("/api/v1{page}")).await.status, 404);
        assert_eq!(stranger.get("/api/v1/people").await.json()["people"].as_array().map(Vec::len), Some(0));
        let mut dispatcher = caller(&house, Role::Dispatcher, "421223").await;
        assert_eq!(dispatcher.get("/api/v1/people").await.status, 403);
        assert_eq!(browser(&house).get("/api/v1/people").await.status, 401);
    }
}

/// Somebody who signs in again after the clock moved.
async fn again_person(house: &House) -> Person {
    house.person("again", &[house.post(Role::GridWorker, VILLAGE)]).await
}

/// A program with somebody's token.
async fn caller(house: &House, role: Role, area: &str) -> Browser {
    house.area(area).await;
    let person = house.person(&format!("program-{}-{area}", role.code()), &[house.post(role, area)]).await;
    let add = AddToken {
        county: person.who.county.clone(),
        account: person.account(),
        name: "程序".to_owned(),
        expires_at: None,
    };
    let token = house.app().act(&person.who, &add).await.unwrap();
    browser(house).bearing(&token)
}
