//! The pages in a browser without a network.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use axum::Extension;
use lianxin_foundation::audit::{self, Entry};
use lianxin_foundation::clock::{DAY, MINUTE, SECOND, rfc3339, start_of_day};
use lianxin_foundation::limits::{Limit, Rate};
use lianxin_foundation::scope::Post;
use lianxin_foundation::{Action, Context, Result, Role, Tx, Who, totp};
use lianxin_registry::{CategoryName, CategoryNames, MattersAt, Places};
use lianxin_testkit::{Browser, House, NOW, PASSWORD, both_engines};
use lianxin_worktime::Calendar;
use serde_json::{Value as Json, json};
use uuid::Uuid;

fn browser(house: &House) -> Browser {
    let three = |text: &str| [text, text, text].map(str::to_owned);
    let road =
        CategoryName { code: "road".to_owned(), group: three("市政设施"), name: three("道路破损") };
    let routes = lianxin_registry::routes()
        .layer(Extension(CategoryNames::new(vec![road])))
        .layer(Extension(Arc::new(Calendar::china())))
        .layer(Extension(Places::new()))
        .layer(Extension(MattersAt(|_, _| Box::pin(async { Ok((3, 41)) }))));
    house.browser(routes)
}

async fn signed_in(house: &House, role: Role, area: &str) -> Browser {
    let person = house.person(&format!("{}-{area}", role.code()), &[house.post(role, area)]).await;
    let mut browser = browser(house);
    browser.sign_in(&person).await;
    browser
}

/// Puts these details on record as if a grid had been added.
struct Told(Json);

impl Action for Told {
    type Output = ();

    async fn run(&self, tx: &mut Tx, cx: Context<'_>) -> Result<()> {
        tx.audit(Entry::new(cx.who, "421223", "area-add", "area", "421223100").detail(self.0.clone()));
        Ok(())
    }
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES];

    async fn an_administrator_opens_every_page(house: House) {
        house.area("421223100001-01").await;
        let unit = house.organisation("421223100", "unit", "天城镇人民政府").await;
        house.duty(unit, "road", "421223100").await;
        let mut browser = signed_in(&house, Role::Administrator, "421223").await;
        for (page, words) in [
            ("/areas/421223".to_owned(), "演示区划 421223100"),
            ("/areas/421223100".to_owned(), "天城镇人民政府"),
            ("/areas?q=演示".to_owned(), "421223100001"),
            ("/organisations".to_owned(), "天城镇人民政府"),
            ("/organisations?area=421223100&kind=unit&q=天城".to_owned(), "天城镇人民政府"),
            ("/organisations/new".to_owned(), "organisation"),
            (format!("/organisations/{unit}"), "道路破损"),
            ("/posts".to_owned(), "administrator-421223"),
            ("/posts/new-account".to_owned(), "password"),
            ("/me".to_owned(), "otpauth://"),
            ("/duties/421223100001".to_owned(), "天城镇人民政府"),
        ] {
            let answer = browser.get(&page).await;
            assert_eq!(answer.status, 200, "{page}");
            assert!(answer.text().contains(words), "{page} lacks {words}");
        }
        assert_eq!(browser.get("/areas").await.location(), "/areas/421223");
        assert_eq!(browser.get("/audit").await.status, 403);
        assert_eq!(browser.get("/areas/421223/shapes.geojson").await.json()["type"], "FeatureCollection");
    }

    async fn a_change_of_the_tree_is_looked_at_done_and_taken_back(house: House) {
        for area in ["421223100001-01", "421223100001-02"] {
            house.area(area).await;
        }
        let mut browser = signed_in(&house, Role::Administrator, "421223").await;
        let to = "/areas/421223100001-01/change";
        assert!(browser.get(to).await.text().contains("并入另一个"));
        let wrong = browser.post(to, &[("kind", "merge"), ("into", "421223100001"), ("reason", "演示批复")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("只能并入同一级") && wrong.text().contains("演示批复"));
        let merge = [("kind", "merge"), ("into", "421223100001-02"), ("reason", "演示批复")];
        let looked = browser.post(to, &merge).await;
        assert_eq!(looked.status, 200);
        assert!(looked.text().contains("事项 41 件（未办结 3 件）"), "matters are counted");
        assert!(browser.get("/areas/421223100001").await.text().contains("421223100001-01"), "nothing is done yet");
        let done = browser.post(to, &[merge.as_slice(), &[("confirmed", "yes")]].concat()).await;
        assert_eq!((done.status, done.location()), (303, "/areas/421223100001-02/change?done=areas"));
        let page = browser.get("/areas/421223100001/change").await.text();
        assert!(page.contains("421223100001-01") && page.contains("演示批复"));
        let undo = page.split('"').find(|part| part.ends_with("/undo")).unwrap().to_owned();
        assert_eq!(browser.post(&undo, &[("reason", "")]).await.status, 422);
        let undone = browser.post(&undo, &[("reason", "做错了")]).await;
        assert_eq!((undone.status, undone.location()), (303, "/areas/421223100001/change?done=areas-undone"));
        assert!(browser.get("/areas/421223100001").await.text().contains("421223100001-01"));
        let mut stranger = signed_in(&house, Role::Administrator, "421202").await;
        assert_eq!(stranger.get(to).await.status, 404);
        assert_eq!(stranger.post(to, &merge).await.status, 404);
        assert_eq!(stranger.post(&undo, &[("reason", "x")]).await.status, 404);
        let mut worker = signed_in(&house, Role::GridWorker, "421223100001").await;
        assert!(!worker.get(to).await.text().contains("name=\"into\""), "who does not keep it may only read");
        assert_eq!(worker.post(to, &merge).await.status, 403);
    }

    async fn public_boundaries_are_kept_by_who_read_them(house: House) {
        let area = house.area("421223100").await;
        let browser = house.browser(lianxin_registry::routes());
        let address = "/places/421223/shapes.geojson";
        let first = browser.clone().get(address).await;
        assert_eq!((first.status, first.header("cache-control")), (200, "public, max-age=3600"));
        let tag = first.header("etag").to_owned();
        assert_eq!(browser.clone().with("if-none-match", &tag).get(address).await.status, 304);
        assert_eq!(browser.clone().with("if-none-match", "W/\"other\"").get(address).await.status, 200);
        let mut tx = house.db().write().await.unwrap();
        lianxin_registry::area::store::shapes_changed(&mut tx, "421223").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(browser.clone().with("if-none-match", &tag).get(address).await.status, 200);
        assert_eq!(browser.clone().get("/places/429999/shapes.geojson").await.status, 404);
        drop(area);
    }

    async fn what_lies_outside_does_not_exist(house: House) {
        house.area("421223100").await;
        let other = house.organisation("421202001", "unit", "别县").await;
        let mut browser = signed_in(&house, Role::Administrator, "421223").await;
        for page in ["/areas/421202", "/areas/4212", "/areas/nonsense", "/areas/421202001/shapes.geojson"] {
            assert_eq!(browser.get(page).await.status, 404, "{page}");
        }
        assert_eq!(browser.get(&format!("/organisations/{other}")).await.status, 404);
        assert!(!browser.get("/organisations").await.text().contains("别县"));
        let mut worker = signed_in(&house, Role::GridWorker, "421223100").await;
        for page in ["/posts", "/posts/new-account", "/organisations/new", "/audit"] {
            assert_eq!(worker.get(page).await.status, 403, "{page}");
        }
        assert_eq!(worker.post("/areas/421223100/name", &[("new-name", "改")]).await.status, 403);
    }

    async fn a_grid_is_added_and_a_wrong_form_comes_back(house: House) {
        house.area("421223100001").await;
        let mut browser = signed_in(&house, Role::Administrator, "421223").await;
        let to = "/areas/421223100001/grids";
        let wrong = browser.post(to, &[("name", "第一网格"), ("households", "很多")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("value=\"第一网格\""), "what was typed is kept");
        let added = browser.post(to, &[("name", "第一网格"), ("households", "300")]).await;
        assert_eq!((added.status, added.location()), (303, "/areas/421223100001-01?done=grid"));
        let wrong = browser.post_files("/areas/421223100001/shapes", &[], &[("file", "x.geojson", b"{}")]).await;
        assert_eq!(wrong.status, 422);
        let good = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"东"},
            "geometry":{"type":"Polygon","coordinates":[[[114,29.5],[114.1,29.5],[114.1,29.6],[114,29.5]]]}}]}"#;
        let good = browser.post_files("/areas/421223100001/shapes", &[], &[("file", "x.geojson", good.as_bytes())]).await;
        assert_eq!(good.location(), "/areas/421223100001?shaped=1&added=1");
        assert!(browser.get(good.location()).await.text().contains("shapes.geojson"));
    }

    async fn duties_and_posts_are_set_by_forms(house: House) {
        let unit = house.organisation("421223100", "unit", "镇政府").await;
        let clerk = house.person("clerk", &[]).await;
        let mut browser = signed_in(&house, Role::Administrator, "421223").await;
        let set = browser.post(&format!("/organisations/{unit}/duties"), &[("category", "road")]).await;
        assert_eq!(set.status, 303);
        let unit = unit.to_string();
        let fields = [("login", "clerk"), ("role", "unit-handler"), ("area", "421223100"), ("organisation", &unit)];
        assert_eq!(browser.post("/posts", &fields).await.location(), "/posts?done=post");
        assert!(browser.get("/posts").await.text().contains("测试clerk"));
        let today = [("role", "grid-worker"), ("from", "2026-11-22"), ("to", "2026-11-22")];
        let for_a_day = [&fields[..1], &fields[2..3], &today].concat();
        assert_eq!(browser.post("/posts", &for_a_day).await.location(), "/posts?done=post", "one day long");
        let wrong = browser.post("/posts", &[&for_a_day[..3], &[("from", "2026-11-21")]].concat()).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("岗位只能从今天或以后开始") && wrong.text().contains("value=\"2026-11-21\""));
        let wrong = browser.post("/posts", &[&for_a_day[..3], &[("to", "2026-11-21")]].concat()).await;
        assert!(wrong.text().contains("结束日期已经过去"));
        let wrong = browser.post("/posts", &[("login", "nobody"), ("role", "secretary"), ("area", "421223")]).await;
        assert_eq!(wrong.status, 422);
        let account = format!("/posts/accounts/421223/{}", clerk.account());
        assert!(browser.get(&account).await.text().contains("承办单位经办人"));
        let reset = browser.post(&format!("{account}/password"), &[("new", "short")]).await;
        assert_eq!(reset.status, 422);
        let closed = browser.post(&format!("{account}/close"), &[("reason", "调离")]).await;
        assert_eq!(closed.location(), "/posts?done=account-closed");
    }

    async fn a_place_is_chosen_by_name_or_code(house: House) {
        for id in ["421223100001", "421223101001", "421202001001"] {
            house.area(id).await;
        }
        let mut browser = signed_in(&house, Role::Administrator, "421223").await;
        let names = [
            ("421223100", "天城镇"), ("421223101", "白霓镇"),
            ("421223100001", "新建村"), ("421223101001", "新建村"),
        ];
        for (id, name) in names {
            assert_eq!(browser.post(&format!("/areas/{id}/name"), &[("new-name", name)]).await.status, 303);
        }
        let page = browser.get("/organisations/new?area=421223101001").await.text();
        assert!(page.contains("value=\"白霓镇 › 新建村\""), "a code is shown by its name");
        assert!(page.contains("<option value=\"天城镇 › 新建村\">") && !page.contains("421202"), "only what is kept is offered");
        let form = |area: &'static str, which: &'static str| [("name", "演示单位"), ("kind", "unit"), ("area", area), ("which", which)];
        for (area, which, says) in [
            ("", "", "写明是哪个地方"), ("没有这里", "", "没有找到这个地方"), ("天城镇 白霓镇", "", "没有找到这个地方"),
            ("新建", "", "不止一个"), ("新建村", "421202001001", "不止一个"), ("新建村", "421223100", "不止一个"),
        ] {
            let refused = browser.post("/organisations/new", &form(area, which)).await;
            assert_eq!(refused.status, 422, "{area} {which}");
            let text = refused.text();
            assert!(text.contains(says) && text.contains("演示单位"), "{area} {which}");
            assert!(text.contains(&format!("value=\"{area}\"")), "what was typed is kept");
            assert_eq!(text.contains("name=\"which\" value=\"421223101001\""), says == "不止一个", "{area}");
        }
        for (area, which) in [("白霓镇 新建村", ""), ("白霓 › 新建", ""), ("新建村", "421223101001"), ("421223101001", ""), ("新建村 421223101001", "")] {
            let added = browser.post("/organisations/new", &form(area, which)).await;
            assert_eq!(added.status, 303, "{area} {which}");
        }
        let found = browser.get("/organisations?area=白霓").await.text();
        assert_eq!(found.matches("演示单位").count(), 5);
        let unclear = browser.get("/organisations?area=新建村").await.text();
        assert!(unclear.contains("/organisations?area=421223100001") && !unclear.contains("演示单位"));
        assert!(browser.get("/posts?area=别处").await.text().contains("没有找到这个地方"));
        let outside = browser.post("/organisations/new", &form("421202001001", "")).await;
        assert_eq!(outside.status, 403, "a code outside is refused as before");
    }

    async fn signing_in_takes_one_step_or_two(house: House) {
        let person = house.person("clerk", &[house.post(Role::Administrator, "421223")]).await;
        let mut browser = browser(&house);
        assert_eq!(browser.get("/areas").await.location(), "/sign-in?back=/areas");
        let wrong = browser.post("/sign-in", &[("login", "clerk"), ("password", "wrong")]).await;
        assert_eq!(wrong.status, 401);
        let right = browser.post("/sign-in", &[("login", "clerk"), ("password", PASSWORD), ("back", "//evil")]).await;
        assert_eq!((right.status, right.location()), (303, "/areas"));

        let enrolment = totp::enrol("clerk", house.app().ids()).unwrap();
        let code = |at: i64| {
            (0..1_000_000)
                .map(|digits| format!("{digits:06}"))
                .find(|digits| totp::verify(&enrolment.secret, digits, at / SECOND, Some(at / SECOND / 30 - 1)).is_some())
                .unwrap()
        };
        let mut browser = browser_of(&house, &person).await;
        let now = house.now();
        let page = "/me/two-factors";
        let without = browser.post(page, &[("secret", &enrolment.secret), ("code", &code(now))]).await;
        assert_eq!(without.status, 422, "a browser left open is not enough");
        let wrong = browser.post(page, &[("password", PASSWORD), ("secret", &enrolment.secret), ("code", "123")]).await;
        assert_eq!(wrong.status, 422);
        let wrong = wrong.text();
        assert!(wrong.contains(&enrolment.secret) && wrong.contains("<svg") && wrong.contains("otpauth://"), "shown once more");
        let wrong = browser.post(page, &[("password", PASSWORD), ("secret", "not one"), ("code", "123")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("otpauth://") && !wrong.text().contains("not one"), "a fresh one instead");
        let right = [("password", PASSWORD), ("secret", &enrolment.secret), ("code", &code(now))];
        let enrolled = browser.post(page, &right).await;
        assert_eq!(enrolled.location(), "/me?done=two-factors");

        let mut browser = self::browser(&house);
        let second = browser.post("/sign-in", &[("login", "clerk"), ("password", PASSWORD)]).await;
        assert_eq!(second.status, 200);
        assert!(!second.text().contains(PASSWORD), "the password is not in the page");
        let waiting = second.text().split("name=\"waiting\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        house.clock().set(now + 60 * SECOND);
        let inside = browser.post("/sign-in", &[("waiting", &waiting), ("code", &code(now + 60 * SECOND))]).await;
        assert_eq!(inside.status, 303);
        house.clock().set(now + 400 * SECOND);
        let late = self::browser(&house).post("/sign-in", &[("waiting", &waiting), ("code", "000000")]).await;
        assert_eq!(late.status, 401);
    }

    async fn a_token_is_shown_once_and_opens_the_interface(house: House) {
        house.area("421223100001").await;
        let unit = house.organisation("421223100", "unit", "镇政府").await;
        let mut browser = signed_in(&house, Role::Administrator, "421223").await;
        let page = browser.post("/me/tokens", &[("name", "统计"), ("days", "90")]).await.text();
        let token = page.split("value=\"lx_").nth(1).unwrap().split('"').next().unwrap();
        assert!(!browser.get("/me").await.text().contains(token));
        let mut program = self::browser(&house).bearing(&format!("lx_{token}"));
        let area = program.get("/api/v1/areas/421223100001").await.json();
        assert_eq!((area["kind"].as_str(), area["path"].as_array().map(Vec::len)), (Some("village"), Some(5)));
        let children = program.get("/api/v1/areas/421223100/children").await.json();
        assert_eq!(children["areas"][0]["id"], "421223100001");
        assert_eq!(program.get("/api/v1/areas/421202").await.status, 404);
        assert_eq!(program.get("/api/v1/areas/%00").await.status, 404);
        assert_eq!(program.get("/api/v1/areas?at=here").await.status, 422);
        assert_eq!(program.get("/api/v1/areas?at=114.0,29.5").await.json()["areas"], serde_json::json!([]));
        assert_eq!(program.get("/api/v1/organisations").await.json()["organisations"][0]["name"], "镇政府");
        assert_eq!(program.get(&format!("/api/v1/organisations/{unit}")).await.status, 200);
        assert_eq!(self::browser(&house).get("/api/v1/areas/421223").await.status, 401);
    }

    async fn an_auditor_reads_the_trail_of_their_county(house: House) {
        house.area("421223100001").await;
        house.area("421202001").await;
        let mut admin = signed_in(&house, Role::Administrator, "421223").await;
        admin.post("/areas/421223100001/grids", &[("name", "第一网格")]).await;
        let mut auditor = signed_in(&house, Role::Auditor, "421223").await;
        let page = auditor.get("/audit?action=area-add").await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("<a href=\"/areas/421223100001-01\">第一网格</a>"), "the entry leads to its subject");
        assert!(page.text().contains("<option value=\"area-add\" selected>加网格</option>"));
        let same = auditor.get("/audit?county=421223&subject=421223100001-01").await;
        assert!(same.text().contains("加网格") && !same.text().contains("<td data-label=\"做了什么\"><a href=\"/audit?county=421223&amp;action=sign-in"));
        let other = auditor.get("/audit?county=421202").await;
        assert!(!other.text().contains("data-label=\"序号\""), "another county's trail stays closed");
    }

    async fn the_trail_speaks_in_the_readers_words(house: House) {
        house.area("421223100001").await;
        let unit = house.organisation("421223100", "unit", "天城镇人民政府").await;
        let details = [
            json!({ "number": "261122-000001", "event": 3, "party": "unit", "status": "accepted", "unit": unit,
                    "facts": "xyzhash", "words": { "note": "xyzhash" } }),
            json!({ "area": "421223100", "categories": ["road"], "role": "auditor", "private": true }),
            json!({ "before": { "respond": 1440, "working": false }, "fields": ["phone", "name"] }),
            json!({ "telephone": "138****0000", "found": 2, "brand-new": "<b>x</b>" }),
            json!({ "shared_with": unit, "kind": "member", "why": "died", "at": NOW, "to": rfc3339(NOW) }),
        ];
        for detail in details {
            let person = house.who(&[]);
            let note = Told(detail);
            house.app().act(&person, &note).await.unwrap();
        }
        let mut auditor = signed_in(&house, Role::Auditor, "421223").await;
        let page = auditor.get("/audit?action=area-add").await.text();
        let now = "2026-11-22 08:30";
        for (name, value) in [
            ("单位", "天城镇人民政府"), ("第几步", "3"), ("区域", "演示区划 421223100"), ("负责的类别", "道路破损"),
            ("岗位类型", "审计员"), ("不公开", "是"), ("改前", "响应 24 小时 · 按工作时间 否"), ("看了", "电话 · 名称"),
            ("给谁用", "天城镇人民政府"), ("身份", "正式党员"), ("情况", "去世"), ("时间", now), ("到", now),
            ("电话", "138****0000"), ("brand-new", "&#60;b&#62;x&#60;/b&#62;"),
        ] {
            assert!(page.contains(&format!("<span class=\"muted\">{name}</span> {value}")), "{name} {value}");
        }
        assert!(!page.contains("xyzhash") && !page.contains("{&#34;") && !page.contains("<b>x"));
    }

    async fn posts_are_narrowed_and_turned_by_page(house: House) {
        for area in ["421223100001", "421223101", "421202001"] {
            house.area(area).await;
        }
        let unit = house.organisation("421223100", "unit", "天城镇人民政府").await;
        let ended = Post { to: Some(NOW - DAY), from: NOW - 9 * DAY, ..house.post(Role::Dispatcher, "421223101") };
        let working = Post { organisation: Some(unit), ..house.post(Role::UnitHandler, "421223100") };
        house.person("worker", &[working, house.post(Role::GridWorker, "421223100001")]).await;
        house.person("former", &[ended]).await;
        house.person("elsewhere", &[house.post(Role::GridWorker, "421202001")]).await;
        let mut admin = signed_in(&house, Role::Administrator, "421223").await;
        let all = ["worker", "former", "elsewhere", "administrator-421223"];
        for (query, expected) in [
            ("", vec!["worker", "administrator-421223"]),
            ("?term=ended", vec!["former"]),
            ("?term=all", vec!["worker", "former", "administrator-421223"]),
            ("?term=nonsense", vec!["worker", "administrator-421223"]),
            ("?role=grid-worker", vec!["worker"]),
            ("?role=auditor", vec![]),
            ("?area=421223101&term=all", vec!["former"]),
            ("?area=421202001&term=all", vec![]),
            (&format!("?organisation={unit}"), vec!["worker"]),
            (&format!("?organisation={}", Uuid::nil()), vec![]),
            ("?q=WORK", vec!["worker"]),
            ("?q=%25", vec![]),
            ("?q=%27%20or%201%3D1", vec![]),
            ("?q=worker&role=dispatcher&term=all", vec![]),
            ("?page=2", vec![]),
        ] {
            let page = admin.get(&format!("/posts{query}")).await;
            assert_eq!(page.status, 200, "{query}");
            let rows = page.text().split("<tbody>").nth(1).unwrap_or_default().to_owned();
            let seen: Vec<&str> =
                all.into_iter().filter(|login| rows.contains(&format!("<span class=\"muted\">{login}</span>"))).collect();
            assert_eq!(seen, expected, "{query}");
        }
        let posts: Vec<Post> = (0..120).map(|_| house.post(Role::GridWorker, "421223100001")).collect();
        house.person("busy", &posts).await;
        let first = admin.get("/posts?q=busy&role=grid-worker").await.text();
        assert!(first.contains("1–100") || first.contains("第 1") || first.contains("100"), "the first hundred");
        let next = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
        assert!(next.contains("q=busy") && next.contains("role=grid-worker") && next.contains("page=2"), "{next}");
        let second = admin.get(&next).await.text();
        assert_eq!(second.matches("<span class=\"muted\">busy</span>").count(), 20);
        assert!(second.contains("rel=\"prev\"") && !second.contains("rel=\"next\""));
    }

    async fn a_day_of_the_trail_is_that_day(house: House) {
        house.area("421223").await;
        let mut auditor = signed_in(&house, Role::Auditor, "421223").await;
        let today = start_of_day(house.now());
        for (login, at) in [("evening", today - 1), ("midnight", today), ("late", today + DAY - 1), ("after", today + DAY)] {
            house.clock().set(at);
            house.person(login, &[]).await;
        }
        house.clock().set(NOW);
        let seen = async |auditor: &mut Browser, day: &str| {
            let page = auditor.get(&format!("/audit?action=account-add&day={day}")).await.text();
            ["evening", "midnight", "late", "after"].into_iter().filter(|login| page.contains(&format!("</span> {login}</span>"))).collect::<Vec<_>>()
        };
        assert_eq!(seen(&mut auditor, "2026-11-21").await, ["evening"]);
        assert_eq!(seen(&mut auditor, "2026-11-22").await, ["midnight", "late"]);
        assert_eq!(seen(&mut auditor, "2026-11-23").await, ["after"]);
        assert_eq!(seen(&mut auditor, "").await.len(), 4);
        assert_eq!(seen(&mut auditor, "someday").await.len(), 4, "what is no day does not narrow");
    }

    async fn an_entry_leads_only_where_its_reader_may_go(house: House) {
        house.area("421223100").await;
        let clerk = house.person("clerk", &[house.post(Role::Dispatcher, "421223100")]).await;
        let above = house.person("above", &[house.post(Role::GridWorker, "421223100"), house.post(Role::Secretary, "42")]).await;
        let (mut admin, matter) = (signed_in(&house, Role::Administrator, "421223").await, Uuid::from_u128(7));
        admin.post("/areas/421223100/name", &[("new-name", "天城镇")]).await;
        note(&house, "account-reset", "account", &above.account().to_string(), json!(null)).await;
        note(&house, "matter-accept", "matter", &matter.to_string(), json!({ "number": "261122-048213" })).await;
        note(&house, "area-import", "area", "42 4212", json!(null)).await;
        let account = format!("/posts/accounts/421223/{}", clerk.account());
        let matter = format!("/matters/421223/{matter}");

        let page = signed_in(&house, Role::Auditor, "421223").await.get("/audit").await.text();
        assert!(page.contains("测试clerk") && page.contains("261122-048213"), "subjects are named");
        assert!(page.contains(&format!("<a href=\"{matter}\">")) && page.contains("<a href=\"/areas/421223100\">"));
        assert!(!page.contains("/posts/accounts/"), "an auditor keeps no sign-ins");
        assert!(!page.contains("<a href=\"/areas/42 4212"), "two places have no page");

        let posts = [house.post(Role::Administrator, "421223"), house.post(Role::Auditor, "421223")];
        let both = house.person("both", &posts).await;
        let page = browser_of(&house, &both).await.get("/audit").await.text();
        assert!(page.contains(&format!("<a href=\"{account}\">测试clerk</a>")));
        assert!(page.contains("测试above"));
        assert!(!page.contains(&format!("/posts/accounts/421223/{}", above.account())), "not theirs to keep");
    }

    async fn whoever_keeps_a_place_is_told_of_holidays_that_nobody_entered(house: House) {
        house.area("421223100001").await;
        let told = "2027 年的放假和调休还没有录入";
        let mut keeper = signed_in(&house, Role::Administrator, "421223").await;
        let mut auditor = signed_in(&house, Role::Auditor, "421223").await;
        assert!(keeper.get("/areas/421223").await.text().contains(told), "on their own first page");
        assert!(!keeper.get("/areas/421223100").await.text().contains(told), "and on no other");
        assert!(!auditor.get("/areas/421223").await.text().contains(told), "who cannot help is not told");
        house.clock().set(NOW - 30 * DAY);
        assert!(!keeper.get("/areas/421223").await.text().contains(told), "2026 is built in");
    }

    async fn a_new_county_says_what_comes_first(house: House) {
        house.area("421223100001").await;
        let heading = "开始受理以前";
        let mut keeper = signed_in(&house, Role::Administrator, "421223").await;
        let mut auditor = signed_in(&house, Role::Auditor, "421223").await;
        let page = keeper.get("/areas/421223").await.text();
        for step in ["/organisations/new?area=421223", "/organisations?area=421223", "/posts/new-account"] {
            assert!(page.contains(&format!("<li class=\"next\"><p><a href=\"{step}\">")), "{step}");
        }
        assert!(!keeper.get("/areas/421223100").await.text().contains(heading), "on their own first page only");
        assert!(!auditor.get("/areas/421223").await.text().contains(heading), "who cannot help is not told");

        let unit = house.organisation("421223100", "unit", "天城镇人民政府").await;
        let page = keeper.get("/areas/421223").await.text();
        assert!(page.contains("新建承办事项的组织 <span class=\"chip resolved\">"));
        assert!(page.contains("<a href=\"/posts/new-account\">给派单员"), "the others are still to be done");

        house.duty(unit, "road", "421223100").await;
        let post = |role| house.post(role, "421223");
        house.person("two", &[post(Role::Dispatcher), post(Role::Supervisor)]).await;
        assert!(keeper.get("/areas/421223").await.text().contains(heading), "nobody works for the unit yet");
        let handler = Post { organisation: Some(unit), ..house.post(Role::UnitHandler, "421223100") };
        house.person("handler", &[handler]).await;
        assert!(!keeper.get("/areas/421223").await.text().contains(heading));
    }

    async fn duty_lists_are_open_to_everyone(house: House) {
        let unit = house.organisation("421223", "unit", "住建局").await;
        house.area("421223100001").await;
        house.duty(unit, "road", "421223").await;
        let mut browser = browser(&house);
        assert_eq!(browser.get("/duties").await.location(), "/duties/421223", "the house has a home");
        let page = browser.get("/duties/421223100001").await.text();
        assert!(page.contains("住建局") && page.contains("演示区划 421223"));
        assert_eq!(browser.get("/duties/%E7%9C%81").await.status, 404);
    }

    async fn attempts_to_sign_in_from_one_address_are_limited(house: House) {
        let person = house.person("clerk", &[house.post(Role::Dispatcher, "421223")]).await;
        let house = house.with(|settings| settings.limits.set(Limit::SignIn, Some(Rate::new(2, 1, MINUTE))));
        let attempt = async |from: &str, password: &str| {
            browser(&house).from(from).post("/sign-in", &[("login", person.login.as_str()), ("password", password)]).await
        };
        for _ in 0..2 {
            assert_eq!(attempt("192.0.2.1", "not-the-password").await.status, 401);
        }
        let refused = attempt("192.0.2.1", PASSWORD).await;
        assert_eq!((refused.status, refused.header("retry-after")), (429, "60"));
        assert!(refused.text().contains("60"), "it says how long");
        assert_eq!(attempt("192.0.2.2", PASSWORD).await.status, 303);
    }

    async fn the_second_factor_is_set_up_by_scanning(house: House) {
        let page = signed_in(&house, Role::Dispatcher, "421223").await.get("/me").await.text();
        assert!(page.contains("<svg class=\"qr\" role=\"img\"") && page.contains("name=\"secret\""), "{page}");
    }
}

/// Puts an entry of another room on the county's trail.
async fn note(house: &House, action: &'static str, kind: &'static str, subject: &str, detail: Json) {
    let mut tx = house.db().write().await.unwrap();
    tx.audit(Entry::new(&Who::program("421223"), "421223", action, kind, subject).detail(detail));
    audit::chain(&mut tx, house.app().vault(), house.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn browser_of(house: &House, person: &lianxin_testkit::Person) -> Browser {
    let mut browser = browser(house);
    browser.sign_in(person).await;
    browser
}
