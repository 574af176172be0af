//! Saved views, deadlines at a glance, and the list as a file.

use lianxin_foundation::audit::store as trail;
use lianxin_foundation::clock::HOUR;
use lianxin_foundation::scope::Post;
use lianxin_foundation::{Right, Role, Who};
use lianxin_matters::actions::{DropView, KeepView, Report};
use lianxin_matters::store::views::views;
use lianxin_matters::store::{Cell, Query, cells};
use lianxin_testkit::both_engines;

use crate::phone::{browser, stranger};
use crate::place::{COUNTY, County, GRID, TOWN, VILLAGE, code};

fn keep(name: &str, query: &str, shared_with: &str) -> KeepView {
    KeepView { name: name.into(), query: query.into(), shared_with: shared_with.into() }
}

both_engines! {
    rooms = [lianxin_registry::MESSAGES, lianxin_matters::MESSAGES];

    async fn a_view_is_kept_changed_and_removed(house: House) {
        house.area(VILLAGE).await;
        let person = house.person("one", &[house.post(Role::Dispatcher, TOWN)]).await;
        let (app, account) = (house.app(), person.account());
        app.act(&person.who, &keep("  漏水 ", "tab=open&category=garbage", "")).await.unwrap();
        app.act(&person.who, &keep("漏水", "tab=todo", "")).await.unwrap();
        let mut tx = house.db().read().await.unwrap();
        let mine = views(&mut tx, COUNTY, account, &[]).await.unwrap();
        drop(tx);
        assert_eq!(mine.iter().map(|view| (view.name.as_str(), view.query.as_str())).collect::<Vec<_>>(), [("漏水", "tab=todo")]);
        for (view, why) in [
            (keep(" ", "tab=open", ""), "view-name-missing"),
            (keep(&"字".repeat(31), "tab=open", ""), "view-name-long"),
            (keep("老张", "tab=all&q=13812345678", ""), "view-personal"),
            (keep("13812345678", "tab=all", ""), "view-personal"),
            (keep("别处", "tab=all", VILLAGE), "view-circle"),
            (keep("长", &format!("q={}", "a".repeat(2000)), ""), "view-query-long"),
        ] {
            assert_eq!(code(app.act(&person.who, &view).await), why);
        }
        let stranger = house.person("two", &[house.post(Role::Dispatcher, TOWN)]).await;
        assert_eq!(code(app.act(&stranger.who, &DropView { id: mine[0].id }).await), "problem-not-found");
        app.act(&person.who, &DropView { id: mine[0].id }).await.unwrap();
        assert_eq!(code(app.act(&person.who, &DropView { id: mine[0].id }).await), "problem-not-found", "gone once");
        for at in 0..30 {
            app.act(&person.who, &keep(&format!("第{at}个"), "tab=open", "")).await.unwrap();
        }
        assert_eq!(code(app.act(&person.who, &keep("再一个", "tab=open", "")).await), "view-most");
        app.act(&person.who, &keep("第7个", "tab=all", "")).await.unwrap();
        let nobody = house.person("three", &[house.post(Role::Administrator, COUNTY)]).await;
        assert_eq!(code(app.act(&nobody.who, &keep("一", "tab=open", "")).await), "problem-forbidden");
        let mut tx = house.db().read().await.unwrap();
        let links = trail::links_after(&mut tx, COUNTY, 0, 1_000).await.unwrap();
        let told = |action: &str| links.iter().filter(|link| link.action == action).count();
        assert_eq!((told("view-keep"), told("view-drop")), (33, 1));
    }

    /// A view holds conditions: a colleague is offered it, and sees with it what they may see.
    async fn a_shared_view_shows_its_reader_their_own(house: House) {
        let county = County::new(&house).await;
        for area in [GRID, COUNTY] {
            let text = format!("演示：{area}的垃圾");
            county.file(&Report { key: None, area: Some(area.into()), text, ..county.report() }).await.unwrap();
        }
        let unit = Some(county.units[0]);
        let wide = [house.post(Role::Dispatcher, COUNTY), Post { organisation: unit, ..house.post(Role::UnitHandler, GRID) }];
        let mut one = browser(&house, &county, "wide", &wide).await;
        let circle = county.units[0].to_string();
        let query = "tab=open&category=garbage&order=due";
        let kept = one.post("/inbox/views", &[("name", "垃圾"), ("query", query), ("shared_with", &circle)]).await;
        assert_eq!((kept.status, kept.location()), (303, "/inbox?tab=open&category=garbage&order=due"));
        let page = one.get(kept.location()).await.text();
        assert!(page.contains(">垃圾</a>") && page.contains("421223的垃圾") && page.contains("421223100001-01的垃圾"));

        let narrow = [Post { organisation: unit, ..house.post(Role::UnitHandler, GRID) }];
        let mut colleague = browser(&house, &county, "narrow", &narrow).await;
        let inbox = colleague.get("/inbox").await.text();
        assert!(inbox.contains("垃圾（测试wide）"), "offered");
        let page = colleague.get(&format!("/inbox?{query}")).await.text();
        assert!(page.contains("421223100001-01的垃圾") && !page.contains("421223的垃圾"));
        let list = colleague.get("/inbox/views").await.text();
        assert!(list.contains("测试wide存的") && !list.contains("/drop"), "another's is not theirs to remove");

        let mut other = browser(&house, &county, "other", &[house.post(Role::Dispatcher, TOWN)]).await;
        assert!(!other.get("/inbox").await.text().contains("垃圾（测试wide）"), "not to other units");
        let wrong = other.post("/inbox/views", &[("name", ""), ("query", "tab=all")]).await;
        assert!(wrong.status == 422 && wrong.text().contains("请写个名字"));
        assert!(stranger(&house, &county).get("/inbox/views").await.location().starts_with("/sign-in"));
    }

    async fn deadlines_stand_at_a_glance_and_narrow_the_list(house: House) {
        let county = County::new(&house).await;
        let id = county.filed().await;
        let posts = [Post { organisation: Some(county.units[0]), ..house.post(Role::UnitHandler, COUNTY) }];
        let due = lianxin_matters::rules::clock::due(&county.stored(id).await).unwrap();
        house.clock().set(due + HOUR);
        let mut handler = browser(&house, &county, "handler", &posts).await;
        let page = handler.get("/inbox?tab=todo").await.text();
        let counts: Vec<&str> = page.split("class=\"glance\"").nth(1).unwrap().split("</nav>").next().unwrap()
            .split("<b>").skip(1).map(|rest| rest.split("</b>").next().unwrap()).collect();
        assert_eq!(counts, ["1", "0", "0", "0"]);
        let over = handler.get("/inbox?tab=todo&by=over").await.text();
        assert!(over.contains("垃圾三天没清了") && over.contains(r#"name="by" value="over""#));
        assert!(!handler.get("/inbox?tab=todo&by=today").await.text().contains("垃圾三天没清了"));
        assert!(!handler.get("/inbox?tab=all").await.text().contains("class=\"glance\""), "where no clock runs there is none");
        assert_eq!(handler.get("/inbox?tab=open&status=closed&by=nonsense").await.status, 200);
    }

    /// Both files hold the list and no more, end with who took them away, and are on record.
    async fn the_list_leaves_as_it_stands(house: House) {
        let county = County::new(&house).await;
        for at in 0..3 {
            let text = format!("=演示{at}");
            county.file(&Report { key: None, text, ..county.report() }).await.unwrap();
        }
        county.file(&Report { key: None, area: Some(COUNTY.into()), text: "县里的事".into(), ..county.report() }).await.unwrap();
        let mut dispatcher = browser(&house, &county, "town", &[house.post(Role::Dispatcher, TOWN)]).await;
        let csv = dispatcher.get("/matters.csv?tab=open&q=%E6%BC%94%E7%A4%BA&order=new").await.text();
        let lines: Vec<&str> = csv.trim_end().split("\r\n").collect();
        assert_eq!(lines.len(), 5, "{csv}");
        assert!(lines[1].contains("'=演示2") && lines[3].contains("'=演示0"), "in the list's own order, no formula");
        assert!(lines[4].contains("由 测试town 于") && lines[4].contains("共 3 件"), "{}", lines[4]);
        let book = dispatcher.get("/matters.xlsx?tab=open&q=%E6%BC%94%E7%A4%BA&order=new").await;
        assert!(book.status == 200 && book.body.starts_with(b"PK\x03\x04"));
        assert_eq!(book.header("content-disposition"), "attachment; filename=\"matters.xlsx\"");
        let mut tx = house.db().read().await.unwrap();
        let links = trail::links_after(&mut tx, COUNTY, 0, 1_000).await.unwrap();
        assert_eq!(links.iter().filter(|link| link.action == "matters-export").count(), 2);
        drop(tx);
        let mut worker = browser(&house, &county, "worker", &[house.post(Role::GridWorker, GRID)]).await;
        for file in ["/matters.csv", "/matters.xlsx"] {
            assert_eq!(worker.get(file).await.status, 403, "who may see may not take away");
            assert!(stranger(&house, &county).get(file).await.location().starts_with("/sign-in"));
        }
    }

    /// Squares hold counts of what their reader may see, and nothing of what it is about.
    async fn the_map_counts_by_squares_within_the_scope(house: House) {
        let county = County::new(&house).await;
        for (area, lon, lat) in
            [(GRID, 114.0, 29.5), (GRID, 114.0004, 29.5004), (GRID, 114.2, 29.5), (COUNTY, 114.0001, 29.5001)]
        {
            let report = Report { key: None, area: Some(area.into()), lon: Some(lon), lat: Some(lat), ..county.report() };
            county.file(&report).await.unwrap();
        }
        county.filed().await;
        let now = house.now();
        let counted = |cells: Vec<Cell>| cells.into_iter().map(|cell| cell.n).collect::<Vec<_>>();
        let mut tx = house.db().read().await.unwrap();
        let query = Query { county: Some(COUNTY.into()), ..Query::default() };
        let seen = |who: &Who| who.scope(Right::SeeMatters, now);
        let wide = cells(&mut tx, &seen(&county.supervisor), &query, 0.01, 10, now).await.unwrap();
        assert!((wide[0].lon - 114.00016).abs() < 0.0001 && wide[0].late == 0, "{wide:?}");
        assert_eq!(counted(wide), [3, 1]);
        assert_eq!(counted(cells(&mut tx, &seen(&county.supervisor), &query, 0.01, 1, now).await.unwrap()), [3]);
        assert_eq!(counted(cells(&mut tx, &seen(&county.handlers[0]), &query, 0.01, 10, now).await.unwrap()), [2, 1]);
        let boxed = Query { within: Some([114.1, 29.0, 114.3, 30.0]), ..query.clone() };
        assert_eq!(counted(cells(&mut tx, &seen(&county.supervisor), &boxed, 0.01, 10, now).await.unwrap()), [1]);
        let later = Query { from: Some(now + HOUR), ..query };
        assert!(cells(&mut tx, &seen(&county.supervisor), &later, 0.01, 10, now).await.unwrap().is_empty());
        drop(tx);

        let mut town = browser(&house, &county, "town", &[house.post(Role::Dispatcher, TOWN)]).await;
        let heat = town.get("/map/heat.geojson").await.json();
        let found = heat["features"].as_array().unwrap();
        let facts: Vec<String> = found.iter().map(|one| one["properties"].to_string()).collect();
        assert_eq!(facts, [r#"{"late":0,"n":2}"#, r#"{"late":0,"n":1}"#]);
        let points = town.get("/map/matters.geojson?box=114.1,29.0,114.3,30.0").await.json();
        assert_eq!(points["features"].as_array().unwrap().len(), 1, "one by one while there are few");
        let page = town.get("/map?heat=1").await.text();
        assert!(page.contains("data-heat=") && !page.contains("data-points="));
        assert!(stranger(&house, &county).get("/map/heat.geojson").await.location().starts_with("/sign-in"));
        let mut admin = browser(&house, &county, "admin", &[house.post(Role::Administrator, COUNTY)]).await;
        assert_eq!(admin.get("/map/heat.geojson").await.status, 403);
    }
}
